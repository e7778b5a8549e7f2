"""Recurrent layers: cells that go from step to step, and layers that apply a layer to each."""

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, ClassVar, Literal, TypeAlias

from msgspec import Meta
from msgspec.structs import replace

from convcalc.layers.calling import call_sublayer, inside, under
from convcalc.layers.convolution import Conv1D, Conv2D, Conv3D
from convcalc.layers.kind import (
    Activation,
    Bound,
    DataFormat,
    Inference,
    Kind,
    LayerError,
    NonNegative,
    PerAxis,
    Positive,
    Untyped,
    Weight,
    expect_least_rank,
    expect_rank,
    kind,
    known_axis,
    per_axis,
)
from convcalc.shapes import (
    Dim,
    Shape,
    agree,
    broadcast,
    can_broadcast,
    channel_axis,
    format_shape,
    scale,
    spatial,
)

Cells: TypeAlias = Annotated[tuple[Bound, ...], Meta(min_length=1)]


class _Cell(Kind, frozen=True):
    """One step: from an input and the states before it to an output and the states after it."""

    def output(self, inputs: Shape) -> Shape:
        """What comes of a step's input."""
        raise NotImplementedError

    def states(self, inputs: Shape) -> tuple[Shape, ...]:
        """The states that go with such an input."""
        raise NotImplementedError


class _Recurrent(Kind, frozen=True):
    """A layer that applies a cell to each step of a sequence."""

    cell_kind: ClassVar[type[_Cell]]
    """The kind of the cell, which has its arguments from the layer."""
    cell_name: ClassVar[str]

    @property
    def return_sequences(self) -> bool:
        """Whether there is an output for each step, or for the last one alone."""
        raise NotImplementedError

    @property
    def return_state(self) -> bool:
        """Whether the last states are outputs too."""
        raise NotImplementedError

    @property
    def go_backwards(self) -> bool:
        """Whether the last step is the first."""
        raise NotImplementedError

    @property
    def stateful(self) -> bool:
        """Whether the states stay for the next batch."""
        raise NotImplementedError

    def cell_of(self) -> _Cell:
        """The cell of the layer."""
        names = self.cell_kind.__struct_fields__
        return self.cell_kind(**{name: getattr(self, name) for name in names})

    def call_cell(self, shapes: Sequence[Shape]) -> Inference:
        """Apply the cell once; its weights come under its name."""
        inference: Inference = self.cell_of().infer(*shapes)
        return under(self.cell_name, inference)

    def infer(
        self, sequences: Shape, *initial_state: Shape, mask: Shape | None = None
    ) -> Inference:
        expect_rank(sequences, self.rank + 3)
        batch, steps = sequences[:2]
        if self.stateful and batch is None:
            raise LayerError(
                "unknown-dimension",
                "a stateful layer keeps states for each sample, but the size of the batch of "
                f"{format_shape(sequences)} is unknown",
                argument="stateful",
                help="give the input a batch_size",
            )
        _expect_mask(mask, sequences, _serves)
        step = (batch, *sequences[2:])
        states = self.cell_of().states(step)
        if initial_state:
            _expect_states(initial_state, states, _serves)
        inference = self.call_cell((step, *states))
        output, *states_after = inference.outputs
        if self.return_sequences:
            output = (batch, steps, *output[1:])
        outputs = (output, *states_after) if self.return_state else (output,)
        return Inference(outputs, inference.weights, inference.windows)


class _DenseCell(_Cell, frozen=True):
    """A cell of matrix products, with states of one size."""

    gates: ClassVar[int] = 1
    state_count: ClassVar[int] = 1

    @property
    def units(self) -> int:
        """The size of the output and of each state."""
        raise NotImplementedError

    def output(self, inputs: Shape) -> Shape:
        return (inputs[0], self.units)

    def states(self, inputs: Shape) -> tuple[Shape, ...]:
        return (self.output(inputs),) * self.state_count

    def biases(self, width: int) -> tuple[int, ...] | None:
        """The shape of the bias, if there is one."""
        raise NotImplementedError

    def infer(self, inputs: Shape, *states: Shape) -> Inference:
        expect_rank(inputs, 2)
        features = known_axis(inputs, -1, "the last dimension")
        _expect_states(states, self.states(inputs), can_broadcast)
        batch = functools.reduce(broadcast, (state[0] for state in states), inputs[0])
        width = self.units * self.gates
        weights = [
            Weight("kernel", (features, width)),
            Weight("recurrent_kernel", (self.units, width)),
        ]
        bias = self.biases(width)
        if bias is not None:
            weights.append(Weight("bias", bias))
        return Inference(((batch, self.units),) * (1 + len(states)), tuple(weights))


