"""Markdown: a table with a row for each finding, whatever stands in it."""

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from convcalc.checks.finding import Checked, Finding, Place
from convcalc.render.findings import render
from convcalc.render.findings.markdown import within
from convcalc.render.printable import printable
from render.findings.examples import (
    CHECKED,
    DRIFT,
    EXAMPLES,
    FAULT,
    IN_ORDER,
    LAYOUT,
    LONG,
    LONGEST,
    OUTPUT,
    PARAMS,
    WARNING,
    WEIGHT,
    checked,
    finding,
    findings_of,
    is_raw,
)

PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")
HEADINGS = ["Model", "Layer", "What", "Expected", "Found", "Difference", "Place"]


def content(inline: Token) -> tuple[str, str]:
    """The text of a cell or paragraph, and that part of it in which there could be markup."""
    text = bare = ""
    is_code = False
    for child in inline.children or ():
        assert child.type in {
            "text",
            "text_special",
            "code_inline",
            "html_inline",
            "strong_open",
            "strong_close",
        }, child
        if child.type == "html_inline":
            assert child.content == ("</code>" if is_code else "<code>")
            is_code = not is_code
            continue
        text += child.content
        if child.type != "code_inline" and not is_code:
            bare += child.content
    assert not is_code
    return text, bare


def table(output: str) -> list[list[str]]:
    """The rows of the only table, which is all that there is beside paragraphs."""
    assert not any(map(is_raw, output))
    rows: list[list[str]] = []
    for token in PARSER.parse(output):
        assert token.type.split("_")[0] in {
            "paragraph",
            "inline",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
        }, token
        if token.type == "tr_open":
            rows.append([])
        if token.type == "inline":
            text, bare = content(token)
            if token.level == 4:
                assert bare in {*HEADINGS, "", ":", ": ", " warning:", " warning: "}, bare
                rows[-1].append(text)
            else:
                assert not set(bare) & set("@#<"), bare
    return rows


def rows(*findings: Finding) -> list[list[str]]:
    heading, *others = table(render("markdown", [checked(*findings)], LAYOUT))
    assert heading == HEADINGS
    return others


def test_in_order() -> None:
    assert render("markdown", IN_ORDER, LAYOUT) == "**convcalc check**: 2 models in order\n"


def test_rows() -> None:
    assert rows(OUTPUT, PARAMS, FAULT, WARNING, DRIFT) == [
        ["specs/net.yaml", "conv_2", "expect-output: output", "[8, 8, 10]", "[8, 8, 20]",
         "[0, 0, +10]", "specs/net.yaml:5:5"],
        ["specs/saved.keras", "", "expect-params: params", "<= 15k", "18,234", "+3,234",
         "convcalc.yaml:4:15"],
        ["specs/net.yaml", "conv_3", f"kernel-too-large: {FAULT.message}", "", "", "",
         "specs/net.yaml:6:41"],
        ["specs/net.yaml", "conv2d", f"unread-border warning: {WARNING.message}", "", "", "",
         "specs/net.yaml:4:5"],
        ["specs/net.yaml", "pool", "lock-kind: kind", "AveragePooling2D", "MaxPooling2D", "",
         "specs/net.yaml:7:5"],
    ]  # fmt: skip


def test_what_is_not_there_is_told_in_words() -> None:
    assert rows(WEIGHT)[0][2:5] == [f"expect-weight: {WEIGHT.message}", "[400, 10]", ""]


def test_unknown_sizes() -> None:
    unknown = finding(key="output", expected=[1, None], found=[None, 2], difference=[None, 0])
    assert rows(unknown)[0][3:6] == ["[1, null]", "[null, 2]", "[?, 0]"]


def test_names_have_no_effect() -> None:
    names = ["a|b", "`", "a`b``", "<b>", "a\nb", "@all", "#1", "\\", "\\|", " a ", "*a*", "&lt;"]
    found = rows(*(finding(layer=name) for name in names))
    assert [row[1] for row in found] == [printable(name) for name in names]


def test_within_a_number_of_bytes() -> None:
    whole = render("markdown", EXAMPLES, LAYOUT)
    size = len(whole.encode())
    assert within(EXAMPLES, LAYOUT, size) == whole
    less = within(EXAMPLES, LAYOUT, size - 1)
    assert len(less.encode()) < size
    # The warning is the first to go.
    assert "unread-border" not in less
    assert "conv_2" in less


def test_how_many_are_left_out() -> None:
    long = finding(layer="x" * 1000, place=Place("a.yaml"))
    output = within([checked(OUTPUT, long, PARAMS, long)], LAYOUT, 700)
    assert [row[1] for row in table(output)[1:]] == ["conv_2", ""]
    assert output.endswith("\n\n2 more are left out here.\n")


def test_nothing_fits() -> None:
    output = within([checked(OUTPUT)], LAYOUT, 0)
    assert output.startswith("**convcalc check**: 1 finding in 1 of 1 model\n")
    assert output.endswith("\n\n1 more are left out here.\n")


def test_long_names() -> None:
    _, row = table(render("markdown", LONGEST, LAYOUT))
    assert row[:2] == ["specs/net.yaml", LONG]


@given(CHECKED)
def test_nothing_breaks_it(checked: list[Checked]) -> None:
    findings = findings_of(checked)
    output = render("markdown", checked, LAYOUT)
    output.encode()
    found = table(output)
    if not findings:
        assert found == []
        return
    assert found[0] == HEADINGS
    assert [len(row) for row in found] == [7] * (len(findings) + 1)
    for row, each in zip(found[1:], findings, strict=True):
        assert row[1] == printable(each.layer or "")


@given(CHECKED, st.integers(0, 3000))
def test_what_fits_is_a_table(checked: list[Checked], most: int) -> None:
    output = within(checked, LAYOUT, most)
    least = within(checked, LAYOUT, 0)
    assert len(output.encode()) <= max(most, len(least.encode()))
    assert {len(row) for row in table(output)} <= {7}
