"""The registry of fixes: functions that propose edits for a faulty layer, by code of fault."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from convcalc.fixes.edits import Edit
from convcalc.fixes.faulty_layer import FaultyLayer

Fixer: TypeAlias = Callable[[FaultyLayer], Iterator[Edit]]
"""Yields edits that were tried, smallest change first."""

_registered: dict[str, Fixer] = {}


def fix(code: str) -> Callable[[Fixer], Fixer]:
    """Register a function that finds fixes for a code of fault; a second one is an error."""

    def register(find: Fixer) -> Fixer:
        if code in _registered:
            message = f"two functions find fixes for {code}"
            raise ValueError(message)
        _registered[code] = find
        return find

    return register


def registered() -> dict[str, Fixer]:
    """The functions registered so far; `convcalc.fixes.fixers()` imports all first."""
    return _registered
