"""Documents: plain values by the YAML 1.2 core schema's meaning, their places, and refusals."""

# ruff: noqa: E501 - a case is one line

import math
import re
import string
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from convcalc.diagnostics import SpecError
from convcalc.documents import document
from convcalc.documents.document import Value, decode, plain_scalar, read
from models import Fault, in_short


def parse(text: str) -> Value:
    value = read(text)
    assert value is not None
    return value


def refusals(text: str) -> list[Fault]:
    with pytest.raises(SpecError) as caught:
        read(text)
    return list(map(in_short, caught.value.diagnostics))


# Literal values; source: https://yaml.org/spec/1.2.2/#103-core-schema. Those after the first
# group are what YAML 1.1 takes for something else.
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12), ("-12", -12), ("+12", 12), ("0", 0), ("0o17", 15), ("0xFf", 255),
        ("1.5", 1.5), ("-1.5", -1.5), (".5", 0.5), ("1.", 1.0), ("1e3", 1000.0), ("1E-3", 0.001),
        ("-.5e+2", -50.0), ("0.", 0.0), (".inf", math.inf), ("-.INF", -math.inf),
        ("+.Inf", math.inf), ("true", True), ("True", True), ("TRUE", True), ("false", False),
        ("False", False), ("FALSE", False), ("null", None), ("Null", None), ("NULL", None),
        ("~", None), ("", None),
        ("010", 10), ("on", "on"), ("off", "off"), ("yes", "yes"), ("No", "No"), ("y", "y"),
        ("1:30", "1:30"), ("1_000", "1_000"), ("0b11", "0b11"), ("2024-01-31", "2024-01-31"),
        ("=", "="), ("1e3.5", "1e3.5"), ("-0x1", "-0x1"), ("0o8", "0o8"), ("0xg", "0xg"),
        (".", "."), ("+", "+"), ("-.", "-."), ("e3", "e3"), (".inF", ".inF"), ("tRUE", "tRUE"),
        ("nULL", "nULL"), ("nan", "nan"), ("inf", "inf"), ("1 2", "1 2"), ("१", "१"), ("1.5.", "1.5."),
    ],
)  # fmt: skip
def test_plain_scalars(text: str, value: object) -> None:
    found = plain_scalar(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_not_a_number(text: str) -> None:
    found = plain_scalar(text)
    assert isinstance(found, float)
    assert math.isnan(found)


# The expressions of the core schema's table of tag resolution, as they stand there.
CORE = [
    ("null", r"null|Null|NULL|~|"),
    ("bool", r"true|True|TRUE|false|False|FALSE"),
    ("int", r"[-+]?[0-9]+"),
    ("int", r"0o[0-7]+"),
    ("int", r"0x[0-9a-fA-F]+"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"),
    ("float", r"[-+]?(\.inf|\.Inf|\.INF)"),
    ("float", r"\.nan|\.NaN|\.NAN"),
]
SCALARS = st.text(string.digits + "abefinlrstuxoN+-._~:", max_size=8) | st.one_of(
    [st.from_regex(pattern, fullmatch=True) for _, pattern in CORE]
)


@given(SCALARS)
@example("1\n")
@example("null\n")
def test_types_are_those_of_the_core_schema(text: str) -> None:
    kind = next((kind for kind, regex in CORE if re.fullmatch(regex, text)), "str")
    names = {type(None): "null", bool: "bool", int: "int", float: "float", str: "str"}
    assert names[type(plain_scalar(text))] == kind


@given(st.integers(-(10**30), 10**30))
def test_numbers_are_read_as_they_are_written(number: int) -> None:
    assert plain_scalar(str(number)) == number
    assert plain_scalar(f"0{abs(number)}") == abs(number)
    assert plain_scalar(f"0o{abs(number):o}") == abs(number)
    assert plain_scalar(f"0x{abs(number):x}") == abs(number)


@pytest.mark.parametrize("text", ["9" * 1_001, "0x" + "f" * 999, "-" + "1" * 1_000])
def test_a_number_of_too_many_digits(text: str) -> None:
    assert plain_scalar(text[:-1]) is not None
    with pytest.raises(ValueError, match=text):
        plain_scalar(text)
    message = "this number has too many digits"
    assert refusals(f"a: {text}") == [("wrong-value", f"1:4-{4 + len(text)}", message, None)]
    assert refusals(f"a: !!int {text}")[0][:3] == (
        "wrong-value",
        f"1:4-{10 + len(text)}",
        message,
    )


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a: 1\nb: [x, 2, {c: }]", {"a": 1, "b": ["x", 2, {"c": None}]}),
        ("'010'", "010"),
        ('"true"', "true"),
        ("!!str 3", "3"),
        ("!!int '3'", 3),
        ("!!float 3", 3.0),
        ("!!bool 'true'", True),
        ("!!null ''", None),
        ("!!map {a: 1}", {"a": 1}),
        ("!!seq [1]", [1]),
        ("|\n  a\n  b\n", "a\nb\n"),
        ("1: a\ntrue: b\nnull: c", {"1": "a", "true": "b", "null": "c"}),
        ("%YAML 1.2\n---\na\n...\n", "a"),
        ("- &x [1]\n- *x", [[1], [1]]),
        ("- &x {a: 1, b: 2}\n- {<<: *x, b: 3}", [{"a": 1, "b": 2}, {"b": 3, "a": 1}]),
        (
            "- &x {a: 1}\n- &y {a: 2, b: 2}\n- {<<: [*x, *y]}",
            [{"a": 1}, {"a": 2, "b": 2}, {"a": 1, "b": 2}],
        ),
        ("{<<: {a: 1}, <<: {a: 2, b: 3}}", {"a": 1, "b": 3}),
        ("- &x 1\n- &x 2\n- *x", [1, 2, 2]),
        ("&k a: 1\nb: *k", {"a": 1, "b": "a"}),
    ],
)
def test_plain(text: str, plain: object) -> None:
    assert parse(text).plain == plain


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n"])
def test_nothing(text: str) -> None:
    assert read(text) is None


