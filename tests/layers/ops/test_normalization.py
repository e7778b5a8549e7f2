"""Operations that normalize: shapes and refusals, as Keras 3.15.1 gives them."""

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
    ("a given mean", "ops.BatchNorm", {"axis": -1, "mean": [0, 0, 0], "variance": [1, 1, 1]}, [(None, 3)], (None, 3)),
    ("each sample", "ops.LayerNorm", {}, [(None, 3)], (None, 3)),
    ("the root mean square", "ops.RMSNorm", {"scale": [1, 1, 1]}, [(None, 3)], (None, 3)),
]

REFUSALS: Refusals = [
    ("a mean of another size", "ops.BatchNorm", {"axis": -1, "variance": [1, 1, 1]}, [(None, 3), (2,)], "shape-mismatch", None, "mean must be (3,), not (2,)"),
    ("an offset without a scale", "ops.BatchNorm", {"axis": -1, "mean": [0], "variance": [1], "offset": [1]}, [(None, 1)], "wrong-inputs", None, "ops.BatchNorm needs scale where there is an offset"),
]
WORK: Works = [
    ("each element", "ops.BatchNorm", {"axis": -1, "mean": [0, 0], "variance": [1, 1], "offset": [1, 1], "scale": [2, 2]}, [(None, 5, 2)], {"normalization": 10}),
    ("each element of a sample", "ops.LayerNorm", {}, [(None, 5, 2)], {"normalization": 10}),
    ("by the mean square", "ops.RMSNorm", {}, [(None, None, 2)], {"normalization": None}),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_refusal = refusal_test(REFUSALS)
test_work = work_test(WORK)
