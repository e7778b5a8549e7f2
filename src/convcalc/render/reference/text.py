"""Text for a terminal: names in columns, or kinds like manual pages."""

import textwrap
from collections.abc import Iterator, Sequence

from convcalc.reference import Family, KindReference
from convcalc.render.arguments import common_note, format_default, format_inputs, notes
from convcalc.render.layout import Layout

_INDENT = 2
_GAP = 2
_LABELS = 9
"""The width of the labels, such as `Reads`."""
_NARROWEST = 20
"""The minimum width of a table's last column."""


def render_all(families: Sequence[Family], layout: Layout) -> str:
    """The names of all kinds by family."""
    count = sum(len(family.kinds) for family in families)
    parts = [_family(family, layout) for family in families]
    closing = f"{count} kinds in all; `convcalc layers KIND` shows one."
    return "\n".join([*parts, *_lines(closing, layout.text_width), ""])


def render_kinds(kinds: Sequence[KindReference], layout: Layout) -> str:
    """The manual page of each kind."""
    return "\n\n\n".join("\n".join(_kind(kind, layout)) for kind in kinds) + "\n"


def _family(family: Family, layout: Layout) -> str:
    names = [kind.name for kind in family.kinds]
    title = [layout.paint(line, "bold") for line in _lines(family.title, layout.text_width)]
    return "\n".join([*title, *_in_columns(names, layout), ""])


def _in_columns(names: Sequence[str], layout: Layout) -> Iterator[str]:
    """Names in as many columns as fit, each as narrow as possible, sorted downwards."""
    room = layout.text_width - _INDENT
    for rows in range(1, len(names) + 1):
        columns = [names[start : start + rows] for start in range(0, len(names), rows)]
        widths = [max(map(len, column)) for column in columns]
        if sum(widths) + _GAP * (len(widths) - 1) <= room or len(columns) == 1:
            break
    for row in range(rows):
        cells = [
            (column[row], width)
            for column, width in zip(columns, widths, strict=True)
            if row < len(column)
        ]
        blanks = [" " * (width - len(name) + _GAP) for name, width in cells]
        painted = [layout.paint(name, "cyan") for name, _ in cells]
        line = "".join(part for pair in zip(painted, blanks, strict=True) for part in pair)
        yield " " * _INDENT + line.rstrip()


def _kind(kind: KindReference, layout: Layout) -> Iterator[str]:
    paint = layout.paint
    yield f"{paint(kind.name, 'bold cyan')} {paint(f'({kind.family})', 'dim')}"
    yield from _lines(kind.description, layout.text_width)
    yield ""
    if kind.arguments:
        yield from _arguments(kind, layout)
        yield ""
    for note in (*notes(kind), common_note(kind.common)):
        yield from _lines(note, layout.text_width)
    yield ""
    labelled = {
        "Reads": format_inputs(kind),
        "Output": kind.output,
        "Weights": kind.weights,
        "Source": kind.source,
        "Also": ", ".join(kind.aliases),
    }
    for label, text in labelled.items():
        if text:
            first, *rest = _lines(text, layout.text_width - _LABELS)
            yield f"{paint(label, 'bold')}{' ' * (_LABELS - len(label))}{first}"
            yield from (" " * _LABELS + line for line in rest)


def _arguments(kind: KindReference, layout: Layout) -> Iterator[str]:
    heading = ("Argument", "Default", "What it may be")
    rows = [(argument.name, format_default(argument), argument.type) for argument in kind.arguments]
    first = max(len(row[0]) for row in [heading, *rows]) + _GAP
    second = max(len(row[1]) for row in [heading, *rows]) + _GAP
    yield layout.paint(f"{heading[0]:{first}}{heading[1]:{second}}{heading[2]}", "bold")
    room = max(layout.text_width - first - second, _NARROWEST)
    for name, default, type_ in rows:
        line, *more = _lines(type_, room)
        yield f"{layout.paint(name, 'cyan')}{' ' * (first - len(name))}{default:{second}}{line}"
        yield from (" " * (first + second) + line for line in more)


def _lines(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
