"""Whole networks of the gallery against real Keras: every layer, weight and connection."""

from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

import convcalc
from convcalc.report import LayerReport, Report
from oracle.outcome import Accepted, Shape, WeightOutcome

keras_judge = pytest.importorskip("oracle.keras_judge", reason="the judge needs Keras")
keras = keras_judge.keras

pytestmark = pytest.mark.oracle

SPECS = Path(__file__).parents[2] / "specs"


class Row(NamedTuple):
    """One layer of a network; `reads` are the positions of the layers that it is called on."""

    kind: str
    output: Shape
    weights: tuple[WeightOutcome, ...]
    reads: tuple[int, ...]


@pytest.mark.parametrize(
    ("name", "application", "arguments", "variables"),
    [
        ("vgg16", "VGG16", {}, {}),
        ("resnet50", "ResNet50", {}, {}),
        ("resnet50", "ResNet101", {}, {"depths": [3, 4, 23, 3]}),
        ("densenet121", "DenseNet121", {}, {}),
        ("densenet121", "DenseNet169", {}, {"depths": [6, 12, 32, 32]}),
        ("mobilenet_v2", "MobileNetV2", {}, {}),
        ("mobilenet_v2", "MobileNetV2", {"alpha": 0.35}, {"alpha": 0.35}),
        ("mobilenet_v2", "MobileNetV2", {"alpha": 1.4}, {"alpha": 1.4}),
    ],
)
def test_equals_keras_application(
    name: str, application: str, arguments: dict[str, Any], variables: dict[str, Any]
) -> None:
    model = getattr(keras.applications, application)(weights=None, **arguments)
    report = convcalc.summarize(SPECS / f"{name}.yaml", variables=variables)
    assert_same(report, model)


def test_two_inputs_equals_keras() -> None:
    layers = keras.layers
    image = keras.Input((128, 128, 3))
    x = layers.Conv2D(32, 3, strides=2, padding="same")(image)
    for filters in (64, 128, 256):
        x = layers.SeparableConv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
        x = layers.MaxPooling2D(2)(x)
    x = layers.GlobalAveragePooling2D()(x)
    metadata = keras.Input((18,))
    x = layers.Concatenate()([x, layers.Dense(32)(metadata)])
    x = layers.Dense(64)(x)
    x = layers.Dropout(0.5)(x)
    model = keras.Model([image, metadata], layers.Dense(7)(x))
    assert_same(convcalc.summarize(SPECS / "two_inputs.yaml"), model)


def assert_same(report: Report, model: Any) -> None:
    assert report.diagnostics == ()
    assert rows(report) == rows_of_keras(model)
    trainable = sum(weight.value.size for weight in model.trainable_weights)
    assert (report.params.count, report.params.trainable) == (model.count_params(), trainable)


def rows(report: Report) -> list[Row]:
    positions = {layer.name: i for i, layer in enumerate(report.layers)}
    return [
        Row(
            layer.kind,
            (layer.output_shapes or ((),))[0],
            tuple((w.name, w.shape, w.trainable) for w in layer.weights or ()),
            tuple(positions[name] for name in layer.inputs),
        )
        for layer in report.layers
    ]


def rows_of_keras(model: Any) -> list[Row]:
    """The layers in the order in which a spec has them: inputs first, then branch by branch.

    `model.layers` is sorted by depth instead, which mixes the branches.
    """
    rows: list[Row] = []
    positions: dict[int, int] = {}

    def position(tensor: Any) -> int:
        layer = tensor._keras_history.operation
        if id(layer) not in positions:
            reads = tuple(position(read) for read in layer._inbound_nodes[0].input_tensors)
            trained = {id(weight) for weight in layer.trainable_weights}
            weights = tuple((w.name, tuple(w.shape), id(w) in trained) for w in layer.weights)
            positions[id(layer)] = len(rows)
            rows.append(Row(type(layer).__name__, tuple(layer.output.shape), weights, reads))
        return positions[id(layer)]

    for tensor in (*model.inputs, *model.outputs):
        position(tensor)
    return rows


@pytest.mark.parametrize("path", sorted(SPECS.glob("*.yaml")), ids=lambda path: path.stem)
def test_keras_makes_the_same_of_every_layer(path: Path) -> None:
    """One by one, but for what is beyond Keras: declared kinds, numbers as padding, rounding up."""
    judged = set()
    for layer in convcalc.summarize(path).layers:
        arguments = {} if layer.layer is None else msgspec.to_builtins(layer.layer)
        case = repr((layer.kind, arguments, layer.input_shapes))
        if case in judged or beyond_keras(layer, arguments):
            continue
        judged.add(case)
        keras_outcome = keras_judge.judge(layer.kind, arguments, layer.input_shapes)
        weights = tuple((w.name, w.shape, w.trainable) for w in layer.weights or ())
        assert keras_outcome == Accepted(layer.output_shapes or (), weights), layer.name
    assert judged


def beyond_keras(layer: LayerReport, arguments: dict[str, Any]) -> bool:
    """Whether Keras can't make the layer; drops the arguments of a pooling that Keras lacks."""
    if not hasattr(keras.layers, layer.kind):
        return True
    if "Pooling" in layer.kind and (
        arguments.pop("ceil_mode", False) or arguments.pop("dilation_rate", 1) != 1
    ):
        return True
    return layer.kind[:4] in {"Conv", "Aver", "MaxP"} and not isinstance(arguments["padding"], str)
