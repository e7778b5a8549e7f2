"""The JSON Schema: fresh, right by its own standard, and of one mind with convcalc itself."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, ValidationError
from typer.testing import CliRunner

import convcalc
import documents
import models
from convcalc import schema
from convcalc.cli import app
from convcalc.documents import document
from convcalc.formats.spec import entries, reader
from convcalc.layers import aliases, kinds, operations
from convcalc.layers.binding import bind

SHIPPED = Path(convcalc.__file__).with_name("schema.json")
VALIDATOR = Draft202012Validator(schema.spec_schema())
TESTS = Path(__file__).parent


def faults(text: str) -> list[str]:
    """The paths of the values that do not fit the schema, each in as much depth as can be told."""
    value = document.read(text)
    return sorted(
        ".".join(map(str, error.absolute_path))
        for outer in VALIDATOR.iter_errors(value.plain if value else None)
        for error in deepest(outer)
    )


def deepest(error: ValidationError) -> list[ValidationError]:
    inner = [leaf for part in error.context or () for leaf in deepest(part)]
    depth = max((len(leaf.absolute_path) for leaf in inner), default=0)
    if depth <= len(error.absolute_path):
        return [error]
    return [next(leaf for leaf in inner if len(leaf.absolute_path) == depth)]


def test_shipped_file_is_fresh(*, update_goldens: bool) -> None:
    if update_goldens:
        SHIPPED.write_text(schema.render(schema.spec_schema()), encoding="utf-8")
    assert SHIPPED.read_text(encoding="utf-8") == schema.render(schema.spec_schema()), (
        "run pytest --update-goldens"
    )


def test_command_prints_it() -> None:
    result = CliRunner().invoke(app(), ["schema"], catch_exceptions=False)
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == schema.spec_schema()


def test_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema.spec_schema())


def test_every_definition_is_used_and_every_use_defined() -> None:
    text = schema.render(schema.spec_schema())
    definitions = json.loads(text)["$defs"]
    used = re.findall(r'"#/\$defs/(\w+)["/]', text)
    assert set(used) == set(definitions)
    assert text.count('"$ref"') == len(used)
    properties = definitions["layer"]["properties"]
    referred = re.findall(r'"#/\$defs/layer/properties/([^"]+)"', text)
    assert set(referred) == {*kinds(), *aliases()}
    assert set(referred) <= set(properties)


def test_knows_every_key_and_kind() -> None:
    generated = schema.spec_schema()
    assert list(generated["properties"]) == list(reader.KEYS)
    known = {*kinds(), *operations(), *aliases()}
    beside = {*entries.KEYS, "share"}
    assert set(generated["$defs"]["layer"]["properties"]) == beside | known
    assert set(generated["$defs"]["kind"]["enum"]) == known


@pytest.mark.parametrize("name", kinds())
def test_shows_documentation_and_defaults(name: str) -> None:
    shown = schema.spec_schema()["$defs"]["layer"]["properties"][name]
    assert shown["description"].startswith((kinds()[name].__doc__ or "").partition("\n")[0])
    layer = {
        field: part["default"] for field, part in shown["properties"].items() if "default" in part
    }
    assert set(layer) | set(shown.get("required", ())) == set(kinds()[name].__struct_fields__)


def right_specs() -> dict[str, str]:
    """Every spec of the gallery, the documents and the cases in which convcalc finds no error."""
    files = [*documents.ROOT.glob("specs/*.yaml"), *TESTS.glob("cases/*/*.yaml")]
    specs = {path.stem: path.read_bytes() for path in sorted(files)}
    for path in documents.ROOT.glob("docs/*.md"):
        for fence in documents.fences(documents.read(path), "yaml"):
            specs[f"{path.name}:{fence.line}"] = fence.text.encode()
    found = {}
    for name, data in specs.items():
        try:
            text = data.decode()
            if models.report(text).ok:
                found[name] = text
        except (UnicodeDecodeError, convcalc.SpecError):
            continue
    return found


RIGHT = right_specs()


@pytest.mark.parametrize("name", RIGHT)
def test_allows_what_is_right(name: str) -> None:
    assert faults(RIGHT[name]) == []


def test_there_are_right_specs() -> None:
    assert len(RIGHT) > 40


@pytest.mark.parametrize("kind", kinds())
def test_allows_arguments_that_keras_takes(kind: str) -> None:
    """All that the recorded table of Keras's outcomes has, if convcalc takes it too."""
    tables = [TESTS / "oracle" / f"{name}.jsonl" for name in ("recorded", "recorded_tensorflow")]
    lines = [line for table in tables for line in table.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in map(json.loads, lines) if row["kind"] == kind]
    refused = [
        row["args"] for row in rows if binds(kind, row["args"]) and not fits(kind, row["args"])
    ]
    assert rows
    assert refused == []


