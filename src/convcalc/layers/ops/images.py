"""Operations on images: one, or a batch of them."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias

from msgspec import Meta

from convcalc.layers.argument_types import DataFormat, NonNegative, Untyped
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import UNKNOWN_OP_COUNTS, Inference, OpCounts
from convcalc.layers.kind import Kind, operation
from convcalc.layers.ops.operands import Constant, define, one, operand
from convcalc.layers.ops.windows import Sizes
from convcalc.layers.requirements import expect_rank, per_axis, sizes_fit
from convcalc.shapes import (
    CHANNELS_FIRST,
    Dim,
    Shape,
    add,
    agree,
    assemble,
    channel_axis,
    format_shape,
    product,
    replace,
    spatial,
)
from convcalc.windows import slide

TwoSizes: TypeAlias = Annotated[tuple[NonNegative, ...], Meta(min_length=2, max_length=2)]


def _expect_image(shape: Shape, name: str = "images") -> None:
    if len(shape) not in {3, 4}:
        raise LayerError(
            "wrong-rank",
            f"{name} must have 3 dimensions, or 4 with the batch, but {format_shape(shape)} "
            f"has {len(shape)}",
        )


def _axes(shape: Shape, data_format: str | None) -> tuple[int, int, int]:
    """The indexes of the axes of height, width and channels."""
    start = len(shape) - 3
    if data_format == CHANNELS_FIRST:
        return start + 1, start + 2, start
    return start, start + 1, start + 2


class _Colors(Kind, frozen=True):
    data_format: DataFormat = None

    counts: ClassVar[frozenset[int]] = frozenset({3})
    output: ClassVar[int] = 3

    def infer(self, images: Shape) -> Inference:
        _expect_image(images)
        axis = _axes(images, self.data_format)[2]
        channels = images[axis]
        if not any(agree(channels, count) for count in self.counts):
            raise LayerError(
                "shape-mismatch",
                f"images must have {' or '.join(map(str, sorted(self.counts)))} channels, "
                f"but {format_shape(images)} has {channels}",
            )
        if self.output == 3:
            return one(images)
        # The channels are multiplied by a vector; a single channel is already gray.
        op_counts = None if channels == 1 else OpCounts(matrix=_at_each_element(images))
        return one(replace(images, axis, self.output), op_counts)


class _Grayscale(_Colors, frozen=True):
    counts: ClassVar[frozenset[int]] = frozenset({1, 3})
    output: ClassVar[int] = 1


define(
    __name__,
    _Grayscale,
    "image",
    {"RGBToGrayscale": "Converts color images to grayscale."},
    output="the images' shape, with one channel.",
)
define(
    __name__,
    _Colors,
    "image",
    {
        "HSVToRGB": "Converts hue, saturation and value to red, green and blue.",
        "RGBToHSV": "Converts red, green and blue to hue, saturation and value.",
    },
    output="as the images.",
)


@operation
class Resize(Kind, frozen=True):
    """Scales images to a height and a width.

    Output: the images' shape, with the height and width of size. Weights: none.
    Source: https://keras.io/api/ops/image/
    """

    size: TwoSizes
    interpolation: str = "bilinear"
    antialias: bool = False
    crop_to_aspect_ratio: bool = False
    pad_to_aspect_ratio: bool = False
    fill_mode: str = "constant"
    fill_value: float = 0.0
    data_format: DataFormat = None

    def infer(self, images: Shape) -> Inference:
        _expect_image(images)
        height, width, _ = _axes(images, self.data_format)
        return one(replace(replace(images, height, self.size[0]), width, self.size[1]))


class _Blur(Kind, frozen=True):
    kernel_size: Untyped = (3, 3)

    def infer(self, images: Shape) -> Inference:
        _expect_image(images)
        sizes = self.kernel_size
        if not isinstance(sizes, list | tuple) or not all(isinstance(size, int) for size in sizes):
            sizes = (None,)
        return one(images, OpCounts(convolution=_at_each_element(images, *sizes)))


def _at_each_element(images: Shape, *factors: Dim) -> Dim:
    """The number of elements of one sample, times the factors.

    Unknown for one image without a batch, since that is not a sample.
    """
    return product((*images[1:], *factors)) if len(images) == 4 else None


define(
    __name__,
    _Blur,
    "image",
    {"GaussianBlur": "Blurs images."},
    [
        ("sigma", Untyped, (1.0, 1.0)),
        ("data_format", DataFormat, None),
    ],
    output="as the images.",
)


class _Elastic(Kind, frozen=True):
    def infer(self, images: Shape) -> Inference:
        _expect_image(images)
        # The noise is blurred by a kernel whose size depends on sigma and on the backend.
        return one(images, OpCounts(convolution=None))


define(
    __name__,
    _Elastic,
    "image",
    {"ElasticTransform": "Displaces the pixels of images by smooth noise."},
    [
        ("alpha", float, 20.0),
        ("sigma", float, 5.0),
        ("interpolation", str, "bilinear"),
        ("fill_mode", str, "reflect"),
        ("fill_value", float, 0.0),
        ("seed", Untyped, None),
        ("data_format", DataFormat, None),
    ],
    output="as the images.",
)


@operation
class AffineTransform(Kind, frozen=True):
    """Applies an affine transform to each image.

    Output: as the images. Weights: none.
    Source: https://keras.io/api/ops/image/
    """

    interpolation: str = "bilinear"
    fill_mode: str = "constant"
    fill_value: float = 0
    data_format: DataFormat = None
    transform: Constant = None

    call_arguments: ClassVar[tuple[str, ...]] = ("transform",)

    def infer(self, images: Shape, transform: Shape | None = None) -> Inference:
        _expect_image(images)
        given = operand(self, "transform", transform)
        if len(given) not in {1, 2}:
            raise LayerError(
                "wrong-rank", f"transform must have 1 or 2 dimensions, not {len(given)}"
            )
        return one(images)


@operation
class PerspectiveTransform(Kind, frozen=True):
    """Applies the perspective transform that maps four points to four others.

    Output: as the images. Weights: none.
    Source: https://keras.io/api/ops/image/
    """

    interpolation: str = "bilinear"
    fill_value: float = 0
    data_format: DataFormat = None
    start_points: Constant = None
    end_points: Constant = None

    call_arguments: ClassVar[tuple[str, ...]] = ("start_points", "end_points")

    def infer(
        self,
        images: Shape,
        start_points: Shape | None = None,
        end_points: Shape | None = None,
    ) -> Inference:
        _expect_image(images)
        start = operand(self, "start_points", start_points)
        end = operand(self, "end_points", end_points)
        for name, points in (("start_points", start), ("end_points", end)):
            if points[-2:] != (4, 2) or len(points) not in {2, 3}:
                raise LayerError(
                    "shape-mismatch",
                    f"{name} must be (4, 2), or that with a batch, not {format_shape(points)}",
                )
        if start != end:
            raise LayerError("shape-mismatch", "start_points and end_points must be equal in shape")
        return one(images, UNKNOWN_OP_COUNTS)  # solves equations for each image


@operation
class ExtractPatches(Kind, frozen=True):
    """Extracts every window of images, or of volumes, as one vector.

    Output: the window rule along each axis; channels = elements of a window. Weights: none.
    Source: https://keras.io/api/ops/image/
    """

    size: Sizes
    strides: Sizes | None = None
    dilation_rate: Sizes = 1
    padding: Literal["valid", "same"] = "valid"
    data_format: DataFormat = None

    def validate(self) -> None:
        if isinstance(self.size, tuple) and len(self.size) not in {2, 3}:
            raise LayerError(
                "wrong-value", "size must be one number or a list of 2 or 3", argument="size"
            )

    def infer(self, images: Shape) -> Inference:
        size = (self.size, self.size) if isinstance(self.size, int) else self.size
        rank = len(size)
        if len(images) not in {rank + 1, rank + 2}:
            raise LayerError(
                "wrong-rank",
                f"images must have {rank + 1} dimensions, or {rank + 2} with the batch, but "
                f"{format_shape(images)} has {len(images)}",
            )
        batch = images if len(images) == rank + 2 else (1, *images)
        channels = batch[channel_axis(self.data_format)]
        if channels is None:
            raise LayerError("unknown-dimension", "the channels of the images must be known")
        strides = size if self.strides is None else self.strides
        windows = tuple(
            slide(dim, extent, stride, dilation, self.padding)
            for dim, extent, stride, dilation in zip(
                spatial(batch, self.data_format),
                size,
                per_axis(strides, rank, "strides"),
                per_axis(self.dilation_rate, rank, "dilation_rate"),
                strict=True,
            )
        )
        outputs = sizes_fit(windows, self.padding, argument="size", what="window")
        shape = assemble(batch[0], outputs, product((*size, channels)), self.data_format)
        return Inference((shape[-len(images) :],), windows=windows)


_Sides: TypeAlias = Mapping[str, tuple[int | None, int | None, int | None]]
"""For height and width: before, after and resulting size; one of the three is None."""


@operation
class PadImages(Kind, frozen=True):
    """Pads images by given margins, or to a given size.

    Output: the images' shape, with the padded height and width. Weights: none.
    Source: https://keras.io/api/ops/image/
    """

    top_padding: NonNegative | None = None
    left_padding: NonNegative | None = None
    bottom_padding: NonNegative | None = None
    right_padding: NonNegative | None = None
    target_height: NonNegative | None = None
    target_width: NonNegative | None = None
    data_format: DataFormat = None

    def validate(self) -> None:
        _expect_two(self.sides())

    def sides(self) -> _Sides:
        """The given margins and target size of each axis."""
        return {
            "height": (self.top_padding, self.bottom_padding, self.target_height),
            "width": (self.left_padding, self.right_padding, self.target_width),
        }

    def infer(self, images: Shape) -> Inference:
        return one(_framed(images, self.data_format, self.sides(), 1))


@operation
class CropImages(Kind, frozen=True):
    """Crops images by given margins, or to a given size.

    Output: the images' shape, with the cropped height and width. Weights: none.
    Source: https://keras.io/api/ops/image/
    """

    top_cropping: NonNegative | None = None
    left_cropping: NonNegative | None = None
    bottom_cropping: NonNegative | None = None
    right_cropping: NonNegative | None = None
    target_height: NonNegative | None = None
    target_width: NonNegative | None = None
    data_format: DataFormat = None

    def validate(self) -> None:
        _expect_two(self.sides())

    def sides(self) -> _Sides:
        """The given margins and target size of each axis."""
        return {
            "height": (self.top_cropping, self.bottom_cropping, self.target_height),
            "width": (self.left_cropping, self.right_cropping, self.target_width),
        }

    def infer(self, images: Shape) -> Inference:
        _expect_image(images)
        height, width, _ = _axes(images, self.data_format)
        for axis, target in ((height, self.target_height), (width, self.target_width)):
            if images[axis] is None and target is None:
                raise LayerError(
                    "unknown-dimension",
                    f"axis {axis} of {format_shape(images)} must be known",
                    help="give target_height and target_width",
                )
        return one(_framed(images, self.data_format, self.sides(), -1))


def _expect_two(sides: _Sides) -> None:
    for what, side in sides.items():
        if side.count(None) != 1:
            raise LayerError(
                "wrong-value",
                f"exactly two of before, after and target_{what} must be given",
                argument=f"target_{what}",
            )


def _framed(images: Shape, data_format: str | None, sides: _Sides, sign: int) -> Shape:
    """The shape of images with margins added (sign 1) or removed (sign −1)."""
    _expect_image(images)
    height, width, _ = _axes(images, data_format)
    shape = images
    for what, axis in (("height", height), ("width", width)):
        before, after, target = sides[what]
        size = images[axis]
        if target is None:
            result = add(size, sign * ((before or 0) + (after or 0)))
            fits = result is None or result >= 0
        else:
            result = target
            margin = (before or 0) + (after or 0)
            fits = size is None or sign * (target - size) >= margin
        if not fits:
            raise LayerError(
                "wrong-value",
                f"the margins of the {what} do not fit images of {format_shape(images)}",
                argument=f"target_{what}",
            )
        shape = replace(shape, axis, result)
    return shape


@operation
class MapCoordinates(Kind, frozen=True):
    """Interpolates a tensor at arbitrary coordinates.

    Output: the shape of coordinates without the first axis. Weights: none.
    Source: https://keras.io/api/ops/image/
    """

    order: int
    fill_mode: str = "constant"
    fill_value: float = 0
    inputs: Constant = None
    coordinates: Constant = None

    call_arguments: ClassVar[tuple[str, ...]] = ("inputs", "coordinates")

    def infer(self, inputs: Shape | None = None, coordinates: Shape | None = None) -> Inference:
        values = operand(self, "inputs", inputs)
        places = operand(self, "coordinates", coordinates)
        if len(places) < 2 or places[0] != len(values):
            raise LayerError(
                "shape-mismatch",
                f"coordinates must have {len(values)} in the first of at least 2 dimensions, but "
                f"they are {format_shape(places)}",
            )
        return one(places[1:])


@operation
class ScaleAndTranslate(Kind, frozen=True):
    """Scales and translates images.

    Output: output_shape. Weights: none.
    Source: https://keras.io/api/ops/image/
    """

    spatial_dims: Untyped
    method: str
    antialias: bool = True
    output_shape: tuple[NonNegative | None, ...] | None = None
    scale: Constant = None
    translation: Constant = None

    call_arguments: ClassVar[tuple[str, ...]] = ("output_shape", "scale", "translation")

    def validate(self) -> None:
        if self.output_shape is None:
            raise LayerError(
                "missing-argument", "ops.ScaleAndTranslate needs the argument output_shape"
            )

    def infer(
        self,
        images: Shape,  # noqa: ARG002 (Keras ignores its shape)
        output_shape: Shape | None = None,  # noqa: ARG002 (it can't be an input)
        scale: Shape | None = None,
        translation: Shape | None = None,
    ) -> Inference:
        operand(self, "scale", scale)
        operand(self, "translation", translation)
        return one(self.output_shape or ())


@operation
class SobelEdges(Kind, frozen=True):
    """Detects the vertical and horizontal edges of images.

    Output: the images' shape, with a new last axis of 2. Weights: none.
    Source: https://keras.io/api/ops/image/
    """

    data_format: DataFormat = None

    def infer(self, images: Shape) -> Inference:
        expect_rank(images, 4)
        # Two convolutions, whose cost depends on the backend.
        return one((*images, 2), OpCounts(convolution=None))


@operation
class SSIM(Kind, frozen=True):
    """Computes the structural similarity of two images, or of each pair in two batches.

    Output: () or (batch,). Weights: none.
    Source: https://keras.io/api/ops/image/
    """

    max_val: float = 1.0
    filter_size: int = 11
    filter_sigma: float = 1.5
    k1: float = 0.01
    k2: float = 0.03
    data_format: DataFormat = None
    image1: Constant = None
    image2: Constant = None

    call_arguments: ClassVar[tuple[str, ...]] = ("image1", "image2")

    def infer(self, image1: Shape | None = None, image2: Shape | None = None) -> Inference:
        first, second = operand(self, "image1", image1), operand(self, "image2", image2)
        _expect_image(first, "image1")
        _expect_image(second, "image2")
        return one(first[: len(first) - 3], OpCounts(convolution=None))
