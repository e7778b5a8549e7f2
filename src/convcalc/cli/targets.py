"""Which files are meant: folders and patterns of paths as the models and locks that they name."""

import bisect
import fnmatch
import functools
import glob
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

from convcalc import disk, formats
from convcalc.configuration import NAME, ends
from convcalc.diagnostics import SpecError
from convcalc.locks import files


class Named(NamedTuple):
    """The models and locks that are named, and the files that might be such, but are none."""

    meant: Sequence[str]
    others: Sequence[str] = ()


class Folders:
    """The file system as it is seen by any number of patterns, which list a folder only once."""

    def __init__(self) -> None:
        self._listed: dict[Path, _Folder] = {}
        self._meant: dict[Path, bool] = {}

    def expand(self, path: str) -> Named:
        """What an argument names; a path that is no folder and no pattern is a model.

        In a folder files are left out that are neither models nor locks.
        """
        if os.path.isdir(path):  # noqa: PTH112 (a path is kept as it is written)
            return Named([*_below(path)])
        if glob.has_magic(path) and not os.path.lexists(path):
            return self.named_by(path)
        return Named([path])

    def named_by(self, pattern: str, root: Path | None = None) -> Named:
        """What a pattern names, relative to a folder, sorted.

        `**` is any number of folders, of which links are not followed; what is hidden is named by
        what begins with a dot. A lock without its model is there if the pattern names that model. A
        pattern without any of `*?[` names a file, whatever it is.
        """
        base = root or Path()
        if not glob.has_magic(pattern):
            is_file = os.path.isfile(base / pattern)  # noqa: PTH113 (Path raises for a long name)
            return Named([pattern] if is_file else [])
        found = sorted({*self._named(base, _parts(pattern))})
        meant = [path for path in found if self._is_meant(base / path)]
        others = {*found}.difference(meant)
        return Named(meant, sorted(path for path in others if _may_be_meant(base / path)))

    def _is_meant(self, path: Path) -> bool:
        if path not in self._meant:
            self._meant[path] = is_meant(path)
        return self._meant[path]

    def _named(self, base: Path, parts: Sequence[str]) -> Iterator[str]:
        """The files that the parts of a pattern name.

        Each folder is looked at once, for all parts of the pattern that may stand for what is in
        it.
        """
        waiting = {"": {0}}
        while waiting:
            folder, places = waiting.popitem()
            for place in places | {i + 1 for i in places if parts[i] == "**"}:
                names, following = self._step(base / folder, parts, place)
                for name in names:
                    path = os.path.join(folder, name)  # noqa: PTH118 (as written)
                    if following == len(parts):
                        yield path
                    else:
                        waiting.setdefault(path, set()).add(following)

    def _step(self, path: Path, parts: Sequence[str], place: int) -> tuple[Iterable[str], int]:
        """What a part of a pattern names in a folder, and at which part it goes on in those."""
        part = parts[place]
        if part == "**":
            return self._folder(path).folders, place
        if place == len(parts) - 1:
            return self._folder(path).matching(part), place + 1
        if not glob.has_magic(part):
            return [part], place + 1
        folder = self._folder(path)
        return [name for name in folder.matching(part) if folder.entries[name].is_dir()], place + 1

    def _folder(self, path: Path) -> "_Folder":
        if path not in self._listed:
            self._listed[path] = _Folder(path)
        return self._listed[path]


class _Folder:
    """What is in a folder; nothing where it can't be read."""

    def __init__(self, path: Path) -> None:
        try:
            with os.scandir(path) as entries:
                self.entries = {entry.name: entry for entry in entries}
        except OSError:
            self.entries = {}

    @functools.cached_property
    def folders(self) -> list[str]:
        """The folders in it, but for links and what is hidden."""
        return [
            name
            for name, entry in self.entries.items()
            if not name.startswith(".") and entry.is_dir(follow_symlinks=False)
        ]

    def matching(self, part: str) -> Iterator[str]:
        """The names that the part of a pattern names.

        A lock is also there by the names of models that it may be of, if none of them is.
        """
        named = re.compile(fnmatch.translate(part)).match
        for name in self._candidates(part):
            if named(name) and (part.startswith(".") or not name.startswith(".")):
                yield self._names[name]

    @functools.cached_property
    def _names(self) -> dict[str, str]:
        """All names by which something in the folder is there, and what it is really called."""
        names = {name: name for name in self.entries}
        for lock in self.entries:
            if lock.endswith(files.SUFFIX):
                models = [
                    lock.removesuffix(files.SUFFIX) + suffix for suffix in formats.by_suffix()
                ]
                if not any(model in self.entries for model in models):
                    names |= dict.fromkeys(models, lock)
        return names

    def _candidates(self, part: str) -> Iterable[str]:
        """The names that begin as the pattern does, or end as it does: mostly a few of many."""
        before, after = ends(part)
        if before == part:
            return [part] if part in self._names else []
        if len(before) >= len(after):
            return _beginning(self._sorted, before)
        return [name[::-1] for name in _beginning(self._reversed, after[::-1])]

    @functools.cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._names)

    @functools.cached_property
    def _reversed(self) -> list[str]:
        return sorted(name[::-1] for name in self._names)


def _beginning(names: Sequence[str], text: str) -> Iterator[str]:
    """Those of sorted names that begin with a text."""
    for i in range(bisect.bisect_left(names, text), len(names)):
        if not names[i].startswith(text):
            return
        yield names[i]


def _parts(pattern: str) -> list[str]:
    """The parts of a pattern: `**` once where it is repeated, and with what it is to name."""
    parts = PurePath(pattern).parts
    found = [part for i, part in enumerate(parts) if part != "**" or parts[i - 1 : i] != ("**",)]
    return [*found, "*"] if found[-1] == "**" else found


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
    format_ = formats.by_suffix()[path.suffix]
    if format_.SUFFIXES[path.suffix] == "name" or files.is_lock(path):
        return True
    try:
        data = disk.read(path, regular=True)
    except OSError:
        return True
    except SpecError as error:
        return error.diagnostics[0].code == "too-large" and _may_be_large(path, format_)
    return format_.is_model(data)


def _may_be_meant(path: Path) -> bool:
    return path.suffix in formats.by_suffix() and path.name != NAME and os.path.isfile(path)  # noqa: PTH113


def _may_be_large(path: Path, format_: formats.Format) -> bool:
    """Whether a file that is too large to be read begins as a model does."""
    try:
        head = disk.head(path)
    except OSError:
        return True
    return format_.begins(head)
