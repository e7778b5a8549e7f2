"""Expectations held against networks: what any report fulfils, and what breaks it."""

import copy
import re
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import documents
from convcalc import api, formats
from convcalc.checks.expectations import RULES
from convcalc.checks.finding import Checked, Finding
from convcalc.formats.spec import expectations
from convcalc.formats.spec.expectations import KEYS

TEXT = """\
input: [32, 32, 3]
layers:
  - Conv2D: {filters: 8, kernel_size: 3}
  - BatchNormalization
  - Flatten
  - Dense: 10
"""


def check(expect: dict[str, Any], text: str = TEXT) -> Checked:
    network = formats.parse(text.encode(), "model.yaml")
    expected, faults = expectations.read_file(msgspec.json.encode(expect), "expect.yaml")
    assert expected
    assert not faults.found
    return api.check(api.analyze(network), expected=[expected])


def found(expect: dict[str, Any], text: str = TEXT) -> list[tuple[str, str | None]]:
    return [(each.rule, each.layer) for each in check(expect, text).findings]


def one(expect: dict[str, Any], text: str = TEXT) -> Finding:
    (finding,) = check(expect, text).findings
    return finding


REPORT = api.summarize(formats.parse(TEXT.encode(), "model.yaml"))
OF_LAYERS: dict[str, dict[str, Any]] = {
    layer.name: {
        "output": list((layer.output_shapes or ((),))[0][1:]),
        "weights": {weight.name: list(weight.shape) for weight in layer.weights or ()},
        "params": layer.params.count if layer.params else 0,
    }
    for layer in REPORT.layers
}
ALL: dict[str, Any] = {
    "output": [10],
    "params": REPORT.params.count,
    "trainable_params": REPORT.params.trainable,
    "non_trainable_params": 16,
    "macs": 266_400,  # 30 × 30 × 216 of the convolution, 7,200 × 10 of the dense layer
    "peak_memory": 57_600,  # what the normalization reads and gives: 2 × 7,200 × 4 bytes
    "layers": OF_LAYERS,
}


def test_a_network_is_as_its_own_report_says() -> None:
    checked = check(ALL)
    assert checked.findings == ()
    assert all(outcome.held for outcome in checked.outcomes)
    weights = sum(len(layer["weights"]) for layer in OF_LAYERS.values())
    assert len(checked.outcomes) == 6 + 2 * len(OF_LAYERS) + weights


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
    rule = {"params": "expect-params", "output": "expect-output", "weights": "expect-weight"}[key]
    finding = one({**ALL, "layers": {**OF_LAYERS, name: of_layer}})
    assert (finding.rule, finding.layer) == (rule, name)
    difference = -more if key == "params" else finding.difference[place[-1]]
    assert difference == -more


def test_what_is_unknown_is_not_as_expected() -> None:
    text = TEXT.replace("32, 32, 3", "32, null, 3")
    assert ("expect-params", "dense") in found({"layers": {"dense": {"params": 3}}}, text)
    headless = text.replace("  - Flatten\n  - Dense: 10\n", "")
    finding = one({"output": [30, 30, 8]}, headless)
    assert finding.message == "output is [30, null, 8], not [30, 30, 8]"
    assert finding.difference == [0, None, 0]


TOO_LARGE = "kernel 3×3 does not fit its 2×2 input with padding 'valid'"


