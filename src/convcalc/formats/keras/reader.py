"""Reads serialized models, each layer once even if the model is applied several times."""

from collections.abc import Mapping
from typing import Any

from convcalc.diagnostics import Diagnostic
from convcalc.formats.keras import legacy
from convcalc.formats.keras.arguments import arguments, unknown
from convcalc.formats.keras.calls import Call, Reference, is_count, read_call, read_shape
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
        """Whether Keras 2 wrote the file, as far as its content shows."""
        self.unknown_classes: set[str] = set()
        self.shared: dict[tuple[str, ...], Mapping[str, Any]] = {}

    @property
    def declared(self) -> Mapping[str, type[Kind]]:
        """The kinds that don't belong to Keras."""
        return self.kinds.declared

    def model(self, serialized: Mapping[str, Any], path: tuple[str, ...] = ()) -> Model:
        """Read a model; `path` has the names of the models around it. Raises SpecError."""
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
        """Read a layer, which may itself be a model."""
        if not isinstance(serialized, dict) or not isinstance(serialized.get("config"), dict):
            fail("wrong-type", "a layer must have a class_name and a config")
        config = serialized["config"]
        name = serialized.get("name", config.get("name"))
        class_name = serialized.get("class_name")
        if not isinstance(name, str) or not isinstance(class_name, str):
            fail("wrong-type", "a layer must have a name and a class_name")
        path = (*path, name[:MAX_NAME])
        kind_name = self.kinds.name(serialized)
        # A model is expanded into its layers, so any mapping or mask it is called on is accepted.
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
            self.mark_unknown(layer, str(config.get("function", class_name))[:MAX_NAME])
        elif class_name in legacy.OPERATIONS:
            self.operation(layer, kind, config)
        else:
            modern = legacy.modern(class_name, config, keras_2=self.kinds.legacy)
            named = arguments(kind, modern, self.kinds)
            if not layer.trainable and not self.keras_2:
                named["trainable"] = False
            layer.definition.named = named
            layer.call_arguments = kind.call_arguments
        # In Keras 2 `trainable` applies to everything inside a layer or model; in Keras 3 it is an
        # argument that applies to the layer's own variables.
        layer.trainable |= not self.keras_2
        return layer

    def identity(self, serialized: Mapping[str, Any], path: tuple[str, ...]) -> tuple[str, ...]:
        """Return a layer's path, or its number if the file contains the layer several times.

        Keras uses the first occurrence for all of them.
        """
        if "shared_object_id" not in serialized:
            return path
        identity = ("", str(serialized["shared_object_id"]))
        first = self.shared.setdefault(identity, serialized)
        if any(_described(first, key) != _described(serialized, key) for key in _DESCRIPTION):
            fail("wrong-value", f"{'/'.join(path)!r} is not the layer whose number it has")
        return identity

    def calls(self, calls: Any, kind: type[Kind] | None, layer: str) -> list[Call]:
        """Read the calls of a layer."""
        try:
            self.keras_2 |= any(isinstance(call, list) for call in calls)
            return [read_call(call, kind) for call in calls]
        except (TypeError, ValueError) as error:
            fail("wrong-type", f"what layer {layer!r} reads can't be told: {error}")

    def operation(self, layer: Layer, kind: type[Kind], config: Mapping[str, Any]) -> None:
        """Translate the calls of a TensorFlow function to Keras 3."""
        layer.call_arguments = kind.__struct_fields__
        try:
            calls = [_stacked(call, layer, kind) for call in layer.calls]
            layer.calls = [legacy.operation_call(call, config, kind) for call in calls]
        except ValueError:
            self.mark_unknown(layer, str(config["function"]))

    def mark_unknown(self, layer: Layer, class_name: str) -> None:
        """Mark a layer of an unknown class, and report each class once."""
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
    """Replace a list in a function's call with the output of a layer that stacks it."""
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
    """Return part of a layer's description without its name."""
    value = serialized.get(key)
    return {**value, "name": None} if isinstance(value, dict) else value


def _trainable(config: Mapping[str, Any], name: Any) -> bool:
    """Whether a layer or model is trained, which is the default."""
    trainable = config.get("trainable")
    if trainable is not None and not isinstance(trainable, bool):
        fail("wrong-type", f"`trainable` of {name!r} must be true or false")
    return trainable is not False


def _chain(model: Model, layers: list[Layer], config: Mapping[str, Any]) -> None:
    """Connect each layer of a Sequential model to the one above it, and the first to an input."""
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
    """Create the input of a Sequential model without an input layer.

    If the file has no shape for it, the input is reported as faulty later.
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
    """Return the input shape among a layer's arguments, with the batch."""
    shape = config.get("batch_input_shape") or config.get("batch_shape")
    for name in shape_arguments(kind):
        if shape is None and config.get(name) is not None:
            sizes = config[name]
            shape = [None, *(sizes if isinstance(sizes, list) else [sizes])]
    return read_shape(shape)


def _built(config: Any, kind: type[Kind] | None, layer: str) -> Shape | None:
    """Return the input shape that a layer was built for, or None if there are several or none.

    Classes that don't belong to Keras may write anything here.
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
    """Whether a value is a shape, or contains only shapes."""
    if isinstance(value, dict):
        return all(map(_are_shapes, value.values()))
    if isinstance(value, list):
        return all(is_count(item) or _are_shapes(item) for item in value)
    return value is None
