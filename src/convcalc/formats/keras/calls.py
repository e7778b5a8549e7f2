"""Reads the calls of a layer in Keras's files: their tensors and other arguments."""

import itertools
from collections.abc import Mapping
from typing import Any, NamedTuple

from convcalc.layers.calling import any_number_of, parameters_of
from convcalc.layers.kind import OPERATION, Kind
from convcalc.shapes import Shape


class Reference(NamedTuple):
    """One output of one call of a layer, with the shape in the file if there is one.

    A constant has a shape, but no layer.
    """

    layer: str | None
    call: int = 0
    output: int = 0
    shape: Shape | None = None


class Call(NamedTuple):
    """The arguments of one call of a layer.

    `names` belong to the last inputs, which are passed by name. `constants` are all arguments that
    are not tensors.
    """

    inputs: tuple[Reference, ...]
    names: tuple[str, ...] = ()
    listed: bool = False
    constants: Mapping[str, Any] = {}

    @property
    def unmasked(self) -> list[bool]:
        """Whether each input is a tensor and not a mask."""
        by_position = len(self.inputs) - len(self.names)
        return [True] * by_position + [name != "mask" for name in self.names]


def read_call(call: Any, kind: type[Kind] | None) -> Call:
    """Read one of a layer's `inbound_nodes`. Raises ValueError if it is not a call."""
    if isinstance(call, dict):
        args, kwargs = call.get("args", []), call.get("kwargs", {})
        if isinstance(args, list) and isinstance(kwargs, dict):
            said = {name: _decode(arg) for name, arg in kwargs.items() if arg is not None}
            decoded = [_decode(arg) for arg in args]
            return _among_operands(decoded, said, kind) or _arrange(decoded, said, kind)
    if isinstance(call, list):
        return _read_legacy(call, kind)
    raise ValueError("a call must have args and kwargs")


def _among_operands(
    args: list[Any], kwargs: dict[str, Any], kind: type[Kind] | None
) -> Call | None:
    """Read a call of an operation with any number of operands, some of them constants.

    The constants are listed by position, with None for each tensor. Other calls return None.
    """
    name = any_number_of(kind) if kind else None
    read = tuple(arg for arg in args if isinstance(arg, Reference))
    others = [arg for arg in args if not isinstance(arg, Reference)]
    if kind is None or name not in kind.call_arguments or kwargs or not others:
        return None
    if any(map(references, others)):  # all operands in a list
        return None
    return Call(read, constants={name: [None if isinstance(a, Reference) else a for a in args]})


def _arrange(args: list[Any], kwargs: dict[str, Any], kind: type[Kind] | None) -> Call:
    """Separate tensors from constants, and name the arguments that need a name."""
    if not kwargs and len(args) == 1 and isinstance(args[0], Reference):
        return Call((args[0],))
    listed = references(args[0]) if len(args) == 1 and isinstance(args[0], list) else []
    if listed and kind and None in args[0]:
        raise ValueError("there is a null among the tensors")
    for name, arg in kwargs.items():
        if kind and _is_unreadable(arg):
            raise ValueError(f"{name} is neither a tensor nor a constant")
    inputs: list[Reference] = listed or list(itertools.takewhile(_is_reference, args))
    named = [] if listed else _named(args, kind)[len(inputs) :]
    names: list[str] = []
    constants: dict[str, Any] = {}
    for name, arg in (*named, *kwargs.items()):
        if found := _read(arg, name, kind):
            inputs += found
            names += [name] * len(found)
        else:
            constants[name] = arg
    return Call(tuple(inputs), tuple(names), bool(listed), constants)


def _named(args: list[Any], kind: type[Kind] | None) -> list[tuple[str, Any]]:
    """Pair positional arguments with the names of their parameters."""
    parameters = parameters_of(kind) if kind else ()
    return [
        (parameters[i] if i < len(parameters) else f"argument {i}", arg)
        for i, arg in enumerate(args)
    ]


def _is_reference(value: Any) -> bool:
    return isinstance(value, Reference)


def _is_unreadable(value: Any) -> bool:
    """Whether a value is a mapping without tensors that is not a serialized object."""
    return isinstance(value, dict) and "class_name" not in value and not references(value)


def _read(value: Any, name: str, kind: type[Kind] | None) -> list[Reference]:
    """Return the tensors in an argument, with constants that take the place of tensors."""
    found = references(value)
    if found and name == "mask" and isinstance(value, list) and kind and kind.merges:
        # One mask for each input; a null keeps its place.
        return [one if isinstance(one, Reference) else _constant(one) for one in value]
    return found or _read_constant(value, name, kind)


def _read_constant(value: Any, name: str, kind: type[Kind] | None) -> list[Reference]:
    """Return an array passed in place of a tensor; masks are skipped, since no shape needs them."""
    is_array = isinstance(value, dict) and value.get("class_name") in {"__numpy__", "__tensor__"}
    if not is_array or kind is None or name in kind.call_arguments or name.endswith("mask"):
        return []
    return [_constant(value)] if name in parameters_of(kind) else []


