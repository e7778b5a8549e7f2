"""Recurrent layers: cells that compute one step, and layers that apply them to sequences."""

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from msgspec import Meta

from convcalc.layers.argument_types import Activation, Positive, Untyped
from convcalc.layers.calling import call_sublayer, inside, output_dtypes, under
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference, OpCounts, Weight, is_linear
from convcalc.layers.kind import Kind, LayerInstance, kind
from convcalc.layers.outputs import OutputDTypeRule, Rule, Types
from convcalc.layers.requirements import expect_rank, known_axis
from convcalc.shapes import (
    Dim,
    Shape,
    agree,
    broadcast,
    can_broadcast,
    format_count,
    format_shape,
    product,
)
from convcalc.windows import ALL, MIXED, AnyWindow, AxisDependency

Cells: TypeAlias = Annotated[tuple[LayerInstance, ...], Meta(min_length=1)]


class Cell(Kind, frozen=True):
    """One step: from an input and its states to an output and new states."""

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.COMPUTED_OF_FLOATS

    def output(self, inputs: Shape) -> Shape:
        """The output shape for a step's input."""
        raise NotImplementedError

    def states(self, inputs: Shape) -> tuple[Shape, ...]:
        """The state shapes for a step's input."""
        raise NotImplementedError


class Recurrent(Kind, frozen=True):
    """A layer that applies a cell to each step of a sequence."""

    cell_kind: ClassVar[type[Cell]]
    """The kind of the cell; it takes its arguments from the layer."""
    cell_name: ClassVar[str]

    @property
    def return_sequences(self) -> bool:
        """Whether every step has an output, or only the last."""
        raise NotImplementedError

    @property
    def return_state(self) -> bool:
        """Whether the last states are outputs too."""
        raise NotImplementedError

    @property
    def go_backwards(self) -> bool:
        """Whether the sequence is read from its end."""
        raise NotImplementedError

    @property
    def stateful(self) -> bool:
        """Whether the states carry over to the next batch."""
        raise NotImplementedError

    def cell_of(self) -> Cell:
        names = self.cell_kind.__struct_fields__
        return self.cell_kind(**{name: getattr(self, name) for name in names})

    def call_cell(self, shapes: Sequence[Shape]) -> Inference:
        """Apply the cell once; its weights are under its name."""
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
        expect_mask(mask, sequences, _fits_batch)
        step = (batch, *sequences[2:])
        states = self.cell_of().states(step)
        if initial_state:
            _expect_states(initial_state, states, _fits_batch)
        inference = self.call_cell((step, *states))
        output, *states_after = inference.outputs
        if self.return_sequences:
            output = (batch, steps, *output[1:])
        outputs = (output, *states_after) if self.return_state else (output,)
        op_counts = inference.op_counts.times(steps)
        return Inference(outputs, inference.weights, inference.windows, op_counts)

    def dependencies(
        self, _windows: tuple[AnyWindow, ...], read: Shape, _output: Shape
    ) -> tuple[AxisDependency, ...]:
        axes = len(read) - 1
        if self.rank:
            return (None,) * axes
        # A step depends on the steps before it, so only the last depends on all.
        return (MIXED if self.return_sequences else ALL,) * axes

    def explain(
        self, inference: Inference, sequences: Shape, *_others: Shape, **_named: Any
    ) -> Iterator[str]:
        batch, steps = sequences[:2]
        counted = "each step" if steps is None else f"each of {format_count(steps, 'step')}"
        kept = "for each step" if self.return_sequences else "after the last step alone"
        yield (
            f"One cell goes over the sequence with the same weights at {counted}, so that their "
            f"number does not depend on the length. There is an output {kept}."
        )
        if self.return_state:
            yield "What the states are after the last step is an output too."
        yield from self.cell_of().explain(inference, (batch, *sequences[2:]))


