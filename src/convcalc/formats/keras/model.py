"""A model as data: its layers with their calls, in an order that can be computed."""

import heapq
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NoReturn

import msgspec

from convcalc.diagnostics import Diagnostic, SpecError
from convcalc.formats.keras.calls import (
    Call,
    Reference,
    read_tensors,
)
from convcalc.formats.keras.classes import FUNCTIONAL
from convcalc.layers.core import INPUT
from convcalc.network import Definition
from convcalc.shapes import Shape

MAX_NAME = 1_000
"""How many characters of a layer's name are kept."""


class Layer(msgspec.Struct):
    """A layer as a model has it, read once however often the model is applied.

    `identity` tells its weights from those of others: it is the layer's path, or the number that
    Keras gives an object which stands in a file several times. `model` are the layers of a layer
    that is a model itself. `built` is the shape for which Keras made the layer's
    weights, and `given` the one that Keras 2 keeps in the first layer of a model. `stacks` make
    the tensors that a function of TensorFlow makes of the lists that it is called on.
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
        """The layer with what this call says beside its tensors."""
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
    """A model: its layers, each of their calls in an order that can be computed, and its ends.

    `chained` tells a Sequential model. `size` counts all calls that it comes to, those in the
    models in it included.
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
    """A constant of a call as a spec has it."""
    if not isinstance(constant, list | dict):
        return constant
    from convcalc.layers.ops.operands import plain  # noqa: PLC0415 (start-up time)

    return plain(constant)


def connect(model: Model, layers: list[Layer], config: Mapping[str, Any], *, keras_2: bool) -> None:
    """Give a Functional model its ends, and its calls an order."""
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
    """Refuse ends that are none: then nobody could tell what the model computes."""
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
    """Let the first call of a nested model be number 0, as it is for other layers.

    In `output_layers`, Keras counts a Functional model's own definition as its first call. Keras 2
    did so for most models, and everywhere; but each call is read by something there, so that the
    lowest number that is read is the first one's.
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
    """All calls, each after those that it reads, and else in the order of the file."""
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
    """Give up: no network can be made of the file."""
    raise SpecError([Diagnostic(code=code, message=message, help=help, layer=layer)])
