"""The wrappers: shapes, weights and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from convcalc.layers import kinds
from convcalc.layers.binding import bind
from convcalc.windows import ALL, IDENTITY
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
LSTM3 = {"LSTM": {"units": 3}}

SHAPES: Shapes = [
    ("from both ends", "Bidirectional", {"layer": LSTM3}, [(None, 5, 4)], (None, 6)),
    ("from both ends, added", "Bidirectional", {"layer": LSTM3, "merge_mode": "sum"}, [(None, 5, 4)], (None, 3)),
    ("maps from both ends, joined at the end whatever the data format", "Bidirectional", {"layer": {"ConvLSTM1D": {"filters": 3, "kernel_size": 2, "data_format": "channels_first"}}}, [(None, 5, 4, 3)], (None, 3, 4)),
    ("a convolution at each step", "TimeDistributed", {"layer": {"Conv2D": [64, 3]}}, [(32, 10, 128, 128, 3)], (32, 10, 126, 126, 64)),
    ("at unknown steps", "TimeDistributed", {"layer": {"Dense": 3}}, [(None, None, 4)], (None, None, 3)),
    ("at each step of each step", "TimeDistributed", {"layer": {"TimeDistributed": {"layer": {"Dense": 3}}}}, [(4, 5, 8, 2)], (4, 5, 8, 3)),
    ("a step without features of its own", "TimeDistributed", {"layer": "Flatten"}, [(4, 5, 8, 8)], (4, 5, 64)),
    ("with a mask", "TimeDistributed", {"layer": {"Dense": 3}}, [(4, None, 8), (4, 5)], (4, None, 3)),
]

WEIGHTS: Weights = [
    ("from both ends", "Bidirectional", {"layer": {"SimpleRNN": [2, "tanh", False]}}, [(None, 10, 1)], [("forward_simple_rnn/simple_rnn_cell/kernel", (1, 2), True), ("forward_simple_rnn/simple_rnn_cell/recurrent_kernel", (2, 2), True), ("backward_simple_rnn/simple_rnn_cell/kernel", (1, 2), True), ("backward_simple_rnn/simple_rnn_cell/recurrent_kernel", (2, 2), True)]),
    ("a backward layer keeps its name", "Bidirectional", {"layer": {"SimpleRNN": {"units": 2, "use_bias": False, "name": "forward_x"}}, "backward_layer": {"SimpleRNN": {"units": 2, "use_bias": False, "go_backwards": True}}}, [(None, 10, 1)], [("forward_x/simple_rnn_cell/kernel", (1, 2), True), ("forward_x/simple_rnn_cell/recurrent_kernel", (2, 2), True), ("simple_rnn/simple_rnn_cell/kernel", (1, 2), True), ("simple_rnn/simple_rnn_cell/recurrent_kernel", (2, 2), True)]),
    ("an unnamed backward layer is the second", "Bidirectional", {"layer": {"SimpleRNN": {"units": 2, "use_bias": False}}, "backward_layer": {"SimpleRNN": {"units": 2, "use_bias": False, "go_backwards": True}}}, [(None, 10, 1)], [("forward_simple_rnn/simple_rnn_cell/kernel", (1, 2), True), ("forward_simple_rnn/simple_rnn_cell/recurrent_kernel", (2, 2), True), ("simple_rnn_1/simple_rnn_cell/kernel", (1, 2), True), ("simple_rnn_1/simple_rnn_cell/recurrent_kernel", (2, 2), True)]),
    ("a layer at each step", "TimeDistributed", {"layer": "BatchNormalization"}, [(4, 5, 8)], [("batch_normalization/gamma", (8,), True), ("batch_normalization/beta", (8,), True), ("batch_normalization/moving_mean", (8,), False), ("batch_normalization/moving_variance", (8,), False)]),
    ("a recurrent layer that is not trained", "TimeDistributed", {"layer": {"SimpleRNN": {"units": 3, "use_bias": False, "trainable": False}}}, [(2, 3, 4, 5)], [("simple_rnn/simple_rnn_cell/kernel", (5, 3), False), ("simple_rnn/simple_rnn_cell/recurrent_kernel", (3, 3), False)]),
    ("a wrapper does not pass on that it is not trained", "TimeDistributed", {"layer": {"TimeDistributed": {"layer": {"Dense": {"units": 3, "use_bias": False}}, "trainable": False}}}, [(2, 3, 4, 5)], [("time_distributed/dense/kernel", (5, 3), True)]),
]

REFUSALS: Refusals = [
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
]

SEVERAL: Several = [
    ("both outputs", "Bidirectional", {"layer": {"GRU": {"units": 4}}, "merge_mode": None}, [(None, 10, 8)], [(None, 4), (None, 4)]),
    ("states of both", "Bidirectional", {"layer": {"LSTM": {"units": 4, "return_sequences": True, "return_state": True}}}, [(None, 10, 8)], [(None, 10, 8), (None, 4), (None, 4), (None, 4), (None, 4)]),
    ("states for both", "Bidirectional", {"layer": LSTM3}, [(2, 5, 3), (2, 3), (2, 3), (2, 3), (2, 3)], [(2, 6)]),
]
WORK: Works = [
    # PyTorch 2.13 counts 840 of an nn.LSTM with bidirectional too.
    ("both ways", "Bidirectional", {"layer": LSTM3}, [(None, 5, 4)], {"matrix": 840, "bias": 120, "activation": 150}),
    ("both ways, added at each step", "Bidirectional", {"layer": {"LSTM": {"units": 3, "return_sequences": True}}, "merge_mode": "sum"}, [(None, 5, 4)], {"matrix": 840, "bias": 120, "activation": 150, "merging": 15}),
    ("both ways, the means of the last", "Bidirectional", {"layer": LSTM3, "merge_mode": "ave"}, [(None, 5, 4)], {"matrix": 840, "bias": 120, "activation": 150, "merging": 3}),
    ("both ways, kept apart", "Bidirectional", {"layer": LSTM3, "merge_mode": None}, [(None, 5, 4)], {"matrix": 840, "bias": 120, "activation": 150}),
    # Forward 5 × 4 × 3 × (4 + 3), backward 5 × 3 × (4 + 3).
    ("two layers", "Bidirectional", {"layer": LSTM3, "backward_layer": {"SimpleRNN": {"units": 3, "go_backwards": True}}}, [(None, 5, 4)], {"matrix": 525, "bias": 75, "activation": 90}),
    # The 14,336 of FACTS are of a sequence of 7: 7 × 32 × 64.
    ("at each step", "TimeDistributed", {"layer": {"Dense": 64}}, [(None, 7, 32)], {"matrix": 14336, "bias": 448}),
    ("at each step of each step", "TimeDistributed", {"layer": {"LSTM": 32}}, [(None, 3, 10, 8)], {"matrix": 153600, "bias": 3840, "activation": 4800}),
    ("at unknown steps", "TimeDistributed", {"layer": {"LSTM": {"units": 3, "use_bias": False}}}, [(None, None, 5, 4)], {"matrix": None, "activation": None}),
    ("nothing at each step", "TimeDistributed", {"layer": "Flatten"}, [(None, None, 5, 4)], {}),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_weights = weights_test(WEIGHTS)
test_refusal = refusal_test(REFUSALS)
test_several_outputs = several_test(SEVERAL)
test_work = work_test(WORK)


def test_each_step_is_read_as_the_layer_inside_reads_it() -> None:
    # Axis 1 of the layer inside is axis 2 of the wrapper.
    inside = {"UnitNormalization": {"axis": 1}}
    layer = bind(kinds()["TimeDistributed"], (), {"layer": inside}, {}).layer
    shape = (None, 5, 4, 3)
    assert layer.dependencies((), shape, shape) == (IDENTITY, ALL, IDENTITY)
