"""Converts a serialized Keras model to a network: calls become nodes, nested models groups."""

import itertools
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from convcalc.diagnostics import Diagnostic
from convcalc.formats.keras import legacy, wording
from convcalc.formats.keras.calls import Call, Reference
from convcalc.formats.keras.model import MAX_NAME, Layer, Model, fail
from convcalc.formats.keras.reader import Reader
from convcalc.layers.core import INPUT
from convcalc.layers.kind import Kind
from convcalc.network import (
    MAX_CONNECTIONS,
    MAX_LAYERS,
    UNKNOWN,
    Group,
    Network,
    Node,
    Tensor,
    next_free,
)

MAX_CHARACTERS = 100_000_000
"""Maximum total length of names; layers of nested models have the names around them too."""


def read_network(
    serialized: Mapping[str, Any], source: str, declared: Mapping[str, type[Kind]]
) -> Network:
    """Convert a serialized model. Raises SpecError if there is no network to return."""
    reader = Reader(declared, legacy=legacy.wrote(serialized))
    model = reader.model(serialized)
    if model.size > MAX_LAYERS:
        fail("too-large", f"the network has more than {MAX_LAYERS:,} layers")
    graph = _Graph(reader.faults)
    # Keras 3 ignores `trainable` of a whole Sequential model; Keras 2 never ignores it.
    trainable = model.trainable or (not reader.keras_2 and model.chained)
    outputs = graph.apply(model, "", None, None, trainable=trainable)
    inputs = {graph.inputs[t.layer]: None for t in model.inputs if t.layer in graph.inputs}
    return Network(
        wording=wording,
        name=model.name or PurePath(source).stem or "model",
        source=source,
        nodes=graph.nodes,
        inputs=tuple(inputs),
        outputs=tuple(tensor for tensor in outputs if tensor is not UNKNOWN),
        kinds=reader.declared,
        groups=graph.groups,
        diagnostics=tuple(graph.faults),
        pruned=True,
        optimizer=None if reader.keras_2 else _optimizer(serialized.get("compile_config")),
    )


def _optimizer(compiled: Any) -> str | None:
    """Return the name of the optimizer that a model was compiled with."""
    optimizer = compiled.get("optimizer") if isinstance(compiled, dict) else None
    name = optimizer.get("class_name") if isinstance(optimizer, dict) else optimizer
    return name[:MAX_NAME] if isinstance(name, str) and name else None


class _Graph:
    """Builds the nodes of a network by applying models."""

    def __init__(self, faults: list[Diagnostic]) -> None:
        self.faults = faults
        self.nodes: list[Node] = []
        self.groups: dict[str, Group] = {}
        self.inputs: dict[str | None, int] = {}
        """Positions of the network's inputs by name."""
        self.originals: dict[tuple[str, ...], int] = {}
        """The node that owns a layer's weights, by the layer's identity."""
        self.taken: set[str] = set()
        self.counts: dict[str, int] = {}
        self.characters = 0
        self.connections = 0

    def apply(
        self,
        model: Model,
        prefix: str,
        group: str | None,
        given: tuple[Tensor, ...] | None,
        *,
        trainable: bool,
    ) -> tuple[Tensor, ...]:
        """Add the nodes of one application of a model; returns its outputs.

        `given` are its inputs; None for the outermost model, whose inputs become nodes.
        """
        results: dict[tuple[str | None, int], tuple[Tensor, ...] | int] = {}
        if given is not None:
            for reference, tensor in zip(model.inputs, given, strict=False):
                results[reference.layer, 0] = (tensor,)
        for layer, index in model.order:
            if (layer.name, index) in results:
                continue
            call = layer.calls[index]
            name = self.name(layer.name, prefix, model.names)
            inputs, fault = self.resolve(call, results, name)
            trained = trainable and layer.trainable
            if layer.model is None:
                node = self.node(layer, call, name, group, inputs)
                node.trainable = trained
                node.fault = fault
                results[layer.name, index] = len(self.nodes) - 1
            else:
                positional = self.given(layer.model, call, inputs, name)
                inner = self.groups[name] = Group(layer.kind, positional, parent=group)
                inner.outputs = results[layer.name, index] = self.apply(
                    layer.model, f"{name}/", name, positional, trainable=trained
                )
        ends = tuple(self.tensor(reference, results) for reference in model.outputs)
        if None in ends and not self.faults:
            message = f"{model.name!r} gives an output of a layer which that does not have"
            self.faults.append(Diagnostic(code="unknown-input", message=message, layer=group))
        return tuple(tensor or UNKNOWN for tensor in ends)

    def given(
        self, model: Model, call: Call, inputs: tuple[Tensor, ...], name: str
    ) -> tuple[Tensor, ...]:
        """Return the inputs of an applied model; all unknown if their number is wrong."""
        given = tuple(itertools.compress(inputs, call.unmasked))
        count = len(model.inputs)
        if len(given) != count:
            noun = "input" if count == 1 else "inputs"
            message = f"{model.name!r} has {count} {noun}, but is given {len(given)}"
            self.faults.append(Diagnostic(code="wrong-inputs", message=message, layer=name))
            return (UNKNOWN,) * count
        return given

    def node(
        self,
        layer: Layer,
        call: Call,
        name: str,
        group: str | None,
        inputs: tuple[Tensor, ...],
    ) -> Node:
        """Add a call of a layer; later calls share the weights of the first."""
        position = len(self.nodes)
        original = self.originals.setdefault(layer.identity, position)
        node = Node(
            name,
            layer.called(call),
            inputs,
            call.names or None,
            group,
            None if original == position else original,
            listed=call.listed,
            recorded_shapes=tuple(reference.shape for reference in call.inputs),
            built_shape=layer.built,
        )
        self.nodes.append(node)
        if layer.kind == INPUT and group is None:
            self.inputs[layer.name] = position
        self.connections += len(inputs)
        if self.connections > MAX_CONNECTIONS:
            fail("too-large", f"the network has more than {MAX_CONNECTIONS:,} connections")
        return node

    def resolve(
        self, call: Call, results: Mapping[Any, tuple[Tensor, ...] | int], name: str
    ) -> tuple[tuple[Tensor, ...], str | None]:
        """Resolve a call's inputs; also returns the code of a fault after recording it."""
        tensors = []
        fault = None
        for reference in call.inputs:
            tensor = self.tensor(reference, results)
            if tensor is None and reference.layer is not None:
                fault = "unknown-input"
                message = f"there is no output {reference.output} of {reference.layer!r} to read"
                self.faults.append(Diagnostic(code=fault, message=message, layer=name))
            tensors.append(tensor or UNKNOWN)
        return tuple(tensors), fault

    def tensor(
        self, reference: Reference, results: Mapping[Any, tuple[Tensor, ...] | int]
    ) -> Tensor | None:
        """Return the tensor of a reference, or None if it is missing or a constant."""
        result = results.get((reference.layer, reference.call))
        if isinstance(result, tuple):
            return result[reference.output] if reference.output < len(result) else None
        return None if result is None else Tensor(result, reference.output)

    def name(self, name: str, prefix: str, reserved: frozenset[str]) -> str:
        """Return a free full name: the layer's own, with a number for later calls."""
        while True:
            full = next_free(prefix + name, self.counts, self.taken)
            local = full.removeprefix(prefix)
            if local == name or local not in reserved:
                self.taken.add(full)
                self.characters += len(full)
                if self.characters > MAX_CHARACTERS:
                    fail("too-large", "the names of all layers together are too long")
                return full
