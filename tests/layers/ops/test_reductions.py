"""Reductions: shapes and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from convcalc.layers.inference import OpCounts
from layers.rules import (
    Refusals,
    Several,
    Shapes,
    Works,
    refusal_test,
    several_test,
    shape_test,
    work_test,
)

# fmt: off
SHAPES: Shapes = [
    ("all axes", "ops.Sum", {}, [(None, 8, 3)], ()),
    ("one axis", "ops.Mean", {"axis": -1}, [(None, 8, 3)], (None, 8)),
    ("two axes, kept as 1", "ops.Max", {"axis": [1, 2], "keepdims": True}, [(None, 8, 3)], (None, 1, 1)),
    ("all axes, kept as 1", "ops.Std", {"keepdims": True}, [(None, 8, 3)], (1, 1, 1)),
    ("no axes", "ops.Sum", {"axis": []}, [(None, 8)], (None, 8)),
    ("an index", "ops.Argmax", {"axis": -1}, [(None, 8)], (None,)),
    ("a count", "ops.CountNonzero", {"axis": 0}, [(None, 8)], (8,)),
    ("a norm", "ops.Norm", {"axis": -1}, [(None, 8)], (None,)),
    ("the norm of a matrix", "ops.Norm", {"ord": "fro", "axis": [1, 2]}, [(None, 8, 3)], (None,)),
    ("exponentials", "ops.Logsumexp", {"axis": 1}, [(None, 8, 3)], (None, 3)),
    ("one quantile", "ops.Quantile", {"q": 0.5, "axis": 1}, [(None, 8, 3)], (None, 3)),
    ("several quantiles", "ops.Quantile", {"q": [0.25, 0.75], "axis": 1}, [(None, 8, 3)], (2, None, 3)),
    ("a mean with weights", "ops.Average", {"axis": 1, "weights": [1, 2, 3]}, [(None, 3)], (None,)),
    ("nearly equal everywhere", "ops.AllClose", {"x2": 0}, [(None, 8)], ()),
    ("a number of elements", "ops.Size", {}, [(None, 8)], ()),
    ("running sums", "ops.Cumsum", {"axis": 1}, [(None, 8)], (None, 8)),
    ("running sums of all", "ops.Cumsum", {}, [(4, 8)], (32,)),
    ("sorted", "ops.Sort", {}, [(None, 8)], (None, 8)),
    ("sorted flat", "ops.Argsort", {"axis": None}, [(None, 8)], (None,)),
    ("partition", "ops.Argpartition", {"kth": 2}, [(None, 8)], (None, 8)),
    ("among the largest", "ops.InTopK", {"k": 2}, [(None,), (None, 10)], (None,)),
    ("differences", "ops.Diff", {"n": 2}, [(None, 8)], (None, 6)),
    ("more differences than there are", "ops.Diff", {"n": 9}, [(None, 8)], (None, 0)),
    ("an integral", "ops.Trapezoid", {}, [(None, 8)], (None,)),
]

SEVERAL: Several = [
    ("the largest", "ops.TopK", {"k": 3}, [(None, 8)], [(None, 3), (None, 3)]),
    ("moments", "ops.Moments", {"axes": [0, 1]}, [(None, 8, 3)], [(3,), (3,)]),
]

REFUSALS: Refusals = [
    ("an axis outside", "ops.Sum", {"axis": 3}, [(None, 8)], "axis-out-of-range", "axis", "axis 3 is outside the 2 dimensions of the input (None, 8)"),
    ("an axis that is none", "ops.Mean", {"axis": "rows"}, [(None, 8)], "wrong-type", "axis", 'axis must be a whole number or a list, each a whole number, not "rows"'),
    ("a matrix norm of a vector", "ops.Norm", {"ord": "fro", "axis": 1}, [(None, 8)], "wrong-value", "ord", "'fro' is the norm of a matrix, not that of one axis"),
    ("no such norm", "ops.Norm", {"ord": "max"}, [(None, 8)], "wrong-value", "ord", "ord must be a number, fro or nuc, not 'max'"),
    ("no such norm of a matrix", "ops.Norm", {"ord": 3, "axis": [0, 1]}, [(4, 8)], "wrong-value", "ord", "a matrix has no norm of order 3.0"),
    ("weights that do not fit", "ops.Average", {"axis": 1, "weights": [1, 2]}, [(None, 3)], "shape-mismatch", None, "weights (2,) fit neither (None, 3) nor its axis"),
    ("fewer than none", "ops.TopK", {"k": -1}, [(None, 8)], "wrong-value", "k", "k must be 0 or more"),
    ("the largest of a scalar", "ops.TopK", {"k": 1}, [()], "axis-out-of-range", "k", "axis -1 is outside the 0 dimensions of the input ()"),
    ("no quantile", "ops.Quantile", {}, [(None, 8)], "wrong-inputs", None, "ops.Quantile needs q, which may be read or a constant"),
    ("sorted along no such axis", "ops.Sort", {"axis": 2}, [(None, 8)], "axis-out-of-range", "axis", "axis 2 is outside the 2 dimensions of the input (None, 8)"),
]
WORK: Works = [
    ("a norm by its elements", "ops.Norm", {"axis": [1, 2]}, [(None, 3, 4)], {}),
    ("a norm of vectors", "ops.Norm", {"axis": 1, "ord": 2}, [(None, 3)], {}),
    ("a norm by a decomposition", "ops.Norm", {"axis": [1, 2], "ord": "nuc"}, [(None, 3, 4)], dict.fromkeys(OpCounts.__struct_fields__)),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_refusal = refusal_test(REFUSALS)


test_several_outputs = several_test(SEVERAL)
test_work = work_test(WORK)
