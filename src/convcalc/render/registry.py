"""The registry of output formats: a package per command, with a module per format."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from typing import Any


class Renderers:
    """The output formats of one command: the modules of a package."""

    def __init__(self, package: str) -> None:
        self._package = package

    def formats(self) -> tuple[str, ...]:
        """The names of the formats."""
        path = importlib.import_module(self._package).__path__
        return tuple(module.name for module in pkgutil.iter_modules(path))

    def choices(self) -> dict[str, str]:
        """Members for the enumeration of an option's choices."""
        return {name: name for name in self.formats()}

    def module(self, format_: str) -> Any:
        """The module of a format, imported at first use."""
        return importlib.import_module(f"{self._package}.{format_}")

    def pieces(self, function: str) -> Callable[..., Iterable[str]]:
        """A function that calls `function` of a format's module; the format's name comes first.

        It returns text in pieces, since the whole text of many layers may not fit into memory.
        """

        def render(format_: str, *data: Any) -> Iterable[str]:
            rendered: str | Iterable[str] = getattr(self.module(format_), function)(*data)
            return [rendered] if isinstance(rendered, str) else rendered

        return render

    def text(self, function: str) -> Callable[..., str]:
        """The same, but it returns the whole text."""
        pieces = self.pieces(function)
        return lambda format_, *data: "".join(pieces(format_, *data))
