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


class Work(msgspec.Struct, frozen=True):
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

    def __add__(self, other: "Work") -> "Work":
        return altogether((self, other))

    def times(self, count: Dim) -> "Work":
        """The same, done so many times."""
        return Work(*(0 if each == 0 else product((each, count)) for each in self.counts()))


def altogether(works: Iterable[Work]) -> Work:
    """What all of them take."""
    return Work(*map(total, zip(*(work.counts() for work in works), strict=True)))


UNKNOWN_WORK = Work(*(None,) * len(Work.__struct_fields__))


class Inference(msgspec.Struct, frozen=True):
    """What a rule finds: the outputs' shapes, the weights, and the windows that were slid.

    `work` is what it takes to compute the outputs; a rule says it where there is any. A rule with
    weights that says nothing does not know it.
    """

    outputs: tuple[Shape, ...]
    weights: tuple[Weight, ...] = ()
    windows: tuple[AnyWindow, ...] = ()
    work: Work | None = None
    symbolic: bool = False
    """Whether Keras gives outputs of other shapes when it computes: they take unknown bytes."""

    @property
    def done(self) -> Work:
        """The work, nothing where there is none to be said."""
        if self.work is not None:
            return self.work
        return UNKNOWN_WORK if self.weights else _NO_WORK


_NO_WORK = Work()


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
) -> Work:
    """The work of a layer that gives products, adds a bias if it has one, and then activates."""
    size = elements(output)
    return Work(
        convolution=convolution,
        matrix=matrix,
        bias=size if bias else 0,
        activation=0 if is_linear(activation) else size,
    )
