"""The convolution layers: shapes, weights and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

import pytest

from layers.rules import (
    Refusals,
    Shapes,
    Weights,
    Works,
    infer,
    refusal_test,
    shape_test,
    weights_test,
    work_test,
)

# fmt: off
SHAPES: Shapes = [
    # FACTS: the case that the tool exists for (foster_cifar).
    ("same rounds up: first of the two", "Conv2D", {"filters": 10, "kernel_size": 4, "strides": 2, "padding": "same"}, [(None, 32, 32, 3)], (None, 16, 16, 10)),
    ("same rounds up: second of the two", "Conv2D", {"filters": 20, "kernel_size": 3, "strides": 2, "padding": "same"}, [(None, 16, 16, 10)], (None, 8, 8, 20)),
    ("valid rounds down", "Conv1D", {"filters": 4, "kernel_size": 3, "strides": 2}, [(None, 10, 3)], (None, 4, 4)),
    ("valid at exactly the kernel", "Conv2D", {"filters": 4, "kernel_size": 5}, [(None, 5, 5, 1)], (None, 1, 1, 4)),
    ("causal keeps the size", "Conv1D", {"filters": 4, "kernel_size": 3, "padding": "causal", "dilation_rate": 2}, [(None, 10, 3)], (None, 10, 4)),
    ("causal with stride", "Conv1D", {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "causal"}, [(None, 5, 4)], (None, 3, 2)),
    ("padding in any case", "Conv1D", {"filters": 2, "kernel_size": 3, "padding": "CAUSAL"}, [(None, 5, 4)], (None, 5, 2)),
    ("dilation widens the kernel", "Conv2D", {"filters": 4, "kernel_size": 3, "dilation_rate": 2}, [(None, 9, 9, 3)], (None, 5, 5, 4)),
    ("values per axis", "Conv2D", {"filters": 4, "kernel_size": [3, 5], "strides": [1, 2]}, [(None, 12, 12, 3)], (None, 10, 4, 4)),
    ("channels first", "Conv2D", {"filters": 4, "kernel_size": 3, "data_format": "channels_first"}, [(None, 3, 12, 10)], (None, 4, 10, 8)),
    ("three axes", "Conv3D", {"filters": 4, "kernel_size": 3, "padding": "same", "strides": 2}, [(2, 9, 8, 7, 1)], (2, 5, 4, 4, 4)),
    ("unknown sizes stay unknown", "Conv2D", {"filters": 4, "kernel_size": 3}, [(None, None, 9, 3)], (None, None, 7, 4)),
    ("an empty axis stays empty with same", "Conv1D", {"filters": 2, "kernel_size": 3, "padding": "same"}, [(None, 0, 4)], (None, 0, 2)),
    ("an empty axis stays empty with causal", "Conv1D", {"filters": 2, "kernel_size": 3, "padding": "causal", "strides": 2}, [(None, 0, 4)], (None, 0, 2)),
    ("depthwise multiplies channels", "DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 2}, [(None, 9, 9, 3)], (None, 7, 7, 6)),
    ("depthwise takes stride with dilation", "DepthwiseConv2D", {"kernel_size": 3, "strides": 2, "dilation_rate": 2}, [(None, 9, 9, 3)], (None, 3, 3, 3)),
    ("depthwise on one axis", "DepthwiseConv1D", {"kernel_size": 3, "strides": 2, "data_format": "channels_first"}, [(None, 4, 9)], (None, 4, 4)),
    ("separable mixes to filters", "SeparableConv2D", {"filters": 7, "kernel_size": 3, "depth_multiplier": 2}, [(None, 9, 9, 3)], (None, 7, 7, 7)),
    ("separable on one axis", "SeparableConv1D", {"filters": 7, "kernel_size": 3, "padding": "same", "strides": 2}, [(None, 9, 3)], (None, 5, 7)),
    # FACTS: None is not 0 for output_padding.
    ("transposed same without output_padding", "Conv1DTranspose", {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"}, [(None, 12, 3)], (None, 24, 2)),
    ("transposed same with output_padding 0", "Conv1DTranspose", {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same", "output_padding": 0}, [(None, 12, 3)], (None, 23, 2)),
    ("transposed same with output_padding 1", "Conv1DTranspose", {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same", "output_padding": 1}, [(None, 12, 3)], (None, 24, 2)),
    ("transposed valid", "Conv1DTranspose", {"filters": 2, "kernel_size": 3, "strides": 2}, [(None, 12, 3)], (None, 25, 2)),
    ("transposed valid with a stride above the kernel", "Conv1DTranspose", {"filters": 2, "kernel_size": 1, "strides": 3}, [(None, 5, 3)], (None, 15, 2)),
    ("transposed with dilation", "Conv1DTranspose", {"filters": 2, "kernel_size": 3, "dilation_rate": 2}, [(None, 5, 2)], (None, 9, 2)),
    ("transposed same with an even kernel", "Conv1DTranspose", {"filters": 2, "kernel_size": 2, "padding": "same", "output_padding": 0}, [(None, 5, 2)], (None, 4, 2)),
    ("transposed to an empty axis", "Conv1DTranspose", {"filters": 2, "kernel_size": 2, "padding": "same", "output_padding": 0}, [(None, 1, 3)], (None, 0, 2)),
    ("transposed channels first", "Conv2DTranspose", {"filters": 2, "kernel_size": 2, "strides": [2, 1], "data_format": "channels_first"}, [(None, 5, 2, 3)], (None, 2, 4, 4)),
    ("transposed on three axes", "Conv3DTranspose", {"filters": 2, "kernel_size": 2, "strides": [2, 1, 3]}, [(None, 5, None, 3, 7)], (None, 10, None, 9, 2)),
    # Beyond Keras; measured with torch.nn.Conv and ConvTranspose.
    ("numeric padding keeps an odd kernel's size", "Conv2D", {"filters": 4, "kernel_size": 3, "padding": 1}, [(None, 9, 9, 3)], (None, 9, 9, 4)),
    # FACTS: an even kernel with symmetric padding k/2 grows the map by one.
    ("half an even kernel grows the map", "Conv2D", {"filters": 4, "kernel_size": 16, "padding": 8}, [(None, 160, 160, 1)], (None, 161, 161, 4)),
    ("padding per axis", "Conv2D", {"filters": 4, "kernel_size": 3, "padding": [0, 1]}, [(None, 9, 9, 3)], (None, 7, 9, 4)),
    ("padding before and after", "Conv2D", {"filters": 4, "kernel_size": 3, "padding": [[2, 0], [0, 1]]}, [(None, 9, 9, 3)], (None, 9, 8, 4)),
    ("padding makes room for the kernel", "Conv1D", {"filters": 4, "kernel_size": 5, "padding": 2}, [(None, 1, 3)], (None, 1, 4)),
    ("transposed with numeric padding", "Conv2DTranspose", {"filters": 4, "kernel_size": 4, "strides": 2, "padding": 1}, [(None, 8, 8, 3)], (None, 16, 16, 4)),
    ("transposed with output_padding", "Conv2DTranspose", {"filters": 4, "kernel_size": 3, "strides": 2, "padding": 1, "output_padding": 1}, [(None, 8, 8, 3)], (None, 16, 16, 4)),
]

WEIGHTS: Weights = [
    # FACTS: 1,820 parameters.
    ("one filter spans all channels", "Conv2D", {"filters": 20, "kernel_size": 3}, [(None, 16, 16, 10)], [("kernel", (3, 3, 10, 20), True), ("bias", (20,), True)]),
    ("without bias", "Conv2D", {"filters": 10, "kernel_size": 4, "use_bias": False}, [(None, 32, 32, 3)], [("kernel", (4, 4, 3, 10), True)]),
    ("groups divide the channels", "Conv2D", {"filters": 6, "kernel_size": 3, "groups": 3}, [(None, 9, 9, 12)], [("kernel", (3, 3, 4, 6), True), ("bias", (6,), True)]),
    ("channels first", "Conv1D", {"filters": 6, "kernel_size": 3, "data_format": "channels_first"}, [(None, 5, 9)], [("kernel", (3, 5, 6), True), ("bias", (6,), True)]),
    ("three axes", "Conv3D", {"filters": 6, "kernel_size": [1, 2, 3]}, [(None, 5, 9, 9, 2)], [("kernel", (1, 2, 3, 2, 6), True), ("bias", (6,), True)]),
    ("no channels", "Conv1D", {"filters": 3, "kernel_size": 3, "groups": 3}, [(None, 4, 0)], [("kernel", (3, 0, 3), True), ("bias", (3,), True)]),
    ("low-rank adapters freeze the kernel", "Conv1D", {"filters": 3, "kernel_size": 3, "lora_rank": 2}, [(None, 4, 9)], [("kernel", (3, 9, 3), False), ("bias", (3,), True), ("lora_kernel_a", (3, 9, 2), True), ("lora_kernel_b", (2, 3), True)]),
    ("rank 0 has no adapters", "Conv1D", {"filters": 3, "kernel_size": 3, "lora_rank": 0}, [(None, 4, 9)], [("kernel", (3, 9, 3), True), ("bias", (3,), True)]),
    # FACTS: the transposed convolution's kernel is (kh, kw, out, in).
    ("transposed has filters first", "Conv2DTranspose", {"filters": 6, "kernel_size": 4}, [(None, 8, 8, 4)], [("kernel", (4, 4, 6, 4), True), ("bias", (6,), True)]),
    ("transposed on one axis", "Conv1DTranspose", {"filters": 6, "kernel_size": 4, "use_bias": False}, [(None, 8, 4)], [("kernel", (4, 6, 4), True)]),
    ("transposed on three axes", "Conv3DTranspose", {"filters": 2, "kernel_size": 2, "data_format": "channels_first"}, [(None, 7, 2, 2, 2)], [("kernel", (2, 2, 2, 2, 7), True), ("bias", (2,), True)]),
    # FACTS: 2,000 parameters for depth_multiplier 20 over 10 channels.
    ("depthwise", "DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 20}, [(None, 16, 16, 10)], [("kernel", (3, 3, 10, 20), True), ("bias", (200,), True)]),
    ("depthwise on one axis", "DepthwiseConv1D", {"kernel_size": 3}, [(None, 16, 10)], [("kernel", (3, 10, 1), True), ("bias", (10,), True)]),
    ("separable", "SeparableConv2D", {"filters": 4, "kernel_size": 3, "depth_multiplier": 2}, [(None, 5, 9, 3)], [("depthwise_kernel", (3, 3, 3, 2), True), ("pointwise_kernel", (1, 1, 6, 4), True), ("bias", (4,), True)]),
    ("separable on one axis", "SeparableConv1D", {"filters": 4, "kernel_size": 3, "use_bias": False}, [(None, 5, 3)], [("depthwise_kernel", (3, 3, 1), True), ("pointwise_kernel", (1, 3, 4), True)]),
]

# Per sample; the other counts are 0.
WORK: Works = [
    # FACTS and PyTorch's counter: 460,800, without the 5,120 of the bias.
    ("each output position reads the kernel", "Conv2D", {"filters": 20, "kernel_size": 3}, [(None, 18, 18, 10)], {"convolution": 460_800, "bias": 5_120}),
    ("the data format changes nothing", "Conv2D", {"filters": 20, "kernel_size": 3, "data_format": "channels_first"}, [(None, 10, 18, 18)], {"convolution": 460_800, "bias": 5_120}),
    # All that follow up to the activations: PyTorch's counter, torch.utils.flop_counter, halved.
    ("groups", "Conv2D", {"filters": 6, "kernel_size": 3, "groups": 3, "use_bias": False}, [(None, 9, 9, 12)], {"convolution": 10_584}),
    ("one group", "Conv2D", {"filters": 6, "kernel_size": 3, "use_bias": False}, [(None, 9, 9, 12)], {"convolution": 31_752}),
    ("a dilated kernel has no more elements", "Conv1D", {"filters": 6, "kernel_size": 3, "dilation_rate": 2, "use_bias": False}, [(None, 12, 4)], {"convolution": 576}),
    ("three axes", "Conv3D", {"filters": 5, "kernel_size": [1, 2, 3], "strides": [1, 2, 2], "use_bias": False}, [(None, 6, 7, 8, 2)], {"convolution": 3_240}),
    ("transposed, over the input", "Conv2DTranspose", {"filters": 6, "kernel_size": 4, "strides": 2, "use_bias": False}, [(None, 8, 8, 4)], {"convolution": 24_576}),
    ("transposed, what is cut off is computed", "Conv2DTranspose", {"filters": 6, "kernel_size": 4, "strides": 2, "padding": 1}, [(None, 8, 8, 4)], {"convolution": 24_576, "bias": 1_536}),
    ("transposed on one axis", "Conv1DTranspose", {"filters": 6, "kernel_size": 4, "strides": 3, "use_bias": False}, [(None, 8, 4)], {"convolution": 768}),
    ("transposed on three axes", "Conv3DTranspose", {"filters": 2, "kernel_size": 2, "data_format": "channels_first", "use_bias": False}, [(None, 7, 2, 3, 4)], {"convolution": 2_688}),
    ("depthwise", "DepthwiseConv2D", {"kernel_size": 3, "padding": "same", "depth_multiplier": 20}, [(None, 16, 16, 10)], {"convolution": 460_800, "bias": 51_200}),
    ("depthwise on one axis", "DepthwiseConv1D", {"kernel_size": 5, "strides": 2, "depth_multiplier": 2, "use_bias": False}, [(None, 11, 3)], {"convolution": 120}),
    ("separable, both parts", "SeparableConv2D", {"filters": 4, "kernel_size": 3, "depth_multiplier": 2, "use_bias": False}, [(None, 5, 9, 3)], {"convolution": 1_638}),
    ("separable on one axis", "SeparableConv1D", {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same", "use_bias": False}, [(None, 5, 3)], {"convolution": 63}),
    # 7 × 7 of 96 channels: what TensorFlow's profiler counts as nothing.
    ("groups of one channel", "Conv2D", {"filters": 96, "kernel_size": 7, "padding": "same", "groups": 96, "use_bias": False}, [(None, 56, 56, 96)], {"convolution": 14_751_744}),
    ("adapters are merged into the kernel", "Conv2D", {"filters": 6, "kernel_size": 3, "lora_rank": 2, "use_bias": False}, [(None, 9, 9, 12)], {"convolution": 31_752}),
    ("an activation maps the output", "Conv2D", {"filters": 6, "kernel_size": 3, "activation": "relu"}, [(None, 9, 9, 12)], {"convolution": 31_752, "bias": 294, "activation": 294}),
    ("a linear one maps nothing", "Conv2D", {"filters": 6, "kernel_size": 3, "activation": "linear"}, [(None, 9, 9, 12)], {"convolution": 31_752, "bias": 294}),
    ("an unknown size", "Conv2D", {"filters": 6, "kernel_size": 3, "activation": "relu"}, [(None, 9, None, 12)], {"convolution": None, "bias": None, "activation": None}),
    ("an unknown size, transposed", "Conv1DTranspose", {"filters": 6, "kernel_size": 3, "use_bias": False}, [(None, None, 12)], {"convolution": None}),
]

REFUSALS: Refusals = [
    ("kernel above its input", "Conv2D", {"filters": 8, "kernel_size": 5}, [(None, 2, 2, 3)], "kernel-too-large", "kernel_size", "kernel 5×5 does not fit its 2×2 input"),
    ("dilated kernel above its input", "Conv1D", {"filters": 8, "kernel_size": 3, "dilation_rate": 2}, [(None, 4, 3)], "kernel-too-large", "kernel_size", "5 does not fit its 4 input"),
    ("empty axis with valid", "Conv1D", {"filters": 2, "kernel_size": 3}, [(None, 0, 4)], "kernel-too-large", "kernel_size", "3 does not fit its 0 input"),
    ("depthwise above its input", "DepthwiseConv2D", {"kernel_size": 3}, [(None, 2, 9, 3)], "kernel-too-large", "kernel_size", "3×3 does not fit its 2×9 input"),
    ("transposed with less than nothing left", "Conv1DTranspose", {"filters": 2, "kernel_size": 1, "strides": 2, "output_padding": 0}, [(None, 0, 3)], "kernel-too-large", "kernel_size", "does not fit"),
    ("filters not divisible", "Conv2D", {"filters": 4, "kernel_size": 3, "groups": 3}, [(None, 9, 9, 3)], "channels-not-divisible", "groups", "4 filters can't be divided into 3 groups"),
    ("channels not divisible", "Conv2D", {"filters": 6, "kernel_size": 3, "groups": 3}, [(None, 9, 9, 4)], "channels-not-divisible", "groups", "4 input channels can't be divided into 3 groups"),
    ("no groups", "Conv2D", {"filters": 6, "kernel_size": 3, "groups": 0}, [(None, 9, 9, 4)], "wrong-value", "groups", "groups must be a whole number of at least 1"),
    ("stride with dilation", "Conv2D", {"filters": 6, "kernel_size": 3, "strides": 2, "dilation_rate": [1, 2]}, [(None, 9, 9, 4)], "stride-with-dilation", "dilation_rate", "can't be used together"),
    ("transposed stride with dilation", "Conv2DTranspose", {"filters": 6, "kernel_size": 3, "strides": 2, "dilation_rate": 2}, [(None, 9, 9, 4)], "stride-with-dilation", "dilation_rate", "can't be used together"),
    ("output_padding as large as the stride", "Conv1DTranspose", {"filters": 2, "kernel_size": 3, "strides": 2, "output_padding": 2}, [(None, 12, 3)], "wrong-value", "output_padding", "output_padding 2 must be smaller than the stride 2"),
    ("causal on two axes", "Conv2D", {"filters": 6, "kernel_size": 3, "padding": "causal"}, [(None, 9, 9, 4)], "wrong-value", "padding", "padding must be one of valid, same"),
    ("causal and depthwise", "DepthwiseConv1D", {"kernel_size": 3, "padding": "causal"}, [(None, 9, 4)], "wrong-value", "padding", "padding must be one of valid, same"),
    ("causal and transposed", "Conv1DTranspose", {"filters": 2, "kernel_size": 3, "padding": "causal"}, [(None, 9, 4)], "wrong-value", "padding", "padding must be one of valid, same"),
    ("kernel with too few axes", "Conv2D", {"filters": 6, "kernel_size": [3]}, [(None, 9, 9, 4)], "wrong-value", "kernel_size", "a list of 2 (one per axis), but the list has 1"),
    ("kernel of 0", "Conv2D", {"filters": 6, "kernel_size": 0}, [(None, 9, 9, 4)], "wrong-value", "kernel_size", "kernel_size must be a whole number of at least 1"),
    ("negative stride", "Conv2D", {"filters": 6, "kernel_size": 2, "strides": [1, -1]}, [(None, 9, 9, 4)], "wrong-value", "strides", "strides must be a whole number of at least 1"),
    ("no filters", "SeparableConv2D", {"filters": 0, "kernel_size": 3}, [(None, 9, 9, 4)], "wrong-value", "filters", "filters must be a whole number of at least 1"),
    ("no multiplier", "DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 0}, [(None, 9, 9, 4)], "wrong-value", "depth_multiplier", "depth_multiplier must be a whole number of at least 1"),
    ("unknown activation", "Conv1D", {"filters": 6, "kernel_size": 3, "activation": "rely"}, [(None, 9, 4)], "wrong-value", "activation", "activation must be one of"),
    ("adapters with a constraint", "Conv1D", {"filters": 3, "kernel_size": 3, "lora_rank": 2, "kernel_constraint": "non_neg"}, [(None, 4, 9)], "wrong-value", "kernel_constraint", "can't be used together with lora_rank"),
    ("too few dimensions", "Conv2D", {"filters": 6, "kernel_size": 3}, [(None, 9, 9)], "wrong-rank", None, "must have 4 dimensions with the batch"),
    ("too many dimensions", "Conv2DTranspose", {"filters": 6, "kernel_size": 3}, [(None, 9, 9, 9, 9)], "wrong-rank", None, "must have 4 dimensions with the batch"),
    ("unknown channels", "Conv2D", {"filters": 6, "kernel_size": 3}, [(None, 9, 9, None)], "unknown-dimension", None, "the number of channels of the input must be known"),
    ("unknown channels, transposed", "Conv1DTranspose", {"filters": 6, "kernel_size": 3, "data_format": "channels_first"}, [(None, None, 9)], "unknown-dimension", None, "the number of channels of the input must be known"),
    ("no such data format", "Conv2D", {"filters": 6, "kernel_size": 3, "data_format": "first"}, [(None, 9, 9, 4)], "wrong-value", "data_format", "data_format must be one of channels_last, channels_first"),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_weights = weights_test(WEIGHTS)
test_work = work_test(WORK)
test_refusal = refusal_test(REFUSALS)


def test_each_axis_has_its_window() -> None:
    args = {"filters": 1, "kernel_size": [4, 3], "strides": 2, "padding": "same"}
    windows = infer("Conv2D", args, [(None, 32, None, 3)]).windows
    assert [(w.size, w.before, w.after, w.output) for w in windows] == [
        (32, 1, 1, 16),
        (None, None, None, None),
    ]


@pytest.mark.parametrize("groups", [1, 2, 3, 4, 6, 12])
def test_groups_divide_the_work(groups: int) -> None:
    args = {"filters": 24, "kernel_size": 3, "groups": groups}
    # 7 × 7 places of a kernel of 3 × 3 × 12 × 24
    assert infer("Conv2D", args, [(None, 9, 9, 12)]).op_counts.macs == 127_008 // groups
