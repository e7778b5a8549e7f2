"""Convolutions: plain, transposed, depthwise and separable, on one to three axes."""

import math
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from msgspec.structs import replace

from convcalc.layers.argument_types import (
    Activation,
    CausalPaddingArgument,
    DataFormat,
    NonNegative,
    PaddingArgument,
    PerAxis,
    PerAxisOrZero,
    Positive,
    Untyped,
    paddings,
)
from convcalc.layers.dependencies import activated, over_space
from convcalc.layers.errors import LayerError
from convcalc.layers.illustration import Block, Illustration
from convcalc.layers.inference import Inference, Weight, is_linear, lora_weights, multiplied
from convcalc.layers.kind import Alternative, Kind, kind
from convcalc.layers.requirements import (
    divisible,
    expect_rank,
    known_axis,
    per_axis,
    refuse_lora_with_constraint,
    sizes_fit,
)
from convcalc.shapes import (
    Shape,
    assemble,
    channel_axis,
    format_count,
    format_sizes,
    product,
    spatial,
    total,
)
from convcalc.windows import AnyWindow, AxisDependency, Window, slide, slide_transposed


class _AnyConv(Kind, frozen=True):
    any_case: ClassVar[tuple[str, ...]] = ("data_format", "padding")

    def dependencies(
        self, windows: tuple[AnyWindow, ...], read: Shape, _output: Shape
    ) -> tuple[AxisDependency, ...]:
        layer: Any = self
        return activated(over_space(windows, read, layer.data_format), layer.activation)

    @property
    def biased_axis(self) -> int | None:
        layer: Any = self
        is_last = layer.use_bias and is_linear(layer.activation)
        return channel_axis(layer.data_format) if is_last else None


class _Conv(_AnyConv, frozen=True):
    filters: Positive
    kernel_size: PerAxis
    strides: PerAxis = 1
    padding: CausalPaddingArgument = "valid"
    data_format: DataFormat = None
    dilation_rate: PerAxis = 1
    groups: Positive = 1
    activation: Activation = None
    use_bias: bool = True
    kernel_initializer: Untyped = "glorot_uniform"
    bias_initializer: Untyped = "zeros"
    kernel_regularizer: Untyped = None
    bias_regularizer: Untyped = None
    activity_regularizer: Untyped = None
    kernel_constraint: Untyped = None
    bias_constraint: Untyped = None
    lora_rank: NonNegative | None = None
    lora_alpha: float | None = None

    def validate(self) -> None:
        _refuse_stride_with_dilation(self)
        divisible(self.filters, self.groups, "filters", argument="groups")
        refuse_lora_with_constraint(self.lora_rank, self.kernel_constraint)

    def infer(self, inputs: Shape) -> Inference:
        channels = _channels(self, inputs)
        per_group = divisible(channels, self.groups, "input channels", argument="groups")
        windows = _windows(self, inputs)
        kernel = (*per_axis(self.kernel_size, self.rank), per_group, self.filters)
        kernels = [Weight("kernel", kernel, trainable=not self.lora_rank)]
        adapters = lora_weights(kernel, self.lora_rank)
        return _inference(self, inputs, windows, self.filters, kernels, adapters)

    def explain(self, inference: Inference, inputs: Shape) -> Iterator[str]:
        kernel = inference.weights[0].shape
        channels, depth, filters = _channels(self, inputs), kernel[-2], kernel[-1]
        reads = "the only input channel"
        if depth < channels:
            of_group = "channel" if depth == 1 else f"{depth} input channels"
            reads = f"the {of_group} of its group, of {channels:,} in all"
        elif depth != 1:
            reads = f"all {depth:,} input channels"
        slices = f"with a slice of {format_sizes(kernel[:-2])} of its own for each"
        one = "The filter" if filters == 1 else f"Each of the {filters:,} filters"
        yield (
            f"{one} reads {reads}{f', {slices}' if depth > 1 else ''}: it holds "
            f"{format_sizes(kernel[:-1])} = {math.prod(kernel[:-1]):,} numbers."
        )
        summed = "all of that is summed up, over the channels too"
        bias = ", and one bias is added" if self.use_bias else ""
        maps = "one map" if filters == 1 else f"{filters:,} maps, one for each filter"
        others = f", and not {filters:,} × {depth:,} = {filters * depth:,}"
        yield (
            "At each position its numbers are multiplied with what lies under them, and "
            f"{summed if depth > 1 else 'summed up'}{bias}: that leaves one number. So there "
            f"{'is' if filters == 1 else 'are'} {maps}{others if depth > 1 else ''}."
        )

    def illustration(self, inference: Inference, inputs: Shape) -> Illustration:
        kernel = inference.weights[0].shape
        return Illustration(
            Block(spatial(inputs, self.data_format), _channels(self, inputs)),
            Block(kernel[:-2], kernel[-2]),
            Block(spatial(inference.outputs[0], self.data_format), 1),
            self.filters,
        )

    def alternatives(self, inputs: Shape) -> Iterator[Alternative]:
        channels = _channels(self, inputs)
        common = math.gcd(channels, self.filters)
        if self.groups > 1:
            yield Alternative(replace(self, groups=1), "each filter reads all channels")
        elif common > 1:
            depth = channels // common
            reads = "one channel" if depth == 1 else f"{depth:,} channels"
            yield Alternative(replace(self, groups=common), f"each filter reads {reads} alone")
        if self.rank in _DEPTHWISE and channels > 1:
            yield Alternative(
                _like(self, _DEPTHWISE[self.rank], depth_multiplier=self.filters),
                "each channel has filters of its own, and nothing is summed over channels",
            )
            yield Alternative(
                _like(self, _SEPARABLE[self.rank]),
                "each channel is filtered by itself, and then the channels are mixed",
            )


