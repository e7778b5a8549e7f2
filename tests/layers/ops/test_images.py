"""Operations on images: shapes and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from convcalc.layers.inference import OpCounts
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
    ("grey", "ops.RGBToGrayscale", {}, [(None, 8, 8, 3)], (None, 8, 8, 1)),
    ("grey, channels first", "ops.RGBToGrayscale", {"data_format": "channels_first"}, [(3, 8, 6)], (1, 8, 6)),
    ("hues", "ops.RGBToHSV", {}, [(8, 8, 3)], (8, 8, 3)),
    ("scaled", "ops.Resize", {"size": [4, 6]}, [(None, 8, 8, 3)], (None, 4, 6, 3)),
    ("one image scaled, channels first", "ops.Resize", {"size": [4, 6], "data_format": "channels_first"}, [(3, 8, 8)], (3, 4, 6)),
    ("blurred", "ops.GaussianBlur", {}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("moved", "ops.AffineTransform", {"transform": [1, 0, 0, 0, 1, 0, 0, 0]}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("moved by points", "ops.PerspectiveTransform", {}, [(None, 8, 8, 3), (4, 2), (4, 2)], (None, 8, 8, 3)),
    ("patches", "ops.ExtractPatches", {"size": 2}, [(None, 8, 6, 3)], (None, 4, 3, 12)),
    ("patches of volumes", "ops.ExtractPatches", {"size": [2, 2, 2], "strides": 1, "padding": "same"}, [(8, 6, 4, 3)], (8, 6, 4, 24)),
    ("a margin", "ops.PadImages", {"top_padding": 1, "bottom_padding": 2, "left_padding": 0, "right_padding": 0}, [(None, 8, None, 3)], (None, 11, None, 3)),
    ("padded to a size", "ops.PadImages", {"top_padding": 1, "target_height": 12, "left_padding": 0, "target_width": 9}, [(None, 8, 6, 3)], (None, 12, 9, 3)),
    ("cropped", "ops.CropImages", {"top_cropping": 1, "bottom_cropping": 2, "left_cropping": 0, "target_width": 4}, [(8, 6, 3)], (5, 4, 3)),
    ("any coordinates", "ops.MapCoordinates", {"order": 1}, [(8, 6), (2, 5, 4)], (5, 4)),
    ("scaled and moved", "ops.ScaleAndTranslate", {"spatial_dims": [1, 2], "method": "linear", "output_shape": [1, 4, 4, 3], "scale": [1, 1], "translation": [0, 0]}, [(1, 8, 8, 3)], (1, 4, 4, 3)),
    ("edges", "ops.SobelEdges", {}, [(None, 8, 8, 3)], (None, 8, 8, 3, 2)),
    ("similarity", "ops.SSIM", {}, [(None, 8, 8, 3), (None, 8, 8, 3)], (None,)),
    ("similarity of two images", "ops.SSIM", {}, [(8, 8, 3), (8, 8, 3)], ()),
]

REFUSALS: Refusals = [
    ("no image", "ops.Resize", {"size": [4, 6]}, [(8, 8)], "wrong-rank", None, "images must have 3 dimensions, or 4 with the batch, but (8, 8) has 2"),
    ("a size too few", "ops.Resize", {"size": [4]}, [(8, 8, 3)], "wrong-value", "size", "size must be a list of 2, each a whole number of at least 0, not [4]"),
    ("no colours", "ops.RGBToHSV", {}, [(None, 8, 8, 4)], "shape-mismatch", None, "images must have 3 channels, but (None, 8, 8, 4) has 4"),
    ("a window above its image", "ops.ExtractPatches", {"size": 9}, [(None, 8, 6, 3)], "kernel-too-large", "size", "window 9×9 does not fit its 8×6 input with padding 'valid'"),
    ("patches of unknown channels", "ops.ExtractPatches", {"size": 2}, [(None, 8, 6, None)], "unknown-dimension", None, "the channels of the images must be known"),
    ("a volume as an image", "ops.ExtractPatches", {"size": 2}, [(None, 8, 6, 4, 3)], "wrong-rank", None, "images must have 3 dimensions, or 4 with the batch, but (None, 8, 6, 4, 3) has 5"),
    ("three of a height", "ops.PadImages", {"top_padding": 1, "bottom_padding": 1, "target_height": 9, "left_padding": 1, "right_padding": 1}, [(None, 8, 8, 3)], "wrong-value", "target_height", "exactly two of before, after and target_height must be given"),
    ("padded to less", "ops.PadImages", {"top_padding": 1, "target_height": 6, "left_padding": 0, "target_width": 9}, [(None, 8, 6, 3)], "wrong-value", "target_height", "the margins of the height do not fit images of (None, 8, 6, 3)"),
    ("cropped to more", "ops.CropImages", {"top_cropping": 1, "target_height": 9, "left_cropping": 0, "target_width": 4}, [(8, 6, 3)], "wrong-value", "target_height", "the margins of the height do not fit images of (8, 6, 3)"),
    ("an unknown height cropped", "ops.CropImages", {"top_cropping": 1, "bottom_cropping": 2, "left_cropping": 0, "target_width": 4}, [(None, 6, 3)], "unknown-dimension", None, "axis 0 of (None, 6, 3) must be known"),
    ("coordinates of other axes", "ops.MapCoordinates", {"order": 1}, [(8, 6), (3, 5)], "shape-mismatch", None, "coordinates must have 2 in the first of at least 2 dimensions, but they are (3, 5)"),
    ("points that are none", "ops.PerspectiveTransform", {}, [(None, 8, 8, 3), (2, 4), (2, 4)], "shape-mismatch", None, "start_points must be (4, 2), or that with a batch, not (2, 4)"),
    ("edges of one image", "ops.SobelEdges", {}, [(8, 8, 3)], "wrong-rank", None, "the input must have 4 dimensions with the batch, but (8, 8, 3) has 3"),
]
WORK: Works = [
    # 8 × 6 × 3 elements × a kernel of 5 × 3.
    ("blurred", "ops.GaussianBlur", {"kernel_size": [5, 3]}, [(None, 8, 6, 3)], {"convolution": 2160}),
    ("blurred without a batch", "ops.GaussianBlur", {}, [(8, 6, 3)], {"convolution": None}),
    ("blurred by what can't be told", "ops.GaussianBlur", {"kernel_size": "large"}, [(None, 8, 6, 3)], {"convolution": None}),
    ("grey", "ops.RGBToGrayscale", {}, [(None, 8, 6, 3)], {"matrix": 144}),
    ("grey of unknown channels", "ops.RGBToGrayscale", {}, [(None, 8, 6, None)], {"matrix": None}),
    ("grey already", "ops.RGBToGrayscale", {}, [(None, 8, 6, 1)], {}),
    ("scaled", "ops.Resize", {"size": [4, 4]}, [(None, 8, 6, 3)], {}),
    ("edges", "ops.SobelEdges", {}, [(None, 8, 6, 3)], {"convolution": None}),
    ("compared", "ops.SSIM", {}, [(None, 16, 16, 3), (None, 16, 16, 3)], {"convolution": None}),
    ("moved by noise", "ops.ElasticTransform", {}, [(None, 8, 6, 3)], {"convolution": None}),
    ("moved by what is solved", "ops.PerspectiveTransform", {"start_points": [[0, 0], [0, 1], [1, 0], [1, 1]], "end_points": [[0, 0], [0, 1], [1, 0], [1, 1]]}, [(None, 8, 6, 3)], dict.fromkeys(OpCounts.__struct_fields__)),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_refusal = refusal_test(REFUSALS)
test_work = work_test(WORK)
