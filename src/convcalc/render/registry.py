"""The registry of output formats: each command has a package, each format is a module in it."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from typing import Any


class Renderers:
    """The output formats of one command, found because their modules are in its package."""

    def __init__(self, package: str) -> None:
        self._package = package

    def formats(self) -> tuple[str, ...]:
        """The names of the formats."""
        path = importlib.import_module(self._package).__path__
        return tuple(module.name for module in pkgutil.iter_modules(path))

    def choices(self) -> dict[str, str]:
        """The members of the enumeration that Typer takes for an option."""
        return {name: name for name in self.formats()}

    def module(self, format_: str) -> Any:
        """The module of a format, which is imported when it is first asked for."""
        return importlib.import_module(f"{self._package}.{format_}")

    def pieces(self, function: str) -> Callable[..., Iterable[str]]:
        """A function of every format's module, called with the format's name first.

        It gives text in pieces: of many layers the whole may take more memory than there is.
        """

        def render(format_: str, *data: Any) -> Iterable[str]:
            rendered: str | Iterable[str] = getattr(self.module(format_), function)(*data)
            return [rendered] if isinstance(rendered, str) else rendered

        return render

    def text(self, function: str) -> Callable[..., str]:
        """The same, whose text is in one piece."""
        pieces = self.pieces(function)
        return lambda format_, *data: "".join(pieces(format_, *data))