@kind
class Conv1D(_Conv, frozen=True):
    """1-D convolution: each filter spans all channels of its group and outputs one channel.

    Output: the window rule along the axis; channels = filters.
    Weights: kernel (k, in / groups, filters), bias (filters,).
    Source: https://keras.io/api/layers/convolution_layers/convolution1d/
    """

    rank: ClassVar[int] = 1
    aliases: ClassVar[tuple[str, ...]] = ("Convolution1D",)


@kind
class Conv2D(_Conv, frozen=True):
    """2-D convolution: each filter spans all channels of its group and outputs one channel.

    Output: the window rule along each axis; channels = filters.
    Weights: kernel (kh, kw, in / groups, filters), bias (filters,).
    Source: https://keras.io/api/layers/convolution_layers/convolution2d/
    """

    rank: ClassVar[int] = 2
    aliases: ClassVar[tuple[str, ...]] = ("Convolution2D",)
    padding: PaddingArgument = "valid"


@kind
class Conv3D(_Conv, frozen=True):
    """3-D convolution: each filter spans all channels of its group and outputs one channel.

    Output: the window rule along each axis; channels = filters.
    Weights: kernel (kd, kh, kw, in / groups, filters), bias (filters,).
    Source: https://keras.io/api/layers/convolution_layers/convolution3d/
    """

    rank: ClassVar[int] = 3
    aliases: ClassVar[tuple[str, ...]] = ("Convolution3D",)
    padding: PaddingArgument = "valid"


_MOST_PADDINGS = 4
"""The maximum number of `output_padding` values that an explanation compares."""


