"""Binding: arguments as written to a layer, and layers among them."""

from collections.abc import Mapping
from typing import Any

import pytest

from convcalc.layers import kinds
from convcalc.layers.binding import bind, sublayer_fields
from convcalc.layers.errors import LayerError, SublayerPath
from convcalc.layers.kind import Kind, LayerInstance


class Own(Kind, frozen=True):
    """A kind that a network declares itself."""

    size: int = 1


def bound(kind: str, args: Mapping[str, Any], **defaults: Any) -> LayerInstance:
    return bind(kinds()[kind], (), args, defaults)


def faults(kind: str, args: Mapping[str, Any]) -> list[LayerError]:
    with pytest.raises(ExceptionGroup) as caught:
        bound(kind, args)
    errors = [error for error in caught.value.exceptions if isinstance(error, LayerError)]
    assert len(errors) == len(caught.value.exceptions)
    return errors


def names(layers: Any) -> list[str]:
    return [layer.name for layer in layers]


def test_arguments_are_positional_or_named() -> None:
    layer = bind(kinds()["Conv2D"], (8,), {"kernel_size": 3}, {}).layer
    assert (layer.filters, layer.kernel_size) == (8, 3)  # type: ignore[attr-defined]


def test_common_arguments_are_of_every_layer() -> None:
    layer = bound("Dense", {"units": 3}).layer
    assert bound("Dense", {"units": 3}) == LayerInstance(layer, "dense", computes="float32")
    named = bound("Dense", {"units": 3, "name": "a", "trainable": False, "dtype": "float16"})
    assert (named.name, named.trainable, named.dtype) == ("a", False, "float16")


def test_defaults_of_the_network_are_for_what_is_left_out() -> None:
    defaults = {"data_format": "channels_first", "dtype": "float64"}
    assert bound("Flatten", {}, **defaults).layer.data_format == "channels_first"  # type: ignore[attr-defined]
    assert bound("Flatten", {}, **defaults).dtype == "float64"
    own = bound("Flatten", {"data_format": "channels_last", "dtype": "float16"}, **defaults)
    assert (own.layer.data_format, own.dtype) == ("channels_last", "float16")  # type: ignore[attr-defined]


def test_words_in_any_case() -> None:
    layer = bound("Conv2D", {"filters": 1, "kernel_size": 1, "padding": "SAME"}).layer
    assert layer.padding == "same"  # type: ignore[attr-defined]


def test_all_faults_are_told() -> None:
    errors = faults("Conv2D", {"filters": 0, "strides": [1], "colour": "red", "dtype": "float33"})
    assert [(error.code, error.argument) for error in errors] == [
        ("wrong-value", "dtype"),
        ("unknown-argument", "colour"),
        ("wrong-value", "filters"),
        ("missing-argument", None),
        ("wrong-value", "strides"),
    ]
    assert [error.position for error in errors] == [-1, -1, 0, -1, 2]


def test_too_many_arguments() -> None:
    with pytest.raises(ExceptionGroup) as caught:
        bind(kinds()["Flatten"], (None, 1), {}, {})
    (error,) = caught.value.exceptions
    assert isinstance(error, LayerError)
    assert error.code == "too-many-arguments"


def test_which_arguments_are_layers() -> None:
    assert sublayer_fields(kinds()["Dense"]) == {}
    assert sublayer_fields(kinds()["RNN"]) == {"cell": 0}
    assert sublayer_fields(kinds()["Bidirectional"]) == {"layer": 0, "backward_layer": 3}


@pytest.mark.parametrize(
    "written",
    [
        pytest.param({"Dense": {"units": 3}}, id="named"),
        pytest.param({"Dense": [3]}, id="positional"),
        pytest.param({"Dense": 3}, id="one"),
    ],
)
def test_a_layer_as_an_argument(written: Any) -> None:
    layer = bound("TimeDistributed", {"layer": written}).layer
    dense = bound("Dense", {"units": 3}).layer
    expected = LayerInstance(dense, "dense", step=SublayerPath("layer", 0), computes="float32")
    assert layer.layer == expected  # type: ignore[attr-defined]


@pytest.mark.parametrize("written", ["Flatten", {"Flatten": None}, {"Flatten": {}}])
def test_a_layer_without_arguments(written: Any) -> None:
    layer = bound("TimeDistributed", {"layer": written}).layer
    assert layer.layer.layer == bound("Flatten", {}).layer  # type: ignore[attr-defined]


def test_layers_as_an_argument_know_their_place() -> None:
    cells = bound("RNN", {"cell": [{"GRUCell": 3}, {"GRUCell": 3}]}).layer.cell  # type: ignore[attr-defined]
    assert [cell.step for cell in cells] == [SublayerPath("cell", 0, 0), SublayerPath("cell", 0, 1)]


def test_defaults_of_the_network_are_for_layers_inside() -> None:
    args: dict[str, Any] = {"layer": {"GlobalMaxPooling1D": {}}}
    inner = bound("TimeDistributed", args, data_format="channels_first", dtype="float16").layer
    assert inner.layer.layer.data_format == "channels_first"  # type: ignore[attr-defined]
    assert inner.layer.dtype == "float16"  # type: ignore[attr-defined]


def test_layers_inside_are_numbered_as_keras_numbers_them() -> None:
    inner = {"Sequential": {"layers": [{"Dense": 2}, {"Dense": {"units": 2, "name": "own"}}]}}
    model = bound("Sequential", {"layers": [{"Dense": 1}, inner, {"Dense": 3}, "Flatten"]})
    layers = model.layer.layers  # type: ignore[attr-defined]
    assert names(layers) == ["dense", "sequential", "dense_2", "flatten"]
    assert names(layers[1].layer.layers) == ["dense_1", "own"]
    assert model.name == "sequential"


