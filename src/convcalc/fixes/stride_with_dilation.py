"""Fixes for strides and dilations that can't be used together."""

from collections.abc import Iterator

from convcalc.fixes.down_sampling import STRIDES
from convcalc.fixes.edits import Edit
from convcalc.fixes.faulty_layer import Change, FaultyLayer, largest_of
from convcalc.fixes.fix import fix


@fix("stride-with-dilation")
def stride_with_dilation(faulty: FaultyLayer) -> Iterator[Edit]:
    """Suggests a stride of 1, or a dilation of 1."""
    yield from faulty.tried_changes(
        Change(0, 1, largest_of(faulty.value_of(name)) - 1, faulty.index, name, 1)
        for name in (faulty.own_argument, STRIDES)
        if name is not None and largest_of(faulty.value_of(name)) > 1
    )
