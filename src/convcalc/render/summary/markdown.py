"""A table in GitHub's Markdown, for pull requests and notes."""

from collections.abc import Iterator, Sequence

from convcalc.render.columns import COLUMNS, chosen, shown
from convcalc.render.costs import ledger
from convcalc.render.printable import printable
from convcalc.render.rows import default_names, left_out, rows
from convcalc.render.summary import Layout
from convcalc.render.totals import totals
from convcalc.report import Report

IS_TABLE = True
HAS_TOTALS = True


def render(reports: Sequence[Report], layout: Layout) -> str:
    """Each report as a heading, a table and its totals."""
    return "\n".join(_one(report, layout) for report in reports)


def _one(report: Report, layout: Layout) -> str:
    names = chosen(layout.columns, default_names(report, layout))
    columns = [COLUMNS[name] for name in names]
    lines_of_cells = [
        [_escape(shown(name, cell, row.layer)) for name, cell in zip(names, row.cells, strict=True)]
        for row in rows(report, names, layout)
    ]
    rules = ["---:" if column.justify == "right" else "---" for column in columns]
    table = [[column.heading for column in columns], rules, *lines_of_cells]
    lines = [f"### {_escape(report.name)}", "", *_lines(table), ""]
    if note := left_out(report, layout):
        lines += [note, ""]
    lines += [_item(label, value) for label, value in totals(report)]
    if layout.costs:
        lines += [_item(label, value) for label, value in ledger(report)]
    return "\n".join(lines) + "\n"


def _item(label: str, value: str) -> str:
    """An item of a list, under the one before where the label is indented."""
    indent = "  " if label.startswith(" ") else ""
    return f"{indent}- {_escape(label.strip())}: {_escape(value)}".rstrip()


def _lines(table: list[list[str]]) -> Iterator[str]:
    for row in table:
        yield f"| {' | '.join(row)} |"


def _escape(text: str) -> str:
    """The text without effect as markup."""
    safe = printable(text)
    for character in "\\`*_[]<>|#":
        safe = safe.replace(character, f"\\{character}")
    return safe
