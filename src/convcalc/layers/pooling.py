"""Poolings: the maximum or the mean over windows, over a whole map, or to a fixed size."""

import math
from collections.abc import Iterator, Mapping
from typing import ClassVar

from convcalc.layers.argument_types import DataFormat, PaddingArgument, PerAxis, paddings
from convcalc.layers.dependencies import over_space
from convcalc.layers.inference import Inference, OpCounts, elements
from convcalc.layers.kind import Kind, kind
from convcalc.layers.requirements import expect_rank, per_axis, sizes_fit
from convcalc.shapes import (
    Dim,
    Shape,
    channel_axis,
    format_sizes,
    map_dim,
    product,
    spatial,
    with_spatial,
)
from convcalc.windows import ALL, AnyWindow, AxisDependency, slide


class _Pooling(Kind, frozen=True):
    pool_size: PerAxis
    strides: PerAxis | None = None
    padding: PaddingArgument = "valid"
    data_format: DataFormat = None
    dilation_rate: PerAxis = 1
    ceil_mode: bool = False

    default_from: ClassVar[Mapping[str, str]] = {"strides": "pool_size"}

    def infer(self, inputs: Shape) -> Inference:
        expect_rank(inputs, self.rank + 2)
        strides = self.pool_size if self.strides is None else self.strides
        windows = tuple(
            slide(size, pool, stride, dilation, padding, ceil_mode=self.ceil_mode)
            for size, pool, stride, dilation, padding in zip(
                spatial(inputs, self.data_format),
                per_axis(self.pool_size, self.rank),
                per_axis(strides, self.rank),
                per_axis(self.dilation_rate, self.rank),
                paddings(self.padding, self.rank),
                strict=True,
            )
        )
        sizes = sizes_fit(windows, self.padding, argument="pool_size", what="pool")
        output = with_spatial(inputs, sizes, self.data_format)
        op_counts = OpCounts(pooling=product((*output[1:], *(window.kernel for window in windows))))
        return Inference((output,), windows=windows, counted=op_counts)

    def explain(self, inference: Inference, _inputs: Shape) -> Iterator[str]:
        pool = format_sizes([window.kernel for window in inference.windows])
        yield (
            f"Each {pool} window gives one number, channel by channel: no channel sees another, so "
            "that the channels stay as they are. There is nothing to learn."
        )

    def dependencies(
        self, windows: tuple[AnyWindow, ...], read: Shape, _output: Shape
    ) -> tuple[AxisDependency, ...]:
        return over_space(windows, read, self.data_format)


class _MaxPooling(_Pooling, frozen=True):
    pool_size: PerAxis = 2


@kind
class MaxPooling1D(_MaxPooling, frozen=True):
    """1-D max pooling: the largest value in each window, channel by channel.

    The strides default to the pool size. Beyond Keras, padding may be numbers, and there are
    dilation_rate and ceil_mode, which also counts a last window that overhangs.
    Output: the window rule along the axis; the channels stay. Weights: none.
    Source: https://keras.io/api/layers/pooling_layers/max_pooling1d/
    """

    rank: ClassVar[int] = 1
    aliases: ClassVar[tuple[str, ...]] = ("MaxPool1D",)


@kind
class MaxPooling2D(_MaxPooling, frozen=True):
    """2-D max pooling: the largest value in each window, channel by channel.

    The strides default to the pool size. Beyond Keras, padding may be numbers, and there are
    dilation_rate and ceil_mode, which also counts a last window that overhangs.
    Output: the window rule along each axis; the channels stay. Weights: none.
    Source: https://keras.io/api/layers/pooling_layers/max_pooling2d/
    """

    rank: ClassVar[int] = 2
    aliases: ClassVar[tuple[str, ...]] = ("MaxPool2D",)


@kind
class MaxPooling3D(_MaxPooling, frozen=True):
    """3-D max pooling: the largest value in each window, channel by channel.

    The strides default to the pool size. Beyond Keras, padding may be numbers, and there are
    dilation_rate and ceil_mode, which also counts a last window that overhangs.
    Output: the window rule along each axis; the channels stay. Weights: none.
    Source: https://keras.io/api/layers/pooling_layers/max_pooling3d/
    """

    rank: ClassVar[int] = 3
    aliases: ClassVar[tuple[str, ...]] = ("MaxPool3D",)


