"""The columns of a table of layers."""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal

import msgspec

from convcalc.render.amounts import format_bytes
from convcalc.render.printable import printable
from convcalc.report import LayerReport, Report, WeightReport
from convcalc.report.costs import AxisReceptiveField, ReceptiveField, Unlimited
from convcalc.shapes import Shape, format_shape, format_sizes, product, total

Cell = str | int | float | None
"""A text, a count, a percentage, or None if unknown."""

UNKNOWN = "?"


class Column(msgspec.Struct, frozen=True):
    """A column: its heading, the cell of a layer, and the layout of cells.

    `breaks` says where a narrow terminal may break a cell. `unit` is the unit of numbers; a
    percentage is a layer's share in `whole`, the report's total, and is drawn with a bar. `size` is
    the number to sort by if the cell is a text; None if unknown. `is_costly` columns need a report
    with costs. `is_signed` texts may begin with a sign.
    """

    heading: str
    cell: Callable[[LayerReport], Cell]
    justify: Literal["left", "right"] = "left"
    breaks: Literal["never", "between words", "anywhere"] = "never"
    whole: Callable[[Report], int | None] | None = None
    unit: Literal["count", "bytes", "percent", "ratio"] = "count"
    size: Callable[[LayerReport], float | None] | None = None
    is_costly: bool = False
    is_signed: bool = False

    def cells(self, layers: Iterable[LayerReport], report: Report) -> Iterator[Cell]:
        """The cell of each layer of a report."""
        if self.whole is None:
            yield from map(self.cell, layers)
            return
        whole = self.whole(report)
        for layer in layers:
            part = self.cell(layer)
            if whole == 0:
                yield ""  # a share of nothing is undefined, not unknown
            else:
                yield 100 * part / whole if isinstance(part, int) and whole else None

    def format(self, cell: Cell) -> str:
        """A cell for people: with commas between thousands, and units."""
        if cell is None:
            return UNKNOWN
        if isinstance(cell, str):
            return cell
        match self.unit:
            case "percent":
                return f"{cell:.1f}%"
            case "ratio":
                return f"{cell:,.3g}"
            case "bytes":
                return format_bytes(int(cell))
            case "count":
                return f"{cell:,}"


def _shapes(shapes: tuple[Shape | None, ...] | None) -> str | None:
    if shapes is None or (shapes and all(shape is None for shape in shapes)):
        return None
    return ", ".join(UNKNOWN if shape is None else format_shape(shape) for shape in shapes)


def _elements(shapes: tuple[Shape | None, ...] | None) -> int | None:
    if shapes is None:
        return None
    return total([None if shape is None else product(shape[1:]) for shape in shapes])


def _kernels(layer: LayerReport) -> list[WeightReport]:
    weights = layer.weights or ()
    return [w for w in weights if w.name == "kernel" or w.name.endswith("_kernel")]


def _kernel(layer: LayerReport) -> str | None:
    if layer.weights is None:
        return None
    return " + ".join(format_sizes(weight.shape) for weight in _kernels(layer))


def _count(weights: Iterable[WeightReport] | None) -> int | None:
    return None if weights is None else sum(weight.count for weight in weights)


def _weights(layer: LayerReport) -> str | None:
    if layer.weights is None:
        return None
    names = [weight.name for weight in layer.weights]
    if len(set(names)) < len(names):  # weights of sublayers may have equal names
        names = [weight.path for weight in layer.weights]
    pairs = zip(names, layer.weights, strict=True)
    return ", ".join(f"{name} {format_sizes(weight.shape)}" for name, weight in pairs)


def _trainable(layer: LayerReport) -> str | None:
    params = layer.params
    if params is None:
        return None
    if not params.count:
        return ""
    return (
        "partly"
        if params.trainable and params.non_trainable
        else "yes"
        if params.trainable
        else "no"
    )


def _name_and_kind(layer: LayerReport) -> str:
    shares = f", shares {layer.shares}" if layer.shares else ""
    return f"{layer.name} ({layer.kind}{shares})"


def _params(layer: LayerReport) -> int | None:
    return None if layer.params is None else layer.params.count


def _macs(layer: LayerReport) -> int | None:
    return None if layer.op_counts is None else layer.op_counts.macs


def _by_input(show: Callable[[ReceptiveField], str]) -> Callable[[LayerReport], Cell]:
    """A cell with one property of the receptive field per axis, for each input if several."""

    def cell(layer: LayerReport) -> str | None:
        fields = layer.receptive_field
        if fields is None:
            return None
        by_input = {name: _by_axis(axes, show) for name, axes in fields.items()}
        if len(by_input) == 1:
            return "".join(by_input.values())
        return ", ".join(f"{name} {text}" for name, text in by_input.items())

    return cell


def _largest(
    value: Callable[[ReceptiveField], int | None],
) -> Callable[[LayerReport], float | None]:
    """The largest value of a property of the receptive field on any axis."""

    def size(layer: LayerReport) -> float | None:
        axes = [axis for axes in (layer.receptive_field or {}).values() for axis in axes]
        values = [math.inf if isinstance(a, Unlimited) else value(a) for a in axes if a is not None]
        return max((number for number in values if number is not None), default=None)

    return size


