"""Cases of the operations: arguments, constants and shapes, mostly right and often wrong."""

# ruff: noqa: E501 - a case is one line

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from convcalc.layers import operations
from convcalc.layers.ops.operands import SameAsX
from oracle.outcome import Case, Shape
from oracle.strategies.values import FLAG, Arguments, Values, arguments, one_of, rarely

Cases = st.SearchStrategy[Case]

DIM = one_of(None, 1, 2, 3, 4, 6, 8, 4, 6, None, 1, 0)
KNOWN = one_of(1, 2, 3, 4, 6)
AXIS = one_of(0, 1, 2, -1, -2, -1, 1, 3, -4)
NO_AXIS = one_of(9, -9, 1.5, "a")
TYPES = one_of("float16", "int32", "float32", "bool", "bfloat16", None)
ANY_FORMAT = one_of("channels_last", "channels_first", "channels_last", None)


@st.composite
def shapes(draw: st.DrawFn, least: int = 0, most: int = 4, dims: Values = DIM) -> Shape:
    """A shape of any rank, most often within the bounds."""
    rank = draw(st.integers(0, 5) if draw(rarely(12)) else st.integers(least, most))
    return tuple(draw(dims) for _ in range(rank))


@st.composite
def alike(draw: st.DrawFn, shape: Shape) -> Shape:
    """A shape that most often can be combined with another."""
    if draw(rarely(6)):
        return draw(shapes())
    start = draw(st.integers(0, len(shape)))
    kept = [dim if draw(FLAG) else draw(one_of(dim, dim, 1, None)) for dim in shape[start:]]
    return (*((draw(DIM),) if start == 0 and draw(rarely(4)) else ()), *kept)


@st.composite
def equal(draw: st.DrawFn, shape: Shape, besides: int | None = None) -> Shape:
    """A shape that most often is equal to another but for one axis, or for what is unknown."""
    if draw(rarely(8)):
        return draw(alike(shape))
    axis = None if besides is None or not shape else besides % len(shape)
    return tuple(
        draw(DIM) if i == axis else None if draw(rarely(6)) else dim for i, dim in enumerate(shape)
    )


def constant(shape: tuple[int, ...]) -> Any:
    """Nested lists of zeros; a number for ()."""
    return [constant(shape[1:]) for _ in range(shape[0])] if shape else 0


@st.composite
def given(
    draw: st.DrawFn, args: Mapping[str, Any], read: Mapping[str, Shape | None], *constants: str
) -> Case:
    """A case of operands by name, of which some may be constants, and None is left out."""
    args = dict(args)
    inputs: dict[str, Shape] = {}
    for name, shape in read.items():
        if shape is None:
            continue
        known = tuple(dim for dim in shape if dim is not None)
        left = len(read) - len(inputs) > 1 or inputs
        if name in constants and left and len(known) == len(shape) < 4 and draw(rarely(3)):
            args[name] = constant(known)
        else:
            inputs[name] = shape
    by_name = draw(FLAG) or list(inputs) != list(read)[: len(inputs)]
    return Case(args, tuple(inputs.values()), tuple(inputs) if by_name else ())


@st.composite
def on_one(
    draw: st.DrawFn,
    always: Arguments | None = None,
    sometimes: Arguments | None = None,
    wrong: Arguments | None = None,
    least: int = 0,
    most: int = 4,
    dims: Values = DIM,
) -> Case:
    """An operation on one tensor."""
    args = draw(arguments(always or {}, sometimes or {}, wrong or {}))
    return Case(args, (draw(shapes(least, most, dims)),))


@st.composite
def on_two(draw: st.DrawFn, *names: str, sometimes: Arguments | None = None) -> Case:
    """An operation on operands that are combined element by element."""
    args = draw(arguments({}, sometimes or {}, {}))
    first = draw(shapes())
    read = {name: first if i == 0 else draw(alike(first)) for i, name in enumerate(names)}
    if draw(rarely(20)):
        del read[draw(one_of(*names))]
    return draw(given(args, read, *names))


@st.composite
def axes_of(draw: st.DrawFn, shape: Shape, *, several: bool = True) -> Any:
    """An axis of a shape, or some, counted from either end."""
    if not shape or draw(rarely(10)):
        return draw(one_of(None, 0, -1, 1, 2, *((),) * several))
    rank = len(shape)
    order = draw(st.permutations(range(rank)))
    axes = [axis - rank if draw(FLAG) else axis for axis in order]
    if several and draw(FLAG):
        return axes[: draw(st.integers(0, rank))]
    return axes[0]


@st.composite
def along(
    draw: st.DrawFn,
    always: Arguments | None = None,
    sometimes: Arguments | None = None,
    *,
    several: bool = True,
    name: str = "axis",
    optional: bool = True,
    least: int = 1,
) -> Case:
    """An operation along axes of its one tensor."""
    shape = draw(shapes(least))
    args = draw(arguments(always or {}, sometimes or {}, {name: NO_AXIS}))
    if not optional or not draw(rarely(4)):
        args.setdefault(name, draw(axes_of(shape, several=several)))
        if not optional and args[name] is None:
            args[name] = 0
    return Case(args, (shape,))


@st.composite
def quantiles(draw: st.DrawFn) -> Case:
    case = draw(along(sometimes={"keepdims": FLAG}))
    asked = draw(one_of(0.5, [0.25, 0.75], [0.1, 0.2, 0.3]))
    if draw(FLAG):
        return Case({**case.args, "q": asked}, case.inputs)
    return Case(case.args, (*case.inputs, draw(one_of((), (2,), (None,), (3,)))))


