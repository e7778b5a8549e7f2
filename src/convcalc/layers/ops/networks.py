"""Operations of neural networks: windows, normalizations and losses, whose weights are operands."""

from collections.abc import Sequence
from typing import ClassVar, Literal, TypeAlias

from convcalc.layers.kind import (
    DataFormat,
    Inference,
    Kind,
    LayerError,
    NonNegative,
    Positive,
    expect_least_rank,
    expect_rank,
    normalize_axis,
    operation,
    sizes_fit,
)
from convcalc.layers.ops.operands import (
    Axes,
    Constant,
    define,
    one,
    operand,
    optional_operand,
)
from convcalc.shapes import (
    Dim,
    Shape,
    agree,
    assemble,
    channel_axis,
    format_shape,
    map_dim,
    product,
    reduce,
    spatial,
    with_spatial,
)
from convcalc.windows import slide, slide_transposed

Sizes: TypeAlias = Positive | tuple[Positive, ...]
"""One size for all spatial axes, or a list of one per axis; how many there are, the input says."""


def per_axis(value: int | Sequence[int], count: int, argument: str) -> tuple[int, ...]:
    """One value per spatial axis of the input."""
    values = (value,) * count if isinstance(value, int) else tuple(value)
    if len(values) != count:
        raise LayerError(
            "wrong-value",
            f"{argument} must be one value or a list of {count} (one per axis), but the list "
            f"has {len(values)}",
            argument=argument,
        )
    return values


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
        return Inference((with_spatial(inputs, outputs, self.data_format),), windows=windows)


define(
    __name__,
    _Pool,
    "nn",
    "the window rule along each spatial axis; the channels stay.",
    {
        "AveragePool": "Takes the mean in each window, channel by channel.",
        "MaxPool": "Takes the largest value in each window, channel by channel.",
    },
)


class _Convolution(Kind, frozen=True):
    any_case: ClassVar[tuple[str, ...]] = ("data_format", "padding")

    strides: Sizes = 1
    padding: Literal["valid", "same", "causal"] = "valid"
    data_format: DataFormat = None
    dilation_rate: Sizes = 1

    def slid(self, inputs: Shape, kernel: Shape, filters: Dim) -> Inference:
        """What a kernel comes to that slides over the spatial axes."""
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
        return Inference((shape,), windows=windows)


def _expect_channels(inputs: Shape, kernel: Shape, read: Shape, data_format: str | None) -> None:
    """Refuse a kernel of another rank than the inputs, or for other channels."""
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
    """Slides a kernel, which is an operand, over the spatial axes.

    Output: the window rule along each axis; channels = the last size of the kernel.
    Weights: none. Source: https://keras.io/api/ops/nn/
    """

    kernel: Constant = None

    of_call: ClassVar[tuple[str, ...]] = ("kernel",)

    def infer(self, inputs: Shape, kernel: Shape | None = None) -> Inference:
        weights = operand(self, "kernel", kernel)
        return self.slid(inputs, weights, weights[-1] if weights else None)


@operation
class DepthwiseConv(_Convolution, frozen=True):
    """Slides kernels, which are an operand, over each channel by itself.

    Output: the window rule along each axis; channels = the product of the kernel's last sizes.
    Weights: none. Source: https://keras.io/api/ops/nn/
    """

    kernel: Constant = None

    of_call: ClassVar[tuple[str, ...]] = ("kernel",)

    def infer(self, inputs: Shape, kernel: Shape | None = None) -> Inference:
        weights = operand(self, "kernel", kernel)
        _known(weights[-2:], weights)
        return self.slid(inputs, weights, product(weights[-2:]))


@operation
class SeparableConv(_Convolution, frozen=True):
    """Slides kernels over each channel by itself, then combines the channels.

    Output: the window rule along each axis; channels = the last size of pointwise_kernel.
    Weights: none. Source: https://keras.io/api/ops/nn/
    """

    depthwise_kernel: Constant = None
    pointwise_kernel: Constant = None

    of_call: ClassVar[tuple[str, ...]] = ("depthwise_kernel", "pointwise_kernel")

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
        return self.slid(inputs, depthwise, pointwise[-1])


