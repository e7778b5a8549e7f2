"""Diagnostics as they are printed: the line, the underline, and what neither may do."""

# ruff: noqa: E501 - a case is one line

import pytest

from convcalc.diagnostics import Diagnostic, Span
from convcalc.render.diagnostics import render

HEAD = "m.yaml:1:{column}: error: no [wrong-value]\n"


def fault(*span: int, **others: str) -> Diagnostic:
    place = Span(*span) if span else None
    return Diagnostic(code="wrong-value", message="no", span=place, help=others.get("help"))


def underlined(line: str, column: int, end: int) -> list[str]:
    """The line and the underline as they are printed of a fault on the first line."""
    head, *lines = render([fault(1, column, 1, end)], "m.yaml", line).splitlines()
    assert head + "\n" == HEAD.format(column=column)
    return lines


def test_a_fault() -> None:
    text = "input: [8]\nlayers:\n  - Dense: 0\n"
    assert render([fault(3, 12, 3, 13, help="give it a size")], "m.yaml", text) == (
        "m.yaml:3:12: error: no [wrong-value]\n"
        "  3 |   - Dense: 0\n"
        "    |            ^\n"
        "  help: give it a size\n"
    )


def test_faults_follow_each_other() -> None:
    text = "a\nb\n" + "\n" * 9 + "last"
    assert render([fault(1, 1, 1, 2), fault(12, 1, 12, 5)], "m.yaml", text) == (
        "m.yaml:1:1: error: no [wrong-value]\n  1 | a\n    | ^\n"
        "m.yaml:12:1: error: no [wrong-value]\n  12 | last\n     | ^^^^\n"
    )


def test_a_warning() -> None:
    warning = Diagnostic(
        code="unused-layer", message="hm", severity="warning", span=Span(1, 1, 1, 2)
    )
    assert render([warning], "m.yaml", "a").startswith("m.yaml:1:1: warning: hm [unused-layer]\n")


def test_a_fault_without_a_place() -> None:
    assert render([fault()], "m.yaml", "a") == "m.yaml: error: no [wrong-value]\n"


def test_a_place_behind_the_text() -> None:
    assert render([fault(3, 1, 3, 2)], "m.yaml", "a\n") == "m.yaml:3:1: error: no [wrong-value]\n"


@pytest.mark.parametrize(
    ("line", "column", "end", "expected"),
    [
        pytest.param("a: bcd", 4, 7, ["  1 | a: bcd", "    |    ^^^"], id="a range"),
        pytest.param("a:", 3, 3, ["  1 | a:", "    |   ^"], id="an empty range"),
        pytest.param("", 1, 1, ["  1 | ", "    | ^"], id="an empty line"),
        pytest.param("a", 5, 6, ["  1 | a", "    |  ^"], id="behind the end"),
        pytest.param("名前: 3x", 5, 7, ["  1 | 名前: 3x", "    |       ^^"], id="behind wide characters"),
        pytest.param("a: 名前", 4, 6, ["  1 | a: 名前", "    |    ^^^^"], id="wide characters"),
        pytest.param("e\u0301: 3", 5, 6, ["  1 | e\u0301: 3", "    |    ^"], id="behind a combining mark"),
        pytest.param("a: e\u0301e\u0301", 4, 8, ["  1 | a: e\u0301e\u0301", "    |    ^^"], id="combining marks"),
        pytest.param("नि\u0941: 3", 6, 7, ["  1 | नि\u0941: 3", "    |     ^"], id="behind vowel signs"),
        pytest.param("a\u200d: 3", 5, 6, ["  1 | a\u200d: 3", "    |    ^"], id="behind what has no width"),
        pytest.param("😀: 3", 4, 5, ["  1 | 😀: 3", "    |     ^"], id="behind an emoji"),
        pytest.param("a:\t3", 4, 5, ["  1 | a:\\x093", "    |       ^"], id="behind a tab"),
        pytest.param("a: \x1b[31m", 4, 5, ["  1 | a: \\x1b[31m", "    |    ^^^^"], id="an escape"),
        pytest.param("\u202ea: 3", 5, 6, ["  1 | \\u202ea: 3", "    |          ^"], id="behind an override"),
    ],
)  # fmt: skip
def test_the_underline(line: str, column: int, end: int, expected: list[str]) -> None:
    assert underlined(line, column, end) == expected


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029"])
def test_lines(line_break: str) -> None:
    text = line_break.join(["one", "two", "three"])
    printed = render([fault(2, 1, 2, 4)], "m.yaml", text)
    assert printed == "m.yaml:2:1: error: no [wrong-value]\n  2 | two\n    | ^^^\n"


