"""Operations on diagonals: shapes and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from layers.rules import Refusals, Shapes, refusal_test, shape_test

# fmt: off
SHAPES: Shapes = [
    ("a diagonal matrix", "ops.Diag", {"k": -1}, [(3,)], (4, 4)),
    ("a diagonal of a matrix", "ops.Diag", {"k": 2}, [(3, 4)], (2,)),
    ("a diagonal matrix of all", "ops.Diagflat", {}, [(2, 3)], (6, 6)),
    ("diagonals", "ops.Diagonal", {"axis1": 1, "axis2": 2, "offset": -1}, [(None, 4, 3)], (None, 3)),
    ("an unknown diagonal", "ops.Diagonal", {}, [(None, 4)], (None,)),
    ("a trace", "ops.Trace", {"axis1": 1, "axis2": 2}, [(None, 4, 4)], (None,)),
]

REFUSALS: Refusals = [
    ("a diagonal of a volume", "ops.Diag", {}, [(2, 3, 4)], "wrong-rank", None, "the input must have 2 dimensions with the batch, but (2, 3, 4) has 3"),
    ("a diagonal of a vector", "ops.Diagonal", {}, [(3,)], "wrong-rank", None, "the input must have at least 2 dimensions with the batch, but (3,) has 1"),
    ("a trace of one axis", "ops.Trace", {"axis1": 0, "axis2": -2}, [(3, 4)], "wrong-value", "axis2", "axis1 and axis2 must be two axes"),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_refusal = refusal_test(REFUSALS)
