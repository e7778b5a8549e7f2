"""JSON, in the schema `convcalc.check/1`: the models with their expectations, and all findings."""

from collections.abc import Sequence

from convcalc.checks.finding import SCHEMA, Checked
from convcalc.render.findings import Layout
from convcalc.render.printable import encode_json


def render(checked: Sequence[Checked], _layout: Layout) -> str:
    """Indented JSON."""
    models = [each for each in checked if each.is_model]
    findings = [finding.to_dict() for each in checked for finding in each.findings]
    data = {
        "schema": SCHEMA,
        "ok": not findings,
        "models": [each.to_dict() for each in models],
        "findings": findings,
    }
    return encode_json(data)
