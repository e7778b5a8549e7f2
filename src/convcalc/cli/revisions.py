"""Files as the command line names them: on disk, on standard input, or in git as `REV:path`."""

import os
from pathlib import Path
from typing import BinaryIO, cast

from convcalc import disk

STDIN = "-"


class RevisionError(OSError):
    """A file can't be read from git; the message says why."""


def read(path: str) -> bytes:
    """The content of a file, or of standard input. Raises OSError and SpecError."""
    return disk.read_stdin() if path == STDIN else disk.read(path)


def read_revision(path: str) -> bytes:
    """The same, where there may also be `REV:path`, as git reads it; a file of that name is first.

    The path is relative to the current directory. Raises RevisionError, and as `read` does.
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
        git = subprocess.Popen(  # noqa: S603 (no shell, and no option is among what is given)
            ["git", "cat-file", "blob", f"{revision}:{name}"],  # noqa: S607 (git is where it is)
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except FileNotFoundError as error:
        raise RevisionError("git is not installed") from error
    except OSError as error:
        raise RevisionError(f"can't run git: {os.strerror(error.errno or 0)}") from error
    with git:  # which ends git where there is more than is read
        data = disk.read_stream(cast("BinaryIO", git.stdout))
        errors = cast("BinaryIO", git.stderr).read()
    if git.returncode:
        said = errors.decode(errors="backslashreplace").strip().partition("\n")[0]
        if said.endswith("bad file"):
            raise RevisionError("this is no file")
        raise RevisionError(said.removeprefix("fatal: ").rstrip(".") or "git can't read it")
    return data
