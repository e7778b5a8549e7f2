"""What the terminal can do: colour and width."""

import os
import shutil
from typing import TextIO

from convcalc.render.diagnostics import Paint, plain


def has_color(stream: TextIO) -> bool:
    """Whether to colour what goes to a stream. See https://no-color.org and https://force-color.org."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def width_of(stream: TextIO) -> int | None:
    """The width of the terminal that a stream goes to; None where it goes elsewhere."""
    return shutil.get_terminal_size().columns if stream.isatty() else None


def paint_for(stream: TextIO) -> Paint:
    """How to style text for a stream."""
    if not has_color(stream):
        return plain
    from rich.style import Style  # noqa: PLC0415 (start-up time)

    def paint(text: str, style: str) -> str:
        return Style.parse(style).render(text)

    return paint
