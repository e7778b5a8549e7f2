"""Writes a model that is an argument of a layer as a spec has it."""

import itertools
from collections.abc import Callable, Mapping
from typing import Any

from convcalc.diagnostics import SpecError
from convcalc.formats.keras import legacy
from convcalc.formats.keras.calls import Call, Reference, read_call, read_tensors
from convcalc.formats.keras.classes import FUNCTIONAL, SEQUENTIAL, Kinds, is_graph
from convcalc.formats.keras.model import Layer, Model, connect
from convcalc.layers.calling import parameters_of
from convcalc.layers.core import INPUT
from convcalc.layers.kind import OPERATION
from convcalc.network import Definition, Nowhere, next_free

_SOME_MODEL = Model("", [], [], [], frozenset())
"""Stands for a model inside the model, whose layers don't matter here."""

Write = Callable[[Any], Any]
"""Writes a serialized layer as in a spec: `{Kind: arguments}`."""


def written_model(
    config: Mapping[str, Any], kinds: Kinds, write: Write
) -> tuple[str, dict[str, Any]] | None:
    """Return the kind and arguments of a Functional model, or None if a spec can't express it.

    A chain of layers becomes a Sequential.
    """
    try:
        serialized = {
            one["name"]: {**one, "config": {**one["config"], "name": one["name"]}}
            for one in config["layers"]
        }
        layers = [_layer(one, kinds) for one in serialized.values()]
        model = Model("", [], [], [], frozenset(serialized))
        calls = [call for one in config["layers"] for call in one["inbound_nodes"]]
        keras_2 = kinds.legacy or any(isinstance(call, list) for call in calls)
        connect(model, layers, config, keras_2=keras_2)
        if len(serialized) < len(config["layers"]):
            return None  # duplicate names
        if _is_chain(model) and not any(map(_may_give_several, config["layers"])):
            layers = [write(serialized[one.name]) for one, _ in model.order[1:]]
            return SEQUENTIAL, {"layers": layers}
        return _Graph(model, serialized, kinds, write).written()
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, SpecError):
        return None


def _layer(serialized: Any, kinds: Kinds) -> Layer:
    """Read a layer with its calls. Raises various errors for files that Keras did not write."""
    name, config = serialized["name"], serialized["config"]
    if not isinstance(name, str):
        raise TypeError(name)
    class_name = str(serialized["class_name"])
    kind_name = kinds.name(serialized) or class_name
    kind = kinds.get(kind_name)
    if is_graph(kinds.name(serialized), kind, config, kinds):
        kind_name = FUNCTIONAL
    is_model = kind_name in {FUNCTIONAL, SEQUENTIAL} and kind_name not in kinds.given
    calls = [read_call(call, None if is_model else kind) for call in serialized["inbound_nodes"]]
    call_arguments = kind.call_arguments if kind else ()
    if kind and class_name in legacy.OPERATIONS:
        calls = [legacy.operation_call(call, config, kind) for call in calls]
        call_arguments = kind.__struct_fields__
    if is_model:  # its inputs may be named, as in a mapping
        calls = [
            call._replace(inputs=tuple(itertools.compress(call.inputs, call.unmasked)), names=())
            for call in calls
        ]
    return Layer(
        name,
        kind_name,
        (),
        Definition(kind_name, Nowhere()),
        calls,
        call_arguments=call_arguments,
        model=_SOME_MODEL if is_model else None,
    )


def _is_chain(model: Model) -> bool:
    """Whether each layer only reads the one above it, and is neither shared nor an operation."""
    ends = [Reference(model.order[0][0].name)], [Reference(model.order[-1][0].name)]
    if (model.inputs, model.outputs) != ends or len(model.order) == 1:
        return False
    above = None
    for layer, index in model.order:
        call = layer.calls[index]
        read = () if above is None else (Reference(above),)
        if (
            index
            or tuple(tensor._replace(shape=None) for tensor in call.inputs) != read
            or layer.kind.startswith(OPERATION)
            or layer.called(call) is not layer.definition
        ):
            return False
        above = layer.name
    return True


