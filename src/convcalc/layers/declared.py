"""Layer kinds that users declare as expressions over the inputs."""

from collections.abc import Mapping
from math import inf
from typing import Any, ClassVar, cast

import msgspec

from convcalc.expressions import (
    UNKNOWN_DIMENSION,
    Evaluator,
    ExpressionError,
    UnknownDimension,
    UnknownDimensionError,
    with_names,
)
from convcalc.layers.argument_types import LARGEST
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import UNKNOWN_OP_COUNTS, Inference, OpCounts, Weight
from convcalc.layers.kind import Kind
from convcalc.layers.outputs import OutputDTypeRule, Rule
from convcalc.shapes import Dim, Shape

REQUIRED = msgspec.NODEFAULT
"""Marks an argument without a default."""


class WeightDeclaration(msgspec.Struct, frozen=True):
    """A declared weight, whose shape is a list of numbers and expressions, or one expression."""

    shape: Any
    trainable: bool = True


class Declared(Kind, frozen=True):
    """The base of all declared kinds, whose rule evaluates their expressions."""

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.COMPUTED_OF_FLOATS
    weights: ClassVar[Mapping[str, WeightDeclaration]] = {}
    output: ClassVar[Any] = "=input"
    macs: ClassVar[Any] = None
    """None means unknown: the declaration doesn't give them."""
    variables: ClassVar[Mapping[str, Any]] = {}

    def infer(self, *inputs: Shape) -> Inference:
        """Evaluate the declaration, where `inputs` and `output` exclude the batch."""
        names = self._names(inputs)
        output = _shape(self.output, names, "output")
        batch = inputs[0][0] if inputs and inputs[0] else None
        weights = []
        for name, declaration in self.weights.items():
            shape = _shape(declaration.shape, names, f"weight {name}")
            known = tuple(dim for dim in shape if dim is not None)
            if len(known) != len(shape):
                raise LayerError(
                    "unknown-dimension",
                    f"the shape of weight {name} depends on a dimension that is not known",
                    help="give the input this size",
                )
            weights.append(Weight(name, known, declaration.trainable))
        op_counts = self._op_counts(output, names)
        return Inference(((batch, *output),), tuple(weights), counted=op_counts)

    def _op_counts(self, output: Shape, names: Mapping[str, Any]) -> OpCounts:
        """The declared MACs, counted as matrix products whatever they are; the rest is unknown."""
        if self.macs is None:
            return UNKNOWN_OP_COUNTS
        value = _value(self.macs, with_names(names, {"output": _as_operand(output)}), "macs")
        macs = _whole(value, "the number of macs")
        return msgspec.structs.replace(UNKNOWN_OP_COUNTS, convolution=0, matrix=macs, attention=0)

    def _names(self, inputs: tuple[Shape, ...]) -> Mapping[str, Any]:
        shapes = [_as_operand(shape[1:]) for shape in inputs]
        arguments = {name: getattr(self, name) for name in self.__struct_fields__}
        own = {**arguments, "inputs": shapes, "input": shapes[0] if shapes else []}
        return with_names(self.variables, own)


def declare(
    name: str,
    args: Mapping[str, Any],
    weights: Mapping[str, WeightDeclaration],
    output: Any,
    macs: Any,
    variables: Mapping[str, Any],
) -> type[Kind]:
    """Build a kind from a declaration; arguments whose default is REQUIRED have none."""
    kind: Any = msgspec.defstruct(
        name,
        [
            (arg, Any) if default is REQUIRED else (arg, Any, _default(default))
            for arg, default in args.items()
        ],
        bases=(Declared,),
        namespace={"weights": weights, "output": output, "macs": macs, "variables": variables},
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
    )
    kind.__doc__ = f"{name}, as this file declares it."
    return cast("type[Kind]", kind)


def _default(value: Any) -> Any:
    return msgspec.field(default_factory=lambda: value)


def _shape(declared: Any, names: Mapping[str, Any], what: str) -> tuple[Dim, ...]:
    dims = _value(declared, names, what) if isinstance(declared, str) else declared
    if not isinstance(dims, list):
        raise LayerError("declaration", f"the {what} of the declaration is not a list: {dims!r}")
    return tuple(
        _whole(_value(dim, names, what), f"a dimension of the {what}", LARGEST) for dim in dims
    )


def _as_operand(shape: Shape) -> list[Any]:
    return [UNKNOWN_DIMENSION if dim is None else dim for dim in shape]


def _value(declared: Any, names: Mapping[str, Any], what: str) -> Any:
    if not (isinstance(declared, str) and declared.startswith("=")):
        return declared
    try:
        return Evaluator().evaluate(declared[1:], names)
    except UnknownDimensionError:
        return UNKNOWN_DIMENSION
    except ExpressionError as error:
        raise LayerError(
            "expression", f"in the {what}: {error.message}", help=error.help
        ) from error


def _whole(value: Any, what: str, most: float = inf) -> Dim:
    if value is None or isinstance(value, UnknownDimension):
        return None
    if isinstance(value, int) and value < 0:
        raise LayerError("wrong-value", f"{what} is negative: {value}")
    if isinstance(value, bool) or not isinstance(value, int) or value > most:
        raise LayerError(
            "wrong-value",
            f"{what} is {value!r}, not a whole number",
            help="// divides without a remainder, and int(), round() make whole numbers",
        )
    return value