_ALL = "all"


def _by_axis(axes: Sequence[AxisReceptiveField], show: Callable[[ReceptiveField], str]) -> str:
    texts = [
        UNKNOWN if axis is None else _ALL if isinstance(axis, Unlimited) else show(axis)
        for axis in axes
    ]
    return "×".join(texts if set(texts) != {_ALL} else [_ALL])


def _size_of_field(field: ReceptiveField) -> str:
    return f"{field.size}" if field.aligned else f"{field.size}*"


def _stride_of_field(field: ReceptiveField) -> str:
    return UNKNOWN if field.stride is None else f"{field.stride}"


def _offset_of_field(field: ReceptiveField) -> str:
    return UNKNOWN if field.offset is None else f"{field.offset}"


def _strides(layer: LayerReport) -> str:
    return format_sizes([window.stride for window in layer.windows]) if layer.windows else ""


def _dilation(layer: LayerReport) -> str:
    return format_sizes([window.dilation for window in layer.windows]) if layer.windows else ""


def _argument(name: str) -> Callable[[LayerReport], Cell]:
    def cell(layer: LayerReport) -> str:
        value: Any = getattr(layer.layer, name, None)
        if isinstance(value, tuple | list):
            return "×".join(
                "–".join(map(str, v)) if isinstance(v, tuple) else str(v) for v in value
            )
        return "" if value is None else str(value)

    return cell


COLUMNS: dict[str, Column] = {
    "layer": Column("Layer (type)", _name_and_kind, breaks="anywhere"),
    "name": Column("Layer", lambda layer: layer.name, breaks="anywhere"),
    "kind": Column("Type", lambda layer: layer.kind),
    "input": Column(
        "Input Shape",
        lambda layer: _shapes(layer.input_shapes),
        breaks="between words",
        size=lambda layer: _elements(layer.input_shapes),
    ),
    "output": Column(
        "Output Shape",
        lambda layer: _shapes(layer.output_shapes),
        size=lambda layer: _elements(layer.output_shapes),
    ),
    "kernel": Column(
        "Kernel",
        _kernel,
        size=lambda layer: None if layer.weights is None else _count(_kernels(layer)),
    ),
    "strides": Column("Strides", _strides),
    "padding": Column("Padding", _argument("padding")),
    "dilation": Column("Dilation", _dilation),
    "groups": Column("Groups", _argument("groups")),
    "activation": Column("Activation", _argument("activation")),
    "weights": Column(
        "Weights", _weights, breaks="between words", size=lambda layer: _count(layer.weights)
    ),
    "trainable": Column("Trainable", _trainable),
    "params": Column("Param #", _params, "right"),
    "params%": Column(
        "Params %",
        _params,
        unit="percent",
        whole=lambda report: None if report.partial else report.params.count,
        size=_params,
    ),
    "macs": Column("MACs", _macs, "right"),
    "macs%": Column(
        "MACs %", _macs, unit="percent", whole=lambda report: report.op_counts.macs, size=_macs
    ),
    "activation_bytes": Column(
        "Activations",
        lambda layer: layer.activation_bytes,
        "right",
        unit="bytes",
        is_costly=True,
    ),
    "receptive_field": Column(
        "Receptive field",
        _by_input(_size_of_field),
        breaks="between words",
        size=_largest(lambda field: field.size),
        is_costly=True,
    ),
    "receptive_stride": Column(
        "Field stride",
        _by_input(_stride_of_field),
        breaks="between words",
        size=_largest(lambda field: field.stride),
        is_costly=True,
    ),
    "receptive_offset": Column(
        "Field offset",
        _by_input(_offset_of_field),
        breaks="between words",
        size=_largest(lambda field: field.offset),
        is_costly=True,
        is_signed=True,
    ),
    "connected": Column("Connected to", lambda layer: ", ".join(layer.inputs), breaks="anywhere"),
}


def shown(name: str, cell: Cell, layer: LayerReport) -> str:
    """A column's cell for people; the output of a faulty layer is its fault."""
    if name == "output" and layer.fault:
        return f"✗ {layer.fault}"
    return printable(COLUMNS[name].format(cell))


def default_columns(layers: tuple[LayerReport, ...]) -> tuple[str, ...]:
    """Keras's columns and the kernel, and connections unless each layer reads the one above."""
    chain = all(layer.inputs == (above.name,) for above, layer in itertools.pairwise(layers))
    return ("layer", "output", "kernel", "params", *(() if chain else ("connected",)))


def chosen(columns: tuple[str, ...] | None, default: tuple[str, ...]) -> tuple[str, ...]:
    """The columns to show: the chosen ones; with a `+` on any, after the default ones."""
    if columns is None:
        return default
    adds = any(name.startswith("+") for name in columns)
    names = [name.removeprefix("+") for name in columns]
    return tuple(dict.fromkeys([*(default if adds else ()), *names]))
