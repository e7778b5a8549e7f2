"""The entries of a `layers` list, each read once even if it is expanded several times."""

from collections.abc import Iterator
from typing import Any

from convcalc.diagnostics import Span, did_you_mean
from convcalc.documents.document import Value
from convcalc.documents.faults import Faults
from convcalc.layers import aliases
from convcalc.network import Definition

KEYS = ("name", "from", "repeat", "when", "branches", "trainable", "ignore")
"""The keys allowed beside a layer's kind."""


class Arguments:
    """The arguments of a layer or block: written as a mapping, a list, one value or nothing."""

    def __init__(self, value: Value | None) -> None:
        given = value is not None and value.plain is not None
        self.value = value if given else None
        self.named: dict[str, Value] = {}
        self.positional: list[Value] = []
        if self.value is None:
            return
        if self.value.is_mapping:
            self.named = {name: part for name, (_, part) in self.value.parts.items()}
        elif self.value.is_list:
            self.positional = self.value.parts
        else:
            self.positional = [self.value]

    @property
    def dynamic(self) -> bool:
        """Whether any argument contains an expression."""
        return self.value is not None and self.value.dynamic


class Entry:
    """One entry of a `layers` list; it also locates the layer's faults for the engine."""

    def __init__(self, kind: Value, arguments: Value | None, beside: dict[str, Value]) -> None:
        self.kind_value = kind
        self.kind_name = kind.text or ""
        self.arguments = Arguments(arguments)
        self.beside = beside
        self.shared: Value | None = None
        self.fault: str | None = None
        """The code of a syntax fault that makes the layer unknown."""
        self.definitions: dict[str, Definition] = {}
        """Cached definitions by argument values, so that equal layers are one object."""

    def kind(self) -> Span:
        """Return the place of the kind."""
        return self.kind_value.span

    def argument(self, name: str, index: int) -> Span:
        """Return the place of an argument's value."""
        arguments = self.arguments
        if name in arguments.named:
            return arguments.named[name].span
        if name in self.beside:
            return self.beside[name].span
        if 0 <= index < len(arguments.positional):
            return arguments.positional[index].span
        return self.kind()

    def argument_name(self, name: str) -> Span:
        """Return the place of an argument's name."""
        value = self.arguments.value
        if value is not None and value.is_mapping and name in value.parts:
            return value.key(name).span
        return self.kind()

    def inputs(self) -> Span:
        """Return the place of `from`, or else of the kind."""
        return self.beside["from"].span if "from" in self.beside else self.kind()

    def sublayer(self, name: str, index: int, item: int | None) -> "Entry":
        """Return the entry of a layer passed as an argument, or of an item in a list of layers."""
        arguments = self.arguments
        value = arguments.named.get(name)
        if value is None and 0 <= index < len(arguments.positional):
            value = arguments.positional[index]
        if value is not None and item is not None and value.is_list:
            value = value.parts[item]
        if value is None:
            return self
        if value.is_mapping and len(value.parts) == 1:
            ((kind, (_, written)),) = value.parts.items()
            return Entry(value.key(kind), written, {})
        return Entry(value, None, {})


class InputEntry:
    """The place of a network input."""

    def __init__(self, value: Value) -> None:
        self.value = value

    def kind(self) -> Span:
        """Return the place of the input."""
        return self.value.span

    def argument(self, name: str, index: int) -> Span:  # noqa: ARG002
        """Return the place of a property."""
        part = self.value.get(name) if self.value.is_mapping else None
        return (part or self.value).span

    def argument_name(self, name: str) -> Span:
        """Return the place of a property's name."""
        if self.value.is_mapping and name in self.value.parts:
            return self.value.key(name).span
        return self.value.span

    def inputs(self) -> Span:
        """Return the place of the input, which reads nothing."""
        return self.value.span

    def sublayer(self, name: str, index: int, item: int | None) -> "InputEntry":  # noqa: ARG002
        """Return the input itself, which contains no layers."""
        return self


def read_entries(layers: Value, known: frozenset[str], faults: Faults) -> list[Entry | None]:
    """Read a list of layers, with None for invalid ones; `known` are the kinds and blocks."""
    return [_read_entry(item, known, faults) for item in layers.parts]


def explicit_names(entries: list[Value]) -> Iterator[Value]:
    """Yield the explicit names of layers in a list and in its branches."""
    for item in entries:
        if not item.is_mapping:
            continue
        yield from (name for _, part in item.parts.values() if (name := _own_name(part)))
        if (name := item.get("name")) is not None:
            yield name
        branches = item.get("branches")
        if branches is not None:
            for branch in branch_lists(branches):
                if branch.is_list:
                    yield from explicit_names(branch.parts)


def _own_name(arguments: Value) -> Value | None:
    """Return the name among a layer's arguments, where Keras has it."""
    return arguments.get("name") if arguments.is_mapping else None


def branch_lists(branches: Value) -> list[Value]:
    """Return the branches, whether listed or named."""
    if branches.is_list:
        return list(branches.parts)
    return [value for _, value in branches.parts.values()] if branches.is_mapping else []


def _read_entry(item: Value, known: frozenset[str], faults: Faults) -> Entry | None:
    if isinstance(item.plain, str):
        entry = Entry(item, None, {})
        entry.kind_name = aliases().get(entry.kind_name, entry.kind_name)
        return entry
    if not item.is_mapping:
        faults.add(item, "wrong-type", "a layer is a kind, or a mapping from a kind to arguments")
        return None
    beside = {name: value for name, (_, value) in item.parts.items() if name in KEYS}
    others = [name for name in item.parts if name not in KEYS]
    if not others:
        faults.add(
            item, "missing-kind", "this entry has no layer kind", "such as `- Conv2D: {...}`"
        )
        return None
    kind = next((name for name in others if name in known or name == "share"), others[0])
    for name in others:
        if name != kind:
            faults.add(
                item.key(name),
                "unknown-key",
                f"there is no key {name!r} beside a layer's kind",
                did_you_mean(name, KEYS, faults.found)
                or f"the keys are {', '.join(KEYS)}; arguments go inside `{kind}: {{...}}`",
            )
    value: Any = item.get(kind)
    shares = kind == "share"
    entry = Entry(item.key(kind), None if shares else value, beside)
    entry.kind_name = aliases().get(kind, kind)
    entry.shared = value if shares else None
    entry.fault = "unknown-key" if len(others) > 1 else None
    return entry
