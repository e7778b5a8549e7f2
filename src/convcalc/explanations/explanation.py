"""The data of an explanation: raw numbers, and sentences for the rest."""

from typing import Any

import msgspec

from convcalc.diagnostics import Diagnostic, Span
from convcalc.layers.illustration import Illustration
from convcalc.report import ParamTotals, TensorReport
from convcalc.shapes import Dim, Shape
from convcalc.symbolic import formula

SCHEMA = "convcalc.explain/1"


class Derivation(msgspec.Struct, frozen=True):
    """A number and how the rule computed it: in names, and in numbers, such as ⌈16 / 2⌉.

    `names` and `formula` are None for an unknown number. For a number that was not computed, they
    are its name and its value.
    """

    value: Dim
    names: str | None = None
    formula: str | None = None

    @property
    def is_computed(self) -> bool:
        """Whether the number was computed, rather than given."""
        return self.value is not None and self.formula != formula(self.value)


class Sliding(msgspec.Struct, frozen=True):
    """The window behind an output axis, which slides along an input axis of `size` positions.

    `before` and `after` count padding, None if unknown; for a `transposed` window they count
    cropped positions, where `after` can be negative. `extent` is the effective kernel, `covered`
    the distance from the start of the first window to the end of the last, and `unread` the number
    of positions at the end that no window reaches.
    """

    size: Dim
    kernel: int
    dilation: int
    extent: Derivation
    stride: int
    before: Dim
    after: Dim
    covered: Derivation | None
    unread: int
    transposed: bool


class Axis(msgspec.Struct, frozen=True):
    """One axis of an output."""

    name: str
    size: Derivation
    window: Sliding | None = None


class Comparison(msgspec.Struct, frozen=True):
    """The sizes of several inputs on an axis, and whether they made the rule fail."""

    axis: str
    sizes: tuple[Dim, ...]
    differ: bool


class Attempt(msgspec.Struct, frozen=True):
    """What a rule had computed when it failed; `numbers` are output sizes and other numbers."""

    numbers: tuple[Axis, ...]
    compared: tuple[Comparison, ...]


class Output(msgspec.Struct, frozen=True):
    """One output of a layer."""

    shape: Shape
    axes: tuple[Axis, ...]


class WeightExplanation(msgspec.Struct, frozen=True):
    """A weight, with the derivation of each of its axes."""

    path: str
    shape: tuple[int, ...]
    axes: tuple[Derivation, ...]
    count: int
    trainable: bool
    dtype: str


class WeightShape(msgspec.Struct, frozen=True):
    """A weight of an alternative layer."""

    path: str
    shape: tuple[int, ...]


class AlternativeExplanation(msgspec.Struct, frozen=True):
    """An alternative to a layer, with its output shapes and weights.

    `layer` omits the arguments that both share; `why` says what it does differently.
    """

    layer: str
    why: str
    output_shapes: tuple[Shape, ...]
    weights: tuple[WeightShape, ...]
    params: int

    @property
    def kernels(self) -> tuple[WeightShape, ...]:
        """The weights with more than one axis."""
        return tuple(weight for weight in self.weights if len(weight.shape) > 1)


class AxisReading(msgspec.Struct, frozen=True):
    """The positions on one input axis that an output position is computed from.

    They run from `first` to `last` in steps of `step`; `before` and `after` count the window's
    further positions, in the padding.
    """

    axis: str
    position: int
    first: int
    last: int
    step: int
    before: int
    after: int


class SeenAxis(msgspec.Struct, frozen=True):
    """The receptive field of an output value on one axis of a network input.

    `size` includes padding, so it can exceed `of`, the size of the axis. It is None if the field is
    the whole axis (`is_all`) or unknown. `first` and `last` belong to the requested output
    position. `stride` is the distance from each output position's field to the next, and `offset`
    the start of the first; both are None if the distance varies, as after a transposed convolution.
    The field is `aligned` if the stride is constant and all paths share their centre.
    """

    axis: str
    size: Dim
    of: Dim
    is_all: bool
    first: int | None = None
    last: int | None = None
    stride: int | None = None
    offset: int | None = None
    aligned: bool = True


class Seen(msgspec.Struct, frozen=True):
    """The receptive field of a layer's output value in one input of the network."""

    input: str
    axes: tuple[SeenAxis, ...]

    @property
    def is_placed(self) -> bool:
        """Whether it belongs to a requested output position."""
        return any(axis.first is not None for axis in self.axes)


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why a layer has its shape and its weights.

    `entry` is the layer as written in a spec. `outputs` and `weights` are None if unknown; then
    `diagnostics` has the layer's own faults, and `attempt` what its rule had computed before it
    failed. `params` is as in the report: zero for a layer that `shares` another's weights.
    """

    name: str
    kind: str
    source: str
    span: Span | None
    entry: str
    description: str
    inputs: tuple[TensorReport, ...]
    outputs: tuple[Output, ...] | None
    weights: tuple[WeightExplanation, ...] | None
    params: ParamTotals | None
    shares: str | None
    sentences: tuple[str, ...] = ()
    picture: Illustration | None = None
    alternatives: tuple[AlternativeExplanation, ...] = ()
    reading: tuple[AxisReading, ...] = ()
    seen: tuple[Seen, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    attempt: Attempt | None = None

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain JSON data, in the schema `convcalc.explain/1`."""
        # The round trip turns tuples into lists.
        data: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self))
        data["inputs"] = [{"name": each["name"], "shape": each["shape"]} for each in data["inputs"]]
        data["location"] = self.span and {"line": self.span.line, "column": self.span.column}
        del data["span"]
        data["params"] = self.params and self.params.count
        data["diagnostics"] = [diagnostic.to_dict() for diagnostic in self.diagnostics]
        return data
