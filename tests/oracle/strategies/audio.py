"""Cases of the audio preprocessing."""

from hypothesis import strategies as st

from oracle.outcome import Case, Shape
from oracle.strategies.values import (
    BATCH,
    CHANNELS,
    COMMON,
    DATA_FORMAT,
    FLAG,
    NO_DATA_FORMAT,
    NO_DTYPE,
    arguments,
    one_of,
    rarely,
    shapes,
)

LENGTH = one_of(0, 1, 7, 8, 100, 256, 511, 512, 513, 5000, None, 16000)


@st.composite
def mel_spectrograms(draw: st.DrawFn) -> Case:
    args = draw(
        arguments(
            {},
            {
                "fft_length": one_of(2048, 512, 100),
                "sequence_stride": one_of(512, 100, 1),
                "sequence_length": one_of(100, 64, 0, None),
                "window": one_of("hann", None),
                "sampling_rate": one_of(8000, 16000, 22050.5),
                "num_mel_bins": one_of(128, 40, 0),
                "min_freq": one_of(0, 20.5),
                "max_freq": one_of(4000, None),
                "power_to_db": FLAG,
                "dtype": COMMON["dtype"],
            },
            {
                "sequence_length": one_of(3000),
                "num_mel_bins": one_of(-2, 2.5, "a", [3]),
                "sequence_stride": one_of(0, -512, 1.5, "a", None),
                "sampling_rate": one_of(None, "a", [1]),
            },
        )
    )
    if not isinstance(args.get("sampling_rate", 1), int | float):
        args.pop("max_freq", None)  # Keras looks at the rate only where it needs a frequency
    sound: Shape = (draw(BATCH), draw(LENGTH))
    if draw(rarely(5)):
        sound = draw(shapes(0, 4))
    if args.get("sequence_stride", 1) not in {512, 100, 1}:
        sound = (*sound[:1], 5000)  # Keras looks at the stride only where it divides by it
    return Case(args, (sound[-1:] if draw(rarely(4)) else sound,))


@st.composite
def stft_spectrograms(draw: st.DrawFn) -> Case:
    frame = draw(one_of(2, 3, 4, 8, 100, 256))
    args = draw(
        arguments(
            {"frame_length": st.just(frame)},
            {
                "mode": one_of("log", "magnitude", "psd", "real", "imag", "angle", "stft"),
                "frame_step": st.integers(1, frame) | one_of(None),
                "fft_length": one_of(frame, frame + 3, 256, 512, None),
                "window": one_of(
                    "hann", "boxcar", "hamming_periodic", "tukey", None, [0.5] * frame
                ),
                "periodic": FLAG,
                "scaling": one_of("density", "spectrum", None),
                "padding": one_of("valid", "same"),
                "expand_dims": FLAG,
                "data_format": DATA_FORMAT,
                **COMMON,
            },
            {
                "mode": one_of("power", "", None, 3),
                "frame_length": one_of(0, -3, 2.5, "a", None, [3]),
                "frame_step": one_of(0, -1, frame + 1, "a", [1]),
                "fft_length": one_of(0, frame - 1, 2.5, "a", [1]),
                "window": one_of("square", "", 3, [0.5] * (frame + 1), "kaiser"),
                "scaling": one_of("both", "", 3),
                "padding": one_of("causal", "", None, 3),
                "data_format": NO_DATA_FORMAT,
                "dtype": NO_DTYPE,
            },
        )
    )
    data_format = args.get("data_format")
    channels = draw(one_of(1, 2) | CHANNELS)
    length = draw(LENGTH)
    first = isinstance(data_format, str) and data_format.lower() == "channels_first"
    sound: Shape = (channels, length) if first else (length, channels)
    return Case(args, (draw(shapes(1, 5)) if draw(rarely(12)) else (draw(BATCH), *sound),))


STRATEGIES = {"MelSpectrogram": mel_spectrograms(), "STFTSpectrogram": stft_spectrograms()}
