"""Text for a terminal: a page on one layer, or a few lines on each."""

import textwrap
from collections.abc import Iterator, Sequence

from convcalc.explanations.explanation import AlternativeExplanation, Attempt, Axis, Explanation
from convcalc.render import explanation_text
from convcalc.render.layout import Layout
from convcalc.render.printable import printable
from convcalc.shapes import format_shape

_INDENT = "  "


def render(explanation: Explanation, layout: Layout) -> str:
    """The page on one layer."""
    return "\n".join(_page(explanation, layout)) + "\n"


def render_brief(explanations: Sequence[Explanation], layout: Layout) -> str:
    """Each layer with the arithmetic of its output and weights."""
    return "\n\n".join("\n".join(_brief(one, layout)) for one in explanations) + "\n"


def _page(explanation: Explanation, layout: Layout) -> Iterator[str]:
    yield from _head(explanation, layout)
    if explanation.description:
        yield from _wrapped(f"{explanation.description}.", layout)
    yield ""
    yield from _ends(explanation, layout)
    if explanation.attempt:
        yield from _attempt(explanation.attempt, layout)
    for index, output in enumerate(explanation.outputs or ()):
        number = f" {index}" if len(explanation.outputs or ()) > 1 else ""
        yield from _section(f"Output{number}, axis by axis", layout)
        yield from _axes(output.axes, layout)
    if explanation.picture or explanation.sentences:
        yield from _section("Why", layout)
    if explanation.picture:
        yield from (
            (_INDENT + line).rstrip() for line in explanation_text.drawing(explanation.picture)
        )
        yield ""
    for index, sentence in enumerate(explanation.sentences):
        if index:
            yield ""
        yield from _wrapped(sentence, layout)
    if explanation.alternatives:
        yield from _section("What others would give in its place, other arguments alike", layout)
        yield from _alternatives(explanation.alternatives, layout)
    if explanation.weights is not None:
        yield from _section("Weights", layout)
        yield from _weights(explanation, layout)
    yield from _seen(explanation, layout)


def _attempt(attempt: Attempt, layout: Layout) -> Iterator[str]:
    yield from _section(explanation_text.BEFORE_THE_ERROR, layout)
    if attempt.numbers:
        yield from _axes(attempt.numbers, layout)
    if attempt.compared:
        rows = [(one.axis, explanation_text.compared(one)) for one in attempt.compared]
        for lines in _in_columns(rows, layout, below=1):
            yield from lines


def _seen(explanation: Explanation, layout: Layout) -> Iterator[str]:
    if explanation.seen or explanation.reading:
        yield from _section("What one value of the output sees", layout)
    if explanation.reading:
        source = explanation.inputs[0].name if explanation.inputs else "the input"
        yield from _wrapped(f"{explanation_text.reading(explanation.reading, source)}", layout)
    for part in explanation.seen:
        yield from _wrapped(f"of {explanation_text.seen(part)}", layout)


def _head(explanation: Explanation, layout: Layout) -> Iterator[str]:
    place = printable(explanation.source)
    if explanation.span:
        place += f":{explanation.span.line}:{explanation.span.column}"
    name = layout.paint(printable(explanation.name), "bold cyan")
    yield f"{name} ({printable(explanation.kind)})  {layout.paint(place, 'dim')}"
    yield from (_INDENT + printable(line) for line in explanation.entry.split("\n"))


def _ends(explanation: Explanation, layout: Layout) -> Iterator[str]:
    rows = [
        ("reads", printable(tensor.name), _shape(tensor.shape)) for tensor in explanation.inputs
    ]
    rows += [("gives", "", shape) for shape in explanation_text.gives(explanation)]
    wide = max((len(name) for _, name, _ in rows), default=0)
    for label, name, shape in rows:
        yield f"{_INDENT}{layout.paint(label, 'bold')}  {name:{wide}}  {shape}".rstrip()


def _shape(shape: tuple[int | None, ...] | None) -> str:
    return "unknown" if shape is None else format_shape(shape)


def _section(title: str, layout: Layout) -> Iterator[str]:
    yield ""
    yield layout.paint(title, "bold")


