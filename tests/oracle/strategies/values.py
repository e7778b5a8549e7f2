"""Values of arguments, right and wrong, and shapes: what the strategies of all families draw."""

from collections.abc import Mapping
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
NO_ACTIVATION = one_of("relux", "", 3, [], {}, {"config": {}}, {"class_name": "relu"})
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
# The dtypes of layers that Keras can quantize, some of which are none.
QUANTIZED = {
    "dtype": one_of(
        *["float32", "bfloat16", "mixed_float16", None] * 4,
        *["int8_from_float32", "int4_from_float32", "float8_from_float32"] * 2,
        "int4/4_from_bfloat16",
        "int4/-1_from_float32",
        "gptq/4/3_from_float32",
        "gptq/8/-1_from_float32",
        "awq/4/3_from_float32",
        {"class_name": "DTypePolicy", "config": {"name": "mixed_float16"}},
        {
            "class_name": "QuantizedDTypePolicy",
            "config": {"mode": "int8", "source_name": "float32"},
        },
        {
            "class_name": "Int4DTypePolicy",
            "config": {"mode": "int4/128", "source_name": "float32"},
        },
        *["int8", "float8_e4m3fn", "int8_from_float16", "int4/0_from_float32", "gptq_from_float32"],
        *["awq/8/1_from_float32", "int8_from_", "int4/x_from_float32", "int8/4_from_float32"],
        {"class_name": "QuantizedDTypePolicy", "config": {"mode": "int4/4"}},
        {"class_name": "Nothing", "config": {}},
    )
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


def on_any(
    always: Arguments | None = None,
    sometimes: Arguments | None = None,
    wrong: Arguments | None = None,
) -> st.SearchStrategy[Case]:
    """A layer on one input of any rank, from the batch alone on."""
    return shape_cases(always or {}, sometimes or {}, wrong or {}, 1, 5)
