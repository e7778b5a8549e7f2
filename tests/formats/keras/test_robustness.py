"""Whatever a model of Keras holds: a network and a report, or a fault with a code, and soon."""

# ruff: noqa: E501 - a case is one line

import contextlib
import copy
import io
import itertools
import json
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convcalc import api, formats
from convcalc.analysis import engine
from convcalc.diagnostics import SpecError
from convcalc.formats.keras import model_json
from convcalc.formats.spec.writer import UnwritableError
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

FILES = sorted(
    path
    for path in Path(__file__).with_name("files").glob("*.json")
    if not path.name.endswith(".expected.json")
)
MODELS = [json.loads(path.read_bytes()) for path in FILES]
SECONDS = 60.0
"""Far more than anything takes here, and far less than what has no limit."""

UNHURRIED = settings(
    deadline=None,
    max_examples=1_000,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(autouse=True, scope="module")
def small_limit() -> Iterator[None]:
    """A limit on layers that a test reaches in a moment: a number may end up as a `repeat`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("convcalc.formats.spec.expansion.MAX_LAYERS", 2_000)
        yield


def check(data: bytes) -> Report | SpecError:
    """Read, compute and convert; all that may be raised is the project's own."""
    start = time.perf_counter()
    found: Report | SpecError
    try:
        network = formats.parse(data, "m.json")
        found = api.summarize(network)
        found.to_dict()
        assert found.ok == (not any(d.severity == "error" for d in found.diagnostics))
        with contextlib.suppress(UnwritableError):
            api.convert(network)
    except SpecError as error:
        found = error
        assert found.diagnostics
    assert time.perf_counter() - start < SECONDS
    return found


JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [
        None, True, False, 0, 1, -1, 3, 2**70, -(2**70), 1.5, 1e300, "", "x", "input", "=x", "a/b", "a:1",
        "a\nb", "null", "\U0001f600", [], {}, [[]], [None], [1, 2], ["x", 0, 0], [None, 4],
        {"class_name": "Dense"},
        {"class_name": "Dense", "config": {}},
        {"class_name": "TFOpLambda"},
        {"class_name": ["Dense"], "config": {"a": 1}},
        {"class_name": "__tuple__", "items": [1]},
        {"class_name": "__tensor__", "config": {"value": [[1, 2], [3]]}},
        {"class_name": "DTypePolicy", "config": {"name": ["float16"]}},
        {"class_name": "DTypePolicyMap", "config": {"default_policy": {"class_name": "DTypePolicy", "config": {"name": "float16"}}, "policy_map": {"a": 1}}},
    ]
)  # fmt: skip
KEYS = st.sampled_from(
    ["name", "module", "class_name", "config", "shared_object_id", "build_config", "dtype",
     "trainable", "layers", "input_layers", "inbound_nodes", "layer", "batch_input_shape"]
)  # fmt: skip


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each dict and list with each of its keys, from the outside in."""
    todo = [value]
    for container in todo:
        keys = container if isinstance(container, dict) else range(len(container))
        for key in keys:
            yield container, key
            if isinstance(container[key], dict | list):
                todo.append(container[key])


@st.composite
def changed(draw: st.DrawFn) -> Any:
    """A real model with values replaced, deleted, doubled, added, or put in others' places."""
    model = copy.deepcopy(draw(st.sampled_from(MODELS)))
    for _ in range(draw(st.integers(1, 3))):
        there = list(places(model))
        if not there:
            break
        (container, key), (other, other_key) = (draw(st.sampled_from(there)) for _ in range(2))
        value, other_value = container[key], copy.deepcopy(other[other_key])
        match draw(st.sampled_from(["replace", "copy", "swap", "delete", "double", "add"])):
            case "replace":
                container[key] = copy.deepcopy(draw(JUNK))
            case "copy":
                container[key] = other_value
            case "swap":
                other[other_key] = copy.deepcopy(value)
                container[key] = other_value
            case "double" if isinstance(container, list):
                container.insert(key, copy.deepcopy(value))
            case "add" if isinstance(container, dict):
                container[draw(KEYS)] = copy.deepcopy(draw(JUNK))
            case _:
                del container[key]
    return model


@pytest.mark.slow
@given(changed())
@UNHURRIED
def test_values_where_others_belong(model: Any) -> None:
    check(json.dumps(model).encode())


