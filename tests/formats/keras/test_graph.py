"""Keras's models as networks: order, names, sharing, groups, ends, and what can't be read."""

import json
from typing import Any

import pytest

from convcalc import api, formats
from convcalc.analysis import engine
from convcalc.diagnostics import SpecError
from convcalc.formats.keras import graph
from convcalc.layers.inference import UNKNOWN_OP_COUNTS, OpCounts
from convcalc.network import UNKNOWN
from convcalc.report import Report
from formats.keras.serialized import (
    call,
    functional,
    image,
    layer,
    nested,
    read,
    sequential,
    tensor,
)
from models import reads, rows

KINDS = b"kinds: {Twice: {args: {factor: 2}, weights: {w: [=factor]}, output: =input}}"


def report(model: dict[str, Any], kinds: bytes = b"") -> Report:
    return engine.summarize(read(model, **(formats.parse_kinds(kinds) if kinds else {})))


def dense(name: str, *calls: dict[str, Any], units: int = 4, **config: Any) -> dict[str, Any]:
    return layer("Dense", name, *calls, units=units, **config)


VECTOR = image("x", 3)
KERNEL = {"class_name": "__tensor__", "config": {"value": [[1.0] * 3] * 5, "dtype": "float32"}}
ARRAY = {"class_name": "__numpy__", "config": {"value": [[1.0] * 3], "dtype": "float32"}}


def test_a_chain() -> None:
    found = report(functional(VECTOR, dense("a", call("x")), dense("b", call("a"), units=5)))
    assert found.name == "net"
    assert rows(found) == {"x": (None, 3), "a": (None, 4), "b": (None, 5)}
    assert reads(found) == {"x": (), "a": ("x",), "b": ("a",)}
    assert [(t.name, t.shape) for t in found.inputs] == [("x", (None, 3))]
    assert [(t.name, t.shape) for t in found.outputs] == [("b", (None, 5))]
    assert (found.params.count, found.diagnostics) == (16 + 25, ())
    assert found.layers[1].span is None
    assert found.layers[1].to_dict()["location"] is None


def test_a_layer_follows_what_it_reads_and_else_the_file() -> None:
    late = dense("late", call("x"))
    early = dense("early", call("late"))
    found = report(functional(VECTOR, early, dense("other", call("x")), late))
    assert list(reads(found)) == ["x", "other", "late", "early"]


def test_a_layer_that_is_called_twice_shares_its_weights() -> None:
    twice = dense("twice", call("x"), call("between"), units=3)
    between = dense("between", call("twice"), units=3)
    found = report(functional(VECTOR, twice, between, outputs=[["twice", 1, 0]]))
    assert reads(found) == {
        "x": (),
        "twice": ("x",),
        "between": ("twice",),
        "twice_1": ("between",),
    }
    assert [layer.shares for layer in found.layers] == [None, None, None, "twice"]
    assert [(t.name, t.shape) for t in found.outputs] == [("twice_1", (None, 3))]
    assert found.params.count == 12 + 12


def test_the_number_of_a_second_call_passes_over_names_of_the_model() -> None:
    layers = [VECTOR, dense("a", call("x"), call("x")), dense("a_1", call("x"))]
    assert list(reads(report(functional(*layers)))) == ["x", "a", "a_2", "a_1"]


def test_objects_that_keras_numbers_are_one_wherever_they_stand() -> None:
    first = {**dense("a", call("x"), units=3), "shared_object_id": 7}
    again = {**dense("b", call("a"), units=3), "shared_object_id": 7}
    assert [layer.shares for layer in report(functional(VECTOR, first, again)).layers] == [
        None,
        None,
        "a",
    ]


def test_a_model_in_a_model_is_a_group() -> None:
    inner = functional(VECTOR, dense("a", call("x")), name="inner")
    outer = functional(VECTOR, nested(inner, call("x")), dense("b", call("inner")))
    found = report(outer)
    assert reads(found) == {"x": (), "inner/a": ("x",), "b": ("inner/a",)}
    assert [layer.group for layer in found.layers] == [None, "inner", None]
    assert found.groups["inner"].kind == "Functional"
    assert found.groups["inner"].output_shapes == ((None, 4),)


