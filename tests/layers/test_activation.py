"""The activation layers: shapes, weights and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from layers.rules import (
    Refusals,
    Shapes,
    Weights,
    Works,
    refusal_test,
    shape_test,
    weights_test,
    work_test,
)

# fmt: off
SHAPES: Shapes = [
    ("activation", "Activation", {"activation": "relu"}, [(None, None, 4)], (None, None, 4)),
    ("activation of one's own", "Activation", {"activation": {"class_name": "function", "config": "mine", "module": "builtins"}}, [(None, 4)], (None, 4)),
    ("a layer as an activation", "Activation", {"activation": {"class_name": "LeakyReLU", "config": {"negative_slope": 0.2}}}, [(None, 4)], (None, 4)),
    ("activation of nothing", "Activation", {"activation": None}, [()], ()),
    ("relu", "ReLU", {"max_value": 6, "negative_slope": 0.1, "threshold": 1}, [(None, None)], (None, None)),
    ("leaky relu", "LeakyReLU", {"negative_slope": 0}, [(None, 4)], (None, 4)),
    ("elu with a negative alpha", "ELU", {"alpha": -2}, [(None, 4)], (None, 4)),
    ("prelu", "PReLU", {"shared_axes": 1}, [(None, None, 4)], (None, None, 4)),
    ("softmax", "Softmax", {}, [(None, 5)], (None, 5)),
    ("softmax on two axes", "Softmax", {"axis": [1, -1]}, [(None, None, 5)], (None, None, 5)),
]

WEIGHTS: Weights = [
    # FACTS: 640 parameters, or 10 with shared axes.
    ("prelu has a slope for each value", "PReLU", {}, [(None, 8, 8, 10)], [("alpha", (8, 8, 10), True)]),
    ("prelu shares axes", "PReLU", {"shared_axes": [1, 2]}, [(None, 8, 8, 10)], [("alpha", (1, 1, 10), True)]),
    ("prelu shares an axis of unknown size", "PReLU", {"shared_axes": 1}, [(None, None, 8, 10)], [("alpha", (1, 8, 10), True)]),
    ("prelu shares no axes", "PReLU", {"shared_axes": []}, [(None, 8, 10)], [("alpha", (8, 10), True)]),
    ("prelu counts 0 as the last axis", "PReLU", {"shared_axes": [0]}, [(None, 8, 9, 10)], [("alpha", (8, 9, 1), True)]),
    ("prelu counts on from the end", "PReLU", {"shared_axes": [-1]}, [(None, 8, 9, 10)], [("alpha", (8, 1, 10), True)]),
    ("prelu of numbers", "PReLU", {}, [(None,)], [("alpha", (), True)]),
    ("relu", "ReLU", {}, [(None, 8)], []),
]

# Per sample; the other counts are 0.
WORK: Works = [
    ("each value once", "ReLU", {}, [(None, 7, 3)], {"activation": 21}),
    ("leaky", "LeakyReLU", {}, [(None, 7, 3)], {"activation": 21}),
    ("exponential", "ELU", {}, [(None, 7, 3)], {"activation": 21}),
    ("with slopes that are learned", "PReLU", {"shared_axes": 1}, [(None, 7, 3)], {"activation": 21}),
    ("along an axis", "Softmax", {"axis": 1}, [(None, 7, 3)], {"activation": 21}),
    ("by name", "Activation", {"activation": "softmax"}, [(None, 7, 3)], {"activation": 21}),
    ("as an object", "Activation", {"activation": {"class_name": "LeakyReLU", "config": {}}}, [(None, 7, 3)], {"activation": 21}),
    ("linear", "Activation", {"activation": "linear"}, [(None, 7, None)], {}),
    ("an unknown size", "ReLU", {}, [(None, None, 3)], {"activation": None}),
]

REFUSALS: Refusals = [
    ("activation missing", "Activation", {}, [(None, 4)], "missing-argument", None, "Activation needs the argument activation"),
    ("an object that is none", "Activation", {"activation": {}}, [(None, 4)], "wrong-value", "activation", "activation must be a name, or an object with a class_name and a config, not {}"),
    ("an object that holds nothing", "Activation", {"activation": {"class_name": "ReLU"}}, [(None, 4)], "wrong-value", "activation", "activation must be a name, or an object with a class_name and a config"),
    ("a function without a name", "Activation", {"activation": {"class_name": "function", "config": {}}}, [(None, 4)], "wrong-value", "activation", "activation must be a name, or an object with a class_name and a config"),
    ("unknown activation", "Activation", {"activation": "ReLU"}, [(None, 4)], "wrong-value", "activation", "activation must be one of"),
    ("relu with a negative maximum", "ReLU", {"max_value": -1}, [(None, 4)], "wrong-value", "max_value", "max_value must be a number"),
    ("relu with a negative slope", "ReLU", {"negative_slope": -0.1}, [(None, 4)], "wrong-value", "negative_slope", "negative_slope must be a number"),
    ("relu without a threshold", "ReLU", {"threshold": None}, [(None, 4)], "wrong-type", "threshold", "threshold must be a number"),
    ("leaky relu with a negative slope", "LeakyReLU", {"negative_slope": -1}, [(None, 4)], "wrong-value", "negative_slope", "negative_slope must be a number"),
    ("prelu with an unknown size", "PReLU", {"shared_axes": [2]}, [(None, None, 8, 10)], "unknown-dimension", None, "dimension 1 of the input must be known"),
    ("prelu beyond the input", "PReLU", {"shared_axes": [1, 4]}, [(None, 8, 8, 10)], "axis-out-of-range", "shared_axes", "shared axis 4 is not among the 3 axes"),
    ("prelu before the input", "PReLU", {"shared_axes": [-3]}, [(None, 8, 8, 10)], "axis-out-of-range", "shared_axes", "shared axis -3 is not among the 3 axes"),
    # Keras takes these when it makes the layer, and fails when the layer meets a value.
    ("softmax beyond the input", "Softmax", {"axis": 7}, [(None, 5)], "axis-out-of-range", "axis", "axis 7 is outside the 2 dimensions"),
    ("softmax on an axis twice", "Softmax", {"axis": [1, -1]}, [(None, 5)], "wrong-value", "axis", "axis names axis 1 twice"),
    ("softmax on no axis", "Softmax", {"axis": []}, [(None, 5)], "wrong-value", "axis", "axis must be"),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_weights = weights_test(WEIGHTS)
test_work = work_test(WORK)
test_refusal = refusal_test(REFUSALS)
