"""Convolutional recurrent layers: LSTMs that compute their gates by convolutions."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from convcalc.layers.argument_types import Activation, DataFormat, NonNegative, PerAxis, Untyped
from convcalc.layers.convolution import Conv1D, Conv2D, Conv3D
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference, OpCounts, Weight, elements
from convcalc.layers.kind import Kind, kind
from convcalc.layers.recurrent import Cell, Recurrent, mapped, of_lstm
from convcalc.layers.requirements import per_axis
from convcalc.shapes import Shape, channel_axis, format_shape, product, spatial


class _ConvLSTMArguments(Kind, frozen=True):
    any_case: ClassVar[tuple[str, ...]] = ("data_format", "padding")

    filters: NonNegative
    kernel_size: PerAxis
    strides: PerAxis = 1
    padding: Literal["valid", "same"] = "valid"
    data_format: DataFormat = None
    dilation_rate: PerAxis = 1
    activation: Activation = "tanh"
    recurrent_activation: Activation = "sigmoid"
    use_bias: bool = True
    kernel_initializer: Untyped = "glorot_uniform"
    recurrent_initializer: Untyped = "orthogonal"
    bias_initializer: Untyped = "zeros"
    unit_forget_bias: bool = True
    kernel_regularizer: Untyped = None
    recurrent_regularizer: Untyped = None
    bias_regularizer: Untyped = None
    kernel_constraint: Untyped = None
    recurrent_constraint: Untyped = None
    bias_constraint: Untyped = None
    dropout: float = 0.0
    recurrent_dropout: float = 0.0
    seed: int | None = None

    def validate(self) -> None:
        self.convolution().validate()

    def convolution(self) -> Conv1D | Conv2D | Conv3D:
        """The convolution of a step's input, for all four gates together."""
        return _CONVOLUTIONS[self.rank](
            filters=4 * self.filters,
            kernel_size=self.kernel_size,
            strides=self.strides,
            padding=self.padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
            use_bias=self.use_bias,
        )


_CONVOLUTIONS: dict[int, type[Conv1D | Conv2D | Conv3D]] = {1: Conv1D, 2: Conv2D, 3: Conv3D}


class _ConvLSTMCell(_ConvLSTMArguments, Cell, frozen=True):
    def output(self, inputs: Shape) -> Shape:
        sizes = spatial(inputs, self.data_format)
        if None in sizes:
            raise LayerError(
                "unknown-dimension",
                f"the sizes of each step must be known, but a step is {format_shape(inputs)}",
                help="give the input these sizes",
            )
        output = list(self.convolution().infer(inputs).outputs[0])
        output[channel_axis(self.data_format)] = self.filters
        return tuple(output)

    def states(self, inputs: Shape) -> tuple[Shape, ...]:
        return (self.output(inputs),) * 2

    def infer(self, inputs: Shape, *states: Shape) -> Inference:
        inference = self.convolution().infer(inputs)
        kernel, *bias = inference.weights
        # The states are convolved too, with stride 1 and padding that keeps their size.
        size = per_axis(self.kernel_size, self.rank)
        recurrent = Weight("recurrent_kernel", (*size, self.filters, 4 * self.filters))
        output = self.output(inputs)
        op_counts = OpCounts(
            convolution=product((*spatial(output, self.data_format), *recurrent.shape)),
            activation=mapped(
                elements(output), of_lstm(self.activation, self.recurrent_activation)
            ),
        )
        return Inference(
            (output, *states),
            (kernel, recurrent, *bias),
            inference.windows,
            inference.op_counts + op_counts,
        )

    def explain(self, _inference: Inference, inputs: Shape) -> Iterator[str]:
        channels = inputs[channel_axis(self.data_format)]
        yield (
            "It is an LSTM whose matrix products are convolutions, with one for its four gates "
            f"together: 4 × {self.filters} filters over the {channels} channels of a step, and as "
            f"many over the {self.filters} maps of the state, which keep their size."
        )


class _ConvLSTM1DCell(_ConvLSTMCell, frozen=True):
    rank: ClassVar[int] = 1


class _ConvLSTM2DCell(_ConvLSTMCell, frozen=True):
    rank: ClassVar[int] = 2


class _ConvLSTM3DCell(_ConvLSTMCell, frozen=True):
    rank: ClassVar[int] = 3


class _ConvLSTM(_ConvLSTMArguments, Recurrent, frozen=True):
    cell_name: ClassVar[str] = "conv_lstm_cell"

    return_sequences: bool = False
    return_state: bool = False
    go_backwards: bool = False
    stateful: bool = False
    unroll: bool = False
    zero_output_for_mask: bool = False


@kind
class ConvLSTM1D(_ConvLSTM, frozen=True):
    """1-D convolutional LSTM: an LSTM whose gates are convolutions of each step.

    Inputs: sequences (batch, steps, length, in), and optionally h and c as initial_state.
    Output: the last step's, or all steps' with return_sequences, by the window rule along the
    axis, with channels = filters; with return_state also the last h and c.
    Weights, under conv_lstm_cell: kernel (k, in, 4 × filters), recurrent_kernel
    (k, filters, 4 × filters), bias (4 × filters,).
    Source: https://keras.io/api/layers/recurrent_layers/conv_lstm1d/
    """

    rank: ClassVar[int] = 1
    cell_kind: ClassVar[type[Cell]] = _ConvLSTM1DCell


@kind
class ConvLSTM2D(_ConvLSTM, frozen=True):
    """2-D convolutional LSTM: an LSTM whose gates are convolutions of each step.

    Inputs: sequences (batch, steps, height, width, in), and optionally h and c as initial_state.
    Output: the last step's, or all steps' with return_sequences, by the window rule along each
    axis, with channels = filters; with return_state also the last h and c.
    Weights, under conv_lstm_cell: kernel (kh, kw, in, 4 × filters), recurrent_kernel
    (kh, kw, filters, 4 × filters), bias (4 × filters,).
    Source: https://keras.io/api/layers/recurrent_layers/conv_lstm2d/
    """

    rank: ClassVar[int] = 2
    cell_kind: ClassVar[type[Cell]] = _ConvLSTM2DCell


@kind
class ConvLSTM3D(_ConvLSTM, frozen=True):
    """3-D convolutional LSTM: an LSTM whose gates are convolutions of each step.

    Inputs: sequences (batch, steps, depth, height, width, in), and optionally h and c as
    initial_state.
    Output: the last step's, or all steps' with return_sequences, by the window rule along each
    axis, with channels = filters; with return_state also the last h and c.
    Weights, under conv_lstm_cell: kernel (kd, kh, kw, in, 4 × filters), recurrent_kernel
    (kd, kh, kw, filters, 4 × filters), bias (4 × filters,).
    Source: https://keras.io/api/layers/recurrent_layers/conv_lstm3d/
    """

    rank: ClassVar[int] = 3
    cell_kind: ClassVar[type[Cell]] = _ConvLSTM3DCell
