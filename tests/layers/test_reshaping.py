"""The reshaping layers: shapes, weights and refusals, as Keras 3.15.1 gives them."""

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
    ("flatten", "Flatten", {}, [(None, 8, 8, 20)], (None, 1280)),
    ("flatten of vectors", "Flatten", {}, [(3, 4)], (3, 4)),
    ("flatten of numbers", "Flatten", {}, [(None,)], (None, 1)),
    ("flatten with an unknown size", "Flatten", {}, [(None, 0, None)], (None, None)),
    ("flatten with channels first", "Flatten", {"data_format": "channels_first"}, [(None, 3, 4)], (None, 12)),
    ("reshape", "Reshape", {"target_shape": [4, 3]}, [(None, 12)], (None, 4, 3)),
    ("reshape with one size left", "Reshape", {"target_shape": [2, -1]}, [(None, 3, 4)], (None, 2, 6)),
    ("reshape to numbers", "Reshape", {"target_shape": []}, [(None, 1)], (None,)),
    ("reshape of numbers", "Reshape", {"target_shape": [1]}, [(None,)], (None, 1)),
    ("reshape of nothing", "Reshape", {"target_shape": [-1]}, [(None, 0)], (None, 0)),
    ("reshape of an unknown size", "Reshape", {"target_shape": [2, 5]}, [(None, None, 3)], (None, 2, 5)),
    ("reshape with what an unknown size leaves", "Reshape", {"target_shape": [-1, 5]}, [(None, None)], (None, None, 5)),
    ("reshape to an unknown size", "Reshape", {"target_shape": [None, -1, 2]}, [(None, 4)], (None, None, None, 2)),
    ("permute", "Permute", {"dims": [2, 3, 1]}, [(None, 3, 4, None)], (None, 4, None, 3)),
    ("permute nothing", "Permute", {"dims": []}, [(None,)], (None,)),
    ("repeat a vector", "RepeatVector", {"n": 3}, [(None, None)], (None, 3, None)),
    ("pad by one", "ZeroPadding1D", {}, [(None, 3, 2)], (None, 5, 2)),
    ("pad before and after", "ZeroPadding1D", {"padding": [1, 2]}, [(None, 3, 2)], (None, 6, 2)),
    ("pad channels first", "ZeroPadding1D", {"padding": 2, "data_format": "channels_first"}, [(None, 3, 5)], (None, 3, 9)),
    ("pad a map", "ZeroPadding2D", {"padding": [1, 2]}, [(None, 3, None, 3)], (None, 5, None, 3)),
    ("pad a map at each end", "ZeroPadding2D", {"padding": [[1, 2], [3, 4]], "data_format": "channels_first"}, [(None, 1, 3, 3)], (None, 1, 6, 10)),
    ("pad a map both ways", "ZeroPadding2D", {"padding": [1, [3, 4]]}, [(None, 3, 3, 3)], (None, 5, 10, 3)),
    ("pad a volume", "ZeroPadding3D", {}, [(None, 3, 4, 5, 2)], (None, 5, 6, 7, 2)),
    ("crop by one", "Cropping1D", {}, [(None, 3, 2)], (None, 1, 2)),
    ("crop before and after", "Cropping1D", {"cropping": [0, 2]}, [(None, 3, 2)], (None, 1, 2)),
    ("crop nothing from a map", "Cropping2D", {}, [(None, 3, 3, 3)], (None, 3, 3, 3)),
    ("crop a map", "Cropping2D", {"cropping": [1, [0, 2]]}, [(None, 5, 5, 3)], (None, 3, 3, 3)),
    ("crop a map with channels first", "Cropping2D", {"cropping": [[1, 0], [2, 2]], "data_format": "channels_first"}, [(None, 1, 5, 5)], (None, 1, 4, 1)),
    ("crop a volume", "Cropping3D", {}, [(None, 3, 4, None, 2)], (None, 1, 2, None, 2)),
    ("repeat positions", "UpSampling1D", {"size": 3}, [(None, 5, 2)], (None, 15, 2)),
    ("repeat unknown positions", "UpSampling1D", {}, [(None, None, 2)], (None, None, 2)),
    ("enlarge a map", "UpSampling2D", {"size": [2, 3]}, [(None, 3, 3, 2)], (None, 6, 9, 2)),
    ("enlarge a map, interpolation in capitals", "UpSampling2D", {"interpolation": "Bilinear", "data_format": "channels_first"}, [(None, 3, None, 2)], (None, 3, None, 4)),
    ("enlarge a volume", "UpSampling3D", {"size": [1, 2, 3], "data_format": "channels_first"}, [(None, 3, 3, 3, 3)], (None, 3, 3, 6, 9)),
]

WEIGHTS: Weights = [
    ("flatten", "Flatten", {}, [(None, 4, 4, 3)], []),
]

# Per sample; the other counts are 0.
WORK: Works = [
    ("flattened", "Flatten", {}, [(None, 4, 6)], {}),
    ("reshaped", "Reshape", {"target_shape": [-1, 2]}, [(None, 4, 6)], {}),
    ("padded", "ZeroPadding2D", {}, [(None, 4, 6, 3)], {}),
    ("cropped, of an unknown size", "Cropping1D", {}, [(None, None, 6)], {}),
    ("repeated", "UpSampling2D", {}, [(None, 4, 6, 3)], {}),
    ("interpolated", "UpSampling2D", {"interpolation": "bilinear"}, [(None, 4, 6, 3)], {}),
]

