"""Findings as compilers print them, each with its source, and their number in the end."""

import re
from collections.abc import Sequence

from convcalc.checks.finding import Checked, Finding
from convcalc.diagnostics import LINE_BREAK, Diagnostic
from convcalc.render.diagnostics import render_one
from convcalc.render.findings import Layout
from convcalc.render.printable import printable


def render(checked: Sequence[Checked], layout: Layout) -> str:
    """Every finding, then one line about all of them."""
    lines = {source: re.split(LINE_BREAK, text) for source, text in layout.texts.items()}
    parts = [
        _one(finding, lines.get(finding.place.source, []), layout)
        for each in checked
        for finding in each.findings
    ]
    return "".join((*parts, f"{_summary(checked)}\n"))


def _one(finding: Finding, lines: list[str], layout: Layout) -> str:
    place = finding.place
    diagnostic = Diagnostic(
        code=finding.rule,
        message=finding.message,
        severity=finding.severity,
        span=place.span,
        help=finding.help,
    )
    text = render_one(diagnostic, place.source, lines, layout.paint)
    # What is expected of many models does not tell which of them it is.
    other = finding.model if finding.model != place.source else None
    return text + "".join(
        f"  {layout.paint(f'{name}:', 'bold cyan')} {printable(value)}\n"
        for name, value in (("model", other), ("layer", _layer(finding)))
        if value
    )


def _layer(finding: Finding) -> str | None:
    """The layer with its place, where that is not told yet."""
    if finding.layer is None or finding.layer_place is None:
        return None
    span = finding.layer_place.span
    if span is None:
        return finding.layer
    place = f"{finding.layer_place.source}:{span.line}:{span.column}"
    return f"{place}: {finding.layer}"


def _summary(checked: Sequence[Checked]) -> str:
    models = [each for each in checked if each.is_model]
    wrong = sum(bool(each.findings) for each in models)
    others = {each.source for each in checked if each.findings and not each.is_model}
    findings = sum(len(each.findings) for each in checked)
    if not findings:
        return f"{_count(len(models), 'model')} in order"
    where = [f"{wrong} of {_count(len(models), 'model')}"] if wrong or not others else []
    where += map(printable, sorted(others))
    return f"{_count(findings, 'finding')} in {' and '.join(where)}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
