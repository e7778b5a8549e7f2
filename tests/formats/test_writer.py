"""Networks written as specs: literal texts, and that what is written comes to the same."""

from pathlib import Path
from typing import Any

import pytest

from convcalc import api, formats
from convcalc.documents.text import flow
from convcalc.formats.spec.writer import UnwritableError, write_spec
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

SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*.yaml"))


def dense(name: str, *calls: dict[str, Any], units: int = 4, **config: Any) -> dict[str, Any]:
    return layer("Dense", name, *calls, units=units, **config)


def body(text: str) -> str:
    """A spec from its layers on."""
    return text[text.index("layers:") :]


VECTOR = image("x", 3)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.name)
def test_the_gallery_comes_to_the_same(path: Path) -> None:
    text = api.convert(api.load(path))  # which compares both reports
    assert api.convert(formats.parse(text.encode(), path.name)) == text


def test_a_whole_spec() -> None:
    model = sequential(
        image(),
        layer("Conv2D", "conv2d", filters=8, kernel_size=[3, 3], padding="same", activation="relu"),
        layer("MaxPooling2D", "max_pooling2d", pool_size=[2, 2], strides=[2, 2]),
        layer("Flatten", "flatten"),
        dense("dense", units=16),
        dense("dense_1", units=16),
        dense("head", units=10, activation="softmax"),
        name="small",
    )
    assert api.convert(read(model)) == (
        "name: small\n"
        "inputs:\n"
        "  image: [8, 8, 3]\n"
        "\n"
        "layers:\n"
        "  - Conv2D: {filters: 8, kernel_size: 3, padding: same, activation: relu}\n"
        "  - MaxPooling2D\n"
        "  - Flatten\n"
        "  - Dense: 16\n"
        "    repeat: 2\n"
        "  - Dense: {units: 10, activation: softmax}\n"
        "    name: head\n"
    )


def test_the_one_input_called_input_has_the_short_form() -> None:
    text = write_spec(read(sequential(image("input", None, 3), dense("dense"))))
    assert "\ninput: [null, 3]\n" in text


def test_inputs_with_more_than_a_shape() -> None:
    words = layer("InputLayer", "words", batch_shape=[2, 5], dtype="int32")
    embedding = layer("Embedding", "embedding", call("words"), input_dim=9, output_dim=3)
    model = functional(words, VECTOR, embedding, inputs=[["words", 0, 0], ["x", 0, 0]])
    text = write_spec(read(model))
    assert "inputs:\n  words: {shape: [5], batch_size: 2, dtype: int32}\n  x: [3]\n" in text
    assert body(text) == (
        "layers:\n  - Embedding: {input_dim: 9, output_dim: 3}\n    from: words\n"
    )


def test_an_input_further_down_stays_there() -> None:
    model = functional(
        VECTOR, dense("a", call("x")), image("y", 4), layer("Add", "add", call(["a", "y"])),
        inputs=[["x", 0, 0], ["y", 0, 0]],
    )  # fmt: skip
    assert body(api.convert(read(model))) == (
        "layers:\n"
        "  - Dense: 4\n    name: a\n"
        "  - InputLayer: {shape: [4]}\n    name: y\n"
        "  - Add:\n    from: [a, y]\n"
    )


def test_names_and_what_is_read_only_where_they_are_needed() -> None:
    model = functional(
        VECTOR, dense("dense_1", call("x")), dense("dense", call("x")),
        dense("dense_2", call("dense")),
        layer("Concatenate", "concatenate", call(["dense_1", "dense_2"])),
        outputs=[["concatenate", 0, 0], ["dense", 0, 0]],
    )  # fmt: skip
    assert body(api.convert(read(model))) == (
        "layers:\n"
        "  - Dense: 4\n    name: dense_1\n"
        "  - Dense: 4\n    from: x\n"
        "  - Dense: 4\n"
        "  - Concatenate:\n    from: [dense_1, dense_2]\n"
        "outputs: [concatenate, dense]\n"
    )


