"""Expressions: what they come to, and what they refuse; nothing in them takes long."""

# ruff: noqa: E501 - a case is one line

import contextlib
import math
import time
from typing import Any

import pytest

from convcalc.expressions import (
    UNKNOWN_DIMENSION,
    Evaluator,
    ExpressionError,
    UnknownDimension,
    UnknownDimensionError,
)

NAMES = {"width": 4, "rate": 0.25, "deep": True, "word": "same", "sizes": [3, 5, 7], "none": None}


def evaluate(text: str, **names: Any) -> Any:
    return Evaluator().evaluate(text, NAMES | names)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 - 10", -3),
        ("7 / 2", 3.5),
        ("6 / 2", 3.0),
        ("7 // 2", 3),
        ("-7 // 2", -4),
        ("7 % 4", 3),
        ("2 ** 10", 1024),
        ("2 ** -1", 0.5),
        ("-width", -4),
        ("+width", 4),
        ("1_000", 1000),
        ("0x10", 16),
        ("1e3", 1000.0),
        ("  width  ", 4),
        ("width * rate", 1.0),
        ("width == 4", True),
        ("width != 4", False),
        ("width < 4", False),
        ("width <= 4", True),
        ("width > 3", True),
        ("width >= 5", False),
        ("1 < width < 5", True),
        ("1 < width < 3", False),
        ("1 if deep else 2", 1),
        ("1 if not deep else 2", 2),
        ("deep and width", 4),
        ("false or width", 4),
        ("true", True),
        ("null", None),
        ("none", None),
        ("word + '!'", "same!"),
        ("'ab' * 2", "abab"),
        ("word == 'same'", True),
        ("sizes", [3, 5, 7]),
        ("sizes[0]", 3),
        ("sizes[-1]", 7),
        ("sizes[1:]", [5, 7]),
        ("[width, 2] + sizes[:1]", [4, 2, 3]),
        ("[0] * 3", [0, 0, 0]),
        ("3 in sizes", True),
        ("3 not in sizes", False),
        ("min(3, width)", 3),
        ("max(sizes)", 7),
        ("round(2.5)", 2),
        ("round(3.5)", 4),
        ("round(2.345, 1)", 2.3),
        ("round(2.7, 0)", 3.0),
        ("round(1234, -2)", 1200),
        ("ceil(0.5)", 1),
        ("floor(-0.5)", -1),
        ("abs(-3)", 3),
        ("int(3.9)", 3),
        ("int('12')", 12),
        ("len(sizes)", 3),
    ],
)
def test_values(text: str, value: object) -> None:
    found = evaluate(text)
    assert found == value
    assert type(found) is type(value)


SYNTAX = (
    "an expression has numbers, strings, lists, names, arithmetic, comparisons, "
    "`a if c else b`, and the functions abs, ceil, floor, int, len, max, min, round"
)
BEYOND = "this is beyond what an expression may do"


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ("widht", "there is no value 'widht' here", "did you mean width?"),
        (
            "q",
            "there is no value 'q' here",
            "the values here are deep, none, rate, sizes, width, word",
        ),
        (
            "open('x')",
            "there is no function 'open'",
            "the functions are abs, ceil, floor, int, len, max, min, round",
        ),
        ("width.real", BEYOND, SYNTAX),
        ("'a'.upper()", BEYOND, SYNTAX),
        ("{1: 2}", BEYOND, SYNTAX),
        ("(1, 2)", BEYOND, SYNTAX),
        ("[i for i in sizes]", BEYOND, SYNTAX),
        ("lambda: 1", BEYOND, SYNTAX),
        ("f'{width}'", BEYOND, SYNTAX),
        ("(w := 3)", BEYOND, SYNTAX),
        ("max(*sizes)", BEYOND, SYNTAX),
        ("1 | 2", BEYOND, SYNTAX),
        ("1 << 2", BEYOND, SYNTAX),
        ("~1", BEYOND, SYNTAX),
        ("word is word", BEYOND, SYNTAX),
        ("", "this expression can't be read: invalid syntax", SYNTAX),
        ("1 +", "this expression can't be read: invalid syntax", SYNTAX),
        ("import os", "this expression can't be read: invalid syntax", SYNTAX),
        ("1 / 0", "this expression can't be computed: division by zero", None),
        ("sizes[3]", "this expression asks for a place that its list does not have", "places count from 0, and from -1 at the end"),
        ("floor(1e999)", "this expression can't be computed: cannot convert float infinity to integer", None),
        ("(-8) ** 0.5", "this expression can't be computed: the result is not a real number", None),
        ("'%d' % width", "this expression can't be computed: % takes numbers", None),
        ("min", "the result is not a number, string, boolean or list", None),
        ("[min]", "the result is not a number, string, boolean or list", None),
        ("1j", "the result is not a number, string, boolean or list", None),
        ("b'x'", "the result is not a number, string, boolean or list", None),
        ("10 ** 101", "this expression can't be computed: a power of more than 100 digits", None),
        ("10 ** 99 * 10", "the result has more than 100 digits", None),
        ("-10 ** 99 * 10", "the result has more than 100 digits", None),
        ("[10 ** 99 * 10]", "the result has more than 100 digits", None),
        ("round(5, -101)", "this expression can't be computed: a rounding of more than 100 digits", None),
        ("'a' * 10001", "this expression can't be computed: more than 10,000 items", None),
        ("10001 * [0]", "this expression can't be computed: more than 10,000 items", None),
        ("['ab'] * 5000", "this expression can't be computed: more than 10,000 items", None),
        ("[0] * 9999 + [0, 1]", "this expression can't be computed: more than 10,000 items", None),
        ("[[0] * 100] * 100", "this expression can't be computed: more than 10,000 items", None),
        ("-" * 200 + "1", "the expression is nested deeper than 200 levels", None),
        ("1" + "+1" * 200, "the expression is nested deeper than 200 levels", None),
        ("1" + " + 1" * 250, "an expression may have at most 1,000 characters", None),
    ],
)  # fmt: skip
def test_refusals(text: str, message: str, help: str | None) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(text)
    assert (caught.value.message, caught.value.help) == (message, help)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "length"),
    [("'a' * 10000", 10_000), ("[0] * 5000 + [0] * 5000", 10_000), ("[[0] * 10] * 10", 10)],
)
def test_lists_up_to_the_limit(text: str, length: int) -> None:
    assert len(evaluate(text)) == length


