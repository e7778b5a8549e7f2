"""Annotations on GitHub, as workflow commands, with the worst findings first."""

from collections.abc import Iterator, Sequence

from convcalc.checks.finding import Checked, Finding
from convcalc.render.finding_text import (
    advice,
    all_of,
    path_of,
    places,
    sentence,
    summary,
    worst_first,
)
from convcalc.render.layout import Layout
from convcalc.render.printable import printable, without_commands, workflow_data, workflow_property

MOST = 10
"""The number of annotations of each severity that GitHub shows for a step."""


def render(checked: Sequence[Checked], layout: Layout) -> str:
    """Commands for the worst errors and warnings, then the number left out, and a summary."""
    findings = worst_first(all_of(checked))
    commands, lines = [], []
    for severity in ("error", "warning"):
        of_severity = [finding for finding in findings if finding.severity == severity]
        commands += [_command(finding, layout) for finding in of_severity[:MOST]]
        left_out = len(of_severity) - MOST
        if left_out > 0:
            message = f"{left_out:,} more of severity {severity} are not annotated"
            commands.append(f"::notice title=convcalc::{message}")
            lines.append(message)
    counts = summary(checked, lambda source: printable(path_of(source, layout.root)))
    lines.append(without_commands(counts))
    return "".join(f"{line}\n" for line in (*commands, *lines))


def _command(finding: Finding, layout: Layout) -> str:
    properties = ",".join(
        f"{name}={workflow_property(str(value))}" for name, value in _properties(finding, layout)
    )
    message = sentence(finding, layout.root) + advice(finding)
    return f"::{finding.severity} {properties}::{workflow_data(message)}"


def _properties(finding: Finding, layout: Layout) -> Iterator[tuple[str, object]]:
    place, _ = places(finding)
    yield "file", path_of(place.source, layout.root)
    if place.span:
        yield "line", place.span.line
        yield "endLine", place.span.end_line
        if place.span.line == place.span.end_line:  # GitHub refuses columns of several lines
            yield "col", place.span.column
            yield "endColumn", place.span.end_column
    yield "title", f"convcalc ({finding.rule})"
