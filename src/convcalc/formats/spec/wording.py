"""How a spec writes changes: in YAML, on one line."""

from collections.abc import Mapping, Sequence
from typing import Any


def argument(name: str, value: Any) -> str:
    """An argument with a value, such as `padding: same`."""
    return f"{name}: {_flow(value)}"


def inputs(names: Sequence[str] | Mapping[str, str]) -> str:
    """The tensors that a layer reads, such as `from: [a, b]`."""
    return f"from: {_flow(names)}"


def layer(kind: str, arguments: Mapping[str, Any]) -> str:
    """A layer with its arguments, such as `{LSTM: {units: 4}}`."""
    return _flow({kind: arguments})


def _flow(value: Any) -> str:
    from convcalc.documents.text import flow  # noqa: PLC0415 (only a fault needs it)

    return flow(value)
