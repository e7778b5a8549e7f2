"""JSON lines, in the schema `convcalc.summary/1`: one report per line."""

from collections.abc import Iterator, Sequence
from typing import Any

from convcalc.render.json_text import json_bytes
from convcalc.render.layout import Layout
from convcalc.render.printable import printable_json
from convcalc.report import Report

IS_TABLE = False
HAS_TOTALS = True


def render(reports: Sequence[Report], layout: Layout) -> Iterator[str]:  # noqa: ARG001
    """A line of JSON for each report."""
    for report in reports:
        before, null, after = _written(report.around(None)).partition('"layers":null')
        yield before
        yield null.replace("null", "[")
        for i, layer in enumerate(report.layers):
            yield f"{',' if i else ''}{_written(layer.to_dict())}"
        yield f"]{after}\n"


def _written(data: dict[str, Any]) -> str:
    return printable_json(json_bytes(data).decode())
