"""Operations that make tensors: shapes, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from layers.rules import Shapes, shape_test

# fmt: off
SHAPES: Shapes = [
    ("powers", "ops.Vander", {"N": 3}, [(4,)], (4, 3)),
    ("powers as many as elements", "ops.Vander", {}, [(4,)], (4, 4)),
    ("one value", "ops.Full", {"shape": [2, 3]}, [()], (2, 3)),
    ("evenly spaced", "ops.Linspace", {"num": 5, "stop": 1.0}, [(None, 3)], (5, None, 3)),
    ("spaced along the last axis", "ops.Logspace", {"num": 5, "axis": -1}, [(None, 3), (3,)], (None, 3, 5)),
    ("spaced by a factor", "ops.Geomspace", {}, [(3,), ()], (50, 3)),
]
# fmt: on

test_shape = shape_test(SHAPES)
