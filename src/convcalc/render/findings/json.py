"""JSON, in the schema `convcalc.check/1`: the models with their expectations, and all findings."""

from collections.abc import Sequence

import msgspec

from convcalc.checks.finding import Checked, document
from convcalc.render.findings import Layout
from convcalc.render.printable import printable_json


def render(checked: Sequence[Checked], _layout: Layout) -> str:
    """Indented JSON."""
    encoded = msgspec.json.encode(document(checked))
    return printable_json(msgspec.json.format(encoded, indent=2).decode()) + "\n"
