"""Cases of the image augmentations; what Keras never looks at is not given wrong."""

from hypothesis import strategies as st

from oracle.outcome import Case, Shape
from oracle.strategies.values import (
    BATCH,
    CHANNELS,
    COMMON,
    DATA_FORMAT,
    FLAG,
    NO_DATA_FORMAT,
    SIZE,
    Arguments,
    Values,
    arguments,
    one_of,
    rarely,
    shapes,
)

SIDE = one_of(1, 2, 4, 5, 8, 224, 0)
NO_SIDE = one_of(-1, -4, 2.5, "3", [3], {}, True)
SEED = one_of(None, 1, 1337)
NO_SEED = one_of("a", 1.5, [1], {})
VALUE_RANGE = one_of([0, 255], [0, 1], [-1.0, 1.0], [1, 0])
NO_VALUE_RANGE = one_of(1, "0", None, [], [1], [0, 1, 2], {})
FRACTION = one_of(0, 0.2, 0.5, 1, 1.0)
NO_FRACTION = one_of(1.5, -0.5, "half", [0.5], [0.1, 0.2, 0.3], {"low": 1})
STRENGTH = FRACTION | one_of([0.1, 0.5], [0.5, 0.1], [0, 1], [-0.5, 0.5], [0.5, 3])
NO_STRENGTH = NO_FRACTION | one_of([1.5, 2], [-2, -1], None)
SIGNED = STRENGTH | one_of(-0.5, -1, [-3, -1], [-0.2, 0.3])
NO_SIGNED = one_of(1.5, -1.5, "half", [0.5], [2, 3], [-3, -2], {"low": 1})
WITHIN_ONE = FRACTION | one_of([0.1, 0.5], [0.5, 0.1], [0, 1])
NO_WITHIN_ONE = NO_STRENGTH | one_of([-0.5, 0.5], [0.5, 3])
INTERPOLATION = one_of("nearest", "bilinear")
NO_INTERPOLATION = one_of("bicubic", "", None, 3, [])
FILL_MODE = one_of("reflect", "wrap", "constant", "nearest")
NO_FILL_MODE = one_of("mirror", "", None, 3, [])
RANDOM = {"seed": SEED}
NOT_RANDOM = {"seed": NO_SEED}
RANGED = {"value_range": VALUE_RANGE}
NOT_RANGED = {"value_range": NO_VALUE_RANGE}
FILLED = {
    "fill_mode": FILL_MODE,
    "interpolation": INTERPOLATION,
    "fill_value": one_of(0.0, 1, 0.5),
}
NOT_FILLED = {"fill_mode": NO_FILL_MODE, "interpolation": NO_INTERPOLATION}
SHIFT = WITHIN_ONE | one_of(-0.5, [-0.5, 0.5])
NO_SHIFT = one_of(1.5, -1.5, "half", [0.5], [0, 2], [-2, 0], {"low": 1})
NO_COUNT = one_of("many", None, [3], {})


@st.composite
def pictures(draw: st.DrawFn, data_format: object) -> Shape:
    """The shape of a batch of images, now and then of one, and rarely of something else."""
    if draw(rarely(8)):
        return draw(shapes(1, 6))
    channels = draw(one_of(3, 3, 3, 1) | CHANNELS)
    size = (draw(SIZE), draw(SIZE))
    first = isinstance(data_format, str) and data_format.lower() == "channels_first"
    image = (channels, *size) if first else (*size, channels)
    return image if draw(rarely(4)) else (draw(BATCH), *image)


@st.composite
def image_layers(
    draw: st.DrawFn,
    always: Arguments | None = None,
    sometimes: Arguments | None = None,
    wrong: Arguments | None = None,
) -> Case:
    """Cases of a layer on images, which takes a data format."""
    args = draw(
        arguments(
            always or {},
            {
                "data_format": DATA_FORMAT,
                "bounding_box_format": one_of("xyxy", None),
                **(sometimes or {}),
                **COMMON,
            },
            {"data_format": NO_DATA_FORMAT, **(wrong or {})},
        )
    )
    return Case(args, (draw(pictures(args.get("data_format"))),))


def random_color(factor: Values, wrong: Values) -> st.SearchStrategy[Case]:
    """A layer with a factor, a checked range of values and a seed."""
    return image_layers(
        {"factor": factor}, {**RANGED, **RANDOM}, {"factor": wrong, **NOT_RANGED, **NOT_RANDOM}
    )


