"""JSON lines, in the schema `convcalc.summary/1`: one report a line."""

from collections.abc import Sequence

import msgspec

from convcalc.render.printable import printable_json
from convcalc.render.summary import Layout
from convcalc.report import Report

IS_TABLE = False
HAS_TOTALS = True


def render(reports: Sequence[Report], layout: Layout) -> str:  # noqa: ARG001
    """One line of JSON a report."""
    lines = (msgspec.json.encode(report.to_dict()).decode() for report in reports)
    return "".join(printable_json(line) + "\n" for line in lines)
