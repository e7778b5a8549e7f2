"""The docstrings of the public names: all are there, and their examples run as users run them."""

import doctest
import inspect
import textwrap
from pathlib import Path
from typing import Any

import pytest

import convcalc

PUBLIC: dict[str, Any] = {
    name: getattr(convcalc, name) for name in convcalc.__all__ if name != "__version__"
}
CLASSES = {name: each for name, each in PUBLIC.items() if inspect.isclass(each)}
MEMBERS = [
    (name, member)
    for name, each in CLASSES.items()
    for member, value in vars(each).items()
    if not member.startswith("_") and (inspect.isfunction(value) or isinstance(value, property))
]
FIELDS = [
    (name, field)
    for name, each in CLASSES.items()
    for field in getattr(each, "__struct_fields__", ())
]
EXAMPLES = {
    example.name: example
    for name, each in PUBLIC.items()
    for example in doctest.DocTestFinder().find(each, name)
    if example.examples
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder with the `model.yaml` that `help(convcalc)` shows, and a file of prose."""
    monkeypatch.chdir(tmp_path)
    paragraphs = str(convcalc.__doc__).split("\n\n")
    (spec,) = (textwrap.dedent(each) for each in paragraphs if each.startswith("    "))
    Path("model.yaml").write_text(f"{spec}\n", encoding="utf-8")
    Path("notes.txt").write_text("Nothing about layers.\n", encoding="utf-8")


def run(example: doctest.DocTest) -> None:
    output: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    example.globs["convcalc"] = convcalc
    failed, tried = runner.run(example, out=output.append)
    assert tried == len(example.examples)
    assert not failed, "".join(output)


@pytest.mark.usefixtures("folder")
def test_the_example_of_the_module() -> None:
    (example,) = doctest.DocTestFinder(recurse=False).find(convcalc, "convcalc")
    assert example.examples
    run(example)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", EXAMPLES)
def test_examples(name: str) -> None:
    run(EXAMPLES[name])


@pytest.mark.parametrize("name", PUBLIC)
def test_every_name_has_an_example(name: str) -> None:
    assert name in EXAMPLES


@pytest.mark.parametrize(("name", "member"), MEMBERS)
def test_every_method_and_property_has_a_docstring(name: str, member: str) -> None:
    assert vars(CLASSES[name])[member].__doc__


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_every_attribute_is_described(name: str, field: str) -> None:
    attributes = str(inspect.getdoc(CLASSES[name])).partition("\nAttributes:\n")[2]
    assert f"\n    {field}: " in f"\n{attributes}"


@pytest.mark.parametrize("name", [name for name in PUBLIC if name not in CLASSES])
def test_every_argument_is_described(name: str) -> None:
    doc = str(inspect.getdoc(PUBLIC[name]))
    if "Arguments and errors are those of `analyze`" in doc:
        doc = str(convcalc.analyze.__doc__)
        assert inspect.signature(PUBLIC[name]).parameters == (
            inspect.signature(convcalc.analyze).parameters
        )
    arguments = inspect.cleandoc(doc).partition("\nArgs:\n")[2]
    for parameter in inspect.signature(PUBLIC[name]).parameters:
        assert f"\n    {parameter}: " in f"\n{arguments}"