@pytest.mark.parametrize(
    ("expect", "rule", "message"),
    [
        ({"output": [12]}, "expect-output", "output is [10], not [12]"),
        ({"output": [1, 10]}, "expect-output", "output is [10], not [1, 10]"),
        ({"outputs": {"x": [10]}}, "expect-output", "there is no output 'x'"),
        ({"params": "< 10"}, "expect-params", "params are 72,266, not less than 10 (+72,257)"),
        (
            {"params": "> 1M"},
            "expect-params",
            "params are 72,266, not more than 1,000,000 (-927,735)",
        ),
        (
            {"trainable_params": 72_251},
            "expect-trainable-params",
            "trainable_params are 72,250, not 72,251 (-1)",
        ),
        ({"macs": "<= 0.2M"}, "expect-macs", "macs are 266,400, more than 200,000 (+66,400)"),
        (
            {"layers": {"dense": {"macs": 72_001}}},
            "expect-macs",
            "macs of dense are 72,000, not 72,001 (-1)",
        ),
        (
            {"peak_memory": "< 56.25 KB"},
            "expect-peak-memory",
            "peak_memory is 57,600 bytes, not less than 57,600 (+1)",
        ),
        (
            {"layers": {"conv2d": {"receptive_field": {"min": 4}}}},
            "expect-receptive-field",
            "receptive_field of conv2d is 3×3, less than 4",
        ),
        (
            {"receptive_field": "<= 32"},
            "expect-receptive-field",
            "receptive_field is all×all, more than 32",
        ),
        (
            {"layers": {"flatten": {"receptive_field": 3}}},
            "expect-receptive-field",
            "receptive_field of flatten can't be known, but must be 3",
        ),
        (
            {"layers": {"conv2d": {"kernel": [3, None, 3, 9]}}},
            "expect-kernel",
            "kernel of conv2d is 3×3×3×8, not 3×any×3×9",
        ),
        (
            {"layers": {"flatten": {"kernel": [3]}}},
            "expect-kernel",
            "there is no weight 'kernel' of flatten",
        ),
        (
            {"layers": {"conv3d": {"params": 3}}},
            "expect-layer",
            "there is no layer 'conv3d' of which to expect anything",
        ),
        (
            {"accepts": [[2, 2, 3]]},
            "expect-accepts",
            f"input [2, 2, 3] is refused: {TOO_LARGE} [kernel-too-large]",
        ),
        ({"accepts": [[32, 3]]}, "expect-accepts", None),
        (
            {"rejects": [[64, 64, 3]]},
            "expect-rejects",
            "input [64, 64, 3] is accepted, but must be refused",
        ),
        (
            {"accepts": [{"x": [32, 32, 3]}]},
            "expect-accepts",
            "input {x: [32, 32, 3]} can't be tried: there is no input 'x'; the inputs are input",
        ),
    ],
)
def test_findings(expect: dict[str, Any], rule: str, message: str | None) -> None:
    finding = one(expect)
    assert finding.rule == rule
    if message is not None:
        assert finding.message == message
    assert finding.place.source == "expect.yaml"
    assert finding.place.span


def test_inputs_that_are_as_they_must_be() -> None:
    # Dense needs to know how many features it reads.
    inputs = {"accepts": [[32, 32, 3], [40, 64, 1]], "rejects": [[2, 2, 3], [9], [None, 64, 3]]}
    assert found(inputs) == []


def test_the_axis_that_is_furthest_off_decides() -> None:
    text = TEXT.replace("kernel_size: 3", "kernel_size: [3, 7]")
    finding = one({"layers": {"conv2d": {"receptive_field": {"min": 5}}}}, text)
    assert finding.message == "receptive_field of conv2d is 3×7, less than 5"
    assert (finding.found, finding.difference) == ([3, 7], -2)


def test_receptive_fields_that_are_as_they_must_be() -> None:
    expect = {"layers": {"conv2d": {"receptive_field": 3}, "dense": {"receptive_field": ">= 9"}}}
    assert found(expect) == []
    assert one({"layers": {"conv2d": {"receptive_field": 4}}}).difference == -1
    assert one({"receptive_field": 9}).difference is None


def test_costs_of_what_is_unknown_are_unknown() -> None:
    text = TEXT.replace("32, 32, 3", "null, null, 3").replace(
        "  - Flatten\n", "  - GlobalAveragePooling2D\n"
    )
    expect = {"macs": "<= 1G", "peak_memory": "<= 1 GB"}
    findings = check(expect, text).findings
    assert [(each.message, each.help) for each in findings] == [
        (
            "macs can't be known, but must be at most 1,000,000,000",
            "it is unknown of conv2d",
        ),
        (
            "peak_memory can't be known, but must be at most 1,073,741,824 bytes",
            "it is unknown of input, conv2d, batch_normalization",
        ),
    ]


@pytest.mark.parametrize("limit", ["<= 99999999999999999999", "< 1000T"])
def test_what_reads_everything_is_within_no_limit(limit: str) -> None:
    text = "input: [8, 4]\nlayers: [GlobalMaxPooling1D]\n"
    assert one({"receptive_field": limit}, text).found == ["all"]
    assert not check({"receptive_field": ">= 1000"}, text).findings


