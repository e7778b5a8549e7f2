"""Operations on sequences and waves: shapes and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from layers.rules import Refusals, Several, Shapes, refusal_test, several_test, shape_test

# fmt: off
SHAPES: Shapes = [
    ("inverse of real numbers", "ops.IRFFT", {}, [(None, 5), (None, 5)], (None, 8)),
    ("inverse of a length", "ops.IRFFT", {"fft_length": 7}, [(None, None), (None, None)], (None, 7)),
    ("windows", "ops.ExtractSequences", {"sequence_length": 4, "sequence_stride": 2}, [(None, 9)], (None, 3, 4)),
    ("a wave of windows", "ops.ISTFT", {"sequence_length": 4, "sequence_stride": 2, "fft_length": 4}, [(None, 6, 3), (None, 6, 3)], (None, 10)),
    ("segments", "ops.SegmentSum", {"num_segments": 3}, [(8, 6), (8,)], (3, 6)),
    ("an unknown number of segments", "ops.SegmentMax", {}, [(8, 6), (8,)], (None, 6)),
]

SEVERAL: Several = [
    ("a transform", "ops.FFT", {}, [(None, 8), (None, 8)], [(None, 8), (None, 8)]),
    ("a transform of a map", "ops.FFT2", {}, [(None, 8, 6), (None, 8, 6)], [(None, 8, 6), (None, 8, 6)]),
    ("a transform of real numbers", "ops.RFFT", {}, [(None, 8)], [(None, 5), (None, 5)]),
    ("a transform of windows", "ops.STFT", {"sequence_length": 4, "sequence_stride": 2, "fft_length": 4}, [(None, 9)], [(None, 5, 3), (None, 5, 3)]),
    ("a transform of windows within", "ops.STFT", {"sequence_length": 4, "sequence_stride": 2, "fft_length": 4, "center": False}, [(None, 9)], [(None, 3, 3), (None, 3, 3)]),
]

REFUSALS: Refusals = [
    ("an unknown size", "ops.FFT", {}, [(None,), (None,)], "unknown-dimension", None, "the transformed sizes of (None,) must be known"),
    ("parts that differ", "ops.FFT", {}, [(4,), (5,)], "shape-mismatch", None, "(4,) and (5,) must be equal"),
    ("one part", "ops.FFT", {}, [(4,)], "wrong-inputs", None, "ops.FFT reads a real and an imaginary part, not 1"),
    ("a vector as a map", "ops.FFT2", {}, [(4,), (4,)], "wrong-rank", None, "the input must have at least 2 dimensions with the batch, but (4,) has 1"),
    ("too short for a window", "ops.ExtractSequences", {"sequence_length": 12, "sequence_stride": 2}, [(None, 3)], "shape-mismatch", None, "the last axis is too short"),
    ("a scalar", "ops.RFFT", {}, [()], "wrong-rank", None, "the input must have at least 1 dimensions with the batch, but () has 0"),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_refusal = refusal_test(REFUSALS)


test_several_outputs = several_test(SEVERAL)
