"""Operations with windows: shapes and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from layers.rules import (
    Refusals,
    Shapes,
    Works,
    refusal_test,
    shape_test,
    work_test,
)

# fmt: off
SHAPES: Shapes = [
    ("the largest in a window", "ops.MaxPool", {"pool_size": 2, "data_format": "channels_last"}, [(None, 8, 6, 3)], (None, 4, 3, 3)),
    ("the mean in a window, channels first", "ops.AveragePool", {"pool_size": [2, 3], "strides": 1, "padding": "SAME", "data_format": "channels_first"}, [(None, 3, 8, 6)], (None, 3, 8, 6)),
    ("a convolution", "ops.Conv", {}, [(None, 8, 8, 3), (3, 3, 3, 16)], (None, 6, 6, 16)),
    ("a causal convolution", "ops.Conv", {"padding": "causal", "dilation_rate": 2}, [(None, 8, 3), (3, 3, 4)], (None, 8, 4)),
    ("a convolution with strides", "ops.Conv", {"strides": 2, "padding": "same", "data_format": "channels_first"}, [(None, 3, 7, 8), (3, 3, 3, 16)], (None, 16, 4, 4)),
    ("each channel by itself", "ops.DepthwiseConv", {}, [(None, 8, 3), (3, 3, 4)], (None, 6, 12)),
    ("separable", "ops.SeparableConv", {}, [(None, 8, 3), (3, 3, 2), (1, 6, 5)], (None, 6, 5)),
    ("transposed", "ops.ConvTranspose", {"strides": 2, "padding": "same"}, [(None, 8, 8, 3), (3, 3, 16, 3)], (None, 16, 16, 16)),
    ("transposed with padding of the output", "ops.ConvTranspose", {"strides": 2, "output_padding": 1}, [(None, 8, 3), (3, 4, 3)], (None, 18, 4)),
    ("columns", "ops.Unfold", {"kernel_size": 2, "stride": 2}, [(None, 3, 8, 6)], (None, 12, 12)),
    ("columns folded", "ops.Fold", {"output_size": [8, 6], "kernel_size": 2, "stride": 2}, [(None, 12, 12)], (None, 3, 8, 6)),
]

REFUSALS: Refusals = [
    ("a pool above its input", "ops.MaxPool", {"pool_size": 9, "data_format": "channels_last"}, [(None, 8, 8, 3)], "kernel-too-large", "pool_size", "pool 9×9 does not fit its 8×8 input with padding 'valid'"),
    ("a pool of too many axes", "ops.MaxPool", {"pool_size": [2, 2, 2], "data_format": "channels_last"}, [(None, 8, 8, 3)], "wrong-value", "pool_size", "pool_size must be one value or a list of 2 (one per axis), but the list has 3"),
    ("other channels", "ops.Conv", {}, [(None, 8, 8, 3), (3, 3, 4, 16)], "shape-mismatch", None, "the kernel (3, 3, 4, 16) reads 4 channels, but the input has 3"),
    ("a kernel of another rank", "ops.Conv", {}, [(None, 8, 8, 3), (3, 3, 16)], "wrong-rank", None, "the kernel (3, 3, 16) must have 4 dimensions, as the input"),
    ("a kernel above its input", "ops.Conv", {}, [(None, 2, 3), (3, 3, 16)], "kernel-too-large", "kernel", "kernel 3 does not fit its 2 input with padding 'valid'"),
    ("a kernel of unknown size", "ops.Conv", {}, [(None, 8, 3), (None, 3, 16)], "unknown-dimension", None, "the sizes of the kernel (None, 3, 16) must be known"),
    ("transposed with other channels", "ops.ConvTranspose", {}, [(None, 8, 3), (3, 3, 4)], "shape-mismatch", None, "the kernel (3, 3, 4) reads 4 channels, but the input has 3"),
    ("columns of unknown size", "ops.Unfold", {"kernel_size": 2}, [(None, 3, None, 6)], "unknown-dimension", None, "all sizes but the batch of (None, 3, None, 6) must be known"),
    ("columns that make no windows", "ops.Fold", {"output_size": 4, "kernel_size": 2}, [(None, 7, 4)], "shape-mismatch", "kernel_size", "columns of 7 can't be divided into windows of 4"),
]
WORK: Works = [
    ("a pool", "ops.MaxPool", {"pool_size": 2, "data_format": "channels_last"}, [(None, 8, 6, 3)], {"pooling": 144}),
    ("a pool that reads most elements several times", "ops.AveragePool", {"pool_size": [2, 3], "strides": 1, "padding": "same", "data_format": "channels_first"}, [(None, 3, 8, 6)], {"pooling": 864}),
    # PyTorch 2.13 counts 15,552, 216, 288 and 27,648 of the same convolutions too.
    ("a convolution", "ops.Conv", {"kernel": [[[[1] * 16] * 3] * 3] * 3}, [(None, 8, 8, 3)], {"convolution": 15552}),
    ("each channel by itself", "ops.DepthwiseConv", {"kernel": [[[1] * 4] * 3] * 3}, [(None, 8, 3)], {"convolution": 216}),
    ("separable", "ops.SeparableConv", {"depthwise_kernel": [[[1] * 2] * 3] * 3, "pointwise_kernel": [[[1] * 5] * 6]}, [(None, 8, 3)], {"convolution": 288}),
    ("transposed, from the positions that are read", "ops.ConvTranspose", {"strides": 2, "kernel": [[[[1] * 3] * 16] * 3] * 3}, [(None, 8, 8, 3)], {"convolution": 27648}),
    ("a convolution of unknown size", "ops.Conv", {"kernel": [[[1] * 16] * 3] * 3}, [(None, None, 3)], {"convolution": None}),
    ("columns", "ops.Unfold", {"kernel_size": 2}, [(None, 3, 8, 6)], {}),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_refusal = refusal_test(REFUSALS)
test_work = work_test(WORK)
