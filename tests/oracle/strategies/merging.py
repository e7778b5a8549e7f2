"""Cases of the merging layers."""

from hypothesis import strategies as st

from oracle.outcome import Case, Shape
from oracle.strategies.values import (
    AXIS,
    COMMON,
    FLAG,
    NO_AXIS,
    SIZE,
    arguments,
    one_of,
    rarely,
    shapes,
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


@st.composite
def dots(draw: st.DrawFn) -> Case:
    inputs = [draw(shapes(2, 4)), draw(shapes(2, 4))]
    a, b = (draw(st.integers(1, max(1, len(shape) - 1))) for shape in inputs)
    if draw(FLAG):
        b = a
    if len(inputs[0]) > a and len(inputs[1]) > b and not draw(rarely(8)):
        inputs[1] = (inputs[0][0], *inputs[1][1:b], inputs[0][a], *inputs[1][b + 1 :])
    pair = [
        axis - len(shape) if draw(FLAG) else axis
        for axis, shape in zip((a, b), inputs, strict=True)
    ]
    args = draw(
        arguments(
            {"axes": one_of(a if a == b and draw(FLAG) else pair)},
            {"normalize": FLAG, "name": one_of("dot")},
            {"axes": one_of(-1, 1, 2, 0, 9, -9, [1], [1, 2, 1], [0, 0], [9, 1], [-9, 1], "1", 1.5,
                            None, [1.5, 1], ["a", 1], {})},
        )
    )  # fmt: skip
    if draw(rarely(12)):
        inputs = [*inputs, inputs[0]][: draw(one_of(1, 3))]
    return Case(args, tuple(inputs))


STRATEGIES = {
    "Dot": dots(),
    **{name: merges(MANY) for name in ("Add", "Multiply", "Average", "Maximum", "Minimum")},
    "Subtract": merges(one_of(2, 2, 2, 2, 1, 3)),
    "Concatenate": concatenations(),
}
