"""A layer's arguments as plain data, in a canonical form."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

from convcalc.layers.kind import Kind, LayerInstance


def plain_arguments(layer: Kind) -> dict[str, Any]:
    """All arguments of a layer by name, defaults included, as plain JSON data.

    Arguments that mean the same are equal: 2.0 is 2, equal numbers per axis are one number, a
    default taken from another argument has that value, and a shape has no batch.
    """
    values = {name: getattr(layer, name) for name in layer.__struct_fields__}
    for name, other in layer.default_from.items():
        if values.get(name) is None and other in values:
            values[name] = values[other]
    batch_shape = values.get("batch_shape")
    if batch_shape and {"shape", "batch_size"} <= values.keys():
        values["batch_size"], values["shape"] = batch_shape[0], tuple(batch_shape[1:])
        values["batch_shape"] = None
    return {name: _plain(value, layer.rank) for name, value in values.items()}


def _plain(value: Any, rank: int = 0) -> Any:
    if isinstance(value, LayerInstance):
        value = value.layer
    if isinstance(value, Kind):
        return {type(value).__name__: plain_arguments(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return _per_axis([_plain(each) for each in value], rank)
    if isinstance(value, float):
        # JSON has no infinity and no NaN.
        return int(value) if value.is_integer() else value if isfinite(value) else str(value)
    return value if isinstance(value, str | int | None) else repr(value)


def _per_axis(items: list[Any], rank: int) -> Any:
    """The list, or a single number if it holds that number once for each axis."""
    if not rank:
        return items
    items = [_pair(each) for each in items]
    is_same = len(items) == rank and type(items[0]) is int and items.count(items[0]) == rank
    return items[0] if is_same else items


def _pair(value: Any) -> Any:
    """Equal padding before and after an axis as one number; other values unchanged."""
    if isinstance(value, list) and len(value) == 2 and value[0] == value[1]:
        return value[0]
    return value