def _may_give_several(serialized: Any) -> bool:
    """Whether a layer may have several outputs; a chain can only continue from one."""
    config = serialized.get("config") if isinstance(serialized, dict) else None
    if not isinstance(config, dict):
        return False
    inner = [config.get("layer"), *(config.get("layers") or ())[-1:]]
    several = "output_layers" in config and len(read_tensors(config["output_layers"])) > 1
    return bool(several or config.get("return_state") or any(map(_may_give_several, inner)))


class _Graph:
    """Writes a model with branches."""

    def __init__(
        self, model: Model, serialized: Mapping[str, Any], kinds: Kinds, write: Write
    ) -> None:
        self.model = model
        self.serialized = serialized
        self.kinds = kinds
        self.write = write
        self.names: dict[tuple[str | None, int], str] = {}
        counts: dict[str, int] = {}
        taken = set(model.names)
        self.first: dict[str, int] = {}
        """The first call of each layer, which is listed in `layers`; the others are in `shares`."""
        for layer, index in model.order:
            again = self.first.setdefault(layer.name, index) != index
            name = next_free(layer.name, counts, taken) if again else layer.name
            taken.add(name)
            self.names[layer.name, index] = name

    def written(self) -> tuple[str, dict[str, Any]] | None:
        layers: list[Any] = []
        reads: dict[str, Any] = {}
        shares: dict[str, str] = {}
        inputs = [(tensor.layer, tensor.call) for tensor in self.model.inputs]
        by_key: dict[tuple[str | None, int], Layer] = {
            (layer.name, index): layer for layer, index in self.model.order
        }
        above = None
        for key in dict.fromkeys([*inputs, *self.names]):
            layer, name = by_key[key], self.names[key]
            call = layer.calls[key[1]]
            constants = layer.called(call).named
            read = self.from_(layer, call)
            if any((tensor.layer, tensor.call) not in self.names for tensor in call.inputs):
                return None  # an array or a missing layer
            first = self.first[layer.name]
            if key[1] == first:
                layers.append(self.layer(layer, constants))
                if read not in ([], above):
                    reads[name] = read
                above = name
            else:
                shares[name] = layer.name
                reads[name] = read
                if constants != layer.called(layer.calls[first]).named:
                    return None
        outputs = [self.refer(tensor) for tensor in self.model.outputs]
        plain: dict[str, Any] = {"layers": layers}
        if reads:
            plain["reads"] = reads
        if outputs != [above]:
            plain["outputs"] = outputs[0] if len(outputs) == 1 else outputs
        if shares:
            plain["shares"] = shares
        return FUNCTIONAL, plain

    def layer(self, layer: Layer, constants: Mapping[str, Any]) -> dict[str, Any]:
        """Write a layer with the constants of its calls."""
        ((kind, named),) = self.write(self.serialized[layer.name]).items()
        named = {**(named or {}), **constants}
        # In a faulty file the class name may not be a string.
        if str(self.serialized[layer.name]["class_name"]) in legacy.OPERATIONS:
            named.pop("function", None)
        if kind == INPUT:
            named = _input(named)
        name = named.pop("name", None)
        if name is not None:
            named["name"] = name
        return {kind: named or None}

    def from_(self, layer: Layer, call: Call) -> Any:
        """Return a call's inputs as written in `from`."""
        read = [self.refer(tensor) for tensor in call.inputs]
        if not call.names:
            return read[0] if len(read) == 1 and not call.listed else read
        kind = self.kinds.get(layer.kind)
        by_position = parameters_of(kind)[: len(read) - len(call.names)] if kind else ()
        found: dict[str, list[str]] = {}
        for name, one in zip((*by_position, *call.names), read, strict=True):
            found.setdefault(name, []).append(one)
        return {name: some[0] if len(some) == 1 else some for name, some in found.items()}

    def refer(self, tensor: Reference) -> str:
        name = self.names.get((tensor.layer, tensor.call), "")
        return f"{name}:{tensor.output}" if tensor.output else name


def _input(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return an input's arguments, with `shape` for a shape of unknown batch size."""
    shape = named.get("batch_shape")
    if not isinstance(shape, list) or shape[:1] != [None]:
        return dict(named)
    return {"shape": shape[1:], **{k: v for k, v in named.items() if k != "batch_shape"}}
