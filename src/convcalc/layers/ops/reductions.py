"""Operations that reduce axes, or accumulate or sort along an axis."""

from typing import ClassVar

from convcalc.layers.argument_types import NonNegative
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import UNKNOWN_OP_COUNTS, Inference
from convcalc.layers.kind import Kind, operation
from convcalc.layers.ops.operands import (
    Axes,
    Axis,
    Constant,
    SameAsX,
    define,
    indexes,
    one,
    operand,
    optional_operand,
)
from convcalc.layers.outputs import Named, OutputDTypeRule, Rule
from convcalc.layers.requirements import normalize_axis
from convcalc.shapes import Shape, format_shape, map_dim, product, reduce, replace, same


class _Reduction(Kind, frozen=True):
    axis: Axes = None
    keepdims: bool = False

    def infer(self, x: Shape) -> Inference:
        return one(_reduced(x, self.axis, keepdims=self.keepdims))


def _reduced(x: Shape, axis: Axes, *, keepdims: bool = False, argument: str = "axis") -> Shape:
    axes = None if axis is None else indexes(axis, x, argument)
    return reduce(x, axes, keepdims=keepdims)


_REDUCED = "without the reduced axes, by default all; with keepdims they are 1."

define(
    __name__,
    _Reduction,
    "numpy",
    {
        "All": "Tests whether all elements along the axes are true.",
        "Amax": "Finds the largest element along the axes.",
        "Amin": "Finds the smallest element along the axes.",
        "Any": "Tests whether any element along the axes is true.",
        "Argmax": "Finds the index of the largest element along an axis.",
        "Argmin": "Finds the index of the smallest element along an axis.",
        "Mean": "Computes the mean along the axes.",
        "Median": "Computes the median along the axes.",
        "Nanmax": "Finds the largest element along the axes, ignoring NaN.",
        "Nanmean": "Computes the mean along the axes, ignoring NaN.",
        "Nanmedian": "Computes the median along the axes, ignoring NaN.",
        "Nanmin": "Finds the smallest element along the axes, ignoring NaN.",
        "Nanprod": "Multiplies the elements along the axes, ignoring NaN.",
        "Nanstd": "Computes the standard deviation along the axes, ignoring NaN.",
        "Nansum": "Sums the elements along the axes, ignoring NaN.",
        "Nanvar": "Computes the variance along the axes, ignoring NaN.",
        "Ptp": "Computes the largest minus the smallest element along the axes.",
        "Std": "Computes the standard deviation along the axes.",
        "Sum": "Sums the elements along the axes.",
        "Var": "Computes the variance along the axes.",
    },
    dtype_rule={
        **dict.fromkeys(("All", "Any"), "bool"),
        **dict.fromkeys(("Argmax", "Argmin"), "int32"),
        **dict.fromkeys(("Mean", "Std"), OutputDTypeRule.FLOAT_AS_READ),
        **dict.fromkeys(
            ("Median", "Nanmean", "Nanmedian", "Nanstd", "Nanvar", "Var"), OutputDTypeRule.FLOAT
        ),
        **dict.fromkeys(("Nanmax", "Nanmin"), OutputDTypeRule.EXTREME),
        **dict.fromkeys(("Nansum", "Sum"), OutputDTypeRule.SUM),
        "Nanprod": OutputDTypeRule.TOTAL,
    },
    output=_REDUCED,
)
define(
    __name__,
    _Reduction,
    "numpy",
    {
        "Max": "Finds the largest element along the axes.",
        "Min": "Finds the smallest element along the axes.",
    },
    [("initial", Constant, None)],
    output=_REDUCED,
)
define(
    __name__,
    _Reduction,
    "numpy",
    {"Prod": "Multiplies the elements along the axes."},
    [("dtype", str | None, None)],
    dtype_rule=Named(OutputDTypeRule.TOTAL),
    output=_REDUCED,
)
define(
    __name__,
    _Reduction,
    "math",
    {"Logsumexp": "Computes the logarithm of the sum of the exponentials along the axes."},
    dtype_rule="float32",
    output=_REDUCED,
)


class _OneAxisReduction(_Reduction, frozen=True):
    axis: Axis = None

    output_dtype_rule: ClassVar[Rule] = "int32"


