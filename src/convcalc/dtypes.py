"""Data types: their sizes, their promotion, and Keras's dtype policies."""

import functools
from typing import Any

import msgspec

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
"""The policies that compute in one type and store variables in another, which is the value."""


def variable_dtype(policy: str) -> str | None:
    """The type in which a layer with this policy stores variables; None for an unknown policy."""
    stored = MIXED.get(policy, policy)
    return stored if stored in BITS else None


def compute_dtype(policy: Any) -> str:
    """The type in which a layer with this policy computes; the policy must be valid."""
    if isinstance(policy, dict):
        config = policy.get("config") or {}
        policy = config.get("source_name" if "mode" in config else "name") or "float32"
    return str(policy).rpartition("_from_")[2].removeprefix("mixed_")


def is_float(dtype: str | None) -> bool:
    """Whether a type is floating-point; false for an unknown type."""
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
"""The next higher types of each type, lower ones first; int and float are Python's numbers.

Source: keras.src.backend.common.dtypes._type_promotion_lattice.
"""

_RESOLVED = {"int": "int32", "float": "float32", "uint64": "uint32", "int64": None, "float64": None}
"""What Keras replaces a promoted type with. Only TensorFlow keeps 64 bits: then it is unknown."""

INTEGERS = "integers"
"""The type of integers of unknown width."""


@functools.cache
def promoted(*types: str | None) -> str | None:
    """The type to which Keras promotes these types; None if they do not determine it."""
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
"""How Keras can quantize kernels: to types, or by the methods GPTQ and AWQ."""


class Policy(msgspec.Struct, frozen=True):
    """The data types of a layer's variables under its Keras dtype policy."""

    variable: str
    """The type of variables that are not quantized."""
    quantization: str | None = None
    """One of QUANTIZATIONS."""
    bits: int = 0
    """Bits of a quantized value, for GPTQ and AWQ."""
    group: int | None = None
    """The number of inputs that share a scale, for int4, GPTQ and AWQ; None for all."""
    history: int = 1024
    """The length of the history of largest values, for float8."""


def read_policy(written: Any) -> Policy | None:
    """Read a policy by its name or as Keras serializes it; None if it is not valid.

    Names are types, mixed policies, and quantizations such as int8_from_float32,
    int4/128_from_float32 and gptq/4/128_from_float32.
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
    """The names of the policies without quantization."""
    return [name for name in (*BITS, *MIXED) if read_policy(name)]


def quantizing(name: Any) -> str | None:
    """The name of the policy that quantizes float32 by `name`; None if there is none."""
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
        return None  # Keras refuses float16 as too narrow
    return Policy(plain.variable, name, sum(bits), None if group == -1 else group)


_MODES = {
    *(("int8", 0), ("int4", 0), ("float8", 0), ("int4", 1)),
    *(("gptq", 2, bits) for bits in (2, 3, 4, 8)),
    ("awq", 2, 4),
}
"""The modes with the number of sizes that follow, and with the bits if they are one of those."""


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
    return msgspec.structs.replace(policy, history=history)


_WITH_SIZES = {"Int4DTypePolicy": "int4/", "GPTQDTypePolicy": "gptq/", "AWQDTypePolicy": "awq/"}
