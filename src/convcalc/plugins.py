"""What other packages offer by entry points: loaded only when a name is asked for that we lack."""

import functools
from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

KINDS = "convcalc.kinds"
"""The group of layer kinds: each entry point has the name of a kind."""

FORMATS = "convcalc.formats"
"""The group of input formats: each entry point is a module as those in `convcalc.formats`."""


@functools.cache
def _offered(group: str) -> Mapping[str, EntryPoint]:
    return {each.name: each for each in entry_points(group=group)}


def find(group: str, name: str) -> Any:
    """What a package offers under a name, None where none does."""
    offered = _offered(group).get(name)
    return offered and offered.load()


def names(group: str) -> tuple[str, ...]:
    """The names that packages offer."""
    return tuple(_offered(group))
