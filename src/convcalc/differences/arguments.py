"""A layer's arguments in one form, however they were written: what is equal here means the same."""

from collections.abc import Mapping
from typing import Any

from convcalc.layers.kind import Bound, Kind
from convcalc.report import LayerReport


def arguments(layer: LayerReport) -> dict[str, Any] | None:
    """Every argument by its name, those with default values too; None where they are at fault."""
    return None if layer.layer is None else _of_kind(layer.layer)


def features(layer: LayerReport) -> dict[str, Any]:
    """What a layer is recognized by: its arguments, or what it comes to where they are unknown."""
    if layer.layer is not None:
        return _of_kind(layer.layer)
    weights = {weight.path: (weight.shape, weight.dtype) for weight in layer.weights or ()}
    return {"": layer.output_shapes, **weights}


def kind_of(layer: LayerReport) -> str:
    """The name of the layer's kind; where it is another name of a kind, that of the kind."""
    return layer.kind if layer.layer is None else type(layer.layer).__name__


def is_telling(layer: LayerReport) -> bool:
    """Whether the layer can be recognized by its arguments: some have no default values.

    Where they are unknown, it can be by weights.
    """
    if layer.layer is None:
        return bool(layer.weights)
    values = {name: getattr(layer.layer, name) for name in layer.layer.__struct_fields__}
    count = len(values) - len(layer.layer.__struct_defaults__)
    given = dict(list(values.items())[count:])
    defaults = dict(zip(given, layer.layer.__struct_defaults__, strict=True))
    return count > 0 or any(repr(given[name]) != repr(defaults[name]) for name in given)


def _of_kind(layer: Kind) -> dict[str, Any]:
    values = {name: getattr(layer, name) for name in layer.__struct_fields__}
    for name, other in layer.follows.items():
        if values.get(name) is None and other in values:
            values[name] = values[other]
    # A shape with the batch and one without are two ways to say the same.
    whole = values.get("batch_shape")
    if whole and {"shape", "batch_size"} <= values.keys():
        values["batch_size"], values["shape"] = whole[0], tuple(whole[1:])
        values["batch_shape"] = None
    return {name: _plain(value, layer.rank) for name, value in values.items()}


def _plain(value: Any, rank: int = 0) -> Any:
    """A value as plain data, in which 2.0 is 2, and one number for each axis is that number."""
    if isinstance(value, Bound):
        value = value.layer
    if isinstance(value, Kind):
        return {type(value).__name__: _of_kind(value)}
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return _per_axis([_plain(each) for each in value], rank)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _per_axis(items: list[Any], rank: int) -> Any:
    """A list as it is, or one number where it has one for each of some axes, all the same."""
    if not rank:
        return items
    items = [_pair(each) for each in items]
    is_same = len(items) == rank and type(items[0]) is int and items.count(items[0]) == rank
    return items[0] if is_same else items


def _pair(value: Any) -> Any:
    """The padding before and after an axis, where it is the same, as one number."""
    if isinstance(value, list) and len(value) == 2 and value[0] == value[1]:
        return value[0]
    return value
