"""What we count against other counters: of layers against PyTorch's, of networks against two."""

import gc
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import convcalc
import documents
from convcalc import formats
from convcalc.report import Report


def rows(name: str, key: str) -> dict[str, dict[str, Any]]:
    """The rows of a table that have this key, by what it holds."""
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return {row[key]: row for row in map(json.loads, lines) if key in row}


LAYERS = rows("recorded_macs_torch.jsonl", "case")
PYTORCH = rows("recorded_macs_torch.jsonl", "network")
TENSORFLOW = rows("recorded_macs.jsonl", "network")

UNSEEN_IN_LAYERS = {
    # oneDNN computes all of an LSTM at once: 7 steps × 4 gates × 5 units × (4 + 5) read.
    "LSTM of 1, fused": (1260, 0),
    # What is not asked for its weights attends in one kernel: 2 × 2 heads × 7 × 7 × 4 are missed.
    "MultiheadAttention of 2, 7×8 on 7×8, no weights, fused": (2576, 1792),
    # Likewise: 2 × 2 heads × 5 × 9 × 8.
    "MultiheadAttention of 2, 5×16 on 9×16, no weights, fused": (8608, 7168),
    # What is not trained is all one kernel, projections too: 4 × 7 × 8 × 8 + 784.
    "MultiheadAttention that is not trained, fused": (2576, 0),
}
"""Our count and PyTorch's, where its counter can't see what is multiplied."""

UNSEEN_IN_NETWORKS = {
    "ConvNeXtTiny": 105106176,
    "ConvNeXtSmall": 171489024,
    "ConvNeXtBase": 228652032,
    "ConvNeXtLarge": 342978048,
    "ConvNeXtXLarge": 457304064,
}
"""What TensorFlow's profiler misses: the grouped convolutions, which are inside of functions."""


def macs(report: Report) -> int:
    assert report.ok, report.diagnostics
    counts = [layer.op_counts.macs if layer.op_counts else None for layer in report.layers]
    assert None not in counts, [layer.name for layer in report.layers if layer.op_counts is None]
    return sum(filter(None, counts))


@pytest.mark.parametrize("case", LAYERS)
def test_layers_equal_pytorch(case: str) -> None:
    row = LAYERS[case]
    spec = json.dumps(row["spec"]).encode()
    ours = macs(convcalc.summarize(formats.parse(spec, "model.yaml")))
    assert (ours, row["macs"]) == UNSEEN_IN_LAYERS.get(case, (row["macs"], row["macs"]))


def test_all_that_is_unseen_is_recorded() -> None:
    assert LAYERS.keys() >= UNSEEN_IN_LAYERS.keys()
    assert len(LAYERS) == 84


def test_two_counters_say_the_same_of_networks() -> None:
    """But for what one of them can't see, on inputs of the same sizes."""
    assert len(TENSORFLOW) == 40
    # Keras refuses to make this one on PyTorch.
    assert TENSORFLOW.keys() - PYTORCH.keys() == {"NASNetMobile"}
    differences = {}
    for name, row in PYTORCH.items():
        other = TENSORFLOW[name]
        assert row["input"] == other["input"], name
        if row["macs"] != other["macs"]:
            differences[name] = row["macs"] - other["macs"]
    assert differences == UNSEEN_IN_NETWORKS
    assert {name for name, row in TENSORFLOW.items() if row["unseen"]} == differences.keys()


def test_differences_are_documented() -> None:
    page = documents.read(documents.ROOT / "docs" / "costs.md")
    rows = re.findall(
        r"^\| (ConvNeXt\w+) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|$", page, re.MULTILINE
    )
    told = {name: tuple(int(n.replace(",", "")) for n in numbers) for name, *numbers in rows}
    assert told == {
        name: (PYTORCH[name]["macs"], TENSORFLOW[name]["macs"], unseen)
        for name, unseen in UNSEEN_IN_NETWORKS.items()
    }
    assert f"in {len(LAYERS)} cases" in page


@pytest.fixture
def models() -> Iterator[Any]:
    """The judge, which lets go of a network before the next one is made."""
    models = pytest.importorskip("oracle.models", reason="the judge needs Keras")
    yield models
    models.keras.backend.clear_session()
    gc.collect()


@pytest.mark.oracle
@pytest.mark.parametrize("name", TENSORFLOW)
def test_networks_equal_both_counters(models: Any, name: str) -> None:
    row = TENSORFLOW[name]
    file = models.application(name).to_json().encode()
    report = convcalc.summarize(formats.parse(file, f"{name}.json"), inputs=row["input"])
    grouped = sum(
        layer.op_counts.macs or 0
        for layer in report.layers
        if layer.op_counts and getattr(layer.layer, "groups", 1) > 1
    )
    assert grouped == UNSEEN_IN_NETWORKS.get(name, 0)
    assert macs(report) - grouped == row["macs"]
    if name in PYTORCH:
        assert macs(report) == PYTORCH[name]["macs"]
