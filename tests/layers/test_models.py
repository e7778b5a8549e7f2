"""Models as layers: shapes, weights and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from layers.rules import Refusals, Shapes, Weights, infer, refusal_test, shape_test, weights_test

# fmt: off
PICTURES = {"Sequential": {"layers": [{"Conv2D": [8, 3]}, "Flatten", {"Dense": [3, None, False]}, {"Dense": [4, None, False]}]}}

SHAPES: Shapes = [
    ("one after the other", "Sequential", {"layers": [{"Conv2D": [8, 3]}, "Flatten"]}, [(None, 8, 8, 3)], (None, 288)),
    ("at each step", "TimeDistributed", {"layer": PICTURES}, [(None, 5, 6, 6, 1)], (None, 5, 4)),
    ("an input that is declared", "Sequential", {"layers": [{"InputLayer": {"shape": [None, 8]}}, {"Dense": 3}]}, [(4, 7, 8)], (4, 7, 3)),
    ("an input that is known by its declaration", "Sequential", {"layers": [{"InputLayer": {"shape": [8]}}, {"Dense": 3}]}, [(4, None)], (4, 3)),
    ("several outputs are merged", "Sequential", {"layers": [{"LSTM": {"units": 3, "return_state": True}}, "Add"]}, [(4, 8, 2)], (4, 3)),
    ("a number", "Sequential", {"layers": ["Identity"]}, [()], ()),
]

WEIGHTS: Weights = [
    ("under their names", "Sequential", {"layers": [{"Dense": {"units": 2, "name": "a", "trainable": False}}, {"Dense": [3, None, False]}]}, [(None, 8)], [("a/kernel", (8, 2), False), ("a/bias", (2,), False), ("dense/kernel", (2, 3), True)]),
    ("at each step", "TimeDistributed", {"layer": PICTURES}, [(None, 5, 6, 6, 1)], [("sequential/conv2d/kernel", (3, 3, 1, 8), True), ("sequential/conv2d/bias", (8,), True), ("sequential/dense/kernel", (128, 3), True), ("sequential/dense_1/kernel", (3, 4), True)]),
    ("numbered through all models", "Sequential", {"layers": [{"Sequential": {"layers": [{"Dense": [2, None, False]}, {"Dense": [3, None, False]}]}}, {"Dense": [4, None, False]}]}, [(None, 8)], [("sequential/dense/kernel", (8, 2), True), ("sequential/dense_1/kernel", (2, 3), True), ("dense_2/kernel", (3, 4), True)]),
]

REFUSALS: Refusals = [
    ("no layers", "Sequential", {}, [(None, 8)], "missing-argument", "layers", "a Sequential needs layers"),
    ("an empty list of layers", "Sequential", {"layers": []}, [(None, 8)], "missing-argument", "layers", "a Sequential needs layers"),
    ("two of a name", "Sequential", {"layers": [{"Dense": 3}, {"Dense": {"units": 3, "name": "dense"}}]}, [(None, 8)], "duplicate-name", "name", "two layers are called 'dense'"),
    ("an input later on", "Sequential", {"layers": [{"Dense": 3}, {"InputLayer": {"shape": [8]}}]}, [(None, 8)], "wrong-value", None, "an InputLayer can only come first"),
    ("another input", "Sequential", {"layers": [{"InputLayer": {"shape": [8]}}, {"Dense": 3}]}, [(4, 7)], "shape-mismatch", "layers", "the input is (4, 7), but the InputLayer is for (None, 8)"),
    ("a layer that does not fit the declared input", "Sequential", {"layers": [{"InputLayer": {"shape": [8]}}, {"LSTM": 3}]}, [(4, 8)], "wrong-rank", None, "must have 3 dimensions"),
    ("several outputs for one input", "Sequential", {"layers": [{"LSTM": {"units": 3, "return_state": True}}, {"Dense": 2}]}, [(4, 8, 2)], "wrong-inputs", None, "Dense reads one input here, but the layer before it gives 3"),
    ("a layer that reads several", "Sequential", {"layers": ["Add", {"Dense": 2}]}, [(4, 8)], "wrong-inputs", None, "Add merges a list of inputs, but reads only one"),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_weights = weights_test(WEIGHTS)
test_refusal = refusal_test(REFUSALS)


def test_last_layer_may_have_several_outputs() -> None:
    args = {"layers": [{"LSTM": {"units": 3, "return_state": True}}]}
    assert infer("Sequential", args, [(4, 8, 2)]).outputs == ((4, 3),) * 3
