"""Files that Keras wrote, of Keras 3 and Keras 2, with what it says of them beside each."""

import json
from pathlib import Path
from typing import Any

import pytest

from convcalc import api, formats
from convcalc.report import LayerReport, Report

FILES = Path(__file__).parent / "files"
MODELS = sorted(path for path in FILES.iterdir() if path.name.count(".") == 1)


def expected(path: Path) -> Any:
    return json.loads((FILES / f"{path.stem}.expected.json").read_text(encoding="utf-8"))


def read(path: Path) -> Report:
    kinds = FILES / f"{path.stem}.kinds.yaml"
    return api.summarize(path, kinds=kinds if kinds.exists() else None)


def shape(dims: list[int | None]) -> tuple[int | None, ...]:
    return tuple(dims)


def applied(report: Report) -> dict[str, list[LayerReport]]:
    """The uses of each layer, by its name."""
    found: dict[str, list[LayerReport]] = {}
    for layer in report.layers:
        found.setdefault(layer.shares or layer.name, []).append(layer)
    return found


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name)
def test_is_what_keras_says(path: Path) -> None:
    said, report = expected(path), read(path)
    assert report.diagnostics == ()
    layers = applied(report)
    assert layers.keys() == {layer["name"] for layer in said["layers"]}
    for layer in said["layers"]:
        uses = layers[layer["name"]]
        shapes = [tuple(map(shape, outputs)) for outputs in layer["output_shapes"]]
        assert sorted(map(repr, shapes)) == sorted(repr(use.output_shapes) for use in uses)
        weights = uses[0].weights or ()
        assert [(w.name, w.shape, w.trainable) for w in weights] == [
            (w["path"].rpartition("/")[2], shape(w["shape"]), w["trainable"])
            for w in layer["weights"]
        ]
    assert [list(t.shape or ()) for t in report.outputs] == said["outputs"]
    assert {t.name: list(t.shape or ()) for t in report.inputs} == {
        tensor["name"]: tensor["shape"] for tensor in said["inputs"]
    }
    params = report.params
    totals = {
        "params": params.count,
        "trainable": params.trainable,
        "non_trainable": params.non_trainable,
    }
    assert totals == said["totals"]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name)
def test_is_the_same_as_a_spec(path: Path) -> None:
    kinds = FILES / f"{path.stem}.kinds.yaml"
    network = api.load(path, kinds=kinds if kinds.exists() else None)
    spec = api.convert(network)  # which holds it against the network itself
    assert formats.parse(spec.encode(), "model.yaml").diagnostics == ()


def test_nothing_is_there_without_a_model() -> None:
    stems = {path.stem for path in MODELS}
    assert {path.name.partition(".")[0] for path in FILES.iterdir()} == stems
