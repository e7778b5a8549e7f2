"""JSON, in the schema `convcalc.diff/1`."""

from convcalc.differences.difference import Difference
from convcalc.render.json_text import encode_json
from convcalc.render.layout import Layout


def render(difference: Difference, _layout: Layout) -> str:
    """Indented JSON of the complete difference."""
    return encode_json(difference.to_dict())
