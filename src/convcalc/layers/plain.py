"""A layer's arguments as plain data, in one form, however they were written."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

from convcalc.layers.kind import Kind, LayerInstance


def plain_arguments(layer: Kind) -> dict[str, Any]:
    """Every argument of a layer by its name, defaults included, as plain JSON data.

    What is equal here means the same: 2.0 is 2, one number for every axis is that number, a default
    that follows another argument has its value, and a shape has no batch.
    """
    values = {name: getattr(layer, name) for name in layer.__struct_fields__}
    for name, other in layer.default_from.items():
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
    if isinstance(value, LayerInstance):
        value = value.layer
    if isinstance(value, Kind):
        return {type(value).__name__: plain_arguments(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return _per_axis([_plain(each) for each in value], rank)
    if isinstance(value, float):
        # JSON has no number for infinity, nor for what is no number.
        return int(value) if value.is_integer() else value if isfinite(value) else str(value)
    return value if isinstance(value, str | int | None) else repr(value)


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
