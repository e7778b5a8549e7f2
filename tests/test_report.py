"""Reports made by hand: what they say of themselves, and their form as plain data."""

from typing import Any

import msgspec

from convcalc.diagnostics import Diagnostic, Span
from convcalc.layers.inference import OpCounts
from convcalc.report import (
    GroupReport,
    LayerReport,
    ParamTotals,
    Report,
    TensorReport,
    WeightReport,
)

PLACE = Span(4, 5, 4, 10)
KERNEL = WeightReport("kernel", (3, 4), 12, True, "float32", "kernel")
MOVING = WeightReport("moving", (4,), 4, False, "float16", "moving")


def layer(**changes: Any) -> LayerReport:
    made = LayerReport(
        name="dense",
        kind="Dense",
        group="block",
        inputs=("input",),
        input_shapes=((None, 3),),
        output_shapes=((None, 4),),
        weights=(KERNEL, MOVING),
        params=ParamTotals(12, 4, 48, 8),
        shares=None,
        span=PLACE,
        layer=None,
        op_counts=OpCounts(matrix=24, bias=8),
        output_dtypes=("float16",),
    )
    return msgspec.structs.replace(made, **changes)


LOST = layer(
    name="lost",
    group=None,
    inputs=(),
    input_shapes=(None,),
    output_shapes=None,
    weights=None,
    params=None,
    fault="wrong-value",
    op_counts=None,
    output_dtypes=None,
)
ERROR = Diagnostic(code="wrong-value", message="no", span=PLACE, layer="lost")
WARNING = Diagnostic(code="unused-layer", message="hm", severity="warning")


def test_parameters_add_up() -> None:
    total = ParamTotals(1, 20, 300, 4000) + ParamTotals(5, 60, 700, 8000)
    assert total == ParamTotals(6, 80, 1000, 12000)
    assert (total.count, total.bytes) == (86, 13000)
    assert (ParamTotals().count, ParamTotals().bytes) == (0, 0)


DONE = {
    "convolution": 0,
    "matrix": 24,
    "attention": 0,
    "bias": 8,
    "normalization": 0,
    "activation": 0,
    "pooling": 0,
    "merging": 0,
}


def test_a_layer_as_plain_data() -> None:
    assert layer().to_dict() == {
        "name": "dense",
        "kind": "Dense",
        "group": "block",
        "arguments": None,
        "inputs": ["input"],
        "input_shapes": [[None, 3]],
        "output_shapes": [[None, 4]],
        "output_dtypes": ["float16"],
        "shares": None,
        "weights": [
            {
                "name": "kernel",
                "shape": [3, 4],
                "count": 12,
                "trainable": True,
                "dtype": "float32",
                "path": "kernel",
            },
            {
                "name": "moving",
                "shape": [4],
                "count": 4,
                "trainable": False,
                "dtype": "float16",
                "path": "moving",
            },
        ],
        "params": 16,
        "trainable_params": 12,
        "non_trainable_params": 4,
        "macs": 24,
        "work": DONE,
        "activation_bytes": None,
        "receptive_field": None,
        "location": {"line": 4, "column": 5},
        "fault": None,
    }


def test_a_layer_that_is_not_known_as_plain_data() -> None:
    data = LOST.to_dict()
    assert data["fault"] == "wrong-value"
    assert data["input_shapes"] == [None]
    keys = ("arguments", "output_shapes", "output_dtypes", "weights", "params", "trainable_params")
    assert [data[key] for key in keys] == [None] * 6


def test_no_parameters_are_zero_and_not_unknown() -> None:
    data = layer(params=ParamTotals()).to_dict()
    keys = ("params", "trainable_params", "non_trainable_params")
    assert [data[key] for key in keys] == [0, 0, 0]


def test_a_report_as_plain_data() -> None:
    report = Report(
        name="net",
        source="net.yaml",
        inputs=(TensorReport("input", (None, 3), "uint8"),),
        outputs=(TensorReport("dense", (None, 4), "float16"),),
        layers=(layer(),),
        params=ParamTotals(12, 4, 48, 8),
        groups={"block": GroupReport("residual", ((None, 4), None), "around")},
        diagnostics=(WARNING,),
    )
    data = report.to_dict()
    assert data.pop("layers") == [layer().to_dict()]
    assert data == {
        "schema": "convcalc.summary/1",
        "name": "net",
        "source": "net.yaml",
        "inputs": [{"name": "input", "shape": [None, 3], "dtype": "uint8"}],
        "outputs": [{"name": "dense", "shape": [None, 4], "dtype": "float16"}],
        "groups": [
            {
                "name": "block",
                "kind": "residual",
                "parent": "around",
                "output_shapes": [[None, 4], None],
            }
        ],
        "optimizer": None,
        "totals": {
            "params": 16,
            "trainable_params": 12,
            "non_trainable_params": 4,
            "param_bytes": 56,
            "partial": False,
            "known_params": 16,
            "unknown_layers": [],
            "macs": 24,
            "work": DONE,
            "metrics": {
                name: {"partial": False, "known": known, "missing": []}
                for name, known in ({"macs": 24} | DONE).items()
            },
        },
        "diagnostics": [WARNING.to_dict()],
    }
    assert (report.ok, report.partial) == (True, False)


def test_totals_are_unknown_where_a_layer_is() -> None:
    report = Report(name="net", source="", layers=(layer(), LOST), params=ParamTotals(12, 4, 48, 8))
    assert (report.ok, report.partial, report.unknown_layers) == (True, True, ("lost",))
    assert report.to_dict()["totals"] == {
        "params": None,
        "trainable_params": None,
        "non_trainable_params": None,
        "param_bytes": None,
        "partial": True,
        "known_params": 16,
        "unknown_layers": ["lost"],
        "macs": None,
        "work": dict.fromkeys(DONE),
        "metrics": {
            name: {"partial": True, "known": known, "missing": ["lost"]}
            for name, known in ({"macs": 24} | DONE).items()
        },
    }


def test_totals_are_unknown_where_there_is_an_error() -> None:
    report = Report(
        name="net",
        source="",
        layers=(layer(),),
        params=ParamTotals(12),
        diagnostics=(WARNING, ERROR),
    )
    assert (report.ok, report.partial, report.unknown_layers) == (False, True, ())
    totals = report.to_dict()["totals"]
    assert (totals["params"], totals["partial"], totals["known_params"]) == (None, True, 12)


def test_an_empty_report() -> None:
    report = Report(name="net", source="")
    assert (report.ok, report.partial) == (True, False)
    assert report.to_dict()["totals"]["params"] == 0
