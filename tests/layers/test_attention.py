"""The attention layers: shapes, weights and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from typing import Any

import pytest

from convcalc.layers import kinds
from convcalc.layers.binding import bind
from convcalc.layers.calling import call
from convcalc.layers.kind import LayerError
from layers.rules import Refusals, Shapes, Weights, infer, refusal_test, shape_test, weights_test

# fmt: off
SHAPES: Shapes = [
    ("query and value", "Attention", {}, [(None, 3, 4), (None, 5, 4)], (None, 3, 4)),
    ("the width is the value's", "Attention", {}, [(None, 3, 4), (None, 7, 6), (None, 7, 4)], (None, 3, 6)),
    ("added", "AdditiveAttention", {}, [(None, None, 4), (None, 5, 4)], (None, None, 4)),
    ("heads", "MultiHeadAttention", {"num_heads": 2, "key_dim": 3}, [(None, 5, 6), (None, 7, 8)], (None, 5, 6)),
    ("heads, one size out", "MultiHeadAttention", {"num_heads": 2, "key_dim": 3, "output_shape": 9}, [(None, 5, 6), (None, 7, 8)], (None, 5, 9)),
    ("heads, several sizes out", "MultiHeadAttention", {"num_heads": 2, "key_dim": 3, "output_shape": [9, 2]}, [(None, 5, 6), (None, 7, 8)], (None, 5, 9, 2)),
    ("heads, an empty output shape is none", "MultiHeadAttention", {"num_heads": 2, "key_dim": 3, "output_shape": []}, [(None, 5, 6), (None, 7, 8)], (None, 5, 6)),
    ("heads on a map", "MultiHeadAttention", {"num_heads": 2, "key_dim": 3, "attention_axes": [2, 3]}, [(None, 5, 6, 4, 3), (None, 5, 6, 4, 3)], (None, 5, 6, 4, 3)),
    ("heads without a sequence", "MultiHeadAttention", {"num_heads": 2, "key_dim": 3}, [(None, 6), (None, 6)], (None, 6)),
    ("groups", "GroupQueryAttention", {"head_dim": 4, "num_query_heads": 6, "num_key_value_heads": 3}, [(None, 5, 6), (None, 7, 6)], (None, 5, 6)),
]

WEIGHTS: Weights = [
    ("none", "Attention", {}, [(None, 3, 4), (None, 5, 4)], []),
    ("scaled", "Attention", {"use_scale": True, "score_mode": "concat"}, [(2, 3, 4), (2, 3, 4)], [("scale", (), True), ("concat_score_weight", (), True)]),
    ("added", "AdditiveAttention", {}, [(None, 3, 4), (None, 5, 4)], [("scale", (4,), True)]),
    ("added, not scaled", "AdditiveAttention", {"use_scale": False}, [(None, 3, None), (None, 5, 4)], []),
    ("heads", "MultiHeadAttention", {"num_heads": 2, "key_dim": 3}, [(None, 5, 6), (None, 7, 8)], [("query/kernel", (6, 2, 3), True), ("query/bias", (2, 3), True), ("key/kernel", (8, 2, 3), True), ("key/bias", (2, 3), True), ("value/kernel", (8, 2, 3), True), ("value/bias", (2, 3), True), ("attention_output/kernel", (2, 3, 6), True), ("attention_output/bias", (6,), True)]),
    ("heads with a gate and a width of values", "MultiHeadAttention", {"num_heads": 2, "key_dim": 3, "value_dim": 4, "use_gate": True, "use_bias": False}, [(None, 5, 6), (None, 7, 8), (None, 7, 9)], [("query/kernel", (6, 2, 3), True), ("key/kernel", (9, 2, 3), True), ("gate/kernel", (6, 2, 4), True), ("value/kernel", (8, 2, 4), True), ("attention_output/kernel", (2, 4, 6), True)]),
    ("heads, several sizes out", "MultiHeadAttention", {"num_heads": 2, "key_dim": 3, "output_shape": [9, 2]}, [(None, 5, 6), (None, 7, 6)], [("query/kernel", (6, 2, 3), True), ("query/bias", (2, 3), True), ("key/kernel", (6, 2, 3), True), ("key/bias", (2, 3), True), ("value/kernel", (6, 2, 3), True), ("value/bias", (2, 3), True), ("attention_output/kernel", (2, 3, 9, 2), True), ("attention_output/bias", (9, 2), True)]),
    ("groups", "GroupQueryAttention", {"head_dim": 4, "num_query_heads": 6, "num_key_value_heads": 3, "use_gate": True}, [(None, 5, 6), (None, 7, 6), (None, 7, 9)], [("query/kernel", (6, 6, 4), True), ("query/bias", (6, 4), True), ("key/kernel", (9, 3, 4), True), ("key/bias", (3, 4), True), ("gate/kernel", (6, 6, 4), True), ("gate/bias", (6, 4), True), ("value/kernel", (6, 3, 4), True), ("value/bias", (3, 4), True), ("attention_output/kernel", (6, 4, 6), True), ("attention_output/bias", (6,), True)]),
    ("heads in int8", "MultiHeadAttention", {"num_heads": 2, "key_dim": 3, "dtype": "int8_from_float32"}, [(None, 6, 7), (None, 6, 7)], [("query/bias", (2, 3), True), ("query/kernel", (7, 2, 3), False), ("query/kernel_scale", (1, 1, 2, 3), False), ("key/bias", (2, 3), True), ("key/kernel", (7, 2, 3), False), ("key/kernel_scale", (1, 1, 2, 3), False), ("value/bias", (2, 3), True), ("value/kernel", (7, 2, 3), False), ("value/kernel_scale", (1, 1, 2, 3), False), ("attention_output/bias", (7,), True), ("attention_output/kernel", (2, 3, 7), False), ("attention_output/kernel_scale", (1, 1, 7), False)]),
]

REFUSALS: Refusals = [
    ("query alone", "Attention", {}, [(None, 3, 4)], "wrong-inputs", None, "reads 2 or 3 inputs (query, value, key), but is given 1"),
    ("no such score", "Attention", {"score_mode": "add"}, [(None, 3, 4), (None, 5, 4)], "wrong-value", "score_mode", "score_mode must be one of dot, concat"),
    ("a key of another width", "Attention", {}, [(None, 3, 4), (None, 5, 6)], "shape-mismatch", None, "query (None, 3, 4) and key (None, 5, 6) differ at axis -1: 4 and 6"),
    ("a key of another length", "Attention", {}, [(None, 3, 4), (None, 5, 6), (None, 6, 4)], "shape-mismatch", None, "value (None, 5, 6) and key (None, 6, 4) differ at axis -2: 5 and 6"),
    ("a query of one dimension", "Attention", {}, [(None,), (None, 5, 6)], "wrong-rank", None, "at least 2 dimensions"),
    ("unknown width", "AdditiveAttention", {}, [(None, 3, None), (None, 5, 4)], "unknown-dimension", None, "the last dimension of the input must be known"),
    ("no heads", "MultiHeadAttention", {"num_heads": 0, "key_dim": 3}, [(None, 5, 6), (None, 7, 8)], "wrong-value", "num_heads", "num_heads must be a whole number of at least 1"),
    ("heads on unknown features", "MultiHeadAttention", {"num_heads": 2, "key_dim": 3}, [(None, 5, None), (None, 7, 8)], "unknown-dimension", None, "the last dimension of the input must be known"),
    ("heads with a key of another length", "MultiHeadAttention", {"num_heads": 2, "key_dim": 3}, [(2, 5, 6), (3, 5, 6), (3, None, 9)], "shape-mismatch", None, "value (3, 5, 6) and key (3, None, 9) differ at axis 1: 5 and None"),
    ("heads with a value of another rank", "MultiHeadAttention", {"num_heads": 2, "key_dim": 3}, [(2, 5, 6), (2, 5, 4, 6)], "wrong-rank", None, "query (2, 5, 6) and value (2, 5, 4, 6) must have equally many dimensions"),
    ("heads with a value of another batch", "MultiHeadAttention", {"num_heads": 2, "key_dim": 3}, [(2, 5, 6), (3, 5, 6)], "shape-mismatch", None, "differ at axis 0: 2 and 3"),
    ("attention along an axis that is not there", "MultiHeadAttention", {"num_heads": 2, "key_dim": 3, "attention_axes": 4}, [(None, 5, 6), (None, 5, 6)], "axis-out-of-range", "attention_axes", "axis 4 is outside the 3 dimensions"),
    ("flash attention with dropout", "MultiHeadAttention", {"num_heads": 2, "key_dim": 3, "flash_attention": True, "dropout": 0.1}, [(None, 5, 6), (None, 5, 6)], "wrong-value", "dropout", "dropout can't be used together with flash_attention"),
    ("flash attention with scores", "GroupQueryAttention", {"head_dim": 4, "num_query_heads": 6, "num_key_value_heads": 3, "flash_attention": True, "return_attention_scores": True}, [(None, 5, 6), (None, 7, 6)], "wrong-value", "return_attention_scores", "can't be used together with flash_attention"),
    ("no initializer", "MultiHeadAttention", {"num_heads": 2, "key_dim": 3, "kernel_initializer": None}, [(None, 5, 6), (None, 5, 6)], "wrong-value", "kernel_initializer", "kernel_initializer can't be null"),
    ("groups that do not come out even", "GroupQueryAttention", {"head_dim": 4, "num_query_heads": 6, "num_key_value_heads": 4}, [(None, 5, 6), (None, 7, 6)], "wrong-value", "num_key_value_heads", "6 query heads can't be divided among 4"),
    ("groups on values of another width", "GroupQueryAttention", {"head_dim": 4, "num_query_heads": 6, "num_key_value_heads": 3}, [(None, 5, 6), (None, 7, 8)], "shape-mismatch", None, "query (None, 5, 6) and value (None, 7, 8) differ at axis -1: 6 and 8"),
    ("groups on a map", "GroupQueryAttention", {"head_dim": 4, "num_query_heads": 6, "num_key_value_heads": 3}, [(None, 5, 7, 6), (None, 5, 7, 6)], "wrong-rank", None, "must have 3 dimensions with the batch"),
]

SCORES: list[tuple[str, dict[str, Any], list[tuple[int | None, ...]], tuple[int | None, ...]]] = [
    ("Attention", {}, [(None, 3, 4), (None, 7, 6), (None, 7, 4)], (None, 3, 7)),
    ("AdditiveAttention", {}, [(None, 3, 4), (None, 5, 4)], (None, 3, 5)),
    # Keras takes the keys for as many as the queries.
    ("MultiHeadAttention", {"num_heads": 2, "key_dim": 3}, [(None, 5, 6), (None, 7, 8)], (None, 2, 5, 5)),
    ("GroupQueryAttention", {"head_dim": 4, "num_query_heads": 6, "num_key_value_heads": 3}, [(None, 5, 6), (None, 7, 6)], (None, 6, 5, 7)),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_weights = weights_test(WEIGHTS)
test_refusal = refusal_test(REFUSALS)


@pytest.mark.parametrize(("kind", "args", "inputs", "scores"), SCORES)
def test_scores_are_a_second_output(
    kind: str,
    args: dict[str, Any],
    inputs: list[tuple[int | None, ...]],
    scores: tuple[int | None, ...],
) -> None:
    outputs = infer(kind, {**args, "return_attention_scores": True}, inputs).outputs
    assert len(outputs) == 2
    assert outputs[1] == scores


@pytest.mark.parametrize("count", [2, 3])
def test_a_list_of_masks(count: int) -> None:
    layer = bind(kinds()["Attention"], (), {}, {}).layer
    inputs = [(None, 3, 4), (None, 5, 4), *[(None, 3)] * count]
    assert call(layer, inputs, ["mask"] * count).outputs == ((None, 3, 4),)


@pytest.mark.parametrize("count", [1, 4])
def test_a_list_of_too_few_or_too_many_masks(count: int) -> None:
    layer = bind(kinds()["Attention"], (), {}, {}).layer
    inputs = [(None, 3, 4), (None, 5, 4), *[(None, 3)] * count]
    with pytest.raises(LayerError, match=f"a list of 2 or 3 .* but holds {count}"):
        call(layer, inputs, ["mask"] * count)


def test_masks_and_the_key_by_name() -> None:
    layer = bind(kinds()["MultiHeadAttention"], (2, 3), {}, {}).layer
    inputs = [(None, 5, 6), (None, 7, 8), (None, 7, 9), (None, 5)]
    inference = call(layer, inputs, ["key", "query_mask"])
    assert inference.outputs == ((None, 5, 6),)
    assert inference.weights[2].shape == (9, 2, 3)
