"""Files of Keras 2: the numbers are those of Keras 2.1.6 and 2.2.4, and of tf_keras 2.21."""

from typing import Any

import pytest

from convcalc import api
from convcalc.report import Report
from formats.keras.serialized import layer, read


def summary(*layers: dict[str, Any], version: str = "2.15.0") -> Report:
    """A chain as Keras 2 writes it: without modules, and with its version."""
    bare = [{k: v for k, v in one.items() if k in {"class_name", "config"}} for one in layers]
    config = {"name": "net", "layers": bare}
    whole = {"class_name": "Sequential", "config": config, "keras_version": version}
    return api.summarize(read(whole))


def of_function(
    function: str, sizes: list[int | None], /, *first: Any, nested: bool = False, **said: Any
) -> Report:
    """A graph of one function of TensorFlow on the input `x`, or on what is given first."""
    call = [[*one, said] for one in (first or (["x", 0, 0],))]
    layers: list[tuple[str, str, dict[str, Any], list[Any]]] = [
        ("InputLayer", "x", {"batch_input_shape": sizes}, []),
        ("TFOpLambda", "f", {"function": function}, [call if nested else call[0]]),
    ]
    config = {
        "name": "net",
        "layers": [
            {"class_name": kind, "name": name, "config": {"name": name, **config}}
            | {"inbound_nodes": calls}
            for kind, name, config, calls in layers
        ],
        "input_layers": [["x", 0, 0]],
        "output_layers": [["f", 0, 0]],
    }
    whole = {"class_name": "Functional", "config": config, "keras_version": "2.15.0"}
    return api.summarize(read(whole))


STEPS: dict[str, Any] = {"batch_input_shape": [None, 5, 4]}


@pytest.mark.parametrize(
    ("kind", "config", "params"),
    [
        ("GRU", {}, 72),  # 36 + 27 + 9
        ("GRU", {"reset_after": True}, 81),
        ("CuDNNGRU", {}, 81),  # 36 + 27 + 18
        ("CuDNNLSTM", {}, 108),  # 48 + 36 + 24
        ("LSTM", {}, 96),
    ],
)
def test_recurrent_layers(kind: str, config: dict[str, Any], params: int) -> None:
    for version in ("2.1.6", "2.2.4"):
        report = summary(layer(kind, "r", units=3, **STEPS, **config), version=version)
        assert (report.params.count, report.layers[-1].output_shapes) == (params, ((None, 3),))


@pytest.mark.parametrize(("kind", "params"), [("GRU", 144), ("CuDNNGRU", 162), ("CuDNNLSTM", 216)])
def test_recurrent_layers_in_a_layer(kind: str, params: int) -> None:
    inner = {"class_name": kind, "config": {"name": "r", "units": 3}}
    report = summary(layer("Bidirectional", "both", layer=inner, **STEPS))
    assert (report.ok, report.params.count) == (True, params)


def test_a_gru_of_keras_3_resets_after() -> None:
    gru = layer("GRU", "r", units=3)
    shape = layer("InputLayer", "x", batch_shape=[None, 5, 4])
    config = {"name": "net", "layers": [shape, gru]}
    whole = {"module": "keras", "class_name": "Sequential", "config": config}
    assert api.summarize(read(whole)).params.count == 81


def test_an_archive_of_keras_2_is_told_by_how_it_writes_inputs() -> None:
    shape = layer("InputLayer", "x", batch_input_shape=[None, 5, 4])
    config = {"name": "net", "layers": [shape, layer("GRU", "r", units=3)]}
    whole = {"module": "keras", "class_name": "Sequential", "config": config}
    assert api.summarize(read(whole)).params.count == 72


def test_a_layer_in_a_layer_has_its_arguments_by_names_of_today() -> None:
    inner = {"class_name": "LeakyReLU", "config": {"name": "l", "alpha": 0.1}}
    assert summary(layer("TimeDistributed", "t", layer=inner, **STEPS)).ok


@pytest.mark.parametrize("kind", ["AddLoss", "AddMetric", "ThresholdedReLU"])
def test_layers_that_keep_what_they_read(kind: str) -> None:
    report = summary(layer(kind, "l", theta=0.5, **STEPS))
    assert (report.ok, report.layers[-1].output_shapes) == (True, ((None, 5, 4),))


ELLIPSIS = {"class_name": "__ellipsis__"}
PADDED = {"paddings": [[0, 0], [1, 2], [0, 0]], "mode": "REFLECT", "constant_values": 0}
ALL = {"start": None, "stop": None, "step": None}


