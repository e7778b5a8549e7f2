"""Operations that normalize, with means, variances and scales as operands."""

from typing import ClassVar

from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference, OpCounts, elements
from convcalc.layers.kind import Kind, operation
from convcalc.layers.ops.operands import Axes, Constant, one, operand, optional_operand
from convcalc.layers.requirements import normalize_axis
from convcalc.shapes import Shape, format_shape


@operation
class BatchNorm(Kind, frozen=True):
    """Normalizes each channel with a given mean and variance.

    Output: as x. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    axis: int
    epsilon: float = 1e-3
    mean: Constant = None
    variance: Constant = None
    offset: Constant = None
    scale: Constant = None

    call_arguments: ClassVar[tuple[str, ...]] = ("mean", "variance", "offset", "scale")

    def infer(
        self,
        x: Shape,
        mean: Shape | None = None,
        variance: Shape | None = None,
        offset: Shape | None = None,
        scale: Shape | None = None,
    ) -> Inference:
        channels = (x[normalize_axis(self.axis, x)],)
        shapes = {
            "mean": operand(self, "mean", mean),
            "variance": operand(self, "variance", variance),
            "offset": optional_operand(self, "offset", offset),
            "scale": optional_operand(self, "scale", scale),
        }
        if shapes["offset"] is not None and shapes["scale"] is None:
            raise LayerError("wrong-inputs", "ops.BatchNorm needs scale where there is an offset")
        for name, shape in shapes.items():
            if shape not in {None, channels}:
                raise LayerError(
                    "shape-mismatch",
                    f"{name} must be {format_shape(channels)}, not {format_shape(shape or ())}",
                )
        return one(x, OpCounts(normalization=elements(x)))


@operation
class LayerNorm(Kind, frozen=True):
    """Normalizes each sample along the axes.

    Output: as x. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    axis: Axes = -1
    epsilon: float | None = None
    rms_scaling: bool = False
    gamma: Constant = None
    beta: Constant = None

    call_arguments: ClassVar[tuple[str, ...]] = ("gamma", "beta")

    def infer(self, x: Shape, gamma: Shape | None = None, beta: Shape | None = None) -> Inference:
        optional_operand(self, "gamma", gamma)
        optional_operand(self, "beta", beta)
        return one(x, OpCounts(normalization=elements(x)))


@operation
class RMSNorm(Kind, frozen=True):
    """Divides each sample by its root mean square along the axes.

    Output: as x. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    axis: Axes = -1
    epsilon: float | None = None
    scale: Constant = None

    call_arguments: ClassVar[tuple[str, ...]] = ("scale",)

    def infer(self, x: Shape, scale: Shape | None = None) -> Inference:
        optional_operand(self, "scale", scale)
        return one(x, OpCounts(normalization=elements(x)))
