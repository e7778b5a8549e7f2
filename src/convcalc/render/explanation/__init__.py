"""The formats of `convcalc explain`: a format is a module in here.

Its function `render` shows explanations in full, `render_brief` shows each in a few lines.
"""

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from convcalc.explanations.explanation import Explanation


def _unpainted(text: str, _style: str) -> str:
    return text


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """How text is laid out; other formats have no use for it.

    `width` is how wide lines may be, `paint` gives a text a style, such as "bold".
    """

    width: int = 100
    paint: Callable[[str, str], str] = _unpainted


def formats() -> tuple[str, ...]:
    """The names of the formats."""
    return tuple(module.name for module in pkgutil.iter_modules(__path__))


def render(format_: str, explanation: Explanation, layout: Layout) -> str:
    """An explanation in a format, as text that ends with a line break."""
    text: str = _module(format_).render(explanation, layout)
    return text


def render_brief(format_: str, explanations: Sequence[Explanation], layout: Layout) -> str:
    """Explanations of all layers, shortened where the format has a short form."""
    text: str = _module(format_).render_brief(explanations, layout)
    return text


def _module(format_: str) -> Any:
    return importlib.import_module(f"{__name__}.{format_}")
