"""`convcalc convert`, and `--kinds`, as people type them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from convcalc.cli import app
from convcalc.formats import parse
from formats.keras.serialized import call, functional, image, layer, nested

MODEL = functional(image("x", 3), layer("Dense", "dense", call("x"), units=4))
OWN = functional(
    image("x", 3),
    layer("Gate", "gate", call("x"), module="mine", units=4),
    layer("Dense", "dense", call("gate"), units=2),
)
SPEC = "name: net\ninputs:\n  x: [3]\n\nlayers:\n  - Dense: 4\n"
GATE = "kinds: {Gate: {args: {units: }, weights: {w: [=units]}, output: [=units]}}\n"


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = {
        "net.json": json.dumps(MODEL),
        "own.json": json.dumps(OWN),
        "net.yaml": "input: [=n]\nvars: {n: 3}\nlayers: [{Dense: {units: 4}}]\n",
        "bad.yaml": "input: [8]\nlayers: [{Dense: 0}]\n",
        "kinds.yaml": GATE,
        "bad_kinds.yaml": "kinds:\n  Gate: {}\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Ran:
    """What a command printed, and its status."""

    def __init__(self, *arguments: str, stdin: str | None = None) -> None:
        result = CliRunner().invoke(app(), arguments, input=stdin, catch_exceptions=False)
        self.stdout = result.stdout
        self.stderr = result.stderr
        self.status = result.exit_code


def test_a_model_of_keras() -> None:
    ran = Ran("convert", "net.json")
    assert (ran.status, ran.stderr) == (0, "")
    assert ran.stdout == SPEC
    assert Ran("convert", "-", stdin=json.dumps(MODEL)).stdout == SPEC


def test_what_is_written_is_read() -> None:
    text = Ran("convert", "net.json").stdout
    assert Ran("summary", "-", stdin=text).stdout == Ran("summary", "net.json").stdout


def test_a_spec_with_its_variables() -> None:
    assert Ran("convert", "net.yaml", "--set", "n=5").stdout == (
        "name: net\ninput: [5]\n\nlayers:\n  - Dense: 4\n"
    )


def test_with_another_input() -> None:
    assert "  x: [5]\n" in Ran("convert", "net.json", "--input", "5").stdout
    assert "input: [6]\n" in Ran("convert", "net.yaml", "--input", "6").stdout


def test_expectations_stay() -> None:
    spec = "name: n\ninput: [3]\n\nlayers:\n  - Dense: 4\n\nexpect:\n  params: 16\n"
    assert Ran("convert", "-", stdin=spec).stdout == spec


def test_arguments_of_an_unknown_class_stay() -> None:
    assert "  - Gate: {units: 4}\n" in Ran("convert", "own.json").stdout


def test_a_model_with_faults_is_written_and_told() -> None:
    ran = Ran("convert", "bad.yaml")
    assert (ran.status, ran.stdout) == (1, "name: bad\ninput: [8]\n\nlayers:\n  - Dense: 0\n")
    assert "bad.yaml:2:18: error: units must be a whole number" in ran.stderr


def test_what_can_not_be_written() -> None:
    ones = {"class_name": "__numpy__", "config": {"value": [[1.0] * 3], "dtype": "float32"}}
    model = json.dumps(functional(image("x", 3), layer("Add", "add", call(["x", ones]))))
    ran = Ran("convert", "-", stdin=model)
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr == (
        "convcalc: can't write <stdin> as a spec: a layer reads a constant, or what could not be "
        "told\n"
    )


def test_the_order_of_inputs_stays() -> None:
    ends = [["b", 0, 0], ["a", 0, 0]]
    joined = layer("Concatenate", "joined", call(["a", "b"]))
    model = functional(image("a", 3), image("b", 4), joined, inputs=ends)
    ran = Ran("convert", "-", stdin=json.dumps(model))
    assert (ran.status, ran.stderr) == (0, "")
    assert "inputs: [b, a]\n\nlayers:\n  - InputLayer: {shape: [3]}\n    name: a\n" in ran.stdout
    found = json.loads(Ran("summary", "-", "--format", "json", stdin=ran.stdout).stdout)
    assert [each["name"] for each in found["inputs"]] == ["b", "a"]
    assert [each["name"] for each in found["layers"]] == ["a", "b", "joined"]


def test_a_layer_called_input_keeps_its_name() -> None:
    model = functional(image("x", 3), layer("Dense", "input", call("x"), units=4))
    ran = Ran("convert", "-", stdin=json.dumps(model))
    assert (ran.status, ran.stderr) == (0, "")
    assert ran.stdout.endswith(
        "layers:\n  - InputLayer: {shape: [3]}\n    name: x\n  - Dense: 4\n    name: input\n"
    )


def test_names_that_a_spec_can_not_have_are_told() -> None:
    inner = functional(image("y", 3), layer("Dense", "input", call("y"), units=4), name="g")
    model = functional(image("x", 3), nested(inner, call("x")), name="=n")
    ran = Ran("convert", "-", stdin=json.dumps(model))
    assert ran.status == 0
    assert ran.stderr == (
        "convcalc: <stdin>: '=n' is called '_n' in the spec\n"
        "convcalc: <stdin>: 'g/input' is called 'g/input_layer' in the spec\n"
    )


@pytest.mark.parametrize(
    "kind",
    ["a: b", "'", '"', "=x", "- x", "# x", "{a}", "\x00", "\x1b[2J", "\x85", "\u202e", "é", "null",
     "1", "", " x ", "a\nb", "[a", "&a", "*a", "!a", "%", "@", "`", "?", "true", "~", "😀"],
)  # fmt: skip
@pytest.mark.parametrize("arguments", [{}, {"units": 4}], ids=["alone", "with arguments"])
def test_any_name_of_an_unknown_kind_can_be_read_again(
    kind: str, arguments: dict[str, int]
) -> None:
    own = layer(kind, "own", call("x"), module="mine", **arguments)
    text = Ran("convert", "-", stdin=json.dumps(functional(image("x", 3), own))).stdout
    assert [node.definition.kind for node in parse(text.encode(), "m.yaml").nodes] == [
        "InputLayer",
        kind,
    ]


@pytest.mark.parametrize("kind", ["name", "from", "share", "<<", "Dense", "MaxPool2D"])
def test_a_class_that_a_spec_would_take_for_another_is_refused(kind: str) -> None:
    own = layer(kind, "own", call("x"), module="mine", units=3)
    ran = Ran("convert", "-", stdin=json.dumps(functional(image("x", 3), own)))
    assert (ran.status, ran.stdout) == (2, "")
    assert f"own is of a class {kind!r}, which a spec takes for another" in ran.stderr


def test_a_file_that_is_not_there() -> None:
    ran = Ran("convert", "nothing.json")
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr == "convcalc: can't read nothing.json: No such file or directory\n"


def test_a_class_of_ones_own() -> None:
    ran = Ran("summary", "own.json")
    assert ran.status == 1
    assert "✗ unknown-layer" in ran.stdout
    assert "own.json: error: Gate is not a layer of Keras" in ran.stderr
    assert "  in: gate\n" in ran.stderr


def test_kinds_that_a_file_declares() -> None:
    ran = Ran("summary", "own.json", "--kinds", "kinds.yaml")
    assert (ran.status, ran.stderr) == (0, "")
    assert " Total params: 14 (56.00 B)\n" in ran.stdout
    spec = Ran("convert", "own.json", "--kinds", "kinds.yaml").stdout
    assert "kinds:\n  Gate:\n    args: {units: }\n    weights: {w: [=units]}\n" in spec
    assert " Total params: 14 (56.00 B)\n" in Ran("summary", "-", stdin=spec).stdout


def test_faulty_declarations() -> None:
    ran = Ran("summary", "own.json", "--kinds", "bad_kinds.yaml")
    assert (ran.status, ran.stdout) == (1, "")
    assert ran.stderr.startswith("bad_kinds.yaml:2:9: error: kind 'Gate' needs an `output`")
    ran = Ran("summary", "own.json", "--kinds", "nothing.yaml")
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr == "convcalc: can't read nothing.yaml: No such file or directory\n"


def test_variables_of_a_model_that_has_none() -> None:
    ran = Ran("summary", "net.json", "--set", "n=5")
    assert (ran.status, ran.stderr) == (
        2,
        "convcalc: net.json: a model of Keras has no variables\n",
    )
