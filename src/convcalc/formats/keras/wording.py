"""Words changes of a Keras model as in the Python code that saved it."""

from collections.abc import Mapping, Sequence
from typing import Any


def argument(name: str, value: Any) -> str:
    """Write an argument with its value, such as `padding='same'`."""
    return f"{name}={value!r}"


def inputs(names: Sequence[str] | Mapping[str, str]) -> str:
    """Write the call of a layer on tensors, such as `layer([a, b])`."""
    if isinstance(names, Mapping):
        return f"layer({', '.join(f'{name}={tensor}' for name, tensor in names.items())})"
    return f"layer([{', '.join(names)}])"


def layer(kind: str, arguments: Mapping[str, Any]) -> str:
    """Write a layer with its arguments, such as `LSTM(units=4)`."""
    return f"{kind}({', '.join(argument(name, value) for name, value in arguments.items())})"
