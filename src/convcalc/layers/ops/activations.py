"""The activations of `keras.ops`."""

from functools import partial
from typing import ClassVar

from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference, OpCounts, elements
from convcalc.layers.kind import operation
from convcalc.layers.ops.operands import ActivationOfX, Axes, define, indexes, one
from convcalc.layers.outputs import Rule
from convcalc.layers.requirements import normalize_axis
from convcalc.shapes import Shape, map_dim, replace

_define_activations = partial(define, __name__, ActivationOfX, "nn")

_define_activations(
    {
        "HardSigmoid": "A piecewise linear approximation of the sigmoid.",
        "HardSilu": "Each element times its hard sigmoid.",
        "HardTanh": "Clips each element to between −1 and 1.",
        "LogSigmoid": "The logarithm of the sigmoid.",
        "Relu": "Sets negative elements to 0.",
        "Relu6": "Clips each element to between 0 and 6.",
        "Selu": "The scaled exponential linear unit.",
        "Sigmoid": "The logistic function, between 0 and 1.",
        "Silu": "Each element times its sigmoid.",
        "Softplus": "A smooth approximation of relu.",
        "Softsign": "Each element divided by 1 plus its absolute value.",
        "SparsePlus": "A softplus that is 0 below −1 and the identity above 1.",
        "SparseSigmoid": "A sigmoid that is 0 below −1 and 1 above 1.",
        "TanhShrink": "Each element minus its hyperbolic tangent.",
    },
)
_define_activations(
    {
        "Celu": "The continuously differentiable exponential linear unit.",
        "Elu": "The exponential linear unit.",
    },
    [("alpha", float, 1.0)],
)
_define_activations(
    {
        "HardShrink": "Sets elements within the threshold of 0 to 0.",
        "SoftShrink": "Moves each element towards 0, by the threshold at most.",
    },
    [("threshold", float, 0.5)],
)
_define_activations({"Gelu": "The Gaussian error linear unit."}, [("approximate", bool, True)])
_define_activations(
    {"LeakyRelu": "Multiplies negative elements by negative_slope."},
    [("negative_slope", float, 0.2)],
)
_define_activations(
    {"Squareplus": "A smooth approximation of relu by a square root."}, [("b", float, 4)]
)
_define_activations(
    {"Threshold": "Replaces elements at or below the threshold with default_value."},
    [("threshold", float), ("default_value", float)],
)


class _AlongAxes(ActivationOfX, frozen=True):
    axis: Axes = -1

    def infer(self, x: Shape) -> Inference:
        if self.axis is not None:
            indexes(self.axis, x)
        return super().infer(x)


define(
    __name__,
    _AlongAxes,
    "nn",
    {
        "LogSoftmax": "The logarithm of the softmax along one or more axes.",
        "Softmax": "Makes the elements along one or more axes positive, with a sum of 1.",
    },
)


@operation
class Sparsemax(ActivationOfX, frozen=True):
    """Projects the elements along an axis to non-negative ones with a sum of 1.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    axis: int = -1

    def infer(self, x: Shape) -> Inference:
        normalize_axis(self.axis, x)
        return super().infer(x)


@operation
class Normalize(_AlongAxes, frozen=True):
    """Scales the elements along one or more axes to a norm of 1.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    order: float | str = 2
    epsilon: float | None = None

    output_dtype_rule: ClassVar[Rule] = "float32"

    def op_counts(self, x: Shape) -> OpCounts:
        return OpCounts(normalization=elements(x))


@operation
class Glu(ActivationOfX, frozen=True):
    """Multiplies the first half of an axis by the sigmoid of the second.

    Output: the input's shape, with half the size at axis. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    axis: int = -1

    def infer(self, x: Shape) -> Inference:
        axis = normalize_axis(self.axis, x)
        size = x[axis]
        if size is not None and size % 2:
            raise LayerError(
                "wrong-value", f"an axis of {size} can't be divided into halves", argument="axis"
            )
        halved = replace(x, axis, map_dim(lambda n: n // 2, size))
        return one(halved, self.op_counts(x))
