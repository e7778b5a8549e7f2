"""The image augmentations: shapes, weights and refusals, as Keras 3.15.1 gives them."""

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
    ("augmix", "AugMix", {"factor": [0.1, 0.5], "all_ops": False}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("clahe", "ContrastLimitedAdaptiveHistogramEqualization", {"tile_grid_size": [4, 2]}, [(None, 8, 8, 1)], (None, 8, 8, 1)),
    ("cutmix", "CutMix", {"factor": 0.5}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("equalize one image", "Equalization", {"bins": 16}, [(8, 8, 3)], (8, 8, 3)),
    ("boxes leave images as they are", "MaxNumBoundingBoxes", {"max_number": 3}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("mixup", "MixUp", {"alpha": 0.4}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("chain on images", "Pipeline", {"layers": [{"Resizing": {"height": 4, "width": 5}}, "RandomFlip", {"CenterCrop": {"height": 2, "width": 2}}]}, [(None, 8, 8, 3)], (None, 2, 2, 3)),
    ("chain on images of unknown size", "Pipeline", {"layers": [{"RandomCrop": {"height": 3, "width": 3}}]}, [(None, None, None, 3)], (None, 3, 3, 3)),
    ("randaugment", "RandAugment", {"num_ops": 3}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("brightness of any data format", "RandomBrightness", {"factor": 0.2, "data_format": "channels_first"}, [(None, 3, 8, 8)], (None, 3, 8, 8)),
    ("no brightness", "RandomBrightness", {"factor": None}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("degenerate colours", "RandomColorDegeneration", {"factor": 0.2}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("degenerate colours, channels first", "RandomColorDegeneration", {"factor": 0.2, "data_format": "channels_first"}, [(None, 3, 8, 8)], (None, 3, 8, 8)),
    ("degenerate unknown channels", "RandomColorDegeneration", {"factor": 0.2}, [(None, None, None, None)], (None, None, None, None)),
    ("jitter", "RandomColorJitter", {"hue_factor": 0.2, "saturation_factor": [0.1, 0.4]}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("contrast", "RandomContrast", {"factor": 0.2}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("crop", "RandomCrop", {"height": 4, "width": 5}, [(None, 8, 8, 3)], (None, 4, 5, 3)),
    ("crop, channels first", "RandomCrop", {"height": 4, "width": 5, "data_format": "channels_first"}, [(None, 3, 8, 8)], (None, 3, 4, 5)),
    ("crop one image", "RandomCrop", {"height": 4, "width": 5}, [(8, 8, 3)], (4, 5, 3)),
    ("crop more than there is", "RandomCrop", {"height": 4, "width": 5}, [(None, 2, None, 3)], (None, 4, 5, 3)),
    ("elastic", "RandomElasticTransform", {"fill_mode": "mirror"}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("erase", "RandomErasing", {"fill_value": [1, 2, 3]}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("flip", "RandomFlip", {"mode": "horizontal"}, [(None, None, None, 3)], (None, None, None, 3)),
    ("blur", "RandomGaussianBlur", {"kernel_size": [3, 5]}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("grey", "RandomGrayscale", {"factor": 0.1}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("hue", "RandomHue", {"factor": 0.1}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("invert", "RandomInvert", {"factor": 0.1}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("perspective", "RandomPerspective", {"scale": 0.3}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("posterize", "RandomPosterization", {"factor": 3}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("rotate", "RandomRotation", {"factor": [-0.2, 0.3], "fill_mode": "constant"}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("saturation", "RandomSaturation", {"factor": 0.3}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("sharpness", "RandomSharpness", {"factor": 0.3}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("shear", "RandomShear", {"x_factor": [0.1, 0.2]}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("translate", "RandomTranslation", {"height_factor": -0.1, "width_factor": [-0.2, 0.2]}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("zoom", "RandomZoom", {"height_factor": [-0.3, 0.1]}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("solarize", "Solarization", {"threshold_factor": 0.5}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
    ("a range need only meet its bounds", "RandomContrast", {"factor": [0.5, 3]}, [(None, 8, 8, 3)], (None, 8, 8, 3)),
]

WEIGHTS: Weights = [
    ("a seed is no weight", "RandomFlip", {"seed": 1}, [(None, 8, 8, 3)], []),
    ("nor is it in what others are made of", "RandAugment", {"seed": 1}, [(None, 8, 8, 3)], []),
    ("chain", "Pipeline", {"layers": [{"Dense": {"units": 3}}, {"Dense": {"units": 4, "trainable": False}}]}, [(None, 5)], [("dense/kernel", (5, 3), True), ("dense/bias", (3,), True), ("dense_1/kernel", (3, 4), False), ("dense_1/bias", (4,), False)]),
]

# Per sample; the other counts are 0.
WORK: Works = [
    ("at random", "RandomRotation", {"factor": 0.5}, [(None, 7, 7, 3)], {}),
    ("cropped", "RandomCrop", {"height": 5, "width": 5}, [(None, 7, 7, 3)], {}),
    ("what the layers of a pipeline do", "Pipeline", {"layers": [{"Dense": {"units": 64}}, {"ReLU": {}}]}, [(None, 7, 32)], {"matrix": 14_336, "bias": 448, "activation": 448}),
]

REFUSALS: Refusals = [
    ("no images", "RandomFlip", {}, [(None, 8)], "wrong-rank", None, "the input must have 4 dimensions (a batch of images) or 3 (one image), but (None, 8) has 2"),
    ("volumes", "RandomCrop", {"height": 4, "width": 5}, [(None, 8, 8, 8, 3)], "wrong-rank", None, "(None, 8, 8, 8, 3) has 5"),
    ("not three channels", "RandomColorDegeneration", {"factor": 0.2}, [(None, 8, 8, 4)], "shape-mismatch", None, "the images must have 3 channels, not 4"),
    ("not three channels first", "RandomColorDegeneration", {"factor": 0.2, "data_format": "channels_first"}, [(None, 8, 8, 3)], "shape-mismatch", None, "the images must have 3 channels, not 8"),
    ("no size", "RandomCrop", {"height": 4}, [(None, 8, 8, 3)], "missing-argument", None, "RandomCrop needs the argument width"),
    ("size below 0", "RandomCrop", {"height": -4, "width": 4}, [(None, 8, 8, 3)], "wrong-value", "height", "height must be a whole number of at least 0, not -4"),
    ("factor beyond 1", "RandomContrast", {"factor": 1.5}, [(None, 8, 8, 3)], "wrong-value", "factor", "factor must be a number of at least 0 and of at most 1"),
    ("factor below −1", "RandomRotation", {"factor": -1.5}, [(None, 8, 8, 3)], "wrong-value", "factor", "factor must be a number of at least -1 and of at most 1"),
    ("range that misses its bounds", "RandomContrast", {"factor": [1.5, 3]}, [(None, 8, 8, 3)], "wrong-value", "factor", "factor must be a range that meets 0 to 1, not [1.5, 3]"),
    ("range below its bounds", "RandomErasing", {"scale": [-2, -1]}, [(None, 8, 8, 3)], "wrong-value", "scale", "scale must be a range that meets 0 to 1, not [-2, -1]"),
    ("range that must be within its bounds", "RandomShear", {"x_factor": [0.5, 3]}, [(None, 8, 8, 3)], "wrong-value", "x_factor", "x_factor must be a number of at least 0 and of at most 1"),
    ("as in what others are made of", "RandAugment", {"factor": [-0.5, 0.5]}, [(None, 8, 8, 3)], "wrong-value", "factor", "factor must be a number of at least 0 and of at most 1"),
    ("no range", "RandomHue", {"factor": [0.1, 0.2, 0.3]}, [(None, 8, 8, 3)], "wrong-value", "factor", "or a list of 2, each a number"),
    ("zoom to nothing", "RandomZoom", {"height_factor": -1}, [(None, 8, 8, 3)], "wrong-value", "height_factor", "height_factor must be a number above -1 and of at most 1"),
    ("more than 8 bits", "RandomPosterization", {"factor": 9}, [(None, 8, 8, 3)], "wrong-value", "factor", "factor must be a number of at least 1 and of at most 8"),
    ("factor of a wrong type", "RandomGrayscale", {"factor": "half"}, [(None, 8, 8, 3)], "wrong-type", "factor", 'factor must be a number of at least 0 and of at most 1, not "half"'),
    ("one value for a range", "RandomSharpness", {"factor": 0.5, "value_range": [255]}, [(None, 8, 8, 3)], "wrong-value", "value_range", "value_range must be a list of 2, each a number"),
    ("even kernel", "RandomGaussianBlur", {"kernel_size": [3, 4]}, [(None, 8, 8, 3)], "wrong-value", "kernel_size", "kernel_size must be odd, not 4"),
    ("sigma beyond its bounds", "RandomGaussianBlur", {"sigma": [2, 3]}, [(None, 8, 8, 3)], "wrong-value", "sigma", "sigma must be a range that meets 0 to 1, not [2, 3]"),
    ("unknown fill_mode", "RandomRotation", {"factor": 0.1, "fill_mode": "mirror"}, [(None, 8, 8, 3)], "wrong-value", "fill_mode", "fill_mode must be one of reflect, wrap, constant, nearest"),
    ("unknown interpolation", "RandomPerspective", {"interpolation": "bicubic"}, [(None, 8, 8, 3)], "wrong-value", "interpolation", "interpolation must be one of nearest, bilinear"),
    ("unknown data_format", "RandomFlip", {"data_format": "last"}, [(None, 8, 8, 3)], "wrong-value", "data_format", "data_format must be one of channels_last, channels_first"),
    ("empty chain", "Pipeline", {"layers": []}, [(None, 8)], "wrong-value", "layers", "layers must hold at least one"),
    ("a link that does not fit", "Pipeline", {"layers": [{"Dense": {"units": 3}}, "RandomFlip"]}, [(None, 8)], "wrong-rank", None, "(None, 3) has 2"),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_weights = weights_test(WEIGHTS)
test_work = work_test(WORK)
test_refusal = refusal_test(REFUSALS)