def binds(kind: str, args: dict[str, Any]) -> bool:
    try:
        bind(kinds()[kind], (), args, {})
    except ExceptionGroup:
        return False
    return True


def fits(kind: str, args: dict[str, Any]) -> bool:
    valid: bool = VALIDATOR.is_valid({"input": [8, 8, 3], "layers": [{kind: args}]})
    return valid


LAYERS_ALLOWED = [
    "Flatten",
    "{Flatten: }",
    "{Dense: 10}",
    "{Dense: =width}",
    "{Dense: [10, relu]}",
    "{Dense: [=width, =activation]}",
    "{Dense: {units: 10, name: a, trainable: false, dtype: float16, autocast: false}}",
    "{Dense: {units: 10, kernel_regularizer: {class_name: L2, config: {l2: 0.1}}}}",
    "{Conv2D: [20, 3]}",
    "{Conv2D: [20, [3, 5], 2, SAME, Channels_First]}",
    "{Conv2D: {filters: 20, kernel_size: [3, =k], padding: [[0, 1], 2]}}",
    "{Permute: [[2, 1]]}",
    "{Add: , from: [a, b:1]}",
    "{Add: , branches: {a: [Flatten], b: []}, repeat: 3, when: =i > 0}",
    "{share: conv_2, from: b, name: c}",
    "bottleneck",
    "{bottleneck: {any: thing}, repeat: =times}",
    "{bottleneck: [1, 2], trainable: =deep}",
]


@pytest.mark.parametrize("layer", LAYERS_ALLOWED)
def test_allows_layer(layer: str) -> None:
    assert faults(f"input: [8, 8, 3]\nlayers:\n  - {layer}\n") == []


# What stands behind `layers: - `, and the value at which the schema says that it is wrong.
LAYERS_REFUSED = [
    ("Dense", "layers.0"),
    ("{Dense: }", "layers.0.Dense"),
    ("{Dense: {}}", "layers.0.Dense"),
    ("{Dense: {unit: 10}}", "layers.0.Dense"),
    ("{Dense: {units: 10, kernel_initialiser: zeros}}", "layers.0.Dense"),
    ("{Dense: many}", "layers.0.Dense"),
    ("{Dense: true}", "layers.0.Dense"),
    ("{Dense: 0}", "layers.0.Dense"),
    ("{Dense: [0]}", "layers.0.Dense.0"),
    ("{Dense: {units: 2.5}}", "layers.0.Dense.units"),
    ("{Dense: {units: 2, use_bias: 1}}", "layers.0.Dense.use_bias"),
    ("{Dense: {units: 2, activation: rleu}}", "layers.0.Dense.activation"),
    ("{Dense: {units: 2, dtype: float33}}", "layers.0.Dense.dtype"),
    ("{Dense: {units: 2, trainable: 1}}", "layers.0.Dense.trainable"),
    ("{Conv2D: 20}", "layers.0.Conv2D"),
    ("{Conv2D: [20]}", "layers.0.Conv2D"),
    ("{Conv2D: {filters: 0, kernel_size: 3}}", "layers.0.Conv2D.filters"),
    ("{Conv2D: {filters: 1, kernel_size: [3, 3, 3]}}", "layers.0.Conv2D.kernel_size"),
    ("{Conv2D: {filters: 1, kernel_size: [3, 0]}}", "layers.0.Conv2D.kernel_size.1"),
    ("{Conv2D: {filters: 1, kernel_size: 3, padding: sane}}", "layers.0.Conv2D.padding"),
    ("{Conv2D: {filters: 1, kernel_size: 3, padding: causal}}", "layers.0.Conv2D.padding"),
    ("{Conv2D: {filters: 1, kernel_size: 3, data_format: first}}", "layers.0.Conv2D.data_format"),
    ("{MaxPooling2D: {padding: Same}}", "layers.0.MaxPooling2D.padding"),
    ("{Dropout: 1.5}", "layers.0.Dropout"),
    ("{Permute: [2, 1]}", "layers.0.Permute"),
    ("{Flatten: [channels_last, 1]}", "layers.0.Flatten"),
    ("{Add: 1, from: [a, b]}", "layers.0.Add"),
    ("{Flatten: , form: a}", "layers.0"),
    ("{Flatten: , filters: 3}", "layers.0"),
    ("{name: a}", "layers.0"),
    ("{}", "layers.0"),
    ("3", "layers.0"),
    ("[Flatten]", "layers.0"),
    ("{Flatten: , from: []}", "layers.0.from"),
    ("{Flatten: , from: 3}", "layers.0.from"),
    ("{Flatten: , name: ''}", "layers.0.name"),
    ("{Flatten: , repeat: -1}", "layers.0.repeat"),
    ("{Flatten: , repeat: 1.5}", "layers.0.repeat"),
    ("{Flatten: , ignore: nothing}", "layers.0.ignore"),
    ("{Flatten: , ignore: [unread-border, unread]}", "layers.0.ignore.1"),
    ("{Flatten: , when: often}", "layers.0.when"),
    ("{Add: , branches: [Flatten]}", "layers.0.branches.0"),
    ("{Add: , branches: [[], [{Dense: {unit: 3}}]]}", "layers.0.branches.1.0.Dense"),
    ("{share: 3}", "layers.0.share"),
]


