"""The input formats: one module or package each, told by content; all give the same `Network`."""

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
    """What a module in here has: how to tell its files by content, and how to read them."""

    PRIORITY: int

    SUFFIXES: Mapping[str, str]
    """Its suffixes, each with what tells a model in a folder: its "name", or its "content"."""

    def is_model(self, data: bytes) -> bool:
        """Whether a file with one of the suffixes is meant as a model, if only a broken one."""

    def begins(self, head: bytes) -> bool:
        """The same for a file that is too large to be read, by its beginning."""

    def recognizes(self, data: bytes) -> bool:
        """Whether the content is of this format."""

    def read(
        self,
        data: bytes,
        source: str,
        variables: Mapping[str, Any],
        kinds: Mapping[str, type[Kind]],
    ) -> Network:
        """The network; `kinds` are declared beside the file.

        Raises SpecError, and UsageError for variables that it does not have.
        """


@functools.cache
def formats() -> tuple[Format, ...]:
    """Every format, in the order in which they are asked; one is found because it is here."""
    modules = [
        importlib.import_module(f"{__name__}.{module.name}")
        for module in pkgutil.iter_modules(__path__)
    ]
    return tuple(sorted(modules, key=lambda module: -module.PRIORITY))


@functools.cache
def by_suffix() -> Mapping[str, Format]:
    """The format of each suffix that models have."""
    return {suffix: format_ for format_ in formats() for suffix in format_.SUFFIXES}


def parse(
    data: bytes,
    source: str,
    variables: Mapping[str, Any] | None = None,
    kinds: Mapping[str, type[Kind]] | None = None,
) -> Network:
    """Read a network of any format from its content; `source` names it in messages.

    `kinds` are layer kinds that are declared in no model, as `parse_kinds` reads them.
    Raises SpecError where no network can be made of it, UsageError for variables that it does
    not have. Other faults are in the network's diagnostics.
    """
    format_ = next(format_ for format_ in formats() if format_.recognizes(data))
    suffix = PurePath(source).suffix
    if suffix and suffix not in by_suffix():  # which a format of another package may have
        format_ = next((each for each in _offered() if each.recognizes(data)), format_)
    try:
        return format_.read(data, source, variables or {}, kinds or {})
    except SpecError as error:
        raise SpecError(error.diagnostics, source) from error


@functools.cache
def _offered() -> tuple[Format, ...]:
    """The formats that other packages offer."""
    from convcalc import plugins  # noqa: PLC0415 (only an unknown suffix needs it)

    group = plugins.FORMATS
    return tuple(plugins.find(group, name) for name in plugins.names(group))


def parse_kinds(data: bytes) -> dict[str, type[Kind]]:
    """Read layer kinds that a file declares as a spec does. Raises SpecError with every fault."""
    from convcalc.formats.spec import read_kinds  # noqa: PLC0415 (start-up time)

    return read_kinds(data)


def source_name(path: str | Path) -> str:
    """How a file is called in messages: its path, with bytes that are not text as escapes."""
    return os.fsencode(path).decode(errors="backslashreplace")
