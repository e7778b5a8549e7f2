"""The attention layers: shapes, weights and refusals, as Keras 3.15.1 gives them."""

# ruff: noqa: E501 - a case is one line

from typing import Any

import pytest

from convcalc.layers import kinds
from convcalc.layers.binding import bind
from convcalc.layers.calling import call
from convcalc.layers.errors import LayerError
from convcalc.windows import MIXED, AxisDependency
from layers.rules import (
    Refusals,
    Shapes,
    Weights,
    Works,
    infer,
    refusal_test,
    shape_test,
    weights_test,
    work_test,
)

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
WORK: Works = [
    # 4 × 6 scores of products of 8, and as many weights of values of 5: PyTorch 2.13 counts 312 of its scaled_dot_product_attention too.
    ("query with key, weights with value", "Attention", {}, [(None, 4, 8), (None, 6, 5), (None, 6, 8)], {"attention": 312, "activation": 24}),
    ("whatever is scaled or returned", "Attention", {"use_scale": True, "return_attention_scores": True, "use_causal_mask": True, "dropout": 0.5}, [(None, 4, 8), (None, 6, 5), (None, 6, 8)], {"attention": 312, "activation": 24}),
    # No products make the scores, but 4 × 6 × 8 times tanh.
    ("added", "AdditiveAttention", {}, [(None, 4, 8), (None, 6, 8)], {"attention": 192, "activation": 216}),
    ("concatenated", "Attention", {"score_mode": "concat"}, [(None, 4, 8), (None, 6, 8)], {"attention": 192, "activation": 216}),
    ("on a map", "Attention", {}, [(None, 3, 4, 8), (None, 3, 6, 8)], {"attention": 1152, "activation": 72}),
    ("on maps of which only one has several", "Attention", {}, [(None, 3, 4, 8), (None, 1, 6, 8)], {"attention": None, "activation": None}),
    ("of unknown length", "Attention", {}, [(None, 4, 8), (None, None, 8)], {"attention": None, "activation": None}),
    ("of a length that one input tells", "Attention", {}, [(None, 4, 8), (None, 6, 5), (None, None, 8)], {"attention": 312, "activation": 24}),
    ("of samples", "Attention", {}, [(None, 8), (None, 8)], {"attention": None, "activation": None}),
    ("positions of samples", "Attention", {}, [(None, 4, 8), (None, 8)], {"attention": None, "activation": None}),
    # PyTorch counts 13,440 of an nn.MultiheadAttention of 16 in 4 heads too: 10 × 16 × 64 of projections, and 4 × 10 × 10 × (4 + 4).
    ("heads", "MultiHeadAttention", {"num_heads": 4, "key_dim": 4}, [(None, 10, 16), (None, 10, 16)], {"matrix": 10240, "attention": 3200, "bias": 640, "activation": 400}),
    # PyTorch counts 10,048 too, with kdim and vdim of 12. A bias of 16 is added to 10 + 7 + 7 + 10 positions.
    ("heads on another sequence", "MultiHeadAttention", {"num_heads": 4, "key_dim": 4}, [(None, 10, 16), (None, 7, 12)], {"matrix": 7808, "attention": 2240, "bias": 544, "activation": 280}),
    ("heads whatever is masked or returned", "MultiHeadAttention", {"num_heads": 4, "key_dim": 4, "use_bias": False, "sliding_window": 2, "use_causal_mask": True, "return_attention_scores": True}, [(None, 10, 16), (None, 7, 12)], {"matrix": 7808, "attention": 2240, "activation": 280}),
    # The gate multiplies 10 × 16 × 16 more, and has a sigmoid for each of the 10 × 16.
    ("heads with a gate", "MultiHeadAttention", {"num_heads": 4, "key_dim": 4, "use_gate": True}, [(None, 10, 16), (None, 10, 16)], {"matrix": 12800, "attention": 3200, "bias": 800, "activation": 560}),
    # Query and key: 10 × 16 × 8 each, value: 10 × 16 × 12, the output: 10 × 12 × 6. 2 × 10 × 10 scores of 4, and values of 6.
    ("heads with a width of values and of the output", "MultiHeadAttention", {"num_heads": 2, "key_dim": 4, "value_dim": 6, "output_shape": [2, 3]}, [(None, 10, 16), (None, 10, 16)], {"matrix": 5200, "attention": 2000, "bias": 340, "activation": 200}),
    # For each of 5 positions 6 × 6 pairs of positions, in 2 heads of 3 and 3; 4 projections of 30 × 4 × 6.
    ("heads along one axis", "MultiHeadAttention", {"num_heads": 2, "key_dim": 3, "attention_axes": 2, "use_bias": False}, [(None, 5, 6, 4), (None, 5, 6, 4)], {"matrix": 2880, "attention": 2160, "activation": 360}),
    ("heads along all axes", "MultiHeadAttention", {"num_heads": 2, "key_dim": 3, "use_bias": False}, [(None, 5, 6, 4), (None, 5, 6, 4)], {"matrix": 2880, "attention": 10800, "activation": 1800}),
    ("heads along the samples", "MultiHeadAttention", {"num_heads": 2, "key_dim": 3, "attention_axes": 0, "use_bias": False}, [(None, 5, 6, 4), (None, 5, 6, 4)], {"matrix": 2880, "attention": None, "activation": None}),
    ("heads along no axes, which Keras takes for another", "MultiHeadAttention", {"num_heads": 2, "key_dim": 3, "attention_axes": [], "use_bias": False}, [(None, 5, 4), (None, 5, 4)], {"matrix": 480, "attention": None, "activation": None}),
    ("heads of unknown length", "MultiHeadAttention", {"num_heads": 4, "key_dim": 4}, [(None, None, 16), (None, None, 16)], {"matrix": None, "attention": None, "bias": None, "activation": None}),
    # PyTorch counts 37,120 of the same from linear and scaled_dot_product_attention with enable_gqa: 10 × 32 × (32 + 16 + 16 + 32) of projections.
    ("groups", "GroupQueryAttention", {"head_dim": 8, "num_query_heads": 4, "num_key_value_heads": 2}, [(None, 10, 32), (None, 10, 32)], {"matrix": 30720, "attention": 6400, "bias": 960, "activation": 400}),
    ("groups with a gate", "GroupQueryAttention", {"head_dim": 8, "num_query_heads": 4, "num_key_value_heads": 2, "use_gate": True}, [(None, 10, 32), (None, 10, 32)], {"matrix": 40960, "attention": 6400, "bias": 1280, "activation": 720}),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_weights = weights_test(WEIGHTS)
test_refusal = refusal_test(REFUSALS)
test_work = work_test(WORK)


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


@pytest.mark.parametrize(
    ("arguments", "reads"),
    [({}, MIXED), ({"use_causal_mask": True}, None), ({"sliding_window": 2}, None)],
)
def test_either_mask_leaves_out_positions(
    arguments: dict[str, object], reads: AxisDependency
) -> None:
    named = {"head_dim": 2, "num_query_heads": 4, "num_key_value_heads": 2, **arguments}
    layer = bind(kinds()["GroupQueryAttention"], (), named, {}).layer
    assert layer.dependencies((), (None, 7, 4), (None, 5, 4)) == (reads, reads)


@pytest.mark.parametrize(
    ("query", "value", "symbolic", "known"),
    [
        ((None, 5, 6), (None, 5, 6), False, True),
        ((None, 5, 6), (None, 7, 6), True, True),
        ((None, 4, 5, 6), (None, 4, 5, 6), True, False),
    ],
)
def test_scores_that_are_others_when_keras_computes(
    query: tuple[int | None, ...], value: tuple[int | None, ...], *, symbolic: bool, known: bool
) -> None:
    args = {"num_heads": 2, "key_dim": 3, "return_attention_scores": True}
    found = infer("MultiHeadAttention", args, [query, value])
    # Keras 3.15.1 computes (1, 2, 4, 5, 4, 5) of the last.
    assert found.outputs == (query, (None, 2, query[1], query[1]))
    assert (found.symbolic, found.op_counts.macs is not None) == (symbolic, known)
    assert not infer(
        "MultiHeadAttention", {**args, "return_attention_scores": False}, [query, value]
    ).symbolic
