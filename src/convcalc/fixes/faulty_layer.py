"""The faulty layer: its error, its arguments, the layers above it, and trials of edits."""

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from convcalc.fixes.edits import Edit, Editor
from convcalc.fixes.trials import Trials
from convcalc.layers.binding import bind
from convcalc.layers.calling import call
from convcalc.layers.errors import LayerError
from convcalc.layers.kind import Kind
from convcalc.network import UNKNOWN
from convcalc.report import LayerReport

MOST_ABOVE = 2
"""The maximum number of fixes that change arguments of layers above."""


class Change(NamedTuple):
    """A new value for an argument of a layer. Changes are tried in the order of their fields."""

    steps: int
    """The number of layers from the faulty one up to this one."""
    numbers: int
    """The number of changed numbers; words don't count."""
    amount: int
    """The size of the change, for numbers."""
    layer: int
    name: str
    value: Any


class FaultyLayer:
    """A layer with a fault, as the search for fixes sees it.

    `index` is its position in the network. `above` maps the positions of all layers it depends on
    to the number of steps up to them. `error` is the error of its rule, which names the argument at
    fault; None if no rule raised one.
    """

    def __init__(self, trials: Trials, index: int) -> None:
        self.trials = trials
        self.network = trials.network
        self.report = trials.report
        self.editor = Editor(trials.network)
        self.index = index
        self.node = self.network.nodes[index]
        self.layer: LayerReport = self.report.layers[index]
        self.above = self._steps_above([tensor.node for tensor in self.node.inputs])
        self.error = self._find_error()

    @property
    def own_argument(self) -> str | None:
        """The argument at fault; None if it belongs to a sublayer."""
        return self.error.argument if self.error and not self.error.within else None

    def value_of(self, name: str) -> Any:
        """The value of an argument, even if the layer's arguments are at fault."""
        if self.layer.layer is not None:
            return getattr(self.layer.layer, name, None)
        return self.editor.written(self.index, name)

    def accepts(self, changes: Mapping[str, Any]) -> bool:
        """Whether the layer accepts these arguments for its present inputs."""
        shapes = [shape for shape in self.layer.input_shapes if shape is not None]
        try:
            layer = self._bind(
                {n: list(v) if isinstance(v, tuple) else v for n, v in changes.items()}
            )
            if len(shapes) == len(self.node.inputs):
                call(layer, shapes, self.node.input_names or (), listed=self.node.listed)
        except (LayerError, ExceptionGroup):
            return False
        return True

    @functools.cached_property
    def above_inputs(self) -> Sequence[Mapping[int, int]]:
        """For each input, the layers above it."""
        return [self._steps_above([tensor.node]) for tensor in self.node.inputs]

    @functools.cached_property
    def above_some(self) -> Mapping[int, int]:
        """The layers above some of the inputs, but not all."""
        common = set.intersection(*map(set, self.above_inputs))
        return {index: steps for index, steps in self.above.items() if index not in common}

    def sliding(self, above: Mapping[int, int]) -> Iterator[int]:
        """The layers above with windows, nearest first; only the nearest of repeats."""
        seen = set()
        for index in sorted(above, key=lambda i: (above[i], -i)):
            if self.trials.exhausted:
                return
            definition = id(self.network.nodes[index].definition)
            if self.report.layers[index].windows and definition not in seen:
                seen.add(definition)
                yield index

    def tried_changes(self, changes: Iterable[Change]) -> Iterator[Edit]:
        """The first few changes that fix the network, smallest first."""
        ordered = sorted(changes, key=lambda change: change[:4])
        edits = (self.editor.argument(each.layer, each.name, each.value) for each in ordered)
        yield from islice(self.tried(edits), MOST_ABOVE)

    def tried(self, edits: Iterable[Edit]) -> Iterator[Edit]:
        """The edits that fix the network."""
        seen = set()
        for edit in edits:
            if self.trials.exhausted:
                return
            if edit.fix not in seen and self.trials.is_fixed(edit.network):
                yield edit
            seen.add(edit.fix)

    def _find_error(self) -> LayerError | None:
        layer, node = self.layer, self.node
        try:
            if layer.layer is not None and None not in layer.input_shapes:
                shapes = [shape for shape in layer.input_shapes if shape is not None]
                call(layer.layer, shapes, node.input_names or (), listed=node.listed)
            elif layer.layer is None:
                self._bind({})
        except LayerError as error:
            return error if error.code == self.trials.fault.code else None
        except ExceptionGroup as group:
            errors = [error for error in group.exceptions if isinstance(error, LayerError)]
            return next((e for e in errors if e.code == self.trials.fault.code), None)
        return None

    def _bind(self, changes: Mapping[str, Any]) -> Kind:
        """The layer with other arguments. Raises ExceptionGroup of LayerError."""
        kind = self.editor.kind(self.index)
        if kind is None:
            raise ExceptionGroup("no kind", [LayerError("unknown-layer", "unknown kind")])
        definition = self.node.definition
        given = dict(zip(kind.__struct_fields__, definition.positional, strict=False))
        changed = {**given, **definition.named, **changes}
        return bind(kind, (), changed, self.network.defaults, self.editor.kinds).layer

    def _steps_above(self, start: Sequence[int]) -> Mapping[int, int]:
        """The layers in `start` and all they depend on, with the steps up to each."""
        found: dict[int, int] = {}
        waiting = [(index, 1) for index in start]
        for index, steps in waiting:
            if index not in found:
                found[index] = steps
                inputs = self.network.nodes[index].inputs
                waiting += [(tensor.node, steps + 1) for tensor in inputs if tensor is not UNKNOWN]
        return found


def largest_of(value: Any) -> int:
    """The largest number in a value, which is one number or one per axis."""
    values = value if isinstance(value, list | tuple) else [value]
    return max((item for item in values if is_number(item)), default=1)


def is_number(value: Any) -> bool:
    """Whether a value is an integer and not a boolean."""
    return isinstance(value, int) and not isinstance(value, bool)