REFUSALS: Refusals = [
    ("reshape to another size", "Reshape", {"target_shape": [4, 5]}, [(None, 8, 8)], "shape-mismatch", "target_shape", "the 64 values of (8, 8) can't be reshaped to (4, 5), which holds 20"),
    ("reshape not divisible", "Reshape", {"target_shape": [-1, 5]}, [(None, 8, 8)], "shape-mismatch", "target_shape", "since 64 is not a multiple of 5"),
    ("reshape with nothing to divide by", "Reshape", {"target_shape": [-1, 0]}, [(None, 0)], "shape-mismatch", "target_shape", "since 0 is not a multiple of 0"),
    ("reshape with two sizes left", "Reshape", {"target_shape": [-1, -1]}, [(None, 4)], "wrong-value", "target_shape", "target_shape (-1, -1) has more than one -1"),
    ("reshape to a negative size", "Reshape", {"target_shape": [-2]}, [(None, 4)], "wrong-value", "target_shape", "target_shape must be"),
    ("reshape to a number", "Reshape", {"target_shape": 4}, [(None, 4)], "wrong-type", "target_shape", "target_shape must be"),
    ("reshape without a batch", "Reshape", {"target_shape": [1]}, [()], "wrong-rank", None, "at least 1 dimensions"),
    ("permute from the batch on", "Permute", {"dims": [0, 1]}, [(None, 3)], "wrong-value", "dims", "dims"),
    ("permute with an axis left out", "Permute", {"dims": [2, 3]}, [(None, 3, 4, 5)], "wrong-value", "dims", "dims [2, 3] must hold each axis from 1 to 2 once"),
    ("permute with an axis twice", "Permute", {"dims": [1, 1]}, [(None, 3, 4)], "wrong-value", "dims", "dims [1, 1] must hold each axis from 1 to 2 once"),
    ("permute too many dimensions", "Permute", {"dims": [2, 1]}, [(None, 3, 4, 5)], "wrong-rank", None, "must have 3 dimensions with the batch"),
    ("repeat no times", "RepeatVector", {"n": 0}, [(None, 3)], "wrong-value", "n", "n must be a whole number of at least 1"),
    ("repeat more than vectors", "RepeatVector", {"n": 2}, [(None, 3, 3)], "wrong-rank", None, "must have 2 dimensions with the batch"),
    ("negative padding", "ZeroPadding1D", {"padding": -1}, [(None, 3, 3)], "wrong-value", "padding", "padding must be a whole number of at least 0"),
    ("padding with one end", "ZeroPadding1D", {"padding": [1]}, [(None, 3, 3)], "wrong-value", "padding", "padding must be"),
    ("padding with one end of an axis", "ZeroPadding2D", {"padding": [[1], 2]}, [(None, 3, 3, 3)], "wrong-value", "padding", "padding must be"),
    ("padding with too few axes", "ZeroPadding3D", {"padding": [1, 2]}, [(None, 3, 3, 3, 3)], "wrong-value", "padding", "a list of 3 (one per axis), but the list has 2"),
    ("crop everything", "Cropping1D", {}, [(None, 2, 3)], "cropping-too-large", "cropping", "cropping 2 positions leaves nothing of axis 1 of (None, 2, 3)"),
    ("crop nothing of nothing", "Cropping2D", {}, [(None, 0, 3, 3)], "cropping-too-large", "cropping", "cropping 0 positions leaves nothing of axis 1"),
    ("crop too much with channels first", "Cropping2D", {"cropping": [0, [1, 4]], "data_format": "channels_first"}, [(None, 9, 9, 5)], "cropping-too-large", "cropping", "cropping 5 positions leaves nothing of axis 3"),
    ("crop too much of a volume", "Cropping3D", {}, [(None, 3, 3, 2, 3)], "cropping-too-large", "cropping", "cropping 2 positions leaves nothing of axis 3"),
    ("negative cropping", "Cropping2D", {"cropping": -1}, [(None, 3, 3, 3)], "wrong-value", "cropping", "cropping must be a whole number of at least 0"),
    ("enlarge by 0", "UpSampling2D", {"size": [2, 0]}, [(None, 3, 3, 3)], "wrong-value", "size", "size must be a whole number of at least 1"),
    ("repeat positions by a list", "UpSampling1D", {"size": [2]}, [(None, 3, 3)], "wrong-type", "size", "size must be a whole number of at least 1"),
    ("enlarge too few dimensions", "UpSampling3D", {}, [(None, 3, 3, 3)], "wrong-rank", None, "must have 5 dimensions with the batch"),
    # Keras takes these when it makes the layer, and fails when the layer meets a value.
    ("negative padding of a map", "ZeroPadding2D", {"padding": -1}, [(None, 3, 3, 3)], "wrong-value", "padding", "padding must be a whole number of at least 0"),
    ("no such interpolation", "UpSampling2D", {"interpolation": "cubic"}, [(None, 3, 3, 3)], "wrong-value", "interpolation", "interpolation 'cubic' is not one of"),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_weights = weights_test(WEIGHTS)
test_work = work_test(WORK)
test_refusal = refusal_test(REFUSALS)
