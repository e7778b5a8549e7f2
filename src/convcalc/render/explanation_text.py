"""Explanations in words and drawings, for all formats for people."""

from collections.abc import Iterator
from itertools import zip_longest

from convcalc.explanations.explanation import (
    AlternativeExplanation,
    Axis,
    AxisReading,
    Comparison,
    Derivation,
    Explanation,
    Seen,
    SeenAxis,
    Sliding,
    WeightExplanation,
)
from convcalc.layers.illustration import Block, Illustration
from convcalc.shapes import format_count, format_dim, format_shape, format_sizes


def in_numbers(size: Derivation) -> str:
    """A number with its formula, such as `⌈16 / 2⌉ = 8`."""
    if size.value is None:
        return "None"
    return f"{size.formula} = {_number(size.value)}" if size.is_computed else _number(size.value)


def _number(number: int) -> str:
    """A number with a true minus sign, and commas between thousands."""
    return f"{number:,}".replace("-", "−")


def origin(axis: Axis) -> str:
    """The origin of an output axis: a formula in names, or a phrase."""
    size = axis.size
    if size.value is None:
        return "any number of samples" if axis.name == "batch" else "unknown, as is the input's"
    if not size.is_computed and size.names == axis.name:
        return "as in the input"
    return "" if size.names == size.formula else size.names or ""


BEFORE_THE_ERROR = "Computed before the error"


def compared(one: Comparison) -> str:
    """The sizes of several inputs on an axis, side by side."""
    return " and ".join(map(format_dim, one.sizes)) + (" ✗ differ" if one.differ else "")


def steps(window: Sliding) -> Iterator[str]:
    """Phrases about a sliding window: its extent, stride, padding, and the positions it misses."""
    kernel = f"kernel {window.kernel}"
    if window.dilation > 1:
        kernel = f"kernel {window.kernel} with dilation {window.dilation} spans "
        kernel += f"{window.extent.formula} = {window.extent.value}"
    yield f"{kernel}, stride {window.stride}, {_padding(window)}"
    if window.before is not None and window.after is not None and not window.transposed:
        needed = window.covered
        if needed and window.before + window.after and window.before != window.after:
            total = window.before + window.after
            yield (
                f"the windows cover {needed.formula} = {needed.value} positions, which takes "
                f"{total} of padding: the odd one goes after"
                if window.after == window.before + 1
                else f"the windows cover {needed.formula} = {needed.value} positions"
            )
    if window.unread and window.size:
        first, last = window.size - window.unread, window.size - 1
        joined = "and" if window.unread == 2 else "to"
        places = f"position {last}" if first == last else f"positions {first} {joined} {last}"
        yield f"{places} at the end {_is(window.unread)} read by no window"
    span = window.extent.value or 0
    if not window.transposed and window.stride > span:
        gap = window.stride - span
        yield f"{format_count(gap, 'position')} between two windows {_is(gap)} read by none"


def _padding(window: Sliding) -> str:
    if window.before is None or window.after is None:
        return "padding as the size will need it"
    if window.transposed:
        if window.before == window.after == 0:
            return "nothing cut off"
        after = f"{window.after} after" if window.after >= 0 else f"{-window.after} added after"
        return f"{window.before} cut off before and {after}"
    if window.before == window.after == 0:
        return "no padding"
    return f"padding {window.before} before and {window.after} after"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def weight_axes(weight: WeightExplanation) -> str:
    """The names of a weight's axes, as a product."""
    return " × ".join(_factor(axis.names or "") for axis in weight.axes)


def weight_product(weight: WeightExplanation) -> str:
    """The number of elements of a weight, as a product of sizes."""
    if len(weight.shape) < 2:
        return f"{weight.count:,}"
    return f"{' × '.join(map(str, weight.shape))} = {weight.count:,}"


def _factor(names: str) -> str:
    return f"({names})" if " + " in names or " − " in names else names


def kernels(one: AlternativeExplanation) -> str:
    """The kernel sizes of an alternative layer."""
    return " and ".join(format_sizes(kernel.shape) for kernel in one.kernels)


def weight_sum(explanation: Explanation) -> str:
    """The number of elements of all weights."""
    weights = explanation.weights or ()
    total = sum(weight.count for weight in weights)
    kept = sum(weight.count for weight in weights if not weight.trainable)
    note = f", of which {kept:,} are not trained" if kept else ""
    counted = f", counted at {explanation.shares}" if explanation.shares else ""
    return f"{total:,} in all{note}{counted}"


def gives(explanation: Explanation) -> list[str]:
    """The shape of each output, or why it is unknown."""
    if explanation.outputs is not None:
        return [format_shape(output.shape) for output in explanation.outputs]
    if explanation.diagnostics:
        return [f"unknown ✗ {explanation.diagnostics[0].code}"]
    return ["unknown, as is what it reads"]