def test_arguments_in_order_and_beyond_the_width_one_a_line() -> None:
    conv = layer("Conv2D", "conv2d", call("image"), padding="same", strides=[2, 2], filters=64,
                 kernel_size=[3, 5], use_bias=False, activation="relu", groups=1,
                 kernel_initializer="he_normal")  # fmt: skip
    assert body(write_spec(read(functional(image(), conv)))) == (
        "layers:\n"
        "  - Conv2D:\n"
        "      filters: 64\n      kernel_size: [3, 5]\n      strides: 2\n      padding: same\n"
        "      activation: relu\n      use_bias: false\n      kernel_initializer: he_normal\n"
    )


def test_models_become_blocks_and_equal_ones_the_same_block() -> None:
    def unit(name: str) -> dict[str, Any]:
        return sequential(VECTOR, dense("dense", units=3), layer("ReLU", "re_lu"), name=name)

    model = functional(
        VECTOR, nested(unit("unit"), call("x"), call("again")),
        nested(unit("again"), call("unit")),
        outputs=[["unit", 1, 0]],
    )  # fmt: skip
    text = api.convert(read(model))
    assert text[text.index("blocks:") :] == (
        "blocks:\n"
        "  unit:\n"
        "    layers:\n"
        "      - Dense: 3\n"
        "      - ReLU\n"
        "\n"
        "layers:\n"
        "  - unit\n"
        "  - unit:\n    name: again\n"
        "  - share: unit\n"
    )


def test_a_block_with_several_ends() -> None:
    inner = functional(
        VECTOR, image("y", 2), dense("a", call("x")), dense("b", call("y")), name="inner",
        inputs=[["x", 0, 0], ["y", 0, 0]], outputs=[["b", 0, 0], ["a", 0, 0]],
    )  # fmt: skip
    model = functional(
        VECTOR, image("z", 2), nested(inner, call(["x", "z"])),
        layer("Add", "add", call([tensor("inner", 0, 1), tensor("inner", 0, 0)])),
        inputs=[["x", 0, 0], ["z", 0, 0]],
    )  # fmt: skip
    text = api.convert(read(model))
    assert "      - Dense: 4\n        name: a\n        from: input\n" in text
    assert "      - Dense: 4\n        name: b\n        from: input:1\n" in text
    assert "    outputs: [b, a]\n" in text
    assert body(text[text.index("\nlayers") :]) == (
        "layers:\n  - inner:\n    from: [x, z]\n  - Add:\n    from: [inner:1, inner]\n"
    )


def test_what_is_not_trained_is_said_once() -> None:
    spec = (
        "name: net\ninput: [3]\n\n"
        "blocks:\n  inner:\n    layers:\n      - Dense: 3\n        repeat: 2\n\n"
        "layers:\n  - inner:\n    trainable: false\n  - Dense: 4\n    trainable: false\n"
    )
    assert api.convert(formats.parse(spec.encode(), "net.yaml")) == spec


def test_what_keras_says_of_training_is_an_argument() -> None:
    frozen = dense("dense", call("x"), trainable=False)
    text = api.convert(read(functional(VECTOR, frozen)))
    assert body(text) == "layers:\n  - Dense: {units: 4, trainable: false}\n"


def test_tensors_by_name() -> None:
    states = [tensor("lstm", 0, 1), tensor("lstm", 0, 2)]
    model = functional(
        image("x", 5, 4),
        layer("LSTM", "lstm", call("x"), units=4, return_state=True, return_sequences=True),
        layer("LSTM", "again", call("lstm", initial_state=states), units=4),
        layer("MultiHeadAttention", "mha", call("lstm", value="x"), num_heads=2, key_dim=3),
        outputs=[["again", 0, 0], ["mha", 0, 0]],
    )  # fmt: skip
    text = api.convert(read(model))
    assert "    from: {sequences: lstm, initial_state: [lstm:1, lstm:2]}\n" in text
    assert "    from: {query: lstm, value: x}\n" in text


