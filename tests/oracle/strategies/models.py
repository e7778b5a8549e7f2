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


BRANCHES: Values = one_of(
    {"Dense": {"units": 4}},
    {"Dense": {"units": 4, "trainable": False}},
    "BatchNormalization",
    {"Dropout": {"rate": 0.5}},
    {"GRU": {"units": 4, "return_sequences": True}},
    {"LSTM": {"units": 4, "return_state": True}},
    {"Conv1D": {"filters": 4, "kernel_size": 2, "padding": "same"}},
    {"TimeDistributed": {"layer": {"Dense": {"units": 4}}}},
    {"Sequential": {"layers": [{"Dense": {"units": 3}}, {"Dense": {"units": 4}}]}},
    "Add",
    "Add",
    {"Concatenate": {"axis": 1}},
    {"MultiHeadAttention": {"num_heads": 2, "key_dim": 3, "return_attention_scores": True}},
    "ops.Relu",
    {"ops.Multiply": {"x2": 2.0}},
    "ops.Multiply",
    {"ops.Mean": {"axis": 1, "keepdims": True}},
)


@st.composite
def graph(draw: st.DrawFn, names: list[str]) -> dict[str, Any]:
    """Layers that read each other by name, in most cases what is above them; adds their names."""
    layers: list[Any] = []
    reads: dict[str, Any] = {}
    shares: dict[str, str] = {}

    def some() -> str:
        name: str = draw(one_of(*names, *names[-2:] * 2))
        return f"{name}:{draw(one_of(0, 1))}" if draw(rarely(10)) else name

    for i in range(draw(st.integers(1, 6))):
        entry = draw(BRANCHES)
        ((kind, args),) = ({entry: {}} if isinstance(entry, str) else entry).items()
        name = f"layer_{i}"
        if kind in {"Add", "Concatenate", "ops.Multiply"} and "x2" not in args:
            reads[name] = [some(), some()]
        elif kind == "MultiHeadAttention":
            reads[name] = {"query": some(), "value": some()}
        elif draw(FLAG):
            reads[name] = some()
        layers.append({kind: {**args, "name": name}})
        names.append(name)
        if name in reads and draw(rarely(4)):
            shares[f"{name}_again"] = name
            reads[f"{name}_again"] = name if isinstance(reads[name], str) else reads[name]
            names.append(f"{name}_again")
    if draw(rarely(12)):
        reads[draw(one_of(*names, "none"))] = draw(one_of("none", ["none"], names[-1], {}, 3))
    if draw(rarely(20)):
        shares[draw(one_of(*names, "again"))] = draw(one_of("none", *names))
    return {"layers": layers, "reads": reads, "shares": shares}


@st.composite
def functional(draw: st.DrawFn) -> Case:
    """Cases of a model that is a graph of layers."""
    rank = draw(one_of(3, 3, 3, 2, 4))
    declared = [*(draw(one_of(6, 6, None, 5)) for _ in range(rank - 2)), 4]
    names = ["in_0", "in_1"][: draw(one_of(1, 1, 1, 2))]
    inputs = [{"InputLayer": {"shape": declared, "name": name}} for name in names]
    drawn = draw(graph(names))
    layers = [*inputs, *drawn["layers"]]
    args = draw(
        arguments(
            {"layers": st.just(layers)},
            {
                "trainable": FLAG,
                "name": one_of("model"),
                "outputs": one_of(*names) | st.lists(one_of(*names), min_size=1, max_size=3),
            },
            {
                "layers": one_of([], None, 3, drawn["layers"], [*layers, layers[-1]]),
                "outputs": one_of([], 3, "none", ["none"], f"{names[-1]}:4"),
                "shares": one_of({"again": "none"}, {names[0]: names[-1]}, 3),
            },
        )
    )
    args = {**drawn, **args} if "layers" in args else args
    sizes = [draw(one_of(None, 6, 5)) if dim is None else dim for dim in declared]
    if draw(rarely(12)):
        # Of another rank, Keras looks only at the first sizes, and gives wrong ones.
        sizes = draw(one_of([7] * 4, [*sizes[:-1], 3]))
    count = 3 if draw(rarely(20)) else len(inputs)
    return Case(args, ((draw(one_of(None, 3)), *sizes),) * count)


STRATEGIES = {"Functional": functional(), "Sequential": sequential()}
