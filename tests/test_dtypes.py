"""Dtype policies: which are some, and what they say, as Keras 3.15.1 reads them."""

from typing import Any

import pytest

from convcalc.dtypes import Policy, read_policy

POLICIES: list[tuple[Any, Policy]] = [
    ("float16", Policy("float16")),
    ("mixed_bfloat16", Policy("float32")),
    ("int8_from_float32", Policy("float32", "int8")),
    ("int8_from_mixed_bfloat16", Policy("float32", "int8")),
    ("int4_from_bfloat16", Policy("bfloat16", "int4")),
    ("int4/128_from_float32", Policy("float32", "int4", group=128)),
    ("int4/-1_from_float32", Policy("float32", "int4")),
    ("float8_from_mixed_float16", Policy("float32", "float8")),
    ("gptq/4/128_from_float32", Policy("float32", "gptq", 4, 128)),
    ("gptq/8/-1_from_float32", Policy("float32", "gptq", 8)),
    ("awq/4/16_from_float16", Policy("float16", "awq", 4, 16)),
    ({"class_name": "DTypePolicy", "config": {"name": "mixed_float16"}}, Policy("float32")),
    ({"class_name": "DTypePolicy"}, Policy("float32")),
    (
        {"class_name": "QuantizedDTypePolicy", "config": {"mode": "int8", "source_name": None}},
        Policy("float32", "int8"),
    ),
    (
        {"class_name": "Int4DTypePolicy", "config": {"mode": "int4/4"}},
        Policy("float32", "int4", group=4),
    ),
    (
        {
            "class_name": "QuantizedFloat8DTypePolicy",
            "config": {"mode": "float8", "amax_history_length": 8},
        },
        Policy("float32", "float8", history=8),
    ),
]

NO_POLICIES: list[Any] = [
    "float33", "int8", "int4", "float8_e4m3fn", "int8_from_", "int8_from_float33",
    "int8_from_float16", "int8_from_mixed_float16", "int8_from_float32_from_float32",
    "int8/4_from_float32", "int4/0_from_float32", "int4/-2_from_float32", "int4/x_from_float32",
    "int4/4/4_from_float32", "gptq_from_float32", "gptq/5/1_from_float32", "gptq/4_from_float32",
    "awq/8/1_from_float32", "float8/3_from_float32", "int8_x_from_float32", 16, None, [], {},
    {"class_name": "QuantizedDTypePolicy", "config": {"mode": "int4/4"}},
    {"class_name": "Int4DTypePolicy", "config": {"mode": "int4"}},
    {"class_name": "GPTQDTypePolicy", "config": {"mode": "awq/4/3"}},
    {"class_name": "DTypePolicy", "config": {"name": "int8_from_float32"}},
    {"class_name": "DTypePolicy", "config": 3},
    {"class_name": "QuantizedFloat8DTypePolicy",
     "config": {"mode": "float8", "amax_history_length": "8"}},
    {"class_name": "QuantizedFloat8DTypePolicy",
     "config": {"mode": "float8", "amax_history_length": -1}},
    {"class_name": "QuantizedDTypePolicy", "config": {"mode": "int8", "source_name": ["float32"]}},
]  # fmt: skip


@pytest.mark.parametrize(("written", "policy"), POLICIES)
def test_reads(written: Any, policy: Policy) -> None:
    assert read_policy(written) == policy


@pytest.mark.parametrize("written", NO_POLICIES)
def test_refuses(written: Any) -> None:
    assert read_policy(written) is None
