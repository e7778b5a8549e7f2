"""The receptive field: which part of the network's inputs each position of a layer is made from.

Where it lies follows from the windows on the way. Source: Araujo, Norris and Sim, Computing
Receptive Fields of Convolutional Neural Networks, Distill 2019, with whose conventions padding
counts as positions of the input, so that a field may be larger than what is there.
"""

import math
from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from convcalc.analysis.analysis import Analysis
from convcalc.network import UNKNOWN, Network, Node
from convcalc.report import LayerReport, Report
from convcalc.report.costs import (
    UNLIMITED,
    AxisReceptiveField,
    ReceptiveField,
    ReceptiveFields,
    Unlimited,
)
from convcalc.shapes import CHANNELS_FIRST, Dim, Shape
from convcalc.windows import ALL, IDENTITY, MIXED, All, AxisDependency, Mixed, TransposedWindow

MAX_PERIOD = 64
"""After how many positions, at most, a field must repeat to be followed any further."""

MAX_ENDS = 300_000
"""How many ends of fields are kept; what would take more is unknown."""


_ITSELF = ReceptiveField()

_Axis: TypeAlias = AxisReceptiveField | Mixed
_Axes: TypeAlias = Mapping[str, tuple[_Axis, ...]]
"""As `ReceptiveFields`, where an axis may also be one of those whose positions were mixed."""


def receptive_fields(
    analysis: Analysis, of: int | None = None
) -> tuple[ReceptiveFields | None, ...]:
    """The receptive fields of each layer, in order; None where an input of the layer is unknown.

    With `of`, the position of one layer, only that layer and those that it depends on.
    """
    network, report = analysis.network, analysis.report
    inputs = set(network.inputs)
    wanted = None if of is None else _made_from(network, of)
    found: list[_Axes | None] = []
    ends = 0
    for i, (node, layer) in enumerate(analysis.layers()):
        if ends > MAX_ENDS or (wanted is not None and i not in wanted):
            found.append(None)
        elif i in inputs:
            shape = layer.output_shapes[0] if layer.output_shapes else ()
            found.append({node.name: (_ITSELF,) * max(len(shape) - 1, 0)})
        else:
            found.append(_fields(node, layer, report, found))
        ends += sum(
            len(axis.firsts) if isinstance(axis, ReceptiveField) else 1
            for axes in (found[-1] or {}).values()
            for axis in axes
        )
    ranks = {name: len(axes) for i in inputs for name, axes in (found[i] or {}).items()}
    return tuple(
        None if axes is None else _told(axes, ranks, layer.output_shapes)
        for axes, layer in zip(found, report.layers, strict=True)
    )


def _told(
    axes: _Axes, ranks: Mapping[str, int], outputs: tuple[Shape, ...] | None
) -> ReceptiveFields:
    """The fields on the axes of the inputs, without those that were added on the way."""
    sizes = outputs[0][1:] if outputs else ()
    return {
        name: tuple(
            _existing(axis, sizes[i]) if isinstance(axis, ReceptiveField) else axis
            for i, axis in enumerate(None if isinstance(axis, Mixed) else axis for axis in each)
            if i < ranks[name]
        )
        for name, each in axes.items()
    }


def _existing(field: ReceptiveField, size: Dim) -> ReceptiveField:
    """The field without positions that an axis of this size does not have."""
    if size is None or not 0 < size < len(field.firsts):
        return field
    step = field.at(size)[0] - field.firsts[0]
    return ReceptiveField(field.firsts[:size], field.lasts[:size], step, field.concentric)


def with_fields(analysis: Analysis) -> Analysis:
    """The analysis with the receptive field of each layer, and of each group with one output.

    Fields are those of the spatial axes: all axes of an input but its channels, if it has others.
    """
    network, report = analysis.network, analysis.report
    space = {tensor.name: _space(tensor.shape, report) for tensor in report.inputs}
    found: list[ReceptiveFields | None] = [
        None if fields is None else {name: axes[space[name]] for name, axes in fields.items()}
        for fields in receptive_fields(analysis)
    ]
    ends = {
        name: group.outputs[0]
        for name, group in network.groups.items()
        if len(group.outputs) == 1 and group.outputs[0] is not UNKNOWN
    }
    return analysis.with_report(
        msgspec.structs.replace(
            report,
            layers=tuple(
                msgspec.structs.replace(layer, receptive_field=fields)
                for layer, fields in zip(report.layers, found, strict=True)
            ),
            groups={
                name: msgspec.structs.replace(
                    group, receptive_field=found[ends[name].node] if name in ends else None
                )
                for name, group in report.groups.items()
            },
        )
    )


def _space(shape: Shape | None, report: Report) -> slice:
    """Which axes after the batch are in space; all of an input that has only one."""
    if shape is None or len(shape) < 3:
        return slice(None)
    return slice(1, None) if channels_come_first(report) else slice(None, -1)