def _axes(axes: Sequence[Axis], layout: Layout) -> Iterator[str]:
    if not axes:
        yield f"{_INDENT}a single number: it has no axes"
    rows = [
        (axis.name, explanation_text.in_numbers(axis.size), explanation_text.origin(axis))
        for axis in axes
    ]
    indent = " " * (len(_INDENT) + max((len(name) for name, *_ in rows), default=0) + 2)
    first: dict[tuple[str, ...], str] = {}
    columns = _in_columns(rows, layout, below=2, indent=indent, style="dim")
    for axis, lines in zip(axes, columns, strict=True):
        yield from lines
        steps = tuple(explanation_text.steps(axis.window)) if axis.window else ()
        same_as = first.setdefault(steps, axis.name)
        for step in steps if same_as == axis.name or not steps else (f"as the {same_as}",):
            yield from _wrapped(step, layout, indent)


def _alternatives(alternatives: Sequence[AlternativeExplanation], layout: Layout) -> Iterator[str]:
    rows = [
        (one.layer, ", ".join(map(format_shape, one.output_shapes)), f"{one.params:,} parameters")
        for one in alternatives
    ]
    for one, lines in zip(alternatives, _in_columns(rows, layout, below=1), strict=True):
        yield from lines
        yield from _wrapped(f"{one.why}: {explanation_text.kernels(one)}", layout, _INDENT * 3)


def _weights(explanation: Explanation, layout: Layout) -> Iterator[str]:
    weights = explanation.weights or ()
    if not weights:
        yield f"{_INDENT}none: there is nothing to learn here"
        return
    rows = [
        (
            weight.path,
            explanation_text.weight_product(weight),
            explanation_text.weight_axes(weight) + ("" if weight.trainable else " (not trained)"),
        )
        for weight in weights
    ]
    for lines in _in_columns(rows, layout, below=2):
        yield from lines
    yield from _wrapped(explanation_text.weight_sum(explanation), layout)


def _in_columns(
    rows: Sequence[tuple[str, ...]],
    layout: Layout,
    *,
    below: int,
    indent: str = _INDENT * 3,
    style: str = "",
) -> Iterator[list[str]]:
    """The lines of each row, with its cells in columns.

    The cells from index `below` on have a `style`; if a row is too wide, they move to indented
    lines below it.
    """

    def styled(text: str) -> str:
        return layout.paint(text, style) if style and text else text

    rows = [tuple(map(printable, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)]
        first = _INDENT + "  ".join(cells[:below])
        rest = "  ".join(cells[below:]).rstrip()
        if len(first) + 2 + len(rest) <= layout.text_width:
            yield [f"{first}  {styled(rest)}".rstrip()]
        else:
            lines = _wrapped("  ".join(row[below:]), layout, indent)
            yield [first.rstrip(), *(indent + styled(line[len(indent) :]) for line in lines)]


def _brief(explanation: Explanation, layout: Layout) -> Iterator[str]:
    name = layout.paint(printable(explanation.name), "bold cyan")
    shapes = ", ".join(_shape(tensor.shape) for tensor in explanation.inputs)
    gives = ", ".join(explanation_text.gives(explanation))
    arrow = f"{shapes} → {gives}" if shapes else gives
    yield f"{name} ({printable(explanation.kind)})  {arrow}"
    numbers = [output.axes for output in explanation.outputs or ()]
    if explanation.attempt:
        numbers.append(explanation.attempt.numbers)
        differ = [
            f"{c.axis} {explanation_text.compared(c)}"
            for c in explanation.attempt.compared
            if c.differ
        ]
        yield from _wrapped(", ".join(differ), layout)
    for axes in numbers:
        parts = [
            f"{a.name} {explanation_text.in_numbers(a.size)}" for a in axes if a.size.is_computed
        ]
        yield from _wrapped(", ".join(parts), layout)
    if explanation.weights:
        parts = [
            f"{weight.path} {explanation_text.weight_product(weight)}"
            for weight in explanation.weights
        ]
        yield from _wrapped("; ".join(parts), layout)


def _wrapped(text: str, layout: Layout, indent: str = _INDENT) -> list[str]:
    return textwrap.wrap(
        printable(text),
        layout.text_width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
