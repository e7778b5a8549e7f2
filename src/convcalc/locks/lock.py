"""A lock as frozen data, and how it is built from a report."""

import re
from collections.abc import Mapping
from pathlib import PurePath

import msgspec

from convcalc.layers.argument_types import LARGEST
from convcalc.network import next_free
from convcalc.report import LayerReport, Report, TensorReport, WeightReport
from convcalc.shapes import Shape

SCHEMA = "convcalc.lock/1"
FLOAT32 = "float32"
"""The data type that a lock leaves out."""

TOTALS = ("params", "trainable_params", "non_trainable_params")


class LockedInput(msgspec.Struct, frozen=True):
    """An input of the network; its shape includes the batch, and is None if unknown."""

    shape: Shape | None
    dtype: str = FLOAT32


class LockedWeight(msgspec.Struct, frozen=True):
    """A variable of a layer."""

    shape: tuple[int, ...]
    dtype: str = FLOAT32
    trainable: bool = True


class LockedLayer(msgspec.Struct, frozen=True):
    """A layer; `weights` are by their paths in the layer.

    `outputs` and `weights` are None if unknown. A layer that `shares` the weights of another has no
    weights.
    """

    kind: str
    outputs: tuple[Shape, ...] | None
    weights: Mapping[str, LockedWeight] | None = {}
    shares: str | None = None


class Lock(msgspec.Struct, frozen=True, kw_only=True):
    """The shapes and weights of a network. `model` is its file name; an unknown total is None.

    `layers` excludes the inputs.
    """

    model: str
    inputs: Mapping[str, LockedInput] = {}
    outputs: tuple[str, ...] = ()
    layers: Mapping[str, LockedLayer] = {}
    totals: Mapping[str, int | None] = {}


def lock(report: Report) -> Lock:
    """Build the lock of a network. It means little if the report has errors."""
    layers = named_layers(report)
    params = None if report.partial else report.params
    counts = (
        (None, None, None)
        if params is None
        else (params.count, params.trainable, params.non_trainable)
    )
    return Lock(
        model=model_name(report),
        inputs={readable(tensor.name): _input(tensor) for tensor in report.inputs},
        outputs=tuple(readable(tensor.name) for tensor in report.outputs),
        layers={name: _layer(layer) for name, layer in layers.items()},
        totals=dict(zip(TOTALS, counts, strict=True)),
    )


def model_name(report: Report) -> str:
    """The model's file name without its folder: its lock is in the same one."""
    return readable(PurePath(report.source).name)


def named_layers(report: Report) -> dict[str, LayerReport]:
    """The layers except the inputs, sorted, by their names in a lock."""
    inputs = {tensor.name for tensor in report.inputs}
    named: dict[str, LayerReport] = {}
    counts: dict[str, int] = {}
    for layer in report.layers:
        if layer.name not in inputs:
            named[next_free(readable(layer.name), counts, named)] = layer
    return {name: named[name] for name in sorted(named, key=by_number)}


def readable(name: str) -> str:
    """A name that YAML can hold: lone surrogates are escaped, and it is never a merge key."""
    if name.partition(":")[0] == "<<":  # or one of the outputs of a layer of that name
        return f"\\x3c{name[1:]}"
    return name if name.isascii() else name.encode("utf-8", "backslashreplace").decode()


def by_number(name: str) -> tuple[list[tuple[int, str]], str]:
    """A sort key that puts conv2d_2 before conv2d_10."""
    parts = re.split("([0-9]+)", name)
    numbers = [number.lstrip("0") for number in parts[1::2]]
    texts = [(0, text) for text in parts[::2]]
    key = [*texts[:1]]
    for number, text in zip(numbers, texts[1:], strict=True):
        key += [(len(number), number), text]
    return key, name


def _input(tensor: TensorReport) -> LockedInput:
    return LockedInput(tensor.shape, tensor.dtype or FLOAT32)


def _layer(layer: LayerReport) -> LockedLayer:
    shares = None if layer.shares is None else readable(layer.shares)
    weights = _weights(layer.weights) if shares is None else {}
    return LockedLayer(readable(layer.kind), layer.output_shapes, weights, shares)


def _weights(weights: tuple[WeightReport, ...] | None) -> dict[str, LockedWeight] | None:
    """The weights by their paths, in Keras's order."""
    if weights is None:
        return None
    named: dict[str, LockedWeight] = {}
    counts: dict[str, int] = {}
    for weight in weights:
        name = next_free(readable(weight.path), counts, named)
        named[name] = LockedWeight(weight.shape, weight.dtype, weight.trainable)
    return named


def count_of(weight: LockedWeight) -> int | None:
    """The number of elements; None if it is too large, which only an edited lock can be."""
    count = 1
    if 0 in weight.shape:
        return 0
    for size in weight.shape:
        count *= size
        if count > LARGEST:
            return None
    return count