@st.composite
def averages(draw: st.DrawFn) -> Case:
    case = draw(along(several=False))
    (shape,) = case.inputs
    axis = case.args.get("axis")
    weights = draw(equal(shape))
    if isinstance(axis, int) and -len(shape) <= axis < len(shape) and draw(FLAG):
        weights = (shape[axis],)
    return draw(given(case.args, {"x": shape, "weights": draw(one_of(None, weights))}, "weights"))


@st.composite
def joined(draw: st.DrawFn, name: str, *, axis: int | None = None, new: bool = False) -> Case:
    """An operation on a list of tensors, of which some may be constants."""
    first = draw(shapes(1 if axis is None else max(axis, 1)))
    args = {}
    at = axis
    if axis is None:
        at = 0
        args = draw(arguments({}, {}, {"axis": NO_AXIS}))
        if draw(one_of(0, 1, 2)):
            at = draw(
                AXIS
                if not first or draw(rarely(5))
                else st.integers(-len(first), len(first) - 1 + new)
            )
            args.setdefault("axis", at)
    tensors = [
        first,
        *(draw(equal(first, None if new else at)) for _ in range(draw(one_of(0, 1, 2)))),
    ]
    known = tuple(dim for dim in first if dim is not None)
    if len(known) == len(first) and len(tensors) > 1 and draw(FLAG):
        places: list[Any] = [None] * len(tensors)
        places[0] = constant(known)
        return Case({**args, name: places}, tuple(tensors[1:]))
    return Case(args, tuple(tensors))


@st.composite
def parts(draw: st.DrawFn, most: int = 4) -> Any:
    """So many equal parts, or increasing indices."""
    if draw(FLAG):
        return draw(st.integers(1, most))
    return sorted(draw(st.lists(st.integers(0, 8), max_size=3)))


@st.composite
def reshapes(draw: st.DrawFn) -> Case:
    shape = draw(shapes())
    args = draw(arguments({}, {}, {"newshape": one_of(3.5, [-1, -1], [-2, 4], None)}))
    order: list[int | None] = draw(st.permutations(list(shape)))
    target = [*order]
    if draw(FLAG) and target:
        target[0] = -1
    if draw(rarely(3)):
        target = [*target, draw(one_of(1, 2, None, 3))]
    if len(target) > 1 and draw(FLAG):
        first, second, *others = target
        if first is not None and second is not None:
            target = [-1] if -1 in target else [first * second, *others]
    args.setdefault("newshape", target)
    return Case(args, (shape,))


@st.composite
def transposes(draw: st.DrawFn) -> Case:
    shape = draw(shapes())
    args = draw(arguments({}, {}, {"axes": one_of([0], [0, 0], [5, 1], 1, ["a"])}))
    if draw(one_of(0, 1, 2)):
        order = [
            i - len(shape) if draw(FLAG) else i for i in draw(st.permutations(range(len(shape))))
        ]
        args.setdefault("axes", order)
    return Case(args, (shape,))


@st.composite
def expanded(draw: st.DrawFn) -> Case:
    shape = draw(shapes())
    args = draw(arguments({}, {}, {"axis": one_of(9, "a", None, 1.5, [9])}))
    rank = len(shape)
    one = st.integers(-rank - 1, rank)
    args.setdefault("axis", draw(one) if draw(FLAG) else [0, draw(st.integers(1, rank + 1))])
    return Case(args, (shape,))


@st.composite
def squeezed(draw: st.DrawFn) -> Case:
    return Case(
        (case := draw(along())).args,
        tuple(tuple(draw(one_of(1, 1, 1, dim)) for dim in shape) for shape in case.inputs),
    )


@st.composite
def moved(draw: st.DrawFn) -> Case:
    shape = draw(shapes(2))
    count = draw(st.integers(0, len(shape)))
    order = draw(st.permutations(range(len(shape))))[:count]
    to = draw(st.permutations(range(-len(shape), 0)))[:count]
    if count == 1 and draw(FLAG):
        return Case({"source": order[0], "destination": to[0]}, (shape,))
    if draw(rarely(5)):
        order = [*order, draw(AXIS)]
    return Case({"source": list(order), "destination": list(to)}, (shape,))


@st.composite
def broadcasts(draw: st.DrawFn) -> Case:
    shape = draw(shapes())
    return Case({"shape": list(draw(alike(shape)))}, (shape,))


@st.composite
def pads(draw: st.DrawFn) -> Case:
    shape = draw(shapes(1))
    pair = st.lists(st.integers(0, 3), min_size=2, max_size=2)
    count = len(shape) if draw(one_of(0, 1, 2, 3)) else draw(st.integers(1, 4))
    width = draw(
        st.integers(0, 3)
        | pair
        | st.lists(pair, min_size=count, max_size=count)
        | one_of([1, -1], [-2, -2], [], "a", 1.5)
    )
    args = {"pad_width": width}
    if draw(FLAG):
        args["mode"] = draw(one_of("constant", "reflect"))
    if draw(rarely(3)):
        args["constant_values"] = 0
    return Case(args, (shape,))


