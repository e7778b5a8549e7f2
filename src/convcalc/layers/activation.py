"""Activations: functions of single values or of the values along an axis."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, TypeAlias

from msgspec import Meta

from convcalc.layers.argument_types import Activation as ActivationArgument
from convcalc.layers.argument_types import Untyped
from convcalc.layers.dependencies import activated, along
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference, OpCounts, Weight, elements, is_linear
from convcalc.layers.kind import Kind, SameShape, kind
from convcalc.layers.requirements import known_axis, normalize_axes
from convcalc.shapes import Shape, format_shape, format_sizes
from convcalc.windows import IDENTITY, AnyWindow, AxisDependency

NonNegativeNumber: TypeAlias = Annotated[float, Meta(ge=0)]


class _Activation(SameShape, frozen=True):
    def infer(self, inputs: Shape) -> Inference:
        return _mapped(inputs)


@kind
class Activation(_Activation, frozen=True):
    """Applies an activation function, given by name.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/layers/core_layers/activation/
    """

    activation: ActivationArgument

    def infer(self, inputs: Shape) -> Inference:
        return Inference((inputs,)) if is_linear(self.activation) else _mapped(inputs)

    def dependencies(
        self, windows: tuple[AnyWindow, ...], read: Shape, output: Shape
    ) -> tuple[AxisDependency, ...]:
        return activated(SameShape.dependencies(self, windows, read, output), self.activation)


@kind
class ReLU(_Activation, frozen=True):
    """min(x, max_value) if x ≥ threshold, else negative_slope × (x - threshold).

    Output: as the input. Weights: none.
    Source: https://keras.io/api/layers/activation_layers/relu/
    """

    max_value: NonNegativeNumber | None = None
    negative_slope: NonNegativeNumber = 0.0
    threshold: NonNegativeNumber = 0.0


@kind
class LeakyReLU(_Activation, frozen=True):
    """x if x ≥ 0, else negative_slope × x.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/layers/activation_layers/leaky_relu/
    """

    negative_slope: NonNegativeNumber = 0.3


@kind
class PReLU(Kind, frozen=True):
    """A leaky ReLU with a learned slope for each value of a sample.

    Values along shared_axes (numbered from 1, after the batch) share one slope.
    Output: as the input. Weights: alpha, shaped like a sample, with 1 for the shared axes.
    Source: https://keras.io/api/layers/activation_layers/prelu/
    """

    alpha_initializer: Untyped = "Zeros"
    alpha_regularizer: Untyped = None
    alpha_constraint: Untyped = None
    shared_axes: int | tuple[int, ...] | None = None

    positions: ClassVar[AxisDependency] = IDENTITY

    def infer(self, inputs: Shape) -> Inference:
        shared = self._shared(inputs)
        alpha = tuple(
            1 if axis in shared else known_axis(inputs, axis, f"dimension {axis}")
            for axis in range(1, len(inputs))
        )
        return _mapped(inputs, (Weight("alpha", alpha),))

    def explain(self, inference: Inference, inputs: Shape) -> Iterator[str]:
        alpha = inference.weights[0].shape
        shared = self._shared(inputs)
        each = "position on the axes that are not shared" if shared else "value of a sample"
        one = " The shared axes have 1 there: one for all." if shared else ""
        yield f"There is one slope for each {each}, {format_sizes(alpha)} of them.{one}"

    def _shared(self, inputs: Shape) -> set[int]:
        count = len(inputs) - 1
        written = () if self.shared_axes is None else self.shared_axes
        axes = (written,) if isinstance(written, int) else written
        for axis in axes:
            # In Keras, 0 is the last axis of the sample and -1 the one before it.
            if not -count < axis <= count:
                raise LayerError(
                    "axis-out-of-range",
                    f"shared axis {axis} is not among the {count} axes of a sample, from 1 on, of "
                    f"the input {format_shape(inputs)}",
                    argument="shared_axes",
                )
        return {axis if axis > 0 else axis + count for axis in axes}


@kind
class ELU(_Activation, frozen=True):
    """x if x ≥ 0, else alpha × (exp(x) - 1).

    Output: as the input. Weights: none.
    Source: https://keras.io/api/layers/activation_layers/elu/
    """

    alpha: float = 1.0


@kind
class Softmax(Kind, frozen=True):
    """Normalizes the values along one or more axes to positive numbers that sum to 1.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/layers/activation_layers/softmax/
    """

    axis: int | Annotated[tuple[int, ...], Meta(min_length=1)] = -1

    def infer(self, inputs: Shape, mask: Shape | None = None) -> Inference:  # noqa: ARG002
        normalize_axes(self._axes, inputs)
        return _mapped(inputs)

    def dependencies(
        self, _windows: tuple[AnyWindow, ...], read: Shape, _output: Shape
    ) -> tuple[AxisDependency, ...]:
        return along(self._axes, read)

    @property
    def _axes(self) -> tuple[int, ...]:
        return (self.axis,) if isinstance(self.axis, int) else self.axis


def _mapped(inputs: Shape, weights: tuple[Weight, ...] = ()) -> Inference:
    return Inference((inputs,), weights, counted=OpCounts(activation=elements(inputs)))
