"""JSON, in the schema `convcalc.summary/1`: one report, or an array where several are asked for."""

import re
from collections.abc import Sequence

import msgspec

from convcalc.render.printable import printable_json
from convcalc.render.summary import Layout
from convcalc.report import Report

IS_TABLE = False
HAS_TOTALS = True


def render(reports: Sequence[Report], layout: Layout) -> str:
    """Indented JSON, with each shape on one line."""
    data = [report.to_dict() for report in reports]
    encoded = msgspec.json.encode(data if layout.several else data[0])
    text = msgspec.json.format(encoded, indent=2).decode()
    return printable_json(re.sub(_SHAPE, _on_one_line, text)) + "\n"


# The line breaks in it keep the pattern out of strings, where they are written as escapes.
_SHAPE = r"\[\n\s*(?:null|\d+)(?:,\n\s*(?:null|\d+))*\n\s*\]"


def _on_one_line(shape: re.Match[str]) -> str:
    return f"[{', '.join(re.findall(r'null|[0-9]+', shape[0]))}]"
