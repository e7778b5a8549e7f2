"""The `expect` part of a spec: its form. `convcalc check` holds it against the network."""

import re

from convcalc.diagnostics import Span
from convcalc.formats.spec.document import Value
from convcalc.formats.spec.entries import Faults
from convcalc.network import COUNTS, LIMIT


def places(value: Value | None, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Span]:
    """The places of the values in nested mappings, by the keys that lead there."""
    found: dict[tuple[str, ...], Span] = {}
    for name, (key, part) in value.parts.items() if value and value.is_mapping else ():
        found[*path, name] = key.span if part.is_mapping else part.span
        found |= places(part, (*path, name))
    return found


def check_expectations(expect: Value | None, faults: Faults) -> None:
    """Report what in `expect` has not the form that it must have."""
    if expect is None or expect.plain is None:
        return
    if not expect.is_mapping:
        faults.add(expect, "wrong-type", "expect must be a mapping")
        return
    faults.unknown_keys(expect, ("output", "outputs", *COUNTS, "layers"), "expect")
    _check_shape(expect.get("output"), "output", faults)
    _check_counts(expect, faults)
    outputs = expect.get("outputs")
    if outputs is not None:
        _check_shapes(outputs, "outputs", faults)
    layers = expect.get("layers")
    if layers is None:
        return
    if not layers.is_mapping:
        faults.add(layers, "wrong-type", "layers must be a mapping from names of layers")
        return
    for name, (_, layer) in layers.parts.items():
        if not layer.is_mapping:
            faults.add(layer, "wrong-type", f"what is expected of {name!r} must be a mapping")
            continue
        faults.unknown_keys(layer, ("output", "kernel", "weights", *COUNTS), f"layer {name!r}")
        _check_shape(layer.get("output"), "output", faults)
        _check_shape(layer.get("kernel"), "kernel", faults)
        _check_counts(layer, faults)
        weights = layer.get("weights")
        if weights is not None:
            _check_shapes(weights, "weights", faults)


def _check_shapes(value: Value, what: str, faults: Faults) -> None:
    if not value.is_mapping:
        faults.add(value, "wrong-type", f"{what} must be a mapping from names to shapes")
        return
    for name, (_, shape) in value.parts.items():
        _check_shape(shape, name, faults)


def _check_shape(value: Value | None, what: str, faults: Faults) -> None:
    if value is None:
        return
    dims = value.plain
    if not isinstance(dims, list) or not all(
        dim is None or (type(dim) is int and dim >= 0) for dim in dims
    ):
        message = f"{what} must be a shape: a list of whole numbers, null where it doesn't matter"
        faults.add(value, "wrong-type", message)


def _check_counts(mapping: Value, faults: Faults) -> None:
    for name in COUNTS:
        value = mapping.get(name)
        if value is None:
            continue
        limits = value.plain if value.is_mapping else {"max": value.plain}
        if value.is_mapping:
            faults.unknown_keys(value, ("min", "max"), name)
        for limit in limits.values():
            if not _is_count(limit):
                message = (
                    f'{name} must be a whole number, a limit such as "<= 25.6M", or min and max'
                )
                faults.add(value, "wrong-type", message)
                break


def _is_count(plain: object) -> bool:
    if isinstance(plain, str):
        return re.fullmatch(LIMIT, plain) is not None
    return type(plain) is int and plain >= 0
