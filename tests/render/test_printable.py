"""Text that is safe to show."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcalc.render.printable import printable, printable_json


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
        ("e\u0301 \u200d", "e\u0301 \u200d"),
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
