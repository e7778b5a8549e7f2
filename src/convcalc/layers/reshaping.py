"""Reshaping: the same values in another shape, padded, cropped or repeated."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, TypeAlias

from msgspec import Meta

from convcalc.layers.argument_types import (
    LARGEST,
    PER_AXIS,
    BeforeAfter,
    DataFormat,
    NonNegative,
    PerAxis,
    Positive,
)
from convcalc.layers.dependencies import over_space
from convcalc.layers.errors import LayerError, Partial
from convcalc.layers.inference import Inference
from convcalc.layers.kind import Kind, kind
from convcalc.layers.outputs import OutputDTypeRule, Rule
from convcalc.layers.requirements import expect_least_rank, expect_rank, per_axis
from convcalc.shapes import (
    Dim,
    Shape,
    add,
    channel_axis,
    format_shape,
    format_sizes,
    held,
    is_empty,
    product,
    reshape,
    scale,
    spatial,
    with_spatial,
)
from convcalc.windows import MIXED, AnyWindow, AxisDependency, cut, repeated, shifted

Ends: TypeAlias = NonNegative | BeforeAfter
"""The number of positions at each end of an axis, or [before, after]."""

EndsPerAxis: TypeAlias = Annotated[NonNegative | tuple[NonNegative | BeforeAfter, ...], PER_AXIS]


_INTERPOLATIONS = ("area", "bicubic", "bilinear", "lanczos3", "lanczos5", "nearest")


@kind
class Flatten(Kind, frozen=True):
    """Puts all values of a sample into one axis.

    Output: (batch, product of the other dimensions). Weights: none.
    Source: https://keras.io/api/layers/reshaping_layers/flatten/
    """

    data_format: DataFormat = None

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.AS_READ
    positions: ClassVar[AxisDependency] = MIXED

    def infer(self, inputs: Shape) -> Inference:
        expect_least_rank(inputs, 1)
        return Inference(((inputs[0], product(inputs[1:])),))

    def explain(self, inference: Inference, inputs: Shape) -> Iterator[str]:
        size = inference.outputs[0][1]
        values = "The values" if size is None else f"The {size:,} values"
        yield (
            f"{values} of a sample, {format_sizes(inputs[1:])}, stand in one row: none is lost, "
            "none is computed, and where each stood in space is told by its place alone."
        )


@kind
class Reshape(Kind, frozen=True):
    """Gives a sample another shape; one dimension may be -1 and is then inferred.

    Output: (batch, *target_shape). Weights: none.
    Source: https://keras.io/api/layers/reshaping_layers/reshape/
    """

    target_shape: tuple[Annotated[int, Meta(ge=-1, le=LARGEST)] | None, ...]

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.AS_READ
    positions: ClassVar[AxisDependency] = MIXED

    def validate(self) -> None:
        if self.target_shape.count(-1) > 1:
            raise LayerError(
                "wrong-value",
                f"target_shape {format_shape(self.target_shape)} has more than one -1",
                argument="target_shape",
            )

    def infer(self, inputs: Shape) -> Inference:
        expect_least_rank(inputs, 1)
        size = product(inputs[1:])
        try:
            target = reshape(size, self.target_shape)
        except ValueError as error:
            values = f"{size} values" if size is not None and size <= LARGEST else "values"
            raise LayerError(
                "shape-mismatch",
                f"the {values} of {format_shape(inputs[1:])} can't be reshaped to "
                f"{format_shape(self.target_shape)}, {error}",
                argument="target_shape",
                help="write -1 for the dimension that follows from the others",
                computed=Partial(numbers=tuple(self._compared(size))),
            ) from error
        return Inference(((inputs[0], *target),))

    def _compared(self, size: Dim) -> Iterator[tuple[str, int]]:
        """The numbers that do not match."""
        others = held(self.target_shape)
        if size is None or others is None:
            return
        yield "values", size
        yield "target", others
        if -1 in self.target_shape and others:
            yield "remainder", size % others

    def explain(self, inference: Inference, inputs: Shape) -> Iterator[str]:
        size = product(inputs[1:])
        if size is None:
            yield "The values of a sample fill the new shape row by row, in the order they have."
            return
        yield (
            f"The {format_sizes(inputs[1:])} = {size:,} values of a sample fill "
            f"{format_sizes(inference.outputs[0][1:])} row by row, in the order they have."
        )
        if -1 in self.target_shape:
            yield "The −1 is what the other dimensions leave."


@kind
class Permute(Kind, frozen=True):
    """Reorders the axes of a sample; they count from 1, after the batch.

    Output: the dimensions in the order of dims. Weights: none.
    Source: https://keras.io/api/layers/reshaping_layers/permute/
    """

    dims: tuple[Positive, ...]

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.AS_READ
    positions: ClassVar[AxisDependency] = MIXED

    def validate(self) -> None:
        count = len(self.dims)
        if sorted(self.dims) != list(range(1, count + 1)):
            raise LayerError(
                "wrong-value",
                f"dims {list(self.dims)} must hold each axis from 1 to {count} once",
                argument="dims",
                help="the batch is not counted: the first axis of a sample is 1",
            )

    def infer(self, inputs: Shape) -> Inference:
        expect_rank(inputs, len(self.dims) + 1)
        return Inference(((inputs[0], *(inputs[axis] for axis in self.dims)),))

    def explain(self, _inference: Inference, _inputs: Shape) -> Iterator[str]:
        if self.dims:
            order = ", ".join(map(str, self.dims))
            yield f"The axes {order} of the input come to stand in this order; no value is lost."


@kind
class RepeatVector(Kind, frozen=True):
    """Repeats a vector n times along a new axis.

    Output: (batch, n, features). Weights: none.
    Source: https://keras.io/api/layers/reshaping_layers/repeat_vector/
    """

    n: Positive

    positions: ClassVar[AxisDependency] = MIXED

    def infer(self, inputs: Shape) -> Inference:
        expect_rank(inputs, 2)
        return Inference(((inputs[0], self.n, inputs[1]),))


@kind
class ZeroPadding1D(Kind, frozen=True):
    """Adds zeros at both ends of the axis: one number for each end, or [before, after].

    Output: the axis grows by both; the channels stay. Weights: none.
    Source: https://keras.io/api/layers/reshaping_layers/zero_padding1d/
    """

    rank: ClassVar[int] = 1

    padding: Ends = 1
    data_format: DataFormat = None

    def infer(self, inputs: Shape) -> Inference:
        return _padded(inputs, (_both(self.padding),), self.data_format)

    def dependencies(
        self, _windows: tuple[AnyWindow, ...], read: Shape, _output: Shape
    ) -> tuple[AxisDependency, ...]:
        return over_space((shifted(_before(self.padding)),), read, self.data_format)


class _ZeroPadding(Kind, frozen=True):
    padding: EndsPerAxis = 1
    data_format: DataFormat = None

    def infer(self, inputs: Shape) -> Inference:
        return _padded(inputs, _both_per_axis(self.padding, self.rank), self.data_format)

    def dependencies(
        self, _windows: tuple[AnyWindow, ...], read: Shape, _output: Shape
    ) -> tuple[AxisDependency, ...]:
        before = _before_per_axis(self.padding, self.rank)
        return over_space(map(shifted, before), read, self.data_format)


@kind
class ZeroPadding2D(_ZeroPadding, frozen=True):
    """Adds zeros around each map: one number, or a number or [before, after] for each axis.

    Output: each axis grows by both of its numbers; the channels stay. Weights: none.
    Source: https://keras.io/api/layers/reshaping_layers/zero_padding2d/
    """

    rank: ClassVar[int] = 2


@kind
class ZeroPadding3D(_ZeroPadding, frozen=True):
    """Adds zeros around each volume: one number, or a number or [before, after] for each axis.

    Output: each axis grows by both of its numbers; the channels stay. Weights: none.
    Source: https://keras.io/api/layers/reshaping_layers/zero_padding3d/
    """

    rank: ClassVar[int] = 3


@kind
class Cropping1D(Kind, frozen=True):
    """Cuts positions off both ends of the axis: one number for each end, or [before, after].

    Output: axis 1 shrinks by both; the last axis stays. Weights: none.
    Source: https://keras.io/api/layers/reshaping_layers/cropping1d/
    """

    rank: ClassVar[int] = 1

    cropping: Ends = 1

    def infer(self, inputs: Shape) -> Inference:
        return _cropped(inputs, (_both(self.cropping),), None)

    def dependencies(
        self, _windows: tuple[AnyWindow, ...], read: Shape, _output: Shape
    ) -> tuple[AxisDependency, ...]:
        before = _before(self.cropping)
        return over_space((cut(before, _both(self.cropping) - before),), read, None)


class _Cropping(Kind, frozen=True):
    cropping: EndsPerAxis = 0
    data_format: DataFormat = None

    def infer(self, inputs: Shape) -> Inference:
        return _cropped(inputs, _both_per_axis(self.cropping, self.rank), self.data_format)

    def dependencies(
        self, _windows: tuple[AnyWindow, ...], read: Shape, _output: Shape
    ) -> tuple[AxisDependency, ...]:
        before = _before_per_axis(self.cropping, self.rank)
        both = _both_per_axis(self.cropping, self.rank)
        windows = [cut(ends, more - ends) for ends, more in zip(before, both, strict=True)]
        return over_space(windows, read, self.data_format)


@kind
class Cropping2D(_Cropping, frozen=True):
    """Cuts the borders off each map: one number, or a number or [before, after] for each axis.

    Output: each axis shrinks by both of its numbers; the channels stay. Weights: none.
    Source: https://keras.io/api/layers/reshaping_layers/cropping2d/
    """

    rank: ClassVar[int] = 2


@kind
class Cropping3D(_Cropping, frozen=True):
    """Cuts the borders off each volume: one number, or a number or [before, after] for each axis.

    Output: each axis shrinks by both of its numbers; the channels stay. Weights: none.
    Source: https://keras.io/api/layers/reshaping_layers/cropping3d/
    """

    rank: ClassVar[int] = 3

    cropping: EndsPerAxis = 1


@kind
class UpSampling1D(Kind, frozen=True):
    """Repeats each position of the axis.

    Output: axis 1 times size; the last axis stays. Weights: none.
    Source: https://keras.io/api/layers/reshaping_layers/up_sampling1d/
    """

    rank: ClassVar[int] = 1

    size: Positive = 2

    def infer(self, inputs: Shape) -> Inference:
        return _enlarged(inputs, (self.size,), None)

    def dependencies(
        self, _windows: tuple[AnyWindow, ...], read: Shape, _output: Shape
    ) -> tuple[AxisDependency, ...]:
        return over_space((repeated(self.size),), read, None)


@kind
class UpSampling2D(Kind, frozen=True):
    """Enlarges each map by whole factors, repeating positions or interpolating between them.

    Output: each axis times its size; the channels stay. Weights: none.
    Source: https://keras.io/api/layers/reshaping_layers/up_sampling2d/
    """

    rank: ClassVar[int] = 2

    size: PerAxis = 2
    data_format: DataFormat = None
    interpolation: str = "nearest"

    def validate(self) -> None:
        # A string, not a Literal: Keras accepts any case.
        if self.interpolation.lower() not in _INTERPOLATIONS:
            raise LayerError(
                "wrong-value",
                f"interpolation {self.interpolation!r} is not one of {', '.join(_INTERPOLATIONS)}",
                argument="interpolation",
            )

    def infer(self, inputs: Shape) -> Inference:
        return _enlarged(inputs, per_axis(self.size, self.rank), self.data_format)

    def dependencies(
        self, _windows: tuple[AnyWindow, ...], read: Shape, _output: Shape
    ) -> tuple[AxisDependency, ...]:
        factors = per_axis(self.size, self.rank)
        repeats = self.interpolation.lower() == "nearest"
        reads = (repeated(by) if repeats else None for by in factors)
        return over_space(reads, read, self.data_format)


@kind
class UpSampling3D(Kind, frozen=True):
    """Enlarges each volume by whole factors, repeating positions.

    Output: each axis times its size; the channels stay. Weights: none.
    Source: https://keras.io/api/layers/reshaping_layers/up_sampling3d/
    """

    rank: ClassVar[int] = 3

    size: PerAxis = 2
    data_format: DataFormat = None

    def infer(self, inputs: Shape) -> Inference:
        return _enlarged(inputs, per_axis(self.size, self.rank), self.data_format)

    def dependencies(
        self, _windows: tuple[AnyWindow, ...], read: Shape, _output: Shape
    ) -> tuple[AxisDependency, ...]:
        return over_space(map(repeated, per_axis(self.size, self.rank)), read, self.data_format)


def _both(ends: int | tuple[int, ...]) -> int:
    """The total number of positions at both ends."""
    return 2 * ends if isinstance(ends, int) else sum(ends)


def _before(ends: int | tuple[int, ...]) -> int:
    return ends if isinstance(ends, int) else ends[0]


def _before_per_axis(ends: int | tuple[int | tuple[int, ...], ...], rank: int) -> tuple[int, ...]:
    if isinstance(ends, int):
        return (ends,) * rank
    return tuple(_before(axis) for axis in ends)


def _both_per_axis(ends: int | tuple[int | tuple[int, ...], ...], rank: int) -> tuple[int, ...]:
    if isinstance(ends, int):
        return (_both(ends),) * rank
    return tuple(_both(axis) for axis in ends)


def _padded(inputs: Shape, amounts: tuple[int, ...], data_format: str | None) -> Inference:
    expect_rank(inputs, len(amounts) + 2)
    sizes = [add(n, more) for n, more in zip(spatial(inputs, data_format), amounts, strict=True)]
    return Inference((with_spatial(inputs, sizes, data_format),))


def _cropped(inputs: Shape, amounts: tuple[int, ...], data_format: str | None) -> Inference:
    expect_rank(inputs, len(amounts) + 2)
    sizes = [add(n, -less) for n, less in zip(spatial(inputs, data_format), amounts, strict=True)]
    for i, size in enumerate(sizes):
        if is_empty(size):
            axis = i + 1 + (channel_axis(data_format) == 1)
            raise LayerError(
                "cropping-too-large",
                f"cropping {amounts[i]} positions leaves nothing of axis {axis} of "
                f"{format_shape(inputs)}",
                argument="cropping",
                help="crop less, or nothing, there",
            )
    return Inference((with_spatial(inputs, sizes, data_format),))


def _enlarged(inputs: Shape, factors: tuple[int, ...], data_format: str | None) -> Inference:
    expect_rank(inputs, len(factors) + 2)
    sizes = [scale(n, by) for n, by in zip(spatial(inputs, data_format), factors, strict=True)]
    return Inference((with_spatial(inputs, sizes, data_format),))