@st.composite
def repeats(draw: st.DrawFn) -> Case:
    case = draw(along(several=False))
    sizes = [dim for dim in case.inputs[0] if dim] or [1]
    count = draw(one_of(*sizes, 1, 2))
    several = st.lists(st.integers(0, 3), min_size=count, max_size=count)
    return Case({"repeats": draw(st.integers(0, 3) | several), **case.args}, case.inputs)


SLICE = one_of(
    ":", "1:", ":-1", "::2", "1:3", "-2:", "::-1", "5:1", "2:1:-1", ":0", "-1::-2", "1:-1:2"
)
SERIALIZED = one_of(
    {"class_name": "__slice__", "config": {"start": 1, "stop": None, "step": None}},
    {"class_name": "__slice__", "config": {"start": None, "stop": -1, "step": 2}},
    {"class_name": "__ellipsis__", "config": {}},
)


@st.composite
def keys(draw: st.DrawFn) -> Case:
    shape = draw(shapes(0, 4, one_of(None, 1, 2, 3, 4, 6, 0)))
    if draw(rarely(8)):
        return Case({"key": draw(st.integers(-3, 3))}, (shape,))
    item = SLICE | one_of(0, -1, 0, 1, None, "...", -3) | SERIALIZED
    count = draw(st.integers(0, len(shape) + draw(rarely(6))))
    key = [draw(item) for _ in range(count)]
    while key.count("...") > 1 and not draw(rarely(10)):
        key.remove("...")
    if draw(rarely(12)):
        key = draw(one_of(["a"], "a", None, [1.5], [[0]], ["1:2:3:4"], {}))
    return Case({"key": key}, (shape,))


@st.composite
def taken(draw: st.DrawFn) -> Case:
    case = draw(along(several=False))
    (shape,) = case.inputs
    read = {"x": shape, "indices": draw(shapes(0, 2))}
    return draw(given(case.args, read, "indices"))


@st.composite
def taken_along(draw: st.DrawFn) -> Case:
    case = draw(along(several=False))
    (shape,) = case.inputs
    axis = case.args.get("axis")
    indices = draw(equal(shape, axis if isinstance(axis, int) else None))
    if axis is None and draw(FLAG):
        indices = (draw(DIM),)
    return draw(given(case.args, {"x": shape, "indices": indices}, "indices"))


@st.composite
def sliced(draw: st.DrawFn) -> Case:
    shape = draw(shapes(1, 3))
    count = len(shape) + draw(rarely(8))
    size = one_of(1, 2, -1, 0, -1)
    args: dict[str, Any] = {"shape": [draw(size) for _ in range(count)]}
    if draw(FLAG):
        args["start_indices"] = [
            draw(st.integers(0, 2)) for _ in range(len(shape) + draw(rarely(8)))
        ]
        return Case(args, (shape,))
    return Case(args, (shape, (len(shape),)))


@st.composite
def written(draw: st.DrawFn, /, *names: str, **always: Values) -> Case:
    """An operation whose operands may be of any shape."""
    args = {name: draw(values) for name, values in always.items()}
    return draw(given(args, {name: draw(shapes()) for name in names}, *names))


@st.composite
def of_ranks(
    draw: st.DrawFn, ranks: Mapping[str, tuple[int, int]], sometimes: Arguments | None = None
) -> Case:
    """An operation whose operands have a least and a most rank each."""
    read = {name: draw(shapes(least, most)) for name, (least, most) in ranks.items()}
    args = draw(arguments({}, sometimes or {}, {}))
    return draw(given(args, read, *list(read)[1:]))


@st.composite
def matrices(draw: st.DrawFn, first: str = "x1", second: str = "x2") -> Case:
    """Two operands that most often can be multiplied."""
    a, b = list(draw(shapes(1, 4))), list(draw(shapes(1, 4)))
    if a and b and not draw(rarely(6)):
        b[-2 if len(b) > 1 else 0] = draw(one_of(a[-1], a[-1], a[-1], None))
        for i in range(3, min(len(a), len(b)) + 1):
            b[-i] = draw(one_of(a[-i], a[-i], 1, None))
    return draw(given({}, {first: tuple(a), second: tuple(b)}, first, second))


@st.composite
def with_last(draw: st.DrawFn, *names: str, vectors: Values = DIM) -> Case:
    """Operands with the same last axis."""
    size = draw(vectors)
    read = {}
    for name in names:
        shape = draw(shapes(1, 3))
        read[name] = (*shape[:-1], size if not draw(rarely(5)) else draw(DIM))
    return draw(given({}, read, *names))


@st.composite
def tensordots(draw: st.DrawFn) -> Case:
    sizes = KNOWN | one_of(None)
    a, b = draw(shapes(1, 3, sizes)), draw(shapes(1, 3, sizes))
    args: dict[str, Any] = {}
    how = draw(one_of("default", "count", "lists", "lists", "lists"))
    if how == "count":
        args["axes"] = draw(st.integers(-1, 3))
    elif how == "lists":
        count = min(len(a), len(b), draw(st.integers(1, 2)))
        left = draw(st.permutations(range(len(a))))[:count]
        right = draw(st.permutations(range(-len(b), 0)))[:count]
        if not draw(rarely(4)):
            met = {axis % len(b): a[i] for i, axis in zip(left, right, strict=True)}
            b = tuple(met.get(i, dim) for i, dim in enumerate(b))
        args["axes"] = [list(left), list(right)]
    return draw(given(args, {"x1": a, "x2": b}, "x1", "x2"))


