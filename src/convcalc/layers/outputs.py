"""Output dtype rules: what a kind may say of its outputs' types, and what follows from it."""

from enum import Enum, member
from typing import TypeAlias

import msgspec

from convcalc.dtypes import BITS, is_float, promoted

Types: TypeAlias = tuple[str | None, ...]
"""Types by their names; None for one that can't be known."""


def _number(dtype: str | None) -> str | None:
    return "int32" if dtype == "bool" else dtype


def _as_float(dtype: str | None, of_int64: str = "float32") -> str | None:
    if dtype is None or is_float(dtype):
        return dtype
    return of_int64 if dtype == "int64" else "float32"


def _widened(dtype: str | None) -> str | None:
    # What is unsigned becomes uint32, but with PyTorch int32.
    if dtype in {"uint8", "uint16", "uint32"}:
        return None
    return "int32" if dtype in {"bool", "int8", "int16"} else dtype


def _strong(read: Types, of_int: str = "int64") -> Types:
    # A whole number has 32 bits, but with TensorFlow 64.
    return tuple([{"float": "float32", "int": of_int}.get(str(each), each) for each in read])


class OutputDTypeRule(Enum):
    """How the type of an output follows from the compute type and from what is read.

    It is the symbolic type, that of Keras's KerasTensor, which is the same for all backends; what
    a backend computes may be of another. Types of 64 bits that come of a promotion are unknown,
    since they depend on the backend.
    """

    COMPUTED = member(lambda computes, _read: computes)
    """The compute type, whatever is read."""
    COMPUTED_OF_FLOATS = member(
        lambda computes, read: (
            computes if all(map(is_float, read)) and computes != "float64" else None
        )
    )
    """The compute type where floats are read, up to 32 bits; Keras asks the backend."""
    AS_READ = member(lambda _computes, read: read[0])
    """The type of the first operand."""
    LAST = member(lambda _computes, read: read[-1])
    """The type of the last operand."""
    SECOND = member(lambda _computes, read: read[1])
    """The type of the second operand."""
    PROMOTED = member(lambda _computes, read: promoted(*read))
    """The operands' types promoted, where a number adapts to the tensors beside it."""
    SHIFTED = member(lambda _computes, read: read[0] if read[1] == "int" else promoted(*read))
    """Likewise, but beside a number the first one's as it is."""
    STRONG = member(lambda _computes, read: promoted(*_strong(read)))
    """The operands' types promoted, where a number has a type of its own."""
    PRODUCT = member(
        lambda _computes, read: "int32" if {*read} == {"int8"} else promoted(*_strong(read))
    )
    """Likewise, and int32 for products of int8."""
    FLOAT = member(lambda _computes, read: promoted(*read, "float"))
    """The operands' types promoted to floats."""
    STRONG_FLOAT = member(lambda _computes, read: promoted(*_strong(read), "float"))
    """Likewise, but a number has a type of its own."""
    FLOAT32_NUMBERS = member(
        lambda _computes, read: promoted(*_strong(read, of_int="float32"), "float")
    )
    """Likewise, which is float32."""
    WITH_FLOAT32 = member(lambda _computes, read: promoted(*read, "float32"))
    """The operands' types promoted to floats of at least 32 bits."""
    FLOAT_AS_READ = member(lambda _computes, read: _as_float(read[0]))
    """The operand's type, float32 for what is no float."""
    FLOAT_OR_64 = member(lambda _computes, read: _as_float(read[0], of_int64="float64"))
    """Likewise, but float64 for int64."""
    CORRELATION = member(
        lambda _computes, read: "float64" if read[0] == "int64" else promoted(*read, "float")
    )
    """The operand's type promoted to floats, but float64 for int64."""
    FLOAT_OR_BOOL = member(
        lambda _computes, read: "bool" if {*read} == {"bool"} else _as_float(promoted(*read))
    )
    """The operands' types promoted, float32 for integers; truth values stay."""
    PROMOTED_FLOAT = member(lambda _computes, read: _as_float(promoted(*read)))
    """The operands' types promoted, float32 for what is no float."""
    NUMBER = member(lambda _computes, read: _number(read[0]))
    """The operand's type, int32 for truth values."""
    REMAINDER = member(lambda _computes, read: _number(promoted(*read)))
    """The operands' types promoted, int32 for truth values."""
    EXTREME = member(
        # PyTorch has no uint32.
        lambda _computes, read: None if promoted(*read) == "uint32" else promoted(*read)
    )
    """The operand's type promoted."""
    SUM = member(lambda _computes, read: _widened(promoted(*read)))
    """The operand's type promoted, at least 32 bits for integers."""
    TOTAL = member(lambda _computes, read: _widened(read[0]))
    """The operand's type, at least 32 bits for integers."""
    UNKNOWN = member(lambda _computes, _read: None)


class Named(msgspec.Struct, frozen=True):
    """The type that the argument dtype names; without one, what else the rule says."""

    otherwise: OutputDTypeRule | str


Rule: TypeAlias = OutputDTypeRule | Named | str
"""How one output's type follows; or the type, where it is always the same."""


def output_dtype(
    rule: Rule, computes: str | None, read: Types, named: str | None = None
) -> str | None:
    """The type of an output, None where it can't be known.

    `computes` is the layer's compute type, `read` the types of what it reads, which are `int` and
    `float` for numbers, and `named` the one that the argument dtype names.
    """
    if isinstance(rule, Named):
        rule = named or rule.otherwise
    found = rule if isinstance(rule, str) else rule.value(computes, read)
    return found if found in BITS else None
