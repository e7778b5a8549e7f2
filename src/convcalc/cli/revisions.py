"""Files in git, named `REV:path` on the command line."""

import os
import subprocess
from pathlib import Path
from typing import BinaryIO, cast

from convcalc import disk
from convcalc.cli.models import read


class RevisionError(OSError):
    """A file can't be read from git; the message says why."""


def read_revision(path: str) -> bytes:
    """The content of a file, of standard input, or of `REV:path` in git.

    A file that is called `REV:path` comes first. A path in git is relative to the current folder.
    Raises RevisionError, OSError and SpecError.
    """
    if not is_revision(path):
        return read(path)
    revision, _, file = path.partition(":")
    if revision.startswith("-"):  # which git would take for an option
        raise RevisionError(f"there is no revision {revision!r}")
    return _from_git(revision, file)


def is_revision(path: str) -> bool:
    """Whether this is `REV:path`, and no file has that name."""
    revision, colon, file = path.partition(":")
    is_drive = os.name == "nt" and len(revision) == 1
    return bool(colon and file) and not is_drive and not os.path.lexists(path)


def _from_git(revision: str, file: str) -> bytes:
    if Path(file).is_absolute():
        file = os.path.relpath(file)
    # Git takes a path that begins with a dot as relative to the current folder.
    name = file if file.startswith(("./", "../")) else f"./{file}"
    try:
        git = subprocess.Popen(  # noqa: S603 (no shell, and no argument is an option)
            ["git", "cat-file", "blob", f"{revision}:{name}"],  # noqa: S607 (git is on the PATH)
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except FileNotFoundError as error:
        raise RevisionError("git is not installed") from error
    except OSError as error:
        raise RevisionError(f"can't run git: {os.strerror(error.errno or 0)}") from error
    with git:  # ends git if its output exceeds the limit
        data = disk.read_stream(cast("BinaryIO", git.stdout))
        errors = cast("BinaryIO", git.stderr).read()
    if git.returncode:
        reason = errors.decode(errors="backslashreplace").strip().partition("\n")[0]
        if reason.endswith("bad file"):
            raise RevisionError("this is no file")
        raise RevisionError(reason.removeprefix("fatal: ").rstrip(".") or "git can't read it")
    return data
