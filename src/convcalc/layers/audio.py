"""Audio preprocessing: spectrograms of sounds."""

from typing import Literal

from convcalc.layers.argument_types import DataFormat, NonNegative, Positive, Untyped
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference, OpCounts, Weight
from convcalc.layers.kind import Kind, kind
from convcalc.layers.requirements import expect_rank, known_axis, sizes_fit
from convcalc.shapes import Dim, Shape, channel_axis, format_shape, map_dim, product, spatial
from convcalc.windows import slide


@kind
class MelSpectrogram(Kind, frozen=True):
    """Computes a mel spectrogram, whose frequencies are spaced the way people hear them.

    Output: (batch, num_mel_bins, frames), or without the batch for a single 1-D sound;
    frames = ⌊(length + 1) / sequence_stride⌋ + 1, as Keras declares. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/audio_preprocessing/mel_spectrogram/
    """

    fft_length: Positive = 2048
    sequence_stride: Positive = 512
    sequence_length: NonNegative | None = None
    window: Untyped = "hann"
    sampling_rate: float = 16000
    num_mel_bins: NonNegative = 128
    min_freq: float = 20.0
    max_freq: float | None = None
    power_to_db: bool = True
    top_db: float = 80.0
    mag_exp: float = 2.0
    min_power: float = 1e-10
    ref_power: float = 1.0

    def validate(self) -> None:
        if self.sequence_length and self.sequence_length > self.fft_length:
            raise LayerError(
                "wrong-value",
                f"sequence_length {self.sequence_length} is more than fft_length {self.fft_length}",
                argument="sequence_length",
            )

    def infer(self, inputs: Shape) -> Inference:
        if len(inputs) not in {1, 2}:
            raise LayerError(
                "wrong-rank",
                f"the input must be a batch of sounds of one axis, or a single one, but is "
                f"{format_shape(inputs)}",
            )
        frames = map_dim(lambda length: (length + 1) // self.sequence_stride + 1, inputs[-1])
        return Inference(
            ((*inputs[:-1], self.num_mel_bins, frames),),
            counted=OpCounts(matrix=self._scaling(inputs)),
        )

    def _scaling(self, inputs: Shape) -> Dim:
        """MACs of the products of each frame's spectrum with the weights of each mel bin.

        Keras computes ⌊(length − fft_length mod 2) / sequence_stride⌋ + 1 frames, which can be one
        less than it declares. Unknown for a sound without a batch: MACs are counted per sample.
        """
        if len(inputs) == 1:
            return None
        odd = self.fft_length % 2
        frames = map_dim(lambda length: (length - odd) // self.sequence_stride + 1, inputs[1])
        return product((frames, self.fft_length // 2 + 1, self.num_mel_bins))


@kind
class STFTSpectrogram(Kind, frozen=True):
    """Computes the short-time Fourier transform of each channel of a sound, by a convolution.

    fft_length defaults to frame_length rounded up to a power of 2, frame_step to half of
    frame_length. There are ⌊fft_length / 2⌋ + 1 frequencies, or twice as many with mode stft.
    Output: the window rule along time; channels = in × frequencies, or with expand_dims the
    frequencies are an axis after time. Weights: real_kernel unless mode is imag, imag_kernel
    unless it is real, each (frame_length, 1, ⌊fft_length / 2⌋ + 1).
    Source: https://keras.io/api/layers/preprocessing_layers/audio_preprocessing/stft_spectrogram/
    """

    mode: Literal["log", "magnitude", "psd", "real", "imag", "angle", "stft"] = "log"
    frame_length: Positive = 256
    frame_step: Positive | None = None
    fft_length: Positive | None = None
    window: Untyped = "hann"
    periodic: bool = False
    scaling: Literal["density", "spectrum"] | None = "density"
    padding: Literal["valid", "same"] = "valid"
    expand_dims: bool = False
    data_format: DataFormat = None

    def validate(self) -> None:
        if self.frame_step is None and self.frame_length == 1:
            raise LayerError(
                "wrong-value",
                "frame_length must be at least 2, since frame_step is half of it",
                argument="frame_length",
            )
        if self.frame_step is not None and self.frame_step > self.frame_length:
            raise LayerError(
                "wrong-value",
                f"frame_step {self.frame_step} is more than frame_length {self.frame_length}",
                argument="frame_step",
            )
        if self.fft_length is not None and self.fft_length < self.frame_length:
            raise LayerError(
                "wrong-value",
                f"fft_length {self.fft_length} is less than frame_length {self.frame_length}",
                argument="fft_length",
            )
        self._check_window()

    def infer(self, inputs: Shape) -> Inference:
        expect_rank(inputs, 3)
        step = self.frame_step or self.frame_length // 2
        (length,) = spatial(inputs, self.data_format)
        window = slide(length, self.frame_length, step, 1, self.padding)
        (frames,) = sizes_fit((window,), self.padding, argument="frame_length", what="frame")
        axis = channel_axis(self.data_format)
        channels = known_axis(inputs, axis, "the number of channels")
        bins = (self.fft_length or _power_of_2(self.frame_length)) // 2 + 1
        frequencies = 2 * bins if self.mode == "stft" else bins
        by_time = (frames, frequencies) if self.expand_dims else (frames,)
        across = (channels,) if self.expand_dims else (channels * frequencies,)
        output = (*across, *by_time) if axis == 1 else (*by_time, *across)
        kernel = (self.frame_length, 1, bins)
        parts = [part for part, other in (("real", "imag"), ("imag", "real")) if self.mode != other]
        return Inference(
            ((inputs[0], *output),),
            tuple(Weight(f"{part}_kernel", kernel) for part in parts),
            (window,),
            OpCounts(convolution=product((channels, frames, *kernel, len(parts)))),
        )

    def _check_window(self) -> None:
        window = self.window
        if isinstance(window, str):
            name = window.removesuffix("_symmetric").removesuffix("_periodic")
            if name not in _WINDOWS.split():
                raise LayerError(
                    "wrong-value",
                    f"window {window!r} is none of SciPy's that need no parameters",
                    argument="window",
                    help="for example boxcar, hamming, hann or blackman",
                )
        elif isinstance(window, list) and len(window) != self.frame_length:
            raise LayerError(
                "shape-mismatch",
                f"window must hold frame_length values, {self.frame_length}, not {len(window)}",
                argument="window",
            )
        elif isinstance(window, int | float):
            raise LayerError(
                "wrong-type", f"window must be a name or a list, not {window}", argument="window"
            )


_WINDOWS = """
    bart barthann bartlett bkh black blackharr blackman blackmanharris blk bman bmn bohman box
    boxcar brt brthan bth cosine exponential flat flattop flt halfcosine ham hamm hamming han hann
    lanczos nut nutl nuttall ones par parz parzen poisson rect rectangular sinc taylor taylorwin
    tri triang triangle tuk tukey
"""
"""The windows that scipy.signal.get_window computes without parameters."""


def _power_of_2(number: int) -> int:
    """The smallest power of 2 that is not less."""
    return int(1 << (number - 1).bit_length())
