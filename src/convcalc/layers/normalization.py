"""Normalizations: values scaled to mean 0 and variance 1, then scaled and shifted."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, ClassVar, TypeAlias

from msgspec import Meta
from msgspec.structs import replace

from convcalc.layers.argument_types import LARGEST, Positive, Untyped
from convcalc.layers.calling import call_sublayer
from convcalc.layers.dependencies import along
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference, OpCounts, Weight, elements
from convcalc.layers.kind import Kind, LayerInstance, kind
from convcalc.layers.quantization import quantization
from convcalc.layers.requirements import (
    divisible,
    expect_least_rank,
    known_axis,
    normalize_axes,
    normalize_axis,
)
from convcalc.shapes import Shape, format_count, format_sizes
from convcalc.windows import ALL, IDENTITY, MIXED, AnyWindow, AxisDependency

GroupCount: TypeAlias = Annotated[int, Meta(ge=-1, le=LARGEST)]
"""The number of groups; -1 makes each channel a group."""


@kind
class BatchNormalization(Kind, frozen=True):
    """Normalizes each channel over the batch, with moving averages for inference.

    Output: as the input. Weights, one value per channel each: gamma (scale), beta (center), and
    moving_mean and moving_variance, which are not trained; renorm adds moving_stddev, renorm_mean
    and renorm_stddev, which are not trained either.
    Source: https://keras.io/api/layers/normalization_layers/batch_normalization/
    """

    axis: int = -1
    momentum: float = 0.99
    epsilon: float = 1e-3
    center: bool = True
    scale: bool = True
    beta_initializer: Untyped = "zeros"
    gamma_initializer: Untyped = "ones"
    moving_mean_initializer: Untyped = "zeros"
    moving_variance_initializer: Untyped = "ones"
    beta_regularizer: Untyped = None
    gamma_regularizer: Untyped = None
    beta_constraint: Untyped = None
    gamma_constraint: Untyped = None
    renorm: bool = False
    renorm_clipping: dict[str, float | None] | None = None
    renorm_momentum: float = 0.99
    synchronized: bool = False

    positions: ClassVar[AxisDependency] = IDENTITY  # the statistics change only in training

    def validate(self) -> None:
        if not self.renorm or not self.renorm_clipping:
            return
        clipping = self.renorm_clipping
        unknown = sorted(clipping.keys() - {"rmax", "rmin", "dmax"})
        if unknown:
            raise _wrong_clipping(f"has no {unknown[0]!r}; its keys are rmax, rmin, dmax")
        rmax, rmin, dmax = (clipping.get(key) for key in ("rmax", "rmin", "dmax"))
        if rmax is not None and rmin is not None and rmax < rmin:
            raise _wrong_clipping(f"has an rmax of {rmax:g} below its rmin of {rmin:g}")
        if dmax is not None and dmax < 0:
            raise _wrong_clipping(f"has a dmax of {dmax:g}, which must be 0 or more")

    def infer(self, inputs: Shape, mask: Shape | None = None) -> Inference:  # noqa: ARG002
        axis = normalize_axis(self.axis, inputs)
        shape = (known_axis(inputs, axis, f"dimension {axis}"),)
        weights = _gamma_and_beta(shape, scale=self.scale, center=self.center)
        kept = ["moving_mean", "moving_variance"]
        if self.renorm:
            kept += ["moving_stddev", "renorm_mean", "renorm_stddev"]
        weights += [Weight(name, shape, trainable=False) for name in kept]
        return _normalized(inputs, weights)

    def explain(
        self, inference: Inference, _inputs: Shape, _mask: Shape | None = None
    ) -> Iterator[str]:
        trained = [weight for weight in inference.weights if weight.trainable]
        kept = [weight.name for weight in inference.weights if not weight.trainable]
        yield (
            "In training, each channel is brought to mean 0 and variance 1 over all samples of the "
            "batch, and over all positions where there are several."
        )
        if trained:
            names = " and ".join(weight.name for weight in trained)
            verb = "scale and shift it" if len(trained) > 1 else "changes it"
            yield f"Then {names} {verb} to what training finds best, with one value a channel."
        yield (
            f"No gradient reaches {_enumerate(kept)}: they are averages of what was seen in "
            "training, kept for when there is no batch to take a mean of. So "
            f"{len(kept)} of {len(kept) + len(trained)} values a channel are not trained."
        )

    def cancels_bias(self, axis: int, read: Shape) -> bool:
        # The mean of each position of that axis contains its bias.
        return axis == normalize_axis(self.axis, read)


@kind
class LayerNormalization(Kind, frozen=True):
    """Normalizes each sample over the last axis, or the given axes.

    Output: as the input. Weights, shaped like the normalized axes: gamma (scale), beta (center).
    Source: https://keras.io/api/layers/normalization_layers/layer_normalization/
    """

    axis: int | tuple[int, ...] = -1
    epsilon: float = 1e-3
    center: bool = True
    scale: bool = True
    beta_initializer: Untyped = "zeros"
    gamma_initializer: Untyped = "ones"
    beta_regularizer: Untyped = None
    gamma_regularizer: Untyped = None
    beta_constraint: Untyped = None
    gamma_constraint: Untyped = None
    # Deprecated, but Keras still writes it into every file.
    rms_scaling: bool = False

    def infer(self, inputs: Shape) -> Inference:
        # Keras sorts the axes as written, so [-1, 1] means (last, first).
        axes = normalize_axes(sorted(_listed(self.axis)), inputs)
        scale = self.scale or self.rms_scaling
        center = self.center and not self.rms_scaling
        if not scale and not center:
            return _normalized(inputs)
        shape = tuple(known_axis(inputs, axis, f"dimension {axis}") for axis in axes)
        return _normalized(inputs, _gamma_and_beta(shape, scale=scale, center=center))

    def explain(self, inference: Inference, _inputs: Shape) -> Iterator[str]:
        # With rms_scaling, Keras divides by a standard deviation without subtracting the mean.
        how = (
            "divided by its standard deviation"
            if self.rms_scaling
            else "brought to mean 0 and variance 1"
        )
        yield from _explain_per_sample(inference, how)

    def dependencies(
        self, _windows: tuple[AnyWindow, ...], read: Shape, _output: Shape
    ) -> tuple[AxisDependency, ...]:
        return along(_listed(self.axis), read)

    def cancels_bias(self, axis: int, read: Shape) -> bool:
        # A mean along that axis keeps the differences between the biases.
        return axis not in normalize_axes(_listed(self.axis), read) and not self.rms_scaling


@kind
class GroupNormalization(Kind, frozen=True):
    """Normalizes each sample over groups of channels; groups: -1 makes each channel a group.

    Output: as the input. Weights, one value per channel each: gamma (scale), beta (center).
    Source: https://keras.io/api/layers/normalization_layers/group_normalization/
    """

    groups: GroupCount = 32
    axis: int = -1
    epsilon: float = 1e-3
    center: bool = True
    scale: bool = True
    beta_initializer: Untyped = "zeros"
    gamma_initializer: Untyped = "ones"
    beta_regularizer: Untyped = None
    gamma_regularizer: Untyped = None
    beta_constraint: Untyped = None
    gamma_constraint: Untyped = None

    def validate(self) -> None:
        if self.groups == 0:
            raise LayerError(
                "wrong-value",
                "groups must be at least 1, or -1 for one group a channel, not 0",
                argument="groups",
            )

    def infer(self, inputs: Shape) -> Inference:
        axis = normalize_axis(self.axis, inputs)
        channels = known_axis(inputs, axis, f"dimension {axis}")
        if channels == 0:
            raise LayerError("wrong-value", "0 channels can't be divided into groups")
        if self.groups > 0:
            divisible(channels, self.groups, "channels", argument="groups")
        return _normalized(
            inputs, _gamma_and_beta((channels,), scale=self.scale, center=self.center)
        )

    def dependencies(
        self, _windows: tuple[AnyWindow, ...], read: Shape, _output: Shape
    ) -> tuple[AxisDependency, ...]:
        channels = normalize_axis(self.axis, read)
        return tuple(MIXED if axis == channels else ALL for axis in range(1, len(read)))

    def explain(self, _inference: Inference, _inputs: Shape) -> Iterator[str]:
        groups = "one by one" if self.groups == -1 else f"in {format_count(self.groups, 'group')}"
        yield (
            f"The channels of each sample are taken {groups}, and each "
            "is brought to mean 0 and variance 1 by itself. No other sample is looked at, so that "
            "there are no moving averages to keep."
        )

    def cancels_bias(self, axis: int, read: Shape) -> bool:
        # Only if each channel is a group.
        return axis == normalize_axis(self.axis, read) and self.groups in {-1, read[axis]}


@kind
class UnitNormalization(Kind, frozen=True):
    """Scales each sample so that its values along the axis have an L2 norm of 1.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/layers/normalization_layers/unit_normalization/
    """

    axis: int | tuple[int, ...] = -1

    def infer(self, inputs: Shape) -> Inference:
        normalize_axes(_listed(self.axis), inputs)
        return _normalized(inputs)

    def dependencies(
        self, _windows: tuple[AnyWindow, ...], read: Shape, _output: Shape
    ) -> tuple[AxisDependency, ...]:
        return along(_listed(self.axis), read)


@kind
class RMSNormalization(Kind, frozen=True):
    """Divides each sample by its root mean square over the last axis, or the given axes.

    Output: as the input. Weights: scale, shaped like the normalized axes.
    Source: https://keras.io/api/layers/normalization_layers/rms_normalization/
    """

    axis: int | tuple[int, ...] = -1
    epsilon: float = 1e-6

    def infer(self, inputs: Shape) -> Inference:
        # Keras sorts the axes as written, so [-1, 1] means (last, first).
        axes = normalize_axes(sorted(_listed(self.axis)), inputs)
        shape = tuple(known_axis(inputs, axis, f"dimension {axis}") for axis in axes)
        return _normalized(inputs, [Weight("scale", shape)])

    def explain(self, inference: Inference, _inputs: Shape) -> Iterator[str]:
        yield from _explain_per_sample(inference, "divided by the root of its mean square")

    def dependencies(
        self, _windows: tuple[AnyWindow, ...], read: Shape, _output: Shape
    ) -> tuple[AxisDependency, ...]:
        return along(_listed(self.axis), read)


@kind
class SpectralNormalization(Kind, frozen=True):
    """Wraps a layer and, in training, divides its kernel by the kernel's largest singular value.

    Output: the layer's; it must have a kernel or embeddings. Weights: the layer's, and vector_u
    (1, last dimension of the kernel), which is not trained.
    Source: https://keras.io/api/layers/normalization_layers/spectral_normalization/
    """

    layer: LayerInstance
    power_iterations: Positive = 1

    def infer(self, inputs: Shape) -> Inference:
        expect_least_rank(inputs, 1)
        inner = call_sublayer(self.layer, (inputs,))
        wrapped, kernel = _kernel(self.layer, inner)
        # An int4 kernel is stored packed, but Keras uses its unpacked sizes.
        packed = quantization(getattr(wrapped, "dtype", None), None).quantization == "int4"
        lora = any("lora" in weight.name for weight in inner.weights)
        dtype = "float32" if lora and kernel.dtype == "int8" else kernel.dtype
        columns = kernel.shape[-1]
        if packed:
            found = replace(wrapped, dtype=None).infer(inputs).weights
            columns = next(w.shape[-1] for w in found if w.name == kernel.name)
        vector = Weight("vector_u", (1, columns), trainable=False, dtype=dtype)
        if lora or packed:
            return replace(inner, weights=(vector, *inner.weights))
        # Keras lists the kernel among the wrapper's weights, before the layer's others.
        others = tuple(weight for weight in inner.weights if weight is not kernel)
        return replace(inner, weights=(kernel, vector, *others))

    def explain(self, _inference: Inference, _inputs: Shape) -> Iterator[str]:
        yield (
            "The shape is that of the layer inside. vector_u is not trained: it is kept from step "
            "to step to find the kernel's largest singular value, a little better each time."
        )


def _kernel(wrapped: LayerInstance, inner: Inference) -> tuple[Kind, Weight]:
    """The innermost wrapped layer, and its kernel or embeddings."""
    within = wrapped.name
    layer = wrapped.layer
    while isinstance(layer, SpectralNormalization):
        within += f"/{layer.layer.name}"
        layer = layer.layer.layer
    mode = quantization(getattr(layer, "dtype", None), None).quantization
    if layer.quantizes and mode in {"gptq", "awq"}:
        raise LayerError(
            "wrong-value",
            f"a kernel that is quantized to {mode} can't be normalized",
            argument="layer",
        )
    for weight in inner.weights:
        if weight.path in {f"{within}/kernel", f"{within}/embeddings"}:
            return layer, weight
    raise LayerError(
        "wrong-value",
        f"{type(layer).__name__} has neither a kernel nor embeddings that could be normalized",
        argument="layer",
    )


def _listed(axis: int | tuple[int, ...]) -> tuple[int, ...]:
    return (axis,) if isinstance(axis, int) else axis


def _normalized(inputs: Shape, weights: Iterable[Weight] = ()) -> Inference:
    return Inference((inputs,), tuple(weights), counted=OpCounts(normalization=elements(inputs)))


def _gamma_and_beta(shape: tuple[int, ...], *, scale: bool, center: bool) -> list[Weight]:
    gamma = [Weight("gamma", shape)] if scale else []
    beta = [Weight("beta", shape)] if center else []
    return gamma + beta


def _explain_per_sample(inference: Inference, how: str) -> Iterator[str]:
    sizes = [format_sizes(weight.shape) for weight in inference.weights[:1]]
    over = f"each {sizes[0]} values of a sample are" if sizes else "the values of a sample are"
    yield (
        f"By themselves, {over} {how}. No other sample is looked at, so that there are no moving "
        "averages to keep."
    )


def _enumerate(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}"


def _wrong_clipping(problem: str) -> LayerError:
    return LayerError("wrong-value", f"renorm_clipping {problem}", argument="renorm_clipping")
