"""Cases of the recurrent layers and their cells."""

from typing import Any

from hypothesis import strategies as st

from oracle.outcome import Case, Shape
from oracle.strategies.values import (
    ACTIVATION,
    BATCH,
    CHANNELS,
    FILTERS,
    FLAG,
    NO_ACTIVATION,
    NO_COUNT,
    NO_FLAG,
    REGULARIZER,
    Arguments,
    Values,
    arguments,
    one_of,
    rarely,
    shapes,
)

# Keras's numpy backend can't make orthogonal weights of 16 bits.
COMMON = {
    "trainable": FLAG,
    "name": one_of("a_layer"),
    "dtype": one_of("float32", "float64", "mixed_float16", None),
}


DROPOUT = one_of(0, 0.0, 0.5, 1, -1, 2.5)


FLAGS = {
    "return_sequences": FLAG,
    "return_state": FLAG,
    "go_backwards": FLAG,
    "stateful": rarely(4),
    "unroll": FLAG,
}


# A glu in a cell halves what it can't.
CELL_ACTIVATION = ACTIVATION.filter(lambda name: name != "glu")


GATES: Arguments = {
    "activation": CELL_ACTIVATION,
    "use_bias": FLAG,
    "kernel_regularizer": REGULARIZER,
    "dropout": DROPOUT,
    "recurrent_dropout": DROPOUT,
    "seed": one_of(None, 3),
    **COMMON,
}


OWN: dict[str, Arguments] = {
    "LSTM": {
        "recurrent_activation": CELL_ACTIVATION,
        "unit_forget_bias": FLAG,
        "implementation": one_of(1, 2),
    },
    "GRU": {
        "recurrent_activation": CELL_ACTIVATION,
        "reset_after": FLAG,
        "implementation": one_of(1, 2),
    },
    "SimpleRNN": {},
}


STATE_COUNTS = {"LSTM": 2, "GRU": 1, "SimpleRNN": 1}


WRONG: Arguments = {
    "units": NO_COUNT,
    "activation": NO_ACTIVATION,
    "use_bias": NO_FLAG,
    "dropout": one_of("half", None, [0.5], {}),
    "seed": one_of("a", 1.5),
}


BACKENDS: Arguments = {
    "use_cudnn": one_of("auto", False, True),
    "zero_output_for_mask": FLAG,
}


@st.composite
def on_sequences(draw: st.DrawFn, args: Values, states: int = 0) -> Case:
    """Cases of a layer on a sequence, often with as many initial states, and with a mask."""
    given = draw(args)
    shape = draw(shapes(3, 3))
    inputs = [shape]
    names: list[str] = []
    if len(shape) == 3 and isinstance(given.get("units"), int) and draw(rarely(3)):
        names += ["initial_state"] * states
        inputs += [(draw(one_of(shape[0], shape[0], 1)), given["units"])] * states
    if len(shape) == 3 and draw(rarely(4)):
        names.append("mask")
        inputs.append(draw(one_of(shape[:2], (None, None), (*shape[:2], 1), (1, shape[1]))))
    if draw(rarely(15)):
        extra = draw(one_of("states", "mask", "initial_state"))
        if extra not in names:
            names.append(extra)
            inputs.append(draw(shapes(1, 3)))
    return Case(given, tuple(inputs), tuple(names))


def recurrent(kind: str) -> st.SearchStrategy[Case]:
    cudnn = {} if kind == "SimpleRNN" else {"use_cudnn": BACKENDS["use_cudnn"]}
    wrong_cudnn = {"use_cudnn": one_of("yes", None)} if cudnn else {}
    args = arguments(
        {"units": FILTERS},
        {
            **GATES,
            **OWN[kind],
            **FLAGS,
            **cudnn,
            "activation": ACTIVATION,
            "zero_output_for_mask": FLAG,
        },
        {**WRONG, **wrong_cudnn, "return_sequences": NO_FLAG},
    )
    return on_sequences(args, STATE_COUNTS[kind])


@st.composite
def on_steps(draw: st.DrawFn, args: dict[str, Any], sizes: list[Any]) -> Case:
    """Cases of a cell on one step and states of these sizes."""
    # Of the same batch: where it is unknown, Keras tries it with sizes that fit no other.
    batch = draw(BATCH)
    inputs: list[Shape] = [(batch, draw(CHANNELS))]
    if draw(rarely(15)):
        inputs = [(batch, *draw(shapes(1, 3))[1:])]
    if batch is not None and draw(rarely(4)):
        batch = 1
    inputs += [(batch, size) for size in sizes]
    if draw(rarely(12)):
        del inputs[1 + draw(st.integers(0, len(sizes) - 1))]
    if draw(rarely(12)):
        inputs[-1] = (batch, *draw(shapes(1, 3))[1:])
    return Case(args, tuple(inputs), ("states",) * (len(inputs) - 1))


@st.composite
def cells(draw: st.DrawFn, kind: str) -> Case:
    """Cases of a cell by itself."""
    args = draw(arguments({"units": FILTERS}, {**GATES, **OWN[kind]}, WRONG))
    size = args["units"] if isinstance(args.get("units"), int) else 3
    return draw(on_steps(args, [max(size, 1)] * STATE_COUNTS[kind]))


@st.composite
def a_cell(draw: st.DrawFn, depth: int = 1) -> Any:
    """A cell as an argument."""
    if depth and draw(rarely(4)):
        return {"StackedRNNCells": {"cells": draw(st.lists(a_cell(0), min_size=1, max_size=3))}}
    kind = draw(one_of(*STATE_COUNTS))
    named = draw(arguments({"units": FILTERS}, {"use_bias": FLAG, **COMMON}, {}).filter(is_right))
    return {f"{kind}Cell": named}


def is_right(args: dict[str, Any]) -> bool:
    """Whether no argument was made wrong."""
    return "colour" not in args and "units" in args and args.get("dtype") in DTYPES


DTYPES = ("float32", "float64", "mixed_float16", None)


def states_of(cell: Any) -> list[int]:
    """The sizes of a cell's states."""
    ((kind, args),) = cell.items()
    if kind == "StackedRNNCells":
        return [size for one in args["cells"] for size in states_of(one)]
    return [args["units"]] * STATE_COUNTS[kind.removesuffix("Cell")]


@st.composite
def stacked_cells(draw: st.DrawFn) -> Case:
    """Cases of a stack of cells by itself."""
    inner = draw(st.lists(a_cell(0), min_size=1, max_size=3))
    args: dict[str, Any] = {"cells": inner}
    if draw(rarely(6)):
        args = {"cells": [*inner, draw(NO_CELL)]}
    sizes = [size for cell in inner for size in states_of(cell)]
    return draw(on_steps(args, sizes))


NO_CELL = one_of("Dense", {"Flatten": {}}, 3, {"LSTMCell": {"units": -1}}, {"LSTMCell": {}})


@st.composite
def rnn(draw: st.DrawFn) -> Case:
    """Cases of RNN."""
    cell = draw(a_cell() | st.lists(a_cell(0), min_size=1, max_size=3) | a_cell())
    args = draw(
        arguments(
            {"cell": st.just(cell)},
            {**FLAGS, **COMMON, "zero_output_for_mask": FLAG},
            {"cell": NO_CELL | one_of([], None, ["Dense"]), "return_sequences": NO_FLAG},
        )
    )
    return draw(on_sequences(st.just(args)))


STRATEGIES = {
    **{kind: recurrent(kind) for kind in STATE_COUNTS},
    **{f"{kind}Cell": cells(kind) for kind in STATE_COUNTS},
    "StackedRNNCells": stacked_cells(),
    "RNN": rnn(),
}
