"""Image augmentation: random changes to images while training."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from msgspec import Meta

from convcalc.layers.argument_types import DataFormat, Fraction, NonNegative, Untyped
from convcalc.layers.calling import call_chain
from convcalc.layers.errors import LayerError
from convcalc.layers.images import (
    PAIR,
    Images,
    ImagesOfAnyFormat,
    Range,
    SignedFraction,
    SignedStrength,
    Strength,
    WithinOne,
    expect_images,
    with_size,
)
from convcalc.layers.inference import Inference
from convcalc.layers.kind import Kind, LayerInstance, kind
from convcalc.layers.outputs import OutputDTypeRule, Rule
from convcalc.shapes import CHANNELS_FIRST, Shape

Interpolation: TypeAlias = Literal["nearest", "bilinear"]
FillMode: TypeAlias = Literal["reflect", "wrap", "constant", "nearest"]

Shift: TypeAlias = SignedFraction | Annotated[tuple[SignedFraction, ...], PAIR]
"""A fraction of the height or width, or a range of fractions."""

ZoomFraction: TypeAlias = Annotated[float, Meta(gt=-1, le=1)]
Zoom: TypeAlias = ZoomFraction | Annotated[tuple[ZoomFraction, ...], PAIR]
"""The fraction by which images shrink, or grow if negative, or a range of fractions."""

Bits: TypeAlias = Annotated[float, Meta(ge=1, le=8)] | Range
"""The number of bits kept per value."""

KernelSize: TypeAlias = int | Annotated[tuple[int, ...], PAIR]


@kind
class AugMix(Images, frozen=True):
    """Mixes each image with chains of random augmentations of itself.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/aug_mix/
    """

    value_range: Range = (0, 255)
    num_chains: int = 3
    chain_depth: int = 3
    factor: WithinOne = 0.3
    alpha: float = 1.0
    all_ops: bool = True
    interpolation: Interpolation = "bilinear"
    seed: int | None = None
    data_format: DataFormat = None


@kind
class ContrastLimitedAdaptiveHistogramEqualization(Images, frozen=True):
    """Equalizes the brightness histogram of each tile of an image, with limited contrast.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://www.tensorflow.org/api_docs/python/tf/keras/layers/ContrastLimitedAdaptiveHistogramEqualization
    """

    value_range: Range = (0, 255)
    clip_limit: float = 4.0
    tile_grid_size: Annotated[tuple[int, ...], PAIR] = (8, 8)
    data_format: DataFormat = None


@kind
class CutMix(Images, frozen=True):
    """Pastes a patch of another image of the batch into each image.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/cut_mix/
    """

    meeting: ClassVar = {"factor": (0, 1)}

    factor: Strength = 1.0
    seed: int | None = None
    data_format: DataFormat = None


@kind
class Equalization(Images, frozen=True):
    """Spreads the values of each channel evenly over their range.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/equalization/
    """

    value_range: Range = (0, 255)
    bins: int = 256
    data_format: DataFormat = None

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.AS_READ


@kind
class MaxNumBoundingBoxes(ImagesOfAnyFormat, frozen=True):
    """Truncates or pads each image's list of bounding boxes to one length; images are unchanged.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/max_num_bounding_boxes/
    """

    max_number: int
    fill_value: int = -1


@kind
class MixUp(Images, frozen=True):
    """Blends each image with another of the batch.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/mix_up/
    """

    alpha: float = 0.2
    data_format: DataFormat = None
    seed: int | None = None


@kind
class Pipeline(Kind, frozen=True):
    """Applies layers in sequence, as one layer.

    Output: that of the last layer. Weights: those of all layers, each under its layer's name.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/pipeline/
    """

    layers: tuple[LayerInstance, ...]

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.UNKNOWN

    def validate(self) -> None:
        if not self.layers:
            raise LayerError("wrong-value", "layers must hold at least one", argument="layers")

    def infer(self, inputs: Shape, mask: Shape | None = None) -> Inference:  # noqa: ARG002
        return call_chain(self.layers, (inputs,))


@kind
class RandAugment(Images, frozen=True):
    """Applies num_ops random augmentations to images.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/rand_augment/
    """

    value_range: Range = (0, 255)
    num_ops: int = 2
    factor: WithinOne = 0.5
    interpolation: Interpolation = "bilinear"
    seed: int | None = None
    data_format: DataFormat = None


@kind
class RandomBrightness(ImagesOfAnyFormat, frozen=True):
    """Makes images brighter or darker by a random amount while training.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_brightness/
    """

    meeting: ClassVar = {"factor": (-1, 1)}

    factor: SignedStrength | None
    value_range: Range = (0, 255)
    seed: int | None = None


@kind
class RandomColorDegeneration(Images, frozen=True):
    """Removes a random fraction of the colour while training.

    Output: as the input, a batch of images or one image, with 3 channels. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_color_degeneration/
    """

    meeting: ClassVar = {"factor": (-1, 1)}

    factor: SignedStrength
    value_range: Range = (0, 255)
    data_format: DataFormat = None
    seed: int | None = None

    def infer(self, inputs: Shape) -> Inference:
        expect_images(inputs)
        channels = inputs[-3 if self.data_format == CHANNELS_FIRST else -1]
        if channels not in {3, None}:
            raise LayerError("shape-mismatch", f"the images must have 3 channels, not {channels}")
        return Inference((inputs,))


@kind
class RandomColorJitter(Images, frozen=True):
    """Changes brightness, contrast, saturation and hue at random while training.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_color_jitter/
    """

    meeting: ClassVar = {
        "brightness_factor": (-1, 1),
        "contrast_factor": (0, 1),
        "saturation_factor": (-1, 1),
        "hue_factor": (0, 1),
    }

    value_range: Range = (0, 255)
    brightness_factor: SignedStrength | None = None
    contrast_factor: Strength | None = None
    saturation_factor: SignedStrength | None = None
    hue_factor: Strength | None = None
    seed: int | None = None
    data_format: DataFormat = None


@kind
class RandomContrast(ImagesOfAnyFormat, frozen=True):
    """Raises or lowers the contrast by a random amount while training.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_contrast/
    """

    meeting: ClassVar = {"factor": (0, 1)}

    factor: Strength
    value_range: Range = (0, 255)
    seed: int | None = None


@kind
class RandomCrop(Images, frozen=True):
    """Crops images at random places while training; images that are too small are enlarged.

    Output: the images' height and width become those given. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_crop/
    """

    height: NonNegative
    width: NonNegative
    seed: int | None = None
    data_format: DataFormat = None

    def infer(self, inputs: Shape) -> Inference:
        return Inference((with_size(inputs, self.height, self.width, self.data_format),))


@kind
class RandomElasticTransform(Images, frozen=True):
    """Shifts the pixels of images by a smooth random field while training.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_elastic_transform/
    """

    meeting: ClassVar = {"factor": (0, 1), "scale": (0, 1)}

    factor: Strength = 1.0
    scale: Strength = 1.0
    interpolation: Interpolation = "bilinear"
    fill_mode: Literal["constant", "nearest", "wrap", "mirror", "reflect"] = "reflect"
    fill_value: float = 0.0
    value_range: Range = (0, 255)
    seed: int | None = None
    data_format: DataFormat = None


@kind
class RandomErasing(Images, frozen=True):
    """Fills a random rectangle of each image while training.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_erasing/
    """

    meeting: ClassVar = {"factor": (0, 1), "scale": (0, 1)}

    factor: Strength = 1.0
    scale: Strength = (0.02, 0.33)
    fill_value: Untyped = None
    value_range: Range = (0, 255)
    seed: int | None = None
    data_format: DataFormat = None


@kind
class RandomFlip(Images, frozen=True):
    """Flips images at random while training, by mode: horizontal, vertical or both.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_flip/
    """

    mode: Untyped = "horizontal_and_vertical"
    seed: int | None = None
    data_format: DataFormat = None


@kind
class RandomGaussianBlur(Images, frozen=True):
    """Blurs images by a random amount while training.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_gaussian_blur/
    """

    meeting: ClassVar = {"factor": (0, 1), "sigma": (0, 1)}

    factor: Strength = 1.0
    kernel_size: KernelSize = 3
    sigma: Strength = 1.0
    value_range: Range = (0, 255)
    data_format: DataFormat = None
    seed: int | None = None

    def validate(self) -> None:
        super().validate()
        sizes = (self.kernel_size,) if isinstance(self.kernel_size, int) else self.kernel_size
        for size in sizes:
            if size % 2 == 0:
                raise LayerError(
                    "wrong-value", f"kernel_size must be odd, not {size}", argument="kernel_size"
                )


@kind
class RandomGrayscale(Images, frozen=True):
    """Converts a random fraction of the images to greyscale while training.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_grayscale/
    """

    factor: Fraction = 0.5
    data_format: DataFormat = None
    seed: int | None = None

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.AS_READ


@kind
class RandomHue(Images, frozen=True):
    """Shifts the hue of images by a random amount while training.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_hue/
    """

    meeting: ClassVar = {"factor": (0, 1)}

    factor: Strength
    value_range: Range = (0, 255)
    data_format: DataFormat = None
    seed: int | None = None


@kind
class RandomInvert(Images, frozen=True):
    """Inverts the values of a random fraction of the images while training.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_invert/
    """

    meeting: ClassVar = {"factor": (0, 1)}

    factor: Strength = 1.0
    value_range: Range = (0, 255)
    seed: int | None = None
    data_format: DataFormat = None


@kind
class RandomPerspective(Images, frozen=True):
    """Applies a random perspective transform to images while training.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_perspective/
    """

    meeting: ClassVar = {"factor": (0, 1)}

    factor: Strength = 1.0
    scale: Fraction = 1.0
    interpolation: Interpolation = "bilinear"
    fill_value: float = 0.0
    seed: int | None = None
    data_format: DataFormat = None


@kind
class RandomPosterization(Images, frozen=True):
    """Reduces each value to factor bits.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_posterization/
    """

    meeting: ClassVar = {"factor": (1, 8)}

    factor: Bits
    value_range: Range = (0, 255)
    data_format: DataFormat = None
    seed: int | None = None


@kind
class RandomRotation(Images, frozen=True):
    """Rotates images by a random fraction of a full turn while training.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_rotation/
    """

    meeting: ClassVar = {"factor": (-1, 1)}

    factor: SignedStrength | None
    fill_mode: FillMode = "reflect"
    interpolation: Interpolation = "bilinear"
    seed: int | None = None
    fill_value: float = 0.0
    data_format: DataFormat = None


@kind
class RandomSaturation(Images, frozen=True):
    """Raises or lowers the saturation by a random amount while training.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_saturation/
    """

    meeting: ClassVar = {"factor": (-1, 1)}

    factor: SignedStrength
    value_range: Range = (0, 255)
    data_format: DataFormat = None
    seed: int | None = None


@kind
class RandomSharpness(Images, frozen=True):
    """Makes images sharper or softer by a random amount while training.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_sharpness/
    """

    meeting: ClassVar = {"factor": (0, 1)}

    factor: Strength
    value_range: Range = (0, 255)
    data_format: DataFormat = None
    seed: int | None = None


@kind
class RandomShear(Images, frozen=True):
    """Shears images along each axis by a random amount while training.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_shear/
    """

    x_factor: WithinOne = 0.0
    y_factor: WithinOne = 0.0
    interpolation: Interpolation = "bilinear"
    fill_mode: FillMode = "reflect"
    fill_value: float = 0.0
    data_format: DataFormat = None
    seed: int | None = None


@kind
class RandomTranslation(Images, frozen=True):
    """Shifts images by a random fraction of their height and width while training.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_translation/
    """

    height_factor: Shift
    width_factor: Shift
    fill_mode: FillMode = "reflect"
    interpolation: Interpolation = "bilinear"
    seed: int | None = None
    fill_value: float = 0.0
    data_format: DataFormat = None


@kind
class RandomZoom(Images, frozen=True):
    """Zooms in or out by a random amount while training; evenly without width_factor.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_zoom/
    """

    height_factor: Zoom
    width_factor: Zoom | None = None
    fill_mode: FillMode = "reflect"
    interpolation: Interpolation = "bilinear"
    seed: int | None = None
    fill_value: float = 0.0
    data_format: DataFormat = None


@kind
class Solarization(ImagesOfAnyFormat, frozen=True):
    """Inverts values above a random threshold while training.

    Output: as the input, a batch of images or one image. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/image_augmentation/solarization/
    """

    addition_factor: WithinOne = 0.0
    threshold_factor: WithinOne = 0.0
    value_range: Range = (0, 255)
    seed: int | None = None
