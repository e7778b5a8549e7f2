"""Serialized models, read: each layer once, however often the model is applied."""

from collections.abc import Mapping
from typing import Any

from convcalc.diagnostics import Diagnostic
from convcalc.formats.keras import legacy
from convcalc.formats.keras.arguments import arguments, unknown
from convcalc.formats.keras.calls import (
    Call,
    Reference,
    is_count,
    read_call,
    read_shape,
)
from convcalc.formats.keras.classes import FUNCTIONAL, SEQUENTIAL, Kinds, is_graph
from convcalc.formats.keras.model import MAX_NAME, Layer, Model, connect, fail
from convcalc.layers import why_no_kind
from convcalc.layers.binding import shape_arguments
from convcalc.layers.core import INPUT
from convcalc.layers.declared import Declared
from convcalc.layers.kind import Kind
from convcalc.network import MAX_NESTING, Definition, Nowhere
from convcalc.shapes import Shape

_DESCRIPTION = ("module", "class_name", "config")
_NOWHERE = Nowhere()

STACK = "ops.Stack"


class Reader:
    """Reads the models of one file."""

    def __init__(self, declared: Mapping[str, type[Kind]], *, legacy: bool) -> None:
        self.kinds = Kinds(declared, legacy=legacy)
        self.faults: list[Diagnostic] = []
        self.keras_2 = legacy
        """Whether Keras 2 wrote the file, as far as can be told."""
        self.unknown_classes: set[str] = set()
        self.shared: dict[tuple[str, ...], Mapping[str, Any]] = {}

    @property
    def declared(self) -> Mapping[str, type[Kind]]:
        """The kinds that are not Keras's own."""
        return self.kinds.declared

    def model(self, serialized: Mapping[str, Any], path: tuple[str, ...] = ()) -> Model:
        """Read a model; `path` are the names of the models around it. Raises SpecError."""
        if len(path) > MAX_NESTING:
            fail("too-deep", f"models are nested deeper than {MAX_NESTING} levels")
        config = serialized["config"]
        chained = serialized.get("class_name") == SEQUENTIAL
        if (
            not isinstance(config, dict)
            or not isinstance(config.get("layers"), list)
            or not (chained or "input_layers" in config)
        ):
            fail(
                "no-layers",
                f"the file tells no layers of this {serialized.get('class_name')}: it is a class "
                "of its own, whose structure only its code knows",
                "save a Functional or Sequential model in its place",
            )
        if path and not config["layers"]:
            fail("no-layers", f"the model {'/'.join(path)!r} is applied, but has no layers")
        read = [self.layer(layer, path) for layer in config["layers"]]
        layers = [one for layer in read for one in (*layer.stacks, layer)]
        name = config.get("name")
        model = Model(
            name if isinstance(name, str) else "",
            [],
            [],
            [],
            frozenset(layer.name for layer in layers),
            _trainable(config, name),
            chained,
        )
        if len(model.names) < len(layers):
            fail("duplicate-name", f"two layers of {name!r} have the same name")
        if chained:
            _chain(model, layers, config)
        else:
            connect(model, layers, config, keras_2=self.keras_2)
        model.size = sum(1 + (layer.model.size if layer.model else 0) for layer, _ in model.order)
        return model

    def layer(self, serialized: Any, path: tuple[str, ...]) -> Layer:
        """Read a layer, which may be a model itself."""
        if not isinstance(serialized, dict) or not isinstance(serialized.get("config"), dict):
            fail("wrong-type", "a layer must have a class_name and a config")
        config = serialized["config"]
        name = serialized.get("name", config.get("name"))
        class_name = serialized.get("class_name")
        if not isinstance(name, str) or not isinstance(class_name, str):
            fail("wrong-type", "a layer must have a name and a class_name")
        path = (*path, name[:MAX_NAME])
        kind_name = self.kinds.name(serialized)
        # A model is read as its layers, and any mapping or mask that it is called on goes with it.
        kind = None if kind_name in {None, FUNCTIONAL} else self.kinds.get(str(kind_name))
        layer = Layer(
            path[-1],
            kind_name or class_name,
            self.identity(serialized, path),
            Definition(kind_name or class_name, _NOWHERE),
            self.calls(serialized.get("inbound_nodes", []), kind, name),
            _trainable(config, name),
            built=_built(serialized.get("build_config"), kind, name),
            given=_given(config, kind),
        )
        if class_name == SEQUENTIAL or is_graph(kind_name, kind, config, self.kinds):
            layer.kind = SEQUENTIAL if class_name == SEQUENTIAL else FUNCTIONAL
            layer.model = self.model(serialized, path)
        elif kind is None:
            layer.definition.named = unknown(config) or {}
            self.stranger(layer, str(config.get("function", class_name))[:MAX_NAME])
        elif class_name in legacy.OPERATIONS:
            self.operation(layer, kind, config)
        else:
            modern = legacy.modern(class_name, config, keras_2=self.kinds.legacy)
            named = arguments(kind, modern, self.kinds)
            if not layer.trainable and not self.keras_2:
                named["trainable"] = False
            layer.definition.named = named
            layer.call_arguments = kind.call_arguments
        # In Keras 2 it was about all that is in a layer or model; now it is about the variables
        # that a layer has itself, and is an argument like others.
        layer.trainable |= not self.keras_2
        return layer

    def identity(self, serialized: Mapping[str, Any], path: tuple[str, ...]) -> tuple[str, ...]:
        """What tells a layer from others: its path, or the number of what stands in many places.

        Keras takes what stands there first for all of them.
        """
        if "shared_object_id" not in serialized:
            return path
        identity = ("", str(serialized["shared_object_id"]))
        first = self.shared.setdefault(identity, serialized)
        if any(_described(first, key) != _described(serialized, key) for key in _DESCRIPTION):
            fail("wrong-value", f"{'/'.join(path)!r} is not the layer whose number it has")
        return identity

    def calls(self, calls: Any, kind: type[Kind] | None, layer: str) -> list[Call]:
        """Read what a layer is called on."""
        try:
            self.keras_2 |= any(isinstance(call, list) for call in calls)
            return [read_call(call, kind) for call in calls]
        except (TypeError, ValueError) as error:
            fail("wrong-type", f"what layer {layer!r} reads can't be told: {error}")

    def operation(self, layer: Layer, kind: type[Kind], config: Mapping[str, Any]) -> None:
        """Give the calls of a function of TensorFlow the form that Keras 3 has for them."""
        layer.call_arguments = kind.__struct_fields__
        try:
            calls = [_stacked(call, layer, kind) for call in layer.calls]
            layer.calls = [legacy.operation_call(call, config, kind) for call in calls]
        except ValueError:
            self.stranger(layer, str(config["function"]))

    def stranger(self, layer: Layer, class_name: str) -> None:
        """Mark a layer of a class that nobody knows; each class is reported once."""
        layer.definition.fault = "unknown-layer"
        if class_name in self.unknown_classes:
            return
        self.unknown_classes.add(class_name)
        self.faults.append(
            Diagnostic(
                code="unknown-layer",
                message=why_no_kind(layer.kind)
                or f"{class_name} is not a layer of Keras, and no kind of that name is declared",
                help="declare it under `kinds:` in a file, and give that with --kinds",
                layer="/".join(layer.identity),
            )
        )


