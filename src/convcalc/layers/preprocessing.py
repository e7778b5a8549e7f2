"""Preprocessing: raw values brought to the range that a network works with."""

from typing import Any, TypeAlias

from convcalc.layers.kind import (
    Inference,
    Kind,
    LayerError,
    SameShape,
    Untyped,
    Weight,
    kind,
    known_axis,
    normalize_axes,
)
from convcalc.shapes import Shape, format_shape

Numbers: TypeAlias = float | list[Any] | None
"""A number, or nested lists of them."""


@kind
class Rescaling(SameShape, frozen=True):
    """Multiplies each value with scale and adds offset.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_preprocessing/rescaling/
    """

    scale: Untyped
    offset: Untyped = 0.0


@kind
class Normalization(Kind, frozen=True):
    """Shifts and scales to mean 0 and variance 1, with numbers given or learned beforehand.

    Each position of the given axes has a mean and a variance of its own; axis: null has one each.
    Output: as the input. Weights, none of them trained: mean and variance, shaped as those axes,
    and count (); none if mean and variance are given.
    Source: https://keras.io/api/layers/preprocessing_layers/numerical/normalization/
    """

    axis: int | tuple[int, ...] | None = -1
    mean: Numbers = None
    variance: Numbers = None
    invert: bool = False

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
        axes = sorted(normalize_axes(self._axes(), inputs))
        shape = tuple(known_axis(inputs, axis, f"dimension {axis}") for axis in axes)
        if self.mean is not None:
            self._expect_mean_fits(shape)
            return Inference((inputs,))
        return Inference(
            (inputs,),
            (
                Weight("mean", shape, trainable=False),
                Weight("variance", shape, trainable=False),
                Weight("count", (), trainable=False, dtype="int32"),
            ),
        )

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


def _shape(numbers: Any, argument: str) -> tuple[int, ...]:
    """The shape of a number, which is (), or of nested lists of equal lengths."""
    if not isinstance(numbers, list):
        if isinstance(numbers, int | float):
            return ()
        raise LayerError(
            "wrong-type", f"{argument} must hold numbers, not {numbers!r}", argument=argument
        )
    shapes = {_shape(each, argument) for each in numbers}
    if len(shapes) > 1:
        raise LayerError(
            "wrong-value", f"the lists in {argument} must be equally long", argument=argument
        )
    return (len(numbers), *next(iter(shapes), ()))
