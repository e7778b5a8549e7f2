"""Operations on the order of elements: shapes and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from layers.rules import Refusals, Shapes, refusal_test, shape_test

# fmt: off
SHAPES: Shapes = [
    ("reshape", "ops.Reshape", {"newshape": [-1, 48]}, [(None, 8, 6)], (None, 48)),
    ("what is left", "ops.Reshape", {"newshape": [2, -1]}, [(4, 6)], (2, 12)),
    ("an unknown size", "ops.Reshape", {"newshape": [None, 48]}, [(None, 8, 6)], (None, 48)),
    ("flat", "ops.Ravel", {}, [(4, 6)], (24,)),
    ("flat and unknown", "ops.Ravel", {}, [(None, 6)], (None,)),
    ("turned around", "ops.Transpose", {}, [(None, 8, 6)], (6, 8, None)),
    ("in an order", "ops.Transpose", {"axes": [0, -1, 1]}, [(None, 8, 6)], (None, 6, 8)),
    ("a last axis", "ops.ExpandDims", {"axis": -1}, [(None, 8)], (None, 8, 1)),
    ("two axes", "ops.ExpandDims", {"axis": [0, 2]}, [(None, 8)], (1, None, 1, 8)),
    ("all axes of 1", "ops.Squeeze", {}, [(None, 1, 8, 1)], (None, 8)),
    ("one axis of 1", "ops.Squeeze", {"axis": -1}, [(None, 1, 8, 1)], (None, 1, 8)),
    ("two exchanged", "ops.Swapaxes", {"axis1": 1, "axis2": -1}, [(None, 8, 6)], (None, 6, 8)),
    ("moved", "ops.Moveaxis", {"source": 1, "destination": -1}, [(None, 8, 6, 3)], (None, 6, 3, 8)),
    ("several moved", "ops.Moveaxis", {"source": [0, 1], "destination": [-1, 0]}, [(None, 8, 6)], (8, 6, None)),
    ("turned", "ops.Rot90", {"axes": [1, 2]}, [(None, 8, 6)], (None, 6, 8)),
    ("repeated to a shape", "ops.BroadcastTo", {"shape": [2, 3, 8]}, [(3, 1)], (2, 3, 8)),
    ("each repeated", "ops.Repeat", {"repeats": 2, "axis": 1}, [(None, 8)], (None, 16)),
    ("each repeated by itself", "ops.Repeat", {"repeats": [1, 2, 3], "axis": -1}, [(None, 3)], (None, 6)),
    ("all repeated", "ops.Repeat", {"repeats": 2}, [(3, 4)], (24,)),
    ("an unknown number repeated", "ops.Repeat", {"repeats": 2, "axis": 0}, [(None, 4)], (None, 4)),
    ("tiles", "ops.Tile", {"repeats": [1, 2, 1]}, [(None, 8, 6)], (None, 16, 6)),
    ("tiles with new axes", "ops.Tile", {"repeats": [2, 2]}, [(3,)], (2, 6)),
    ("tiles of the last axes", "ops.Tile", {"repeats": 2}, [(None, 8, 6)], (None, 8, 12)),
    ("padding of all ends", "ops.Pad", {"pad_width": 1}, [(None, 8)], (None, 10)),
    ("padding of all axes", "ops.Pad", {"pad_width": [1, 2]}, [(3, 8)], (6, 11)),
    ("padding of each axis", "ops.Pad", {"pad_width": [[0, 0], [1, 2]]}, [(None, 8)], (None, 11)),
    ("padding with a value", "ops.Pad", {"pad_width": [[0, 0], [3, 0]], "constant_values": 1}, [(None, 8)], (None, 11)),
    ("flipped", "ops.Flip", {"axis": 1}, [(None, 8)], (None, 8)),
    ("rolled", "ops.Roll", {"shift": 1, "axis": [0, 1]}, [(None, 8)], (None, 8)),
    ("complex numbers", "ops.ViewAsComplex", {}, [(None, 2)], (None,)),
    ("pairs", "ops.ViewAsReal", {}, [(None,)], (None, 2)),
    ("space of depth", "ops.DepthToSpace", {"block_size": 2}, [(None, 4, None, 8)], (None, 8, None, 2)),
    ("depth of space", "ops.SpaceToDepth", {"block_size": 2, "data_format": "channels_first"}, [(None, 3, 8, 6)], (None, 12, 4, 3)),
]

REFUSALS: Refusals = [
    ("another number of elements", "ops.Reshape", {"newshape": [5]}, [(4,)], "shape-mismatch", "newshape", "(4,) can't become (5,), which holds 5"),
    ("two unknown sizes", "ops.Reshape", {"newshape": [-1, -1]}, [(4,)], "wrong-value", "newshape", "newshape may have one −1, not more"),
    ("a size below −1", "ops.Reshape", {"newshape": [-2]}, [(4,)], "wrong-value", "newshape", "newshape must be a list, each a whole number of at least -1 or null, not [-2]"),
    ("too few axes", "ops.Transpose", {"axes": [0]}, [(None, 8)], "wrong-value", "axes", "axes must name each of the 2 axes of (None, 8) once"),
    ("an axis twice", "ops.Transpose", {"axes": [0, 0]}, [(None, 8)], "wrong-value", "axes", "axes names axis 0 twice"),
    ("no place for an axis", "ops.ExpandDims", {"axis": 3}, [(None, 8)], "axis-out-of-range", "axis", "axis 3 is outside the 3 dimensions of the input (1, 1, 1)"),
    ("an axis that is not 1", "ops.Squeeze", {"axis": 1}, [(None, 8)], "shape-mismatch", "axis", "axis 1 of (None, 8) is 8; only one of 1 can be left out"),
    ("an unknown axis left out", "ops.Squeeze", {"axis": 0}, [(None, 8)], "shape-mismatch", "axis", "axis 0 of (None, 8) is None; only one of 1 can be left out"),
    ("no such axis", "ops.Swapaxes", {"axis1": 0, "axis2": 2}, [(None, 8)], "axis-out-of-range", "axis2", "axis 2 is outside the 2 dimensions of the input (None, 8)"),
    ("axes that do not pair", "ops.Moveaxis", {"source": [0, 1], "destination": 0}, [(None, 8)], "wrong-value", "destination", "destination must be as many axes as source, 2, not 1"),
    ("a shape that does not fit", "ops.BroadcastTo", {"shape": [4, 5]}, [(4,)], "shape-mismatch", None, "(4,) and (4, 5) differ at axis -1: 4 and 5"),
    ("repeats that do not fit", "ops.Repeat", {"repeats": [1, 2], "axis": 0}, [(3,)], "shape-mismatch", "repeats", "repeats has 2 numbers for the 3 elements of axis 0"),
    ("repeats of all that do not fit", "ops.Repeat", {"repeats": [1, 2]}, [(3,)], "shape-mismatch", "repeats", "repeats has 2 numbers for the 3 elements of all"),
    ("repeats below 0", "ops.Tile", {"repeats": [-1]}, [(3,)], "wrong-value", "repeats", "repeats must be a whole number of at least 0 or a list, each a whole number of at least 0, not [-1]"),
    ("padding of too many axes", "ops.Pad", {"pad_width": [[1, 1], [1, 1], [1, 1]]}, [(None, 8)], "wrong-value", "pad_width", "pad_width is for 3 axes, but (None, 8) has 2"),
    ("padding that is none", "ops.Pad", {"pad_width": "same"}, [(None, 8)], "wrong-type", "pad_width", "pad_width must be a whole number or a list"),
    ("padding that takes all", "ops.Pad", {"pad_width": -5}, [(8,)], "wrong-value", "pad_width", "pad_width takes more away than there is"),
    ("channels that make no blocks", "ops.DepthToSpace", {"block_size": 2}, [(None, 4, 4, 6)], "shape-mismatch", "block_size", "a number of channels of 6 is not a multiple of 4"),
    ("no image", "ops.SpaceToDepth", {"block_size": 2}, [(None, 4, 4)], "wrong-rank", None, "the input must have 4 dimensions with the batch, but (None, 4, 4) has 3"),
    ("a flip of a vector", "ops.Fliplr", {}, [(3,)], "wrong-rank", None, "the input must have at least 2 dimensions with the batch, but (3,) has 1"),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_refusal = refusal_test(REFUSALS)
