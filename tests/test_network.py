"""Networks: other shapes for their inputs, and other batch sizes."""

# ruff: noqa: E501 - a case is one line

from typing import Any

import pytest

from convcalc.network import UsageError
from models import network, report, rows

ONE = "input: [8, 3]\nlayers: [Flatten]\n"
TWO = "inputs: {a: [8], b: {shape: [9], dtype: uint8}}\nlayers: [{Concatenate: , from: [a, b]}]\n"


def of(input_: str) -> str:
    return f"input: {input_}\nlayers: [ReLU]\n"


@pytest.mark.parametrize(
    ("text", "shapes", "batch_size", "expected"),
    [
        (ONE, {"input": [4, 4]}, None, {"input": (None, 4, 4), "flatten": (None, 16)}),
        (ONE, {"input": [None, 4]}, None, {"input": (None, None, 4), "flatten": (None, None)}),
        (ONE, {"input": ()}, None, {"input": (None,), "flatten": (None, 1)}),
        (ONE, {}, 5, {"input": (5, 8, 3), "flatten": (5, 24)}),
        (ONE, {"input": [4, 4]}, 5, {"input": (5, 4, 4), "flatten": (5, 16)}),
        (ONE, {}, None, {"input": (None, 8, 3), "flatten": (None, 24)}),
        (TWO, {"b": [7]}, None, {"a": (None, 8), "b": (None, 7), "concatenate": (None, 15)}),
        (TWO, {}, 2, {"a": (2, 8), "b": (2, 9), "concatenate": (2, 17)}),
        (of("{batch_shape: [2, 3]}"), {}, 5, {"input": (5, 3), "re_lu": (5, 3)}),
        (of("{batch_shape: [2, 3]}"), {"input": [4]}, None, {"input": (2, 4), "re_lu": (2, 4)}),
        (of("{batch_shape: [2, 3]}"), {"input": [4]}, 5, {"input": (5, 4), "re_lu": (5, 4)}),
        (of("{batch_shape: []}"), {"input": [4]}, None, {"input": (None, 4), "re_lu": (None, 4)}),
        (of("{shape: [3], batch_size: 2}"), {"input": [4]}, None, {"input": (2, 4), "re_lu": (2, 4)}),
        (of("{shape: [3], batch_size: 2}"), {}, 6, {"input": (6, 3), "re_lu": (6, 3)}),
        (of("{shape: [3], batch_shape: null}"), {"input": [4]}, 6, {"input": (6, 4), "re_lu": (6, 4)}),
        (of("{shape: [3], batch_shape: null}"), {}, 6, {"input": (6, 3), "re_lu": (6, 3)}),
        (of("{batch_shape: 3}"), {"input": [4]}, None, {"input": (None, 4), "re_lu": (None, 4)}),
        (of("{batch_shape: 3}"), {}, 6, {"input": None, "re_lu": None}),
        (of("8"), {"input": [4]}, None, {"input": None, "re_lu": None}),
    ],
)  # fmt: skip  # a case is one line
def test_other_inputs(
    text: str, shapes: dict[str, Any], batch_size: int | None, expected: dict[str, Any]
) -> None:
    assert rows(report(text, inputs=shapes, batch_size=batch_size)) == expected


def test_an_input_among_the_layers() -> None:
    text = "layers:\n  - InputLayer: [[3]]\n  - Dense: 2\n"
    assert rows(report(text, inputs=[5])) == {"input_layer": (None, 5), "dense": (None, 2)}


def test_the_network_itself_stays_as_it_is() -> None:
    first = network(ONE)
    second = first.with_inputs({"input": [4, 4]}, 2)
    assert first.nodes[0].definition.named == {"shape": [8, 3]}
    assert second.nodes[0].definition.named == {"shape": [4, 4], "batch_size": 2}
    assert second.nodes[1] is first.nodes[1]


def test_an_input_that_there_is_not() -> None:
    with pytest.raises(UsageError) as caught:
        network(TWO).with_inputs({"c": [3]})
    assert str(caught.value) == "there is no input 'c'; the inputs are a, b"
    with pytest.raises(UsageError) as caught:
        network("layers: [ReLU]\n").with_inputs({"c": [3]})
    assert str(caught.value) == "there is no input 'c'; it has none"


def test_a_wrong_size_is_reported_at_the_input() -> None:
    (fault,) = report(ONE, inputs=[-1, 3]).diagnostics
    assert (fault.code, fault.span) == ("wrong-value", (1, 8, 1, 14))
