"""Operations that create a tensor: of one value, of spaced numbers, or of powers."""

from typing import ClassVar

from convcalc.layers.argument_types import NonNegative
from convcalc.layers.inference import Inference
from convcalc.layers.kind import Kind, operation
from convcalc.layers.ops.operands import Constant, combined, one, operand, optional_operand
from convcalc.layers.outputs import Named, OutputDTypeRule, Rule, Types
from convcalc.layers.requirements import expect_least_rank, normalize_axis
from convcalc.shapes import Shape, insert


@operation
class Full(Kind, frozen=True):
    """Creates a tensor filled with one value.

    Output: shape. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    shape: tuple[NonNegative | None, ...]
    dtype: str | None = None
    fill_value: Constant = None

    output_dtype_rule: ClassVar[Rule] = Named("float32")
    call_arguments: ClassVar[tuple[str, ...]] = ("fill_value",)

    def infer(self, fill_value: Shape | None = None) -> Inference:
        optional_operand(self, "fill_value", fill_value)
        return one(self.shape)


class _Spaced(Kind, frozen=True):
    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.FLOAT
    typed_by: ClassVar[tuple[str, ...]] = ("start",)
    call_arguments: ClassVar[tuple[str, ...]] = ("start", "stop")

    num: NonNegative = 50
    endpoint: bool = True

    @property
    def axis(self) -> int:
        """The position of the new axis in the output."""
        raise NotImplementedError

    def infer(self, start: Shape | None = None, stop: Shape | None = None) -> Inference:
        shape = combined(operand(self, "start", start), operand(self, "stop", stop))
        return one(insert(shape, normalize_axis(self.axis, (*shape, 1)), self.num))

    def output_dtypes(self, computes: str | None, read: Types) -> Types:
        named: str | None = getattr(self, "dtype", None)
        return super().output_dtypes(computes, (named,) if named else read)


@operation
class Linspace(_Spaced, frozen=True):
    """Creates evenly spaced numbers from start to stop.

    Output: the broadcast shape of start and stop, with a new axis of num. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    retstep: bool = False
    dtype: str | None = None
    axis: int = 0
    start: Constant = None
    stop: Constant = None


@operation
class Geomspace(_Spaced, frozen=True):
    """Creates numbers from start to stop, each a constant multiple of the one before.

    Output: the broadcast shape of start and stop, with a new axis of num. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    dtype: str | None = None
    axis: int = 0
    start: Constant = None
    stop: Constant = None


@operation
class Logspace(_Spaced, frozen=True):
    """Creates powers of a base, with evenly spaced exponents from start to stop.

    Output: the broadcast shape of start and stop, with a new axis of num. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    base: float = 10
    dtype: str | None = None
    axis: int = 0
    start: Constant = None
    stop: Constant = None


@operation
class Vander(Kind, frozen=True):
    """Computes the powers of each element.

    Output: the input's shape with a new last axis of N, or of its first size. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    N: NonNegative | None = None
    increasing: bool = False

    def infer(self, x: Shape) -> Inference:
        expect_least_rank(x, 0 if self.N is not None else 1)
        return one((*x, x[0] if self.N is None else self.N))
