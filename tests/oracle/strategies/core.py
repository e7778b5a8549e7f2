"""Cases of the core layers."""

from hypothesis import strategies as st

from oracle.outcome import Case
from oracle.strategies.values import (
    ACTIVATION,
    BATCH,
    COMMON,
    FILTERS,
    FLAG,
    NEUTRAL,
    NO_ACTIVATION,
    NO_COUNT,
    NO_FLAG,
    QUANTIZED,
    REGULARIZER,
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
            **QUANTIZED,
        },
        {"units": NO_COUNT, "activation": NO_ACTIVATION, "use_bias": NO_FLAG},
    ).filter(can_be_unpacked)


def can_be_unpacked(case: Case) -> bool:
    """Not so an empty kernel of 4 bits by numpy, as it is for adapters; TensorFlow does it."""
    is_empty = any(shape[-1:] == (0,) for shape in case.inputs)
    return not (is_empty and case.args.get("lora_rank") and "int4" in str(case.args.get("dtype")))


LORA = {"lora_rank": one_of(1, 2, 0, None), "lora_alpha": one_of(1, 0.5, None)}
EQUATIONS = one_of(
    "ab,bc->ac",
    "abc,cd->abd",
    "abc,cde->abde",
    "abcd,cde->abe",
    "abc,bcd->ad",
    "abc,adc->abd",
    "ab,b->a",
    "abc,c->ab",
    "ab,ab->ab",
    "...x,xy->...y",
    "...xy,yz->...xz",
    "...xy,xyzw->...zw",
    "ab...,bc->ac...",
    "abc...,cd->abd...",
)
NO_EQUATION = one_of(
    "ab,bc", "ab, bc -> ac", "...ab,bc->ac", "ab,bc->ad", "ab,bcd->ac", "ab,bc->", "", 3, None, [],
    "a...,ab->b...", "ab,bc->ac!",
)  # fmt: skip


@st.composite
def einsums(draw: st.DrawFn) -> Case:
    equation = draw(EQUATIONS)
    read, _, written = equation.replace("...", "").replace("->", ",").split(",")
    sizes = {letter: draw(SIZE) for letter in sorted({*read, *written})}
    left, right = equation.startswith("."), equation.endswith(".")
    elided = tuple(draw(st.lists(SIZE, max_size=3))) if left or right else ()
    if not left:
        sizes["a"] = draw(BATCH)
    shape = tuple(sizes[letter] for letter in read)
    shape = elided + shape if left else shape + elided
    given = [
        None if letter in read and draw(FLAG) else sizes[letter]
        for letter in (written if left and elided else written[1:])
    ]
    if draw(rarely(12)):
        given.append(draw(SIZE))
    args = draw(
        arguments(
            {
                "equation": one_of(equation),
                "output_shape": one_of(given[0] if len(given) == 1 and given[0] else given),
            },
            {
                "activation": ACTIVATION,
                "bias_axes": st.lists(one_of(*written), min_size=1, unique=True).map("".join),
                **LORA,
                **NEUTRAL,
                **COMMON,
                **QUANTIZED,
            },
            {
                "equation": NO_EQUATION,
                "output_shape": one_of(None, "a", -1, [-1], [2.5], [[3]], [], 4),
                "bias_axes": one_of("", "z", 3),
                "lora_rank": one_of(-1, 2.5),
                "kernel_constraint": one_of("non_neg"),
            },
        )
    )
    if draw(rarely(12)):
        shape = shape[: draw(st.integers(0, len(shape)))]
    return Case(args, (shape,))


SIZES = {"input_dim": st.integers(1, 9), "output_dim": FILTERS}
NO_SIZES = {"input_dim": NO_COUNT, "output_dim": NO_COUNT}
OF_EMBEDDING = {
    "embeddings_initializer": one_of("zeros", "uniform"),
    "embeddings_regularizer": REGULARIZER,
    "mask_zero": FLAG,
    **LORA,
    **COMMON,
    **QUANTIZED,
}


def embedding() -> st.SearchStrategy[Case]:
    return shape_cases(
        SIZES,
        OF_EMBEDDING,
        {
            **NO_SIZES,
            "weights": one_of([[1.0]], 3),
            "lora_rank": one_of(-1, 2.5),
            "embeddings_constraint": one_of("non_neg"),
        },
        0,
        4,
    )


@st.composite
def reversible_embeddings(draw: st.DrawFn) -> Case:
    case = draw(
        shape_cases(
            SIZES,
            {
                "tie_weights": FLAG,
                "reverse": FLAG,
                "logit_soft_cap": one_of(30, 0.5, None),
                "reverse_dtype": one_of("float32", None),
                **OF_EMBEDDING,
            },
            {**NO_SIZES, "embeddings_constraint": one_of("non_neg")},
            0,
            4,
        )
    )
    (shape,) = case.inputs
    if case.args.get("reverse") and shape and not draw(rarely(12)):
        shape = (*shape[:-1], draw(one_of(case.args.get("output_dim"), None)))
        if type(shape[-1]) is int and shape[-1] < 0:
            shape = case.inputs[0]
    return Case(case.args, (shape,))


def masking() -> st.SearchStrategy[Case]:
    return on_any({}, {"mask_value": one_of(0.0, -1, 2.5), **COMMON}, {})


def lambdas() -> st.SearchStrategy[Case]:
    return on_any(
        {"function": one_of("f"), "output_shape": st.lists(SIZE, max_size=4)},
        {"arguments": one_of(None, {}, {"factor": 2}), **COMMON},
        {"output_shape": one_of(3, "a", [-1], [2.5], ["a"], {"class_name": "__lambda__"})},
    )


STRATEGIES = {
    "EinsumDense": einsums(),
    "Embedding": embedding(),
    "ReversibleEmbedding": reversible_embeddings(),
    "Masking": masking(),
    "Lambda": lambdas(),
    "InputLayer": input_layers(),
    "Dense": dense(),
    "Identity": on_any(),
}
