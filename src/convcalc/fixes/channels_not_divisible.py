"""Fixes for channels not divisible by the number of groups."""

from collections.abc import Iterator
from itertools import islice

from convcalc.fixes.edits import Edit
from convcalc.fixes.faulty_layer import FaultyLayer, is_number
from convcalc.fixes.fix import fix
from convcalc.fixes.origins import changes_of_dimension

FARTHEST = 1000
"""The distance from a value within which a divisor is searched for."""


@fix("channels-not-divisible")
def channels_not_divisible(faulty: FaultyLayer) -> Iterator[Edit]:
    """Suggests another number of groups, other filters, or other channels from a layer above."""
    name = faulty.own_argument
    value = faulty.value_of(name) if name else None
    if name is None or not isinstance(value, int):
        return
    edits = (
        faulty.editor.argument(faulty.index, name, near)
        for near in islice(_nearest(faulty, name, value), 2)
    )
    yield from faulty.tried(edits)
    yield from faulty.tried(_divisible(faulty, name, value))
    yield from faulty.tried_changes(
        change
        for tensor, shape in zip(faulty.node.inputs, faulty.layer.input_shapes, strict=True)
        for axis, dim in enumerate(shape or ())
        if axis and dim and dim % value
        for wanted in (dim - dim % value, dim - dim % value + value)
        for change in changes_of_dimension(faulty, tensor, axis, dim, wanted)
    )


def _nearest(faulty: FaultyLayer, name: str, value: int) -> Iterator[int]:
    """The values that the layer accepts for an argument, nearest to the present one first."""
    for distance in range(1, FARTHEST):
        for near in (value - distance, value + distance):
            if near > 0 and faulty.accepts({name: near}):
                yield near


def _divisible(faulty: FaultyLayer, groups: str, by: int) -> Iterator[Edit]:
    """Other arguments of the layer, changed to the nearest multiples of the groups."""
    kind = faulty.editor.kind(faulty.index)
    for name in kind.__struct_fields__ if kind else ():
        value = faulty.value_of(name)
        if name == groups or not is_number(value) or value % by == 0:
            continue
        lower = value - value % by
        for near in sorted((lower, lower + by), key=lambda near: abs(near - value)):
            if near > 0 and faulty.accepts({name: near}):
                yield faulty.editor.argument(faulty.index, name, near)
