"""Diagnostics: their order, their forms, and what a misspelt name is taken for."""

import pytest

from convcalc.diagnostics import Diagnostic, Span, SpecError, brief, closest, did_you_mean, in_order

HERE = Span(3, 7, 3, 9)


def test_to_dict() -> None:
    fault = Diagnostic(
        code="wrong-value", message="no", span=HERE, help="yes", layer="a", severity="warning"
    )
    assert fault.to_dict() == {
        "code": "wrong-value",
        "severity": "warning",
        "message": "no",
        "help": "yes",
        "layer": "a",
        "line": 3,
        "column": 7,
        "end_line": 3,
        "end_column": 9,
        "fixes": [],
    }


def test_to_dict_of_the_least() -> None:
    assert Diagnostic(code="empty", message="nothing").to_dict() == {
        "code": "empty",
        "severity": "error",
        "message": "nothing",
        "help": None,
        "layer": None,
        "line": None,
        "column": None,
        "end_line": None,
        "end_column": None,
        "fixes": [],
    }


def test_order_is_by_place_and_else_as_found() -> None:
    late = Diagnostic(code="a", message="a", span=Span(10, 1, 10, 2))
    found_first = Diagnostic(code="b", message="b", span=Span(2, 1, 2, 3))
    found_next = Diagnostic(code="a", message="a", span=Span(2, 1, 2, 3))
    shorter = Diagnostic(code="z", message="z", span=Span(2, 1, 2, 2))
    early = Diagnostic(code="z", message="z", span=Span(1, 9, 1, 10))
    nowhere = Diagnostic(code="z", message="z")
    found = [late, found_first, found_next, shorter, early, nowhere]
    assert in_order(found) == (nowhere, early, shorter, found_first, found_next, late)


def test_the_first_of_equal_faults_stays() -> None:
    first, second = (
        Diagnostic(code="a", message="b", span=HERE, layer=layer) for layer in ("x", "y")
    )
    other = Diagnostic(code="a", message="c", span=HERE)
    (one, two) = in_order([first, other, second])
    assert one is first
    assert two is other


def test_spec_error_says_what_and_where() -> None:
    faults = [
        Diagnostic(code="b", message="second", span=HERE),
        Diagnostic(code="a", message="first"),
    ]
    error = SpecError(faults, "m.yaml")
    assert str(error) == "m.yaml: first; m.yaml:3:7: second"
    assert [d.message for d in error.diagnostics] == ["first", "second"]
    assert error.source == "m.yaml"


@pytest.mark.parametrize(
    ("name", "candidates", "meant"),
    [
        ("Conv2d", ["Conv1D", "Conv2D", "Conv3D"], "Conv2D"),
        ("conv2D", ["Conv1D", "Conv2D"], "Conv2D"),
        ("strdes", ["strides", "padding"], "strides"),
        ("maxpool2d", ["MaxPooling2D", "AveragePooling2D"], "MaxPooling2D"),
        ("xyz", ["strides", "padding"], None),
        ("strides", [], None),
        ("", ["strides"], None),
    ],
)
def test_closest(name: str, candidates: list[str], meant: str | None) -> None:
    assert closest(name, candidates) == meant
    assert did_you_mean(name, candidates) == (f"did you mean {meant}?" if meant else None)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (2.5, "2.5"),
        (True, "true"),
        (None, "null"),
        ("yes", '"yes"'),
        ([1, "a"], '[1,"a"]'),
        ({"a": None}, '{"a":null}'),
        (float("inf"), "inf"),
        ("x" * 58, f'"{"x" * 58}"'),
        ("x" * 59, f'"{"x" * 59}…'),
        (10**70, f"1{'0' * 59}…"),
        (-(10**20), "-100000000000000000000"),
        ([10**20], "[100000000000000000000]"),
    ],
)
def test_values_in_brief(value: object, text: str) -> None:
    assert brief(value) == text


def test_a_name_is_never_suggested_for_itself() -> None:
    assert did_you_mean("int8", ["int8"]) is None
    assert did_you_mean("int8", ["int8", "uint8"]) == "did you mean uint8?"
