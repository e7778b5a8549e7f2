"""Receptive fields as data: which positions of an input something is made from, on each axis."""

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeAlias

import msgspec


class Field(msgspec.Struct, frozen=True):
    """The field of each position of an axis, on the same axis of an input of the network.

    Position number i, counted from 0, is made from `firsts[i]` to `lasts[i]`, both included; after
    those listed they repeat, moved on by `step`. One is listed unless something is enlarged on the
    way. Positions before 0 and beyond the end are padding. It is not `aligned` where paths of which
    it is the union have not the same centre.
    """

    firsts: tuple[int, ...] = (0,)
    lasts: tuple[int, ...] = (0,)
    step: int = 1
    aligned: bool = True

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

    def to_dict(self) -> dict[str, object]:
        """The field as plain JSON data; `offset` is where that of position 0 begins."""
        stride = self.stride
        return {
            "size": self.size,
            "stride": stride.numerator if stride.denominator == 1 else float(stride),
            "offset": self.start,
            "aligned": self.aligned,
        }


class Unlimited(msgspec.Struct, frozen=True):
    """All of the axis: something on the way reads all positions at once."""


AxisField: TypeAlias = Field | Unlimited | None
"""A field on one axis; None where it can't be known."""

Fields: TypeAlias = Mapping[str, tuple[AxisField, ...]]
"""For each input of the network that is read, the field on each of its axes after the batch."""

UNLIMITED = Unlimited()
