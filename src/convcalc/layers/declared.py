"""Layer kinds of the user's own: declared as expressions over the inputs, not programmed."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

import msgspec

from convcalc.layers.kind import LARGEST, Inference, Kind, LayerError, Weight
from convcalc.shapes import Dim, Shape

REQUIRED = msgspec.NODEFAULT
"""The default of an argument that has none."""


class WeightDeclaration(msgspec.Struct, frozen=True):
    """A weight as declared: its shape, as numbers and expressions or one expression for all."""

    shape: Any
    trainable: bool = True


class Declared(Kind, frozen=True):
    """What all declared kinds share: the rule that computes their expressions."""

    weights: ClassVar[Mapping[str, WeightDeclaration]] = {}
    output: ClassVar[Any] = "=input"
    variables: ClassVar[Mapping[str, Any]] = {}

    def infer(self, *inputs: Shape) -> Inference:
        """Compute the declared output and weights; `inputs` are without the batch there."""
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
        return Inference(((batch, *output),), tuple(weights))

    def _names(self, inputs: tuple[Shape, ...]) -> dict[str, Any]:
        from convcalc.expressions import UNKNOWN_DIMENSION  # noqa: PLC0415 (start-up time)

        shapes = [
            [UNKNOWN_DIMENSION if dim is None else dim for dim in shape[1:]] for shape in inputs
        ]
        arguments = {name: getattr(self, name) for name in self.__struct_fields__}
        return {
            **self.variables,
            **arguments,
            "inputs": shapes,
            "input": shapes[0] if shapes else [],
        }


def declare(
    name: str,
    args: Mapping[str, Any],
    weights: Mapping[str, WeightDeclaration],
    output: Any,
    variables: Mapping[str, Any],
) -> type[Kind]:
    """Make a kind of a declaration; an argument whose default is REQUIRED has none."""
    kind: Any = msgspec.defstruct(
        name,
        [
            (arg, Any) if default is REQUIRED else (arg, Any, _default(default))
            for arg, default in args.items()
        ],
        bases=(Declared,),
        namespace={"weights": weights, "output": output, "variables": variables},
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
    )
    kind.__doc__ = f"{name}, as this file declares it."
    return cast("type[Kind]", kind)


def _default(value: Any) -> Any:
    return msgspec.field(default_factory=lambda: value)


def _shape(declared: Any, names: Mapping[str, Any], what: str) -> tuple[Dim, ...]:
    """A shape of numbers and expressions, computed."""
    dims = _value(declared, names, what) if isinstance(declared, str) else declared
    if not isinstance(dims, list):
        raise LayerError("declaration", f"the {what} of the declaration is not a list: {dims!r}")
    return tuple(_dim(_value(dim, names, what), what) for dim in dims)


def _value(declared: Any, names: Mapping[str, Any], what: str) -> Any:
    if not (isinstance(declared, str) and declared.startswith("=")):
        return declared
    from convcalc.expressions import (  # noqa: PLC0415 (start-up time)
        UNKNOWN_DIMENSION,
        Evaluator,
        ExpressionError,
        UnknownDimensionError,
    )

    try:
        return Evaluator().evaluate(declared[1:], names)
    except UnknownDimensionError:
        return UNKNOWN_DIMENSION
    except ExpressionError as error:
        raise LayerError(
            "expression", f"in the {what}: {error.message}", help=error.help
        ) from error


def _dim(value: Any, what: str) -> Dim:
    from convcalc.expressions import UnknownDimension  # noqa: PLC0415 (start-up time)

    if value is None or isinstance(value, UnknownDimension):
        return None
    if isinstance(value, int) and value < 0:
        raise LayerError("wrong-value", f"a dimension of the {what} is negative: {value}")
    if isinstance(value, bool) or not isinstance(value, int) or value > LARGEST:
        raise LayerError(
            "wrong-value",
            f"a dimension of the {what} is {value!r}, not a whole number",
            help="// divides without a remainder, and int(), round() make whole numbers",
        )
    return value