def _stacked(call: Call, layer: Layer, kind: type[Kind]) -> Call:
    """The call of a function on a tensor in place of a list, which another layer stacks."""
    if not legacy.takes_list(call, kind):
        return call
    count = len(call.inputs) - len(call.names)
    name = f"{layer.name}/stack_{len(layer.stacks)}" if layer.stacks else f"{layer.name}/stack"
    identity = (*layer.identity[:-1], name)
    listed = Call(call.inputs[:count], listed=True)
    layer.stacks.append(Layer(name, STACK, identity, Definition(STACK, _NOWHERE), [listed]))
    inputs = (Reference(name), *call.inputs[count:])
    return call._replace(inputs=inputs, listed=False)


def _described(serialized: Mapping[str, Any], key: str) -> Any:
    """One of the things that describe a layer, whatever it is called."""
    value = serialized.get(key)
    return {**value, "name": None} if isinstance(value, dict) else value


def _trainable(config: Mapping[str, Any], name: Any) -> bool:
    """Whether a layer or model is trained, which it is unless it says otherwise."""
    trainable = config.get("trainable")
    if trainable is not None and not isinstance(trainable, bool):
        fail("wrong-type", f"`trainable` of {name!r} must be true or false")
    return trainable is not False


def _chain(model: Model, layers: list[Layer], config: Mapping[str, Any]) -> None:
    """Let each layer of a Sequential model read the one above it, and the first one an input."""
    if not layers or layers[0].kind != INPUT:
        layers.insert(0, _input(layers, config, model.names))
    above = None
    for layer in layers:
        layer.calls = [Call(() if above is None else (Reference(above, shape=layer.built),))]
        above = layer.name
    model.inputs = [Reference(layers[0].name)]
    model.outputs = [Reference(above)]
    model.order = [(layer, 0) for layer in layers]


def _input(layers: list[Layer], config: Mapping[str, Any], names: frozenset[str]) -> Layer:
    """The input of a Sequential model that has none among its layers.

    Without a shape that the file tells somewhere, the input has none, which is its own fault.
    """
    shape = read_shape(config.get("build_input_shape"))
    first = layers[0] if layers else None
    while shape is None and first is not None:
        shape = first.given or first.built
        first = first.model.order[0][0] if first.model and first.model.order else None
    name = "input"
    while name in names:
        name += "_"
    named = {} if shape is None else {"batch_shape": list(shape)}
    return Layer(name, INPUT, (name,), Definition(INPUT, _NOWHERE, named), [])


def _given(config: Mapping[str, Any], kind: type[Kind] | None) -> Shape | None:
    """The shape that a layer says it reads, with the batch."""
    shape = config.get("batch_input_shape") or config.get("batch_shape")
    for name in shape_arguments(kind):
        if shape is None and config.get(name) is not None:
            sizes = config[name]
            shape = [None, *(sizes if isinstance(sizes, list) else [sizes])]
    return read_shape(shape)


def _built(config: Any, kind: type[Kind] | None, layer: str) -> Shape | None:
    """The one shape that a layer was built for, if it was one.

    What is written for a class that is not of Keras is that class's affair.
    """
    shapes = None
    if isinstance(config, dict):
        shapes = config.get("input_shape", config.get("shapes_dict"))
        is_odd = bool(config) and not {"input_shape", "shapes_dict"} & config.keys()
    else:
        is_odd = config is not None
    shape = read_shape(shapes)
    if (
        (is_odd or (shape is None and not _are_shapes(shapes)))
        and kind
        and not issubclass(kind, Declared)
    ):
        fail("wrong-type", f"the shapes that layer {layer!r} was built for can't be told")
    return shape


def _are_shapes(value: Any) -> bool:
    """Whether a value is a shape, or holds nothing but shapes."""
    if isinstance(value, dict):
        return all(map(_are_shapes, value.values()))
    if isinstance(value, list):
        return all(is_count(item) or _are_shapes(item) for item in value)
    return value is None
