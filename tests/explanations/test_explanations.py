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
    return explain(convcalc.analyze(path), layer, at)


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_numbers_are_those_of_the_report(path: Path) -> None:
    analysis = convcalc.analyze(path)
    for told, layer in zip(explain_all(analysis), analysis.report.layers, strict=True):
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


def explained_text(tmp_path: Path, text: str, layer: str) -> Explanation:
    path = tmp_path / "model.yaml"
    path.write_text(text)
    return explained(path, layer)


@pytest.mark.parametrize(
    ("entry", "shape", "numbers"),
    [
        pytest.param(
            "Conv2D: [8, 3]",
            "2, 5, 3",
            [("height", "2 − 3 + 1", 0), ("width", "5 − 3 + 1", 3)],
            id="a kernel that is too large",
        ),
        pytest.param(
            "MaxPooling1D: {pool_size: 7, strides: 2}",
            "2, 3",
            [("steps", "⌊(2 − 7) / 2⌋ + 1", -2)],
            id="a pool that is too large",
        ),
        pytest.param(
            "Conv1DTranspose: {filters: 1, kernel_size: 3, strides: 2, padding: 3}",
            "2, 3",
            [("steps", "(2 − 1) × 2 + 3 − 3 − 3", -1)],
            id="an output that is cut off",
        ),
        pytest.param(
            "Conv1D: {filters: 4, kernel_size: 1, groups: 2}",
            "5, 3",
            [("input channels", "3 mod 2", 1)],
            id="groups of unequal size",
        ),
        pytest.param(
            "Reshape: [[5, 2]]",
            "4, 3",
            [("values", "4 × 3", 12), ("target", "5 × 2", 10)],
            id="a shape that holds less",
        ),
        pytest.param(
            "Reshape: [[-1, 5]]",
            "4, 3",
            [("values", "4 × 3", 12), ("target", "5", 5), ("remainder", "(4 × 3) mod 5", 2)],
            id="a shape that leaves a remainder",
        ),
    ],
)
def test_a_layer_that_fails_shows_its_arithmetic(
    tmp_path: Path, entry: str, shape: str, numbers: list[tuple[str, str, int]]
) -> None:
    text = f"input: [{shape}]\nlayers:\n  - {entry}\n    name: last\n"
    told = explained_text(tmp_path, text, "last")
    assert told.outputs is None
    assert told.attempt is not None
    found = [(axis.name, axis.size.formula, axis.size.value) for axis in told.attempt.numbers]
    assert found == numbers
    for axis in told.attempt.numbers:
        check_number(axis.size, axis.size.value)
    assert told.to_dict()["attempt"]["compared"] == []


@pytest.mark.parametrize(
    ("entry", "sizes", "differ"),
    [
        ("Add", [(None, None), (6, 5), (3, 3)], "steps"),
        ("Concatenate: {axis: 2}", [(None, None), (6, 5), (3, 3)], "steps"),
        ("Dot: {axes: [1, 1]}", [], None),
    ],
)
def test_inputs_that_differ_stand_side_by_side(
    tmp_path: Path, entry: str, sizes: list[tuple[int | None, ...]], differ: str | None
) -> None:
    text = f"""
inputs: {{a: [6, 3], b: [5, 3]}}
layers:
  - {entry}{"" if ":" in entry else ":"}
    from: [a, b]
    name: last
"""
    attempt = explained_text(tmp_path, text, "last").attempt
    assert attempt is not None
    assert [one.sizes for one in attempt.compared] == sizes
    assert next((one.axis for one in attempt.compared if one.differ), None) == differ
    if not sizes:
        numbers = [(axis.name, axis.size.value) for axis in attempt.numbers]
        assert numbers == [("axis 1 of the first", 6), ("axis 1 of the second", 5)]


