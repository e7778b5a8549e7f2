"""Cases of the poolings."""

from hypothesis import strategies as st

from oracle.outcome import Case
from oracle.strategies.values import (
    DATA_FORMAT,
    FLAG,
    NO_DATA_FORMAT,
    NO_FLAG,
    STRIDE,
    image_cases,
    not_per_axis,
    one_of,
    per_axis,
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


def adaptive(rank: int) -> st.SearchStrategy[Case]:
    return image_cases(
        rank,
        {"output_size": per_axis(rank, st.integers(1, 9))},
        {"data_format": one_of("channels_last", "channels_first", None)},
        {
            "output_size": not_per_axis(rank),
            "data_format": one_of("Channels_First", "last", 3, ["channels_last"]),
        },
    )


STRATEGIES = {
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
    **{
        f"Adaptive{how}Pooling{rank}D": adaptive(rank)
        for rank in (1, 2, 3)
        for how in ("Max", "Average")
    },
}
