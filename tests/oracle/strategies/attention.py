"""Cases of the attention layers."""

from typing import Any

from hypothesis import strategies as st

from oracle.outcome import Case, Shape
from oracle.strategies.values import (
    BATCH,
    COMMON,
    FILTERS,
    FLAG,
    NO_COUNT,
    NO_FLAG,
    QUANTIZED,
    SIZE,
    arguments,
    one_of,
    rarely,
    shapes,
)

DROPOUT = one_of(0, 0.1, 0.5)
MASKS = ("query_mask", "value_mask", "key_mask", "attention_mask")


@st.composite
def sequences(draw: st.DrawFn, rank: int, count: int, *, equal: bool) -> list[Shape]:
    """Query, value and maybe key of one batch, mostly such that they fit each other."""
    batch = draw(BATCH)
    between = [draw(SIZE) for _ in range(rank - 2)]
    features = draw(FILTERS)
    made = []
    for _ in range(count):
        width = features if equal else draw(FILTERS)
        made.append((batch, *between, width))
    if rank > 2 and draw(FLAG):  # another length of values and keys
        length = draw(SIZE)
        made[1:] = [(batch, length, *shape[2:]) for shape in made[1:]]
    if draw(rarely(10)):
        made[draw(st.integers(0, count - 1))] = draw(shapes(1, 5))
    return made


def listed(always: Any, sometimes: Any, wrong: Any) -> st.SearchStrategy[Case]:
    @st.composite
    def cases(draw: st.DrawFn) -> Case:
        args = draw(arguments(always, sometimes, wrong))
        count = draw(one_of(2, 2, 3, 3, 1, 4) if draw(rarely(6)) else one_of(2, 3))
        if count in {1, 4}:
            return Case(args, tuple(draw(shapes(2, 4)) for _ in range(count)))
        inputs = draw(sequences(draw(one_of(3, 3, 3, 4, 2)), count, equal=True))
        if draw(FLAG):
            inputs[1] = (*inputs[1][:-1], draw(FILTERS))
        masks = draw(one_of(0, 0, 0, 2, 2, 3, 1, 4))
        shapes_of_masks = [draw(shapes(1, 3)) for _ in range(masks)]
        return Case(args, (*inputs, *shapes_of_masks), ("mask",) * masks)

    return cases()


OF_LISTED = {
    "use_scale": FLAG,
    "dropout": DROPOUT,
    "seed": one_of(None, 3),
    "return_attention_scores": FLAG,
    **COMMON,
}


@st.composite
def heads(draw: st.DrawFn, args: Any, *, rank: int, equal: bool) -> Case:
    count = draw(one_of(2, 3))
    inputs = draw(sequences(rank, count, equal=equal))
    if count == 3 and draw(FLAG):
        inputs[2] = (*inputs[2][:-1], draw(FILTERS))
    names = tuple(name for name in MASKS if draw(rarely(6)))
    masks = [draw(shapes(1, 3)) for _ in names]
    if count == 3 and draw(FLAG):
        names = ("key", *names)
    return Case(args, (*inputs, *masks), names)


OF_HEADS = {
    "dropout": DROPOUT,
    "use_bias": FLAG,
    "use_gate": FLAG,
    "sliding_window": one_of(None, 1, 3),
    "flash_attention": one_of(None, False, True),
    "kernel_regularizer": one_of(None, "l2"),
    "seed": one_of(None, 3),
    "return_attention_scores": FLAG,
    **COMMON,
    **QUANTIZED,
}
WRONG_HEADS = {
    "use_bias": NO_FLAG,
    "dropout": one_of(-0.5, 2, "a", None),
    "sliding_window": one_of(0, -1, 2.5, "a"),
    "kernel_initializer": one_of(None),
    "bias_initializer": one_of(None),
}
SOME_HEADS = one_of(1, 2, 3, 4)


@st.composite
def multi_head(draw: st.DrawFn) -> Case:
    rank = draw(one_of(3, 3, 3, 4, 5, 2))
    args = draw(
        arguments(
            {"num_heads": SOME_HEADS, "key_dim": FILTERS},
            {
                "value_dim": FILTERS | st.none(),
                "output_shape": one_of(None, 3, [3], [2, 4], 0, []),
                **OF_HEADS,
            },
            {
                "num_heads": NO_COUNT,
                "key_dim": NO_COUNT,
                "value_dim": one_of(0, -1, 2.5, "a", [3]),
                "output_shape": one_of(-1, [-1], [None], "a", 2.5),
                "attention_axes": one_of(9, -9, [9], 1.5, "a", [1.5]),
                **WRONG_HEADS,
            },
        )
    )
    if rank > 3 and draw(FLAG):
        axes = st.lists(st.integers(1, rank - 2), min_size=1, unique=True)
        args.setdefault("attention_axes", draw(axes | st.integers(1 - rank, -2)))
    return draw(heads(args, rank=rank, equal=False))


@st.composite
def grouped(draw: st.DrawFn) -> Case:
    groups, repeats = draw(SOME_HEADS), draw(SOME_HEADS)
    no_heads = one_of(-1, 2.5, "many", None, [3], {})
    args = draw(
        arguments(
            {
                "head_dim": FILTERS,
                "num_query_heads": one_of(groups * repeats),
                "num_key_value_heads": one_of(groups, groups, groups, 3),
            },
            OF_HEADS,
            {
                "head_dim": NO_COUNT,
                "num_query_heads": no_heads,
                "num_key_value_heads": no_heads,
                **WRONG_HEADS,
            },
        )
    )
    return draw(heads(args, rank=3, equal=not draw(rarely(12))))


STRATEGIES = {
    "Attention": listed(
        {},
        {"score_mode": one_of("dot", "concat"), **OF_LISTED},
        {"score_mode": one_of("add", "", None, 3), "dropout": one_of("a", None, [])},
    ),
    "AdditiveAttention": listed({}, OF_LISTED, {"dropout": one_of("a", None, [])}),
    "MultiHeadAttention": multi_head(),
    "GroupQueryAttention": grouped(),
}
