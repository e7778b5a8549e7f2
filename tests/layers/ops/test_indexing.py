"""Operations that take by index: shapes and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from layers.rules import Refusals, Shapes, refusal_test, shape_test

# fmt: off
SHAPES: Shapes = [
    ("an index", "ops.GetItem", {"key": 0}, [(None, 8, 6)], (8, 6)),
    ("an index after a slice", "ops.GetItem", {"key": [":", 0]}, [(None, 8, 6)], (None, 6)),
    ("a slice with a step", "ops.GetItem", {"key": [":", "1:-1:2"]}, [(None, 8, 6)], (None, 3, 6)),
    ("a slice of an unknown size", "ops.GetItem", {"key": ["1:"]}, [(None, 8)], (None, 8)),
    ("a new last axis", "ops.GetItem", {"key": ["...", None]}, [(None, 8)], (None, 8, 1)),
    ("the end of the last axis", "ops.GetItem", {"key": ["...", "-1:"]}, [(None, 8, 6)], (None, 8, 1)),
    ("a new axis between", "ops.GetItem", {"key": [":", None, "..."]}, [(None, 8, 6)], (None, 1, 8, 6)),
    ("all turned around", "ops.GetItem", {"key": [":", "::-1"]}, [(None, 8)], (None, 8)),
    ("nothing", "ops.GetItem", {"key": [":", "5:2"]}, [(None, 8)], (None, 0)),
    ("as Keras serializes it", "ops.GetItem", {"key": [{"class_name": "__slice__", "config": {"start": None, "stop": None, "step": None}}, {"class_name": "__slice__", "config": {"start": 1, "stop": -1, "step": 2}}, {"class_name": "__ellipsis__", "config": {}}]}, [(None, 8, 6, 3)], (None, 3, 6, 3)),
    ("an empty key", "ops.GetItem", {"key": []}, [(None, 8)], (None, 8)),
    ("indices", "ops.Take", {"indices": [0, 1], "axis": 1}, [(None, 8, 6)], (None, 2, 6)),
    ("one index", "ops.Take", {"indices": 0, "axis": -1}, [(None, 8, 6)], (None, 8)),
    ("indices that are read", "ops.Take", {"axis": 1}, [(None, 8), (None, 3)], (None, None, 3)),
    ("indices of all", "ops.Take", {"indices": [[0, 1]]}, [(None, 8)], (1, 2)),
    ("indices along an axis", "ops.TakeAlongAxis", {"axis": 1}, [(None, 8, 6), (None, 2, 6)], (None, 2, 6)),
    ("indices along all", "ops.TakeAlongAxis", {}, [(4, 6), (3,)], (3,)),
    ("a block", "ops.Slice", {"shape": [1, -1, 3], "start_indices": [0, 2, 0]}, [(None, 8, 6)], (1, 6, 3)),
    ("a block from what is read", "ops.Slice", {"shape": [1, -1]}, [(4, 8), (2,)], (1, None)),
    ("a block written", "ops.SliceUpdate", {"start_indices": [0, 0], "updates": [[1]]}, [(None, 8)], (None, 8)),
    ("values written", "ops.ScatterUpdate", {"indices": [[0, 0]], "updates": [1.0]}, [(None, 8)], (None, 8)),
    ("values in zeros", "ops.Scatter", {"shape": [4, 2]}, [(None, 1), (None, 2)], (4, 2)),
    ("classes", "ops.OneHot", {"num_classes": 4}, [(None, 8)], (None, 8, 4)),
    ("classes first", "ops.OneHot", {"num_classes": 4, "axis": 0}, [(None, 8)], (4, None, 8)),
    ("several classes", "ops.MultiHot", {"num_classes": 4}, [(None, 3)], (None, 4)),
    ("several classes of steps", "ops.MultiHot", {"num_classes": 4}, [(None, 5, 3)], (None, 3, 4)),
    ("classes of a sample", "ops.MultiHot", {"num_classes": 4}, [(3,)], (4,)),
]

REFUSALS: Refusals = [
    ("an index outside", "ops.GetItem", {"key": [":", 8]}, [(None, 8)], "wrong-value", "key", "key has the index 8, but axis 1 of (None, 8) has 8"),
    ("too many items", "ops.GetItem", {"key": [0, 0, 0]}, [(None, 8)], "wrong-value", "key", "key names 3 axes, but (None, 8) has 2"),
    ("two ellipses", "ops.GetItem", {"key": ["...", 0, "..."]}, [(None, 8)], "wrong-value", "key", "key has more than one ellipsis"),
    ("no slice", "ops.GetItem", {"key": ["a:b"]}, [(None, 8)], "wrong-value", "key", "key has 'a:b', which is no index, slice, ellipsis or null"),
    ("a list of indices", "ops.GetItem", {"key": [":", [0]]}, [(None, 8)], "wrong-type", "key", 'key must be a whole number or a list, each a whole number or a string or a mapping or null, not [":",[0]]'),
    ("a step of 0", "ops.GetItem", {"key": ["::0"]}, [(8,)], "wrong-value", "key", "key has the slice '::0', whose step is 0"),
    ("a slice alone", "ops.GetItem", {"key": "1:"}, [(None, 8)], "wrong-type", "key", 'key must be a whole number or a list, each a whole number or a string or a mapping or null, not "1:"'),
    ("no key", "ops.GetItem", {}, [(None, 8)], "missing-argument", None, "ops.GetItem needs the argument key"),
    ("no such axis", "ops.Take", {"indices": [0], "axis": 2}, [(None, 8)], "axis-out-of-range", "axis", "axis 2 is outside the 2 dimensions of the input (None, 8)"),
    ("indices of another rank", "ops.TakeAlongAxis", {"axis": 1}, [(None, 8), (3,)], "wrong-rank", None, "indices must have 2 dimensions, but (3,) has 1"),
    ("a block of another rank", "ops.Slice", {"shape": [1], "start_indices": [0]}, [(None, 8)], "wrong-value", "shape", "shape has 1 numbers for the 2 axes of (None, 8)"),
    ("a block beyond the end", "ops.Slice", {"shape": [-1], "start_indices": [9]}, [(8,)], "wrong-value", "start_indices", "start_indices begins axis 0 of 8 at 9"),
    ("no place for the classes", "ops.OneHot", {"num_classes": 4, "axis": 2}, [(None, 8)], "axis-out-of-range", "axis", "axis must be −1 or one of the 2 of (None, 8), not 2"),
    ("no number of classes", "ops.MultiHot", {}, [(None, 8)], "missing-argument", None, "ops.MultiHot needs the argument num_classes"),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_refusal = refusal_test(REFUSALS)
