"""Models used as one layer."""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, ClassVar, NamedTuple, TypeAlias

from msgspec import Meta

from convcalc.advice import WriteLayer, advise
from convcalc.diagnostics import did_you_mean
from convcalc.layers.calling import call_chain, call_sublayer, inside, output_dtypes
from convcalc.layers.core import InputLayer
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import UNKNOWN_OP_COUNTS, Inference, OpCounts, Weight, sum_op_counts
from convcalc.layers.kind import Kind, LayerInstance, kind
from convcalc.layers.outputs import Types
from convcalc.shapes import Shape, agree, either, format_shape
from convcalc.windows import AnyWindow

Names: TypeAlias = str | Annotated[tuple[str, ...], Meta(min_length=1)]
"""A layer's name, `name:1` for its second output, or a list of these."""

Read: TypeAlias = Names | dict[str, Names]
"""A layer's inputs, written as for `from`: names, or names by call argument."""


@kind
class Sequential(Kind, frozen=True):
    """Layers in sequence as one layer, for example to wrap in TimeDistributed.

    The first may be an InputLayer, which declares the input of the others.
    Output: the last layer's. Weights: each layer's, under its name.
    Source: https://keras.io/api/models/sequential/
    """

    layers: tuple[LayerInstance, ...] | None = None

    def validate(self) -> None:
        for bound in self.layers[1:] if self.layers else ():
            if isinstance(bound.layer, InputLayer):
                raise inside(bound, LayerError("wrong-value", "an InputLayer can only come first"))
        _refuse_duplicate_names(self.layers or ())
        declared = self.declared()
        if declared is not None:
            self.infer(declared)

    def declared(self) -> Shape | None:
        """The input shape that an InputLayer declares, if there is one."""
        first = self.layers[0].layer if self.layers else None
        return first.infer().outputs[0] if isinstance(first, InputLayer) else None

    def infer(self, inputs: Shape) -> Inference:
        if not self.layers:
            raise LayerError("missing-argument", "a Sequential needs layers", argument="layers")
        declared = self.declared()
        if declared is None:
            return call_chain(self.layers, (inputs,))
        return call_chain(self.layers[1:], (_complete(inputs, declared),))

    def output_dtypes(self, _computes: str | None, read: Types) -> Types:
        inner = [bound for bound in self.layers or () if not isinstance(bound.layer, InputLayer)]
        if not inner:
            return (None,)
        built = (inner[0].computes,) if self.declared() is None else _declared_dtypes(self.layers)
        return _agreed(
            functools.reduce(lambda types, bound: output_dtypes(bound, types[:1]), inner, built),
            functools.reduce(
                lambda types, bound: output_dtypes(bound, types[:1], autocast=False), inner, read
            ),
        )


class _Call(NamedTuple):
    """One call of a layer. `name` names its output; `names` are the last inputs' call arguments."""

    name: str
    bound: LayerInstance
    read: tuple[tuple[str, int], ...]
    names: tuple[str, ...]
    listed: bool


