"""The types of layer arguments, with their bounds."""

from typing import Annotated, Any, Literal, TypeAlias

from msgspec import Meta

from convcalc.windows import Padding

LARGEST = 2**63 - 1
"""The largest size that frameworks can represent: the maximum of int64."""

Positive: TypeAlias = Annotated[int, Meta(ge=1, le=LARGEST)]
NonNegative: TypeAlias = Annotated[int, Meta(ge=0, le=LARGEST)]
Fraction: TypeAlias = Annotated[float, Meta(ge=0, le=1)]

# These types take one value for all spatial axes, or a list of one per axis. The binder and the
# JSON Schema check its length: they know the kind's rank.
PER_AXIS = Meta(extra={"per_axis": True})
PerAxis: TypeAlias = Annotated[Positive | tuple[Positive, ...], PER_AXIS]
PerAxisOrZero: TypeAlias = Annotated[NonNegative | tuple[NonNegative, ...], PER_AXIS]

# Not tuple[NonNegative, NonNegative]: msgspec 0.22 crashes in the garbage collector on a union
# with a tuple of fixed length.
BeforeAfter: TypeAlias = Annotated[tuple[NonNegative, ...], Meta(min_length=2, max_length=2)]

PaddingArgument: TypeAlias = Annotated[
    Literal["valid", "same"] | NonNegative | tuple[NonNegative | BeforeAfter, ...], PER_AXIS
]
"""A Keras mode, or numbers: one for all axes, one per axis, or [before, after] per axis."""

CausalPaddingArgument: TypeAlias = Annotated[
    Literal["valid", "same", "causal"] | NonNegative | tuple[NonNegative | BeforeAfter, ...],
    PER_AXIS,
]

DataFormat: TypeAlias = Literal["channels_last", "channels_first"] | None
"""None means the network's default, which is channels_last unless the network sets another."""

ActivationName: TypeAlias = Literal[
    "celu", "elu", "exponential", "gelu", "glu", "hard_shrink", "hard_sigmoid", "hard_silu",
    "hard_swish", "hard_tanh", "leaky_relu", "linear", "log_sigmoid", "log_softmax", "mish",
    "relu", "relu6", "selu", "sigmoid", "silu", "soft_shrink", "softmax", "softplus", "softsign",
    "sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus", "swish", "tanh", "tanh_shrink",
    "threshold",
]  # fmt: skip
# The binder checks only the form of a marked object: its content means something to Keras alone.
SERIALIZED = Meta(extra={"serialized": True})
Activation: TypeAlias = ActivationName | Annotated[dict[str, Any], SERIALIZED] | None
"""A Keras activation, by name or as a serialized object."""

DTypeArgument: TypeAlias = Any
"""A dtype policy, by name or serialized, for kinds that depend on it; the binder checks it."""

Untyped: TypeAlias = Any
"""An argument that affects neither shapes nor weights; kept as written."""


def paddings(padding: str | int | tuple[Any, ...], rank: int) -> tuple[Padding, ...]:
    """The padding of each axis: a Keras mode or a (before, after) pair."""
    if isinstance(padding, str):
        word: Any = padding
        return (word,) * rank
    if isinstance(padding, int):
        return ((padding, padding),) * rank
    return tuple((p, p) if isinstance(p, int) else p for p in padding)