def test_a_model_that_is_applied_twice_shares_all_its_weights() -> None:
    inner = functional(VECTOR, dense("a", call("x"), units=3), name="inner")
    outer = functional(VECTOR, nested(inner, call("x"), call("inner")), outputs=[["inner", 2, 0]])
    found = report(outer)
    assert [(layer.name, layer.group, layer.shares) for layer in found.layers] == [
        ("x", None, None),
        ("inner/a", "inner", None),
        ("inner_1/a", "inner_1", "inner/a"),
    ]
    assert found.outputs[0].name == "inner_1/a"


def test_models_in_models_in_models() -> None:
    inmost = sequential(VECTOR, dense("a"), name="inmost")
    inner = functional(VECTOR, nested(inmost, call("x")), name="inner")
    found = report(functional(VECTOR, nested(inner, call("x"))))
    assert list(rows(found)) == ["x", "inner/inmost/a"]
    assert found.groups["inner/inmost"].parent == "inner"


def test_a_model_with_several_ends_in_a_model() -> None:
    ends = {"inputs": [["x", 0, 0], ["y", 0, 0]], "outputs": [["b", 0, 0], ["a", 0, 0]]}
    layers = [VECTOR, image("y", 2), dense("a", call("x")), dense("b", call("y"), units=5)]
    inner = functional(*layers, name="inner", **ends)
    outer = functional(
        VECTOR, image("z", 2), nested(inner, call(["x", "z"])),
        dense("c", call(tensor("inner", 0, 1)), units=6),
        inputs=[["x", 0, 0], ["z", 0, 0]],
    )  # fmt: skip
    found = report(outer)
    assert reads(found)["c"] == ("inner/a",)
    assert found.groups["inner"].output_shapes == ((None, 5), (None, 4))


def test_a_sequential_model() -> None:
    found = report(sequential(VECTOR, dense("a"), dense("b", units=2)))
    assert reads(found) == {"x": (), "a": ("x",), "b": ("a",)}
    assert found.outputs[0].shape == (None, 2)


@pytest.mark.parametrize(
    "model",
    [
        sequential(dense("a"), build_input_shape=[None, 3]),
        sequential(dense("a", batch_input_shape=[None, 3])),
        sequential({**dense("a"), "build_config": {"input_shape": [None, 3]}}),
        sequential(nested(sequential(VECTOR, dense("a"), name="inner"))),
    ],
    ids=["built", "by its first layer", "by what that was built for", "by a model in it"],
)
def test_a_sequential_model_without_an_input_of_its_own(model: dict[str, Any]) -> None:
    found = report(model)
    assert list(rows(found).values()) == [(None, 3), (None, 4)]
    assert (found.inputs[0].name, found.ok) == ("input", True)


def test_a_sequential_model_that_was_never_built() -> None:
    model = sequential(dense("a"))
    found = report(model)
    assert [(d.code, d.layer) for d in found.diagnostics] == [("missing-argument", "input")]
    with_input = api.summarize(read(model), inputs=[3])
    assert rows(with_input) == {"input": (None, 3), "a": (None, 4)}


def test_inputs_are_in_the_order_of_the_model() -> None:
    layers = [VECTOR, image("y", 2), layer("Concatenate", "c", call(["x", "y"]))]
    ends = [["y", 0, 0], ["x", 0, 0]]
    assert [t.name for t in report(functional(*layers, inputs=ends)).inputs] == ["y", "x"]
    by_name = {"b": ["x", 0, 0], "a": ["y", 0, 0]}  # which Keras flattens in order of the names
    assert [t.name for t in report(functional(*layers, inputs=by_name)).inputs] == ["y", "x"]
    one = functional(VECTOR, dense("a", call("x")), inputs=["x", 0, 0], outputs=["a", 0, 0])
    assert [t.name for t in report(one).outputs] == ["a"]


def test_tensors_by_name_and_in_lists() -> None:
    model = functional(
        image("x", 5, 3),
        image("h", 4),
        image("c", 4),
        layer("LSTM", "lstm", call("x", initial_state=["h", "c"], training=False), units=4),
        inputs=[["x", 0, 0], ["h", 0, 0], ["c", 0, 0]],
    )
    network = read(model)
    assert network.nodes[3].input_names == ("initial_state", "initial_state")
    assert engine.summarize(network).outputs[0].shape == (None, 4)


