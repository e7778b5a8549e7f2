"""Cases of the normalizations."""

from hypothesis import strategies as st

from oracle.outcome import Case
from oracle.strategies.values import (
    COMMON,
    FLAG,
    INITIALIZER,
    NO_COUNT,
    NO_FLAG,
    Arguments,
    along_axes,
    one_of,
)


def normalization(
    always: Arguments, sometimes: Arguments, wrong: Arguments, *, several: bool = False
) -> st.SearchStrategy[Case]:
    own = {"center": FLAG, "scale": FLAG, "epsilon": one_of(1e-3, 1)}
    wrong = {**wrong, "center": NO_FLAG, "scale": NO_FLAG}
    return along_axes(always, {**sometimes, **own, **COMMON}, wrong, several=several)


STRATEGIES = {
    "BatchNormalization": normalization({}, {"momentum": one_of(0.9, 0), "renorm": FLAG}, {}),
    "LayerNormalization": normalization({}, {"gamma_initializer": INITIALIZER}, {}, several=True),
    "GroupNormalization": normalization(
        {"groups": one_of(1, 1, 2, 2, 3, 4, -1, 32)}, {}, {"groups": NO_COUNT}
    ),
}
