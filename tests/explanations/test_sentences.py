"""What kinds say of themselves where arguments or unknown sizes make another thing true."""

from typing import Any

import pytest

from convcalc.explanations.tracing import trace
from convcalc.layers import kinds
from convcalc.layers.binding import bind

Shapes = tuple[tuple[int | None, ...], ...]


def sentences(kind: str, arguments: dict[str, Any], inputs: Shapes) -> str:
    layer = bind(kinds()[kind], (), arguments, {}).layer
    traced = trace(layer, inputs, (), listed=True)
    given = traced.arguments
    return " ".join(traced.layer.explain(traced.inference, *given.args, **given.kwargs))


@pytest.mark.parametrize(
    ("kind", "arguments", "inputs", "said"),
    [
        pytest.param(
            "Add",
            {},
            ((None, None, 3), (None, 5, 3)),
            "The inputs are combined element by element, so that their sizes must agree.",
            id="an unknown size is not taken for a 1 that is repeated",
        ),
        pytest.param(
            "Add",
            {},
            ((None, 5, 3),),
            "There is only one input, which stays as it is.",
            id="one input is not all inputs",
        ),
        pytest.param(
            "Concatenate",
            {"axis": -1},
            ((None, 5, 3), (None, 5, 4)),
            "The 2 inputs are put end to end along axis 2",
            id="an axis is counted from the first",
        ),
        pytest.param(
            "GroupNormalization",
            {"groups": -1},
            ((None, 5, 4),),
            "The channels of each sample are taken one by one",
            id="channels that are their own groups",
        ),
        pytest.param(
            "GroupNormalization",
            {"groups": 1},
            ((None, 5, 4),),
            "The channels of each sample are taken in 1 group",
            id="one group of all channels",
        ),
        pytest.param(
            "LayerNormalization",
            {"rms_scaling": True},
            ((None, 6),),
            "divided by its standard deviation",
            id="with rms_scaling no mean is taken away",
        ),
        pytest.param(
            "MultiHeadAttention",
            {"num_heads": 2, "key_dim": 4, "value_dim": 3},
            ((None, 5, 8), (None, 7, 9), (None, 7, 10)),
            "from 8 features to 4 for queries, from 10 to 4 for keys, and from 9 to 3 for values",
            id="keys have features of their own",
        ),
        pytest.param(
            "PReLU",
            {"shared_axes": [1]},
            ((None, 5, 3),),
            "one slope for each position on the axes that are not shared, 1×3 of them",
            id="shared slopes are not one for each value",
        ),
        pytest.param(
            "Conv2D",
            {"filters": 4, "kernel_size": 3, "groups": 2},
            ((None, 8, 8, 2),),
            "Each of the 4 filters reads the channel of its group, of 2 in all",
            id="a group of one channel",
        ),
        pytest.param(
            "Dot",
            {"axes": [1, 1]},
            ((None, None, 3), (None, None, 4)),
            "which leaves the positions of neither",
            id="an unknown number of positions",
        ),
    ],
)
def test_says_what_is_true(kind: str, arguments: dict[str, Any], inputs: Shapes, said: str) -> None:
    assert said in sentences(kind, arguments, inputs)


@pytest.mark.parametrize("kind", ["LayerNormalization", "GroupNormalization"])
def test_says_nothing_of_weights_that_are_not_there(kind: str) -> None:
    said = sentences(kind, {"center": False, "scale": False}, ((None, 4, 32),))
    assert "weights are trained" not in said