class _ConvTranspose(_AnyConv, frozen=True):
    filters: Positive
    kernel_size: PerAxis
    strides: PerAxis = 1
    padding: PaddingArgument = "valid"
    output_padding: PerAxisOrZero | None = None
    data_format: DataFormat = None
    dilation_rate: PerAxis = 1
    activation: Activation = None
    use_bias: bool = True
    kernel_initializer: Untyped = "glorot_uniform"
    bias_initializer: Untyped = "zeros"
    kernel_regularizer: Untyped = None
    bias_regularizer: Untyped = None
    activity_regularizer: Untyped = None
    kernel_constraint: Untyped = None
    bias_constraint: Untyped = None

    def validate(self) -> None:
        _refuse_stride_with_dilation(self)
        if self.output_padding is None:
            return
        strides = per_axis(self.strides, self.rank)
        for extra, stride in zip(per_axis(self.output_padding, self.rank), strides, strict=True):
            if extra >= stride:
                raise LayerError(
                    "wrong-value",
                    f"output_padding {extra} must be smaller than the stride {stride}",
                    argument="output_padding",
                )

    def infer(self, inputs: Shape) -> Inference:
        channels = _channels(self, inputs)
        rank = self.rank
        kernel_size = per_axis(self.kernel_size, rank)
        extra = self.output_padding
        windows = tuple(
            slide_transposed(size, kernel, stride, dilation, padding, output_padding=more)
            for size, kernel, stride, dilation, padding, more in zip(
                spatial(inputs, self.data_format),
                kernel_size,
                per_axis(self.strides, rank),
                per_axis(self.dilation_rate, rank),
                paddings(self.padding, rank),
                (None,) * rank if extra is None else per_axis(extra, rank),
                strict=True,
            )
        )
        kernels = [Weight("kernel", (*kernel_size, self.filters, channels))]
        return _inference(self, inputs, windows, self.filters, kernels)

    def explain(self, inference: Inference, _inputs: Shape) -> Iterator[str]:
        kernel = inference.weights[0].shape
        yield (
            "A convolution the other way round: each input position, with all of its channels, is "
            f"spread over {format_sizes(kernel[:-2])} positions of the output, the stride apart "
            "from those of its neighbour; where these overlap, they are summed up. There is one "
            f"map for each filter, {self.filters:,} in all; in the kernel's shape the filters "
            "stand before the channels."
        )
        if max(per_axis(self.strides, self.rank)) > 1:
            yield (
                "A convolution with this stride maps several sizes to the same one; "
                "`output_padding` chooses which of them comes back."
            )

    def alternatives(self, _inputs: Shape) -> Iterator[Alternative]:
        if max(per_axis(self.strides, self.rank)) == 1:
            return
        for extra in range(min(_MOST_PADDINGS, *per_axis(self.strides, self.rank))):
            if extra != self.output_padding:
                yield Alternative(
                    replace(self, output_padding=extra),
                    f"adds {format_count(extra, 'position') if extra else 'nothing'} at the end",
                )


@kind
class Conv1DTranspose(_ConvTranspose, frozen=True):
    """1-D transposed convolution: each input position is spread over a window of the output.

    Output: the transposed window rule along the axis; channels = filters.
    Weights: kernel (k, filters, in), bias (filters,).
    Source: https://keras.io/api/layers/convolution_layers/convolution1d_transpose/
    """

    rank: ClassVar[int] = 1
    aliases: ClassVar[tuple[str, ...]] = ("Convolution1DTranspose",)


@kind
class Conv2DTranspose(_ConvTranspose, frozen=True):
    """2-D transposed convolution: each input position is spread over a window of the output.

    Output: the transposed window rule along each axis; channels = filters.
    Weights: kernel (kh, kw, filters, in), bias (filters,).
    Source: https://keras.io/api/layers/convolution_layers/convolution2d_transpose/
    """

    rank: ClassVar[int] = 2
    aliases: ClassVar[tuple[str, ...]] = ("Convolution2DTranspose",)


@kind
class Conv3DTranspose(_ConvTranspose, frozen=True):
    """3-D transposed convolution: each input position is spread over a window of the output.

    Output: the transposed window rule along each axis; channels = filters.
    Weights: kernel (kd, kh, kw, filters, in), bias (filters,).
    Source: https://keras.io/api/layers/convolution_layers/convolution3d_transpose/
    """

    rank: ClassVar[int] = 3
    aliases: ClassVar[tuple[str, ...]] = ("Convolution3DTranspose",)


