"""Which input positions an output position depends on, for each axis after the batch."""

from collections.abc import Iterable

from convcalc.layers.argument_types import Activation
from convcalc.shapes import Shape, channel_axis
from convcalc.windows import ALL, IDENTITY, MIXED, AxisDependency


def over_space(
    dependencies: Iterable[AxisDependency], read: Shape, data_format: str | None
) -> tuple[AxisDependency, ...]:
    """Dependencies of all axes after the batch, from those of the spatial axes."""
    spatial = tuple(dependencies)
    if len(spatial) + 2 != len(read):
        return (None,) * (len(read) - 1)
    return (MIXED, *spatial) if channel_axis(data_format) == 1 else (*spatial, MIXED)


def along(axes: Iterable[int], read: Shape) -> tuple[AxisDependency, ...]:
    """Dependencies of an operation along some axes (0 is the batch) and no others."""
    whole = {axis % len(read) for axis in axes}
    return tuple(ALL if axis in whole else IDENTITY for axis in range(1, len(read)))


def activated(
    dependencies: tuple[AxisDependency, ...], activation: Activation
) -> tuple[AxisDependency, ...]:
    """Dependencies after an activation; all are unknown after a serialized one."""
    if isinstance(activation, dict):
        return (None,) * len(dependencies)
    is_along = bool(dependencies) and activation in _ALONG_LAST_AXIS
    return (*dependencies[:-1], ALL) if is_along else dependencies


_ALONG_LAST_AXIS = {"glu", "log_softmax", "softmax", "sparsemax"}
