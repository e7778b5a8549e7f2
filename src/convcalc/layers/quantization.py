"""Quantization: the variables that replace a kernel in each mode of a dtype policy."""

from collections.abc import Sequence
from math import ceil
from typing import Any

import msgspec

from convcalc.dtypes import QUANTIZATIONS, Policy, read_policy
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Weight

PRODUCTS = QUANTIZATIONS
"""The modes of a matrix product in Keras."""

LOOKUPS = ("int8", "int4")
"""The modes of embeddings in Keras."""


def quantization(dtype: Any, config: Any) -> Policy:
    """The policy of a layer; a serialized quantization_config overrides its sizes.

    Raises LayerError for an invalid group size.
    """
    policy = read_policy(dtype) or Policy("float32")
    serialized = isinstance(config, dict) and config.get("config")
    if not isinstance(serialized, dict) or policy.quantization not in _CONFIGS:
        return policy
    if config.get("class_name") != _CONFIGS[policy.quantization]:
        return policy
    group = serialized.get("block_size", serialized.get("group_size", -1))
    bits = serialized.get("weight_bits", policy.bits)
    if group in (None, -1):
        return msgspec.structs.replace(policy, group=None, bits=bits)
    if type(group) is not int or group < 1:
        raise LayerError(
            "wrong-value",
            f"the size of a group must be a whole number of at least 1, -1 or null, not {group!r}",
            argument="quantization_config",
        )
    return msgspec.structs.replace(policy, group=group, bits=bits)


_CONFIGS = {
    "int4": "Int4QuantizationConfig",
    "gptq": "GPTQConfig",
    "awq": "AWQConfig",
}


def keeps_kernel(policy: Policy) -> bool:
    """Whether the kernel stays unchanged, as it does in float8, which only affects products."""
    return policy.quantization in {None, "float8"}


def scales_of_float8(policy: Policy) -> list[Weight]:
    """The scales and amax histories that float8 adds to a kernel; none in other modes."""
    if policy.quantization != "float8":
        return []
    return [
        Weight(f"{of}_{what}", shape, dtype="float32")
        for of in ("inputs", "kernel", "outputs_grad")
        for what, shape in (("scale", ()), ("amax_history", (policy.history,)))
    ]


def packed(values: int, bits: int) -> int:
    """The bytes for a number of values along an axis: two values of 4 bits share a byte."""
    return (values + 1) // 2 if bits == 4 else values


def quantized_kernel(
    policy: Policy,
    kernel: tuple[int, ...],
    rows: int,
    columns: int,
    scale: Sequence[int],
    zero: str = "kernel_zero",
) -> list[Weight]:
    """The variables that replace a kernel of `rows` inputs and `columns` outputs.

    `scale` is the shape of the int8 scales, `zero` the name of the zero points of GPTQ and AWQ.
    """
    if policy.quantization == "int8":
        return [_frozen("kernel", kernel, "int8"), _frozen("kernel_scale", tuple(scale))]
    if policy.quantization == "int4":
        shape = (rows, packed(columns, 4))
        return grouped("kernel", shape, rows, policy.group, lambda groups: (*groups, columns))
    groups = ceil(rows / policy.group) if policy.group else 1
    return [
        _frozen("kernel", (packed(columns, policy.bits), rows), "uint8"),
        _frozen("kernel_scale", (columns, groups)),
        _frozen(zero, (columns, groups), "uint8"),
        *([_frozen("awq_scales", (rows,))] if policy.quantization == "awq" else ()),
        _frozen("g_idx", (rows,), "float32"),
    ]


def quantized_embeddings(policy: Policy, count: int, size: int) -> list[Weight]:
    """The variables that replace `count` embeddings of this size."""
    if policy.quantization == "int8":
        return [
            _frozen("embeddings", (count, size), "int8"),
            _frozen("embeddings_scale", (count,)),
        ]
    shape = (count, packed(size, 4))
    return grouped("embeddings", shape, size, policy.group, lambda groups: (count, *groups))


def quantized_reverse(policy: Policy, count: int, size: int) -> list[Weight]:
    """The variables of untied reverse embeddings."""
    bits = 8 if policy.quantization == "int8" else 4
    groups = (ceil(size / policy.group),) if policy.group else ()
    name = "reverse_embeddings"
    return [
        _frozen(name, (packed(size, bits), count), "int8"),
        _frozen(f"{name}_scale", (*groups, count)),
        *([_frozen(f"{name}_zero", (*groups, count))] if groups else ()),
    ]


def grouped(
    name: str, shape: tuple[int, ...], inputs: int, group: int | None, scale: Any
) -> list[Weight]:
    """An int4 variable with its scales; groups of inputs add zero points and group indexes."""
    scales = scale((ceil(inputs / group),) if group else ())
    weights = [_frozen(name, shape, "int8"), _frozen(f"{name}_scale", scales)]
    if group:
        weights += [_frozen(f"{name}_zero", scales, "int8"), _frozen("g_idx", (inputs,), "float32")]
    return weights


def einsum_scale(inputs: str, kernel: str, output: str, shape: tuple[int, ...]) -> list[int]:
    """The shape of an einsum kernel's int8 scales: aligned with the output, summed axes as 1.

    A summed axis takes the place of an output axis that the kernel lacks. If these run out, Keras
    3.15.1 inserts it where it last inserted one, then drops the axis of the result at the summed
    axis's index in the kernel. Raises IndexError if that axis does not exist.
    """
    summed = [axis for axis, letter in enumerate(kernel) if letter not in output]
    vacant = [axis for axis, letter in enumerate(output) if letter not in kernel]
    order = [kernel.index(letter) for letter in output if letter in kernel]
    last = output.find(kernel[-1])
    missing = [axis for axis, letter in enumerate(output) if letter not in inputs]
    count = sum(letter not in output for letter in inputs)
    last = missing[:count][-1] if missing[:count] else last
    left_out = []
    for axis in summed:
        if vacant:
            last = vacant.pop(0)
        else:
            left_out.append(axis)
        order.insert(last, axis)
    scale = [1 if axis in summed else shape[axis] for axis in order]
    for axis in vacant:
        scale.insert(axis, 1)
    for axis in reversed(left_out):
        scale.pop(axis)
    return scale


def _frozen(name: str, shape: tuple[int, ...], dtype: str | None = None) -> Weight:
    return Weight(name, shape, trainable=False, dtype=dtype)
