"""Arguments as Keras serializes them, and what is left of them: literal cases, made with Keras."""

# ruff: noqa: E501 - a case is one line

from typing import Any

import pytest

from convcalc.formats.keras.arguments import arguments, dtype_name
from convcalc.formats.keras.classes import Kinds
from convcalc.layers import find

POLICY: Any = {
    "module": "keras",
    "class_name": "DTypePolicy",
    "config": {"name": "float32"},
    "registered_name": None,
}
MIXED: Any = {**POLICY, "config": {"name": "mixed_float16"}}
FLOAT8: Any = {
    "class_name": "QuantizedFloat8DTypePolicy",
    "config": {"mode": "float8", "source_name": "float32", "amax_history_length": 1024},
}
SHORT_FLOAT8: Any = {**FLOAT8, "config": {**FLOAT8["config"], "amax_history_length": 8}}
GLOROT: Any = {
    "module": "keras.initializers",
    "class_name": "GlorotUniform",
    "config": {"seed": None},
    "registered_name": None,
}
ZEROS: Any = {
    "module": "keras.initializers",
    "class_name": "Zeros",
    "config": {},
    "registered_name": None,
}
NORMAL: Any = {
    "module": "keras.initializers",
    "class_name": "HeNormal",
    "config": {"seed": None},
    "registered_name": None,
}
L2: Any = {
    "module": "keras.regularizers",
    "class_name": "L2",
    "config": {"l2": 0.01},
    "registered_name": None,
}
OWN: Any = {
    "module": "builtins",
    "class_name": "function",
    "config": "mine>swoosh",
    "registered_name": "function",
}
LSTM: Any = {
    "module": "keras.layers",
    "class_name": "LSTM",
    "config": {"name": "lstm", "trainable": True, "units": 3, "activation": "tanh"},
}
NAMED: Any = {**LSTM, "config": {**LSTM["config"], "name": "memory", "trainable": False}}
DENSE: Any = {
    "module": "keras.layers",
    "class_name": "Dense",
    "config": {"name": "dense_7", "units": 3},
}
INPUT: Any = {
    "module": "keras.layers",
    "class_name": "InputLayer",
    "config": {"name": "i", "batch_shape": [None, 3]},
}
CHAIN: Any = {
    "module": "keras",
    "class_name": "Sequential",
    "config": {"name": "chain", "layers": [INPUT, DENSE], "build_input_shape": [None, 3]},
}


def lstm(name: str, **config: Any) -> Any:
    return {
        "module": "keras.layers",
        "class_name": "LSTM",
        "config": {"name": name, "units": 3, **config},
    }


FORWARD: Any = lstm("forward_memory", zero_output_for_mask=True)
BACKWARD: Any = lstm("backward_memory", go_backwards=True, zero_output_for_mask=True)
WIDER: Any = lstm("backward_memory", units=4, go_backwards=True)
TENSOR: Any = {
    "class_name": "__keras_tensor__",
    "config": {"shape": [None, 3], "keras_history": ["i", 0, 0]},
}
ON_INPUT: Any = {**DENSE, "name": "dense_7", "inbound_nodes": [{"args": [TENSOR], "kwargs": {}}]}
ENDS: Any = {"input_layers": [["i", 0, 0]], "output_layers": [["dense_7", 0, 0]]}
FUNCTION: Any = {
    "module": "keras.src.models.functional",
    "class_name": "Functional",
    "config": {
        "name": "function",
        "layers": [{**INPUT, "name": "i", "inbound_nodes": []}, ON_INPUT],
        **ENDS,
    },
}
BRANCHED: Any = {
    **FUNCTION,
    "config": {
        **FUNCTION["config"],
        "layers": [*FUNCTION["config"]["layers"], {**ON_INPUT, "name": "other"}],
    },
}
ENDLESS: Any = {**FUNCTION, "config": {**FUNCTION["config"], "output_layers": [["none", 0, 0]]}}
STRANGE: Any = {"module": "mine", "class_name": "Strange", "config": {"name": "s", "size": 3}}

