"""Diagnostics as compilers print them: a message, then the source line with a range underlined."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from convcalc.diagnostics import LINE_BREAK, Diagnostic, Fix
from convcalc.render.layout import unpainted
from convcalc.render.printable import printable

Paint = Callable[[str, str], str]
"""Gives a text a style, such as "bold red"."""


_WIDEST = 160
_ZERO_WIDTH = {"Mn", "Me", "Cf"}
"""Unicode categories of characters without a width of their own."""


def render(
    diagnostics: Iterable[Diagnostic],
    source: str,
    text: str,
    paint: Paint = unpainted,
) -> str:
    """Every diagnostic with its line of `text`, the content of the file named `source`."""
    lines = re.split(LINE_BREAK, text)
    diagnostics = list(diagnostics)
    alone = sum(diagnostic.severity == "error" for diagnostic in diagnostics) == 1
    cures = "makes the model whole" if alone else "fixes it"
    return "".join(
        render_one(diagnostic, source, lines, paint, cures) for diagnostic in diagnostics
    )


def render_one(
    diagnostic: Diagnostic, source: str, lines: Sequence[str], paint: Paint, cures: str = "fixes it"
) -> str:
    """A diagnostic with its line among the `lines` of the file named `source`."""
    span = diagnostic.span
    place = printable(source) + (f":{span.line}:{span.column}" if span else "")
    color = "bold red" if diagnostic.severity == "error" else "bold magenta"
    head = (
        f"{paint(f'{place}:', 'bold')} {paint(f'{diagnostic.severity}:', color)} "
        f"{printable(diagnostic.message)} {paint(f'[{diagnostic.code}]', 'dim')}\n"
    )
    parts = [head]
    if span and span.line <= len(lines):
        line = lines[span.line - 1]
        end = span.end_column - 1 if span.end_line == span.line else len(line.rstrip())
        start = span.column - 1
        # Of a long line, only the part around the range is shown.
        cut = max(start - _WIDEST // 2, 0)
        before = printable(line[cut:start])
        marked = printable(line[start:end])[:_WIDEST]
        after = printable(line[end : cut + _WIDEST]) if end < cut + _WIDEST else ""
        number = str(span.line)
        margin = " " * (len(number) + 2)
        dots = "…" if cut else ""
        indent = " " * _width(dots + before)
        underline = "^" * max(_width(marked), 1)
        parts += [
            f"  {paint(f'{number} |', 'dim')} {dots}{before}{marked}{after}\n",
            f"{margin}{paint(' |', 'dim')} {indent}{paint(underline, color)}\n",
        ]
    # A block has one place, but may be used several times.
    if diagnostic.layer and (span is None or "/" in diagnostic.layer):
        parts.append(f"  {paint('in:', 'bold cyan')} {printable(diagnostic.layer)}\n")
    if lines := help_lines(diagnostic.help, diagnostic.fixes, cures):
        help = "\n        ".join(map(printable, lines))
        parts.append(f"  {paint('help:', 'bold cyan')} {help}\n")
    return "".join(parts)


def help_lines(help: str | None, fixes: Sequence[Fix], cures: str = "fixes it") -> list[str]:
    """The fixes that were tried and work, or else the general help; not yet printable."""
    texts = [fix.text for fix in fixes]
    if not texts:
        return [help] if help else []
    if len(texts) == 1:
        return [f"this {cures}: {texts[0]}"]
    return [f"any of these {cures}:", *texts]


def _width(text: str) -> int:
    """The width of a text on a terminal, in columns."""
    return sum(
        0
        if unicodedata.category(c) in _ZERO_WIDTH
        else 2
        if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in text
    )
