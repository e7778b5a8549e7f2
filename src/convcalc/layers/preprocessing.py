"""Preprocessing: raw values turned into the range that a network expects."""

from typing import Any, ClassVar, Literal, TypeAlias

from convcalc.layers.argument_types import DataFormat, NonNegative, Untyped
from convcalc.layers.categorical import one_hot, refuse_sparse_indexes
from convcalc.layers.errors import LayerError
from convcalc.layers.images import Images, ImagesOfAnyFormat, Range, with_size
from convcalc.layers.inference import Inference, OpCounts, Weight, elements
from convcalc.layers.kind import Kind, SameShape, kind
from convcalc.layers.outputs import Types
from convcalc.layers.requirements import known_axis, normalize_axes, normalize_axis
from convcalc.shapes import Shape, format_shape, shape_of_numbers
from convcalc.windows import IDENTITY, AxisDependency

Numbers: TypeAlias = float | list[Any] | None
"""A number, or nested lists of numbers."""


@kind
class Rescaling(SameShape, frozen=True):
    """Multiplies each value by scale and adds offset.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_preprocessing/rescaling/
    """

    scale: Untyped
    offset: Untyped = 0.0


@kind
class Resizing(Images, frozen=True):
    """Resizes images; cropping or padding can keep the aspect ratio.

    Output: the images, with the given height and width. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_preprocessing/resizing/
    """

    height: NonNegative
    width: NonNegative
    interpolation: Untyped = "bilinear"
    crop_to_aspect_ratio: bool = False
    pad_to_aspect_ratio: bool = False
    fill_mode: Untyped = "constant"
    fill_value: Untyped = 0.0
    antialias: bool = False
    data_format: DataFormat = None

    def infer(self, inputs: Shape) -> Inference:
        return Inference((with_size(inputs, self.height, self.width, self.data_format),))


@kind
class CenterCrop(Images, frozen=True):
    """Cuts the middle out of images; smaller ones are enlarged.

    Output: the images, with the given height and width. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_preprocessing/center_crop/
    """

    height: NonNegative
    width: NonNegative
    data_format: DataFormat = None

    def infer(self, inputs: Shape) -> Inference:
        return Inference((with_size(inputs, self.height, self.width, self.data_format),))


@kind
class AutoContrast(ImagesOfAnyFormat, frozen=True):
    """Stretches the values of each channel over their whole range.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_preprocessing/auto_constrast/
    """

    value_range: Range = (0, 255)


@kind
class Discretization(Kind, frozen=True):
    """Turns numbers into the indexes of their bins, or into encodings of these indexes.

    The number of bins is one more than the number of bin_boundaries, or num_bins if the boundaries
    are still to be learned. Output: as the input; one_hot appends an axis of one value per bin, or
    replaces a last axis of 1; multi_hot and count append such an axis and drop axis 1.
    Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/numerical/discretization/
    """

    bin_boundaries: tuple[float, ...] | None = None
    num_bins: NonNegative | None = None
    epsilon: float = 0.01
    output_mode: Literal["int", "one_hot", "multi_hot", "count"] = "int"
    sparse: bool = False

    def validate(self) -> None:
        refuse_sparse_indexes(self.output_mode, sparse=self.sparse)
        if self.bin_boundaries is None and self.num_bins is None:
            raise LayerError("missing-argument", "Discretization needs bin_boundaries or num_bins")
        if self.bin_boundaries is not None and self.num_bins is not None:
            raise LayerError(
                "wrong-value",
                "num_bins can't be given together with bin_boundaries, which have it",
                argument="num_bins",
                help="leave out one of the two",
            )

    def output_dtypes(self, computes: str | None, read: Types) -> Types:
        return ("int32",) if self.output_mode == "int" else super().output_dtypes(computes, read)

    def infer(self, inputs: Shape) -> Inference:
        if self.output_mode == "int":
            return Inference((inputs,))
        bins = self.num_bins if self.bin_boundaries is None else len(self.bin_boundaries) + 1
        if self.output_mode == "one_hot":
            return Inference((one_hot(inputs, bins),))
        return Inference(((*inputs[:1], *inputs[2:], bins) if len(inputs) > 1 else (bins,),))


@kind
class Normalization(Kind, frozen=True):
    """Shifts and scales values to mean 0 and variance 1, by given or learned statistics.

    Each position of the given axes has its own mean and variance; axis: null has one of each.
    Output: as the input. Weights, none of them trained: mean and variance, shaped like those axes,
    and count (); none if mean and variance are given.
    Source: https://keras.io/api/layers/preprocessing_layers/numerical/normalization/
    """

    axis: int | tuple[int, ...] | None = -1
    mean: Numbers = None
    variance: Numbers = None
    invert: bool = False

    positions: ClassVar[AxisDependency] = IDENTITY

    def validate(self) -> None:
        if self.mean is None and self.variance is None:
            return
        if self.mean is None or self.variance is None:
            given, other = ("variance", "mean") if self.mean is None else ("mean", "variance")
            raise LayerError("missing-argument", f"{given} needs {other} as well", argument=given)
        mean, variance = _shape(self.mean, "mean"), _shape(self.variance, "variance")
        if mean != variance:
            raise LayerError(
                "shape-mismatch",
                f"mean and variance must have the same shape, not {format_shape(mean)} and "
                f"{format_shape(variance)}",
                argument="variance",
            )
        if len(mean) > len(self._axes()):
            raise LayerError(
                "shape-mismatch",
                f"mean has {len(mean)} axes, which is more than the {len(self._axes())} in axis",
                argument="mean",
            )

    def infer(self, inputs: Shape) -> Inference:
        axes = sorted(self._normalized_axes(inputs))
        shape = tuple(known_axis(inputs, axis, f"dimension {axis}") for axis in axes)
        op_counts = OpCounts(normalization=elements(inputs))
        if self.mean is not None:
            self._expect_mean_fits(shape)
            return Inference((inputs,), counted=op_counts)
        return Inference(
            (inputs,),
            (
                Weight("mean", shape, trainable=False),
                Weight("variance", shape, trainable=False),
                Weight("count", (), trainable=False, dtype="int32"),
            ),
            counted=op_counts,
        )

    def _normalized_axes(self, inputs: Shape) -> tuple[int, ...]:
        if self.mean is None or len(_shape(self.mean, "mean")) > 1:
            return normalize_axes(self._axes(), inputs)
        # With numbers for at most one axis, Keras accepts an axis that is named twice.
        return tuple(normalize_axis(axis, inputs) for axis in self._axes())

    def _axes(self) -> tuple[int, ...]:
        if self.axis is None:
            return ()
        return (self.axis,) if isinstance(self.axis, int) else self.axis

    def _expect_mean_fits(self, shape: tuple[int, ...]) -> None:
        mean = _shape(self.mean, "mean")
        last = shape[len(shape) - len(mean) :]
        if any(given not in {1, size} for given, size in zip(mean, last, strict=True)):
            raise LayerError(
                "shape-mismatch",
                f"a mean of shape {format_shape(mean)} does not fit the axes of sizes "
                f"{format_shape(shape)}",
                argument="mean",
            )


def _shape(numbers: Numbers, argument: str) -> tuple[int, ...]:
    try:
        return shape_of_numbers(numbers)
    except TypeError as error:
        raise LayerError(
            "wrong-type", f"{argument} must hold numbers, not {error.args[0]!r}", argument=argument
        ) from None
    except ValueError:
        raise LayerError(
            "wrong-value", f"the lists in {argument} must be equally long", argument=argument
        ) from None