@pytest.mark.parametrize(("layer", "path"), LAYERS_REFUSED)
def test_refuses_layer(layer: str, path: str) -> None:
    text = f"input: [8, 8, 3]\nlayers:\n  - {layer}\n"
    assert path in faults(text)
    assert not accepted(text)


# What stands above `layers:`, and likewise the value at fault.
REFUSED = [
    ("inptu: [8, 8, 3]", ""),
    ("input: 8", "input"),
    ("input: [8, -1]", "input.1"),
    ("input: [8, 1.5]", "input.1"),
    ("input: {shpae: [8]}", "input"),
    ("input: [8]\ninputs: {a: [8]}", ""),
    ("inputs: [8, 8, 3]", "inputs.0"),
    ("inputs: {}", "inputs"),
    ("inputs: []", "inputs"),
    ("inputs: {a: {shape: [8], dtype: 3}}", "inputs.a.dtype"),
    ("input: [8]\nname: 3", "name"),
    ("input: [8]\noutputs: []", "outputs"),
    ("input: [8]\nvars: [3]", "vars"),
    ("input: [8]\nvars: {if: 3}", "vars"),
    ("input: [8]\nvars: {a-b: 3}", "vars"),
    ("input: [8]\nvars: {a: {b: 3}}", "vars.a"),
    ("input: [8]\nblocks: {a: [Flatten]}", "blocks.a"),
    ("input: [8]\nblocks: {a: {layer: [Flatten]}}", "blocks.a"),
    ("input: [8]\nblocks: {Dense: {layers: [Flatten]}}", "blocks"),
    ("input: [8]\nkinds: {A: {weights: {w: [3]}}}", "kinds.A"),
    ("input: [8]\nkinds: {A: {output: same}}", "kinds.A.output"),
    ("input: [8]\nkinds: {A: {output: =input, weights: {w: 3}}}", "kinds.A.weights.w"),
    ("input: [8]\nkinds: {A: {output: =input, macs: -1}}", "kinds.A.macs"),
    ("input: [8]\nkinds: {A: {output: =input, macs: 0.5}}", "kinds.A.macs"),
    ("input: [8]\nkinds: {Dense: {output: =input}}", "kinds"),
    ("input: [8]\ndata_format: channels_middle", "data_format"),
    ("input: [8]\ndtype: float33", "dtype"),
    ("input: [8]\nexpect: {parms: 3}", "expect"),
    ("input: [8]\nexpect: {params: about 3}", "expect.params"),
    ("input: [8]\nexpect: {params: {most: 3}}", "expect.params"),
    ("input: [8]\nexpect: {layers: {a: {ouptut: [8]}}}", "expect.layers.a"),
    ("input: [8]\nexpect: {output: 8}", "expect.output"),
]


@pytest.mark.parametrize(("top", "path"), REFUSED)
def test_refuses_top_level(top: str, path: str) -> None:
    text = f"{top}\nlayers: [Identity]\n"
    assert path in faults(text)
    assert not accepted(text)


@pytest.mark.parametrize(
    "text", ["", "3", "[Flatten]", "input: [8]", "input: [8]\nlayers: Flatten"]
)
def test_refuses_document(text: str) -> None:
    assert faults(text)
    assert not accepted(text)


def accepted(text: str) -> bool:
    try:
        return models.report(text).ok
    except convcalc.SpecError:
        return False


def test_gallery_names_the_shipped_file() -> None:
    """Editors find the schema by a comment, as the gallery shows."""
    for path in documents.ROOT.glob("specs/*.yaml"):
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        assert first.startswith("# yaml-language-server: $schema=")
        assert (path.parent / first.partition("$schema=")[2]).resolve() == SHIPPED.resolve()
        assert yaml.safe_load(first) is None
