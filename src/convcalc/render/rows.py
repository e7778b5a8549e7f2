"""The rows of a table of layers: folded, sorted and cut to a number."""

from collections.abc import Iterator, Sequence

import msgspec

from convcalc.render.columns import COLUMNS, Cell, Column, default_columns
from convcalc.render.folding import fold
from convcalc.render.layout import Layout
from convcalc.report import LayerReport, Report


class Row(msgspec.Struct, frozen=True):
    """A layer or a folded group, and its cell in each column."""

    layer: LayerReport
    cells: tuple[Cell, ...]


def default_names(report: Report, layout: Layout) -> tuple[str, ...]:
    """The default columns of a table for people; with costs, those that fit on a terminal."""
    if layout.costs:
        return ("layer", "output", "params", "macs", "macs%")
    return default_columns(fold(report, layout.depth))


def rows(report: Report, names: Sequence[str], layout: Layout) -> Iterator[Row]:
    """The rows of a table with the named columns.

    Sorting puts the largest first, texts in alphabetical order, and unknown cells last.
    """
    layers = _sorted(report, layout)[: layout.top]
    columns = [COLUMNS[name].cells(layers, report) for name in names]
    return map(Row, layers, zip(*columns, strict=True))


def left_out(report: Report, layout: Layout) -> str | None:
    """A note if rows are left out: how many are shown, and in how many the sort key is unknown."""
    if layout.top is None:
        return None
    layers = _sorted(report, layout)
    rest = layers[layout.top :]
    if not rest:
        return None
    shown = f"{layout.top:,} of {len(layers):,} rows"
    if layout.sort is None:
        return shown
    unknown = sum(cell is None for cell in _sort_keys(COLUMNS[layout.sort], rest, report))
    return f"{shown}; {layout.sort} is unknown in {unknown:,} of the others" if unknown else shown


def _sorted(report: Report, layout: Layout) -> tuple[LayerReport, ...]:
    layers = fold(report, layout.depth)
    if layout.sort is None:
        return layers
    cells = _sort_keys(COLUMNS[layout.sort], layers, report)
    order = sorted(range(len(layers)), key=lambda i: _rank(cells[i]))
    return tuple(layers[i] for i in order)


def _sort_keys(column: Column, layers: Sequence[LayerReport], report: Report) -> list[Cell]:
    """The sort keys of a column: sizes or texts."""
    return list(column.cells(layers, report) if column.size is None else map(column.size, layers))


def _rank(cell: Cell) -> tuple[bool, float, str]:
    if isinstance(cell, str):
        return (False, 0, cell)
    return (cell is None, -(cell or 0), "")
