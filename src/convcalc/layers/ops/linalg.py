"""Operations on the matrices in the last two axes."""

from typing import ClassVar

from convcalc.layers.errors import LayerError
from convcalc.layers.inference import UNKNOWN_OP_COUNTS, Inference
from convcalc.layers.kind import Kind, operation
from convcalc.layers.ops.operands import Constant, define, operand
from convcalc.layers.outputs import Rule
from convcalc.layers.requirements import expect_least_rank, expect_rank
from convcalc.shapes import Shape, format_shape


def _expect_square(x: Shape) -> None:
    expect_least_rank(x, 2)
    if x[-1] != x[-2]:
        raise LayerError("shape-mismatch", f"the matrices of {format_shape(x)} are not square")


def _known_sides(x: Shape) -> tuple[int, int]:
    expect_least_rank(x, 2)
    rows, columns = x[-2:]
    if rows is None or columns is None:
        raise LayerError(
            "unknown-dimension", f"the last two sizes of {format_shape(x)} must be known"
        )
    return rows, columns


def _solved(*outputs: Shape) -> Inference:
    """The inference of an operation whose costs depend on the algorithm, and are unknown."""
    return Inference(outputs, counted=UNKNOWN_OP_COUNTS)


class _OfSquare(Kind, frozen=True):
    def infer(self, x: Shape) -> Inference:
        _expect_square(x)
        return _solved(x)


define(__name__, _OfSquare, "linalg", {"Inv": "Inverts each matrix."})
define(
    __name__,
    _OfSquare,
    "linalg",
    {
        "Cholesky": "Computes the triangular Cholesky factor of each matrix.",
        "CholeskyInverse": "Inverts each matrix, given its triangular Cholesky factor.",
    },
    [("upper", bool, False)],
)


@operation
class Det(Kind, frozen=True):
    """Computes the determinant of each matrix.

    Output: the input's shape without the last two axes. Weights: none.
    Source: https://keras.io/api/ops/linalg/
    """

    def infer(self, x: Shape) -> Inference:
        _expect_square(x)
        return _solved(x[:-2])


class _Eigen(Kind, frozen=True):
    def infer(self, x: Shape) -> Inference:
        _expect_square(x)
        return _solved(x[:-1], x)


define(
    __name__,
    _Eigen,
    "linalg",
    {
        "Eig": "Computes the eigenvalues and eigenvectors of each matrix.",
        "Eigh": "Computes the eigenvalues and eigenvectors of each symmetric matrix.",
    },
    output="two, the eigenvalues without the last axis, and the eigenvectors as the input.",
)


@operation
class LuFactor(Kind, frozen=True):
    """Factors each matrix into triangular ones, and returns the order of its rows.

    Output: two, the factors as the input, and the order with one axis of the shorter side.
    Weights: none.
    Source: https://keras.io/api/ops/linalg/
    """

    def infer(self, x: Shape) -> Inference:
        return _solved(x, (*x[:-2], min(_known_sides(x))))


@operation
class Qr(Kind, frozen=True):
    """Factors each matrix into an orthogonal and a triangular one.

    Output: two; the side that they share is the shorter one, or with complete the number of rows.
    Weights: none. Source: https://keras.io/api/ops/linalg/
    """

    mode: str = "reduced"

    def validate(self) -> None:
        if self.mode not in {"reduced", "complete"}:
            raise LayerError("wrong-value", "mode must be reduced or complete", argument="mode")

    def infer(self, x: Shape) -> Inference:
        rows, columns = _known_sides(x)
        meet = min(rows, columns) if self.mode == "reduced" else rows
        return _solved((*x[:-2], rows, meet), (*x[:-2], meet, columns))


