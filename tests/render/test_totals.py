"""The totals below a table."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

import convcalc
from convcalc.render.amounts import format_bytes
from convcalc.render.layout import Layout
from convcalc.render.summary import render
from convcalc.render.totals import totals
from convcalc.report import ParamTotals, Report
from render.reports import CHAIN, FAULTY

SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*.yaml"))


# As Keras's summary_utils prints them, and PB beyond it.
@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0.00 B"),
        (1023, "1023.00 B"),
        (1024, "1.00 KB"),
        (60480, "59.06 KB"),
        (1048575, "1024.00 KB"),
        (1048576, "1.00 MB"),
        (102546848, "97.80 MB"),
        (2**30, "1.00 GB"),
        (2**40, "1.00 TB"),
        (2**50, "1.00 PB"),
        (2**60, "1024.00 PB"),
    ],
)
def test_format_bytes(count: int, text: str) -> None:
    assert format_bytes(count) == text


def test_totals() -> None:
    assert list(totals(CHAIN)) == [
        ("Total params", "1,250 (4.88 KB)"),
        ("Trainable params", "1,234 (4.82 KB)"),
        ("Non-trainable params", "16 (64.00 B)"),
    ]


def test_totals_of_what_is_known() -> None:
    assert list(totals(FAULTY)) == [("Total params", "unknown (1,250 in 2 of 4 layers)")]


def test_totals_of_nothing() -> None:
    assert list(totals(Report(name="", source="", params=ParamTotals()))) == [
        ("Total params", "0 (0.00 B)"),
        ("Trainable params", "0 (0.00 B)"),
        ("Non-trainable params", "0 (0.00 B)"),
    ]


def from_table(text: str) -> Iterator[str]:
    """The last column of a printed table."""
    rows = [line.split("│") for line in text.splitlines() if line.startswith("│")]
    yield from (row[-2].strip() for row in rows)


def from_markdown(text: str) -> Iterator[str]:
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")]
    yield from (row[-1].removesuffix(" |") for row in rows[2:])


def from_csv(text: str) -> Iterator[str]:
    yield from (row[-1] for row in list(csv.reader(io.StringIO(text)))[1:])


READERS = {"table": from_table, "markdown": from_markdown, "csv": from_csv}


@pytest.mark.parametrize("format_", READERS)
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.stem)
def test_columns_add_up_to_the_total(spec: Path, format_: str) -> None:
    report = convcalc.summarize(spec)
    total = re.search(r"Total params: ([\d,]+) ", render("table", [report], Layout()))
    assert total
    for depth in (None, 1, 2):
        layout = Layout(columns=("kind", "params"), depth=depth)
        printed = READERS[format_](render(format_, [report], layout))
        numbers = [int(number.replace(",", "")) for number in printed]
        assert sum(numbers) == int(total[1].replace(",", "")) > 0


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.stem)
def test_weights_add_up_to_the_totals_of_the_json(spec: Path) -> None:
    data = json.loads(render("json", [convcalc.summarize(spec)], Layout()))
    counts = {True: 0, False: 0}
    for layer in data["layers"]:
        own = [] if layer["shares"] else layer["weights"]
        for weight in own:
            counts[weight["trainable"]] += weight["count"]
        assert layer["params"] == sum(weight["count"] for weight in own)
    totals = data["totals"]
    assert counts == {True: totals["trainable_params"], False: totals["non_trainable_params"]}
    assert totals["params"] == totals["known_params"] == sum(counts.values())
    assert totals["param_bytes"] == 4 * sum(counts.values())


@pytest.mark.parametrize("format_", ["table", "markdown"])
def test_the_optimizer_of_a_model_is_not_counted(format_: str) -> None:
    report = msgspec.structs.replace(CHAIN, optimizer="Adam")
    assert list(totals(report))[-1] == ("Optimizer params", "not counted (Adam)")
    assert "Optimizer params: not counted (Adam)" in render(format_, [report], Layout())
    assert "Optimizer" not in render(format_, [CHAIN], Layout())
    assert report.to_dict()["optimizer"] == "Adam"
