"""The preprocessing layers: shapes, weights and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from layers.rules import (
    Refusals,
    Shapes,
    Weights,
    Works,
    infer,
    refusal_test,
    shape_test,
    weights_test,
    work_test,
)

# fmt: off
SHAPES: Shapes = [
    ("rescale", "Rescaling", {"scale": 0.00392156862745098, "offset": -1}, [(None, None, 3)], (None, None, 3)),
    ("resize", "Resizing", {"height": 4, "width": 5, "crop_to_aspect_ratio": True}, [(None, 8, 8, 3)], (None, 4, 5, 3)),
    ("resize, channels first", "Resizing", {"height": 4, "width": 5, "data_format": "channels_first"}, [(None, 3, 8, 8)], (None, 3, 4, 5)),
    ("resize one image", "Resizing", {"height": 4, "width": 5}, [(8, 8, 3)], (4, 5, 3)),
    ("resize one image, channels first", "Resizing", {"height": 4, "width": 5, "pad_to_aspect_ratio": True, "data_format": "channels_first"}, [(3, 8, 8)], (3, 4, 5)),
    ("resize what is unknown", "Resizing", {"height": 4, "width": 5}, [(None, None, None, None)], (None, 4, 5, None)),
    ("crop", "CenterCrop", {"height": 4, "width": 5}, [(None, 8, 8, 3)], (None, 4, 5, 3)),
    ("crop more than there is", "CenterCrop", {"height": 4, "width": 5}, [(None, 2, 2, 3)], (None, 4, 5, 3)),
    ("crop, channels first", "CenterCrop", {"height": 4, "width": 5, "data_format": "channels_first"}, [(3, None, None)], (3, 4, 5)),
    ("contrast", "AutoContrast", {"value_range": [0, 1]}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("bins", "Discretization", {"num_bins": 5}, [(None, 3)], (None, 3)),
    ("bins to one_hot", "Discretization", {"num_bins": 5, "output_mode": "one_hot"}, [(None, 3)], (None, 3, 5)),
    ("bins to one_hot in place of a 1", "Discretization", {"num_bins": 5, "output_mode": "one_hot"}, [(None, 2, 1)], (None, 2, 5)),
    ("bins between boundaries", "Discretization", {"bin_boundaries": [1.0, 2.0], "output_mode": "one_hot"}, [(None, 3)], (None, 3, 3)),
    ("a bin without boundaries", "Discretization", {"bin_boundaries": [], "output_mode": "one_hot"}, [(None, 3)], (None, 3, 1)),
    ("bins to count", "Discretization", {"num_bins": 5, "output_mode": "count", "sparse": True}, [(None, 2, 3)], (None, 3, 5)),
    ("bins of each sample to count", "Discretization", {"num_bins": 5, "output_mode": "count"}, [(None, 3)], (None, 5)),
    ("bins of a batch alone to count", "Discretization", {"num_bins": 5, "output_mode": "count"}, [(None,)], (5,)),
    ("rescale by channel", "Rescaling", {"scale": [1, 2, 3]}, [(None, 5, 3)], (None, 5, 3)),
    ("an axis named twice, for numbers that it has nothing to do with", "Normalization", {"axis": [1, 1], "mean": 0.5, "variance": 0.5}, [(4, 3, 8, 6)], (4, 3, 8, 6)),
    ("normalize", "Normalization", {}, [(None, None, 3)], (None, None, 3)),
    ("normalize by given numbers", "Normalization", {"mean": 1.0, "variance": 2.0}, [(None, 3)], (None, 3)),
    ("normalize all alike takes unknown sizes", "Normalization", {"axis": None, "mean": 1.0, "variance": 2.0}, [(None, None)], (None, None)),
]

WEIGHTS: Weights = [
    ("rescale", "Rescaling", {"scale": 2}, [(None, 3)], []),
    ("normalize by channel", "Normalization", {}, [(None, 4, 3)], [("mean", (3,), False), ("variance", (3,), False), ("count", (), False)]),
    ("normalize all alike", "Normalization", {"axis": None}, [(None, 3)], [("mean", (), False), ("variance", (), False), ("count", (), False)]),
    ("normalize sorts its axes", "Normalization", {"axis": [-1, 1]}, [(None, 3, 4)], [("mean", (3, 4), False), ("variance", (3, 4), False), ("count", (), False)]),
    ("normalize by given numbers", "Normalization", {"mean": [1, 2, 3], "variance": [1, 2, 3]}, [(None, 3)], []),
    ("normalize by one number for all", "Normalization", {"mean": [1], "variance": [1]}, [(None, 3)], []),
    ("normalize by numbers for the last axes", "Normalization", {"axis": [1, 2], "mean": [1, 2, 3], "variance": [1, 2, 3]}, [(None, 4, 3)], []),
    ("normalize by nested numbers", "Normalization", {"axis": [1, 2], "mean": [[1, 2, 3]], "variance": [[1, 2, 3]]}, [(None, 4, 3)], []),
]

REFUSALS: Refusals = [
    ("resize no image", "Resizing", {"height": 4, "width": 5}, [(None, 8)], "wrong-rank", None, "the input must have 4 dimensions (a batch of images) or 3 (one image), but (None, 8) has 2"),
    ("no width", "CenterCrop", {"height": 4}, [(None, 8, 8, 3)], "missing-argument", None, "CenterCrop needs the argument width"),
    ("half a width", "Resizing", {"height": 4, "width": 2.5}, [(None, 8, 8, 3)], "wrong-type", "width", "width must be a whole number of at least 0, not 2.5"),
    ("no range", "AutoContrast", {"value_range": 255}, [(None, 8, 8, 3)], "wrong-type", "value_range", "value_range must be a list of 2, each a number, not 255"),
    ("no bins", "Discretization", {}, [(None, 3)], "missing-argument", None, "Discretization needs bin_boundaries or num_bins"),
    ("bins and boundaries", "Discretization", {"num_bins": 5, "bin_boundaries": [1.0]}, [(None, 3)], "wrong-value", "num_bins", "num_bins can't be given together with bin_boundaries"),
    ("sparse bins", "Discretization", {"num_bins": 3, "sparse": True}, [(None, 3)], "wrong-value", "sparse", "sparse can't be given with output_mode int"),
    ("scale missing", "Rescaling", {}, [(None, 3)], "missing-argument", None, "Rescaling needs the argument scale"),
    ("unknown size", "Normalization", {}, [(None, None)], "unknown-dimension", None, "dimension 1 of the input must be known"),
    ("unknown size with given numbers", "Normalization", {"mean": 1.0, "variance": 2.0}, [(None, None)], "unknown-dimension", None, "dimension 1 of the input must be known"),
    ("axis beyond the input", "Normalization", {"axis": 3}, [(None, 3, 4)], "axis-out-of-range", "axis", "axis 3 is outside the 3 dimensions"),
    ("an axis twice", "Normalization", {"axis": [-1, 2]}, [(None, 3, 4)], "wrong-value", "axis", "axis names axis 2 twice"),
    ("mean without variance", "Normalization", {"mean": 1.0}, [(None, 3)], "missing-argument", "mean", "mean needs variance as well"),
    ("variance without mean", "Normalization", {"variance": 1.0}, [(None, 3)], "missing-argument", "variance", "variance needs mean as well"),
    ("mean and variance of unequal shapes", "Normalization", {"mean": [1, 2, 3], "variance": [1, 2]}, [(None, 3)], "shape-mismatch", "variance", "must have the same shape, not (3,) and (2,)"),
    ("mean with too many axes", "Normalization", {"mean": [[1, 2, 3]], "variance": [[1, 2, 3]]}, [(None, 3)], "shape-mismatch", "mean", "mean has 2 axes, which is more than the 1 in axis"),
    ("mean of another size", "Normalization", {"mean": [1, 2], "variance": [1, 2]}, [(None, 3)], "shape-mismatch", "mean", "a mean of shape (2,) does not fit the axes of sizes (3,)"),
    ("mean of unequal lists", "Normalization", {"axis": [1, 2], "mean": [[1, 2], [3]], "variance": [[1, 2], [3]]}, [(None, 2, 2)], "wrong-value", "mean", "the lists in mean must be equally long"),
    ("mean of words", "Normalization", {"mean": ["a"], "variance": ["b"]}, [(None, 1)], "wrong-type", "mean", "mean must hold numbers, not 'a'"),
]
WORK: Works = [
    ("each number", "Normalization", {}, [(None, 5, 4)], {"normalization": 20}),
    ("each number, with what is given", "Normalization", {"mean": 1, "variance": 2}, [(None, 5, 4)], {"normalization": 20}),
    ("nothing", "Rescaling", {"scale": 2}, [(None, 5, 4)], {}),
    ("nothing for pixels either", "Resizing", {"height": 2, "width": 2}, [(None, 8, 8, 3)], {}),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_weights = weights_test(WEIGHTS)
test_refusal = refusal_test(REFUSALS)
test_work = work_test(WORK)


def test_the_count_is_a_whole_number_whatever_the_dtype() -> None:
    weights = infer("Normalization", {}, [(None, 3)]).weights
    assert [weight.dtype for weight in weights] == [None, None, "int32"]