class _DepthwiseConv(_AnyConv, frozen=True):
    kernel_size: PerAxis
    strides: PerAxis = 1
    padding: PaddingArgument = "valid"
    depth_multiplier: Positive = 1
    data_format: DataFormat = None
    dilation_rate: PerAxis = 1
    activation: Activation = None
    use_bias: bool = True
    depthwise_initializer: Untyped = "glorot_uniform"
    bias_initializer: Untyped = "zeros"
    depthwise_regularizer: Untyped = None
    bias_regularizer: Untyped = None
    activity_regularizer: Untyped = None
    depthwise_constraint: Untyped = None
    bias_constraint: Untyped = None

    def infer(self, inputs: Shape) -> Inference:
        channels = _channels(self, inputs)
        windows = _windows(self, inputs)
        kernel = (*per_axis(self.kernel_size, self.rank), channels, self.depth_multiplier)
        maps = channels * self.depth_multiplier
        return _inference(self, inputs, windows, maps, [Weight("kernel", kernel)])

    def explain(self, inference: Inference, inputs: Shape) -> Iterator[str]:
        channels, maps = _channels(self, inputs), inference.weights[0].shape[-2:]
        filters, result = self.depth_multiplier, format_count(math.prod(maps), "map")
        yield (
            f"Each channel is filtered by itself, by {format_count(filters, 'filter')} of its own: "
            f"no filter spans several channels, so that {channels:,} × {filters:,} = {result} come "
            "of it, and nothing mixes them."
        )

    def illustration(self, inference: Inference, inputs: Shape) -> Illustration:
        kernel = inference.weights[0].shape
        return Illustration(
            Block(spatial(inputs, self.data_format), _channels(self, inputs)),
            Block(kernel[:-2], 1),
            Block(spatial(inference.outputs[0], self.data_format), 1),
            kernel[-2] * kernel[-1],
        )


@kind
class DepthwiseConv1D(_DepthwiseConv, frozen=True):
    """1-D depthwise convolution: depth_multiplier filters for each channel separately.

    Output: the window rule along the axis; channels = in × depth_multiplier.
    Weights: kernel (k, in, depth_multiplier), bias (in × depth_multiplier,).
    Source: https://keras.io/api/layers/convolution_layers/depthwise_convolution1d/
    """

    rank: ClassVar[int] = 1


@kind
class DepthwiseConv2D(_DepthwiseConv, frozen=True):
    """2-D depthwise convolution: depth_multiplier filters for each channel separately.

    Output: the window rule along each axis; channels = in × depth_multiplier.
    Weights: kernel (kh, kw, in, depth_multiplier), bias (in × depth_multiplier,).
    Source: https://keras.io/api/layers/convolution_layers/depthwise_convolution2d/
    """

    rank: ClassVar[int] = 2


class _SeparableConv(_AnyConv, frozen=True):
    filters: Positive
    kernel_size: PerAxis
    strides: PerAxis = 1
    padding: PaddingArgument = "valid"
    data_format: DataFormat = None
    dilation_rate: PerAxis = 1
    depth_multiplier: Positive = 1
    activation: Activation = None
    use_bias: bool = True
    depthwise_initializer: Untyped = "glorot_uniform"
    pointwise_initializer: Untyped = "glorot_uniform"
    bias_initializer: Untyped = "zeros"
    depthwise_regularizer: Untyped = None
    pointwise_regularizer: Untyped = None
    bias_regularizer: Untyped = None
    activity_regularizer: Untyped = None
    depthwise_constraint: Untyped = None
    pointwise_constraint: Untyped = None
    bias_constraint: Untyped = None

    def infer(self, inputs: Shape) -> Inference:
        channels = _channels(self, inputs)
        windows = _windows(self, inputs)
        maps = channels * self.depth_multiplier
        kernel = (*per_axis(self.kernel_size, self.rank), channels, self.depth_multiplier)
        kernels = [
            Weight("depthwise_kernel", kernel),
            Weight("pointwise_kernel", (*(1,) * self.rank, maps, self.filters)),
        ]
        return _inference(self, inputs, windows, self.filters, kernels)

    def explain(self, inference: Inference, _inputs: Shape) -> Iterator[str]:
        depthwise, pointwise = (weight.shape for weight in inference.weights[:2])
        yield (
            "Two steps in place of one. First each channel is filtered by itself, by filters of "
            f"{format_sizes(depthwise[:-2])}, which gives {format_count(pointwise[-2], 'map')}; "
            f"then each of {format_count(self.filters, 'filter')} mixes all of these, position by "
            "position."
        )

    def alternatives(self, _inputs: Shape) -> Iterator[Alternative]:
        yield Alternative(_like(self, _CONVOLUTIONS[self.rank]), "each filter does both at once")


