"""The recurrent layers: shapes, weights and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from layers.rules import (
    Refusals,
    Several,
    Shapes,
    Weights,
    refusal_test,
    several_test,
    shape_test,
    weights_test,
)

# fmt: off
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
]

SEVERAL: Several = [
    ("two states", "LSTM", {"units": 4, "return_state": True, "return_sequences": True}, [(None, 10, 8)], [(None, 10, 4), (None, 4), (None, 4)]),
    ("one state", "GRU", {"units": 5, "return_state": True, "stateful": True}, [(2, 7, 3)], [(2, 5), (2, 5)]),
    ("a step", "LSTMCell", {"units": 3}, [(None, 2), (None, 3), (None, 3)], [(None, 3), (None, 3), (None, 3)]),
    ("a step with one state for all", "GRUCell", {"units": 2}, [(4, 3), (1, 2)], [(4, 2), (4, 2)]),
    ("a step of stacked cells", "StackedRNNCells", {"cells": TWO_CELLS}, [(2, 5), (2, 3), (2, 3), (2, 2)], [(2, 2), (2, 3), (2, 3), (2, 2)]),
    ("states of stacked cells", "RNN", {"cell": TWO_CELLS, "return_state": True}, [(None, 6, 5)], [(None, 2), (None, 3), (None, 3), (None, 2)]),
    ("states of stacks in stacks", "RNN", {"cell": [{"StackedRNNCells": {"cells": [{"GRUCell": 3}, {"GRUCell": 2}]}}, {"LSTMCell": 3}], "return_state": True}, [(1, 6, 3)], [(1, 3), (1, 3), (1, 2), (1, 3), (1, 3)]),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_weights = weights_test(WEIGHTS)
test_refusal = refusal_test(REFUSALS)
test_several_outputs = several_test(SEVERAL)