@operation
class ConvTranspose(Kind, frozen=True):
    """Spreads each position over a window of the output, with a kernel that is an operand.

    Output: the transposed window rule along each axis; channels = the kernel's last size but one.
    Weights: none. Source: https://keras.io/api/ops/nn/
    """

    strides: Sizes = 1
    padding: Literal["valid", "same"] = "valid"
    output_padding: NonNegative | tuple[NonNegative, ...] | None = None
    data_format: DataFormat = None
    dilation_rate: Sizes = 1
    kernel: Constant = None

    any_case: ClassVar[tuple[str, ...]] = ("data_format", "padding")
    of_call: ClassVar[tuple[str, ...]] = ("kernel",)

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
        return Inference((shape,), windows=windows)


@operation
class Unfold(Kind, frozen=True):
    """Takes every window of a map, channels first, as a column.

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
    """Puts the columns of windows together to a map, channels first, and adds where they meet.

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


@operation
class BatchNorm(Kind, frozen=True):
    """Normalizes each channel with a given mean and variance.

    Output: as x. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    axis: int
    epsilon: float = 1e-3
    mean: Constant = None
    variance: Constant = None
    offset: Constant = None
    scale: Constant = None

    of_call: ClassVar[tuple[str, ...]] = ("mean", "variance", "offset", "scale")

    def infer(
        self,
        x: Shape,
        mean: Shape | None = None,
        variance: Shape | None = None,
        offset: Shape | None = None,
        scale: Shape | None = None,
    ) -> Inference:
        channels = (x[normalize_axis(self.axis, x)],)
        shapes = {
            "mean": operand(self, "mean", mean),
            "variance": operand(self, "variance", variance),
            "offset": optional_operand(self, "offset", offset),
            "scale": optional_operand(self, "scale", scale),
        }
        if shapes["offset"] is not None and shapes["scale"] is None:
            raise LayerError("wrong-inputs", "ops.BatchNorm needs scale where there is an offset")
        for name, shape in shapes.items():
            if shape not in {None, channels}:
                raise LayerError(
                    "shape-mismatch",
                    f"{name} must be {format_shape(channels)}, not {format_shape(shape or ())}",
                )
        return one(x)


@operation
class LayerNorm(Kind, frozen=True):
    """Normalizes each sample by itself along the axes.

    Output: as x. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    axis: Axes = -1
    epsilon: float | None = None
    rms_scaling: bool = False
    gamma: Constant = None
    beta: Constant = None

    of_call: ClassVar[tuple[str, ...]] = ("gamma", "beta")

    def infer(self, x: Shape, gamma: Shape | None = None, beta: Shape | None = None) -> Inference:
        optional_operand(self, "gamma", gamma)
        optional_operand(self, "beta", beta)
        return one(x)


@operation
class RMSNorm(Kind, frozen=True):
    """Divides each sample by its root mean square along the axes.

    Output: as x. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    axis: Axes = -1
    epsilon: float | None = None
    scale: Constant = None

    of_call: ClassVar[tuple[str, ...]] = ("scale",)

    def infer(self, x: Shape, scale: Shape | None = None) -> Inference:
        optional_operand(self, "scale", scale)
        return one(x)


@operation
class Polar(Kind, frozen=True):
    """Makes complex numbers of their absolute values and angles.

    Output: as abs_. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    abs_: Constant = None
    angle: Constant = None

    of_call: ClassVar[tuple[str, ...]] = ("abs_", "angle")

    def infer(self, abs_: Shape | None = None, angle: Shape | None = None) -> Inference:
        operand(self, "angle", angle)
        return one(operand(self, "abs_", abs_))


