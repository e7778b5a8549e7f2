"""Words changes as a spec has them: in YAML, on one line."""

from collections.abc import Mapping, Sequence
from typing import Any


def argument(name: str, value: Any) -> str:
    """Write an argument with its value, such as `padding: same`."""
    return f"{name}: {_flow(value)}"


def inputs(names: Sequence[str] | Mapping[str, str]) -> str:
    """Write the inputs of a layer, such as `from: [a, b]`."""
    return f"from: {_flow(names)}"


def layer(kind: str, arguments: Mapping[str, Any]) -> str:
    """Write a layer with its arguments, such as `{LSTM: {units: 4}}`."""
    return _flow({kind: arguments})


def _flow(value: Any) -> str:
    from convcalc.documents.text import flow  # noqa: PLC0415 (only a fault needs it)

    return flow(value)
