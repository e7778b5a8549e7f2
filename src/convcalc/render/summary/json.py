"""JSON, in the schema `convcalc.summary/1`: one report, or an array where several are asked for."""

from collections.abc import Sequence

import msgspec

from convcalc.render.printable import printable_json
from convcalc.render.summary import Layout
from convcalc.report import Report


def render(reports: Sequence[Report], layout: Layout) -> str:  # noqa: ARG001
    """Indented JSON."""
    data = [report.to_dict() for report in reports]
    encoded = msgspec.json.encode(data[0] if len(data) == 1 else data)
    return printable_json(msgspec.json.format(encoded, indent=2).decode()) + "\n"