class _SimpleArguments(Kind, frozen=True):
    units: Positive
    activation: Activation = "tanh"
    use_bias: bool = True
    kernel_initializer: Untyped = "glorot_uniform"
    recurrent_initializer: Untyped = "orthogonal"
    bias_initializer: Untyped = "zeros"
    kernel_regularizer: Untyped = None
    recurrent_regularizer: Untyped = None
    bias_regularizer: Untyped = None
    kernel_constraint: Untyped = None
    recurrent_constraint: Untyped = None
    bias_constraint: Untyped = None
    dropout: float = 0.0
    recurrent_dropout: float = 0.0


class _GRUArguments(Kind, frozen=True):
    units: Positive
    activation: Activation = "tanh"
    recurrent_activation: Activation = "sigmoid"
    use_bias: bool = True
    kernel_initializer: Untyped = "glorot_uniform"
    recurrent_initializer: Untyped = "orthogonal"
    bias_initializer: Untyped = "zeros"
    kernel_regularizer: Untyped = None
    recurrent_regularizer: Untyped = None
    bias_regularizer: Untyped = None
    kernel_constraint: Untyped = None
    recurrent_constraint: Untyped = None
    bias_constraint: Untyped = None
    dropout: float = 0.0
    recurrent_dropout: float = 0.0


class _LSTMArguments(Kind, frozen=True):
    units: Positive
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


@kind
class LSTMCell(_LSTMArguments, _DenseCell, frozen=True):
    """One step of an LSTM: from an input and two states to an output and two new states.

    Output: (batch, units), then the new states h and c, (batch, units) each. Weights: kernel
    (in, 4 × units), recurrent_kernel (units, 4 × units), bias (4 × units,).
    Source: https://keras.io/api/layers/recurrent_layers/lstm_cell/
    """

    gates: ClassVar[int] = 4
    state_count: ClassVar[int] = 2

    implementation: Untyped = 2

    def biases(self, width: int) -> tuple[int, ...] | None:
        return (width,) if self.use_bias else None


@kind
class GRUCell(_GRUArguments, _DenseCell, frozen=True):
    """One step of a GRU: from an input and a state to an output and a new state.

    Output: (batch, units), then the new state, likewise. Weights: kernel (in, 3 × units),
    recurrent_kernel (units, 3 × units), bias (2, 3 × units), without reset_after (3 × units,).
    Source: https://keras.io/api/layers/recurrent_layers/gru_cell/
    """

    gates: ClassVar[int] = 3

    reset_after: bool = True
    seed: int | None = None
    implementation: Untyped = 2

    def biases(self, width: int) -> tuple[int, ...] | None:
        if not self.use_bias:
            return None
        return (2, width) if self.reset_after else (width,)


@kind
class SimpleRNNCell(_SimpleArguments, _DenseCell, frozen=True):
    """One step of a simple recurrence: from an input and a state to an output, the new state.

    Output: (batch, units), then the new state, likewise. Weights: kernel (in, units),
    recurrent_kernel (units, units), bias (units,).
    Source: https://keras.io/api/layers/recurrent_layers/simple_rnn_cell/
    """

    seed: int | None = None

    def biases(self, width: int) -> tuple[int, ...] | None:
        return (width,) if self.use_bias else None


