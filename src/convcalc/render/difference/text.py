"""Text for a terminal: the layers that differ, and the totals."""

from collections.abc import Iterator, Sequence

from convcalc.differences.difference import Difference
from convcalc.render import changes
from convcalc.render.changes import ADDED, CHANGED, REMOVED, Change, Entry
from convcalc.render.layout import Layout
from convcalc.render.printable import printable

_STYLES = {ADDED: "green", REMOVED: "red", CHANGED: "yellow"}
_INDENT = " " * 4


def render(difference: Difference, layout: Layout) -> str:
    """The differences; no text if there are none, as in git."""
    if difference.is_empty:
        return ""
    return "".join(f"{line}\n" for line in _lines(difference, layout))


def _lines(difference: Difference, layout: Layout) -> Iterator[str]:
    yield layout.paint(f"--- {printable(difference.old.source)}", "bold")
    yield layout.paint(f"+++ {printable(difference.new.source)}", "bold")
    for entry in changes.entries(difference):
        yield from _entry(entry, layout)
    outputs = changes.outputs(difference)
    if outputs:
        yield layout.paint(f"{CHANGED} outputs of the network", "yellow")
        yield from _change(outputs._replace(what=""), layout)
    yield ""
    yield from _totals(difference, layout)


def _entry(entry: Entry, layout: Layout) -> Iterator[str]:
    style = _STYLES[entry.sign]
    head = f"{entry.sign} {printable(entry.name)} ({printable(entry.kind)})"
    if entry.sign == CHANGED:
        yield from _changed(head, entry.changes, layout, style)
        return
    size = changes.size_of(entry.layer)
    if len(head) + 2 + len(size) <= layout.text_width:
        yield f"{layout.paint(head, style)}  {size}"
    else:
        yield layout.paint(head, style)
        yield _INDENT + size


def _changed(head: str, listed: Sequence[Change], layout: Layout, style: str) -> Iterator[str]:
    """A changed layer: in one line if it has one change that fits."""
    words = [change.what for change in listed if not change.old and not change.new]
    values = [change for change in listed if change.old or change.new]
    if words:
        head += f" {', '.join(words)}"
    if len(values) == 1:
        line = f"{head}  {_in_words(values[0])}"
        if len(line) <= layout.text_width:
            yield layout.paint(head, style) + line[len(head) :]
            return
    yield layout.paint(head, style)
    for change in values:
        yield from _change(change, layout)


def _change(change: Change, layout: Layout) -> Iterator[str]:
    """A change in one line, or in two if it does not fit."""
    line = _INDENT + _in_words(change)
    if len(line) <= layout.text_width:
        yield line
        return
    label = f"{printable(change.what)} ".lstrip()
    yield f"{_INDENT}{label}{printable(change.old)}"
    growth = f" ({change.growth})" if change.growth else ""
    yield f"{_INDENT}{' ' * max(len(label) - 2, 0)}→ {printable(change.new)}{growth}"


def _in_words(change: Change) -> str:
    growth = f" ({change.growth})" if change.growth else ""
    text = f"{change.what} {change.old} → {change.new}".lstrip()
    return printable(text) + growth


def _totals(difference: Difference, layout: Layout) -> Iterator[str]:
    rows = list(changes.totals(difference))
    wide = max(len(row.what) for row in rows)
    for row in rows:
        label = layout.paint(f"{row.what:{wide}}", "bold")
        if row.growth == changes.AS_BEFORE:
            yield f"{label}  {row.new}, {row.growth}"
            continue
        if row.old == row.new == changes.UNKNOWN:
            yield f"{label}  {row.new}"
            continue
        growth = ""
        if row.growth:
            style = "red" if row.growth.startswith("-") else "green"
            growth = f" ({layout.paint(row.growth, style)})"
        yield f"{label}  {row.old} → {row.new}{growth}"
