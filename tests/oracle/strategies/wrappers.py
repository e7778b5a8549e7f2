"""Cases of the wrappers."""

from typing import Any

from hypothesis import strategies as st

from oracle.outcome import Case
from oracle.strategies.recurrent import COMMON, a_cell, on_sequences
from oracle.strategies.values import (
    BATCH,
    CHANNELS,
    FILTERS,
    FLAG,
    SIZE,
    Arguments,
    arguments,
    one_of,
    rarely,
    shapes,
)


@st.composite
def a_recurrent_layer(draw: st.DrawFn, flags: Arguments) -> Any:
    """A recurrent layer as an argument, and how many states it has."""
    given = {name: draw(values) for name, values in flags.items()}
    named = {name: draw(COMMON[name]) for name in draw(st.lists(one_of(*COMMON), unique=True))}
    kind = draw(one_of("LSTM", "GRU", "SimpleRNN", "RNN"))
    if kind == "RNN":
        return {kind: {"cell": draw(a_cell()), **given, **named}}
    return {kind: {"units": draw(FILTERS), **given, **named}}


@st.composite
def bidirectional(draw: st.DrawFn) -> Case:
    """Cases of Bidirectional."""
    flags: dict[str, Any] = {
        "return_sequences": draw(FLAG),
        "return_state": draw(FLAG),
        "stateful": draw(rarely(6)),
        "go_backwards": draw(rarely(8)),
    }
    just = {name: st.just(value) for name, value in flags.items()}
    layer = draw(a_recurrent_layer(just))
    args = draw(
        arguments(
            {"layer": st.just(layer)},
            {"merge_mode": one_of("sum", "mul", "ave", "concat", None), **COMMON},
            {
                "layer": one_of("Dense", {"LSTMCell": {"units": 3}}, 3, {"LSTM": {}}),
                "merge_mode": one_of("cat", "", 3, []),
                "backward_layer": one_of("Dense", 3, {"LSTM": {"units": 3}}),
            },
        )
    )
    if "backward_layer" not in args and draw(rarely(3)):
        if draw(rarely(5)):
            flags[draw(one_of(*flags))] = draw(FLAG)
        else:
            flags["go_backwards"] = not flags["go_backwards"]
        other = {name: st.just(value) for name, value in flags.items()}
        ((kind, named),) = layer.items()
        backward = draw(a_recurrent_layer(other) | st.just({kind: {**named, **flags}}))
        args["backward_layer"] = backward
    return draw(on_sequences(st.just(args)))


# Each with the number of dimensions that it reads.
STEP_LAYERS = [
    ({"Dense": {"units": 3}}, 2),
    ({"Dense": {"units": 3, "trainable": False, "name": "inner"}}, 3),
    ({"LSTM": {"units": 3, "trainable": False}}, 3),
    ({"ConvLSTM1D": {"filters": 3, "kernel_size": 1, "trainable": False}}, 4),
    ({"Sequential": {"layers": [{"Dense": {"units": 3}}], "trainable": False}}, 2),
    ({"Conv2D": {"filters": 3, "kernel_size": 2}}, 4),
    ({"Conv1D": {"filters": 3, "kernel_size": 3, "strides": 2}}, 3),
    ("Flatten", 4),
    ("Flatten", 2),
    ("BatchNormalization", 3),
    ({"Dropout": {"rate": 0.5}}, 2),
    ("GlobalAveragePooling2D", 4),
    ({"MaxPooling1D": {"pool_size": 2}}, 3),
    ({"Reshape": {"target_shape": [2, -1]}}, 3),
    ({"RepeatVector": {"n": 3}}, 2),
    ({"LSTM": {"units": 3}}, 3),
    ({"LSTM": {"units": 3, "return_state": True}}, 3),
    ({"Bidirectional": {"layer": {"GRU": {"units": 3}}}}, 3),
    ({"RNN": {"cell": [{"GRUCell": {"units": 3}}, {"GRUCell": {"units": 2}}]}}, 3),
    ({"LSTMCell": {"units": 3}}, 2),
    ("Add", 2),
    ({"Sequential": {"layers": [{"Conv2D": {"filters": 3, "kernel_size": 2}}, "Flatten"]}}, 4),
    ({"Sequential": {"layers": [{"Dense": {"units": 3}}, {"Dense": {"units": 4}}]}}, 2),
    ({"Dense": {}}, 2),
    (3, 2),
    (None, 2),
    ({"Sequential": {}}, 3),
]


@st.composite
def time_distributed(draw: st.DrawFn) -> Case:
    """Cases of TimeDistributed."""
    layer, rank = draw(one_of(*STEP_LAYERS))
    while draw(rarely(4)):
        layer, rank = {"TimeDistributed": {"layer": layer}}, rank + 1
    args = draw(arguments({"layer": st.just(layer)}, COMMON, {"layer": one_of(3, None, "", [])}))
    sizes = [draw(SIZE) for _ in range(rank - 1)]
    shape = (draw(BATCH), *sizes, draw(CHANNELS))
    if draw(rarely(10)):
        shape = draw(shapes(0, 2))[:2]
    if len(shape) > 1 and draw(rarely(6)):
        return Case(args, (shape, shape[:2]), ("mask",))
    return Case(args, (shape,))


def wrapper() -> st.SearchStrategy[Case]:
    args = arguments({"layer": one_of("Flatten", {"Dense": {"units": 3}}, 3)}, COMMON, {})
    return st.tuples(args, shapes()).map(lambda drawn: Case(drawn[0], (drawn[1],)))


STRATEGIES = {
    "Bidirectional": bidirectional(),
    "TimeDistributed": time_distributed(),
    "Wrapper": wrapper(),
}
