"""Operations that count or find elements."""

from typing import ClassVar

from convcalc.layers.argument_types import NonNegative
from convcalc.layers.inference import Inference
from convcalc.layers.kind import Kind, operation
from convcalc.layers.ops.operands import Axis, Constant, Pair, one
from convcalc.layers.outputs import OutputDTypeRule, Rule, Types
from convcalc.layers.requirements import normalize_axis
from convcalc.shapes import Shape, replace


@operation
class Ndim(Kind, frozen=True):
    """Counts the axes.

    Output: (number of axes,), as Keras infers. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    output_dtype_rule: ClassVar[Rule] = "float32"

    def infer(self, x: Shape) -> Inference:
        return one((len(x),))


@operation
class Nonzero(Kind, frozen=True):
    """Finds the indices of the elements that are not 0.

    Output: a vector of unknown length for each axis of the input. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    output_dtype_rule: ClassVar[Rule] = "int32"

    def infer(self, x: Shape) -> Inference:
        return Inference(((None,),) * len(x))


@operation
class UnravelIndex(Kind, frozen=True):
    """Converts flat indices to one index for each axis of a shape.

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

    Output: the input's shape, with an unknown size at the last axis. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    weights: Constant = None
    minlength: int = 0
    sparse: bool = False

    output_dtype_rule: ClassVar[Rule] = "int32"

    def infer(self, x: Shape) -> Inference:
        return one((*x[:-1], None))

    def output_dtypes(self, computes: str | None, read: Types) -> Types:
        # A file doesn't record the dtype of an array of weights.
        return super().output_dtypes(computes, read) if self.weights is None else (None,)


@operation
class Histogram(Kind, frozen=True):
    """Counts the elements in each bin.

    Output: two, the counts and the bin edges. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    bins: NonNegative = 10
    range: Pair | None = None

    def infer(self, x: Shape) -> Inference:  # noqa: ARG002 (Keras ignores its shape)
        return Inference(((self.bins,), (self.bins + 1,)))


@operation
class Unique(Kind, frozen=True):
    """Finds the distinct values, of all elements or along an axis.

    Output: the values, then indices, inverse and counts if requested; the number of values is
    unknown unless size is given. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    sorted: bool = True
    return_index: bool = False
    return_inverse: bool = False
    return_counts: bool = False
    axis: Axis = None
    size: NonNegative | None = None
    fill_value: Constant = None

    output_dtype_rule: ClassVar[tuple[Rule, ...]] = (OutputDTypeRule.AS_READ, "int32")

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
