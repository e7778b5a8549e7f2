"""The tables that a family's rules are tested with; a case begins with its reason."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import pytest

from arithmetic import worked_out
from convcalc.explanations.tracing import trace
from convcalc.layers import find
from convcalc.layers.binding import bind
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference, OpCounts
from convcalc.layers.kind import Kind
from convcalc.symbolic import formula

Shape: TypeAlias = tuple[int | None, ...]
Weight: TypeAlias = tuple[str, tuple[int, ...], bool]
Arguments: TypeAlias = dict[str, Any]
Test: TypeAlias = Callable[..., None]

Shapes: TypeAlias = list[tuple[str, str, Arguments, list[Shape], Shape]]
"""Reason, kind, arguments, input shapes and the output shape."""

Several: TypeAlias = list[tuple[str, str, Arguments, list[Shape], list[Shape]]]
"""Reason, kind, arguments, input shapes and the shapes of all outputs."""

Weights: TypeAlias = list[tuple[str, str, Arguments, list[Shape], list[Weight]]]
"""Reason, kind, arguments, input shapes and each weight's path, shape and whether it is trained."""

Works: TypeAlias = list[tuple[str, str, Arguments, list[Shape], dict[str, int | None]]]
"""Reason, kind, arguments, input shapes and the counts of the work that are not 0."""

Refusals: TypeAlias = list[tuple[str, str, Arguments, list[Shape], str, str | None, str]]
"""Reason, kind, arguments, input shapes, and the fault's code, argument and part of its message."""


def infer(kind: str, args: Arguments, inputs: Sequence[Shape]) -> Inference:
    """Bind a layer and apply its rule, which must also explain itself in the same numbers."""
    found = find(kind)
    assert found, kind
    layer = bind(found, (), args, {}).layer
    inference = layer.infer(*inputs)
    explained(layer, inputs, inference)
    return inference


def explained(
    layer: Kind, inputs: Sequence[Shape], inference: Inference, names: Sequence[str] = ()
) -> None:
    """Hold what explanations say of a layer against what its rule found.

    The traced rule must find the same, each formula must come to the number at its end, and every
    sentence must be one.
    """
    traced = trace(layer, inputs, names, listed=True)
    assert traced.inference == inference
    for found in (*traced.inference.outputs, *(w.shape for w in traced.inference.weights)):
        for number in found:
            assert number is None or worked_out(formula(number)) == number
    arguments = traced.arguments
    given = (traced.inference, *arguments.args)
    for sentence in traced.layer.explain(*given, **arguments.kwargs):
        assert sentence[0].isupper(), sentence
        assert sentence.endswith("."), sentence
        assert sentence == " ".join(sentence.split())
    traced.layer.illustration(*given, **arguments.kwargs)
    list(traced.layer.alternatives(*arguments.args, **arguments.kwargs))


def shape_test(table: Shapes) -> Test:
    """A test of every output shape in the table."""

    @_each(table, "kind args inputs output")
    def test(kind: str, args: Arguments, inputs: list[Shape], output: Shape) -> None:
        assert infer(kind, args, inputs).outputs == (output,)

    return test


def several_test(table: Several) -> Test:
    """A test of all output shapes, in order, of every layer in the table."""

    @_each(table, "kind args inputs outputs")
    def test(kind: str, args: Arguments, inputs: list[Shape], outputs: list[Shape]) -> None:
        assert list(infer(kind, args, inputs).outputs) == outputs

    return test


def weights_test(table: Weights) -> Test:
    """A test of all weights, in order, of every layer in the table."""

    @_each(table, "kind args inputs weights")
    def test(kind: str, args: Arguments, inputs: list[Shape], weights: list[Weight]) -> None:
        inferred = infer(kind, args, inputs).weights
        assert [(w.path, w.shape, w.trainable) for w in inferred] == weights

    return test


def work_test(table: Works) -> Test:
    """A test of all counts of the work of every layer in the table, which no batch changes."""

    @_each(table, "kind args inputs counts")
    def test(
        kind: str, args: Arguments, inputs: list[Shape], counts: dict[str, int | None]
    ) -> None:
        assert infer(kind, args, inputs).op_counts == OpCounts(**counts)
        batches = [(7, *shape[1:]) for shape in inputs]
        assert infer(kind, args, batches).op_counts == OpCounts(**counts)

    return test


def refusal_test(table: Refusals) -> Test:
    """A test of the fault of every layer in the table."""

    @_each(table, "kind args inputs code argument message")
    def test(
        kind: str,
        args: Arguments,
        inputs: list[Shape],
        code: str,
        argument: str | None,
        message: str,
    ) -> None:
        error = _refused(kind, args, inputs)
        assert (error.code, error.argument) == (code, argument)
        assert message in error.message

    return test


def _refused(kind: str, args: Arguments, inputs: list[Shape]) -> LayerError:
    with pytest.raises((LayerError, ExceptionGroup)) as caught:
        infer(kind, args, inputs)
    refusal = caught.value
    if isinstance(refusal, ExceptionGroup):
        (refusal,) = refusal.exceptions
    assert isinstance(refusal, LayerError)
    return refusal


def _each(table: Iterable[tuple[Any, ...]], names: str) -> Callable[[Test], Test]:
    cases = [pytest.param(*case, id=reason) for reason, *case in table]
    return pytest.mark.parametrize(names.split(), cases)
