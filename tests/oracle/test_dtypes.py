"""The output dtypes against real Keras: the same as its KerasTensors have, or unknown."""

import itertools
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings

from convcalc.layers import kinds, operations
from convcalc.layers.binding import bind
from convcalc.layers.calling import call, output_dtypes
from convcalc.layers.errors import LayerError
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

FROM_BACKEND = "Keras has its backend compute the type"
UNKNOWN_KINDS = {
    "Functional": "of other types than it declares, it depends on the shapes",
    "GRUCell": FROM_BACKEND,
    "LSTMCell": FROM_BACKEND,
    "Pipeline": FROM_BACKEND,
    "SimpleRNNCell": FROM_BACKEND,
    "StackedRNNCells": FROM_BACKEND,
}
"""The layers whose output types are unknown in some cases, and why."""

UNKNOWN_OF_FLOATS = {"Functional", "Pipeline", "SimpleRNNCell"}
"""Those which are also unknown of floats, such as a cell that computes in float64."""

UNSIGNED = "what becomes uint32 is int32 with PyTorch"
NUMBERS = "a number has 64 bits with TensorFlow"
UNKNOWN_OPERATIONS = {
    "ops.Gcd": NUMBERS,
    "ops.Kron": NUMBERS,
    "ops.Lcm": NUMBERS,
    "ops.Nanprod": UNSIGNED,
    "ops.Nansum": UNSIGNED,
    "ops.Prod": UNSIGNED,
    "ops.SearchSorted": "int32 or int64, by the length of a sequence that is read",
    "ops.Sum": UNSIGNED,
    "ops.Trace": UNSIGNED,
    "ops.ViewAsComplex": "no complex types",
}
"""The operations whose output types are unknown in some cases, and why.

Also unknown are types of 64 bits that come of a promotion, which only TensorFlow keeps; what
depends on the type of an array, which a spec does not say, such as the weights of Bincount; and
Where on whole numbers with an operand left out, which has 64 bits with TensorFlow, as a number
beside Matmul or Einsum has.
"""


def cases(kind: str) -> Sequence[Case]:
    found = [case for case, outcome in recorded()[kind] if isinstance(outcome, Accepted)]
    return found[:: max(1, len(found) // CASES)]


def ours(kind: str, args: dict[str, Any], case: Case, read: Sequence[str]) -> list[str | None]:
    """The types that convcalc has for a layer or an operation."""
    bound = bind({**kinds(), **operations()}[kind], (), args, {})
    outputs = call(bound.layer, case.inputs, case.names, listed=True).outputs
    found = output_dtypes(bound, tuple(read), case.names, listed=True)
    return [found[min(i, len(found) - 1)] for i in range(len(outputs))]


def theirs(kind: str, args: dict[str, Any], case: Case, dtype: str) -> list[str]:
    """The types of a layer's outputs."""
    keras = keras_judge.keras
    keras.backend.clear_session(free_memory=False)
    call_arguments = {name: args[name] for name in kinds()[kind].call_arguments if name in args}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        layer = keras_judge.make(
            kind, {name: args[name] for name in args if name not in call_arguments}
        )
        if kind == "InputLayer":
            return [layer.output.dtype]
        output = keras_judge.called(
            layer,
            kind,
            [keras.Input(batch_shape=shape, dtype=dtype) for shape in case.inputs],
            case.names,
            call_arguments,
        )
    return [tensor.dtype for tensor in keras.tree.flatten(output)]


LIVE = sorted(kinds().keys() - keras_judge.NEEDS_TENSORFLOW.keys())


@pytest.mark.parametrize("kind", LIVE)
def test_layers(kind: str) -> None:
    wrong = []
    unknown = set()
    for case, policy, dtype in itertools.product(cases(kind), POLICIES, READ):
        args = {**case.args, "dtype": policy} if policy else case.args
        try:
            found = ours(kind, args, case, [dtype] * len(case.inputs))
            keras = theirs(kind, args, case, dtype)
        except Exception:  # noqa: BLE001 - refused, by us or by Keras
            continue
        if any(a not in {None, b} for a, b in zip(found, keras, strict=True)):
            wrong.append(f"{args} on {dtype}: {keras}, ours {found}")
        if None in found:
            unknown.add("float" in dtype)
    assert not wrong, "\n".join(wrong)
    assert bool(unknown) == (kind in UNKNOWN_KINDS)
    assert (True in unknown) == (kind in UNKNOWN_OF_FLOATS)


def mixtures(count: int) -> Iterator[tuple[str, ...]]:
    """All operands of one type, and each two types in turn."""
    for first, second in itertools.product(READ, repeat=2):
        if first == second or count > 1:
            yield tuple(itertools.islice(itertools.cycle((first, second)), count))


@pytest.mark.parametrize("name", operations())
def test_operations(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # A number is none of an array here, since it adapts to the tensors beside it.
    monkeypatch.setattr(judged_operations, "array", number_or_array)
    wrong, unknown = set(), set()

    @settings(max_examples=25, derandomize=True, database=None, deadline=None)
    @given(STRATEGIES[name])
    def compare(case: Case) -> None:
        arrays = any(
            isinstance(case.args.get(arg), list) for arg in operations()[name].call_arguments
        )
        for read in mixtures(len(case.inputs)):
            try:
                found = ours(name, case.args, case, read)
                keras = said(name, case, read)
            except (ExceptionGroup, LayerError):
                return
            except Exception:  # noqa: BLE001 - Keras refuses the types
                continue
            if any(a not in {None, b} for a, b in zip(found, keras, strict=True)):
                wrong.add(f"{case} on {read}: {keras}, ours {found}")
            if None in found and not arrays:
                unknown.add(f"{case} on {read}: {keras}, ours {found}")

    compare()
    assert not wrong, "\n".join(sorted(wrong)[:5])
    assert bool(unknown) == (name in UNKNOWN_OPERATIONS), "\n".join(sorted(unknown)[:5])


def number_or_array(value: Any) -> Any:
    return keras_judge.keras.ops.array(value) if isinstance(value, list) else value


def said(name: str, case: Case, read: Sequence[str]) -> list[str]:
    """The types that Keras says an operation gives."""
    call_arguments = operations()[name].call_arguments
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cls = judged_operations.CLASSES[name.removeprefix("ops.")]
        layer = cls(**{arg: case.args[arg] for arg in case.args if arg not in call_arguments})
        tensors = [
            keras_judge.keras.KerasTensor(shape, dtype)
            for shape, dtype in zip(case.inputs, read, strict=True)
        ]
        output = layer.compute_output_spec(*judged_operations.called_with(name, case, tensors))
    return [tensor.dtype for tensor in keras_judge.flat(output)]