@kind
class LSTM(_LSTMArguments, _Recurrent, frozen=True):
    """Long short-term memory: goes over a sequence, and keeps two states from step to step.

    Reads sequences (batch, steps, in), and as initial_state h and c, if they are given.
    Output: (batch, units), with return_sequences (batch, steps, units); with return_state also
    the last h and c. Weights, under lstm_cell: kernel (in, 4 × units), recurrent_kernel
    (units, 4 × units), bias (4 × units,).
    Source: https://keras.io/api/layers/recurrent_layers/lstm/
    """

    cell_kind: ClassVar[type[_Cell]] = LSTMCell
    cell_name: ClassVar[str] = "lstm_cell"
    hands_on_trainable: ClassVar[bool] = True

    return_sequences: bool = False
    return_state: bool = False
    go_backwards: bool = False
    stateful: bool = False
    unroll: bool = False
    use_cudnn: Literal["auto"] | bool = "auto"
    zero_output_for_mask: bool = False
    implementation: Untyped = 2


@kind
class GRU(_GRUArguments, _Recurrent, frozen=True):
    """Gated recurrent unit: goes over a sequence, and keeps one state from step to step.

    Reads sequences (batch, steps, in), and as initial_state one state, if it is given.
    Output: (batch, units), with return_sequences (batch, steps, units); with return_state also
    the last state. Weights, under gru_cell: kernel (in, 3 × units), recurrent_kernel
    (units, 3 × units), bias (2, 3 × units), without reset_after (3 × units,).
    Source: https://keras.io/api/layers/recurrent_layers/gru/
    """

    cell_kind: ClassVar[type[_Cell]] = GRUCell
    cell_name: ClassVar[str] = "gru_cell"
    hands_on_trainable: ClassVar[bool] = True

    seed: int | None = None
    return_sequences: bool = False
    return_state: bool = False
    go_backwards: bool = False
    stateful: bool = False
    unroll: bool = False
    reset_after: bool = True
    use_cudnn: Literal["auto"] | bool = "auto"
    zero_output_for_mask: bool = False
    implementation: Untyped = 2


@kind
class SimpleRNN(_SimpleArguments, _Recurrent, frozen=True):
    """Simple recurrence: goes over a sequence, and its output is its state at the next step.

    Reads sequences (batch, steps, in), and as initial_state one state, if it is given.
    Output: (batch, units), with return_sequences (batch, steps, units); with return_state also
    the last state. Weights, under simple_rnn_cell: kernel (in, units), recurrent_kernel
    (units, units), bias (units,).
    Source: https://keras.io/api/layers/recurrent_layers/simple_rnn/
    """

    cell_kind: ClassVar[type[_Cell]] = SimpleRNNCell
    cell_name: ClassVar[str] = "simple_rnn_cell"
    hands_on_trainable: ClassVar[bool] = True

    return_sequences: bool = False
    return_state: bool = False
    go_backwards: bool = False
    stateful: bool = False
    unroll: bool = False
    seed: int | None = None
    zero_output_for_mask: bool = False


@kind
class StackedRNNCells(_Cell, frozen=True):
    """Cells on top of each other as one cell: each reads the output of the one below.

    Reads an input and the states of all cells, one after another.
    Output: the last cell's, then the new states of all. Weights: each cell's, under its name.
    Source: https://keras.io/api/layers/recurrent_layers/stacked_rnn_cell/
    """

    cells: Cells

    def validate(self) -> None:
        for bound in self.cells:
            _cell(bound)

    def output(self, inputs: Shape) -> Shape:
        return functools.reduce(lambda shape, bound: _cell(bound).output(shape), self.cells, inputs)

    def states(self, inputs: Shape) -> tuple[Shape, ...]:
        found: list[Shape] = []
        for bound in self.cells:
            cell = _cell(bound)
            found += cell.states(inputs)
            inputs = cell.output(inputs)
        return tuple(found)

    def infer(self, inputs: Shape, *states: Shape) -> Inference:
        expect_rank(inputs, 2)
        _expect_states(states, self.states(inputs), can_broadcast)
        weights: list[Weight] = []
        after: list[Shape] = []
        for bound in self.cells:
            count = len(_cell(bound).states(inputs))
            before = states[len(after) : len(after) + count]
            inference = call_sublayer(bound, (inputs, *before))
            inputs = inference.outputs[0]
            after += inference.outputs[1:]
            weights += inference.weights
        return Inference((inputs, *after), tuple(weights))