class _DenseCell(Cell, frozen=True):
    """A cell of matrix products, with states of one size."""

    gates: ClassVar[tuple[str, ...]] = ("new state",)
    """What each group of `units` kernel columns computes, in order."""
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
        """The shape of the bias; None without one."""
        raise NotImplementedError

    def activations(self) -> tuple[Activation, ...]:
        """The activations of one step: one per entry of `gates`, then any from state to output."""
        raise NotImplementedError

    def infer(self, inputs: Shape, *states: Shape) -> Inference:
        expect_rank(inputs, 2)
        features = known_axis(inputs, -1, "the last dimension")
        _expect_states(states, self.states(inputs), can_broadcast)
        batch = functools.reduce(broadcast, (state[0] for state in states), inputs[0])
        width = self.units * len(self.gates)
        weights = [
            Weight("kernel", (features, width)),
            Weight("recurrent_kernel", (self.units, width)),
        ]
        bias = self.biases(width)
        if bias is not None:
            weights.append(Weight("bias", bias))
        op_counts = OpCounts(
            matrix=(features + self.units) * width,
            bias=0 if bias is None else product(bias),
            activation=mapped(self.units, self.activations()),
        )
        return Inference(
            ((batch, self.units),) * (1 + len(states)), tuple(weights), counted=op_counts
        )

    def explain(
        self, _inference: Inference, inputs: Shape, *_states: Shape, **_named: Any
    ) -> Iterator[str]:
        features, units, count = inputs[-1], self.units, len(self.gates)
        if count > 1:
            *most, last = self.gates
            yield (
                f"There are {count} matrices in each kernel, side by side, for {', '.join(most)} "
                f"and {last}: those of the input are {features}×{units} each, so that the kernel "
                f"is {features}×({count} × {units}), and those of the state {units}×{units} each, "
                f"so that the recurrent_kernel is {units}×({count} × {units})."
            )
        else:
            yield (
                f"The kernel takes the {features} features of the input to the {units} units, and "
                f"the recurrent_kernel the {units} units of the step before."
            )
        bias = self.biases(units * count)
        if bias is not None and len(bias) > 1:
            yield (
                "The bias has two rows, one for the input and one for the state, since the reset "
                "gate is applied after the state is multiplied."
            )


def of_lstm(activation: Activation, recurrent_activation: Activation) -> tuple[Activation, ...]:
    """The activations of an LSTM step: three gates, the new cell state, and the output."""
    return (*(recurrent_activation,) * 3, activation, activation)


def mapped(size: Dim, activations: Iterable[Activation]) -> Dim:
    """The number of elements that the activations map, if each is applied to `size` elements."""
    count = sum(not is_linear(activation) for activation in activations)
    return product((size, count)) if count else 0


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

    gates: ClassVar[tuple[str, ...]] = (
        "the input gate",
        "the forget gate",
        "the new cell state",
        "the output gate",
    )
    state_count: ClassVar[int] = 2

    implementation: Untyped = 2

    def biases(self, width: int) -> tuple[int, ...] | None:
        return (width,) if self.use_bias else None

    def activations(self) -> tuple[Activation, ...]:
        return of_lstm(self.activation, self.recurrent_activation)


@kind
class GRUCell(_GRUArguments, _DenseCell, frozen=True):
    """One step of a GRU: from an input and a state to an output and a new state.

    Output: (batch, units), then the new state, (batch, units). Weights: kernel
    (in, 3 × units), recurrent_kernel (units, 3 × units), bias (2, 3 × units), or (3 × units,)
    without reset_after.
    Source: https://keras.io/api/layers/recurrent_layers/gru_cell/
    """

    gates: ClassVar[tuple[str, ...]] = ("the update gate", "the reset gate", "the new state")

    reset_after: bool = True
    seed: int | None = None
    implementation: Untyped = 2

    def biases(self, width: int) -> tuple[int, ...] | None:
        if not self.use_bias:
            return None
        return (2, width) if self.reset_after else (width,)

    def activations(self) -> tuple[Activation, ...]:
        return (self.recurrent_activation, self.recurrent_activation, self.activation)


@kind
class SimpleRNNCell(_SimpleArguments, _DenseCell, frozen=True):
    """One step of a simple recurrence: from an input and a state to an output, the new state.

    Output: (batch, units), then the new state, (batch, units). Weights: kernel
    (in, units), recurrent_kernel (units, units), bias (units,).
    Source: https://keras.io/api/layers/recurrent_layers/simple_rnn_cell/
    """

    seed: int | None = None

    def biases(self, width: int) -> tuple[int, ...] | None:
        return (width,) if self.use_bias else None

    def activations(self) -> tuple[Activation, ...]:
        return (self.activation,)


