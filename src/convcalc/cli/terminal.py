"""Output streams, and what their terminal can do: colour, width, clearing the screen."""

import os
import shutil
import sys
from collections.abc import Callable, Iterable
from typing import TextIO

import typer

from convcalc.render.printable import without_commands


def write(text: str | Iterable[str]) -> None:
    """Write text, or pieces of it, to standard output, with no line that commands a CI server."""
    sys.stdout.writelines(map(without_commands, [text] if isinstance(text, str) else text))
    sys.stdout.flush()


def complain(text: str) -> None:
    """The same, to standard error."""
    typer.echo(without_commands(text), err=True, nl=False, color=True)


def has_color(stream: TextIO) -> bool:
    """Whether to colour a stream. See https://no-color.org and https://force-color.org."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return has_screen(stream)


def has_screen(stream: TextIO) -> bool:
    """Whether a stream is a terminal whose screen can be cleared."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def width_of(stream: TextIO) -> int | None:
    """The width of a stream's terminal in columns; None if it has none."""
    return shutil.get_terminal_size().columns if stream.isatty() else None


def text_width(stream: TextIO) -> int:
    """The width of running text in columns: the terminal's, within readable limits."""
    return min(max(width_of(stream) or _WIDTH_OF_FILES, _NARROWEST), _WIDEST)


_NARROWEST, _WIDEST = 40, 120
_WIDTH_OF_FILES = 80


def paint_for(stream: TextIO) -> Callable[[str, str], str]:
    """A function that gives a text a style, if the stream has colours."""
    if not has_color(stream):
        return lambda text, _style: text
    from rich.style import Style  # noqa: PLC0415 (start-up time)

    def paint(text: str, style: str) -> str:
        return Style.parse(style).render(text)

    return paint
