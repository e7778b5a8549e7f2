"""Operations on matrices: shapes and refusals, as Keras 3.15.1 gives them."""

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
    ("an inverse", "ops.Inv", {}, [(None, 3, 3)], (None, 3, 3)),
    ("a triangular factor", "ops.Cholesky", {"upper": True}, [(None, 3, 3)], (None, 3, 3)),
    ("a determinant", "ops.Det", {}, [(None, 3, 3)], (None,)),
    ("a solution", "ops.Solve", {}, [(None, 3, 3), (None, 3, 2)], (None, 3, 2)),
    ("a solution of a vector", "ops.Solve", {}, [(3, 3), (3,)], (3,)),
    ("a triangular solution", "ops.SolveTriangular", {"lower": True}, [(3, 3), (3,)], (3,)),
    ("singular values", "ops.SVD", {"compute_uv": False}, [(None, 4, 3)], (None, 3)),
    ("least squares", "ops.Lstsq", {}, [(4, 3), (4, 2)], (3, 2)),
    ("least squares of a vector", "ops.Lstsq", {}, [(4, 3), (4,)], (3,)),
    ("a rank", "ops.MatrixRank", {}, [(None, 4, 3)], (None,)),
    ("a pseudo-inverse", "ops.Pinv", {}, [(None, 4, 3)], (None, 3, 4)),
    ("a logarithm", "ops.Logdet", {}, [(None, 3, 3)], (None,)),
]

SEVERAL: Several = [
    ("eigenvalues", "ops.Eigh", {}, [(None, 3, 3)], [(None, 3), (None, 3, 3)]),
    ("two factors", "ops.Qr", {}, [(None, 4, 3)], [(None, 4, 3), (None, 3, 3)]),
    ("complete factors", "ops.Qr", {"mode": "complete"}, [(None, 4, 3)], [(None, 4, 4), (None, 4, 3)]),
    ("factors and an order", "ops.LuFactor", {}, [(None, 4, 3)], [(None, 4, 3), (None, 3)]),
    ("singular vectors", "ops.SVD", {}, [(None, 4, 3)], [(None, 4, 4), (None, 3), (None, 3, 3)]),
    ("as few as there are", "ops.SVD", {"full_matrices": False}, [(None, 4, 3)], [(None, 4, 3), (None, 3), (None, 3, 3)]),
    ("a sign and a logarithm", "ops.Slogdet", {}, [(None, 3, 3)], [(), (None,)]),
]

REFUSALS: Refusals = [
    ("no square", "ops.Inv", {}, [(None, 4, 3)], "shape-mismatch", None, "the matrices of (None, 4, 3) are not square"),
    ("a vector", "ops.Det", {}, [(3,)], "wrong-rank", None, "the input must have at least 2 dimensions with the batch, but (3,) has 1"),
    ("a right side that does not fit", "ops.Solve", {}, [(3, 3), (4, 2)], "shape-mismatch", None, "matrices of (3, 3) don't fit (4, 2)"),
    ("unknown sides", "ops.Qr", {}, [(None, 3)], "unknown-dimension", None, "the last two sizes of (None, 3) must be known"),
    ("no such mode", "ops.Qr", {"mode": "raw"}, [(3, 3)], "wrong-value", "mode", "mode must be reduced or complete"),
    ("rows that differ", "ops.Lstsq", {}, [(4, 3), (3,)], "shape-mismatch", None, "a has 4 rows, but b 3"),
    ("a batch", "ops.Lstsq", {}, [(None, 4, 3), (4,)], "wrong-rank", None, "the input must have 2 dimensions with the batch, but (None, 4, 3) has 3"),
]
UNKNOWN = dict.fromkeys(OpCounts.__struct_fields__)

WORK: Works = [
    ("decomposed", "ops.Qr", {}, [(None, 4, 3)], UNKNOWN),
    ("inverted", "ops.Inv", {}, [(None, 3, 3)], UNKNOWN),
    ("solved", "ops.Solve", {}, [(None, 3, 3), (None, 3, 2)], UNKNOWN),
    ("a determinant", "ops.Slogdet", {}, [(None, 3, 3)], UNKNOWN),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_refusal = refusal_test(REFUSALS)


test_several_outputs = several_test(SEVERAL)
test_work = work_test(WORK)
