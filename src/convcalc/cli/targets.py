"""The models and locks that folders and patterns of paths name."""

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
    """Models and locks, and other files that look like models by name, but are not."""

    targets: Sequence[str]
    others: Sequence[str] = ()


class Folders:
    """The file system, with each folder listed only once for all patterns."""

    def __init__(self) -> None:
        self._listed: dict[Path, _Folder] = {}
        self._known: dict[Path, bool] = {}

    def expand(self, path: str) -> Named:
        """Resolve an argument: a folder, a pattern, or the path of a model.

        A folder names the models and locks below it.
        """
        if os.path.isdir(path):  # noqa: PTH112 (a path is kept as it is written)
            return Named([*_below(path)])
        if glob.has_magic(path) and not os.path.lexists(path):
            return self.named_by(path)
        return Named([path])

    def named_by(self, pattern: str, root: Path | None = None) -> Named:
        """Resolve a pattern relative to a folder; sorted.

        `**` matches any number of folders, but no links to folders. Hidden names match only parts
        that begin with a dot. If a pattern matches the model of a lock, and that is missing, it
        names the lock. Without any of `*?[`, a pattern names a file, model or not.
        """
        base = root or Path()
        if not glob.has_magic(pattern):
            is_file = os.path.isfile(base / pattern)  # noqa: PTH113 (Path raises for a long name)
            return Named([pattern] if is_file else [])
        found = sorted({*self._named(base, _parts(pattern))})
        targets = [path for path in found if self._is_target(base / path)]
        others = {*found}.difference(targets)
        return Named(targets, sorted(path for path in others if _may_be_target(base / path)))

    def _is_target(self, path: Path) -> bool:
        if path not in self._known:
            self._known[path] = is_target(path)
        return self._known[path]

    def _named(self, base: Path, parts: Sequence[str]) -> Iterator[str]:
        """The files that match the parts of a pattern.

        Each folder is visited once, for all parts that its entries might match.
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
        """The entries of a folder that a part of a pattern matches, and the part to go on with."""
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
    """The entries of a folder; none if it can't be read."""

    def __init__(self, path: Path) -> None:
        try:
            with os.scandir(path) as entries:
                self.entries = {entry.name: entry for entry in entries}
        except OSError:
            self.entries = {}

    @functools.cached_property
    def folders(self) -> list[str]:
        """Its folders, without links and hidden ones."""
        return [
            name
            for name, entry in self.entries.items()
            if not name.startswith(".") and entry.is_dir(follow_symlinks=False)
        ]

    def matching(self, part: str) -> Iterator[str]:
        """The entries that a part of a pattern matches.

        A lock also matches by the names that its model may have, if none of them exists.
        """
        named = re.compile(fnmatch.translate(part)).match
        for name in self._candidates(part):
            if named(name) and (part.startswith(".") or not name.startswith(".")):
                yield self._names[name]

    @functools.cached_property
    def _names(self) -> dict[str, str]:
        """The names that patterns can match, each with the entry's real name."""
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
        """The names with the pattern's literal start or end, mostly few of many."""
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
    """The names, of a sorted list, that begin with a text."""
    for i in range(bisect.bisect_left(names, text), len(names)):
        if not names[i].startswith(text):
            return
        yield names[i]


def _parts(pattern: str) -> list[str]:
    """Split a pattern into parts: a repeated `**` counts once, and a final one means `**/*`."""
    parts = PurePath(pattern).parts
    found = [part for i, part in enumerate(parts) if part != "**" or parts[i - 1 : i] != ("**",)]
    return [*found, "*"] if found[-1] == "**" else found


def _below(folder: str) -> Iterator[str]:
    """The models and locks below a folder, except hidden ones.

    A folder that can't be listed is named itself, so that reading it reports the error.
    """
    closed: list[OSError] = []
    for directory, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = os.path.join(directory, name)  # noqa: PTH118 (as written)
            if not name.startswith(".") and is_target(Path(path)):
                yield path
    yield from (error.filename for error in closed)


def is_target(path: Path) -> bool:
    """Whether a file is a model or a lock, by name and content; true if it can't be read."""
    if not _may_be_target(path):
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


def _may_be_target(path: Path) -> bool:
    return path.suffix in formats.by_suffix() and path.name != NAME and os.path.isfile(path)  # noqa: PTH113


def _may_be_large(path: Path, format_: formats.Format) -> bool:
    """Whether a file that is too large to read begins as a model does."""
    try:
        head = disk.head(path)
    except OSError:
        return True
    return format_.begins(head)
