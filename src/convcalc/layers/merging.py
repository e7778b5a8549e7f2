"""Merging: several inputs combined into one, element by element or end to end."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from msgspec import Meta

from convcalc.advice import ReadInputs, advise
from convcalc.layers.errors import LayerError, Partial
from convcalc.layers.inference import Inference, OpCounts, elements
from convcalc.layers.kind import Kind, kind
from convcalc.layers.requirements import expect_least_rank, normalize_axis
from convcalc.shapes import (
    Dim,
    Shape,
    agree,
    broadcast,
    can_broadcast,
    either,
    format_dim,
    format_shape,
    product,
    total,
)
from convcalc.windows import ALL, IDENTITY, MIXED, AnyWindow, AxisDependency


class _Elementwise(Kind, frozen=True):
    merges: ClassVar[bool] = True

    def infer(self, *inputs: Shape) -> Inference:
        for shape in inputs:
            expect_least_rank(shape, 1)
        axes: list[tuple[Dim, ...]] = list(zip(*_aligned(inputs), strict=True))
        batch = _merge_batch(axes[0], inputs)
        sizes = [_merge_axis(dims, axis, inputs) for axis, dims in enumerate(axes[1:], start=1)]
        # Each input after the first is combined with the result so far.
        merging = product((*sizes, len(inputs) - 1)) if len(inputs) > 1 else 0
        return Inference(((batch, *sizes),), counted=OpCounts(merging=merging))

    def explain(self, inference: Inference, *inputs: Shape) -> Iterator[str]:
        (output,) = inference.outputs
        # An unknown size may equal the output's, so it is not called repeated.
        repeated = [
            shape
            for shape in inputs
            if len(shape) < len(output)
            or any(size == 1 != merged for size, merged in zip(shape[1:], output[1:], strict=True))
        ]
        if any(None in shape[1:] for shape in inputs):
            yield "The inputs are combined element by element, so that their sizes must agree."
        elif len(inputs) == 1:
            yield "There is only one input, which stays as it is."
        elif not repeated:
            yield (
                f"{'Both' if len(inputs) == 2 else f'All {len(inputs)}'} inputs have the same "
                "shape: each value of the output is made of the values at its own position."
            )
        for shape in dict.fromkeys(repeated):
            yield (
                f"The input {format_shape(shape)} is repeated to the shape {format_shape(output)}, "
                "along the axes where it has 1, or none."
            )

    def dependencies(
        self, _windows: tuple[AnyWindow, ...], read: Shape, output: Shape
    ) -> tuple[AxisDependency, ...]:
        if len(read) != len(output):
            return (None,) * (len(read) - 1)
        return tuple(
            None if size is None else IDENTITY if size == merged else ALL
            for size, merged in zip(read[1:], output[1:], strict=True)
        )


@kind
class Add(_Elementwise, frozen=True):
    """Adds its inputs element by element.

    Output: the inputs' shape; an axis of 1, or one that an input lacks after the batch, is
    repeated. Weights: none.
    Source: https://keras.io/api/layers/merging_layers/add/
    """


@kind
class Subtract(_Elementwise, frozen=True):
    """Subtracts the second of its two inputs from the first, element by element.

    Output: the inputs' shape; an axis of 1, or one that an input lacks after the batch, is
    repeated. Weights: none.
    Source: https://keras.io/api/layers/merging_layers/subtract/
    """

    def infer(self, *inputs: Shape) -> Inference:
        if len(inputs) != 2:
            raise _not_two("Subtract", inputs)
        return _Elementwise.infer(self, *inputs)


@kind
class Multiply(_Elementwise, frozen=True):
    """Multiplies its inputs element by element.

    Output: the inputs' shape; an axis of 1, or one that an input lacks after the batch, is
    repeated. Weights: none.
    Source: https://keras.io/api/layers/merging_layers/multiply/
    """


@kind
class Average(_Elementwise, frozen=True):
    """Takes the mean of its inputs element by element.

    Output: the inputs' shape; an axis of 1, or one that an input lacks after the batch, is
    repeated. Weights: none.
    Source: https://keras.io/api/layers/merging_layers/average/
    """


@kind
class Maximum(_Elementwise, frozen=True):
    """Takes the largest of its inputs element by element.

    Output: the inputs' shape; an axis of 1, or one that an input lacks after the batch, is
    repeated. Weights: none.
    Source: https://keras.io/api/layers/merging_layers/maximum/
    """


@kind
class Minimum(_Elementwise, frozen=True):
    """Takes the smallest of its inputs element by element.

    Output: the inputs' shape; an axis of 1, or one that an input lacks after the batch, is
    repeated. Weights: none.
    Source: https://keras.io/api/layers/merging_layers/minimum/
    """


@kind
class Concatenate(Kind, frozen=True):
    """Puts its inputs end to end along one axis; all other axes must be equal.

    Output: the first input's shape, with the sizes along axis added up. Weights: none.
    Source: https://keras.io/api/layers/merging_layers/concatenate/
    """

    axis: int = -1

    merges: ClassVar[bool] = True

    def infer(self, *inputs: Shape) -> Inference:
        first = inputs[0]
        if len(inputs) == 1:  # Keras then checks the axis only if it is negative
            normalize_axis(min(self.axis, -1), first)
            return Inference(inputs)
        joined = normalize_axis(self.axis, first)
        for other in inputs[1:]:
            if len(other) != len(first):
                raise LayerError(
                    "shape-mismatch",
                    f"inputs {format_shape(first)} and {format_shape(other)} have "
                    f"{len(first)} and {len(other)} dimensions; only equally many can be joined",
                )
        return Inference(
            (
                tuple(
                    total(dims) if axis == joined else _first_of_equal(dims, axis, inputs)
                    for axis, dims in enumerate(zip(*inputs, strict=True))
                ),
            )
        )

    def explain(self, _inference: Inference, *inputs: Shape) -> Iterator[str]:
        if len(inputs) == 1:
            yield "There is only one input, which stays as it is."
            return
        axis = normalize_axis(self.axis, inputs[0])
        yield (
            f"The {len(inputs)} inputs are put end to end along axis {axis}, where their sizes add "
            "up; on all other axes they must be equal. Nothing is computed."
        )

    def dependencies(
        self, _windows: tuple[AnyWindow, ...], read: Shape, _output: Shape
    ) -> tuple[AxisDependency, ...]:
        joined = self.axis % max(len(read), 1)
        return tuple(MIXED if axis == joined else IDENTITY for axis in range(1, len(read)))

    def changes_batch(self, read: Shape) -> bool:
        return self.axis % max(len(read), 1) == 0


@kind
class Dot(Kind, frozen=True):
    """Takes dot products of its two inputs along one axis of each, sample by sample.

    axes is one axis for both inputs, or a list with one for each.
    Output: the first input's shape, then the second's without the batch, both without the summed
    axis; (batch, 1) if no other axis is left. Weights: none.
    Source: https://keras.io/api/layers/merging_layers/dot/
    """

    axes: int | Annotated[tuple[int, ...], Meta(min_length=2, max_length=2)]
    normalize: bool = False

    merges: ClassVar[bool] = True
    positions: ClassVar[AxisDependency] = MIXED

    def infer(self, *inputs: Shape) -> Inference:
        if len(inputs) != 2:
            raise _not_two("Dot", inputs)
        first, second = inputs
        for shape in inputs:
            expect_least_rank(shape, 2)
        a, b = self._summed(first), self._summed(second, 1)
        if first[a] != second[b]:  # Keras refuses a known size with an unknown one
            raise LayerError(
                "shape-mismatch",
                f"axis {a} of {format_shape(first)} and axis {b} of {format_shape(second)} differ: "
                f"{format_dim(first[a])} and {format_dim(second[b])}",
                argument="axes",
                computed=Partial(
                    numbers=tuple(
                        (f"axis {axis} of the {which}", size)
                        for which, axis, size in (("first", a, first[a]), ("second", b, second[b]))
                        if size is not None
                    )
                ),
            )
        if not agree(first[0], second[0]):
            raise _mismatch(inputs, (0, 1), 0, (first[0], second[0]), "give both one batch size")
        left = (*first[:a], *first[a + 1 :], *second[1:b], *second[b + 1 :])
        op_counts = OpCounts(
            matrix=product((*left[1:], first[a])),
            normalization=total(map(elements, inputs)) if self.normalize else 0,
        )
        return Inference((left if len(left) > 1 else (*left, 1),), counted=op_counts)

    def explain(self, _inference: Inference, *inputs: Shape) -> Iterator[str]:
        first, second = inputs
        a, b = self._summed(first), self._summed(second, 1)
        count = first[a]
        positions = "positions" if count is None else f"{count} positions"
        if count == 1:
            positions = "one position"
        yield (
            f"Axis {a} of {format_shape(first)} and axis {b} of {format_shape(second)} are "
            f"multiplied and summed up, which leaves the {positions} of "
            "neither; what is left of both stands one after the other."
        )

    def _summed(self, shape: Shape, position: int = 0) -> int:
        """The axis that is summed over, of the input at this position."""
        if isinstance(self.axes, int):
            # Keras wraps a negative axis around, even more than once.
            axis = self.axes % len(shape) if self.axes < 0 else self.axes
        else:
            axis = self.axes[position]
        axis = normalize_axis(axis, shape, "axes")
        if axis == 0:
            raise LayerError("wrong-value", "axes can't be the batch, axis 0", argument="axes")
        return axis


def _not_two(kind: str, inputs: tuple[Shape, ...]) -> LayerError:
    return LayerError(
        "wrong-inputs",
        f"{kind} reads 2 inputs, but is given {len(inputs)}",
        help=advise("name what it reads, as in {}", ReadInputs(["a", "b"])),
    )


def _merge_batch(dims: tuple[Dim, ...], inputs: tuple[Shape, ...]) -> Dim:
    batch = dims[0]
    for i, dim in enumerate(dims):
        if not agree(batch, dim):
            raise _mismatch(inputs, (dims.index(batch), i), 0, dims, "give all one batch size")
        batch = either(batch, dim)
    return batch


def _merge_axis(dims: tuple[Dim, ...], axis: int, inputs: tuple[Shape, ...]) -> Dim:
    size = dims[0]
    for i, dim in enumerate(dims[1:], start=1):
        if not can_broadcast(size, dim):
            pair = (dims.index(size), i)
            raise _mismatch(inputs, pair, axis, dims, "make them equal, or one of them 1")
        size = broadcast(size, dim)
    return size


def _first_of_equal(dims: tuple[Dim, ...], axis: int, inputs: tuple[Shape, ...]) -> Dim:
    """The first input's dimension, even if it is unknown and another's is known, as in Keras."""
    known: Dim = None
    for i, dim in enumerate(dims):
        if not agree(known, dim):
            pair = (dims.index(known), i)
            raise _mismatch(inputs, pair, axis, dims, "make them equal, or join the inputs there")
        known = either(known, dim)
    return dims[0]


def _aligned(inputs: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """The shapes at equal rank: axes of size 1 are inserted after the batch."""
    rank = max(map(len, inputs))
    return tuple((shape[0], *(1,) * (rank - len(shape)), *shape[1:]) for shape in inputs)


def _mismatch(
    inputs: tuple[Shape, ...], pair: tuple[int, int], axis: int, dims: tuple[Dim, ...], help: str
) -> LayerError:
    a, b = pair
    return LayerError(
        "shape-mismatch",
        f"inputs {format_shape(inputs[a])} and {format_shape(inputs[b])} differ at axis {axis}: "
        f"{format_dim(dims[a])} and {format_dim(dims[b])}",
        help=help,
        computed=Partial(compared=_aligned(inputs), axis=axis),
    )
