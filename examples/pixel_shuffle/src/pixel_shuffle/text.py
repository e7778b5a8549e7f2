"""An input format: `8 8 4 | Flatten | ReLU`, an input's shape and layers without arguments."""

from collections.abc import Mapping, Sequence
from typing import Any

from convcalc.diagnostics import Diagnostic, SpecError
from convcalc.formats.spec import wording
from convcalc.network import Definition, Network, Node, Nowhere, Tensor

PRIORITY = 1
SUFFIXES = {".layers": "name"}


def is_model(data: bytes) -> bool:
    """Whether a file with the suffix is a model: each is."""
    return bool(data)


def begins(head: bytes) -> bool:
    """Whether a large file begins as a model does."""
    return is_model(head)


def recognizes(data: bytes) -> bool:
    """Whether the content begins with a number."""
    return data[:1].isdigit()


def read(
    data: bytes,
    source: str,
    _variables: Mapping[str, Any],
    _kinds: Mapping[str, Any],
) -> Network:
    """The network. Raises SpecError where the shape is not one."""
    shape, *layers = (part.strip() for part in data.decode().split("|"))
    try:
        sizes: Sequence[int] = [int(size) for size in shape.split()]
    except ValueError as error:
        raise SpecError([Diagnostic(code="wrong-value", message="not a shape")]) from error
    nodes = [Node("input", Definition("InputLayer", Nowhere(), {"shape": sizes}))]
    for i, kind in enumerate(layers):
        nodes.append(Node(f"layer_{i}", Definition(kind, Nowhere()), (Tensor(i),)))
    end = Tensor(len(nodes) - 1)
    return Network(
        name="model", source=source, nodes=nodes, inputs=(0,), outputs=(end,), wording=wording
    )
