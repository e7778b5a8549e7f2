"""The operands of operations: tensors, constants, and how Keras writes both in a file."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import Meta

from convcalc.advice import ReadInputs, advise
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference, OpCounts, elements
from convcalc.layers.kind import Kind, operation
from convcalc.layers.outputs import Rule
from convcalc.layers.requirements import normalize_axes
from convcalc.shapes import Shape, broadcast_shapes, shape_of_numbers

Constant: TypeAlias = Any
"""An operand that isn't a tensor: a number, or evenly nested lists of numbers."""

MOST_AXES = 64
"""The largest number of dimensions of a numpy array."""

Axis: TypeAlias = int | None
Axes: TypeAlias = int | tuple[int, ...] | None
Pair: TypeAlias = Annotated[tuple[int, ...], Meta(min_length=2, max_length=2)]

OperandField: TypeAlias = tuple[str, Any] | tuple[str, Any, Any]


def define(
    family: str,
    rule: type[Kind],
    page: str,
    sentences: Mapping[str, str],
    fields: Sequence[OperandField] = (),
    dtype_rule: Mapping[str, Rule] | Rule | None = None,
    *,
    output: str = "as the input.",
) -> None:
    """Register operations that share a rule and differ only in name and meaning.

    `family` is the module of the operations, `page` the page of Keras's documentation, and
    `sentences` describe the operations by name. `dtype_rule` overrides the rule's own output dtype
    rule, for all operations or by name.
    """
    for name, sentence in sentences.items():
        own = dtype_rule.get(name) if isinstance(dtype_rule, Mapping) else dtype_rule
        source = f"https://keras.io/api/ops/{page}/"
        namespace = {
            "__doc__": f"{sentence}\n\nOutput: {output} Weights: none.\nSource: {source}\n",
            "output_dtype_rule": own or rule.output_dtype_rule,
        }
        cls: Any = msgspec.defstruct(
            name, [*fields], bases=(rule,), module=family, namespace=namespace, frozen=True
        )
        operation(cls)


def plain(serialized: Any) -> Any:
    """A serialized constant from a Keras file, as a spec would write it.

    Arrays become nested lists, slices strings such as "1:-1", and an ellipsis "...".
    """
    if isinstance(serialized, list | tuple):
        return [plain(item) for item in serialized]
    config = serialized.get("config") if isinstance(serialized, dict) else None
    if not isinstance(config, dict):
        return serialized
    match serialized.get("class_name"):
        case "__slice__":
            return plain_slice(config.get("start"), config.get("stop"), config.get("step"))
        case "__ellipsis__":
            return "..."
        case "__tensor__" | "__numpy__":
            return config.get("value")
    return serialized


def plain_slice(start: Any, stop: Any, step: Any) -> str:
    """A slice in Python's notation."""
    parts = (start, stop) if step is None else (start, stop, step)
    return ":".join("" if part is None else str(part) for part in parts)


def operand(layer: Kind, name: str, read: Shape | None) -> Shape:
    """The shape of an operand: an input, or the constant in the field of the same name.

    Raises LayerError if both or neither is given.
    """
    shape = optional_operand(layer, name, read)
    if shape is None:
        raise LayerError(
            "wrong-inputs",
            f"{type(layer).__name__} needs {name}, which may be read or a constant",
            help=advise(
                f"give it as the argument {name}, or name what is read, as in {{}}",
                ReadInputs({name: "a"}),
            ),
        )
    return shape


def optional_operand(layer: Kind, name: str, read: Shape | None) -> Shape | None:
    """The shape of an optional operand, or None if it is left out."""
    constant = getattr(layer, name)
    if constant is None:
        return read
    if read is not None:
        raise LayerError(
            "wrong-inputs",
            f"{name} is a constant and can't be read as well",
            argument=name,
            help=advise("name what is read by its parameter, as in {}", ReadInputs({"x2": "a"})),
        )
    return shape_of_constant(constant, name)


def operands(layer: Kind, name: str, read: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """The shapes of a list of operands; the field of its name has null in place of each input."""
    places: tuple[Constant, ...] | None = getattr(layer, name)
    if places is None:
        return read
    if places.count(None) != len(read):
        raise LayerError(
            "wrong-inputs",
            f"{name} has a place (null) for {places.count(None)} inputs, but {len(read)} are read",
            argument=name,
        )
    shapes = iter(read)
    return tuple(next(shapes) if c is None else shape_of_constant(c, name) for c in places)


def shape_of_constant(value: Constant, argument: str) -> Shape:
    """The shape of a number or of nested lists of numbers."""
    try:
        shape = shape_of_numbers(value)
    except TypeError:
        raise LayerError(
            "wrong-type", f"{argument} must be a number or lists of numbers", argument=argument
        ) from None
    except ValueError:
        raise LayerError(
            "wrong-value", f"{argument} has lists of unequal lengths in it", argument=argument
        ) from None
    if len(shape) > MOST_AXES:
        raise LayerError(
            "wrong-value", f"{argument} has more than {MOST_AXES} dimensions", argument=argument
        )
    return shape


def combined(*given: Shape) -> Shape:
    """The shape that operands broadcast to. Raises LayerError if they can't."""
    shape: Shape = ()
    for other in given:
        try:
            shape = broadcast_shapes(shape, other)
        except ValueError as error:
            raise LayerError(
                "shape-mismatch", str(error), help="make them equal, or one of them 1"
            ) from None
    return shape


def indexes(axes: int | tuple[int, ...], shape: Shape, argument: str = "axis") -> tuple[int, ...]:
    """One or more axes, each counted from 0. Raises LayerError if one is out of range."""
    return normalize_axes((axes,) if isinstance(axes, int) else axes, shape, argument)


def one(shape: Shape, op_counts: OpCounts | None = None) -> Inference:
    """The inference of an operation with one output."""
    return Inference((shape,), counted=op_counts)


class SameAsX(Kind, frozen=True):
    """An operation whose output has the shape of its only operand."""

    def changes_batch(self, _read: Shape) -> bool:
        return False

    def infer(self, x: Shape) -> Inference:
        return one(x, self.op_counts(x))

    def op_counts(self, x: Shape) -> OpCounts | None:  # noqa: ARG002 (most count nothing)
        """The operation counts for an operand of this shape; None if nothing is counted."""
        return None


class ActivationOfX(SameAsX, frozen=True):
    """An operation that is an activation of its only operand."""

    def op_counts(self, x: Shape) -> OpCounts:
        return OpCounts(activation=elements(x))
