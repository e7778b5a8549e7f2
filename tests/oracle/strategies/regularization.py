"""Cases of the regularizations."""

from hypothesis import strategies as st

from oracle.outcome import Case
from oracle.strategies.values import (
    DATA_FORMAT,
    NO_DATA_FORMAT,
    NO_NUMBER,
    image_cases,
    on_any,
    one_of,
)

RATE = one_of(0, 0.1, 0.5, 1, 1.0)


def spatial_dropout(rank: int) -> st.SearchStrategy[Case]:
    data_format = {"data_format": DATA_FORMAT} if rank > 1 else {}
    wrong = {"data_format": NO_DATA_FORMAT} if rank > 1 else {}
    return image_cases(
        rank, {"rate": RATE}, {"seed": one_of(1, None), **data_format}, {"rate": NO_NUMBER, **wrong}
    )


STRATEGIES = {
    "Dropout": on_any(
        {"rate": RATE},
        {"seed": one_of(1, None), "noise_shape": one_of(None, [None, 1], [4, 1, 3])},
        {"rate": NO_NUMBER, "noise_shape": one_of(3, "1", [0], [-1, 2], [1.5], ["a"])},
    ),
    **{f"SpatialDropout{rank}D": spatial_dropout(rank) for rank in (1, 2, 3)},
    "GaussianNoise": on_any({"stddev": RATE}, {"seed": one_of(1)}, {"stddev": NO_NUMBER}),
    "GaussianDropout": on_any({"rate": RATE}, {"seed": one_of(1)}, {"rate": NO_NUMBER}),
    "AlphaDropout": on_any(
        {"rate": RATE},
        {"seed": one_of(1, None), "noise_shape": one_of(None, [None, 1], [4, 1, 3])},
        {"rate": NO_NUMBER},
    ),
    "ActivityRegularization": on_any(
        {},
        {"l1": one_of(0, 0.1, 2), "l2": one_of(0, 0.1, 2, None)},
        {"l1": one_of("a", -0.5, [0.5], {}), "l2": one_of("a", -0.5, [0.5])},
    ),
}
