"""Which type a layer's outputs are of: what a kind may say of it, and what follows from that."""

from collections.abc import Iterable
from enum import Enum, auto
from typing import Any

from convcalc.dtypes import BITS, is_float


class Gives(Enum):
    """How the type of a kind's outputs follows from its dtype policy and from what it reads.

    Keras makes a layer's floats ones of the policy's compute type before the layer sees them, and
    leaves all else as it is. Operations have no policy.
    """

    COMPUTED = auto()
    """The compute type, whatever is read."""
    OF_FLOATS = auto()
    """The compute type where floats are read; of others Keras says so too, but may compute more."""
    KEPT = auto()
    """The compute type where floats are read, else the type of what is read."""
    AS_READ = auto()
    """The type of what an operation reads, where that is one."""
    OPERANDS = auto()
    """Likewise, where that is floats, and the constants beside them are numbers."""
    NAMED = auto()
    """The type that the argument dtype names; without one likewise."""
    UNKNOWN = auto()


def output_dtype(
    gives: "Gives | str",
    computes: str | None,
    read: tuple[str | None, ...],
    constants: Iterable[Any] = (),
) -> str | None:
    """The type of a layer's outputs, None where it can't be known.

    `gives` is what its kind says, which may be a type by its name. `computes` is the layer's
    compute type, `read` the types of what it reads, `constants` are what it is called on beside.
    """
    if isinstance(gives, str):
        return gives if gives in BITS else None
    if gives is Gives.UNKNOWN or None in read:
        return None
    floats = all(map(is_float, read))
    if gives is Gives.COMPUTED or (floats and (gives is Gives.OF_FLOATS or gives is Gives.KEPT)):
        return computes if is_float(computes) else None
    if gives is Gives.OF_FLOATS:
        return None
    of_operands = gives is Gives.OPERANDS or gives is Gives.NAMED
    if of_operands and not (floats and all(map(_adapts, constants))):
        return None
    return read[0] if len({*read}) == 1 else None


def _adapts(constant: Any) -> bool:
    """Whether an operand takes the type of the floats beside it."""
    return constant is None or isinstance(constant, int | float | str)
