"""The preprocessing layers: shapes, weights and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from layers.rules import Refusals, Shapes, Weights, infer, refusal_test, shape_test, weights_test

# fmt: off
SHAPES: Shapes = [
    ("rescale", "Rescaling", {"scale": 0.00392156862745098, "offset": -1}, [(None, None, 3)], (None, None, 3)),
    ("rescale by channel", "Rescaling", {"scale": [1, 2, 3]}, [(None, 5, 3)], (None, 5, 3)),
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
# fmt: on

test_shape = shape_test(SHAPES)
test_weights = weights_test(WEIGHTS)
test_refusal = refusal_test(REFUSALS)


def test_the_count_is_a_whole_number_whatever_the_dtype() -> None:
    weights = infer("Normalization", {}, [(None, 3)]).weights
    assert [weight.dtype for weight in weights] == [None, None, "int32"]
