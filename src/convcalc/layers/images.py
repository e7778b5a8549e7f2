"""The base of layers that read images: valid shapes, and the types of their arguments."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, TypeAlias

from msgspec import Meta

from convcalc.dtypes import is_float
from convcalc.layers.argument_types import DataFormat, Fraction, Untyped
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference
from convcalc.layers.kind import Kind
from convcalc.layers.outputs import Types
from convcalc.shapes import CHANNELS_FIRST, Shape, format_shape

PAIR = Meta(min_length=2, max_length=2)

Range: TypeAlias = Annotated[tuple[float, ...], PAIR]
"""The smallest and the largest value."""

SignedFraction: TypeAlias = Annotated[float, Meta(ge=-1, le=1)]

Strength: TypeAlias = Fraction | Range
"""A number from 0 to 1, or a range that need only overlap 0 to 1 (see `meeting`)."""

SignedStrength: TypeAlias = SignedFraction | Range
"""A number from −1 to 1, or a range that need only overlap −1 to 1."""

WithinOne: TypeAlias = Fraction | Annotated[tuple[Fraction, ...], PAIR]
"""A number or a range within 0 to 1."""


class Images(Kind, frozen=True, kw_only=True):
    """A kind that reads a batch of images or a single image; by default the shape stays.

    Its arguments follow those of the subclass, since Keras takes them by name.
    """

    meeting: ClassVar[Mapping[str, tuple[float, float]]] = {}
    """Arguments that may be a range, each with the bounds that the range must overlap."""

    bounding_box_format: Untyped = None

    def validate(self) -> None:
        for argument, (low, high) in self.meeting.items():
            value = getattr(self, argument)
            if isinstance(value, tuple) and (value[0] > high or value[1] < low):
                raise LayerError(
                    "wrong-value",
                    f"{argument} must be a range that meets {low:g} to {high:g}, not "
                    f"[{value[0]:g}, {value[1]:g}]",
                    argument=argument,
                )

    def infer(self, inputs: Any) -> Inference:
        # A mapping of images and their labels arrives as a tuple of shapes, in Keras's order.
        if inputs and isinstance(inputs[0], tuple):
            return Inference(inputs)
        expect_images(inputs)
        return Inference((inputs,))

    def output_dtypes(self, computes: str | None, read: Types) -> Types:
        if len(read) == 1:
            return super().output_dtypes(computes, read)
        return (computes if all(map(is_float, read)) else None,)


class ImagesOfAnyFormat(Images, frozen=True, kw_only=True):
    """Images with a data_format that Keras accepts but leaves out of the signature."""

    data_format: DataFormat = None


def expect_images(shape: Shape) -> None:
    """Refuse a shape that is neither a batch of images nor a single image."""
    if len(shape) not in {3, 4}:
        raise LayerError(
            "wrong-rank",
            f"the input must have 4 dimensions (a batch of images) or 3 (one image), but "
            f"{format_shape(shape)} has {len(shape)}",
        )


def with_size(shape: Shape, height: int, width: int, data_format: str | None) -> Shape:
    """The shape of a batch of images or a single image, resized to this height and width."""
    expect_images(shape)
    if data_format == CHANNELS_FIRST:
        return (*shape[:-2], height, width)
    return (*shape[:-3], height, width, shape[-1])