@st.composite
def pipelines(draw: st.DrawFn) -> Case:
    """Chains on vectors, or on images."""
    if draw(FLAG):
        layer = one_of(
            {"Dense": {"units": 3}},
            {"Dense": {"units": 4, "use_bias": False, "trainable": False}},
            {"Dense": {"units": 2, "name": "last"}},
            "BatchNormalization",
            {"Dropout": {"rate": 0.5}},
            "Flatten",
            {"Rescaling": {"scale": 2}},
            {"Pipeline": {"layers": [{"Dense": {"units": 5}}, "LayerNormalization"]}},
        )
        shape = draw(shapes(2, 3))
    else:
        layer = one_of(
            {"Resizing": {"height": 6, "width": 4}},
            {"CenterCrop": {"height": 3, "width": 3}},
            {"RandomCrop": {"height": 2, "width": 3}},
            "RandomFlip",
            {"RandomZoom": {"height_factor": 0.2}},
            {"Rescaling": {"scale": 0.5}},
            {"Conv2D": {"filters": 2, "kernel_size": 3, "padding": "same"}},
            {"UpSampling2D": {}},
            "GlobalAveragePooling2D",
            "Normalization",
        )
        # Keras computes a chain, and not all that it holds can be computed of nothing.
        sizes = (draw(SIZE), draw(SIZE), draw(CHANNELS))
        shape = (draw(BATCH), *(1 if size == 0 else size for size in sizes))
    layers = st.lists(layer, min_size=1, max_size=4)
    args = draw(
        arguments(
            {"layers": layers},
            {"name": one_of("chain")},
            {"layers": one_of([], None, 3, "Dense", [3], [None])},
        )
    )
    return Case(args, (tuple(shape),))


