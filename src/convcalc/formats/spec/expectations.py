"""Reads the expectations in `expect`, which `convcalc check` compares with the network."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from convcalc.diagnostics import Span, SpecError, did_you_mean
from convcalc.documents import document
from convcalc.documents.document import Value
from convcalc.documents.faults import Faults
from convcalc.expectations import (
    COUNTS,
    NETWORK_COUNTS,
    PEAK_MEMORY,
    AnyExpectation,
    CountExpectation,
    Expectations,
    InputExpectation,
    Limit,
    NamedLayer,
    OutputExpectation,
    WeightExpectation,
    format_inputs,
)
from convcalc.shapes import Shape

KEYS = ("output", "outputs", *NETWORK_COUNTS, "accepts", "rejects", "layers")
"""The keys of a network's expectations."""

LAYER_KEYS = ("output", "outputs", "kernel", "weights", *COUNTS)
"""The keys of a layer's expectations."""

NUMBER = r"[0-9]+(\.[0-9]+)?\s*[kKMGT]?"
"""A number such as "25.6M"."""

BYTES = r"[0-9]+(\.[0-9]+)?\s*([KMGT]?B)?"
"""A number of bytes such as "20 MB", where 1 KB is 1,024."""

SIGN = r"(<=|>=|<|>|==)?\s*"
"""The optional comparison before a limit's number."""

