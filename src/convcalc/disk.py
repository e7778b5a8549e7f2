"""The one door to files: reading them, and pipes, within limits, and replacing them at once.

The first bytes tell the format, and only what is needed is read: of the archive of a model its
JSON, and of what is no model nothing.
"""

import contextlib
import errno
import functools
import io
import os
import re
import stat
import sys
from pathlib import Path
from typing import BinaryIO

from convcalc.diagnostics import Diagnostic, SpecError
from convcalc.formats import foreign, source_name
from convcalc.formats.keras import ARCHIVE, MAX_BYTES

MAX_TEXT = 32 * 2**20
"""How large YAML may be; 100,000 layers take 4 to 10 MB, and their lock about as much."""

MAX_PIPED = 256 * 2**20
"""How large an archive may be that comes from a pipe; in a file its size does not matter."""

WAIT = 1.0
"""Seconds in which somebody must begin to write to a named pipe."""

_STDIN = ("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")
_FLAGS = sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_BINARY"))


def read(path: str | Path, *, regular: bool = False) -> bytes:
    """The content of a file or a pipe; of a model's archive, the JSON in it.

    A file that must be `regular` is no pipe either. Raises OSError where it can't be read,
    SpecError where it is of a format that can't be, or beyond a limit.
    """
    if os.fspath(path) in _STDIN and not regular:
        return read_stdin()
    try:
        with _opened(path, regular=regular) as file:
            return _content(file, b"" if file.seekable() else _awaited(file.fileno()))
    except SpecError as error:
        raise SpecError(error.diagnostics, source_name(path)) from error


def head(path: str | Path) -> bytes:
    """The first bytes of a regular file. Raises OSError."""
    with _opened(path, regular=True) as file:
        return file.read(foreign.HEAD)


def read_stdin() -> bytes:
    """The content of standard input. Raises as `read` does."""
    if sys.stdin is None:
        raise OSError(errno.EBADF, "standard input is closed")
    return read_stream(sys.stdin.buffer)


def read_stream(stream: BinaryIO) -> bytes:
    """The content of a stream. Raises as `read` does."""
    return _content(stream, b"")


def why(error: OSError) -> str:
    """Why a file can't be read or written."""
    return os.strerror(error.errno) if error.errno else str(error)


def _opened(path: str | Path, *, regular: bool) -> BinaryIO:
    """A file, opened without waiting for anybody to write it. Raises OSError and SpecError."""
    # Before it is opened, which does something to some devices.
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 (as it was typed)
    except ValueError as error:  # a path in a configuration can hold a NUL, which no file has
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL)) from error
    _check_mode(path, mode, regular=regular)
    file = os.fdopen(os.open(path, os.O_RDONLY | _FLAGS), "rb")
    try:
        _check_mode(path, os.fstat(file.fileno()).st_mode, regular=regular)
    except BaseException:
        file.close()
        raise
    return file


def _check_mode(path: str | Path, mode: int, *, regular: bool) -> None:
    if stat.S_ISDIR(mode):
        foreign.refuse_folder(Path(path))
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode) and (regular or not stat.S_ISFIFO(mode)):
        raise OSError("it is no regular file")


def _awaited(pipe: int) -> bytes:
    """What a pipe has for us at first; empty where somebody may still write to it.

    Raises OSError where nobody does.
    """
    import select  # noqa: PLC0415 (start-up time)

    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    came = poll.poll(WAIT * 1000)
    try:
        first = os.read(pipe, foreign.HEAD)
    except BlockingIOError:
        first = b""
    else:
        if not first and not came:
            raise OSError("it is a pipe, and nobody writes to it")
    os.set_blocking(pipe, True)
    return first


def _content(file: BinaryIO, first: bytes) -> bytes:
    """What of a file is read, of which the first bytes may already be."""
    first += file.read(foreign.HEAD - len(first))
    if first.startswith(ARCHIVE):
        from convcalc.formats.keras import archive  # noqa: PLC0415 (start-up time)

        if not file.seekable():
            file = io.BytesIO(_rest(file, first, MAX_PIPED, "an archive from a pipe"))
        return archive.read_model(file)
    foreign.refuse(first)
    if len(first) < foreign.HEAD:
        return first
    if first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _rest(file, first, MAX_BYTES, "JSON")
    return _rest(file, first, MAX_TEXT, "YAML")


def _rest(file: BinaryIO, first: bytes, most: int, what: str) -> bytes:
    """All of a file, of which there are the first bytes. Raises SpecError where it is too large."""
    data = first
    if not file.seekable() or _left(file) + len(first) <= most:
        data += file.read(most + 1 - len(first))
        if len(data) <= most:
            return data
    message = f"this is larger than {most >> 20} MB, the limit for {what}"
    raise SpecError([Diagnostic(code="too-large", message=message)])


def _left(file: BinaryIO) -> int:
    """How many bytes there are from here on."""
    here = file.tell()
    end = file.seek(0, os.SEEK_END)
    file.seek(here)
    return end - here


def write(path: Path, data: bytes) -> None:
    """Write a file so that at each moment there is either all of the new one or the old one.

    Where the path is a symbolic link, the file that it leads to is replaced. An old file's
    permissions stay. Raises OSError; nothing is left of a new file then. What a process left that
    was killed is removed.
    """
    target = Path(os.path.realpath(path))
    try:
        mode = stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        mode = None
    _remove_stale(target.parent)
    # In the same folder, since a file can be moved at once only within a file system.
    new, file = _new_file(target.parent)
    try:
        with file:
            if mode is not None:
                new.chmod(mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            new.replace(target)  # while it is locked: nobody takes it for a stale one
    except BaseException:
        with contextlib.suppress(OSError):
            new.unlink()
        raise
    with contextlib.suppress(OSError, AttributeError):  # not every system can do that
        folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


_UNFINISHED = re.compile(r"\.convcalc-[0-9a-f]{16}\.tmp")


def _new_file(folder: Path) -> tuple[Path, BinaryIO]:
    """A file that is locked as long as it is open, by which others know that it is not stale."""
    while True:
        path = folder / f".convcalc-{os.urandom(8).hex()}.tmp"
        file = path.open("xb")
        _lock(file.fileno())
        if os.fstat(file.fileno()).st_nlink:
            return path, file
        file.close()  # somebody took it for stale before it was locked


@functools.cache
def _remove_stale(folder: Path) -> None:
    """Remove what processes left in a folder that were killed while they wrote, once a run."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for name in [entry.name for entry in entries if _UNFINISHED.fullmatch(entry.name)]:
            path = folder / name
            with contextlib.suppress(OSError):
                file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
                try:
                    if _lock(file):
                        path.unlink()
                finally:
                    os.close(file)


def _lock(file: int) -> bool:
    """Lock an open file; False where another process has it, or where that is not known."""
    try:
        import fcntl  # noqa: PLC0415 (not on every system)

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, OSError):
        return False
    return True