def test_what_a_call_says_beside_tensors_is_an_argument() -> None:
    ops = "keras.src.ops.numpy"
    key = [{"class_name": "__ellipsis__", "config": {}}, 0]
    found = report(
        functional(
            image(),
            layer("GetItem", "first", call("image", key), module=ops),
            layer("Subtract", "rest", call(1.0, "first"), module=ops),
        )
    )
    assert [layer.kind for layer in found.layers[1:]] == ["ops.GetItem", "ops.Subtract"]
    assert found.outputs[0].shape == (None, 8, 8)
    assert found.ok


def test_each_call_has_its_own_constants() -> None:
    ops = "keras.src.ops.numpy"
    full = {"class_name": "__slice__", "config": {"start": None, "stop": None, "step": None}}
    calls = [call("image", [full, 0]), call("image", 0)]
    found = report(functional(image(), layer("GetItem", "get", *calls, module=ops)))
    assert rows(found)["get"] == (None, 8, 3)
    assert rows(found)["get_1"] == (8, 8, 3)


def test_a_constant_among_tensors_has_a_shape() -> None:
    network = read(functional(VECTOR, layer("Add", "add", call(["x", ARRAY]))))
    assert network.nodes[1].inputs[1] is UNKNOWN
    found = engine.summarize(network)
    assert found.outputs[0].shape == (1, 3)  # as Keras has it
    assert found.layers[1].inputs == ("x",)
    wider = engine.summarize(network.with_inputs({"x": [5, 3]}))
    assert wider.outputs[0].shape == (1, 5, 3)


def test_a_constant_in_the_place_of_a_tensor() -> None:
    array = {"class_name": "__tensor__", "config": {"value": [[[1.0] * 5] * 4], "dtype": "float32"}}
    mha = layer("MultiHeadAttention", "mha", call("x", array), num_heads=1, key_dim=2)
    found = report(functional(image("x", 7, 3), mha))
    assert [(w.path, w.shape) for w in found.layers[1].weights or ()][2] == (
        "key/kernel",
        (5, 1, 2),
    )
    masked = layer("LSTM", "lstm", call("x", mask=array), units=4)
    assert report(functional(image("x", 7, 3), masked)).ok


def test_a_list_of_masks_keeps_the_place_of_one_that_is_missing() -> None:
    for kind in ("Attention", "AdditiveAttention"):
        masked = layer(kind, "att", call(["q", "v"], mask=[None, "m"]))
        inputs = [["q", 0, 0], ["v", 0, 0], ["m", 0, 0]]
        found = report(
            functional(image("q", 4, 3), image("v", 5, 3), image("m", 5), masked, inputs=inputs)
        )
        assert (found.ok, rows(found)["att"]) == (True, (None, 4, 3))


def test_images_and_what_belongs_to_them() -> None:
    both = tensors(images="x", labels="y")
    inputs = [["x", 0, 0], ["y", 0, 0]]
    for kind in ("CutMix", "RandomFlip"):
        cut = layer(kind, "cut", {"args": [both], "kwargs": {}})
        found = report(functional(image("x", 8, 9, 3), image("y", 4), cut, inputs=inputs))
        assert found.layers[-1].output_shapes == ((None, 8, 9, 3), (None, 4))
        assert found.layers[-1].output_dtypes == ("float32", "float32")


def test_labels_of_another_type_than_the_images() -> None:
    labels = layer("InputLayer", "y", batch_shape=[None, 4], dtype="int32")
    cut = layer("CutMix", "cut", {"args": [tensors(images="x", labels="y")], "kwargs": {}})
    inputs = [["x", 0, 0], ["y", 0, 0]]
    found = report(functional(image("x", 8, 9, 3), labels, cut, inputs=inputs))
    assert found.layers[-1].output_dtypes == (None, None)


def tensors(**names: str) -> dict[str, Any]:
    return {key: tensor(name) for key, name in names.items()}


def test_scores_that_keras_computes_in_another_shape_have_no_known_size() -> None:
    heads: dict[str, Any] = {"num_heads": 2, "key_dim": 3}
    scored = layer(
        "MultiHeadAttention", "mha", call("x", "x", return_attention_scores=True), **heads
    )
    found = report(functional(image("x", 4, 5, 6), scored)).layers[-1]
    assert found.output_shapes == ((None, 4, 5, 6), (None, 2, 4, 4))
    assert (found.output_dtypes, found.op_counts) == ((None, None), UNKNOWN_OP_COUNTS)


