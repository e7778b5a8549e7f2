"""JSON, in the schema `convcalc.check/1`: the models with their expectations, and all findings."""

from collections.abc import Sequence

from convcalc.checks.finding import Checked, document
from convcalc.render.json_text import encode_json
from convcalc.render.layout import Layout


def render(checked: Sequence[Checked], _layout: Layout) -> str:
    """Indented JSON."""
    return encode_json(document(checked))
