"""Findings as compilers print them, each with its source line, then their number."""

import re
from collections.abc import Sequence

from convcalc.checks.finding import Checked, Finding
from convcalc.diagnostics import LINE_BREAK, Diagnostic
from convcalc.render import diagnostics
from convcalc.render.diagnostics import Paint
from convcalc.render.finding_text import summary
from convcalc.render.layout import Layout, unpainted
from convcalc.render.printable import printable
from convcalc.report import some_of


def render(checked: Sequence[Checked], layout: Layout) -> str:
    """All findings, then a line with their number."""
    lines = {source: re.split(LINE_BREAK, text) for source, text in layout.texts.items()}
    parts = [
        render_one(finding, lines.get(finding.place.source, []), layout.paint)
        for each in checked
        for finding in each.findings
    ]
    over = some_of(layout.skipped)
    skipped = f"passed over, since no models: {printable(over)}\n" if over else ""
    return "".join((*parts, f"{summary(checked)}\n", skipped))


def render_one(finding: Finding, lines: Sequence[str] = (), paint: Paint = unpainted) -> str:
    """A finding with its line among the `lines` of its file."""
    place, elsewhere = finding.place, _elsewhere(finding)
    diagnostic = Diagnostic(
        code=finding.rule,
        message=finding.message,
        severity=finding.severity,
        span=place.span,
        help=finding.help,
        layer=None if elsewhere else finding.layer,
        fixes=finding.fixes,
    )
    text = diagnostics.render_one(diagnostic, place.source, lines, paint)
    # A place in another file does not show the model.
    model = finding.model if finding.model != place.source and not elsewhere else None
    return text + "".join(
        f"  {paint(f'{name}:', 'bold cyan')} {printable(value)}\n"
        for name, value in (("model", model), ("layer", elsewhere))
        if value
    )


def _elsewhere(finding: Finding) -> str | None:
    """The layer with its place, unless that is the finding's own line."""
    place, layer = finding.place, finding.layer_place
    if layer is None or layer.span is None:
        return None
    if place.source == layer.source and place.span and place.span.line == layer.span.line:
        return None
    return f"{layer.source}:{layer.span.line}:{layer.span.column}: {finding.layer}"
