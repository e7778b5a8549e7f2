"""The recurrent layers: shapes, weights and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from layers.rules import (
    Refusals,
    Several,
    Shapes,
    Weights,
    Works,
    refusal_test,
    several_test,
    shape_test,
    weights_test,
    work_test,
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
WORK: Works = [
    # 10 × 4 × (8 × 32 + 32 × 32), as PyTorch 2.13 counts an nn.LSTM that is taken apart to mm.
    ("four gates at each step", "LSTM", {"units": 32}, [(None, 10, 8)], {"matrix": 51200, "bias": 1280, "activation": 1600}),
    ("whatever is returned", "LSTM", {"units": 32, "return_sequences": True, "return_state": True, "go_backwards": True}, [(None, 10, 8)], {"matrix": 51200, "bias": 1280, "activation": 1600}),
    # PyTorch counts 840 of an nn.GRU too. There are two biases of 15, of which each is added at each step.
    ("three gates", "GRU", {"units": 5}, [(None, 7, 3)], {"matrix": 840, "bias": 210, "activation": 105}),
    ("three gates with one bias", "GRU", {"units": 5, "reset_after": False}, [(None, 7, 3)], {"matrix": 840, "bias": 105, "activation": 105}),
    # The activation is for one gate of three.
    ("linear new states", "GRU", {"units": 5, "activation": "linear"}, [(None, 7, 3)], {"matrix": 840, "bias": 210, "activation": 70}),
    ("linear gates", "LSTM", {"units": 3, "recurrent_activation": None, "use_bias": False}, [(None, 5, 4)], {"matrix": 420, "activation": 30}),
    # PyTorch counts 216 of an nn.RNN too.
    ("one product for each of input and state", "SimpleRNN", {"units": 6}, [(None, 4, 3)], {"matrix": 216, "bias": 24, "activation": 24}),
    ("of unknown steps", "SimpleRNN", {"units": 6, "activation": "linear", "use_bias": False}, [(None, None, 3)], {"matrix": None}),
    ("no steps", "LSTM", {"units": 32}, [(None, 0, 8)], {}),
    # PyTorch counts 60 of an nn.LSTMCell and 30 of an nn.GRUCell too.
    ("a step of an LSTM", "LSTMCell", {"units": 3}, [(None, 2), (None, 3), (None, 3)], {"matrix": 60, "bias": 12, "activation": 15}),
    ("a step of a GRU", "GRUCell", {"units": 2}, [(None, 3), (None, 2)], {"matrix": 30, "bias": 12, "activation": 6}),
    ("a step", "SimpleRNNCell", {"units": 2, "activation": None}, [(None, 3), (None, 2)], {"matrix": 10, "bias": 2}),
    # PyTorch counts 35,840 of an nn.LSTM of 2 layers too: 10 × 64 × (8 + 16 + 16 + 16).
    ("cells on top of each other", "RNN", {"cell": [{"LSTMCell": 16}, {"LSTMCell": 16}]}, [(None, 10, 8)], {"matrix": 35840, "bias": 1280, "activation": 1600}),
    # Of the first cell 4 × 3 × (5 + 3) and of the second 3 × 2 × (3 + 2).
    ("a step of stacked cells", "StackedRNNCells", {"cells": TWO_CELLS}, [(None, 5), (None, 3), (None, 3), (None, 2)], {"matrix": 126, "bias": 24, "activation": 21}),
    ("a cell at each step", "RNN", {"cell": {"StackedRNNCells": {"cells": TWO_CELLS}}}, [(None, 6, 5)], {"matrix": 756, "bias": 144, "activation": 126}),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_weights = weights_test(WEIGHTS)
test_refusal = refusal_test(REFUSALS)
test_several_outputs = several_test(SEVERAL)
test_work = work_test(WORK)
