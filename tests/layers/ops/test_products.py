"""Products: shapes and refusals, as Keras 3.15.1 gives them."""

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
    ("matrices", "ops.Matmul", {}, [(None, 4, 6), (None, 6, 3)], (None, 4, 3)),
    ("a kernel as a constant", "ops.Matmul", {"x2": [[1, 2], [3, 4], [5, 6]]}, [(None, 8, 3)], (None, 8, 2)),
    ("a vector on the right", "ops.Matmul", {}, [(None, 4, 6), (6,)], (None, 4)),
    ("a vector on the left", "ops.Matmul", {}, [(6,), (None, 6, 3)], (None, 3)),
    ("two vectors", "ops.Matmul", {}, [(6,), (6,)], ()),
    ("batches combined", "ops.Matmul", {}, [(None, 1, 4, 6), (5, 6, 3)], (None, 5, 4, 3)),
    ("an unknown size that meets", "ops.Matmul", {}, [(None, 4, None), (6, 3)], (None, 4, 3)),
    ("a scalar", "ops.Dot", {"x2": 2}, [(None, 8)], (None, 8)),
    ("rows and columns", "ops.Dot", {}, [(None, 4, 6), (5, 6, 3)], (None, 4, 5, 3)),
    ("rows and a vector", "ops.Dot", {}, [(None, 6), (6,)], (None,)),
    ("vectors", "ops.Dot", {}, [(6,), (6,)], ()),
    ("last axes", "ops.Inner", {}, [(None, 6), (3, 6)], (None, 3)),
    ("every pair", "ops.Outer", {}, [(None, 6), (3, 2)], (None, 6)),
    ("all", "ops.Vdot", {}, [(6,), (6,)], ()),
    ("blocks", "ops.Kron", {}, [(2, None), (3, 4)], (6, None)),
    ("two axes", "ops.Tensordot", {}, [(None, 3, 4), (3, 4, 5)], (None, 5)),
    ("given axes", "ops.Tensordot", {"axes": [[0], [0]]}, [(None, 3), (None, 4)], (3, 4)),
    ("no axes", "ops.Tensordot", {"axes": 0}, [(2,), (3,)], (2, 3)),
    ("vectors of 3", "ops.Cross", {}, [(None, 3), (3,)], (None, 3)),
    ("vectors of 2", "ops.Cross", {}, [(None, 2), (None, 2)], (None,)),
    ("distances", "ops.CDist", {}, [(None, 4, 6), (None, 5, 6)], (None, 4, 5)),
    ("correlation", "ops.Correlate", {"mode": "full"}, [(8,), (3,)], (10,)),
    ("attention", "ops.DotProductAttention", {"is_causal": True}, [(None, 4, 2, 8), (None, 6, 2, 8), (None, 6, 2, 8)], (None, 4, 2, 8)),
    ("an equation", "ops.Einsum", {"subscripts": "bhqd,bhkd->bhqk"}, [(None, 2, 5, 8), (None, 2, 7, 8)], (None, 2, 5, 7)),
    ("an equation without an arrow", "ops.Einsum", {"subscripts": "ab,bc"}, [(3, 4), (4, 5)], (3, 5)),
    ("an equation with an ellipsis", "ops.Einsum", {"subscripts": "...ij,jk->...ik"}, [(None, 2, 3, 4), (4, 5)], (None, 2, 3, 5)),
    ("an equation with a constant", "ops.Einsum", {"subscripts": "bi,ij->bj", "operands": [None, [[1, 2, 3], [4, 5, 6]]]}, [(None, 2)], (None, 3)),
    ("an equation that sums all", "ops.Einsum", {"subscripts": "ij->"}, [(3, 4)], ()),
]

