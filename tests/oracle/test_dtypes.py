"""The types of outputs against real Keras: the same as it says, or unknown; never another."""

import warnings
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings

from convcalc.layers import kinds, operations
from convcalc.layers.binding import bind
from convcalc.layers.calling import call
from convcalc.layers.kind import LayerError
from oracle.operations import STRATEGIES
from oracle.outcome import Accepted, Case
from oracle.test_recorded import recorded

keras_judge = pytest.importorskip("oracle.keras_judge", reason="the judge needs Keras")
judged_operations = pytest.importorskip("oracle.test_operations", reason="the judge needs Keras")

pytestmark = pytest.mark.oracle

POLICIES = [None, "float16", "mixed_bfloat16"]
READ = ["float32", "float16", "int32", "uint8", "bool"]
CASES = 12
"""How many cases of each kind are judged, those that are spread over all that are recorded."""

UNKNOWN_OF_FLOATS = {
    "CategoryEncoding",
    "GRUCell",
    "LSTMCell",
    "Lambda",
    "Pipeline",
    "SimpleRNNCell",
    "StackedRNNCells",
}
"""The kinds whose outputs are always of unknown type."""


def cases(kind: str) -> Sequence[Case]:
    found = [case for case, outcome in recorded()[kind] if isinstance(outcome, Accepted)]
    return found[:: max(1, len(found) // CASES)]


def ours(kind: str, args: dict[str, Any], case: Case, dtype: str) -> str | None:
    bound = bind(kinds()[kind], (), args, {})
    call(bound.layer, case.inputs, case.names, listed=True)
    return bound.layer.output_dtype(bound.computes, (dtype,) * len(case.inputs))


def theirs(kind: str, args: dict[str, Any], case: Case, dtype: str) -> set[str]:
    """The types of a layer's outputs, each as it is said and as it is computed, if it is."""
    keras = keras_judge.keras
    keras.backend.clear_session(free_memory=False)
    of_call = {name: args[name] for name in kinds()[kind].of_call if name in args}
    layer = keras_judge.make(kind, {name: args[name] for name in args if name not in of_call})
    if kind == "InputLayer":
        return {layer.output.dtype}
    output = keras_judge.called(
        layer,
        kind,
        [keras.Input(batch_shape=shape, dtype=dtype) for shape in case.inputs],
        case.names,
        of_call,
    )
    return {tensor.dtype for tensor in keras.tree.flatten(output)}


LIVE = sorted(kinds().keys() - keras_judge.NEEDS_TENSORFLOW.keys())


@pytest.mark.parametrize("kind", LIVE)
def test_layers(kind: str) -> None:
    wrong = []
    known: Counter[bool] = Counter()
    for case in cases(kind):
        for policy in POLICIES:
            args = {**case.args, "dtype": policy} if policy else case.args
            for dtype in READ:
                try:
                    found = ours(kind, args, case, dtype)
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        keras = theirs(kind, args, case, dtype)
                except Exception:  # noqa: BLE001 - refused, by us or by Keras
                    continue
                if "float" in dtype:
                    known[found is not None] += 1
                if found is not None and keras != {found}:
                    wrong.append(f"{args} on {dtype}: {keras}, ours {found}")
    assert not wrong, "\n".join(wrong)
    assert (known[True] == 0) == (kind in UNKNOWN_OF_FLOATS) or not cases(kind)


@pytest.mark.parametrize("name", operations())
def test_operations(name: str) -> None:
    @settings(max_examples=25, derandomize=True, database=None, deadline=None)
    @given(STRATEGIES[name])
    def agrees(case: Case) -> None:
        for dtype in READ:
            try:
                layer = bind(operations()[name], (), case.args, {}).layer
                call(layer, case.inputs, case.names, listed=True)
            except (ExceptionGroup, LayerError):
                return
            found = layer.output_dtype(None, (dtype,) * len(case.inputs))
            if found is None:
                continue
            try:
                keras = said(name, case, dtype)
            except Exception:  # noqa: BLE001 - as it is of no such type
                continue
            assert keras in ({found}, set()), f"{name} {case} on {dtype}"

    agrees()


def said(name: str, case: Case, dtype: str) -> set[str]:
    """The types that Keras says an operation gives."""
    of_call = operations()[name].of_call
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cls = judged_operations.CLASSES[name.removeprefix("ops.")]
        layer = cls(**{arg: case.args[arg] for arg in case.args if arg not in of_call})
        tensors = [keras_judge.keras.KerasTensor(shape, dtype) for shape in case.inputs]
        output = layer.compute_output_spec(*judged_operations.called_with(name, case, tensors))
    return {tensor.dtype for tensor in keras_judge.flat(output)}
