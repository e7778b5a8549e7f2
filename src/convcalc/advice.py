"""Advice against a fault, as data that each input format words in its own language."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import msgspec


class SetArgument(msgspec.Struct, frozen=True):
    """Set an argument of the layer."""

    name: str
    value: Any


class ReadInputs(msgspec.Struct, frozen=True):
    """Let the layer read these tensors: a list, or one for each call argument."""

    names: Sequence[str] | Mapping[str, str]


class WriteLayer(msgspec.Struct, frozen=True):
    """A layer as an argument of another."""

    kind: str
    arguments: Mapping[str, Any]


Change: TypeAlias = SetArgument | ReadInputs | WriteLayer


class Advice(msgspec.Struct, frozen=True):
    """A sentence with a placeholder `{}` for each change."""

    sentence: str
    changes: tuple[Change, ...]


class Wording(Protocol):
    """How an input format writes changes."""

    def argument(self, name: str, value: Any) -> str:
        """Write an argument with a value."""

    def inputs(self, names: Sequence[str] | Mapping[str, str]) -> str:
        """Write the tensors that a layer reads."""

    def layer(self, kind: str, arguments: Mapping[str, Any]) -> str:
        """Write a layer with its arguments."""


def advise(sentence: str, *changes: Change) -> Advice:
    """Advice with changes, such as `use {}, or less padding`."""
    return Advice(sentence, changes)


def in_words(advice: Advice | str | None, wording: Wording) -> str | None:
    """Format advice in the language of the file."""
    if not isinstance(advice, Advice):
        return advice
    return advice.sentence.format(*(_worded(change, wording) for change in advice.changes))


def _worded(change: Change, wording: Wording) -> str:
    match change:
        case SetArgument(name, value):
            return wording.argument(name, value)
        case ReadInputs(names):
            return wording.inputs(names)
        case WriteLayer(kind, arguments):
            return wording.layer(kind, arguments)
