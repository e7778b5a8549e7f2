"""Text for a terminal: a page on one layer, or a few lines on each."""

import textwrap
from collections.abc import Iterator, Sequence

from convcalc.explanations.explanation import Alternative, Explanation, Output
from convcalc.render import words
from convcalc.render.layout import Layout
from convcalc.render.printable import printable
from convcalc.shapes import format_shape

_INDENT = "  "


def render(explanation: Explanation, layout: Layout) -> str:
    """The page on one layer."""
    return "\n".join(_page(explanation, layout)) + "\n"


def render_brief(explanations: Sequence[Explanation], layout: Layout) -> str:
    """Each layer with the arithmetic of its output and the count of its weights."""
    return "\n\n".join("\n".join(_brief(one, layout)) for one in explanations) + "\n"


def _page(told: Explanation, layout: Layout) -> Iterator[str]:
    yield from _head(told, layout)
    if told.description:
        yield from _wrapped(f"{told.description}.", layout)
    yield ""
    yield from _ends(told, layout)
    for index, output in enumerate(told.outputs or ()):
        number = f" {index}" if len(told.outputs or ()) > 1 else ""
        yield from _section(f"Output{number}, axis by axis", layout)
        yield from _axes(output, layout)
    if told.picture or told.sentences:
        yield from _section("Why", layout)
    if told.picture:
        yield from ((_INDENT + line).rstrip() for line in words.drawing(told.picture))
        yield ""
    for index, sentence in enumerate(told.sentences):
        if index:
            yield ""
        yield from _wrapped(sentence, layout)
    if told.alternatives:
        yield from _section("What others would give in its place, other arguments alike", layout)
        yield from _alternatives(told.alternatives, layout)
    if told.weights is not None:
        yield from _section("Weights", layout)
        yield from _weights(told, layout)
    yield from _seen(told, layout)


def _seen(told: Explanation, layout: Layout) -> Iterator[str]:
    if told.seen or told.reading:
        yield from _section("What one value of the output sees", layout)
    if told.reading:
        source = told.inputs[0].name if told.inputs else "the input"
        yield from _wrapped(f"{words.reading(told.reading, source)}", layout)
    for part in told.seen:
        yield from _wrapped(f"of {words.seen(part)}", layout)


def _head(told: Explanation, layout: Layout) -> Iterator[str]:
    place = printable(told.source)
    if told.span:
        place += f":{told.span.line}:{told.span.column}"
    name = layout.paint(printable(told.name), "bold cyan")
    yield f"{name} ({printable(told.kind)})  {layout.paint(place, 'dim')}"
    yield from (_INDENT + printable(line) for line in told.entry.split("\n"))


def _ends(told: Explanation, layout: Layout) -> Iterator[str]:
    rows = [("reads", printable(tensor.name), _shape(tensor.shape)) for tensor in told.inputs]
    rows += [("gives", "", shape) for shape in words.gives(told)]
    wide = max((len(name) for _, name, _ in rows), default=0)
    for label, name, shape in rows:
        yield f"{_INDENT}{layout.paint(label, 'bold')}  {name:{wide}}  {shape}".rstrip()


def _shape(shape: tuple[int | None, ...] | None) -> str:
    return "unknown" if shape is None else format_shape(shape)


def _section(title: str, layout: Layout) -> Iterator[str]:
    yield ""
    yield layout.paint(title, "bold")


def _axes(output: Output, layout: Layout) -> Iterator[str]:
    rows = [
        (axis.name, words.in_numbers(axis.size), printable(words.origin(axis)))
        for axis in output.axes
    ]
    if not rows:
        yield f"{_INDENT}a single number: it has no axes"
    first = max((len(row[0]) for row in rows), default=0)
    second = max((len(row[1]) for row in rows), default=0)
    told: dict[tuple[str, ...], str] = {}
    for axis, (name, size, origin) in zip(output.axes, rows, strict=True):
        yield f"{_INDENT}{name:{first}}  {size:{second}}  {layout.paint(origin, 'dim')}".rstrip()
        steps = tuple(words.steps(axis.window)) if axis.window else ()
        alike = told.setdefault(steps, name)
        for step in steps if alike == name or not steps else (f"as the {alike}",):
            yield from _wrapped(step, layout, " " * (first + len(_INDENT) + 2))


def _alternatives(alternatives: Sequence[Alternative], layout: Layout) -> Iterator[str]:
    rows = [
        (one.layer, ", ".join(map(format_shape, one.output_shapes)), f"{one.params:,} parameters")
        for one in alternatives
    ]
    lines = _in_columns(rows, layout, below=1)
    for one, line in zip(alternatives, lines, strict=False):
        yield line
        yield from _wrapped(f"{one.why}: {words.kernels(one)}", layout, _INDENT * 3)


def _weights(told: Explanation, layout: Layout) -> Iterator[str]:
    weights = told.weights or ()
    if not weights:
        yield f"{_INDENT}none: there is nothing to learn here"
        return
    rows = [
        (
            weight.path,
            words.weight_product(weight),
            words.weight_axes(weight) + ("" if weight.trainable else " (not trained)"),
        )
        for weight in weights
    ]
    yield from _in_columns(rows, layout, below=2)
    yield from _wrapped(words.weight_sum(told), layout)


def _in_columns(rows: Sequence[tuple[str, ...]], layout: Layout, *, below: int) -> Iterator[str]:
    """Rows with their cells in columns; of one that is too wide, those from `below` on below."""
    rows = [tuple(map(printable, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)]
        line = (_INDENT + "  ".join(cells)).rstrip()
        if len(line) <= layout.width:
            yield line
        else:
            yield (_INDENT + "  ".join(cells[:below])).rstrip()
            yield (_INDENT * 3 + "  ".join(cells[below:])).rstrip()


def _brief(told: Explanation, layout: Layout) -> Iterator[str]:
    name = layout.paint(printable(told.name), "bold cyan")
    shapes = ", ".join(_shape(tensor.shape) for tensor in told.inputs)
    gives = ", ".join(words.gives(told))
    arrow = f"{shapes} → {gives}" if shapes else gives
    yield f"{name} ({printable(told.kind)})  {arrow}"
    for output in told.outputs or ():
        parts = [
            f"{axis.name} {words.in_numbers(axis.size)}"
            for axis in output.axes
            if axis.size.is_computed
        ]
        if parts:
            yield from _wrapped(", ".join(parts), layout)
    if told.weights:
        parts = [f"{weight.path} {words.weight_product(weight)}" for weight in told.weights]
        yield from _wrapped("; ".join(parts), layout)


def _wrapped(text: str, layout: Layout, indent: str = _INDENT) -> list[str]:
    return textwrap.wrap(
        printable(text),
        layout.width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
