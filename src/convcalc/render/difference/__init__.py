"""The formats of `convcalc diff`: a format is a module in here with a function `render`."""

import importlib
import pkgutil
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from convcalc.differences.difference import Difference


def _unpainted(text: str, _style: str) -> str:
    return text


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """How text is laid out; other formats have no use for it.

    `width` is how wide lines should be, `paint` gives a text a style, such as "bold".
    """

    width: int = 80
    paint: Callable[[str, str], str] = _unpainted


def formats() -> tuple[str, ...]:
    """The names of the formats."""
    return tuple(module.name for module in pkgutil.iter_modules(__path__))


def render(format_: str, difference: "Difference", layout: Layout) -> str:
    """A difference in a format, as text that ends with a line break unless it is empty."""
    module = importlib.import_module(f"{__name__}.{format_}")
    text: str = module.render(difference, layout)
    return text
