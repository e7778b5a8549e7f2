"""Warnings about windows and the positions that they read."""

from collections.abc import Iterable, Iterator

from convcalc.advice import Advice, SetArgument, advise
from convcalc.analysis.analysis import Analysis
from convcalc.analysis.receptive_fields import receptive_fields
from convcalc.checks.warning import Match, warning
from convcalc.network import Node
from convcalc.report import LayerReport
from convcalc.report.costs import ReceptiveField
from convcalc.shapes import Dim, format_sizes
from convcalc.windows import AxisDependency, Window

_AXES = {2: ("rows", "columns"), 3: ("planes", "rows", "columns")}


@warning("unread-border")
def unread_border(analysis: Analysis) -> Iterator[Match]:
    """Positions at the end of an axis are read by no window, because the next one does not fit.

    Those positions have no influence on the output. Zeros added by a layer before don't count.
    A stride larger than the kernel skips positions everywhere, and has its own warning.
    """
    for node, layer, windows in _sliding(analysis):
        if not any(window.unread for _, window in windows):
            continue
        zeros = _zeros_after(analysis, node, layer)
        unread = [
            f"{window.unread - added} of {window.size} {axis}"
            for (axis, window), added in zip(windows, zeros, strict=True)
            if window.unread > added and window.stride <= window.extent
        ]
        if unread:
            yield Match(
                node,
                layer,
                f"{_listed(unread)} at the end {_are(unread)} read by no window",
                help=advise(
                    "give it padding that fills the last window, such as `{}`, or a size that the "
                    "windows fill",
                    SetArgument("padding", "same"),
                ),
            )


@warning("stride-over-kernel")
def stride_over_kernel(analysis: Analysis) -> Iterator[Match]:
    """The stride is larger than the kernel: between two windows there are positions unread."""
    for node, layer, windows in _sliding(analysis):
        skipped = [
            f"{window.stride - window.extent} of every {window.stride} {axis}"
            for axis, window in windows
            if window.stride > window.extent and window.output is not None and window.output > 1
        ]
        if skipped:
            yield Match(
                node,
                layer,
                f"the stride is larger than the kernel, so that {_listed(skipped)} are not read",
                argument="strides",
                help="use a kernel as large as the stride, or a smaller stride",
            )


@warning("one-sided-padding")
def one_sided_padding(analysis: Analysis) -> Iterator[Match]:
    """At a stride of 2 or more, 'same' padding has more positions after the axis than before.

    PyTorch pads both sides equally. Weights converted from PyTorch are then applied one position
    off, so the values differ although all shapes agree.
    """
    for node, layer, windows in _sliding(analysis):
        if getattr(layer.layer, "padding", None) != "same":
            continue
        uneven = [
            f"{axis} by {window.before} before and {window.after} after"
            for axis, window in windows
            if window.stride > 1 and window.before != window.after
        ]
        if not uneven:
            continue
        help: Advice | str = (
            "pad before it with a ZeroPadding layer, and not in it, to choose the sides"
        )
        if all(window.extent % 2 for _, window in windows):
            # With odd extents, equal padding on both sides keeps the output size.
            halves = [[w.extent // 2, w.extent // 2] for _, w in windows]
            help = advise(
                "write `{}` to pad both sides alike, as PyTorch does",
                SetArgument("padding", halves),
            )
        message = f"'same' does not pad both sides alike: {', '.join(uneven)}"
        yield Match(node, layer, message, argument="padding", help=help)


@warning("receptive-field-over-input")
def receptive_field_over_input(analysis: Analysis) -> Iterator[Match]:
    """The receptive field is larger than the input: each position sees padding beyond it.

    Only the first such layer is reported: later ones see no more of the input.
    """
    shapes = {tensor.name: tensor.shape for tensor in analysis.report.inputs}
    fields = receptive_fields(analysis)
    for (node, layer), of_inputs in zip(analysis.layers(), fields, strict=True):
        for name, axes in (of_inputs or {}).items():
            shape = shapes.get(name) or ()
            pairs = [
                (field.size, size)
                for field, size in zip(axes, shape[1:], strict=False)
                if isinstance(field, ReceptiveField) and size is not None
            ]
            if any(seen > size for seen, size in pairs):
                seen, sizes = (format_sizes(part) for part in zip(*pairs, strict=True))
                yield Match(
                    node,
                    layer,
                    f"the receptive field is {seen}, larger than {name}, which is {sizes}",
                    help="what is beyond is padding: fewer layers, or smaller kernels and strides, "
                    "would see as much",
                )
                return


def _sliding(
    analysis: Analysis,
) -> Iterator[tuple[Node, LayerReport, list[tuple[str, Window]]]]:
    """The layers that slide windows, each window with the name of its axis."""
    for node, layer in analysis.layers():
        windows = [window for window in layer.windows if isinstance(window, Window)]
        if windows:
            axes = _AXES.get(len(windows), ("positions",) * len(windows))
            yield node, layer, list(zip(axes, windows, strict=True))


def _zeros_after(analysis: Analysis, node: Node, layer: LayerReport) -> list[int]:
    """For each window of a layer, the number of zeros that the layer before it appends."""
    none = [0] * len(layer.windows)
    read = layer.input_shapes[0] if len(node.inputs) == 1 else None
    if layer.layer is None or not layer.output_shapes or read is None:
        return none
    reads = layer.layer.dependencies(layer.windows, read, layer.output_shapes[0])
    axes = [axis for axis, each in enumerate(reads, start=1) if isinstance(each, Window)]
    above = analysis.report.layers[node.inputs[0].node]
    before = above.input_shapes[0] if len(above.input_shapes) == 1 else None
    if len(axes) != len(none) or above.layer is None or before is None or len(before) != len(read):
        return none
    padding = above.layer.dependencies(above.windows, before, read)
    return [_added(padding[axis - 1], before[axis], read[axis]) for axis in axes]


def _added(reads: AxisDependency, before: Dim, after: Dim) -> int:
    """The number of positions that a padding layer appends to an axis; 0 for other layers."""
    if before is None or after is None or not isinstance(reads, Window) or reads.before is None:
        return 0
    is_kept = reads.kernel == reads.stride == 1 and not (reads.after or reads.size)
    return max(after - before - reads.before, 0) if is_kept else 0


def _listed(parts: Iterable[str]) -> str:
    return " and ".join(dict.fromkeys(parts))


def _are(parts: list[str]) -> str:
    return "is" if len(parts) == 1 and parts[0].startswith("1 ") else "are"
