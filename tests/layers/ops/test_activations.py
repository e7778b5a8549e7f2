"""Activations: shapes and refusals, as Keras 3.15.1 gives them."""

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
    ("relu", "ops.Relu", {}, [(None, 8)], (None, 8)),
    ("a slope", "ops.LeakyRelu", {"negative_slope": 0.1}, [(None, 8)], (None, 8)),
    ("softmax", "ops.Softmax", {}, [(None, 8)], (None, 8)),
    ("softmax over two axes", "ops.Softmax", {"axis": [1, 2]}, [(None, 8, 3)], (None, 8, 3)),
    ("softmax over all", "ops.Softmax", {"axis": None}, [(None, 8)], (None, 8)),
    ("half of an axis", "ops.Glu", {}, [(None, 8)], (None, 4)),
    ("half of an unknown axis", "ops.Glu", {"axis": 0}, [(None, 8)], (None, 8)),
    ("normalized", "ops.Normalize", {"axis": [-1], "order": 1}, [(None, 8)], (None, 8)),
    ("sparsemax", "ops.Sparsemax", {}, [(None, 8)], (None, 8)),
]

REFUSALS: Refusals = [
    ("an axis outside", "ops.Softmax", {"axis": 2}, [(None, 8)], "axis-out-of-range", "axis", "axis 2 is outside the 2 dimensions of the input (None, 8)"),
    ("an odd axis", "ops.Glu", {}, [(None, 7)], "wrong-value", "axis", "an axis of 7 can't be divided into halves"),
    ("sparsemax of no such axis", "ops.Sparsemax", {"axis": 3}, [(None, 8)], "axis-out-of-range", "axis", "axis 3 is outside the 2 dimensions of the input (None, 8)"),
    ("an axis that is none", "ops.Normalize", {"axis": "last"}, [(None, 8)], "wrong-type", "axis", 'axis must be a whole number or a list, each a whole number, not "last"'),
    ("a threshold missing", "ops.Threshold", {"threshold": 1.0}, [(None, 8)], "missing-argument", None, "ops.Threshold needs the argument default_value"),
]
WORK: Works = [
    ("each element", "ops.Relu", {}, [(None, 5, 4)], {"activation": 20}),
    ("along an axis", "ops.Softmax", {}, [(None, 5, 4)], {"activation": 20}),
    ("what is read", "ops.Glu", {}, [(None, 5, 4)], {"activation": 20}),
    ("projected", "ops.Sparsemax", {}, [(None, 5, 4)], {"activation": 20}),
    ("of unknown size", "ops.Silu", {}, [(None, None, 4)], {"activation": None}),
    ("a norm is no activation", "ops.Normalize", {}, [(None, 5, 4)], {"normalization": 20}),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_refusal = refusal_test(REFUSALS)
test_work = work_test(WORK)