@pytest.mark.parametrize("other", ["\v", "\f", "\x1c", "\x1d"])
def test_what_ends_no_line(other: str) -> None:
    printed = render([fault(1, 3, 1, 4)], "m.yaml", f"a{other}b\nc")
    assert printed.splitlines()[1] == f"  1 | a\\x{ord(other):02x}b"


def test_the_use_of_a_block_is_named() -> None:
    inside = Diagnostic(code="a", message="b", span=Span(1, 1, 1, 2), layer="unit_1/\x07", help="c")
    printed = render([inside], "m.yaml", "x")
    assert printed.splitlines()[3:] == ["  in: unit_1/\\x07", "  help: c"]
    outside = Diagnostic(code="a", message="b", span=Span(1, 1, 1, 2), layer="dense")
    assert "in:" not in render([outside], "m.yaml", "x")


def test_without_a_place_the_layer_is_named() -> None:
    nowhere = Diagnostic(code="a", message="b", layer="dense")
    assert render([nowhere], "m.json", "") == "m.json: error: b [a]\n  in: dense\n"


def test_a_range_over_several_lines_is_underlined_to_the_end_of_its_first() -> None:
    printed = render([fault(1, 4, 3, 2)], "m.yaml", "a: {b: 1,  \n  c: 2\n}")
    assert printed.splitlines()[1:] == ["  1 | a: {b: 1,  ", "    |    ^^^^^^"]


def test_a_long_line_is_cut_to_what_is_around_the_place() -> None:
    line = "x" * 1000 + "HERE" + "y" * 1000
    text, underline = underlined(line, 1001, 1005)
    assert text == "  1 | …" + "x" * 80 + "HERE" + "y" * 76
    assert underline == "    |  " + " " * 80 + "^^^^"


def test_a_long_line_is_not_cut_before_a_place_at_its_beginning() -> None:
    text, underline = underlined("a: HERE " + "y" * 1000, 4, 8)
    assert text == "  1 | a: HERE " + "y" * 152
    assert underline == "    |    ^^^^"


def test_a_long_range_is_cut() -> None:
    text, underline = underlined("a: " + "y" * 1000, 4, 1004)
    assert text == "  1 | a: " + "y" * 160
    assert underline == "    |    " + "^" * 160


def test_names_can_not_steer_the_terminal() -> None:
    evil = Diagnostic(code="a", message="\x1b[2J", help="\x07", span=Span(1, 1, 1, 2))
    printed = render([evil], "\x1b]0;x", "\x9b")
    assert printed == (
        "\\x1b]0;x:1:1: error: \\x1b[2J [a]\n  1 | \\x9b\n    | ^^^^\n  help: \\x07\n"
    )


def test_colour() -> None:
    printed = render(
        [fault(1, 1, 1, 2, help="h")], "m", "a", lambda text, style: f"<{style}|{text}>"
    )
    assert printed == (
        "<bold|m:1:1:> <bold red|error:> no <dim|[wrong-value]>\n"
        "  <dim|1 |> a\n   <dim| |> <bold red|^>\n"
        "  <bold cyan|help:> h\n"
    )