@st.composite
def crosses(draw: st.DrawFn) -> Case:
    size = one_of(2, 3, 3, None, 3, 4)
    first = draw(shapes(0, 2))
    a, b = (*first, draw(size)), (*draw(alike(first)), draw(size))
    args = draw(arguments({}, {"axis": one_of(-1, None), "axisc": one_of(-1, 0, 1)}, {}))
    return draw(given(args, {"x1": a, "x2": b}, "x1", "x2"))


EQUATIONS = one_of(
    "ij,jk->ik", "bij,bjk->bik", "...ij,...jk->...ik", "bhqd,bhkd->bhqk", "ij->ji", "ij->", "ij->j",
    "ab,bc", "...a,ab->...b", "i,j->ij", "bij,jk->b", "ii->i", "...ij,jk", "aij,ajk,kl->ail", "a...->...",
    "AB,BC->AC", "ab , bc->ac", "ij", "a...b,b->a...", "ij,jk->ik->k", "ij,ij->ij", "b...i,bj->b...ij",
)  # fmt: skip


@st.composite
def einsums(draw: st.DrawFn) -> Case:
    equation = draw(EQUATIONS)
    sizes = {letter: draw(one_of(2, 3, 4, None, 1)) for letter in "abcdefhijklqABCZ1 "}
    wild = tuple(draw(DIM) for _ in range(draw(st.integers(0, 2))))
    inputs = []
    for term in equation.partition("->")[0].split(","):
        shape: list[int | None] = []
        for token in term.replace(" ", "").replace("...", "Z"):
            if token == "Z":
                shape += draw(one_of(wild, wild, wild[:1], wild[1:]))
            else:
                shape.append(sizes[token] if not draw(rarely(15)) else draw(DIM))
        if "..." not in term and draw(rarely(20)) and shape:
            shape.pop()
        inputs.append(tuple(shape))
    if draw(rarely(15)):
        inputs.pop()
    args: dict[str, Any] = {"subscripts": equation}
    if len(inputs) > 1 and draw(rarely(3)) and None not in inputs[-1]:
        args["operands"] = [*[None] * (len(inputs) - 1), constant(inputs.pop())]  # type: ignore[arg-type]
    return Case(args, tuple(inputs))


@st.composite
def correlations(draw: st.DrawFn) -> Case:
    args = {"mode": draw(one_of("valid", "same", "full", "valid", "none"))}
    one = st.tuples(one_of(1, 3, 5, 8, None))
    a, b = draw(one | shapes(1, 1)), draw(one)
    return draw(given(args, {"x1": a, "x2": b}, "x1", "x2"))


def squares(least: int = 2) -> st.SearchStrategy[Shape]:
    @st.composite
    def square(draw: st.DrawFn) -> Shape:
        shape = draw(shapes(least, 4))
        return (*shape[:-1], shape[-2]) if len(shape) > 1 and not draw(rarely(5)) else shape

    return square()


@st.composite
def on_squares(draw: st.DrawFn, sometimes: Arguments | None = None) -> Case:
    return Case(draw(arguments({}, sometimes or {}, {})), (draw(squares()),))


@st.composite
def equations(draw: st.DrawFn, sometimes: Arguments | None = None) -> Case:
    a = draw(squares())
    b = draw(shapes(1, 4))
    if len(a) > 1 and draw(one_of(0, 1, 2)):
        b = draw(one_of((*a[:-2], a[-2], 3), a[:-1], a, (a[-1],)))
    return draw(given(draw(arguments({}, sometimes or {}, {})), {"a": a, "b": b}, "a", "b"))


@st.composite
def least_squares(draw: st.DrawFn) -> Case:
    a = draw(shapes(2, 2))
    b = draw(shapes(1, 2))
    if a and b and draw(one_of(0, 1, 2)):
        b = (a[0], *b[1:])
    return draw(given({}, {"a": a, "b": b}, "a", "b"))


@st.composite
def parts_of_complex(
    draw: st.DrawFn, least: int, always: Arguments | None = None, sometimes: Arguments | None = None
) -> Case:
    shape = draw(shapes(least))
    other = draw(one_of(shape, shape, shape, shape, draw(equal(shape))))
    inputs = (shape, other) if not draw(rarely(12)) else (shape, other, shape)
    return Case(draw(arguments(always or {}, sometimes or {}, {})), inputs)


def sizes(rank: int, values: Values = KNOWN) -> Values:
    return values | st.lists(values, min_size=rank, max_size=rank)


@st.composite
def pooled(draw: st.DrawFn) -> Case:
    rank = draw(st.integers(1, 3))
    shape = draw(shapes(rank + 2, rank + 2).filter(lambda shape: len(shape) > 1))
    args = draw(
        arguments(
            {
                "pool_size": sizes(rank, one_of(1, 2, 3)),
                "data_format": one_of("channels_last", "channels_first"),
            },
            {"strides": sizes(rank, one_of(1, 2, 3)), "padding": one_of("same", "valid", "SAME")},
            {"padding": one_of("full", 3)},
        )
    )
    args.setdefault("data_format", "channels_last")
    return Case(args, (shape,))


