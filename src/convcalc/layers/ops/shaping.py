"""Operations that rearrange, repeat or pad the elements of a tensor."""

from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from msgspec import Meta

from convcalc.layers.argument_types import LARGEST, NonNegative
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference
from convcalc.layers.kind import Kind, operation
from convcalc.layers.ops.operands import (
    Axes,
    Axis,
    Constant,
    Pair,
    SameAsX,
    combined,
    indexes,
    one,
    optional_operand,
)
from convcalc.layers.outputs import OutputDTypeRule, Rule
from convcalc.layers.requirements import (
    expect_least_rank,
    expect_rank,
    normalize_axes,
    normalize_axis,
)
from convcalc.shapes import (
    Dim,
    Shape,
    add,
    assemble,
    channel_axis,
    format_shape,
    map_dim,
    product,
    reduce,
    replace,
    reshape,
    scale,
    spatial,
)

NewSize: TypeAlias = Annotated[int, Meta(ge=-1, le=LARGEST)]


@operation
class Reshape(Kind, frozen=True):
    """Reshapes the elements; one size may be −1, and null is unknown.

    Output: newshape, with −1 inferred from the other sizes. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    newshape: tuple[NewSize | None, ...]

    def validate(self) -> None:
        if self.newshape.count(-1) > 1:
            raise LayerError(
                "wrong-value", "newshape may have one −1, not more", argument="newshape"
            )

    def infer(self, x: Shape) -> Inference:
        try:
            return one(reshape(product(x), self.newshape))
        except ValueError as error:
            raise LayerError(
                "shape-mismatch",
                f"{format_shape(x)} can't become {format_shape(self.newshape)}, {error}",
                argument="newshape",
            ) from None


@operation
class Ravel(Kind, frozen=True):
    """Flattens all elements into one axis.

    Output: (number of elements,). Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    def infer(self, x: Shape) -> Inference:
        return one((product(x),))


@operation
class Transpose(Kind, frozen=True):
    """Permutes the axes, or reverses them by default.

    Output: the input's sizes in the order of axes. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    axes: tuple[int, ...] | None = None

    def infer(self, x: Shape) -> Inference:
        if self.axes is None:
            return one(x[::-1])
        if len(self.axes) != len(x):
            raise LayerError(
                "wrong-value",
                f"axes must name each of the {len(x)} axes of {format_shape(x)} once",
                argument="axes",
            )
        return one(tuple(x[axis] for axis in normalize_axes(self.axes, x, "axes")))


@operation
class ExpandDims(Kind, frozen=True):
    """Inserts one or more axes of size 1.

    Output: the input's shape with a 1 at each new axis. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    axis: int | tuple[int, ...]

    def infer(self, x: Shape) -> Inference:
        count = 1 if isinstance(self.axis, int) else len(self.axis)
        axes = set(indexes(self.axis, (1,) * (len(x) + count)))
        sizes = iter(x)
        return one(tuple(1 if a in axes else next(sizes) for a in range(len(x) + count)))


@operation
class Squeeze(Kind, frozen=True):
    """Removes axes of size 1: the given ones, or all.

    Output: the input's shape without them. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    axis: Axes = None

    def infer(self, x: Shape) -> Inference:
        if self.axis is None:
            return one(tuple(dim for dim in x if dim != 1))
        axes = indexes(self.axis, x)
        for axis in axes:
            if x[axis] != 1:
                raise LayerError(
                    "shape-mismatch",
                    f"axis {axis} of {format_shape(x)} is {x[axis]}; only one of 1 can be left out",
                    argument="axis",
                )
        return one(reduce(x, axes))


@operation
class Swapaxes(Kind, frozen=True):
    """Swaps two axes.

    Output: the input's shape with the two sizes swapped. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    axis1: int
    axis2: int

    def infer(self, x: Shape) -> Inference:
        first = normalize_axis(self.axis1, x, "axis1")
        second = normalize_axis(self.axis2, x, "axis2")
        return one(_swapped(x, first, second))


