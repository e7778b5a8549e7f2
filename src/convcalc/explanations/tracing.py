"""Tracing: runs a rule again on integers that remember how they were computed."""

from collections.abc import Sequence
from inspect import BoundArguments
from typing import Any, NamedTuple

import msgspec

from convcalc.layers.binding import per_axis_fields
from convcalc.layers.calling import bind_call
from convcalc.layers.inference import Inference
from convcalc.layers.kind import Kind, LayerInstance
from convcalc.layers.requirements import per_axis
from convcalc.shapes import CHANNELS_FIRST, Shape
from convcalc.symbolic import SymbolicInt

BATCH = "batch"
CHANNELS = "channels"
FEATURES = "features"
_SPATIAL = {1: ("steps",), 2: ("height", "width"), 3: ("depth", "height", "width")}
SPATIAL = frozenset(name for names in _SPATIAL.values() for name in names)


class Trace(NamedTuple):
    """One call of a layer: the layer, its call arguments, and the result of its rule.

    `data_format` is that of the output, for a layer without its own.
    """

    layer: Kind
    arguments: BoundArguments
    inference: Inference
    data_format: str | None = None


def trace(
    layer: Kind,
    shapes: Sequence[Shape],
    names: Sequence[str] = (),
    *,
    listed: bool = False,
    data_formats: tuple[str | None, str | None] = (None, None),
) -> Trace:
    """Apply a layer's rule to symbolic integers, so that its results record their computation.

    The values don't change, since the rule is the same. Raises LayerError if the rule does.
    `data_formats` are those of the input and the output.
    """
    traced = _traced_layer(layer)
    input_format, output_format = data_formats
    read = [_traced_shape(shape, read_names(layer, len(shape), input_format)) for shape in shapes]
    arguments = bind_call(traced, read, names, listed=listed)
    inference = traced.infer(*arguments.args, **arguments.kwargs)
    return Trace(traced, arguments, inference, output_format)


def read_names(layer: Kind, rank: int, data_format: str | None = None) -> tuple[str, ...]:
    """The names of the axes of a layer's input."""
    if layer.adds_axis:
        return axis_names(layer, rank + 1, data_format)[:-1]
    return axis_names(layer, rank, data_format)


def axis_names(layer: Kind, rank: int, data_format: str | None = None) -> tuple[str, ...]:
    """The names of the axes of a layer's output; `data_format` is for a layer without its own."""
    channels = CHANNELS if layer.rank or rank > 3 else FEATURES
    if rank <= 2:
        return (BATCH, channels)[:rank]
    spatial = spatial_names(rank - 2)
    if (getattr(layer, "data_format", None) or data_format) == CHANNELS_FIRST:
        return (BATCH, channels, *spatial)
    return (BATCH, *spatial, channels)


def spatial_names(rank: int) -> tuple[str, ...]:
    """The names of `rank` spatial axes."""
    return _SPATIAL.get(rank) or tuple(f"axis {axis}" for axis in range(1, rank + 1))


def _traced_shape(shape: Shape, names: Sequence[str]) -> Shape:
    return tuple(
        None if dim is None else SymbolicInt.term(dim, name)
        for dim, name in zip(shape, names, strict=True)
    )


def _traced_layer(layer: Kind) -> Kind:
    """The layer with each integer among its arguments traced under the argument's name."""
    kind = type(layer)
    spatial = _SPATIAL.get(kind.rank, ())
    traced: dict[str, Any] = {}
    for name in kind.__struct_fields__:
        value = getattr(layer, name)
        if name in per_axis_fields(kind) and _is_number(value) and name.endswith("_size"):
            value = per_axis(value, kind.rank)
        if name in per_axis_fields(kind) and isinstance(value, tuple) and name.endswith("_size"):
            labels = [f"{name.removesuffix('_size')} {axis}" for axis in spatial]
            traced[name] = tuple(map(SymbolicInt.term, value, labels))
        else:
            # Distinguish an argument `height` from the height of the image.
            traced[name] = _traced(value, f"the argument {name}" if name in SPATIAL else name)
    return msgspec.structs.replace(layer, **traced)


def _traced(value: Any, name: str) -> Any:
    if _is_number(value):
        return SymbolicInt.term(value, name)
    if isinstance(value, tuple):
        return tuple(_traced(item, name) for item in value)
    if isinstance(value, LayerInstance):
        return msgspec.structs.replace(value, layer=_traced_layer(value.layer))
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
