"""The formats of `convcalc summary`: a format is a module in here with a function `render`."""

import importlib
import pkgutil
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from convcalc.report import Report


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """How a table is laid out; formats that are not tables have no use for it.

    `columns` are names of `render.columns.COLUMNS`, None for the default ones; where one has a
    `+` before it, all are added to those. `depth` is how many levels of blocks are opened, None
    for all. `sort` is the column by which layers are sorted, and `top` how many of them are shown.
    With `costs` it is told below the table what the network costs. `several` says that more than
    one model was asked for, whether or not each could be read, so that the form of the output is
    known beforehand. `width` is the terminal's, None where nothing limits it.
    """

    columns: tuple[str, ...] | None = None
    depth: int | None = None
    sort: str | None = None
    top: int | None = None
    costs: bool = False
    several: bool = False
    color: bool = False
    width: int | None = None


def formats() -> tuple[str, ...]:
    """The names of the formats."""
    return tuple(module.name for module in pkgutil.iter_modules(__path__))


def is_table(format_: str) -> bool:
    """Whether a format has columns, and rows that can be folded."""
    tabular: bool = _module(format_).IS_TABLE
    return tabular


def has_totals(format_: str) -> bool:
    """Whether a format tells of the network as a whole."""
    told: bool = _module(format_).HAS_TOTALS
    return told


def render(format_: str, reports: Sequence[Report], layout: Layout) -> str:
    """The reports in a format, as text that ends with a line break."""
    return "".join(pieces(format_, reports, layout))


def pieces(format_: str, reports: Sequence[Report], layout: Layout) -> Iterable[str]:
    """The same, piece by piece: of many layers the whole may take more memory than there is."""
    found: Iterable[str] = _module(format_).render(reports, layout)
    return found


def _module(format_: str) -> Any:
    return importlib.import_module(f"{__name__}.{format_}")
