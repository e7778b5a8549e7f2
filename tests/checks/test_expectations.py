"""Expectations held against networks: limits, and what any report fulfils and what breaks it."""

import copy
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcalc import engine, formats
from convcalc.checks.expectations import Limit, read_limit, unmet

TEXT = """\
input: [32, 32, 3]
layers:
  - Conv2D: {filters: 8, kernel_size: 3}
  - BatchNormalization
  - Flatten
  - Dense: 10
"""


@pytest.mark.parametrize(
    ("written", "limit"),
    [
        pytest.param(224, Limit(Fraction(224), Fraction(224)), id="a number"),
        pytest.param("224", Limit(Fraction(224), Fraction(224)), id="a number as text"),
        pytest.param("== 2k", Limit(Fraction(2_000), Fraction(2_000)), id="equal"),
        pytest.param("<= 25.6M", Limit(None, Fraction(25_600_000)), id="at most"),
        pytest.param("<1G", Limit(None, Fraction(10**9), includes_high=False), id="less"),
        pytest.param("> 2T", Limit(Fraction(2 * 10**12), None, includes_low=False), id="more"),
        pytest.param({"max": "3.5M"}, Limit(None, Fraction(3_500_000)), id="max"),
        pytest.param({"min": 1, "max": 2}, Limit(Fraction(1), Fraction(2)), id="both"),
        pytest.param("0.0005k", Limit(Fraction(1, 2), Fraction(1, 2)), id="no whole number"),
    ],
)
def test_read_limit(written: Any, limit: Limit) -> None:
    assert read_limit(written) == limit


@pytest.mark.parametrize(
    ("written", "count", "excess"),
    [
        ("<= 10", 10, None),
        ("<= 10", 11, 1),
        ("< 10", 10, 0),
        ("> 10", 10, 0),
        (">= 10", 9, -1),
        ("10", 10, None),
        ("10", 12, 2),
        ({"min": 5, "max": 7}, 4, -1),
        ({"min": 5, "max": 7}, 7, None),
    ],
)
def test_excess(written: Any, count: int, excess: int | None) -> None:
    assert read_limit(written).excess(count) == excess


def codes(expect: dict[str, Any], text: str = TEXT) -> list[tuple[str, str | None]]:
    network = formats.parse(text.encode(), "model.yaml")
    network.expect = expect
    return [(found.code, found.layer) for found in unmet(network, engine.summarize(network))]


REPORT = engine.summarize(formats.parse(TEXT.encode(), "model.yaml"))
OF_LAYERS: dict[str, dict[str, Any]] = {
    layer.name: {
        "output": list((layer.output_shapes or ((),))[0][1:]),
        "weights": {weight.name: list(weight.shape) for weight in layer.weights or ()},
        "params": layer.params.count if layer.params else 0,
    }
    for layer in REPORT.layers
}
WHOLE: dict[str, Any] = {
    "output": [10],
    "params": REPORT.params.count,
    "trainable_params": REPORT.params.trainable,
    "non_trainable_params": 16,
    "layers": OF_LAYERS,
}


def test_a_network_is_as_its_own_report_says() -> None:
    assert codes(WHOLE) == []


NUMBERS = [
    (name, key, place)
    for name, of_layer in OF_LAYERS.items()
    for key, place in [
        ("params", ()),
        *(("output", (axis,)) for axis in range(len(of_layer["output"]))),
        *(
            ("weights", (weight, axis))
            for weight, shape in of_layer["weights"].items()
            for axis in range(len(shape))
        ),
    ]
]


@given(st.sampled_from(NUMBERS), st.integers(1, 1000))
def test_one_other_number_is_one_finding(number: tuple[str, str, Any], more: int) -> None:
    name, key, place = number
    of_layer: dict[str, Any] = copy.deepcopy(OF_LAYERS[name])
    if key == "params":
        of_layer["params"] += more
    elif key == "output":
        of_layer["output"][place[0]] += more
    else:
        weight, axis = place
        of_layer["weights"][weight][axis] += more
    code = {"params": "expect-count", "output": "expect-output", "weights": "expect-weight"}[key]
    assert codes({**WHOLE, "layers": {**OF_LAYERS, name: of_layer}}) == [(code, name)]


def test_what_is_unknown_is_not_as_expected() -> None:
    text = TEXT.replace("32, 32, 3", "32, null, 3")
    assert ("expect-count", "dense") in codes({"layers": {"dense": {"params": 3}}}, text)
    assert codes({"output": [10]}, text.replace("  - Flatten\n  - Dense: 10\n", "")) == [
        ("expect-output", None)
    ]
