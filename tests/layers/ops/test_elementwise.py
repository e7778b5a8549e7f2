"""Operations on each element: shapes and refusals, as Keras 3.15.1 gives them."""

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
    ("an element by itself", "ops.Sqrt", {}, [(None, 8, 3)], (None, 8, 3)),
    ("a scalar", "ops.Exp", {}, [()], ()),
    ("another data type", "ops.Cast", {"dtype": "float16"}, [(None, 8)], (None, 8)),
    ("bounds", "ops.Clip", {"x_min": 0, "x_max": 1}, [(2, 3)], (2, 3)),
    ("a constant on the right", "ops.Add", {"x2": 2}, [(None, 8, 3)], (None, 8, 3)),
    ("a vector as a constant", "ops.Multiply", {"x2": [1, 2, 3]}, [(None, 8, 3)], (None, 8, 3)),
    ("a constant of higher rank", "ops.Add", {"x2": [[[1]], [[2]]]}, [(3,)], (2, 1, 3)),
    ("aligned at the last axis", "ops.Add", {}, [(None, 8, 3), (3,)], (None, 8, 3)),
    ("both are repeated", "ops.Multiply", {}, [(None, 1, 3), (8, 1)], (None, 8, 3)),
    ("an unknown size is taken for the other", "ops.Add", {}, [(None, 4), (5, 4)], (5, 4)),
    ("an unknown size and 1 stay unknown", "ops.Add", {}, [(None, 4), (1, 4)], (None, 4)),
    ("an unknown size and 0 are 0", "ops.Subtract", {}, [(None,), (0,)], (0,)),
    ("comparison", "ops.Greater", {"x2": 0.5}, [(None, 8)], (None, 8)),
    ("bits have the shape of the first operand", "ops.BitwiseAnd", {}, [(4,), (3, 4)], (4,)),
    ("where with a constant", "ops.Where", {"x2": 0}, [(None, 8), (None, 8)], (None, 8)),
    ("where of three shapes", "ops.Where", {}, [(None, 1), (8,), (3, 1, 1)], (3, None, 8)),
    ("where of a condition alone", "ops.Where", {}, [(None, 8)], (None, 8)),
    ("nearly equal", "ops.Isclose", {"x2": 1.0, "rtol": 0.001}, [(None, 8)], (None, 8)),
    ("one value in the shape of another tensor", "ops.FullLike", {"fill_value": 3}, [(None, 8)], (None, 8)),
    ("membership", "ops.IsIn", {"x2": [1, 2]}, [(None, 8)], (None, 8)),
    ("bins", "ops.Digitize", {"bins": [0.0, 1.0]}, [(None, 8)], (None, 8)),
    ("places in a sequence", "ops.SearchSorted", {}, [(5,), (None, 8)], (None, 8)),
    ("no gradient", "ops.StopGradient", {}, [(None, 8)], (None, 8)),
    ("complex numbers", "ops.Polar", {}, [(None, 3), (None, 3)], (None, 3)),
]

REFUSALS: Refusals = [
    ("sizes that differ", "ops.Add", {}, [(None, 8, 3), (4,)], "shape-mismatch", None, "(None, 8, 3) and (4,) differ at axis -1: 3 and 4"),
    ("a constant that does not fit", "ops.Add", {"x2": [1, 2]}, [(None, 3)], "shape-mismatch", None, "(None, 3) and (2,) differ at axis -1: 3 and 2"),
    ("one operand too few", "ops.Add", {}, [(None, 3)], "wrong-inputs", None, "ops.Add needs x2, which may be read or a constant"),
    ("a constant of uneven lists", "ops.Add", {"x2": [[1], [2, 3]]}, [(None, 3)], "wrong-value", "x2", "x2 has lists of unequal lengths in it"),
    ("a constant that is no number", "ops.Add", {"x2": "two"}, [(None, 3)], "wrong-type", "x2", "x2 must be a number or lists of numbers"),
    ("no such argument", "ops.Add", {"alpha": 2}, [(None, 3), (None, 3)], "unknown-argument", "alpha", "ops.Add has no argument 'alpha'"),
    ("no data type", "ops.Cast", {"dtype": "float33"}, [(None, 3)], "wrong-value", "dtype", "'float33' is not a data type"),
    ("bins of two axes", "ops.Digitize", {"bins": [[0.0], [1.0]]}, [(None, 8)], "wrong-rank", None, "bins must have 1 dimension, but has 2"),
]
WORK: Works = [
    ("two tensors", "ops.Add", {}, [(None, 5, 4), (None, 1, 4)], {"merging": 20}),
    ("two tensors, bit by bit", "ops.BitwiseAnd", {}, [(None, 5, 4), (None, 5, 4)], {"merging": 20}),
    ("a tensor and a constant", "ops.Multiply", {"x2": 0.5}, [(None, 5, 4)], {}),
    ("an activation", "ops.Tanh", {}, [(None, 5, 4)], {"activation": 20}),
    ("arithmetic of one tensor", "ops.Exp", {}, [(None, 5, 4)], {}),
    ("samples with each other", "ops.Corrcoef", {}, [(None, 5)], {"matrix": None}),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_refusal = refusal_test(REFUSALS)
test_work = work_test(WORK)