@kind
class SeparableConv1D(_SeparableConv, frozen=True):
    """1-D separable convolution: a depthwise one, then a pointwise one that mixes the channels.

    Output: the window rule along the axis; channels = filters.
    Weights: depthwise_kernel (k, in, depth_multiplier),
    pointwise_kernel (1, in × depth_multiplier, filters), bias (filters,).
    Source: https://keras.io/api/layers/convolution_layers/separable_convolution1d/
    """

    rank: ClassVar[int] = 1
    aliases: ClassVar[tuple[str, ...]] = ("SeparableConvolution1D",)


@kind
class SeparableConv2D(_SeparableConv, frozen=True):
    """2-D separable convolution: a depthwise one, then a pointwise one that mixes the channels.

    Output: the window rule along each axis; channels = filters.
    Weights: depthwise_kernel (kh, kw, in, depth_multiplier),
    pointwise_kernel (1, 1, in × depth_multiplier, filters), bias (filters,).
    Source: https://keras.io/api/layers/convolution_layers/separable_convolution2d/
    """

    rank: ClassVar[int] = 2
    aliases: ClassVar[tuple[str, ...]] = ("SeparableConvolution2D",)


_CONVOLUTIONS = {1: Conv1D, 2: Conv2D}
_DEPTHWISE = {1: DepthwiseConv1D, 2: DepthwiseConv2D}
_SEPARABLE = {1: SeparableConv1D, 2: SeparableConv2D}


def _like(layer: Kind, kind: type[Kind], **more: Any) -> Kind:
    """Build a layer of another kind from the arguments that both kinds have, and `more`."""
    common = {
        name: getattr(layer, name)
        for name in kind.__struct_fields__
        if name in layer.__struct_fields__
    }
    return kind(**common, **more)


_Sliding = _Conv | _DepthwiseConv | _SeparableConv
_Any = _Sliding | _ConvTranspose


def _refuse_stride_with_dilation(layer: _Conv | _ConvTranspose) -> None:
    strides = per_axis(layer.strides, layer.rank)
    dilations = per_axis(layer.dilation_rate, layer.rank)
    if max(strides) > 1 and max(dilations) > 1:
        raise LayerError(
            "stride-with-dilation",
            "strides above 1 and dilation_rate above 1 can't be used together",
            argument="dilation_rate",
            help="set one of the two to 1",
        )


def _channels(layer: _Any, inputs: Shape) -> int:
    expect_rank(inputs, layer.rank + 2)
    return known_axis(inputs, channel_axis(layer.data_format), "the number of channels")


def _windows(layer: _Sliding, inputs: Shape) -> tuple[Window, ...]:
    return tuple(
        slide(size, kernel, stride, dilation, padding)
        for size, kernel, stride, dilation, padding in zip(
            spatial(inputs, layer.data_format),
            per_axis(layer.kernel_size, layer.rank),
            per_axis(layer.strides, layer.rank),
            per_axis(layer.dilation_rate, layer.rank),
            paddings(layer.padding, layer.rank),
            strict=True,
        )
    )


def _inference(
    layer: _Any,
    inputs: Shape,
    windows: tuple[AnyWindow, ...],
    maps: int,
    kernels: list[Weight],
    adapters: Iterable[Weight] = (),
) -> Inference:
    sizes = sizes_fit(windows, layer.padding, argument="kernel_size", what="kernel")
    output = assemble(inputs[0], sizes, maps, layer.data_format)
    bias = [Weight("bias", (maps,))] if layer.use_bias else []
    # A transposed kernel is multiplied with every input position, and products that lie outside
    # the output are dropped only then.
    places = spatial(inputs, layer.data_format) if isinstance(layer, _ConvTranspose) else sizes
    op_counts = multiplied(
        output,
        layer.activation,
        bias=layer.use_bias,
        convolution=total([product((*places, *kernel.shape)) for kernel in kernels]),
    )
    return Inference((output,), (*kernels, *bias, *adapters), windows, op_counts)
