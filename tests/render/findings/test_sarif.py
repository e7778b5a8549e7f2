"""SARIF: valid by the published schema, and as GitHub's code scanning wants it."""

import json
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from jsonschema import Draft4Validator

import documents
from convcalc.checks.expectations import RULES
from convcalc.checks.finding import Checked, Finding, Place
from convcalc.diagnostics import Span
from convcalc.render.findings import render, sarif
from convcalc.render.layout import Layout
from render.findings.examples import (
    CHECKED,
    DRIFT,
    EXAMPLES,
    FAULT,
    IN_ORDER,
    LAYOUT,
    LONG,
    LONGEST,
    NET,
    OUTPUT,
    PARAMS,
    WARNING,
    checked,
    finding,
    findings_of,
    is_raw,
)

SCHEMA = json.loads(
    (documents.ROOT / "tests" / "schemas" / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8")
)
VALIDATOR = Draft4Validator(SCHEMA)


def rendered(*all_checked: Checked, layout: Layout = LAYOUT) -> Any:
    output = render("sarif", all_checked, layout)
    assert not any(map(is_raw, output))
    data = json.loads(output.encode())
    VALIDATOR.validate(data)
    (run,) = data["runs"]
    return run


def results(*findings: Finding, **layout: Any) -> Any:
    return rendered(checked(*findings), layout=Layout(**{"root": LAYOUT.root, **layout}))["results"]


def location(place: Place, **layout: Any) -> Any:
    (result,) = results(finding(place=place), **layout)
    (found,) = result["locations"]
    return found["physicalLocation"]


def test_the_schema_refuses_what_is_wrong() -> None:
    assert not VALIDATOR.is_valid({"version": "2.1.0", "runs": [{}]})


def test_in_order() -> None:
    run = rendered(*IN_ORDER)
    assert run["results"] == []
    assert run["tool"]["driver"] == {"name": "convcalc", "version": "1.2.3", "rules": []}


def test_rules_that_are_used_each_once() -> None:
    run = rendered(checked(DRIFT, WARNING, DRIFT, OUTPUT))
    rules = run["tool"]["driver"]["rules"]
    assert rules == [
        {"id": "expect-output", "shortDescription": {"text": RULES["expect-output"]}},
        {"id": "lock-kind", "shortDescription": {"text": "a layer is of another kind"}},
        {
            "id": "unread-border",
            "shortDescription": {
                "text": "Positions at the end of an axis are read by no window, because the next "
                "one does not fit."
            },
        },
    ]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert [result["level"] for result in run["results"]] == ["error", "warning", "error", "error"]


def test_about_a_layer_at_its_place_and_related_to_the_expectation() -> None:
    (result,) = results(OUTPUT)
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 5
    (related,) = result["relatedLocations"]
    assert related["physicalLocation"]["region"] == {
        "startLine": 11,
        "startColumn": 22,
        "endLine": 11,
        "endColumn": 32,
    }
    assert related["message"] == {"text": "expected here"}


def test_a_fault_at_its_own_place() -> None:
    (result,) = results(FAULT)
    assert result["locations"][0]["physicalLocation"]["region"]["startColumn"] == 41
    assert "relatedLocations" not in result


def test_numbers_are_data() -> None:
    (result,) = results(PARAMS)
    assert result["properties"] == {
        "model": "specs/saved.keras",
        "layer": None,
        "expected": {"min": None, "max": 15000, "text": "<= 15k"},
        "found": 18234,
        "difference": 3234,
    }


def test_fingerprints() -> None:
    first, second = (checked(OUTPUT).findings[0] for _ in range(2))
    twice = Checked(source=NET, findings=(first, second))
    ids = [result["partialFingerprints"]["convcalc/v1"] for result in rendered(twice)["results"]]
    assert ids == [first.fingerprint, f"{first.fingerprint}-2"]


def test_a_file_as_a_whole_has_a_line() -> None:
    assert location(Place(NET))["region"] == {"startLine": 1}


@pytest.mark.parametrize(
    ("source", "uri"),
    [
        (NET, "specs/net.yaml"),
        ("/repository/a b/ü%:#?.yaml", "a%20b/%C3%BC%25%3A%23%3F.yaml"),
        ("/repository/\udcff.yaml", "%FF.yaml"),
        ("/repository/\ud800.yaml", "%ED%A0%80.yaml"),
        ("/repository/./a/../b.yaml", "b.yaml"),
    ],
)
def test_paths_below_the_root(source: str, uri: str) -> None:
    found = location(Place(source, Span(1, 2, 3, 4)))
    assert found["artifactLocation"] == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_paths_outside() -> None:
    assert location(Place("/else where/n.yaml"))["artifactLocation"] == {
        "uri": "file:///else%20where/n.yaml"
    }


def test_relative_paths(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    place = Place("./specs//net.yaml")
    assert location(place, root=None)["artifactLocation"]["uri"] == "specs/net.yaml"
    assert location(place, root=str(tmp_path))["artifactLocation"]["uri"] == "sub/specs/net.yaml"
    above = location(Place("../net.yaml"), root=str(tmp_path))
    assert above["artifactLocation"]["uri"] == "net.yaml"


def test_no_more_results_than_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sarif.MOST == 25_000
    monkeypatch.setattr(sarif, "MOST", 1)
    run = rendered(checked(WARNING, FAULT, OUTPUT))
    assert [result["ruleId"] for result in run["results"]] == ["kernel-too-large"]
    (invocation,) = run["invocations"]
    (note,) = invocation["toolExecutionNotifications"]
    assert note["message"]["text"] == "2 more findings are left out: 1 are as many as are read"


def test_nothing_is_left_out_of_what_fits() -> None:
    assert "invocations" not in rendered(*EXAMPLES)


def test_long_names() -> None:
    (result,) = rendered(*LONGEST)["results"]
    assert result["properties"]["layer"] == LONG


@given(CHECKED)
def test_nothing_breaks_it(checked: list[Checked]) -> None:
    run = rendered(*checked)
    assert len(run["results"]) == len(findings_of(checked))
    for result in run["results"]:
        for found in (*result["locations"], *result.get("relatedLocations", ())):
            uri = found["physicalLocation"]["artifactLocation"]["uri"]
            assert uri
            assert uri.isascii()
            assert uri.isprintable()
            unquote_to_bytes(uri)
            assert found["physicalLocation"]["region"]["startLine"] >= 1
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
