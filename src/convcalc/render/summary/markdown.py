"""A table in GitHub's Markdown, for pull requests and notes."""

from collections.abc import Iterator, Sequence

from convcalc.render.columns import COLUMNS, chosen, shown
from convcalc.render.cost_lines import ledger
from convcalc.render.layout import Layout
from convcalc.render.printable import markdown
from convcalc.render.rows import default_names, left_out, rows
from convcalc.render.totals import totals
from convcalc.report import Report

IS_TABLE = True
HAS_TOTALS = True


def render(reports: Sequence[Report], layout: Layout) -> Iterator[str]:
    """Each report as a heading, a table and its totals."""
    for i, report in enumerate(reports):
        yield ("\n" if i else "") + _one(report, layout)


def _one(report: Report, layout: Layout) -> str:
    names = chosen(layout.columns, default_names(report, layout))
    columns = [COLUMNS[name] for name in names]
    lines_of_cells = [
        [
            markdown(shown(name, cell, row.layer))
            for name, cell in zip(names, row.cells, strict=True)
        ]
        for row in rows(report, names, layout)
    ]
    rules = ["---:" if column.justify == "right" else "---" for column in columns]
    table = [[column.heading for column in columns], rules, *lines_of_cells]
    lines = [f"### {markdown(report.name)}", "", *_lines(table), ""]
    if note := left_out(report, layout):
        lines += [note, ""]
    lines += [_item(label, value) for label, value in totals(report)]
    if layout.costs:
        lines += [_item(label, value) for label, value in ledger(report)]
    return "\n".join(lines) + "\n"


def _item(label: str, value: str) -> str:
    """An item of a list; an indented label makes it a subitem."""
    indent = "  " if label.startswith(" ") else ""
    return f"{indent}- {markdown(label.strip())}: {markdown(value)}".rstrip()


def _lines(table: list[list[str]]) -> Iterator[str]:
    for row in table:
        yield f"| {' | '.join(row)} |"
