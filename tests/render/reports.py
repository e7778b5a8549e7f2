"""Reports made by hand, for the tests of what is printed of them."""

from typing import Any

import msgspec

from convcalc.diagnostics import Diagnostic, Span
from convcalc.report import (
    GroupReport,
    LayerReport,
    ParamTotals,
    Report,
    TensorReport,
    WeightReport,
)

PLACE = Span(4, 5, 4, 10)


def weight(path: str, *shape: int, trainable: bool = True) -> WeightReport:
    return WeightReport(path.rpartition("/")[2], shape, 7, trainable, "float32", path)


def layer(name: str = "dense", kind: str = "Dense", **others: Any) -> LayerReport:
    """A layer that reads (None, 3) and gives (None, 4), unless it is told otherwise."""
    made = LayerReport(
        name=name,
        kind=kind,
        group=None,
        inputs=("input",),
        input_shapes=((None, 3),),
        output_shapes=((None, 4),),
        weights=(),
        params=ParamTotals(),
        shares=None,
        span=PLACE,
        layer=None,
    )
    return msgspec.structs.replace(made, **others)


def unknown(name: str, **others: Any) -> LayerReport:
    """A layer of which nothing can be known."""
    return layer(name, output_shapes=None, weights=None, params=None, **others)


INPUT = layer("input", "InputLayer", inputs=(), input_shapes=(), output_shapes=((None, 3),))
DENSE = layer(
    weights=(weight("kernel", 3, 4), weight("bias", 4)), params=ParamTotals(1234, 16, 4936, 64)
)
BAD = unknown("bad", inputs=("dense",), input_shapes=((None, 4),), fault="wrong-value")
LOST = unknown("lost", inputs=("bad",), input_shapes=(None,))

CHAIN = Report(
    name="net",
    source="net.yaml",
    inputs=(TensorReport("input", (None, 3), "float32"),),
    outputs=(TensorReport("dense", (None, 4)),),
    layers=(INPUT, DENSE),
    params=ParamTotals(1234, 16, 4936, 64),
)
FAULTY = Report(
    name="bad",
    source="bad.yaml",
    layers=(INPUT, DENSE, BAD, LOST),
    params=ParamTotals(1234, 16, 4936, 64),
    diagnostics=(Diagnostic(code="wrong-value", message="no", span=PLACE, layer="bad"),),
)

GROUPED = Report(
    name="grouped",
    source="grouped.yaml",
    layers=(
        INPUT,
        layer("unit/dense", group="unit", params=ParamTotals(10, 1, 40, 4)),
        layer(
            "unit/inner/relu",
            "ReLU",
            group="unit/inner",
            inputs=("unit/dense",),
            input_shapes=((None, 4),),
        ),
        layer(
            "unit/inner/last",
            group="unit/inner",
            inputs=("unit/inner/relu", "input:1"),
            input_shapes=((None, 4), (None, 9)),
            params=ParamTotals(100, 0, 400, 0),
        ),
        layer("again/dense", group="again", shares="unit/dense", inputs=("unit/inner/last:1",)),
        layer("end", "Add", inputs=("again/dense", "unit/dense")),
    ),
    groups={
        "unit": GroupReport("unit", ((None, 4), (None, 5))),
        "unit/inner": GroupReport("inner", ((None, 4),), "unit"),
        "again": GroupReport("unit", ((None, 4), None)),
    },
    params=ParamTotals(110, 1, 440, 4),
)
