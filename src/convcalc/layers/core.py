"""Core layers: inputs, dense connections and the identity."""

from convcalc.layers.kind import (
    Activation,
    Inference,
    Kind,
    LayerError,
    NonNegative,
    Positive,
    Untyped,
    Weight,
    expect_least_rank,
    kind,
    known_axis,
    lora_weights,
    refuse_lora_with_constraint,
)
from convcalc.shapes import Shape


@kind
class InputLayer(Kind, frozen=True):
    """An input of the network.

    Output: (batch_size, *shape), or batch_shape. No weights.
    Source: https://keras.io/api/layers/core_layers/input/
    """

    shape: tuple[NonNegative | None, ...] | None = None
    batch_size: NonNegative | None = None
    dtype: str | None = None
    sparse: bool | None = None
    ragged: bool | None = None
    batch_shape: tuple[NonNegative | None, ...] | None = None
    input_tensor: Untyped = None
    optional: bool = False

    def validate(self) -> None:
        if (self.shape is None) == (self.batch_shape is None):
            raise LayerError(
                "wrong-value" if self.shape is not None else "missing-argument",
                "an input needs either shape or batch_shape",
                argument=None if self.shape is None else "batch_shape",
            )
        if self.batch_size is not None and self.batch_shape is not None:
            raise LayerError(
                "wrong-value",
                "batch_size can't be given together with batch_shape, which has it",
                argument="batch_size",
            )

    def infer(self) -> Inference:
        if self.batch_shape is not None:
            return Inference((self.batch_shape,))
        return Inference(((self.batch_size, *(self.shape or ())),))


@kind
class Dense(Kind, frozen=True):
    """A matrix product over the last axis: every unit reads every value of it.

    Output: the last dimension becomes units. Weights: kernel (in, units), bias (units,).
    Source: https://keras.io/api/layers/core_layers/dense/
    """

    units: Positive
    activation: Activation = None
    use_bias: bool = True
    kernel_initializer: Untyped = "glorot_uniform"
    bias_initializer: Untyped = "zeros"
    kernel_regularizer: Untyped = None
    bias_regularizer: Untyped = None
    activity_regularizer: Untyped = None
    kernel_constraint: Untyped = None
    bias_constraint: Untyped = None
    lora_rank: NonNegative | None = None
    lora_alpha: float | None = None
    quantization_config: Untyped = None

    def validate(self) -> None:
        refuse_lora_with_constraint(self.lora_rank, self.kernel_constraint)

    def infer(self, inputs: Shape) -> Inference:
        expect_least_rank(inputs, 2)
        features = known_axis(inputs, -1, "the last dimension")
        kernel = (features, self.units)
        weights = [Weight("kernel", kernel, trainable=not self.lora_rank)]
        if self.use_bias:
            weights.append(Weight("bias", (self.units,)))
        weights += lora_weights(kernel, self.lora_rank)
        return Inference(((*inputs[:-1], self.units),), tuple(weights))


@kind
class Identity(Kind, frozen=True):
    """Passes its input on.

    Output: as the input. No weights.
    Source: https://keras.io/api/layers/core_layers/identity/
    """

    def infer(self, inputs: Shape) -> Inference:
        return Inference((inputs,))