@given(st.sampled_from(FILES), st.data())
@settings(UNHURRIED, max_examples=100)
def test_files_that_are_damaged(path: Path, data: st.DataObject) -> None:
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole)))
    check(whole[:at])
    check(whole[:at] + data.draw(st.binary(max_size=3)) + whole[at + 1 :])


X = image("x", 3)
KERAS_OPS = "keras.src.ops.numpy"


def dense(name: str, *calls: dict[str, Any], **config: Any) -> dict[str, Any]:
    return layer("Dense", name, *calls, **{"units": 3, **config})


def without(made: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in made.items() if key not in keys}


def twice(depth: int, *layers: dict[str, Any]) -> dict[str, Any]:
    """A model that is applied twice in one that is applied twice, and so on."""
    model = functional(X, *layers, name="m0")
    for i in range(1, depth):
        inner = nested(model, call("x"), call(f"m{i - 1}"))
        model = functional(X, inner, name=f"m{i}", outputs=[[f"m{i - 1}", 2, 0]])
    return model


def deep(value: Any, depth: int) -> Any:
    for _ in range(depth):
        value = [value]
    return value


def around(class_name: str, depth: int) -> dict[str, Any]:
    inner = without(dense("d"), "name", "inbound_nodes")
    for i in range(depth):
        config = {"name": f"w{i}", "layer": inner}
        inner = {"module": "keras.layers", "class_name": class_name, "config": config}
    return {**inner, "name": "w", "inbound_nodes": [call("x")]}


ENDLESS = b'{"class_name": "Functional", "config": '
SECOND = call(tensor("a", 1))
INNER = functional(X, image("y", 3), layer("Add", "add", call(["x", "y"])), name="inner",
                   inputs=[["x", 0, 0], ["y", 0, 0]])  # fmt: skip
SHARED = {"shared_object_id": 7}

