"""What every layer kind is made of: its arguments as fields, and its rule from shapes to shapes."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, TypeAlias, TypeVar

import msgspec
from msgspec import Meta
from msgspec.structs import astuple

from convcalc.layers.outputs import Gives, Rule, Types, output_dtype
from convcalc.shapes import Dim, Shape, channel_axis, format_shape, product, total
from convcalc.windows import KEPT, PART, WHOLE, AnyWindow, Padding, Reads, TransposedWindow

LARGEST = 2**63 - 1
"""The largest size that frameworks can hold: an int64."""

Positive: TypeAlias = Annotated[int, Meta(ge=1, le=LARGEST)]
NonNegative: TypeAlias = Annotated[int, Meta(ge=0, le=LARGEST)]
Fraction: TypeAlias = Annotated[float, Meta(ge=0, le=1)]

# A field of one of these types takes one value for all spatial axes or a list of one per axis.
# `extra` says so to the binder and to the JSON Schema, which both know the kind's rank.
PER_AXIS = Meta(extra={"per_axis": True})
PerAxis: TypeAlias = Annotated[Positive | tuple[Positive, ...], PER_AXIS]
PerAxisOrZero: TypeAlias = Annotated[NonNegative | tuple[NonNegative, ...], PER_AXIS]

# Not tuple[NonNegative, NonNegative]: msgspec 0.22 crashes in the garbage collector on a union
# that holds a tuple of fixed length.
BeforeAfter: TypeAlias = Annotated[tuple[NonNegative, ...], Meta(min_length=2, max_length=2)]

PaddingArgument: TypeAlias = Annotated[
    Literal["valid", "same"] | NonNegative | tuple[NonNegative | BeforeAfter, ...], PER_AXIS
]
"""One of Keras's words, or numbers: for all axes, per axis, or [before, after] per axis."""

CausalPaddingArgument: TypeAlias = Annotated[
    Literal["valid", "same", "causal"] | NonNegative | tuple[NonNegative | BeforeAfter, ...],
    PER_AXIS,
]

DataFormat: TypeAlias = Literal["channels_last", "channels_first"] | None
"""None is the network's own default, which is channels_last unless it says otherwise."""

ActivationName: TypeAlias = Literal[
    "celu", "elu", "exponential", "gelu", "glu", "hard_shrink", "hard_sigmoid", "hard_silu",
    "hard_swish", "hard_tanh", "leaky_relu", "linear", "log_sigmoid", "log_softmax", "mish",
    "relu", "relu6", "selu", "sigmoid", "silu", "soft_shrink", "softmax", "softplus", "softsign",
    "sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus", "swish", "tanh", "tanh_shrink",
    "threshold",
]  # fmt: skip
# So marked, the binder checks that an object is one; what it is, only Keras could tell.
SERIALIZED = Meta(extra={"serialized": True})
Activation: TypeAlias = ActivationName | Annotated[dict[str, Any], SERIALIZED] | None
"""One of Keras's activations by name, or a serialized object."""

DTypeArgument: TypeAlias = Any
"""A dtype policy by its name or serialized, where a kind needs to know it; the binder checks it."""

Untyped: TypeAlias = Any
"""An argument that changes neither shapes nor weights; kept as it is written."""


class Partial(NamedTuple):
    """What a rule had computed when it failed, for whoever explains why.

    `windows` are those of which some do not fit, `numbers` has others by what they are. `compared`
    are shapes, axis by axis, that differ at `axis`.
    """

    windows: tuple[AnyWindow, ...] = ()
    numbers: tuple[tuple[str, int], ...] = ()
    compared: tuple[Shape, ...] = ()
    axis: int | None = None


_NOTHING_COMPUTED = Partial()


class LayerError(Exception):
    """A layer can't be as it stands; names the argument at fault and knows nothing of files.

    `argument` is None where the layer as a whole, or what it reads, is at fault. `within` leads
    from there to the layer that is meant where that is an argument of another. `position`
    is that of the argument among those of its kind. `computed` is what the rule had computed.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        argument: str | None = None,
        help: str | None = None,
        computed: Partial = _NOTHING_COMPUTED,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.argument = argument
        self.help = help
        self.computed = computed
        self.position = -1
        self.within: tuple[Step, ...] = ()

    def of(self, kind: "type[Kind]") -> "LayerError":
        """The same, raised by a layer of this kind, unless by a layer inside of it."""
        names = kind.__struct_fields__
        if not self.within and self.argument in names:
            self.position = names.index(self.argument)
        return self


class Step(NamedTuple):
    """The way from a layer to one of its arguments that is a layer, or to one of a list of them.

    `position` is the argument's among the arguments, `item` that in the list.
    """

    argument: str
    position: int
    item: int | None = None


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


class Block(NamedTuple):
    """A block of numbers to be drawn: its sizes in space, and how many channels it is deep."""

    sizes: Shape
    depth: Dim


class Instead(NamedTuple):
    """A layer that might be in another's place, and what it does otherwise."""

    layer: "Kind"
    why: str


