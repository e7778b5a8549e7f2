"""Folding: what the row of a group shows, and how the others refer to it."""

import inspect

import msgspec
import pytest

from convcalc.layers.inference import UNKNOWN_OP_COUNTS, OpCounts
from convcalc.render.folding import fold
from convcalc.report import GroupReport, LayerReport, ParamTotals, Report
from convcalc.report.costs import UNLIMITED
from render.reports import CHAIN, GROUPED, layer, unknown


def named(report: Report, depth: int | None) -> dict[str, LayerReport]:
    return {row.name: row for row in fold(report, depth)}


@pytest.mark.parametrize(
    ("depth", "names"),
    [
        (1, ["input", "unit", "again", "end"]),
        (2, ["input", "unit/dense", "unit/inner", "again/dense", "end"]),
        (3, ["input", "unit/dense", "unit/inner/relu", "unit/inner/last", "again/dense", "end"]),
        (None, ["input", "unit/dense", "unit/inner/relu", "unit/inner/last", "again/dense", "end"]),
    ],
)
def test_rows(depth: int | None, names: list[str]) -> None:
    assert [row.name for row in fold(GROUPED, depth)] == names


@pytest.mark.parametrize("depth", [1, 2, 3, None])
def test_rows_add_up_to_the_total(depth: int | None) -> None:
    total = ParamTotals()
    for row in fold(GROUPED, depth):
        total += row.params or ParamTotals()
    assert total == ParamTotals(110, 1, 440, 4)


def test_the_work_of_a_group_is_that_of_its_layers() -> None:
    def folded(*op_counts: OpCounts | None) -> LayerReport:
        layers = tuple(
            layer(f"u/{i}", group="u", op_counts=each, activation_bytes=i)
            for i, each in enumerate(op_counts)
        )
        groups = {"u": GroupReport("unit", (None,), receptive_field={"input": (UNLIMITED,)})}
        (row,) = fold(Report(name="net", source="", layers=layers, groups=groups), 1)
        return row

    row = folded(OpCounts(matrix=2, bias=1), OpCounts(), OpCounts(convolution=3))
    assert row.op_counts == OpCounts(convolution=3, matrix=2, bias=1)
    assert row.activation_bytes == 3
    assert row.receptive_field == {"input": (UNLIMITED,)}
    assert folded(OpCounts(matrix=2), None).op_counts == UNKNOWN_OP_COUNTS


def test_nothing_is_folded_where_there_are_no_groups() -> None:
    assert fold(CHAIN, 1) == CHAIN.layers
    assert fold(GROUPED, None) is GROUPED.layers


def test_the_row_of_a_group() -> None:
    row = named(GROUPED, 1)["unit"]
    assert row.kind == "unit"
    assert (row.inputs, row.input_shapes) == (("input", "input:1"), ((None, 3), (None, 9)))
    assert row.output_shapes == ((None, 4), (None, 5))
    assert row.weights == ()
    assert row.params == ParamTotals(110, 1, 440, 4)
    assert (row.group, row.shares, row.fault) == (None, None, None)


def test_the_row_of_an_inner_group() -> None:
    row = named(GROUPED, 2)["unit/inner"]
    assert (row.kind, row.inputs, row.params) == (
        "inner",
        ("unit/dense", "input:1"),
        ParamTotals(100, 0, 400, 0),
    )


def test_layers_that_are_read_are_called_as_they_are_shown() -> None:
    assert named(GROUPED, 1)["end"].inputs == ("again", "unit")
    assert named(GROUPED, 1)["again"].inputs == ("unit",)
    assert named(GROUPED, 2)["again/dense"].inputs == ("unit/inner",)
    assert named(GROUPED, 3)["again/dense"].inputs == ("unit/inner/last:1",)


def test_layers_that_are_shared_are_called_as_they_are_shown() -> None:
    assert named(GROUPED, 1)["again"].shares == "unit"
    assert named(GROUPED, 2)["again/dense"].shares == "unit/dense"
    row = layer("other", shares="unit/inner/last")
    report = msgspec.structs.replace(GROUPED, layers=(*GROUPED.layers, row))
    assert named(report, 1)["other"].shares == "unit"


def test_a_group_that_shares_only_in_part_shares_nothing() -> None:
    own = layer("again/own", group="again")
    other = layer("again/other", group="again", shares="end")
    for added in (own, other):
        layers = (*GROUPED.layers[:5], added)
        report = msgspec.structs.replace(GROUPED, layers=layers)
        assert named(report, 1)["again"].shares is None


def test_outputs_of_a_group_are_unknown_if_one_is() -> None:
    assert named(GROUPED, 1)["again"].output_shapes is None


def test_a_group_with_a_fault() -> None:
    faulty = [
        unknown("unit/x", group="unit"),
        unknown("unit/y", group="unit", fault="first"),
        unknown("unit/z", group="unit", fault="second"),
    ]
    layers = (*GROUPED.layers[:4], *faulty)
    row = named(msgspec.structs.replace(GROUPED, layers=layers), 1)["unit"]
    assert (row.params, row.fault) == (None, "first")


def test_a_row_of_a_group_says_something_about_every_field() -> None:
    source = inspect.getsource(LayerReport.of_group)
    assert [name for name in LayerReport.__struct_fields__ if f" {name}=" not in source] == []
