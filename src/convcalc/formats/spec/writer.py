"""Writes a network as a readable spec."""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from convcalc.documents.text import WORDS, flow
from convcalc.formats.spec.entries import KEYS
from convcalc.layers import find, kinds
from convcalc.layers.binding import default_of
from convcalc.layers.calling import parameters_of
from convcalc.layers.core import INPUT
from convcalc.layers.declared import Declared
from convcalc.layers.kind import snake_case
from convcalc.network import UNKNOWN, Network, Node, Suppression, Tensor, next_free

_NO_KINDS = (*KEYS, "share", "<<")
"""Words with another meaning in the place of a layer's kind."""

WIDTH = 100
"""Maximum line length; longer lines put each argument on a line of its own."""


class UnwritableError(Exception):
    """A network has something that the spec language can't express."""


def write_spec(network: Network) -> str:
    """Write a network as a spec without default values; groups become blocks.

    Raises UnwritableError.
    """
    return _Writing(network).text()


def write_layer(network: Network, node: Node) -> str:
    """Write one layer as an entry of a spec, without its inputs."""
    writing = _Writing(network)
    kind, name = node.definition.kind, node.name.rpartition("/")[2]
    if node.shares_weights_of is not None:
        target = network.nodes[node.shares_weights_of].name
        entry = _Entry("share", "", name, (), target, is_named=True)
    else:
        entry = _Entry(kind, "", name, (), writing.arguments(node), trainable=node.trainable)
        entry.is_named = re.fullmatch(f"{snake_case(kind)}(_[0-9]+)?", name) is None
    return "\n".join(entry.lines())


def plain_names(network: Network) -> dict[str, str]:
    """Return a valid spec name for each layer and group, nearly always its own name.

    In Keras 2 a name may contain `/`, and a layer that is not an input may be called `input`, which
    in a block means the block's input.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    counts: dict[str, int] = {}
    for name, parent in _parents(network).items():
        local = name if parent is None else name.removeprefix(f"{parent}/")
        plain = _plain_name(local).replace("/", "_")
        if plain == "input" and parent is not None:
            plain = "input_layer"
        around = "" if parent is None else f"{names[parent]}/"
        names[name] = next_free(around + plain, counts, taken)
        taken.add(names[name])
    return names


def renames(network: Network) -> Iterator[tuple[str, str]]:
    """Yield old and new names where a spec needs other names: the network, layers and groups."""
    names = [(network.name, _plain_name(network.name)), *plain_names(network).items()]
    return ((name, new) for name, new in names if name != new)


def with_names(network: Network, names: Mapping[str, str]) -> Network:
    """Rename a network's layers and groups, and give the network a valid spec name."""
    if all(name == new for name, new in names.items()):
        return msgspec.structs.replace(network, name=_plain_name(network.name))

    def renamed(group: str | None) -> str | None:
        return None if group is None else names[group]

    return msgspec.structs.replace(
        network,
        name=_plain_name(network.name),
        nodes=[
            msgspec.structs.replace(node, name=names[node.name], group=renamed(node.group))
            for node in network.nodes
        ],
        groups={
            names[name]: msgspec.structs.replace(group, parent=renamed(group.parent))
            for name, group in network.groups.items()
        },
    )


def _plain_name(name: str) -> str:
    """Return a name that is neither empty nor an expression."""
    return re.sub("^=|^$", "_", name)


def _parents(network: Network) -> dict[str, str | None]:
    """Return the parent group of each group and node, by name."""
    groups = {name: group.parent for name, group in network.groups.items()}
    return groups | {node.name: node.group for node in network.nodes}


class _Entry(msgspec.Struct):
    """One entry of a list of layers, for a node or a group of nodes."""

    kind: str
    base: str
    """Its default name without a number."""
    name: str
    outputs: tuple[Tensor, ...]
    arguments: Any = None
    from_: Any = None
    """Its inputs; None for the output of the entry above."""
    trainable: bool = True
    ignore: tuple[str, ...] = ()
    is_named: bool = False
    repeat: int = 1

    def lines(self) -> list[str]:
        beside = {
            "name": self.name if self.is_named else None,
            "from": self.from_,
            "trainable": None if self.trainable else False,
            "repeat": self.repeat if self.repeat > 1 else None,
            "ignore": self.ignore or None,
        }
        below = [f"  {key}: {flow(value)}" for key, value in beside.items() if value is not None]
        if self.arguments is None:
            return [f"- {flow(self.kind)}:" if below else f"- {flow(self.kind)}", *below]
        return [*_laid_out(f"- {flow(self.kind)}:", self.arguments, "    "), *below]


