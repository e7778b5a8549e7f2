"""The core layers: shapes, weights and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from layers.rules import Refusals, Shapes, Weights, infer, refusal_test, shape_test, weights_test

# fmt: off
SHAPES: Shapes = [
    ("dense on the last axis", "Dense", {"units": 10}, [(None, 1280)], (None, 10)),
    ("dense keeps other axes", "Dense", {"units": 64}, [(1, 7, 32)], (1, 7, 64)),
    ("dense keeps unknown axes", "Dense", {"units": 5}, [(None, None, None, 3)], (None, None, None, 5)),
    ("identity", "Identity", {}, [(None, 4, None)], (None, 4, None)),
    ("identity of a scalar", "Identity", {}, [()], ()),
    ("input without its batch", "InputLayer", {"shape": [3, None]}, [], (None, 3, None)),
    ("input of no dimensions", "InputLayer", {"shape": []}, [], (None,)),
    ("input with a batch size", "InputLayer", {"shape": [3], "batch_size": 2}, [], (2, 3)),
    ("input of no samples", "InputLayer", {"shape": [0], "batch_size": 0}, [], (0, 0)),
    ("input with its batch", "InputLayer", {"batch_shape": [2, 3]}, [], (2, 3)),
    ("input of one number", "InputLayer", {"batch_shape": []}, [], ()),
]

WEIGHTS: Weights = [
    # FACTS: 12,810 parameters.
    ("dense", "Dense", {"units": 10}, [(None, 1280)], [("kernel", (1280, 10), True), ("bias", (10,), True)]),
    ("dense without bias", "Dense", {"units": 10, "use_bias": False}, [(None, 7, 32)], [("kernel", (32, 10), True)]),
    ("dense of no features", "Dense", {"units": 5}, [(None, 0)], [("kernel", (0, 5), True), ("bias", (5,), True)]),
    ("low-rank adapters freeze the kernel", "Dense", {"units": 5, "lora_rank": 2}, [(None, 3)], [("kernel", (3, 5), False), ("bias", (5,), True), ("lora_kernel_a", (3, 2), True), ("lora_kernel_b", (2, 5), True)]),
    ("rank 0 has no adapters", "Dense", {"units": 5, "lora_rank": 0, "kernel_constraint": "non_neg"}, [(None, 3)], [("kernel", (3, 5), True), ("bias", (5,), True)]),
    ("identity", "Identity", {}, [(None, 3)], []),
]

REFUSALS: Refusals = [
    ("no units", "Dense", {"units": 0}, [(None, 3)], "wrong-value", "units", "units must be a whole number of at least 1, not 0"),
    ("fractional units", "Dense", {"units": 5.0}, [(None, 3)], "wrong-type", "units", "units must be a whole number of at least 1, not 5.0"),
    ("units missing", "Dense", {}, [(None, 3)], "missing-argument", None, "Dense needs the argument units"),
    ("unknown features", "Dense", {"units": 5}, [(None, None)], "unknown-dimension", None, "the last dimension of the input must be known"),
    ("one dimension", "Dense", {"units": 5}, [(None,)], "wrong-rank", None, "at least 2 dimensions"),
    ("negative rank of adapters", "Dense", {"units": 5, "lora_rank": -1}, [(None, 3)], "wrong-value", "lora_rank", "lora_rank must be a whole number of at least 0"),
    ("adapters with a constraint", "Dense", {"units": 5, "lora_rank": 2, "kernel_constraint": "non_neg"}, [(None, 3)], "wrong-value", "kernel_constraint", "can't be used together with lora_rank"),
    ("input without a shape", "InputLayer", {}, [], "missing-argument", None, "an input needs either shape or batch_shape"),
    ("input with two shapes", "InputLayer", {"shape": [3], "batch_shape": [2, 3]}, [], "wrong-value", "batch_shape", "an input needs either shape or batch_shape"),
    ("input with two batches", "InputLayer", {"batch_shape": [None, 3], "batch_size": 2}, [], "wrong-value", "batch_size", "batch_size can't be given together with batch_shape"),
    ("input of negative size", "InputLayer", {"shape": [-1]}, [], "wrong-value", "shape", "shape must be"),
    ("input of negative batch", "InputLayer", {"shape": [3], "batch_size": -1}, [], "wrong-value", "batch_size", "batch_size must be"),
    ("input of a number", "InputLayer", {"shape": 3}, [], "wrong-type", "shape", "shape must be a list"),
    ("input of no data type", "InputLayer", {"shape": [3], "dtype": "float33"}, [], "wrong-value", "dtype", "'float33' is not a data type"),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_weights = weights_test(WEIGHTS)
test_refusal = refusal_test(REFUSALS)


def test_low_rank_adapters_are_float32_whatever_the_dtype() -> None:
    weights = infer("Dense", {"units": 5, "lora_rank": 2}, [(None, 3)]).weights
    assert [weight.dtype for weight in weights] == [None, None, "float32", "float32"]
