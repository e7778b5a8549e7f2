"""A table in GitHub's Markdown, for comments on pull requests and step summaries."""

from collections.abc import Iterable, Sequence
from typing import Any

from convcalc.checks.finding import Checked, Finding
from convcalc.diagnostics import brief
from convcalc.render.finding_text import all_of, path_of, places, summary, where, worst_first
from convcalc.render.layout import Layout
from convcalc.render.printable import encodable, markdown_code

_COLUMNS = ("Model", "Layer", "What", "Expected", "Found", "Difference", "Place")


def render(checked: Sequence[Checked], layout: Layout) -> str:
    """The number of findings, and a table of them."""
    return _joined(checked, layout, [_row(finding, layout) for finding in all_of(checked)])


def within(checked: Sequence[Checked], layout: Layout, most: int) -> str:
    """The same in at most `most` bytes: the worst findings that fit, and the number left out.

    The first line, with the number of findings, is never left out.
    """
    text = render(checked, layout)
    if len(text.encode()) <= most:
        return text
    findings = worst_first(all_of(checked))
    room = most - len(_joined(checked, layout, [], len(findings)).encode())
    rows = []
    for finding in findings:
        row = _row(finding, layout)
        size = len(row.encode())
        if size <= room:
            rows.append(row)
            room -= size
    return _joined(checked, layout, rows, len(findings) - len(rows))


def _joined(
    checked: Sequence[Checked], layout: Layout, rows: Sequence[str], left_out: int = 0
) -> str:
    counts = summary(checked, lambda source: markdown_code(path_of(source, layout.root)))
    head = f"**convcalc check**: {counts}\n"
    if rows or left_out:
        head += f"\n{_line(_COLUMNS)}{_line(('---',) * 3 + ('---:',) * 3 + ('---',))}"
    end = f"\n{left_out:,} more are left out here.\n" if left_out else ""
    return f"{head}{''.join(rows)}{end}"


def _row(finding: Finding, layout: Layout) -> str:
    place, _ = places(finding)
    cells = (
        path_of(finding.model, layout.root),
        finding.layer or "",
        None,
        _value(finding.expected),
        _value(finding.found),
        _signed(finding.difference),
        where(place, layout.root),
    )
    return _line(_what(finding) if cell is None else markdown_code(cell) for cell in cells)


def _what(finding: Finding) -> str:
    """The rule, and what it is about; just the key if other columns show the values."""
    has_values = finding.key and finding.expected is not None and finding.found is not None
    severity = "" if finding.severity == "error" else f" {finding.severity}"
    text = markdown_code(finding.key if has_values else finding.message)
    return f"{markdown_code(finding.rule)}{severity}: {text}"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict) and isinstance(value.get("text"), str):
        return str(value["text"])
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return f"[{', '.join(brief(encodable(each)) for each in value)}]"
    return f"{value:,}" if isinstance(value, int) else brief(encodable(value))


def _signed(difference: Any) -> str:
    if difference is None:
        return ""
    if isinstance(difference, list | tuple):
        return f"[{', '.join(_signed(each) or '?' for each in difference)}]"
    return f"{difference:+,}" if isinstance(difference, int) and difference else str(difference)