def test_outputs_of_a_layer_that_has_several() -> None:
    text = "input: [5, 8]\nlayers: [{LSTM: {units: 4, return_state: true}}]\n"
    assert not check({"layers": {"lstm": {"outputs": [[4], None, [None]]}}}, text).findings
    findings = check({"layers": {"lstm": {"outputs": [None, [5], [4], [3]]}}}, text).findings
    assert [(each.message, each.help, each.layer, each.key) for each in findings] == [
        ("output '1' of lstm is [4], not [5]", None, "lstm", "outputs.1"),
        ("there is no output '3' of lstm", "the outputs are 0, 1, 2", "lstm", "outputs.3"),
    ]


def test_receptive_fields_in_several_inputs() -> None:
    text = """
inputs: {a: [16, 16, 3], b: [16, 16, 3]}
layers:
  - {Conv2D: [4, [3, 5], 1, same], from: a, name: x}
  - {Conv2D: [4, [5, 7], 1, same], from: b, name: y}
  - {Add: , from: [x, y]}
"""
    finding = one({"receptive_field": "<= 5"}, text)
    assert finding.message == "receptive_field is a 3×5, b 5×7, more than 5"
    assert finding.found == [3, 5, 5, 7]


def test_a_finding_has_the_place_of_the_layer() -> None:
    finding = one({"layers": {"dense": {"params": 3}}})
    assert finding.layer_place
    assert finding.layer_place.source == "model.yaml"
    assert finding.layer_place.span == (6, 5, 6, 10)


def test_a_group_is_expected_of_like_a_layer() -> None:
    text = """\
input: [8]
blocks:
  unit: {layers: [{Dense: 4}, {Dense: 2}]}
layers: [unit]
"""
    expect: dict[str, Any] = {
        "layers": {"unit": {"output": [2], "params": 46, "macs": 40, "receptive_field": ">= 8"}}
    }
    assert found(expect, text) == []
    expect["layers"]["unit"]["params"] = 45
    assert one(expect, text).message == "params of unit are 46, not 45 (+1)"


def test_a_group_with_unknown_params_is_unknown() -> None:
    text = """\
input: [null]
blocks:
  unit: {layers: [{Dense: 4}, {Dense: 2}]}
layers: [unit]
"""
    finding = check({"layers": {"unit": {"params": "<= 46"}}}, text).findings[-1]
    assert finding.message == "params of unit can't be known, but must be at most 46"
    assert finding.found is None


def test_a_faulty_expectation_leaves_the_network_known() -> None:
    text = TEXT + "expect: {output: 10, params: 3}\n"
    network = formats.parse(text.encode(), "model.yaml")
    checked = api.check(api.analyze(network))
    assert [finding.rule for finding in checked.findings] == ["wrong-type", "expect-params"]
    assert checked.findings[1].found == 72_266


def test_every_rule_is_described() -> None:
    page = documents.read(documents.ROOT / "docs" / "check.md")
    rows = re.findall(r"^\| `((?:expect|budget|no|not)-[a-z-]+)` \| (.*) \|$", page, re.MULTILINE)
    assert dict(rows) == RULES


def test_there_is_a_rule_for_every_key() -> None:
    assert {rule.removeprefix("expect-") for rule in RULES} >= {
        key.replace("_", "-") for key in KEYS if key not in {"outputs", "layers"}
    }


def test_a_weight_by_a_name_that_several_have() -> None:
    text = "input: [5, 8]\nlayers: [{MultiHeadAttention: [2, 3], from: [input, input]}]\n"
    key = "multi_head_attention"
    assert not check({"layers": {key: {"weights": {"key/kernel": [8, 2, 3]}}}}, text).findings
    finding = one({"layers": {key: {"weights": {"kernel": [8, 2, 3]}}}}, text)
    assert finding.message == f"'kernel' of {key} may be any of 4 weights"


def test_a_weight_inside_by_its_name_alone() -> None:
    text = "input: [5, 8]\nlayers: [{TimeDistributed: {layer: {Dense: 3}}}]\n"
    weights = {"weights": {"kernel": [8, 3]}}
    assert not check({"layers": {"time_distributed": weights}}, text).findings
