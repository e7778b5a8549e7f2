"""Operations that order the elements of a tensor otherwise, or repeat or leave out some."""

from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from msgspec import Meta

from convcalc.layers.kind import (
    LARGEST,
    Inference,
    Kind,
    LayerError,
    NonNegative,
    expect_least_rank,
    expect_rank,
    normalize_axes,
    normalize_axis,
    operation,
)
from convcalc.layers.ops.operands import (
    Axes,
    Axis,
    Constant,
    SameAsX,
    combined,
    indexes,
    one,
    operand,
    optional_operand,
)
from convcalc.shapes import (
    Dim,
    Shape,
    add,
    assemble,
    channel_axis,
    diagonal,
    format_shape,
    insert,
    map_dim,
    product,
    reduce,
    replace,
    reshape,
    scale,
    spatial,
)

NewSize: TypeAlias = Annotated[int, Meta(ge=-1, le=LARGEST)]
Pair: TypeAlias = Annotated[tuple[int, ...], Meta(min_length=2, max_length=2)]


@operation
class Reshape(Kind, frozen=True):
    """Orders the elements in another shape, of which one size may be −1 and null is unknown.

    Output: newshape, in which −1 becomes what the others leave. Weights: none.
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
    """Puts all elements on one axis.

    Output: (number of elements,). Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    def infer(self, x: Shape) -> Inference:
        return one((product(x),))


@operation
class Transpose(Kind, frozen=True):
    """Orders the axes anew, or turns their order around.

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
    """Adds one axis of size 1, or several.

    Output: the input's shape with a 1 at each axis. Weights: none.
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
    """Leaves out axes of size 1: the given ones, or all.

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
    """Exchanges two axes.

    Output: the input's shape with the two sizes exchanged. Weights: none.
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
    """Moves axes to other places; the others keep their order.

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
    """Turns the plane of two axes by 90 degrees, k times.

    Output: the input's shape with the two sizes exchanged, as Keras gives it for every k.
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
    """Repeats axes of 1 until the tensor has a shape.

    Output: shape. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    shape: tuple[NonNegative | None, ...]

    def infer(self, x: Shape) -> Inference:
        combined(x, self.shape)
        return one(self.shape)


@operation
class Repeat(Kind, frozen=True):
    """Repeats each element: along an axis, or of all on one axis.

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
    """Repeats the whole tensor along its last axes, as often as repeats says of each.

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

    The width is one number for all ends, [before, after] for all axes, or that for each axis.
    Output: each size with what is added. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    pad_width: int | tuple[Any, ...]
    mode: str = "constant"
    constant_values: Constant = None

    of_call: ClassVar[tuple[str, ...]] = ("constant_values",)

    def widths(self) -> tuple[tuple[int, int], ...]:
        """The positions before and after each axis, or those of all axes."""
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
    """Turns the order along the axes around, or along all.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """


@operation
class Roll(Kind, frozen=True):
    """Moves the elements along the axes; what leaves at one end comes in at the other.

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
    """Turns the order along the second axis around.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    def infer(self, x: Shape) -> Inference:
        expect_least_rank(x, 2)
        return one(x)


@operation
class Flipud(SameAsX, frozen=True):
    """Turns the order along the first axis around.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    def infer(self, x: Shape) -> Inference:
        expect_least_rank(x, 1)
        return one(x)


@operation
class Diag(Kind, frozen=True):
    """Makes a matrix with a vector on its diagonal, or takes the diagonal of a matrix.

    Output: a square for a vector, a vector for a matrix. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    k: int = 0

    def infer(self, x: Shape) -> Inference:
        if len(x) == 1:
            side = add(x[0], abs(self.k))
            return one((side, side))
        expect_rank(x, 2)
        return one((diagonal(x[0], x[1], self.k),))


@operation
class Diagflat(Kind, frozen=True):
    """Makes a matrix with all elements on its diagonal.

    Output: a square. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    k: int = 0

    def infer(self, x: Shape) -> Inference:
        side = add(product(x), abs(self.k))
        return one((side, side))


