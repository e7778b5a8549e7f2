"""Cases of the normalizations."""

from hypothesis import strategies as st

from oracle.outcome import Case
from oracle.strategies.values import (
    COMMON,
    FILTERS,
    FLAG,
    INITIALIZER,
    NO_COUNT,
    NO_FLAG,
    Arguments,
    along_axes,
    arguments,
    one_of,
    rarely,
    shapes,
)


def normalization(
    always: Arguments, sometimes: Arguments, wrong: Arguments, *, several: bool = False
) -> st.SearchStrategy[Case]:
    own = {"center": FLAG, "scale": FLAG, "epsilon": one_of(1e-3, 1)}
    wrong = {**wrong, "center": NO_FLAG, "scale": NO_FLAG}
    return along_axes(always, {**sometimes, **own, **COMMON}, wrong, several=several)


DENSE = st.fixed_dictionaries({"units": FILTERS}, optional={**COMMON, "lora_rank": one_of(1, 2)})
CONV = st.fixed_dictionaries({"filters": FILTERS, "kernel_size": one_of(1, 2, 3)}, optional=COMMON)
LAYERS = {
    "Dense": DENSE,
    "Conv1D": CONV,
    "Conv2D": CONV,
    "Conv2DTranspose": CONV,
    "DepthwiseConv2D": st.fixed_dictionaries({"kernel_size": one_of(1, 2)}, optional=COMMON),
    "SeparableConv1D": CONV,
    "Embedding": st.fixed_dictionaries({"input_dim": one_of(3), "output_dim": FILTERS}),
    "EinsumDense": st.fixed_dictionaries(
        {"equation": one_of("...x,xy->...y"), "output_shape": FILTERS, "bias_axes": one_of("y")}
    ),
    "BatchNormalization": st.just({}),
    "Flatten": st.just({}),
}


@st.composite
def spectral(draw: st.DrawFn) -> Case:
    kind = draw(one_of("Dense", "Conv1D", "Conv2D", *LAYERS))
    layer = {kind: draw(LAYERS[kind])}
    if draw(rarely(8)):
        layer = {"SpectralNormalization": {"layer": layer}}
    args = draw(
        arguments(
            {"layer": one_of(layer)},
            {"power_iterations": one_of(1, 2, 5), **COMMON},
            {"power_iterations": one_of(0, -1, "a", None), "layer": one_of("Dense", 3, None, {})},
        )
    )
    rank = 4 if "2D" in kind else 3
    return Case(args, (draw(shapes(rank, rank)),))


STRATEGIES = {
    "UnitNormalization": along_axes({}, COMMON, {}, several=True),
    "RMSNormalization": along_axes({}, {"epsilon": one_of(1e-3, 1), **COMMON}, {}, several=True),
    "SpectralNormalization": spectral(),
    "BatchNormalization": normalization({}, {"momentum": one_of(0.9, 0), "renorm": FLAG}, {}),
    "LayerNormalization": normalization({}, {"gamma_initializer": INITIALIZER}, {}, several=True),
    "GroupNormalization": normalization(
        {"groups": one_of(1, 1, 2, 2, 3, 4, -1, 32)}, {}, {"groups": NO_COUNT}
    ),
}
