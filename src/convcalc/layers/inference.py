"""What a rule returns: output shapes, weights, windows and operation counts."""

from collections.abc import Iterable

import msgspec
from msgspec.structs import astuple

from convcalc.layers.argument_types import Activation
from convcalc.shapes import Dim, Shape, product, total
from convcalc.windows import AnyWindow


class Weight(msgspec.Struct, frozen=True):
    """A variable of a layer, named and shaped as Keras names and shapes it."""

    path: str
    """Keras's path of the variable, from inside of its layer: `kernel`, or `query/kernel`."""
    shape: tuple[int, ...]
    trainable: bool = True
    dtype: str | None = None
    """None for the layer's own variable dtype."""

    @property
    def name(self) -> str:
        """Keras's name of the variable: the end of its path."""
        return self.path.rpartition("/")[2]


class OpCounts(msgspec.Struct, frozen=True):
    """What a layer computes of one sample, by what it does; None is a count that can't be known.

    The first three are multiply-accumulates (MACs): of convolutions, of products of matrices, and
    of what attention multiplies, which is queries with keys and weights with values. The others
    are numbers of elements, which are never MACs: those that a bias is added to, that are
    normalized, that an activation maps, that the windows of a pooling read, and that are merged
    into others.
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
        """The counts, in the order of the fields."""
        counts: tuple[Dim, ...] = astuple(self)
        return counts

    def __add__(self, other: "OpCounts") -> "OpCounts":
        return sum_op_counts((self, other))

    def times(self, count: Dim) -> "OpCounts":
        """The same, done so many times."""
        return OpCounts(*(0 if each == 0 else product((each, count)) for each in self.counts()))


def sum_op_counts(counts: Iterable[OpCounts]) -> OpCounts:
    """What all of them take."""
    return OpCounts(*map(total, zip(*(each.counts() for each in counts), strict=True)))


UNKNOWN_OP_COUNTS = OpCounts(*(None,) * len(OpCounts.__struct_fields__))


class Inference(msgspec.Struct, frozen=True):
    """What a rule returns: output shapes, weights, windows and operation counts.

    `counted` are the operations of one sample. Without them a rule with weights has unknown
    counts, and one without weights has none.
    """

    outputs: tuple[Shape, ...]
    weights: tuple[Weight, ...] = ()
    windows: tuple[AnyWindow, ...] = ()
    counted: OpCounts | None = None
    symbolic: bool = False
    """Whether Keras gives outputs of other shapes when it computes: they take unknown bytes."""

    @property
    def op_counts(self) -> OpCounts:
        """The operations of one sample."""
        if self.counted is not None:
            return self.counted
        return UNKNOWN_OP_COUNTS if self.weights else _NO_OPERATIONS


_NO_OPERATIONS = OpCounts()


def elements(shape: Shape) -> Dim:
    """How many elements one sample has; the batch comes first in its shape."""
    return product(shape[1:])


def lora_weights(
    kernel: tuple[int, ...], lora_rank: int | None, of: str = "kernel"
) -> list[Weight]:
    """The low-rank adapters of a kernel, which Keras keeps in float32; none for a rank of 0."""
    if not lora_rank:
        return []
    return [
        Weight(f"lora_{of}_a", (*kernel[:-1], lora_rank), dtype="float32"),
        Weight(f"lora_{of}_b", (lora_rank, kernel[-1]), dtype="float32"),
    ]


def is_linear(activation: Activation) -> bool:
    """Whether an activation is known to leave everything as it is."""
    return activation is None or activation == "linear"


def multiplied(
    output: Shape,
    activation: Activation,
    *,
    bias: bool,
    convolution: Dim = 0,
    matrix: Dim = 0,
) -> OpCounts:
    """The work of a layer that gives products, adds a bias if it has one, and then activates."""
    size = elements(output)
    return OpCounts(
        convolution=convolution,
        matrix=matrix,
        bias=size if bias else 0,
        activation=0 if is_linear(activation) else size,
    )
