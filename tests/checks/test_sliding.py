"""Warnings about windows: each where it is meant, and not where it only looks like it."""

from typing import Any

import pytest

import models
from checks.findings import found


def spec(*layers: str, input: str = "28, 28, 3") -> str:
    return f"input: [{input}]\nlayers:\n" + "".join(f"  - {layer}\n" for layer in layers)


def messages(code: str, *layers: str, **options: Any) -> list[tuple[str, str]]:
    return [(fault.place, fault.message) for fault in found(spec(*layers, **options), code)]


@pytest.mark.parametrize(
    ("layer", "input", "message"),
    [
        (
            "Conv2D: {filters: 8, kernel_size: 3, strides: 2}",
            "28, 28, 3",
            "1 of 28 rows and 1 of 28 columns at the end are read by no window",
        ),
        (
            "Conv2D: {filters: 8, kernel_size: 3, strides: [2, 1]}",
            "28, 27, 3",
            "1 of 28 rows at the end is read by no window",
        ),
        (
            "Conv2D: {filters: 8, kernel_size: 5, strides: 5}",
            "23, 25, 3",
            "3 of 23 rows at the end are read by no window",
        ),
        ("MaxPooling1D: 2", "9, 3", "1 of 9 positions at the end is read by no window"),
        ("AveragePooling3D: 2", "4, 4, 5, 3", "1 of 5 columns at the end is read by no window"),
        (
            "DepthwiseConv2D: {kernel_size: 4, strides: 3, data_format: channels_first}",
            "3, 10, 12",
            "2 of 12 columns at the end are read by no window",
        ),
        (
            "TimeDistributed: {layer: {Conv2D: [8, 3, 2]}}",
            "5, 28, 27, 3",
            "1 of 28 rows at the end is read by no window",
        ),
    ],
)
def test_unread_border(layer: str, input: str, message: str) -> None:
    kind = layer.partition(":")[0]
    found = messages("unread-border", layer, input=input)
    assert found == [(f"3:5-{5 + len(kind)}", message)]


@pytest.mark.parametrize(
    "layer",
    [
        "Conv2D: {filters: 8, kernel_size: 4, strides: 2}",
        "Conv2D: {filters: 8, kernel_size: 3, strides: 2, padding: same}",
        "Conv2D: {filters: 8, kernel_size: 3, strides: 2, padding: [[0, 1], [0, 1]]}",
        # One padded position is beyond all windows: nothing is lost by that.
        "Conv2D: {filters: 8, kernel_size: 3, strides: 2, padding: 1}",
        "Conv2D: {filters: 8, kernel_size: 1, strides: 2}",
        "MaxPooling2D: {pool_size: 3, ceil_mode: true}",
        "GlobalMaxPooling2D",
        "Conv2DTranspose: {filters: 8, kernel_size: 3, strides: 2}",
    ],
)
def test_no_border_is_unread(layer: str) -> None:
    assert messages("unread-border", layer) == []


CONV_7 = "Conv2D: {filters: 8, kernel_size: 7, strides: 2}"
POOL = "MaxPooling2D"


@pytest.mark.parametrize(
    ("layers", "input", "unread"),
    [
        (["ZeroPadding2D: 3", CONV_7], "224, 224, 3", None),
        (["ZeroPadding2D: [[[3, 0], 3]]", CONV_7], "224, 224, 3", None),
        (["ZeroPadding2D: [[[2, 0], 3]]", CONV_7], "224, 224, 3", "1 of 226 rows"),
        (
            ["ZeroPadding2D: {padding: 1, data_format: channels_first}", POOL],
            "9, 9, 9",
            "1 of 9 rows at",
        ),
        (["ZeroPadding2D: 1", POOL], "9, 9, 3", None),
        (["ZeroPadding2D: 1", "ReLU", POOL], "9, 9, 3", "1 of 11 rows and 1 of 11 columns"),
        (["Conv2D: {filters: 3, kernel_size: 1, padding: 1}", POOL], "9, 9, 3", "1 of 11"),
        (["Cropping2D: 1", POOL], "9, 9, 3", "1 of 7 rows and 1 of 7 columns"),
        (["UpSampling2D: 3", POOL], "3, 3, 3", "1 of 9 rows and 1 of 9 columns"),
        (["ZeroPadding1D: [[1, 1]]", "MaxPooling1D: {pool_size: 4, strides: 4}"], "9, 3", "2 of"),
    ],
)
def test_zeros_that_are_unread_are_not_missed(
    layers: list[str], input: str, unread: str | None
) -> None:
    found = messages("unread-border", *layers, input=input)
    assert [message.startswith(unread or "?") for _, message in found] == [True] * bool(unread)


def test_what_is_unknown_is_not_warned_of() -> None:
    strided = "Conv2D: {filters: 8, kernel_size: 3, strides: 2}"
    same = "Conv2D: {filters: 8, kernel_size: 3, strides: 2, padding: same}"
    text = spec(strided, same, input="null, null, 3")
    assert found(text) == []
    at_28 = found(text, inputs=[28, 28, 3])
    assert [fault.code for fault in at_28] == ["unread-border"]


