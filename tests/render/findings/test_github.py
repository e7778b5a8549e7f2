"""GitHub's annotations: commands that its runner reads back as they were meant."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given

from convcalc.checks.finding import Checked, Finding, Place
from convcalc.diagnostics import Span
from convcalc.render.findings import render
from convcalc.render.layout import Layout
from convcalc.render.printable import printable
from render.findings.examples import (
    CHECKED,
    DRIFT,
    FAULT,
    IN_ORDER,
    LAYOUT,
    LONG,
    LONGEST,
    NET,
    OUTPUT,
    PARAMS,
    WARNING,
    WEIGHT,
    checked,
    finding,
    findings_of,
    is_raw,
)

PROPERTIES = {"file", "line", "endLine", "col", "endColumn", "title"}


class Command(NamedTuple):
    kind: str
    properties: dict[str, str]
    message: str


def read(line: str) -> Command:
    """What the runner makes of a line; refuses what should have been escaped, or needs not be."""
    match = re.fullmatch(r"::([a-z]+)(?: ((?:(?!::).)*))?::(.*)", line)
    assert match, line
    properties = {}
    for part in (match[2] or "").split(","):
        name, equals, value = part.partition("=")
        assert equals
        assert name not in properties
        assert not re.search(r"[:,\r\n]|%(?!25|0D|0A|3A|2C)", value), value
        properties[name] = unescaped(value)
    assert not re.search(r"[\r\n]|%(?!25|0D|0A)", match[3]), match[3]
    return Command(match[1], properties, unescaped(match[3]))


def unescaped(text: str) -> str:
    for code, character in (("0D", "\r"), ("0A", "\n"), ("3A", ":"), ("2C", ","), ("25", "%")):
        text = text.replace(f"%{code}", character)
    return text


def rendered(*findings: Finding, layout: Layout = LAYOUT) -> tuple[list[Command], list[str]]:
    return split(render("github", [checked(*findings)], layout))


def split(output: str) -> tuple[list[Command], list[str]]:
    lines = output.removesuffix("\n").split("\n")
    commands = [read(line) for line in lines if line.startswith("::")]
    others = lines[len(commands) :]
    assert not [line for line in others if line.startswith("::") or "##[" in line]
    return commands, others


def test_in_order() -> None:
    assert render("github", IN_ORDER, LAYOUT) == "2 models in order\n"


def test_about_a_layer_at_its_place() -> None:
    (command,), _ = rendered(OUTPUT)
    assert command.kind == "error"
    assert command.properties == {
        "file": "specs/net.yaml",
        "line": "5",
        "endLine": "5",
        "col": "5",
        "endColumn": "11",
        "title": "convcalc (expect-output)",
    }
    assert command.message == f"{OUTPUT.message} (expected at specs/net.yaml:11:22)"


def test_a_fault_at_its_own_place() -> None:
    (command,), _ = rendered(FAULT)
    assert command.properties["col"] == "41"
    assert command.message == (
        f"{FAULT.message}\nhelp: any of these fixes it:\n"
        "line 6: add padding: same\nline 6: kernel_size: 2"
    )


def test_a_warning() -> None:
    (command,), _ = rendered(WARNING)
    assert (command.kind, command.properties["line"]) == ("warning", "4")


def test_what_has_no_place_in_a_model_at_the_expectation() -> None:
    (params, weight), _ = rendered(PARAMS, WEIGHT)
    assert params.properties["file"] == "convcalc.yaml"
    assert params.message == f"{PARAMS.message} (model specs/saved.keras)"
    assert weight.message.startswith(f"{WEIGHT.message} (the layer is in specs/saved.keras)\nhelp")


def test_columns_only_on_one_line() -> None:
    (command,), _ = rendered(finding(place=Place(NET, Span(4, 5, 6, 1))))
    assert command.properties.keys() == {"file", "line", "endLine", "title"}
    assert (command.properties["line"], command.properties["endLine"]) == ("4", "6")


def test_a_file_as_a_whole() -> None:
    (command,), _ = rendered(finding())
    assert command.properties == {"file": "specs/net.yaml", "title": "convcalc (expect-params)"}


def test_escapes() -> None:
    source = "50%,a:b.yaml"
    output = render(
        "github", [checked(finding(message="50%: a,b\nc", place=Place(source)))], Layout()
    )
    assert output.startswith(
        "::error file=50%25%2Ca%3Ab.yaml,title=convcalc (expect-params)::50%25: a,b%0Ac (model "
    )


def test_the_worst_ten_of_each_kind() -> None:
    counts = [
        finding(message=str(by), key=str(by), expected=100, found=100 + by, difference=by)
        for by in range(1, 13)
    ]
    warnings = [finding(severity="warning", key=str(i)) for i in range(11)]
    commands, others = rendered(*warnings, *counts)
    errors = [each.message for each in commands if each.kind == "error"]
    assert errors == ["12", "11", "10", "9", "8", "7", "6", "5", "4", "3"]
    assert sum(each.kind == "warning" for each in commands) == 10
    left_out = [each.message for each in commands if each.kind == "notice"]
    assert left_out == [
        "2 more of severity error are not annotated",
        "1 more of severity warning are not annotated",
    ]
    assert others == [*left_out, "23 findings in 1 of 1 model"]


def test_ten_are_not_too_many() -> None:
    commands, others = rendered(*(finding(key=str(i)) for i in range(10)))
    assert [each.kind for each in commands] == ["error"] * 10
    assert len(others) == 1


def test_the_runner_finds_no_command_in_a_name() -> None:
    wrong = Checked(source="##[error]x", is_model=False, findings=(finding(),))
    assert render("github", [wrong], LAYOUT).endswith("\n1 finding in \\x23#[error]x\n")


def test_long_names() -> None:
    (command,), _ = split(render("github", LONGEST, LAYOUT))
    assert command.properties["file"] == LONG


@given(CHECKED)
def test_nothing_breaks_it(checked: list[Checked]) -> None:
    findings = findings_of(checked)
    output = render("github", checked, LAYOUT)
    assert not any(map(is_raw, output))
    output.encode()
    commands, others = split(output)
    for kind in ("error", "warning"):
        of_kind = [each for each in findings if each.severity == kind]
        found = [each for each in commands if each.kind == kind]
        assert len(found) == min(len(of_kind), 10)
        assert sum(
            each.kind == "notice" and f"of severity {kind} " in each.message for each in commands
        ) == (len(of_kind) > 10)
        for command in found:
            assert command.properties.keys() <= PROPERTIES
            assert any(
                command.message.startswith("\n".join(map(printable, each.message.split("\n"))))
                for each in of_kind
            )
    assert "finding" in others[-1] or others[-1].endswith("in order")


def test_a_model_that_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    (command,), _ = rendered(finding(place=Place("<stdin>")), layout=Layout(root=str(tmp_path)))
    assert command.properties["file"] == "<stdin>"


def test_no_number_is_large_enough_for_another_rank() -> None:
    rank = finding(rule="expect-output", expected=[1], found=[1, 1])
    number = finding(expected=[1], found=[10**9], difference=[10**9 - 1])
    commands, _ = rendered(number, rank)
    assert commands[0].properties["title"] == "convcalc (expect-output)"


def test_drifts_come_after_expectations_and_faults() -> None:
    unknown = finding(rule="expect-weight", expected=[1])
    commands, _ = rendered(WARNING, DRIFT, unknown, OUTPUT, FAULT)
    assert [each.properties["title"] for each in commands] == [
        "convcalc (kernel-too-large)",
        "convcalc (expect-output)",
        "convcalc (expect-weight)",
        "convcalc (lock-kind)",
        "convcalc (unread-border)",
    ]
