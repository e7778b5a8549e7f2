"""The receptive field: which part of the network's inputs each position of a layer is made from.

Where it lies follows from the windows on the way. Source: Araujo, Norris and Sim, Computing
Receptive Fields of Convolutional Neural Networks, Distill 2019, with whose conventions padding
counts as positions of the input, so that a field may be larger than what is there.
"""

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import TypeAlias

import msgspec

from convcalc.network import UNKNOWN, Network, Node
from convcalc.report import LayerReport, Report
from convcalc.windows import Reads, TransposedWindow, Whole

MAX_PERIOD = 64
"""After how many positions, at most, a field must repeat to be followed any further."""

MAX_ENDS = 300_000
"""How many ends of fields are kept; what would take more is unknown."""


class Field(msgspec.Struct, frozen=True):
    """The field of each position of an axis, on the same axis of an input of the network.

    Position number i, counted from 0, is made from `firsts[i]` to `lasts[i]`, both included; after
    those listed they repeat, moved on by `step`. One is listed unless something is enlarged on the
    way. Positions before 0 and beyond the end are padding.
    """

    firsts: tuple[int, ...] = (0,)
    lasts: tuple[int, ...] = (0,)
    step: int = 1

    @property
    def size(self) -> int:
        """How many positions it spans; the most, where that differs from one to the next."""
        return max(last - first + 1 for first, last in zip(self.firsts, self.lasts, strict=True))

    @property
    def stride(self) -> Fraction:
        """How far it moves from one position to the next, on average."""
        return Fraction(self.step, len(self.firsts))

    @property
    def start(self) -> int:
        """Where the field of position 0 begins."""
        return self.firsts[0]

    def at(self, position: int) -> tuple[int, int]:
        """The first and last position of the input that a position is made from."""
        rounds, place = divmod(position, len(self.firsts))
        moved = rounds * self.step
        return self.firsts[place] + moved, self.lasts[place] + moved


class Unlimited(msgspec.Struct, frozen=True):
    """All of the axis: something on the way reads all positions at once."""


AxisField: TypeAlias = Field | Unlimited | None
"""A field on one axis; None where it can't be known."""

Fields: TypeAlias = Mapping[str, tuple[AxisField, ...]]
"""For each input of the network that is read, the field on each of its axes after the batch."""

UNLIMITED = Unlimited()
_ITSELF = Field()


def receptive_fields(
    network: Network, report: Report, of: int | None = None
) -> tuple[Fields | None, ...]:
    """The receptive fields of each layer, in order; None where even what it reads is unknown.

    With `of` only that layer, by its number, and those that it is made from are looked at.
    """
    inputs = set(network.inputs)
    wanted = None if of is None else _made_from(network, of)
    found: list[Fields | None] = []
    ends = 0
    for i, (node, layer) in enumerate(zip(network.nodes, report.layers, strict=True)):
        if ends > MAX_ENDS or (wanted is not None and i not in wanted):
            found.append(None)
        elif i in inputs:
            shape = layer.output_shapes[0] if layer.output_shapes else ()
            found.append({node.name: (_ITSELF,) * max(len(shape) - 1, 0)})
        else:
            found.append(_fields(node, layer, report, found))
        ends += sum(
            len(axis.firsts) if isinstance(axis, Field) else 1
            for axes in (found[-1] or {}).values()
            for axis in axes
        )
    return tuple(found)


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
    node: Node, layer: LayerReport, report: Report, earlier: list[Fields | None]
) -> Fields | None:
    if layer.layer is None or not layer.output_shapes:
        return None
    fields: dict[str, tuple[AxisField, ...]] = {}
    for tensor in node.inputs:
        above = None if tensor is UNKNOWN else earlier[tensor.node]
        outputs = report.layers[tensor.node].output_shapes
        if above is None or outputs is None:
            return None
        read = outputs[tensor.output]
        reads = layer.layer.reach(layer.windows, read, layer.output_shapes[0])
        for name, axes in above.items():
            seen = _through(reads, axes)
            fields[name] = tuple(map(_together, fields.get(name, seen), seen))
    return fields


def _through(reads: tuple[Reads, ...], axes: tuple[AxisField, ...]) -> tuple[AxisField, ...]:
    """The fields of what reads something whose fields are known."""
    if len(reads) == len(axes):
        return tuple(map(_extended, reads, axes))
    # The axes are no longer those of the input: only what was read as a whole is still so.
    if None in reads:
        return (None,) * len(axes)
    whole = all(isinstance(each, Whole) for each in reads)
    return tuple(UNLIMITED if whole or isinstance(axis, Unlimited) else None for axis in axes)


def _extended(reads: Reads, field: AxisField) -> AxisField:
    """The field, on one axis, of what reads positions with that field."""
    if reads is None or field is None:
        return None
    if isinstance(reads, Whole) or isinstance(field, Unlimited):
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
    return Field(
        tuple(field.at(start)[0] for start in starts),
        tuple(field.at(start + reads.extent - 1)[1] for start in starts),
        field.step * reads.stride * period // count,
    )


def _enlarged(window: TransposedWindow, field: Field) -> AxisField:
    """The field of what is written by positions with that field."""
    stride, extent = window.stride, window.extent
    period = len(field.firsts) * stride
    # With gaps between the windows, or in them, some positions are written by none.
    if period > MAX_PERIOD or extent < stride or (window.dilation > 1 and stride > 1):
        return None
    places = [i + window.before for i in range(period)]
    return Field(
        tuple(field.at(-((extent - 1 - place) // stride))[0] for place in places),
        tuple(field.at(place // stride)[1] for place in places),
        field.step,
    )


def _together(a: AxisField, b: AxisField) -> AxisField:
    """The field of what reads two things at the same position."""
    if isinstance(a, Unlimited) or isinstance(b, Unlimited):
        return UNLIMITED
    if a is None or b is None or a.stride != b.stride:
        return None
    period = math.lcm(len(a.firsts), len(b.firsts))
    if period > MAX_PERIOD:
        return None
    ends = [(a.at(i), b.at(i)) for i in range(period)]
    return Field(
        tuple(min(x[0], y[0]) for x, y in ends),
        tuple(max(x[1], y[1]) for x, y in ends),
        a.step * period // len(a.firsts),
    )