def test_policies_of_single_paths_are_refused_for_what_they_are() -> None:
    policy = {"class_name": "DTypePolicy", "config": {"name": "float16"}}
    for paths, ok in (({}, True), ({"mha/query": policy}, False)):
        config = {"default_policy": "bfloat16", "policy_map": paths}
        dtype = {"class_name": "DTypePolicyMap", "config": config}
        mha = layer(
            "MultiHeadAttention", "mha", call("x", "x"), num_heads=2, key_dim=3, dtype=dtype
        )
        found = report(functional(image("x", 4, 6), mha))
        assert found.ok is ok
    assert "a DTypePolicyMap with policies for single layers" in found.diagnostics[0].message


@pytest.mark.parametrize(
    ("compiled", "name"),
    [
        ({"optimizer": {"class_name": "Adam", "config": {}}}, "Adam"),
        ({"optimizer": "rmsprop"}, "rmsprop"),
        ({}, None),
        ({"optimizer": 3}, None),
        (3, None),
    ],
)
def test_the_optimizer_of_a_compiled_model(compiled: Any, name: str | None) -> None:
    model = functional(image("x", 4), layer("Dense", "d", call("x"), units=2))
    found = report({**model, "compile_config": compiled})
    assert (found.ok, found.optimizer, found.params.count) == (True, name, 10)
    keras_2 = {**model, "compile_config": compiled, "keras_version": "2.15.0"}
    assert report(keras_2).optimizer is None  # whose summary does not count it


@pytest.mark.parametrize("said", [{"input_shape": [5]}, {"input_dim": 5}])
def test_a_chain_whose_first_layer_says_what_it_reads(said: dict[str, Any]) -> None:
    found = report(sequential(layer("Dense", "d", units=2, **said)))
    assert (found.ok, found.params.count) == (True, 12)


def test_a_mask_is_no_input_of_a_model() -> None:
    add = layer("Add", "add", call(["a", "b"]))
    ends = [["a", 0, 0], ["b", 0, 0]]
    inner = functional(image("a", 3), image("b", 3), add, inputs=ends, name="inner")
    read_by_name = call({"a": tensor("x"), "b": tensor("x")}, mask=[tensor("x"), None])
    assert report(functional(VECTOR, nested(inner, read_by_name), outputs=[["inner", 1, 0]])).ok


def each(model: dict[str, Any], *sizes: int) -> dict[str, Any]:
    """A model at each step of an image."""
    wrapper = layer("TimeDistributed", "each", call("images"), layer=model)
    return functional(image("images", *sizes), wrapper)


def argument(model: dict[str, Any]) -> Any:
    """A model as the argument of a layer, with all that is said of it."""
    return read(each(model, 5, 3)).nodes[1].definition.named["layer"]


def test_a_model_with_branches_as_an_argument() -> None:
    add = layer("Add", "add", call(["x", "dense"]))
    branched = functional(VECTOR, dense("dense", call("x"), units=3), add)
    found = report(each(branched, 5, 3))
    assert found.ok
    assert found.outputs[0].shape == (None, 5, 3)
    assert found.params.count == 12
    assert argument(branched) == {
        "Functional": {
            "layers": [
                {"InputLayer": {"shape": [3], "name": "x"}},
                {"Dense": {"units": 3}},
                {"Add": None},
            ],
            "reads": {"add": ["x", "dense"]},
            "name": "net",
        }
    }


def test_a_model_that_is_an_argument_and_hands_on_its_input() -> None:
    assert report(each(functional(VECTOR), 5, 3)).outputs[0].shape == (None, 5, 3)


def test_a_chain_goes_on_with_the_first_of_several_outputs() -> None:
    lstm = layer("LSTM", "lstm", call("x"), units=4, return_state=True)
    model = functional(image("x", 4, 3), lstm, dense("dense", call("lstm"), units=2))
    assert list(argument(model)) == ["Functional"]
    assert report(each(model, 5, 4, 3)).outputs[0].shape == (None, 5, 2)


def test_an_operation_in_a_model_that_is_an_argument() -> None:
    half = layer("Multiply", "multiply", call("x", 0.5), module="keras.src.ops.numpy")
    assert argument(functional(VECTOR, half))["Functional"]["layers"][1:] == [
        {"ops.Multiply": {"x2": 0.5}}
    ]
    assert report(each(functional(VECTOR, half), 5, 3)).outputs[0].shape == (None, 5, 3)


