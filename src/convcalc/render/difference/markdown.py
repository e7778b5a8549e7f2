"""GitHub's Markdown, for comments on pull requests: the totals, and a table of layers."""

from collections.abc import Iterator

from convcalc.differences.difference import Difference
from convcalc.render import changes
from convcalc.render.changes import ADDED, CHANGED, REMOVED, Change, Entry
from convcalc.render.layout import Layout
from convcalc.render.printable import markdown

_SIGNS = {ADDED: "added", REMOVED: "removed", CHANGED: "changed"}
_OPEN = 20
"""The number of rows above which the table is folded."""

_LONGEST = 60_000
"""The table's limit in characters: GitHub refuses comments of more than 65,536."""


def render(difference: Difference, _layout: Layout) -> str:
    """A heading, the totals, and a table; without differences, a sentence instead."""
    return "\n".join(_lines(difference)) + "\n"


def _lines(difference: Difference) -> Iterator[str]:
    old, new = markdown(difference.old.source), markdown(difference.new.source)
    yield f"### {old} → {new}"
    yield ""
    if difference.is_empty:
        extent = " in all that a lock holds" if difference.by_lock else ""
        yield f"The models are the same{extent}."
        return
    yield "| | Old | New | Change |"
    yield "| --- | ---: | ---: | ---: |"
    for total in changes.totals(difference):
        yield _row(total.what, total.old, total.new, total.growth)
    yield ""
    rows = list(_rows(difference))
    counts = f"Layers: {changes.counts(difference)}"
    is_folded = len(rows) > _OPEN
    if is_folded:
        yield f"<details><summary>{counts}</summary>"
        yield ""
    elif rows:
        yield f"{counts}."
        yield ""
    if rows:
        yield "| | Layer | What | Old | New |"
        yield "| --- | --- | --- | --- | --- |"
        yield from _cut(rows)
    if is_folded:
        yield ""
        yield "</details>"


def _cut(rows: list[str]) -> Iterator[str]:
    length = 0
    for number, row in enumerate(rows):
        length += len(row) + 1
        if length > _LONGEST:
            yield _row("", f"and {len(rows) - number:,} more rows", "", "", "")
            return
        yield row


def _rows(difference: Difference) -> Iterator[str]:
    for entry in changes.entries(difference):
        yield from _entry(entry)
    outputs = changes.outputs(difference)
    if outputs:
        yield _row(
            "changed", "the network", "outputs", markdown(outputs.old), markdown(outputs.new)
        )


def _entry(entry: Entry) -> Iterator[str]:
    layer = f"{markdown(entry.name)} ({markdown(entry.kind)})"
    sign = _SIGNS[entry.sign]
    if entry.sign != CHANGED:
        size = markdown(changes.size_of(entry.layer))
        sides = ("", size) if entry.sign == ADDED else (size, "")
        yield _row(sign, layer, "", *sides)
        return
    words = [change.what for change in entry.changes if not change.old and not change.new]
    values = [change for change in entry.changes if change.old or change.new]
    if words:
        sign = ", ".join(words)
    for number, change in enumerate(values or [Change("")]):
        first = (sign, layer) if number == 0 else ("", "")
        growth = f" ({change.growth})" if change.growth else ""
        yield _row(
            *first, markdown(change.what), markdown(change.old), markdown(change.new) + growth
        )


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
