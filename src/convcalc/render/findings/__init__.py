"""The formats of `convcalc check`: a format is a module in here with a function `render`."""

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from convcalc.checks.finding import Checked
from convcalc.render.diagnostics import Paint, unpainted


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """How findings are laid out; formats that nobody reads have no use for it.

    `texts` are the contents of the files in which something was found, by their names. `paint`
    gives a text a style, such as "bold red".
    """

    texts: Mapping[str, str] = {}
    paint: Paint = unpainted


def formats() -> tuple[str, ...]:
    """The names of the formats."""
    return tuple(module.name for module in pkgutil.iter_modules(__path__))


def render(format_: str, checked: Sequence[Checked], layout: Layout) -> str:
    """All that was checked in a format, as text that ends with a line break."""
    text: str = _module(format_).render(checked, layout)
    return text


def _module(format_: str) -> Any:
    return importlib.import_module(f"{__name__}.{format_}")