@operation
class Moveaxis(Kind, frozen=True):
    """Moves axes to new positions; the others keep their order.

    Output: the input's sizes in the new order. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    source: int | tuple[int, ...]
    destination: int | tuple[int, ...]

    def validate(self) -> None:
        source, destination = (
            1 if isinstance(axes, int) else len(axes) for axes in (self.source, self.destination)
        )
        if source != destination:
            raise LayerError(
                "wrong-value",
                f"destination must be as many axes as source, {source}, not {destination}",
                argument="destination",
            )

    def infer(self, x: Shape) -> Inference:
        sources = indexes(self.source, x, "source")
        destinations = indexes(self.destination, x, "destination")
        moved = dict(zip(destinations, sources, strict=True))
        others = iter(axis for axis in range(len(x)) if axis not in sources)
        order = [moved[axis] if axis in moved else next(others) for axis in range(len(x))]
        return one(tuple(x[axis] for axis in order))


@operation
class Rot90(Kind, frozen=True):
    """Rotates the plane of two axes by 90 degrees, k times.

    Output: the input's shape with the two sizes swapped, as Keras infers for every k.
    Weights: none. Source: https://keras.io/api/ops/numpy/
    """

    k: int = 1
    axes: Pair = (0, 1)

    def infer(self, array: Shape) -> Inference:
        expect_least_rank(array, 2)
        first, second = normalize_axes(self.axes, array, "axes")
        return one(_swapped(array, first, second))


def _swapped(x: Shape, first: int, second: int) -> Shape:
    return replace(replace(x, first, x[second]), second, x[first])


@operation
class BroadcastTo(Kind, frozen=True):
    """Repeats axes of size 1 to fit a given shape.

    Output: shape. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    shape: tuple[NonNegative | None, ...]

    def infer(self, x: Shape) -> Inference:
        combined(x, self.shape)
        return one(self.shape)


@operation
class Repeat(Kind, frozen=True):
    """Repeats each element along an axis, or of the flattened input.

    Output: the size at axis times repeats, or the sum of a list of repeats. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    repeats: NonNegative | tuple[NonNegative, ...]
    axis: Axis = None

    def infer(self, x: Shape) -> Inference:
        flat = self.axis is None
        shape = (product(x),) if self.axis is None else x
        axis = 0 if self.axis is None else normalize_axis(self.axis, x)
        repeats = (self.repeats,) if isinstance(self.repeats, int) else self.repeats
        size = shape[axis]
        if size is None:
            return one(shape)
        if len(repeats) == 1:
            return one(replace(shape, axis, size * repeats[0]))
        if len(repeats) != size:
            where = "all" if flat else f"axis {axis}"
            raise LayerError(
                "shape-mismatch",
                f"repeats has {len(repeats)} numbers for the {size} elements of {where}",
                argument="repeats",
            )
        return one(replace(shape, axis, sum(repeats)))


@operation
class Tile(Kind, frozen=True):
    """Repeats the whole tensor along its last axes, by a number for each.

    Output: each size times its number of repeats. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    repeats: NonNegative | tuple[NonNegative, ...]

    def infer(self, x: Shape) -> Inference:
        repeats = (self.repeats,) if isinstance(self.repeats, int) else self.repeats
        rank = max(len(x), len(repeats))
        sizes = (1,) * (rank - len(x)) + x
        times = (1,) * (rank - len(repeats)) + repeats
        return one(tuple(map(scale, sizes, times)))


