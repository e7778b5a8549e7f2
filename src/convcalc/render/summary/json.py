"""JSON, in the schema `convcalc.summary/1`: one report, or an array of several."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from convcalc.render.json_text import json_bytes
from convcalc.render.layout import Layout
from convcalc.render.printable import printable_json
from convcalc.report import Report

IS_TABLE = False
HAS_TOTALS = True


def render(reports: Sequence[Report], layout: Layout) -> Iterator[str]:
    """Indented JSON, with each shape on one line."""
    if not layout.several:
        yield from _one(reports[0], "")
        yield "\n"
        return
    yield "["
    for i, report in enumerate(reports):
        yield "," if i else ""
        yield "\n  "
        yield from _one(report, "  ")
    yield "\n]\n"


def _one(report: Report, indent: str) -> Iterator[str]:
    """A report, layer by layer; all lines but the first are indented."""
    before, null, after = _written(report.around(None), indent).partition('"layers": null')
    yield before
    yield null.replace("null", "[")
    inside = f"\n{indent}    "
    for i, layer in enumerate(report.layers):
        yield f"{',' if i else ''}{inside}{_written(layer.to_dict(), inside[1:])}"
    yield f"\n{indent}  ]" if report.layers else "]"
    yield after


def _written(data: dict[str, Any], indent: str) -> str:
    text = msgspec.json.format(json_bytes(data), indent=2).decode()
    text = re.sub(_SHAPE, _on_one_line, text)
    return printable_json(text.replace("\n", f"\n{indent}"))


# It can't match in strings, because line breaks are escaped there.
_SHAPE = r"\[\n[nul\d,\s]+\]"


def _on_one_line(shape: re.Match[str]) -> str:
    return f"[{' '.join(shape[0][1:-1].split())}]"