@kind
class LSTM(_LSTMArguments, Recurrent, frozen=True):
    """Long short-term memory: goes over a sequence and carries two states from step to step.

    Reads sequences (batch, steps, in), and optionally h and c as initial_state.
    Output: (batch, units), or (batch, steps, units) with return_sequences; return_state adds the
    last h and c. Weights, under lstm_cell: kernel (in, 4 × units), recurrent_kernel
    (units, 4 × units), bias (4 × units,).
    Source: https://keras.io/api/layers/recurrent_layers/lstm/
    """

    cell_kind: ClassVar[type[Cell]] = LSTMCell
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
class GRU(_GRUArguments, Recurrent, frozen=True):
    """Gated recurrent unit: goes over a sequence and carries one state from step to step.

    Reads sequences (batch, steps, in), and optionally one state as initial_state.
    Output: (batch, units), or (batch, steps, units) with return_sequences; return_state adds the
    last state. Weights, under gru_cell: kernel (in, 3 × units), recurrent_kernel
    (units, 3 × units), bias (2, 3 × units), or (3 × units,) without reset_after.
    Source: https://keras.io/api/layers/recurrent_layers/gru/
    """

    cell_kind: ClassVar[type[Cell]] = GRUCell
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
class SimpleRNN(_SimpleArguments, Recurrent, frozen=True):
    """Simple recurrence: goes over a sequence; the output of a step is the state of the next.

    Reads sequences (batch, steps, in), and optionally one state as initial_state.
    Output: (batch, units), or (batch, steps, units) with return_sequences; return_state adds the
    last state. Weights, under simple_rnn_cell: kernel (in, units), recurrent_kernel
    (units, units), bias (units,).
    Source: https://keras.io/api/layers/recurrent_layers/simple_rnn/
    """

    cell_kind: ClassVar[type[Cell]] = SimpleRNNCell
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
class StackedRNNCells(Cell, frozen=True):
    """Stacked cells as one cell: each reads the output of the one below.

    Reads an input and the states of all cells, in order.
    Output: the last cell's, then the new states of all cells. Weights: each cell's, under its name.
    Source: https://keras.io/api/layers/recurrent_layers/stacked_rnn_cell/
    """

    cells: Cells

    def validate(self) -> None:
        for bound in self.cells:
            _cell(bound)

    def output(self, inputs: Shape) -> Shape:
        return functools.reduce(lambda shape, bound: _cell(bound).output(shape), self.cells, inputs)

    def output_dtypes(self, _computes: str | None, read: Types) -> Types:
        found = {types for cell in self.cells for types in output_dtypes(cell, read)}
        return (found.pop() if len(found) == 1 else None,)

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
        op_counts = OpCounts()
        for bound in self.cells:
            count = len(_cell(bound).states(inputs))
            before = states[len(after) : len(after) + count]
            inference = call_sublayer(bound, (inputs, *before))
            inputs = inference.outputs[0]
            after += inference.outputs[1:]
            weights += inference.weights
            op_counts += inference.op_counts
        return Inference((inputs, *after), tuple(weights), counted=op_counts)

    def explain(
        self, _inference: Inference, _inputs: Shape, *_states: Shape, **_named: Any
    ) -> Iterator[str]:
        yield (
            f"The {len(self.cells)} cells stand on top of each other: each has its own states, and "
            "reads what the one below it gives at the same step."
        )


@kind
class RNN(Recurrent, frozen=True):
    """Applies a cell to each step of a sequence; cells in a list are stacked.

    Reads sequences (batch, steps, in), and optionally the states of all cells as initial_state.
    Output: the cell's at the last step, or at every step with return_sequences; return_state adds
    the last states. Weights: the cell's, under its name, or under stacked_rnn_cells for a list.
    Source: https://keras.io/api/layers/recurrent_layers/rnn/
    """

    cell: LayerInstance | Cells
    return_sequences: bool = False
    return_state: bool = False
    go_backwards: bool = False
    stateful: bool = False
    unroll: bool = False
    zero_output_for_mask: bool = False

    def validate(self) -> None:
        for bound in self.cell if isinstance(self.cell, tuple) else (self.cell,):
            _cell(bound)

    def cell_of(self) -> Cell:
        return StackedRNNCells(self.cell) if isinstance(self.cell, tuple) else _cell(self.cell)

    def call_cell(self, shapes: Sequence[Shape]) -> Inference:
        if isinstance(self.cell, tuple):
            return under("stacked_rnn_cells", StackedRNNCells(self.cell).infer(*shapes))
        return call_sublayer(self.cell, shapes)


def _cell(bound: LayerInstance) -> Cell:
    if not isinstance(bound.layer, Cell):
        raise inside(
            bound,
            LayerError(
                "wrong-value",
                f"{type(bound.layer).__name__} is no cell of a recurrent layer",
                help="the cells are LSTMCell, GRUCell, SimpleRNNCell and StackedRNNCells",
            ),
        )
    return bound.layer


def _expect_states(
    states: Sequence[Shape], expected: Sequence[Shape], fit: Callable[[Dim, Dim], bool]
) -> None:
    """Refuse unexpected states; `fit` compares batch sizes."""
    if len(states) != len(expected):
        raise LayerError(
            "wrong-inputs", f"the states must be {listed(expected)}, not {listed(states)}"
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


def _fits_batch(batch: Dim, wanted: Dim) -> bool:
    """Whether a batch size is one per sample, or 1 for all samples."""
    return batch == 1 or agree(batch, wanted)


def expect_mask(
    mask: Shape | None, sequences: Shape, fit: Callable[[Dim, Dim], bool] = agree
) -> None:
    """Refuse a mask without a value for each step; `fit` compares batch sizes."""
    if mask is not None and (
        len(mask) < 2 or not fit(mask[0], sequences[0]) or not agree(mask[1], sequences[1])
    ):
        raise LayerError(
            "shape-mismatch",
            f"a mask must begin with {format_shape(sequences[:2])}, as what is masked, but "
            f"{format_shape(mask)} is given",
        )


def listed(shapes: Iterable[Shape]) -> str:
    """The shapes as listed in messages."""
    return ", ".join(map(format_shape, shapes)) or "none"
