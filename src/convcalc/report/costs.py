"""The receptive fields and the memory of a network, as data."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Literal, TypeAlias

import msgspec

from convcalc.shapes import total


class ReceptiveField(msgspec.Struct, frozen=True):
    """The field of each position of an axis, on the same axis of an input of the network.

    Position i, counted from 0, depends on `firsts[i]` to `lasts[i]`, both included. After those
    listed the pattern repeats, shifted by `step`. Without up-sampling only one is listed. Positions
    below 0 and beyond the end are padding. A field that joins paths with different centres is not
    `concentric`.
    """

    firsts: tuple[int, ...] = (0,)
    lasts: tuple[int, ...] = (0,)
    step: int = 1
    concentric: bool = True

    @property
    def size(self) -> int:
        """The number of positions it spans, the largest where that varies."""
        return max(last - first + 1 for first, last in zip(self.firsts, self.lasts, strict=True))

    @property
    def stride(self) -> int | None:
        """The distance that both ends move from each position to the next; None if it varies."""
        ends = [self.at(position) for position in range(len(self.firsts) + 1)]
        moves = {
            b - a for these, those in pairwise(ends) for a, b in zip(these, those, strict=True)
        }
        return moves.pop() if len(moves) == 1 else None

    def moves_like(self, other: "ReceptiveField") -> bool:
        """Whether both have the same average stride."""
        return self.step * len(other.firsts) == other.step * len(self.firsts)

    @property
    def offset(self) -> int | None:
        """The start of the field of position 0; None without a constant `stride`."""
        return None if self.stride is None else self.firsts[0]

    @property
    def aligned(self) -> bool:
        """Whether size, stride and offset determine the centre of each position's field."""
        return self.concentric and self.stride is not None

    def at(self, position: int) -> tuple[int, int]:
        """The first and last input position that a position depends on."""
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
    """The field is the whole axis: some layer reads all positions at once."""


AxisReceptiveField: TypeAlias = ReceptiveField | Unlimited | None
"""A field on one axis; None if unknown."""

ReceptiveFields: TypeAlias = Mapping[str, tuple[AxisReceptiveField, ...]]
"""Maps the name of each input of the network to the fields on its axes after the batch."""

UNLIMITED = Unlimited()


Optimizer: TypeAlias = Literal["sgd", "momentum", "adam"]

SLOTS: Mapping[Optimizer, int] = {"sgd": 0, "momentum": 1, "adam": 2}
"""The number of values that each optimizer keeps per trainable parameter, of the same data type.

Source: `keras.optimizers.SGD` and `Adam`. The learning rate and the step count are left out.
"""


class DTypeTotals(msgspec.Struct, frozen=True):
    """The number of parameters of a data type, and their bytes."""

    count: int
    bytes: int


class Alive(msgspec.Struct, frozen=True):
    """A tensor in memory while a layer runs: an output of a layer, and its bytes."""

    layer: int
    output: int
    bytes: int


class Activations(msgspec.Struct, frozen=True):
    """The bytes of each layer's outputs for a batch, and the peak at inference.

    `layers` has the bytes of all outputs of each layer, in the network's order: elements for the
    batch × bytes per element; None where a size or data type is unknown. `missing` has the indices
    of those layers. The `peak` occurs first while layer `at` runs; `alive` has the tensors in
    memory then, in the order of creation. If anything is missing, `peak` and `at` are None and
    `alive` is empty, since the missing part could be the largest.

    Layers run one after the other, in the network's order, including those that lead to no output.
    The network's inputs are alive from the start, its outputs until the end. Other outputs are
    alive from when their layer runs until their last reader has run, so a layer's inputs and
    outputs are alive together. Each output is a separate tensor: nothing runs in place, and nothing
    is a view. Memory inside a layer, and a framework's own, is not counted.
    """

    batch: int | None
    layers: tuple[int | None, ...]
    missing: tuple[int, ...]
    peak: int | None
    at: int | None
    alive: tuple[Alive, ...]

    @property
    def sum(self) -> int | None:
        """The bytes of all outputs of all layers."""
        return total(self.layers)


class Training(msgspec.Struct, frozen=True):
    """An estimate of the memory of one training step, in bytes, by part.

    An unknown part is None; `missing` has the indices of the layers that make it unknown.
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
        """The sum of the parts; None if one is unknown."""
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
        """The formula of the estimate, in words."""
        slots = SLOTS[self.optimizer]
        batch = "the network" if self.batch is None else f"{self.batch:,}"
        return (
            "weights + gradients (trainable weights) + "
            f"{self.optimizer} slots ({slots} × trainable weights) + "
            f"activations of all layers for a batch of {batch}"
        )
