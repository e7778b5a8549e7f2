"""Expectations about a network as data: shapes, counts and inputs, each with its place."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

from convcalc.diagnostics import Span
from convcalc.shapes import Dim, Shape

RECEPTIVE_FIELD = "receptive_field"

COUNTS = ("params", "trainable_params", "non_trainable_params", "macs", RECEPTIVE_FIELD)
"""The counts that can be limited, for the network and for each layer."""

PEAK_MEMORY = "peak_memory"

NETWORK_COUNTS = (*COUNTS, PEAK_MEMORY)
"""The counts that can be limited for the network; the peak of its activations is in bytes."""


class Limit(msgspec.Struct, frozen=True):
    """The inclusive range of a count; `text` is how the file writes it."""

    text: str
    least: int | None = None
    most: int | None = None

    def difference(self, count: int) -> int:
        """How far a count exceeds the limit: negative if it is too small, 0 if it fits."""
        if self.most is not None and count > self.most:
            return count - self.most
        if self.least is not None and count < self.least:
            return count - self.least
        return 0

    def to_dict(self) -> dict[str, object]:
        """The limit as plain JSON data."""
        return {"min": self.least, "max": self.most, "text": self.text}


class Expectation(msgspec.Struct, frozen=True, kw_only=True):
    """One expectation: the rule that reports it, and its place.

    `key` is unique for its rule and layer; `layer` is None for the whole network.
    """

    rule: str
    key: str
    span: Span | None = None
    layer: str | None = None

    @property
    def plain(self) -> Any:
        """What is expected, as plain JSON data."""
        raise NotImplementedError


class OutputExpectation(Expectation, frozen=True, kw_only=True):
    """The shape of an output without the batch, None for any size; `name` picks one of several."""

    shape: Shape
    name: str | None = None

    @property
    def plain(self) -> list[Dim]:
        """The sizes; None is any."""
        return list(self.shape)


class WeightExpectation(Expectation, frozen=True, kw_only=True):
    """The shape of a layer's weight; `name` is its name or its path in the layer."""

    shape: Shape
    name: str

    @property
    def plain(self) -> list[Dim]:
        """The sizes; None is any."""
        return list(self.shape)


class CountExpectation(Expectation, frozen=True, kw_only=True):
    """A limit of one of `COUNTS`."""

    count: str
    limit: Limit

    @property
    def plain(self) -> dict[str, object]:
        """The limit."""
        return self.limit.to_dict()


class InputExpectation(Expectation, frozen=True, kw_only=True):
    """Input shapes without the batch, and whether the network must accept them."""

    shapes: Shape | Mapping[str, Shape]
    accepted: bool

    @property
    def plain(self) -> str:
        """Whether the input must be accepted or refused."""
        return "accepted" if self.accepted else "refused"


AnyExpectation: TypeAlias = (
    OutputExpectation | WeightExpectation | CountExpectation | InputExpectation
)


class NamedLayer(msgspec.Struct, frozen=True):
    """A layer with expectations, and the place of its name."""

    name: str
    span: Span | None = None


class Expectations(msgspec.Struct, frozen=True, kw_only=True):
    """The expectations that one file has about a network: `plain` as written, `all` as parsed.

    `source` is that file, and `span` the place of all expectations in it. `pattern` is the pattern
    in `convcalc.yaml` that they belong to, None in other files.
    """

    source: str
    pattern: str | None = None
    span: Span | None = None
    all: tuple[AnyExpectation, ...] = ()
    layers: tuple[NamedLayer, ...] = ()
    plain: Mapping[str, Any] = {}


def format_written(shape: Shape) -> str:
    """Format a shape as in a spec, such as [null, 32, 3]."""
    return f"[{', '.join('null' if dim is None else str(dim) for dim in shape)}]"


def format_inputs(shapes: Shape | Mapping[str, Shape]) -> str:
    """Format input shapes as in a spec."""
    if isinstance(shapes, tuple):
        return format_written(shapes)
    return f"{{{', '.join(f'{name}: {format_written(each)}' for name, each in shapes.items())}}}"
