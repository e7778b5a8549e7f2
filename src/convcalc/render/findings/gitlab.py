"""A report for GitLab's Code Quality: an array with an entry for each finding."""

from collections.abc import Sequence

from convcalc.checks.finding import Checked, Finding
from convcalc.render.finding_text import all_of, fingerprints, is_fault, path_of, places, sentence
from convcalc.render.layout import Layout
from convcalc.render.json_text import encode_json


def render(checked: Sequence[Checked], layout: Layout) -> str:
    """Indented JSON."""
    findings = all_of(checked)
    data = [
        _entry(finding, fingerprint, layout.root)
        for finding, fingerprint in zip(findings, fingerprints(findings), strict=True)
    ]
    return encode_json(data)


def _entry(finding: Finding, fingerprint: str, root: str | None) -> dict[str, object]:
    place, _ = places(finding)
    return {
        "description": sentence(finding, root),
        "check_name": finding.rule,
        "fingerprint": fingerprint,
        "severity": _severity(finding),
        "location": {
            "path": path_of(place.source, root),
            "lines": {"begin": place.span.line if place.span else 1},
        },
    }


def _severity(finding: Finding) -> str:
    """Of GitLab's words: with a fault, there is no network; a warning can be as it is meant."""
    if finding.severity == "warning":
        return "minor"
    return "critical" if is_fault(finding) else "major"
