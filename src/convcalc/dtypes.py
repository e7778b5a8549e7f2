"""Data types of variables: their sizes, and what a Keras dtype policy says of them."""

import functools
from typing import Any, NamedTuple

BITS = {
    "bool": 8,
    "int4": 4,
    "uint4": 4,
    "int8": 8,
    "uint8": 8,
    "int16": 16,
    "uint16": 16,
    "int32": 32,
    "uint32": 32,
    "int64": 64,
    "uint64": 64,
    "float8_e4m3fn": 8,
    "float8_e5m2": 8,
    "float16": 16,
    "bfloat16": 16,
    "float32": 32,
    "float64": 64,
    "string": 8,
}
"""Bits of one element. Source: keras.src.backend.common.dtypes.dtype_size."""

MIXED = {"mixed_float16": "float32", "mixed_bfloat16": "float32"}
"""Policies that compute in one type and store variables in another: the latter."""


def variable_dtype(policy: str) -> str | None:
    """The type in which a layer of this dtype policy stores variables; None if there is none."""
    stored = MIXED.get(policy, policy)
    return stored if stored in BITS else None


def compute_dtype(policy: Any) -> str:
    """The type in which a layer of a dtype policy computes; the policy must be one."""
    if isinstance(policy, dict):
        config = policy.get("config") or {}
        policy = config.get("source_name" if "mode" in config else "name") or "float32"
    return str(policy).rpartition("_from_")[2].removeprefix("mixed_")


def is_float(dtype: str | None) -> bool:
    """Whether a type is one of floating-point numbers; an unknown one is not known to be."""
    return dtype is not None and "float" in dtype


_HIGHER = {
    "bool": ("int",),
    "int": ("uint8", "int8"),
    "uint8": ("uint16", "int16"),
    "uint16": ("uint32", "int32"),
    "uint32": ("uint64", "int64"),
    "uint64": ("float",),
    "int8": ("int16",),
    "int16": ("int32",),
    "int32": ("int64",),
    "int64": ("float",),
    "float": ("bfloat16", "float16"),
    "bfloat16": ("float32",),
    "float16": ("float32",),
    "float32": ("float64",),
    "float64": (),
}
"""The next higher types of each, lower ones first; int and float are Python's own numbers.

Source: keras.src.backend.common.dtypes._type_promotion_lattice.
"""

_RESOLVED = {"int": "int32", "float": "float32", "uint64": "uint32", "int64": None, "float64": None}
"""What Keras makes of a promoted type; it keeps 64 bits with TensorFlow, and else does not."""

INTEGERS = "integers"
"""The type of an array of integers whose width is not known."""


@functools.cache
def promoted(*types: str | None) -> str | None:
    """The type of what combines these types; None where it depends on more than them."""
    if INTEGERS in types:
        found = promoted(*[dtype for dtype in types if dtype != INTEGERS])
        return found if is_float(found) else None
    if not types or not all(dtype in _HIGHER for dtype in types):
        return None
    above = [_at_least(str(dtype)) for dtype in types]
    least = next(dtype for dtype in _HIGHER if all(dtype in each for each in above))
    return _RESOLVED.get(least, least)


def _at_least(dtype: str) -> set[str]:
    return {dtype}.union(*map(_at_least, _HIGHER[dtype]))


QUANTIZATIONS = ("int8", "int4", "float8", "gptq", "awq")
"""What Keras can quantize kernels to: types, and the methods GPTQ and AWQ."""


class Policy(NamedTuple):
    """What Keras's dtype policy of a layer says of its variables."""

    variable: str
    """The type of those that are not quantized."""
    quantization: str | None = None
    """One of QUANTIZATIONS, or None."""
    bits: int = 0
    """With GPTQ and AWQ, of a quantized value."""
    group: int | None = None
    """With int4, GPTQ and AWQ, how many inputs share a scale; None for all."""
    history: int = 1024
    """With float8, the number of largest values that are remembered."""


def read_policy(written: Any) -> Policy | None:
    """A layer's dtype policy, by its name or as Keras serializes it; None if it is none.

    Beside types and mixed policies there are names such as int8_from_float32, int4/128_from_float32
    and gptq/4/128_from_float32.
    """
    if isinstance(written, dict):
        return _read_serialized(written)
    if not isinstance(written, str):
        return None
    if not written.startswith(QUANTIZATIONS):
        return _read_plain(written)
    mode, separator, source = written.partition("_from_")
    return _read_quantized(mode, source) if separator else None


def policies() -> list[str]:
    """The names of the policies that quantize nothing."""
    return [name for name in (*BITS, *MIXED) if read_policy(name)]


def quantizing(name: Any) -> str | None:
    """How the policy of a layer is written that quantizes to a type; None for other names."""
    policy = f"{name}_from_float32"
    return policy if isinstance(name, str) and read_policy(policy) else None


def _read_plain(name: Any) -> Policy | None:
    variable = variable_dtype(name) if isinstance(name, str) else None
    return None if variable is None else Policy(variable)


def _read_quantized(mode: str, source: Any) -> Policy | None:
    plain = _read_plain(source)
    name, *numbers = mode.split("/")
    try:
        *bits, group = [int(number) for number in numbers] or [-1]
    except ValueError:
        return None
    known = (name, len(numbers), *bits) in _MODES and (group == -1 or group > 0)
    if plain is None or not known:
        return None
    if name == "int8" and source in {"float16", "mixed_float16"}:
        return None  # Keras refuses what computes in float16, as too narrow
    return Policy(plain.variable, name, sum(bits), None if group == -1 else group)


_MODES = {
    *(("int8", 0), ("int4", 0), ("float8", 0), ("int4", 1)),
    *(("gptq", 2, bits) for bits in (2, 3, 4, 8)),
    ("awq", 2, 4),
}
"""The modes, each with how many sizes it is followed by, and the bits where that is one of them."""


def _read_serialized(written: dict[str, Any]) -> Policy | None:
    name, config = written.get("class_name"), written.get("config") or {}
    if not isinstance(name, str) or not isinstance(config, dict):
        return None
    if name in {"DTypePolicy", "FloatDTypePolicy"}:
        return _read_plain(config.get("name") or "float32")
    mode, source = config.get("mode"), config.get("source_name") or "float32"
    if not isinstance(mode, str) or ("/" in mode) != (name in _WITH_SIZES):
        return None
    if name in _WITH_SIZES and not mode.startswith(_WITH_SIZES[name]):
        return None
    policy = _read_quantized(mode, source)
    history = config.get("amax_history_length", 1024)
    if policy is None or not isinstance(history, int) or history < 0:
        return None
    return policy._replace(history=history)


_WITH_SIZES = {"Int4DTypePolicy": "int4/", "GPTQDTypePolicy": "gptq/", "AWQDTypePolicy": "awq/"}
