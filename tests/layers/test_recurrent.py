"""The recurrent layers: shapes, weights and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

import pytest

from layers.rules import (
    Arguments,
    Refusals,
    Shape,
    Shapes,
    Weights,
    infer,
    refusal_test,
    shape_test,
    weights_test,
)

# fmt: off
LSTM3 = {"LSTM": {"units": 3}}
TWO_CELLS = [{"LSTMCell": {"units": 3}}, {"GRUCell": {"units": 2}}]

SHAPES: Shapes = [
    ("the last output", "LSTM", {"units": 4}, [(2, None, 8)], (2, 4)),
    ("each step's output", "LSTM", {"units": 32, "return_sequences": True}, [(None, 10, 8)], (None, 10, 32)),
    ("unknown steps stay unknown", "GRU", {"units": 5, "return_sequences": True, "go_backwards": True}, [(None, None, 3)], (None, None, 5)),
    ("unrolled", "SimpleRNN", {"units": 6, "unroll": True}, [(None, 4, 3)], (None, 6)),
    ("with both states given", "LSTM", {"units": 4}, [(None, 10, 8), (None, 4), (2, 4)], (None, 4)),
    ("with one state for all samples", "LSTM", {"units": 4}, [(2, 10, 8), (1, 4), (1, 4)], (2, 4)),
    ("stateful with its batch", "GRU", {"units": 5, "stateful": True}, [(2, 7, 3)], (2, 5)),
    ("no features", "LSTM", {"units": 3}, [(None, 3, 0)], (None, 3)),
    ("a cell's steps", "RNN", {"cell": {"LSTMCell": {"units": 3}}, "return_sequences": True}, [(None, 6, 5)], (None, 6, 3)),
    ("the last of stacked cells", "RNN", {"cell": TWO_CELLS}, [(None, 6, 5)], (None, 2)),
    ("from both ends", "Bidirectional", {"layer": LSTM3}, [(None, 5, 4)], (None, 6)),
    ("from both ends, added", "Bidirectional", {"layer": LSTM3, "merge_mode": "sum"}, [(None, 5, 4)], (None, 3)),
    ("maps from both ends, joined at the end whatever the data format", "Bidirectional", {"layer": {"ConvLSTM1D": {"filters": 3, "kernel_size": 2, "data_format": "channels_first"}}}, [(None, 5, 4, 3)], (None, 3, 4)),
    ("a convolution at each step", "TimeDistributed", {"layer": {"Conv2D": [64, 3]}}, [(32, 10, 128, 128, 3)], (32, 10, 126, 126, 64)),
    ("at unknown steps", "TimeDistributed", {"layer": {"Dense": 3}}, [(None, None, 4)], (None, None, 3)),
    ("at each step of each step", "TimeDistributed", {"layer": {"TimeDistributed": {"layer": {"Dense": 3}}}}, [(4, 5, 8, 2)], (4, 5, 8, 3)),
    ("a step without features of its own", "TimeDistributed", {"layer": "Flatten"}, [(4, 5, 8, 8)], (4, 5, 64)),
    ("with a mask", "TimeDistributed", {"layer": {"Dense": 3}}, [(4, None, 8), (4, 5)], (4, None, 3)),
    ("maps at each step", "ConvLSTM2D", {"filters": 16, "kernel_size": 3, "padding": "SAME", "return_sequences": True}, [(None, None, 40, 40, 1)], (None, None, 40, 40, 16)),
    ("strides", "ConvLSTM1D", {"filters": 4, "kernel_size": 3, "strides": 2, "data_format": "channels_first"}, [(None, 6, 2, 9)], (None, 4, 4)),
    ("dilation", "ConvLSTM3D", {"filters": 2, "kernel_size": 2, "dilation_rate": 2}, [(None, 6, 5, 6, 7, 1)], (None, 3, 4, 5, 2)),
    ("no filters", "ConvLSTM2D", {"filters": 0, "kernel_size": 2}, [(None, 5, 8, 7, 3)], (None, 7, 6, 0)),
]

WEIGHTS: Weights = [
    # 4 × (8 × 32 + 32 × 32 + 32) = 5,248 parameters.
    ("four gates", "LSTM", {"units": 32}, [(None, 10, 8)], [("lstm_cell/kernel", (8, 128), True), ("lstm_cell/recurrent_kernel", (32, 128), True), ("lstm_cell/bias", (128,), True)]),
    ("three gates with two biases", "GRU", {"units": 5}, [(2, 7, 3)], [("gru_cell/kernel", (3, 15), True), ("gru_cell/recurrent_kernel", (5, 15), True), ("gru_cell/bias", (2, 15), True)]),
    ("three gates with one bias", "GRU", {"units": 5, "reset_after": False}, [(2, 7, 3)], [("gru_cell/kernel", (3, 15), True), ("gru_cell/recurrent_kernel", (5, 15), True), ("gru_cell/bias", (15,), True)]),
    ("states that are kept are no weights", "SimpleRNN", {"units": 6, "stateful": True}, [(2, 4, 3)], [("simple_rnn_cell/kernel", (3, 6), True), ("simple_rnn_cell/recurrent_kernel", (6, 6), True), ("simple_rnn_cell/bias", (6,), True)]),
    ("no bias", "LSTMCell", {"units": 2, "use_bias": False}, [(4, 3), (4, 2), (4, 2)], [("kernel", (3, 8), True), ("recurrent_kernel", (2, 8), True)]),
    ("GRU without bias", "GRUCell", {"units": 2, "use_bias": False}, [(4, 3), (4, 2)], [("kernel", (3, 6), True), ("recurrent_kernel", (2, 6), True)]),
    ("a cell under its name", "RNN", {"cell": {"LSTMCell": {"units": 3, "name": "c", "trainable": False}}}, [(None, 5, 2)], [("c/kernel", (2, 12), False), ("c/recurrent_kernel", (3, 12), False), ("c/bias", (12,), False)]),
    ("cells in a list", "RNN", {"cell": [{"SimpleRNNCell": 3}, {"SimpleRNNCell": [2, "relu", False]}]}, [(None, 6, 5)], [("stacked_rnn_cells/simple_rnn_cell/kernel", (5, 3), True), ("stacked_rnn_cells/simple_rnn_cell/recurrent_kernel", (3, 3), True), ("stacked_rnn_cells/simple_rnn_cell/bias", (3,), True), ("stacked_rnn_cells/simple_rnn_cell_1/kernel", (3, 2), True), ("stacked_rnn_cells/simple_rnn_cell_1/recurrent_kernel", (2, 2), True)]),
    ("stacked cells with a name", "RNN", {"cell": {"StackedRNNCells": {"cells": [{"SimpleRNNCell": 3}], "name": "s"}}}, [(1, 6, 3)], [("s/simple_rnn_cell/kernel", (3, 3), True), ("s/simple_rnn_cell/recurrent_kernel", (3, 3), True), ("s/simple_rnn_cell/bias", (3,), True)]),
    ("from both ends", "Bidirectional", {"layer": {"SimpleRNN": [2, "tanh", False]}}, [(None, 10, 1)], [("forward_simple_rnn/simple_rnn_cell/kernel", (1, 2), True), ("forward_simple_rnn/simple_rnn_cell/recurrent_kernel", (2, 2), True), ("backward_simple_rnn/simple_rnn_cell/kernel", (1, 2), True), ("backward_simple_rnn/simple_rnn_cell/recurrent_kernel", (2, 2), True)]),
    ("a backward layer keeps its name", "Bidirectional", {"layer": {"SimpleRNN": {"units": 2, "use_bias": False, "name": "forward_x"}}, "backward_layer": {"SimpleRNN": {"units": 2, "use_bias": False, "go_backwards": True}}}, [(None, 10, 1)], [("forward_x/simple_rnn_cell/kernel", (1, 2), True), ("forward_x/simple_rnn_cell/recurrent_kernel", (2, 2), True), ("simple_rnn/simple_rnn_cell/kernel", (1, 2), True), ("simple_rnn/simple_rnn_cell/recurrent_kernel", (2, 2), True)]),
    ("an unnamed backward layer is the second", "Bidirectional", {"layer": {"SimpleRNN": {"units": 2, "use_bias": False}}, "backward_layer": {"SimpleRNN": {"units": 2, "use_bias": False, "go_backwards": True}}}, [(None, 10, 1)], [("forward_simple_rnn/simple_rnn_cell/kernel", (1, 2), True), ("forward_simple_rnn/simple_rnn_cell/recurrent_kernel", (2, 2), True), ("simple_rnn_1/simple_rnn_cell/kernel", (1, 2), True), ("simple_rnn_1/simple_rnn_cell/recurrent_kernel", (2, 2), True)]),
    ("a layer at each step", "TimeDistributed", {"layer": "BatchNormalization"}, [(4, 5, 8)], [("batch_normalization/gamma", (8,), True), ("batch_normalization/beta", (8,), True), ("batch_normalization/moving_mean", (8,), False), ("batch_normalization/moving_variance", (8,), False)]),
    ("a recurrent layer that is not trained", "TimeDistributed", {"layer": {"SimpleRNN": {"units": 3, "use_bias": False, "trainable": False}}}, [(2, 3, 4, 5)], [("simple_rnn/simple_rnn_cell/kernel", (5, 3), False), ("simple_rnn/simple_rnn_cell/recurrent_kernel", (3, 3), False)]),
    ("a wrapper does not pass on that it is not trained", "TimeDistributed", {"layer": {"TimeDistributed": {"layer": {"Dense": {"units": 3, "use_bias": False}}, "trainable": False}}}, [(2, 3, 4, 5)], [("time_distributed/dense/kernel", (5, 3), True)]),
    ("four convolutions of inputs and of states", "ConvLSTM2D", {"filters": 16, "kernel_size": [3, 2], "data_format": "channels_first"}, [(None, 5, 1, 40, 40)], [("conv_lstm_cell/kernel", (3, 2, 1, 64), True), ("conv_lstm_cell/recurrent_kernel", (3, 2, 16, 64), True), ("conv_lstm_cell/bias", (64,), True)]),
]

REFUSALS: Refusals = [
    ("no units", "LSTM", {"units": 0}, [(None, 5, 3)], "wrong-value", "units", "units must be a whole number of at least 1, not 0"),
    ("no number of what is dropped", "GRU", {"units": 3, "dropout": "half"}, [(None, 5, 3)], "wrong-type", "dropout", "dropout must be a number"),
    ("no fractional seed", "SimpleRNN", {"units": 3, "seed": 1.5}, [(None, 5, 3)], "wrong-type", "seed", "seed must be a whole number"),
    ("cuDNN of no kind", "LSTM", {"units": 3, "use_cudnn": "yes"}, [(None, 5, 3)], "wrong-value", "use_cudnn", "use_cudnn must be"),
    ("too few dimensions", "LSTM", {"units": 3}, [(None, 5)], "wrong-rank", None, "must have 3 dimensions with the batch"),
    ("unknown features", "LSTM", {"units": 3}, [(None, 5, None)], "unknown-dimension", None, "the last dimension of the input must be known"),
    ("stateful without a batch", "LSTM", {"units": 3, "stateful": True}, [(None, 5, 3)], "unknown-dimension", "stateful", "the size of the batch of (None, 5, 3) is unknown"),
    ("one state of two", "LSTM", {"units": 3}, [(None, 5, 4), (None, 3)], "wrong-inputs", None, "the states must be (None, 3), (None, 3), not (None, 3)"),
    ("a state of another size", "GRU", {"units": 3}, [(None, 5, 4), (None, 7)], "shape-mismatch", None, "a state must be (None, 3), but (None, 7) is given"),
    ("a state of another batch", "GRU", {"units": 3}, [(2, 5, 4), (3, 3)], "shape-mismatch", None, "a state must be (2, 3), but (3, 3) is given"),
    ("a cell without its state", "SimpleRNNCell", {"units": 3}, [(None, 5)], "wrong-inputs", None, "the states must be (None, 3), not none"),
    ("a cell on a sequence", "SimpleRNNCell", {"units": 3}, [(None, 7, 5), (None, 7, 3)], "wrong-rank", None, "must have 2 dimensions with the batch"),
    ("a stack of one too many states", "StackedRNNCells", {"cells": TWO_CELLS}, [(2, 5), (2, 3), (2, 3), (2, 2), (2, 2)], "wrong-inputs", None, "the states must be (2, 3), (2, 3), (2, 2), not"),
    ("a stack of no cells", "StackedRNNCells", {"cells": []}, [(2, 5)], "wrong-value", "cells", "cells must be a list of at least 1, each a layer"),
    ("no cells", "RNN", {"cell": []}, [(2, 5, 3)], "wrong-value", "cell", "cell must be"),
    ("no cell", "RNN", {"cell": {"Dense": 3}}, [(2, 5, 3)], "wrong-value", None, "Dense is no cell of a recurrent layer"),
    ("no cell in a stack", "RNN", {"cell": ["Flatten"]}, [(2, 5, 3)], "wrong-value", None, "Flatten is no cell of a recurrent layer"),
    ("a cell on maps", "RNN", {"cell": {"GRUCell": 3}}, [(2, 5, 3, 4)], "wrong-rank", None, "must have 3 dimensions with the batch"),
    ("nothing recurrent", "Bidirectional", {"layer": {"Dense": 3}}, [(None, 5, 3)], "wrong-value", None, "Dense is no recurrent layer"),
    ("a copy that goes the same way", "Bidirectional", {"layer": {"GRU": {"units": 3, "go_backwards": True}}}, [(None, 5, 3)], "wrong-value", "layer", "would go the same way"),
    ("both go the same way", "Bidirectional", {"layer": LSTM3, "backward_layer": LSTM3}, [(None, 5, 3)], "wrong-value", "backward_layer", "one of layer and backward_layer must go backwards"),
    ("only one returns its state", "Bidirectional", {"layer": LSTM3, "backward_layer": {"LSTM": {"units": 3, "go_backwards": True, "return_state": True}}}, [(None, 5, 3)], "wrong-value", "backward_layer", "must have the same return_state"),
    ("states kept and returned", "Bidirectional", {"layer": {"LSTM": {"units": 3, "stateful": True, "return_state": True}}}, [(2, 5, 3)], "wrong-value", "layer", "can't return its states from a Bidirectional"),
    ("layers of two sizes", "Bidirectional", {"layer": LSTM3, "backward_layer": {"LSTM": {"units": 4, "go_backwards": True}}}, [(None, 5, 3)], "shape-mismatch", "backward_layer", "layer gives (None, 3), but backward_layer (None, 4)"),
    ("an odd number of states", "Bidirectional", {"layer": LSTM3}, [(2, 5, 3), (2, 3), (2, 3), (2, 3)], "wrong-inputs", None, "not 3 in all"),
    ("merged in no way", "Bidirectional", {"layer": LSTM3, "merge_mode": "cat"}, [(None, 5, 3)], "wrong-value", "merge_mode", "merge_mode must be one of sum, mul, ave, concat"),
    ("no steps", "TimeDistributed", {"layer": {"Dense": 3}}, [(None, 4)], "wrong-rank", None, "at least 3 dimensions"),
    ("steps that do not fit", "TimeDistributed", {"layer": {"Conv2D": [3, 9]}}, [(None, 5, 8, 8, 3)], "kernel-too-large", "kernel_size", "kernel 9×9 does not fit"),
    ("several outputs", "TimeDistributed", {"layer": {"GRU": {"units": 3, "return_state": True}}}, [(4, 5, 8, 8)], "wrong-value", "layer", "must give one output for each step, but it gives (4, 3), (4, 3)"),
    ("several inputs", "TimeDistributed", {"layer": "Add"}, [(4, 5, 8)], "wrong-inputs", None, "Add merges a list of inputs"),
    ("a mask of other steps", "TimeDistributed", {"layer": {"Dense": 3}}, [(4, 5, 8), (4, 6)], "shape-mismatch", None, "a mask must begin with (4, 5)"),
    ("a mask of no steps", "TimeDistributed", {"layer": {"Dense": 3}}, [(4, 5, 8), (4,)], "shape-mismatch", None, "a mask must begin with (4, 5)"),
    ("a bare wrapper", "Wrapper", {"layer": {"Dense": 3}}, [(4, 5, 8)], "wrong-value", None, "does nothing with its input"),
    ("maps of unknown size", "ConvLSTM2D", {"filters": 3, "kernel_size": 2}, [(None, 5, None, 7, 3)], "unknown-dimension", None, "the sizes of each step must be known"),
    ("unknown channels", "ConvLSTM2D", {"filters": 3, "kernel_size": 2}, [(None, 5, 7, 7, None)], "unknown-dimension", None, "the number of channels"),
    ("maps that are too small", "ConvLSTM1D", {"filters": 3, "kernel_size": 9}, [(None, 5, 8, 3)], "kernel-too-large", "kernel_size", "kernel 9 does not fit its 8 input"),
    ("strides with dilation", "ConvLSTM2D", {"filters": 3, "kernel_size": 2, "strides": 2, "dilation_rate": 2}, [(None, 5, 8, 8, 3)], "stride-with-dilation", "dilation_rate", "can't be used together"),
    ("causal maps", "ConvLSTM1D", {"filters": 3, "kernel_size": 2, "padding": "causal"}, [(None, 5, 8, 3)], "wrong-value", "padding", "padding must be one of valid, same"),
    ("a state before the convolution", "ConvLSTM1D", {"filters": 3, "kernel_size": 3}, [(2, 5, 8, 3), (2, 8, 3), (2, 8, 3)], "shape-mismatch", None, "a state must be (2, 6, 3), but (2, 8, 3) is given"),
]

OUTPUTS: list[tuple[str, str, Arguments, list[Shape], tuple[Shape, ...]]] = [
    ("two states", "LSTM", {"units": 4, "return_state": True, "return_sequences": True}, [(None, 10, 8)], ((None, 10, 4), (None, 4), (None, 4))),
    ("one state", "GRU", {"units": 5, "return_state": True, "stateful": True}, [(2, 7, 3)], ((2, 5), (2, 5))),
    ("a step", "LSTMCell", {"units": 3}, [(None, 2), (None, 3), (None, 3)], ((None, 3), (None, 3), (None, 3))),
    ("a step with one state for all", "GRUCell", {"units": 2}, [(4, 3), (1, 2)], ((4, 2), (4, 2))),
    ("a step of stacked cells", "StackedRNNCells", {"cells": TWO_CELLS}, [(2, 5), (2, 3), (2, 3), (2, 2)], ((2, 2), (2, 3), (2, 3), (2, 2))),
    ("states of stacked cells", "RNN", {"cell": TWO_CELLS, "return_state": True}, [(None, 6, 5)], ((None, 2), (None, 3), (None, 3), (None, 2))),
    ("states of stacks in stacks", "RNN", {"cell": [{"StackedRNNCells": {"cells": [{"GRUCell": 3}, {"GRUCell": 2}]}}, {"LSTMCell": 3}], "return_state": True}, [(1, 6, 3)], ((1, 3), (1, 3), (1, 2), (1, 3), (1, 3))),
    ("states of maps", "ConvLSTM1D", {"filters": 4, "kernel_size": 3, "strides": 2, "data_format": "channels_first", "return_state": True}, [(None, 6, 2, 9)], ((None, 4, 4), (None, 4, 4), (None, 4, 4))),
    ("both outputs", "Bidirectional", {"layer": {"GRU": {"units": 4}}, "merge_mode": None}, [(None, 10, 8)], ((None, 4), (None, 4))),
    ("states of both", "Bidirectional", {"layer": {"LSTM": {"units": 4, "return_sequences": True, "return_state": True}}}, [(None, 10, 8)], ((None, 10, 8), (None, 4), (None, 4), (None, 4), (None, 4))),
    ("states for both", "Bidirectional", {"layer": LSTM3}, [(2, 5, 3), (2, 3), (2, 3), (2, 3), (2, 3)], ((2, 6),)),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_weights = weights_test(WEIGHTS)
test_refusal = refusal_test(REFUSALS)


@pytest.mark.parametrize(
    ("kind", "args", "inputs", "outputs"),
    [pytest.param(*case, id=reason) for reason, *case in OUTPUTS],
)
def test_outputs(
    kind: str, args: Arguments, inputs: list[Shape], outputs: tuple[Shape, ...]
) -> None:
    assert infer(kind, args, inputs).outputs == outputs


def test_windows_are_those_of_the_steps() -> None:
    args = {"filters": 4, "kernel_size": 3, "strides": 2}
    windows = infer("ConvLSTM2D", args, [(None, 5, 9, 8, 3)]).windows
    assert [(w.size, w.output) for w in windows] == [(9, 4), (8, 3)]
    both = {"layer": {"ConvLSTM2D": args}}
    assert infer("Bidirectional", both, [(None, 5, 9, 8, 3)]).windows == windows * 2