define(
    __name__,
    _OneAxisReduction,
    "numpy",
    {
        "Nanargmax": "Finds the index of the largest element along an axis, ignoring NaN.",
        "Nanargmin": "Finds the index of the smallest element along an axis, ignoring NaN.",
    },
    output=_REDUCED,
)


@operation
class CountNonzero(Kind, frozen=True):
    """Counts the nonzero elements along the axes.

    Output: without the reduced axes, by default all. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    axis: Axes = None

    output_dtype_rule: ClassVar[Rule] = "int32"

    def infer(self, x: Shape) -> Inference:
        return one(_reduced(x, self.axis))


@operation
class Norm(Kind, frozen=True):
    """Computes the norm of a vector along one axis, or of a matrix along two.

    Output: without the reduced axes, by default all; with keepdims they are 1. Weights: none.
    Source: https://keras.io/api/ops/linalg/
    """

    ord: float | str | None = None
    axis: Axes = None
    keepdims: bool = False

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.FLOAT_AS_READ

    def validate(self) -> None:
        if isinstance(self.ord, str) and self.ord not in {"fro", "nuc"}:
            raise _wrong_ord(f"ord must be a number, fro or nuc, not {self.ord!r}")

    def infer(self, x: Shape) -> Inference:
        axes = tuple(range(len(x))) if self.axis is None else indexes(self.axis, x)
        if len(axes) == 1 and isinstance(self.ord, str):
            raise _wrong_ord(f"{self.ord!r} is the norm of a matrix, not that of one axis")
        of_matrices = (None, "fro", "nuc", float("inf"), float("-inf"), 1, -1, 2, -2)
        if len(axes) == 2 and self.ord not in of_matrices:
            raise _wrong_ord(f"a matrix has no norm of order {self.ord}")
        # These norms of a matrix need a decomposition.
        decomposes = len(axes) == 2 and self.ord in {"nuc", 2, -2}
        op_counts = UNKNOWN_OP_COUNTS if decomposes else None
        return one(reduce(x, axes, keepdims=self.keepdims), op_counts)


def _wrong_ord(message: str) -> LayerError:
    return LayerError("wrong-value", message, argument="ord")


@operation
class Moments(Kind, frozen=True):
    """Computes the mean and the variance along the axes.

    Output: two, without the reduced axes; with keepdims they are 1. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    axes: Axes
    keepdims: bool = False
    synchronized: bool = False

    def infer(self, x: Shape) -> Inference:
        shape = _reduced(x, self.axes, keepdims=self.keepdims, argument="axes")
        return Inference((shape, shape))


class _Quantile(Kind, frozen=True):
    axis: Axes = None
    method: str = "linear"
    keepdims: bool = False
    q: Constant = None

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.FLOAT
    typed_by: ClassVar[tuple[str, ...]] = ("x",)
    call_arguments: ClassVar[tuple[str, ...]] = ("q",)

    def infer(self, x: Shape, q: Shape | None = None) -> Inference:
        quantiles = operand(self, "q", q)
        return one((*quantiles[:1], *_reduced(x, self.axis, keepdims=self.keepdims)))


define(
    __name__,
    _Quantile,
    "numpy",
    {
        "Nanpercentile": "Computes percentiles along the axes, ignoring NaN.",
        "Nanquantile": "Computes quantiles along the axes, ignoring NaN.",
        "Percentile": "Computes percentiles along the axes.",
        "Quantile": "Computes quantiles along the axes.",
    },
    dtype_rule={"Percentile": OutputDTypeRule.FLOAT_AS_READ},
    output="without the reduced axes, by default all; a list of q adds a first axis.",
)


@operation
class Average(Kind, frozen=True):
    """Computes the mean along an axis, weighted if weights are given.

    Output: without the axis, or () if no axis is given. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    axis: Axis = None
    weights: Constant = None

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.FLOAT
    call_arguments: ClassVar[tuple[str, ...]] = ("weights",)

    def infer(self, x: Shape, weights: Shape | None = None) -> Inference:
        weighed = optional_operand(self, "weights", weights)
        axis = None if self.axis is None else normalize_axis(self.axis, x)
        fits = weighed is None or same(x, weighed)
        if not fits and axis is not None:
            fits = same((x[axis],), weighed or ())
        if not fits:
            raise LayerError(
                "shape-mismatch",
                f"weights {format_shape(weighed or ())} fit neither {format_shape(x)} nor its axis",
            )
        return one(_reduced(x, axis))


@operation
class AllClose(Kind, frozen=True):
    """Tests whether all elements of two operands are nearly equal.

    Output: (). Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    rtol: float = 1e-5
    atol: float = 1e-8
    equal_nan: bool = False
    x1: Constant = None
    x2: Constant = None

    output_dtype_rule: ClassVar[Rule] = "bool"
    call_arguments: ClassVar[tuple[str, ...]] = ("x1", "x2")

    def infer(self, x1: Shape | None = None, x2: Shape | None = None) -> Inference:
        operand(self, "x1", x1)
        operand(self, "x2", x2)
        return one(())


