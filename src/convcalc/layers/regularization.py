"""Regularizations: layers that perturb values in training and otherwise pass them on."""

from typing import Annotated, ClassVar, TypeAlias

from msgspec import Meta

from convcalc.layers.argument_types import DataFormat, Fraction, Positive
from convcalc.layers.inference import Inference
from convcalc.layers.kind import Kind, SameShape, kind
from convcalc.layers.requirements import expect_rank
from convcalc.shapes import Shape
from convcalc.windows import IDENTITY, AxisDependency

Factor: TypeAlias = Annotated[float, Meta(ge=0)]


@kind
class Dropout(SameShape, frozen=True):
    """Sets a fraction of the values to 0 in training and scales up the others.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/layers/regularization_layers/dropout/
    """

    rate: Fraction
    noise_shape: tuple[Positive | None, ...] | None = None
    seed: int | None = None


@kind
class SpatialDropout1D(Kind, frozen=True):
    """Sets a fraction of whole channels to 0 in training.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/layers/regularization_layers/spatial_dropout1d/
    """

    rank: ClassVar[int] = 1

    rate: Fraction
    seed: int | None = None

    positions: ClassVar[AxisDependency] = IDENTITY

    def infer(self, inputs: Shape) -> Inference:
        expect_rank(inputs, 3)
        return Inference((inputs,))


class _SpatialDropout(Kind, frozen=True):
    rate: Fraction
    data_format: DataFormat = None
    seed: int | None = None

    positions: ClassVar[AxisDependency] = IDENTITY

    def infer(self, inputs: Shape) -> Inference:
        expect_rank(inputs, self.rank + 2)
        return Inference((inputs,))


@kind
class SpatialDropout2D(_SpatialDropout, frozen=True):
    """Sets a fraction of whole maps to 0 in training.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/layers/regularization_layers/spatial_dropout2d/
    """

    rank: ClassVar[int] = 2


@kind
class SpatialDropout3D(_SpatialDropout, frozen=True):
    """Sets a fraction of whole volumes to 0 in training.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/layers/regularization_layers/spatial_dropout3d/
    """

    rank: ClassVar[int] = 3


@kind
class GaussianNoise(SameShape, frozen=True):
    """Adds normal noise of standard deviation stddev in training.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/layers/regularization_layers/gaussian_noise/
    """

    stddev: Fraction
    seed: int | None = None


@kind
class GaussianDropout(SameShape, frozen=True):
    """Multiplies by normal noise of mean 1 in training, as strong as a dropout of that rate.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/layers/regularization_layers/gaussian_dropout/
    """

    rate: Fraction
    seed: int | None = None


@kind
class AlphaDropout(SameShape, frozen=True):
    """Drops a fraction of the values in training, and keeps the mean and variance.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/layers/regularization_layers/alpha_dropout/
    """

    rate: Fraction
    noise_shape: tuple[Positive | None, ...] | None = None
    seed: int | None = None


@kind
class ActivityRegularization(SameShape, frozen=True):
    """Adds an L1 and an L2 penalty on its inputs to the loss, and passes the inputs on.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/layers/regularization_layers/activity_regularization/
    """

    l1: Factor | None = 0.0
    l2: Factor | None = 0.0