def test_layers_in_two_arguments_are_numbered_together() -> None:
    args: dict[str, Any] = {
        "layer": {"GRU": 2},
        "backward_layer": {"GRU": {"units": 2, "go_backwards": True}},
    }
    layer = bound("Bidirectional", args).layer
    assert names([layer.layer, layer.backward_layer]) == ["gru", "gru_1"]  # type: ignore[attr-defined]


def test_layers_of_a_kind_that_the_network_declares() -> None:
    known: dict[str, type[Kind]] = {**kinds(), "Own": Own}
    layer = bind(kinds()["TimeDistributed"], (), {"layer": {"Own": 4}}, {}, known).layer
    assert layer.layer.layer == Own(4)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("kind", "args", "code", "argument", "within", "message"),
    [
        pytest.param(
            "TimeDistributed",
            {"layer": {"Dense": {"units": 0}}},
            "wrong-value",
            "units",
            (SublayerPath("layer", 0),),
            "units must be a whole number of at least 1, not 0",
            id="its argument",
        ),
        pytest.param(
            "TimeDistributed",
            {"layer": {"TimeDistributed": {"layer": "Dense"}}},
            "missing-argument",
            None,
            (SublayerPath("layer", 0), SublayerPath("layer", 0)),
            "Dense needs the argument units",
            id="inside of what is inside",
        ),
        pytest.param(
            "Sequential",
            {"layers": ["Flatten", {"LSTMs": 3}]},
            "unknown-layer",
            None,
            (SublayerPath("layers", 0, 1),),
            "there is no layer kind 'LSTMs'",
            id="its kind",
        ),
        pytest.param(
            "TimeDistributed",
            {"layer": 3},
            "wrong-type",
            "layer",
            (),
            "layer must be a layer, not 3",
            id="no layer",
        ),
        pytest.param(
            "TimeDistributed",
            {"layer": {"Dense": 3, "Flatten": None}},
            "wrong-type",
            "layer",
            (),
            "layer must be a layer, not",
            id="two in one",
        ),
        pytest.param(
            "TimeDistributed",
            {"layer": ["Flatten"]},
            "wrong-type",
            "layer",
            (),
            'layer must be a layer, not ["Flatten"]',
            id="a list for one",
        ),
        pytest.param(
            "Sequential",
            {"layers": "Flatten"},
            "wrong-type",
            "layers",
            (),
            'layers must be a list, each a layer, not "Flatten"',
            id="one for a list",
        ),
        pytest.param(
            "TimeDistributed",
            {"layer": None},
            "wrong-type",
            "layer",
            (),
            "layer must be a layer, not null",
            id="nothing",
        ),
        pytest.param(
            "RNN",
            {"cell": [{"GRUCell": 3}, {"Dense": 3}]},
            "wrong-value",
            None,
            (SublayerPath("cell", 0, 1),),
            "Dense is no cell of a recurrent layer",
            id="of the wrong sort",
        ),
    ],
)
def test_a_wrong_layer_is_told_at_its_place(
    kind: str,
    args: Mapping[str, Any],
    code: str,
    argument: str | None,
    within: tuple[SublayerPath, ...],
    message: str,
) -> None:
    (error,) = faults(kind, args)
    assert (error.code, error.argument, error.within) == (code, argument, within)
    assert message in error.message


def test_faults_of_a_layer_and_of_those_inside_are_told_together() -> None:
    errors = faults("RNN", {"cell": [{"GRUCell": 0}, "LSTMCell"], "unroll": "yes"})
    assert [(error.code, error.argument, len(error.within)) for error in errors] == [
        ("wrong-value", "units", 1),
        ("missing-argument", None, 1),
        ("wrong-type", "unroll", 0),
    ]


# What Keras 3.15.1 takes in `**kwargs`, found by giving each of them to each of its layers.
@pytest.mark.parametrize(
    ("kind", "args", "today"),
    [
        ("Embedding", {"input_dim": 9, "output_dim": 2, "input_length": 100}, {"input_dim": 9}),
        ("ReversibleEmbedding", {"input_dim": 9, "output_dim": 2, "weights": None}, {}),
        ("LeakyReLU", {"alpha": 0.2}, {"negative_slope": 0.2}),
        ("LeakyReLU", {"alpha": 0.2, "negative_slope": 0.1}, {"negative_slope": 0.2}),
        ("InputLayer", {"input_shape": [4]}, {"shape": (4,)}),
        ("InputLayer", {"batch_input_shape": [None, 4]}, {"batch_shape": (None, 4)}),
        ("Dense", {"units": 3, "input_shape": [4]}, {"units": 3}),
        ("Dense", {"units": 3, "input_dim": 4}, {"units": 3}),
        ("Bidirectional", {"layer": {"LSTM": 3}, "input_shape": [5, 4]}, {}),
    ],
)
def test_former_arguments(kind: str, args: dict[str, Any], today: dict[str, Any]) -> None:
    layer = bound(kind, args).layer
    assert {name: getattr(layer, name) for name in today} == today


@pytest.mark.parametrize(
    ("kind", "args"),
    [
        ("SpatialDropout1D", {"rate": 0.5, "input_shape": [5, 4]}),
        ("Discretization", {"num_bins": 3, "input_shape": [4]}),
        ("Dense", {"units": 3, "batch_input_shape": [None, 4]}),
        ("Dense", {"units": 3, "input_length": 4}),
        ("ReLU", {"alpha": 0.2}),
        ("Embedding", {"input_dim": 9, "output_dim": 2, "input_len": 4}),
    ],
)
def test_former_arguments_that_the_layer_never_had(kind: str, args: dict[str, Any]) -> None:
    assert [error.code for error in faults(kind, args)] == ["unknown-argument"]
