"""Text that is safe to show."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcalc.render.printable import (
    csv_text,
    markdown,
    printable,
    printable_json,
    sarif_message,
    uri,
    without_commands,
    workflow_property,
    xml_document,
    xml_text,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("conv_2", "conv_2"),
        ("é 名前 😀 ×", "é 名前 😀 ×"),
        ("a\u3000b\xa0c", "a\u3000b\xa0c"),
        ("a\tb\nc\rd", "a\\x09b\\x0ac\\x0dd"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x00\x7f\x9b", "\\x00\\x7f\\x9b"),
        ("\u202eabc\u2066\u2069", "\\u202eabc\\u2066\\u2069"),
        ("\u200e\u200f\u061c", "\\u200e\\u200f\\u061c"),
        ("a\u2028b\u2029c", "a\\u2028b\\u2029c"),
        ("\udcff", "\\udcff"),
        ("e\u0301 \u200d\u200c", "e\u0301 \u200d\u200c"),
        ("a\u200b\xad\ufeff", "a\\u200b\\xad\\ufeff"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"a": "é名"}\n', '{"a": "é名"}\n'),
        ('{"a": "\x7f\x9b\u202e\u2028"}\n', '{"a": "\\u007f\\u009b\\u202e\\u2028"}\n'),
        ('{\n  "a": "\u200f"\n}', '{\n  "a": "\\u200f"\n}'),
        ('"\U000e0041"', '"\\udb40\\udc41"'),
        ('"##[a] ##vso[b] ## ###["', '"\\u0023#[a] \\u0023#vso[b] ## #\\u0023#["'),
    ],
)
def test_printable_json(text: str, shown: str) -> None:
    assert printable_json(text) == shown


@given(st.text(st.characters()))
def test_nothing_that_is_left_is_a_control(text: str) -> None:
    shown = printable(text)
    assert {unicodedata.category(c) for c in shown}.isdisjoint({"Cc", "Cs", "Zl", "Zp"})
    assert {unicodedata.bidirectional(c) for c in shown}.isdisjoint(
        {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    )


@given(st.text())
def test_json_says_the_same(text: str) -> None:
    encoded = json.dumps(text, ensure_ascii=False)
    shown = printable_json(encoded)
    assert json.loads(shown) == text
    assert shown == printable(shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a::b\n## [x]\n", "a::b\n## [x]\n"),
        ("::error::x\n  ::a\n", "\\x3a:error::x\n  \\x3a:a\n"),
        ("\x1b[1m::a", "\x1b[1m\\x3a:a"),
        ("x ##[error] ##vso[a] ###[", "x \\x23#[error] \\x23#vso[a] #\\x23#["),
    ],
)
def test_without_commands(text: str, shown: str) -> None:
    assert without_commands(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("conv_2/a (Dense)", "conv\\_2/a (Dense)"),
        ("[a](b) <i> a|b &lt; ~~", "\\[a\\](b) \\<i\\> a\\|b \\&lt; \\~\\~"),
        ("@octocat", "`@octocat`"),
        ("www.evil.example", "`www.evil.example`"),
        ("https://evil.example", "`https://evil.example`"),
        ("a#1", "`a#1`"),
        ("# 1", "\\# 1"),
        ("$x$", "`$x$`"),
        ("@a`|", "<code>&#64;a&#96;&#124;</code>"),
        ("- a", "\\- a"),
        ("-1", "-1"),
        ("10. a", "10\\. a"),
        ("2.5", "2.5"),
    ],
)
def test_markdown(text: str, shown: str) -> None:
    assert markdown(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a=1", "a=1"), ("=1", "'=1"), ("+1", "'+1"), ("-1", "'-1"), ("@a", "'@a"), ("\t=", "\\x09=")],
)
def test_csv_text(text: str, shown: str) -> None:
    assert csv_text(text) == shown


def test_others() -> None:
    assert workflow_property("50%,a:b\nc") == "50%25%2Ca%3Ab%0Ac"
    assert sarif_message("[1, 2] and [a](b)") == "[1, 2] and \\[a](b)"
    assert xml_text("a\x1b\x85\u202e\n\ufffe") == "a\\x1b\x85\u202e\n\\ufffe"
    assert xml_document("<a>\n  ::b\t##[\x7f\r</a>") == "<a>\n  &#58;:b&#9;#&#35;[&#127;&#13;</a>"
    assert uri("a b\udcff") == "a%20b%FF"
