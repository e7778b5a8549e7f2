"""What a network must come to, as data: shapes, counts and inputs, each with its place."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

from convcalc.diagnostics import Span
from convcalc.shapes import Dim, Shape

RECEPTIVE_FIELD = "receptive_field"

COUNTS = ("params", "trainable_params", "non_trainable_params", "macs", RECEPTIVE_FIELD)
"""The counts that can be limited, of the network and of each layer."""

PEAK_MEMORY = "peak_memory"

NETWORK_COUNTS = (*COUNTS, PEAK_MEMORY)
"""Those of the network alone too; the peak of its activations is in bytes."""


class Limit(msgspec.Struct, frozen=True):
    """The least and the most that a count may be, both included; `text` is how it is written."""

    text: str
    least: int | None = None
    most: int | None = None

    def difference(self, count: int) -> int:
        """How far a count is beyond the limit, negative where it is too small, 0 where it fits."""
        if self.most is not None and count > self.most:
            return count - self.most
        if self.least is not None and count < self.least:
            return count - self.least
        return 0

    def to_dict(self) -> dict[str, object]:
        """The limit as plain JSON data."""
        return {"min": self.least, "max": self.most, "text": self.text}


class Expectation(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that must hold: the rule by which it is reported, and where it is written.

    `key` tells it apart from others of the same rule about the same layer, or about the network
    where `layer` is None.
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
    """The shape of an output without the batch, None for any size; `name` is one of several's."""

    shape: Shape
    name: str | None = None

    @property
    def plain(self) -> list[Dim]:
        """The sizes; None is any."""
        return list(self.shape)


class WeightExpectation(Expectation, frozen=True, kw_only=True):
    """The shape of a layer's weight, by its name or its path in the layer."""

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
    """Input shapes without the batch, of the only input or by name, and whether they must fit."""

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
    """A layer of which something is expected, and where it is named."""

    name: str
    span: Span | None = None


class Expectations(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in one place about a network: `plain` as it is written, `all` as it is meant.

    `source` is the file in which it stands, `span` the place of all of it. `pattern` is the one in
    `convcalc.yaml` that asks for it, None elsewhere.
    """

    source: str
    pattern: str | None = None
    span: Span | None = None
    all: tuple[AnyExpectation, ...] = ()
    layers: tuple[NamedLayer, ...] = ()
    plain: Mapping[str, Any] = {}


def format_written(shape: Shape) -> str:
    """A shape as it is written in a spec, such as [null, 32, 3]."""
    return f"[{', '.join('null' if dim is None else str(dim) for dim in shape)}]"


def format_inputs(shapes: Shape | Mapping[str, Shape]) -> str:
    """Shapes of inputs as they are written in a spec."""
    if isinstance(shapes, tuple):
        return format_written(shapes)
    return f"{{{', '.join(f'{name}: {format_written(each)}' for name, each in shapes.items())}}}"
