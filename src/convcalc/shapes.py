"""All arithmetic on dimensions and shapes; None is an unknown dimension."""

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeAlias

Dim: TypeAlias = int | None
Shape: TypeAlias = tuple[Dim, ...]

CHANNELS_FIRST = "channels_first"


def map_dim(function: Callable[[int], int], dim: Dim) -> Dim:
    """Apply `function` to a dimension; an unknown one stays unknown."""
    return None if dim is None else function(dim)


def add(dim: Dim, amount: int) -> Dim:
    """The dimension plus `amount`."""
    return None if dim is None else dim + amount


def scale(dim: Dim, factor: int) -> Dim:
    """The dimension times `factor`."""
    return None if dim is None else dim * factor


def product(dims: Iterable[Dim]) -> Dim:
    """The product of the dimensions; unknown if one is, or if it has more than 1,000 digits."""
    dims = tuple(dims)
    if None in dims:
        return None
    found: int = math.prod(dims)  # type: ignore[arg-type]
    return found if found < _UNREADABLE else None


_UNREADABLE = 10**1000
"""Python refuses to format more than 4,300 digits, and is slow long before that."""


def total(dims: Iterable[Dim]) -> Dim:
    """The sum of the dimensions; unknown if one is."""
    dims = tuple(dims)
    return None if None in dims else sum(dims)  # type: ignore[arg-type]


def agree(a: Dim, b: Dim) -> bool:
    """Whether two dimensions can be equal; an unknown one can equal any."""
    return a is None or b is None or a == b


def either(a: Dim, b: Dim) -> Dim:
    """The known one of two dimensions that can be equal."""
    return b if a is None else a


def can_broadcast(a: Dim, b: Dim) -> bool:
    """Whether two dimensions can be broadcast: equal, or one of them 1 or unknown."""
    return agree(a, b) or 1 in {a, b}


def broadcast(a: Dim, b: Dim) -> Dim:
    """The size of two broadcast dimensions; unknown if one is, since either may be 1."""
    if a is None or b is None:
        return None
    return b if a == 1 else a


def combine(a: Dim, b: Dim) -> Dim:
    """The size of two broadcast dimensions in `keras.ops`.

    Unlike `broadcast`, it assumes that an unknown dimension equals the other, unless that is 1.
    """
    return b if a == 1 or (a is None and b != 1) else a


def broadcast_shapes(a: Shape, b: Shape) -> Shape:
    """Broadcast two shapes as `keras.ops` does, aligned at their last axes.

    Raises ValueError with the reason if they can't be broadcast.
    """
    rank = max(len(a), len(b))
    pairs = zip((1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b, strict=True)
    combined = []
    for axis, (one, other) in enumerate(pairs, start=-rank):
        if not can_broadcast(one, other):
            message = f"{format_shape(a)} and {format_shape(b)} differ at axis {axis}"
            raise ValueError(f"{message}: {one} and {other}")
        combined.append(combine(one, other))
    return tuple(combined)


def same(a: Shape, b: Shape) -> bool:
    """Whether two shapes can be equal."""
    return len(a) == len(b) and all(map(agree, a, b))


def reduce(shape: Shape, axes: Collection[int] | None, *, keepdims: bool = False) -> Shape:
    """The shape after reducing zero-based `axes`; None is all axes."""
    if axes is None:
        axes = range(len(shape))
    if keepdims:
        return tuple(1 if axis in axes else dim for axis, dim in enumerate(shape))
    return tuple(dim for axis, dim in enumerate(shape) if axis not in axes)


def replace(shape: Shape, axis: int, dim: Dim) -> Shape:
    """The shape with another dimension at a zero-based axis."""
    return (*shape[:axis], dim, *shape[axis + 1 :])


def insert(shape: Shape, axis: int, dim: Dim) -> Shape:
    """The shape with one more dimension before a zero-based axis."""
    return (*shape[:axis], dim, *shape[axis:])


def take(dim: Dim, positions: slice) -> Dim:
    """The number of positions that a slice selects from a dimension."""
    return map_dim(lambda size: len(range(*positions.indices(size))), dim)


def diagonal(rows: Dim, columns: Dim, offset: int = 0) -> Dim:
    """The length of the diagonal `offset` columns to the right of a matrix's main diagonal."""
    if rows is None or columns is None:
        return None
    return max(0, min(rows, columns, columns - offset if offset > 0 else rows + offset))


def is_empty(dim: Dim) -> bool:
    """Whether a dimension is known to be 0 or less."""
    return dim is not None and dim <= 0


def held(target: Shape) -> Dim:
    """The number of elements in a target of `reshape`, ignoring its −1."""
    return product(dim for dim in target if dim != -1)


def reshape(size: Dim, target: Shape) -> Shape:
    """Resolve the −1 in the target of a reshape of `size` elements.

    It is unknown if the size or another dimension is. Raises ValueError with the reason if `size`
    elements do not fill the target.
    """
    others = held(target)
    if size is None or others is None:
        return tuple(None if dim == -1 else dim for dim in target)
    if -1 not in target:
        if size != others:
            message = f"which holds {others}"
            raise ValueError(message)
        return target
    if others == 0 or size % others:
        message = f"since {size} is not a multiple of {others}"
        raise ValueError(message)
    return tuple(size // others if dim == -1 else dim for dim in target)


def channel_axis(data_format: str | None) -> int:
    """The axis of the channels: 1 with channels first, else −1."""
    return 1 if data_format == CHANNELS_FIRST else -1


def spatial(shape: Shape, data_format: str | None) -> Shape:
    """The spatial dimensions: those between batch and channels."""
    return shape[2:] if data_format == CHANNELS_FIRST else shape[1:-1]


def with_spatial(shape: Shape, sizes: Iterable[Dim], data_format: str | None) -> Shape:
    """The shape with other spatial dimensions."""
    return assemble(shape[0], sizes, shape[channel_axis(data_format)], data_format)


def assemble(batch: Dim, spatial: Iterable[Dim], channels: Dim, data_format: str | None) -> Shape:
    """Build a shape from its parts, in the order of the data format."""
    if data_format == CHANNELS_FIRST:
        return (batch, channels, *spatial)
    return (batch, *spatial, channels)


def format_dim(dim: Dim) -> str:
    """Format a dimension as Keras prints it."""
    return str(dim)


def shape_of_numbers(value: object) -> tuple[int, ...]:
    """The shape of a number, which is (), or of evenly nested lists of numbers.

    Raises TypeError with the value that is neither, and ValueError for lists of unequal lengths.
    """
    if isinstance(value, int | float):
        return ()
    if not isinstance(value, list | tuple):
        raise TypeError(value)
    shapes = {shape_of_numbers(each) for each in value}
    if len(shapes) > 1:
        raise ValueError("the lists must be equally long")
    return (len(value), *next(iter(shapes), ()))


def format_shape(shape: Sequence[Dim]) -> str:
    """Format a shape as Keras prints it, such as (None, 16, 16, 10)."""
    if len(shape) == 1:
        return f"({format_dim(shape[0])},)"
    return f"({', '.join(map(format_dim, shape))})"


def format_count(count: int, noun: str) -> str:
    """Format a count, such as `1 filter` and `1,200 filters`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def format_sizes(sizes: Sequence[Dim]) -> str:
    """Format sizes, such as 3×3×10×20; a scalar is 1."""
    return "×".join("?" if size is None else str(size) for size in sizes) or "1"
