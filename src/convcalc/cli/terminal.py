"""What is written, and what the terminal can do: colour, width, a screen that can be cleared."""

import os
import shutil
import sys
from collections.abc import Callable, Iterable
from typing import TextIO

import typer

from convcalc.render.printable import without_commands


def write(text: str | Iterable[str]) -> None:
    """Write text, or pieces of it, to standard output; no line is a command to a CI server."""
    sys.stdout.writelines(map(without_commands, [text] if isinstance(text, str) else text))
    sys.stdout.flush()


def complain(text: str) -> None:
    """Write lines to standard error, likewise."""
    typer.echo(without_commands(text), err=True, nl=False, color=True)


def has_color(stream: TextIO) -> bool:
    """Whether to colour what goes to a stream. See https://no-color.org and https://force-color.org."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return has_screen(stream)


def has_screen(stream: TextIO) -> bool:
    """Whether a stream goes to a terminal that can do more than print line after line."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def width_of(stream: TextIO) -> int | None:
    """The width of the terminal that a stream goes to; None where it goes elsewhere."""
    return shutil.get_terminal_size().columns if stream.isatty() else None


def text_width(stream: TextIO) -> int:
    """How wide running text is written to a stream: as a terminal is, but still readable."""
    return min(max(width_of(stream) or _WIDTH_OF_FILES, _NARROWEST), _WIDEST)


_NARROWEST, _WIDEST = 40, 120
_WIDTH_OF_FILES = 80


def paint_for(stream: TextIO) -> Callable[[str, str], str]:
    """How to style text for a stream: a function of a text and a style."""
    if not has_color(stream):
        return lambda text, _style: text
    from rich.style import Style  # noqa: PLC0415 (start-up time)

    def paint(text: str, style: str) -> str:
        return Style.parse(style).render(text)

    return paint
