"""Converts serialized arguments of Keras to arguments as written in a spec."""

import functools
from collections.abc import Mapping
from typing import Any, TypeGuard

import msgspec

from convcalc.dtypes import read_policy
from convcalc.formats.keras import legacy
from convcalc.formats.keras.classes import SEQUENTIAL, Kinds, is_graph
from convcalc.formats.keras.nested_model import written_model
from convcalc.layers.binding import COMMON, default_of, per_axis_fields, sublayer_fields
from convcalc.layers.core import INPUT
from convcalc.layers.kind import Kind, snake_case

MODEL = "Model"
"""The placeholder for a model that can't be written as an argument."""

_DEFAULT_DTYPE = "float32"

_UNSAID = {
    "activation": "linear",
    "data_format": "channels_last",
    "ragged": False,
    "sparse": False,
}
"""Values that Keras writes for omitted arguments whose default is None."""


def arguments(
    kind: type[Kind], config: Mapping[str, Any], kinds: Kinds, unnamed: set[str] | None = None
) -> dict[str, Any]:
    """Convert a layer's arguments, without those that have their default values.

    Arguments common to all layers are left out, except an unusual `dtype`; `name` and `trainable`
    belong to the layer's use. `unnamed` collects the default names that are already left out inside
    the outermost layer: a second layer of such a name must keep it.
    """
    unnamed = set() if unnamed is None else unnamed
    fields = _fields(kind)
    found: dict[str, Any] = {}
    for name, value in config.items():
        field = fields.get(name)
        if name == "dtype":
            dtype = dtype_name(value)
            if dtype not in (None, _DEFAULT_DTYPE) or (field and field.default is ...):
                found[name] = dtype
        elif field is None:
            if not kinds.drops(kind, name, value):
                found[name] = value  # unknown to the kind; reported when it is bound
        elif not field.is_default(value):
            written = field.written(value, kinds, unnamed)
            if not field.is_default(written):
                found[name] = written
    for name, other in kind.default_from.items():
        if name in found and found[name] == found.get(other, fields[other].default):
            del found[name]
    _leave_out_learned(kind, found)
    _leave_out_backward(found)
    return found


class _Field(msgspec.Struct, frozen=True):
    """An argument of a kind.

    `default` has the form of JSON, or is `...` for a required argument. `unsaid` is the value that
    Keras writes for a default of None, and `folded` the normalized name of a default object.
    """

    default: Any
    unsaid: Any
    folded: str | None
    per_axis: bool
    is_layer: bool

    def written(self, value: Any, kinds: Kinds, unnamed: set[str]) -> Any:
        """Convert a serialized value."""
        if self.is_layer:
            return _sublayers(value, kinds, unnamed)
        if not isinstance(value, dict | list):
            return value
        return _plain(_short(value) if self.per_axis else value)

    def is_default(self, value: Any) -> bool:
        """Whether a value equals the default.

        Objects such as initializers are compared by class only, since their settings change
        neither shapes nor weights.
        """
        if value == self.default and value.__class__ is self.default.__class__:
            return True
        if self.folded is not None:
            name = value.get("class_name") if isinstance(value, dict) else value
            return _folded(str(name)) == self.folded
        if self.unsaid is not None:
            return bool(value == self.unsaid)
        if isinstance(value, list) and len(value) == 1 and isinstance(self.default, int):
            return bool(value[0] == self.default)  # a single axis in a list
        equal = bool(value == self.default)
        return equal and isinstance(value, bool) == isinstance(self.default, bool)


@functools.cache
def _fields(kind: type[Kind]) -> Mapping[str, _Field]:
    """Return the arguments of a kind by name."""
    layers = sublayer_fields(kind)
    per_axis = per_axis_fields(kind)
    found = {}
    for field in msgspec.structs.fields(kind):
        default = ... if field.required else default_of(field)
        found[field.name] = _Field(
            default,
            _UNSAID.get(field.name) if default is None else None,
            _folded(_SHORT.get(default, default)) if isinstance(default, str) else None,
            field.name in per_axis,
            field.name in layers,
        )
    return found


def _short(value: Any) -> Any:
    """Replace a list of equal numbers or pairs, one per axis, with the number."""
    if not isinstance(value, list):
        return value
    flat = [x for item in value for x in (item if isinstance(item, list) else [item])]
    return flat[0] if flat and all(x == flat[0] for x in flat) else value


_SHORT = {"normal": "random_normal", "uniform": "random_uniform"}
"""Keras's short names for some objects."""


@functools.lru_cache(maxsize=1_000)
def _folded(name: str) -> str:
    return name.replace("_", "").lower()


