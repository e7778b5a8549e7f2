"""How a spec writes changes: in YAML, on one line."""

from collections.abc import Mapping, Sequence
from typing import Any

from convcalc.documents.text import flow


def argument(name: str, value: Any) -> str:
    """An argument with a value, such as `padding: same`."""
    return f"{name}: {flow(value)}"


def inputs(names: Sequence[str] | Mapping[str, str]) -> str:
    """The tensors that a layer reads, such as `from: [a, b]`."""
    return f"from: {flow(names)}"


def layer(kind: str, arguments: Mapping[str, Any]) -> str:
    """A layer with its arguments, such as `{LSTM: {units: 4}}`."""
    return flow({kind: arguments})
