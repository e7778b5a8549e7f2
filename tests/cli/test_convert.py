"""`convcalc convert`, and `--kinds`, as people type them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from convcalc.cli import app
from formats.keras.serialized import call, functional, image, layer

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