def test_numbers_up_to_the_limit() -> None:
    assert evaluate("10 ** 99 * 9") == 9 * 10**99
    assert evaluate("10 ** 50 // 10 ** 49") == 10


@pytest.mark.parametrize(
    "text",
    [
        "9 ** 9 ** 9",
        "round(5, -999999999)",
        "[[[0] * 9999] * 9999] * 9999",
        "['a' * 9999] * 9999 == ['a' * 9999] * 9999",
        "([0] * 9999) * ([0] * 9999)",
        "-" * 990 + "1",
        "(" * 400 + "1" + ")" * 400,
        "[" * 400 + "1" + "]" * 400,
        "not " * 240 + "1",
    ],
)
def test_nothing_takes_long(text: str) -> None:
    start = time.perf_counter()
    with contextlib.suppress(ExpressionError):
        evaluate(text)
    assert time.perf_counter() - start < 2


def test_no_help_where_there_are_no_names() -> None:
    with pytest.raises(ExpressionError) as caught:
        Evaluator().evaluate("width", {})
    assert (caught.value.message, caught.value.help) == ("there is no value 'width' here", None)


def test_names_of_one_evaluation_are_not_there_in_the_next() -> None:
    evaluator = Evaluator()
    assert evaluator.evaluate("a", {"a": 1}) == 1
    with pytest.raises(ExpressionError, match="there is no value 'a' here"):
        evaluator.evaluate("a", {"b": 1})


def test_a_name_hides_a_constant() -> None:
    assert evaluate("true", true=3) == 3


@pytest.mark.parametrize(
    "text",
    [
        "size + 1", "1 + size", "size - 1", "1 - size", "size * 2", "2 * size", "size / 2",
        "2 / size", "size // 2", "2 // size", "size % 2", "2 % size", "size ** 2", "2 ** size",
        "-size", "+size", "abs(size)", "round(size)", "ceil(size / 2)", "floor(size / 2)",
        "size if true else 3", "max([size])",
    ],
)  # fmt: skip
def test_arithmetic_with_an_unknown_dimension_is_unknown(text: str) -> None:
    assert isinstance(evaluate(text, size=UNKNOWN_DIMENSION), UnknownDimension)


@pytest.mark.parametrize(
    "text",
    [
        "size == 3", "size != 3", "size < 3", "size <= 3", "size > 3", "size >= 3", "not size",
        "1 if size else 2", "size and 3", "max(size, 3)", "int(size)", "sizes[size]",
    ],
)  # fmt: skip
def test_an_unknown_dimension_decides_nothing(text: str) -> None:
    with pytest.raises(UnknownDimensionError):
        evaluate(text, size=UNKNOWN_DIMENSION)


def test_a_list_may_hold_an_unknown_dimension() -> None:
    first, second = evaluate("[size, 3]", size=UNKNOWN_DIMENSION)
    assert first is UNKNOWN_DIMENSION
    assert second == 3


def test_not_a_number_is_a_number() -> None:
    assert math.isnan(evaluate("x", x=float("nan")))


@pytest.mark.parametrize("text", ["-" * 198 + "1", "1" + "+1" * 198])
def test_nesting_up_to_the_limit(text: str) -> None:
    assert evaluate(text) in {1, 199}


def test_results_are_not_nested_without_end() -> None:
    value: object = 1
    for _ in range(200):
        value = Evaluator().evaluate("[x]", {"x": value})
    with pytest.raises(ExpressionError, match="the result is nested deeper than 200 levels"):
        Evaluator().evaluate("[x]", {"x": value})
