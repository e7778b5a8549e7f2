"""The merging layers: shapes, weights and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from layers.rules import (
    Refusals,
    Shapes,
    Weights,
    Works,
    refusal_test,
    shape_test,
    weights_test,
    work_test,
)

# fmt: off
SHAPES: Shapes = [
    ("add", "Add", {}, [(None, 8, 8, 16), (None, 8, 8, 16)], (None, 8, 8, 16)),
    ("a list of one", "Add", {}, [(None, 4)], (None, 4)),
    ("a list of one, joined", "Concatenate", {}, [(None, 4)], (None, 4)),
    ("three averaged", "Average", {}, [(None, 4), (None, 4), (None, 4)], (None, 4)),
    ("subtract repeats a 1", "Subtract", {}, [(None, 4, 1), (None, 1, 5)], (None, 4, 5)),
    ("multiply by a shorter shape", "Multiply", {}, [(None, 5), (None, 4, 5)], (None, 4, 5)),
    ("a scalar a sample", "Maximum", {}, [(None, 4, 5), (None,)], (None, 4, 5)),
    ("ranks grow as needed", "Minimum", {}, [(None, 4, 5), (None, 5), (None, 1, 1, 5)], (None, 1, 4, 5)),
    ("an unknown size hides a known one", "Add", {}, [(None, None), (None, 5)], (None, None)),
    ("an unknown size hides a mismatch behind it", "Add", {}, [(None, 5), (None, None), (None, 7)], (None, None)),
    ("nothing repeated is nothing", "Add", {}, [(None, 0), (None, 1)], (None, 0)),
    ("a known batch is kept", "Add", {}, [(None, 5), (2, 5)], (2, 5)),
    ("concatenate the last axis", "Concatenate", {}, [(None, 8, 8, 3), (None, 8, 8, 5), (None, 8, 8, 1)], (None, 8, 8, 9)),
    ("concatenate another axis", "Concatenate", {"axis": 1}, [(None, 4, 3), (None, 5, 3)], (None, 9, 3)),
    ("concatenate batches", "Concatenate", {"axis": 0}, [(2, 4), (3, 4)], (5, 4)),
    ("concatenate from the end", "Concatenate", {"axis": -3}, [(4, 4, 4), (5, 4, 4)], (9, 4, 4)),
    ("concatenate an unknown size", "Concatenate", {}, [(None, 4, None), (None, 4, 4)], (None, 4, None)),
    ("concatenate keeps what the first does not know", "Concatenate", {}, [(None, None, 3), (2, 4, 4)], (None, None, 7)),
    ("concatenate keeps what the first knows", "Concatenate", {}, [(2, 4, 3), (None, None, 4)], (2, 4, 7)),
    ("concatenate nothing", "Concatenate", {}, [(None, 0), (None, 4)], (None, 4)),
    ("dot to one number", "Dot", {"axes": 1}, [(None, 4), (None, 4)], (None, 1)),
    ("dot from the end", "Dot", {"axes": -1}, [(None, 4), (None, 5, 4)], (None, 5)),
    ("dot from the end, round and round", "Dot", {"axes": -7}, [(None, 4), (None, 5, 4)], (None, 5)),
    ("dot of an axis each", "Dot", {"axes": [1, -1]}, [(2, 4, 5, 6), (2, 8, 7, 4)], (2, 5, 6, 8, 7)),
    ("dot of one known batch", "Dot", {"axes": [1, 2]}, [(None, 4), (6, 5, 4)], (None, 5)),
]

WEIGHTS: Weights = [
    ("add", "Add", {}, [(None, 4), (None, 4)], []),
    ("concatenate", "Concatenate", {}, [(None, 4), (None, 4)], []),
]

# Per sample; the other counts are 0.
WORK: Works = [
    ("two inputs are combined once", "Add", {}, [(None, 8, 16), (None, 8, 16)], {"merging": 128}),
    ("three, twice", "Average", {}, [(None, 8, 16), (None, 8, 16), (None, 8, 16)], {"merging": 256}),
    ("what is repeated counts as often", "Multiply", {}, [(None, 8, 16), (None, 1, 16)], {"merging": 128}),
    ("subtracted", "Subtract", {}, [(None, 5), (None, 5)], {"merging": 5}),
    ("the largest", "Maximum", {}, [(None, 5), (None, 5)], {"merging": 5}),
    ("the smallest", "Minimum", {}, [(None, 5), (None, 5)], {"merging": 5}),
    ("an unknown size", "Add", {}, [(None, None, 16), (None, 8, 16)], {"merging": None}),
    ("a single input stays as it is", "Add", {}, [(None, None, 16)], {}),
    ("end to end", "Concatenate", {}, [(None, 8, 16), (None, 8, 16)], {}),
    # PyTorch's counter on the same einsum, halved.
    ("dot of vectors", "Dot", {"axes": 1}, [(None, 4), (None, 4)], {"matrix": 4}),
    ("dot of a vector and a matrix", "Dot", {"axes": [1, 2]}, [(None, 4), (None, 5, 4)], {"matrix": 20}),
    ("dot of tensors", "Dot", {"axes": [1, -1]}, [(None, 4, 5, 6), (None, 8, 7, 4)], {"matrix": 6_720}),
    ("dot of unit vectors", "Dot", {"axes": [1, 2], "normalize": True}, [(None, 4), (None, 5, 4)], {"matrix": 20, "normalization": 24}),
    ("dot along an unknown size", "Dot", {"axes": 1}, [(None, None, 2), (None, None, 3)], {"matrix": None}),
]

REFUSALS: Refusals = [
    ("add of unequal sizes", "Add", {}, [(None, 8, 8, 16), (None, 8, 8, 32)], "shape-mismatch", None, "inputs (None, 8, 8, 16) and (None, 8, 8, 32) differ at axis 3: 16 and 32"),
    ("the third of three", "Average", {}, [(None, 1), (None, 4), (None, 5)], "shape-mismatch", None, "inputs (None, 4) and (None, 5) differ at axis 1: 4 and 5"),
    ("shorter shapes are aligned at the end", "Multiply", {}, [(None, 4), (None, 4, 5)], "shape-mismatch", None, "inputs (None, 4) and (None, 4, 5) differ at axis 2: 4 and 5"),
    ("nothing against something", "Add", {}, [(None, 0), (None, 2)], "shape-mismatch", None, "differ at axis 1: 0 and 2"),
    ("unequal batches", "Add", {}, [(2, 5), (None, 5), (3, 5)], "shape-mismatch", None, "inputs (2, 5) and (3, 5) differ at axis 0: 2 and 3"),
    ("a batch of 1 is not repeated", "Maximum", {}, [(2, 5), (1, 5)], "shape-mismatch", None, "differ at axis 0: 2 and 1"),
    ("no batch", "Add", {}, [(), (None, 5)], "wrong-rank", None, "at least 1 dimensions"),
    ("subtract one", "Subtract", {}, [(None, 4)], "wrong-inputs", None, "Subtract reads 2 inputs, but is given 1"),
    ("subtract three", "Subtract", {}, [(None, 4), (None, 4), (None, 4)], "wrong-inputs", None, "Subtract reads 2 inputs, but is given 3"),
    ("concatenate unequal sizes", "Concatenate", {"axis": 1}, [(None, 4, 3), (None, 5, 4)], "shape-mismatch", None, "inputs (None, 4, 3) and (None, 5, 4) differ at axis 2: 3 and 4"),
    ("concatenate does not repeat a 1", "Concatenate", {}, [(None, 4, 3), (None, 1, 3)], "shape-mismatch", None, "differ at axis 1: 4 and 1"),
    ("concatenate past an unknown size", "Concatenate", {}, [(None, None, 3), (None, 4, 3), (None, 5, 3)], "shape-mismatch", None, "inputs (None, 4, 3) and (None, 5, 3) differ at axis 1"),
    ("concatenate unequal ranks", "Concatenate", {}, [(None, 4, 4), (None, 4)], "shape-mismatch", None, "have 3 and 2 dimensions"),
    ("concatenate beyond the input", "Concatenate", {"axis": 3}, [(None, 4, 4), (None, 4, 4)], "axis-out-of-range", "axis", "axis 3 is outside the 3 dimensions"),
    ("concatenate one beyond the input", "Concatenate", {"axis": -3}, [(None, 4)], "axis-out-of-range", "axis", "axis -3 is outside the 2 dimensions"),
    ("concatenate along no axis", "Concatenate", {"axis": None}, [(None, 4), (None, 4)], "wrong-type", "axis", "axis must be a whole number"),
    ("dot of sizes that differ", "Dot", {"axes": 1}, [(None, 4), (None, 5)], "shape-mismatch", "axes", "axis 1 of (None, 4) and axis 1 of (None, 5) differ: 4 and 5"),
    ("dot of an unknown size", "Dot", {"axes": [1, 2]}, [(None, None), (6, 5, 4)], "shape-mismatch", "axes", "differ: None and 4"),
    ("dot over the batch", "Dot", {"axes": 0}, [(4, 3), (4, 3)], "wrong-value", "axes", "axes can't be the batch, axis 0"),
    ("dot of batches that differ", "Dot", {"axes": [1, 2]}, [(4, 4), (8, 5, 4)], "shape-mismatch", None, "differ at axis 0: 4 and 8"),
    ("dot of an axis that is not there", "Dot", {"axes": 2}, [(None, 4), (None, 4)], "axis-out-of-range", "axes", "axis 2 is outside the 2 dimensions"),
    ("dot of three", "Dot", {"axes": 1}, [(None, 4), (None, 4), (None, 4)], "wrong-inputs", None, "Dot reads 2 inputs, but is given 3"),
    ("dot of three axes", "Dot", {"axes": [1, 2, 3]}, [(None, 4), (None, 4)], "wrong-value", "axes", "axes must be a whole number or a list of 2"),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_weights = weights_test(WEIGHTS)
test_work = work_test(WORK)
test_refusal = refusal_test(REFUSALS)
