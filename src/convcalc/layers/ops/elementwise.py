"""Element-wise operations on one tensor, or on several that are broadcast."""

from typing import ClassVar

from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference, OpCounts, elements
from convcalc.layers.kind import Kind, operation
from convcalc.layers.ops.operands import (
    ActivationOfX,
    Constant,
    SameAsX,
    combined,
    define,
    one,
    operand,
    optional_operand,
)
from convcalc.layers.outputs import Named, OutputDTypeRule, Rule, Types
from convcalc.shapes import Shape

define(
    __name__,
    SameAsX,
    "numpy",
    {
        "Abs": "Computes the absolute value of each element.",
        "Absolute": "Computes the absolute value of each element.",
        "Angle": "Computes the angle of each complex element.",
        "Arccos": "Computes the inverse cosine of each element.",
        "Arccosh": "Computes the inverse hyperbolic cosine of each element.",
        "Arcsin": "Computes the inverse sine of each element.",
        "Arcsinh": "Computes the inverse hyperbolic sine of each element.",
        "Arctan": "Computes the inverse tangent of each element.",
        "Arctanh": "Computes the inverse hyperbolic tangent of each element.",
        "BitwiseInvert": "Flips every bit of each element.",
        "BitwiseNot": "Flips every bit of each element.",
        "Cbrt": "Computes the cube root of each element.",
        "Ceil": "Rounds each element up.",
        "Conj": "Computes the complex conjugate of each element.",
        "Conjugate": "Computes the complex conjugate of each element.",
        "Copy": "Copies its input.",
        "Cos": "Computes the cosine of each element.",
        "Cosh": "Computes the hyperbolic cosine of each element.",
        "Deg2rad": "Converts each element from degrees to radians.",
        "Exp": "Computes the exponential of each element.",
        "Exp2": "Raises 2 to the power of each element.",
        "Expm1": "Computes the exponential of each element, minus 1.",
        "Fabs": "Computes the absolute value of each element, as a float.",
        "Floor": "Rounds each element down.",
        "I0": "Computes the modified Bessel function of order 0 of each element.",
        "Imag": "Extracts the imaginary part of each element.",
        "Isfinite": "Tests which elements are finite.",
        "Isinf": "Tests which elements are infinite.",
        "Isnan": "Tests which elements are NaN.",
        "Isneginf": "Tests which elements are negative infinity.",
        "Isposinf": "Tests which elements are positive infinity.",
        "Isreal": "Tests which elements are real.",
        "Log": "Computes the natural logarithm of each element.",
        "Log10": "Computes the logarithm to base 10 of each element.",
        "Log1p": "Computes the natural logarithm of each element plus 1.",
        "Log2": "Computes the logarithm to base 2 of each element.",
        "LogicalNot": "Negates each truth value.",
        "Negative": "Changes the sign of each element.",
        "Rad2deg": "Converts each element from radians to degrees.",
        "Real": "Extracts the real part of each element.",
        "Reciprocal": "Divides 1 by each element.",
        "Sign": "Computes the sign of each element.",
        "Signbit": "Tests which elements are negative.",
        "Sin": "Computes the sine of each element.",
        "Sinc": "Computes the normalized sinc of each element.",
        "Sinh": "Computes the hyperbolic sine of each element.",
        "Sqrt": "Computes the square root of each element.",
        "Square": "Squares each element.",
        "Tan": "Computes the tangent of each element.",
        "Trunc": "Rounds each element towards 0.",
    },
    dtype_rule={
        **dict.fromkeys(("Isfinite", "Isinf", "Isnan", "Isneginf", "Isposinf", "Isreal"), "bool"),
        **dict.fromkeys(("LogicalNot", "Signbit"), "bool"),
        **dict.fromkeys(
            (
                *("Angle", "Arccos", "Arccosh", "Arcsin", "Arcsinh", "Arctan", "Arctanh", "Ceil"),
                *("Cos", "Cosh", "Floor", "Log", "Log10", "Log1p", "Log2", "Sin", "Sinc", "Sinh"),
                *("Sqrt", "Tan"),
            ),
            OutputDTypeRule.FLOAT,
        ),
        **dict.fromkeys(("Exp", "Exp2", "Expm1", "Fabs"), OutputDTypeRule.FLOAT_AS_READ),
        **dict.fromkeys(("Cbrt", "Deg2rad", "I0", "Rad2deg"), OutputDTypeRule.FLOAT_OR_64),
        "Reciprocal": "float32",
        "Square": OutputDTypeRule.NUMBER,
    },
)
define(
    __name__,
    ActivationOfX,
    "numpy",
    {"Tanh": "Computes the hyperbolic tangent of each element."},
    dtype_rule=OutputDTypeRule.FLOAT,
)


