"""Cases of the convolutional recurrent layers."""

from hypothesis import strategies as st

from oracle.outcome import Case
from oracle.strategies.convolution import convolutions
from oracle.strategies.recurrent import COMMON, FLAGS
from oracle.strategies.values import FILTERS, NO_COUNT, image_cases, one_of, rarely


@st.composite
def conv_lstm(draw: st.DrawFn, rank: int) -> Case:
    """Cases of the convolutional LSTMs."""
    base = convolutions(rank)
    flags = {name: FLAGS[name] for name in FLAGS if name != "stateful"}
    case = draw(
        image_cases(
            rank,
            {"filters": FILTERS, **base["always"]},
            {**base["sometimes"], **COMMON, **flags, "stateful": rarely(6)},
            {**base["wrong"], "filters": NO_COUNT, "padding": one_of("full", "causal", 3, [1])},
        )
    )
    (shape,) = case.inputs
    steps = draw(one_of(None, 1, 5))
    return Case(case.args, ((*shape[:1], steps, *shape[1:]),))


STRATEGIES = {f"ConvLSTM{rank}D": conv_lstm(rank) for rank in (1, 2, 3)}