@st.composite
def convolved(draw: st.DrawFn, kind: str) -> Case:
    rank = draw(st.integers(1, 3))
    transposed = kind == "ConvTranspose"
    # Without spatial axes jax looks at no padding of a transposed one; TensorFlow refuses it.
    shape = draw(shapes(rank + 2, rank + 2).filter(lambda shape: len(shape) > 1 + transposed))
    words = (
        one_of("valid", "same", "VALID")
        if transposed
        else one_of("valid", "same", "causal", "SAME")
    )
    args = draw(
        arguments(
            {"data_format": one_of("channels_last", "channels_first", None)},
            {
                "strides": sizes(rank, one_of(1, 2, 3)),
                "padding": words,
                "dilation_rate": sizes(rank, one_of(1, 2)),
                **({"output_padding": sizes(rank, one_of(0, 1))} if transposed else {}),
            },
            {
                "strides": one_of("a") if transposed else one_of("a", [1, 1, 1, 1]),
                "padding": one_of("full", 3),
            },
        )
    )
    first = args.get("data_format") == "channels_first"
    channels = (shape[1] if first else shape[-1]) if len(shape) > 1 else 3
    channels = draw(one_of(channels, channels, channels or 3, channels or 3, 3, None))
    ends = (draw(KNOWN), channels) if transposed else (channels, draw(one_of(4, 6, None, 2, 3)))
    kernel = (*(draw(one_of(1, 2, 3)) for _ in range(len(shape) - 2)), *ends)
    if draw(rarely(15)):
        kernel = kernel[1:]
    if kind == "SeparableConv":
        read = {"inputs": shape, "depthwise_kernel": kernel, "pointwise_kernel": draw(shapes(2, 4))}
    else:
        read = {"inputs": shape, "kernel": kernel}
    return draw(given(args, read, *list(read)[1:]))


@st.composite
def unfolded(draw: st.DrawFn) -> Case:
    shape = draw(shapes(4, 4, one_of(4, 6, 8, 5, 3, *(None,) * draw(rarely(5)))))
    args = draw(
        arguments(
            {"kernel_size": sizes(2, one_of(1, 2, 3))},
            {
                "stride": sizes(2, one_of(1, 2)),
                "padding": sizes(2, one_of(0, 1)),
                "dilation": sizes(2, one_of(1, 2)),
            },
            {"kernel_size": one_of([1, 2, 3], "a", None)},
        )
    )
    return Case(args, (shape,))


@st.composite
def folded(draw: st.DrawFn) -> Case:
    args = draw(
        arguments(
            {"output_size": sizes(2), "kernel_size": sizes(2, one_of(1, 2))},
            {},
            {"kernel_size": one_of([1, 2, 3], "a")},
        )
    )
    return Case(args, (draw(shapes(3, 3, one_of(4, 8, 12, None, 3))),))


@st.composite
def batch_norms(draw: st.DrawFn) -> Case:
    shape = draw(shapes(1))
    axis = draw(one_of(-1, -1, 1, 0, 5))
    size = (shape[axis],) if -len(shape) <= axis < len(shape) else (3,)
    vector = one_of(size, size, size, size, size, size, (4,), (None,), ())
    read = {name: draw(vector) for name in ("mean", "variance")}
    read |= {name: draw(one_of(None, draw(vector))) for name in ("offset", "scale")}
    return draw(given({"axis": axis}, {"x": shape, **read}, *read))


@st.composite
def compared(draw: st.DrawFn, *, sparse: bool = False, sometimes: Arguments | None = None) -> Case:
    shape = draw(shapes(1, 3))
    args = draw(arguments({}, {"from_logits": FLAG, **(sometimes or {})}, {}))
    target = shape
    if sparse:
        target = draw(one_of(shape[:-1], shape[1:], (*shape[:-1], 1)))
    if draw(rarely(4)):
        target = draw(equal(shape))
    return draw(given(args, {"target": target, "output": shape}, "target", "output"))


@st.composite
def ctc(draw: st.DrawFn) -> Case:
    batch = draw(one_of(None, 4))
    ranks = {"target": 2, "output": 3, "target_length": 1, "output_length": 1}
    read = {
        name: (batch if not draw(rarely(8)) else 3, 5, 6)[:rank] for name, rank in ranks.items()
    }
    return draw(given({}, read))


@st.composite
def on_image(
    draw: st.DrawFn,
    always: Arguments | None = None,
    sometimes: Arguments | None = None,
    wrong: Arguments | None = None,
    dims: Values = DIM,
) -> Case:
    some = {"data_format": ANY_FORMAT, **(sometimes or {})}
    bad = {"data_format": one_of("last", 3), **(wrong or {})}
    return Case(draw(arguments(always or {}, some, bad)), (draw(shapes(3, 4, dims)),))


@st.composite
def framed(draw: st.DrawFn, what: str) -> Case:
    args: dict[str, Any] = {}
    for sides, target in (
        (("top", "bottom"), "target_height"),
        (("left", "right"), "target_width"),
    ):
        names = [*(f"{side}_{what}" for side in sides), target]
        if not draw(rarely(15)):
            names.remove(draw(one_of(*names)))
        for name in names:
            args[name] = draw(one_of(7, 8, 4, 12, 2) if name == target else st.integers(0, 2))
    if draw(FLAG):
        args["data_format"] = draw(ANY_FORMAT)
    if draw(rarely(20)):
        args[draw(one_of(*args))] = draw(one_of(-1, "a", 1.5))
    dims = one_of(6, 8, None) if what == "cropping" else one_of(2, 3, 6, None)
    return Case(args, (draw(shapes(3, 4, dims)),))