HOSTILE: list[tuple[str, Any, str]] = [
    # What can't be read at all.
    ("deeper than the stack", ENDLESS + b"[" * 100_000, "too-deep"),
    ("a deep list in the place of a config", ENDLESS + b"[" * 600 + b"]" * 600 + b"}", "too-deep"),
    ("brackets in the place of a config", ENDLESS + b'"\\"' + b"[" * 600 + b'"}', "no-layers"),
    ("a string without an end", ENDLESS + b'"' + b"[" * 600, "syntax"),
    ("calls in the place of layers", functional(X, layer("Bidirectional", "b", call("x"), layer=call("x"), backward_layer={"a": 1})), "wrong-type"),
    ("deep ends", functional(X, inputs=deep("x", 600)), "too-deep"),
    ("an argument that is deep", functional(X, dense("a", call("x"), kernel_regularizer=deep(1, 400))), "too-deep"),
    ("an unknown argument that is deep", functional(X, layer("Own", "a", call("x"), module="mine", size=deep(1, 400))), "too-deep"),
    ("a constant that is deep", functional(X, layer("Add", "a", call("x", deep(1, 400)), module=KERAS_OPS)), "too-deep"),
    ("bytes that are no text", json.dumps(functional(X)).encode().replace(b"net", b"n\xfft"), "syntax"),
    ("half of a character", json.dumps(functional(X)).encode().replace(b"net", b"n\\ud800t"), "syntax"),
    ("half of a character, and NaN", json.dumps(functional(X, a=float("nan"))).encode().replace(b"net", b"n\\ud800t"), "syntax"),
    ("a number that is none", json.dumps(functional(X)).encode().replace(b"3", b"1e999"), "syntax"),
    ("a long number", json.dumps(functional(X)).encode().replace(b"3", b"9" * 50_000), "syntax"),
    ("something behind it", json.dumps(functional(X)).encode() + b"{}", "syntax"),
    ("UTF-16", json.dumps(functional(X)).encode("utf-16"), "not-utf-8"),
    # Models that are none.
    ("no config", {"class_name": "Functional", "config": None}, "no-layers"),
    ("layers by name", {"class_name": "Sequential", "config": {"layers": {"a": dense("a")}}}, "no-layers"),
    ("no inputs", functional(X, input_layers=None), "wrong-type"),
    ("graph without ends", {"class_name": "Functional", "config": {"layers": [X, dense("a", call("x"))]}}, "no-layers"),
    ("applied, but empty", sequential(X, sequential(name="in")), "no-layers"),
    ("trained somewhat", functional(X, dense("a", call("x"), trainable=0)), "wrong-type"),
    # Names.
    ("a number for a name", functional(X, {**dense("a", call("x")), "name": 5}), "wrong-type"),
    ("no name", functional(X, {**dense("a", call("x")), "name": None}), "wrong-type"),
    ("equal names", functional(X, dense("x", call("x"))), "duplicate-name"),
    ("names that are equal as far as they are kept", functional(X, dense("n" * 2000 + "1", call("x")), dense("n" * 2000 + "2", call("x"))), "duplicate-name"),
    ("a class that is a list", functional(X, {**dense("a", call("x")), "class_name": ["Dense"]}), "wrong-type"),
    # What is read.
    ("itself", functional(X, dense("a", call("a"))), "loop"),
    ("itself, the second time", functional(X, dense("a", call("x"), SECOND)), "loop"),
    ("a call from the end", functional(X, dense("a", call(tensor("x", -1)))), "wrong-type"),
    ("a call that is true", functional(X, dense("a", call(tensor("x", True)))), "wrong-type"),
    ("a call far away", functional(X, dense("a", call(tensor("x", 2**70)))), "unknown-input"),
    ("an output that is not there", functional(X, dense("a", call(tensor("x", 0, 5, [None, 3])))), "unknown-input"),
    ("an end that is not there", functional(X, dense("a", call("x")), outputs=[["b", 0, 0]]), "unknown-input"),
    ("an end that no call gives", functional(X, dense("a", call("x")), outputs=[["a", 1, 0]]), "unknown-input"),
    ("an end that is no output", functional(X, dense("a", call("x")), outputs=[["a", 0, 5]]), "unknown-input"),
    ("an input that is none", functional(X, dense("a", call("x")), inputs=[["a", 0, 0]]), "wrong-inputs"),
    ("an input that is not there", functional(X, inputs=[["x", 0, 0], ["y", 0, 0]]), "wrong-inputs"),
    ("an input that is not named", functional(X, image("y", 3), layer("Add", "a", call(["x", "y"]))), "wrong-inputs"),
    ("nodes that are numbers", functional(X, {**dense("a"), "inbound_nodes": [1, 2]}), "wrong-type"),
    ("nodes that are one", functional(X, {**dense("a"), "inbound_nodes": 1}), "wrong-type"),
    ("nothing among tensors", functional(X, layer("Add", "a", call(["x", None]))), "wrong-type"),
    ("a dict for a tensor", functional(X, layer("MultiHeadAttention", "a", call("x", "x", key={"config": {}}), num_heads=1, key_dim=1)), "wrong-type"),
    ("a model with one input too few", functional(X, nested(INNER, call("x"))), "wrong-inputs"),
    ("a model with one input too many", functional(X, nested(INNER, call(["x", "x", "x"]))), "wrong-inputs"),
    # What tells two things.
    ("built for others", functional(X, {**dense("a", call("x")), "build_config": {"input_shape": [None, 5]}}), "shape-mismatch"),
    ("built for words", functional(X, {**dense("a", call("x")), "build_config": {"input_shape": [None, "x"]}}), "wrong-type"),
    ("built for less than nothing", functional(X, {**dense("a", call("x")), "build_config": {"input_shape": [None, -3]}}), "wrong-type"),
    ("built somehow", functional(X, {**dense("a", call("x")), "build_config": {"other": [None, 3]}}), "wrong-type"),
    ("two layers that are one", functional(X, {**dense("a", call("x")), **SHARED}, {**dense("b", call("a"), use_bias=False), **SHARED}), "wrong-value"),
    ("shared by two classes", functional(X, {**dense("a", call("x")), **SHARED}, {**layer("ReLU", "b", call("a")), **SHARED}), "wrong-value"),
    # Classes of one's own.
    ("of one's main program", functional(X, layer("Dense", "a", call("x"), module=None, units=3)), "unknown-layer"),
    ("of one's package", functional(X, layer("mine>Dense", "a", call("x"), units=3)), "unknown-layer"),
    ("a module that is a number", functional(X, {**dense("a", call("x")), "module": 1}), "unknown-layer"),
    ("a sublayer of one's own", functional(image("x", 4, 3), layer("TimeDistributed", "t", call("x"), layer=without(layer("Dense", "d", module="mine", units=3), "name"))), "unknown-layer"),
    ("as keras.applications call theirs", functional(X, layer("LayerScale", "s", call("x"), module="mine", projection_dim=3)), "unknown-layer"),
    # Too much of everything.
    ("twice, 40 times", twice(40, dense("a", call("x"))), "too-large"),
    ("a shape without end", functional(image("x", 10**30), dense("a", call("x"))), "wrong-value"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("model", "code"), [pytest.param(model, code, id=what) for what, model, code in HOSTILE]
)
def test_what_lies_or_is_inconsistent(model: Any, code: str) -> None:
    found = check(model if isinstance(model, bytes) else json.dumps(model).encode())
    errors = [d for d in found.diagnostics if d.severity == "error"]
    assert errors[0].code == code
    assert all(len(d.message) < 5_000 for d in errors)


def numbered(count: int) -> Iterator[dict[str, Any]]:
    for above, i in itertools.pairwise(["x", *range(count)]):
        yield dense(f"d{i}", call("x" if above == "x" else f"d{above}"))


LARGE: list[tuple[str, Any]] = [
    ("many layers", functional(X, *numbered(2_000))),
    ("many calls of one", functional(X, dense("a", call("x"), *(call(tensor("a", i)) for i in range(3_000))), outputs=[["a", 3_000, 0]])),
    ("many inputs of one", functional(X, layer("Add", "a", call(["x"] * 10_000)))),
    ("many classes that nobody knows", functional(X, *(layer(f"Own{i}", f"a{i}", call("x")) for i in range(2_000)))),
    ("many blocks", functional(X, *(nested(functional(X, dense(f"a{i}", call("x")), name=f"g{i}"), call("x")) for i in range(1_000)))),
    ("many applications", twice(10, dense("a", call("x")))),
    ("many faults", twice(10, dense("a", call("x")), dense("b", call("nobody")))),
    ("long names", twice(12, dense("n" * 1_000, call("x")))),
    ("a large and deep constant", functional(X, layer("Add", "a", call(["x", deep([1.0] * 100_000, 200)]), module=KERAS_OPS))),
    ("layers in layers", functional(image("x", *[2] * 60), around("TimeDistributed", 50))),
    ("layers in layers that no spec may have", functional(image("x", *[2] * 110), around("TimeDistributed", 100))),
]  # fmt: skip


@pytest.mark.parametrize(
    "model", [pytest.param(model, id=what) for what, model in LARGE]
)  # fmt: skip
def test_what_is_large(model: dict[str, Any]) -> None:
    start = time.process_time()
    check(json.dumps(model).encode())
    assert time.process_time() - start < 10


NAMES = [
    "yes", "null", "0x10", "1:30", "1e3", "~", "-", "#c", "a: b", "a#b", "[x]", "{a}", "*a", "&a", "!t",
    "|", "'q'", '"', "\t", " lead", "trail ", "a\nb", "\x7f", "\u2028", "\u00e9 \u00fc", "\U0001f600", "%", "@x", "`", "?",
    "=x", "=1+1", "", "input", "input:1", "share", "same", "layers", "name", "Dense", "dense", "dense_1",
    "a/b", "a:1", "x" * 300,
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_names_that_a_spec_must_quote_or_can_not_have(name: str) -> None:
    """What is converted is read again and compared, which raises where it differs."""
    layers = (
        dense(name, call("x")),
        dense("zz", call(name)),
        layer("Add", "add", call([name, "zz"])),
    )
    ends = [["b", 0, 0], ["a", 0, 0]]
    group = functional(X, dense("a", call("x")), dense("b", call("x")), name=name, outputs=ends)
    for model in (
        functional(X, *layers),
        functional(image(name, 3), *layers[1:]),
        functional(X, nested(functional(X, *layers, name="g"), call("x"))),
        functional(X, nested(group, call("x")), layer("Add", "add", call([name, "x"]))),
        functional(X, dense("a", call("x")), name=name),
        functional(X, dense("a", call("x"), activation="y" if name[:1] == "=" else name)),
    ):
        network = read(model)
        text = api.convert(network)
        again = engine.summarize(formats.parse(text.encode(), "m.yaml"))
        assert again.params.count == engine.summarize(network).params.count


def test_what_python_writes_for_numbers_that_json_does_not_have() -> None:
    model = functional(X, layer("ReLU", "a", call("x"), max_value=float("inf")))
    assert b"Infinity" in json.dumps(model).encode()
    assert "max_value: .inf" in api.convert(read(model))


def test_a_byte_order_mark() -> None:
    data = b"\xef\xbb\xbf" + json.dumps(functional(X, dense("a", call("x")))).encode()
    assert engine.summarize(formats.parse(data, "m.json")).params.count == 12


def test_keys_given_twice_are_read_as_keras_reads_them() -> None:
    data = json.dumps(functional(X, dense("a", call("x")))).replace(
        '"units": 3', '"units": 3, "units": 5'
    )
    assert engine.summarize(formats.parse(data.encode(), "m.json")).params.count == 20


def packed(content: bytes, method: int = zipfile.ZIP_DEFLATED, name: str = "config.json") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as made:
        made.writestr(name, content)
    return buffer.getvalue()


MODEL = json.dumps(functional(X, dense("a", call("x")))).encode()
PACKED = packed(MODEL)


@given(st.data())
@settings(UNHURRIED, max_examples=200)
def test_archives_that_are_damaged(data: st.DataObject) -> None:
    """Most changes are in the headers, which stand at both ends."""
    changed = bytearray(PACKED)
    ends = st.integers(0, 60) | st.integers(len(PACKED) - 100, len(PACKED) - 1)
    for _ in range(data.draw(st.integers(1, 3))):
        changed[data.draw(ends)] = data.draw(st.integers(0, 255))
    check(bytes(changed))
    check(PACKED[: data.draw(st.integers(0, len(PACKED)))])


def encrypted() -> bytes:
    made = bytearray(PACKED)
    made[made.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


def lying() -> bytes:
    """An archive that says of its member that it is unpacked to nearly nothing."""
    made = bytearray(PACKED)
    at = made.rindex(b"PK\x01\x02") + 24
    made[at : at + 4] = (5).to_bytes(4, "little")
    return bytes(made)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(packed(b" " * (model_json.MAX_BYTES + 1)), "too-large", id="a bomb"),
        pytest.param(encrypted(), "archive", id="encrypted"),
        pytest.param(lying(), "archive", id="a size that is not true"),
        pytest.param(packed(MODEL, zipfile.ZIP_BZIP2), "archive", id="compressed otherwise"),
        pytest.param(packed(MODEL, zipfile.ZIP_LZMA), "archive", id="compressed yet otherwise"),
        pytest.param(packed(PACKED), "syntax", id="an archive in an archive"),
        pytest.param(packed(PACKED, name="a.keras"), "archive", id="an archive beside nothing"),
        pytest.param(packed(b"[]"), "wrong-type", id="a list"),
        pytest.param(packed(b'"a"'), "wrong-type", id="a word"),
        pytest.param(packed(b"{}"), "wrong-type", id="nothing"),
        pytest.param(packed(b"\x80\x04."), "syntax", id="a pickle"),
        pytest.param(b"PK\x05\x06" + b"\0" * 18, "archive", id="empty"),
        pytest.param(b"PK\x03\x04", "archive", id="four bytes"),
    ],
)
def test_archives_that_lie(data: bytes, code: str) -> None:
    found = check(data)
    assert isinstance(found, SpecError)
    assert [d.code for d in found.diagnostics] == [code]


@pytest.mark.parametrize("depth", [1, 249, 250, 251, 300])
@pytest.mark.parametrize(
    ("opens", "closes"),
    [(b"[", b"]"), (b'["]",', b',"[" ]'), (b'["\\"]",', b',"[" ]'), (b'{"":', b"}")],
    ids=["lists", "brackets in strings", "escapes", "mappings"],
)
def test_how_deep_json_is(opens: bytes, closes: bytes, depth: int) -> None:
    data = b'{"class_name": "Sequential", "config": {"a": %s0%s}}'
    assert model_json.decode(data % (b"", b""))["config"] == {"a": 0}
    text = data % (opens * depth, closes * depth)
    if depth + 2 > model_json.MAX_DEPTH:
        with pytest.raises(SpecError) as caught:
            model_json.decode(text)
        assert [each.code for each in caught.value.diagnostics] == ["too-deep"]
    else:
        assert model_json.decode(text)["class_name"] == "Sequential"