class _Scope(msgspec.Struct):
    """The context of a list of layers: the network, or the block for a group."""

    group: str | None
    inputs: tuple[Tensor, ...]
    trainable: bool
    output_names: dict[Tensor, str] = {}
    """The names of the outputs of groups in it."""

    @property
    def prefix(self) -> str:
        return f"{self.group}/" if self.group else ""


class _Writing:
    """Writes one network."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.blocks: dict[tuple[str, ...], str] = {}
        self.counts: dict[str, int] = {}
        used = {node.definition.kind for node in network.nodes}
        self.taken = {*kinds(), *network.kinds, *used, *_NO_KINDS}
        self.inner: dict[str, _Scope] = {}

    def text(self) -> str:
        network = self.network
        leading = self.leading()
        start = tuple(Tensor(i) for i in leading)
        scope = _Scope(None, (), trainable=True)
        body = self.body(scope, range(len(leading), len(network.nodes)), start, network.outputs)
        head = [f"name: {flow(network.name)}", *self.inputs(leading)]
        head += [f"{name}: {flow(value)}" for name, value in network.defaults.items()]
        blocks = [
            line
            for lines, name in self.blocks.items()
            for line in (f"  {flow(name)}:", *(f"    {line}" for line in lines))
        ]
        expected = network.expect.plain if network.expect else {}
        expect = ["expect:", *(f"  {flow(key)}: {flow(value)}" for key, value in expected.items())]
        sections = (
            head,
            self.kinds(),
            ["blocks:", *blocks] if blocks else [],
            body,
            expect if expected else [],
            [f"ignore: {flow(_codes(network.ignore))}"] if network.ignore else [],
        )
        return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"

    def leading(self) -> list[int]:
        """Return the positions of the inputs to write above `layers`.

        Empty if `inputs` lists names instead to give an order, or if `input`, the name of a single
        input above, is also the name of something else.
        """
        nodes, positions = self.network.nodes, set(self.network.inputs)
        found = list(itertools.takewhile(positions.__contains__, range(len(nodes))))
        names = {*self.network.groups, *(node.name for node in nodes)}
        hidden = len(found) == 1 and "input" in names and nodes[found[0]].name != "input"
        return [] if hidden or self.reordered() else found

    def reordered(self) -> bool:
        """Whether the order of the inputs differs from the order of their layers."""
        return list(self.network.inputs) != sorted(self.network.inputs)

    def inputs(self, leading: list[int]) -> Iterator[str]:
        """Yield the lines of the inputs above `layers`."""
        nodes = self.network.nodes
        shapes = {nodes[i].name: self.input(nodes[i]) for i in leading}
        if self.reordered():
            yield f"inputs: {flow([nodes[i].name for i in self.network.inputs])}"
        elif list(shapes) == ["input"]:
            yield f"input: {flow(shapes['input'])}"
        elif shapes:
            yield "inputs:"
            yield from (f"  {flow(name)}: {flow(shape)}" for name, shape in shapes.items())

    def input(self, node: Node) -> Any:
        """Return an input's shape without the batch, or its arguments if it has others."""
        named = _input_arguments(node)
        return named["shape"] if list(named) == ["shape"] else named

    def kinds(self) -> list[str]:
        """Return the lines of the declarations of layer kinds that are not Keras's."""
        used = {node.definition.kind for node in self.network.nodes}
        own = {name: kind for name, kind in self.network.kinds.items() if name in used}
        variables: dict[str, Any] = {}
        lines = []
        for name, kind in own.items():
            if not issubclass(kind, Declared):
                raise UnwritableError(f"{name} is no declared kind")
            variables |= kind.variables
            args = ", ".join(
                f"{f.name}: " if f.required else f"{f.name}: {flow(default_of(f))}"
                for f in msgspec.structs.fields(kind)
            )
            weights = {
                weight: declared.shape
                if declared.trainable
                else {"shape": declared.shape, "trainable": False}
                for weight, declared in kind.weights.items()
            }
            lines.append(f"  {flow(name)}:")
            lines += [f"    args: {{{args}}}"] if args else []
            lines += [f"    weights: {flow(weights)}"] if weights else []
            lines.append(f"    output: {flow(kind.output)}")
            lines += [] if kind.macs is None else [f"    macs: {flow(kind.macs)}"]
        vars_ = [f"  {flow(name)}: {flow(value)}" for name, value in variables.items()]
        return [*(["vars:", *vars_] if vars_ else []), *(["kinds:", *lines] if lines else [])]

    def body(
        self,
        scope: _Scope,
        nodes: range,
        start: tuple[Tensor, ...],
        outputs: tuple[Tensor, ...],
    ) -> list[str]:
        """Return the lines of `layers`, and of `outputs` if they differ from the last entry's."""
        entries: list[_Entry] = []
        above = start
        position = nodes.start
        while position < nodes.stop:
            child = self.child(self.network.nodes[position], scope)
            if child is None:
                entry = self.layer(position, scope, above)
                position += 1
            else:
                end = position
                while end < nodes.stop and self.is_inside(self.network.nodes[end], child):
                    end += 1
                entry = self.use(child, range(position, end), scope, above)
                position = end
            entries.append(entry)
            above = entry.outputs[:1]
        names = [self.network.nodes[t.node].name for t in start] if scope.group is None else []
        _leave_out_names(entries, names)
        lines = ["layers:"] if entries else ["layers: []"]
        lines += [f"  {line}" for entry in _repeats(entries) for line in entry.lines()]
        if outputs != above or len(above) != 1:  # several inputs are not a default output
            lines.append(f"outputs: {flow([self.refer(t, scope) for t in outputs])}")
        return lines

    def child(self, node: Node, scope: _Scope) -> str | None:
        """Return the child group of a scope that contains a node; None if the scope itself does."""
        child, group = None, node.group
        while group != scope.group:
            if group is None:
                raise UnwritableError(f"{node.name} stands apart from the layers of its group")
            child, group = group, self.network.groups[group].parent
        return child

    def is_inside(self, node: Node, group: str) -> bool:
        name = node.group
        while name is not None and name != group:
            name = self.network.groups[name].parent
        return name is not None

    def kind(self, node: Node) -> str:
        """Return a layer's kind. Raises UnwritableError if a spec would read another kind."""
        definition = node.definition
        is_unknown = definition.fault == "unknown-layer"
        if definition.kind in _NO_KINDS or (is_unknown and find(definition.kind)):
            message = (
                f"{node.name} is of a class {definition.kind!r}, which a spec takes for another"
            )
            raise UnwritableError(message)
        return definition.kind

    def layer(self, position: int, scope: _Scope, above: tuple[Tensor, ...]) -> _Entry:
        """Build the entry of a node."""
        node = self.network.nodes[position]
        name = self.local(node.name, scope)
        outputs = (Tensor(position),)
        from_ = None if node.definition.kind == INPUT else self.from_(node, scope, above)
        if node.shares_weights_of is not None:
            target = self.local(self.network.nodes[node.shares_weights_of].name, scope)
            base = target.rpartition("/")[2]
            return _Entry("share", base, name, outputs, target, from_, ignore=_codes(node.ignore))
        kind = self.kind(node)
        return _Entry(
            kind,
            snake_case(kind),
            name,
            outputs,
            self.arguments(node),
            from_,
            node.trainable or not scope.trainable,
            _codes(node.ignore),
        )

    def use(self, name: str, nodes: range, scope: _Scope, above: tuple[Tensor, ...]) -> _Entry:
        """Build the entry of a group of nodes: a new block use, or a shared one."""
        group = self.network.groups[name]
        local = self.local(name, scope)
        for i, tensor in enumerate(group.outputs):
            if tensor.node in nodes:  # not an input that the group passes through
                scope.output_names.setdefault(tensor, f"{local}:{i}" if i else local)
        from_ = self.references(group.inputs, scope, above, listed=len(group.inputs) > 1)
        shared = self.shared(name, nodes)
        if shared is not None:
            self.check_inputs(shared, name)
            target = self.local(shared, scope)
            base = target.rpartition("/")[2]
            return _Entry("share", base, local, group.outputs, target, from_)
        trained = any(self.network.nodes[i].trainable for i in nodes) or not scope.trainable
        inner = _Scope(name, group.inputs, trainable=trained and scope.trainable)
        lines = self.body(inner, nodes, group.inputs, group.outputs)
        block = self.block(local, lines)
        return _Entry(block, snake_case(block), local, group.outputs, None, from_, trained)

    def check_inputs(self, original: str, name: str) -> None:
        """Refuse a group with different inputs that were a single tensor in its first use.

        The first use does not show which of the inputs a layer reads.
        """
        if original not in self.network.groups:
            raise UnwritableError(f"{name} shares layers with what is no model like it")
        first, again = (self.network.groups[group].inputs for group in (original, name))
        pairs = list(zip(first, again, strict=False))
        if len(set(pairs)) > len(set(first)):
            message = f"{original} reads one tensor twice, where {name} reads two"
            raise UnwritableError(message)

    def block(self, name: str, lines: list[str]) -> str:
        """Return the name of the block with these lines, named after its first use."""
        if tuple(lines) in self.blocks:
            return self.blocks[tuple(lines)]
        plain = re.fullmatch(r"[A-Za-z_]\w*", name) and name not in WORDS
        base = name if plain else re.sub(r"\W", "_", f"block_{name}")
        block = next_free(base, self.counts, self.taken)
        self.taken.add(block)
        self.blocks[tuple(lines)] = block
        return block

    def shared(self, name: str, nodes: range) -> str | None:
        """Return the group whose layers a group applies again; None if the layers are its own."""
        node = self.network.nodes[nodes.start]
        if node.shares_weights_of is None:
            return None
        original = self.network.nodes[node.shares_weights_of]
        return original.name.removesuffix(node.name.removeprefix(name))

    def arguments(self, node: Node) -> Any:
        """Return a layer's arguments as written after its kind."""
        definition = node.definition
        kind = self.network.kinds.get(definition.kind) or find(definition.kind)
        fields = kind.__struct_fields__ if kind else ()
        if definition.kind == INPUT:
            return _input_arguments(node)
        named = {**dict(zip(fields, definition.positional, strict=False)), **definition.named}
        if len(named) == 1 and kind is not None and fields:
            first = msgspec.structs.fields(kind)[0]
            value = named.get(first.name)
            if first.required and isinstance(value, int | float | str):
                return value
        order = {name: index for index, name in enumerate(fields)}
        return dict(sorted(named.items(), key=lambda item: order.get(item[0], len(order)))) or None

    def from_(self, node: Node, scope: _Scope, above: tuple[Tensor, ...]) -> Any:
        """Return a node's inputs as written in `from`."""
        if not node.input_names:
            return self.references(node.inputs, scope, above, listed=node.listed)
        kind = self.network.kinds.get(node.definition.kind) or find(node.definition.kind)
        by_position = len(node.inputs) - len(node.input_names)
        names = [*(parameters_of(kind)[:by_position] if kind else ()), *node.input_names]
        found: dict[str, Any] = {}
        if len(names) < len(node.inputs):
            raise UnwritableError(f"{node.name} has more inputs than it can have")
        for name, tensor in zip(names, node.inputs, strict=True):
            found.setdefault(name, []).append(self.refer(tensor, scope))
        return {name: refs[0] if len(refs) == 1 else refs for name, refs in found.items()}

    def references(
        self, tensors: tuple[Tensor, ...], scope: _Scope, above: tuple[Tensor, ...], *, listed: bool
    ) -> Any:
        if tensors == above and len(tensors) == 1 and not listed:
            return None
        found = [self.refer(tensor, scope) for tensor in tensors]
        return found[0] if len(found) == 1 and not listed else found

    def refer(self, tensor: Tensor, scope: _Scope) -> str:
        """Return the name of a tensor in a list of layers."""
        if tensor is UNKNOWN:
            raise UnwritableError("a layer reads a constant, or what could not be told")
        if tensor in scope.inputs:
            index = scope.inputs.index(tensor)
            return f"input:{index}" if index else "input"
        if tensor in scope.output_names:
            return scope.output_names[tensor]
        name = self.local(self.network.nodes[tensor.node].name, scope)
        return f"{name}:{tensor.output}" if tensor.output else name

    def local(self, name: str, scope: _Scope) -> str:
        """Return a full name without the scope's prefix."""
        if not name.startswith(scope.prefix):
            raise UnwritableError(f"a layer of {scope.group} reads or shares {name} outside of it")
        return name.removeprefix(scope.prefix)


