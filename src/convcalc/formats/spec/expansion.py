"""Expands a spec's layers, with their blocks, repeats and branches, into a network's nodes."""

from collections.abc import Mapping
from typing import Any

import msgspec

from convcalc.diagnostics import SpecError
from convcalc.documents.document import Value
from convcalc.expressions import with_names
from convcalc.formats.spec.blocks import Block, bind_block
from convcalc.formats.spec.entries import (
    Entry,
    InputEntry,
    branch_lists,
    explicit_names,
    read_entries,
)
from convcalc.formats.spec.names import NOWHERE, SEVERAL, Names, Scope, Tensors
from convcalc.formats.spec.suppressions import read_ignored
from convcalc.formats.spec.values import FaultyValueError, Values
from convcalc.layers.core import INPUT
from convcalc.layers.kind import snake_case
from convcalc.network import (
    MAX_CONNECTIONS,
    MAX_LAYERS,
    MAX_NESTING,
    UNKNOWN,
    Definition,
    Group,
    Node,
    Suppression,
    Tensor,
)


class Use(msgspec.Struct):
    """One use of a block, kept so that its layers can be applied again with the same weights."""

    block: Block
    values: Mapping[str, Any]
    first: int


class Copy(msgspec.Struct):
    """A copy of a repeated entry: its index, and the outputs of the copy before it."""

    index: int = 0
    previous: Tensors | None = None


class Given(msgspec.Struct):
    """What an entry receives: its inputs, their argument names if given, and its settings."""

    inputs: Tensors
    trainable: bool
    group: str | None = None
    names: tuple[str, ...] | None = None
    listed: bool = False
    fault: str | None = None
    ignore: tuple[Suppression, ...] = ()