@kind
class RNN(_Recurrent, frozen=True):
    """Applies a cell to each step of a sequence; cells in a list are stacked.

    Reads sequences (batch, steps, in), and as initial_state the states of all cells, if given.
    Output: the cell's last, with return_sequences that of each step; with return_state also the
    last states. Weights: the cell's, under its name; a list's are under stacked_rnn_cells.
    Source: https://keras.io/api/layers/recurrent_layers/rnn/
    """

    cell: Bound | Cells
    return_sequences: bool = False
    return_state: bool = False
    go_backwards: bool = False
    stateful: bool = False
    unroll: bool = False
    zero_output_for_mask: bool = False

    def validate(self) -> None:
        for bound in self.cell if isinstance(self.cell, tuple) else (self.cell,):
            _cell(bound)

    def cell_of(self) -> _Cell:
        return StackedRNNCells(self.cell) if isinstance(self.cell, tuple) else _cell(self.cell)

    def call_cell(self, shapes: Sequence[Shape]) -> Inference:
        if isinstance(self.cell, tuple):
            return under("stacked_rnn_cells", StackedRNNCells(self.cell).infer(*shapes))
        return call_sublayer(self.cell, shapes)


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
        """What a step's input goes through: one convolution for all four gates."""
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


class _ConvLSTMCell(_ConvLSTMArguments, _Cell, frozen=True):
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
        # The states are convolved too, with a stride of 1 and padded so that they keep their size.
        size = per_axis(self.kernel_size, self.rank)
        recurrent = Weight("recurrent_kernel", (*size, self.filters, 4 * self.filters))
        outputs = (self.output(inputs), *states)
        return Inference(outputs, (kernel, recurrent, *bias), inference.windows)


class _ConvLSTM1DCell(_ConvLSTMCell, frozen=True):
    rank: ClassVar[int] = 1


class _ConvLSTM2DCell(_ConvLSTMCell, frozen=True):
    rank: ClassVar[int] = 2


class _ConvLSTM3DCell(_ConvLSTMCell, frozen=True):
    rank: ClassVar[int] = 3