@operation
class Diagonal(Kind, frozen=True):
    """Takes the diagonals of the matrices that two axes hold.

    Output: the other axes, then the diagonal. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    offset: int = 0
    axis1: int = 0
    axis2: int = 1

    def infer(self, x: Shape) -> Inference:
        expect_least_rank(x, 2)
        first, second = _plane(self.axis1, self.axis2, x)
        return one((*reduce(x, (first, second)), diagonal(x[first], x[second], self.offset)))


@operation
class Trace(Kind, frozen=True):
    """Adds the elements on the diagonals of the matrices that two axes hold.

    Output: the other axes. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    offset: int = 0
    axis1: int = 0
    axis2: int = 1

    def infer(self, x: Shape) -> Inference:
        return one(reduce(x, _plane(self.axis1, self.axis2, x)))


def _plane(axis1: int, axis2: int, x: Shape) -> tuple[int, int]:
    first, second = normalize_axis(axis1, x, "axis1"), normalize_axis(axis2, x, "axis2")
    if first == second:
        raise LayerError("wrong-value", "axis1 and axis2 must be two axes", argument="axis2")
    return first, second


@operation
class Diff(Kind, frozen=True):
    """Takes the differences of neighbours along an axis, n times.

    Output: the size at axis less n. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    n: NonNegative = 1
    axis: int = -1

    def infer(self, a: Shape) -> Inference:
        axis = normalize_axis(self.axis, a)
        return one(replace(a, axis, map_dim(lambda size: max(size - self.n, 0), a[axis])))


@operation
class Trapezoid(Kind, frozen=True):
    """Integrates along an axis by the trapezoidal rule.

    Output: without the axis. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    x: Constant = None
    dx: float = 1.0
    axis: Axis = -1

    def infer(self, y: Shape) -> Inference:
        if self.axis is None or not y:
            return one(y)
        return one(reduce(y, (self.axis % len(y),)))


@operation
class Vander(Kind, frozen=True):
    """Takes the powers of each element.

    Output: the input's shape with one more axis of N, or of its first size. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    N: NonNegative | None = None
    increasing: bool = False

    def infer(self, x: Shape) -> Inference:
        expect_least_rank(x, 0 if self.N is not None else 1)
        return one((*x, x[0] if self.N is None else self.N))


@operation
class Ndim(Kind, frozen=True):
    """Counts the axes.

    Output: (number of axes,), which is what Keras gives. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    def infer(self, x: Shape) -> Inference:
        return one((len(x),))


@operation
class Nonzero(Kind, frozen=True):
    """Takes the indices of the elements that are not 0.

    Output: for each axis of the input, as many as are found. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    def infer(self, x: Shape) -> Inference:
        return Inference(((None,),) * len(x))


@operation
class ViewAsComplex(Kind, frozen=True):
    """Makes a complex number of each pair on the last axis.

    Output: without the last axis. Weights: none.
    Source: https://keras.io/api/ops/math/
    """

    def infer(self, x: Shape) -> Inference:
        return one(x[:-1])


@operation
class ViewAsReal(Kind, frozen=True):
    """Makes a pair on a new last axis of each complex number.

    Output: the input's shape and 2. Weights: none.
    Source: https://keras.io/api/ops/math/
    """

    def infer(self, x: Shape) -> Inference:
        return one((*x, 2))


class _Blocks(Kind, frozen=True):
    block_size: Annotated[int, Meta(ge=1, le=LARGEST)]
    data_format: Literal["channels_last", "channels_first"] | None = "channels_last"

    def divided(self, dim: Dim, by: int, what: str) -> Dim:
        """A size that must be a multiple."""
        if dim is not None and dim % by:
            raise LayerError(
                "shape-mismatch",
                f"{what} of {dim} is not a multiple of {by}",
                argument="block_size",
            )
        return map_dim(lambda n: n // by, dim)


@operation
class DepthToSpace(_Blocks, frozen=True):
    """Makes square blocks of positions of the channels.

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
    """Makes channels of square blocks of positions.

    Output: height and width divided by block_size, channels times its square. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    def infer(self, x: Shape) -> Inference:
        expect_rank(x, 4)
        by = self.block_size
        sizes = [self.divided(dim, by, "a size") for dim in spatial(x, self.data_format)]
        channels = scale(x[channel_axis(self.data_format)], by * by)
        return one(assemble(x[0], sizes, channels, self.data_format))


@operation
class Full(Kind, frozen=True):
    """Makes a tensor of a shape that holds one value.

    Output: shape. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    shape: tuple[NonNegative | None, ...]
    dtype: str | None = None
    fill_value: Constant = None

    of_call: ClassVar[tuple[str, ...]] = ("fill_value",)

    def infer(self, fill_value: Shape | None = None) -> Inference:
        optional_operand(self, "fill_value", fill_value)
        return one(self.shape)


