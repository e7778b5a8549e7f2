"""Locks as reports: as much of a network as a lock holds, and no more."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from convcalc.diagnostics import SpecError
from convcalc.differences import compare
from convcalc.locks import reports
from convcalc.locks.lock import lock
from convcalc.locks.reports import LockedReport, as_locked
from convcalc.locks.text import write
from convcalc.report import GroupReport, LayerReport, ParamTotals, Report, WeightReport
from locks.networks import FILES, REPORTS, report_of
from models import report

SPEC = """\
inputs: {a: [4, 2], b: {shape: [3], dtype: int32}}
blocks:
  unit: {layers: [{Dense: {units: 3, dtype: bfloat16}}]}
layers:
  - Conv1D: {filters: 3, kernel_size: 1}
    from: a
    name: first
  - unit: {}
  - unit: {}
  - BatchNormalization
outputs: [batch_normalization, b]
"""


def read(text: str) -> LockedReport:
    return reports.read(text.encode(), "net.lock.yaml")


def test_a_lock_as_a_report() -> None:
    found = read(write(lock(report(SPEC))))
    names = [layer.name for layer in found.layers]
    assert names == ["a", "b", "batch_normalization", "first", "unit/dense", "unit_1/dense"]
    assert (found.name, found.source, found.ok) == ("model", "net.lock.yaml", True)
    assert [output.name for output in found.outputs] == ["batch_normalization", "b"]
    # 8 + 6 float32 and 2 × 12 bfloat16 are trained, 6 float32 are not.
    assert found.params == ParamTotals(39, 6, 108, 24)
    unit = GroupReport("unit", ())
    assert found.groups == {"unit": unit, "unit_1": unit}
    dense = found.layers[4]
    assert dense.weights == (
        WeightReport("kernel", (3, 3), 9, True, "bfloat16", "kernel"),
        WeightReport("bias", (3,), 3, True, "bfloat16", "bias"),
    )
    assert (dense.inputs, dense.layer, dense.output_shapes) == ((), None, ((None, 4, 3),))
    assert [layer.span and layer.span.line for layer in found.layers] == [5, 6, 9, 10, 11, 12]


def test_a_group_alone_may_have_any_name() -> None:
    one = SPEC.replace("  - unit: {}\n", "  - unit: {}\n    name: stage_1\n", 1)
    assert read(write(lock(report(one)))).groups == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("dtype: bfloat16", "dtype: strange"),
        ("kernel: [3, 3]", f"kernel: {[2**63 - 1] * 400}"),
        ("weights: {kernel: [3, 3], bias: [3]}", "weights: null"),
    ],
)
def test_weights_that_can_not_be_known(old: str, new: str) -> None:
    text = write(lock(report(SPEC)))
    assert old in text
    found = read(text.replace(old, new, 1))
    assert (found.layers[4].weights, found.layers[4].params, found.partial) == (None, None, True)


@pytest.mark.parametrize("name", ["dense", "first:x", "first:1:1", f"first:{'9' * 5000}"])
def test_an_output_that_is_no_layer(name: str) -> None:
    text = write(lock(report(SPEC))).replace("[batch_normalization, b]", f"[b, {name!r}]")
    with pytest.raises(SpecError) as caught:
        read(text)
    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.message) == (
        "not-a-lock",
        f"the output {name!r} is no layer of this lock",
    )
    assert fault.span is not None
    assert (fault.span.line, fault.span.column) == (7, 10)
    assert fault.help == "`convcalc lock` writes it anew"


def test_a_model_keeps_its_order_and_its_faults() -> None:
    faulty = report("input: [4]\nlayers: [{ReLU: , name: z}, {Dense: 0, name: a}]\n")
    found = as_locked(faulty)
    assert [layer.name for layer in found.layers] == ["input", "z", "a"]
    assert [layer.fault for layer in found.layers] == [None, None, "wrong-value"]
    assert [layer.span for layer in found.layers] == [layer.span for layer in faulty.layers]
    assert (found.diagnostics, found.partial) == (faulty.diagnostics, True)
    assert as_locked(found) is found


def plain(layer: LayerReport) -> LayerReport:
    return msgspec.structs.replace(layer, span=None)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_lock_holds_the_same_as_its_model(path: Path) -> None:
    model = report_of(path)
    found, reduced = read(write(lock(model))), as_locked(model)
    assert found.params == reduced.params == model.params
    in_order = {layer.name: plain(layer) for layer in reduced.layers}
    assert [plain(layer) for layer in found.layers] == [
        in_order[each.name] for each in found.layers
    ]
    assert len(in_order) == len(found.layers)
    assert compare(found, model).is_empty
    assert compare(model, found).is_empty


@given(REPORTS, REPORTS)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_two_are_compared(one: Report, other: Report) -> None:
    try:
        old, new = (read(write(lock(each))) for each in (one, other))
    except SpecError:
        return
    difference = compare(old, new)
    assert not any(pair.moved or pair.rewired for pair in difference.pairs)
    assert len(difference.pairs) + len(difference.added) == len(new.layers)
    assert len(difference.pairs) + len(difference.removed) == len(old.layers)
    assert compare(old, old).is_empty
