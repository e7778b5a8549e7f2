"""The pooling layers: shapes, weights and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

import pytest

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
    ("strides are the pool size", "MaxPooling1D", {}, [(None, 7, 3)], (None, 3, 3)),
    ("strides of their own", "MaxPooling2D", {"pool_size": 3, "strides": 2}, [(None, 8, 9, 4)], (None, 3, 4, 4)),
    ("same rounds up", "MaxPooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}, [(None, 8, 9, 4)], (None, 4, 5, 4)),
    ("values per axis", "AveragePooling2D", {"pool_size": [2, 3], "strides": [1, 2]}, [(None, 8, 9, 4)], (None, 7, 4, 4)),
    ("channels first", "AveragePooling2D", {"pool_size": 2, "data_format": "channels_first"}, [(None, 3, 7, 8)], (None, 3, 3, 4)),
    ("three axes", "MaxPooling3D", {}, [(None, 4, 5, 6, 2)], (None, 2, 2, 3, 2)),
    ("three axes averaged", "AveragePooling3D", {"pool_size": 2, "strides": 1, "padding": "same"}, [(None, 4, 5, 6, 2)], (None, 4, 5, 6, 2)),
    ("one axis averaged", "AveragePooling1D", {"pool_size": 3, "strides": 1}, [(None, 7, 3)], (None, 5, 3)),
    ("unknown sizes stay unknown", "MaxPooling2D", {"pool_size": 8, "padding": "same"}, [(None, None, 7, None)], (None, None, 1, None)),
    ("an empty axis stays empty with same", "MaxPooling2D", {"pool_size": 8, "padding": "same"}, [(None, 0, 7, 3)], (None, 0, 1, 3)),
    ("global drops the axis", "GlobalMaxPooling1D", {}, [(None, 7, 3)], (None, 3)),
    ("global drops the map", "GlobalAveragePooling2D", {}, [(None, 7, 7, 2048)], (None, 2048)),
    ("global drops the volume", "GlobalMaxPooling3D", {"data_format": "channels_first"}, [(None, 5, 7, 7, None)], (None, 5)),
    ("global keeps axes of 1", "GlobalAveragePooling1D", {"keepdims": True}, [(None, 5, None)], (None, 1, None)),
    ("global keeps axes of 1, channels first", "GlobalMaxPooling2D", {"keepdims": True, "data_format": "channels_first"}, [(None, 5, 7, None)], (None, 5, 1, 1)),
    ("global average of a volume", "GlobalAveragePooling3D", {"keepdims": True}, [(2, 4, None, 6, 3)], (2, 1, 1, 1, 3)),
    # Beyond Keras; measured with torch.nn.MaxPool.
    ("ceil mode counts an overhanging window", "MaxPooling2D", {"pool_size": 3, "strides": 2, "ceil_mode": True}, [(None, 8, 7, 4)], (None, 4, 3, 4)),
    ("ceil mode drops a window that starts beyond the end", "MaxPooling1D", {"pool_size": 2, "strides": 3, "padding": 1, "ceil_mode": True}, [(None, 5, 4)], (None, 2, 4)),
    ("numeric padding", "MaxPooling2D", {"pool_size": 3, "strides": 2, "padding": 1}, [(None, 112, 112, 64)], (None, 56, 56, 64)),
    ("padding before and after", "MaxPooling2D", {"pool_size": 3, "strides": 2, "padding": [[0, 1], [1, 0]]}, [(None, 8, 9, 4)], (None, 4, 4, 4)),
    ("dilation", "MaxPooling1D", {"pool_size": 3, "strides": 1, "dilation_rate": 2}, [(None, 9, 4)], (None, 5, 4)),
    ("adaptive", "AdaptiveAveragePooling2D", {"output_size": 3}, [(None, 8, None, 4)], (None, 3, 3, 4)),
    ("adaptive on one axis", "AdaptiveMaxPooling1D", {"output_size": [2]}, [(None, 8, 4)], (None, 2, 4)),
    ("adaptive to more than there is", "AdaptiveMaxPooling2D", {"output_size": [3, 9], "data_format": "channels_first"}, [(None, 4, 5, 6)], (None, 4, 3, 9)),
    ("adaptive on three axes", "AdaptiveAveragePooling3D", {"output_size": [1, 2, 3]}, [(None, 8, 8, 8, None)], (None, 1, 2, 3, None)),
    ("adaptive on one axis averaged", "AdaptiveAveragePooling1D", {"output_size": 2}, [(2, None, 4)], (2, 2, 4)),
    ("adaptive on three axes, the largest", "AdaptiveMaxPooling3D", {"output_size": 2}, [(2, 4, 4, 4, 1)], (2, 2, 2, 2, 1)),
]

WEIGHTS: Weights = [
    ("max pooling", "MaxPooling2D", {}, [(None, 4, 4, 3)], []),
    ("global pooling", "GlobalAveragePooling2D", {}, [(None, 4, 4, 3)], []),
]

# Per sample; the other counts are 0.
WORK: Works = [
    # 4 × 4 × 4 outputs of windows of 3 × 3; padding is read too.
    ("the windows that stand", "MaxPooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}, [(None, 8, 8, 4)], {"pooling": 576}),
    ("channels first", "AveragePooling2D", {"pool_size": [2, 3], "data_format": "channels_first"}, [(None, 5, 4, 9)], {"pooling": 180}),
    ("one axis, its end is not read", "MaxPooling1D", {}, [(None, 7, 3)], {"pooling": 18}),
    ("three axes", "AveragePooling3D", {"pool_size": 2}, [(None, 4, 4, 4, 3)], {"pooling": 192}),
    ("dilated windows", "MaxPooling1D", {"pool_size": 3, "strides": 1, "dilation_rate": 2}, [(None, 9, 2)], {"pooling": 30}),
    ("an overhanging window", "MaxPooling1D", {"ceil_mode": True}, [(None, 7, 3)], {"pooling": 24}),
    ("an unknown size", "MaxPooling2D", {}, [(None, None, 8, 4)], {"pooling": None}),
    ("global reads all", "GlobalAveragePooling2D", {}, [(None, 7, 7, 2048)], {"pooling": 100_352}),
    ("global that keeps its axes", "GlobalMaxPooling1D", {"keepdims": True}, [(None, 7, 3)], {"pooling": 21}),
    ("global of an unknown size", "GlobalMaxPooling3D", {}, [(None, 7, 7, None, 3)], {"pooling": None}),
    ("adaptive windows side by side", "AdaptiveAveragePooling1D", {"output_size": 2}, [(None, 8, 4)], {"pooling": 32}),
    # [0, 3), [2, 6) and [5, 8) on both axes: 10 × 10 positions of 4 channels.
    ("adaptive windows that overlap", "AdaptiveMaxPooling2D", {"output_size": 3}, [(None, 8, 8, 4)], {"pooling": 400}),
    # [0, 1) twice and [1, 2) twice.
    ("adaptive to twice as many", "AdaptiveMaxPooling1D", {"output_size": 4, "data_format": "channels_first"}, [(None, 3, 2)], {"pooling": 12}),
    ("adaptive of an unknown size", "AdaptiveAveragePooling3D", {"output_size": 2}, [(None, 8, None, 8, 4)], {"pooling": None}),
]

REFUSALS: Refusals = [
    ("pool above its input", "MaxPooling2D", {"pool_size": 8}, [(None, None, 7, 3)], "kernel-too-large", "pool_size", "pool 8×8 does not fit its ?×7 input"),
    ("empty axis with valid", "MaxPooling2D", {}, [(None, 0, 7, 3)], "kernel-too-large", "pool_size", "pool 2×2 does not fit its 0×7 input"),
    ("pool size missing", "AveragePooling2D", {}, [(None, 4, 4, 3)], "missing-argument", None, "AveragePooling2D needs the argument pool_size"),
    ("pool of 0", "MaxPooling1D", {"pool_size": 0}, [(None, 4, 3)], "wrong-value", "pool_size", "pool_size must be a whole number of at least 1"),
    ("stride of 0", "MaxPooling1D", {"strides": 0}, [(None, 4, 3)], "wrong-value", "strides", "strides must be a whole number of at least 1"),
    ("pool with too many axes", "MaxPooling2D", {"pool_size": [2, 2, 2]}, [(None, 4, 4, 3)], "wrong-value", "pool_size", "a list of 2 (one per axis), but the list has 3"),
    # Unlike a convolution's, and whatever its documentation says.
    ("padding in capitals", "MaxPooling1D", {"padding": "SAME"}, [(None, 4, 3)], "wrong-value", "padding", "padding must be one of valid, same"),
    ("causal", "MaxPooling1D", {"padding": "causal"}, [(None, 4, 3)], "wrong-value", "padding", "padding must be one of valid, same"),
    ("too few dimensions", "MaxPooling2D", {}, [(None, 4, 7)], "wrong-rank", None, "must have 4 dimensions with the batch"),
    ("global of too many dimensions", "GlobalMaxPooling1D", {}, [(None, 4, 4, 3)], "wrong-rank", None, "must have 3 dimensions with the batch"),
    ("no such data format", "GlobalMaxPooling2D", {"data_format": "last"}, [(None, 4, 4, 3)], "wrong-value", "data_format", "data_format must be one of channels_last, channels_first"),
    ("adaptive to nothing", "AdaptiveMaxPooling2D", {"output_size": 0}, [(None, 4, 4, 3)], "wrong-value", "output_size", "output_size must be a whole number of at least 1"),
    ("adaptive of too few dimensions", "AdaptiveMaxPooling2D", {"output_size": 2}, [(None, 4, 3)], "wrong-rank", None, "must have 4 dimensions with the batch"),
    ("adaptive with its data format in capitals", "AdaptiveMaxPooling2D", {"output_size": 2, "data_format": "Channels_First"}, [(None, 4, 4, 3)], "wrong-value", "data_format", "data_format must be one of"),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_weights = weights_test(WEIGHTS)
test_work = work_test(WORK)
test_refusal = refusal_test(REFUSALS)


def test_each_axis_has_its_window() -> None:
    args = {"pool_size": 3, "strides": 2, "padding": [1, [0, 1]]}
    windows = infer("MaxPooling2D", args, [(None, 8, 7, 3)]).windows
    assert [(w.size, w.before, w.after, w.output) for w in windows] == [(8, 1, 1, 4), (7, 0, 1, 3)]


@pytest.mark.parametrize("count", range(1, 14))
@pytest.mark.parametrize("size", range(13))
def test_adaptive_windows_read_what_lies_between_their_ends(size: int, count: int) -> None:
    # The ends are those of PyTorch and Keras.
    ends = [(i * size // count, -(-(i + 1) * size // count)) for i in range(count)]
    pooling = infer(
        "AdaptiveMaxPooling1D", {"output_size": count}, [(None, size, 1)]
    ).op_counts.pooling
    assert pooling == sum(end - start for start, end in ends)
