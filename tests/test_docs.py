"""The documentation: its examples do what it says, and no fault goes without a description."""

import ast
import functools
import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest

import documents
from convcalc import api, checks, configuration, formats
from convcalc.diagnostics import Diagnostic, SpecError
from convcalc.formats.spec import expectations
from convcalc.layers import WITHOUT_RULE
from oracle.differences import KNOWN_DIFFERENCES

DOCS = documents.ROOT / "docs"
WITH_EXAMPLES = sorted(DOCS.glob("*.md"))
ALL = [*WITH_EXAMPLES, *(documents.ROOT / name for name in ("README.md", "CONTRIBUTING.md"))]


def diagnostics(spec: str, *, warn: bool = False) -> tuple[Diagnostic, ...]:
    if spec.startswith("# convcalc.yaml\n"):
        return configuration.read(spec.encode(), "convcalc.yaml").faults
    if spec.startswith("# limits.yaml\n"):
        return tuple(expectations.read_file(spec.encode(), "limits.yaml")[1].found)
    try:
        network = formats.parse(spec.encode(), "model.yaml")
    except SpecError as error:
        return error.diagnostics
    analysis = api.analyze(network)
    warnings = api.find_warnings(analysis) if warn else ()
    return (*analysis.report.diagnostics, *warnings)


SPECS = [
    pytest.param(fence, id=f"{document.name}:{fence.line}")
    for document in ALL
    if document.name != "errors.md"  # which has its own tests below
    for fence in documents.fences(documents.read(document), "yaml")
]


@pytest.mark.parametrize("fence", SPECS)
def test_examples_are_in_order_unless_they_are_marked(fence: documents.Fence) -> None:
    assert {diagnostic.code for diagnostic in diagnostics(fence.text)} == fence.faults


@pytest.mark.parametrize("document", WITH_EXAMPLES, ids=lambda path: path.name)
def test_commands_print_what_is_written(
    document: Path, tmp_path: Path, *, update_goldens: bool
) -> None:
    text = documents.read(document)
    rerun = documents.rerun(text, tmp_path)
    if update_goldens:
        document.write_text(rerun, encoding="utf-8")
    assert documents.read(document) == rerun


@pytest.mark.parametrize("document", ALL, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    text = documents.read(document)
    targets = re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", text)
    for path, heading in targets:
        target = document.parent / path if path else document
        assert target.exists(), path
        assert not heading or heading in anchors(target), heading


@functools.cache
def anchors(document: Path) -> set[str]:
    """The names that links give to a document's headings."""
    headings = re.findall(r"^#+ (.*)$", documents.read(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


LISTS = {
    "differences": [f"{difference.reason}." for difference in KNOWN_DIFFERENCES],
    "without a rule": [f"`{name}`: {reason}." for name, reason in WITHOUT_RULE.items()],
}


@pytest.mark.parametrize("name", LISTS)
def test_where_we_are_not_as_keras_is_told(name: str, *, update_goldens: bool) -> None:
    page = DOCS / "keras.md"
    text = documents.read(page)
    before, mark, rest = text.partition(f"<!-- {name} -->\n")
    _, end, after = rest.partition(f"<!-- end of {name} -->\n")
    assert mark
    assert end
    listed = "".join(f"- {line}\n" for line in LISTS[name])
    fresh = f"{before}{mark}\n{listed}\n{end}{after}"
    if update_goldens:
        page.write_text(fresh, encoding="utf-8")
    assert documents.read(page) == fresh


ERRORS = documents.read(DOCS / "errors.md")
SECTIONS = dict(re.findall(r"^### (\S+)\n\n(.*?)(?=^##|\Z)", ERRORS, re.MULTILINE | re.DOTALL))
CODE_POSITIONS = {"LayerError": 0, "add": 1, "fault": 1, "fail": 0, "refuse": 1, "warning": 0}
"""Which argument of a call is a fault's code; in a `Diagnostic` it has its name."""


def codes() -> Iterator[str]:
    """The code of every fault that some call in the source reports."""
    for path in (documents.ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from strings(code_of(node))


def code_of(call: ast.Call) -> ast.expr | None:
    function = call.func
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    position = CODE_POSITIONS.get(name)
    if position is not None and position < len(call.args):
        return call.args[position]
    named = (keyword.value for keyword in call.keywords if keyword.arg == "code")
    return next(named, None) if name == "Diagnostic" else None


def strings(node: ast.expr | None) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from strings(node.body)
        yield from strings(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def test_every_code_is_described() -> None:
    assert sorted(SECTIONS) == sorted(set(codes()))


@pytest.mark.parametrize("code", SECTIONS)
def test_examples_of_a_fault_have_it(code: str) -> None:
    section = SECTIONS[code]
    warn = code in checks.warnings() or code == "unused-ignore"
    found = [
        {diagnostic.code for diagnostic in diagnostics(fence.text, warn=warn)}
        for language in ("yaml", "json")
        for fence in documents.fences(section, language)
    ]
    found += [
        set(re.findall(r" \[([a-z0-9-]+)\]$", fence.text, re.MULTILINE))
        for fence in documents.fences(section, "console")
    ]
    assert found
    assert all(each == {code} for each in found)


def other_counters() -> str:
    """The section on what they print, to the next one."""
    text = documents.read(DOCS / "costs.md")
    return text.partition("## What other counters print\n")[2].partition("\n## ")[0]


def test_what_we_count_of_the_small_network_is_what_is_written() -> None:
    script = runpy.run_path(str(documents.ROOT / "benchmarks" / "cost_counters.py"))
    assert f"```\n{script['table'](script['ours'](), others=False)}\n\n" in other_counters()


def test_terms_of_other_counters_add_up_to_their_numbers() -> None:
    lines = [line for line in other_counters().splitlines() if line.startswith("|")]
    rows = [[cell.strip(" *") for cell in line.strip("|").split("|")] for line in lines]
    ours, theirs = (row for row in rows if row[0] == "total")
    terms = rows[[row[0] for row in rows].index("term") + 2 :]
    assert terms[0] == ["multiply-accumulates, as we count them", *[ours[1]] * 6]
    assert terms[-1] == ["its number", *theirs[1:]]
    added = [sum(map(number, column)) for column in zip(*(t[1:] for t in terms[:-1]), strict=True)]
    assert added == [number(cell) for cell in theirs[1:]]


def number(cell: str) -> int:
    return int(cell.replace(",", "").replace("−", "-") or 0)