@kind
class AveragePooling1D(_Pooling, frozen=True):
    """1-D average pooling: the mean of each window, channel by channel.

    The strides default to the pool size. Beyond Keras, padding may be numbers, and there are
    dilation_rate and ceil_mode, which also counts a last window that overhangs.
    Output: the window rule along the axis; the channels stay. Weights: none.
    Source: https://keras.io/api/layers/pooling_layers/average_pooling1d/
    """

    rank: ClassVar[int] = 1
    aliases: ClassVar[tuple[str, ...]] = ("AvgPool1D",)


@kind
class AveragePooling2D(_Pooling, frozen=True):
    """2-D average pooling: the mean of each window, channel by channel.

    The strides default to the pool size. Beyond Keras, padding may be numbers, and there are
    dilation_rate and ceil_mode, which also counts a last window that overhangs.
    Output: the window rule along each axis; the channels stay. Weights: none.
    Source: https://keras.io/api/layers/pooling_layers/average_pooling2d/
    """

    rank: ClassVar[int] = 2
    aliases: ClassVar[tuple[str, ...]] = ("AvgPool2D",)


@kind
class AveragePooling3D(_Pooling, frozen=True):
    """3-D average pooling: the mean of each window, channel by channel.

    The strides default to the pool size. Beyond Keras, padding may be numbers, and there are
    dilation_rate and ceil_mode, which also counts a last window that overhangs.
    Output: the window rule along each axis; the channels stay. Weights: none.
    Source: https://keras.io/api/layers/pooling_layers/average_pooling3d/
    """

    rank: ClassVar[int] = 3
    aliases: ClassVar[tuple[str, ...]] = ("AvgPool3D",)


class _GlobalPooling(Kind, frozen=True):
    data_format: DataFormat = None
    keepdims: bool = False

    def infer(self, inputs: Shape) -> Inference:
        expect_rank(inputs, self.rank + 2)
        output: Shape = (inputs[0], inputs[channel_axis(self.data_format)])
        if self.keepdims:
            output = with_spatial(inputs, (1,) * self.rank, self.data_format)
        return Inference((output,), counted=OpCounts(pooling=elements(inputs)))

    def dependencies(
        self, _windows: tuple[AnyWindow, ...], read: Shape, _output: Shape
    ) -> tuple[AxisDependency, ...]:
        return over_space((ALL,) * self.rank, read, self.data_format)

    def explain(self, _inference: Inference, inputs: Shape) -> Iterator[str]:
        sizes = spatial(inputs, self.data_format)
        positions = product(sizes)
        counted = "" if positions is None else f"{format_sizes(sizes)} = {positions:,} "
        if len(sizes) == 1:
            counted = "" if positions is None else f"{positions:,} "
        yield (
            f"Of each channel's {counted}positions one number is left, whatever the input's size: "
            "the output's shape does not depend on it."
        )


@kind
class GlobalMaxPooling1D(_GlobalPooling, frozen=True):
    """The largest value of each channel over the whole axis.

    Output: (batch, channels), or with keepdims the axis as 1. Weights: none.
    Source: https://keras.io/api/layers/pooling_layers/global_max_pooling1d/
    """

    rank: ClassVar[int] = 1
    aliases: ClassVar[tuple[str, ...]] = ("GlobalMaxPool1D",)


@kind
class GlobalMaxPooling2D(_GlobalPooling, frozen=True):
    """The largest value of each channel over the whole map.

    Output: (batch, channels), or with keepdims the axes of the map as 1. Weights: none.
    Source: https://keras.io/api/layers/pooling_layers/global_max_pooling2d/
    """

    rank: ClassVar[int] = 2
    aliases: ClassVar[tuple[str, ...]] = ("GlobalMaxPool2D",)


@kind
class GlobalMaxPooling3D(_GlobalPooling, frozen=True):
    """The largest value of each channel over the whole volume.

    Output: (batch, channels), or with keepdims the axes of the volume as 1. Weights: none.
    Source: https://keras.io/api/layers/pooling_layers/global_max_pooling3d/
    """

    rank: ClassVar[int] = 3
    aliases: ClassVar[tuple[str, ...]] = ("GlobalMaxPool3D",)


@kind
class GlobalAveragePooling1D(_GlobalPooling, frozen=True):
    """The mean of each channel over the whole axis.

    Output: (batch, channels), or with keepdims the axis as 1. Weights: none.
    Source: https://keras.io/api/layers/pooling_layers/global_average_pooling1d/
    """

    rank: ClassVar[int] = 1
    aliases: ClassVar[tuple[str, ...]] = ("GlobalAvgPool1D",)

    def infer(self, inputs: Shape, mask: Shape | None = None) -> Inference:  # noqa: ARG002
        return _GlobalPooling.infer(self, inputs)

    def explain(
        self, inference: Inference, inputs: Shape, mask: Shape | None = None
    ) -> Iterator[str]:
        yield from _GlobalPooling.explain(self, inference, inputs)
        if mask is not None:
            yield "Positions that the mask leaves out are not counted."


