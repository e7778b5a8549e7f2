"""Operations on sequences and signals: windows, Fourier transforms, segments."""

from typing import ClassVar

from convcalc.layers.argument_types import NonNegative, Positive
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference
from convcalc.layers.kind import Kind, operation
from convcalc.layers.ops.operands import Constant, define, one, operand
from convcalc.layers.outputs import OutputDTypeRule, Rule
from convcalc.layers.requirements import expect_least_rank
from convcalc.shapes import Shape, add, format_shape, map_dim, scale


class _Complex(Kind, frozen=True):
    """An operation whose inputs are a real and an imaginary part."""

    merges: ClassVar[bool] = True

    def parts(self, shapes: tuple[Shape, ...], least: int) -> Shape:
        """The shape of both parts."""
        if len(shapes) != 2:
            raise LayerError(
                "wrong-inputs",
                f"{type(self).__name__} reads a real and an imaginary part, not {len(shapes)}",
            )
        if shapes[0] != shapes[1]:
            raise LayerError(
                "shape-mismatch",
                f"{format_shape(shapes[0])} and {format_shape(shapes[1])} must be equal",
            )
        expect_least_rank(shapes[0], least)
        return shapes[0]


class _Transform(_Complex, frozen=True):
    axes: ClassVar[int] = 1

    output_dtype_rule: ClassVar[tuple[Rule, ...]] = (
        OutputDTypeRule.AS_READ,
        OutputDTypeRule.SECOND,
    )

    def infer(self, *x: Shape) -> Inference:
        shape = self.parts(x, self.axes)
        if None in shape[-self.axes :]:
            raise LayerError(
                "unknown-dimension", f"the transformed sizes of {format_shape(shape)} must be known"
            )
        return Inference((shape, shape))


class _Transform2D(_Transform, frozen=True):
    axes: ClassVar[int] = 2


_BOTH = "two, the real and the imaginary part, both as the input."

define(
    __name__,
    _Transform,
    "fft",
    {"FFT": "Computes the Fourier transform along the last axis."},
    output=_BOTH,
)
define(
    __name__,
    _Transform2D,
    "fft",
    {
        "FFT2": "Computes the Fourier transform along the last two axes.",
        "IFFT2": "Computes the inverse Fourier transform along the last two axes.",
    },
    output=_BOTH,
)


@operation
class RFFT(Kind, frozen=True):
    """Computes the Fourier transform of real numbers along the last axis.

    Output: two parts, with fft_length // 2 + 1 at the last axis. Weights: none.
    Source: https://keras.io/api/ops/fft/
    """

    fft_length: NonNegative | None = None

    def infer(self, x: Shape) -> Inference:
        expect_least_rank(x, 1)
        length = x[-1] if self.fft_length is None else self.fft_length
        shape = (*x[:-1], map_dim(lambda n: n // 2 + 1, length))
        return Inference((shape, shape))


@operation
class IRFFT(_Complex, frozen=True):
    """Inverts the Fourier transform of real numbers along the last axis.

    Output: fft_length at the last axis, by default 2 × (size − 1). Weights: none.
    Source: https://keras.io/api/ops/fft/
    """

    fft_length: NonNegative | None = None

    def infer(self, *x: Shape) -> Inference:
        shape = self.parts(x, 1)
        length = scale(add(shape[-1], -1), 2) if self.fft_length is None else self.fft_length
        return one((*shape[:-1], _enough(length)))


@operation
class STFT(Kind, frozen=True):
    """Computes the Fourier transform of each window along the last axis.

    Output: two parts, (..., windows, fft_length // 2 + 1). Weights: none.
    Source: https://keras.io/api/ops/fft/
    """

    sequence_length: NonNegative
    sequence_stride: Positive
    fft_length: NonNegative
    window: Constant = "hann"
    center: bool = True

    def infer(self, x: Shape) -> Inference:
        expect_least_rank(x, 1)
        around = self.fft_length // 2 * 2 if self.center else 0
        room = add(x[-1], around - self.fft_length)
        windows = _enough(map_dim(lambda n: 1 + n // self.sequence_stride, room))
        shape = (*x[:-1], windows, self.fft_length // 2 + 1)
        return Inference((shape, shape))


@operation
class ISTFT(_Complex, frozen=True):
    """Reconstructs a signal from the Fourier transforms of its windows.

    Output: (..., length). Weights: none.
    Source: https://keras.io/api/ops/fft/
    """

    sequence_length: NonNegative
    sequence_stride: Positive
    fft_length: NonNegative
    length: NonNegative | None = None
    window: Constant = "hann"
    center: bool = True

    def infer(self, *x: Shape) -> Inference:
        shape = self.parts(x, 2)
        around = self.fft_length // 2 * 2 if self.center else 0
        whole = scale(add(shape[-2], -1), self.sequence_stride)
        length = add(whole, self.fft_length - around) if self.length is None else self.length
        return one((*shape[:-2], _enough(length)))


@operation
class ExtractSequences(Kind, frozen=True):
    """Extracts windows along the last axis.

    Output: (..., windows, sequence_length). Weights: none.
    Source: https://keras.io/api/ops/fft/
    """

    sequence_length: NonNegative
    sequence_stride: Positive

    def infer(self, x: Shape) -> Inference:
        expect_least_rank(x, 1)
        room = add(x[-1], -self.sequence_length)
        windows = _enough(map_dim(lambda n: 1 + n // self.sequence_stride, room))
        return one((*x[:-1], windows, self.sequence_length))


def _enough(size: int | None) -> int | None:
    if size is not None and size < 0:
        raise LayerError("shape-mismatch", "the last axis is too short")
    return size


class _Segments(Kind, frozen=True):
    num_segments: NonNegative | None = None
    sorted: bool = False
    data: Constant = None
    segment_ids: Constant = None

    call_arguments: ClassVar[tuple[str, ...]] = ("data", "segment_ids")

    def infer(self, data: Shape | None = None, segment_ids: Shape | None = None) -> Inference:
        operand(self, "segment_ids", segment_ids)
        return one((self.num_segments, *operand(self, "data", data)[1:]))


define(
    __name__,
    _Segments,
    "math",
    {
        "SegmentMax": "Finds the largest element of each segment.",
        "SegmentMin": "Finds the smallest element of each segment.",
        "SegmentProd": "Multiplies the elements of each segment.",
        "SegmentSum": "Sums the elements of each segment.",
    },
    output="the shape of data, with num_segments at the first axis, unknown unless given.",
)
