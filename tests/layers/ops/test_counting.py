"""Operations that count: shapes, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from layers.rules import Several, Shapes, several_test, shape_test

# fmt: off
SHAPES: Shapes = [
    ("a number of axes", "ops.Ndim", {}, [(None, 8, 3)], (3,)),
    ("counts", "ops.Bincount", {}, [(None, 8)], (None, None)),
    ("distinct values", "ops.Unique", {}, [(None, 8)], (None,)),
]

SEVERAL: Several = [
    ("distinct values with all about them", "ops.Unique", {"return_index": True, "return_inverse": True, "return_counts": True, "axis": 0, "size": 5}, [(None, 8)], [(5, 8), (5,), (None,), (5,)]),
    ("places that are not 0", "ops.Nonzero", {}, [(None, 8)], [(None,), (None,)]),
    ("indices of axes", "ops.UnravelIndex", {"shape": [2, 3]}, [(None,)], [(None,), (None,)]),
    ("a histogram", "ops.Histogram", {"bins": 4}, [(None,)], [(4,), (5,)]),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_several_outputs = several_test(SEVERAL)
