"""Losses: shapes and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from layers.rules import Refusals, Several, Shapes, refusal_test, several_test, shape_test

# fmt: off
SHAPES: Shapes = [
    ("noise", "ops.PSNR", {"max_val": 1.0}, [(None, 3), (None, 3)], ()),
    ("yes or no", "ops.BinaryCrossentropy", {}, [(None, 3), (None, 3)], (None, 3)),
    ("classes", "ops.CategoricalCrossentropy", {}, [(None, 3), (None, 3)], (None,)),
    ("numbers of classes", "ops.SparseCategoricalCrossentropy", {}, [(None, 5), (None, 5, 3)], (None, 5)),
    ("numbers of classes on an axis of 1", "ops.SparseCategoricalCrossentropy", {}, [(None, 1), (None, 3)], (None,)),
    ("sequences", "ops.CTCLoss", {}, [(4, 5), (4, 9, 6), (4,), (4,)], (4,)),
]

SEVERAL: Several = [
    ("decoded", "ops.CTCDecode", {"strategy": "beam_search", "top_paths": 2}, [(4, 9, 6), (4,)], [(2, 4, 9), (4, 2)]),
]

REFUSALS: Refusals = [
    ("targets that differ", "ops.BinaryCrossentropy", {}, [(None, 3), (None, 4)], "shape-mismatch", None, "the target (None, 3) does not fit the output (None, 4)"),
    ("numbers that differ", "ops.SparseCategoricalCrossentropy", {}, [(None, 4), (None, 5, 3)], "shape-mismatch", None, "the target (None, 4) does not fit the output (None, 5, 3)"),
    ("batches that differ", "ops.CTCLoss", {}, [(4, 5), (3, 9, 6), (4,), (4,)], "shape-mismatch", None, "output has a batch of 3, but target 4"),
    ("ranks that differ", "ops.PSNR", {"max_val": 1.0}, [(None, 3), (3,)], "wrong-rank", None, "x1 has 2 dimensions, but x2 1"),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_several_outputs = several_test(SEVERAL)
test_refusal = refusal_test(REFUSALS)
