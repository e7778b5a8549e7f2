"""Lock files on the disk: where they are, how they are written, and what fails for want of one."""

import contextlib
import os
from pathlib import Path

from convcalc import disk
from convcalc.checks.finding import Finding, Place
from convcalc.diagnostics import SpecError
from convcalc.formats import source_name
from convcalc.locks import reading
from convcalc.locks.drifts import find_drifts
from convcalc.locks.lock import Lock, lock, readable
from convcalc.locks.text import write
from convcalc.report import Report

SUFFIX = ".lock.yaml"


def path_of(model: str | Path) -> Path:
    """The lock file of a model: beside it, `net.lock.yaml` for `net.yaml`."""
    path = Path(model)
    return path.parent / f"{path.stem}{SUFFIX}"


def is_lock(path: str | Path) -> bool:
    """Whether a file is called as locks are, and is one."""
    if not os.fspath(path).endswith(SUFFIX):
        return False
    try:
        return reading.recognizes(disk.read(path, regular=True))
    except (OSError, SpecError):
        return False


def check(model: str | Path, report: Report, *, required: bool = False) -> tuple[Finding, ...]:
    """What of a model has drifted from the lock beside it.

    Without a lock nothing has, unless one is `required`; the lock of another model that is there
    is none. Raises SpecError where the lock is not a lock, OSError where it can't be read.
    """
    path = path_of(model)
    source = source_name(path)
    missing = (_missing(model, path),) if required else ()
    try:
        data = disk.read(path, regular=True)
    except FileNotFoundError:
        if path.is_symlink():  # which leads nowhere
            raise
        return missing
    file = reading.read(data, source)
    return missing if _other_model(path, file.lock, Path(model)) else find_drifts(file, report)


def owner_of(path: str | Path) -> Path | None:
    """The model of which a file is the lock, where it is there, and has its lock there.

    Raises SpecError where it is not a lock, OSError where it can't be read.
    """
    path = Path(path)
    owner = _beside(path, reading.read(disk.read(path, regular=True), source_name(path)).lock.model)
    return owner if owner is not None and path_of(owner) == path else None


def check_owner(path: str | Path) -> tuple[Finding, ...]:
    """A finding where there is no model of which a file is the lock, or another one is.

    Raises SpecError where it is not a lock, OSError where it can't be read.
    """
    path, source = Path(path), source_name(path)
    file = reading.read(disk.read(path, regular=True), source)
    model = file.lock.model
    owner = _beside(path, model)
    if owner is not None and path_of(owner) == path:
        return ()
    message = f"there is no model {model} of which this is the lock"
    if owner is not None:
        message = f"this is not the lock of {model}, which is {path_of(owner).name}"
    place = Place(source, file.span("model"))
    orphan = Finding(
        rule="lock-orphan",
        model=source,
        message=message,
        expected=model,
        place=place,
        help="remove it, and lock the model where it is now",
    )
    return (orphan,)


_NO_LOCK = "the file that is there is not a lock"


class OtherFileError(Exception):
    """Where a lock should be written there is something else, which is not to be lost."""


def update(model: str | Path, report: Report) -> bool:
    """Write the lock of a model, which must have no errors; False where it is as it should be.

    Raises OtherFileError where its place is taken by a file that is no lock, or by the lock of
    another model that is there; OSError where it can't be written, and then the old one is as it
    was.
    """
    path = path_of(model)
    data = write(lock(report)).encode()
    try:
        old = disk.read(path, regular=True)
    except FileNotFoundError:
        old = b""
    except SpecError as error:
        raise OtherFileError(_NO_LOCK) from error
    if old == data:
        return False
    if old.strip() and not reading.recognizes(old):
        raise OtherFileError(_NO_LOCK)
    with contextlib.suppress(SpecError):  # what can't be read is nobody's
        other = _other_model(path, reading.read(old, "").lock, Path(model))
        if other:
            raise OtherFileError(f"that is the lock of {source_name(other)}")
    disk.write(path, data)
    return True


def _missing(model: str | Path, lock: Path) -> Finding:
    source = source_name(model)
    message = f"there is no {source_name(lock.name)} beside it; `convcalc lock` writes it"
    return Finding(rule="lock-missing", model=source, message=message, place=Place(source))


def _other_model(path: Path, lock: Lock, model: Path) -> Path | None:
    """The model of which a lock is, where it is another one than it should be, and is there."""
    return None if lock.model == _name_in_lock(model) else _beside(path, lock.model)


def _beside(lock: Path, name: str) -> Path | None:
    """The file beside a lock that is called by a name, which may be anything, and lead anywhere."""
    file = lock.parent / name
    if (
        name not in {"", ".."}
        and file.name == name == _name_in_lock(file)
        and os.path.lexists(file)
    ):
        return file
    if "\\" not in name:  # as an escape has it
        return None
    return next((file for file in lock.parent.iterdir() if _name_in_lock(file) == name), None)


def _name_in_lock(model: Path) -> str:
    return readable(source_name(model.name))
