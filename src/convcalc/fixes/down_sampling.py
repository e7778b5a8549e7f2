"""Edits that keep maps larger: padding, smaller strides, removed layers."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec

from convcalc.fixes.edits import Edit
from convcalc.fixes.faulty_layer import MOST_ABOVE, FaultyLayer
from convcalc.fixes.trials import largest
from convcalc.layers.binding import per_axis_fields
from convcalc.layers.descriptions import choices

STRIDES = "strides"
PADDING = "padding"
SAME = "same"


def keep_maps_larger(faulty: FaultyLayer) -> Iterator[Edit]:
    """Less down-sampling in the layers above, or one of them removed."""
    yield from islice(_less_down_sampling(faulty), MOST_ABOVE)
    yield from islice(faulty.tried(droppable(faulty, faulty.above)), 1)


def same_padding(faulty: FaultyLayer, index: int) -> Iterator[Edit]:
    """Same padding, if the layer accepts it."""
    if can_pad(faulty, index):
        yield faulty.editor.argument(index, PADDING, SAME)


def can_pad(faulty: FaultyLayer, index: int) -> bool:
    """Whether a layer accepts `padding: same` and has another padding."""
    kind = faulty.editor.kind(index)
    fields = {field.name: field.type for field in msgspec.structs.fields(kind)} if kind else {}
    layer = faulty.report.layers[index].layer
    return (
        PADDING in fields
        and SAME in choices(fields[PADDING])
        and getattr(layer, PADDING, None) != SAME
    )


def has_strides(faulty: FaultyLayer, index: int) -> bool:
    """Whether a layer has one stride for each axis."""
    layer = faulty.report.layers[index].layer
    return layer is not None and STRIDES in per_axis_fields(type(layer))


def largest_value(
    faulty: FaultyLayer, index: int, name: str, written: Any, sizes: Sequence[int]
) -> Iterator[Edit]:
    """The edit with the largest values, at most `sizes` per axis, that fixes the network."""

    def edit(values: Sequence[int]) -> Edit:
        is_one = len(set(values)) == 1 and not isinstance(written, tuple)
        return faulty.editor.argument(index, name, values[0] if is_one else tuple(values))

    def is_fixed(values: Sequence[int]) -> bool:
        return faulty.trials.is_fixed(edit(values).network)

    most = largest(1, max(sizes), lambda most: is_fixed([min(most, size) for size in sizes]))
    if most is None:
        return
    values = [min(most, size) for size in sizes]
    for axis, size in enumerate(sizes):
        larger = [*values[:axis], size, *values[axis + 1 :]]
        if size > most and is_fixed(larger):
            values = larger
    yield edit(values)


def droppable(faulty: FaultyLayer, above: Mapping[int, int]) -> Iterator[Edit]:
    """Edits that each remove one layer above that only shrinks maps, nearest first."""
    for index in faulty.sliding(above):
        layer = faulty.report.layers[index]
        if layer.weights or len(layer.input_shapes) != 1 or len(layer.output_shapes or ()) != 1:
            continue
        read, output = layer.input_shapes[0], (layer.output_shapes or ((),))[0]
        if read is None or len(read) != len(output):
            continue
        changed = [axis for axis, dim in enumerate(read) if dim != output[axis]]
        if changed and len(changed) <= len(layer.windows):
            yield faulty.editor.dropped(index)


def _less_down_sampling(faulty: FaultyLayer) -> Iterator[Edit]:
    """Same padding and smaller strides in the layers above, nearest first."""
    for index in faulty.sliding(faulty.above):
        yield from faulty.tried(same_padding(faulty, index))
        layer = faulty.report.layers[index]
        strides = tuple(window.stride for window in layer.windows)
        if not has_strides(faulty, index) or max(strides) == 1:
            continue
        written = getattr(layer.layer, STRIDES)
        most = max(strides) - 1
        smaller = [min(stride, most) for stride in strides]
        yield from largest_value(faulty, index, STRIDES, written, smaller)
