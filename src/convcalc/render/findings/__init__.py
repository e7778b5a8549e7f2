"""The formats of `convcalc check`: a format is a module in here with a function `render`."""

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from convcalc.render.diagnostics import Paint, unpainted

if TYPE_CHECKING:
    from convcalc.checks.finding import Checked


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """How findings are laid out; a format takes from it what it has a use for.

    `texts` are the contents of the files in which something was found, by their names. `paint`
    gives a text a style, such as "bold red". `root` is the folder of the repository, to which paths
    are relative where they are read by what knows the repository; None is the current folder.
    `version` is that of convcalc. `passed_over` are files that were named with others, and that
    are no models.
    """

    texts: Mapping[str, str] = {}
    paint: Paint = unpainted
    root: str | None = None
    version: str | None = None
    passed_over: Sequence[str] = ()


def formats() -> tuple[str, ...]:
    """The names of the formats."""
    return tuple(module.name for module in pkgutil.iter_modules(__path__))


def render(format_: str, checked: "Sequence[Checked]", layout: Layout) -> str:
    """All that was checked in a format, as text that ends with a line break."""
    text: str = _module(format_).render(checked, layout)
    return text


def _module(format_: str) -> Any:
    return importlib.import_module(f"{__name__}.{format_}")
