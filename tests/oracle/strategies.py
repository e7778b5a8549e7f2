"""Cases for the judge: for every kind, arguments and input shapes, mostly right and often wrong."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from hypothesis import strategies as st

from oracle.outcome import Case, Shape

Values: TypeAlias = st.SearchStrategy[Any]
Arguments: TypeAlias = Mapping[str, Values]


def rarely(one_in: int) -> st.SearchStrategy[bool]:
    """True once in so many draws, and False in the simplest."""
    return st.integers(1, one_in).map(lambda n: n == one_in)


def one_of(*values: Any) -> Values:
    """One of the values, each as often as it is given."""
    return st.sampled_from(values)


FLAG = st.booleans()
BATCH = one_of(None, None, None, 1, 4)
SIZE = st.integers(1, 12) | one_of(*[None, 1, 8, 16] * 2, 0)
CHANNELS = one_of(1, 2, 3, 4, 6, 8, 12, *[5, 4, 6] * 4, None, 0)
DATA_FORMAT = one_of("channels_last", "channels_first", "channels_first", None, "Channels_First")
ACTIVATION = one_of(
    "relu", "linear", "softmax", "glu", "hard_silu", "log_softmax", "sparse_plus", None
)
FILTERS = one_of(1, 2, 3, 4, 6, 8, 12)
INITIALIZER = one_of("zeros", "he_normal", None, {"class_name": "Ones", "config": {}})
REGULARIZER = one_of(None, "l2", {"class_name": "L1", "config": {"l1": 0.1}})

NO_COUNT = one_of(0, -1, -4, 2.5, "3", "many", None, [3], [], {}, True)
NO_FLAG = one_of("yes", 2, None, [])
NO_NUMBER = one_of("half", None, -0.5, 1.5, [0.5], {}, True)
NO_DATA_FORMAT = one_of("channels_middle", "last", "", 3, ["channels_last"])
NO_ACTIVATION = one_of("relux", "", 3, [], {})
NO_DTYPE = one_of("float", "float33", "", 16, [])


def per_axis(rank: int, values: Values) -> Values:
    """One value for all axes or one per axis."""
    return values | st.lists(values, min_size=rank, max_size=rank)


def not_per_axis(rank: int) -> Values:
    """Lists of a wrong length, and lists and values of what is no size."""
    wrong = one_of(0, -1, 1.5, "2", None, {}, True)
    lists = st.lists(one_of(0, -2, 1.5, "2", None, [2], 1, 2), min_size=rank, max_size=rank)
    lengths = st.lists(st.integers(1, 3), max_size=5).filter(lambda v: len(v) != rank)
    return wrong | lists | lengths


STRIDE = one_of(1, 1, 1, 2, 2, 3, 5)
DILATION = one_of(1, 1, 1, 1, 2, 3)


@st.composite
def shapes(draw: st.DrawFn, least: int = 2, most: int = 5) -> Shape:
    """A shape of any rank, most often within the bounds."""
    rank = draw(st.integers(0, 6) if draw(rarely(10)) else st.integers(least, most))
    channels = draw(CHANNELS)
    return (draw(BATCH), *(draw(SIZE) for _ in range(rank - 2)), channels)[:rank]


@st.composite
def images(draw: st.DrawFn, rank: int, data_format: Any) -> Shape:
    """The shape of a batch of images of so many axes, once in a while of other than that."""
    sizes = [draw(SIZE) for _ in range(rank)]
    if draw(rarely(12)):
        sizes = draw(st.lists(SIZE, max_size=4))
    first = isinstance(data_format, str) and data_format.lower() == "channels_first"
    channels = draw(CHANNELS)
    return (draw(BATCH), channels, *sizes) if first else (draw(BATCH), *sizes, channels)


@st.composite
def arguments(
    draw: st.DrawFn, always: Arguments, sometimes: Arguments, wrong: Arguments
) -> dict[str, Any]:
    """Arguments, in every third case one of them wrong; once in a while one is left out."""
    args = {name: draw(values) for name, values in always.items()}
    chosen = draw(st.lists(one_of(*sometimes), unique=True)) if sometimes else []
    args |= {name: draw(sometimes[name]) for name in sometimes if name in chosen}
    if draw(rarely(3)):
        faults = {**wrong, "dtype": NO_DTYPE, "colour": one_of("red")}
        name = draw(one_of(*[*wrong] * 3, *faults))
        args[name] = draw(faults[name])
    elif draw(rarely(20)) and always:
        del args[draw(one_of(*always))]
    return args


# What Keras gives every layer, and what neither shapes nor weights depend on.
COMMON = {
    "trainable": FLAG,
    "name": one_of("a_layer"),
    "dtype": one_of("float32", "float16", "bfloat16", "float64", "mixed_float16", None),
}
NEUTRAL = {"kernel_initializer": INITIALIZER, "bias_regularizer": REGULARIZER}


@st.composite
def image_cases(
    draw: st.DrawFn, rank: int, always: Arguments, sometimes: Arguments, wrong: Arguments
) -> Case:
    """Cases of a layer on images; strides and dilation are seldom given together."""
    args = draw(arguments(always, sometimes, wrong))
    if {"strides", "dilation_rate"} <= args.keys() and not draw(rarely(5)):
        del args[draw(one_of("strides", "dilation_rate"))]
    return Case(args, (draw(images(rank, args.get("data_format"))),))


@st.composite
def shape_cases(
    draw: st.DrawFn,
    always: Arguments,
    sometimes: Arguments,
    wrong: Arguments,
    least: int = 2,
    most: int = 5,
) -> Case:
    """Cases of a layer on one input of any rank."""
    return Case(draw(arguments(always, sometimes, wrong)), (draw(shapes(least, most)),))


def convolutions(rank: int, *, words: Sequence[str] = ("valid", "same")) -> dict[str, Arguments]:
    """The arguments that all convolutions have."""
    return {
        "always": {
            "kernel_size": per_axis(rank, st.integers(1, 5)),
            "strides": per_axis(rank, STRIDE),
            "padding": one_of(*words, "same", "SAME"),
        },
        "sometimes": {
            "data_format": DATA_FORMAT,
            "dilation_rate": per_axis(rank, DILATION),
            "activation": ACTIVATION,
            "use_bias": FLAG,
            **COMMON,
        },
        "wrong": {
            "kernel_size": not_per_axis(rank),
            "strides": not_per_axis(rank),
            "padding": one_of("full", "", "causal", None, {}),
            "data_format": NO_DATA_FORMAT,
            "dilation_rate": not_per_axis(rank),
            "activation": NO_ACTIVATION,
            "use_bias": NO_FLAG,
        },
    }


def conv(rank: int) -> st.SearchStrategy[Case]:
    base = convolutions(rank, words=("valid", "same", "causal") if rank == 1 else ("valid", "same"))
    lora = {"lora_rank": one_of(1, 2, 4, None), "lora_alpha": one_of(1, 0.5, None)}
    return image_cases(
        rank,
        {"filters": FILTERS, **base["always"]},
        {**base["sometimes"], "groups": one_of(1, 1, 2, 2, 3, 4), **lora, **NEUTRAL},
        {**base["wrong"], "filters": NO_COUNT, "groups": NO_COUNT, "lora_rank": one_of(-1, 1.5)},
    )


def conv_transpose(rank: int) -> st.SearchStrategy[Case]:
    base = convolutions(rank)
    extra = per_axis(rank, one_of(0, 0, 0, 1, 2))
    return image_cases(
        rank,
        {"filters": FILTERS, **base["always"], "output_padding": extra | st.none()},
        {**base["sometimes"], **NEUTRAL},
        {**base["wrong"], "filters": NO_COUNT, "output_padding": not_per_axis(rank) | extra},
    )


def depthwise_conv(rank: int) -> st.SearchStrategy[Case]:
    base = convolutions(rank)
    return image_cases(
        rank,
        base["always"],
        {**base["sometimes"], "depth_multiplier": FILTERS, "depthwise_initializer": INITIALIZER},
        {**base["wrong"], "depth_multiplier": NO_COUNT},
    )


def separable_conv(rank: int) -> st.SearchStrategy[Case]:
    base = convolutions(rank)
    return image_cases(
        rank,
        {"filters": FILTERS, **base["always"]},
        {**base["sometimes"], "depth_multiplier": FILTERS, "pointwise_initializer": INITIALIZER},
        {**base["wrong"], "filters": NO_COUNT, "depth_multiplier": NO_COUNT},
    )


def pooling(rank: int, how: str) -> st.SearchStrategy[Case]:
    size = {"pool_size": per_axis(rank, st.integers(1, 4))}
    has_default = how == "Max"
    return image_cases(
        rank,
        {} if has_default else size,
        {
            **(size if has_default else {}),
            "strides": per_axis(rank, STRIDE) | st.none(),
            "padding": one_of("valid", "same"),
            "data_format": DATA_FORMAT,
            "name": one_of("pool"),
        },
        {
            "pool_size": not_per_axis(rank),
            "strides": not_per_axis(rank),
            "padding": one_of("full", "SAME", "", "causal", None, {}),
            "data_format": NO_DATA_FORMAT,
        },
    )


def global_pooling(rank: int) -> st.SearchStrategy[Case]:
    return image_cases(
        rank,
        {},
        {"data_format": DATA_FORMAT, "keepdims": FLAG},
        {"data_format": NO_DATA_FORMAT, "keepdims": NO_FLAG},
    )


def borders(rank: int, name: str) -> st.SearchStrategy[Case]:
    """Zero padding and cropping."""
    amount = one_of(0, 1, 1, 2, 3)
    pair = st.lists(amount, min_size=2, max_size=2)
    pairs = st.lists(amount | pair, min_size=rank, max_size=rank)
    bad = one_of(-1, 1.5, "1", None, {}, [], [1], [1, 2, 3], [-1, 1], [1, [1, -1]], [[1, 2, 3], 1])
    data_format = {} if (rank, name) == (1, "cropping") else {"data_format": DATA_FORMAT}
    wrong = {"data_format": NO_DATA_FORMAT} if data_format else {}
    return image_cases(
        rank,
        {},
        {name: amount | (pair if rank == 1 else pairs), **data_format},
        {name: bad, **wrong},
    )


def up_sampling(rank: int) -> st.SearchStrategy[Case]:
    factor = st.integers(1, 4)
    data_format = {"data_format": DATA_FORMAT} if rank > 1 else {}
    wrong = {"data_format": NO_DATA_FORMAT} if rank > 1 else {}
    modes = {"interpolation": one_of("nearest", "bilinear", "bicubic", "Nearest")}
    return image_cases(
        rank,
        {},
        {
            "size": per_axis(rank, factor) if rank > 1 else factor,
            **data_format,
            **(modes if rank == 2 else {}),
        },
        {"size": not_per_axis(rank) if rank > 1 else NO_COUNT, **wrong},
    )


@st.composite
def input_layers(draw: st.DrawFn) -> Case:
    shape = st.lists(SIZE | one_of(0), max_size=5)
    either = draw(one_of("shape", "shape", "batch_shape"))
    args = draw(
        arguments(
            {either: shape},
            {"dtype": one_of("float32", "int32", "uint8", None), "name": one_of("image")},
            {
                "shape": one_of(None, 3, [-1], ["a"], [2.5], [[3]], [4, 4], "32"),
                "batch_shape": one_of(None, 3, [-1], ["a"], [2.5], [None, 4]),
                "batch_size": NO_COUNT,
            },
        )
    )
    if draw(FLAG) if either == "shape" else draw(rarely(5)):
        args.setdefault("batch_size", draw(one_of(None, 1, 8)))
    return Case(args, ())


def dense() -> st.SearchStrategy[Case]:
    return shape_cases(
        {"units": FILTERS},
        {
            "activation": ACTIVATION,
            "use_bias": FLAG,
            "lora_rank": one_of(1, 2, None),
            "lora_alpha": one_of(1, 0.5, None),
            **NEUTRAL,
            **COMMON,
        },
        {"units": NO_COUNT, "activation": NO_ACTIVATION, "use_bias": NO_FLAG},
    )


def flatten() -> st.SearchStrategy[Case]:
    return shape_cases({}, {"data_format": DATA_FORMAT}, {"data_format": NO_DATA_FORMAT}, 1, 5)


@st.composite
def reshapes(draw: st.DrawFn) -> Case:
    """Targets that mostly have as many elements as the input, with or without a −1."""
    shape = draw(shapes(1, 5))
    target: list[Any] = [dim or 2 for dim in draw(st.permutations(shape[1:]))]
    while len(target) > 1 and draw(FLAG):
        last = target.pop()
        target[-1] *= last
    for _ in range(draw(one_of(0, 0, 1, 1, 2)) if target else 0):
        target[draw(st.integers(0, len(target) - 1))] = draw(one_of(-1, -1, -1, None, 5))
    wrong = st.lists(one_of(-1, -2, 0, 1, 2, 3, 4, None), max_size=4)
    wrong |= one_of(None, 3, "3", [2.5], [[2, 3]], ["a"], {}, [True])
    return Case(
        draw(arguments({"target_shape": st.just(target)}, {}, {"target_shape": wrong})), (shape,)
    )


@st.composite
def permutes(draw: st.DrawFn) -> Case:
    shape = draw(shapes(1, 5))
    dims = draw(st.permutations(range(1, len(shape))))
    wrong = st.lists(st.integers(-1, 4), max_size=4) | one_of(
        None, 2, "21", [1.5], [[1]], ["a"], {}
    )
    return Case(draw(arguments({"dims": st.just(dims)}, {}, {"dims": wrong})), (shape,))


def repeat_vector() -> st.SearchStrategy[Case]:
    return shape_cases({"n": FILTERS}, {}, {"n": NO_COUNT}, 2, 2)


AXIS = one_of(-1, -1, -1, 1, 1, 2, 3, -2, -3)
NO_AXIS = one_of(7, -7, 1.5, "1", "last", None, {}, True, [1.5], ["a"], [1, 1], [])


@st.composite
def axes_of(draw: st.DrawFn, shape: Shape) -> list[int]:
    """Some axes of a shape but the batch, in any order and counted from either end."""
    rank = len(shape)
    axes = draw(st.permutations(range(1, rank)))[: draw(st.integers(1, 4))]
    return [axis - rank if draw(FLAG) else axis for axis in axes]


@st.composite
def along_axes(
    draw: st.DrawFn, always: Arguments, sometimes: Arguments, wrong: Arguments, *, several: bool
) -> Case:
    """Cases of a layer that works along an axis of its input, or several."""
    args = draw(arguments(always, sometimes, {"axis": NO_AXIS, **wrong}))
    shape = draw(shapes(1, 5))
    axes = draw(axes_of(shape))
    if draw(rarely(3)) and axes:
        args.setdefault("axis", axes[0])
    elif several and not draw(rarely(4)):
        args.setdefault("axis", axes)
    elif draw(rarely(5)):
        args.setdefault("axis", draw(AXIS))
    return Case(args, (shape,))


def normalization(
    always: Arguments, sometimes: Arguments, wrong: Arguments, *, several: bool = False
) -> st.SearchStrategy[Case]:
    own = {"center": FLAG, "scale": FLAG, "epsilon": one_of(1e-3, 1)}
    wrong = {**wrong, "center": NO_FLAG, "scale": NO_FLAG}
    return along_axes(always, {**sometimes, **own, **COMMON}, wrong, several=several)


@st.composite
def preprocessing_normalizations(draw: st.DrawFn) -> Case:
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


def on_any(
    always: Arguments | None = None,
    sometimes: Arguments | None = None,
    wrong: Arguments | None = None,
) -> st.SearchStrategy[Case]:
    """A layer on one input of any rank, from the batch alone on."""
    return shape_cases(always or {}, sometimes or {}, wrong or {}, 1, 5)


@st.composite
def prelus(draw: st.DrawFn) -> Case:
    no_axes = one_of(0, 9, -9, "1", 1.5, [9], [0, 1], [1.5], ["a"], {}, True, [1, 1], [-1])
    args = draw(
        arguments({}, {"alpha_initializer": INITIALIZER, **COMMON}, {"shared_axes": no_axes})
    )
    shape = draw(shapes(1, 5))
    axes = [axis % len(shape) for axis in draw(axes_of(shape))]
    if not draw(rarely(3)):
        args.setdefault("shared_axes", axes[0] if len(axes) == 1 and draw(FLAG) else axes)
    return Case(args, (shape,))


RATE = one_of(0, 0.1, 0.5, 1, 1.0)
SLOPE = one_of(0, 0.1, 0.3, 2)


def spatial_dropout(rank: int) -> st.SearchStrategy[Case]:
    data_format = {"data_format": DATA_FORMAT} if rank > 1 else {}
    wrong = {"data_format": NO_DATA_FORMAT} if rank > 1 else {}
    return image_cases(
        rank, {"rate": RATE}, {"seed": one_of(1, None), **data_format}, {"rate": NO_NUMBER, **wrong}
    )


MANY = one_of(2, 2, 2, 3, 3, 4, 1)


@st.composite
def merged(
    draw: st.DrawFn, count: st.SearchStrategy[int], concatenated: int | None
) -> tuple[Shape, ...]:
    """Shapes that mostly fit together: equal but for unknown, broadcast or concatenated ones."""
    first = draw(shapes(1, 5))
    inputs = [first]
    for _ in range(draw(count) - 1):
        shape = list(draw(st.just(first) if draw(rarely(2)) else st.sampled_from(inputs)))
        for axis in range(len(shape)):
            if concatenated is not None and axis == concatenated % len(shape):
                shape[axis] = draw(SIZE)
            elif draw(rarely(6)):
                shape[axis] = draw(one_of(None, None, 1, 1, 2, 4))
        if draw(rarely(10)):
            shape = shape[: draw(st.integers(0, 5))]
        inputs.append(tuple(shape))
    return tuple(inputs)


@st.composite
def merges(draw: st.DrawFn, count: st.SearchStrategy[int]) -> Case:
    args = draw(arguments({}, {"name": one_of("merged"), "dtype": COMMON["dtype"]}, {}))
    return Case(args, draw(merged(count, None)))


@st.composite
def concatenations(draw: st.DrawFn) -> Case:
    axis = draw(AXIS)
    args = draw(arguments({}, {}, {"axis": NO_AXIS}))
    if axis != -1 or draw(FLAG):
        args.setdefault("axis", axis)
    return Case(args, draw(merged(MANY, axis)))


STRATEGIES: dict[str, st.SearchStrategy[Case]] = {
    "InputLayer": input_layers(),
    **{f"Conv{rank}D": conv(rank) for rank in (1, 2, 3)},
    **{f"Conv{rank}DTranspose": conv_transpose(rank) for rank in (1, 2, 3)},
    **{f"DepthwiseConv{rank}D": depthwise_conv(rank) for rank in (1, 2)},
    **{f"SeparableConv{rank}D": separable_conv(rank) for rank in (1, 2)},
    **{
        f"{how}Pooling{rank}D": pooling(rank, how)
        for rank in (1, 2, 3)
        for how in ("Max", "Average")
    },
    **{
        f"Global{how}Pooling{rank}D": global_pooling(rank)
        for rank in (1, 2, 3)
        for how in ("Max", "Average")
    },
    "Flatten": flatten(),
    "Reshape": reshapes(),
    "Permute": permutes(),
    "RepeatVector": repeat_vector(),
    **{f"ZeroPadding{rank}D": borders(rank, "padding") for rank in (1, 2, 3)},
    **{f"Cropping{rank}D": borders(rank, "cropping") for rank in (1, 2, 3)},
    **{f"UpSampling{rank}D": up_sampling(rank) for rank in (1, 2, 3)},
    "Dense": dense(),
    "BatchNormalization": normalization({}, {"momentum": one_of(0.9, 0), "renorm": FLAG}, {}),
    "LayerNormalization": normalization({}, {"gamma_initializer": INITIALIZER}, {}, several=True),
    "GroupNormalization": normalization(
        {"groups": one_of(1, 1, 2, 2, 3, 4, -1, 32)}, {}, {"groups": NO_COUNT}
    ),
    "Activation": on_any({"activation": ACTIVATION}, {}, {"activation": NO_ACTIVATION}),
    "ReLU": on_any(
        {},
        {"max_value": one_of(6, 1.5, None), "negative_slope": SLOPE, "threshold": SLOPE},
        {"max_value": NO_NUMBER, "negative_slope": NO_NUMBER, "threshold": NO_NUMBER},
    ),
    "LeakyReLU": on_any({}, {"negative_slope": SLOPE}, {"negative_slope": NO_NUMBER}),
    "PReLU": prelus(),
    "ELU": on_any({}, {"alpha": SLOPE}),
    "Softmax": along_axes({}, {}, {}, several=True),
    "Dropout": on_any(
        {"rate": RATE},
        {"seed": one_of(1, None), "noise_shape": one_of(None, [None, 1], [4, 1, 3])},
        {"rate": NO_NUMBER, "noise_shape": one_of(3, "1", [0], [-1, 2], [1.5], ["a"])},
    ),
    **{f"SpatialDropout{rank}D": spatial_dropout(rank) for rank in (1, 2, 3)},
    "GaussianNoise": on_any({"stddev": RATE}, {"seed": one_of(1)}, {"stddev": NO_NUMBER}),
    "GaussianDropout": on_any({"rate": RATE}, {"seed": one_of(1)}, {"rate": NO_NUMBER}),
    **{name: merges(MANY) for name in ("Add", "Multiply", "Average", "Maximum", "Minimum")},
    "Subtract": merges(one_of(2, 2, 2, 2, 1, 3)),
    "Concatenate": concatenations(),
    "Identity": on_any(),
    "Rescaling": on_any({"scale": one_of(0.5, 1, [1, 2])}, {"offset": one_of(0, -1.5)}),
    "Normalization": preprocessing_normalizations(),
}