def _codes(ignore: Iterable[Suppression]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ignored.code for ignored in ignore))


def _input_arguments(node: Node) -> dict[str, Any]:
    """Return the arguments of an input without an unknown batch size."""
    named = dict(node.definition.named)
    if named.get("batch_size", 0) is None:
        del named["batch_size"]
    batch_shape = named.pop("batch_shape", None)
    if batch_shape and isinstance(batch_shape, list):
        batch = {} if batch_shape[0] is None else {"batch_size": batch_shape[0]}
        return {"shape": list(batch_shape[1:]), **batch, **named}
    return named if batch_shape is None else {"batch_shape": batch_shape, **named}


def _leave_out_names(entries: list[_Entry], taken: Iterable[str]) -> None:
    """Mark the entries whose default names would differ from their own.

    Default names skip explicit ones, so each mark can change later defaults: repeat until stable.
    """
    for entry in entries:
        number = entry.name.removeprefix(entry.base)
        entry.is_named = number == entry.name or re.fullmatch("(_[0-9]+)?", number) is None
    taken = list(taken)
    before = -1
    while (given := sum(entry.is_named for entry in entries)) > before:
        before = given
        used = {*taken, *(entry.name for entry in entries if entry.is_named)}
        counts: dict[str, int] = {}
        for entry in entries:
            if entry.is_named:
                continue
            count = counts.get(entry.base, 0)
            if next_free(entry.base, counts, used) != entry.name:
                entry.is_named = True
                counts[entry.base] = count
            used.add(entry.name)


