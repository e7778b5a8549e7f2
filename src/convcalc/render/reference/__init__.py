"""The formats of `convcalc layers`: a format is a module in here.

Its function `render_all` shows all families of kinds, `render_kinds` some kinds in full.
"""

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from convcalc.reference import Family, KindReference


def _plain(text: str, _style: str) -> str:
    return text


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """How text is laid out; other formats have no use for it.

    `width` is how wide lines may be, `paint` gives a text a style, such as "bold".
    """

    width: int = 80
    paint: Callable[[str, str], str] = _plain


def formats() -> tuple[str, ...]:
    """The names of the formats."""
    return tuple(module.name for module in pkgutil.iter_modules(__path__))


def render_all(format_: str, families: Sequence[Family], layout: Layout) -> str:
    """All kinds in a format, as text that ends with a line break."""
    text: str = _module(format_).render_all(families, layout)
    return text


def render_kinds(format_: str, kinds: Sequence[KindReference], layout: Layout) -> str:
    """Some kinds in a format, as text that ends with a line break."""
    text: str = _module(format_).render_kinds(kinds, layout)
    return text


def _module(format_: str) -> Any:
    return importlib.import_module(f"{__name__}.{format_}")