@kind
class Functional(Kind, frozen=True):
    """A graph of layers as one layer, for example one with branches to wrap in TimeDistributed.

    Each layer reads the one above it, unless `reads` names its inputs, written as for `from`:
    `reads: {add: [input, dense]}`. Each InputLayer is an input of the model, in order. `shares`
    names further calls of layers: `shares: {again: dense}`; `reads` must then name the inputs of
    `again`. `outputs` names the model's outputs, by default the last layer. Layers may be
    operations.
    Output: as named by `outputs`. Weights: each layer's, under its name; none for a layer that no
    output depends on.
    Source: https://keras.io/api/models/model/
    """

    layers: tuple[LayerInstance, ...]
    reads: dict[str, Read] | None = None
    outputs: Names | None = None
    shares: dict[str, str] | None = None

    holds_operations: ClassVar[bool] = True
    autocasts: ClassVar[bool] = False

    def validate(self) -> None:
        inputs = self.inputs()
        if not inputs:
            raise LayerError(
                "missing-argument",
                "a Functional model needs an InputLayer among its layers",
                argument="layers",
                help=advise("such as {}", WriteLayer("InputLayer", {"shape": [8]})),
            )
        _refuse_duplicate_names(self.layers)
        self.infer(*(_declared(bound) for bound in inputs))

    def infer(self, *inputs: Shape) -> Inference:
        declared = self.inputs()
        if len(inputs) != len(declared):
            noun = "input" if len(declared) == 1 else "inputs"
            raise LayerError(
                "wrong-inputs",
                f"this Functional reads {len(declared)} {noun}, but is given {len(inputs)}",
            )
        found: dict[str, tuple[Shape, ...]] = {
            bound.name: (_complete(shape, _declared(bound)),)
            for bound, shape in zip(declared, inputs, strict=True)
        }
        own: dict[str, tuple[Weight, ...]] = {}
        counted: dict[str, OpCounts] = {}
        windows: list[AnyWindow] = []
        changes_batch = False
        calls = tuple(self.calls())
        for call in calls:
            shapes = [_output(found, *one) for one in call.read]
            inference = call_sublayer(call.bound, shapes, call.names, listed=call.listed)
            first = own.setdefault(call.bound.name, inference.weights)
            _expect_weights(call.bound, first, inference)
            found[call.name] = inference.outputs
            counted[call.name] = inference.op_counts
            if shapes and call.bound.layer.changes_batch(shapes[0]):
                changes_batch = True
            windows += inference.windows
        ends = self.layers[-1].name if self.outputs is None else self.outputs
        given = [_resolved(name, found, "outputs") for name in _listed(ends)]
        outputs = tuple(_output(found, *end) for end in given)
        used = _used({name for name, _ in given}, calls)
        kept = {call.bound.name for call in used}
        weights = (weight for name, those in own.items() if name in kept for weight in those)
        op_counts = (
            UNKNOWN_OP_COUNTS
            if changes_batch
            else sum_op_counts(counted[call.name] for call in used)
        )
        return Inference(outputs, tuple(weights), tuple(windows), op_counts)

    def changes_batch(self, _read: Shape) -> bool:
        return any(call.bound.layer.changes_batch(()) for call in self.calls())

    def output_dtypes(self, _computes: str | None, read: Types) -> Types:
        built = self._dtypes(_declared_dtypes(self.layers), autocast=True)
        return _agreed(built, self._dtypes(read, autocast=False))

    def _dtypes(self, read: Types, *, autocast: bool) -> Types:
        found: dict[str, Types] = {
            bound.name: (dtype,) for bound, dtype in zip(self.inputs(), read, strict=True)
        }
        for call in self.calls():
            types = tuple(_dtype(found, *one) for one in call.read)
            found[call.name] = output_dtypes(
                call.bound, types, call.names, listed=call.listed, autocast=autocast
            )
        ends = self.layers[-1].name if self.outputs is None else self.outputs
        return tuple(_dtype(found, *_resolved(name, found, "outputs")) for name in _listed(ends))

    def inputs(self) -> list[LayerInstance]:
        """The input layers of the model."""
        return [bound for bound in self.layers if isinstance(bound.layer, InputLayer)]

    def calls(self) -> Iterator[_Call]:
        """All calls, each after the calls that it reads."""
        reads, shares = self.reads or {}, self.shares or {}
        layers = {bound.name: bound for bound in self.layers}
        self.check_names(layers)
        known: dict[str, object] = {}
        waiting = list(reversed(shares))
        above = None
        for bound in self.layers:
            if not isinstance(bound.layer, InputLayer):
                yield _call(bound.name, bound, reads.get(bound.name, above), known)
            above = bound.name
            known[above] = bound
            while waiting and shares[waiting[-1]] in known and _is_ready(reads[waiting[-1]], known):
                name = waiting.pop()
                yield _call(name, layers[shares[name]], reads[name], known)
                known[name] = bound
        for name in waiting:
            _call(name, layers[shares[name]], reads[name], known)  # raises for the missing name

    def check_names(self, layers: Mapping[str, LayerInstance]) -> None:
        """Refuse `reads` and `shares` that name unknown or wrong layers."""
        reads, shares = self.reads or {}, self.shares or {}
        for name, shared in shares.items():
            if name in layers:
                raise _wrong("shares", f"there is a layer {name!r} already")
            if shared not in layers:
                raise _wrong("shares", f"there is no layer {shared!r}", shared, layers)
            if name not in reads:
                raise _wrong("reads", f"what {name!r} reads must be said")
        for name in reads:
            if name not in layers and name not in shares:
                raise _wrong("reads", f"there is no layer {name!r}", name, layers)
        for bound in self.inputs():
            if bound.name in reads or bound.name in shares.values():
                raise _wrong("reads", f"{bound.name!r} is an input, which reads nothing")


def _used(ends: set[str], calls: Sequence[_Call]) -> list[_Call]:
    """The calls that the ends depend on, last first."""
    needed = set(ends)
    used: list[_Call] = []
    for call in reversed(calls):
        if call.name in needed:
            needed.update(name for name, _ in call.read)
            used.append(call)
    return used


