"""The normalization layers: shapes, weights and refusals, as Keras 3.15.1 gives them."""

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
    ("batch", "BatchNormalization", {}, [(None, None, 4, 10)], (None, None, 4, 10)),
    ("layer", "LayerNormalization", {}, [(None, None, 10)], (None, None, 10)),
    ("layer without weights takes an unknown size", "LayerNormalization", {"scale": False, "center": False}, [(None, 4, None)], (None, 4, None)),
    ("group", "GroupNormalization", {}, [(None, 4, 4, 64)], (None, 4, 4, 64)),
    ("group on another axis", "GroupNormalization", {"groups": 2, "axis": 1}, [(None, 4, None, None)], (None, 4, None, None)),
    ("batch along the batch", "BatchNormalization", {"axis": 0}, [(3, 4)], (3, 4)),
    ("unit", "UnitNormalization", {"axis": [1, 2]}, [(None, None, 10)], (None, None, 10)),
    ("root mean square", "RMSNormalization", {}, [(None, None, 10)], (None, None, 10)),
    ("spectral", "SpectralNormalization", {"layer": {"Conv2D": {"filters": 3, "kernel_size": 2}}}, [(None, 4, 5, 6)], (None, 3, 4, 3)),
]

WEIGHTS: Weights = [
    # Keras lists them so; the kernel of 4 × 3 is packed to 4 × 2, which the vector knows nothing of.
    ("spectral of a packed kernel", "SpectralNormalization", {"layer": {"Dense": {"units": 3, "dtype": "int4_from_float32"}}}, [(None, 4)],
     [("vector_u", (1, 3), False), ("dense/bias", (3,), True), ("dense/kernel", (4, 2), False), ("dense/kernel_scale", (3,), False)]),
    # FACTS: 40 parameters over 10 channels, 20 of them not trained.
    ("batch", "BatchNormalization", {}, [(None, 4, 4, 10)], [("gamma", (10,), True), ("beta", (10,), True), ("moving_mean", (10,), False), ("moving_variance", (10,), False)]),
    ("batch on another axis", "BatchNormalization", {"axis": 1}, [(None, 4, 5, 10)], [("gamma", (4,), True), ("beta", (4,), True), ("moving_mean", (4,), False), ("moving_variance", (4,), False)]),
    ("batch without gamma", "BatchNormalization", {"scale": False}, [(None, 10)], [("beta", (10,), True), ("moving_mean", (10,), False), ("moving_variance", (10,), False)]),
    ("batch without beta, renormalized", "BatchNormalization", {"center": False, "renorm": True}, [(None, 10)], [("gamma", (10,), True), ("moving_mean", (10,), False), ("moving_variance", (10,), False), ("moving_stddev", (10,), False), ("renorm_mean", (10,), False), ("renorm_stddev", (10,), False)]),
    ("batch of no channels", "BatchNormalization", {}, [(None, 0)], [("gamma", (0,), True), ("beta", (0,), True), ("moving_mean", (0,), False), ("moving_variance", (0,), False)]),
    ("layer", "LayerNormalization", {}, [(None, 4, 10)], [("gamma", (10,), True), ("beta", (10,), True)]),
    ("layer on two axes", "LayerNormalization", {"axis": [1, 2]}, [(None, 4, 10)], [("gamma", (4, 10), True), ("beta", (4, 10), True)]),
    ("layer sorts axes as they are written", "LayerNormalization", {"axis": [1, -1]}, [(None, 4, 10)], [("gamma", (10, 4), True), ("beta", (10, 4), True)]),
    ("layer on no axes", "LayerNormalization", {"axis": []}, [(None, 4, 10)], [("gamma", (), True), ("beta", (), True)]),
    ("layer without beta", "LayerNormalization", {"center": False}, [(None, 4, 10)], [("gamma", (10,), True)]),
    ("layer by its variance only", "LayerNormalization", {"rms_scaling": True, "scale": False}, [(None, 4, 10)], [("gamma", (10,), True)]),
    ("group", "GroupNormalization", {"groups": 4}, [(None, 4, 4, 16)], [("gamma", (16,), True), ("beta", (16,), True)]),
    ("group for each channel", "GroupNormalization", {"groups": -1, "scale": False}, [(None, 4, 4, 16)], [("beta", (16,), True)]),
    ("group on another axis", "GroupNormalization", {"groups": 2, "axis": -3}, [(None, 4, None, None)], [("gamma", (4,), True), ("beta", (4,), True)]),
    ("unit", "UnitNormalization", {}, [(None, 4)], []),
    ("root mean square", "RMSNormalization", {}, [(None, 5, 6)], [("scale", (6,), True)]),
    ("root mean square of several axes, sorted as written", "RMSNormalization", {"axis": [2, -1]}, [(None, 4, 5, 6)], [("scale", (6, 5), True)]),
    ("root mean square of none", "RMSNormalization", {"axis": []}, [(None, 4)], [("scale", (), True)]),
    ("spectral", "SpectralNormalization", {"layer": {"Dense": {"units": 3}}}, [(None, 4)], [("dense/kernel", (4, 3), True), ("vector_u", (1, 3), False), ("dense/bias", (3,), True)]),
    ("spectral with adapters", "SpectralNormalization", {"layer": {"Dense": {"units": 3, "lora_rank": 2}}}, [(None, 4)], [("vector_u", (1, 3), False), ("dense/kernel", (4, 3), False), ("dense/bias", (3,), True), ("dense/lora_kernel_a", (4, 2), True), ("dense/lora_kernel_b", (2, 3), True)]),
    ("spectral of a layer that is not trained", "SpectralNormalization", {"layer": {"Dense": {"units": 3, "trainable": False}}}, [(None, 4)], [("dense/kernel", (4, 3), False), ("vector_u", (1, 3), False), ("dense/bias", (3,), False)]),
    ("spectral depthwise", "SpectralNormalization", {"layer": {"DepthwiseConv2D": {"kernel_size": 3}}}, [(None, 4, 6, 7)], [("depthwise_conv2d/kernel", (3, 3, 7, 1), True), ("vector_u", (1, 1), False), ("depthwise_conv2d/bias", (7,), True)]),
    ("spectral transposed", "SpectralNormalization", {"layer": {"Conv2DTranspose": {"filters": 3, "kernel_size": 2}}}, [(None, 4, 6, 7)], [("conv2d_transpose/kernel", (2, 2, 3, 7), True), ("vector_u", (1, 7), False), ("conv2d_transpose/bias", (3,), True)]),
    ("spectral embedding", "SpectralNormalization", {"layer": {"Embedding": {"input_dim": 3, "output_dim": 2}}}, [(None, 4)], [("embedding/embeddings", (3, 2), True), ("vector_u", (1, 2), False)]),
    ("spectral twice", "SpectralNormalization", {"layer": {"SpectralNormalization": {"layer": {"Dense": {"units": 3}}}}}, [(None, 4)], [("spectral_normalization/dense/kernel", (4, 3), True), ("vector_u", (1, 3), False), ("spectral_normalization/vector_u", (1, 3), False), ("spectral_normalization/dense/bias", (3,), True)]),
]