class Picture(NamedTuple):
    """What is drawn of a layer: what it reads, one of its filters, and the map that this gives."""

    read: Block
    filter: Block
    map: Block
    filters: int


def _nothing(_layer: "Kind", *_found_and_given: Any, **_named: Any) -> Iterator[Any]:
    yield from ()


def _no_picture(_layer: "Kind", *_found_and_given: Any, **_named: Any) -> None:
    return None


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A layer kind. Its fields are its arguments, in Keras's order, with Keras's defaults.

    A subclass adds its fields, a docstring, which is its documentation, and `infer`, whose
    parameters are the layer's call arguments: shapes in, with the batch first; `Inference` out.
    Types and bounds of the fields are checked before; `validate` checks what a type can't say.
    """

    rank: ClassVar[int] = 0
    """The number of spatial axes, where the kind has a fixed one."""

    merges: ClassVar[bool] = False
    """Whether the layer is called on a list, which may hold a single input."""

    any_case: ClassVar[tuple[str, ...]] = ("data_format",)
    """The arguments whose words Keras takes in any case; a rule sees them in lower case."""

    aliases: ClassVar[tuple[str, ...]] = ()
    """The other names that Keras has for the class."""

    follows: ClassVar[Mapping[str, str]] = {}
    """The arguments whose default is the value of another, such as strides that of pool_size."""

    of_call: ClassVar[tuple[str, ...]] = ()
    """The arguments that Keras takes where the layer is called, such as return_attention_scores."""

    hands_on_trainable: ClassVar[bool] = False
    """Whether layers inside of it are not trained if it is not; in Keras, few see to that."""

    holds_operations: ClassVar[bool] = False
    """Whether the layers inside of it may be operations; in Keras, only those of a graph may."""

    quantizes: ClassVar[tuple[str, ...]] = ()
    """What Keras can quantize the layer's kernels to; such a kind has the field dtype."""

    gives: ClassVar[Rule | tuple[Rule, ...]] = Gives.COMPUTED
    """The type of the outputs, or of each; the last one is that of all further outputs."""

    autocasts: ClassVar[bool] = True
    """Whether it reads floats in its compute type, as all layers but a graph of layers do."""

    typed_by: ClassVar[tuple[str, ...]] = ()
    """The operands that an operation's output types depend on; all, if none are named."""

    positions: ClassVar[Reads] = None
    """What an output position is computed from, where that is the same on every axis."""

    appends: ClassVar[bool] = False
    """Whether it adds an axis after those that it reads, and leaves these as they are."""

    infer: ClassVar[Callable[..., Inference]]
    """The rule. Raises LayerError where Keras would refuse."""

    # What a kind says of itself beside its numbers, whose origin is told for all kinds alike. The
    # arguments are what the rule found, and what it was given, in numbers that tell their origin.
    explain: ClassVar[Callable[..., Iterator[str]]] = _nothing
    """Sentences that say why the outputs and weights are what the rule found."""

    picture: ClassVar[Callable[..., Picture | None]] = _no_picture
    """What to draw, where a drawing says more than numbers."""

    alternatives: ClassVar[Callable[..., Iterator[Instead]]] = _nothing
    """Other layers that somebody might have meant in this one's place; given the inputs only."""

    def validate(self) -> None:
        """Check the arguments among themselves; raise LayerError where Keras would refuse."""

    # What a kind says of itself to those who look for what the shapes do not show.

    def reach(self, windows: tuple[AnyWindow, ...], read: Shape, gives: Shape) -> tuple[Reads, ...]:  # noqa: ARG002
        """What an output position is computed from, for each axis of an input after the batch.

        `windows` are those that the rule slid, `read` is the input's shape, `gives` the output's.
        """
        return (self.positions,) * (len(read) - 1)

    def regroups(self, read: Shape) -> bool:  # noqa: ARG002
        """Whether the first axis of what it gives may not be that of what it reads, the samples.

        Of a layer inside of another one `read` is empty where it is not known.
        """
        return False

    def output_dtypes(self, computes: str | None, read: Types) -> Types:
        """The types of the outputs, None where one can't be known.

        The last one is that of all further outputs. `computes` is the type that the layer's dtype
        policy computes in, `read` are the types of the inputs.
        """
        rules = self.gives if isinstance(self.gives, tuple) else (self.gives,)
        named = getattr(self, "dtype", None)
        return tuple(output_dtype(rule, computes, read, named) for rule in rules)

    @property
    def biased_axis(self) -> int | None:
        """The axis to each position of which the layer adds a bias, as the last thing it does."""
        return None

    def cancels_bias(self, axis: int, read: Shape) -> bool:  # noqa: ARG002
        """Whether a bias that was added to each position of an axis makes no difference here."""
        return False


