"""Expectations: what a network must come to, held against what it comes to."""

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from convcalc.diagnostics import Diagnostic, did_you_mean
from convcalc.network import LIMIT, Network
from convcalc.report import LayerReport, Params, Report
from convcalc.shapes import Shape, format_shape, format_sizes

_FACTORS = {"": 1, "k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_COUNTS = {
    "params": lambda params: params.count,
    "trainable_params": lambda params: params.trainable,
    "non_trainable_params": lambda params: params.non_trainable,
}

Path = tuple[str, ...]


class Limit(NamedTuple):
    """Between which numbers a count must lie; None where there is no limit on that side."""

    low: Fraction | None
    high: Fraction | None
    includes_low: bool = True
    includes_high: bool = True

    def excess(self, count: int) -> Fraction | None:
        """By how much a count is too large, or, as a number below 0, too small; None if it fits."""
        if self.high is not None and (
            count > self.high or (count == self.high and not self.includes_high)
        ):
            return count - self.high
        if self.low is not None and (
            count < self.low or (count == self.low and not self.includes_low)
        ):
            return count - self.low
        return None


def unmet(network: Network, report: Report) -> tuple[Diagnostic, ...]:
    """What a network does not come to, of what its file expects, in the order of the file.

    Each is an error with the place of the expectation, and names the layer that it is about.
    """
    return tuple(_Expecting(network, report).unmet(network.expect or {}))


def read_limit(written: Any) -> Limit:
    """A count as it is written: a number, a limit such as `<= 25.6M`, or `min` and `max`."""
    if isinstance(written, Mapping):
        low, high = (written.get(name) for name in ("min", "max"))
        return Limit(
            None if low is None else _number(low)[1], None if high is None else _number(high)[1]
        )
    sign, number = _number(written)
    if sign in {"<", "<="}:
        return Limit(None, number, includes_high=sign == "<=")
    if sign in {">", ">="}:
        return Limit(number, None, includes_low=sign == ">=")
    return Limit(number, number)


def _number(written: Any) -> tuple[str, Fraction]:
    """A sign, if there is one, and a number. Raises ValueError."""
    match = re.fullmatch(LIMIT, str(written))
    if match is None:
        raise ValueError(f"{written!r} is no number")
    sign, digits, suffix = match.groups()
    return sign or "", Fraction(digits) * _FACTORS[suffix]


class _Expecting:
    """One comparison of a report with what is expected of it."""

    def __init__(self, network: Network, report: Report) -> None:
        self.network = network
        self.report = report
        self.layers = {layer.name: layer for layer in report.layers}

    def unmet(self, expect: Mapping[str, Any]) -> Iterator[Diagnostic]:
        report = self.report
        for key, expected in expect.items():
            if key == "output":
                yield from self.outputs((key,), expected, [t.shape for t in report.outputs])
            elif key == "outputs":
                for name, shape in expected.items():
                    found = [tensor.shape for tensor in report.outputs if tensor.name == name]
                    yield from self.outputs((key, name), shape, found)
            elif key == "layers":
                for name, of_layer in expected.items():
                    yield from self.layer(name, of_layer)
            else:
                params = None if report.partial else report.params
                yield from self.count((key,), expected, params, "the network")

    def outputs(
        self, path: Path, expected: Sequence[int | None], found: Sequence[Shape | None]
    ) -> Iterator[Diagnostic]:
        """The one output that there must be."""
        if len(found) != 1:
            names = ", ".join(tensor.name for tensor in self.report.outputs)
            yield self.diagnostic(path, "expect-output", f"the outputs are {names}")
        else:
            yield from self.shape(path, expected, found[0])

    def shape(
        self,
        path: Path,
        expected: Sequence[int | None],
        found: Shape | None,
        layer: str | None = None,
    ) -> Iterator[Diagnostic]:
        """An output's shape without the batch, in which null is any size."""
        if found is None:
            message = "the output can't be known"
        elif _fits(found[1:], expected):
            return
        else:
            message = f"the output is {format_shape(found[1:])}, not {_expected(expected)}"
        yield self.diagnostic(path, "expect-output", message, layer)

    def layer(self, name: str, expected: Mapping[str, Any]) -> Iterator[Diagnostic]:
        path = ("layers", name)
        layer = self.layers.get(name)
        if layer is None:
            help = did_you_mean(name, self.layers)
            yield self.diagnostic(path, "expect-layer", f"there is no layer {name!r}", help=help)
            return
        for key, wanted in expected.items():
            if key == "output":
                output = layer.output_shapes[0] if layer.output_shapes else None
                yield from self.shape((*path, key), wanted, output, name)
            elif key == "kernel":
                yield from self.weight((*path, key), key, wanted, layer)
            elif key == "weights":
                for weight, sizes in wanted.items():
                    yield from self.weight((*path, key, weight), weight, sizes, layer)
            else:
                yield from self.count((*path, key), wanted, layer.params, name, name)

    def weight(
        self, path: Path, name: str, expected: Sequence[int | None], layer: LayerReport
    ) -> Iterator[Diagnostic]:
        """A weight by its name, or its path where it has one of its own."""
        weights = layer.weights or ()
        found = [w for w in weights if w.path == name] or [w for w in weights if w.name == name]
        if layer.weights is None:
            message = f"the {name} can't be known"
        elif not found:
            message = f"there is no weight {name!r}"
        elif all(_fits(weight.shape, expected) for weight in found):
            return
        else:
            wanted = format_sizes(expected).replace("?", "any")
            message = f"the {name} is {format_sizes(found[0].shape)}, not {wanted}"
        yield self.diagnostic(path, "expect-weight", message, layer.name)

    def count(
        self, path: Path, expected: Any, params: Params | None, of: str, layer: str | None = None
    ) -> Iterator[Diagnostic]:
        """A number of parameters."""
        key = path[-1]
        if params is None:
            message = f"{key} of {of} can't be known"
        else:
            found = _COUNTS[key](params)
            excess = read_limit(expected).excess(found)
            if excess is None:
                return
            by = abs(excess)
            off = f"{int(by) if by.denominator == 1 else float(by):,}"
            direction = "more" if excess > 0 else "less"
            message = f"{key} of {of} are {found:,}, {off} {direction} than expected"
            if not excess:
                message = f"{key} of {of} are {found:,}, which is the limit itself"
        yield self.diagnostic(path, "expect-count", message, layer)

    def diagnostic(
        self, path: Path, code: str, message: str, layer: str | None = None, help: str | None = None
    ) -> Diagnostic:
        span = self.network.expected_at.get(path)
        return Diagnostic(code=code, message=message, span=span, help=help, layer=layer)


def _fits(found: Sequence[int | None], expected: Sequence[int | None]) -> bool:
    return len(found) == len(expected) and all(
        wanted is None or size == wanted for size, wanted in zip(found, expected, strict=True)
    )


def _expected(shape: Sequence[int | None]) -> str:
    return format_shape(shape).replace("None", "any")