@st.composite
def patches(draw: st.DrawFn) -> Case:
    rank = draw(one_of(2, 2, 3))
    shape = draw(shapes(rank + 1, rank + 2, one_of(1, 2, 3, 6, 8, 8, None)))
    size = st.lists(one_of(1, 2, 3), min_size=rank, max_size=rank)
    args = draw(
        arguments(
            {"size": size if rank == 3 else size | one_of(1, 2)},
            {
                "strides": sizes(rank, one_of(1, 2)),
                "padding": one_of("same", "valid"),
                "data_format": ANY_FORMAT,
                "dilation_rate": one_of(1, 2),
            },
            {"size": one_of("a", None), "padding": one_of("full", "SAME")},
        )
    )
    return Case(args, (shape,))


@st.composite
def perspectives(draw: st.DrawFn) -> Case:
    points = one_of((4, 2), (4, 2), (3, 4, 2), (2, 4), (1, 1, 4, 2))
    read = {"images": draw(shapes(3, 4)), "start_points": draw(points)}
    read["end_points"] = draw(one_of(read["start_points"], read["start_points"], draw(points)))
    return draw(given({}, read, "start_points", "end_points"))


@st.composite
def coordinates(draw: st.DrawFn) -> Case:
    shape = draw(shapes(1, 3))
    places = (len(shape) if not draw(rarely(5)) else 2, *draw(shapes(1, 2)))
    return draw(
        given(
            {"order": draw(one_of(0, 1))}, {"inputs": shape, "coordinates": places}, "coordinates"
        )
    )


@st.composite
def attentions(draw: st.DrawFn) -> Case:
    read = {name: draw(shapes(4, 4)) for name in ("query", "key", "value")}
    return draw(given(draw(arguments({}, {"is_causal": FLAG, "scale": one_of(0.5)}, {})), read))


@st.composite
def selections(draw: st.DrawFn) -> Case:
    first = draw(shapes())
    count = draw(st.integers(2, 3))
    inputs = (
        *(draw(alike(first)) for _ in range(count)),
        first,
        *(draw(alike(first)) for _ in range(count - 1)),
    )
    return Case({}, inputs, ("condlist",) * count + ("choicelist",) * count)


@st.composite
def grids(draw: st.DrawFn) -> Case:
    args = draw(arguments({}, {"indexing": one_of("ij", "xy")}, {"indexing": one_of("yx", None)}))
    return Case(args, tuple(draw(shapes(0, 2)) for _ in range(draw(one_of(2, 3, 2, 1)))))


FACTOR = one_of(0.5, 1.0, 2)
COUNT = one_of(0, 1, 2, 3)
SPACED = {"num": one_of(0, 3, 5), "axis": one_of(0, -1, 1, 5), "endpoint": FLAG}
STEPS = {"sequence_length": one_of(2, 4), "sequence_stride": one_of(1, 2)}

OF_UNARY: dict[str, Cases] = {
    **{
        name: on_one({"dtype": one_of("int32", "float16", "bool")})
        for name in ("Cast", "SaturateCast")
    },
    **{
        name: on_one({}, {"dtype": TYPES})
        for name in ("Array", "EmptyLike", "OnesLike", "ZerosLike")
    },
    **{name: on_one({}, {"k": st.integers(-2, 2)}) for name in ("Tril", "Triu")},
    **{name: on_one({}, {"alpha": FACTOR}) for name in ("Celu", "Elu")},
    **{name: on_one({}, {"threshold": FACTOR}) for name in ("HardShrink", "SoftShrink")},
    "Clip": on_one({"x_min": FACTOR, "x_max": FACTOR}),
    "ConvertToTensor": on_one({}, {"dtype": TYPES, "sparse": one_of(False, None)}),
    "Gelu": on_one({}, {"approximate": FLAG}),
    "LeakyRelu": on_one({}, {"negative_slope": FACTOR}),
    "NanToNum": on_one({}, {"nan": FACTOR, "posinf": FACTOR}),
    "Round": on_one({}, {"decimals": st.integers(-1, 3)}),
    "Squareplus": on_one({}, {"b": FACTOR}),
    "Threshold": on_one({"threshold": FACTOR, "default_value": FACTOR}),
}

BITWISE = ("BitwiseAnd", "BitwiseLeftShift", "BitwiseOr", "BitwiseRightShift", "BitwiseXor", "LeftShift", "RightShift")  # fmt: skip
REDUCTIONS = (
    "All", "Amax", "Amin", "Any", "Argmax", "Argmin", "Logsumexp", "Max", "Mean", "Median", "Min", "Nanmax", "Nanmean",
    "Nanmedian", "Nanmin", "Nanprod", "Nanstd", "Nansum", "Nanvar", "Prod", "Ptp", "Std", "Sum", "Var",
)  # fmt: skip