@pytest.mark.parametrize(
    ("layer", "place", "message"),
    [
        (
            "Conv2D: {filters: 8, kernel_size: 1, strides: 2}",
            "3:51-52",
            "1 of every 2 rows and 1 of every 2 columns are not read",
        ),
        (
            "Conv2D: [8, 2, [5, 1]]",
            "3:20-26",
            "3 of every 5 rows are not read",
        ),
        (
            "MaxPooling2D: {pool_size: 2, strides: 3}",
            "3:43-44",
            "1 of every 3 rows and 1 of every 3 columns are not read",
        ),
    ],
)
def test_stride_over_kernel(layer: str, place: str, message: str) -> None:
    expected = (place, f"the stride is larger than the kernel, so that {message}")
    assert messages("stride-over-kernel", layer) == [expected]


@pytest.mark.parametrize(
    "layer",
    [
        "Conv2D: {filters: 8, kernel_size: 2, strides: 2}",
        "MaxPooling2D: {pool_size: 2, strides: 3, dilation_rate: 2}",
        # There is one window only: nothing lies between it and another.
        "Conv2D: {filters: 8, kernel_size: 20, strides: 30}",
        "Conv2DTranspose: {filters: 8, kernel_size: 2, strides: 3}",
    ],
)
def test_stride_within_the_kernel(layer: str) -> None:
    assert messages("stride-over-kernel", layer) == []


@pytest.mark.parametrize(
    ("layer", "uneven", "help"),
    [
        (
            "Conv2D: {filters: 8, kernel_size: 3, strides: 2, padding: same}",
            "rows by 0 before and 1 after, columns by 0 before and 1 after",
            "write `padding: [[1, 1], [1, 1]]` to pad both sides alike, as PyTorch does",
        ),
        (
            "Conv2D: {filters: 8, kernel_size: [5, 3], strides: [2, 1], padding: SAME}",
            "rows by 1 before and 2 after",
            "write `padding: [[2, 2], [1, 1]]` to pad both sides alike, as PyTorch does",
        ),
        (
            "MaxPooling2D: {pool_size: 4, strides: 3, padding: same}",
            "rows by 1 before and 2 after, columns by 1 before and 2 after",
            "pad before it with a ZeroPadding layer, and not in it, to choose the sides",
        ),
    ],
)
def test_one_sided_padding(layer: str, uneven: str, help: str) -> None:
    ((code, place, message, given),) = found(spec(layer), "one-sided-padding")
    assert code == "one-sided-padding"
    assert message == f"'same' does not pad both sides alike: {uneven}"
    assert given == help
    assert place == f"3:{layer.lower().index('same') + 5}-{layer.lower().index('same') + 9}"


@pytest.mark.parametrize(
    ("layer", "input"),
    [
        ("Conv2D: {filters: 8, kernel_size: 3, strides: 2, padding: same}", "27, 27, 3"),
        ("Conv2D: {filters: 8, kernel_size: 2, padding: same}", "28, 28, 3"),
        ("Conv2D: {filters: 8, kernel_size: 3, strides: 2, padding: [[0, 1], 1]}", "28, 28, 3"),
        ("Conv1D: {filters: 8, kernel_size: 3, strides: 2, padding: causal}", "28, 3"),
        ("Conv2DTranspose: {filters: 8, kernel_size: 3, strides: 2, padding: same}", "28, 28, 3"),
    ],
)  # fmt: skip
def test_padding_is_even_or_meant(layer: str, input: str) -> None:
    assert messages("one-sided-padding", layer, input=input) == []


def test_the_padding_that_is_advised_gives_the_same_size() -> None:
    same = "Conv2D: {filters: 8, kernel_size: [5, 3], strides: 2, padding: same}"
    even = same.replace("same", "[[2, 2], [1, 1]]")
    shapes = {models.rows(models.report(spec(layer)))["conv2d"] for layer in (same, even)}
    assert shapes == {(None, 14, 14, 8)}


CONV = "Conv2D: {filters: 8, kernel_size: 3, padding: same}"


def test_receptive_field_over_input_is_told_once() -> None:
    assert messages("receptive-field-over-input", *[CONV] * 6, input="8, 20, 3") == [
        ("6:5-11", "the receptive field is 9×9, larger than input, which is 8×20")
    ]


@pytest.mark.parametrize(
    ("layers", "input"),
    [
        ([CONV] * 3, "7, 7, 3"),
        ([CONV] * 6, "null, null, 3"),
        ([CONV, "GlobalAveragePooling2D", "Dense: 4"], "7, 7, 3"),
        (["Flatten", "Dense: 4"], "2, 2, 3"),
        (["Resizing: [64, 64]", *[CONV] * 9], "7, 7, 3"),  # which reads what can't be told
    ],
)
def test_receptive_field_is_within_the_input_or_unknown(layers: list[str], input: str) -> None:
    assert messages("receptive-field-over-input", *layers, input=input) == []


def test_each_input_has_a_field_of_its_own() -> None:
    text = """
inputs: {large: [64, 64, 3], small: [4, 4, 3]}
layers:
  - Conv2D: {filters: 8, kernel_size: 5, padding: same}
    from: large
  - Conv2D: {filters: 8, kernel_size: 5, padding: same}
    from: small
"""
    assert [
        (fault.place, fault.message) for fault in found(text, "receptive-field-over-input")
    ] == [("6:5-11", "the receptive field is 5×5, larger than small, which is 4×4")]
