"""Descriptions of what an argument's type allows, for messages and documentation."""

from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from convcalc.layers.argument_types import LARGEST, PER_AXIS
from convcalc.layers.kind import LayerInstance

MOST_CHOICES = 6
"""The number of choices that a description lists before it is cut off."""


def describe(type_: Any, rank: int = 0) -> str:
    """Describe what a type allows, with `rank` values in a per-axis list.

    Null is left out unless the type allows nothing else.
    """
    words = list(dict.fromkeys(_alternatives(type_, rank, {})))
    return " or ".join([word for word in words if word != "null"] or words)


def _alternatives(type_: Any, rank: int, bounds: Mapping[str, Any]) -> Iterator[str]:
    origin, args = get_origin(type_), get_args(type_)
    if origin is Annotated:
        axes = rank if PER_AXIS in args[1:] else 0
        merged = {
            name: value
            for meta in args[1:]
            for name in ("ge", "gt", "le", "lt", "min_length", "max_length")
            if (value := getattr(meta, name)) is not None and value != LARGEST
        }
        yield from _alternatives(args[0], axes, merged)
    elif origin in {Union, UnionType}:
        for arg in args:
            yield from _alternatives(arg, rank, bounds)
    elif origin is Literal:
        shown = args if len(args) <= MOST_CHOICES else (*args[:MOST_CHOICES], "…")
        yield f"one of {', '.join(map(str, shown))}"
    elif origin in {tuple, list}:
        yield _list_in_words(args, rank, bounds)
    else:
        limits = [f"{words} {bounds[name]}" for name, words in _LIMITS.items() if name in bounds]
        simple = _SIMPLE.get(origin or type_, str(type_))
        yield " ".join([simple, " and ".join(limits)]) if limits else simple


def _list_in_words(args: tuple[Any, ...], rank: int, bounds: Mapping[str, Any]) -> str:
    if rank:
        return f"a list of {rank} (one per axis)"
    least, most = bounds.get("min_length", 0), bounds.get("max_length")
    count = f" of {least}" if least == most else f" of at least {least}" if least else ""
    each = " or ".join(dict.fromkeys(_alternatives(args[0], 0, {})))
    return f"a list{count}, each {each}"


_LIMITS = {"ge": "of at least", "gt": "above", "le": "of at most", "lt": "below"}
_SIMPLE = {
    Any: "anything",
    int: "a whole number",
    float: "a number",
    str: "a string",
    bool: "true or false",
    dict: "a mapping",
    NoneType: "null",
    LayerInstance: "a layer",
}


def choices(type_: Any) -> Iterator[Any]:
    """Yield the literal values that a type allows."""
    if get_origin(type_) is Literal:
        yield from get_args(type_)
    else:
        for arg in get_args(type_):
            yield from choices(arg)