# Per sample; the other counts are 0.
WORK: Works = [
    # 8 × 8 × 16 = 1,024 elements, each normalized once whatever is learned.
    ("batch", "BatchNormalization", {}, [(None, 8, 8, 16)], {"normalization": 1_024}),
    ("batch, neither scaled nor shifted", "BatchNormalization", {"scale": False, "center": False}, [(None, 8, 8, 16)], {"normalization": 1_024}),
    ("batch of an unknown size", "BatchNormalization", {}, [(None, None, 8, 16)], {"normalization": None}),
    ("layer", "LayerNormalization", {}, [(None, 8, 8, 16)], {"normalization": 1_024}),
    ("layer, without weights", "LayerNormalization", {"scale": False, "center": False}, [(None, 8, 8, 16)], {"normalization": 1_024}),
    ("group", "GroupNormalization", {"groups": 4}, [(None, 8, 8, 16)], {"normalization": 1_024}),
    ("unit", "UnitNormalization", {}, [(None, 7, 3)], {"normalization": 21}),
    ("root mean square", "RMSNormalization", {}, [(None, 7, 3)], {"normalization": 21}),
    # FACTS: 460,800; what is done with the kernel alone is no work on a sample.
    ("spectral, what the layer inside does", "SpectralNormalization", {"layer": {"Conv2D": {"filters": 20, "kernel_size": 3}}}, [(None, 18, 18, 10)], {"convolution": 460_800, "bias": 5_120}),
    ("spectral, with adapters", "SpectralNormalization", {"layer": {"Dense": {"units": 64, "lora_rank": 2, "activation": "relu"}}}, [(None, 7, 32)], {"matrix": 14_336, "bias": 448, "activation": 448}),
]