@operation
class UnravelIndex(Kind, frozen=True):
    """Makes an index for each axis of a shape of indices of all elements.

    Output: for each axis of shape, as indices. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    shape: tuple[NonNegative | None, ...]

    def infer(self, indices: Shape) -> Inference:
        output: Shape = (None,) if None in self.shape else indices
        return Inference((output,) * len(self.shape))


@operation
class Bincount(Kind, frozen=True):
    """Counts how often each number occurs.

    Output: the last axis becomes as long as the largest number says. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    weights: Constant = None
    minlength: int = 0
    sparse: bool = False

    def infer(self, x: Shape) -> Inference:
        return one((*x[:-1], None))


@operation
class Histogram(Kind, frozen=True):
    """Counts the elements that fall into each of some bins.

    Output: two, the counts and the edges of the bins. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    bins: NonNegative = 10
    range: Pair | None = None

    def infer(self, x: Shape) -> Inference:  # noqa: ARG002 (Keras looks at no size of it)
        return Inference(((self.bins,), (self.bins + 1,)))


@operation
class Unique(Kind, frozen=True):
    """Takes every value once, of all elements or along an axis.

    Output: the values, then indices, inverse and counts where they are asked for; how many
    values there are is unknown unless size says it. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    sorted: bool = True
    return_index: bool = False
    return_inverse: bool = False
    return_counts: bool = False
    axis: Axis = None
    size: NonNegative | None = None
    fill_value: Constant = None

    def infer(self, x: Shape) -> Inference:
        axis = None if self.axis is None else normalize_axis(self.axis, x)
        outputs = [(self.size,) if axis is None else replace(x, axis, self.size)]
        if self.return_index:
            outputs.append((self.size,))
        if self.return_inverse:
            outputs.append(x if axis is None else (x[axis],))
        if self.return_counts:
            outputs.append((self.size,))
        return Inference(tuple(outputs))


def _spaced(between: tuple[Shape, Shape], num: int, axis: int) -> Shape:
    shape = combined(*between)
    return insert(shape, normalize_axis(axis, (*shape, 1)), num)


@operation
class Linspace(Kind, frozen=True):
    """Makes numbers that grow evenly from start to stop.

    Output: the shapes of start and stop combined, with a new axis of num. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    num: NonNegative = 50
    endpoint: bool = True
    retstep: bool = False
    dtype: str | None = None
    axis: int = 0
    start: Constant = None
    stop: Constant = None

    of_call: ClassVar[tuple[str, ...]] = ("start", "stop")

    def infer(self, start: Shape | None = None, stop: Shape | None = None) -> Inference:
        between = operand(self, "start", start), operand(self, "stop", stop)
        return one(_spaced(between, self.num, self.axis))


@operation
class Geomspace(Kind, frozen=True):
    """Makes numbers from start to stop that grow by a factor.

    Output: the shapes of start and stop combined, with a new axis of num. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    num: NonNegative = 50
    endpoint: bool = True
    dtype: str | None = None
    axis: int = 0
    start: Constant = None
    stop: Constant = None

    of_call: ClassVar[tuple[str, ...]] = ("start", "stop")

    def infer(self, start: Shape | None = None, stop: Shape | None = None) -> Inference:
        between = operand(self, "start", start), operand(self, "stop", stop)
        return one(_spaced(between, self.num, self.axis))


@operation
class Logspace(Kind, frozen=True):
    """Makes powers of a base whose exponents grow evenly from start to stop.

    Output: the shapes of start and stop combined, with a new axis of num. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    num: NonNegative = 50
    endpoint: bool = True
    base: float = 10
    dtype: str | None = None
    axis: int = 0
    start: Constant = None
    stop: Constant = None

    of_call: ClassVar[tuple[str, ...]] = ("start", "stop")

    def infer(self, start: Shape | None = None, stop: Shape | None = None) -> Inference:
        between = operand(self, "start", start), operand(self, "stop", stop)
        return one(_spaced(between, self.num, self.axis))
