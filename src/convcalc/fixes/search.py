"""The search for what would make a network whole: for each code of fault, what is worth a trial.

A search goes from the smallest change to the largest: an argument of the faulty layer itself, one
of a layer above it, the nearest first, a layer above left out, another input.
"""

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from convcalc.diagnostics import Fix
from convcalc.explanations.tracing import trace
from convcalc.fixes.edits import Edit, Editor
from convcalc.fixes.trials import Trials, largest, smallest
from convcalc.layers.binding import bind, per_axis_fields
from convcalc.layers.calling import call
from convcalc.layers.descriptions import choices
from convcalc.layers.kind import Kind, LayerError, per_axis
from convcalc.network import UNKNOWN, Tensor
from convcalc.report import LayerReport
from convcalc.shapes import CHANNELS_FIRST, Dim, Shape, add, product, replace
from convcalc.traced import Traced

MOST_ABOVE = 2
"""How many fixes in arguments of layers above are offered."""

MOST = 6
"""How many fixes are offered."""

LARGEST_GROWTH = 4096
"""By how much an input is made larger."""

MULTIPLES = (2, 4, 8, 16, 32, 64, 128)
"""What the sizes of an input are made multiples of, where branches halve it differently."""

FARTHEST = 1000
"""How far from a number that divides nothing a divisor is looked for."""

MOST_SIZES = 2
"""How many of the sizes that inputs have are tried for the others, the most common first."""

TRACING = 10
"""As how many visits it counts to trace a layer."""

STRIDES = "strides"
PADDING = "padding"
SAME = "same"


def fixes_of(trials: Trials, index: int) -> tuple[Fix, ...]:
    """The fixes of the fault of the layer at `index`, the smallest change first."""
    if UNKNOWN in trials.network.nodes[index].inputs:
        return ()
    search = _Search(trials, index)
    found = {edit.fix.text: edit.fix for edit in islice(SERVED[trials.fault.code](search), MOST)}
    return tuple(found.values())


class _Change(NamedTuple):
    """An argument of a layer above, given another value; in the order of the trials."""

    steps: int
    """How many layers it is above the faulty one."""
    numbers: int
    """How many numbers are changed; a word is none."""
    amount: int
    """By how much a number is changed."""
    layer: int
    name: str
    value: Any


