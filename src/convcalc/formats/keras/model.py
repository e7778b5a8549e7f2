"""A model as data: its layers and their calls in topological order."""

import heapq
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NoReturn

import msgspec

from convcalc.diagnostics import Diagnostic, SpecError
from convcalc.formats.keras.calls import Call, Reference, read_tensors
from convcalc.formats.keras.classes import FUNCTIONAL
from convcalc.layers.core import INPUT
from convcalc.network import Definition
from convcalc.shapes import Shape

MAX_NAME = 1_000
"""Maximum length of a layer's name; longer names are cut."""


class Layer(msgspec.Struct):
    """A layer of a model, read once even if the model is applied several times.

    `identity` identifies its weights: the layer's path, or Keras's number for an object that a file
    contains several times. `model` is set if the layer is itself a model. `built` is the input
    shape for which Keras built the weights; `given` is the shape that Keras 2 stores in a model's
    first layer. `stacks` are layers that stack the list arguments of a TensorFlow function.
    """

    name: str
    kind: str
    identity: tuple[str, ...]
    definition: Definition
    calls: list[Call]
    trainable: bool = True
    call_arguments: tuple[str, ...] = ()
    model: "Model | None" = None
    built: Shape | None = None
    given: Shape | None = None
    stacks: list["Layer"] = []

    def called(self, call: Call) -> Definition:
        """Return the definition with the constants of a call as further arguments."""
        constants = {
            name: _plain(call.constants[name])
            for name in self.call_arguments
            if name in call.constants
        }
        if not constants:
            return self.definition
        named = {**self.definition.named, **constants}
        return msgspec.structs.replace(self.definition, named=named)


class Model(msgspec.Struct):
    """A model: the calls of its layers in topological order, its inputs and its outputs.

    `chained` marks a Sequential model. `size` counts all calls, including those in nested models.
    """

    name: str
    order: list[tuple[Layer, int]]
    inputs: list[Reference]
    outputs: list[Reference]
    names: frozenset[str]
    trainable: bool = True
    chained: bool = False
    size: int = 0


def _plain(constant: Any) -> Any:
    """Return a call's constant as a spec has it."""
    if not isinstance(constant, list | dict):
        return constant
    from convcalc.layers.ops.operands import plain  # noqa: PLC0415 (start-up time)

    return plain(constant)


def connect(model: Model, layers: list[Layer], config: Mapping[str, Any], *, keras_2: bool) -> None:
    """Set the inputs, outputs and order of a Functional model."""
    try:
        model.inputs = read_tensors(config["input_layers"])
        model.outputs = read_tensors(config.get("output_layers"))
    except ValueError as error:
        fail("wrong-type", f"the inputs and outputs of {model.name!r} can't be told: {error}")
    by_name: dict[str | None, Layer] = {layer.name: layer for layer in layers}
    for layer in layers:
        if layer.kind == INPUT or (not layer.calls and layer.model is None):
            layer.calls = [Call(())]
    _count_calls_from_zero(by_name, model, keras_2=keras_2)
    _check_ends(model, by_name)
    model.order = _in_order(layers)


def _check_ends(model: Model, layers: Mapping[str | None, Layer]) -> None:
    """Refuse inputs and outputs that don't exist, and inputs that are not listed."""
    inputs = [tensor.layer for tensor in model.inputs]
    for name in inputs:
        if name not in layers or layers[name].kind != INPUT:
            fail("wrong-inputs", f"{model.name!r} has no input {name!r}")
    for layer in layers.values():
        if layer.kind == INPUT and layer.name not in inputs:
            fail("wrong-inputs", f"{layer.name!r} is not among the inputs of {model.name!r}")
    for tensor in model.outputs:
        if tensor.layer not in layers or tensor.call >= len(layers[tensor.layer].calls):
            fail(
                "unknown-input",
                f"{model.name!r} gives what call {tensor.call} of {tensor.layer!r} gives, "
                "which there is not",
            )


def _count_calls_from_zero(
    layers: Mapping[str | None, Layer], model: Model, *, keras_2: bool
) -> None:
    """Number the calls of nested models from 0, as those of other layers.

    In `output_layers`, Keras counts a Functional model's definition as call 0. Keras 2 does so
    everywhere, for most models; but there every call has a reader, so the lowest number that is
    read belongs to the first call.
    """
    nested = {name: layer.kind for name, layer in layers.items() if layer.model is not None}
    if not keras_2:
        functional = {name: 1 for name, kind in nested.items() if kind == FUNCTIONAL}
        model.outputs = [_counted_from(tensor, functional) for tensor in model.outputs]
        return
    calls = [call for layer in layers.values() for call in layer.calls]
    read = [*model.outputs, *(tensor for call in calls for tensor in call.inputs)]
    lowest: dict[str | None, int] = {}
    for tensor in read:
        if tensor.layer in nested:
            lowest[tensor.layer] = min(tensor.call, lowest.get(tensor.layer, tensor.call))
    for layer in layers.values():
        layer.calls = [
            call._replace(inputs=tuple(_counted_from(tensor, lowest) for tensor in call.inputs))
            for call in layer.calls
        ]
    model.outputs = [_counted_from(tensor, lowest) for tensor in model.outputs]


def _counted_from(tensor: Reference, first: Mapping[str | None, int]) -> Reference:
    if tensor.layer not in first:
        return tensor
    return tensor._replace(call=max(tensor.call - first[tensor.layer], 0))


def _in_order(layers: list[Layer]) -> list[tuple[Layer, int]]:
    """Sort all calls topologically, otherwise in the order of the file."""
    there = {(layer.name, index) for layer in layers for index in range(len(layer.calls))}
    waits: dict[tuple[int, int], int] = {}
    readers: dict[tuple[str | None, int], list[tuple[int, int]]] = defaultdict(list)
    for position, layer in enumerate(layers):
        for index, call in enumerate(layer.calls):
            read = {(t.layer, t.call) for t in call.inputs} & there
            waits[position, index] = len(read)
            for source in read:
                readers[source].append((position, index))
    ready = [call for call, count in waits.items() if not count]
    heapq.heapify(ready)
    order = []
    while ready:
        position, index = heapq.heappop(ready)
        layer = layers[position]
        order.append((layer, index))
        for reader in readers[layer.name, index]:
            waits[reader] -= 1
            if not waits[reader]:
                heapq.heappush(ready, reader)
    if len(order) < len(waits):
        done = {(layer.name, index) for layer, index in order}
        loop = next(
            layer.name
            for layer in layers
            if any((layer.name, index) not in done for index in range(len(layer.calls)))
        )
        fail("loop", f"layer {loop!r} reads, by way of others, what it gives itself")
    return order


def fail(code: str, message: str, help: str | None = None, *, layer: str | None = None) -> NoReturn:
    """Raise SpecError for a file that can't be read as a network."""
    raise SpecError([Diagnostic(code=code, message=message, help=help, layer=layer)])
