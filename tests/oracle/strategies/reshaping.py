"""Cases of the layers that reshape, pad, crop and repeat."""

from typing import Any

from hypothesis import strategies as st

from oracle.outcome import Case
from oracle.strategies.values import (
    DATA_FORMAT,
    FILTERS,
    FLAG,
    NO_COUNT,
    NO_DATA_FORMAT,
    arguments,
    image_cases,
    not_per_axis,
    one_of,
    per_axis,
    shape_cases,
    shapes,
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


STRATEGIES = {
    "Flatten": flatten(),
    "Reshape": reshapes(),
    "Permute": permutes(),
    "RepeatVector": repeat_vector(),
    **{f"ZeroPadding{rank}D": borders(rank, "padding") for rank in (1, 2, 3)},
    **{f"Cropping{rank}D": borders(rank, "cropping") for rank in (1, 2, 3)},
    **{f"UpSampling{rank}D": up_sampling(rank) for rank in (1, 2, 3)},
}