REFUSALS: Refusals = [
    ("sizes that do not meet", "ops.Matmul", {}, [(None, 4, 6), (5, 3)], "shape-mismatch", None, "(None, 4, 6) and (5, 3) can't be multiplied: rows of 6 meet columns of 5"),
    ("a scalar is no matrix", "ops.Matmul", {"x2": 2}, [(None, 4)], "shape-mismatch", None, "(None, 4) and () can't be multiplied: a scalar is no matrix"),
    ("batches that do not combine", "ops.Matmul", {}, [(2, 4, 6), (3, 6, 3)], "shape-mismatch", None, "(2,) and (3,) differ at axis -1: 2 and 3"),
    ("an unknown size and a vector", "ops.Dot", {}, [(4, None), (6,)], "shape-mismatch", None, "(4, None) and (6,) can't be multiplied: rows of None meet a vector of 6"),
    ("rows that meet no columns", "ops.Dot", {}, [(4, 6), (5, 3)], "shape-mismatch", None, "(4, 6) and (5, 3) can't be multiplied: rows of 6 meet columns of 5"),
    ("last axes that differ", "ops.Inner", {}, [(4, 6), (3, 5)], "shape-mismatch", None, "(4, 6) and (3, 5) can't be multiplied: their last axes are 6 and 5"),
    ("given axes that differ", "ops.Tensordot", {"axes": [[0], [0]]}, [(4, 6), (5, 3)], "shape-mismatch", None, "(4, 6) and (5, 3) can't be multiplied: the axes that meet must be equal"),
    ("vectors of 4", "ops.Cross", {}, [(None, 4), (None, 4)], "shape-mismatch", None, "(None, 4) and (None, 4) can't be multiplied: a vector must be of 2 or 3"),
    ("no matrix", "ops.CDist", {}, [(6,), (4, 6)], "wrong-rank", None, "both operands must have at least 2 dimensions"),
    ("an unknown length", "ops.Correlate", {}, [(None,), (3,)], "unknown-dimension", None, "both operands must be of known sizes"),
    ("no such mode", "ops.Correlate", {"mode": "none"}, [(8,), (3,)], "wrong-value", "mode", "mode must be one of valid, same, full"),
    ("operands that do not fit the equation", "ops.Einsum", {"subscripts": "ij,jk->ik"}, [(3, 4)], "wrong-value", "subscripts", "subscripts name 2 operands, but there are 1"),
    ("axes that do not fit the equation", "ops.Einsum", {"subscripts": "ij->i"}, [(3, 4, 5)], "wrong-rank", "subscripts", "'ij' names 2 axes, but (3, 4, 5) has 3"),
    ("two arrows", "ops.Einsum", {"subscripts": "i->j->k"}, [(3,)], "wrong-value", "subscripts", "subscripts have more than one arrow"),
    ("capital letters", "ops.Einsum", {"subscripts": "AB,BC->AC"}, [(3, 4), (4, 5)], "wrong-value", "subscripts", "subscripts have the capital letter C, which not all operands have"),
    ("sizes of a letter that differ", "ops.Einsum", {"subscripts": "ij,ij->ij"}, [(3, 4), (3, 5)], "shape-mismatch", None, "(3, 4) and (3, 5) differ at axis -1: 4 and 5"),
]
WORK: Works = [
    # PyTorch 2.13 counts 72, 48 and 360 of matmul too.
    ("matrices of each sample", "ops.Matmul", {}, [(None, 4, 6), (None, 6, 3)], {"matrix": 72}),
    ("a kernel as a constant", "ops.Matmul", {"x2": [[1, 2], [3, 4], [5, 6]]}, [(None, 8, 3)], {"matrix": 48}),
    ("axes combined", "ops.Matmul", {}, [(None, 5, 4, 6), (None, 1, 6, 3)], {"matrix": 360}),
    ("rows of samples", "ops.Matmul", {"x2": [[1, 2], [3, 4], [5, 6]]}, [(None, 3)], {"matrix": 6}),
    ("a vector on the right", "ops.Matmul", {"x2": [1, 2, 3]}, [(None, 8, 3)], {"matrix": 24}),
    ("an axis before that is 1", "ops.Matmul", {"x2": [[[1, 2], [3, 4], [5, 6]]]}, [(None, 8, 3)], {"matrix": 48}),
    ("samples that meet others", "ops.Matmul", {"x2": [[[1, 2], [3, 4], [5, 6]]] * 7}, [(None, 8, 3)], {"matrix": None}),
    ("a size that one operand tells", "ops.Matmul", {"x2": [[1, 2], [3, 4], [5, 6]]}, [(None, 8, None)], {"matrix": 48}),
    ("an unknown size", "ops.Matmul", {}, [(None, None, 6), (None, 6, 3)], {"matrix": None}),
    ("added up along the samples", "ops.Matmul", {}, [(None, 7), (None, 3)], {"matrix": None}),
    ("samples at another place", "ops.Matmul", {}, [(None, 7, 4, 6), (None, 6, 3)], {"matrix": None}),
    ("rows and columns", "ops.Dot", {"x2": [[1, 2], [3, 4], [5, 6]]}, [(None, 4, 3)], {"matrix": 24}),
    ("rows and a vector", "ops.Dot", {"x2": [1, 2, 3]}, [(None, 4, 3)], {"matrix": 12}),
    ("each sample with all others", "ops.Dot", {}, [(None, 4, 3), (None, 3, 5)], {"matrix": None}),
    ("a number is no matrix", "ops.Dot", {"x2": 2}, [(None, 4, 3)], {}),
    ("last axes", "ops.Inner", {"x2": [[1, 2, 3], [4, 5, 6]]}, [(None, 4, 3)], {"matrix": 24}),
    # PyTorch counts 60 of tensordot too.
    ("two axes", "ops.Tensordot", {"x2": [[[1] * 5] * 4] * 3}, [(None, 3, 4)], {"matrix": 60}),
    ("given axes", "ops.Tensordot", {"axes": [[1, 2], [0, 1]], "x2": [[[1] * 5] * 4] * 3}, [(None, 3, 4)], {"matrix": 60}),
    ("added up along the samples, as it says", "ops.Tensordot", {"axes": [[0], [0]]}, [(None, 3), (None, 4)], {"matrix": None}),
    ("more axes than there are", "ops.Tensordot", {"axes": 3}, [(None, 3), (None, 4)], {"matrix": None}),
    ("nothing added up", "ops.Tensordot", {"axes": 0, "x2": [1, 2]}, [(None, 3)], {}),
    ("all added up", "ops.Vdot", {}, [(None, 6), (None, 6)], {"matrix": None}),
    ("products of which none is added to another", "ops.Outer", {}, [(None, 6), (None, 6)], {}),
    ("distances", "ops.CDist", {}, [(None, 4, 6), (None, 5, 6)], {}),
    ("samples that slide along samples", "ops.Correlate", {}, [(8,), (3,)], {"convolution": None}),
    # PyTorch counts 768 of scaled_dot_product_attention too.
    ("attention", "ops.DotProductAttention", {"is_causal": True}, [(None, 4, 2, 8), (None, 6, 2, 8), (None, 6, 2, 8)], {"attention": 768, "activation": 48}),
    ("attention that Keras does not look at", "ops.DotProductAttention", {}, [(None, 4, 2, 8), (None, 6, 8), (None, 6, 8)], {"attention": None, "activation": None}),
    # PyTorch counts 560 and 120 of einsum too.
    ("an equation", "ops.Einsum", {"subscripts": "bhqd,bhkd->bhqk"}, [(None, 2, 5, 8), (None, 2, 7, 8)], {"matrix": 560}),
    ("an equation with an ellipsis", "ops.Einsum", {"subscripts": "...ij,jk->...ik", "operands": [None, [[1] * 5] * 4]}, [(None, 2, 3, 4)], {"matrix": 120}),
    ("an equation with samples elided in both", "ops.Einsum", {"subscripts": "...ij,...jk"}, [(None, 2, 3, 4), (None, 1, 4, 5)], {"matrix": 120}),
    ("an equation that adds nothing up", "ops.Einsum", {"subscripts": "bi,bj->bij"}, [(None, 3), (None, 4)], {}),
    ("an equation that only adds up", "ops.Einsum", {"subscripts": "bij->bi"}, [(None, 3, 4)], {}),
    ("an equation that adds up samples", "ops.Einsum", {"subscripts": "bi,bj->ij"}, [(None, 3), (None, 4)], {"matrix": None}),
    ("an equation that adds one operand up by itself", "ops.Einsum", {"subscripts": "bij,bj->b"}, [(None, 3, 4), (None, 4)], {"matrix": None}),
    ("an equation that may be worked out in any order", "ops.Einsum", {"subscripts": "bi,bi,bi->b"}, [(None, 3), (None, 3), (None, 3)], {"matrix": None}),
    ("an equation that puts samples elsewhere", "ops.Einsum", {"subscripts": "bij,bjk->ibk"}, [(None, 3, 4), (None, 4, 5)], {"matrix": None}),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_refusal = refusal_test(REFUSALS)
test_work = work_test(WORK)