def references(value: Any) -> list[Reference]:
    """Return the tensors in an argument, in the order in which Keras flattens it.

    Constants between tensors are included; an argument without tensors returns an empty list.
    """
    if value is None:  # the most common value of named arguments
        return []
    found: list[Any] = []
    _collect(value, found)
    if not any(isinstance(leaf, Reference) for leaf in found):
        return []
    return [leaf if isinstance(leaf, Reference) else _constant(leaf) for leaf in found]


def _collect(value: Any, found: list[Any]) -> None:
    if isinstance(value, list):
        for item in value:
            _collect(item, found)
    elif isinstance(value, dict) and "class_name" not in value:
        for key in sorted(value):
            _collect(value[key], found)
    elif value is not None:
        found.append(value)


def _constant(value: Any) -> Reference:
    """Return a constant passed among tensors: a number, or a serialized array."""
    if isinstance(value, dict) and isinstance(value.get("config"), dict):
        value = value["config"].get("value")
    shape = []
    while isinstance(value, list):
        shape.append(len(value))
        value = value[0] if value else None
    return Reference(None, shape=tuple(shape))


def _decode_all(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _decode(value) for name, value in values.items()}


def _decode(value: Any) -> Any:
    """Replace the serialized tensors in an argument with references."""
    if isinstance(value, list):
        return [_decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    config = value.get("config")
    if value.get("class_name") != "__keras_tensor__" or not isinstance(config, dict):
        return value if "class_name" in value else _decode_all(value)
    return _reference(config.get("keras_history"), read_shape(config.get("shape")))


def _reference(place: Any, shape: Shape | None = None) -> Reference:
    """Read a tensor's place: the name of a layer, the call, and the output."""
    if isinstance(place, list) and len(place) == 3:
        layer, call, output = place
        if isinstance(layer, str) and is_count(call) and is_count(output):
            return Reference(layer, call, output, shape)
    raise ValueError("a tensor must have the name of a layer and two numbers from 0 on")


def is_count(value: Any) -> bool:
    """Whether a value is a non-negative integer; `true` is not."""
    return type(value) is int and value >= 0


def read_shape(shape: Any) -> Shape | None:
    """Read a shape with the batch; return None for anything else."""
    if not isinstance(shape, list):
        return None
    for dim in shape:
        if dim is not None and not is_count(dim):
            return None
    return tuple(shape)


def read_tensors(value: Any) -> list[Reference]:
    """Read the tensors in `input_layers` or `output_layers`. Raises ValueError."""
    if isinstance(value, list) and len(value) == 3 and isinstance(value[0], str):
        return [_reference(value)]
    if isinstance(value, list):
        return [tensor for item in value for tensor in read_tensors(item)]
    if isinstance(value, dict):
        return [tensor for key in sorted(value) for tensor in read_tensors(value[key])]
    raise ValueError("tensors are named by lists of a layer's name and two numbers")


def _read_legacy(call: list[Any], kind: type[Kind] | None) -> Call:
    """Read a call by Keras 2: a list of tensors, each with the call's other arguments."""
    one = len(call) in {3, 4} and isinstance(call[0], str)
    if one:
        call = [call]
    # Only for functions does Keras 2 distinguish a tensor from a list with one tensor.
    listed = len(call) > 1 or (not one and kind is not None and kind.__name__.startswith(OPERATION))
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for item in call:
        if not isinstance(item, list) or len(item) not in {3, 4}:
            raise ValueError("a call must be a list of tensors")
        if len(item) == 4 and isinstance(item[3], dict):
            kwargs |= {name: _decode_legacy(value) for name, value in item[3].items()}
            if isinstance(kwargs.get("shape"), list):  # tf.reshape
                sizes = kwargs["shape"]
                kwargs["shape"] = [None if isinstance(s, Reference) else s for s in sizes]
        constant = item[0] == "_CONSTANT_VALUE"
        args.append(item[2] if constant else _reference(item[:3]))
    return _arrange([args] if listed else args, kwargs, kind)


def _decode_legacy(value: Any) -> Any:
    """Decode a named argument: a list of a name and two numbers is a tensor.

    Slices and ellipses get the form of Keras 3.
    """
    if isinstance(value, list):
        try:
            return _reference(value)
        except ValueError:
            return [_decode_legacy(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("class_name") == "__ellipsis__":
        return {"class_name": "__ellipsis__", "config": {}}
    if "class_name" in value:
        return value
    decoded = {name: _decode_legacy(item) for name, item in value.items()}
    is_slice = decoded.keys() == {"start", "stop", "step"} and not references(decoded)
    return {"class_name": "__slice__", "config": decoded} if is_slice else decoded
