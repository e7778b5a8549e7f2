"""Networks for the tests of locks: files that are in order, and reports of any form."""

import functools
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from convcalc import api
from convcalc.report import LayerReport, ParamTotals, Report, TensorReport, WeightReport

SPECS = Path(__file__).parents[2] / "specs"
FILES = sorted([*SPECS.glob("*.yaml"), *SPECS.glob("keras/*")])


@functools.cache
def report_of(path: Path) -> Report:
    return api.summarize(path)


NAMES = st.text(max_size=8) | st.sampled_from(
    ["<<", "null", "=a", "a/b", "a: b", "x" * 2000, "\ud800", "é", "\x85", "- a", "1", "a\nb", "#"]
)
SIZES = st.integers(0, 2**63 - 1)
SHAPES = st.lists(st.none() | SIZES, max_size=4).map(tuple)
DTYPES = st.sampled_from(["float32", "float16", "int8"])
WEIGHTS = st.builds(
    lambda path, shape, trainable, dtype: WeightReport(path, shape, 0, trainable, dtype, path),
    NAMES,
    st.lists(SIZES, max_size=3).map(tuple),
    st.booleans(),
    DTYPES,
)
LAYERS: st.SearchStrategy[LayerReport] = st.builds(
    LayerReport,
    name=NAMES,
    kind=NAMES,
    group=st.none(),
    inputs=st.just(()),
    input_shapes=st.just(()),
    output_shapes=st.none() | st.lists(SHAPES, max_size=3).map(tuple),
    weights=st.none() | st.lists(WEIGHTS, max_size=4).map(tuple),
    params=st.none() | st.builds(ParamTotals, SIZES, SIZES),
    shares=st.none() | NAMES,
    span=st.none(),
    layer=st.none(),
)
TENSORS = st.builds(TensorReport, NAMES, st.none() | SHAPES, st.none() | DTYPES)


def some(tensors: Any) -> Any:
    return st.lists(tensors, max_size=3).map(tuple)


REPORTS: st.SearchStrategy[Report] = st.builds(
    Report,
    name=NAMES,
    source=NAMES,
    inputs=st.lists(TENSORS, max_size=3, unique_by=lambda tensor: tensor.name).map(tuple),
    outputs=some(TENSORS),
    layers=some(LAYERS),
    params=st.builds(ParamTotals, SIZES, SIZES),
)
