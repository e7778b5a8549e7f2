"""JSON, in the schema `convcalc.layers/1`: an array of kinds."""

from collections.abc import Sequence

import msgspec

from convcalc.reference import Family, KindReference
from convcalc.render.layout import Layout


def render_all(families: Sequence[Family], layout: Layout) -> str:
    """All kinds, in one array."""
    return render_kinds([kind for family in families for kind in family.kinds], layout)


def render_kinds(kinds: Sequence[KindReference], _layout: Layout) -> str:
    """Indented JSON."""
    encoded = msgspec.json.encode({"schema": "convcalc.layers/1", "kinds": kinds})
    return msgspec.json.format(encoded, indent=2).decode() + "\n"