class Bound(msgspec.Struct, frozen=True):
    """A layer with its arguments, and what Keras gives every layer: a name, a type of variables.

    As the type of a field it is a layer as an argument of another, written as in a spec: a kind,
    or a mapping from a kind to its arguments. Its rule is applied by `calling.call_sublayer`.
    """

    layer: Kind
    name: str
    dtype: str = "float32"
    trainable: bool = True
    step: Step | None = None
    """Where it is an argument: of which name, and where among the arguments."""
    computes: str = "float32"
    """The type that it computes in."""
    autocast: bool = True
    """Whether it makes the floats that it reads ones of that type."""


class SameShape(Kind, frozen=True):
    """A kind that makes of each value another one, and which has no weights."""

    positions: ClassVar[Reads] = KEPT

    def infer(self, inputs: Shape) -> Inference:
        return Inference((inputs,))

    def explain(self, _inference: Inference, *_inputs: Any, **_named: Any) -> Iterator[str]:
        yield "It changes values, and neither the shape nor anything that is learned."


KindType = TypeVar("KindType", bound=type[Kind])

_registered: dict[str, type[Kind]] = {}
_operations: dict[str, type[Kind]] = {}

OPERATION = "ops."
"""What the names of kinds that are operations of `keras.ops` begin with."""


def kind(cls: KindType) -> KindType:
    """Register a layer kind under its class name; a second of the same name is an error."""
    if cls.__name__ in _registered:
        message = f"two layer kinds are called {cls.__name__}"
        raise ValueError(message)
    _registered[cls.__name__] = cls
    return cls


def operation(cls: KindType) -> KindType:
    """Register an operation under `ops.` and its class name, which it is then called by.

    A second of the same name is an error.
    """
    name = OPERATION + cls.__name__
    if name in _operations:
        message = f"two operations are called {name}"
        raise ValueError(message)
    cls.__name__ = name  # so that messages name it as it is written
    if cls.regroups is Kind.regroups:
        cls.regroups = _may_regroup  # type: ignore[assignment, method-assign]
    if cls.gives is Kind.gives:
        cls.gives = Gives.AS_READ  # since there is no policy
    _operations[name] = cls
    return cls


def _may_regroup(_operation: Kind, _read: Shape) -> bool:
    return True


def registered_operations() -> dict[str, type[Kind]]:
    """The operations registered so far; `convcalc.layers.operations()` imports all first."""
    return _operations


def registered() -> dict[str, type[Kind]]:
    """The kinds registered so far; `convcalc.layers.kinds()` imports all families first."""
    return _registered


def per_axis(
    value: int | tuple[int, ...], rank: int, argument: str | None = None
) -> tuple[int, ...]:
    """One value per axis.

    The binder has checked that a list has as many as there are axes; where only the input says how
    many these are, `argument` is the name of what is refused if the list has not.
    """
    values = (value,) * rank if isinstance(value, int) else value
    if argument is not None and len(values) != rank:
        raise LayerError(
            "wrong-value",
            f"{argument} must be one value or a list of {rank} (one per axis), but the list "
            f"has {len(values)}",
            argument=argument,
        )
    return values


def expect_rank(shape: Shape, rank: int) -> None:
    """Refuse an input that has not exactly `rank` dimensions, the batch included."""
    if len(shape) != rank:
        raise LayerError(
            "wrong-rank",
            f"the input must have {rank} dimensions with the batch, but {format_shape(shape)} "
            f"has {len(shape)}",
        )


def expect_least_rank(shape: Shape, rank: int) -> None:
    """Refuse an input that has fewer than `rank` dimensions, the batch included."""
    if len(shape) < rank:
        raise LayerError(
            "wrong-rank",
            f"the input must have at least {rank} dimensions with the batch, but "
            f"{format_shape(shape)} has {len(shape)}",
        )


def known_axis(shape: Shape, axis: int, what: str) -> int:
    """The dimension at `axis`, on which weights depend; refuse an unknown one."""
    dim = shape[axis]
    if dim is None:
        raise LayerError(
            "unknown-dimension",
            f"{what} of the input must be known, but the input is {format_shape(shape)}",
            help="give the input this size",
        )
    return dim


def normalize_axis(axis: int, shape: Shape, argument: str = "axis") -> int:
    """An axis that may count from the end, as an index from 0; refuse one outside the shape."""
    if not -len(shape) <= axis < len(shape):
        raise LayerError(
            "axis-out-of-range",
            f"axis {axis} is outside the {len(shape)} dimensions of the input "
            f"{format_shape(shape)}",
            argument=argument,
        )
    return axis % len(shape)


