"""Every kind against the recorded tables of what Keras made of its cases; needs no Keras."""

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from convcalc.layers import kinds
from convcalc.layers.binding import bind
from convcalc.layers.calling import call
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference
from convcalc.layers.kind import Kind
from layers.rules import explained
from oracle.differences import disagreement
from oracle.outcome import Accepted, Case, Outcome, Refused, Shape, infer

RECORDED = [
    Path(__file__).with_name(name) for name in ("recorded.jsonl", "recorded_tensorflow.jsonl")
]
"""What Keras made on its numpy backend, and on TensorFlow of the kinds that need it."""


@functools.cache
def recorded() -> dict[str, list[tuple[Case, Outcome]]]:
    table: dict[str, list[tuple[Case, Outcome]]] = {}
    lines = [line for path in RECORDED for line in path.read_text(encoding="utf-8").splitlines()]
    for line in lines:
        row = json.loads(line)
        case = Case(row["args"], shapes(row["inputs"]), tuple(row.get("names", ())))
        table.setdefault(row["kind"], []).append((case, outcome(row)))
    return table


def shapes(rows: list[list[int | None]]) -> tuple[Shape, ...]:
    return tuple(tuple(row) for row in rows)


def outcome(row: dict[str, Any]) -> Outcome:
    if "refused" in row:
        return Refused("", by=row["refused"])
    return Accepted(
        shapes(row["outputs"]),
        tuple((name, tuple(shape), trainable) for name, shape, trainable in row["weights"]),
    )


@pytest.mark.parametrize("kind", kinds())
def test_equals_what_keras_made(kind: str) -> None:
    cases = recorded().get(kind)
    assert cases, f"no recorded cases of {kind}: run python tests/oracle/record.py"
    wrong = [
        f"{problem}\n{case}\nKeras: {keras}\nours:  {ours}"
        for case, keras in cases
        if (problem := disagreement(keras, ours := infer(kind, *case)))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("kind", kinds())
def test_explains_what_keras_made(kind: str) -> None:
    for layer, case, inference in applied(kind):
        explained(layer, case.inputs, inference, case.names)


def test_knows_what_kinds_with_weights_take() -> None:
    found = {kind: [i.op_counts for _, _, i in applied(kind) if i.weights] for kind in kinds()}
    unknown = [
        kind
        for kind, counts in found.items()
        if counts and all(None in op_counts.counts() for op_counts in counts)
    ]
    assert not unknown, "nobody says what these take"


def applied(kind: str) -> Iterator[tuple[Kind, Case, Inference]]:
    """A kind's layer in each recorded case that it accepts, and what its rule finds there."""
    for case, _ in recorded()[kind]:
        try:
            layer = bind(kinds()[kind], (), case.args, {}).layer
            inference = call(layer, case.inputs, case.names, listed=True)
        except (ExceptionGroup, LayerError):
            continue  # refused, which the first test looks at
        yield layer, case, inference


def test_records_no_kind_that_is_gone() -> None:
    assert recorded().keys() <= kinds().keys()
