"""Operations that slide windows over the spatial axes, with kernels as operands."""

from collections.abc import Sequence
from typing import ClassVar, Literal, TypeAlias

from msgspec.structs import replace

from convcalc.layers.argument_types import DataFormat, NonNegative, Positive
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference, OpCounts
from convcalc.layers.kind import Kind, operation
from convcalc.layers.ops.operands import Constant, define, one, operand
from convcalc.layers.requirements import expect_least_rank, expect_rank, per_axis, sizes_fit
from convcalc.shapes import (
    Dim,
    Shape,
    agree,
    assemble,
    channel_axis,
    format_shape,
    map_dim,
    product,
    spatial,
    with_spatial,
)
from convcalc.windows import slide, slide_transposed

Sizes: TypeAlias = Positive | tuple[Positive, ...]
"""One size for all spatial axes, or a list of one per axis; the input determines their number."""


class _Pool(Kind, frozen=True):
    pool_size: Sizes
    strides: Sizes | None = None
    padding: Literal["valid", "same"] = "valid"
    data_format: DataFormat = None

    any_case: ClassVar[tuple[str, ...]] = ("data_format", "padding")

    def infer(self, inputs: Shape) -> Inference:
        expect_least_rank(inputs, 2)
        sizes = spatial(inputs, self.data_format)
        pool = per_axis(self.pool_size, len(sizes), "pool_size")
        strides = pool
        if self.strides is not None:
            strides = per_axis(self.strides, len(sizes), "strides")
        windows = tuple(
            slide(size, extent, stride, padding=self.padding)
            for size, extent, stride in zip(sizes, pool, strides, strict=True)
        )
        outputs = sizes_fit(windows, self.padding, argument="pool_size", what="pool")
        shape = with_spatial(inputs, outputs, self.data_format)
        op_counts = OpCounts(pooling=product((*shape[1:], *pool)))
        return Inference((shape,), windows=windows, counted=op_counts)


define(
    __name__,
    _Pool,
    "nn",
    {
        "AveragePool": "Averages each window, channel by channel.",
        "MaxPool": "Takes the maximum of each window, channel by channel.",
    },
    output="the window rule along each spatial axis; the channels are unchanged.",
)


class _Convolution(Kind, frozen=True):
    any_case: ClassVar[tuple[str, ...]] = ("data_format", "padding")

    strides: Sizes = 1
    padding: Literal["valid", "same", "causal"] = "valid"
    data_format: DataFormat = None
    dilation_rate: Sizes = 1

    def convolve(self, inputs: Shape, kernel: Shape, filters: Dim) -> Inference:
        """The inference of a kernel that slides over the spatial axes."""
        _expect_channels(inputs, kernel, kernel[-2:-1], self.data_format)
        sizes = spatial(inputs, self.data_format)
        windows = tuple(
            slide(size, extent, stride, dilation, self.padding)
            for size, extent, stride, dilation in zip(
                sizes,
                _known(kernel[:-2], kernel),
                per_axis(self.strides, len(sizes), "strides"),
                per_axis(self.dilation_rate, len(sizes), "dilation_rate"),
                strict=True,
            )
        )
        outputs = sizes_fit(windows, self.padding, argument="kernel", what="kernel")
        shape = assemble(inputs[0], outputs, filters, self.data_format)
        return Inference((shape,), windows=windows, counted=_convolved(outputs, kernel))


def _convolved(positions: Shape, kernel: Shape) -> OpCounts:
    """The multiply-accumulates of applying a whole kernel at each position."""
    return OpCounts(convolution=product((*positions, *kernel)))


def _expect_channels(inputs: Shape, kernel: Shape, read: Shape, data_format: str | None) -> None:
    """Raise LayerError if the rank or the channels of the kernel don't match the input."""
    expect_least_rank(inputs, 2)
    if len(kernel) != len(inputs):
        raise LayerError(
            "wrong-rank",
            f"the kernel {format_shape(kernel)} must have {len(inputs)} dimensions, as the input",
        )
    channels = inputs[channel_axis(data_format)]
    if not agree(channels, read[0]):
        raise LayerError(
            "shape-mismatch",
            f"the kernel {format_shape(kernel)} reads {read[0]} channels, but the input has "
            f"{channels}",
        )


def _known(sizes: Shape, kernel: Shape) -> tuple[int, ...]:
    known = tuple(size for size in sizes if size is not None)
    if len(known) < len(sizes):
        raise LayerError(
            "unknown-dimension", f"the sizes of the kernel {format_shape(kernel)} must be known"
        )
    return known


@operation
class Conv(_Convolution, frozen=True):
    """Slides a kernel, given as an operand, over the spatial axes.

    Output: the window rule along each axis; channels = the last size of the kernel.
    Weights: none. Source: https://keras.io/api/ops/nn/
    """

    kernel: Constant = None

    call_arguments: ClassVar[tuple[str, ...]] = ("kernel",)

    def infer(self, inputs: Shape, kernel: Shape | None = None) -> Inference:
        weights = operand(self, "kernel", kernel)
        return self.convolve(inputs, weights, weights[-1] if weights else None)


@operation
class DepthwiseConv(_Convolution, frozen=True):
    """Slides kernels, given as an operand, over each channel separately.

    Output: the window rule along each axis; channels = the product of the kernel's last two sizes.
    Weights: none. Source: https://keras.io/api/ops/nn/
    """

    kernel: Constant = None

    call_arguments: ClassVar[tuple[str, ...]] = ("kernel",)

    def infer(self, inputs: Shape, kernel: Shape | None = None) -> Inference:
        weights = operand(self, "kernel", kernel)
        _known(weights[-2:], weights)
        return self.convolve(inputs, weights, product(weights[-2:]))


