"""The drawing that a kind may show beside its numbers."""

from typing import NamedTuple

from convcalc.shapes import Dim, Shape


class Block(NamedTuple):
    """A block of numbers to draw: its spatial sizes, and its depth in channels."""

    sizes: Shape
    depth: Dim


class Illustration(NamedTuple):
    """The drawing of a layer: its input, one filter, and the map that this filter computes."""

    read: Block
    filter: Block
    map: Block
    filters: int
