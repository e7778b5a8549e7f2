"""Explanations of whole networks: their numbers are those of the report, and at each end exact."""

import json
from pathlib import Path

import pytest

import convcalc
import documents
from arithmetic import worked_out
from convcalc.explanations import explain, explain_all
from convcalc.explanations.explanation import Derivation, Explanation
from convcalc.network import UsageError
from convcalc.report import LayerReport

GALLERY = sorted([*documents.ROOT.glob("specs/*.yaml"), *documents.ROOT.glob("specs/keras/*.json")])
FOSTER = documents.ROOT / "specs" / "foster_cifar.yaml"


def explained(path: Path, layer: str, at: list[int] | None = None) -> Explanation:
    network = convcalc.load(path)
    return explain(network, convcalc.summarize(network), layer, at)


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_numbers_are_those_of_the_report(path: Path) -> None:
    network = convcalc.load(path)
    report = convcalc.summarize(network)
    for told, layer in zip(explain_all(network, report), report.layers, strict=True):
        check(told, layer)
        assert json.loads(json.dumps(told.to_dict()))["name"] == layer.name


def check(told: Explanation, layer: LayerReport) -> None:
    assert told.outputs is not None
    assert told.weights is not None
    assert tuple(output.shape for output in told.outputs) == layer.output_shapes
    for output in told.outputs:
        for axis, size in zip(output.axes, output.shape, strict=True):
            check_number(axis.size, size)
            if axis.window:
                check_number(axis.window.extent, axis.window.extent.value)
                assert (axis.window.covered is None) == (axis.window.transposed or size is None)
                covered = axis.window.covered
                if covered:
                    check_number(covered, covered.value)
    for weight, there in zip(told.weights, layer.weights or (), strict=True):
        assert (weight.path, weight.shape, weight.count) == (there.path, there.shape, there.count)
        for number, factor in zip(weight.axes, there.shape, strict=True):
            check_number(number, factor)
    assert told.params == layer.params


def check_number(told: Derivation, value: int | None) -> None:
    assert told.value == value
    assert (told.formula is None) == (value is None)
    assert told.formula is None or worked_out(told.formula) == value


def test_what_an_inner_position_reads() -> None:
    # Stride 2 and kernel 3 with padding 0 before: from 2 × 3 and 2 × 4 on, three each.
    reading = explained(FOSTER, "conv_2", [3, 4]).reading
    assert [(r.axis, r.position, r.first, r.last, r.before, r.after) for r in reading] == [
        ("height", 3, 6, 8, 0, 0),
        ("width", 4, 8, 10, 0, 0),
    ]


def test_what_a_position_at_the_border_reads() -> None:
    # FACTS: 16 with kernel 3 and stride 2 is padded 0 before and 1 after.
    reading = explained(FOSTER, "conv_2", [0, 7]).reading
    assert [(r.first, r.last, r.before, r.after) for r in reading] == [(0, 2, 0, 0), (14, 15, 0, 1)]


@pytest.mark.parametrize(
    ("layer", "at", "message"),
    [
        pytest.param("conv_3", None, "no layer 'conv_3'; did you mean conv_2?", id="misspelt"),
        pytest.param("conv_2", [3], "has 2 numbers: height and width", id="too few numbers"),
        pytest.param(
            "conv_2", [3, 8], "the width of conv_2 has the positions 0 to 7", id="outside"
        ),
        pytest.param("conv_2", [-1, 0], "the height of conv_2 has the positions", id="before"),
        pytest.param(
            "flatten",
            [3],
            r"what a position of flatten \(Flatten\) reads can't be told",
            id="no window",
        ),
    ],
)
def test_refuses(layer: str, at: list[int] | None, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        explained(FOSTER, layer, at)


def test_a_position_of_what_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "model.yaml"
    path.write_text("input: [null, 3]\nlayers:\n  - Conv1D: {filters: 2, kernel_size: 3}\n")
    with pytest.raises(UsageError, match="the steps that conv1d reads is unknown"):
        explained(path, "conv1d", [0])


def test_an_argument_is_not_taken_for_the_axis_of_its_name(tmp_path: Path) -> None:
    path = tmp_path / "model.yaml"
    path.write_text("input: [256, 256, 3]\nlayers:\n  - RandomCrop: {height: 224, width: 224}\n")
    told = explained(path, "random_crop")
    assert told.outputs is not None
    assert [axis.size.names for axis in told.outputs[0].axes[1:]] == [
        "the argument height",
        "the argument width",
        "channels",
    ]


def test_alternatives_are_what_the_layers_themselves_give() -> None:
    # FACTS: 200 maps of 2,000 parameters is what filtering each channel by itself would give.
    found = {one.layer: one for one in explained(FOSTER, "conv_2").alternatives}
    assert {layer: (one.output_shapes, one.params) for layer, one in found.items()} == {
        "Conv2D: {groups: 10}": (((None, 8, 8, 20),), 200),
        "DepthwiseConv2D: {depth_multiplier: 20}": (((None, 8, 8, 200),), 2_000),
        "SeparableConv2D": (((None, 8, 8, 20),), 310),
    }


def test_a_layer_at_fault_tells_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "model.yaml"
    path.write_text("input: [2, 3]\nlayers:\n  - Conv1D: {filters: 2, kernel_size: 3}\n  - ReLU\n")
    told = explained(path, "conv1d")
    assert told.outputs is None
    assert told.weights is None
    assert [diagnostic.code for diagnostic in told.diagnostics] == ["kernel-too-large"]
    assert explained(path, "re_lu").diagnostics == ()


def test_a_shared_layer_counts_where_it_was_first(tmp_path: Path) -> None:
    path = tmp_path / "model.yaml"
    path.write_text("input: [4]\nlayers:\n  - Dense: 4\n  - share: dense\n    name: again\n")
    told = explained(path, "again")
    assert told.shares == "dense"
    assert told.params is not None
    assert told.params.count == 0
    assert told.sentences[-1] == "It applies dense again: its weights are counted there."