def dtype_name(value: Any) -> Any:
    """Return a serialized dtype policy as written in a spec, usually its name."""
    if not isinstance(value, dict):
        return value
    config = value.get("config")
    if not isinstance(config, dict):
        return value
    if "name" in config:
        return config["name"]
    if "mode" in config:  # a quantization policy, whose name may be incomplete
        name = f"{config['mode']}_from_{config.get('source_name')}"
        return name if read_policy(name) == read_policy(value) else value
    if "default_policy" in config:  # a map of policies by the paths of sublayers
        return value if config.get("policy_map") else dtype_name(config["default_policy"])
    return value


def _sublayers(value: Any, kinds: Kinds, unnamed: set[str]) -> Any:
    """Convert an argument that is a serialized layer or a list of layers."""
    if isinstance(value, list):
        return [_sublayers(one, kinds, unnamed) for one in value]
    if not isinstance(value, dict) or "class_name" not in value:
        return value
    config = value.get("config")
    config = config if isinstance(config, dict) else {}
    class_name = str(value["class_name"])
    name = kinds.name({**value, "config": config})
    kind = kinds.get(name) if name else None
    plain: dict[str, Any]
    if is_graph(name, kind, config, kinds):
        model = written_model(config, kinds, lambda layer: _sublayers(layer, kinds, unnamed))
        if model is None:
            return {MODEL: None}
        name, plain = model
    elif name is None or kind is None:
        # The module keeps it apart from Keras's class of that name.
        known = kinds.get(class_name) is not None
        return {f"{value.get('module')}.{class_name}" if known else class_name: unknown(config)}
    else:
        modern = legacy.modern(class_name, config, keras_2=kinds.legacy)
        plain = arguments(kind, modern, kinds, unnamed)
    layers = plain.get("layers")
    if name == SEQUENTIAL and isinstance(layers, list) and _is_input(*layers[:1]):
        del layers[0]
    if config.get("trainable") is False:
        plain["trainable"] = False
    own = snake_case(name)
    if isinstance(config.get("name"), str) and (config["name"] != own or own in unnamed):
        plain["name"] = config["name"]
    else:
        unnamed.add(own)
    return {name: plain or None}


def unknown(config: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the arguments of a layer of unknown class, without those common to all layers."""
    if "layers" in config:  # a model, which can't be written as an argument
        return None
    return {name: _plain(value) for name, value in config.items() if name not in COMMON} or None


def _leave_out_learned(kind: type[Kind], plain: dict[str, Any]) -> None:
    """Remove the number of bins from a Discretization with learned boundaries.

    Keras writes both, but accepts only one.
    """
    if kind.__name__ == "Discretization" and "bin_boundaries" in plain:
        plain.pop("num_bins", None)


def _leave_out_backward(plain: dict[str, Any]) -> None:
    """Remove the backward layer of a Bidirectional if it is the reversed forward layer.

    Keras writes both, with names derived from the name of one.
    """
    forward, backward = plain.get("layer"), plain.get("backward_layer")
    if not _is_written_layer(forward) or not _is_written_layer(backward):
        return
    ((kind, ahead),) = forward.items()
    ((other, back),) = backward.items()
    ahead, back = dict(ahead or {}), dict(back or {})
    for layer in (ahead, back):
        layer.pop("zero_output_for_mask", None)  # set by the Bidirectional
    name = str(ahead.pop("name", "")).removeprefix("forward_")
    turned = bool(ahead.pop("go_backwards", False)) != bool(back.pop("go_backwards", False))
    if kind == other and turned and back.pop("name", None) == f"backward_{name}" and ahead == back:
        del plain["backward_layer"]
        if name != snake_case(kind):
            ahead["name"] = name
        if (forward[kind] or {}).get("go_backwards"):
            ahead["go_backwards"] = True
        plain["layer"] = {kind: ahead or None}


def _is_written_layer(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether an argument is a layer as written in a spec."""
    return (
        isinstance(value, dict)
        and len(value) == 1
        and all(named is None or isinstance(named, dict) for named in value.values())
    )


def _is_input(layer: Any = None) -> bool:
    return isinstance(layer, dict) and INPUT in layer


def _plain(value: Any) -> Any:
    """Unwrap serialized objects."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict) or not isinstance(value.get("class_name"), str):
        return value
    name, config = value["class_name"], value.get("config")
    match name, config:
        case "__tuple__" | "__numpy__" | "__tensor__", dict():
            plain = config.get("value")
        case "__tuple__", _:
            plain = value.get("items")
        case "__lambda__", _:
            plain = "lambda"  # replaces its code
        case _, dict() if not any(config.values()):
            plain = snake_case(name)  # such as an initializer without settings
        case _ if str(value.get("module")).startswith("keras."):
            plain = {"class_name": name, "config": config}
        case _:
            plain = value
    return plain