class Expansion:
    """Expands layers into nodes; reads each list of entries only once."""

    def __init__(
        self,
        variables: Mapping[str, Any],
        blocks: Mapping[str, Block],
        known: frozenset[str],
        broken: Mapping[str, str],
        values: Values,
    ) -> None:
        self.variables = variables
        self.blocks = blocks
        self.known = known
        self.broken = broken
        self.values = values
        self.faults = values.faults
        self.nodes: list[Node] = []
        self.names = Names(values)
        self.groups: dict[str, Group] = {}
        self.uses: dict[str, Use] = {}
        self.entries: dict[int, list[Entry | None]] = {}
        self.reserved: dict[int, frozenset[str]] = {}
        self.suppressions: dict[int, tuple[Suppression, ...]] = {}
        self.applied = 0
        self.connections = 0
        self.nesting: list[str] = []

    def add_input(self, name: str, named: dict[str, Any], place: Value, fault: str | None) -> None:
        """Add a network input; `named` are InputLayer's arguments."""
        definition = Definition(INPUT, InputEntry(place), named, fault=fault)
        self.add(Node(name, definition))

    def scope(
        self,
        layers: Value,
        prefix: str,
        inputs: Tensors,
        values: Mapping[str, Any],
        *,
        trainable: bool,
        ignore: tuple[Suppression, ...] = (),
    ) -> Scope:
        """Create the scope of a list of layers; default names avoid its explicit names."""
        reserved = self.reserved.get(id(layers))
        if reserved is None:
            names = (str(name.plain) for name in explicit_names(layers.parts))
            reserved = self.reserved[id(layers)] = frozenset(names)
        return Scope(prefix, prefix[:-1] or None, inputs, values, trainable, reserved, ignore)

    def layers(self, layers: Value, scope: Scope, start: Tensors) -> Tensors:
        """Expand a list of layers that begins at `start`; returns the last layer's outputs."""
        entries = self.entries.get(id(layers))
        if entries is None:
            entries = self.entries[id(layers)] = read_entries(layers, self.known, self.faults)
        current = start
        for entry in entries:
            current = NOWHERE if entry is None else self.entry(entry, scope, current)
        return current

    def entry(self, entry: Entry, scope: Scope, above: Tensors) -> Tensors:
        """Expand one entry as often as it is repeated."""
        repeat = entry.beside.get("repeat")
        if repeat is None:
            return self.once(entry, scope, above, Copy())
        try:
            times = self.values.typed(repeat, scope.values, int, "repeat", "a whole number")
        except FaultyValueError:
            return self.nowhere(entry, scope)
        if times < 0:
            self.faults.add(repeat, "wrong-value", f"repeat must not be negative, but is {times}")
            return self.nowhere(entry, scope)
        if self.applied + times > MAX_LAYERS:  # fail before creating them
            self.too_many(repeat)
        if times == 0:
            self.leave_out(entry, scope)
        outer = scope.values
        previous = None
        for i in range(times):
            scope.values = with_names(outer, {"i": i})
            first = len(self.nodes)
            above = self.once(entry, scope, above, Copy(i, previous))
            if len(self.nodes) > first:
                previous = above
        scope.values = outer
        return above

    def once(self, entry: Entry, scope: Scope, above: Tensors, copy: Copy) -> Tensors:
        """Expand one copy of an entry; returns its outputs, or `above` if `when` is false."""
        self.applied += 1
        if self.applied > MAX_LAYERS:
            self.too_many(entry.kind_value)
        when = entry.beside.get("when")
        try:
            if when is not None and not self.condition(when, scope):
                self.leave_out(entry, scope)
                return above
        except FaultyValueError:
            return self.nowhere(entry, scope)
        given = self.given(entry, scope, above, copy)
        if entry.shared is not None:
            return self.share(entry, scope, given, copy)
        block = self.blocks.get(entry.kind_name) if entry.fault is None else None
        if block is not None:
            return self.block(entry, block, scope, given, copy)
        return self.layer(entry, scope, given, copy)

    def leave_out(self, entry: Entry, scope: Scope) -> None:
        """Record the name of an entry that is left out, for messages about its readers."""
        name = entry.beside.get("name")
        if name is not None and isinstance(name.plain, str):
            self.names.left_out.add(scope.prefix + name.plain)

    def nowhere(self, entry: Entry, scope: Scope) -> Tensors:
        """Return the outputs of a faulty entry; reading from it is not a second fault."""
        name = entry.beside.get("name")
        if name is not None and isinstance(name.plain, str):
            self.names.tensors.setdefault(scope.prefix + name.plain, NOWHERE)
        return NOWHERE

    def layer(self, entry: Entry, scope: Scope, given: Given, copy: Copy) -> Tensors:
        """Add a layer."""
        beside, inside = entry.beside.get("name"), entry.arguments.named.get("name")
        if beside is not None and inside is not None:
            self.faults.add(inside, "duplicate-key", "the layer is given a name twice")
        name = self.names.name(beside or inside, scope, copy.index, snake_case(entry.kind_name))
        definition = self.definition(entry, scope.values)
        reads = entry.kind_name != INPUT
        return self.add(
            Node(
                name,
                definition,
                given.inputs if reads else (),
                given.names if reads else None,
                scope.group,
                trainable=given.trainable,
                listed=given.listed,
                fault=given.fault,
                ignore=given.ignore,
            )
        )

    def given(self, entry: Entry, scope: Scope, above: Tensors, copy: Copy) -> Given:
        """Collect the inputs and settings of an entry.

        In a repeat, the previous copy replaces the first input in `from`, so that copies form a
        chain, unless that input is an expression.
        """
        beside = entry.beside
        given = Given(above, scope.trainable, group=scope.group, ignore=scope.ignore)
        if "ignore" in beside:
            given.ignore += self.ignored(beside["ignore"])
        faults = len(self.faults.found)
        try:
            if "from" in beside:
                given.inputs, given.names = self.names.read(beside["from"], scope)
                given.listed = isinstance(beside["from"].plain, list)
                if copy.previous is not None and not _first(beside["from"]).is_expression:
                    given.inputs = (*copy.previous, *given.inputs[1:])
            if "branches" in beside:
                self.by_position(given, entry, "branches start from what is listed")
                given.inputs = self.branches(beside["branches"], scope, given.inputs)
                given.listed = True
            if "trainable" in beside:
                given.trainable &= self.values.typed(
                    beside["trainable"], scope.values, bool, "trainable", "true or false"
                )
        except FaultyValueError:
            given.inputs, given.names = NOWHERE, None
        if given.inputs is SEVERAL:
            self.faults.add(
                entry.kind_value,
                "missing-from",
                "there are several inputs: this layer must say which it reads",
                "add `from:` with the name of an input, or a list of names",
            )
            given.inputs = NOWHERE
        if len(self.faults.found) > faults and UNKNOWN in given.inputs:
            given.fault = self.faults.found[-1].code
        return given

    def by_position(self, given: Given, entry: Entry, message: str) -> None:
        """Refuse named call arguments for an entry that is not a layer."""
        if given.names is not None:
            self.faults.add(
                entry.inputs(), "wrong-type", f"{message}, not by name", "list what it reads"
            )
            given.names = None

    def ignored(self, value: Value) -> tuple[Suppression, ...]:
        """Read `ignore`, once per entry."""
        found = self.suppressions.get(id(value))
        if found is None:
            found = self.suppressions[id(value)] = read_ignored(value, self.faults)
        return found

    def add(self, node: Node) -> Tensors:
        tensors = (Tensor(len(self.nodes)),)
        self.connections += len(node.inputs)
        if self.connections > MAX_CONNECTIONS:
            message = f"the network has more than {MAX_CONNECTIONS:,} connections"
            self.faults.add(node.place.kind(), "too-large", message)
            raise SpecError(self.faults.found)
        self.nodes.append(node)
        self.names.tensors[node.name] = tensors
        return tensors

    def condition(self, when: Value, scope: Scope) -> bool:
        """Evaluate `when`."""
        plain = self.values.plain(when, scope.values)
        if not isinstance(plain, bool | int):
            self.faults.add(when, "wrong-type", f"when must be true or false, not {plain!r}")
            raise FaultyValueError
        return bool(plain)

    def definition(self, entry: Entry, values: Mapping[str, Any]) -> Definition:
        """Return the layer that an entry defines; the same object for equal arguments."""
        arguments = entry.arguments
        fault = entry.fault or self.broken.get(entry.kind_name)
        if fault is not None:
            return Definition(entry.kind_name, entry, fault=fault)
        if not arguments.dynamic:
            key = ""
            if key in entry.definitions:
                return entry.definitions[key]
            named = {name: value.plain for name, value in arguments.named.items()}
            positional = [value.plain for value in arguments.positional]
        else:
            try:
                named = {
                    name: self.values.plain(value, values)
                    for name, value in arguments.named.items()
                }
                positional = [self.values.plain(value, values) for value in arguments.positional]
            except FaultyValueError:
                return Definition(entry.kind_name, entry, fault="expression")
            key = repr((named, positional))
            if key in entry.definitions:
                return entry.definitions[key]
        named.pop("name", None)
        definition = Definition(entry.kind_name, entry, named, positional)
        entry.definitions[key] = definition
        return definition

    def branches(self, branches: Value, scope: Scope, start: Tensors) -> Tensors:
        """Expand branches that all begin at `start`; returns their outputs in order."""
        if not branches.is_list and not branches.is_mapping:
            self.faults.add(branches, "wrong-type", "branches are lists of layers")
            raise FaultyValueError
        found: list[Tensors] = []
        self.enter("a branch", branches)
        for branch in branch_lists(branches):
            if not branch.is_list:
                self.faults.add(
                    branch,
                    "wrong-type",
                    "a branch is a list of layers",
                    "`- - Dense: 8` is a branch that begins with a layer; `- []` is the identity",
                )
                found.append(NOWHERE)
                continue
            found.append(self.layers(branch, scope, start))
        self.nesting.pop()
        if branches.is_mapping:
            for label, ends in zip(branches.parts, found, strict=True):
                self.names.label(branches.key(label), label, ends, scope)
        return tuple(tensor for ends in found for tensor in ends)

    def block(self, entry: Entry, block: Block, scope: Scope, given: Given, copy: Copy) -> Tensors:
        """Expand one use of a block into a group of layers."""
        self.by_position(given, entry, f"block {block.name!r} reads its inputs in order")
        name = self.names.name(entry.beside.get("name"), scope, copy.index, snake_case(block.name))
        try:
            values = bind_block(block, entry, scope, self.variables, self.values)
        except FaultyValueError:
            return self.unexpanded(name, entry, given, scope)
        if block.name in self.nesting:
            message = f"block {block.name!r} contains itself"
            self.faults.add(entry.kind_value, "recursive-block", message)
            return self.unexpanded(name, entry, given, scope)
        return self.use(name, block, values, entry, given)

    def unexpanded(self, name: str, entry: Entry, given: Given, scope: Scope) -> Tensors:
        """Add a placeholder node for a block that the last fault prevents from being expanded."""
        definition = Definition(entry.kind_name, entry, fault=self.faults.found[-1].code)
        return self.add(Node(name, definition, given.inputs, group=scope.group))

    def use(
        self, name: str, block: Block, values: Mapping[str, Any], entry: Entry, given: Given
    ) -> Tensors:
        """Expand the layers of a block under a name; returns the first of its outputs."""
        self.enter(block.name, entry.kind_value)
        group = self.groups[name] = Group(block.name, given.inputs, parent=given.group)
        inputs = given.inputs
        self.names.tensors[name] = inputs  # reserves the name until the outputs are known
        first = len(self.nodes)
        inner = self.scope(
            block.layers, f"{name}/", inputs, values, trainable=given.trainable, ignore=given.ignore
        )
        outputs = self.layers(block.layers, inner, inputs if len(inputs) == 1 else SEVERAL)
        if block.outputs is not None:
            outputs = self.names.outputs(block.outputs, inner)
        self.nesting.pop()
        self.names.tensors[name] = group.outputs = outputs
        self.uses[name] = Use(block, values, first)
        return outputs[:1]

    def share(self, entry: Entry, scope: Scope, given: Given, copy: Copy) -> Tensors:
        """Apply an earlier layer or group again, with the same weights."""
        shared = entry.shared
        target = shared.plain if shared is not None else None
        if "trainable" in entry.beside:
            message = "a layer that is shared is trained or not as the first one is"
            self.faults.add(entry.beside["trainable"], "wrong-value", message)
        found = self.names.find(target, scope) if isinstance(target, str) else None
        if shared is None or not isinstance(target, str):
            message = "share takes the name of a layer or block above"
            self.faults.add(shared or entry.kind_value, "wrong-type", message)
            return NOWHERE
        if not found:
            place = shared
            message = f"there is no layer {target!r} above to share"
            self.faults.add(
                place,
                "unknown-layer",
                message,
                self.names.did_you_mean(target, scope),
            )
            return NOWHERE
        name = self.names.name(
            entry.beside.get("name"), scope, copy.index, target.rpartition("/")[2]
        )
        use = self.uses.get(scope.prefix + target)
        if use is not None:
            self.by_position(given, entry, f"block {use.block.name!r} reads its inputs in order")
            first = len(self.nodes)
            outputs = self.use(name, use.block, use.values, entry, given)
            for offset, node in enumerate(self.nodes[first:]):
                original = use.first + offset
                node.shares_weights_of = self.original(original)
                node.trainable = self.nodes[original].trainable
            return outputs
        original = found[0].node
        node = self.nodes[original]
        if found[0] is UNKNOWN or node.definition.kind == INPUT or target == "input":
            if found[0] is not UNKNOWN:
                self.faults.add(shared, "unknown-layer", f"{target!r} is an input, not a layer")
            return NOWHERE
        return self.add(
            msgspec.structs.replace(
                node,
                name=name,
                inputs=given.inputs,
                input_names=given.names,
                group=scope.group,
                shares_weights_of=self.original(original),
                origin=entry,
                listed=given.listed,
                fault=given.fault,
                # Suppressions of the layer apply to every call of it.
                ignore=tuple(dict.fromkeys((*given.ignore, *node.ignore))),
            )
        )

    def original(self, index: int) -> int:
        """Return the node that owns the weights of node `index`."""
        shares = self.nodes[index].shares_weights_of
        return index if shares is None else shares

    def enter(self, name: str, place: Value) -> None:
        """Enter a block or branch."""
        if len(self.nesting) >= MAX_NESTING:
            message = f"blocks and branches are nested deeper than {MAX_NESTING} levels"
            self.faults.add(place, "too-deep", message)
            raise SpecError(self.faults.found)
        self.nesting.append(name)

    def too_many(self, place: Value) -> None:
        message = f"the network has more than {MAX_LAYERS:,} layers"
        self.faults.add(place, "too-large", message)
        raise SpecError(self.faults.found)


def _first(value: Value) -> Value:
    """Return the first input in `from`."""
    parts: list[Value] = value.parts if value.is_list else []
    if value.is_mapping:
        parts = [part for _, part in value.parts.values()]
    return parts[0] if parts else value
