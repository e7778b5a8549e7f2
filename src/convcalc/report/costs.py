"""What a network costs beside its parameters and its work, as data: receptive fields, memory."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from convcalc.shapes import total


class ReceptiveField(msgspec.Struct, frozen=True):
    """The field of each position of an axis, on the same axis of an input of the network.

    Position number i, counted from 0, is made from `firsts[i]` to `lasts[i]`, both included; after
    those listed they repeat, moved on by `step`. One is listed unless something is enlarged on the
    way. Positions before 0 and beyond the end are padding. It is `concentric` unless it is the
    union of paths with different centres.
    """

    firsts: tuple[int, ...] = (0,)
    lasts: tuple[int, ...] = (0,)
    step: int = 1
    concentric: bool = True

    @property
    def size(self) -> int:
        """How many positions it spans; the most, where that differs from one to the next."""
        return max(last - first + 1 for first, last in zip(self.firsts, self.lasts, strict=True))

    @property
    def stride(self) -> int | None:
        """How far both ends move from each position to the next; None where that differs."""
        ends = [self.at(position) for position in range(len(self.firsts) + 1)]
        moves = {
            b - a for these, those in pairwise(ends) for a, b in zip(these, those, strict=True)
        }
        return moves.pop() if len(moves) == 1 else None

    def moves_like(self, other: "ReceptiveField") -> bool:
        """Whether the strides are the same."""
        return self.step * len(other.firsts) == other.step * len(self.firsts)

    @property
    def offset(self) -> int | None:
        """Where the field of position 0 begins, from which all others follow by the `stride`."""
        return None if self.stride is None else self.firsts[0]

    @property
    def aligned(self) -> bool:
        """Whether the centre of each position's field follows from size, stride and offset."""
        return self.concentric and self.stride is not None

    def at(self, position: int) -> tuple[int, int]:
        """The first and last position of the input that a position is made from."""
        rounds, place = divmod(position, len(self.firsts))
        moved = rounds * self.step
        return self.firsts[place] + moved, self.lasts[place] + moved

    def to_dict(self) -> dict[str, object]:
        """The field as plain JSON data."""
        return {
            "size": self.size,
            "stride": self.stride,
            "offset": self.offset,
            "aligned": self.aligned,
        }


class Unlimited(msgspec.Struct, frozen=True):
    """All of the axis: something on the way reads all positions at once."""


AxisReceptiveField: TypeAlias = ReceptiveField | Unlimited | None
"""A field on one axis; None where it can't be known."""

ReceptiveFields: TypeAlias = Mapping[str, tuple[AxisReceptiveField, ...]]
"""For each input of the network that is read, the field on each of its axes after the batch."""

UNLIMITED = Unlimited()


Optimizer: TypeAlias = Literal["sgd", "momentum", "adam"]

SLOTS: Mapping[Optimizer, int] = {"sgd": 0, "momentum": 1, "adam": 2}
"""How many values each optimizer keeps of every trained one, each of the same type as that.

Source: `keras.optimizers.SGD` and `Adam`. The two scalars that Keras keeps beside them, the
learning rate and the number of steps, are left out.
"""


class DTypeTotals(msgspec.Struct, frozen=True):
    """How many parameters there are of a type, and the bytes that they take."""

    count: int
    bytes: int


class Alive(NamedTuple):
    """A tensor that is kept while a layer runs: an output of a layer, and its bytes."""

    layer: int
    output: int
    bytes: int


class Activations(msgspec.Struct, frozen=True):
    """The bytes of what each layer gives, for a batch, and the most that is alive at once.

    `layers` has for each layer, in the network's order, the bytes of all its outputs: elements of
    the batch × bytes of an element; None where a size or type is unknown. `missing` has the
    positions of those layers. `peak`, at inference, is reached while the layer at position `at`
    runs, first if several times; `alive` is what is kept there, in the order in which it is made.
    All three are None, or empty, where anything is missing, as any might be the largest.

    What is alive: the layers run one after the other, in the network's order, also those that lead
    to no output. The inputs of the network are there from the start; what a layer gives from when
    it runs, until the last layer that reads it has run; outputs of the network to the end. So while
    a layer runs, both what it reads and what it gives is alive. Each output is a tensor of its own:
    nothing is computed in place, and nothing is a view. What a layer needs inside of it is not
    known, nor what a framework keeps beside tensors.
    """

    batch: int | None
    layers: tuple[int | None, ...]
    missing: tuple[int, ...]
    peak: int | None
    at: int | None
    alive: tuple[Alive, ...]

    @property
    def sum(self) -> int | None:
        """The bytes of all that all layers give."""
        return total(self.layers)


class Training(msgspec.Struct, frozen=True):
    """An estimate of the bytes that a step of training takes, in its parts.

    A part is None where it can't be known; `missing` has the positions of the layers because of
    which it can't.
    """

    optimizer: Optimizer
    batch: int | None
    weights: int | None
    gradients: int | None
    slots: int | None
    activations: int | None
    missing: tuple[int, ...]
    estimate: bool = True

    @property
    def sum(self) -> int | None:
        """The parts together."""
        return total((self.weights, self.gradients, self.slots, self.activations))

    def to_dict(self) -> dict[str, object]:
        """The estimate as plain JSON data, in bytes, with its formula."""
        return {
            "optimizer": self.optimizer,
            "weights": self.weights,
            "gradients": self.gradients,
            "slots": self.slots,
            "activations": self.activations,
            "bytes": self.sum,
            "estimate": self.estimate,
            "formula": self.formula,
        }

    @property
    def formula(self) -> str:
        """What is added up, in words."""
        slots = SLOTS[self.optimizer]
        batch = "the network" if self.batch is None else f"{self.batch:,}"
        return (
            "weights + gradients (trainable weights) + "
            f"{self.optimizer} slots ({slots} × trainable weights) + "
            f"activations of all layers for a batch of {batch}"
        )
