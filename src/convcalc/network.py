"""The neutral form of a network: named layers in order, with their inputs and places."""

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

import msgspec

from convcalc.advice import Wording
from convcalc.diagnostics import Diagnostic, Span, did_you_mean
from convcalc.expectations import Expectations
from convcalc.shapes import Shape

MAX_LAYERS = 1_000_000
"""The maximum number of layers, repeats included."""

MAX_CONNECTIONS = 10_000_000
"""The maximum number of inputs of all layers together."""

MAX_NESTING = 64
"""The maximum nesting of groups of layers."""


class Origin(Protocol):
    """The places of a layer and its parts in their file."""

    def kind(self) -> Span | None:
        """The place of the layer's kind, which is shown as the place of the layer."""

    def argument(self, name: str, index: int) -> Span | None:
        """The place of an argument's value, given by name or as positional argument `index`."""

    def argument_name(self, name: str) -> Span | None:
        """The place of an argument's name."""

    def inputs(self) -> Span | None:
        """The place of the layer's list of inputs."""

    def sublayer(self, name: str, index: int, item: int | None) -> "Origin":
        """The origin of an argument that is a layer, or of one `item` in a list of layers."""


class Nowhere:
    """The origin of a layer that has no place in a text that users read."""

    def kind(self) -> None:
        """No place."""

    def argument(self, name: str, index: int) -> None:
        """No place."""

    def argument_name(self, name: str) -> None:
        """No place."""

    def inputs(self) -> None:
        """No place."""

    def sublayer(self, name: str, index: int, item: int | None) -> "Nowhere":  # noqa: ARG002
        """The same."""
        return self


class _Neutral:
    """The wording for a network that was not read from a file."""

    def argument(self, name: str, value: Any) -> str:
        return f"{name} = {value}"

    def inputs(self, names: Sequence[str] | Mapping[str, str]) -> str:
        return f"{names}"

    def layer(self, kind: str, arguments: Mapping[str, Any]) -> str:
        return f"{kind} with {arguments}"


NEUTRAL: Wording = _Neutral()


class UsageError(Exception):
    """A call names an input, variable, layer or position that the network does not have.

    >>> convcalc.summarize("model.yaml", variables={"units": 8})
    Traceback (most recent call last):
    convcalc.network.UsageError: ... 'units'...
    """


def next_free(base: str, counts: dict[str, int], taken: Container[str]) -> str:
    """The first of `base`, `base_1`, … that is not taken, numbered as Keras does."""
    count = counts.get(base, 0)
    while True:
        name = f"{base}_{count}" if count else base
        count += 1
        if name not in taken:
            counts[base] = count
            return name


class Definition(msgspec.Struct):
    """A layer as written: its kind and arguments. Repeats of a layer share one definition.

    `fault` is the code of a fault that is already reported and makes the layer unknown.
    """

    kind: str
    origin: Origin
    named: Mapping[str, Any] = {}
    positional: Sequence[Any] = ()
    fault: str | None = None


class Tensor(NamedTuple):
    """One output of one node, both by position: in the network, and in the node's outputs."""

    node: int
    output: int = 0


UNKNOWN = Tensor(-1)
"""Stands for a reference that could not be resolved; its fault is already reported."""


T = TypeVar("T")


def of_tensor(tensor: Tensor, outputs: Sequence[Sequence[T] | None]) -> T | None:
    """Look up one tensor in the outputs of all nodes; None if the node or output has no entry."""
    known = None if tensor is UNKNOWN else outputs[tensor.node]
    return known[tensor.output] if known and tensor.output < len(known) else None


class Suppression(msgspec.Struct, frozen=True):
    """The code of a warning to ignore, and its place."""

    code: str
    span: Span | None = None


class Node(msgspec.Struct):
    """One application of a layer.

    `input_names` names the last of the `inputs`, which are passed by name. `listed` passes the
    inputs as one list, as merging layers need. `group` is the name of the innermost group, such as
    `bottleneck_1`. `shares_weights_of` is the position of the node whose layer and weights this one
    applies again; then `origin` is the place of this application, not of the definition. `fault` is
    the code of a fault in the inputs that is already reported.

    `recorded_shapes` are the input shapes that the file records, for inputs that can't be computed;
    `built_shape` is the recorded input shape that the weights were built for. `ignore` holds the
    warnings to ignore here, including those of its groups.
    """

    name: str
    definition: Definition
    inputs: tuple[Tensor, ...] = ()
    input_names: tuple[str, ...] | None = None
    group: str | None = None
    shares_weights_of: int | None = None
    trainable: bool = True
    origin: Origin | None = None
    listed: bool = False
    fault: str | None = None
    recorded_shapes: tuple[Shape | None, ...] = ()
    built_shape: Shape | None = None
    ignore: tuple[Suppression, ...] = ()

    @property
    def place(self) -> Origin:
        """The place of this application."""
        return self.origin or self.definition.origin


class Group(msgspec.Struct):
    """A group of layers, such as one use of a block: `kind` is then the block's name.

    `parent` is the name of the group around it.
    """

    kind: str
    inputs: tuple[Tensor, ...] = ()
    outputs: tuple[Tensor, ...] = ()
    parent: str | None = None


