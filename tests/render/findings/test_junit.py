"""JUnit's XML: valid by the schema that Jenkins publishes, with the right numbers."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from xmlschema import XMLSchema, XMLSchemaValidationError

import documents
from convcalc.checks.finding import Checked, Finding, Outcome
from convcalc.render.findings import render
from render.findings.examples import (
    CHECKED,
    DRIFT,
    EXAMPLES,
    FAULT,
    LAYOUT,
    LONG,
    LONGEST,
    OUTPUT,
    WARNING,
    checked,
    finding,
    findings_of,
    is_raw,
)

SCHEMA = XMLSchema(documents.ROOT / "tests" / "schemas" / "junit-10.xsd")
EXPECTED = Outcome(rule="expect-output", key="output", layer="conv_2", held=False)


def rendered(*all_checked: Checked) -> ET.Element:
    output = render("junit", all_checked, LAYOUT)
    assert output.isascii()
    assert not any(map(is_raw, output))
    SCHEMA.validate(output)
    return ET.fromstring(output)


def cases(*findings: Finding, outcomes: tuple[Outcome, ...] = ()) -> list[tuple[str, str]]:
    """The names of all cases, each with what is told of it."""
    root = rendered(checked(*findings, outcomes=outcomes))
    return [
        (case.get("name", ""), ", ".join(f"{told.tag} {told.get('type')}" for told in case))
        for case in root.iter("testcase")
    ]


def test_the_schema_refuses_what_is_wrong() -> None:
    with pytest.raises(XMLSchemaValidationError):
        SCHEMA.validate('<testsuites><testsuite name="a" /></testsuites>')


def test_numbers() -> None:
    root = rendered(*EXAMPLES)
    assert root.attrib == {"name": "convcalc", "tests": "9", "failures": "6", "errors": "1"}
    found = [tuple(suite.get(name) for name in ("tests", "failures", "errors")) for suite in root]
    assert found == [("1", "1", "0"), ("5", "3", "1"), ("2", "2", "0"), ("1", "0", "0")]


def test_nothing_expected() -> None:
    assert cases() == [("is in order", "")]


def test_what_holds_is_a_case() -> None:
    held = Outcome(rule="expect-params", key="params", held=True)
    assert cases(outcomes=(held,)) == [("params [expect-params]", "")]


def test_what_does_not_hold_is_one_case() -> None:
    assert cases(OUTPUT, outcomes=(EXPECTED,)) == [
        ("conv_2 output [expect-output]", "failure expect-output")
    ]


def test_an_expectation_that_fails_because_of_a_layer() -> None:
    outcome = Outcome(rule="expect-accepts", key="[3]", held=False)
    because = finding(rule="expect-accepts", key="[3]", layer="dense", expected="accepted")
    assert cases(because, outcomes=(outcome,)) == [
        ("[3] [expect-accepts]", "failure expect-accepts")
    ]


def test_an_expectation_of_a_layer_that_there_is_not() -> None:
    missing = finding(rule="expect-layer", layer="conv_2", message="there is no layer")
    assert cases(missing, outcomes=(EXPECTED,)) == [
        ("conv_2 output [expect-output]", "failure None"),
        ("conv_2 [expect-layer]", "failure expect-layer"),
    ]


def test_a_finding_about_another_layer_is_another_case() -> None:
    other = finding(rule="expect-output", key="output", layer="dense", expected=[1])
    assert cases(other, outcomes=(EXPECTED,)) == [
        ("conv_2 output [expect-output]", "failure None"),
        ("dense output [expect-output]", "failure expect-output"),
    ]


def test_other_findings_are_cases() -> None:
    assert cases(FAULT, WARNING, DRIFT) == [
        ("conv_3 [kernel-too-large]", "error kernel-too-large"),
        ("conv2d [unread-border]", "failure unread-border"),
        ("pool kind [lock-kind]", "failure lock-kind"),
    ]


def test_names_are_told_apart() -> None:
    assert [name for name, _ in cases(WARNING, WARNING)] == [
        "conv2d [unread-border]",
        "conv2d [unread-border] (2)",
    ]


def test_what_xml_cannot_hold_is_seen() -> None:
    root = rendered(checked(finding(message="\0\x1b\ufffe\ud800<&]]>\"'\n")))
    told = next(root.iter("failure"))
    assert told.get("message") == "\\x00\\x1b\\ufffe\\ud800<&]]>\"'\n"


def test_long_names() -> None:
    (suite,) = rendered(*LONGEST)
    assert suite.get("file") == LONG
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")


@given(CHECKED)
def test_nothing_breaks_it(checked: list[Checked]) -> None:
    root = rendered(*checked)
    findings = findings_of(checked)
    assert sum("type" in told.attrib for case in root.iter("testcase") for told in case) == len(
        findings
    )
    assert len(root) == len(checked)
    for suite, each in zip(root, checked, strict=True):
        assert suite.get("tests") == str(len(suite))
        assert len(suite) >= max(len(each.outcomes), len(each.findings), 1)
        names = [case.get("name") for case in suite]
        assert len(set(names)) == len(names)
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
        assert root.get(name) == str(len([*root.iter(tag)]))
