"""Which files are meant: folders and patterns of paths as the models and locks that they name."""

import fnmatch
import glob
import os
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

from convcalc import disk
from convcalc.configuration import NAME
from convcalc.diagnostics import SpecError, closest
from convcalc.formats import keras
from convcalc.formats.spec.reader import KEYS
from convcalc.locks import files

_SUFFIXES = (".yaml", ".yml", ".json", ".keras")
_KEY = r"""^["']?{}["']?[ \t]*:"""
_LAYERS = re.compile(_KEY.format("layers").encode(), re.MULTILINE)
_LIKE_LAYERS = re.compile(rb"""^[ \t]*["']?layers["']?[ \t]*([:=]|$)""", re.MULTILINE)
"""As a line may be written that breaks a spec."""
_OF_A_SPEC = {"layers", "blocks", "expect"}
_INPUT = re.compile(_KEY.format("inputs?").encode(), re.MULTILINE)


class Named(NamedTuple):
    """The models and locks that are named, and the files that might be such, but are none."""

    meant: Sequence[str]
    others: Sequence[str] = ()


def expand(path: str) -> Named:
    """What an argument names; a path that is no folder and no pattern is a model.

    In a folder files are left out that are neither models nor locks.
    """
    if os.path.isdir(path):  # noqa: PTH112 (a path is kept as it is written)
        return Named([*_below(path)])
    if glob.has_magic(path) and not os.path.lexists(path):
        return named_by(path)
    return Named([path])


def named_by(pattern: str, root: Path | None = None) -> Named:
    """What a pattern names, relative to a folder, sorted.

    `**` is any number of folders, of which links are not followed; what is hidden is named by what
    begins with a dot. A lock without its model is there if the pattern names that model. A pattern
    without any of `*?[` names a file, whatever it is.
    """
    base = root or Path()
    if not glob.has_magic(pattern):
        is_file = os.path.isfile(base / pattern)  # noqa: PTH113 (Path raises for a long name)
        return Named([pattern] if is_file else [])
    found = sorted({*_named(base, "", PurePath(pattern).parts)})
    meant = [path for path in found if is_meant(base / path)]
    others = {*found}.difference(meant)
    return Named(meant, sorted(path for path in others if _may_be_meant(base / path)))


def _named(base: Path, folder: str, parts: Sequence[str]) -> Iterator[str]:
    """The files in a folder that the parts of a pattern name."""
    part, *rest = parts
    if part != "**" and rest and not glob.has_magic(part):
        yield from _named(base, os.path.join(folder, part), rest)  # noqa: PTH118 (as written)
        return
    if part == "**":
        yield from _named(base, folder, rest or ["*"])
    entries = _entries(base / folder)
    names = {entry.name for entry in entries}
    for entry in entries:
        path = os.path.join(folder, entry.name)  # noqa: PTH118 (likewise)
        if entry.name.startswith(".") and not part.startswith("."):
            continue
        if part == "**":
            if entry.is_dir(follow_symlinks=False):
                yield from _named(base, path, parts)
        elif rest:
            if fnmatch.fnmatchcase(entry.name, part) and entry.is_dir():
                yield from _named(base, path, rest)
        elif fnmatch.fnmatchcase(entry.name, part) or _is_left(entry.name, names, part):
            yield path


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What is in a folder; nothing where it can't be read."""
    try:
        with os.scandir(folder) as entries:
            return [*entries]
    except OSError:
        return []


def _is_left(name: str, names: Collection[str], part: str) -> bool:
    """Whether a file is called as the lock of a model that a pattern names, and that is gone."""
    if not name.endswith(files.SUFFIX):
        return False
    models = [name.removesuffix(files.SUFFIX) + suffix for suffix in _SUFFIXES]
    is_named = any(fnmatch.fnmatchcase(model, part) for model in models)
    return is_named and not any(model in names for model in models)


def _below(folder: str) -> Iterator[str]:
    """The models and locks in a folder and those in it; hidden ones are left out.

    A folder that can't be looked into is named itself, for the error that reading it gives.
    """
    closed: list[OSError] = []
    for directory, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = os.path.join(directory, name)  # noqa: PTH118 (likewise)
            if not name.startswith(".") and is_meant(Path(path)):
                yield path
    yield from (error.filename for error in closed)


def is_meant(path: Path) -> bool:
    """Whether a file is a model or a lock, by name and content; one that can't be read may be."""
    if not _may_be_meant(path):
        return False
    if path.suffix == ".keras" or files.is_lock(path):
        return True
    try:
        data = disk.read(path, regular=True)
    except OSError:
        return True
    except SpecError as error:
        return error.diagnostics[0].code == "too-large" and _may_be_large(path)
    if path.suffix == ".json":
        return keras.recognizes(data)
    return _is_spec(data)


def _may_be_meant(path: Path) -> bool:
    return path.suffix in _SUFFIXES and path.name != NAME and os.path.isfile(path)  # noqa: PTH113


def _may_be_large(path: Path) -> bool:
    """Whether a file that is too large to be read begins as a model does."""
    try:
        head = disk.head(path)
    except OSError:
        return True
    return keras.begins(head) if path.suffix == ".json" else bool(_LIKE_LAYERS.search(head))


def _is_spec(data: bytes) -> bool:
    """Whether a text is meant as a spec, if only by its input: a key may be misspelt.

    Others may have `layers` that are a mapping.
    """
    data = data.replace(b"\0", b"")  # of UTF-16, which is told of as a fault
    if b"layer" not in data and b"input" not in data:
        return False
    if _LAYERS.search(data) and _INPUT.search(data):  # as nearly all specs have them
        return True
    from convcalc.formats.spec import document  # noqa: PLC0415 (start-up time)

    try:
        root = document.read(document.decode(data))
    except SpecError:
        return _LIKE_LAYERS.search(data) is not None
    if root is None or not root.is_mapping:
        return False
    inputs = root.get("input") or root.get("inputs")
    layers = root.get("layers")
    if layers is not None:
        return inputs is not None or not layers.is_mapping
    has_shape = inputs is not None and (inputs.is_list or inputs.is_mapping)
    names = [closest(name, KEYS) for name in root.parts]
    return has_shape and (None not in names or not _OF_A_SPEC.isdisjoint(names))
