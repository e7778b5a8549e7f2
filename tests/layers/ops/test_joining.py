"""Operations that join and split: shapes and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from layers.rules import Refusals, Several, Shapes, refusal_test, several_test, shape_test

# fmt: off
SHAPES: Shapes = [
    ("end to end", "ops.Concatenate", {"axis": -1}, [(None, 8), (None, 4)], (None, 12)),
    ("a constant at its place", "ops.Concatenate", {"axis": 1, "xs": [[[1, 2]], None]}, [(1, 8)], (1, 10)),
    ("an unknown sum", "ops.Concatenate", {}, [(None, 8), (4, 8)], (None, 8)),
    ("alone", "ops.Concatenate", {}, [(None, 8)], (None, 8)),
    ("side by side", "ops.Stack", {"axis": 1}, [(None, 8), (None, 8)], (None, 2, 8)),
    ("side by side at the end", "ops.Stack", {"axis": -1}, [(None, 8), (4, 8), (4, 8)], (None, 8, 3)),
    ("in rows", "ops.Vstack", {}, [(2, 8), (None, 8)], (None, 8)),
    ("in columns", "ops.Hstack", {}, [(None, 8), (None, 4)], (None, 12)),
    ("in depth", "ops.Dstack", {}, [(3,), (3,)], (1, 3, 2)),
    ("in depth of a third axis", "ops.Dstack", {}, [(2, 3, 4), (2, 3, 5)], (2, 3, 9)),
    ("one after another", "ops.Append", {"axis": 1}, [(2, 3), (2, 4)], (2, 7)),
    ("all after another", "ops.Append", {"x2": [1, 2]}, [(2, 3)], (8,)),
]

SEVERAL: Several = [
    ("one part of each position", "ops.Unstack", {"axis": 1}, [(None, 3)], [(None,), (None,), (None,)]),
    ("equal parts", "ops.Split", {"indices_or_sections": 2, "axis": -1}, [(None, 8)], [(None, 4), (None, 4)]),
    ("parts that end at indices", "ops.Split", {"indices_or_sections": [2, 3], "axis": -1}, [(None, 8)], [(None, 2), (None, 1), (None, 5)]),
    ("parts of an unknown size", "ops.Split", {"indices_or_sections": 2}, [(None, 8)], [(None, 8), (None, 8)]),
    ("nearly equal parts", "ops.ArraySplit", {"indices_or_sections": 3, "axis": 1}, [(None, 8)], [(None, 3), (None, 3), (None, 2)]),
    ("rows", "ops.Vsplit", {"indices_or_sections": 2}, [(4, 8)], [(2, 8), (2, 8)]),
    ("columns", "ops.Hsplit", {"indices_or_sections": 2}, [(None, 8)], [(None, 4), (None, 4)]),
    ("a vector in columns", "ops.Hsplit", {"indices_or_sections": [1]}, [(8,)], [(1,), (7,)]),
    ("depths", "ops.Dsplit", {"indices_or_sections": 2}, [(None, 8, 4)], [(None, 8, 2), (None, 8, 2)]),
    ("grids", "ops.Meshgrid", {}, [(3,), (4,)], [(4, 3), (4, 3)]),
    ("grids in the order of inputs", "ops.Meshgrid", {"indexing": "ij"}, [(3,), (2, 2), ()], [(3, 4, 1), (3, 4, 1), (3, 4, 1)]),
]

REFUSALS: Refusals = [
    ("other sizes differ", "ops.Concatenate", {"axis": -1}, [(None, 8, 3), (None, 7, 3)], "shape-mismatch", None, "(None, 8, 3) and (None, 7, 3) can't be joined at axis 2: all others must be equal"),
    ("ranks differ", "ops.Concatenate", {}, [(None, 8), (None, 8, 1)], "shape-mismatch", None, "(None, 8) and (None, 8, 1) can't be joined at axis 0: all others must be equal"),
    ("no such axis", "ops.Concatenate", {"axis": 2}, [(None, 8), (None, 8)], "axis-out-of-range", "axis", "axis 2 is outside the 2 dimensions of the input (None, 8)"),
    ("places that do not fit", "ops.Concatenate", {"xs": [None, [[1]]]}, [(None, 8), (None, 8)], "wrong-inputs", "xs", "xs has a place (null) for 1 inputs, but 2 are read"),
    ("sizes to stack differ", "ops.Stack", {}, [(None, 8), (None, 7)], "shape-mismatch", None, "(None, 8) and (None, 7) can't be stacked: all must be equal"),
    ("a vector in columns", "ops.Hstack", {}, [(3,), (3,)], "wrong-rank", None, "the input must have at least 2 dimensions with the batch, but (3,) has 1"),
    ("unknown sizes appended", "ops.Append", {"axis": 0}, [(None, 3), (2, 3)], "unknown-dimension", None, "the sizes at axis must be known"),
    ("parts that do not divide", "ops.Split", {"indices_or_sections": 3, "axis": 1}, [(None, 8)], "shape-mismatch", "indices_or_sections", "axis 1 of (None, 8) can't be divided into 3 equal parts"),
    ("indices that fall", "ops.Split", {"indices_or_sections": [5, 3], "axis": 1}, [(None, 8)], "wrong-value", "indices_or_sections", "indices_or_sections must be increasing indices of axis 1 of (None, 8)"),
    ("an index beyond the end", "ops.Split", {"indices_or_sections": [9], "axis": 1}, [(None, 8)], "wrong-value", "indices_or_sections", "indices_or_sections must be increasing indices of axis 1 of (None, 8)"),
    ("a vector in rows", "ops.Vsplit", {"indices_or_sections": 1}, [(3,)], "wrong-rank", None, "the input must have at least 2 dimensions with the batch, but (3,) has 1"),
    ("an unknown number of positions", "ops.Unstack", {}, [(None, 3)], "unknown-dimension", None, "axis 0 of (None, 3) must be known"),
    ("no such order", "ops.Meshgrid", {"indexing": "yx"}, [(3,), (3,)], "wrong-value", "indexing", "indexing must be xy or ij"),
    ("a grid of one", "ops.Meshgrid", {}, [(3,)], "wrong-inputs", None, "ops.Meshgrid reads at least 2 inputs"),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_refusal = refusal_test(REFUSALS)


test_several_outputs = several_test(SEVERAL)
