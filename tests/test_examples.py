"""The examples in the docstrings of the public names, run as a user would run them."""

import doctest
import inspect
import textwrap
from pathlib import Path

import pytest

import convcalc

EXAMPLES = {
    example.name: example
    for name in convcalc.__all__
    if name != "__version__"
    for example in doctest.DocTestFinder().find(getattr(convcalc, name), name)
}
PUBLIC = [name for name in EXAMPLES if not any(part.startswith("_") for part in name.split("."))]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the `model.yaml` that `help(convcalc)` shows."""
    monkeypatch.chdir(tmp_path)
    paragraphs = str(convcalc.__doc__).split("\n\n")
    (spec,) = (textwrap.dedent(each) for each in paragraphs if each.startswith("    "))
    Path("model.yaml").write_text(f"{spec}\n", encoding="utf-8")
    Path("notes.txt").write_text("Nothing about layers.\n", encoding="utf-8")
    return tmp_path


def run(example: doctest.DocTest) -> None:
    example.globs["convcalc"] = convcalc
    report: list[str] = []
    failed, tried = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(
        example, out=report.append
    )
    assert tried == len(example.examples)
    assert not failed, "".join(report)


def test_the_module(folder: Path) -> None:
    (example, *_) = doctest.DocTestFinder(recurse=False).find(convcalc, "convcalc")
    assert example.examples
    run(example)


@pytest.mark.parametrize("name", [name for name in EXAMPLES if EXAMPLES[name].examples])
def test_a_public_name(folder: Path, name: str) -> None:
    run(EXAMPLES[name])


@pytest.mark.parametrize("name", sorted({*convcalc.__all__} - {"__version__"}))
def test_every_public_name_has_an_example(name: str) -> None:
    assert EXAMPLES[name].examples
    assert ">>>" in str(inspect.getdoc(getattr(convcalc, name)))


@pytest.mark.parametrize("name", [name for name in PUBLIC if "." in name])
def test_every_public_member_has_a_docstring(name: str) -> None:
    assert EXAMPLES[name].docstring
