"""Operations on diagonals: building, extracting and summing them."""

from typing import ClassVar

from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference
from convcalc.layers.kind import Kind, operation
from convcalc.layers.ops.operands import one
from convcalc.layers.outputs import OutputDTypeRule, Rule
from convcalc.layers.requirements import expect_least_rank, expect_rank, normalize_axis
from convcalc.shapes import Shape, add, diagonal, product, reduce


@operation
class Diag(Kind, frozen=True):
    """Builds a matrix from a vector on its diagonal, or extracts the diagonal of a matrix.

    Output: a square matrix for a vector, a vector for a matrix. Weights: none.
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
    """Builds a matrix with all elements on its diagonal.

    Output: a square matrix. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    k: int = 0

    def infer(self, x: Shape) -> Inference:
        side = add(product(x), abs(self.k))
        return one((side, side))


@operation
class Diagonal(Kind, frozen=True):
    """Extracts the diagonals of the matrices along two axes.

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
    """Sums the diagonals of the matrices along two axes.

    Output: the other axes. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    offset: int = 0
    axis1: int = 0
    axis2: int = 1

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.TOTAL

    def infer(self, x: Shape) -> Inference:
        return one(reduce(x, _plane(self.axis1, self.axis2, x)))


def _plane(axis1: int, axis2: int, x: Shape) -> tuple[int, int]:
    first, second = normalize_axis(axis1, x, "axis1"), normalize_axis(axis2, x, "axis2")
    if first == second:
        raise LayerError("wrong-value", "axis1 and axis2 must be two axes", argument="axis2")
    return first, second
