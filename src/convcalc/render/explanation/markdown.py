"""GitHub's Markdown: a section on one layer, or one for each."""

from collections.abc import Iterator, Sequence

from convcalc.explanations.explanation import Axis, Explanation
from convcalc.render import explanation_text
from convcalc.render.layout import Layout
from convcalc.render.printable import markdown, markdown_fenced
from convcalc.shapes import format_shape


def render(explanation: Explanation, _layout: Layout) -> str:
    """All that is to be said of one layer."""
    return "\n".join(_section(explanation)) + "\n"


def render_brief(explanations: Sequence[Explanation], layout: Layout) -> str:
    """A section for each layer."""
    return "\n".join(render(explanation, layout) for explanation in explanations)


def _section(told: Explanation) -> Iterator[str]:
    yield f"## {markdown(told.name)} ({markdown(told.kind)})"
    yield ""
    place = f":{told.span.line}:{told.span.column}" if told.span else ""
    yield f"{markdown(told.source)}{place}"
    yield from markdown_fenced(told.entry.split("\n"), "yaml")
    if told.description:
        yield f"{markdown(told.description)}."
        yield ""
    for tensor in told.inputs:
        shape = "unknown" if tensor.shape is None else format_shape(tensor.shape)
        yield f"- reads {markdown(tensor.name)}: {shape}"
    for shape in explanation_text.gives(told):
        yield f"- gives {shape}"
    yield ""
    if told.attempt:
        yield f"### {explanation_text.BEFORE_THE_ERROR}"
        yield ""
        yield from _axes(told.attempt.numbers)
        for one in told.attempt.compared:
            yield f"- {one.axis}: {explanation_text.compared(one)}"
        yield from [""] if told.attempt.compared else ()
    for output in told.outputs or ():
        yield from _axes(output.axes)
    yield from _reasons(told)
    yield from _weights(told)
    if told.seen or told.reading:
        yield "### What one value of the output sees"
        yield ""
    if told.reading:
        source = markdown(told.inputs[0].name) if told.inputs else "the input"
        yield f"- {explanation_text.reading(told.reading, source)}"
    for part in told.seen:
        yield f"- of {markdown(explanation_text.seen(part))}"


def _reasons(told: Explanation) -> Iterator[str]:
    if told.picture or told.sentences:
        yield "### Why"
        yield ""
    if told.picture:
        yield from markdown_fenced(explanation_text.drawing(told.picture), "text")
    for sentence in told.sentences:
        yield markdown(sentence)
        yield ""
    if told.alternatives:
        yield "### What others would give in its place, other arguments alike"
        yield ""
        yield "| In its place | Output | Kernels | Parameters | What it does |"
        yield "| --- | --- | --- | --- | --- |"
        for one in told.alternatives:
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


def _weights(told: Explanation) -> Iterator[str]:
    if told.weights is None:
        return
    yield "### Weights"
    yield ""
    if not told.weights:
        yield "None: there is nothing to learn here."
        yield ""
        return
    yield "| Weight | Count | Axes |"
    yield "| --- | --- | --- |"
    for weight in told.weights:
        note = "" if weight.trainable else " (not trained)"
        axes = markdown(explanation_text.weight_axes(weight))
        product = explanation_text.weight_product(weight)
        yield f"| {markdown(weight.path)} | {product} | {axes}{note} |"
    yield f"| | {markdown(explanation_text.weight_sum(told))} | |"
    yield ""