REFUSALS: Refusals = [
    ("batch with unknown channels", "BatchNormalization", {}, [(None, None)], "unknown-dimension", None, "dimension 1 of the input must be known"),
    ("batch beyond the input", "BatchNormalization", {"axis": 4}, [(None, 4, 4, 3)], "axis-out-of-range", "axis", "axis 4 is outside the 4 dimensions"),
    ("batch with a list", "BatchNormalization", {"axis": [3]}, [(None, 4, 4, 3)], "wrong-type", "axis", "axis must be a whole number"),
    ("clipping with an unknown key", "BatchNormalization", {"renorm": True, "renorm_clipping": {"x": 1}}, [(None, 10)], "wrong-value", "renorm_clipping", "has no 'x'; its keys are rmax, rmin, dmax"),
    ("clipping the wrong way round", "BatchNormalization", {"renorm": True, "renorm_clipping": {"rmax": 1, "rmin": 2}}, [(None, 10)], "wrong-value", "renorm_clipping", "has an rmax of 1 below its rmin of 2"),
    ("negative clipping", "BatchNormalization", {"renorm": True, "renorm_clipping": {"dmax": -1}}, [(None, 10)], "wrong-value", "renorm_clipping", "has a dmax of -1"),
    ("layer with an unknown size", "LayerNormalization", {"scale": False}, [(None, 4, None)], "unknown-dimension", None, "dimension 2 of the input must be known"),
    ("layer beyond the input", "LayerNormalization", {"axis": [1, 3]}, [(None, 4, 10)], "axis-out-of-range", "axis", "axis 3 is outside the 3 dimensions"),
    ("layer without weights beyond the input", "LayerNormalization", {"axis": 5, "scale": False, "center": False}, [(None, 4, 10)], "axis-out-of-range", "axis", "axis 5 is outside the 3 dimensions"),
    ("more groups than channels", "GroupNormalization", {}, [(None, 4, 4, 16)], "channels-not-divisible", "groups", "16 channels can't be divided into 32 groups"),
    ("groups not divisible", "GroupNormalization", {"groups": 3}, [(None, 4, 4, 16)], "channels-not-divisible", "groups", "16 channels can't be divided into 3 groups"),
    ("no groups", "GroupNormalization", {"groups": 0}, [(None, 4, 4, 16)], "wrong-value", "groups", "not 0"),
    ("negative groups", "GroupNormalization", {"groups": -2}, [(None, 4, 4, 16)], "wrong-value", "groups", "groups must be"),
    ("group with unknown channels", "GroupNormalization", {"groups": 2}, [(None, 4, None)], "unknown-dimension", None, "dimension 2 of the input must be known"),
    ("group of no channels", "GroupNormalization", {"groups": 1}, [(None, 0)], "wrong-value", None, "0 channels can't be divided"),
    # Keras takes this when it makes the layer, and fails when the layer meets a value.
    ("an axis twice", "LayerNormalization", {"axis": [1, -2]}, [(None, 4, 10)], "wrong-value", "axis", "axis names axis 1 twice"),
    ("unit of an axis that is not there", "UnitNormalization", {"axis": [1, 4]}, [(None, 4, 5)], "axis-out-of-range", "axis", "axis 4 is outside the 3 dimensions"),
    ("root mean square of an axis that is not there", "RMSNormalization", {"axis": 3}, [(None, 4, 5)], "axis-out-of-range", "axis", "axis 3 is outside the 3 dimensions"),
    ("root mean square of an unknown size", "RMSNormalization", {}, [(None, None)], "unknown-dimension", None, "dimension 1 of the input must be known"),
    ("spectral without a kernel", "SpectralNormalization", {"layer": "Flatten"}, [(None, 4)], "wrong-value", "layer", "Flatten has neither a kernel nor embeddings"),
    ("spectral of two kernels", "SpectralNormalization", {"layer": {"SeparableConv2D": {"filters": 3, "kernel_size": 2}}}, [(None, 4, 6, 7)], "wrong-value", "layer", "SeparableConv2D has neither"),
    ("spectral of no iterations", "SpectralNormalization", {"layer": {"Dense": {"units": 3}}, "power_iterations": 0}, [(None, 4)], "wrong-value", "power_iterations", "at least 1"),
    ("spectral of a number", "SpectralNormalization", {"layer": 3}, [(None, 4)], "wrong-type", "layer", "layer must be a layer, not 3"),
    ("spectral of a packed kernel", "SpectralNormalization", {"layer": {"Dense": {"units": 3, "dtype": "gptq/4/4_from_float32"}}}, [(None, 4)], "wrong-value", "layer", "a kernel that is quantized to gptq can't be normalized"),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_weights = weights_test(WEIGHTS)
test_work = work_test(WORK)
test_refusal = refusal_test(REFUSALS)


# Keras adds the adapters to what it unpacks of a kernel, which makes numbers of it again.
def test_the_vector_of_a_quantized_kernel_with_adapters_is_of_floats() -> None:
    for lora, dtype in ((None, "int8"), (2, "float32")):
        dense = {"units": 5, "dtype": "int8_from_float32", "lora_rank": lora}
        found = infer("SpectralNormalization", {"layer": {"Dense": dense}}, [(None, 7)])
        assert [w.dtype for w in found.weights if w.name == "vector_u"] == [dtype]