@kind
class GlobalAveragePooling2D(_GlobalPooling, frozen=True):
    """The mean of each channel over the whole map.

    Output: (batch, channels), or with keepdims the axes of the map as 1. Weights: none.
    Source: https://keras.io/api/layers/pooling_layers/global_average_pooling2d/
    """

    rank: ClassVar[int] = 2
    aliases: ClassVar[tuple[str, ...]] = ("GlobalAvgPool2D",)


@kind
class GlobalAveragePooling3D(_GlobalPooling, frozen=True):
    """The mean of each channel over the whole volume.

    Output: (batch, channels), or with keepdims the axes of the volume as 1. Weights: none.
    Source: https://keras.io/api/layers/pooling_layers/global_average_pooling3d/
    """

    rank: ClassVar[int] = 3
    aliases: ClassVar[tuple[str, ...]] = ("GlobalAvgPool3D",)


class _AdaptivePooling(Kind, frozen=True):
    output_size: PerAxis
    data_format: DataFormat = None

    any_case: ClassVar[tuple[str, ...]] = ()

    def infer(self, inputs: Shape) -> Inference:
        expect_rank(inputs, self.rank + 2)
        sizes = per_axis(self.output_size, self.rank)
        read = map(_read_adaptively, spatial(inputs, self.data_format), sizes)
        return Inference(
            (with_spatial(inputs, sizes, self.data_format),),
            counted=OpCounts(pooling=product((*read, inputs[channel_axis(self.data_format)]))),
        )

    def explain(self, _inference: Inference, inputs: Shape) -> Iterator[str]:
        sizes = format_sizes(spatial(inputs, self.data_format))
        windows = format_sizes(per_axis(self.output_size, self.rank))
        yield (
            f"The output's size, {windows}, is given and not computed: the windows over the "
            f"{sizes} positions are as large as that takes."
        )


def _read_adaptively(size: Dim, count: int) -> Dim:
    """The number of reads of `count` windows on an axis; overlaps count once per window.

    Window i goes from ⌊i × size / count⌋ to ⌈(i + 1) × size / count⌉. Neighbours share a position
    unless they meet at an integer, which happens gcd(size, count) − 1 times.
    """
    return map_dim(lambda known: known + count - math.gcd(known, count), size)


@kind
class AdaptiveAveragePooling1D(_AdaptivePooling, frozen=True):
    """The mean of each channel in output_size windows.

    Output: the axis becomes output_size; the channels stay. Weights: none.
    Source: https://keras.io/api/layers/pooling_layers/adaptive_average_pooling1d/
    """

    rank: ClassVar[int] = 1


@kind
class AdaptiveAveragePooling2D(_AdaptivePooling, frozen=True):
    """The mean of each channel in output_size windows per axis.

    Output: output_size in place of the axes of the map; the channels stay. Weights: none.
    Source: https://keras.io/api/layers/pooling_layers/adaptive_average_pooling2d/
    """

    rank: ClassVar[int] = 2


@kind
class AdaptiveAveragePooling3D(_AdaptivePooling, frozen=True):
    """The mean of each channel in output_size windows per axis.

    Output: output_size in place of the axes of the map; the channels stay. Weights: none.
    Source: https://keras.io/api/layers/pooling_layers/adaptive_average_pooling3d/
    """

    rank: ClassVar[int] = 3


@kind
class AdaptiveMaxPooling1D(_AdaptivePooling, frozen=True):
    """The largest value of each channel in output_size windows.

    Output: the axis becomes output_size; the channels stay. Weights: none.
    Source: https://keras.io/api/layers/pooling_layers/adaptive_max_pooling1d/
    """

    rank: ClassVar[int] = 1


@kind
class AdaptiveMaxPooling2D(_AdaptivePooling, frozen=True):
    """The largest value of each channel in output_size windows per axis.

    Output: output_size in place of the axes of the map; the channels stay. Weights: none.
    Source: https://keras.io/api/layers/pooling_layers/adaptive_max_pooling2d/
    """

    rank: ClassVar[int] = 2


@kind
class AdaptiveMaxPooling3D(_AdaptivePooling, frozen=True):
    """The largest value of each channel in output_size windows per axis.

    Output: output_size in place of the axes of the map; the channels stay. Weights: none.
    Source: https://keras.io/api/layers/pooling_layers/adaptive_max_pooling3d/
    """

    rank: ClassVar[int] = 3