def test_a_layer_that_is_shared_in_a_model_that_is_an_argument() -> None:
    twice = dense("dense", call("x"), call("dense"), units=3)
    model = functional(VECTOR, twice, outputs=[["dense", 1, 0]])
    plain = argument(model)["Functional"]
    assert plain["shares"] == {"dense_1": "dense"}
    assert plain["reads"] == {"dense_1": "dense"}
    assert plain["outputs"] == "dense_1"
    assert report(each(model, 5, 3)).params.count == 12


def test_a_model_in_a_model_that_is_an_argument() -> None:
    add = layer("Add", "add", call(["y", "dense"]))
    inner = functional(image("y", 3), dense("dense", call("y"), units=3), add, name="inner")
    # Keras counts a Functional model's own definition as its first call.
    model = functional(VECTOR, nested(inner, call("x")), outputs=[["inner", 1, 0]])
    assert list(argument(model)["Sequential"]["layers"][0]) == ["Functional"]
    found = report(each(model, 5, 3))
    assert found.ok
    assert next(w.path for w in found.layers[1].weights or ()) == "net/inner/dense/kernel"


def test_a_model_of_ones_own_class_in_a_model_that_is_an_argument() -> None:
    add = layer("Add", "add", call(["y", "dense"]))
    inner = functional(image("y", 3), dense("dense", call("y"), units=3), add, name="inner")
    own = {**nested(inner, call("x")), "module": None, "class_name": "Net"}
    model = functional(VECTOR, own, outputs=[["inner", 1, 0]])
    assert report(each(model, 5, 3)).params.count == 12


def test_a_model_of_keras_2_with_branches_as_an_argument() -> None:
    add = layer("TFOpLambda", "tf.math.add", module=None, function="math.add")
    model = functional(VECTOR, dense("dense", units=3), add)
    model["config"]["layers"][1]["inbound_nodes"] = [[["x", 0, 0, {}]]]
    model["config"]["layers"][2]["inbound_nodes"] = [["x", 0, 0, {"y": ["dense", 0, 0]}]]
    whole = {**each(model, 5, 3), "keras_version": "2.15.0"}
    found = report(whole)
    assert found.ok
    assert found.params.count == 12


def test_what_is_called_by_names_in_a_model_that_is_an_argument() -> None:
    heads = layer(
        "MultiHeadAttention",
        "heads",
        call("x", value="y", return_attention_scores=True),
        num_heads=2,
        key_dim=2,
    )
    model = functional(image("x", 4, 3), dense("y", call("x")), heads, outputs=[["heads", 0, 1]])
    plain = argument(model)["Functional"]
    assert plain["layers"][2]["MultiHeadAttention"]["return_attention_scores"] is True
    assert plain["reads"] == {"heads": {"query": "x", "value": "y"}}
    assert plain["outputs"] == "heads:1"
    assert report(each(model, 5, 4, 3)).outputs[0].shape == (None, 5, 2, 4, 4)


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(functional(VECTOR, layer("Add", "add", call(["x", ARRAY]))), id="an array"),
        pytest.param(
            functional(
                image("x", 3, 3),
                layer(
                    "GetItem", "get", call("x", 0), call("get", [0]), module="keras.src.ops.numpy"
                ),
                outputs=[["get", 1, 0]],
            ),
            id="other constants at a later call",
        ),
        pytest.param(functional(VECTOR, dense("a", call("b"))), id="a layer that there is not"),
        pytest.param(functional(VECTOR, outputs=[["y", 0, 0]]), id="an end that there is not"),
        pytest.param(functional(VECTOR, layer("Dense", "x")), id="two of a name"),
        pytest.param(functional(VECTOR, dense("a", {"args": 3})), id="no call"),
    ],
)
def test_a_model_that_is_no_argument(model: dict[str, Any]) -> None:
    found = report(each(model, 5, 3))
    assert [d.code for d in found.diagnostics] == ["unknown-layer"]
    assert found.diagnostics[0].message == (
        "Model has no rule: as an argument, no layer of it may read an array, or be called in "
        "different ways"
    )


def test_what_is_not_trained() -> None:
    frozen = dense("a", call("x"), trainable=False)
    assert report(functional(VECTOR, frozen)).params.non_trainable == 16
    assert report(functional(VECTOR, dense("a", call("x")), trainable=False)).params.trainable == 0


def test_keras_heeds_what_a_model_says_of_training_only_of_the_whole_and_a_functional_one() -> None:
    inner = functional(VECTOR, dense("a", call("x")), name="inner", trainable=False)
    found = report(functional(VECTOR, nested(inner, call("x"))))
    assert found.params.trainable == 16
    assert report(sequential(VECTOR, dense("a"), trainable=False)).params.trainable == 16


