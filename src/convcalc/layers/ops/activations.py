"""The activations of `keras.ops`."""

from typing import ClassVar

from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference, OpCounts, elements
from convcalc.layers.kind import operation
from convcalc.layers.ops.operands import ActivationOfX, Axes, define, indexes, one
from convcalc.layers.outputs import Rule
from convcalc.layers.requirements import normalize_axis
from convcalc.shapes import Shape, map_dim, replace

define(
    __name__,
    ActivationOfX,
    "nn",
    "as the input.",
    {
        "HardSigmoid": "A sigmoid made of straight lines.",
        "HardSilu": "The silu of a hard sigmoid.",
        "HardTanh": "Brings each element to between −1 and 1.",
        "LogSigmoid": "The logarithm of the sigmoid.",
        "Relu": "Makes negative elements 0.",
        "Relu6": "Brings each element to between 0 and 6.",
        "Selu": "The scaled exponential linear unit.",
        "Sigmoid": "The logistic function, between 0 and 1.",
        "Silu": "Each element times its sigmoid.",
        "Softplus": "A smooth relu.",
        "Softsign": "Each element over 1 plus its absolute value.",
        "SparsePlus": "A softplus that is 0 below −1 and the identity above 1.",
        "SparseSigmoid": "A sigmoid that is 0 below −1 and 1 above 1.",
        "TanhShrink": "Each element less its hyperbolic tangent.",
    },
)
define(
    __name__,
    ActivationOfX,
    "nn",
    "as the input.",
    {
        "Celu": "The continuously differentiable exponential linear unit.",
        "Elu": "The exponential linear unit.",
    },
    [("alpha", float, 1.0)],
)
define(
    __name__,
    ActivationOfX,
    "nn",
    "as the input.",
    {
        "HardShrink": "Makes elements near 0 equal to 0.",
        "SoftShrink": "Brings each element nearer to 0.",
    },
    [("threshold", float, 0.5)],
)
define(
    __name__,
    ActivationOfX,
    "nn",
    "as the input.",
    {"Gelu": "The Gaussian error linear unit."},
    [("approximate", bool, True)],
)
define(
    __name__,
    ActivationOfX,
    "nn",
    "as the input.",
    {"LeakyRelu": "Makes negative elements smaller."},
    [("negative_slope", float, 0.2)],
)
define(
    __name__,
    ActivationOfX,
    "nn",
    "as the input.",
    {"Squareplus": "A smooth relu made of a square root."},
    [("b", float, 4)],
)
define(
    __name__,
    ActivationOfX,
    "nn",
    "as the input.",
    {"Threshold": "Puts one value where an element is not above the threshold."},
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
    "as the input.",
    {
        "LogSoftmax": "The logarithm of the softmax over one axis or several.",
        "Softmax": "Makes the elements along one axis or several positive, with a sum of 1.",
    },
)


@operation
class Sparsemax(ActivationOfX, frozen=True):
    """Projects the elements along an axis onto those that are 0 or more, with a sum of 1.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    axis: int = -1

    def infer(self, x: Shape) -> Inference:
        normalize_axis(self.axis, x)
        return super().infer(x)


@operation
class Normalize(_AlongAxes, frozen=True):
    """Brings the norm along one axis or several to 1.

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
    """Multiplies one half of an axis by the sigmoid of the other.

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