@operation
class SeparableConv(_Convolution, frozen=True):
    """Slides kernels over each channel separately, then combines the channels.

    Output: the window rule along each axis; channels = the last size of pointwise_kernel.
    Weights: none. Source: https://keras.io/api/ops/nn/
    """

    depthwise_kernel: Constant = None
    pointwise_kernel: Constant = None

    call_arguments: ClassVar[tuple[str, ...]] = ("depthwise_kernel", "pointwise_kernel")

    def infer(
        self,
        inputs: Shape,
        depthwise_kernel: Shape | None = None,
        pointwise_kernel: Shape | None = None,
    ) -> Inference:
        depthwise = operand(self, "depthwise_kernel", depthwise_kernel)
        pointwise = operand(self, "pointwise_kernel", pointwise_kernel)
        _known(depthwise[-2:], depthwise)
        expect_least_rank(pointwise, 1)
        slid = self.convolve(inputs, depthwise, pointwise[-1])
        positions = spatial(slid.outputs[0], self.data_format)
        return replace(slid, counted=slid.op_counts + _convolved(positions, pointwise))


@operation
class ConvTranspose(Kind, frozen=True):
    """Spreads each position over a window of the output, by a kernel given as an operand.

    Output: the transposed window rule along each axis; channels = the kernel's second-to-last size.
    Weights: none. Source: https://keras.io/api/ops/nn/
    """

    strides: Sizes = 1
    padding: Literal["valid", "same"] = "valid"
    output_padding: NonNegative | tuple[NonNegative, ...] | None = None
    data_format: DataFormat = None
    dilation_rate: Sizes = 1
    kernel: Constant = None

    any_case: ClassVar[tuple[str, ...]] = ("data_format", "padding")
    call_arguments: ClassVar[tuple[str, ...]] = ("kernel",)

    def infer(self, inputs: Shape, kernel: Shape | None = None) -> Inference:
        weights = operand(self, "kernel", kernel)
        _expect_channels(inputs, weights, weights[-1:], self.data_format)
        sizes = spatial(inputs, self.data_format)
        extra: Sequence[int | None] = (None,) * len(sizes)
        if self.output_padding is not None:
            extra = per_axis(self.output_padding, len(sizes), "output_padding")
        windows = tuple(
            slide_transposed(size, extent, stride, dilation, self.padding, output_padding=more)
            for size, extent, stride, dilation, more in zip(
                sizes,
                _known(weights[:-2], weights),
                per_axis(self.strides, len(sizes), "strides"),
                per_axis(self.dilation_rate, len(sizes), "dilation_rate"),
                extra,
                strict=True,
            )
        )
        outputs = sizes_fit(windows, self.padding, argument="kernel", what="kernel")
        shape = assemble(inputs[0], outputs, weights[-2], self.data_format)
        return Inference((shape,), windows=windows, counted=_convolved(sizes, weights))


@operation
class Unfold(Kind, frozen=True):
    """Extracts every window of a channels-first map as a column.

    Output: (batch, channels × window, windows). Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    kernel_size: Sizes
    dilation: Sizes = 1
    padding: NonNegative | tuple[NonNegative, ...] = 0
    stride: Sizes = 1

    def infer(self, x: Shape) -> Inference:
        expect_rank(x, 4)
        if None in x[1:]:
            raise LayerError(
                "unknown-dimension", f"all sizes but the batch of {format_shape(x)} must be known"
            )
        kernel = _pair(self.kernel_size, "kernel_size")
        windows = tuple(
            slide(size, extent, stride, dilation, (around, around))
            for size, extent, stride, dilation, around in zip(
                x[2:],
                kernel,
                _pair(self.stride, "stride"),
                _pair(self.dilation, "dilation"),
                _pair(self.padding, "padding"),
                strict=True,
            )
        )
        places = product(window.output for window in windows)
        if places is not None and places < 0:
            sizes_fit(windows, self.padding, argument="kernel_size", what="window")
        return Inference(((x[0], product((x[1], *kernel)), places),), windows=windows)


@operation
class Fold(Kind, frozen=True):
    """Assembles columns of windows into a channels-first map, and sums where they overlap.

    Output: (batch, channels, *output_size). Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    output_size: NonNegative | tuple[NonNegative, ...]
    kernel_size: Sizes
    dilation: Sizes = 1
    padding: NonNegative | tuple[NonNegative, ...] = 0
    stride: Sizes = 1

    def infer(self, x: Shape) -> Inference:
        expect_rank(x, 3)
        height, width = _pair(self.kernel_size, "kernel_size")
        window = height * width
        if x[1] is not None and x[1] % window:
            raise LayerError(
                "shape-mismatch",
                f"columns of {x[1]} can't be divided into windows of {window}",
                argument="kernel_size",
            )
        channels = map_dim(lambda n: n // window, x[1])
        return one((x[0], channels, *_pair(self.output_size, "output_size")))


def _pair(value: int | tuple[int, ...], argument: str) -> tuple[int, ...]:
    if isinstance(value, tuple) and len(value) != 2:
        raise LayerError(
            "wrong-value", f"{argument} must be one number or a list of 2", argument=argument
        )
    return (value, value) if isinstance(value, int) else value
