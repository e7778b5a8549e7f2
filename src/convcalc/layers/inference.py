"""What a rule returns: output shapes, weights, windows and operation counts."""

from collections.abc import Iterable

import msgspec
from msgspec.structs import astuple

from convcalc.layers.argument_types import Activation
from convcalc.shapes import Dim, Shape, product, total
from convcalc.windows import AnyWindow


class Weight(msgspec.Struct, frozen=True):
    """A variable of a layer, with the name and shape that it has in Keras."""

    path: str
    """Keras's path of the variable within its layer: `kernel`, or `query/kernel`."""
    shape: tuple[int, ...]
    trainable: bool = True
    dtype: str | None = None
    """None for the layer's own variable dtype."""

    @property
    def name(self) -> str:
        """Keras's name of the variable: the last part of its path."""
        return self.path.rpartition("/")[2]


class OpCounts(msgspec.Struct, frozen=True):
    """The operations of a layer on one sample, by category; None is an unknown count.

    The first three are multiply-accumulates (MACs): in convolutions, in matrix products, and in
    attention (queries × keys, weights × values). The others count elements, never MACs: elements
    that receive a bias, are normalized, activated, read by pooling windows, or merged.
    """

    convolution: Dim = 0
    matrix: Dim = 0
    attention: Dim = 0
    bias: Dim = 0
    normalization: Dim = 0
    activation: Dim = 0
    pooling: Dim = 0
    merging: Dim = 0

    @property
    def macs(self) -> Dim:
        """All multiply-accumulates."""
        return total((self.convolution, self.matrix, self.attention))

    def counts(self) -> tuple[Dim, ...]:
        """The counts in field order."""
        counts: tuple[Dim, ...] = astuple(self)
        return counts

    def __add__(self, other: "OpCounts") -> "OpCounts":
        return sum_op_counts((self, other))

    def times(self, count: Dim) -> "OpCounts":
        """The counts of `count` repetitions."""
        return OpCounts(*(0 if each == 0 else product((each, count)) for each in self.counts()))


def sum_op_counts(counts: Iterable[OpCounts]) -> OpCounts:
    """The sum, category by category."""
    return OpCounts(*map(total, zip(*(each.counts() for each in counts), strict=True)))


UNKNOWN_OP_COUNTS = OpCounts(*(None,) * len(OpCounts.__struct_fields__))


class Inference(msgspec.Struct, frozen=True):
    """What a rule returns: output shapes, weights, windows and operation counts.

    `counted` holds the operations of one sample. Without it, the counts are unknown if the rule
    has weights, and 0 otherwise.
    """

    outputs: tuple[Shape, ...]
    weights: tuple[Weight, ...] = ()
    windows: tuple[AnyWindow, ...] = ()
    counted: OpCounts | None = None
    symbolic: bool = False
    """Whether Keras computes outputs of other shapes than these; their bytes are then unknown."""

    @property
    def op_counts(self) -> OpCounts:
        """The operations of one sample."""
        if self.counted is not None:
            return self.counted
        return UNKNOWN_OP_COUNTS if self.weights else _NO_OPERATIONS


_NO_OPERATIONS = OpCounts()


def elements(shape: Shape) -> Dim:
    """The number of elements of one sample; the shape starts with the batch."""
    return product(shape[1:])


def lora_weights(
    kernel: tuple[int, ...], lora_rank: int | None, of: str = "kernel"
) -> list[Weight]:
    """The low-rank adapters of a kernel, which Keras stores as float32; none for rank 0."""
    if not lora_rank:
        return []
    return [
        Weight(f"lora_{of}_a", (*kernel[:-1], lora_rank), dtype="float32"),
        Weight(f"lora_{of}_b", (lora_rank, kernel[-1]), dtype="float32"),
    ]


def is_linear(activation: Activation) -> bool:
    """Whether an activation is known to be the identity."""
    return activation is None or activation == "linear"


def multiplied(
    output: Shape,
    activation: Activation,
    *,
    bias: bool,
    convolution: Dim = 0,
    matrix: Dim = 0,
) -> OpCounts:
    """The operations of a layer that multiplies, adds a bias if it has one, and activates."""
    size = elements(output)
    return OpCounts(
        convolution=convolution,
        matrix=matrix,
        bias=size if bias else 0,
        activation=0 if is_linear(activation) else size,
    )
