"""`--watch`: draw again whenever a file is saved."""

import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from typing import NoReturn

import typer

from convcalc import formats
from convcalc.cli.models import STDIN
from convcalc.cli.revisions import is_revision
from convcalc.cli.terminal import complain, has_screen, paint_for, width_of, write
from convcalc.render.printable import printable

_EVERY = 0.1
"""Seconds between two looks at the files."""

_CLEAR = "\x1b[H\x1b[2J"
"""Clears the screen, but not the scrollback."""

_NAMED = 3
"""The number of files up to which they are listed by name."""

State = tuple[int, ...]
"""Numbers that change with a file; only the error number if it can't be looked at."""


def state_of(path: str) -> State:
    """The state of a file."""
    try:
        found = os.stat(path)  # noqa: PTH116 (what was typed, as it was typed)
    except OSError as error:
        return (error.errno or 0,)
    # ctime changes with permissions, and if an older file replaces it.
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_dev


class Watched:
    """Detects when files have changed and are stable again."""

    def __init__(self, look: Callable[[], object]) -> None:
        self._look = look
        self._settled = self._last = look()

    def has_changed(self) -> bool:
        """Whether this look and the last one agree, and differ from the state last reported.

        So a file that is still being written, or is away while an editor replaces it, is not drawn.
        """
        before, self._last = self._last, self._look()
        if self._last != before or self._last == self._settled:
            return False
        self._settled = self._last
        return True


def follow(
    paths: Sequence[str],
    draw: Callable[[str], object],
    wait: Callable[[], object] = lambda: time.sleep(_EVERY),
) -> NoReturn:
    """Draw files, and again whenever they or the width of the terminal change.

    `draw` receives the text to write first. Raises typer.BadParameter for a file that can't change.
    """
    _check(paths)
    # Let the signal end the process, so that a shell also ends the loop around it.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    paths = list(dict.fromkeys(paths))
    watched = Watched(lambda: (width_of(sys.stdout), *map(state_of, paths)))
    while True:
        try:
            draw(_CLEAR if has_screen(sys.stdout) else "")
        except MemoryError:
            typer.echo("convcalc: out of memory", err=True)
        _print_status(paths)
        gc.collect()  # since the program disables the automatic one
        while not watched.has_changed():
            wait()


def _check(paths: Sequence[str]) -> None:
    for path in paths:
        if path == STDIN:
            raise typer.BadParameter("standard input is read only once", param_hint="--watch")
        if is_revision(path):
            message = f"{path!r} is of a git revision, which does not change"
            raise typer.BadParameter(message, param_hint="--watch")


def _print_status(paths: Sequence[str]) -> None:
    """Print the missing files; on a terminal, also the watched ones."""
    there = [path for path in paths if os.path.exists(path)]  # noqa: PTH110 (as above)
    missing = [path for path in paths if path not in there]
    parts = [
        f"{verb} {_names(some)}"
        for verb, some in (("watching", there), ("waiting for", missing))
        if some
    ]
    if sys.stdout.isatty():
        line = f"[{time.strftime('%H:%M:%S')}] {'; '.join(parts)}"
        write(paint_for(sys.stdout)(line, "dim") + "\n")
    elif missing:
        complain(f"convcalc: {parts[-1]}\n")


def _names(paths: Sequence[str]) -> str:
    if len(paths) > _NAMED:
        return f"{len(paths)} files"
    return ", ".join(printable(formats.source_name(path)) for path in paths)
