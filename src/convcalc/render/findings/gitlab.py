"""A GitLab Code Quality report: an array with an entry for each finding."""

from collections.abc import Sequence

from convcalc.checks.finding import Checked, Finding
from convcalc.render.finding_text import all_of, fingerprints, is_fault, path_of, places, sentence
from convcalc.render.json_text import encode_json
from convcalc.render.layout import Layout


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
    """A fault breaks the network, so it is critical; a warning may be intended, so it is minor."""
    if finding.severity == "warning":
        return "minor"
    return "critical" if is_fault(finding) else "major"