class _Correlation(SameAsX, frozen=True):
    # Keras infers the input's shape, whatever the rows are. The rows are multiplied with each
    # other, and are usually the samples, so the count is unknown.
    def op_counts(self, x: Shape) -> OpCounts:  # noqa: ARG002 (unknown for every shape)
        return OpCounts(matrix=None)


define(
    __name__,
    _Correlation,
    "numpy",
    {"Corrcoef": "Computes the correlation coefficients of the rows."},
    dtype_rule=OutputDTypeRule.CORRELATION,
)
define(
    __name__,
    SameAsX,
    "math",
    {
        "Erf": "Computes the error function of each element.",
        "Erfc": "Computes 1 minus the error function of each element.",
        "Erfinv": "Computes the inverse error function of each element.",
        "Rsqrt": "Divides 1 by the square root of each element.",
    },
    dtype_rule={"Erfc": OutputDTypeRule.FLOAT},
)
define(
    __name__,
    SameAsX,
    "numpy",
    {
        "Array": "Converts its input to a tensor.",
        "EmptyLike": "Creates a tensor of the input's shape, with arbitrary values.",
        "OnesLike": "Creates a tensor of the input's shape, filled with ones.",
        "ZerosLike": "Creates a tensor of the input's shape, filled with zeros.",
    },
    [("dtype", str | None, None)],
    dtype_rule=Named(OutputDTypeRule.AS_READ),
)
define(
    __name__,
    SameAsX,
    "core",
    {
        "Cast": "Converts its input to another data type.",
        "SaturateCast": "Converts its input to another data type, clipped to that type's bounds.",
    },
    [("dtype", str)],
    dtype_rule=Named(OutputDTypeRule.AS_READ),
)
define(
    __name__,
    SameAsX,
    "numpy",
    {
        "Tril": "Sets every element above a diagonal of the last two axes to 0.",
        "Triu": "Sets every element below a diagonal of the last two axes to 0.",
    },
    [("k", int, 0)],
)


@operation
class Clip(SameAsX, frozen=True):
    """Clips each element to between two bounds.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    x_min: Constant
    x_max: Constant

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.NUMBER


@operation
class NanToNum(SameAsX, frozen=True):
    """Replaces elements that are NaN or infinite with numbers.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    nan: float = 0.0
    posinf: float | None = None
    neginf: float | None = None


