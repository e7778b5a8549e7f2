"""What every fix is: a code of fault, and a function that proposes edits for a faulty layer."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from convcalc.fixes.edits import Edit
from convcalc.fixes.faulty_layer import FaultyLayer

Fixer: TypeAlias = Callable[[FaultyLayer], Iterator[Edit]]
"""Gives edits that were tried, the smallest change first."""

_registered: dict[str, Fixer] = {}


def fix(code: str) -> Callable[[Fixer], Fixer]:
    """Register a function that finds fixes for faults of a code; a second for it is an error."""

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