class _ConvLSTM(_ConvLSTMArguments, _Recurrent, frozen=True):
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

    Reads sequences (batch, steps, length, in), and as initial_state h and c, if they are given.
    Output: each step's, by the window rule along the axis, with channels = filters; the last
    one alone, or all with return_sequences; with return_state also the last h and c.
    Weights, under conv_lstm_cell: kernel (k, in, 4 × filters), recurrent_kernel
    (k, filters, 4 × filters), bias (4 × filters,).
    Source: https://keras.io/api/layers/recurrent_layers/conv_lstm1d/
    """

    rank: ClassVar[int] = 1
    cell_kind: ClassVar[type[_Cell]] = _ConvLSTM1DCell


@kind
class ConvLSTM2D(_ConvLSTM, frozen=True):
    """2-D convolutional LSTM: an LSTM whose gates are convolutions of each step.

    Reads sequences (batch, steps, height, width, in), and as initial_state h and c, if given.
    Output: each step's, by the window rule along each axis, with channels = filters; the last
    one alone, or all with return_sequences; with return_state also the last h and c.
    Weights, under conv_lstm_cell: kernel (kh, kw, in, 4 × filters), recurrent_kernel
    (kh, kw, filters, 4 × filters), bias (4 × filters,).
    Source: https://keras.io/api/layers/recurrent_layers/conv_lstm2d/
    """

    rank: ClassVar[int] = 2
    cell_kind: ClassVar[type[_Cell]] = _ConvLSTM2DCell


@kind
class ConvLSTM3D(_ConvLSTM, frozen=True):
    """3-D convolutional LSTM: an LSTM whose gates are convolutions of each step.

    Reads sequences (batch, steps, depth, height, width, in), and as initial_state h and c, if
    they are given.
    Output: each step's, by the window rule along each axis, with channels = filters; the last
    one alone, or all with return_sequences; with return_state also the last h and c.
    Weights, under conv_lstm_cell: kernel (kd, kh, kw, in, 4 × filters), recurrent_kernel
    (kd, kh, kw, filters, 4 × filters), bias (4 × filters,).
    Source: https://keras.io/api/layers/recurrent_layers/conv_lstm3d/
    """

    rank: ClassVar[int] = 3
    cell_kind: ClassVar[type[_Cell]] = _ConvLSTM3DCell


@kind
class Bidirectional(Kind, frozen=True):
    """Goes over a sequence from both ends, with a recurrent layer each, and merges what they give.

    The second layer is backward_layer, or a copy of the first that goes the other way. Reads
    sequences, and as initial_state the states of the first, then those of the second, if given.
    Output: as the layer's; merge_mode concat doubles the last dimension, and null gives the
    outputs of both. Where the layers return states, those of both follow.
    Weights: those of both, under forward_ and backward_ with the layer's name.
    Source: https://keras.io/api/layers/recurrent_layers/bidirectional/
    """

    layer: Bound
    merge_mode: Literal["sum", "mul", "ave", "concat"] | None = "concat"
    weights: Untyped = None
    backward_layer: Bound | None = None

    def validate(self) -> None:
        forward = _recurrent(self.layer)
        if forward.stateful and forward.return_state:
            # Keras fails where it makes a mask for these states.
            raise LayerError(
                "wrong-value",
                "a layer that is stateful can't return its states from a Bidirectional",
                argument="layer",
                help="leave out its return_state, or its stateful",
            )
        if self.backward_layer is None:
            if forward.go_backwards:
                raise LayerError(
                    "wrong-value",
                    "the layer goes backwards, so that a copy of it would go the same way",
                    argument="layer",
                    help="leave out its go_backwards",
                )
            return
        backward = _recurrent(self.backward_layer)
        if forward.go_backwards == backward.go_backwards:
            raise LayerError(
                "wrong-value",
                "one of layer and backward_layer must go backwards, and the other not",
                argument="backward_layer",
                help=None if forward.go_backwards else "give it go_backwards: true",
            )
        for name in ("stateful", "return_sequences", "return_state"):
            if getattr(forward, name) != getattr(backward, name):
                raise LayerError(
                    "wrong-value",
                    f"layer and backward_layer must have the same {name}",
                    argument="backward_layer",
                )

    def infer(
        self, sequences: Shape, *initial_state: Shape, mask: Shape | None = None
    ) -> Inference:
        layers = [replace(self.layer, name=_prefixed("forward_", self.layer.name))]
        if self.backward_layer is not None:
            layers.append(self.backward_layer)
        else:
            layers.append(replace(self.layer, name=_prefixed("backward_", self.layer.name)))
        if len(initial_state) % 2:
            raise LayerError(
                "wrong-inputs",
                "initial_state must hold as many states for each of the two layers, not "
                f"{len(initial_state)} in all",
            )
        half = len(initial_state) // 2
        masks, names = ((), ()) if mask is None else ((mask,), ("mask",))
        forward, backward = (
            call_sublayer(layer, (sequences, *states, *masks), names)
            for layer, states in zip(
                layers, (initial_state[:half], initial_state[half:]), strict=True
            )
        )
        if forward.outputs != backward.outputs:
            raise LayerError(
                "shape-mismatch",
                f"layer gives {_listed(forward.outputs)}, but backward_layer "
                f"{_listed(backward.outputs)}",
                argument="backward_layer",
            )
        outputs = (
            *self.merged(forward.outputs[0]),
            *forward.outputs[1:],
            *backward.outputs[1:],
        )
        return Inference(
            outputs,
            forward.weights + backward.weights,
            forward.windows + backward.windows,
        )

    def merged(self, output: Shape) -> tuple[Shape, ...]:
        """What comes of two outputs of this shape."""
        if self.merge_mode is None:
            return (output, output)
        if self.merge_mode == "concat":
            return ((*output[:-1], scale(output[-1], 2)),)
        return (output,)


@kind
class TimeDistributed(Kind, frozen=True):
    """Applies a layer to each step of a sequence by itself, with the same weights.

    Reads inputs (batch, steps, ...), of which the layer sees (batch, ...).
    Output: the layer's, with the steps after the batch. Weights: the layer's, under its name.
    Source: https://keras.io/api/layers/recurrent_layers/time_distributed/
    """

    layer: Bound

    def infer(self, inputs: Shape, mask: Shape | None = None) -> Inference:
        expect_least_rank(inputs, 3)
        _expect_mask(mask, inputs)
        inference = call_sublayer(self.layer, ((inputs[0], *inputs[2:]),))
        if len(inference.outputs) != 1 or not inference.outputs[0]:
            raise LayerError(
                "wrong-value",
                "the layer must give one output for each step, but it gives "
                f"{_listed(inference.outputs)}",
                argument="layer",
            )
        (output,) = inference.outputs
        return Inference(
            ((output[0], inputs[1], *output[1:]),), inference.weights, inference.windows
        )


@kind
class Wrapper(Kind, frozen=True):
    """The base of layers that wrap another; by itself it can't be applied to anything.

    Output: none. Weights: none.
    Source: https://keras.io/api/layers/
    """

    layer: Bound

    def infer(self, inputs: Shape) -> Inference:
        raise LayerError(
            "wrong-value",
            f"a Wrapper by itself does nothing with its input {format_shape(inputs)}",
            help="use TimeDistributed, Bidirectional, or the layer alone",
        )


def _cell(bound: Bound) -> _Cell:
    if not isinstance(bound.layer, _Cell):
        raise inside(
            bound,
            LayerError(
                "wrong-value",
                f"{type(bound.layer).__name__} is no cell of a recurrent layer",
                help="the cells are LSTMCell, GRUCell, SimpleRNNCell and StackedRNNCells",
            ),
        )
    return bound.layer


def _recurrent(bound: Bound) -> _Recurrent:
    if not isinstance(bound.layer, _Recurrent):
        raise inside(
            bound,
            LayerError(
                "wrong-value",
                f"{type(bound.layer).__name__} is no recurrent layer",
                help="use one such as LSTM, GRU, SimpleRNN or RNN",
            ),
        )
    return bound.layer


def _expect_states(
    states: Sequence[Shape], expected: Sequence[Shape], fit: Callable[[Dim, Dim], bool]
) -> None:
    """Refuse states other than expected; `fit` tells whether sizes of the batch do."""
    if len(states) != len(expected):
        raise LayerError(
            "wrong-inputs", f"the states must be {_listed(expected)}, not {_listed(states)}"
        )
    for state, wanted in zip(states, expected, strict=True):
        if (
            len(state) != len(wanted)
            or not fit(state[0], wanted[0])
            or not all(map(agree, state[1:], wanted[1:]))
        ):
            raise LayerError(
                "shape-mismatch",
                f"a state must be {format_shape(wanted)}, but {format_shape(state)} is given",
            )


def _serves(batch: Dim, wanted: Dim) -> bool:
    """Whether there is one for each sample of a batch, or one for all."""
    return batch == 1 or agree(batch, wanted)


def _expect_mask(
    mask: Shape | None, sequences: Shape, fit: Callable[[Dim, Dim], bool] = agree
) -> None:
    """Refuse a mask without a value for each step; `fit` tells whether sizes of the batch do."""
    if mask is not None and (
        len(mask) < 2 or not fit(mask[0], sequences[0]) or not agree(mask[1], sequences[1])
    ):
        raise LayerError(
            "shape-mismatch",
            f"a mask must begin with {format_shape(sequences[:2])}, as what is masked, but "
            f"{format_shape(mask)} is given",
        )


def _prefixed(prefix: str, name: str) -> str:
    """The name with the prefix, once."""
    return prefix + name.removeprefix(prefix)


def _listed(shapes: Iterable[Shape]) -> str:
    return ", ".join(map(format_shape, shapes)) or "none"
