"""The table on a terminal, in the style of Keras, with full kernels."""

import io
import itertools
from collections.abc import Iterator, Sequence

from rich.box import HEAVY_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from convcalc.render.columns import (
    COLUMNS,
    UNKNOWN,
    Cell,
    Column,
    chosen,
    shown,
)
from convcalc.render.cost_lines import ledger
from convcalc.render.layout import Layout
from convcalc.render.printable import printable
from convcalc.render.rows import default_names, left_out, rows
from convcalc.render.totals import totals
from convcalc.report import LayerReport, Report

_STYLES = {"kind": "cyan", "output": "green", "kernel": "magenta", "params": "green"}
_NARROWEST = 7
"""The minimum width of a column of names; a narrower terminal breaks the lines."""

_EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")
_BAR = 10
"""The width of a bar for 100%, in columns of the terminal."""

IS_TABLE = True
HAS_TOTALS = True


def render(reports: Sequence[Report], layout: Layout) -> Iterator[str]:
    """Each report as a heading, a table and its totals; no text is ever cut off."""
    for i, report in enumerate(report for report in reports if report.layers):
        yield ("\n" if i else "") + _one(report, layout)


def _one(report: Report, layout: Layout) -> str:
    names = chosen(layout.columns, default_names(report, layout))
    columns = [COLUMNS[name] for name in names]
    texts = [
        [_text(name, cell, row.layer) for name, cell in zip(names, row.cells, strict=True)]
        for row in rows(report, names, layout)
    ]
    table = Table(box=HEAVY_HEAD, header_style="bold")
    room = None if layout.width is None else layout.width - _frame(len(columns))
    widths = _widths(columns, texts, room)
    for column, width in zip(columns, widths, strict=True):
        table.add_column(
            column.heading,
            justify=column.justify,
            overflow="fold",
            no_wrap=column.breaks == "never",
            width=width,
        )
    # Rich is slow with rows, and only needed for colours and for cells of several lines.
    is_plain = not layout.color and all(map(_fits, texts, itertools.repeat(widths)))
    for row in texts[:1] if is_plain else texts:
        table.add_row(*map(_broken, row, columns, widths))
    out = io.StringIO()
    console = Console(
        file=out,
        width=sum(column.width or 0 for column in table.columns) + _frame(len(columns)),
        force_terminal=layout.color,
        no_color=not layout.color,
        color_system="auto" if layout.color else None,
        highlight=False,
        legacy_windows=False,
    )
    console.print(Text(f'Model: "{printable(report.name)}"', style="bold"), soft_wrap=True)
    console.print(table)
    if note := left_out(report, layout):
        console.print(Text(f" {note}", style="dim"), soft_wrap=True)
    for label, value in (*totals(report), *(ledger(report) if layout.costs else ())):
        console.print(Text.assemble((f" {label}: ", "bold"), value), soft_wrap=True)
    lines = [line.rstrip() for line in out.getvalue().split("\n")]
    if is_plain:
        below = next(i for i, line in enumerate(lines) if line.startswith("┡")) + 2
        lines[below:below] = [_line(row, columns, widths) for row in texts[1:]]
    return "\n".join(lines)


def _fits(row: Sequence[Text], widths: Sequence[int]) -> bool:
    """Whether each cell of a row fits on one line."""
    return all(text.cell_len <= width for text, width in zip(row, widths, strict=True))


def _line(row: Sequence[Text], columns: Sequence[Column], widths: Sequence[int]) -> str:
    """A row as Rich would draw it."""
    cells = []
    for text, column, width in zip(row, columns, widths, strict=True):
        blank = " " * (width - text.cell_len)
        cells.append(blank + text.plain if column.justify == "right" else text.plain + blank)
    return f"│ {' │ '.join(cells)} │"


def _frame(columns: int) -> int:
    """The width of a line outside its cells: rules and blanks."""
    return 3 * columns + 1


def _widths(
    columns: Sequence[Column], rows: Sequence[Sequence[Text]], room: int | None
) -> list[int]:
    """The width of each column: the widest shrink until all fit, or none can shrink further."""
    headings = tuple(Text(column.heading) for column in columns)
    cells = list(zip(headings, *rows, strict=True))
    widths = [max(cell.cell_len for cell in column) for column in cells]
    if room is None:
        return widths
    narrowest = list(map(_narrowest, columns, cells, widths))
    while sum(widths) > room:
        can_shrink = [i for i in range(len(widths)) if widths[i] > narrowest[i]]
        if not can_shrink:
            break
        widths[max(can_shrink, key=widths.__getitem__)] -= 1
    return widths


def _narrowest(column: Column, cells: Sequence[Text], width: int) -> int:
    if column.breaks == "never":
        return width
    words = (word for cell in cells for word in cell.plain.split())
    longest = max(map(cell_len, words)) if column.breaks == "between words" else 0
    return max(longest, min(width, _NARROWEST))


def _broken(text: Text, column: Column, width: int) -> Text:
    """Break a name into lines of a width, after a `/`, `_` or blank if possible."""
    if column.breaks != "anywhere" or text.cell_len <= width:
        return text
    ends: list[int] = []
    start = 0
    plain = text.plain
    while True:
        end = start + 1
        while end < len(plain) and cell_len(plain[start : end + 1]) <= width:
            end += 1
        if end >= len(plain):
            return Text("\n").join(text.divide(ends))
        marks = [plain.rfind(mark, start, end) + 1 for mark in "/_ "]
        start = max(end if max(marks) <= start else max(marks), start + 1)
        ends.append(start)


def _text(name: str, cell: Cell, layer: LayerReport) -> Text:
    text = shown(name, cell, layer)
    if name == "output" and layer.fault:
        return Text(text, style="bold red")
    if text == UNKNOWN:
        return Text(text, style="dim")
    if name == "layer":
        return Text.assemble(*_name_and_kind(text, layer))
    if COLUMNS[name].unit == "percent" and isinstance(cell, float):
        return Text.assemble(text.rjust(len("100.0%")), " ", (_bar(cell), "blue"))
    return Text(text, style=_STYLES.get(name, ""))


def _bar(percent: float) -> str:
    """A percentage as a bar."""
    full, eighths = divmod(int(percent / 100 * _BAR * 8 + 0.5), 8)
    return "█" * full + _EIGHTHS[eighths]


def _name_and_kind(text: str, layer: LayerReport) -> Iterator[str | tuple[str, str]]:
    name = printable(layer.name)
    yield name
    yield (text[len(name) :], "cyan")