def refuse_lora_with_constraint(
    lora_rank: int | None, constraint: object, argument: str = "kernel_constraint"
) -> None:
    """Refuse a constraint on a kernel that has low-rank adapters."""
    if lora_rank and constraint is not None:
        raise LayerError(
            "wrong-value",
            f"{argument} can't be used together with lora_rank",
            argument=argument,
            help="leave out one of the two",
        )


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


def normalize_axes(axes: Iterable[int], shape: Shape, argument: str = "axis") -> tuple[int, ...]:
    """Axes as indexes from 0, in the order given; refuse one outside the shape or given twice."""
    indexes = tuple(normalize_axis(axis, shape, argument) for axis in axes)
    for index in indexes:
        if indexes.count(index) > 1:
            raise LayerError(
                "wrong-value", f"{argument} names axis {index} twice", argument=argument
            )
    return indexes


def divisible(number: int, by: int, what: str, *, argument: str) -> int:
    """The quotient, which must be whole; refuse one that is not."""
    if number % by:
        divisors = [d for d in range(2, min(number, 1024) + 1) if number % d == 0]
        raise LayerError(
            "channels-not-divisible",
            f"{number} {what} can't be divided into {by} groups",
            argument=argument,
            help=f"use a divisor of {number}: 1" + "".join(f", {d}" for d in divisors[:8]),
            computed=Partial(numbers=((what, number % by),)),
        )
    return number // by


def sizes_fit(
    windows: Iterable[AnyWindow], padding: object, *, argument: str, what: str
) -> tuple[Dim, ...]:
    """The windows' output sizes; refuse windows that are larger than what they read."""
    windows = tuple(windows)
    if not all(window.fits for window in windows):
        if isinstance(windows[0], TransposedWindow) and not isinstance(padding, str):
            message = f"padding {format_padding(padding)} cuts off all of the output"
            raise LayerError(
                "wrong-value",
                message,
                argument="padding",
                help="use less padding",
                computed=Partial(windows),
            )
        extents = "×".join(str(window.extent) for window in windows)
        sizes = "×".join("?" if w.size is None else str(w.size) for w in windows)
        padded = f"'{padding}'" if isinstance(padding, str) else format_padding(padding)
        raise LayerError(
            "kernel-too-large",
            f"{what} {extents} does not fit its {sizes} input with padding {padded}",
            argument=argument,
            help=f"use padding: same, a {what} of at most {sizes}, or less down-sampling above",
            computed=Partial(windows),
        )
    return tuple(window.output for window in windows)


def format_padding(padding: object) -> str:
    """Numeric padding as it is written in a spec."""
    if isinstance(padding, tuple):
        return f"[{', '.join(map(format_padding, padding))}]"
    return str(padding)


def paddings(padding: str | int | tuple[Any, ...], rank: int) -> tuple[Padding, ...]:
    """The padding of each axis: one of Keras's words, or numbers as pairs."""
    if isinstance(padding, str):
        word: Any = padding
        return (word,) * rank
    if isinstance(padding, int):
        return ((padding, padding),) * rank
    return tuple((p, p) if isinstance(p, int) else p for p in padding)


def over_space(reads: Iterable[Reads], read: Shape, data_format: str | None) -> tuple[Reads, ...]:
    """What is read of each axis after the batch, from what is read of those in space."""
    reads = tuple(reads)
    if len(reads) + 2 != len(read):
        return (None,) * (len(read) - 1)
    return (PART, *reads) if channel_axis(data_format) == 1 else (*reads, PART)


def along(axes: Iterable[int], read: Shape) -> tuple[Reads, ...]:
    """What is read of each axis after the batch by what goes along some axes, counted from 0."""
    whole = {axis % len(read) for axis in axes}
    return tuple(WHOLE if axis in whole else KEPT for axis in range(1, len(read)))


def activated(reads: tuple[Reads, ...], activation: Activation) -> tuple[Reads, ...]:
    """What is read of each axis where an activation follows."""
    if isinstance(activation, dict):
        return (None,) * len(reads)
    return (*reads[:-1], WHOLE) if activation in _ALONG_LAST_AXIS and reads else reads


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


_ALONG_LAST_AXIS = {"glu", "log_softmax", "softmax", "sparsemax"}

_snake: dict[str, str] = {}


def snake_case(kind: str) -> str:
    """A kind's name as Keras makes default layer names of it: Conv2D gives conv2d."""
    if kind not in _snake:
        name = re.sub(r"\W+", "", kind.removeprefix(OPERATION))
        name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
        _snake[kind] = re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
    return _snake[kind]
