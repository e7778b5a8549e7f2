"""GitHub's Markdown: a section for each layer."""

from collections.abc import Iterator, Sequence

from convcalc.explanations.explanation import Axis, Explanation
from convcalc.render import explanation_text
from convcalc.render.layout import Layout
from convcalc.render.printable import markdown, markdown_fenced
from convcalc.shapes import format_shape


def render(explanation: Explanation, _layout: Layout) -> str:
    """The section on one layer."""
    return "\n".join(_section(explanation)) + "\n"


def render_brief(explanations: Sequence[Explanation], layout: Layout) -> str:
    """A section for each layer."""
    return "\n".join(render(explanation, layout) for explanation in explanations)


def _section(explanation: Explanation) -> Iterator[str]:
    yield f"## {markdown(explanation.name)} ({markdown(explanation.kind)})"
    yield ""
    place = f":{explanation.span.line}:{explanation.span.column}" if explanation.span else ""
    yield f"{markdown(explanation.source)}{place}"
    yield from markdown_fenced(explanation.entry.split("\n"), "yaml")
    if explanation.description:
        yield f"{markdown(explanation.description)}."
        yield ""
    for tensor in explanation.inputs:
        shape = "unknown" if tensor.shape is None else format_shape(tensor.shape)
        yield f"- reads {markdown(tensor.name)}: {shape}"
    for shape in explanation_text.gives(explanation):
        yield f"- gives {shape}"
    yield ""
    if explanation.attempt:
        yield f"### {explanation_text.BEFORE_THE_ERROR}"
        yield ""
        yield from _axes(explanation.attempt.numbers)
        for one in explanation.attempt.compared:
            yield f"- {one.axis}: {explanation_text.compared(one)}"
        yield from [""] if explanation.attempt.compared else ()
    for output in explanation.outputs or ():
        yield from _axes(output.axes)
    yield from _reasons(explanation)
    yield from _weights(explanation)
    if explanation.seen or explanation.reading:
        yield "### What one value of the output sees"
        yield ""
    if explanation.reading:
        source = markdown(explanation.inputs[0].name) if explanation.inputs else "the input"
        yield f"- {explanation_text.reading(explanation.reading, source)}"
    for part in explanation.seen:
        yield f"- of {markdown(explanation_text.seen(part))}"


def _reasons(explanation: Explanation) -> Iterator[str]:
    if explanation.picture or explanation.sentences:
        yield "### Why"
        yield ""
    if explanation.picture:
        yield from markdown_fenced(explanation_text.drawing(explanation.picture), "text")
    for sentence in explanation.sentences:
        yield markdown(sentence)
        yield ""
    if explanation.alternatives:
        yield "### What others would give in its place, other arguments alike"
        yield ""
        yield "| In its place | Output | Kernels | Parameters | What it does |"
        yield "| --- | --- | --- | --- | --- |"
        for one in explanation.alternatives:
            shapes = ", ".join(map(format_shape, one.output_shapes))
            cells = (
                markdown(one.layer),
                shapes,
                explanation_text.kernels(one),
                f"{one.params:,}",
                one.why,
            )
            yield f"| {' | '.join(cells)} |"
        yield ""


def _axes(axes: Sequence[Axis]) -> Iterator[str]:
    if not axes:
        return
    yield "| Axis | Size | From | How |"
    yield "| --- | --- | --- | --- |"
    for axis in axes:
        steps = "; ".join(explanation_text.steps(axis.window)) if axis.window else ""
        origin = markdown(explanation_text.origin(axis))
        size = explanation_text.in_numbers(axis.size)
        yield f"| {markdown(axis.name)} | {size} | {origin} | {steps} |"
    yield ""


def _weights(explanation: Explanation) -> Iterator[str]:
    if explanation.weights is None:
        return
    yield "### Weights"
    yield ""
    if not explanation.weights:
        yield "None: there is nothing to learn here."
        yield ""
        return
    yield "| Weight | Count | Axes |"
    yield "| --- | --- | --- |"
    for weight in explanation.weights:
        note = "" if weight.trainable else " (not trained)"
        axes = markdown(explanation_text.weight_axes(weight))
        product = explanation_text.weight_product(weight)
        yield f"| {markdown(weight.path)} | {product} | {axes}{note} |"
    yield f"| | {markdown(explanation_text.weight_sum(explanation))} | |"
    yield ""