@operation
class Size(Kind, frozen=True):
    """Counts the elements.

    Output: (). Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    output_dtype_rule: ClassVar[Rule] = "int32"

    def infer(self, x: Shape) -> Inference:
        return one(x[:0])


class _AlongAxis(SameAsX, frozen=True):
    axis: Axis = None

    def infer(self, x: Shape) -> Inference:
        if self.axis is None:
            return one((product(x),))
        normalize_axis(self.axis, x)
        return one(x)


_ALONG = "as the input; without an axis, flattened."

define(
    __name__,
    _AlongAxis,
    "numpy",
    {
        "Cumprod": "Computes the cumulative product along an axis.",
        "Cumsum": "Computes the cumulative sum along an axis.",
        "Nancumprod": "Computes the cumulative product along an axis, ignoring NaN.",
        "Nancumsum": "Computes the cumulative sum along an axis, ignoring NaN.",
    },
    [("dtype", str | None, None)],
    dtype_rule=Named(OutputDTypeRule.NUMBER),
    output=_ALONG,
)


class _AlongLastAxis(_AlongAxis, frozen=True):
    axis: Axis = -1


define(
    __name__,
    _AlongLastAxis,
    "numpy",
    {
        "Argsort": "Finds the indices that would sort the elements along an axis.",
        "Sort": "Sorts the elements along an axis.",
    },
    dtype_rule={"Argsort": "int32"},
    output=_ALONG,
)


@operation
class Argpartition(Kind, frozen=True):
    """Finds the indices that would partition the elements along an axis at the kth smallest.

    Output: as the input; without an axis, flattened. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    kth: int
    axis: Axis = -1

    output_dtype_rule: ClassVar[Rule] = "int32"

    def infer(self, x: Shape) -> Inference:
        if self.axis is None:
            return one((product(x),))
        normalize_axis(self.axis, x)
        return one(x)


@operation
class TopK(Kind, frozen=True):
    """Finds the k largest elements along the last axis.

    Output: two, the values and their indices, each with k at the last axis. Weights: none.
    Source: https://keras.io/api/ops/math/
    """

    k: int
    sorted: bool = True

    output_dtype_rule: ClassVar[tuple[Rule, ...]] = (OutputDTypeRule.AS_READ, "int32")

    def validate(self) -> None:
        if self.k < 0:
            raise LayerError("wrong-value", "k must be 0 or more", argument="k")

    def infer(self, x: Shape) -> Inference:
        shape = replace(x, normalize_axis(-1, x, "k"), self.k)
        return Inference((shape, shape))


@operation
class InTopK(Kind, frozen=True):
    """Tests whether each target is among the k largest predictions.

    Output: as targets. Weights: none.
    Source: https://keras.io/api/ops/math/
    """

    k: int
    targets: Constant = None
    predictions: Constant = None

    output_dtype_rule: ClassVar[Rule] = "bool"
    call_arguments: ClassVar[tuple[str, ...]] = ("targets", "predictions")

    def infer(self, targets: Shape | None = None, predictions: Shape | None = None) -> Inference:
        operand(self, "predictions", predictions)
        return one(operand(self, "targets", targets))


@operation
class Diff(Kind, frozen=True):
    """Computes the differences between neighbors along an axis, n times.

    Output: the input's shape, with the size at axis minus n. Weights: none.
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

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.FLOAT
    typed_by: ClassVar[tuple[str, ...]] = ("y",)

    def infer(self, y: Shape) -> Inference:
        if self.axis is None or not y:
            return one(y)
        return one(reduce(y, (self.axis % len(y),)))
