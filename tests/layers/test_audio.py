"""The audio preprocessing: shapes, weights and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from layers.rules import (
    Refusals,
    Shapes,
    Weights,
    Works,
    infer,
    refusal_test,
    shape_test,
    weights_test,
    work_test,
)

# fmt: off
SHAPES: Shapes = [
    ("mel", "MelSpectrogram", {}, [(None, 5000)], (None, 128, 10)),
    ("mel of one sound", "MelSpectrogram", {}, [(5000,)], (128, 10)),
    ("mel of an unknown length", "MelSpectrogram", {"num_mel_bins": 40}, [(None, None)], (None, 40, None)),
    ("mel of a length just below a stride", "MelSpectrogram", {}, [(None, 511)], (None, 128, 2)),
    ("mel of nothing", "MelSpectrogram", {}, [(None, 0)], (None, 128, 1)),
    ("stft", "STFTSpectrogram", {}, [(None, 500, 300)], (None, 2, 38700)),
    ("stft, channels first", "STFTSpectrogram", {"data_format": "channels_first"}, [(None, 500, 300)], (None, 64500, 1)),
    ("stft with an axis of frequencies", "STFTSpectrogram", {"expand_dims": True}, [(None, 500, 300)], (None, 2, 129, 300)),
    ("stft with an axis of frequencies, channels first", "STFTSpectrogram", {"expand_dims": True, "data_format": "channels_first"}, [(None, 500, 300)], (None, 500, 1, 129)),
    ("both parts have twice the frequencies", "STFTSpectrogram", {"mode": "stft"}, [(None, 500, 300)], (None, 2, 77400)),
    ("fft_length gives the frequencies", "STFTSpectrogram", {"fft_length": 300}, [(None, 500, 300)], (None, 2, 45300)),
    ("frame_length rounded up gives them too", "STFTSpectrogram", {"frame_length": 100}, [(None, 500, 300)], (None, 9, 19500)),
    ("half an odd frame", "STFTSpectrogram", {"frame_length": 3}, [(None, 500, 300)], (None, 498, 900)),
    ("same", "STFTSpectrogram", {"padding": "same"}, [(None, 500, 300)], (None, 4, 38700)),
    ("unknown length", "STFTSpectrogram", {"frame_length": 8, "frame_step": 3}, [(None, None, 3)], (None, None, 15)),
]

WEIGHTS: Weights = [
    ("mel", "MelSpectrogram", {}, [(None, 5000)], []),
    ("both kernels", "STFTSpectrogram", {}, [(None, 500, 3)], [("real_kernel", (256, 1, 129), True), ("imag_kernel", (256, 1, 129), True)]),
    ("the real one", "STFTSpectrogram", {"mode": "real", "frame_length": 100}, [(None, 500, 3)], [("real_kernel", (100, 1, 65), True)]),
    ("the other", "STFTSpectrogram", {"mode": "imag"}, [(None, 500, 3)], [("imag_kernel", (256, 1, 129), True)]),
    ("both for mode stft too", "STFTSpectrogram", {"mode": "stft", "fft_length": 300}, [(None, 500, 3)], [("real_kernel", (256, 1, 151), True), ("imag_kernel", (256, 1, 151), True)]),
]

REFUSALS: Refusals = [
    ("mel of channels", "MelSpectrogram", {}, [(None, 2, 5000)], "wrong-rank", None, "a batch of sounds of one axis, or a single one, but is (None, 2, 5000)"),
    ("frames beyond the transform", "MelSpectrogram", {"sequence_length": 3000}, [(None, 5000)], "wrong-value", "sequence_length", "sequence_length 3000 is more than fft_length 2048"),
    ("no stride", "MelSpectrogram", {"sequence_stride": 0}, [(None, 5000)], "wrong-value", "sequence_stride", "sequence_stride must be a whole number of at least 1, not 0"),
    ("no channels", "STFTSpectrogram", {}, [(None, 500)], "wrong-rank", None, "the input must have 3 dimensions"),
    ("unknown channels", "STFTSpectrogram", {}, [(None, 500, None)], "unknown-dimension", None, "the number of channels of the input must be known"),
    ("sound shorter than a frame", "STFTSpectrogram", {}, [(None, 100, 2)], "kernel-too-large", "frame_length", "frame 256 does not fit its 100 input with padding 'valid'"),
    ("steps longer than frames", "STFTSpectrogram", {"frame_step": 300}, [(None, 500, 2)], "wrong-value", "frame_step", "frame_step 300 is more than frame_length 256"),
    ("transform shorter than frames", "STFTSpectrogram", {"fft_length": 128}, [(None, 500, 2)], "wrong-value", "fft_length", "fft_length 128 is less than frame_length 256"),
    ("half a frame of 1", "STFTSpectrogram", {"frame_length": 1}, [(None, 500, 2)], "wrong-value", "frame_length", "frame_length must be at least 2, since frame_step is half of it"),
    ("unknown window", "STFTSpectrogram", {"window": "square"}, [(None, 500, 2)], "wrong-value", "window", "window 'square' is none of SciPy's that need no parameters"),
    ("window of another length", "STFTSpectrogram", {"frame_length": 4, "window": [1, 2, 1]}, [(None, 500, 2)], "shape-mismatch", "window", "window must hold frame_length values, 4, not 3"),
    ("a number for a window", "STFTSpectrogram", {"window": 3}, [(None, 500, 2)], "wrong-type", "window", "window must be a name or a list, not 3"),
    ("unknown mode", "STFTSpectrogram", {"mode": "power"}, [(None, 500, 2)], "wrong-value", "mode", "mode must be one of log, magnitude, psd, real, imag, angle"),
    ("unknown padding", "STFTSpectrogram", {"padding": "causal"}, [(None, 500, 2)], "wrong-value", "padding", "padding must be one of valid, same"),
]
WORK: Works = [
    # ⌊5000 / 512⌋ + 1 frames × 1025 frequencies × 128 bins; the Fourier transform is no product of matrices.
    ("mel", "MelSpectrogram", {}, [(None, 5000)], {"matrix": 1312000}),
    # 1 frame, of which Keras says that it is 2.
    ("mel of a length just below a stride", "MelSpectrogram", {}, [(None, 511)], {"matrix": 131200}),
    # With 5 there are ⌊(8 − 1) / 2⌋ + 1 frames × 3 × 4.
    ("mel of an odd length", "MelSpectrogram", {"fft_length": 5, "sequence_stride": 2, "num_mel_bins": 4}, [(None, 8)], {"matrix": 48}),
    ("mel of an unknown length", "MelSpectrogram", {}, [(None, None)], {"matrix": None}),
    ("mel of one sound", "MelSpectrogram", {}, [(5000,)], {"matrix": None}),
    # PyTorch 2.13 counts 792,576 of such convolutions too: 2 parts × 2 channels × 6 frames × 256 × 129.
    ("two convolutions of each channel", "STFTSpectrogram", {}, [(None, 1000, 2)], {"convolution": 792576}),
    ("one convolution, channels first", "STFTSpectrogram", {"mode": "imag", "data_format": "channels_first"}, [(None, 2, 1000)], {"convolution": 396288}),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_weights = weights_test(WEIGHTS)
test_refusal = refusal_test(REFUSALS)
test_work = work_test(WORK)


def test_frames_are_a_window_along_time() -> None:
    (window,) = infer(
        "STFTSpectrogram", {"frame_length": 100, "frame_step": 40}, [(None, 500, 2)]
    ).windows
    assert (window.size, window.kernel, window.stride, window.output) == (500, 100, 40, 11)
