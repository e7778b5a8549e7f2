"""How text for a terminal is laid out."""

from collections.abc import Callable

import msgspec


def _unpainted(text: str, _style: str) -> str:
    return text


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """How text is laid out; other formats have no use for it.

    `width` is how wide lines may be, `paint` gives a text a style, such as "bold".
    """

    width: int = 80
    paint: Callable[[str, str], str] = _unpainted