def test_parts() -> None:
    root = parse("a: 1\nb: [x, =y]\nc: {d: '=e'}\n")
    assert root.is_mapping
    assert not root.is_list
    assert root.key("b").text == "b"
    items = root.get("b")
    assert items is not None
    assert items.is_list
    assert [part.text for part in items.parts] == ["x", "=y"]
    assert root.get("missing") is None
    scalar = root.get("a")
    assert scalar is not None
    assert not scalar.is_list
    assert not scalar.is_mapping
    assert (scalar.plain, scalar.text) == (1, "1")


def test_size_counts_what_is_inside() -> None:
    assert parse("a: [1, 2, {b: 3}]\nc: &x [1]\nd: *x").size == 10


@pytest.mark.parametrize(
    ("text", "dynamic", "expression"),
    [
        ("=a", True, True),
        ("'=a'", True, True),
        ("[1, [=a]]", True, False),
        ("{a: {b: =a}}", True, False),
        ("{=a: 1}", False, False),
        ("a = b", False, False),
        ("[1]", False, False),
        ("{<<: {a: =b}}", True, False),
    ],
)
def test_expressions(text: str, dynamic: bool, expression: bool) -> None:
    value = parse(text)
    assert (value.dynamic, value.is_expression) == (dynamic, expression)


