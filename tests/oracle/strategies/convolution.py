"""Cases of the convolutions."""

from collections.abc import Sequence

from hypothesis import strategies as st

from oracle.outcome import Case
from oracle.strategies.values import (
    ACTIVATION,
    COMMON,
    DATA_FORMAT,
    DILATION,
    FILTERS,
    FLAG,
    INITIALIZER,
    NEUTRAL,
    NO_ACTIVATION,
    NO_COUNT,
    NO_DATA_FORMAT,
    NO_FLAG,
    STRIDE,
    Arguments,
    image_cases,
    not_per_axis,
    one_of,
    per_axis,
)


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


STRATEGIES = {
    **{f"Conv{rank}D": conv(rank) for rank in (1, 2, 3)},
    **{f"Conv{rank}DTranspose": conv_transpose(rank) for rank in (1, 2, 3)},
    **{f"DepthwiseConv{rank}D": depthwise_conv(rank) for rank in (1, 2)},
    **{f"SeparableConv{rank}D": separable_conv(rank) for rank in (1, 2)},
}
