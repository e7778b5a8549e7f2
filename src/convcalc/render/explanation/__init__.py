"""The formats of `convcalc explain`: a format is a module in here.

Its function `render` shows explanations in full, `render_brief` shows each in a few lines.
"""

import importlib
import pkgutil
from collections.abc import Sequence
from typing import Any

from convcalc.explanations.explanation import Explanation
from convcalc.render.layout import Layout


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
