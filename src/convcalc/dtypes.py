"""Data types of variables: their sizes, and which one a Keras dtype policy stores."""

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
