"""All file access: bounded reads of files and pipes, and atomic writes."""

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
from convcalc.formats.keras import ARCHIVE
from convcalc.formats.keras.model_json import MAX_BYTES

MAX_TEXT = 32 * 2**20
"""Maximum YAML size in bytes; 100,000 layers take 4 to 10 MB, and so does their lock."""

MAX_PIPED = 256 * 2**20
"""Maximum size in bytes of an archive read from a pipe; archives in files have no limit."""

WAIT = 1.0
"""Seconds to wait for a writer on a named pipe."""

_STDIN = ("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")
_FLAGS = sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_BINARY"))


def read(path: str | Path, *, regular: bool = False) -> bytes:
    """Return the content of a file or pipe; for a model archive, only the JSON in it.

    `regular` rules out pipes too. Raises OSError if the file can't be read, SpecError if its
    format is unsupported or it exceeds a limit.
    """
    if os.fspath(path) in _STDIN and not regular:
        return read_stdin()
    try:
        with _opened(path, regular=regular) as file:
            return _content(file, b"" if file.seekable() else _awaited(file.fileno()))
    except SpecError as error:
        raise SpecError(error.diagnostics, source_name(path)) from error


def head(path: str | Path) -> bytes:
    """Return the first HEAD bytes of a regular file. Raises OSError."""
    with _opened(path, regular=True) as file:
        return file.read(foreign.HEAD)


def read_stdin() -> bytes:
    """Return the content of standard input. Raises the errors of `read`."""
    if sys.stdin is None:
        raise OSError(errno.EBADF, "standard input is closed")
    return read_stream(sys.stdin.buffer)


def read_stream(stream: BinaryIO) -> bytes:
    """Return the content of a stream. Raises the errors of `read`."""
    return _content(stream, b"")


def why(error: OSError) -> str:
    """Say why a file can't be read or written."""
    return os.strerror(error.errno) if error.errno else str(error)


def _opened(path: str | Path, *, regular: bool) -> BinaryIO:
    """Open a file without waiting for a writer. Raises OSError and SpecError."""
    # Check before opening: opening some devices has side effects.
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 (keeps the path as typed)
    except ValueError as error:  # a NUL, which a path in a configuration can contain
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
    """Return the first bytes of a pipe; empty if a writer is connected but has sent nothing.

    Raises OSError if nobody writes to it.
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
    """Read only the bytes that are needed; `first` are the bytes already read."""
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
    """Read the rest of a file and return it all. Raises SpecError if it is too large."""
    data = first
    if not file.seekable() or _left(file) + len(first) <= most:
        data += file.read(most + 1 - len(first))
        if len(data) <= most:
            return data
    message = f"this is larger than {most >> 20} MB, the limit for {what}"
    raise SpecError([Diagnostic(code="too-large", message=message)])


def _left(file: BinaryIO) -> int:
    """Return the number of bytes left in a file."""
    here = file.tell()
    end = file.seek(0, os.SEEK_END)
    file.seek(here)
    return end - here


def write(path: Path, data: bytes) -> None:
    """Replace a file atomically.

    Follows symbolic links, keeps the permissions of an existing file, and removes temporary files
    left by killed processes. Raises OSError and leaves no temporary file behind.
    """
    target = Path(os.path.realpath(path))
    try:
        mode = stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        mode = None
    _remove_stale(target.parent)
    # In the same folder, because a rename is atomic only within a file system.
    new, file = _new_file(target.parent)
    try:
        with file:
            if mode is not None:
                new.chmod(mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            new.replace(target)  # while locked, so that no other process removes it as stale
    except BaseException:
        with contextlib.suppress(OSError):
            new.unlink()
        raise
    with contextlib.suppress(OSError, AttributeError):  # not every system can sync a folder
        folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


_UNFINISHED = re.compile(r"\.convcalc-[0-9a-f]{16}\.tmp")


def _new_file(folder: Path) -> tuple[Path, BinaryIO]:
    """Create a temporary file; its lock tells other processes that it is in use."""
    while True:
        path = folder / f".convcalc-{os.urandom(8).hex()}.tmp"
        file = path.open("xb")
        _lock(file.fileno())
        if os.fstat(file.fileno()).st_nlink:
            return path, file
        file.close()  # another process removed it as stale before it was locked


@functools.cache
def _remove_stale(folder: Path) -> None:
    """Remove temporary files of killed processes from a folder, once per run."""
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
    """Lock an open file; return False if another process holds the lock or locks don't work."""
    try:
        import fcntl  # noqa: PLC0415 (not on every system)

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, OSError):
        return False
    return True
