"""Warnings about weights: each where it is meant, and not where it only looks like it."""

import pytest

import convcalc
import models
from checks.findings import found
from formats.keras.serialized import image, layer, read, sequential

CONV = "Conv2D: {filters: 8, kernel_size: 3}"
BATCH = "BatchNormalization"


def spec(*layers: str, input: str = "16, 16, 3", **top: str) -> str:
    keys = "".join(f"{key}: {value}\n" for key, value in top.items())
    lines = "".join(f"  - {layer}\n" for layer in layers)
    return f"input: [{input}]\n{keys}layers:\n{lines}"


def biases(text: str) -> list[tuple[str, str]]:
    return [(fault.place, fault.message) for fault in found(text, "bias-before-normalization")]


def test_bias_before_normalization() -> None:
    (fault,) = found(spec(CONV, BATCH), "bias-before-normalization")
    assert fault == (
        "bias-before-normalization",
        "3:5-11",
        "the bias has no influence: batch_normalization subtracts it with the mean",
        "`use_bias: false` saves 8 parameters",
    )


def test_the_argument_is_the_place_where_it_is_written() -> None:
    text = spec("Conv2D: {filters: 8, kernel_size: 3, use_bias: true}", BATCH)
    assert [place for place, _ in biases(text)] == ["3:52-56"]


@pytest.mark.parametrize(
    ("layers", "top"),
    [
        (["Dense: 8", BATCH], {}),
        (["Conv2D: {filters: 8, kernel_size: 3, activation: linear}", BATCH], {}),
        (["DepthwiseConv2D: 3", BATCH], {}),
        (["SeparableConv2D: [8, 3]", BATCH], {}),
        (["Conv2DTranspose: [8, 3]", BATCH], {}),
        ([CONV, "BatchNormalization: {axis: 1}"], {"data_format": "channels_first"}),
        ([CONV, "BatchNormalization: {center: false, scale: false}"], {}),
        ([CONV, "GroupNormalization: 8"], {}),
        ([CONV, "GroupNormalization: -1"], {}),
        ([CONV, "LayerNormalization: [[1, 2]]"], {}),
    ],
)
def test_normalizations_that_cancel_it(layers: list[str], top: dict[str, str]) -> None:
    assert len(biases(spec(*layers, **top))) == 1


@pytest.mark.parametrize(
    ("layers", "top"),
    [
        (["Conv2D: {filters: 8, kernel_size: 3, use_bias: false}", BATCH], {}),
        (["Conv2D: {filters: 8, kernel_size: 3, activation: relu}", BATCH], {}),
        ([CONV, "ReLU", BATCH], {}),
        ([CONV], {}),
        ([CONV, BATCH], {"data_format": "channels_first"}),
        ([CONV, "BatchNormalization: {axis: 1}"], {}),
        ([CONV, "BatchNormalization: {trainable: false}"], {}),
        ([CONV, f"{BATCH}:\n    trainable: false"], {}),
        ([CONV, "GroupNormalization: 4"], {}),
        ([CONV, "LayerNormalization"], {}),
        ([CONV, "LayerNormalization: [[1, 2, 3]]"], {}),
        ([CONV, "LayerNormalization: {axis: [1, 2], rms_scaling: true}"], {}),
        ([CONV, "RMSNormalization: [[1, 2]]"], {}),
        ([CONV, "UnitNormalization"], {}),
        ([f"{CONV}\n    name: a", BATCH, "Add:\n    from: [a, batch_normalization]"], {}),
        ([f"{CONV}\n    name: a", BATCH], {"outputs": "[a, batch_normalization]"}),
    ],
)
def test_biases_that_count(layers: list[str], top: dict[str, str]) -> None:
    assert biases(spec(*layers, **top)) == []


def test_a_shared_layer_needs_its_bias_if_one_use_does() -> None:
    text = """
input: [8]
layers:
  - Dense: 8
    name: a
  - BatchNormalization
  - share: a
  - {}
"""
    assert biases(text.format(BATCH)) == [
        ("4:5-10", "the bias has no influence: batch_normalization subtracts it with the mean")
    ]
    assert biases(text.format("ReLU")) == []


def test_a_shared_normalization_has_the_mean_of_all_it_reads() -> None:
    text = """
input: [8]
layers:
  - Dense: 8
    name: a
  - BatchNormalization:
    name: bn
  - {}
  - share: bn
"""
    assert len(biases(text.format("share: a"))) == 1
    assert biases(text.format("Dense: 8")) == []


def test_a_block_has_its_warning_once() -> None:
    text = """
input: [16, 16, 8]
blocks:
  unit:
    layers:
      - Conv2D: {filters: 8, kernel_size: 3, padding: same}
      - BatchNormalization:
        name: bn
layers:
  - unit:
    name: a
  - unit:
    name: b
    repeat: 3
"""
    found = biases(text)
    assert {place for place, _ in found} == {"6:9-15"}
    assert len(found) == 1


def test_a_model_of_keras() -> None:
    model = sequential(
        image(),
        layer("Conv2D", "conv", filters=4, kernel_size=[3, 3], activation="linear"),
        layer("BatchNormalization", "bn"),
    )
    (warning,) = convcalc.find_warnings(convcalc.analyze(read(model)))
    assert (warning.code, warning.layer, warning.span, warning.severity) == (
        "bias-before-normalization",
        "conv",
        None,
        "warning",
    )


def heavy(text: str) -> list[tuple[str, str]]:
    return [(fault.place, fault.message) for fault in found(text, "heavy-dense")]


@pytest.mark.parametrize(
    "between",
    [["Flatten"], ["Reshape: [[-1]]"], ["Flatten", "Dropout: 0.5", "BatchNormalization", "ReLU"]],
)
def test_heavy_dense(between: list[str]) -> None:
    text = spec(CONV, *between, "Dense: 100", "Dense: 10")
    normalized = "BatchNormalization" in between
    total = 158_134 + (4 * 14 * 14 * 8 if normalized else 0)
    assert heavy(text) == [
        (
            f"{4 + len(between)}:5-10",
            f"the 1568×100 kernel holds 156,800 of all {total:,} parameters",
        )
    ]


@pytest.mark.parametrize(
    "layers",
    [
        ["Flatten", "Dense: 100"],  # there are no other weights
        [CONV, "GlobalAveragePooling2D", "Dense: 1000"],
        [CONV, "Flatten", "Dense: 1", "Dense: 3000"],
        [CONV, "MaxPooling2D: 14", "Flatten", "Dense: 1000"],  # there is one position
        [CONV, "Dense: 1000"],
        [CONV, "Flatten", "Lambda: {function: f, output_shape: [500]}", "Dense: 1000"],
    ],
)
def test_dense_layers_that_are_not_too_heavy(layers: list[str]) -> None:
    assert heavy(spec(*layers)) == []


def test_shares_of_an_unknown_total_are_not_told() -> None:
    text = spec(CONV, "Flatten", "Dense: 100").replace("16, 16", "16, null")
    analysis = models.analysis(text)
    assert not analysis.report.ok
    assert convcalc.find_warnings(analysis) == ()