def _repeats(entries: list[_Entry]) -> Iterator[_Entry]:
    """Merge consecutive equal entries into repeats.

    If the first one has an explicit name, the others must have that name with a number.
    """

    def alike(entry: _Entry) -> Any:
        if entry.from_ is not None or entry.kind in {INPUT, "share"}:
            return entry.name
        return (entry.kind, repr(entry.arguments), entry.trainable, entry.ignore)

    for _, group in itertools.groupby(entries, key=alike):
        first = None
        for entry in group:
            if first is None:
                first = entry
            elif entry.is_named == first.is_named and (
                not entry.is_named or entry.name == f"{first.name}_{first.repeat}"
            ):
                first.repeat += 1
            else:
                yield first
                first = entry
        if first is not None:
            yield first


def _laid_out(key: str, value: Any, indent: str) -> list[str]:
    """Write a key and its value on one line if it fits.

    If not, split mappings and lists of mappings into one line per part.
    """
    line = f"{key} {flow(value)}"
    if len(line) <= WIDTH or not value:
        return [line]
    if isinstance(value, dict):
        parts = [_laid_out(f"{indent}{flow(k)}:", v, f"{indent}  ") for k, v in value.items()]
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        parts = [_item(item, indent) for item in value]
    else:
        return [line]
    return [key, *itertools.chain(*parts)]


def _item(value: Any, indent: str) -> list[str]:
    """Write a list item; a mapping begins on the line of the dash."""
    if not isinstance(value, dict) or len(value) != 1:
        return [f"{indent}- {flow(value)}"]
    ((key, inner),) = value.items()
    if inner is None:
        return [f"{indent}- {flow(key)}"]
    return _laid_out(f"{indent}- {flow(key)}:", inner, f"{indent}    ")
