"""Operations on each element by itself, or on the elements at the same place of several tensors."""

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
    "as the input.",
    {
        "Abs": "Takes the absolute value of each element.",
        "Absolute": "Takes the absolute value of each element.",
        "Angle": "Takes the angle of each complex element.",
        "Arccos": "Takes the inverse cosine of each element.",
        "Arccosh": "Takes the inverse hyperbolic cosine of each element.",
        "Arcsin": "Takes the inverse sine of each element.",
        "Arcsinh": "Takes the inverse hyperbolic sine of each element.",
        "Arctan": "Takes the inverse tangent of each element.",
        "Arctanh": "Takes the inverse hyperbolic tangent of each element.",
        "BitwiseInvert": "Turns every bit of each element.",
        "BitwiseNot": "Turns every bit of each element.",
        "Cbrt": "Takes the cube root of each element.",
        "Ceil": "Rounds each element up.",
        "Conj": "Takes the complex conjugate of each element.",
        "Conjugate": "Takes the complex conjugate of each element.",
        "Copy": "Copies its input.",
        "Cos": "Takes the cosine of each element.",
        "Cosh": "Takes the hyperbolic cosine of each element.",
        "Deg2rad": "Makes radians of degrees, element by element.",
        "Exp": "Takes the exponential of each element.",
        "Exp2": "Takes 2 to the power of each element.",
        "Expm1": "Takes the exponential of each element, less 1.",
        "Fabs": "Takes the absolute value of each element, as a float.",
        "Floor": "Rounds each element down.",
        "I0": "Takes the modified Bessel function of order 0 of each element.",
        "Imag": "Takes the imaginary part of each element.",
        "Isfinite": "Tells which elements are finite.",
        "Isinf": "Tells which elements are infinite.",
        "Isnan": "Tells which elements are not a number.",
        "Isneginf": "Tells which elements are negative infinity.",
        "Isposinf": "Tells which elements are positive infinity.",
        "Isreal": "Tells which elements are real.",
        "Log": "Takes the natural logarithm of each element.",
        "Log10": "Takes the logarithm to base 10 of each element.",
        "Log1p": "Takes the natural logarithm of each element plus 1.",
        "Log2": "Takes the logarithm to base 2 of each element.",
        "LogicalNot": "Takes the opposite of each truth value.",
        "Negative": "Changes the sign of each element.",
        "Rad2deg": "Makes degrees of radians, element by element.",
        "Real": "Takes the real part of each element.",
        "Reciprocal": "Divides 1 by each element.",
        "Sign": "Takes the sign of each element.",
        "Signbit": "Tells which elements are negative.",
        "Sin": "Takes the sine of each element.",
        "Sinc": "Takes the normalized sinc of each element.",
        "Sinh": "Takes the hyperbolic sine of each element.",
        "Sqrt": "Takes the square root of each element.",
        "Square": "Multiplies each element by itself.",
        "Tan": "Takes the tangent of each element.",
        "Trunc": "Cuts the fraction off each element.",
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
    "as the input.",
    {"Tanh": "Takes the hyperbolic tangent of each element."},
    dtype_rule=OutputDTypeRule.FLOAT,
)


class _Correlation(SameAsX, frozen=True):
    # That is what Keras gives, whatever the rows are. These are multiplied with each other, and
    # as a rule they are the samples.
    def op_counts(self, x: Shape) -> OpCounts:  # noqa: ARG002 (whatever its sizes are)
        return OpCounts(matrix=None)


define(
    __name__,
    _Correlation,
    "numpy",
    "as the input.",
    {"Corrcoef": "Takes the correlation coefficients of the rows."},
    dtype_rule=OutputDTypeRule.CORRELATION,
)
define(
    __name__,
    SameAsX,
    "math",
    "as the input.",
    {
        "Erf": "Takes the error function of each element.",
        "Erfc": "Takes 1 less the error function of each element.",
        "Erfinv": "Takes the inverse error function of each element.",
        "Rsqrt": "Divides 1 by the square root of each element.",
    },
    dtype_rule={"Erfc": OutputDTypeRule.FLOAT},
)
define(
    __name__,
    SameAsX,
    "numpy",
    "as the input.",
    {
        "Array": "Makes a tensor of its input.",
        "EmptyLike": "Makes a tensor of any values that is shaped as its input.",
        "OnesLike": "Makes a tensor of ones that is shaped as its input.",
        "ZerosLike": "Makes a tensor of zeros that is shaped as its input.",
    },
    [("dtype", str | None, None)],
    dtype_rule=Named(OutputDTypeRule.AS_READ),
)
define(
    __name__,
    SameAsX,
    "core",
    "as the input.",
    {
        "Cast": "Makes its input one of another data type.",
        "SaturateCast": "Makes its input one of another data type, within that type's bounds.",
    },
    [("dtype", str)],
    dtype_rule=Named(OutputDTypeRule.AS_READ),
)
define(
    __name__,
    SameAsX,
    "numpy",
    "as the input.",
    {
        "Tril": "Makes every element above a diagonal of the last two axes 0.",
        "Triu": "Makes every element below a diagonal of the last two axes 0.",
    },
    [("k", int, 0)],
)