@operation
class PSNR(Kind, frozen=True):
    """Takes the peak signal-to-noise ratio of two operands.

    Output: (). Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    max_val: float
    x1: Constant = None
    x2: Constant = None

    of_call: ClassVar[tuple[str, ...]] = ("x1", "x2")

    def infer(self, x1: Shape | None = None, x2: Shape | None = None) -> Inference:
        a, b = operand(self, "x1", x1), operand(self, "x2", x2)
        if len(a) != len(b):
            raise LayerError("wrong-rank", f"x1 has {len(a)} dimensions, but x2 {len(b)}")
        return one(())


class _Loss(Kind, frozen=True):
    of_call: ClassVar[tuple[str, ...]] = ("target", "output")

    def infer(self, target: Shape | None = None, output: Shape | None = None) -> Inference:
        expected, given = operand(self, "target", target), operand(self, "output", output)
        return one(self.compared(expected, given))

    def compared(self, target: Shape, output: Shape) -> Shape:
        """The shape of the loss."""
        raise NotImplementedError


def _different(target: Shape, output: Shape) -> LayerError:
    return LayerError(
        "shape-mismatch",
        f"the target {format_shape(target)} does not fit the output {format_shape(output)}",
    )


@operation
class BinaryCrossentropy(_Loss, frozen=True):
    """Takes the loss of each yes or no.

    Output: as output. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    from_logits: bool = False
    target: Constant = None
    output: Constant = None

    def compared(self, target: Shape, output: Shape) -> Shape:
        if target != output:
            raise _different(target, output)
        return output


@operation
class CategoricalCrossentropy(_Loss, frozen=True):
    """Takes the loss of each choice between classes.

    Output: without the last axis. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    from_logits: bool = False
    axis: int = -1
    target: Constant = None
    output: Constant = None

    def compared(self, target: Shape, output: Shape) -> Shape:
        if target != output:
            raise _different(target, output)
        expect_least_rank(output, 1)
        return output[:-1]


@operation
class SparseCategoricalCrossentropy(_Loss, frozen=True):
    """Takes the loss of each choice between classes, of which the target is the number.

    Output: without the axis of the classes. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    from_logits: bool = False
    axis: int = -1
    target: Constant = None
    output: Constant = None

    def compared(self, target: Shape, output: Shape) -> Shape:
        expect_least_rank(output, 1)
        shape = reduce(output, (normalize_axis(self.axis, output),))
        numbers = target
        if len(target) == len(output) and target[-1] == 1:
            numbers = target[:-1]
        if numbers != shape:
            raise _different(target, output)
        return shape


@operation
class CTCLoss(Kind, frozen=True):
    """Takes the connectionist temporal classification loss of each sample.

    Output: (batch,). Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    mask_index: int = 0
    target: Constant = None
    output: Constant = None
    target_length: Constant = None
    output_length: Constant = None

    of_call: ClassVar[tuple[str, ...]] = ("target", "output", "target_length", "output_length")

    def infer(
        self,
        target: Shape | None = None,
        output: Shape | None = None,
        target_length: Shape | None = None,
        output_length: Shape | None = None,
    ) -> Inference:
        shapes = {
            "target": operand(self, "target", target),
            "output": operand(self, "output", output),
            "target_length": operand(self, "target_length", target_length),
            "output_length": operand(self, "output_length", output_length),
        }
        for name, shape in shapes.items():
            expect_least_rank(shape, 1)
            if shape[0] != shapes["target"][0]:
                raise LayerError(
                    "shape-mismatch",
                    f"{name} has a batch of {shape[0]}, but target {shapes['target'][0]}",
                )
        return one(shapes["target"][:1])


@operation
class CTCDecode(Kind, frozen=True):
    """Decodes the output of a model trained with the CTC loss.

    Output: two, (paths, batch, steps) and (batch, paths). Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    strategy: str = "greedy"
    beam_width: int = 100
    top_paths: NonNegative = 1
    merge_repeated: bool = True
    mask_index: int = 0
    sequence_lengths: Constant = None

    of_call: ClassVar[tuple[str, ...]] = ("sequence_lengths",)

    def infer(self, inputs: Shape, sequence_lengths: Shape | None = None) -> Inference:
        operand(self, "sequence_lengths", sequence_lengths)
        expect_least_rank(inputs, 2)
        paths = 1 if self.strategy == "greedy" else self.top_paths
        return Inference(((paths, inputs[0], inputs[1]), (inputs[0], paths)))
