"""What comes of a layer, told alike for Keras and for convcalc."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

from convcalc.layers import find
from convcalc.layers.binding import bind
from convcalc.layers.calling import call, is_trained
from convcalc.layers.errors import LayerError

Shape: TypeAlias = tuple[int | None, ...]
WeightOutcome: TypeAlias = tuple[str, tuple[int, ...], bool]


class Case(NamedTuple):
    """A layer's arguments and the shapes that it is called on.

    The last of the inputs are passed by `names`; a name given several times holds a list.
    """

    args: dict[str, Any]
    inputs: tuple[Shape, ...]
    names: tuple[str, ...] = ()


class Accepted(NamedTuple):
    """Output shapes, and weights as (path inside of the layer, shape, trainable)."""

    outputs: tuple[Shape, ...]
    weights: tuple[WeightOutcome, ...]


class Refused(NamedTuple):
    """Why a layer is refused, and whether its arguments alone are enough to refuse it."""

    message: str
    by: Literal["arguments", "inputs"]
    argument: str | None = None
    code: str | None = None


Outcome: TypeAlias = Accepted | Refused


def infer(
    kind: str, args: Mapping[str, Any], inputs: Sequence[Shape], names: Sequence[str] = ()
) -> Outcome:
    """What convcalc makes of the layer."""
    found = find(kind)
    assert found, kind
    try:
        bound = bind(found, (), args, {})
    except ExceptionGroup as group:
        error = group.exceptions[0]
        if not isinstance(error, LayerError):
            raise
        argument = error.within[0].argument if error.within else error.argument
        return Refused(error.message, "arguments", argument, error.code)
    try:
        inference = call(bound.layer, inputs, names, listed=True)
    except LayerError as error:
        return Refused(error.message, "inputs", error.argument, error.code)
    return Accepted(
        inference.outputs,
        tuple((w.path, w.shape, is_trained(w, bound)) for w in inference.weights),
    )