# fmt: off
CASES: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("what every layer has", "Dense", {"name": "d", "trainable": True, "dtype": POLICY, "units": 4}, {"units": 4}),
    ("another type", "Dense", {"units": 4, "dtype": MIXED}, {"units": 4, "dtype": "mixed_float16"}),
    ("a type as Keras 2 wrote it", "Dense", {"units": 4, "dtype": "float16"}, {"units": 4, "dtype": "float16"}),
    ("defaults", "Dense", {"units": 4, "activation": "linear", "use_bias": True, "kernel_initializer": GLOROT, "bias_initializer": ZEROS, "kernel_regularizer": None}, {"units": 4}),
    ("an object with nothing said has a short name", "Dense", {"units": 4, "kernel_initializer": NORMAL}, {"units": 4, "kernel_initializer": "he_normal"}),
    ("of an object of Keras its class and arguments", "Dense", {"units": 4, "kernel_regularizer": L2}, {"units": 4, "kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.01}}}),
    ("code is not kept", "Lambda", {"function": {"class_name": "__lambda__", "config": {"code": "4w=="}}}, {"function": "lambda"}),
    ("a function of one's own is kept", "Dense", {"units": 4, "activation": OWN}, {"units": 4, "activation": OWN}),
    ("bins whose boundaries were learned", "Discretization", {"num_bins": 3, "bin_boundaries": [2.5, 5.5]}, {"bin_boundaries": [2.5, 5.5]}),
    ("true is not 1", "Dense", {"units": 4, "use_bias": 1}, {"units": 4, "use_bias": 1}),
    ("linear where it is no default", "Activation", {"activation": "linear"}, {"activation": "linear"}),
    ("equal values per axis", "Conv2D", {"filters": 4, "kernel_size": [3, 3], "strides": [2, 2], "dilation_rate": [1, 1]}, {"filters": 4, "kernel_size": 3, "strides": 2}),
    ("unequal values per axis", "Conv2D", {"filters": 4, "kernel_size": [3, 5], "strides": [1, 1]}, {"filters": 4, "kernel_size": [3, 5]}),
    ("equal pairs", "ZeroPadding2D", {"padding": [[3, 3], [3, 3]]}, {"padding": 3}),
    ("pairs that are alike but not even", "ZeroPadding2D", {"padding": [[0, 1], [0, 1]]}, {"padding": [[0, 1], [0, 1]]}),
    ("the usual data format", "Conv2D", {"filters": 4, "kernel_size": 1, "data_format": "channels_last"}, {"filters": 4, "kernel_size": 1}),
    ("the other data format", "Flatten", {"data_format": "channels_first"}, {"data_format": "channels_first"}),
    ("an input", "InputLayer", {"batch_shape": [None, 3], "dtype": "float32", "sparse": False, "ragged": False, "optional": False}, {"batch_shape": [None, 3]}),
    ("an input of whole numbers", "InputLayer", {"batch_shape": [None, 3], "dtype": "int32"}, {"batch_shape": [None, 3], "dtype": "int32"}),
    ("a layer in a layer", "TimeDistributed", {"layer": DENSE}, {"layer": {"Dense": {"units": 3, "name": "dense_7"}}}),
    ("with its usual name", "Bidirectional", {"layer": LSTM, "merge_mode": "sum"}, {"layer": {"LSTM": {"units": 3}}, "merge_mode": "sum"}),
    ("that is not trained", "Bidirectional", {"layer": NAMED}, {"layer": {"LSTM": {"units": 3, "trainable": False, "name": "memory"}}}),
    ("both with their usual name", "Bidirectional", {"layer": LSTM, "backward_layer": LSTM}, {"layer": {"LSTM": {"units": 3}}, "backward_layer": {"LSTM": {"units": 3, "name": "lstm"}}}),
    ("a model in a layer", "TimeDistributed", {"layer": CHAIN}, {"layer": {"Sequential": {"layers": [{"Dense": {"units": 3, "name": "dense_7"}}], "name": "chain"}}}),
    ("a class of one's own in a layer", "TimeDistributed", {"layer": STRANGE}, {"layer": {"Strange": {"size": 3}}}),
    ("a functional model in a layer", "TimeDistributed", {"layer": FUNCTION}, {"layer": {"Sequential": {"layers": [{"Dense": {"units": 3, "name": "dense_7"}}], "name": "function"}}}),
    ("a functional model with a branch in a layer", "TimeDistributed", {"layer": BRANCHED}, {"layer": {"Functional": {"layers": [{"InputLayer": {"shape": [3], "name": "i"}}, {"Dense": {"units": 3, "name": "dense_7"}}, {"Dense": {"units": 3, "name": "other"}}], "reads": {"other": "i"}, "outputs": "dense_7", "name": "function"}}}),
    ("a functional model without its ends", "TimeDistributed", {"layer": ENDLESS}, {"layer": {"Model": None}}),
    ("both ways alike", "Bidirectional", {"layer": FORWARD, "backward_layer": BACKWARD}, {"layer": {"LSTM": {"units": 3, "name": "memory"}}}),
    ("both ways not alike", "Bidirectional", {"layer": FORWARD, "backward_layer": WIDER}, {"layer": {"LSTM": {"units": 3, "zero_output_for_mask": True, "name": "forward_memory"}}, "backward_layer": {"LSTM": {"units": 4, "go_backwards": True, "name": "backward_memory"}}}),
    ("one axis in a list", "LayerNormalization", {"axis": [-1]}, {}),
    ("an argument that there is not", "Dense", {"units": 4, "colour": "red"}, {"units": 4, "colour": "red"}),
]
# fmt: on


@pytest.mark.parametrize(
    ("kind", "config", "written"),
    [pytest.param(*case, id=reason) for reason, *case in CASES],
)
def test_arguments(kind: str, config: dict[str, Any], written: dict[str, Any]) -> None:
    found = find(kind)
    assert found is not None
    assert arguments(found, config, Kinds({})) == written


@pytest.mark.parametrize(
    ("policy", "name"),
    [
        ("float32", "float32"),
        (POLICY, "float32"),
        ({"class_name": "QuantizedDTypePolicy", "config": {"mode": "int8", "source_name": "float32"}},
         "int8_from_float32"),
        ({"class_name": "DTypePolicyMap", "config": {"default_policy": POLICY, "policy_map": {}}}, "float32"),
        ({"class_name": "QuantizedDTypePolicy", "config": {"mode": "int8", "source_name": None}},
         {"class_name": "QuantizedDTypePolicy", "config": {"mode": "int8", "source_name": None}}),
        (FLOAT8, "float8_from_float32"),
        (SHORT_FLOAT8, SHORT_FLOAT8),
        (None, None),
    ],
)  # fmt: skip
def test_dtype_policies(policy: Any, name: Any) -> None:
    assert dtype_name(policy) == name


def test_an_argument_of_keras_2_that_keras_3_has_no_more() -> None:
    dense = find("Dense")
    assert dense is not None
    config = {"units": 4, "time_major": False, "groups": 1}
    assert arguments(dense, config, Kinds({}, legacy=True)) == {"units": 4}
    config["time_major"] = True
    assert arguments(dense, config, Kinds({}, legacy=True)) == {"units": 4, "time_major": True}