def test_what_a_layer_says_of_training_is_not_about_layers_in_it() -> None:
    config = {"class_name": "Dense", "module": "keras.layers", "config": {"units": 4}}
    wrapper = layer("TimeDistributed", "each", call("x"), layer=config, trainable=False)
    assert report(functional(image("x", 5, 3), wrapper)).params.trainable == 16


def test_in_keras_2_what_is_said_of_training_is_about_all() -> None:
    inner = functional(VECTOR, dense("a"), name="inner", trainable=False)
    inner["config"]["layers"][1]["inbound_nodes"] = [[["x", 0, 0, {}]]]
    outer = functional(VECTOR, nested(inner), outputs=[["inner", 1, 0]])
    outer["config"]["layers"][1]["inbound_nodes"] = [[["x", 0, 0, {}]]]
    assert report(outer).params.trainable == 0


def test_calls_of_models_in_models() -> None:
    """Keras counts their own definition in `output_layers`; Keras 2 counts it everywhere."""
    inner = functional(VECTOR, dense("a", call("x"), units=3), name="inner")
    calls = [call("x"), call(tensor("inner", 0)), call(tensor("inner", 1))]
    found = report(functional(VECTOR, nested(inner, *calls), outputs=[["inner", 2, 0]]))
    assert found.outputs[0].name == "inner_1/a"
    old = functional(VECTOR, nested(inner), outputs=[["inner", 2, 0]])
    old["config"]["layers"][1]["inbound_nodes"] = [[["x", 0, 0, {}]], [["inner", 1, 0, {}]]]
    assert report(old).outputs[0].name == "inner_1/a"


STRANGER = layer("Twice", "twice", call("x"), module="mine", factor=5, other=1)
AFTER = dense("after", call(tensor("twice", shape=[None, 6])))


def test_a_class_of_ones_own_is_unknown_and_what_is_behind_it_is_not() -> None:
    found = report(functional(VECTOR, STRANGER, AFTER, dense("b", call("after"))))
    assert [(d.code, d.layer, d.span) for d in found.diagnostics] == [
        ("unknown-layer", "twice", None)
    ]
    assert "Twice is not a layer of Keras" in found.diagnostics[0].message
    assert "--kinds" in (found.diagnostics[0].help or "")
    assert rows(found) == {"x": (None, 3), "twice": None, "after": (None, 4), "b": (None, 4)}
    assert (found.partial, found.unknown_layers, found.params.count) == (True, ("twice",), 48)


def test_shapes_that_the_file_tells_hold_for_its_own_inputs_only() -> None:
    network = read(functional(VECTOR, STRANGER, AFTER)).with_inputs({"x": [7]})
    assert rows(engine.summarize(network)) == {"x": (None, 7), "twice": None, "after": None}


def test_a_class_is_reported_once() -> None:
    again = layer("Twice", "again", call("twice"), module="mine")
    assert len(report(functional(VECTOR, STRANGER, again)).diagnostics) == 1


def test_a_class_that_is_declared() -> None:
    found = report(functional(VECTOR, STRANGER, AFTER), KINDS)
    assert found.diagnostics == ()
    weights = found.layers[1].weights
    assert weights is not None
    assert [(w.name, w.shape) for w in weights] == [("w", (5,))]


def test_a_class_of_ones_own_is_not_the_one_of_keras_with_its_name() -> None:
    found = report(functional(VECTOR, layer("Dense", "a", call("x"), module="mine", units=4)))
    assert [d.code for d in found.diagnostics] == ["unknown-layer"]


def test_the_layers_of_the_applications_come_declared() -> None:
    scale = layer("LayerScale", "s", call("x"), module="keras.src.applications.convnext",
                  init_values=1e-6, projection_dim=3)  # fmt: skip
    found = report(functional(VECTOR, scale))
    assert found.ok
    assert found.params.count == 3


def refused(model: Any) -> tuple[str, str]:
    with pytest.raises(SpecError) as caught:
        read(model)
    (diagnostic,) = caught.value.diagnostics
    return diagnostic.code, diagnostic.message


LOOP = functional(VECTOR, dense("a", call("b")), dense("b", call("a")))


