"""Which input positions an output position depends on, for each axis after the batch."""

from collections.abc import Iterable

from convcalc.layers.argument_types import Activation
from convcalc.shapes import Shape, channel_axis
from convcalc.windows import ALL, IDENTITY, MIXED, AxisDependency


def over_space(
    reads: Iterable[AxisDependency], read: Shape, data_format: str | None
) -> tuple[AxisDependency, ...]:
    """What is read of each axis after the batch, from what is read of those in space."""
    reads = tuple(reads)
    if len(reads) + 2 != len(read):
        return (None,) * (len(read) - 1)
    return (MIXED, *reads) if channel_axis(data_format) == 1 else (*reads, MIXED)


def along(axes: Iterable[int], read: Shape) -> tuple[AxisDependency, ...]:
    """What is read of each axis after the batch by what goes along some axes, counted from 0."""
    whole = {axis % len(read) for axis in axes}
    return tuple(ALL if axis in whole else IDENTITY for axis in range(1, len(read)))


def activated(
    reads: tuple[AxisDependency, ...], activation: Activation
) -> tuple[AxisDependency, ...]:
    """What is read of each axis where an activation follows."""
    if isinstance(activation, dict):
        return (None,) * len(reads)
    return (*reads[:-1], ALL) if activation in _ALONG_LAST_AXIS and reads else reads


_ALONG_LAST_AXIS = {"glu", "log_softmax", "softmax", "sparsemax"}