@operation
class Round(SameAsX, frozen=True):
    """Rounds each element to a number of decimals.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    decimals: int = 0


@operation
class ConvertToTensor(SameAsX, frozen=True):
    """Converts its input to a tensor.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/ops/core/
    """

    dtype: str | None = None
    sparse: bool | None = None
    ragged: bool | None = None

    output_dtype_rule: ClassVar[Rule] = Named(OutputDTypeRule.AS_READ)


@operation
class StopGradient(Kind, frozen=True):
    """Passes its input on, but stops the gradient.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/ops/core/
    """

    def infer(self, variable: Shape) -> Inference:
        return one(variable)


class _Binary(Kind, frozen=True):
    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.PROMOTED
    call_arguments: ClassVar[tuple[str, ...]] = ("x1", "x2")

    def infer(self, x1: Shape | None = None, x2: Shape | None = None) -> Inference:
        shape = combined(operand(self, "x1", x1), operand(self, "x2", x2))
        return one(shape, merged(shape, x1, x2))

    def changes_batch(self, _read: Shape) -> bool:
        # A constant of higher rank can add axes before the batch.
        constants = [getattr(self, name) for name in self.call_arguments]
        return not all(isinstance(each, int | float | None) for each in constants)


def merged(shape: Shape, *read: Shape | None) -> OpCounts | None:
    """The operation counts of merging tensors; None if an operand is a constant."""
    return None if None in read else OpCounts(merging=elements(shape))


_X1_X2 = [("x1", Constant, None), ("x2", Constant, None)]

define(
    __name__,
    _Binary,
    "numpy",
    {
        "Add": "Adds two operands; one may be a constant.",
        "Arctan2": "Computes the angle of each point, given its y and x.",
        "Divide": "Divides one operand by another; one may be a constant.",
        "DivideNoNan": "Divides one operand by another, with 0 where the divisor is 0.",
        "Equal": "Tests where two operands are equal.",
        "FloorDivide": "Divides one operand by another, and rounds down.",
        "Fmax": "Takes the larger of two operands, ignoring NaN.",
        "Fmin": "Takes the smaller of two operands, ignoring NaN.",
        "Fmod": "Computes the remainder of a division, with the sign of the dividend.",
        "Gcd": "Computes the greatest common divisor of two operands.",
        "Greater": "Tests where one operand is greater than another.",
        "GreaterEqual": "Tests where one operand is at least as large as another.",
        "Heaviside": "Returns 0 below 0, 1 above 0, and the second operand at 0.",
        "Hypot": "Computes the length of the hypotenuse of two legs.",
        "Lcm": "Computes the least common multiple of two operands.",
        "Ldexp": "Multiplies one operand by 2 to the power of another.",
        "Less": "Tests where one operand is less than another.",
        "LessEqual": "Tests where one operand is at most as large as another.",
        "Logaddexp": "Computes the logarithm of the sum of the exponentials of two operands.",
        "Logaddexp2": "Computes the base-2 logarithm of the sum of two powers of 2.",
        "LogicalAnd": "Tests where two operands are both true.",
        "LogicalOr": "Tests where at least one of two operands is true.",
        "LogicalXor": "Tests where exactly one of two operands is true.",
        "Maximum": "Takes the larger of two operands.",
        "Minimum": "Takes the smaller of two operands.",
        "Mod": "Computes the remainder of a division.",
        "Multiply": "Multiplies two operands; one may be a constant.",
        "Nextafter": "Finds the next floating-point number after one operand towards another.",
        "NotEqual": "Tests where two operands are not equal.",
        "Power": "Raises one operand to the power of another.",
        "Subtract": "Subtracts one operand from another; one may be a constant.",
        "TrueDivide": "Divides one operand by another; one may be a constant.",
    },
    _X1_X2,
    dtype_rule={
        **dict.fromkeys(
            (
                *("Equal", "Greater", "GreaterEqual", "Less", "LessEqual", "NotEqual"),
                *("LogicalAnd", "LogicalOr", "LogicalXor"),
            ),
            "bool",
        ),
        **dict.fromkeys(
            ("Divide", "DivideNoNan", "Logaddexp", "Logaddexp2", "TrueDivide"),
            OutputDTypeRule.FLOAT,
        ),
        **dict.fromkeys(("Fmod", "Mod"), OutputDTypeRule.REMAINDER),
        **dict.fromkeys(("Gcd", "Lcm"), OutputDTypeRule.STRONG),
        **dict.fromkeys(("Heaviside", "Hypot"), OutputDTypeRule.FLOAT_OR_BOOL),
        **dict.fromkeys(("Ldexp", "Nextafter"), OutputDTypeRule.STRONG_FLOAT),
        "Arctan2": OutputDTypeRule.FLOAT32_NUMBERS,
    },
    output="the operands' broadcast shape, aligned at the last axis: an axis of 1 is repeated.",
)


@operation
class Isclose(_Binary, frozen=True):
    """Tests where two operands are nearly equal.

    Output: the operands' broadcast shape, aligned at the last axis. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    equal_nan: bool = False
    x1: Constant = None
    x2: Constant = None
    rtol: float = 1e-5
    atol: float = 1e-8

    output_dtype_rule: ClassVar[Rule] = "bool"
    call_arguments: ClassVar[tuple[str, ...]] = ("x1", "x2", "rtol", "atol")


