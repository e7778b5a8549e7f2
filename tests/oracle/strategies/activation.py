"""Cases of the activations."""

from hypothesis import strategies as st

from oracle.outcome import Case
from oracle.strategies.values import (
    ACTIVATION,
    COMMON,
    FLAG,
    INITIALIZER,
    NO_ACTIVATION,
    NO_NUMBER,
    along_axes,
    arguments,
    axes_of,
    on_any,
    one_of,
    rarely,
    shapes,
)


@st.composite
def prelus(draw: st.DrawFn) -> Case:
    no_axes = one_of(0, 9, -9, "1", 1.5, [9], [0, 1], [1.5], ["a"], {}, True, [1, 1], [-1])
    args = draw(
        arguments({}, {"alpha_initializer": INITIALIZER, **COMMON}, {"shared_axes": no_axes})
    )
    shape = draw(shapes(1, 5))
    axes = [axis % len(shape) for axis in draw(axes_of(shape))]
    if not draw(rarely(3)):
        args.setdefault("shared_axes", axes[0] if len(axes) == 1 and draw(FLAG) else axes)
    return Case(args, (shape,))


SLOPE = one_of(0, 0.1, 0.3, 2)


STRATEGIES = {
    "Activation": on_any({"activation": ACTIVATION}, {}, {"activation": NO_ACTIVATION}),
    "ReLU": on_any(
        {},
        {"max_value": one_of(6, 1.5, None), "negative_slope": SLOPE, "threshold": SLOPE},
        {"max_value": NO_NUMBER, "negative_slope": NO_NUMBER, "threshold": NO_NUMBER},
    ),
    "LeakyReLU": on_any({}, {"negative_slope": SLOPE}, {"negative_slope": NO_NUMBER}),
    "PReLU": prelus(),
    "ELU": on_any({}, {"alpha": SLOPE}),
    # Of what is empty or a single number, numpy takes axes that TensorFlow refuses.
    "Softmax": along_axes({}, {}, {}, several=True).filter(
        lambda case: all(shape and 0 not in shape for shape in case.inputs)
    ),
}
