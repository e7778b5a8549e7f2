"""The core layers: shapes, weights and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

import pytest

from convcalc.layers import kinds
from convcalc.layers.binding import bind
from convcalc.layers.inference import OpCounts
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
    ("an einsum keeps null axes unknown, as Keras does", "EinsumDense", {"equation": "abc,cd->abd", "output_shape": [None, 64]}, [(None, 32, 128)], (None, None, 64)),
    ("an einsum of one size", "EinsumDense", {"equation": "ab,bc->ac", "output_shape": 6}, [(None, 4)], (None, 6)),
    ("an einsum to nothing but the batch", "EinsumDense", {"equation": "ab,b->a", "output_shape": []}, [(5, 4)], (5,)),
    ("an ellipsis on the left", "EinsumDense", {"equation": "...x,xy->...y", "output_shape": 6}, [(None, 32, 128)], (None, 32, 6)),
    ("an ellipsis on the left, which Keras turns round", "EinsumDense", {"equation": "...x,xy->...y", "output_shape": 1}, [(1, 1, 2, 1)], (1, 2, 1, 1)),
    ("an ellipsis on the right", "EinsumDense", {"equation": "ab...,bc->ac...", "output_shape": 3}, [(None, 4, 8, 9)], (None, 3, 8, 9)),
    ("embedding", "Embedding", {"input_dim": 5, "output_dim": 4}, [(None, 3)], (None, 3, 4)),
    ("embedding of one number", "Embedding", {"input_dim": 5, "output_dim": 4}, [()], (4,)),
    ("reversible embedding", "ReversibleEmbedding", {"input_dim": 5, "output_dim": 4}, [(None, 3)], (None, 3, 4)),
    ("embedding reversed", "ReversibleEmbedding", {"input_dim": 5, "output_dim": 4, "reverse": True}, [(None, 3, 4)], (None, 3, 5)),
    ("masking", "Masking", {}, [(None, 3, None)], (None, 3, None)),
    ("lambda", "Lambda", {"function": "f", "output_shape": [None, 4]}, [(7, 3, 6)], (7, None, 4)),
    ("lambda to one number", "Lambda", {"function": "f", "output_shape": []}, [(7, 3, 6)], (7,)),
]

WEIGHTS: Weights = [
    # FACTS: 12,810 parameters.
    ("dense", "Dense", {"units": 10}, [(None, 1280)], [("kernel", (1280, 10), True), ("bias", (10,), True)]),
    ("dense without bias", "Dense", {"units": 10, "use_bias": False}, [(None, 7, 32)], [("kernel", (32, 10), True)]),
    ("dense of no features", "Dense", {"units": 5}, [(None, 0)], [("kernel", (0, 5), True), ("bias", (5,), True)]),
    ("low-rank adapters freeze the kernel", "Dense", {"units": 5, "lora_rank": 2}, [(None, 3)], [("kernel", (3, 5), False), ("bias", (5,), True), ("lora_kernel_a", (3, 2), True), ("lora_kernel_b", (2, 5), True)]),
    ("rank 0 has no adapters", "Dense", {"units": 5, "lora_rank": 0, "kernel_constraint": "non_neg"}, [(None, 3)], [("kernel", (3, 5), True), ("bias", (5,), True)]),
    ("identity", "Identity", {}, [(None, 3)], []),
    ("einsum", "EinsumDense", {"equation": "abc,cde->abde", "output_shape": [None, 2, 3], "bias_axes": "de"}, [(None, 7, 6)], [("kernel", (6, 2, 3), True), ("bias", (2, 3), True)]),
    ("einsum without bias", "EinsumDense", {"equation": "ab,bc->ac", "output_shape": 6}, [(None, 4)], [("kernel", (4, 6), True)]),
    ("an ellipsis after the letters gives the bias axes of 1", "EinsumDense", {"equation": "ab...,bc->ac...", "output_shape": 3, "bias_axes": "c"}, [(None, 4, 8, 9)], [("kernel", (4, 3), True), ("bias", (3, 1, 1), True)]),
    ("bias from the first axis on", "EinsumDense", {"equation": "abc,cde->abde", "output_shape": [None, 2, 3], "bias_axes": "d"}, [(None, 7, 6)], [("kernel", (6, 2, 3), True), ("bias", (2, 1), True)]),
    ("einsum with low-rank adapters", "EinsumDense", {"equation": "ax,x->a", "output_shape": [], "lora_rank": 2}, [(5, 4)], [("kernel", (4,), False), ("lora_kernel_a", (2,), True), ("lora_kernel_b", (2, 4), True)]),
    ("embedding", "Embedding", {"input_dim": 5, "output_dim": 4}, [(None, 3)], [("embeddings", (5, 4), True)]),
    ("embedding with low-rank adapters", "Embedding", {"input_dim": 5, "output_dim": 4, "lora_rank": 2}, [(None, 3)], [("embeddings", (5, 4), False), ("lora_embeddings_a", (5, 2), True), ("lora_embeddings_b", (2, 4), True)]),
    ("tied weights", "ReversibleEmbedding", {"input_dim": 5, "output_dim": 4}, [(None, 3)], [("embeddings", (5, 4), True)]),
    ("weights of its own for the way back", "ReversibleEmbedding", {"input_dim": 5, "output_dim": 4, "tie_weights": False}, [(None, 3)], [("embeddings", (5, 4), True), ("reverse_embeddings", (4, 5), True)]),
    ("masking", "Masking", {}, [(None, 3)], []),
    ("lambda", "Lambda", {"function": "f", "output_shape": [4]}, [(None, 3)], []),
    ("dense in int8", "Dense", {"units": 5, "dtype": "int8_from_float32"}, [(None, 7)], [("bias", (5,), True), ("kernel", (7, 5), False), ("kernel_scale", (5,), False)]),
    ("dense in int8, serialized", "Dense", {"units": 5, "use_bias": False, "dtype": {"class_name": "QuantizedDTypePolicy", "config": {"mode": "int8", "source_name": "float32"}}}, [(None, 7)], [("kernel", (7, 5), False), ("kernel_scale", (5,), False)]),
    ("dense in int4 with adapters", "Dense", {"units": 5, "lora_rank": 2, "dtype": "int4_from_float32"}, [(None, 7)], [("bias", (5,), True), ("lora_kernel_a", (7, 2), True), ("lora_kernel_b", (2, 5), True), ("kernel", (7, 3), False), ("kernel_scale", (5,), False)]),
    ("dense in int4 by groups", "Dense", {"units": 5, "dtype": "int4/4_from_float32"}, [(None, 7)], [("bias", (5,), True), ("kernel", (7, 3), False), ("kernel_scale", (2, 5), False), ("kernel_zero", (2, 5), False), ("g_idx", (7,), False)]),
    ("dense in int4 by the groups of its config", "Dense", {"units": 5, "dtype": "int4/4_from_float32", "quantization_config": {"class_name": "Int4QuantizationConfig", "config": {"block_size": 2}}}, [(None, 7)], [("bias", (5,), True), ("kernel", (7, 3), False), ("kernel_scale", (4, 5), False), ("kernel_zero", (4, 5), False), ("g_idx", (7,), False)]),
    ("dense in float8", "Dense", {"units": 5, "dtype": "float8_from_float32"}, [(None, 7)], [("inputs_scale", (), True), ("inputs_amax_history", (1024,), True), ("kernel_scale", (), True), ("kernel_amax_history", (1024,), True), ("outputs_grad_scale", (), True), ("outputs_grad_amax_history", (1024,), True), ("kernel", (7, 5), True), ("bias", (5,), True)]),
    ("dense by GPTQ", "Dense", {"units": 5, "dtype": "gptq/4/3_from_float32"}, [(None, 7)], [("bias", (5,), True), ("kernel", (3, 7), False), ("kernel_scale", (5, 3), False), ("kernel_zero", (5, 3), False), ("g_idx", (7,), False)]),
    ("dense by AWQ", "Dense", {"units": 5, "dtype": "awq/4/3_from_float32"}, [(None, 7)], [("bias", (5,), True), ("kernel", (3, 7), False), ("kernel_scale", (5, 3), False), ("kernel_zero", (5, 3), False), ("awq_scales", (7,), False), ("g_idx", (7,), False)]),
    ("einsum in int8", "EinsumDense", {"equation": "abc,cde->abde", "output_shape": [None, 2, 3], "dtype": "int8_from_float32"}, [(None, 6, 7)], [("kernel", (7, 2, 3), False), ("kernel_scale", (1, 1, 2, 3), False)]),
    ("einsum in int8, batched", "EinsumDense", {"equation": "abc,adc->abd", "output_shape": [None, 9], "dtype": "int8_from_float32"}, [(2, 6, 3)], [("kernel", (2, 9, 3), False), ("kernel_scale", (2, 1, 9), False)]),
    ("einsum in int4", "EinsumDense", {"equation": "abcd,cde->abe", "output_shape": [None, 9], "dtype": "int4/4_from_float32"}, [(None, 6, 3, 2)], [("kernel", (6, 5), False), ("kernel_scale", (2, 9), False), ("kernel_zero", (2, 9), False), ("g_idx", (6,), False)]),
    ("einsum by GPTQ", "EinsumDense", {"equation": "abc,adc->abd", "output_shape": [None, 9], "dtype": "gptq/4/3_from_float32"}, [(2, 6, 3)], [("kernel", (2, 18), False), ("kernel_scale", (3, 6), False), ("zero_point", (3, 6), False), ("g_idx", (18,), False)]),
    ("embedding in int8 with adapters", "Embedding", {"input_dim": 5, "output_dim": 7, "lora_rank": 2, "dtype": "int8_from_float32"}, [(None, 6)], [("lora_embeddings_a", (5, 2), True), ("lora_embeddings_b", (2, 7), True), ("embeddings", (5, 7), False), ("embeddings_scale", (5,), False)]),
    ("embedding in int4", "Embedding", {"input_dim": 5, "output_dim": 7, "dtype": "int4/4_from_float32"}, [(None, 6)], [("embeddings", (5, 4), False), ("embeddings_scale", (5, 2), False), ("embeddings_zero", (5, 2), False), ("g_idx", (7,), False)]),
    ("two ways in int4", "ReversibleEmbedding", {"input_dim": 5, "output_dim": 7, "tie_weights": False, "dtype": "int4/4_from_float32"}, [(None, 6)], [("embeddings", (5, 4), False), ("embeddings_scale", (5, 2), False), ("embeddings_zero", (5, 2), False), ("g_idx", (7,), False), ("reverse_embeddings", (4, 5), False), ("reverse_embeddings_scale", (2, 5), False), ("reverse_embeddings_zero", (2, 5), False)]),
    ("two ways in int8", "ReversibleEmbedding", {"input_dim": 5, "output_dim": 7, "tie_weights": False, "dtype": "int8_from_float32"}, [(None, 6)], [("embeddings", (5, 7), False), ("embeddings_scale", (5,), False), ("reverse_embeddings", (7, 5), False), ("reverse_embeddings_scale", (5,), False)]),
]

# Per sample; the other counts are 0.
WORK: Works = [
    # FACTS and PyTorch's counter: 14,336; 2,048 where the axis of 7 is forgotten.
    ("dense at each position", "Dense", {"units": 64}, [(None, 7, 32)], {"matrix": 14_336, "bias": 448}),
    ("dense at the only position", "Dense", {"units": 64, "use_bias": False}, [(None, 32)], {"matrix": 2_048}),
    ("dense on many axes", "Dense", {"units": 64, "use_bias": False, "activation": "relu"}, [(None, 2, 7, 32)], {"matrix": 28_672, "activation": 896}),
    ("dense at unknown positions", "Dense", {"units": 64, "use_bias": False}, [(None, None, 32)], {"matrix": None}),
    ("dense, adapters are merged into the kernel", "Dense", {"units": 64, "use_bias": False, "lora_rank": 2}, [(None, 7, 32)], {"matrix": 14_336}),
    ("dense, quantized", "Dense", {"units": 64, "use_bias": False, "dtype": "int8_from_float32"}, [(None, 7, 32)], {"matrix": 14_336}),
    ("dense in float8", "Dense", {"units": 64, "use_bias": False, "lora_rank": 2, "dtype": "float8_from_float32"}, [(None, 7, 32)], {"matrix": 14_336}),
    # Beside 7 × 12 × 6 = 504 Keras multiplies 7 × 12 × 2 = 168 and 7 × 2 × 6 = 84.
    ("dense, adapters beside a quantized kernel", "Dense", {"units": 6, "use_bias": False, "lora_rank": 2, "dtype": "int8_from_float32"}, [(None, 7, 12)], {"matrix": 756}),
    # PyTorch's counter on the same einsum, halved.
    ("einsum over an axis", "EinsumDense", {"equation": "abc,cd->abd", "output_shape": [None, 64], "bias_axes": "d"}, [(None, 7, 32)], {"matrix": 14_336, "bias": None}),
    ("einsum to several axes", "EinsumDense", {"equation": "abc,cde->abde", "output_shape": [7, 3, 4], "activation": "relu"}, [(None, 7, 12)], {"matrix": 1_008, "activation": 84}),
    ("einsum over several axes", "EinsumDense", {"equation": "abcd,cde->abe", "output_shape": [7, 12], "bias_axes": "e"}, [(None, 7, 3, 4)], {"matrix": 1_008, "bias": 84}),
    # 3 × 7 × 12 × 6: the batch and two axes are left out of what is written.
    ("einsum after an ellipsis", "EinsumDense", {"equation": "...x,xy->...y", "output_shape": 6}, [(None, 3, 7, 12)], {"matrix": 1_512}),
    ("einsum that adds nothing up", "EinsumDense", {"equation": "abd,bd->abd", "output_shape": [3, 7]}, [(None, 3, 7)], {"matrix": 0}),
    ("einsum that adds up what the kernel has not", "EinsumDense", {"equation": "abd,de->ae", "output_shape": 6}, [(None, 3, 7)], {"matrix": None}),
    ("einsum after an ellipsis of the batch", "EinsumDense", {"equation": "...x,xy->...y", "output_shape": 6}, [(None, 12)], {"matrix": 72}),
    ("einsum after an ellipsis of nothing", "EinsumDense", {"equation": "...bx,xy->...by", "output_shape": 6}, [(None, 12)], {"matrix": 72}),
    # 3 × 6 × 7 × 12: the sum goes over the 3.
    ("einsum before an ellipsis", "EinsumDense", {"equation": "ab...,bc->ac...", "output_shape": 6}, [(None, 3, 7, 12)], {"matrix": 1_512}),
    ("einsum at unknown positions", "EinsumDense", {"equation": "abc,cd->abd", "output_shape": [None, 64]}, [(None, None, 32)], {"matrix": None}),
    ("einsum, adapters are merged into the kernel", "EinsumDense", {"equation": "abc,cd->abd", "output_shape": [7, 6], "lora_rank": 2}, [(None, 7, 12)], {"matrix": 504}),
    ("einsum, adapters beside a quantized kernel", "EinsumDense", {"equation": "abc,cd->abd", "output_shape": [7, 6], "lora_rank": 2, "dtype": "int8_from_float32"}, [(None, 7, 12)], {"matrix": 756}),
    # 7 × 12 × 6 × 4 = 2,016; 7 × 12 × 6 × 2 = 1,008; 7 × 6 × 4 × 2 = 336.
    ("einsum to several axes, with adapters", "EinsumDense", {"equation": "abc,cde->abde", "output_shape": [7, 6, 4], "lora_rank": 2, "dtype": "int8_from_float32"}, [(None, 7, 12)], {"matrix": 3_360}),
    ("einsum that adapters do not fit", "EinsumDense", {"equation": "abc,dc->abd", "output_shape": [7, 6], "lora_rank": 2, "dtype": "int8_from_float32"}, [(None, 7, 12)], {"matrix": None}),
    # FACTS: a look-up multiplies nothing.
    ("looked up", "Embedding", {"input_dim": 10, "output_dim": 6}, [(None, 7)], {}),
    ("looked up, adapters are merged", "Embedding", {"input_dim": 10, "output_dim": 6, "lora_rank": 2}, [(None, 7)], {}),
    # 7 × 2 × 6
    ("looked up, adapters beside what is quantized", "Embedding", {"input_dim": 10, "output_dim": 6, "lora_rank": 2, "dtype": "int8_from_float32"}, [(None, 7)], {"matrix": 84}),
    ("looked up and reversible", "ReversibleEmbedding", {"input_dim": 10, "output_dim": 6}, [(None, 7)], {}),
    # 7 × 6 × 10
    ("reversed", "ReversibleEmbedding", {"input_dim": 10, "output_dim": 6, "reverse": True}, [(None, 7, 6)], {"matrix": 420}),
    ("reversed by a matrix of its own", "ReversibleEmbedding", {"input_dim": 10, "output_dim": 6, "reverse": True, "tie_weights": False, "dtype": "int8_from_float32"}, [(None, 7, None)], {"matrix": 420}),
    ("what is passed on", "Identity", {}, [(None, 7, 6)], {}),
    ("masked", "Masking", {}, [(None, 7, 6)], {}),
    ("given", "InputLayer", {"shape": [7, 6]}, [], {}),
    ("code", "Lambda", {"function": "f", "output_shape": [3]}, [(None, 7)], dict.fromkeys(OpCounts.__struct_fields__)),
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
    ("no equation", "EinsumDense", {"equation": "ab, bc -> ac", "output_shape": 3}, [(None, 4)], "wrong-value", "equation", "must be of the form ab,bc->ac"),
    ("an ellipsis on one side", "EinsumDense", {"equation": "...ab,bc->ac", "output_shape": 3}, [(None, 4)], "wrong-value", "equation", "must be of the form"),
    ("a letter from nowhere", "EinsumDense", {"equation": "ab,bc->ad", "output_shape": 3}, [(None, 4)], "wrong-value", "equation", "the output has 'd', but neither input nor kernel"),
    ("a letter that goes nowhere", "EinsumDense", {"equation": "ab,bcd->ac", "output_shape": 3}, [(None, 4)], "wrong-value", "equation", "the kernel has 'd', but neither input nor output"),
    ("bias along the input", "EinsumDense", {"equation": "ab,bc->ac", "output_shape": 3, "bias_axes": "b"}, [(None, 4)], "wrong-value", "bias_axes", "bias_axes has 'b', which is none"),
    ("bias along nothing", "EinsumDense", {"equation": "ab,bc->ac", "output_shape": 3, "bias_axes": ""}, [(None, 4)], "wrong-value", "bias_axes", "bias_axes is empty"),
    ("another size than the input's", "EinsumDense", {"equation": "abc,cd->abd", "output_shape": [7, 64]}, [(None, 32, 128)], "shape-mismatch", "output_shape", "axis 'b' is 7 in the output, but 32 in the input"),
    ("more axes than the equation", "EinsumDense", {"equation": "ab,bc->ac", "output_shape": 3}, [(None, 4, 5)], "wrong-rank", "equation", "2 axes for the input, but (None, 4, 5) has 3"),
    ("more sizes than the equation", "EinsumDense", {"equation": "ab,bc->ac", "output_shape": [3, 4]}, [(None, 4)], "wrong-value", "output_shape", "needs an output_shape of length 1, not 2"),
    ("an unknown size of the kernel", "EinsumDense", {"equation": "ab,bc->ac", "output_shape": 3}, [(None, None)], "unknown-dimension", "output_shape", "axis 'b' must be known"),
    ("einsum adapters with a constraint", "EinsumDense", {"equation": "ab,bc->ac", "output_shape": 3, "lora_rank": 2, "kernel_constraint": "non_neg"}, [(None, 4)], "wrong-value", "kernel_constraint", "can't be used together with lora_rank"),
    ("no numbers", "Embedding", {"input_dim": 0, "output_dim": 4}, [(None, 3)], "wrong-value", "input_dim", "input_dim must be a whole number of at least 1, not 0"),
    ("embeddings' adapters with a constraint", "Embedding", {"input_dim": 5, "output_dim": 4, "lora_rank": 2, "embeddings_constraint": "non_neg"}, [(None, 3)], "wrong-value", "embeddings_constraint", "can't be used together with lora_rank"),
    ("adapters without tied weights", "ReversibleEmbedding", {"input_dim": 5, "output_dim": 4, "lora_rank": 2, "tie_weights": False}, [(None, 3)], "wrong-value", "lora_rank", "can't be used without tie_weights"),
    ("reversed on other vectors", "ReversibleEmbedding", {"input_dim": 5, "output_dim": 4, "reverse": True}, [(None, 3, 6)], "shape-mismatch", None, "must be output_dim, 4"),
    ("reversed on a number", "ReversibleEmbedding", {"input_dim": 5, "output_dim": 4, "reverse": True}, [()], "wrong-rank", None, "at least 1 dimensions"),
    ("masking a number", "Masking", {}, [()], "wrong-rank", None, "at least 1 dimensions"),
    ("lambda of unknown output", "Lambda", {"function": "f"}, [(None, 3)], "missing-argument", None, "its function is code, which is not run"),
    ("lambda with a function for its output", "Lambda", {"function": "f", "output_shape": {"class_name": "__lambda__"}}, [(None, 3)], "wrong-type", "output_shape", "output_shape is a function"),
    ("lambda to a number", "Lambda", {"function": "f", "output_shape": 3}, [(None, 3)], "wrong-type", "output_shape", "output_shape must be a list"),
    ("embedding in float8", "Embedding", {"input_dim": 5, "output_dim": 7, "dtype": "float8_from_float32"}, [(None, 6)], "wrong-value", "dtype", "Embedding can't be quantized to float8"),
    ("embedding in int4 with adapters", "Embedding", {"input_dim": 5, "output_dim": 7, "lora_rank": 2, "dtype": "int4_from_float32"}, [(None, 6)], "wrong-value", "lora_rank", "can't be used on what is quantized to int4"),
    ("dense by GPTQ with adapters", "Dense", {"units": 5, "lora_rank": 2, "dtype": "gptq/4/3_from_float32"}, [(None, 7)], "wrong-value", "lora_rank", "can't be used on what is quantized to gptq"),
    ("an ellipsis in int8", "EinsumDense", {"equation": "...x,xy->...y", "output_shape": 6, "dtype": "int8_from_float32"}, [(None, 32)], "wrong-value", "dtype", "an equation with an ellipsis can't be quantized"),
    ("a kernel of one dimension by AWQ", "EinsumDense", {"equation": "ab,b->a", "output_shape": [], "dtype": "awq/4/3_from_float32"}, [(None, 6)], "wrong-value", "dtype", "a kernel of 1 dimensions can't be quantized to awq"),
    ("dense in int8 alone", "Dense", {"units": 5, "dtype": "int8"}, [(None, 7)], "wrong-value", "dtype", "'int8' is not a data type"),
    ("dense in no groups", "Dense", {"units": 5, "dtype": "int4/0_from_float32"}, [(None, 7)], "wrong-value", "dtype", "'int4/0_from_float32' is not a data type"),
    ("dense in no groups by its config", "Dense", {"units": 5, "dtype": "int4_from_float32", "quantization_config": {"class_name": "Int4QuantizationConfig", "config": {"block_size": 0}}}, [(None, 7)], "wrong-value", "quantization_config", "at least 1, -1 or null, not 0"),
    ("dense in groups of a word", "Dense", {"units": 5, "dtype": "int4_from_float32", "quantization_config": {"class_name": "Int4QuantizationConfig", "config": {"block_size": "x"}}}, [(None, 7)], "wrong-value", "quantization_config", "at least 1, -1 or null, not 'x'"),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_weights = weights_test(WEIGHTS)
test_work = work_test(WORK)
test_refusal = refusal_test(REFUSALS)


def test_low_rank_adapters_are_float32_whatever_the_dtype() -> None:
    weights = infer("Dense", {"units": 5, "lora_rank": 2}, [(None, 3)]).weights
    assert [weight.dtype for weight in weights] == [None, None, "float32", "float32"]


def test_what_is_quantized_has_types_of_its_own() -> None:
    args = {"units": 5, "dtype": "int4/4_from_bfloat16"}
    bound = bind(kinds()["Dense"], (), args, {})
    weights = bound.layer.infer((None, 7)).weights
    assert bound.dtype == "bfloat16"
    assert {weight.name: weight.dtype for weight in weights} == {
        "bias": None,
        "kernel": "int8",
        "kernel_scale": None,
        "kernel_zero": "int8",
        "g_idx": "float32",
    }


def test_the_networks_own_policy_quantizes() -> None:
    bound = bind(kinds()["Dense"], (5,), {}, {"dtype": "int8_from_float32"})
    assert bound.layer.infer((None, 7)).weights[1].dtype == "int8"


def test_a_layer_that_is_not_quantized_takes_the_type_a_policy_comes_from() -> None:
    args = {"filters": 2, "kernel_size": 3, "dtype": "int8_from_bfloat16"}
    bound = bind(kinds()["Conv2D"], (), args, {})
    assert bound.dtype == "bfloat16"
    assert [w.name for w in bound.layer.infer((None, 6, 6, 3)).weights] == ["kernel", "bias"]


def test_an_input_has_a_type_and_no_policy() -> None:
    bind(kinds()["InputLayer"], (), {"shape": [3], "dtype": "int8"}, {})
    with pytest.raises(ExceptionGroup):
        bind(kinds()["InputLayer"], (), {"shape": [3], "dtype": "int8_from_float32"}, {})