@pytest.mark.parametrize(
    ("model", "code", "message"),
    [
        (LOOP, "loop", "layer 'a' reads, by way of others, what it gives itself"),
        ({"class_name": "Mine", "config": {"name": "m"}}, "no-layers", "no layers of this Mine"),
        (functional(VECTOR, dense("a", call("x")), dense("a")), "duplicate-name", "'net'"),
        ({"class_name": "Sequential", "config": {"layers": [3]}}, "wrong-type", "a layer must"),
        (functional(VECTOR, {"class_name": "Dense", "config": {}}, outputs=["x", 0, 0]),
         "wrong-type", "a layer must have a name"),
        (functional(VECTOR, outputs=[["x", 0]]), "wrong-type", "the inputs and outputs of 'net'"),
        (functional(VECTOR, dense("a", {"args": 3})), "wrong-type", "what layer 'a' reads"),
        (functional(VECTOR, dense("a", call(tensor("x", call=1.5)))), "wrong-type", "layer 'a'"),  # type: ignore[arg-type]
    ],
)  # fmt: skip
def test_what_is_no_model(model: Any, code: str, message: str) -> None:
    found_code, found_message = refused(model)
    assert found_code == code
    assert message in found_message


def test_a_tensor_that_is_not_there() -> None:
    found = report(functional(VECTOR, dense("a", call("nobody")), dense("b", call("x"))))
    assert [(d.code, d.message, d.layer) for d in found.diagnostics] == [
        ("unknown-input", "there is no output 0 of 'nobody' to read", "a")
    ]
    assert rows(found) == {"x": (None, 3), "a": None, "b": (None, 4)}
    second = report(functional(VECTOR, dense("a", call("x")), dense("b", call(tensor("a", 0, 3)))))
    assert [d.message for d in second.diagnostics] == ["a has 1 output, counted from 0"]


def test_models_may_not_be_nested_without_end() -> None:
    model = sequential(VECTOR, dense("a"), name="m")
    for i in range(70):
        model = functional(VECTOR, nested(model, call("x")), name=f"m{i}")
    assert refused(model)[0] == "too-deep"


def test_a_model_that_multiplies_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph, "MAX_LAYERS", 1_000)
    model = functional(VECTOR, dense("a", call("x"), units=3), name="m0")
    for i in range(1, 40):
        inner = nested(model, call("x"), call(model["config"]["name"]))
        model = functional(VECTOR, inner, name=f"m{i}", outputs=[[f"m{i - 1}", 2, 0]])
    assert refused(model)[0] == "too-large"


def test_a_fault_of_the_arguments_names_the_layer() -> None:
    found = report(functional(VECTOR, dense("a", call("x"), units=0)))
    assert [(d.code, d.layer, d.span) for d in found.diagnostics] == [("wrong-value", "a", None)]


@pytest.mark.parametrize(
    ("text", "is_model"),
    [
        (json.dumps(functional(VECTOR)), True),
        ("  \n" + json.dumps(sequential(VECTOR)), True),
        ('{"class_name": "Functional", "config": {', True),
        ('{"input": [8], "layers": ["ReLU"]}', False),
        ('{input: [8], layers: [{Dense: {x: {"class_name": "Zeros", "config": {}}}}]}', False),
        ('{"layers": [{"Dense": {"kernel_initializer": {"class_name": "Zeros", "config": {}}}}]}',
         False),
        ("layers: []", False),
    ],
)  # fmt: skip
def test_models_are_told_by_their_content(text: str, is_model: bool) -> None:
    from convcalc.formats import keras  # noqa: PLC0415

    assert keras.recognizes(text.encode()) is is_model


def test_json_that_breaks_off() -> None:
    with pytest.raises(SpecError, match="this is not the JSON of a model: Input data was trunc"):
        formats.parse(b'{"class_name": "Functional", "config": {', "m.json")


@pytest.mark.parametrize(
    ("subscripts", "args"),
    [("...ij,jk->...ik", ["x", KERNEL]), ("jk,...ij->...ik", [KERNEL, "x"])],
)
def test_a_constant_among_any_number_of_operands(subscripts: str, args: list[Any]) -> None:
    einsum = layer("Einsum", "e", call(*args), module="keras.src.ops.numpy", subscripts=subscripts)
    found = report(functional(image("x", 2, 4, 5), einsum)).layers[1]
    assert found.output_shapes == ((None, 2, 4, 3),)
    assert found.op_counts == OpCounts(matrix=120)
