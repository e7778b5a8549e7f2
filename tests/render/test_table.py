"""The table: its looks, and that no number in it is ever cut or broken."""

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

import models
from convcalc.analysis.receptive_fields import with_fields
from convcalc.layers.inference import UNKNOWN_OP_COUNTS, OpCounts
from convcalc.render.columns import COLUMNS
from convcalc.render.layout import Layout
from convcalc.render.summary import render
from convcalc.report import ParamTotals, Report
from convcalc.report.costs import ReceptiveField
from render.reports import CHAIN, FAULTY, GROUPED, INPUT, layer, weight


def table(*reports: Report, **layout: object) -> str:
    return render("table", reports, Layout(**layout))  # type: ignore[arg-type]


def test_a_chain() -> None:
    assert table(CHAIN) == (
        'Model: "net"\n'
        "┏━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━┳━━━━━━━━┳━━━━━━━━━┓\n"
        "┃ Layer (type)       ┃ Output Shape ┃ Kernel ┃ Param # ┃\n"
        "┡━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━╇━━━━━━━━╇━━━━━━━━━┩\n"
        "│ input (InputLayer) │ (None, 3)    │        │       0 │\n"
        "│ dense (Dense)      │ (None, 4)    │ 3×4    │   1,250 │\n"
        "└────────────────────┴──────────────┴────────┴─────────┘\n"
        " Total params: 1,250 (4.88 KB)\n"
        " Trainable params: 1,234 (4.82 KB)\n"
        " Non-trainable params: 16 (64.00 B)\n"
    )


def test_faults() -> None:
    assert table(FAULTY) == (
        'Model: "bad"\n'
        "┏━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┳━━━━━━━━┳━━━━━━━━━┓\n"
        "┃ Layer (type)       ┃ Output Shape  ┃ Kernel ┃ Param # ┃\n"
        "┡━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━╇━━━━━━━━╇━━━━━━━━━┩\n"
        "│ input (InputLayer) │ (None, 3)     │        │       0 │\n"
        "│ dense (Dense)      │ (None, 4)     │ 3×4    │   1,250 │\n"
        "│ bad (Dense)        │ ✗ wrong-value │ ?      │       ? │\n"
        "│ lost (Dense)       │ ?             │ ?      │       ? │\n"
        "└────────────────────┴───────────────┴────────┴─────────┘\n"
        " Total params: unknown (1,250 in 2 of 4 layers)\n"
    )


def test_columns_and_depth() -> None:
    assert table(GROUPED, columns=("name", "params", "connected"), depth=1) == (
        'Model: "grouped"\n'
        "┏━━━━━━━┳━━━━━━━━━┳━━━━━━━━━━━━━━━━┓\n"
        "┃ Layer ┃ Param # ┃ Connected to   ┃\n"
        "┡━━━━━━━╇━━━━━━━━━╇━━━━━━━━━━━━━━━━┩\n"
        "│ input │       0 │                │\n"
        "│ unit  │     111 │ input, input:1 │\n"
        "│ again │       0 │ unit           │\n"
        "│ end   │       0 │ again, unit    │\n"
        "└───────┴─────────┴────────────────┘\n"
        " Total params: 111 (444.00 B)\n"
        " Trainable params: 110 (440.00 B)\n"
        " Non-trainable params: 1 (4.00 B)\n"
    )


def test_several_reports_and_those_without_layers() -> None:
    nothing = Report(name="nothing", source="")
    assert table(CHAIN, nothing, FAULTY) == table(CHAIN) + "\n" + table(FAULTY)
    assert table(nothing) == ""


def test_names_are_safe_and_no_markup() -> None:
    name = "[red]\x1b[31m名前"
    report = Report(name=name, source="", layers=(layer(name, "[b]", inputs=()),))
    printed = table(report, columns=("layer", "kind"))
    assert 'Model: "[red]\\x1b[31m名前"\n' in printed
    assert "│ [red]\\x1b[31m名前 ([b]) │ [b]  │\n" in printed
    lines = printed.split("\n")
    assert {cell_len(line) for line in lines[1:6]} == {34}


def test_colour() -> None:
    report = Report(name="net", source="", layers=(INPUT, *FAULTY.layers[2:]))
    columns = ("layer", "kind", "output", "kernel", "params")
    line = table(report, columns=columns, color=True).split("\n")[5]
    styles = re.findall(r"\x1b\[([\d;]+)m(.*?)\x1b\[0m", line)
    assert [(style, text.strip()) for style, text in styles if text.strip()] == [
        ("36", "(Dense)"),
        ("36", "Dense"),
        ("1;31", "✗ wrong-value"),
        ("2", "?"),
        ("2", "?"),
    ]
    assert "\x1b" not in table(report, columns=columns)