class _Solution(Kind, frozen=True):
    typed_by: ClassVar[tuple[str, ...]] = ("b",)
    call_arguments: ClassVar[tuple[str, ...]] = ("a", "b")

    def infer(self, a: Shape | None = None, b: Shape | None = None) -> Inference:
        matrix, right = operand(self, "a", a), operand(self, "b", b)
        _expect_square(matrix)
        expect_least_rank(right, 1)
        fits = True
        if len(matrix) == len(right):
            fits = matrix[-2] == right[-2]
        elif len(matrix) == len(right) - 1:
            fits = matrix[-1] == right[-1]
        if not fits:
            raise LayerError(
                "shape-mismatch",
                f"matrices of {format_shape(matrix)} don't fit {format_shape(right)}",
            )
        return _solved(right)


_A_B = [("a", Constant, None), ("b", Constant, None)]

define(
    __name__,
    _Solution,
    "linalg",
    {"Solve": "Solves the linear equations a · x = b."},
    _A_B,
    output="as b.",
)
define(
    __name__,
    _Solution,
    "linalg",
    {"SolveTriangular": "Solves the linear equations a · x = b for a triangular a."},
    [("lower", bool, False), *_A_B],
    output="as b.",
)


@operation
class SVD(Kind, frozen=True):
    """Computes the singular values of each matrix, and its left and right singular vectors.

    Output: u, s and v, or s alone. Weights: none.
    Source: https://keras.io/api/ops/linalg/
    """

    full_matrices: bool = True
    compute_uv: bool = True

    def infer(self, x: Shape) -> Inference:
        rows, columns = _known_sides(x)
        before, shorter = x[:-2], min(rows, columns)
        if not self.compute_uv:
            return _solved((*before, shorter))
        u, v = (rows, columns) if self.full_matrices else (shorter, shorter)
        return _solved((*before, rows, u), (*before, shorter), (*before, v, columns))


@operation
class Lstsq(Kind, frozen=True):
    """Solves a · x = b in the least-squares sense.

    Output: (columns of a, columns of b). Weights: none.
    Source: https://keras.io/api/ops/linalg/
    """

    rcond: float | None = None
    a: Constant = None
    b: Constant = None

    call_arguments: ClassVar[tuple[str, ...]] = ("a", "b")

    def infer(self, a: Shape | None = None, b: Shape | None = None) -> Inference:
        matrix, right = operand(self, "a", a), operand(self, "b", b)
        expect_rank(matrix, 2)
        if len(right) not in {1, 2}:
            raise LayerError("wrong-rank", f"b must have 1 or 2 dimensions, not {len(right)}")
        if matrix[0] != right[0]:
            raise LayerError("shape-mismatch", f"a has {matrix[0]} rows, but b {right[0]}")
        return _solved((matrix[1], *right[1:]))


@operation
class MatrixRank(Kind, frozen=True):
    """Computes the rank of each matrix.

    Output: the input's shape without the last two axes. Weights: none.
    Source: https://keras.io/api/ops/linalg/
    """

    tol: float | None = None

    output_dtype_rule: ClassVar[Rule] = "int32"

    def infer(self, x: Shape) -> Inference:
        expect_least_rank(x, 2)
        return _solved(x[:-2])


@operation
class Pinv(Kind, frozen=True):
    """Computes the pseudo-inverse of each matrix.

    Output: the input's shape with the last two sizes swapped. Weights: none.
    Source: https://keras.io/api/ops/linalg/
    """

    rcond: float | None = None

    def infer(self, x: Shape) -> Inference:
        expect_least_rank(x, 2)
        return _solved((*x[:-2], x[-1], x[-2]))


@operation
class Logdet(Kind, frozen=True):
    """Computes the logarithm of the determinant of each matrix.

    Output: the input's shape without the last two axes. Weights: none.
    Source: https://keras.io/api/ops/math/
    """

    def infer(self, x: Shape) -> Inference:
        return _solved(x[:-2])


@operation
class Slogdet(Kind, frozen=True):
    """Computes the sign and the logarithm of the determinant of each matrix.

    Output: two, () and without the last two axes, as Keras infers. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    def infer(self, x: Shape) -> Inference:
        return _solved((), x[:-2])