def channels_come_first(report: Report) -> bool:
    """Whether the inputs have their channels before the axes in space, as the first layer says."""
    formats = (
        getattr(layer.layer, "data_format", None)
        for layer in report.layers
        if layer.layer is not None and layer.layer.rank
    )
    return next(filter(None, formats), None) == CHANNELS_FIRST


def _made_from(network: Network, layer: int) -> set[int]:
    """A layer and all that it reads, directly or by way of others, by their numbers."""
    found = {layer}
    waiting = [layer]
    while waiting:
        for tensor in network.nodes[waiting.pop()].inputs:
            if tensor is not UNKNOWN and tensor.node not in found:
                found.add(tensor.node)
                waiting.append(tensor.node)
    return found


def _fields(
    node: Node, layer: LayerReport, report: Report, earlier: list[_Axes | None]
) -> _Axes | None:
    if layer.layer is None or not layer.output_shapes:
        return None
    fields: dict[str, tuple[_Axis, ...]] = {}
    for tensor in node.inputs:
        above = None if tensor is UNKNOWN else earlier[tensor.node]
        outputs = report.layers[tensor.node].output_shapes
        if above is None or outputs is None:
            return None
        read = outputs[tensor.output]
        reads = layer.layer.dependencies(layer.windows, read, layer.output_shapes[0])
        for name, axes in above.items():
            seen = _through(reads, axes)
            if layer.layer.adds_axis:
                seen = (*seen, MIXED)
            fields[name] = tuple(map(_together, fields.get(name, seen), seen))
    return fields


def _through(reads: tuple[AxisDependency, ...], axes: tuple[_Axis, ...]) -> tuple[_Axis, ...]:
    """The fields of what reads something whose fields are known."""
    if len(reads) == len(axes):
        mixed = _mixed(reads)
        return tuple(
            mixed if isinstance(axis, Mixed) else _extended(each, axis)
            for each, axis in zip(reads, axes, strict=True)
        )
    # The axes are no longer those of the input: only what was read as a whole is still so.
    if None in reads:
        return (None,) * len(axes)
    return tuple(
        axis if axis is None or isinstance(axis, Unlimited) else _mixed(reads) for axis in axes
    )


def _mixed(reads: tuple[AxisDependency, ...]) -> _Axis:
    """The field, on an axis whose positions are mixed with others, of what reads all of these."""
    if reads and all(isinstance(each, All) for each in reads):
        return UNLIMITED
    return MIXED if all(each in {MIXED, ALL, IDENTITY} for each in reads) else None


def _extended(reads: AxisDependency, field: AxisReceptiveField) -> _Axis:
    """The field, on one axis, of what reads positions with that field."""
    if reads is None or field is None:
        return None
    if isinstance(reads, Mixed):
        return field if isinstance(field, Unlimited) else MIXED
    if isinstance(reads, All) or isinstance(field, Unlimited):
        return UNLIMITED
    if isinstance(reads, TransposedWindow):
        return _enlarged(reads, field)
    before = reads.before
    if before is None:  # same padding of an unknown size
        if reads.stride > 1:
            return None
        before = (reads.extent - 1) // 2
    count = len(field.firsts)
    period = count // math.gcd(count, reads.stride)
    starts = [i * reads.stride - before for i in range(period)]
    return ReceptiveField(
        tuple(field.at(start)[0] for start in starts),
        tuple(field.at(start + reads.extent - 1)[1] for start in starts),
        field.step * reads.stride * period // count,
        field.concentric,
    )


def _enlarged(window: TransposedWindow, field: ReceptiveField) -> AxisReceptiveField:
    """The field of what is written by positions with that field."""
    stride, extent = window.stride, window.extent
    period = len(field.firsts) * stride
    # With gaps between the windows, or in them, some positions are written by none.
    if period > MAX_PERIOD or extent < stride or (window.dilation > 1 and stride > 1):
        return None
    places = [i + window.before for i in range(period)]
    return ReceptiveField(
        tuple(field.at(-((extent - 1 - place) // stride))[0] for place in places),
        tuple(field.at(place // stride)[1] for place in places),
        field.step,
        field.concentric,
    )


def _together(a: _Axis, b: _Axis) -> _Axis:
    """The field of what reads two things at the same position."""
    if isinstance(a, Unlimited) or isinstance(b, Unlimited):
        return UNLIMITED
    if a is None or b is None:
        return None
    if isinstance(a, Mixed) or isinstance(b, Mixed):
        return MIXED
    if not a.moves_like(b):
        return None
    period = math.lcm(len(a.firsts), len(b.firsts))
    if period > MAX_PERIOD:
        return None
    ends = [(a.at(i), b.at(i)) for i in range(period)]
    return ReceptiveField(
        tuple(min(x[0], y[0]) for x, y in ends),
        tuple(max(x[1], y[1]) for x, y in ends),
        a.step * period // len(a.firsts),
        a.concentric and b.concentric and all(sum(x) == sum(y) for x, y in ends),
    )
