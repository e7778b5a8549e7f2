"""The convolutional recurrent layers: shapes, weights and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from layers.rules import (
    Refusals,
    Several,
    Shapes,
    Weights,
    Works,
    infer,
    refusal_test,
    several_test,
    shape_test,
    weights_test,
    work_test,
)

# fmt: off
SHAPES: Shapes = [
    ("maps at each step", "ConvLSTM2D", {"filters": 16, "kernel_size": 3, "padding": "SAME", "return_sequences": True}, [(None, None, 40, 40, 1)], (None, None, 40, 40, 16)),
    ("strides", "ConvLSTM1D", {"filters": 4, "kernel_size": 3, "strides": 2, "data_format": "channels_first"}, [(None, 6, 2, 9)], (None, 4, 4)),
    ("dilation", "ConvLSTM3D", {"filters": 2, "kernel_size": 2, "dilation_rate": 2}, [(None, 6, 5, 6, 7, 1)], (None, 3, 4, 5, 2)),
    ("no filters", "ConvLSTM2D", {"filters": 0, "kernel_size": 2}, [(None, 5, 8, 7, 3)], (None, 7, 6, 0)),
]

WEIGHTS: Weights = [
    ("four convolutions of inputs and of states", "ConvLSTM2D", {"filters": 16, "kernel_size": [3, 2], "data_format": "channels_first"}, [(None, 5, 1, 40, 40)], [("conv_lstm_cell/kernel", (3, 2, 1, 64), True), ("conv_lstm_cell/recurrent_kernel", (3, 2, 16, 64), True), ("conv_lstm_cell/bias", (64,), True)]),
]

REFUSALS: Refusals = [
    ("maps of unknown size", "ConvLSTM2D", {"filters": 3, "kernel_size": 2}, [(None, 5, None, 7, 3)], "unknown-dimension", None, "the sizes of each step must be known"),
    ("unknown channels", "ConvLSTM2D", {"filters": 3, "kernel_size": 2}, [(None, 5, 7, 7, None)], "unknown-dimension", None, "the number of channels"),
    ("maps that are too small", "ConvLSTM1D", {"filters": 3, "kernel_size": 9}, [(None, 5, 8, 3)], "kernel-too-large", "kernel_size", "kernel 9 does not fit its 8 input"),
    ("strides with dilation", "ConvLSTM2D", {"filters": 3, "kernel_size": 2, "strides": 2, "dilation_rate": 2}, [(None, 5, 8, 8, 3)], "stride-with-dilation", "dilation_rate", "can't be used together"),
    ("causal maps", "ConvLSTM1D", {"filters": 3, "kernel_size": 2, "padding": "causal"}, [(None, 5, 8, 3)], "wrong-value", "padding", "padding must be one of valid, same"),
    ("a state before the convolution", "ConvLSTM1D", {"filters": 3, "kernel_size": 3}, [(2, 5, 8, 3), (2, 8, 3), (2, 8, 3)], "shape-mismatch", None, "a state must be (2, 6, 3), but (2, 8, 3) is given"),
]

SEVERAL: Several = [
    ("states of maps", "ConvLSTM1D", {"filters": 4, "kernel_size": 3, "strides": 2, "data_format": "channels_first", "return_state": True}, [(None, 6, 2, 9)], [(None, 4, 4), (None, 4, 4), (None, 4, 4)]),
]
WORK: Works = [
    # PyTorch 2.13 counts 181,440 of these two convolutions at 5 steps too: at each of 6 × 6 positions 3 × 3 × 3 × 16 for the step, and 3 × 3 × 4 × 16 for the state.
    ("both convolutions at each step", "ConvLSTM2D", {"filters": 4, "kernel_size": 3}, [(None, 5, 8, 8, 3)], {"convolution": 181440, "bias": 2880, "activation": 3600}),
    ("whatever comes first", "ConvLSTM2D", {"filters": 4, "kernel_size": 3, "data_format": "channels_first", "return_sequences": True}, [(None, 5, 3, 8, 8)], {"convolution": 181440, "bias": 2880, "activation": 3600}),
    # At 2 steps 4 positions each: 3 × 2 × 8 for the step, and with no stride or dilation 3 × 2 × 8 for the state.
    ("strides are the input's alone", "ConvLSTM1D", {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same", "use_bias": False, "activation": None}, [(None, 2, 8, 2)], {"convolution": 768, "activation": 48}),
    ("of unknown steps", "ConvLSTM1D", {"filters": 2, "kernel_size": 3}, [(None, None, 8, 2)], {"convolution": None, "bias": None, "activation": None}),
    # One position: 8 × 1 × 4 for the step, 8 × 1 × 4 for the state.
    ("volumes", "ConvLSTM3D", {"filters": 1, "kernel_size": 2}, [(None, 1, 2, 2, 2, 1)], {"convolution": 64, "bias": 4, "activation": 5}),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_weights = weights_test(WEIGHTS)
test_refusal = refusal_test(REFUSALS)
test_several_outputs = several_test(SEVERAL)
test_work = work_test(WORK)


def test_windows_are_those_of_the_steps() -> None:
    args = {"filters": 4, "kernel_size": 3, "strides": 2}
    windows = infer("ConvLSTM2D", args, [(None, 5, 9, 8, 3)]).windows
    assert [(w.size, w.output) for w in windows] == [(9, 4), (8, 3)]
    both = {"layer": {"ConvLSTM2D": args}}
    assert infer("Bidirectional", both, [(None, 5, 9, 8, 3)]).windows == windows * 2