LONG = Report(
    name="a_name_that_is_longer_than_the_terminal_is_wide_but_no_table",
    source="",
    layers=(
        INPUT,
        layer(
            "block_of_a_long_name/conv",
            "Conv2D",
            input_shapes=((None, 1234567890, 3),),
            output_shapes=((None, 112, 112, 1234567890),),
            weights=(weight("kernel", 11, 11, 512, 2048), weight("bias", 2048)),
            params=ParamTotals(12345678901, 0),
        ),
        layer("名前名前名前名前名前", inputs=("block_of_a_long_name/conv",)),
    ),
)


def test_a_narrow_terminal_breaks_names_only() -> None:
    assert table(LONG, width=40) == (
        'Model: "a_name_that_is_longer_than_the_terminal_is_wide_but_no_table"\n'
        "┏━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━┓\n"
        "┃ Layer   ┃                              ┃                ┃                ┃\n"
        "┃ (type)  ┃ Output Shape                 ┃ Kernel         ┃        Param # ┃\n"
        "┡━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━┩\n"
        "│ input   │ (None, 3)                    │                │              0 │\n"
        "│ (InputL │                              │                │                │\n"
        "│ ayer)   │                              │                │                │\n"
        "│ block_  │ (None, 112, 112, 1234567890) │ 11×11×512×2048 │ 12,345,678,901 │\n"
        "│ of_a_   │                              │                │                │\n"
        "│ long_   │                              │                │                │\n"
        "│ name/   │                              │                │                │\n"
        "│ conv    │                              │                │                │\n"
        "│ (Conv2D │                              │                │                │\n"
        "│ )       │                              │                │                │\n"
        "│ 名前名  │ (None, 4)                    │                │              0 │\n"
        "│ 前名前  │                              │                │                │\n"
        "│ 名前名  │                              │                │                │\n"
        "│ 前      │                              │                │                │\n"
        "│ (Dense) │                              │                │                │\n"
        "└─────────┴──────────────────────────────┴────────────────┴────────────────┘\n"
        " Total params: 0 (0.00 B)\n"
        " Trainable params: 0 (0.00 B)\n"
        " Non-trainable params: 0 (0.00 B)\n"
    )


def test_lists_break_between_words() -> None:
    printed = table(LONG, width=40, columns=("input", "weights"))
    assert printed.split("\n")[1:-4] == [
        "┏━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┓",
        "┃ Input Shape      ┃ Weights           ┃",
        "┡━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━┩",
        "│                  │                   │",
        "│ (None,           │ kernel            │",
        "│ 1234567890, 3)   │ 11×11×512×2048,   │",
        "│                  │ bias 2048         │",
        "│ (None, 3)        │                   │",
        "└──────────────────┴───────────────────┘",
    ]


@pytest.mark.parametrize("width", [79, 80, 90, 100])
def test_a_table_is_as_wide_as_it_needs_to_be(width: int) -> None:
    natural = max(map(cell_len, table(LONG).split("\n")[1:-4]))
    widest = max(map(cell_len, table(LONG, width=width).split("\n")[1:-4]))
    assert natural == 103
    assert widest == width


def test_a_wide_terminal_changes_nothing() -> None:
    assert table(LONG, width=103) == table(LONG, width=1000) == table(LONG)


WORDS = st.text("abc名é_/", min_size=1, max_size=40)
SIZES = st.lists(st.integers(0, 10**12), max_size=6)


@given(
    names=st.lists(WORDS, min_size=1, max_size=5),
    sizes=st.lists(SIZES, min_size=5, max_size=5),
    columns=st.lists(st.sampled_from(list(COLUMNS)), min_size=1, unique=True),
    width=st.integers(1, 200),
)
@settings(deadline=None)
def test_no_number_is_ever_cut(
    names: list[str], sizes: list[list[int]], columns: list[str], width: int
) -> None:
    layers = tuple(
        layer(
            name,
            inputs=(name, name),
            input_shapes=((None, *own),),
            output_shapes=((None, *own),),
            weights=(weight("kernel", *own),),
            params=ParamTotals(sum(own), 3),
            op_counts=OpCounts(matrix=sum(own)),
            activation_bytes=sum(own),
            receptive_field={name: (ReceptiveField(),)},
        )
        for name, own in zip(names, sizes, strict=False)
    )
    params = sum((each.params for each in layers if each.params), start=ParamTotals())
    report = Report(name="net", source="", layers=layers, params=params)
    printed = table(report, columns=tuple(columns), width=width)
    rows = [line for line in printed.split("\n") if line[:1] in set("┏┃┡│└")]
    assert len({cell_len(row) for row in rows}) == 1
    cells = [[cell.strip() for cell in row.strip("│").split("│")] for row in rows if row[0] == "│"]
    for i, name in enumerate(columns):
        shown = [row[i].rstrip(" ▏▎▍▌▋▊▉█") for row in cells if row[i]]
        column = COLUMNS[name]
        expected = [column.format(cell) for cell in column.cells(layers, report)]
        if COLUMNS[name].breaks == "anywhere":
            assert "".join(shown).replace(" ", "") == "".join(expected).replace(" ", "")
        elif COLUMNS[name].breaks == "between words":
            words = itertools.chain(*(text.split() for text in expected))
            assert " ".join(shown).split() == list(words)
        else:
            assert shown == [text for text in expected if text]