def test_a_layer_behind_a_fault_has_nothing_computed(tmp_path: Path) -> None:
    text = "input: [2, 3]\nlayers:\n  - Conv1D: [1, 3]\n  - ReLU\n"
    assert explained_text(tmp_path, text, "re_lu").attempt is None


def axes_of(told: Explanation) -> list[str]:
    assert told.outputs is not None
    return [axis.name for axis in told.outputs[0].axes]


def test_axes_are_named_in_the_order_of_the_layers_above(tmp_path: Path) -> None:
    text = """
input: [1, 4, 8, 8]
data_format: channels_first
layers:
  - BatchNormalization: {axis: 1}
  - Conv3D: [2, 3]
  - BatchNormalization
  - Permute: [[2, 3, 4, 1]]
  - ReLU
"""
    first = ["batch", "channels", "depth", "height", "width"]
    last = ["batch", "depth", "height", "width", "channels"]
    names = ["batch_normalization", "conv3d", "batch_normalization_1", "permute", "re_lu"]
    found = [axes_of(explained_text(tmp_path, text, name)) for name in names]
    assert found == [first, first, first, last, last]
    told = explained_text(tmp_path, text, "batch_normalization_1")
    assert told.weights is not None
    assert {weight.axes[0].names for weight in told.weights} == {"width"}
    assert [axis.axis for axis in told.seen[0].axes] == ["depth", "height", "width"]
    moved = explained_text(tmp_path, text, "permute").outputs
    assert moved is not None
    assert [axis.size.names for axis in moved[0].axes[1:]] == last[1:]


def test_words_stand_in_steps(tmp_path: Path) -> None:
    text = """
inputs: {words: {shape: [30], dtype: int32}}
layers:
  - Embedding: [100, 8]
  - Conv1D: [4, 5]
"""
    told = explained_text(tmp_path, text, "embedding")
    assert told.outputs is not None
    assert [axis.size.names for axis in told.outputs[0].axes[1:]] == ["steps", "output_dim"]
    seen = explained_text(tmp_path, text, "conv1d").seen
    assert [(axis.axis, axis.size) for axis in seen[0].axes] == [("steps", 5)]


def test_of_the_features_that_are_mixed_nothing_is_said(tmp_path: Path) -> None:
    (seen,) = explained_text(tmp_path, "input: [9, 4]\nlayers: [Conv1D: [2, 3]]\n", "conv1d").seen
    assert [(axis.axis, axis.size) for axis in seen.axes] == [("steps", 3)]


@pytest.mark.parametrize(
    ("padding", "extra", "names", "size"),
    [
        # Keras 3.15.1: 23 with output_padding 0 of what gives 24 without.
        ("same", None, "steps × strides", 24),
        ("same", 0, "(steps − 1) × strides + kernel steps mod 2 + output_padding", 23),
        ("valid", 1, "(steps − 1) × strides + kernel steps + output_padding", 26),
        (
            1,
            1,
            "(steps − 1) × strides + kernel steps − padding − padding + output_padding",
            24,
        ),
    ],
)
def test_output_padding_is_named(
    tmp_path: Path, padding: str | int, extra: int | None, names: str, size: int
) -> None:
    more = "" if extra is None else f", output_padding: {extra}"
    arguments = f"filters: 1, kernel_size: 3, strides: 2, padding: {padding}{more}"
    text = f"input: [12, 4]\nlayers:\n  - Conv1DTranspose: {{{arguments}}}\n"
    told = explained_text(tmp_path, text, "conv1d_transpose")
    assert told.outputs is not None
    steps = told.outputs[0].axes[1].size
    assert (steps.names, steps.value) == (names, size)
    check_number(steps, size)
    assert "`output_padding` chooses" in told.sentences[-1]
    others = {one.layer: one.output_shapes[0][1] for one in told.alternatives}
    assert f"Conv1DTranspose: {{output_padding: {extra}}}" not in others
    if padding == "same" and extra is None:
        assert list(others.values()) == [23, 24]