@pytest.mark.parametrize(
    ("function", "said", "gives"),
    [
        ("__operators__.getitem", {"slice_spec": [ELLIPSIS, 0]}, (None, 4)),
        ("__operators__.getitem", {"slice_spec": [ELLIPSIS, None]}, (None, 4, 6, 1)),
        ("__operators__.getitem", {"slice_spec": ALL}, (None, 4, 6)),
        ("__operators__.getitem", {"slice_spec": [ALL, {**ALL, "stop": 3}]}, (None, 3, 6)),
        ("compat.v1.gather", {"indices": [0, 2], "axis": 1, "batch_dims": 0}, (None, 2, 6)),
        ("compat.v1.pad", PADDED, (None, 7, 6)),
        ("compat.v1.shape", {"out_type": "int32"}, (3,)),
        ("compat.v1.transpose", {"perm": [0, 2, 1], "conjugate": False}, (None, 6, 4)),
        ("math.l2_normalize", {"axis": -1}, (None, 4, 6)),
        ("math.reduce_std", {"axis": 1}, (None, 6)),
        ("nn.bias_add", {"bias": [1.0] * 6, "data_format": "NHWC"}, (None, 4, 6)),
        ("one_hot", {"depth": 5}, (None, 4, 6, 5)),
        ("reshape", {"shape": [["x", 0, 0], 24]}, (None, 24)),
        ("reshape", {"shape": [["x", 0, 0], -1, 6]}, (None, None, 6)),
    ],
)
def test_functions(function: str, said: dict[str, Any], gives: tuple[int | None, ...]) -> None:
    report = of_function(function, [None, 4, 6], **said)
    assert (report.ok, report.layers[-1].output_shapes) == (True, (gives,))


def test_a_split_into_sizes() -> None:
    report = of_function("split", [None, 4, 6], num_or_size_splits=[1, 5], axis=-1)
    assert report.layers[-1].output_shapes == ((None, 4, 1), (None, 4, 5))


def test_a_constant_before_the_tensor() -> None:
    report = of_function("math.truediv", [None, 4], ["_CONSTANT_VALUE", -1, 1.0], y=["x", 0, 0])
    assert (report.ok, report.layers[-1].output_shapes) == (True, ((None, 4),))


@pytest.mark.parametrize(("count", "stack"), [(1, 1), (2, 2)])
def test_a_list_for_one_tensor_is_stacked(count: int, stack: int) -> None:
    tensors = [["x", 0, 0]] * count
    report = of_function("math.reduce_sum", [None, 8, 4], *tensors, nested=True, axis=0)
    assert [one.output_shapes for one in report.layers] == [
        ((None, 8, 4),),
        ((stack, None, 8, 4),),
        ((None, 8, 4),),
    ]


@pytest.mark.parametrize(
    ("function", "said"),
    [
        ("__operators__.getitem", {"slice_spec": [ALL, ["x", 0, 0]]}),
        ("__operators__.getitem", {"slice_spec": {**ALL, "stop": ["x", 0, 0]}}),
        ("reshape", {"shape": ["x", 0, 0]}),
        ("linalg.matmul", {"b": ["x", 0, 0], "transpose_b": True}),
        ("nn.bias_add", {"bias": [1.0] * 4, "data_format": "NCHW"}),
        ("split", {"num_or_size_splits": [-1, 2], "axis": -1}),
        ("math.add", {"y": [["x", 0, 0], ["x", 0, 0]]}),
    ],
)
def test_what_no_operation_of_keras_3_can_say_is_unknown(
    function: str, said: dict[str, Any]
) -> None:
    report = of_function(function, [None, 4, 6], **said)
    assert [fault.code for fault in report.diagnostics] == ["unknown-layer"]
    assert report.layers[-1].output_shapes in ((), None)


def test_a_list_in_a_model_that_is_an_argument_is_unknown() -> None:
    call = [["x", 0, 0, {"axis": 0}], ["x", 0, 0, {"axis": 0}]]
    shape = {"name": "x", "batch_input_shape": [None, 4]}
    summed = {"name": "f", "function": "math.reduce_sum"}
    layers = [
        {"class_name": "InputLayer", "name": "x", "config": shape, "inbound_nodes": []},
        {"class_name": "TFOpLambda", "name": "f", "config": summed, "inbound_nodes": [call]},
    ]
    ends = {"input_layers": [["x", 0, 0]], "output_layers": [["f", 0, 0]]}
    inner = {"class_name": "Functional", "config": {"name": "in", "layers": layers, **ends}}
    report = summary(layer("TimeDistributed", "t", layer=inner, **STEPS))
    assert [fault.code for fault in report.diagnostics] == ["unknown-layer"]
