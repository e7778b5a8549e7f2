"""Cases of the core layers."""

from hypothesis import strategies as st

from oracle.outcome import Case
from oracle.strategies.values import (
    ACTIVATION,
    COMMON,
    FILTERS,
    FLAG,
    NEUTRAL,
    NO_ACTIVATION,
    NO_COUNT,
    NO_FLAG,
    SIZE,
    arguments,
    on_any,
    one_of,
    rarely,
    shape_cases,
)


@st.composite
def input_layers(draw: st.DrawFn) -> Case:
    shape = st.lists(SIZE | one_of(0), max_size=5)
    either = draw(one_of("shape", "shape", "batch_shape"))
    args = draw(
        arguments(
            {either: shape},
            {"dtype": one_of("float32", "int32", "uint8", None), "name": one_of("image")},
            {
                "shape": one_of(None, 3, [-1], ["a"], [2.5], [[3]], [4, 4], "32"),
                "batch_shape": one_of(None, 3, [-1], ["a"], [2.5], [None, 4]),
                "batch_size": NO_COUNT,
            },
        )
    )
    if draw(FLAG) if either == "shape" else draw(rarely(5)):
        args.setdefault("batch_size", draw(one_of(None, 1, 8)))
    return Case(args, ())


def dense() -> st.SearchStrategy[Case]:
    return shape_cases(
        {"units": FILTERS},
        {
            "activation": ACTIVATION,
            "use_bias": FLAG,
            "lora_rank": one_of(1, 2, None),
            "lora_alpha": one_of(1, 0.5, None),
            **NEUTRAL,
            **COMMON,
        },
        {"units": NO_COUNT, "activation": NO_ACTIVATION, "use_bias": NO_FLAG},
    )


STRATEGIES = {
    "InputLayer": input_layers(),
    "Dense": dense(),
    "Identity": on_any(),
}
