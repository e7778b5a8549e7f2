"""Extensions from the entry points of other packages, loaded only for a name that we lack."""

import functools
from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

KINDS = "convcalc.kinds"
"""The entry-point group of layer kinds; an entry point has the name of its kind."""

FORMATS = "convcalc.formats"
"""The entry-point group of input formats; an entry point is a module like those in `formats`."""


@functools.cache
def _offered(group: str) -> Mapping[str, EntryPoint]:
    return {each.name: each for each in entry_points(group=group)}


def find(group: str, name: str) -> Any:
    """Load the extension of this name; None if no package offers one."""
    offered = _offered(group).get(name)
    return offered and offered.load()


def names(group: str) -> tuple[str, ...]:
    """The names of all extensions in a group."""
    return tuple(_offered(group))
