"""The formats of `convcalc layers`: a format is a module in here.

Its function `render_all` shows all families of kinds, `render_kinds` some kinds in full.
"""

import importlib
import pkgutil
from collections.abc import Sequence
from typing import Any

from convcalc.reference import Family, KindReference
from convcalc.render.layout import Layout


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