class _Search:
    """The search for fixes of one fault."""

    def __init__(self, trials: Trials, index: int) -> None:
        self.trials = trials
        self.network = trials.network
        self.report = trials.report
        self.editor = Editor(trials.network)
        self.index = index
        self.node = self.network.nodes[index]
        self.layer: LayerReport = self.report.layers[index]
        self.above = self.steps_above([tensor.node for tensor in self.node.inputs])
        self.error = self.find_error()

    # Each of these is for faults of one code, and gives edits that were tried.

    def too_large(self) -> Iterator[Edit]:
        """Kernels that don't fit what they read."""
        own = self.own_argument()
        if own is not None:
            yield from self.tried(self.same_padding(self.index))
            yield from self.smaller_kernel(own)
        yield from islice(self.less_down_sampling(), MOST_ABOVE)
        yield from islice(self.tried(self.droppable(self.above)), 1)
        yield from self.larger_inputs()

    def emptied(self) -> Iterator[Edit]:
        """Axes of which nothing is left."""
        yield from islice(self.less_down_sampling(), MOST_ABOVE)
        yield from islice(self.tried(self.droppable(self.above)), 1)
        yield from self.larger_inputs()

    def indivisible(self) -> Iterator[Edit]:
        """Channels that can't be divided into so many groups."""
        name = self.own_argument()
        value = self.value_of(name) if name else None
        if name is None or not isinstance(value, int):
            return
        edits = (
            self.editor.argument(self.index, name, near)
            for near in islice(self.nearest(name, value), 2)
        )
        yield from self.tried(edits)
        yield from self.tried(self.divisible(name, value))
        changes = [
            change
            for tensor, shape in zip(self.node.inputs, self.layer.input_shapes, strict=True)
            for axis, dim in enumerate(shape or ())
            if axis and dim and dim % value
            for wanted in (dim - dim % value, dim - dim % value + value)
            for change in self.giving(tensor, axis, dim, wanted)
        ]
        yield from islice(self.tried_changes(changes), MOST_ABOVE)

    def nearest(self, name: str, value: int) -> Iterator[int]:
        """The numbers that the layer accepts for an argument, the nearest to its value first."""
        for distance in range(1, FARTHEST):
            for near in (value - distance, value + distance):
                if near > 0 and self.accepts({name: near}):
                    yield near

    def divisible(self, groups: str, by: int) -> Iterator[Edit]:
        """Other numbers of the layer that the groups divide, the nearest ones."""
        kind = self.editor.kind(self.index)
        for name in kind.__struct_fields__ if kind else ():
            value = self.value_of(name)
            if name == groups or not _is_number(value) or value % by == 0:
                continue
            lower = value - value % by
            for near in sorted((lower, lower + by), key=lambda near: abs(near - value)):
                if near > 0 and self.accepts({name: near}):
                    yield self.editor.argument(self.index, name, near)

    def strided_and_dilated(self) -> Iterator[Edit]:
        """Strides and dilations that can't be used together."""
        name = self.own_argument()
        changes = [
            _Change(0, 1, largest_of(self.value_of(argument)) - 1, self.index, argument, 1)
            for argument in (name, STRIDES)
            if argument is not None and largest_of(self.value_of(argument)) > 1
        ]
        yield from self.tried_changes(changes)

    def mismatched(self) -> Iterator[Edit]:
        """Shapes that must agree and don't."""
        shapes = self.layer.input_shapes
        if self.error is None or None in shapes:
            return
        if len(shapes) * len(self.network.nodes) > self.trials.most:
            return
        if len(shapes) == 1:
            yield from self.unfilled()
            return
        yield from islice(self.tried_changes(self.agreeing()), MOST_ABOVE)
        # What all inputs have in common makes none of them differ.
        yield from islice(self.tried(self.droppable(self.of_some)), 1)
        yield from self.rounded_inputs()

    def unfilled(self) -> Iterator[Edit]:
        """A shape whose number of values is not that of what is reshaped to it."""
        name = self.own_argument()
        target = self.value_of(name) if name else None
        read = self.layer.input_shapes[0]
        size = product(read[1:]) if read else None
        if name is None or not isinstance(target, tuple | list) or not size:
            return
        if not all(map(_is_number, target)):
            return  # which is no shape
        for axis, dim in reversed(list(enumerate(target))):
            others = product(d for i, d in enumerate(target) if i != axis)
            if dim != -1 and others and others > 0 and size % others == 0:
                fitting = replace(tuple(target), axis, size // others)
                yield from self.tried([self.editor.argument(self.index, name, fitting)])
        held = product(dim for dim in target if dim != -1)
        if not held or held < 0:
            return
        wanted = max((size + held // 2) // held, 1) * held if -1 in target else held
        changes = [
            change
            for axis, dim in enumerate(read or ())
            if axis and dim and dim * wanted % size == 0
            for change in self.giving(self.node.inputs[0], axis, dim, dim * wanted // size)
        ]
        yield from islice(self.tried_changes(changes), MOST_ABOVE)

    # What may be changed.

    def same_padding(self, index: int) -> Iterator[Edit]:
        """The padding that keeps an axis as long as it is, where the layer can have it."""
        if self.can_pad(index):
            yield self.editor.argument(index, PADDING, SAME)

    def can_pad(self, index: int) -> bool:
        kind = self.editor.kind(index)
        fields = {field.name: field.type for field in msgspec.structs.fields(kind)} if kind else {}
        layer = self.report.layers[index].layer
        return (
            PADDING in fields
            and SAME in choices(fields[PADDING])
            and getattr(layer, PADDING, None) != SAME
        )

    def smaller_kernel(self, name: str) -> Iterator[Edit]:
        """The largest kernel with which the model is whole."""
        layer = self.layer.layer
        if layer is None or name not in per_axis_fields(type(layer)):
            return
        written = getattr(layer, name)
        sizes = per_axis(written, layer.rank)

        def fits(axis: int) -> Callable[[int], bool]:
            return lambda size: self.accepts({name: replace((1,) * len(sizes), axis, size)})

        if self.editor.is_alone(self.index):
            fitting = [largest(1, size, fits(axis)) or 1 for axis, size in enumerate(sizes)]
        else:  # with less down-sampling before it, it can be larger than what it reads now
            fitting = [size - 1 or 1 for size in sizes]
        yield from self.largest_value(self.index, name, written, fitting)

    def largest_value(
        self, index: int, name: str, written: Any, sizes: Sequence[int]
    ) -> Iterator[Edit]:
        """The edit for the largest values, each at most its one of `sizes`, that makes it whole."""

        def edit(values: Sequence[int]) -> Edit:
            is_one = len(set(values)) == 1 and not isinstance(written, tuple)
            return self.editor.argument(index, name, values[0] if is_one else tuple(values))

        def is_whole(values: Sequence[int]) -> bool:
            return self.trials.is_whole(edit(values).network)

        most = largest(1, max(sizes), lambda most: is_whole([min(most, size) for size in sizes]))
        if most is None:
            return
        values = [min(most, size) for size in sizes]
        for axis, size in enumerate(sizes):
            larger = [*values[:axis], size, *values[axis + 1 :]]
            if size > most and is_whole(larger):
                values = larger
        yield edit(values)

    def less_down_sampling(self) -> Iterator[Edit]:
        """Larger maps from layers above, the nearest first."""
        for index in self.sliding(self.above):
            yield from self.tried(self.same_padding(index))
            layer = self.report.layers[index]
            strides = tuple(window.stride for window in layer.windows)
            if not self.has_strides(index) or max(strides) == 1:
                continue
            written = getattr(layer.layer, STRIDES)
            most = max(strides) - 1
            smaller = [min(stride, most) for stride in strides]
            yield from self.largest_value(index, STRIDES, written, smaller)

    def droppable(self, above: Mapping[int, int]) -> Iterator[Edit]:
        """The layers above that only make maps smaller, the nearest first, left out."""
        for index in self.sliding(above):
            layer = self.report.layers[index]
            if layer.weights or len(layer.input_shapes) != 1 or len(layer.output_shapes or ()) != 1:
                continue
            read, given = layer.input_shapes[0], (layer.output_shapes or ((),))[0]
            if read is None or len(read) != len(given):
                continue
            changed = [axis for axis, dim in enumerate(read) if dim != given[axis]]
            if changed and len(changed) <= len(layer.windows):
                yield self.editor.dropped(index)

    def larger_inputs(self) -> Iterator[Edit]:
        """The smallest larger size of each input, on the axes that are too small."""
        for index, shape, axes in self.inputs():
            edit = self.larger_input(index, shape, axes)
            if edit is not None:
                yield edit

    def larger_input(self, index: int, shape: Shape, axes: Sequence[int]) -> Edit | None:
        """An input that is larger by as little as will do."""

        def edit(growths: Mapping[int, int]) -> Edit:
            larger = (add(dim, growths.get(axis, 0)) for axis, dim in enumerate(shape))
            return self.editor.input(index, tuple(larger))

        def is_whole(growths: Mapping[int, int]) -> bool:
            return self.trials.is_whole(edit(growths).network)

        # First all axes by as much as will do, then each by no more than it needs.
        growth = smallest(LARGEST_GROWTH, lambda each: is_whole(dict.fromkeys(axes, each)))
        if growth is None:
            return None
        growths = dict.fromkeys(axes, growth)
        for axis in axes:
            spared = largest(
                0,
                growth,
                lambda less, axis=axis: is_whole({**growths, axis: growth - less}),  # type: ignore[misc]
            )
            growths[axis] -= spared or 0
        return edit(growths)

    def rounded_inputs(self) -> Iterator[Edit]:
        """The smallest sizes of each input that can be halved often enough."""
        for index, shape, axes in self.inputs():
            rounded = {
                tuple(
                    -(-dim // by) * by if axis in axes and dim is not None else dim
                    for axis, dim in enumerate(shape)
                ): None
                for by in MULTIPLES
            }
            edits = (self.editor.input(index, other) for other in rounded if other != shape)
            yield from islice(self.tried(edits), 1)

    def inputs(self) -> Iterator[tuple[int, Shape, list[int]]]:
        """The inputs above, each with its shape without the batch and its axes in space."""
        channels_first = self.network.defaults.get("data_format") == CHANNELS_FIRST
        for index in self.network.inputs:
            if self.trials.exhausted:
                return
            outputs = self.report.layers[index].output_shapes
            if index not in self.above or not outputs:
                continue
            shape = outputs[0][1:]
            channels = 0 if channels_first else len(shape) - 1
            axes = [axis for axis, dim in enumerate(shape) if dim is not None]
            if len(shape) > 1:
                axes = [axis for axis in axes if axis != channels]
            if axes:
                yield index, shape, axes

    def agreeing(self) -> Iterator[_Change]:
        """What would make each dimension in which inputs differ that of another input."""
        shapes = [shape or () for shape in self.layer.input_shapes]
        joined = getattr(self.layer.layer, "axis", None)
        for axis in range(1, min(map(len, shapes))):
            if joined in {-axis, min(map(len, shapes)) - axis}:
                continue
            dims = Counter(shape[-axis] for shape in shapes)
            for position, shape in enumerate(shapes):
                dim = shape[-axis]
                for wanted, _ in dims.most_common(MOST_SIZES):
                    if dim and wanted and dim != wanted:
                        yield from self.making(position, len(shape) - axis, dim, wanted)

    def making(self, position: int, axis: int, dim: int, wanted: int) -> Iterator[_Change]:
        """What may make one dimension of an input another."""
        tensor = self.node.inputs[position]
        yield from self.giving(tensor, axis, dim, wanted)
        above = self.above_inputs[position]
        steps = {index: above[index] for index in above if index in self.of_some}
        for index in self.sliding(steps):
            if self.can_pad(index):
                yield _Change(steps[index], 0, 0, index, PADDING, SAME)
            if not self.has_strides(index):
                continue
            windows = self.report.layers[index].windows
            strides = tuple(max(round(w.stride * dim / wanted), 1) for w in windows)
            amount = sum(abs(new - w.stride) for new, w in zip(strides, windows, strict=True))
            if amount:
                value = strides[0] if len(set(strides)) == 1 else strides
                yield _Change(steps[index], 1, amount, index, STRIDES, value)

    def giving(self, tensor: Tensor, axis: int, dim: int, wanted: int) -> Iterator[_Change]:
        """The arguments that a dimension comes from, with values that may make it another."""
        for steps, index, name, value in self.origins(tensor, axis):
            exact = {wanted, value + wanted - dim}
            if value * wanted % dim == 0:
                exact.add(value * wanted // dim)
            for other in exact:
                if other > 0 and other != value:
                    yield _Change(steps, 1, abs(other - value), index, name, other)

    def origins(self, tensor: Tensor, axis: int) -> Iterator[tuple[int, int, str, int]]:
        """The arguments that a dimension was computed from, followed upwards through layers.

        Each comes with how many layers it is above, the layer's position, its name and its value.
        """
        waiting = [(1, tensor, axis)]
        seen = set()
        for steps, read, at in waiting:
            if (read, at) in seen or read is UNKNOWN:
                continue
            seen.add((read, at))
            self.trials.visits += TRACING
            if self.trials.exhausted:
                return
            node, layer = self.network.nodes[read.node], self.report.layers[read.node]
            shapes = [shape for shape in layer.input_shapes if shape is not None]
            if layer.layer is None or layer.output_shapes is None or not node.inputs:
                continue
            if len(shapes) < len(node.inputs):
                continue
            traced = trace(layer.layer, shapes, node.input_names or (), listed=node.listed)
            parts = list(_leaves(traced.inference.outputs[read.output][at]))
            inputs = {} if node.input_names else _axes_of(traced.arguments.args)
            for part in parts:
                if id(part) in inputs:
                    position, axis_there = inputs[id(part)]
                    waiting.append((steps + 1, node.inputs[position], axis_there))
                elif part.name in type(layer.layer).__struct_fields__:
                    value = getattr(layer.layer, part.name)
                    if _is_number(value):
                        yield steps, read.node, part.name, value

    # What is known of the layers.

    def find_error(self) -> LayerError | None:
        """The error behind the fault, which knows the argument; None where no rule raised it."""
        layer, node = self.layer, self.node
        try:
            if layer.layer is not None and None not in layer.input_shapes:
                shapes = [shape for shape in layer.input_shapes if shape is not None]
                call(layer.layer, shapes, node.input_names or (), listed=node.listed)
            elif layer.layer is None:
                self.bound({})
        except LayerError as error:
            return error if error.code == self.trials.fault.code else None
        except ExceptionGroup as group:
            errors = [error for error in group.exceptions if isinstance(error, LayerError)]
            return next((e for e in errors if e.code == self.trials.fault.code), None)
        return None

    def bound(self, changes: Mapping[str, Any]) -> Kind:
        """The layer with other arguments. Raises ExceptionGroup of LayerError."""
        kind = self.editor.kind(self.index)
        if kind is None:
            raise ExceptionGroup("no kind", [LayerError("unknown-layer", "there is no such kind")])
        definition = self.node.definition
        given = dict(zip(kind.__struct_fields__, definition.positional, strict=False))
        changed = {**given, **definition.named, **changes}
        defaults = self.network.defaults
        return bind(kind, (), changed, defaults, self.editor.kinds).layer

    def accepts(self, changes: Mapping[str, Any]) -> bool:
        """Whether the layer itself is in order with other arguments, on what it reads."""
        shapes = [shape for shape in self.layer.input_shapes if shape is not None]
        try:
            layer = self.bound(
                {n: list(v) if isinstance(v, tuple) else v for n, v in changes.items()}
            )
            if len(shapes) == len(self.node.inputs):
                call(layer, shapes, self.node.input_names or (), listed=self.node.listed)
        except (LayerError, ExceptionGroup):
            return False
        return True

    def own_argument(self) -> str | None:
        """The argument of the layer itself that is at fault, not of a layer inside of it."""
        return self.error.argument if self.error and not self.error.within else None

    def value_of(self, name: str) -> Any:
        """An argument of the faulty layer, whose arguments may be what is at fault."""
        if self.layer.layer is not None:
            return getattr(self.layer.layer, name, None)
        return self.editor.written(self.index, name)

    def has_strides(self, index: int) -> bool:
        layer = self.report.layers[index].layer
        return layer is not None and STRIDES in per_axis_fields(type(layer))

    def sliding(self, above: Mapping[int, int]) -> Iterator[int]:
        """The layers above that slid windows, the nearest first; of repeats only the nearest."""
        seen = set()
        for index in sorted(above, key=lambda i: (above[i], -i)):
            if self.trials.exhausted:
                return
            definition = id(self.network.nodes[index].definition)
            if self.report.layers[index].windows and definition not in seen:
                seen.add(definition)
                yield index

    @functools.cached_property
    def above_inputs(self) -> Sequence[Mapping[int, int]]:
        """The layers above each input."""
        return [self.steps_above([tensor.node]) for tensor in self.node.inputs]

    @functools.cached_property
    def of_some(self) -> Mapping[int, int]:
        """The layers above some of the inputs that are not above all."""
        common = set.intersection(*map(set, self.above_inputs))
        return {index: steps for index, steps in self.above.items() if index not in common}

    def steps_above(self, start: Sequence[int]) -> Mapping[int, int]:
        """The layers that some are computed from, these included, by how many steps that takes."""
        found: dict[int, int] = {}
        waiting = [(index, 1) for index in start]
        for index, steps in waiting:
            if index not in found:
                found[index] = steps
                inputs = self.network.nodes[index].inputs
                waiting += [(tensor.node, steps + 1) for tensor in inputs if tensor is not UNKNOWN]
        return found

    # Trials.

    def tried_changes(self, changes: Iterable[_Change]) -> Iterator[Edit]:
        """The changes that make the network whole, in their order."""
        ordered = sorted(changes, key=lambda change: change[:4])
        yield from self.tried(self.editor.argument(*change[3:]) for change in ordered)

    def tried(self, edits: Iterable[Edit]) -> Iterator[Edit]:
        """The edits that make the network whole."""
        seen = set()
        for edit in edits:
            if self.trials.exhausted:
                return
            if edit.fix not in seen and self.trials.is_whole(edit.network):
                yield edit
            seen.add(edit.fix)


def largest_of(value: Any) -> int:
    """The largest of one value for each axis."""
    values = value if isinstance(value, list | tuple) else [value]
    return max((item for item in values if _is_number(item)), default=1)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _leaves(number: Dim) -> Iterator[Traced]:
    """The numbers that one was computed from, and that were not computed themselves."""
    if isinstance(number, Traced):
        if number.operation is None:
            yield number
        for operand in number.operands:
            yield from _leaves(operand)


def _axes_of(shapes: Sequence[Any]) -> Mapping[int, tuple[int, int]]:
    """By the identity of a traced dimension, which input and axis it is of."""
    return {
        id(dim): (position, axis)
        for position, shape in enumerate(shapes)
        if isinstance(shape, tuple)
        for axis, dim in enumerate(shape)
        if isinstance(dim, Traced)
    }


SERVED: Mapping[str, Callable[[_Search], Iterator[Edit]]] = {
    "kernel-too-large": _Search.too_large,
    "cropping-too-large": _Search.emptied,
    "channels-not-divisible": _Search.indivisible,
    "stride-with-dilation": _Search.strided_and_dilated,
    "shape-mismatch": _Search.mismatched,
}
"""The search for each code of fault that fixes are looked for."""
