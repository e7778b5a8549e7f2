"""Which files are meant: folders and patterns of paths as the models and locks that they name."""

import glob
import os
import re
from collections.abc import Iterator
from pathlib import Path

from convcalc.configuration import NAME
from convcalc.diagnostics import SpecError, closest
from convcalc.formats.spec.reader import KEYS
from convcalc.locks import files

_SUFFIXES = (".yaml", ".yml", ".json", ".keras")
_KEY = r"""^["']?{}["']?[ \t]*:"""
_LAYERS = re.compile(_KEY.format("layers").encode(), re.MULTILINE)
_OF_A_SPEC = {"layers", "blocks", "expect"}
_INPUT = re.compile(_KEY.format("inputs?").encode(), re.MULTILINE)


def expand(path: str) -> list[str]:
    """The models and locks that an argument names; a path that is no folder and no pattern is one.

    In a folder, and by a pattern, files are left out that are neither.
    """
    if os.path.isdir(path):  # noqa: PTH112 (a path is kept as it is written)
        return [*_below(path)]
    if glob.has_magic(path) and not os.path.lexists(path):
        return named_by(path)
    return [path]


def named_by(pattern: str, root: Path | None = None) -> list[str]:
    """The models and locks that a pattern names, relative to a folder, sorted.

    A pattern without any of `*?[` names a file, whatever it is.
    """
    found = sorted(set(glob.glob(pattern, root_dir=root, recursive=True)))  # noqa: PTH207
    base = root or Path()
    if not glob.has_magic(pattern):
        return [path for path in found if (base / path).is_file()]
    return [path for path in found if is_meant(base / path)]


def _below(folder: str) -> Iterator[str]:
    """The models and locks in a folder and those in it; hidden ones are left out."""
    for directory, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = os.path.join(directory, name)  # noqa: PTH118 (likewise)
            if not name.startswith(".") and is_meant(Path(path)):
                yield path


def is_meant(path: Path) -> bool:
    """Whether a file is a model or a lock, by name and content; one that can't be read may be."""
    if path.suffix not in _SUFFIXES or path.name == NAME or not path.is_file():
        return False
    if path.suffix == ".keras" or files.is_lock(path):
        return True
    try:
        data = path.read_bytes()
    except OSError:
        return True
    if path.suffix == ".json":
        from convcalc.formats import keras  # noqa: PLC0415 (start-up time)

        return keras.recognizes(data)
    return _is_spec(data)


def _is_spec(data: bytes) -> bool:
    """Whether a text is meant as a spec, if only by its input: a key may be misspelt.

    Others may have `layers` that are a mapping.
    """
    if b"layer" not in data and b"input" not in data:
        return False
    if _LAYERS.search(data) and _INPUT.search(data):  # as nearly all specs have them
        return True
    from convcalc.formats.spec import document  # noqa: PLC0415 (start-up time)

    try:
        root = document.read(document.decode(data))
    except SpecError:
        return _LAYERS.search(data) is not None
    if root is None or not root.is_mapping:
        return False
    inputs = root.get("input") or root.get("inputs")
    layers = root.get("layers")
    if layers is not None:
        return inputs is not None or not layers.is_mapping
    has_shape = inputs is not None and (inputs.is_list or inputs.is_mapping)
    return has_shape and any(closest(name, KEYS) in _OF_A_SPEC for name in root.parts)
