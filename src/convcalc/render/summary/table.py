"""The table on the terminal, in Keras's own look with the full kernel."""

import io
from collections.abc import Iterator, Sequence

from rich.box import HEAVY_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from convcalc.render.columns import (
    COLUMNS,
    UNKNOWN,
    Cell,
    Column,
    chosen,
    default_columns,
    format_cell,
)
from convcalc.render.folding import fold
from convcalc.render.printable import printable
from convcalc.render.summary import Layout
from convcalc.render.totals import totals
from convcalc.report import LayerReport, Report

_STYLES = {"kind": "cyan", "output": "green", "kernel": "magenta", "params": "green"}
_NARROWEST = 8
"""To what width a flexible column shrinks; below it the terminal has to break the lines."""


def render(reports: Sequence[Report], layout: Layout) -> str:
    """Each report as a heading, a table and its totals, with nothing ever cut off."""
    return "\n".join(_one(report, layout) for report in reports if report.layers)


def _one(report: Report, layout: Layout) -> str:
    layers = fold(report, layout.depth)
    names = chosen(layout.columns, default_columns(layers))
    columns = [COLUMNS[name] for name in names]
    rows = [[_text(name, layer) for name in names] for layer in layers]
    table = Table(box=HEAVY_HEAD, header_style="bold")
    for i, column in enumerate(columns):
        longest = max((row[i].cell_len for row in rows), default=0)
        _add_column(table, column, longest)
    for row in rows:
        table.add_row(*row)
    out = io.StringIO()
    console = Console(
        file=out,
        width=10_000,
        force_terminal=layout.color,
        no_color=not layout.color,
        color_system="auto" if layout.color else None,
        highlight=False,
        legacy_windows=False,
    )
    if layout.width is not None:
        narrowest = sum(c.min_width or 0 for c in table.columns) + 3 * len(columns) + 1
        console.width = max(layout.width, narrowest)
    console.print(Text(f'Model: "{printable(report.name)}"', style="bold"), soft_wrap=True)
    console.print(table)
    for label, value in totals(report):
        console.print(Text.assemble((f" {label}: ", "bold"), value), soft_wrap=True)
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n"))


def _add_column(table: Table, column: Column, longest: int) -> None:
    width = max(longest, len(column.heading))
    table.add_column(
        column.heading,
        justify=column.justify,
        overflow="fold",
        no_wrap=not column.flexible,
        min_width=min(width, _NARROWEST) if column.flexible else width,
    )


def _text(name: str, layer: LayerReport) -> Text:
    cell: Cell = COLUMNS[name].cell(layer)
    if name == "output" and layer.fault:
        return Text(f"✗ {layer.fault}", style="bold red")
    shown = printable(format_cell(cell))
    if shown == UNKNOWN:
        return Text(shown, style="dim")
    if name == "layer":
        return Text.assemble(*_name_and_kind(shown, layer))
    return Text(shown, style=_STYLES.get(name, ""))


def _name_and_kind(shown: str, layer: LayerReport) -> Iterator[str | tuple[str, str]]:
    name = printable(layer.name)
    yield name
    yield (shown[len(name) :], "cyan")