def seen(part: Seen) -> str:
    """The receptive field of one output value on one input of the network."""
    return f"{part.input}: {', '.join(map(_seen_axis, part.axes))}"


def _seen_axis(axis: SeenAxis) -> str:
    if axis.is_all:
        return f"all of the {axis.axis}"
    if axis.size is None:
        return f"of the {axis.axis} what can't be told"
    if axis.first is not None and axis.last is not None:
        last = axis.last if axis.of is None else min(axis.last, axis.of - 1)
        beyond = axis.last - last
        inside = AxisReading(axis.axis, 0, max(axis.first, 0), last, 1, max(-axis.first, 0), beyond)
        return f"{axis.axis} {_range(inside)}"
    is_larger = axis.of is not None and axis.size > axis.of
    details = [f"a field of {axis.size:,}"] if is_larger else []
    if axis.stride is None or axis.offset is None:
        details.append("not evenly spaced")
    else:
        if axis.offset or axis.stride != 1:
            details.append(f"from {_number(axis.offset)} on, in steps of {axis.stride}")
        if not axis.aligned:
            details.append("by paths with different centres")
    of = "" if axis.of is None else f" of {axis.of:,}"
    size = f"all {axis.of:,}" if is_larger else f"{axis.size:,}{of}"
    return f"{axis.axis} {size}" + (f" ({', '.join(details)})" if details else "")


def reading(axes: tuple[AxisReading, ...], source: str) -> str:
    """The input positions that one output position depends on."""
    position = ", ".join(str(axis.position) for axis in axes)
    parts = [f"{axis.axis} {_range(axis)}" for axis in axes]
    return f"output position ({position}) reads {' and '.join(parts)} of {source}"


def _range(axis: AxisReading) -> str:
    beyond = []
    if axis.before:
        beyond.append(f"{axis.before} more before, in padding")
    if axis.after:
        beyond.append(f"{axis.after} more after, in padding")
    clipped = f" ({', '.join(beyond)})" if beyond else ""
    if axis.last < axis.first:
        return f"nothing{clipped}"
    step = f" in steps of {axis.step}" if axis.step > 1 and axis.last > axis.first else ""
    if axis.first == axis.last:
        return f"{axis.first}{clipped}"
    return f"{axis.first} to {axis.last}{step}{clipped}"


def drawing(picture: Illustration) -> list[str]:
    """A layer's input, one filter and one output map, side by side."""
    maps = f"one of {picture.filters:,} maps" if picture.filters > 1 else "the only map"
    filters = f"one of {picture.filters:,} filters" if picture.filters > 1 else "the only filter"
    columns = [
        [*_box(11, 3, picture.read), "", "what it reads", _sizes(picture.read)],
        [*_box(4, 1, picture.filter), "", filters, _sizes(picture.filter)],
        [*_box(7, 2, picture.map, flat=True), "", maps, _sizes(picture.map)],
    ]
    height = max(map(len, columns))
    columns = [[""] * (height - len(column)) + column for column in columns]
    widths = [max(map(len, column)) for column in columns]
    signs = ["∗", "="]
    middle = height - 5
    lines = []
    for row, cells in enumerate(zip_longest(*columns, fillvalue="")):
        line = ""
        for column, cell in enumerate(cells):
            sign = signs[column] if row == middle and column < len(signs) else " "
            line += cell.ljust(widths[column]) + (f"   {sign}   " if column < len(signs) else "")
        lines.append(line.rstrip())
    return lines


def _sizes(block: Block) -> str:
    return (
        format_sizes((*block.sizes, block.depth)) if block.depth != 1 else format_sizes(block.sizes)
    )


def _box(width: int, height: int, block: Block, *, flat: bool = False) -> list[str]:
    """A block seen from the front; with channels, more faces show behind it."""
    behind = 0 if flat or block.depth == 1 else 2
    rows, columns = height + 2 + behind, width + 2 + behind
    canvas = [[" "] * columns for _ in range(rows)]
    for layer in range(behind, -1, -1):
        top, left = behind - layer, layer
        for row in range(top, top + height + 2):
            for column in range(left, left + width + 2):
                canvas[row][column] = " "
        bottom, right = top + height + 1, left + width + 1
        for column in range(left + 1, right):
            canvas[top][column] = canvas[bottom][column] = "─"
        for row in range(top + 1, bottom):
            canvas[row][left] = canvas[row][right] = "│"
        canvas[top][left], canvas[top][right] = "┌", "┐"
        canvas[bottom][left], canvas[bottom][right] = "└", "┘"
    return ["".join(row).rstrip() for row in canvas]