def test_declared_kinds_are_written_with_what_they_need() -> None:
    kinds = formats.parse_kinds(
        b"vars: {base: 2}\nkinds:\n  Mine: {args: {n: , m: [1, a]}, "
        b'weights: {w: [=n * base], k: {shape: ["=input[0]"], trainable: false}}, output: =input, '
        b"macs: =n * base}\n  Free: {output: =input, macs: 0}"
    )
    mine = layer("Mine", "mine", call("x"), module="own", n=3)
    free = layer("Free", "free", call("mine"), module="own")
    text = api.convert(read(functional(VECTOR, mine, free), **kinds))
    assert text[text.index("vars:") :] == (
        "vars:\n  base: 2\n"
        "kinds:\n"
        "  Mine:\n"
        "    args: {n: , m: [1, a]}\n"
        '    weights: {w: [=n * base], k: {shape: ["=input[0]"], trainable: false}}\n'
        "    output: =input\n"
        "    macs: =n * base\n"
        "  Free:\n"
        "    output: =input\n"
        "    macs: 0\n"
        "\n"
        "layers:\n  - Mine: 3\n  - Free\n"
    )


def test_names_of_keras_2_with_a_slash() -> None:
    model = functional(VECTOR, dense("a/b", call("x")), dense("a_b", call("a/b")))
    text = api.convert(read(model))
    assert body(text) == "layers:\n  - Dense: 4\n    name: a_b\n    repeat: 2\n"


def test_what_there_are_no_words_for() -> None:
    ones = {"class_name": "__numpy__", "config": {"value": [[1.0] * 3], "dtype": "float32"}}
    with pytest.raises(UnwritableError, match="reads a constant"):
        api.convert(read(functional(VECTOR, layer("Add", "add", call(["x", ones])))))
    first = {**dense("a"), "shared_object_id": 7}
    inner = sequential(VECTOR, first, name="inner")
    again = {**dense("b", call("inner"), units=4), "shared_object_id": 7}
    model = functional(image("x", 4), nested(inner, call("x")), again)
    text = api.convert(read(model))  # a layer in a block can be shared outside of it
    assert "  - share: inner/a\n    name: b\n" in text
    inner = sequential(VECTOR, {**dense("c"), "shared_object_id": 7}, name="inner")
    model = functional(VECTOR, {**first, "inbound_nodes": [call("x")]}, nested(inner, call("x")))
    with pytest.raises(UnwritableError, match="inner shares layers with what is no model like it"):
        api.convert(read(model))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (3, "3"),
        (-1.0, "-1.0"),
        (1e-05, "1.0e-05"),
        (float("inf"), ".inf"),
        ("same", "same"),
        ("null", '"null"'),
        ("True", '"True"'),
        ("1:30", '"1:30"'),
        ("a: b", '"a: b"'),
        ("lstm:1", "lstm:1"),
        ("a#", '"a#"'),
        ("=n * 2", "=n * 2"),
        ("=[n, 2]", '"=[n, 2]"'),
        ("", '""'),
        ("é", '"é"'),
        ([1, [2, None]], "[1, [2, null]]"),
        ({"a": {"b": []}}, "{a: {b: []}}"),
    ],
)
def test_values(value: Any, text: str) -> None:
    assert flow(value) == text


def test_layers_in_a_layer_stand_below_each_other_where_a_line_is_too_short() -> None:
    model = functional(
        VECTOR,
        dense("dense", call("x"), units=3, kernel_initializer="he_normal", activation="relu"),
        layer("Add", "add", call(["x", "dense"])),
        layer("Concatenate", "both", call(["x", "add"])),
    )
    wrapper = layer("TimeDistributed", "each", call("steps"), layer=model)
    network = read(functional(image("steps", 5, 3), wrapper))
    text = api.convert(network)  # which compares both reports
    assert body(text) == (
        "layers:\n"
        "  - TimeDistributed:\n"
        "      layer:\n"
        "        Functional:\n"
        "          layers:\n"
        "            - InputLayer: {shape: [3], name: x}\n"
        "            - Dense: {units: 3, kernel_initializer: he_normal, activation: relu}\n"
        "            - Add\n"
        "            - Concatenate: {name: both}\n"
        "          reads: {add: [x, dense], both: [x, add]}\n"
        "          name: net\n"
        "    name: each\n"
    )
