"""The schemas of JSON outputs: complete, valid, and `to_dict` gives what they describe."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

import convcalc
import json_schemas
from convcalc import api, schemas
from convcalc.render import difference, findings, summary
from convcalc.render.layout import Layout

SPECS = Path(__file__).parents[1] / "specs"
KERAS = Path(__file__).parent / "formats" / "keras" / "files"
MODELS = [*sorted(SPECS.glob("*.yaml")), *sorted(KERAS.glob("*.json"))]
MODELS = [path for path in MODELS if ".expected." not in path.name]
FAULTY = """\
input: [8, 8, 3]
layers:
  - Conv2D: [10, 9]
  - Dense: no
expect: {output: [3], layers: {conv2d: {params: <= 1}}}
"""


def test_every_output_has_a_schema() -> None:
    assert schemas.outputs() == ("check", "diff", "explain", "layers", "summary")
    assert set(schemas.outputs()) == {output for output, _, _ in json_schemas.RENDERERS}


@pytest.mark.parametrize("output", schemas.outputs())
def test_a_schema_is_valid_and_complete(output: str) -> None:
    schema = schemas.load(output)
    Draft202012Validator.check_schema(schema)
    assert "definitions.json" not in json.dumps(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    printed = subprocess.run(
        [sys.executable, "-m", "convcalc", "schema", output], capture_output=True, check=True
    )
    assert json.loads(printed.stdout) == schema


def test_every_definition_is_used() -> None:
    folder = Path(schemas.__file__).parent
    shared = json.loads((folder / "definitions.json").read_text(encoding="utf-8"))["$defs"]
    used = {name for output in schemas.outputs() for name in schemas.load(output)["$defs"]}
    assert used == set(shared)


def test_the_check_of_outputs_refuses_what_no_schema_names() -> None:
    report = convcalc.summarize(SPECS / "lenet5.yaml").to_dict()
    json_schemas.check("summary", json.dumps(report, indent=1))
    for changed in ({**report, "more": 1}, {**report, "layers": [{}]}, {**report, "name": None}):
        with pytest.raises(ValidationError):
            json_schemas.check("summary", json.dumps(changed, indent=1))


def plain(value: Any) -> bool:
    """Whether a value is what JSON has, and nothing that only an encoder makes so."""
    if type(value) is dict:
        return all(type(key) is str and plain(part) for key, part in value.items())
    if type(value) is list:
        return all(map(plain, value))
    return value is None or type(value) in {str, int, float, bool}


def same(data: dict[str, Any], printed: str) -> None:
    assert plain(data)
    assert json.loads(json.dumps(data, allow_nan=False)) == data == json.loads(printed)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name)
def test_to_dict_is_what_the_command_line_prints(path: Path) -> None:
    analysis = convcalc.with_costs(convcalc.analyze(path), optimizer="adam")
    report = analysis.report
    same(report.to_dict(), summary.render("json", [report], Layout()))
    found = api.check(analysis)
    same(found.to_dict(), findings.render("json", [found], Layout()))
    changes = convcalc.diff(report, SPECS / "lenet5.yaml")
    same(changes.to_dict(), difference.render("json", changes, Layout()))


def test_findings_are_plain(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(FAULTY, encoding="utf-8")
    found = convcalc.check(convcalc.with_fixes(convcalc.analyze(path)))
    assert len(found.findings) == 4
    same(found.to_dict(), findings.render("json", [found], Layout()))
