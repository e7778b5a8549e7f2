"""SARIF 2.1.0, for GitHub code scanning and editors."""

import re
from collections.abc import Iterable, Sequence

from convcalc.checks import warnings
from convcalc.checks.expectations import RULES
from convcalc.checks.finding import Checked, Finding, Place
from convcalc.locks.drifts import CODES
from convcalc.render.finding_text import (
    advice,
    all_of,
    fingerprints,
    path_of,
    places,
    sentence,
    worst_first,
)
from convcalc.render.json_text import encode_json
from convcalc.render.layout import Layout
from convcalc.render.printable import sarif_message, uri

MOST = 25_000
"""The number of results of a run above which GitHub refuses the file."""

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "%SRCROOT%"


def render(checked: Sequence[Checked], layout: Layout) -> str:
    """Indented JSON: one run, with a result for each finding."""
    findings = all_of(checked)
    left_out = len(findings) - MOST
    if left_out > 0:
        findings = worst_first(findings)[:MOST]
    rules = {rule: i for i, rule in enumerate(sorted({finding.rule for finding in findings}))}
    driver = {"name": "convcalc", "rules": _rules(rules)}
    if layout.version:
        driver["version"] = layout.version
    run: dict[str, object] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "results": [
            _result(finding, fingerprint, rules[finding.rule], layout.root)
            for finding, fingerprint in zip(findings, fingerprints(findings), strict=True)
        ],
    }
    if left_out > 0:
        message = f"{left_out:,} more findings are left out: {MOST:,} are as many as are read"
        note = {"level": "note", "message": {"text": message}}
        run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": [note]}]
    data = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return encode_json(data)


def _rules(used: Iterable[str]) -> list[dict[str, object]]:
    return [
        {"id": rule}
        | ({"shortDescription": {"text": text}} if (text := _description(rule)) else {})
        for rule in used
    ]


def _description(rule: str) -> str | None:
    """The description of a rule; for a warning, from its docstring."""
    if rule in CODES or rule in RULES:
        return CODES.get(rule) or RULES[rule]
    explained = warnings().get(rule)
    first, _, _ = ((explained and explained.__doc__) or "").partition("\n\n")
    return re.sub(r"\s+", " ", first).strip() or None


def _result(
    finding: Finding, fingerprint: str, rule_index: int, root: str | None
) -> dict[str, object]:
    place, other = places(finding)
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": finding.severity,
        "message": {"text": sarif_message(sentence(finding, root) + advice(finding))},
        "locations": [_location(place, root)],
        "partialFingerprints": {"convcalc/v1": fingerprint},
        "properties": {
            "model": path_of(finding.model, root),
            "layer": finding.layer,
            "expected": finding.expected,
            "found": finding.found,
            "difference": finding.difference,
        },
    }
    if other is not None:
        is_layer = other is finding.layer_place
        message = "the layer is in here" if is_layer else "expected here"
        result["relatedLocations"] = [
            {"id": 1, **_location(other, root), "message": {"text": message}}
        ]
    return result


def _location(place: Place, root: str | None) -> dict[str, object]:
    artifact = {"uri": uri(path_of(place.source, root))}
    if not artifact["uri"].startswith("file:"):
        artifact["uriBaseId"] = _ROOT
    # Code scanning shows only results with a line.
    region = {"startLine": 1}
    if place.span:
        names = ("startLine", "startColumn", "endLine", "endColumn")
        region = dict(zip(names, place.span, strict=True))
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}
