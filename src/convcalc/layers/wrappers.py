"""Wrappers: layers that apply another to each step of a sequence, or from both ends."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from msgspec.structs import replace

from convcalc.advice import SetArgument, advise
from convcalc.layers.argument_types import Untyped
from convcalc.layers.calling import call_sublayer, inside
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference, OpCounts, elements
from convcalc.layers.kind import Kind, LayerInstance, kind
from convcalc.layers.outputs import OutputDTypeRule, Rule
from convcalc.layers.recurrent import Recurrent, expect_mask, listed
from convcalc.layers.requirements import expect_least_rank
from convcalc.shapes import Shape, format_shape, scale
from convcalc.windows import IDENTITY, AnyWindow, AxisDependency


@kind
class Bidirectional(Kind, frozen=True):
    """Runs one recurrent layer from each end of a sequence, and merges their outputs.

    The second layer is backward_layer, or a copy of the first that goes the other way. Reads
    sequences, and optionally the states of the first layer, then of the second, as initial_state.
    Output: as the layer's; merge_mode concat doubles the last dimension, and null returns both
    outputs. If the layers return states, both layers' states follow.
    Weights: both layers', under forward_ and backward_ plus the layer's name.
    Source: https://keras.io/api/layers/recurrent_layers/bidirectional/
    """

    layer: LayerInstance
    merge_mode: Literal["sum", "mul", "ave", "concat"] | None = "concat"
    weights: Untyped = None
    backward_layer: LayerInstance | None = None

    def validate(self) -> None:
        forward = _recurrent(self.layer)
        if forward.stateful and forward.return_state:
            # Keras fails to make a mask for these states.
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
                help=None
                if forward.go_backwards
                else advise("give it {}", SetArgument("go_backwards", value=True)),
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
                f"layer gives {listed(forward.outputs)}, but backward_layer "
                f"{listed(backward.outputs)}",
                argument="backward_layer",
            )
        outputs = (
            *self.merged(forward.outputs[0]),
            *forward.outputs[1:],
            *backward.outputs[1:],
        )
        op_counts = forward.op_counts + backward.op_counts
        if self.merge_mode in {"sum", "mul", "ave"}:
            op_counts += OpCounts(merging=elements(outputs[0]))
        return Inference(
            outputs,
            forward.weights + backward.weights,
            forward.windows + backward.windows,
            op_counts,
        )

    def dependencies(
        self, windows: tuple[AnyWindow, ...], read: Shape, output: Shape
    ) -> tuple[AxisDependency, ...]:
        return _recurrent(self.layer).dependencies(windows, read, output)

    def explain(
        self, inference: Inference, sequences: Shape, *_states: Shape, **_named: Any
    ) -> Iterator[str]:
        yield (
            "Two layers go over the sequence, one from each end, with weights of their own; their "
            f"outputs are {_MERGED[self.merge_mode]}."
        )
        yield from _recurrent(self.layer).explain(inference, sequences)

    def merged(self, output: Shape) -> tuple[Shape, ...]:
        """The merged shapes of two outputs of this shape."""
        if self.merge_mode is None:
            return (output, output)
        if self.merge_mode == "concat":
            return ((*output[:-1], scale(output[-1], 2)),)
        return (output,)


@kind
class TimeDistributed(Kind, frozen=True):
    """Applies a layer to each step of a sequence separately, with the same weights.

    Reads inputs (batch, steps, ...); the layer reads (batch, ...).
    Output: the layer's, with the steps after the batch. Weights: the layer's, under its name.
    Source: https://keras.io/api/layers/recurrent_layers/time_distributed/
    """

    layer: LayerInstance

    def infer(self, inputs: Shape, mask: Shape | None = None) -> Inference:
        expect_least_rank(inputs, 3)
        expect_mask(mask, inputs)
        inference = call_sublayer(self.layer, ((inputs[0], *inputs[2:]),))
        if len(inference.outputs) != 1 or not inference.outputs[0]:
            raise LayerError(
                "wrong-value",
                "the layer must give one output for each step, but it gives "
                f"{listed(inference.outputs)}",
                argument="layer",
            )
        (output,) = inference.outputs
        return Inference(
            ((output[0], inputs[1], *output[1:]),),
            inference.weights,
            inference.windows,
            inference.op_counts.times(inputs[1]),
        )

    def dependencies(
        self, windows: tuple[AnyWindow, ...], read: Shape, output: Shape
    ) -> tuple[AxisDependency, ...]:
        one_step = (read[0], *read[2:]), (output[0], *output[2:])
        return (IDENTITY, *self.layer.layer.dependencies(windows, *one_step))

    def changes_batch(self, _read: Shape) -> bool:
        return self.layer.layer.changes_batch(())

    def explain(
        self, _inference: Inference, inputs: Shape, _mask: Shape | None = None
    ) -> Iterator[str]:
        steps = "each step" if inputs[1] is None else f"each of the {inputs[1]} steps"
        yield (
            f"The layer inside sees {steps} as a sample of its own, {format_shape(inputs[2:])} "
            "without the batch. Its weights are the same for all steps, and counted once."
        )


@kind
class Wrapper(Kind, frozen=True):
    """The base of layers that wrap another; it can't be applied itself.

    Output: none. Weights: none.
    Source: https://keras.io/api/layers/
    """

    layer: LayerInstance

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.UNKNOWN

    def infer(self, inputs: Shape) -> Inference:
        raise LayerError(
            "wrong-value",
            f"a Wrapper by itself does nothing with its input {format_shape(inputs)}",
            help="use TimeDistributed, Bidirectional, or the layer alone",
        )


_MERGED = {
    "concat": "put end to end, which makes twice as many features",
    "sum": "added up",
    "mul": "multiplied",
    "ave": "averaged",
    None: "kept apart",
}


def _recurrent(bound: LayerInstance) -> Recurrent:
    if not isinstance(bound.layer, Recurrent):
        raise inside(
            bound,
            LayerError(
                "wrong-value",
                f"{type(bound.layer).__name__} is no recurrent layer",
                help="use one such as LSTM, GRU, SimpleRNN or RNN",
            ),
        )
    return bound.layer


def _prefixed(prefix: str, name: str) -> str:
    """The name with the prefix, which is not added twice."""
    return prefix + name.removeprefix(prefix)
