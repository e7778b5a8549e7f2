"""JSON, in the schema `convcalc.explain/1`: the explained layers."""

from collections.abc import Sequence

from convcalc.explanations.explanation import SCHEMA, Explanation
from convcalc.render.json_text import encode_json
from convcalc.render.layout import Layout


def render(explanation: Explanation, layout: Layout) -> str:
    """Indented JSON."""
    return render_brief([explanation], layout)


def render_brief(explanations: Sequence[Explanation], _layout: Layout) -> str:
    """Indented JSON of the complete explanations."""
    layers = [explanation.to_dict() for explanation in explanations]
    return encode_json({"schema": SCHEMA, "layers": layers})