@pytest.mark.parametrize(
    ("text", "path", "place"),
    [
        ("a: 12", ["a"], (1, 4, 1, 6)),
        ("a: '12'", ["a"], (1, 4, 1, 8)),
        ("a: [1,\n  2]\n", ["a"], (1, 4, 2, 5)),
        ("a: {b: 1}", ["a"], (1, 4, 1, 10)),
        ("é: ß\n名: [x, 前]", ["名", 1], (2, 8, 2, 9)),
        ("a:", ["a"], (1, 3, 1, 3)),
        ("a: !!int 3", ["a"], (1, 4, 1, 11)),
        ("a: &x 3\nb: *x", ["b"], (1, 4, 1, 8)),
        ("a: 1\r\nb: 2", ["b"], (2, 4, 2, 5)),
        ("a: 1\rb: 2", ["b"], (2, 4, 2, 5)),
        ("a: 1\x85b: 2", ["b"], (2, 4, 2, 5)),
        ("a: 1\u2028b: 2", ["b"], (2, 4, 2, 5)),
        ("\ufeffa: 1", ["a"], (1, 4, 1, 5)),
        ("a: '𝔘' # 𝔘\nb: 2", ["a"], (1, 4, 1, 7)),
        ("a: {<<: {b: 5}}", ["a", "b"], (1, 13, 1, 14)),
    ],
)
def test_places(text: str, path: list[Any], place: tuple[int, ...]) -> None:
    value: Any = parse(text)
    for step in path:
        value = value.parts[step] if isinstance(step, int) else value.get(step)
    assert value.span == place


def test_places_of_keys() -> None:
    root = parse("a: 1\n'b c' : 2\n")
    assert root.key("a").span == (1, 1, 1, 2)
    assert root.key("b c").span == (2, 1, 2, 6)


REFUSALS: list[tuple[str, list[tuple[str, str, str, str | None]]]] = [
    ("a: 1\nb: 2\na: 3\n", [("duplicate-key", "3:1-2", "key 'a' is given twice", "the first is at line 1")]),
    (
        "a: {b: 1, b: 2}\na: 3",
        [
            ("duplicate-key", "1:11-12", "key 'b' is given twice", "the first is at line 1"),
            ("duplicate-key", "2:1-2", "key 'a' is given twice", "the first is at line 1"),
        ],
    ),
    ("1: a\n'1': b", [("duplicate-key", "2:1-4", "key '1' is given twice", "the first is at line 1")]),
    ("? [a]\n: 1", [("wrong-type", "1:3-6", "a key must be a string, not a list or mapping", None)]),
    ("{{a: 1}: 2}", [("wrong-type", "1:2-8", "a key must be a string, not a list or mapping", None)]),
    ("a: 1\n---\nb: 2", [("several-documents", "2:1-4", "a second YAML document begins here", None)]),
    ("a: !!python/name:os.system", [("tag-refused", "1:4-27", "tag !!python/name:os.system builds an object", "a spec is plain data: remove the tag")]),
    ("a: !mine [1]", [("tag-refused", "1:4-11", "tag !mine builds an object", "a spec is plain data: remove the tag")]),
    ("a: !!set {b}", [("tag-refused", "1:4-11", "tag !!set builds an object", "a spec is plain data: remove the tag")]),
    ("a: !!timestamp 2020-01-01", [("tag-refused", "1:4-26", "tag !!timestamp builds an object", "a spec is plain data: remove the tag")]),
    ("a: !!int x", [("wrong-type", "1:4-11", "'x' is not of the type that its tag says", None)]),
    ("a: !!bool 1", [("wrong-type", "1:4-12", "'1' is not of the type that its tag says", None)]),
    ("a: !!int 1.5", [("wrong-type", "1:4-13", "'1.5' is not of the type that its tag says", None)]),
    ("a: *x", [("wrong-alias", "1:4-6", "there is no anchor &x above", None)]),
    ("a: &x [1, *x]", [("wrong-alias", "1:11-13", "alias *x stands inside what it names", None)]),
    ("a: {<<: 1}", [("wrong-type", "1:9-10", "a merge key takes a mapping or a list of them", None)]),
    ("a: {<<: [{b: 1}, 2]}", [("wrong-type", "1:18-19", "a merge key takes a mapping or a list of them", None)]),
    ("[" * 201 + "]" * 201, [("too-deep", "1:201-202", "values are nested deeper than 200 levels", None)]),
    ("é: é\nb: \x07", [("syntax", "2:4-5", "control characters are not allowed", None)]),
    ("é: é\rb: \x07", [("syntax", "2:4-5", "control characters are not allowed", None)]),
    ("é: é\nb: \udcff", [("syntax", "2:4-5", "this is not a character", None)]),
    ("a: 'b", [("syntax", "1:6-7", "found unexpected end of stream while scanning a quoted scalar", None)]),
    ("a: [1, 2", [("syntax", "1:9-10", "did not find expected ',' or ']' while parsing a flow sequence", "inside { } and [ ], quote an expression that has brackets or commas itself")]),
    ("a: [1,\n", [("syntax", "2:1-2", "did not find expected node content while parsing a flow node", "inside { } and [ ], quote an expression that has brackets or commas itself")]),
    ("a: {b: =min(1, 2)}]", [("syntax", "1:19-20", "did not find expected key while parsing a block mapping", None)]),
    ("a: b: c", [("syntax", "1:5-6", "mapping values are not allowed in this context", "a colon may be missing: `- Conv2D: {...}`, and `- ReLU:` where more keys follow")]),
    ("\ta: 1", [("syntax", "1:1-2", "found character that cannot start any token while scanning for the next token", "indent with spaces, not tabs, and quote text that begins with % @ or `")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "faults"), REFUSALS)
def test_refusals(text: str, faults: list[Fault]) -> None:
    assert refusals(text) == faults


def test_nesting_up_to_the_limit() -> None:
    assert read("[" * 200 + "]" * 200) is not None
    assert read("a: &a " + "[" * 198 + "]" * 198 + "\nb: [*a]") is not None


# PyYAML reads ahead, and from 6.0.4 on stops at 1,000 levels by itself: before it gives the first.
@pytest.mark.parametrize("around", ["", "a: "])
@pytest.mark.parametrize("levels", ["[" * 1001, "[" * 500 + "\x07"])
def test_what_the_parser_refuses_further_on_hides_no_nesting(around: str, levels: str) -> None:
    level = 201 if not around else 203
    place, message = f"1:{level}-{level + 1}", "values are nested deeper than 200 levels"
    assert refusals(around + levels) == [("too-deep", place, message, None)]


def test_aliases_nest_too() -> None:
    values = "\n".join(["- &a0 [1]", *(f"- &a{i} [*a{i - 1}]" for i in range(1, 300))])
    message = "values are nested deeper than 200 levels"
    # Line 200 has 199 lists inside the outermost one.
    assert refusals(values) == [("too-deep", "200:10-15", message, None)]


def test_aliases_that_expand_to_too_much() -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 25)]
    ((code, place, message, _),) = refusals("\n".join(lines))
    assert (code, place) == ("too-large", "18:18-22")
    assert message == "aliases expand to more than 1,000,000 values"


BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("data", "place", "byte"),
    [
        (b"\xff", "1:1-2", "0xff"),
        (b"a: 1\nb: \xe9t\xe9", "2:4-5", "0xe9"),
        ("é: ".encode() + b"\xc3", "1:4-5", "0xc3"),
        (b"a\r\nb\rc\xff", "3:2-3", "0xff"),
        (BOM + b"ab\xff", "1:3-4", "0xff"),
        (BOM + "éé".encode() + b"\x80", "1:3-4", "0x80"),
    ],
)
def test_what_is_not_utf_8(data: bytes, place: str, byte: str) -> None:
    with pytest.raises(SpecError) as caught:
        decode(data)
    faults = list(map(in_short, caught.value.diagnostics))
    help = "save the file as UTF-8"
    assert faults == [("not-utf-8", place, f"byte {byte} is not UTF-8", help)]


def test_a_byte_order_mark_is_no_character() -> None:
    assert decode(BOM + b"a: 1") == "a: 1"


def test_how_many_values_a_file_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MAX_VALUES", 5)
    assert document.read("{a: 1, b: 2}") is not None  # two keys, two values, and the mapping
    with pytest.raises(SpecError, match="there are more than 5 values here") as caught:
        document.read("{a: 1, b: [2]}")
    assert [fault.code for fault in caught.value.diagnostics] == ["too-large"]
