"""Operations that join several tensors, or split one."""

from typing import ClassVar

from convcalc.layers.argument_types import NonNegative, Positive
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference
from convcalc.layers.kind import Kind, operation
from convcalc.layers.ops.operands import (
    Axis,
    Constant,
    one,
    operand,
    operands,
)
from convcalc.layers.outputs import OutputDTypeRule, Rule, Types
from convcalc.layers.requirements import expect_least_rank, normalize_axis
from convcalc.shapes import (
    Dim,
    Shape,
    add,
    format_shape,
    insert,
    map_dim,
    product,
    reduce,
    replace,
    same,
    total,
)


def _joined(shapes: tuple[Shape, ...], axis: int) -> Shape:
    """The shape of tensors joined end to end along an axis; the first gives all other axes."""
    first = shapes[0]
    for other in shapes[1:]:
        if len(first) != len(other) or not same(
            replace(first, axis, None), replace(other, axis, None)
        ):
            raise LayerError(
                "shape-mismatch",
                f"{format_shape(first)} and {format_shape(other)} can't be joined at axis {axis}: "
                "all others must be equal",
            )
    return replace(first, axis, total(shape[axis] for shape in shapes))


class _Joining(Kind, frozen=True):
    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.PROMOTED
    merges: ClassVar[bool] = True
    call_arguments: ClassVar[tuple[str, ...]] = ("xs",)


@operation
class Concatenate(_Joining, frozen=True):
    """Joins tensors end to end along an axis; xs has constants in their places.

    Output: the first input's shape, with the sum of the sizes at axis. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    axis: int = 0
    xs: tuple[Constant, ...] | None = None

    def infer(self, *xs: Shape) -> Inference:
        shapes = operands(self, "xs", xs)
        return one(_joined(shapes, normalize_axis(self.axis, shapes[0])))


@operation
class Stack(Kind, frozen=True):
    """Stacks tensors of one shape along a new axis; x has constants in their places.

    Output: the first input's shape, with the number of inputs as a new axis. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    axis: int = 0
    x: tuple[Constant, ...] | None = None

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.PROMOTED
    merges: ClassVar[bool] = True
    call_arguments: ClassVar[tuple[str, ...]] = ("x",)

    def infer(self, *x: Shape) -> Inference:
        shapes = operands(self, "x", x)
        first = shapes[0]
        for other in shapes[1:]:
            if not same(first, other):
                raise LayerError(
                    "shape-mismatch",
                    f"{format_shape(first)} and {format_shape(other)} can't be stacked: all "
                    "must be equal",
                )
        return one(insert(first, normalize_axis(self.axis, (*first, 1)), len(shapes)))


class _Stacking(_Joining, frozen=True):
    axis: ClassVar[int]
    xs: tuple[Constant, ...] | None = None

    def infer(self, *xs: Shape) -> Inference:
        shapes = tuple(map(self.raised, operands(self, "xs", xs)))
        expect_least_rank(shapes[0], self.axis + 1)
        return one(_joined(shapes, self.axis))

    def raised(self, shape: Shape) -> Shape:
        """The shape with the axes that the operation adds before joining."""
        return shape


@operation
class Vstack(_Stacking, frozen=True):
    """Joins tensors end to end along the first axis.

    Output: the first input's shape, with the sum of the sizes along that axis. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    axis: ClassVar[int] = 0


@operation
class Hstack(_Stacking, frozen=True):
    """Joins tensors end to end along the second axis.

    Output: the first input's shape, with the sum of the sizes along that axis. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    axis: ClassVar[int] = 1


@operation
class Dstack(_Stacking, frozen=True):
    """Joins tensors end to end along the third axis, which is added if missing.

    Output: the first input's shape, with the sum of the sizes along that axis. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    axis: ClassVar[int] = 2

    def raised(self, shape: Shape) -> Shape:
        if len(shape) == 2:
            return (*shape, 1)
        return (1, *(shape or (1,)), 1) if len(shape) < 2 else shape


@operation
class Append(Kind, frozen=True):
    """Appends one operand to another along an axis, or flattens and joins both.

    Output: the first input's shape, with the sum of the sizes at axis. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    axis: Axis = None
    x1: Constant = None
    x2: Constant = None

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.PROMOTED
    call_arguments: ClassVar[tuple[str, ...]] = ("x1", "x2")

    def infer(self, x1: Shape | None = None, x2: Shape | None = None) -> Inference:
        shapes = operand(self, "x1", x1), operand(self, "x2", x2)
        if self.axis is None:
            return one((total(map(product, shapes)),))
        axis = normalize_axis(self.axis, shapes[0])
        if None in (shape[axis] for shape in shapes if axis < len(shape)):
            raise LayerError("unknown-dimension", "the sizes at axis must be known")
        return one(_joined(shapes, axis))


