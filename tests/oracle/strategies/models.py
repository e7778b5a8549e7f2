"""Cases of models that are used as one layer."""

from typing import Any

from hypothesis import strategies as st

from oracle.outcome import Case
from oracle.strategies.values import CHANNELS, FLAG, Values, arguments, one_of, rarely, shapes

CHAINED: Values = one_of(
    {"Dense": {"units": 3}},
    {"Dense": {"units": 4}},
    {"Dense": {"units": 4, "trainable": False}},
    {"Dense": {"units": 2, "name": "own"}},
    {"Dense": {"units": 2, "name": "dense"}},
    "Flatten",
    "BatchNormalization",
    {"Dropout": {"rate": 0.5}},
    {"LSTM": {"units": 3}},
    {"LSTM": {"units": 3, "return_sequences": True}},
    {"GRU": {"units": 3, "return_state": True}},
    {"Conv1D": {"filters": 3, "kernel_size": 2}},
    {"TimeDistributed": {"layer": {"Dense": {"units": 5}}}},
    {"Sequential": {"layers": [{"Dense": {"units": 3}}, {"Dense": {"units": 5}}]}},
    "Add",
)


@st.composite
def sequential(draw: st.DrawFn) -> Case:
    """Cases of a model that is a chain of layers."""
    layers: list[Any] = draw(st.lists(CHAINED, min_size=1, max_size=4))
    if draw(rarely(12)):
        layers.insert(draw(st.integers(0, len(layers))), draw(one_of(3, {"Dense": {}}, {}, None)))
    shape = draw(shapes(2, 4))
    if len(shape) > 1 and draw(rarely(5)):
        declared = [*shape[1:-1], draw(CHANNELS) if draw(rarely(4)) else shape[-1]]
        layers.insert(draw(rarely(10)), {"InputLayer": {"shape": declared}})
    args = draw(
        arguments(
            {"layers": st.just(layers)},
            {"trainable": FLAG, "name": one_of("model")},
            {"layers": one_of([], None, 3)},
        )
    )
    return Case(args, (shape,))


STRATEGIES = {"Sequential": sequential()}