CASES: dict[str, Cases] = {
    **OF_UNARY,
    **dict.fromkeys(BITWISE, on_two("x", "y")),
    **dict.fromkeys(REDUCTIONS, along(sometimes={"keepdims": FLAG})),
    **dict.fromkeys(("Nanargmax", "Nanargmin"), along(sometimes={"keepdims": FLAG}, several=False)),
    **dict.fromkeys(
        ("Cumprod", "Cumsum", "Nancumprod", "Nancumsum", "Argsort", "Sort"), along(several=False)
    ),
    **dict.fromkeys(("Percentile", "Quantile", "Nanpercentile", "Nanquantile"), quantiles()),
    **dict.fromkeys(("Softmax", "LogSoftmax"), along()),
    **dict.fromkeys(("Flip",), along()),
    **dict.fromkeys(("FFT",), parts_of_complex(1)),
    **dict.fromkeys(("FFT2", "IFFT2"), parts_of_complex(2)),
    **dict.fromkeys(("Det", "Eig", "Eigh", "Inv"), on_squares()),
    **dict.fromkeys(("Cholesky", "CholeskyInverse"), on_squares({"upper": FLAG})),
    **dict.fromkeys(
        ("SegmentMax", "SegmentMin", "SegmentProd", "SegmentSum"),
        written("data", "segment_ids", num_segments=one_of(None, 3, 5)),
    ),
    **{name: pooled() for name in ("MaxPool", "AveragePool")},
    **{
        name: convolved(name)
        for name in ("Conv", "DepthwiseConv", "SeparableConv", "ConvTranspose")
    },
    **{
        name: on_image(dims=one_of(3, 1, None, 4, 3, 3))
        for name in ("RGBToGrayscale", "RGBToHSV", "HSVToRGB")
    },
    "AffineTransform": of_ranks({"images": (3, 4), "transform": (1, 2)}),
    "AllClose": on_two("x1", "x2"),
    "Append": matrices() | on_two("x1", "x2", sometimes={"axis": one_of(0, 1, -1, None)}),
    "Argpartition": along({"kth": COUNT}, several=False),
    "ArraySplit": along({"indices_or_sections": st.integers(1, 4)}, several=False, optional=False),
    "Average": averages(),
    "BatchNorm": batch_norms(),
    "BinaryCrossentropy": compared(),
    "Bincount": on_one({}, {"minlength": COUNT}, least=1),
    "BroadcastTo": broadcasts(),
    "CDist": with_last("x", "y"),
    "CTCDecode": written(
        "inputs",
        "sequence_lengths",
        strategy=one_of("greedy", "beam_search"),
        top_paths=one_of(1, 3),
    ),
    "CTCLoss": ctc(),
    "CategoricalCrossentropy": compared(sometimes={"axis": one_of(-1, 0)}),
    "Concatenate": joined("xs"),
    "Correlate": correlations(),
    "CountNonzero": along(),
    "CropImages": framed("cropping"),
    "Cross": crosses(),
    "DepthToSpace": on_one(
        {"block_size": one_of(1, 2)},
        {"data_format": ANY_FORMAT},
        {},
        4,
        4,
    ),
    "Diag": on_one({}, {"k": st.integers(-3, 3)}, {}, 1, 2),
    "Diagflat": on_one({}, {"k": st.integers(-3, 3)}),
    "Diagonal": on_one({}, {"offset": st.integers(-3, 3), "axis1": AXIS, "axis2": AXIS}, {}, 2),
    "Diff": along(sometimes={"n": COUNT}, several=False),
    "Digitize": of_ranks({"x": (0, 4), "bins": (0, 1)}),
    "Dot": matrices(),
    "DotProductAttention": attentions(),
    "Dsplit": on_one(
        {"indices_or_sections": parts()}, {}, {"indices_or_sections": one_of("a", None, 1.5)}, 3
    ),
    "Dstack": joined("xs", axis=2),
    "Einsum": einsums(),
    "ElasticTransform": on_image({}, {"alpha": FACTOR, "seed": one_of(1, None)}),
    "ExpandDims": expanded(),
    "ExtractPatches": patches(),
    "ExtractSequences": on_one(STEPS, least=1),
    "Fliplr": on_one(),
    "Flipud": on_one(),
    "Fold": folded(),
    "Full": written("fill_value", shape=st.lists(KNOWN, max_size=3)),
    "FullLike": written("x", "fill_value"),
    "GaussianBlur": on_image({}, {"kernel_size": one_of([3, 3]), "sigma": one_of([1.0, 1.0])}),
    "Geomspace": on_two("start", "stop", sometimes=SPACED),
    "GetItem": keys(),
    "Glu": along(several=False),
    "Histogram": on_one({}, {"bins": one_of(1, 5)}, {"bins": one_of("a", None)}),
    "Hsplit": on_one({"indices_or_sections": parts()}, least=1),
    "Hstack": joined("xs", axis=1),
    "IRFFT": parts_of_complex(1, {}, {"fft_length": one_of(4, 5, None)}),
    "ISTFT": parts_of_complex(
        2, {**STEPS, "fft_length": one_of(4, 5)}, {"length": one_of(7, None), "center": FLAG}
    ),
    "InTopK": written("targets", "predictions", k=COUNT),
    "Inner": with_last("x1", "x2"),
    "IsIn": written("x1", "x2", assume_unique=FLAG),
    "Isclose": on_two("x1", "x2", sometimes={"equal_nan": FLAG, "rtol": one_of(1e-3)}),
    "Kron": written("x1", "x2"),
    "LayerNorm": written("x", "gamma", "beta"),
    "Linspace": on_two("start", "stop", sometimes={**SPACED, "retstep": FLAG}),
    "Logdet": on_one(least=2),
    "Logspace": on_two("start", "stop", sometimes=SPACED),
    "Lstsq": least_squares(),
    "LuFactor": on_one(least=2),
    "MapCoordinates": coordinates(),
    "Matmul": matrices(),
    "MatrixRank": on_one(least=2),
    "Meshgrid": grids(),
    "Moments": along(sometimes={"keepdims": FLAG}, name="axes", optional=False),
    "Moveaxis": moved(),
    "MultiHot": on_one({"num_classes": COUNT}, {"axis": AXIS}, {}, 1),
    "Ndim": on_one(),
    "Nonzero": on_one(),
    "Norm": along(
        sometimes={"keepdims": FLAG, "ord": one_of("fro", "nuc", 1, 2, 3, "max", -1.0, 0.5)}
    ),
    "Normalize": along(sometimes={"order": one_of(1, 2)}),
    "OneHot": on_one({"num_classes": COUNT}, {"axis": AXIS}, {"num_classes": one_of(-1, "a")}),
    "Outer": written("x1", "x2"),
    "PSNR": written("x1", "x2", max_val=FACTOR),
    "Pad": pads(),
    "PadImages": framed("padding"),
    "PerspectiveTransform": perspectives(),
    "Pinv": on_one(least=2),
    "Polar": written("abs_", "angle"),
    "Qr": on_one({}, {"mode": one_of("reduced", "complete")}, {"mode": one_of("raw")}, 2),
    "RFFT": on_one({}, {"fft_length": one_of(4, 5, None)}),
    "RMSNorm": written("x", "scale"),
    "Ravel": on_one(),
    "Repeat": repeats(),
    "Reshape": reshapes(),
    "Resize": on_image(
        {"size": st.lists(KNOWN, min_size=2, max_size=2)}, {}, {"size": one_of(3, "a", None)}
    ),
    "Roll": along({"shift": st.integers(-2, 2)}),
    "Rot90": on_one(
        {}, {"k": st.integers(0, 3), "axes": one_of([0, 1], [1, 2], [-1, 0], [1, 1], [0])}, {}, 2
    ),
    "STFT": on_one({**STEPS, "fft_length": one_of(4, 5)}, {"center": FLAG}, {}, 1),
    "SVD": on_one({}, {"full_matrices": FLAG, "compute_uv": FLAG}, {}, 2),
    "SSIM": of_ranks({"image1": (3, 4), "image2": (3, 4)}, {"max_val": FACTOR}),
    "ScaleAndTranslate": written(
        "images",
        "scale",
        "translation",
        spatial_dims=one_of([1, 2]),
        method=one_of("linear"),
        output_shape=st.lists(KNOWN, max_size=4),
    ),
    "Scatter": written("indices", "values", shape=st.lists(KNOWN, max_size=3)),
    "ScatterUpdate": written("inputs", "indices", "updates"),
    "SearchSorted": written("sorted_sequence", "values") | with_last("sorted_sequence", "values"),
    "Select": selections(),
    "Size": on_one(),
    "Slice": sliced(),
    "SliceUpdate": written("inputs", "start_indices", "updates"),
    "Slogdet": on_one(least=2),
    "SobelEdges": on_one({}, {"data_format": ANY_FORMAT}, {}, 4, 4),
    "Solve": equations(),
    "SolveTriangular": equations({"lower": FLAG}),
    "SpaceToDepth": on_one({"block_size": one_of(1, 2)}, {"data_format": ANY_FORMAT}, {}, 4, 4),
    "SparseCategoricalCrossentropy": compared(sparse=True, sometimes={"axis": one_of(-1, 0)}),
    "Sparsemax": along(several=False),
    "Split": along({"indices_or_sections": parts()}, several=False),
    "Squeeze": squeezed(),
    "Stack": joined("x", new=True),
    "StopGradient": on_one(),
    "Swapaxes": on_one({"axis1": AXIS, "axis2": AXIS}, {}, {"axis1": NO_AXIS}, 2),
    "Take": taken(),
    "TakeAlongAxis": taken_along(),
    "Tensordot": tensordots(),
    "Tile": on_one({"repeats": COUNT | st.lists(COUNT, max_size=4)}, {}, {"repeats": one_of(1.5)}),
    "TopK": on_one({"k": COUNT}, {"sorted": FLAG}, {"k": one_of(-1, "a")}),
    "Trace": on_one({}, {"axis1": AXIS, "axis2": AXIS}, {}, 2),
    "Transpose": transposes(),
    "Trapezoid": on_one({}, {"dx": FACTOR, "axis": AXIS}),
    "Unfold": unfolded(),
    "Unique": along(
        sometimes=dict.fromkeys(("return_index", "return_inverse", "return_counts"), FLAG)
        | {"size": one_of(3)},
        several=False,
    ),
    "UnravelIndex": on_one({"shape": st.lists(KNOWN | one_of(None), max_size=3)}),
    "Unstack": along(sometimes={"num": COUNT}, several=False),
    "Vander": on_one({}, {"N": COUNT}, {"N": one_of(-1, "a")}, 1),
    "Vdot": written("x1", "x2"),
    "ViewAsComplex": on_one(),
    "ViewAsReal": on_one(),
    "Vsplit": on_one({"indices_or_sections": parts()}, least=2),
    "Vstack": joined("xs", axis=0),
    "Where": on_two("condition", "x1", "x2"),
}

STRATEGIES: dict[str, Cases] = {f"ops.{name}": cases for name, cases in CASES.items()}
for name, kind in operations().items():
    if name not in STRATEGIES and kind.infer is SameAsX.infer:
        STRATEGIES[name] = on_one()
    elif name not in STRATEGIES and set(kind.call_arguments) == {"x1", "x2"}:
        STRATEGIES[name] = on_two("x1", "x2")
"""By operation, with its name in a spec."""