@operation
class Clip(SameAsX, frozen=True):
    """Brings each element to between two bounds.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    x_min: Constant
    x_max: Constant

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.NUMBER


@operation
class NanToNum(SameAsX, frozen=True):
    """Puts numbers where an element is infinite or not a number.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    nan: float = 0.0
    posinf: float | None = None
    neginf: float | None = None


@operation
class Round(SameAsX, frozen=True):
    """Rounds each element to so many decimals.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    decimals: int = 0


@operation
class ConvertToTensor(SameAsX, frozen=True):
    """Makes a tensor of its input.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/ops/core/
    """

    dtype: str | None = None
    sparse: bool | None = None
    ragged: bool | None = None

    output_dtype_rule: ClassVar[Rule] = Named(OutputDTypeRule.AS_READ)


@operation
class StopGradient(Kind, frozen=True):
    """Passes its input on, but no gradient back.

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
        # A constant of more axes has others before the samples.
        constants = [getattr(self, name) for name in self.call_arguments]
        return not all(isinstance(each, int | float | None) for each in constants)


def merged(shape: Shape, *read: Shape | None) -> OpCounts | None:
    """What it takes to make one tensor of several; an operand that is a constant is none."""
    return None if None in read else OpCounts(merging=elements(shape))


_X1_X2 = [("x1", Constant, None), ("x2", Constant, None)]

define(
    __name__,
    _Binary,
    "numpy",
    "the operands' shapes combined, aligned at the last axis: an axis of 1 is repeated.",
    {
        "Add": "Adds two operands, of which one may be a constant.",
        "Arctan2": "Takes the angle of each point of two operands, y and x.",
        "Divide": "Divides one operand by another; one may be a constant.",
        "DivideNoNan": "Divides one operand by another, and gives 0 where that is 0.",
        "Equal": "Tells where two operands are equal.",
        "FloorDivide": "Divides one operand by another, and rounds down.",
        "Fmax": "Takes the larger of two operands, or the one that is a number.",
        "Fmin": "Takes the smaller of two operands, or the one that is a number.",
        "Fmod": "Takes the remainder of a division, with the sign of what is divided.",
        "Gcd": "Takes the greatest common divisor of two operands.",
        "Greater": "Tells where one operand is greater than another.",
        "GreaterEqual": "Tells where one operand is at least another.",
        "Heaviside": "Gives 0 below 0, 1 above, and the second operand at 0.",
        "Hypot": "Takes the length of the hypotenuse of two sides.",
        "Lcm": "Takes the least common multiple of two operands.",
        "Ldexp": "Multiplies one operand by 2 to the power of another.",
        "Less": "Tells where one operand is less than another.",
        "LessEqual": "Tells where one operand is at most another.",
        "Logaddexp": "Takes the logarithm of the sum of the exponentials of two operands.",
        "Logaddexp2": "Takes the same to base 2.",
        "LogicalAnd": "Tells where two operands are both true.",
        "LogicalOr": "Tells where one of two operands is true.",
        "LogicalXor": "Tells where exactly one of two operands is true.",
        "Maximum": "Takes the larger of two operands.",
        "Minimum": "Takes the smaller of two operands.",
        "Mod": "Takes the remainder of a division.",
        "Multiply": "Multiplies two operands, of which one may be a constant.",
        "Nextafter": "Takes the next number after one operand towards another.",
        "NotEqual": "Tells where two operands are not equal.",
        "Power": "Takes one operand to the power of another.",
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
)


@operation
class Isclose(_Binary, frozen=True):
    """Tells where two operands are nearly equal.

    Output: the operands' shapes combined, aligned at the last axis. Weights: none.
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
    """Takes each element from one of two operands, as a condition says.

    Output: the three shapes combined, aligned at the last axis. Weights: none.
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
        # What is left out counts as a whole number, which has 64 bits with TensorFlow.
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
    "as the first operand, which is all that Keras looks at.",
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
)


@operation
class FullLike(Kind, frozen=True):
    """Makes a tensor that is shaped as its input and holds one value.

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
    """Tells which elements of the first operand are among those of the second.

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
    """Finds the place of each value in a sorted sequence.

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
        # int64 for a sequence whose length is not known, or is more than int32 can hold.
        return (None if self.sorted_sequence is None else "int32",)


@operation
class Polar(Kind, frozen=True):
    """Makes complex numbers of their absolute values and angles.

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