@operation
class Meshgrid(Kind, frozen=True):
    """Creates grids of coordinates, one for each input.

    Output: for each input, a grid with one axis per input, sized by its elements. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    indexing: str = "xy"
    x: tuple[Constant, ...] | None = None

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.LAST
    call_arguments: ClassVar[tuple[str, ...]] = ("x",)

    def validate(self) -> None:
        if self.indexing not in {"xy", "ij"}:
            raise LayerError("wrong-value", "indexing must be xy or ij", argument="indexing")

    def infer(self, *x: Shape) -> Inference:
        shapes = operands(self, "x", x)
        sizes = tuple(map(product, shapes))
        if self.indexing == "xy":
            if len(sizes) < 2:
                raise LayerError("wrong-inputs", "ops.Meshgrid reads at least 2 inputs")
            sizes = (sizes[1], sizes[0], *sizes[2:])
        return Inference((sizes,) * len(sizes))

    def output_dtypes(self, computes: str | None, read: Types) -> Types:
        return ("float32",) if self.indexing == "ij" else super().output_dtypes(computes, read)


MOST_OUTPUTS = 2**16
"""No real network has more outputs; they could exhaust the memory."""


def _several(shape: Shape, count: int, argument: str) -> Inference:
    if count > MOST_OUTPUTS:
        raise LayerError(
            "wrong-value", f"{count} outputs are more than {MOST_OUTPUTS}", argument=argument
        )
    return Inference((shape,) * count)


def _split(x: Shape, parts: int | tuple[int, ...], axis: int) -> Inference:
    """The outputs of splitting an axis into equal parts, or at indices."""
    size = x[axis]
    if isinstance(parts, int):
        if size is not None and size % parts:
            raise LayerError(
                "shape-mismatch",
                f"axis {axis} of {format_shape(x)} can't be divided into {parts} equal parts",
                argument="indices_or_sections",
            )
        part = replace(x, axis, map_dim(lambda n: n // parts, size))
        return _several(part, parts, "indices_or_sections")
    ends: tuple[Dim, ...] = (*parts, size)
    sizes = [add(end, -start) for start, end in zip((0, *parts), ends, strict=True)]
    if any(dim is not None and dim < 0 for dim in sizes):
        raise LayerError(
            "wrong-value",
            f"indices_or_sections must be increasing indices of axis {axis} of {format_shape(x)}",
            argument="indices_or_sections",
        )
    return Inference(tuple(replace(x, axis, dim) for dim in sizes))


@operation
class Split(Kind, frozen=True):
    """Splits an axis into equal parts, or at the given indices.

    Output: one for each part. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    indices_or_sections: Positive | tuple[NonNegative, ...]
    axis: int = 0

    def infer(self, x: Shape) -> Inference:
        return _split(x, self.indices_or_sections, normalize_axis(self.axis, x))


class _SplitAtFixed(Kind, frozen=True):
    indices_or_sections: Positive | tuple[NonNegative, ...]

    least: ClassVar[int]

    def infer(self, x: Shape) -> Inference:
        expect_least_rank(x, self.least)
        axis = {"ops.Vsplit": 0, "ops.Dsplit": 2}.get(type(self).__name__, min(len(x) - 1, 1))
        return _split(x, self.indices_or_sections, axis)


@operation
class Vsplit(_SplitAtFixed, frozen=True):
    """Splits the first axis into equal parts, or at the given indices.

    Output: one for each part. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    least: ClassVar[int] = 2


@operation
class Hsplit(_SplitAtFixed, frozen=True):
    """Splits the second axis, or the only one, into equal parts, or at the given indices.

    Output: one for each part. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    least: ClassVar[int] = 1


@operation
class Dsplit(_SplitAtFixed, frozen=True):
    """Splits the third axis into equal parts, or at the given indices.

    Output: one for each part. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    least: ClassVar[int] = 3


@operation
class ArraySplit(Kind, frozen=True):
    """Splits an axis into a number of parts; the first ones may be longer by one.

    Output: one for each part. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    indices_or_sections: Positive
    axis: int = 0

    def infer(self, x: Shape) -> Inference:
        axis = normalize_axis(self.axis, x)
        parts = self.indices_or_sections
        size = x[axis]
        equal = _several(replace(x, axis, None), parts, "indices_or_sections")
        if size is None:
            return equal
        sizes = [size // parts + (i < size % parts) for i in range(parts)]
        return Inference(tuple(replace(x, axis, part) for part in sizes))


@operation
class Unstack(Kind, frozen=True):
    """Splits a tensor into one for each position along an axis.

    Output: one for each position, without the axis. Weights: none.
    Source: https://keras.io/api/ops/core/
    """

    num: NonNegative | None = None
    axis: int = 0

    def infer(self, x: Shape) -> Inference:
        axis = normalize_axis(self.axis, x)
        count = x[axis] if self.num is None else self.num
        if count is None:
            raise LayerError(
                "unknown-dimension",
                f"axis {axis} of {format_shape(x)} must be known",
                help="give num",
            )
        return _several(reduce(x, (axis,)), count, "num")