@operation
class Pad(Kind, frozen=True):
    """Adds elements before and after each axis.

    The width is one number for all ends, [before, after] for all axes, or a list of such pairs.
    Output: each size plus its padding. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    pad_width: int | tuple[Any, ...]
    mode: str = "constant"
    constant_values: Constant = None

    call_arguments: ClassVar[tuple[str, ...]] = ("constant_values",)

    def widths(self) -> tuple[tuple[int, int], ...]:
        """The padding before and after each axis, or one pair for all axes."""
        width = self.pad_width
        if isinstance(width, int):
            return ((width, width),)
        pairs = (width,) if width and isinstance(width[0], int) else width
        return tuple(_ends(pair) for pair in pairs)

    def validate(self) -> None:
        if not self.widths():
            raise _wrong_width()

    def infer(self, x: Shape, constant_values: Shape | None = None) -> Inference:
        optional_operand(self, "constant_values", constant_values)
        widths = self.widths()
        if len(widths) == 1:
            widths *= len(x)
        if len(widths) != len(x):
            raise LayerError(
                "wrong-value",
                f"pad_width is for {len(widths)} axes, but {format_shape(x)} has {len(x)}",
                argument="pad_width",
            )
        padded = tuple(
            add(dim, before + after) for dim, (before, after) in zip(x, widths, strict=True)
        )
        if any(dim is not None and dim < 0 for dim in padded):
            raise LayerError(
                "wrong-value", "pad_width takes more away than there is", argument="pad_width"
            )
        return one(padded)


def _ends(pair: Any) -> tuple[int, int]:
    if not isinstance(pair, list | tuple) or not all(
        isinstance(end, int) and not isinstance(end, bool) for end in pair
    ):
        raise _wrong_width()
    if len(pair) not in {1, 2}:
        raise _wrong_width()
    return (pair[0], pair[-1])


def _wrong_width() -> LayerError:
    return LayerError(
        "wrong-value",
        "pad_width must be a whole number, [before, after], or a list of that for each axis",
        argument="pad_width",
    )


class _Turned(SameAsX, frozen=True):
    axis: Axes = None

    def infer(self, x: Shape) -> Inference:
        if self.axis is not None:
            indexes(self.axis, x)
        return one(x)


@operation
class Flip(_Turned, frozen=True):
    """Reverses the order of elements along the given axes, or along all.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """


@operation
class Roll(Kind, frozen=True):
    """Shifts the elements along the axes; those shifted out at one end return at the other.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    shift: int | tuple[int, ...]
    axis: Axes = None

    def infer(self, x: Shape) -> Inference:
        if self.axis is not None:
            indexes(self.axis, x)
        return one(x)


@operation
class Fliplr(SameAsX, frozen=True):
    """Reverses the order of elements along the second axis.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    def infer(self, x: Shape) -> Inference:
        expect_least_rank(x, 2)
        return one(x)


@operation
class Flipud(SameAsX, frozen=True):
    """Reverses the order of elements along the first axis.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    def infer(self, x: Shape) -> Inference:
        expect_least_rank(x, 1)
        return one(x)


@operation
class ViewAsComplex(Kind, frozen=True):
    """Views each pair on the last axis as a complex number.

    Output: the input's shape without the last axis. Weights: none.
    Source: https://keras.io/api/ops/math/
    """

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.UNKNOWN

    def infer(self, x: Shape) -> Inference:
        return one(x[:-1])


@operation
class ViewAsReal(Kind, frozen=True):
    """Views each complex number as a pair of real ones.

    Output: the input's shape, with a new last axis of 2. Weights: none.
    Source: https://keras.io/api/ops/math/
    """

    output_dtype_rule: ClassVar[Rule] = "float32"

    def infer(self, x: Shape) -> Inference:
        return one((*x, 2))


class _Blocks(Kind, frozen=True):
    block_size: Annotated[int, Meta(ge=1, le=LARGEST)]
    data_format: Literal["channels_last", "channels_first"] | None = "channels_last"

    def divided(self, dim: Dim, by: int, what: str) -> Dim:
        """The size divided by a number. Raises LayerError if it isn't a multiple."""
        if dim is not None and dim % by:
            raise LayerError(
                "shape-mismatch",
                f"{what} of {dim} is not a multiple of {by}",
                argument="block_size",
            )
        return map_dim(lambda n: n // by, dim)


@operation
class DepthToSpace(_Blocks, frozen=True):
    """Rearranges channels into square blocks of positions.

    Output: height and width times block_size, channels divided by its square. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    def infer(self, x: Shape) -> Inference:
        expect_rank(x, 4)
        by = self.block_size
        channels = self.divided(x[channel_axis(self.data_format)], by * by, "a number of channels")
        sizes = [scale(dim, by) for dim in spatial(x, self.data_format)]
        return one(assemble(x[0], sizes, channels, self.data_format))


@operation
class SpaceToDepth(_Blocks, frozen=True):
    """Rearranges square blocks of positions into channels.

    Output: height and width divided by block_size, channels times its square. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    def infer(self, x: Shape) -> Inference:
        expect_rank(x, 4)
        by = self.block_size
        sizes = [self.divided(dim, by, "a size") for dim in spatial(x, self.data_format)]
        channels = scale(x[channel_axis(self.data_format)], by * by)
        return one(assemble(x[0], sizes, channels, self.data_format))
