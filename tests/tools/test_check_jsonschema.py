"""The JSON Schema, as a validator that people run in CI and before commits understands it."""

import functools
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import convcalc
import documents
from tools import programs

pytestmark = [pytest.mark.tools, programs.needs("check-jsonschema")]

SHIPPED = Path(convcalc.__file__).with_name("schema.json")
GALLERY = sorted(documents.ROOT.glob("specs/*.yaml"))


def test_is_a_schema() -> None:
    ran = programs.run("check-jsonschema", "--check-metaschema", SHIPPED)
    assert (ran.returncode, ran.stdout) == (0, "ok -- validation done\n")


def test_the_gallery_fits_the_schema_that_its_specs_name() -> None:
    """As an editor finds it: a path relative to the spec, in a comment at its top."""
    first_lines = [path.read_text(encoding="utf-8").splitlines()[0] for path in GALLERY]
    named = {line.removeprefix("# yaml-language-server: $schema=") for line in first_lines}
    (path,) = named
    schema = GALLERY[0].parent / path
    assert schema.resolve() == SHIPPED.resolve()
    ran = programs.run("check-jsonschema", "--schemafile", schema, *GALLERY)
    assert (ran.returncode, ran.stdout) == (0, "ok -- validation done\n")


def layer(text: str) -> str:
    return f"input: [8, 8, 3]\nlayers:\n  - Flatten\n  - {text}\n"


def top(text: str) -> str:
    return f"input: [8, 8, 3]\nlayers: [Flatten]\n{text}\n"


# A spec, and where the value is that does not fit. A kind that is misspelt is refused beside one
# that is known; alone it could be the name of a block.
WRONG = {
    "kind misspelt": (layer("{Flatten: , Dens: 10}"), "$.layers[1]"),
    "argument misspelt": (layer("Dense: {unit: 10}"), "$.layers[1].Dense"),
    "argument not given": (layer("Conv2D: {filters: 8}"), "$.layers[1].Conv2D"),
    "leading argument not given": (layer("Conv2D: 8"), "$.layers[1].Conv2D"),
    "text for a number": (layer("Dense: {units: ten}"), "$.layers[1].Dense.units"),
    "fraction for a whole number": (layer("Dense: {units: 1.5}"), "$.layers[1].Dense.units"),
    "number below its range": (
        layer("Conv2D: {filters: 0, kernel_size: 3}"),
        "$.layers[1].Conv2D.filters",
    ),
    "too many axes": (
        layer("MaxPooling2D: {pool_size: [2, 2, 2]}"),
        "$.layers[1].MaxPooling2D.pool_size",
    ),
    "word misspelt": (
        layer("MaxPooling2D: {padding: sane}"),
        "$.layers[1].MaxPooling2D.padding",
    ),
    "key of a layer misspelt": (layer("{Flatten: , form: input}"), "$.layers[1]"),
    "fault in a branch": (
        layer("{Add: , branches: [[{Dense: {unit: 3}}], []]}"),
        "$.layers[1].branches[0][0].Dense",
    ),
    "key of the spec misspelt": (top("layer: []"), "$"),
    "no layers": ("input: [8, 8, 3]\n", "$"),
    "no mapping": ("- Flatten\n", "$"),
    "size that is no number": ("input: [8, eight]\nlayers: [Flatten]\n", "$.input[1]"),
    "inputs without names": ("inputs: [8]\nlayers: [Flatten]\n", "$.inputs[0]"),
    "expectation misspelt": (top("expect: {parms: 3}"), "$.expect"),
    "limit that is none": (top("expect: {params: about 3}"), "$.expect.params"),
    "output that is no shape": (top("expect: {output: 192}"), "$.expect.output"),
    "expectation of a layer misspelt": (
        top("expect: {layers: {flatten: {outptu: [192]}}}"),
        "$.expect.layers.flatten",
    ),
}


@functools.cache
def refused() -> dict[str, set[str]]:
    """Where the values are that do not fit, by what is wrong; each spec is a file of its own."""
    with TemporaryDirectory() as folder:
        files = {str(Path(folder, f"{wrong}.yaml")): wrong for wrong in WRONG}
        for file, wrong in files.items():
            Path(file).write_text(WRONG[wrong][0])
        ran = programs.run(
            "check-jsonschema", "--output-format=json", "--schemafile", SHIPPED, *files
        )
    found: dict[str, set[str]] = {wrong: set() for wrong in WRONG}
    for error in json.loads(ran.stdout)["errors"]:
        deepest = error.get("best_deep_match") or error
        found[files[error["filename"]]].add(deepest["path"])
    return found


@pytest.mark.parametrize("wrong", WRONG)
def test_refuses_what_is_wrong(wrong: str) -> None:
    _, path = WRONG[wrong]
    assert refused()[wrong] == {path}
