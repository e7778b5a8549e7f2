"""What an explanation holds: frozen data with raw numbers, and sentences where numbers say less."""

from typing import Any

import msgspec

from convcalc.diagnostics import Diagnostic, Span
from convcalc.layers.illustration import Illustration
from convcalc.report import ParamTotals, TensorReport
from convcalc.shapes import Dim, Shape
from convcalc.symbolic import formula

SCHEMA = "convcalc.explain/1"


class Derivation(msgspec.Struct, frozen=True):
    """A number and how the rule came to it: in names, and in numbers, such as ⌈16 / 2⌉.

    `formula` and `names` are None where the number is unknown. Both are the number's own name or
    value where it was not computed.
    """

    value: Dim
    names: str | None = None
    formula: str | None = None

    @property
    def is_computed(self) -> bool:
        """Whether there is more to tell than where the number comes from."""
        return self.value is not None and self.formula != formula(self.value)


class Sliding(msgspec.Struct, frozen=True):
    """The window that made an axis of the output, from one of `size` positions.

    `before` and `after` are positions of padding, None where they are unknown, or where the
    window is `transposed` positions cut off, of which `after` may be less than 0. `extent` is the
    effective kernel, `covered` how many positions there are from the first window's start to the
    last one's end, and `unread` how many at the end no window reaches.
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
    """The sizes of several inputs on an axis, and whether they are why the rule failed."""

    axis: str
    sizes: tuple[Dim, ...]
    differ: bool


class Attempt(msgspec.Struct, frozen=True):
    """What a rule had computed when it failed.

    `numbers` are sizes of the output, where windows do not fit, or what else was computed.
    """

    numbers: tuple[Axis, ...]
    compared: tuple[Comparison, ...]


class Output(msgspec.Struct, frozen=True):
    """One output of a layer."""

    shape: Shape
    axes: tuple[Axis, ...]


class WeightExplanation(msgspec.Struct, frozen=True):
    """A weight, with what each of its axes is, and its count as a product."""

    path: str
    shape: tuple[int, ...]
    axes: tuple[Derivation, ...]
    count: int
    trainable: bool
    dtype: str


class WeightShape(msgspec.Struct, frozen=True):
    """A weight of a layer that might be in another's place."""

    path: str
    shape: tuple[int, ...]


class AlternativeExplanation(msgspec.Struct, frozen=True):
    """What another layer in this one's place would give, and have as weights.

    `layer` is written without the arguments that both have, and `why` is what it does otherwise.
    """

    layer: str
    why: str
    output_shapes: tuple[Shape, ...]
    weights: tuple[WeightShape, ...]
    params: int

    @property
    def kernels(self) -> tuple[WeightShape, ...]:
        """The weights that are more than a list."""
        return tuple(weight for weight in self.weights if len(weight.shape) > 1)


class AxisReading(msgspec.Struct, frozen=True):
    """The positions of one axis of the input that an output position is computed from.

    They go from `first` to `last`, in steps of `step`; `before` and `after` are how many more of
    the window lie beyond the border, in padding.
    """

    axis: str
    position: int
    first: int
    last: int
    step: int
    before: int
    after: int


class SeenAxis(msgspec.Struct, frozen=True):
    """How much of an axis of a network's input one value of a layer's output is made from.

    `size` counts positions of padding too, so that it may be more than the axis has, which is
    `of`; it is None where that is all of them, be they as many as they like, or unknown.
    `first` and `last` are those of the output position that was asked for. `stride` is how far it
    moves from each output position to the next, and `offset` where that of the first one begins;
    both are None where it does not move evenly, as behind a transposed convolution. It is `aligned`
    where it moves evenly, and is not the union of paths with different centres.
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
    """What one value of a layer's output is made from of one input of the network."""

    input: str
    axes: tuple[SeenAxis, ...]

    @property
    def is_placed(self) -> bool:
        """Whether it is told for one position."""
        return any(axis.first is not None for axis in self.axes)


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why a layer has the shape and the weights that it has.

    `entry` is the layer as a spec has it. `outputs` and `weights` are None where they can't be
    known; then `diagnostics` are what is wrong, if that is wrong with this layer, and `attempt` is
    what its rule had computed before that. `params` is as in the report: nothing for a layer that
    `shares` the weights of another.
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
        # What is encoded and read again has lists where there were tuples.
        data: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self))
        data["inputs"] = [{"name": each["name"], "shape": each["shape"]} for each in data["inputs"]]
        data["location"] = self.span and {"line": self.span.line, "column": self.span.column}
        del data["span"]
        data["params"] = self.params and self.params.count
        data["diagnostics"] = [diagnostic.to_dict() for diagnostic in self.diagnostics]
        return data
