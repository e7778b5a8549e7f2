"""What a kind may show beside its numbers: a drawing, and other layers in its place."""

from typing import NamedTuple

from convcalc.shapes import Dim, Shape


class Block(NamedTuple):
    """A block of numbers to be drawn: its sizes in space, and how many channels it is deep."""

    sizes: Shape
    depth: Dim


class Illustration(NamedTuple):
    """What is drawn of a layer: what it reads, one of its filters, and the map that this gives."""

    read: Block
    filter: Block
    map: Block
    filters: int