COSTLY = Report(
    name="net",
    source="",
    params=ParamTotals(1000),
    layers=tuple(
        layer(name, params=ParamTotals(params), op_counts=op_counts, activation_bytes=size)
        for name, params, op_counts, size in (
            ("a", 0, OpCounts(), 4),
            ("b", 875, OpCounts(convolution=10, bias=3), 1536),
            ("c", 125, OpCounts(matrix=30, attention=40), None),
        )
    ),
)


def test_shares_are_drawn_as_bars() -> None:
    columns = ("name", "params", "params%", "macs", "macs%", "activation_bytes")
    assert table(COSTLY, columns=columns).split("\n")[2:7] == [
        "┃ Layer ┃ Param # ┃ Params %         ┃ MACs ┃ MACs %           ┃ Activations ┃",
        "┡━━━━━━━╇━━━━━━━━━╇━━━━━━━━━━━━━━━━━━╇━━━━━━╇━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━┩",
        "│ a     │       0 │   0.0%           │    0 │   0.0%           │      4.00 B │",
        "│ b     │     875 │  87.5% ████████▊ │   10 │  12.5% █▎        │     1.50 KB │",
        "│ c     │     125 │  12.5% █▎        │   70 │  87.5% ████████▊ │           ? │",
    ]


def test_of_nothing_there_is_no_share() -> None:
    report = Report(name="net", source="", layers=(layer("a", op_counts=OpCounts()),))
    assert (
        table(report, columns=("name", "macs", "macs%")).split("\n")[4]
        == "│ a     │    0 │        │"
    )


def test_the_first_rows_by_a_column() -> None:
    lines = table(COSTLY, columns=("name", "macs"), sort="macs", top=2).split("\n")
    assert lines[4:8] == [
        "│ c     │   70 │",
        "│ b     │   10 │",
        "└───────┴──────┘",
        " 2 of 3 rows",
    ]
    assert "of 3 rows" not in table(COSTLY, top=3)


def test_what_is_left_out_may_be_the_largest() -> None:
    columns = ("name", "activation_bytes")
    assert "\n 2 of 3 rows; activation_bytes is unknown in 1 of the others\n" in table(
        COSTLY, columns=columns, sort="activation_bytes", top=2
    )


def test_texts_that_tell_a_size_are_sorted_by_it() -> None:
    text = """
input: [64, 64, 3]
layers:
  - Conv2D: [12, 1]
  - Conv2D: [2, 9, 9]
  - MaxPooling2D
  - ops.GetItem: {key: [":", 0]}
  - Flatten
  - Dense: 7
"""

    def first(sort: str) -> list[str]:
        report = with_fields(models.analysis(text)).report
        lines = table(report, columns=("name",), sort=sort, top=3).split("\n")[4:7]
        return [line.strip("│ ") for line in lines]

    assert first("output") == ["conv2d", "input", "conv2d_1"]
    assert first("input") == ["conv2d_1", "conv2d", "max_pooling2d"]
    assert first("kernel") == ["conv2d_1", "dense", "conv2d"]
    assert first("weights") == ["conv2d_1", "dense", "conv2d"]
    assert first("receptive_field") == ["max_pooling2d", "conv2d_1", "input"]
    assert first("receptive_stride") == ["max_pooling2d", "conv2d_1", "input"]
    assert first("receptive_offset") == ["input", "conv2d", "conv2d_1"]


def test_what_is_unknown_is_sorted_last_and_texts_by_the_alphabet() -> None:
    def names(sort: str) -> list[str]:
        lines = table(COSTLY, columns=("name",), sort=sort).split("\n")[4:7]
        return [line.strip("│ ") for line in lines]

    assert names("activation_bytes") == ["b", "a", "c"]
    assert names("name") == ["a", "b", "c"]
    assert names("params") == ["b", "c", "a"]


LEDGER = """\
 MACs of one sample: 80
   of convolutions: 10
   of matrix products: 30
   of attention: 40
 FLOPs, as 2 × MACs: 160
 Elements, which are no MACs:
   a bias is added to: 3
   normalized: 0
   activated: 0
   read by poolings: 0
   merged: 0
"""


def test_a_ledger() -> None:
    assert table(COSTLY, costs=True).endswith(LEDGER)


def test_a_ledger_of_what_is_partly_unknown() -> None:
    names = [f"x{i}" for i in range(7)]
    layers = (*COSTLY.layers, *(layer(name, op_counts=UNKNOWN_OP_COUNTS) for name in names))
    report = Report(name="net", source="", layers=layers)
    assert (
        " MACs of one sample: unknown (80 without x0, x1, x2, x3, x4 and 2 more)\n"
        "   of convolutions: unknown (10 known)\n"
    ) in table(report, costs=True)
