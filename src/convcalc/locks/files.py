"""Lock files on disk: finding, checking and writing them."""

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
    """The path of a model's lock file: `net.lock.yaml` beside `net.yaml`."""
    path = Path(model)
    return path.parent / f"{path.stem}{SUFFIX}"


def is_lock(path: str | Path) -> bool:
    """Whether a file is a lock, by its name and its content."""
    if not os.fspath(path).endswith(SUFFIX):
        return False
    try:
        return reading.recognizes(disk.read(path, regular=True))
    except (OSError, SpecError):
        return False


def check(model: str | Path, report: Report, *, required: bool = False) -> tuple[Finding, ...]:
    """Check a model against the lock beside it.

    A missing lock is a finding only if it is `required`; so is the lock of another existing model.
    Raises SpecError for an invalid lock, OSError if it can't be read.
    """
    path = path_of(model)
    source = source_name(path)
    missing = (_missing(model, path),) if required else ()
    try:
        data = disk.read(path, regular=True)
    except FileNotFoundError:
        if path.is_symlink():  # broken
            raise
        return missing
    file = reading.read(data, source)
    return missing if _other_model(path, file.lock, Path(model)) else find_drifts(file, report)


def owner_of(path: str | Path) -> Path | None:
    """The existing model that a lock belongs to, or None.

    Raises SpecError for an invalid lock, OSError if it can't be read.
    """
    path = Path(path)
    owner = _beside(path, reading.read(disk.read(path, regular=True), source_name(path)).lock.model)
    return owner if owner is not None and path_of(owner) == path else None


def check_owner(path: str | Path) -> tuple[Finding, ...]:
    """Find an orphan: a lock without a model, or whose model has its lock elsewhere.

    Raises SpecError for an invalid lock, OSError if it can't be read.
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
    """The path of a lock has another file, which must not be lost."""


def update(model: str | Path, report: Report) -> bool:
    """Write the lock of a model without errors; False if it is already up to date.

    Raises OtherFileError if its path has a file that is not a lock, or the lock of another existing
    model. Raises OSError if it can't be written; the old lock is then unchanged.
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
    with contextlib.suppress(SpecError):  # an invalid lock belongs to no model
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
    """The existing model that a lock belongs to, if it is not `model`."""
    return None if lock.model == _name_in_lock(model) else _beside(path, lock.model)


def _beside(lock: Path, name: str) -> Path | None:
    """The file of this name beside a lock; the name is untrusted."""
    file = lock.parent / name
    if (
        name not in {"", ".."}
        and file.name == name == _name_in_lock(file)
        and os.path.lexists(file)
    ):
        return file
    if "\\" not in name:  # no escaped characters
        return None
    return next((file for file in lock.parent.iterdir() if _name_in_lock(file) == name), None)


def _name_in_lock(model: Path) -> str:
    return readable(source_name(model.name))
