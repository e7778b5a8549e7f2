"""JSON, in the schema `convcalc.diff/1`."""

from convcalc.differences.difference import Difference
from convcalc.render.layout import Layout
from convcalc.render.json_text import encode_json


def render(difference: Difference, _layout: Layout) -> str:
    """Indented JSON: nothing is left out."""
    return encode_json(difference.to_dict())
