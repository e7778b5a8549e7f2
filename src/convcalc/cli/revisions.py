"""Files as the command line names them: on disk, on standard input, or in git as `REV:path`."""

import errno
import os
import sys
from pathlib import Path

STDIN = "-"


class RevisionError(OSError):
    """A file can't be read from git; the message says why."""


def read(path: str) -> bytes:
    """The content of a file, or of standard input. Raises OSError."""
    if path != STDIN:
        try:
            return Path(path).read_bytes()
        except ValueError as error:  # a path in a configuration can hold what no path can
            raise OSError(errno.EINVAL, str(error)) from error
    if sys.stdin is None:
        raise OSError(errno.EBADF, "standard input is closed")
    return sys.stdin.buffer.read()


def read_revision(path: str) -> bytes:
    """The same, where there may also be `REV:path`, as git reads it; a file of that name is first.

    The path is relative to the current directory. Raises RevisionError and OSError.
    """
    if not is_revision(path):
        return read(path)
    revision, _, file = path.partition(":")
    if revision.startswith("-"):  # which git would take for an option
        raise RevisionError(f"there is no revision {revision!r}")
    return _from_git(revision, file)


def is_revision(path: str) -> bool:
    """Whether this is `REV:path`, and no file of that name."""
    revision, colon, file = path.partition(":")
    is_drive = os.name == "nt" and len(revision) == 1
    return bool(colon and file) and not is_drive and not os.path.lexists(path)


def _from_git(revision: str, file: str) -> bytes:
    import subprocess  # noqa: PLC0415 (start-up time)

    if Path(file).is_absolute():
        file = os.path.relpath(file)
    # What git reads from the current directory on begins with a dot. A blob, since `git show` would
    # list a directory.
    name = file if file.startswith(("./", "../")) else f"./{file}"
    try:
        ran = subprocess.run(  # noqa: S603 (no shell, and no option is among what is given)
            ["git", "cat-file", "blob", f"{revision}:{name}"],  # noqa: S607 (git is where it is)
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise RevisionError("git is not installed") from error
    except OSError as error:
        raise RevisionError(f"can't run git: {os.strerror(error.errno or 0)}") from error
    if ran.returncode:
        said = ran.stderr.decode(errors="backslashreplace").strip().partition("\n")[0]
        if said.endswith("bad file"):
            raise RevisionError("this is no file")
        raise RevisionError(said.removeprefix("fatal: ").rstrip(".") or "git can't read it")
    return ran.stdout
