"""JSON, in the schema `convcalc.diff/1`."""

import msgspec

from convcalc.differences.difference import Difference
from convcalc.render.difference import Layout
from convcalc.render.printable import printable_json


def render(difference: Difference, _layout: Layout) -> str:
    """Indented JSON: nothing is left out."""
    encoded = msgspec.json.encode(difference.to_dict(), enc_hook=repr)
    return printable_json(msgspec.json.format(encoded, indent=2).decode()) + "\n"
