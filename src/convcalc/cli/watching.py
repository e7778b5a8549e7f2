"""Files that are watched: what is drawn of them is drawn anew when they are saved."""

import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from typing import NoReturn

import typer

from convcalc import disk, formats
from convcalc.cli.terminal import complain, has_screen, paint_for, width_of, write
from convcalc.render.printable import printable

_EVERY = 0.1
"""Seconds from one look at the files to the next."""

_CLEAR = "\x1b[H\x1b[2J"
"""Empties the screen, but not what was scrolled off it."""

_NAMED = 3
"""How many files are called by their names."""

State = tuple[int, ...]
"""What changes with a file; the error alone where it can't be looked at."""


def state_of(path: str) -> State:
    """The state of a file."""
    try:
        found = os.stat(path)  # noqa: PTH116 (what was typed, as it was typed)
    except OSError as error:
        return (error.errno or 0,)
    # ctime is for permissions, and for a file that is replaced by an older one.
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_dev


class Watched:
    """Tells when files have changed, and hold still again."""

    def __init__(self, look: Callable[[], object]) -> None:
        self._look = look
        self._settled = self._last = look()

    def has_changed(self) -> bool:
        """Whether there is a change since it last was so, which was there the last time too.

        A file that is being written changes from one look to the next, and one that an editor
        replaces is away for a moment: neither is worth a drawing.
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
    """Draw what is in files, and again whenever they or the width of the terminal have changed.

    `draw` is given what is to be written first. What it writes to is flushed by itself.
    """
    # Ended by the signal itself, a shell knows of it too, as that it shall end a loop.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    paths = list(dict.fromkeys(paths))
    watched = Watched(lambda: (width_of(sys.stdout), *map(state_of, paths)))
    while True:
        try:
            draw(_CLEAR if has_screen(sys.stdout) else "")
        except MemoryError:
            typer.echo("convcalc: out of memory", err=True)
        _tell(paths)
        gc.collect()  # which does not happen by itself
        while not watched.has_changed():
            wait()


def read(path: str) -> bytes:
    """The content of a file that is one: what there is to read of a pipe may never end.

    Raises OSError and SpecError.
    """
    return disk.read(path, regular=True)


def _tell(paths: Sequence[str]) -> None:
    """Say that files are watched, on a terminal; and anywhere, which ones are not there."""
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
