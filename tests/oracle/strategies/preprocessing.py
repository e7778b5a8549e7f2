"""Cases of the preprocessing layers."""

from hypothesis import strategies as st

from oracle.outcome import Case
from oracle.strategies.augmentation import NO_SIDE, NO_VALUE_RANGE, SIDE, VALUE_RANGE, image_layers
from oracle.strategies.values import (
    FLAG,
    NO_AXIS,
    NO_FLAG,
    along_axes,
    arguments,
    on_any,
    one_of,
    rarely,
    shapes,
)


@st.composite
def normalizations(draw: st.DrawFn) -> Case:
    statistics = one_of(0.5, 1, [1, 2, 3, 4], [0.5], [1, 2, 3, 4, 5, 6], [[1, 2], [3, 4]])
    mean = draw(statistics)
    variance = mean if draw(FLAG) else draw(statistics)
    given = draw(one_of({}, {"mean": mean, "variance": variance}))
    return draw(
        along_axes(
            {name: st.just(value) for name, value in given.items()},
            {"invert": FLAG},
            {
                "axis": NO_AXIS,
                "mean": one_of("a", [[1, 2]], 1, [], {}),
                "variance": statistics | one_of("a", [1, 2, 3], [[1], [1, 2]]),
                "invert": NO_FLAG,
            },
            several=True,
        )
    )


@st.composite
def discretizations(draw: st.DrawFn) -> Case:
    bins = {
        "num_bins": one_of(0, 1, 3, 5),
        "bin_boundaries": one_of([], [0.5], [1, 2, 3.5], None),
    }
    given = draw(one_of("num_bins", "num_bins", "bin_boundaries"))
    args = draw(
        arguments(
            {given: bins[given]},
            {
                "output_mode": one_of("int", *["one_hot", "multi_hot", "count"] * 2),
                "epsilon": one_of(0.1),
                "sparse": one_of(False),
                "dtype": one_of("float32", "int32"),
            },
            {
                "output_mode": one_of("binary", "", None, 3, []),
                "num_bins": one_of(-1, "3", [3], {}),
                "bin_boundaries": one_of([1, 2]),
                "sparse": one_of(True),
            },
        )
    )
    if args.get("sparse"):
        args.pop("output_mode", None)  # that there are sparse tensors depends on the backend
    if draw(rarely(20)):
        args |= {name: draw(values) for name, values in bins.items()}
    return Case(args, (draw(shapes(0, 5)),))


RESIZED = {"height": SIDE, "width": SIDE}
NOT_RESIZED = {"height": NO_SIDE, "width": NO_SIDE}

STRATEGIES = {
    "Resizing": image_layers(
        RESIZED,
        {
            "interpolation": one_of("bilinear", "nearest", "bicubic"),
            "crop_to_aspect_ratio": FLAG,
            "pad_to_aspect_ratio": FLAG,
            "fill_mode": one_of("constant"),
            "fill_value": one_of(0, 0.5),
            "antialias": FLAG,
        },
        NOT_RESIZED,
    ),
    "CenterCrop": image_layers(RESIZED, {}, NOT_RESIZED),
    "AutoContrast": image_layers({}, {"value_range": VALUE_RANGE}, {"value_range": NO_VALUE_RANGE}),
    "Discretization": discretizations(),
    "Rescaling": on_any({"scale": one_of(0.5, 1, [1, 2])}, {"offset": one_of(0, -1.5)}),
    "Normalization": normalizations(),
}