class Network(msgspec.Struct, kw_only=True):
    """A network as a file describes it, before anything is computed.

    >>> network = convcalc.load("model.yaml")
    >>> dense = network.nodes[-1]
    >>> dense.name, dense.definition.kind, dense.inputs
    ('dense', 'Dense', (Tensor(node=3, output=0),))

    Attributes:
        name: the model's name, by default that of the file.
        source: the file's name, as messages show it.
        nodes: the layers, each after the layers that it reads.
        inputs: the positions of the input layers in `nodes`.
        outputs: the output tensors.
        kinds: the layer kinds that the file declares.
        vocabulary: other names that can stand for a kind, for suggestions.
        groups: the groups of layers, by full name.
        defaults: arguments for every layer that has them.
        expect: the file's expectations.
        diagnostics: the faults found in reading. What they concern is left out or unknown.
        pruned: whether the file holds only layers that lead to an output.
        ignore: the warnings to ignore for every layer.
        optimizer: the optimizer that a Keras model was compiled with.
        reread: reads the file again with other variables; None for a format without variables.
        wording: how the format writes changes.
    """

    name: str
    source: str
    nodes: list[Node]
    inputs: tuple[int, ...]
    outputs: tuple[Tensor, ...]
    kinds: Mapping[str, Any] = {}
    vocabulary: tuple[str, ...] = ()
    groups: Mapping[str, Group] = {}
    defaults: Mapping[str, Any] = {}
    expect: Expectations | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    pruned: bool = False
    ignore: tuple[Suppression, ...] = ()
    optimizer: str | None = None
    reread: Callable[[Mapping[str, Any]], "Network"] | None = None
    wording: Wording = NEUTRAL

    def ignored(self, node: Node, code: str) -> tuple[Suppression, ...]:
        """The suppressions of the warning `code` for one layer."""
        return tuple(each for each in (*node.ignore, *self.ignore) if each.code == code)

    def unused(self) -> list[Node]:
        """The layers that lead to no output, without inputs; empty if the network is `pruned`.

        >>> convcalc.load("model.yaml").unused()
        []
        """
        if self.pruned:
            return []
        nodes = self.nodes
        used = bytearray(len(nodes))
        # A nested model is kept as one, including outputs that no layer reads.
        together: dict[int, list[int]] = {}
        for group in self.groups.values():
            ends = [tensor.node for tensor in group.outputs if tensor is not UNKNOWN]
            for end in ends if len(ends) > 1 else ():
                together.setdefault(end, []).extend(ends)
        waiting = [tensor.node for tensor in self.outputs if tensor is not UNKNOWN]
        while waiting:
            i = waiting.pop()
            if used[i]:
                continue
            used[i] = True
            node = nodes[i]
            waiting += [tensor.node for tensor in node.inputs if tensor is not UNKNOWN]
            waiting += together.get(i, ())
            if node.shares_weights_of is not None:
                waiting.append(node.shares_weights_of)
        inputs = set(self.inputs)
        return [nodes[i] for i in range(len(nodes)) if not used[i] and i not in inputs]

    def with_inputs(
        self, shapes: Mapping[str, Sequence[int | None]], batch_size: int | None = None
    ) -> "Network":
        """The network with other input shapes or another batch size.

        Args:
            shapes: a shape for each input name, without the batch; None is an unknown dimension.
            batch_size: the batch size of every input, unchanged by default.

        Raises:
            UsageError: the network has no such input.

        >>> network = convcalc.load("model.yaml").with_inputs({"input": [28, 28, 1]}, batch_size=8)
        >>> convcalc.summarize(network).inputs[0].shape
        (8, 28, 28, 1)
        """
        # The shapes that the file records hold for its own inputs only.
        nodes = [_forgetting(node) for node in self.nodes]
        by_name = {nodes[i].name: i for i in self.inputs}
        for name in shapes:
            if name not in by_name:
                known = f"the inputs are {', '.join(by_name)}" if by_name else "it has none"
                help = did_you_mean(name, by_name) or known
                raise UsageError(f"there is no input {name!r}; {help}")
        for name, i in by_name.items():
            old = nodes[i].definition
            new = dict(old.named)
            if name in shapes:
                batch = new.pop("batch_shape", None)
                if isinstance(batch, list) and batch and "batch_size" not in new:
                    new["batch_size"] = batch[0]
                new["shape"] = list(shapes[name])
            if batch_size is not None:
                if isinstance(new.get("batch_shape"), list):
                    new["batch_shape"] = [batch_size, *new["batch_shape"][1:]]
                else:
                    new["batch_size"] = batch_size
            nodes[i] = msgspec.structs.replace(
                nodes[i], definition=msgspec.structs.replace(old, named=new)
            )
        return msgspec.structs.replace(self, nodes=nodes)


def _forgetting(node: Node) -> Node:
    """A node without its recorded input shapes, except those of constants."""
    if not node.recorded_shapes:
        return node
    recorded = tuple(
        shape if tensor is UNKNOWN else None
        for tensor, shape in zip(node.inputs, node.recorded_shapes, strict=True)
    )
    return msgspec.structs.replace(node, recorded_shapes=recorded)
