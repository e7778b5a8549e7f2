"""JSON, in the schema `convcalc.explain/1`: the layers that are explained."""

from collections.abc import Sequence

from convcalc.explanations.explanation import SCHEMA, Explanation
from convcalc.render.layout import Layout
from convcalc.render.json_text import encode_json


def render(explanation: Explanation, layout: Layout) -> str:
    """Indented JSON."""
    return render_brief([explanation], layout)


def render_brief(explanations: Sequence[Explanation], _layout: Layout) -> str:
    """All that is known of each layer: nothing is left out."""
    layers = [explanation.to_dict() for explanation in explanations]
    return encode_json({"schema": SCHEMA, "layers": layers})
