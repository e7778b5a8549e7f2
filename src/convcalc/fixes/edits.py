"""Edits: changed copies of a network, each with the matching change of its file in words."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from convcalc.diagnostics import Fix, Span
from convcalc.documents.text import flow
from convcalc.layers import find, kinds_with
from convcalc.layers.kind import Kind
from convcalc.network import Definition, Network
from convcalc.shapes import Dim

_IDENTITY = "Identity"


class Edit(NamedTuple):
    """A changed network, and the matching edit of the file."""

    network: Network
    fix: Fix


class Editor:
    """Creates edits of a network.

    An edit of one place in the file changes all layers written there: the repeats of a layer, and
    the uses of a block.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.kinds = kinds_with(network.kinds)

    def kind(self, index: int) -> type[Kind] | None:
        name = self.network.nodes[index].definition.kind
        return self.kinds.get(name) or find(name)

    def written(self, index: int, name: str) -> Any:
        """The value written for an argument of a layer; None if it is omitted."""
        definition = self.network.nodes[index].definition
        position = self._position(index, name)
        if name in definition.named:
            return definition.named[name]
        return definition.positional[position] if self._is_listed(definition, position) else None

    def is_alone(self, index: int) -> bool:
        """Whether an edit of a layer changes no other layer."""
        span = self.network.nodes[index].definition.origin.kind()
        if span is None:
            owners = map(self._owner, range(len(self.network.nodes)))
            return sum(owner == self._owner(index) for owner in owners) == 1
        places = (node.definition.origin.kind() for node in self.network.nodes)
        return sum(place == span for place in places) == 1

    def argument(self, index: int, name: str, value: Any) -> Edit:
        """Change the value of an argument."""
        value = list(value) if isinstance(value, tuple) else value
        definition = self.network.nodes[index].definition
        position = self._position(index, name)
        text = self.network.wording.argument(name, value)
        if name in definition.named:
            span = definition.origin.argument(name, position)
            changed = self._with_definitions(
                index,
                lambda d: name in d.named and d.origin.argument(name, -1) == span,
                lambda d: msgspec.structs.replace(d, named={**d.named, name: value}),
            )
            return self._edit(changed, index, text, span, flow(value))
        if self._is_listed(definition, position):
            span = definition.origin.argument(name, position)
            changed = self._with_definitions(
                index,
                lambda d: self._is_listed(d, position) and d.origin.argument("", position) == span,
                lambda d: msgspec.structs.replace(
                    d, positional=[*d.positional[:position], value, *d.positional[position + 1 :]]
                ),
            )
            if isinstance(value, list) and len(definition.positional) == 1:
                # A list on its own would be read as several arguments.
                text = self._named(index, name, value) or text
                return self._edit(changed, index, text, definition.origin.kind())
            return self._edit(changed, index, text, span, flow(value))
        span = definition.origin.kind()
        changed = self._with_definitions(
            index,
            lambda d: d.origin.kind() == span,
            lambda d: msgspec.structs.replace(d, named={**d.named, name: value}),
        )
        if span is not None:
            text = (None if definition.named else self._named(index, name, value)) or f"add {text}"
        return self._edit(changed, index, text, span)

    def dropped(self, index: int) -> Edit:
        """Remove a layer, so that its readers read its input."""
        definition = self.network.nodes[index].definition
        span = definition.origin.kind()
        changed = self._with_definitions(
            index,
            lambda d: d.origin.kind() == span,
            lambda d: Definition(_IDENTITY, d.origin),
        )
        return self._edit(changed, index, f"drop {definition.kind}", span)

    def input(self, index: int, shape: Sequence[Dim]) -> Edit:
        """Change the shape of an input, without the batch."""
        node = self.network.nodes[index]
        changed = self.network.with_inputs({node.name: shape})
        origin = node.definition.origin
        span = origin.argument("shape", -1)
        name = node.name if span and span == origin.kind() else "shape"
        text = self.network.wording.argument(name, list(shape))
        return self._edit(changed, index, text, span, flow(list(shape)))

    def _edit(
        self,
        changed: Network,
        index: int,
        text: str,
        span: Span | None,
        replacement: str | None = None,
    ) -> Edit:
        layer = self.network.nodes[index].name
        return Edit(changed, Fix(edit=text, layer=layer, span=span, replacement=replacement))

    def _with_definitions(
        self,
        index: int,
        is_meant: Callable[[Definition], bool],
        change: Callable[[Definition], Definition],
    ) -> Network:
        """The network with changed definitions: those of one place, or else of one layer."""
        nodes = self.network.nodes
        owner = self._owner(index)
        has_places = nodes[index].definition.origin.kind() is not None
        changed: dict[int, Definition] = {}
        edited = []
        for i, node in enumerate(nodes):
            old = node.definition
            if has_places:
                if id(old) not in changed:
                    changed[id(old)] = change(old) if is_meant(old) else old
                new = changed[id(old)]
            else:
                new = change(old) if self._owner(i) == owner else old
            edited.append(node if new is old else _with(node, new))
        return msgspec.structs.replace(self.network, nodes=edited)

    def _owner(self, index: int) -> int:
        shares = self.network.nodes[index].shares_weights_of
        return index if shares is None else shares

    def _position(self, index: int, name: str) -> int:
        kind = self.kind(index)
        names = kind.__struct_fields__ if kind else ()
        return names.index(name) if name in names else -1

    @staticmethod
    def _is_listed(definition: Definition, position: int) -> bool:
        return 0 <= position < len(definition.positional)

    def _named(self, index: int, name: str, value: Any) -> str | None:
        """The layer in words, with all arguments named and one changed.

        None if the uses of a block have different arguments there.
        """
        definition = self.network.nodes[index].definition
        span = definition.origin.kind()
        written = {
            repr((d.positional, d.named))
            for d in (node.definition for node in self.network.nodes)
            if d.origin.kind() == span
        }
        kind = self.kind(index)
        if kind is None or span is None or len(written) > 1:
            return None
        given = dict(zip(kind.__struct_fields__, definition.positional, strict=False))
        return self.network.wording.argument(definition.kind, {**given, name: value})


def _with(node: Any, definition: Definition) -> Any:
    if definition.kind == _IDENTITY:
        return msgspec.structs.replace(node, definition=definition, shares_weights_of=None)
    return msgspec.structs.replace(node, definition=definition)