def _output(found: Mapping[str, tuple[Shape, ...]], name: str, index: int) -> Shape:
    """The shape of a layer's output by index."""
    outputs = found[name]
    if index >= len(outputs):
        count = f"{len(outputs)} output{'s' if len(outputs) != 1 else ''}, counted from 0"
        raise _wrong("reads", f"{name} has {count}, and no {name}:{index}")
    return outputs[index]


def _call(name: str, bound: LayerInstance, read: Read | None, known: Mapping[str, object]) -> _Call:
    """The call of a layer on its inputs, which must be known."""
    if isinstance(read, dict):
        pairs = [(key, one) for key, given in read.items() for one in _listed(given)]
        resolved = tuple(_resolved(one, known, "reads", name) for _, one in pairs)
        return _Call(name, bound, resolved, tuple(key for key, _ in pairs), listed=False)
    names = () if read is None else _listed(read)
    resolved = tuple(_resolved(one, known, "reads", name) for one in names)
    return _Call(name, bound, resolved, (), listed=isinstance(read, tuple))


def _listed(names: Names) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else names


def _is_ready(read: Read, known: Mapping[str, object]) -> bool:
    parts = read.values() if isinstance(read, dict) else (read,)
    return all(_find(name, known) for part in parts for name in _listed(part))


def _find(name: str, known: Mapping[str, object]) -> tuple[str, int] | None:
    """The layer and the output index that a name stands for."""
    if name in known:
        return name, 0
    match = re.fullmatch(r"(.+):([0-9]{1,9})", name)
    return (match[1], int(match[2])) if match and match[1] in known else None


def _resolved(
    name: str, known: Mapping[str, object], argument: str, reader: str | None = None
) -> tuple[str, int]:
    found = _find(name, known)
    if found is None:
        where = f" above {reader!r}" if reader else ""
        raise _wrong(argument, f"there is no layer {name!r}{where}", name, known)
    return found


def _wrong(
    argument: str, message: str, name: str | None = None, known: Mapping[str, object] | None = None
) -> LayerError:
    help = did_you_mean(name, known) if name and known else None
    return LayerError("wrong-value", f"{argument}: {message}", argument=argument, help=help)


def _declared(bound: LayerInstance) -> Shape:
    shape: Shape = bound.layer.infer().outputs[0]
    return shape


def _declared_dtypes(layers: Sequence[LayerInstance] | None) -> Types:
    """The types of the inputs that the layers declare."""
    inputs = [bound for bound in layers or () if isinstance(bound.layer, InputLayer)]
    return tuple(dtype for bound in inputs for dtype in output_dtypes(bound, ()))


def _agreed(built: Types, called: Types) -> Types:
    """The output types on which Keras's two computations agree; None where they differ.

    Keras reuses the types from building the model if the shapes are the same. Otherwise it runs the
    layers on the actual inputs, without autocast.
    """
    return tuple(a if a == b else None for a, b in zip(built, called, strict=True))


def _dtype(found: Mapping[str, Types], name: str, index: int) -> str | None:
    return found[name][min(index, len(found[name]) - 1)]


def _refuse_duplicate_names(layers: Sequence[LayerInstance]) -> None:
    names: set[str] = set()
    for bound in layers:
        if bound.name in names:
            message = f"two layers are called {bound.name!r}"
            raise inside(bound, LayerError("duplicate-name", message, argument="name"))
        names.add(bound.name)


def _expect_weights(bound: LayerInstance, first: Sequence[Weight], again: Inference) -> None:
    """Refuse a further call of a layer whose weights differ from those of the first."""
    for old, new in zip(first, again.weights, strict=False):
        if old.shape != new.shape:
            raise inside(
                bound,
                LayerError(
                    "shape-mismatch",
                    f"the {old.name} of {bound.name} has the shape {format_shape(old.shape)}, "
                    f"but where it is shared it needs {format_shape(new.shape)}",
                ),
            )


def _complete(inputs: Shape, declared: Shape) -> Shape:
    """The input shape, completed from the declared one; refuse a mismatch."""
    if len(inputs) != len(declared) or not all(map(agree, inputs[1:], declared[1:])):
        raise LayerError(
            "shape-mismatch",
            f"the input is {format_shape(inputs)}, but the InputLayer is for "
            f"{format_shape(declared)}",
            argument="layers",
        )
    return (*inputs[:1], *map(either, inputs[1:], declared[1:]))