@operation
class Where(Kind, frozen=True):
    """Takes each element from one of two operands, depending on a condition.

    Output: the broadcast shape of all three, aligned at the last axis. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    condition: Constant = None
    x1: Constant = None
    x2: Constant = None

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.PROMOTED
    typed_by: ClassVar[tuple[str, ...]] = ("x1", "x2")
    call_arguments: ClassVar[tuple[str, ...]] = ("condition", "x1", "x2")

    def infer(
        self, condition: Shape | None = None, x1: Shape | None = None, x2: Shape | None = None
    ) -> Inference:
        first, second = optional_operand(self, "x1", x1), optional_operand(self, "x2", x2)
        return one(combined(operand(self, "condition", condition), first or (), second or ()))

    def output_dtypes(self, computes: str | None, read: Types) -> Types:
        # An omitted operand counts as a Python integer, which is int64 with TensorFlow.
        return super().output_dtypes(computes, (*read, "int64")[:2])


class _Bitwise(Kind, frozen=True):
    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.PROMOTED
    call_arguments: ClassVar[tuple[str, ...]] = ("x", "y")

    def infer(self, x: Shape | None = None, y: Shape | None = None) -> Inference:
        operand(self, "y", y)
        shape = operand(self, "x", x)
        return one(shape, merged(shape, x, y))


define(
    __name__,
    _Bitwise,
    "numpy",
    {
        "BitwiseAnd": "Takes the bits that are set in both operands.",
        "BitwiseLeftShift": "Shifts the bits of one operand to the left by another.",
        "BitwiseOr": "Takes the bits that are set in either operand.",
        "BitwiseRightShift": "Shifts the bits of one operand to the right by another.",
        "BitwiseXor": "Takes the bits that are set in exactly one operand.",
        "LeftShift": "Shifts the bits of one operand to the left by another.",
        "RightShift": "Shifts the bits of one operand to the right by another.",
    },
    [("x", Constant, None), ("y", Constant, None)],
    dtype_rule=dict.fromkeys(
        ("BitwiseLeftShift", "BitwiseRightShift", "LeftShift", "RightShift"),
        OutputDTypeRule.SHIFTED,
    ),
    output="as the first operand; Keras ignores the shape of the second.",
)


@operation
class FullLike(Kind, frozen=True):
    """Creates a tensor of the input's shape, filled with one value.

    Output: as x. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    dtype: str | None = None
    fill_value: Constant = None

    output_dtype_rule: ClassVar[Rule] = Named(OutputDTypeRule.AS_READ)
    call_arguments: ClassVar[tuple[str, ...]] = ("fill_value",)

    def infer(self, x: Shape, fill_value: Shape | None = None) -> Inference:
        operand(self, "fill_value", fill_value)
        return one(x)


@operation
class IsIn(Kind, frozen=True):
    """Tests which elements of the first operand occur in the second.

    Output: as x1. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    assume_unique: bool = False
    invert: bool = False
    x1: Constant = None
    x2: Constant = None

    output_dtype_rule: ClassVar[Rule] = "bool"
    call_arguments: ClassVar[tuple[str, ...]] = ("x1", "x2")

    def infer(self, x1: Shape | None = None, x2: Shape | None = None) -> Inference:
        operand(self, "x2", x2)
        return one(operand(self, "x1", x1))


@operation
class Digitize(Kind, frozen=True):
    """Finds the bin that each element falls into.

    Output: as x. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    bins: Constant = None

    output_dtype_rule: ClassVar[Rule] = "int32"
    call_arguments: ClassVar[tuple[str, ...]] = ("bins",)

    def infer(self, x: Shape, bins: Shape | None = None) -> Inference:
        _one_axis(operand(self, "bins", bins), "bins", least=0)
        return one(x)


@operation
class SearchSorted(Kind, frozen=True):
    """Finds the index at which each value fits into a sorted sequence.

    Output: as values. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    side: str = "left"
    sorted_sequence: Constant = None
    values: Constant = None

    call_arguments: ClassVar[tuple[str, ...]] = ("sorted_sequence", "values")

    def infer(self, sorted_sequence: Shape | None = None, values: Shape | None = None) -> Inference:
        _one_axis(operand(self, "sorted_sequence", sorted_sequence), "sorted_sequence", least=1)
        return one(operand(self, "values", values))

    def output_dtypes(self, _computes: str | None, _read: Types) -> Types:
        # int64 if the length of the sequence is unknown, or too large for int32.
        return (None if self.sorted_sequence is None else "int32",)


@operation
class Polar(Kind, frozen=True):
    """Builds complex numbers from their absolute values and angles.

    Output: as abs_. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    abs_: Constant = None
    angle: Constant = None

    output_dtype_rule: ClassVar[Rule] = "float32"
    call_arguments: ClassVar[tuple[str, ...]] = ("abs_", "angle")

    def infer(self, abs_: Shape | None = None, angle: Shape | None = None) -> Inference:
        operand(self, "angle", angle)
        return one(operand(self, "abs_", abs_))


def _one_axis(shape: Shape, name: str, *, least: int) -> None:
    if not least <= len(shape) <= 1:
        raise LayerError("wrong-rank", f"{name} must have 1 dimension, but has {len(shape)}")
