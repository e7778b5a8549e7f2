"""Receptive fields: the input positions that each output position of a layer depends on.

Source: Araujo, Norris and Sim, Computing Receptive Fields of Convolutional Neural Networks, Distill
2019. As there, padding counts as input positions, so a field can be larger than the input.
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
"""The longest period, in positions, of a field that is followed; a longer one is unknown."""

MAX_ENDS = 300_000
"""The number of field ends that are kept; fields beyond are unknown."""


_ITSELF = ReceptiveField()

_Axis: TypeAlias = AxisReceptiveField | Mixed
_Axes: TypeAlias = Mapping[str, tuple[_Axis, ...]]
"""As `ReceptiveFields`, where an axis can also be `Mixed` with others."""


def receptive_fields(
    analysis: Analysis, of: int | None = None
) -> tuple[ReceptiveFields | None, ...]:
    """The receptive fields of each layer, in order; None where an input of the layer is unknown.

    With `of`, the index of one layer, only for that layer and those it depends on.
    """
    network, report = analysis.network, analysis.report
    inputs = set(network.inputs)
    wanted = None if of is None else _with_dependencies(network, of)
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
        None if axes is None else _on_input_axes(axes, ranks, layer.output_shapes)
        for axes, layer in zip(found, report.layers, strict=True)
    )


def _on_input_axes(
    axes: _Axes, ranks: Mapping[str, int], outputs: tuple[Shape, ...] | None
) -> ReceptiveFields:
    """The fields on the axes of the inputs, without axes that layers added."""
    sizes = outputs[0][1:] if outputs else ()
    return {
        name: tuple(
            _truncated(axis, sizes[i]) if isinstance(axis, ReceptiveField) else axis
            for i, axis in enumerate(None if isinstance(axis, Mixed) else axis for axis in each)
            if i < ranks[name]
        )
        for name, each in axes.items()
    }


def _truncated(field: ReceptiveField, size: Dim) -> ReceptiveField:
    """The field of an axis with only `size` positions."""
    if size is None or not 0 < size < len(field.firsts):
        return field
    step = field.at(size)[0] - field.firsts[0]
    return ReceptiveField(field.firsts[:size], field.lasts[:size], step, field.concentric)


def with_fields(analysis: Analysis) -> Analysis:
    """The analysis with the receptive field of each layer, and of each group with one output.

    The fields cover the spatial axes: all axes but the channels, or the only axis.
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
    """The spatial axes among those after the batch; an only axis counts as spatial."""
    if shape is None or len(shape) < 3:
        return slice(None)
    return slice(1, None) if channels_come_first(report) else slice(None, -1)


def channels_come_first(report: Report) -> bool:
    """Whether the inputs are channels-first: the first data format of a spatial layer decides."""
    formats = (
        getattr(layer.layer, "data_format", None)
        for layer in report.layers
        if layer.layer is not None and layer.layer.rank
    )
    return next(filter(None, formats), None) == CHANNELS_FIRST


def _with_dependencies(network: Network, layer: int) -> set[int]:
    """The indices of a layer and of all layers it depends on."""
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
    """The fields of a layer whose input has the fields `axes`."""
    if len(reads) == len(axes):
        mixed = _mixed(reads)
        return tuple(
            mixed if isinstance(axis, Mixed) else _extended(each, axis)
            for each, axis in zip(reads, axes, strict=True)
        )
    # The axes no longer match those of the input: only an unlimited field stays certain.
    if None in reads:
        return (None,) * len(axes)
    return tuple(
        axis if axis is None or isinstance(axis, Unlimited) else _mixed(reads) for axis in axes
    )


def _mixed(reads: tuple[AxisDependency, ...]) -> _Axis:
    """The field of a layer on an axis that its input has mixed with others."""
    if reads and all(isinstance(each, All) for each in reads):
        return UNLIMITED
    return MIXED if all(each in {MIXED, ALL, IDENTITY} for each in reads) else None


def _extended(reads: AxisDependency, field: AxisReceptiveField) -> _Axis:
    """The field, on one axis, of a layer whose input positions have the field `field`."""
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
    """The field of a transposed window's output, from positions with the field `field`."""
    stride, extent = window.stride, window.extent
    period = len(field.firsts) * stride
    # Gaps between or within windows leave some positions unwritten.
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
    """The field of a layer that reads both fields at the same position."""
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
