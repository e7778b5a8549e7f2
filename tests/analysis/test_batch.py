"""Work for one sample where the first axis is not, or not only, that of the samples."""

import pytest

import models
from convcalc.analysis.batch import shapes_of

SWIN = """
input: [8, 8, 6]
layers:
  - ops.Reshape: {newshape: [-1, 2, 4, 2, 4, 6]}
  - ops.Transpose: {axes: [0, 1, 3, 2, 4, 5]}
  - ops.Reshape: {newshape: [-1, 16, 6]}
    name: windows
  - MultiHeadAttention: {num_heads: 2, key_dim: 3}
    from: [windows, windows]
"""

CASES = {
    # 6 rows of 4 numbers are multiplied with 4 × 5.
    "folded": ("input: [6, 4]\nlayers: [{ops.Reshape: {newshape: [-1, 4]}}, {Dense: 5}]\n", 120),
    # 7 samples of 6 rows, of which each is multiplied with 4 × 5, whatever stands first.
    "turned": (
        (
            "inputs: {input: {batch_shape: [7, 6, 4]}}\n"
            "layers: [{ops.Transpose: {axes: [1, 0, 2]}}, {Dense: 5}]\n"
        ),
        120,
    ),
    "joined": (
        "input: [4]\nlayers: [{Concatenate: {axis: 0}, from: [input, input]}, {Dense: 5}]\n",
        40,
    ),
    # 4 windows of 16 positions: four projections of 6 × 6, and 2 heads of 16 × 16 × (3 + 3).
    "windows": (SWIN, 4 * (16 * 4 * 36 + 2 * 16 * 16 * 6)),
    "kept": ("input: [6, 4]\nlayers: [{ops.Multiply: {x2: 2}}, ops.Relu, {Dense: 5}]\n", 120),
    "back": (
        (
            "input: [6, 4]\nlayers: [{ops.Reshape: {newshape: [-1, 4]}}, "
            "{ops.Reshape: {newshape: [-1, 6, 4]}}, {Dense: 5}]\n"
        ),
        120,
    ),
    # 7 rows for 2 samples.
    "no sample": (
        (
            "inputs: {input: {batch_shape: [2, 7]}}\n"
            "layers: [{ops.Transpose: {axes: [1, 0]}}, {Dense: 1}]\n"
        ),
        7,
    ),
    "not whole": (
        (
            "inputs: {input: {batch_shape: [2, 3]}}\n"
            "layers: [ops.Ravel, {ops.GetItem: {key: [':3']}}, "
            "{ops.Reshape: {newshape: [3, 1]}}, {Dense: 1}]\n"
        ),
        None,
    ),
    "unknown": (
        "input: [null, 4]\nlayers: [{ops.Reshape: {newshape: [-1, 4]}}, {Dense: 5}]\n",
        None,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_macs_of_a_sample(case: str) -> None:
    text, macs = CASES[case]
    report = models.report(text)
    assert report.ok
    assert report.op_counts.macs == macs


def test_a_model_that_folds_samples() -> None:
    text = """
input: [6, 4]
layers:
  - Functional:
      layers:
        - InputLayer: {shape: [6, 4]}
        - ops.Reshape: {newshape: [-1, 4]}
  - Dense: 5
"""
    network, report = models.network(text), models.report(text)
    assert shapes_of(report.layers, network, 2)[1:] == [((12, 4),), ((12, 5),)]
    assert report.layers[2].op_counts
    assert report.layers[2].op_counts.macs == 120


def test_inside_of_a_layer_it_is_unknown() -> None:
    text = """
input: [3, 6, 4]
layers:
  - TimeDistributed:
      layer:
        Functional:
          layers:
            - InputLayer: {shape: [6, 4]}
            - ops.Reshape: {newshape: [-1, 4]}
            - Dense: 5
            - ops.Reshape: {newshape: [-1, 6, 5]}
"""
    assert models.report(text).op_counts.macs is None
    same = text.replace("ops.Reshape: {newshape: [-1, 4]}", "ops.Multiply: {x2: 2}").replace(
        "ops.Reshape: {newshape: [-1, 6, 5]}", "ops.Relu"
    )
    assert models.report(same).op_counts.macs == 3 * 6 * 4 * 5
    # A constant may have an axis before that of the samples.
    assert models.report(same.replace("x2: 2", "x2: [[[2]]]")).op_counts.macs is None


@pytest.mark.parametrize("layer", ["Dense: 4", "LSTM: 4"])
@pytest.mark.parametrize("fold", ["ops.Mean: {axis: 0}", "ops.Reshape: {newshape: [-1, 4]}"])
def test_an_output_that_does_not_exist_is_no_shape(layer: str, fold: str) -> None:
    kind = layer.partition(":")[0].lower()
    text = (
        f"input: [6, 8]\nlayers:\n  - {fold}\n  - {layer}\n    from: input\n"
        f"  - Flatten:\n    from: {kind}:1\noutputs: {kind}:2\n"
    )
    assert {d.code for d in models.report(text).diagnostics} == {"unknown-input"}
