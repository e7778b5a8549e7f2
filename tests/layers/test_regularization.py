"""The regularization layers: shapes, weights and refusals, as Keras 3.15.1 gives them."""

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
    ("dropout", "Dropout", {"rate": 0.5}, [(None, None, 4)], (None, None, 4)),
    ("dropout of everything", "Dropout", {"rate": 1, "noise_shape": [1, None, 3], "seed": 3}, [(None, 5)], (None, 5)),
    ("maps on one axis", "SpatialDropout1D", {"rate": 0}, [(None, 5, None)], (None, 5, None)),
    ("maps", "SpatialDropout2D", {"rate": 0.3, "data_format": "channels_first"}, [(None, 3, None, 5)], (None, 3, None, 5)),
    ("volumes", "SpatialDropout3D", {"rate": 0.3}, [(None, 5, 5, 5, 3)], (None, 5, 5, 5, 3)),
    ("noise", "GaussianNoise", {"stddev": 0.3}, [(None,)], (None,)),
    ("multiplied noise", "GaussianDropout", {"rate": 1}, [(None, 5, 3)], (None, 5, 3)),
    ("alpha dropout", "AlphaDropout", {"rate": 0.5, "noise_shape": [None, 1]}, [(None, None, 4)], (None, None, 4)),
    ("activity", "ActivityRegularization", {"l1": 0.1, "l2": None}, [(None, None, 4)], (None, None, 4)),
]

WEIGHTS: Weights = [
    ("dropout", "Dropout", {"rate": 0.5}, [(None, 4)], []),
    ("noise", "GaussianNoise", {"stddev": 0.5}, [(None, 4)], []),
    ("activity", "ActivityRegularization", {}, [(None, 4)], []),
]

# Per sample; the other counts are 0.
WORK: Works = [
    ("only while training", "Dropout", {"rate": 0.5}, [(None, 7, 3)], {}),
    ("whole maps", "SpatialDropout2D", {"rate": 0.5}, [(None, 7, 7, 3)], {}),
    ("noise", "GaussianNoise", {"stddev": 0.5}, [(None, 7, 3)], {}),
    ("a loss", "ActivityRegularization", {"l2": 0.5}, [(None, None)], {}),
]

REFUSALS: Refusals = [
    ("rate above 1", "Dropout", {"rate": 1.5}, [(None, 5)], "wrong-value", "rate", "rate must be a number"),
    ("negative rate", "GaussianDropout", {"rate": -0.1}, [(None, 5)], "wrong-value", "rate", "rate must be a number"),
    ("rate missing", "SpatialDropout2D", {}, [(None, 5, 5, 3)], "missing-argument", None, "SpatialDropout2D needs the argument rate"),
    ("deviation above 1", "GaussianNoise", {"stddev": 1.5}, [(None, 5)], "wrong-value", "stddev", "stddev must be a number"),
    ("noise shape with 0", "Dropout", {"rate": 0.5, "noise_shape": [0]}, [(None, 5)], "wrong-value", "noise_shape", "noise_shape must be"),
    ("noise shape of a number", "Dropout", {"rate": 0.5, "noise_shape": 3}, [(None, 5)], "wrong-type", "noise_shape", "noise_shape must be"),
    ("seed of a fraction", "Dropout", {"rate": 0.5, "seed": 1.5}, [(None, 5)], "wrong-type", "seed", "seed must be a whole number"),
    ("maps of vectors", "SpatialDropout1D", {"rate": 0.5}, [(None, 5)], "wrong-rank", None, "must have 3 dimensions with the batch"),
    ("volumes of maps", "SpatialDropout3D", {"rate": 0.5}, [(None, 5, 5, 3)], "wrong-rank", None, "must have 5 dimensions with the batch"),
    ("alpha dropout of more than everything", "AlphaDropout", {"rate": 2}, [(None, 4)], "wrong-value", "rate", "rate must be a number"),
    ("negative activity", "ActivityRegularization", {"l1": -1}, [(None, 4)], "wrong-value", "l1", "l1 must be a number of at least 0"),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_weights = weights_test(WEIGHTS)
test_work = work_test(WORK)
test_refusal = refusal_test(REFUSALS)
