"""Models as layers: shapes, weights and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from typing import Any

import pytest

from convcalc.layers.errors import LayerError, SublayerPath
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
PICTURES = {"Sequential": {"layers": [{"Conv2D": [8, 3]}, "Flatten", {"Dense": [3, None, False]}, {"Dense": [4, None, False]}]}}

ONE = {"InputLayer": {"shape": [8], "name": "i"}}
OTHER = {"InputLayer": {"shape": [8], "name": "j"}}
STEPS = {"InputLayer": {"shape": [None, 8], "name": "i"}}
RESIDUAL = {"Functional": {"layers": [ONE, {"Dense": 8}, {"Dense": 8}, "Add", {"ops.Multiply": {"x2": 0.5}}], "reads": {"add": ["i", "dense_1"]}}}
TWICE = {"layers": [ONE, {"Dense": 8}, "Concatenate"], "reads": {"concatenate": ["dense", "again"], "again": "dense"}, "shares": {"again": "dense"}}

SHAPES: Shapes = [
    ("one after the other", "Sequential", {"layers": [{"Conv2D": [8, 3]}, "Flatten"]}, [(None, 8, 8, 3)], (None, 288)),
    ("at each step", "TimeDistributed", {"layer": PICTURES}, [(None, 5, 6, 6, 1)], (None, 5, 4)),
    ("an input that is declared", "Sequential", {"layers": [{"InputLayer": {"shape": [None, 8]}}, {"Dense": 3}]}, [(4, 7, 8)], (4, 7, 3)),
    ("an input that is known by its declaration", "Sequential", {"layers": [{"InputLayer": {"shape": [8]}}, {"Dense": 3}]}, [(4, None)], (4, 3)),
    ("several outputs are merged", "Sequential", {"layers": [{"LSTM": {"units": 3, "return_state": True}}, "Add"]}, [(4, 8, 2)], (4, 3)),
    ("a number", "Sequential", {"layers": ["Identity"]}, [()], ()),
    ("a branch at each step", "TimeDistributed", {"layer": RESIDUAL}, [(None, 5, 8)], (None, 5, 8)),
    ("a branch in a chain", "Sequential", {"layers": [RESIDUAL, {"Dense": 3}]}, [(4, 8)], (4, 3)),
    ("two inputs", "Functional", {"layers": [ONE, OTHER, {"Dense": 3}, "Concatenate"], "reads": {"concatenate": ["i", "dense"]}}, [(4, 8), (4, 8)], (4, 11)),
    ("the input of a graph tells its batch", "Functional", {"layers": [{"InputLayer": {"shape": [8], "batch_size": 2}}, {"Dense": 3}]}, [(4, 8)], (4, 3)),
    ("what else is read by name", "Functional", {"layers": [STEPS, {"Dense": 3}, {"MultiHeadAttention": [2, 4]}], "reads": {"multi_head_attention": {"query": "dense", "value": "i"}}}, [(4, 7, 8)], (4, 7, 3)),
    ("another output", "Functional", {"layers": [STEPS, {"LSTM": {"units": 3, "return_state": True}}, {"GRU": 3}], "reads": {"gru": {"sequences": "i", "initial_state": ["lstm:2"]}}}, [(4, 7, 8)], (4, 3)),
    ("a layer that is shared", "Functional", TWICE, [(4, 8)], (4, 16)),
    ("an output that is named", "Functional", {"layers": [ONE, {"Dense": 3}, {"Dense": 4}], "outputs": "dense"}, [(4, 8)], (4, 3)),
    ("an input handed on", "Functional", {"layers": [ONE]}, [(4, 8)], (4, 8)),
]

WEIGHTS: Weights = [
    ("of a branch", "TimeDistributed", {"layer": RESIDUAL}, [(None, 5, 8)], [("functional/dense/kernel", (8, 8), True), ("functional/dense/bias", (8,), True), ("functional/dense_1/kernel", (8, 8), True), ("functional/dense_1/bias", (8,), True)]),
    ("once of a layer that is shared", "Functional", TWICE, [(4, 8)], [("dense/kernel", (8, 8), True), ("dense/bias", (8,), True)]),
    ("not of what leads to no output", "Functional", {"layers": [ONE, {"Dense": {"units": 3, "trainable": False}}, {"Dense": 4}], "outputs": "dense"}, [(4, 8)], [("dense/kernel", (8, 3), False), ("dense/bias", (3,), False)]),
    ("under their names", "Sequential", {"layers": [{"Dense": {"units": 2, "name": "a", "trainable": False}}, {"Dense": [3, None, False]}]}, [(None, 8)], [("a/kernel", (8, 2), False), ("a/bias", (2,), False), ("dense/kernel", (2, 3), True)]),
    ("at each step", "TimeDistributed", {"layer": PICTURES}, [(None, 5, 6, 6, 1)], [("sequential/conv2d/kernel", (3, 3, 1, 8), True), ("sequential/conv2d/bias", (8,), True), ("sequential/dense/kernel", (128, 3), True), ("sequential/dense_1/kernel", (3, 4), True)]),
    ("numbered through all models", "Sequential", {"layers": [{"Sequential": {"layers": [{"Dense": [2, None, False]}, {"Dense": [3, None, False]}]}}, {"Dense": [4, None, False]}]}, [(None, 8)], [("sequential/dense/kernel", (8, 2), True), ("sequential/dense_1/kernel", (2, 3), True), ("dense_2/kernel", (3, 4), True)]),
]

def branched(*layers: Any, **more: Any) -> Any:
    return {"layers": [ONE, *layers], **more}


REFUSALS: Refusals = [
    ("no input", "Functional", {"layers": [{"Dense": 3}]}, [(4, 8)], "missing-argument", "layers", "a Functional model needs an InputLayer among its layers"),
    ("another input of a graph", "Functional", branched({"Dense": 3}), [(4, 7)], "shape-mismatch", "layers", "the input is (4, 7), but the InputLayer is for (None, 8)"),
    ("too many inputs", "Functional", branched({"Dense": 3}), [(4, 8), (4, 8)], "wrong-inputs", None, "this Functional reads 1 input, but is given 2"),
    ("too few inputs", "Functional", branched(OTHER, {"Dense": 3}), [(4, 8)], "wrong-inputs", None, "this Functional reads 2 inputs, but is given 1"),
    ("two of a name in a graph", "Functional", branched({"Dense": {"units": 3, "name": "i"}}), [(4, 8)], "duplicate-name", "name", "two layers are called 'i'"),
    ("what stands further down", "Functional", branched("Add", {"Dense": 8}, reads={"add": ["i", "dense"]}), [(4, 8)], "wrong-value", "reads", "reads: there is no layer 'dense' above 'add'"),
    ("what does not exist", "Functional", branched({"Dense": 8}, reads={"dense": "j"}), [(4, 8)], "wrong-value", "reads", "reads: there is no layer 'j' above 'dense'"),
    ("said of what does not exist", "Functional", branched({"Dense": 8}, reads={"dence": "i"}), [(4, 8)], "wrong-value", "reads", "reads: there is no layer 'dence'"),
    ("an output that there is not", "Functional", branched({"Dense": 8}, {"Dense": 8}, reads={"dense_1": "dense:1"}), [(4, 8)], "wrong-value", "reads", "reads: dense has 1 output, counted from 0, and no dense:1"),
    ("an input that reads", "Functional", branched({"Dense": 8}, reads={"i": "dense"}), [(4, 8)], "wrong-value", "reads", "reads: 'i' is an input, which reads nothing"),
    ("no list of names", "Functional", branched({"Dense": 8}, reads={"dense": 3}), [(4, 8)], "wrong-type", "reads", "reads must be a mapping"),
    ("an end that there is not", "Functional", branched({"Dense": 8}, outputs=["dense", "add"]), [(4, 8)], "wrong-value", "outputs", "outputs: there is no layer 'add'"),
    ("no ends", "Functional", branched({"Dense": 8}, outputs=[]), [(4, 8)], "wrong-value", "outputs", "outputs must be a string or a list of at least 1"),
    ("nothing to share", "Functional", branched({"Dense": 8}, shares={"again": "dence"}, reads={"again": "i"}), [(4, 8)], "wrong-value", "shares", "shares: there is no layer 'dence'"),
    ("a share of nothing", "Functional", branched({"Dense": 8}, shares={"again": "dense"}), [(4, 8)], "wrong-value", "reads", "reads: what 'again' reads must be said"),
    ("a share of a name that there is", "Functional", branched({"Dense": 8}, shares={"i": "dense"}), [(4, 8)], "wrong-value", "shares", "shares: there is a layer 'i' already"),
    ("a share of what it gives itself", "Functional", branched({"Dense": 8}, shares={"again": "dense"}, reads={"again": "again"}), [(4, 8)], "wrong-value", "reads", "reads: there is no layer 'again' above 'again'"),
    ("a share of other weights", "Functional", branched({"Dense": 7}, shares={"again": "dense"}, reads={"again": "dense"}), [(4, 8)], "shape-mismatch", None, "the kernel of dense has the shape (8, 7), but where it is shared it needs (7, 7)"),
    ("a layer that does not fit in a graph", "Functional", branched({"LSTM": 3}), [(4, 8)], "wrong-rank", None, "must have 3 dimensions"),
    ("an operation that is no layer", "Sequential", {"layers": [{"Dense": 8}, "ops.Relu"]}, [(4, 8)], "unknown-layer", None, "ops.Relu is an operation, and no layer"),
    ("several ends at each step", "TimeDistributed", {"layer": {"Functional": branched({"Dense": 8}, outputs=["i", "dense"])}}, [(4, 5, 8)], "wrong-value", "layer", "the layer must give one output for each step"),
    ("several inputs at each step", "TimeDistributed", {"layer": {"Functional": branched(OTHER, "Add", reads={"add": ["i", "j"]})}}, [(4, 5, 8)], "wrong-inputs", None, "this Functional reads 2 inputs, but is given 1"),
    ("a graph as a cell", "RNN", {"cell": RESIDUAL}, [(4, 5, 8)], "wrong-value", None, "Functional is no cell of a recurrent layer"),
    ("a graph both ways", "Bidirectional", {"layer": RESIDUAL}, [(4, 5, 8)], "wrong-value", None, "Functional"),
    ("a graph by its norm", "SpectralNormalization", {"layer": RESIDUAL}, [(4, 8)], "wrong-value", "layer", "Functional"),
    ("no layers", "Sequential", {}, [(None, 8)], "missing-argument", "layers", "a Sequential needs layers"),
    ("an empty list of layers", "Sequential", {"layers": []}, [(None, 8)], "missing-argument", "layers", "a Sequential needs layers"),
    ("two of a name", "Sequential", {"layers": [{"Dense": 3}, {"Dense": {"units": 3, "name": "dense"}}]}, [(None, 8)], "duplicate-name", "name", "two layers are called 'dense'"),
    ("an input later on", "Sequential", {"layers": [{"Dense": 3}, {"InputLayer": {"shape": [8]}}]}, [(None, 8)], "wrong-value", None, "an InputLayer can only come first"),
    ("another input", "Sequential", {"layers": [{"InputLayer": {"shape": [8]}}, {"Dense": 3}]}, [(4, 7)], "shape-mismatch", "layers", "the input is (4, 7), but the InputLayer is for (None, 8)"),
    ("a layer that does not fit the declared input", "Sequential", {"layers": [{"InputLayer": {"shape": [8]}}, {"LSTM": 3}]}, [(4, 8)], "wrong-rank", None, "must have 3 dimensions"),
    ("several outputs for one input", "Sequential", {"layers": [{"LSTM": {"units": 3, "return_state": True}}, {"Dense": 2}]}, [(4, 8, 2)], "wrong-inputs", None, "Dense reads one input here, but the layer before it gives 3"),
    ("a layer that reads several", "Sequential", {"layers": ["Add", {"Dense": 2}]}, [(4, 8)], "wrong-inputs", None, "Add merges a list of inputs, but reads only one"),
]
LSTM8 = {"LSTM": {"units": 8, "return_sequences": True}}
AGAIN: dict[str, Any] = {"layers": [STEPS, LSTM8], "reads": {"again": "lstm"}, "shares": {"again": "lstm"}}

WORK: Works = [
    # At each of 2 steps 4 × 8 × (8 + 8).
    ("one after the other", "Sequential", {"layers": [LSTM8, {"GRU": [8, None, None, False]}]}, [(None, 2, 8)], {"matrix": 1792, "bias": 64, "activation": 80}),
    ("a shared layer, each time", "Functional", AGAIN | {"outputs": "again"}, [(None, 2, 8)], {"matrix": 2048, "bias": 128, "activation": 160}),
    ("a shared layer, but not for what leads to no output", "Functional", AGAIN | {"outputs": "lstm"}, [(None, 2, 8)], {"matrix": 1024, "bias": 64, "activation": 80}),
    ("nothing for what leads to no output", "Functional", {"layers": [STEPS, LSTM8, {"LSTM": 7}], "outputs": "lstm"}, [(None, 2, 8)], {"matrix": 1024, "bias": 64, "activation": 80}),
    ("an input handed on", "Functional", {"layers": [ONE]}, [(4, 8)], {}),
    # At each of 5 steps 4 × 4 × 3 × 3 × 8 of the convolution, and 128 × 3 + 3 × 4 of what follows.
    ("at each step", "TimeDistributed", {"layer": PICTURES}, [(None, 5, 6, 6, 1)], {"convolution": 5760, "matrix": 1980, "bias": 640}),
    # The branch is added to its input; what is multiplied with a constant is not merged.
    ("a branch", "TimeDistributed", {"layer": RESIDUAL}, [(None, 5, 8)], {"matrix": 640, "bias": 80, "merging": 40}),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_weights = weights_test(WEIGHTS)
test_refusal = refusal_test(REFUSALS)
test_work = work_test(WORK)


def test_last_layer_may_have_several_outputs() -> None:
    args = {"layers": [{"LSTM": {"units": 3, "return_state": True}}]}
    assert infer("Sequential", args, [(4, 8, 2)]).outputs == ((4, 3),) * 3


def test_a_graph_may_have_several_outputs() -> None:
    args = branched({"Dense": 3}, {"Dense": 4}, outputs=["dense_1", "i", "dense"])
    assert infer("Functional", args, [(4, 8)]).outputs == ((4, 4), (4, 8), (4, 3))


def test_a_fault_in_a_graph_has_its_place() -> None:
    graph = branched({"Dense": 8}, {"Reshape": [[3]]})
    with pytest.raises(ExceptionGroup) as caught:
        infer("TimeDistributed", {"layer": {"Functional": graph}}, [(4, 5, 8)])
    (error,) = caught.value.exceptions
    assert isinstance(error, LayerError)
    assert error.within == (SublayerPath("layer", 0), SublayerPath("layers", 0, 2))
