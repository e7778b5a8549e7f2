"""Output dtype rules: how a kind's output types follow from its input types."""

from enum import Enum, member
from typing import TypeAlias

import msgspec

from convcalc.dtypes import BITS, is_float, promoted

Types: TypeAlias = tuple[str | None, ...]
"""Dtype names; None for an unknown one."""


def _number(dtype: str | None) -> str | None:
    return "int32" if dtype == "bool" else dtype


def _as_float(dtype: str | None, of_int64: str = "float32") -> str | None:
    if dtype is None or is_float(dtype):
        return dtype
    return of_int64 if dtype == "int64" else "float32"


def _widened(dtype: str | None) -> str | None:
    # Unsigned integers become uint32, but int32 with PyTorch.
    if dtype in {"uint8", "uint16", "uint32"}:
        return None
    return "int32" if dtype in {"bool", "int8", "int16"} else dtype


def _strong(read: Types, of_int: str = "int64") -> Types:
    # A Python integer has 32 bits, but 64 with TensorFlow.
    return tuple([{"float": "float32", "int": of_int}.get(str(each), each) for each in read])


class OutputDTypeRule(Enum):
    """How an output's dtype follows from the compute dtype and the inputs' dtypes.

    This is the symbolic dtype, that of a KerasTensor, which is the same for all backends; a backend
    may compute another. A promotion to 64 bits is unknown, since it depends on the backend.
    """

    COMPUTED = member(lambda computes, _read: computes)
    """The compute type, whatever the inputs."""
    COMPUTED_OF_FLOATS = member(
        lambda computes, read: (
            computes if all(map(is_float, read)) and computes != "float64" else None
        )
    )
    """The compute type for float inputs, unless it is float64; otherwise Keras asks the backend."""
    AS_READ = member(lambda _computes, read: read[0])
    """The type of the first operand."""
    LAST = member(lambda _computes, read: read[-1])
    """The type of the last operand."""
    SECOND = member(lambda _computes, read: read[1])
    """The type of the second operand."""
    PROMOTED = member(lambda _computes, read: promoted(*read))
    """The operands' types promoted; Python numbers adapt to the tensors."""
    SHIFTED = member(lambda _computes, read: read[0] if read[1] == "int" else promoted(*read))
    """As PROMOTED, but the first operand's type if the second is a Python integer."""
    STRONG = member(lambda _computes, read: promoted(*_strong(read)))
    """The operands' types promoted; Python numbers have a type of their own."""
    PRODUCT = member(
        lambda _computes, read: "int32" if {*read} == {"int8"} else promoted(*_strong(read))
    )
    """As STRONG, but int32 for products of int8."""
    FLOAT = member(lambda _computes, read: promoted(*read, "float"))
    """The operands' types promoted to a float."""
    STRONG_FLOAT = member(lambda _computes, read: promoted(*_strong(read), "float"))
    """As FLOAT, but Python numbers have a type of their own."""
    FLOAT32_NUMBERS = member(
        lambda _computes, read: promoted(*_strong(read, of_int="float32"), "float")
    )
    """As STRONG_FLOAT, but Python integers are float32."""
    WITH_FLOAT32 = member(lambda _computes, read: promoted(*read, "float32"))
    """The operands' types promoted to a float of at least 32 bits."""
    FLOAT_AS_READ = member(lambda _computes, read: _as_float(read[0]))
    """The operand's type if it is a float, else float32."""
    FLOAT_OR_64 = member(lambda _computes, read: _as_float(read[0], of_int64="float64"))
    """As FLOAT_AS_READ, but float64 for int64."""
    CORRELATION = member(
        lambda _computes, read: "float64" if read[0] == "int64" else promoted(*read, "float")
    )
    """The operands' types promoted to a float, but float64 if the first is int64."""
    FLOAT_OR_BOOL = member(
        lambda _computes, read: "bool" if {*read} == {"bool"} else _as_float(promoted(*read))
    )
    """The operands' types promoted, float32 for integers; bool stays bool."""
    PROMOTED_FLOAT = member(lambda _computes, read: _as_float(promoted(*read)))
    """The operands' types promoted, float32 if that is no float."""
    NUMBER = member(lambda _computes, read: _number(read[0]))
    """The operand's type, int32 for bool."""
    REMAINDER = member(lambda _computes, read: _number(promoted(*read)))
    """The operands' types promoted, int32 for bool."""
    EXTREME = member(
        # PyTorch has no uint32.
        lambda _computes, read: None if promoted(*read) == "uint32" else promoted(*read)
    )
    """The operands' types promoted."""
    SUM = member(lambda _computes, read: _widened(promoted(*read)))
    """The operands' types promoted, at least 32 bits for integers."""
    TOTAL = member(lambda _computes, read: _widened(read[0]))
    """The operand's type, at least 32 bits for integers."""
    UNKNOWN = member(lambda _computes, _read: None)


class Named(msgspec.Struct, frozen=True):
    """The dtype that the argument dtype names; without one, `otherwise`."""

    otherwise: OutputDTypeRule | str


Rule: TypeAlias = OutputDTypeRule | Named | str
"""How one output's dtype follows, or the dtype itself if it is fixed."""


def output_dtype(
    rule: Rule, computes: str | None, read: Types, named: str | None = None
) -> str | None:
    """The dtype of an output, None if unknown.

    `computes` is the layer's compute dtype, `read` the input dtypes, with `int` and `float` for
    Python numbers, and `named` the value of the argument dtype.
    """
    if isinstance(rule, Named):
        rule = named or rule.otherwise
    found = rule if isinstance(rule, str) else rule.value(computes, read)
    return found if found in BITS else None
