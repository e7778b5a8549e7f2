"""What would help against a fault, as data, which each input format words in its own language."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias


class SetArgument(NamedTuple):
    """Give an argument of the layer a value."""

    name: str
    value: Any


class ReadInputs(NamedTuple):
    """Have the layer read these tensors: a list, or one for each call argument by its name."""

    names: Sequence[str] | Mapping[str, str]


class WriteLayer(NamedTuple):
    """A layer as an argument: a kind with its arguments."""

    kind: str
    arguments: Mapping[str, Any]


Change: TypeAlias = SetArgument | ReadInputs | WriteLayer


class Advice(NamedTuple):
    """A sentence with changes in the places of its braces."""

    sentence: str
    changes: tuple[Change, ...]


class Wording(Protocol):
    """How an input format writes changes, so that they can be made in a file of it."""

    def argument(self, name: str, value: Any) -> str:
        """An argument with a value."""

    def inputs(self, names: Sequence[str] | Mapping[str, str]) -> str:
        """The tensors that a layer reads."""

    def layer(self, kind: str, arguments: Mapping[str, Any]) -> str:
        """A layer with its arguments."""


def advise(sentence: str, *changes: Change) -> Advice:
    """A sentence that names changes, such as `use {}, or less padding`."""
    return Advice(sentence, changes)


def in_words(advice: Advice | str | None, wording: Wording) -> str | None:
    """Advice as text, in the language of the file."""
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