STRATEGIES = {
    "AugMix": image_layers(
        {},
        {
            **RANGED,
            **RANDOM,
            "num_chains": one_of(1, 3),
            "chain_depth": one_of(1, 3),
            "factor": WITHIN_ONE,
            "alpha": one_of(0.5, 1),
            "all_ops": FLAG,
            "interpolation": INTERPOLATION,
        },
        {
            **NOT_RANGED,
            **NOT_RANDOM,
            "factor": NO_WITHIN_ONE,
            "interpolation": NO_INTERPOLATION,
        },
    ),
    "ContrastLimitedAdaptiveHistogramEqualization": image_layers(
        {}, {**RANGED, "clip_limit": one_of(0, 2.5), "tile_grid_size": one_of([2, 2], [8, 4])}
    ),
    "CutMix": image_layers(
        {}, {"factor": STRENGTH, **RANDOM}, {"factor": NO_STRENGTH, **NOT_RANDOM}
    ),
    "Equalization": image_layers({}, {**RANGED, "bins": one_of(16, 256)}, NOT_RANGED),
    "MaxNumBoundingBoxes": image_layers(
        {"max_number": one_of(1, 3, 0)}, {"fill_value": one_of(-1, 0)}, {"max_number": NO_COUNT}
    ),
    "MixUp": image_layers({}, {"alpha": one_of(0.2, 1), **RANDOM}, NOT_RANDOM),
    "Pipeline": pipelines(),
    "RandAugment": image_layers(
        {},
        {
            **RANGED,
            **RANDOM,
            "num_ops": one_of(1, 2),
            "factor": WITHIN_ONE,
            "interpolation": INTERPOLATION,
        },
        {
            **NOT_RANGED,
            **NOT_RANDOM,
            "factor": NO_WITHIN_ONE,
            "interpolation": NO_INTERPOLATION,
        },
    ),
    "RandomBrightness": random_color(SIGNED | one_of(None), NO_SIGNED),
    "RandomColorDegeneration": random_color(SIGNED, NO_SIGNED | one_of(None)),
    "RandomColorJitter": image_layers(
        {},
        {
            **RANGED,
            **RANDOM,
            "brightness_factor": SIGNED | one_of(None),
            "contrast_factor": STRENGTH | one_of(None),
            "saturation_factor": SIGNED | one_of(None),
            "hue_factor": STRENGTH | one_of(None),
        },
        {
            "brightness_factor": NO_SIGNED,
            "contrast_factor": NO_FRACTION,
            "saturation_factor": NO_SIGNED,
            "hue_factor": NO_FRACTION,
            **NOT_RANDOM,
        },
    ),
    "RandomContrast": image_layers(
        {"factor": STRENGTH}, {**RANGED, **RANDOM}, {"factor": NO_STRENGTH, **NOT_RANDOM}
    ),
    "RandomCrop": image_layers(
        {"height": SIDE, "width": SIDE}, RANDOM, {"height": NO_SIDE, "width": NO_SIDE, **NOT_RANDOM}
    ),
    "RandomElasticTransform": image_layers(
        {},
        {**FILLED, **RANGED, **RANDOM, "factor": STRENGTH, "scale": STRENGTH}
        | {"fill_mode": FILL_MODE | one_of("mirror")},
        {
            "factor": NO_STRENGTH,
            "scale": NO_STRENGTH,
            "interpolation": NO_INTERPOLATION,
            "fill_mode": one_of("mirrored", "", None, 3),
            **NOT_RANDOM,
        },
    ),
    "RandomErasing": image_layers(
        {},
        {
            **RANGED,
            **RANDOM,
            "factor": STRENGTH,
            "scale": STRENGTH,
            "fill_value": one_of(None, 0.5, [1, 2, 3]),
        },
        {"factor": NO_STRENGTH, "scale": NO_STRENGTH, **NOT_RANDOM},
    ),
    "RandomFlip": image_layers(
        {},
        {"mode": one_of("horizontal", "vertical", "horizontal_and_vertical"), **RANDOM},
        NOT_RANDOM,
    ),
    "RandomGaussianBlur": image_layers(
        {},
        {
            **RANGED,
            **RANDOM,
            "factor": STRENGTH,
            "sigma": STRENGTH,
            "kernel_size": one_of(1, 3, 5, [3, 5], [7, 1]),
        },
        {
            "factor": NO_STRENGTH,
            "sigma": NO_STRENGTH,
            "kernel_size": one_of(0, 2, [3, 4], [2, 3], [3], [3, 3, 3], "3", None, {}),
            **NOT_RANDOM,
        },
    ),
    "RandomGrayscale": image_layers(
        {}, {"factor": FRACTION, **RANDOM}, {"factor": NO_FRACTION | one_of(None), **NOT_RANDOM}
    ),
    "RandomHue": image_layers(
        {"factor": STRENGTH}, {**RANGED, **RANDOM}, {"factor": NO_STRENGTH, **NOT_RANDOM}
    ),
    "RandomInvert": image_layers(
        {}, {"factor": STRENGTH, **RANGED, **RANDOM}, {"factor": NO_STRENGTH, **NOT_RANDOM}
    ),
    "RandomPerspective": image_layers(
        {},
        {
            "factor": STRENGTH,
            "scale": FRACTION,
            "interpolation": INTERPOLATION,
            "fill_value": one_of(0, 0.5),
            **RANDOM,
        },
        {
            "factor": NO_STRENGTH,
            "scale": NO_FRACTION | one_of(None),
            "interpolation": NO_INTERPOLATION,
            **NOT_RANDOM,
        },
    ),
    "RandomPosterization": random_color(
        one_of(1, 3, 8, 2.5, [1, 4], [4, 1], [0, 3], [3, 20]),
        one_of(0, 9, -1, 0.5, [9, 10], [0, 0.5], [3], "3", None, {"low": 1}),
    ),
    "RandomRotation": image_layers(
        {"factor": SIGNED | one_of(None)},
        {**FILLED, **RANDOM},
        {"factor": NO_SIGNED, **NOT_FILLED, **NOT_RANDOM},
    ),
    "RandomSaturation": random_color(SIGNED, NO_SIGNED | one_of(None)),
    "RandomSharpness": random_color(STRENGTH, NO_STRENGTH),
    "RandomShear": image_layers(
        {},
        {**FILLED, **RANDOM, "x_factor": WITHIN_ONE, "y_factor": WITHIN_ONE},
        {"x_factor": NO_WITHIN_ONE, "y_factor": NO_WITHIN_ONE, **NOT_FILLED, **NOT_RANDOM},
    ),
    "RandomTranslation": image_layers(
        {"height_factor": SHIFT, "width_factor": SHIFT},
        {**FILLED, **RANDOM},
        {
            "height_factor": NO_SHIFT | one_of(None),
            "width_factor": NO_SHIFT | one_of(None, [1.5, 0]),
            **NOT_FILLED,
            **NOT_RANDOM,
        },
    ),
    "RandomZoom": image_layers(
        {"height_factor": SHIFT},
        {"width_factor": SHIFT | one_of(None), **FILLED, **RANDOM},
        {
            "height_factor": NO_SHIFT | one_of(-1, [-1, 0], None),
            "width_factor": NO_SHIFT | one_of(-1.0, [0.5, -1]),
            **NOT_FILLED,
            **NOT_RANDOM,
        },
    ),
    "Solarization": image_layers(
        {},
        {**RANGED, **RANDOM, "addition_factor": WITHIN_ONE, "threshold_factor": WITHIN_ONE},
        {
            "addition_factor": NO_WITHIN_ONE,
            "threshold_factor": NO_WITHIN_ONE,
            **NOT_RANGED,
            **NOT_RANDOM,
        },
    ),
}
