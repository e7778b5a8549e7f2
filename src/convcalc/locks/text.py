"""Writing a lock with one line for each layer, so that each change is one changed line."""

from collections.abc import Iterator, Mapping
from typing import Any

from convcalc.documents.text import flow
from convcalc.locks.lock import FLOAT32, SCHEMA, Lock, LockedInput, LockedLayer, LockedWeight

HEADER = "# Written by `convcalc lock`, which writes it anew when the model is meant to change."

_LONGEST_KEY = 1000
"""YAML limits keys to 1024 characters, unless a question mark introduces them."""


def write(lock: Lock) -> str:
    """Format a lock as the text of its file."""
    inputs = {name: _input(each) for name, each in lock.inputs.items()}
    layers = {name: _layer(each) for name, each in lock.layers.items()}
    lines = [
        HEADER,
        f"schema: {SCHEMA}",
        f"model: {flow(lock.model)}",
        *_block("inputs", inputs),
        f"outputs: {flow(lock.outputs)}",
        *_block("layers", layers),
        *_block("totals", lock.totals),
    ]
    return "".join(f"{line}\n" for line in lines)


def _block(key: str, entries: Mapping[str, Any]) -> Iterator[str]:
    """Format a mapping with one entry on each line."""
    if not entries:
        yield f"{key}: {{}}"
        return
    yield f"{key}:"
    for name, value in entries.items():
        written = flow(name)
        if len(written) > _LONGEST_KEY:
            yield f"  ? {written}"
            yield f"  : {_flow(value)}"
        else:
            yield f"  {written}: {_flow(value)}"


def _flow(value: Any) -> str:
    """Format a value on one line, with keys of any length."""
    if not isinstance(value, Mapping):
        return flow(value)
    entries = [(flow(name), _flow(each)) for name, each in value.items()]
    return f"{{{', '.join(_entry(name, each) for name, each in entries)}}}"


def _entry(name: str, value: str) -> str:
    return f"? {name} : {value}" if len(name) > _LONGEST_KEY else f"{name}: {value}"


def _input(tensor: LockedInput) -> Any:
    return _sized(tensor.shape, tensor.dtype, FLOAT32)


def _layer(layer: LockedLayer) -> dict[str, Any]:
    entry: dict[str, Any] = {"kind": layer.kind}
    if layer.outputs is None or len(layer.outputs) == 1:
        entry["output"] = layer.outputs and layer.outputs[0]
    else:
        entry["outputs"] = layer.outputs
    if layer.shares is not None:
        entry["shares"] = layer.shares
    if layer.weights is None:
        return {**entry, "weights": None}
    dtypes = {weight.dtype for weight in layer.weights.values()}
    usual = dtypes.pop() if len(dtypes) == 1 else FLOAT32
    if usual != FLOAT32:
        entry["dtype"] = usual
    for key, trainable in (("weights", True), ("non_trainable", False)):
        some = {
            path: _weight(weight, usual)
            for path, weight in layer.weights.items()
            if weight.trainable is trainable
        }
        if some:
            entry[key] = some
    return entry


def _weight(weight: LockedWeight, usual: str) -> Any:
    return _sized(weight.shape, weight.dtype, usual)


def _sized(shape: Any, dtype: str, usual: str) -> Any:
    """A shape, with its data type if that is not the usual one."""
    return shape if dtype == usual else {"shape": shape, "dtype": dtype}
