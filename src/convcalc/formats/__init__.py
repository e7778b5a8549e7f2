"""The input formats: one module or package each, recognized by content."""

import functools
import importlib
import os
import pkgutil
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any, Protocol

from convcalc.diagnostics import SpecError
from convcalc.layers.kind import Kind
from convcalc.network import Network


class Format(Protocol):
    """What each module in this package provides."""

    PRIORITY: int
    """Formats with a higher number are tried first."""

    SUFFIXES: Mapping[str, str]
    """File suffixes, each with what identifies a model in a folder: its "name" or "content"."""

    def is_model(self, data: bytes) -> bool:
        """Whether a file with one of the suffixes is meant as a model, even a broken one."""

    def begins(self, head: bytes) -> bool:
        """Whether a file that is too large to read begins like a model."""

    def recognizes(self, data: bytes) -> bool:
        """Whether the content has this format."""

    def read(
        self,
        data: bytes,
        source: str,
        variables: Mapping[str, Any],
        kinds: Mapping[str, type[Kind]],
    ) -> Network:
        """Read a network; `kinds` are declared outside the file.

        Raises SpecError, and UsageError for unknown variables.
        """


@functools.cache
def formats() -> tuple[Format, ...]:
    """Return every module in this package, highest PRIORITY first."""
    modules = [
        importlib.import_module(f"{__name__}.{module.name}")
        for module in pkgutil.iter_modules(__path__)
    ]
    return tuple(sorted(modules, key=lambda module: -module.PRIORITY))


@functools.cache
def by_suffix() -> Mapping[str, Format]:
    """Return the format of each model suffix."""
    return {suffix: format_ for format_ in formats() for suffix in format_.SUFFIXES}


def parse(
    data: bytes,
    source: str,
    variables: Mapping[str, Any] | None = None,
    kinds: Mapping[str, type[Kind]] | None = None,
) -> Network:
    """Read a network of any format; `source` names it in messages.

    `kinds` are layer kinds declared outside the model, as returned by `parse_kinds`. Raises
    SpecError if there is no network to return, UsageError for unknown variables. Other faults are
    in the network's diagnostics.
    """
    format_ = next(format_ for format_ in formats() if format_.recognizes(data))
    suffix = PurePath(source).suffix
    if suffix and suffix not in by_suffix():  # may belong to a format of another package
        format_ = next((each for each in _offered() if each.recognizes(data)), format_)
    try:
        return format_.read(data, source, variables or {}, kinds or {})
    except SpecError as error:
        raise SpecError(error.diagnostics, source) from error


@functools.cache
def _offered() -> tuple[Format, ...]:
    """Return the formats of other packages."""
    from convcalc import plugins  # noqa: PLC0415 (only an unknown suffix needs it)

    group = plugins.FORMATS
    return tuple(plugins.find(group, name) for name in plugins.names(group))


def parse_kinds(data: bytes) -> dict[str, type[Kind]]:
    """Read a file of layer kind declarations. Raises SpecError with every fault."""
    from convcalc.formats.spec import read_kinds  # noqa: PLC0415 (start-up time)

    return read_kinds(data)


def source_name(path: str | Path) -> str:
    """Return a path for messages, with undecodable bytes escaped."""
    return os.fsencode(path).decode(errors="backslashreplace")