_UNITS = {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}
_FACTORS = {"k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_LONGEST = 100
_OF_A_SHAPE = "a list of whole numbers, null where it doesn't matter"


def read_expectations(expect: Value | None, source: str, faults: Faults) -> Expectations | None:
    """Read `expect`; invalid parts are reported and left out."""
    if expect is None or expect.plain is None:
        return None
    if not expect.is_mapping:
        faults.add(expect, "wrong-type", "expect must be a mapping")
        return None
    faults.unknown_keys(expect, KEYS, "expect")
    found = [*_of_network(expect, faults)]
    named = []
    layers = expect.get("layers")
    if layers is not None and not layers.is_mapping:
        faults.add(layers, "wrong-type", "layers must be a mapping from names of layers")
    elif layers is not None:
        for name, (key, layer) in layers.parts.items():
            named.append(NamedLayer(name, key.span))
            found += _of_layer(name, layer, faults)
    return Expectations(
        source=source,
        span=expect.span,
        all=tuple(found),
        layers=tuple(named),
        plain=expect.plain,
    )


def read_file(data: bytes, source: str) -> tuple[Expectations | None, Faults]:
    """Read a file of expectations: a mapping with the key `expect`, or its value alone."""
    faults = Faults()
    try:
        root = document.read(document.decode(data))
    except SpecError as error:
        faults.found += error.diagnostics
        return None, faults
    if root is None or root.plain is None:
        faults.add(Span(1, 1, 1, 1), "empty", "there are no expectations here")
        return None, faults
    if root.is_mapping and "expect" in root.parts:
        for name in root.parts:
            if name != "expect" and not name.startswith("x-"):
                message = f"there is no key {name!r} in a file of expectations"
                help = did_you_mean(name, ["expect"]) or "beside `expect` there is nothing"
                faults.add(root.key(name), "unknown-key", message, help)
        root = root.get("expect")
    return read_expectations(root, source, faults), faults


def read_counts(
    mapping: Value, faults: Faults, layer: str | None = None, rules: str = "expect"
) -> Iterator[CountExpectation]:
    """Yield the limits of counts in a mapping; `rules` is the prefix of their rule names."""
    for name in COUNTS if layer else NETWORK_COUNTS:
        value = mapping.get(name)
        limit = _limit(value, name, faults) if value else None
        if value and limit:
            yield CountExpectation(
                rule=f"{rules}-{name.replace('_', '-')}",
                key=name,
                span=value.span,
                layer=layer,
                count=name,
                limit=limit,
            )


def _of_network(expect: Value, faults: Faults) -> Iterator[AnyExpectation]:
    output = expect.get("output")
    if output is not None and (shape := _shape(output, "output", faults)) is not None:
        yield OutputExpectation(rule="expect-output", key="output", span=output.span, shape=shape)
    yield from read_counts(expect, faults)
    for name, value, shape in _shapes(expect.get("outputs"), "outputs", faults):
        key = f"outputs.{name}"
        yield OutputExpectation(
            rule="expect-output", key=key, span=value.span, shape=shape, name=name
        )
    for key in ("accepts", "rejects"):
        yield from _inputs(expect.get(key), key, faults)


def _of_layer(name: str, layer: Value, faults: Faults) -> Iterator[AnyExpectation]:
    if not layer.is_mapping:
        faults.add(layer, "wrong-type", f"what is expected of {name!r} must be a mapping")
        return
    faults.unknown_keys(layer, LAYER_KEYS, f"layer {name!r}")
    output, kernel = layer.get("output"), layer.get("kernel")
    if output is not None and (shape := _shape(output, "output", faults)) is not None:
        yield OutputExpectation(
            rule="expect-output", key="output", span=output.span, layer=name, shape=shape
        )
    yield from _outputs_of(name, layer.get("outputs"), faults)
    if kernel is not None and (shape := _shape(kernel, "kernel", faults)) is not None:
        yield WeightExpectation(
            rule="expect-kernel",
            key="kernel",
            span=kernel.span,
            layer=name,
            shape=shape,
            name="kernel",
        )
    yield from read_counts(layer, faults, name)
    for weight, value, shape in _shapes(layer.get("weights"), "weights", faults):
        yield WeightExpectation(
            rule="expect-weight",
            key=f"weights.{weight}",
            span=value.span,
            layer=name,
            shape=shape,
            name=weight,
        )


def _outputs_of(layer: str, value: Value | None, faults: Faults) -> Iterator[OutputExpectation]:
    """Yield expectations for a layer with several outputs, in order; null skips one."""
    if value is None:
        return
    if not value.is_list:
        faults.add(value, "wrong-type", f"outputs of {layer!r} must be a list of shapes")
        return
    for i, part in enumerate(value.parts):
        shape = None if part.plain is None else _shape(part, f"an output of {layer!r}", faults)
        if shape is not None:
            yield OutputExpectation(
                rule="expect-output",
                key=f"outputs.{i}",
                span=part.span,
                layer=layer,
                shape=shape,
                name=str(i),
            )


def _inputs(value: Value | None, key: str, faults: Faults) -> Iterator[InputExpectation]:
    """Yield the inputs listed by `accepts` or `rejects`."""
    if value is None:
        return
    is_shapes = value.is_list and any(part.is_list or part.is_mapping for part in value.parts)
    if not is_shapes and (value.parts or not value.is_list):
        message = f"{key} must be a list of input shapes, or of mappings from inputs to shapes"
        is_one = value.is_list and value.parts and not any(part.parts for part in value.parts)
        help = "one shape stands in a list of its own: [[224, 224, 3]]" if is_one else None
        faults.add(value, "wrong-type", message, help)
        return
    for part in value.parts:
        shapes: Shape | dict[str, Shape] | None
        if part.is_mapping:
            shapes = {name: shape for name, _, shape in _shapes(part, key, faults)}
            shapes = shapes if len(shapes) == len(part.parts) else None
        else:
            shapes = _shape(part, f"what {key} lists", faults)
        if shapes is not None:
            yield InputExpectation(
                rule=f"expect-{key}",
                key=f"{key} {format_inputs(shapes)}",
                span=part.span,
                shapes=shapes,
                accepted=key == "accepts",
            )


def _shapes(value: Value | None, what: str, faults: Faults) -> Iterator[tuple[str, Value, Shape]]:
    """Yield shapes by name, with their places."""
    if value is None:
        return
    if not value.is_mapping:
        faults.add(value, "wrong-type", f"{what} must be a mapping from names to shapes")
        return
    for name, (_, part) in value.parts.items():
        shape = _shape(part, name, faults)
        if shape is not None:
            yield name, part, shape


def _shape(value: Value, what: str, faults: Faults) -> Shape | None:
    dims = value.plain
    if isinstance(dims, list) and all(
        dim is None or (type(dim) is int and dim >= 0) for dim in dims
    ):
        return tuple(dims)
    faults.add(value, "wrong-type", f"{what} must be a shape: {_OF_A_SHAPE}")
    return None


def _limit(value: Value, what: str, faults: Faults) -> Limit | None:
    """Read a number, a limit such as "<= 25.6M", or `min` and `max`."""
    if value.is_mapping:
        faults.unknown_keys(value, ("min", "max"), what)
    around = _bytes_around if what == PEAK_MEMORY else _around
    try:
        limit = _read_ends(value, around) if value.is_mapping else _read_limit(value.plain, around)
    except ValueError:
        message = f'{what} must be a whole number, a limit such as "<= 25.6M", or min and max'
        help = f"units are {', '.join(_FACTORS)}"
        if what == PEAK_MEMORY:
            message = f'{what} must be bytes, a limit such as "<= 20 MB", or min and max'
            help = f"units are {', '.join(_UNITS)}"
        faults.add(value, "wrong-type", message, help)
        return None
    if limit.most is not None and limit.most < (limit.least or 0):
        faults.add(value, "wrong-value", f"{what} can't be any whole number: {limit.text}")
        return None
    return limit


_Around: TypeAlias = Callable[[object], tuple[int, int]]
"""Rounds a written number down and up to whole numbers. Raises ValueError."""


def _read_ends(value: Value, around: _Around) -> Limit:
    """Read `min` and `max`. Raises ValueError if both are missing or one is not a number."""
    ends = {name: part for name in ("min", "max") if (part := value.get(name))}
    if not ends:
        raise ValueError(value)
    numbers = {name: around(part.plain) for name, part in ends.items()}
    return Limit(
        ", ".join(f"{name}: {part.text}" for name, part in ends.items()),
        numbers["min"][1] if "min" in ends else None,
        numbers["max"][0] if "max" in ends else None,
    )


def _read_limit(plain: object, around: _Around) -> Limit:
    """Read a limit that is not a mapping. Raises ValueError if it is invalid."""
    sign, number = "", plain
    if isinstance(plain, str) and (written := re.match(SIGN, plain)) and written[1]:
        sign, number = written[1], plain[written.end() :]
    below, above = around(number)
    text = str(plain)
    match sign:
        case "<=":
            return Limit(text, None, below)
        case ">=":
            return Limit(text, above, None)
        case "<":
            return Limit(text, None, above - 1)
        case ">":
            return Limit(text, below + 1, None)
    return Limit(text, above, below)


def _around(plain: object) -> tuple[int, int]:
    """Round a non-negative number, or a text such as "25.6M"."""
    return _rounded(plain, NUMBER, _FACTORS)


def _bytes_around(plain: object) -> tuple[int, int]:
    """Round a number of bytes, or a text such as "20 MB"."""
    return _rounded(plain, BYTES, _UNITS)


def _rounded(plain: object, pattern: str, factors: Mapping[str, int]) -> tuple[int, int]:
    if type(plain) is int and plain >= 0:
        return plain, plain
    if not isinstance(plain, str) or len(plain) > _LONGEST or not re.fullmatch(pattern, plain):
        raise ValueError(plain)
    digits = plain.rstrip("kKMGTB").rstrip()
    whole, _, part = digits.partition(".")
    factor = factors.get(plain[len(digits) :].strip(), 1)
    number, scale = int(whole + part) * factor, 10 ** len(part)
    return number // scale, -(-number // scale)
