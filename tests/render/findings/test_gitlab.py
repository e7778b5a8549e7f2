"""GitLab's Code Quality: an array of what its documentation asks for."""

import json
from typing import Any

from hypothesis import given
from jsonschema import Draft202012Validator

from convcalc.checks.finding import Checked, Place
from convcalc.render.findings import render
from render.findings.examples import (
    CHECKED,
    FAULT,
    IN_ORDER,
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

TEXT = {"type": "string", "minLength": 1}
VALIDATOR = Draft202012Validator(
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "additionalProperties": False,
            "properties": {
                "description": {"type": "string"},
                "check_name": TEXT,
                "fingerprint": TEXT,
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {**TEXT, "not": {"pattern": r"^\./"}},
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {"begin": {"type": "integer", "minimum": 1}},
                        },
                    },
                },
            },
        },
    }
)
"""The table of GitLab's documentation, as a schema."""


def rendered(*all_checked: Checked) -> Any:
    output = render("gitlab", all_checked, LAYOUT)
    assert not any(map(is_raw, output))
    data = json.loads(output.encode())
    VALIDATOR.validate(data)
    return data


def test_in_order() -> None:
    assert render("gitlab", IN_ORDER, LAYOUT) == "[]\n"


def test_a_finding() -> None:
    wrong = checked(OUTPUT)
    assert rendered(wrong) == [
        {
            "description": f"{OUTPUT.message} (expected at specs/net.yaml:11:22)",
            "check_name": "expect-output",
            "fingerprint": wrong.findings[0].fingerprint,
            "severity": "major",
            "location": {"path": "specs/net.yaml", "lines": {"begin": 5}},
        }
    ]


def test_severities() -> None:
    found = rendered(checked(FAULT, OUTPUT, WARNING))
    assert [each["severity"] for each in found] == ["critical", "major", "minor"]


def test_a_file_as_a_whole_has_a_line() -> None:
    (found,) = rendered(checked(finding(place=Place("./a/../b.yaml"))))
    assert found["location"]["lines"] == {"begin": 1}


def test_long_names() -> None:
    (found,) = rendered(*LONGEST)
    assert found["location"]["path"] == LONG


@given(CHECKED)
def test_nothing_breaks_it(checked: list[Checked]) -> None:
    found = rendered(*checked)
    assert len(found) == len(findings_of(checked))
    assert len({each["fingerprint"] for each in found}) == len(found)
