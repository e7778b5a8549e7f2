"""What comes of a layer, told alike for Keras and for convcalc."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

from convcalc.layers import kinds
from convcalc.layers.binding import bind
from convcalc.layers.kind import LayerError

Shape: TypeAlias = tuple[int | None, ...]
WeightOutcome: TypeAlias = tuple[str, tuple[int, ...], bool]


class Case(NamedTuple):
    """A layer's arguments and the shapes that it is called on."""

    args: dict[str, Any]
    inputs: tuple[Shape, ...]


class Accepted(NamedTuple):
    """Output shapes, and weights as (name, shape, trainable)."""

    outputs: tuple[Shape, ...]
    weights: tuple[WeightOutcome, ...]


class Refused(NamedTuple):
    """Why a layer is refused, and whether its arguments alone are enough to refuse it."""

    message: str
    by: Literal["arguments", "inputs"]
    argument: str | None = None
    code: str | None = None


Outcome: TypeAlias = Accepted | Refused


def infer(kind: str, args: Mapping[str, Any], inputs: Sequence[Shape]) -> Outcome:
    """What convcalc makes of the layer."""
    try:
        bound = bind(kinds()[kind], (), args, {})
    except ExceptionGroup as group:
        error = group.exceptions[0]
        if not isinstance(error, LayerError):
            raise
        return Refused(error.message, "arguments", error.argument, error.code)
    try:
        inference = bound.layer.infer(*inputs)
    except LayerError as error:
        return Refused(error.message, "inputs", error.argument, error.code)
    return Accepted(
        inference.outputs,
        tuple((w.name, w.shape, w.trainable and bound.trainable) for w in inference.weights),
    )
