"""Comma-separated values: a row per layer, counts as plain numbers, empty cells if unknown."""

import csv
import io
from collections.abc import Iterator, Sequence

from convcalc.render.columns import COLUMNS, Cell, chosen
from convcalc.render.layout import Layout
from convcalc.render.printable import csv_text
from convcalc.render.rows import rows
from convcalc.report import Report

DEFAULT = ("name", "kind", "input", "output", "kernel", "params", "connected")
COSTS = ("name", "kind", "output", "params", "macs", "macs%", "activation_bytes", "receptive_field")

IS_TABLE = True
HAS_TOTALS = False


def render(reports: Sequence[Report], layout: Layout) -> Iterator[str]:
    """A table with a header; for several reports, the model's name is the first column."""
    names = chosen(layout.columns, COSTS if layout.costs else DEFAULT)
    several = layout.several
    yield _line([*(["model"] if several else []), *names])
    for report in reports:
        for row in rows(report, names, layout):
            cells = [_cell(name, cell) for name, cell in zip(names, row.cells, strict=True)]
            yield _line([*([csv_text(report.name)] if several else []), *cells])


def _line(cells: list[Cell]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


def _cell(name: str, cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return "" if cell is None else cell
    return cell if COLUMNS[name].is_signed and " " not in cell else csv_text(cell)
