"""The columns: what each shows of a layer, and which are chosen."""

from typing import Any

import pytest

from convcalc.layers import kinds
from convcalc.layers.binding import bind
from convcalc.render.columns import COLUMNS, Cell, chosen, default_columns
from convcalc.report import LayerReport, ParamTotals
from convcalc.windows import slide
from render.reports import DENSE, INPUT, layer, unknown, weight


def conv(**arguments: Any) -> LayerReport:
    named = {"filters": 4, "kernel_size": 3, **arguments}
    return layer(kind="Conv2D", layer=bind(kinds()["Conv2D"], (), named, {}).layer)


WINDOWS = (slide(32, 3, 2, 1, "same"), slide(32, 5, 1, 3))
ATTENTION = (weight("query/kernel", 8, 2, 4), weight("query/bias", 2, 4), weight("out/kernel", 8))


@pytest.mark.parametrize(
    ("column", "of", "cell"),
    [
        ("layer", DENSE, "dense (Dense)"),
        ("layer", layer("d_1", shares="d"), "d_1 (Dense, shares d)"),
        ("name", DENSE, "dense"),
        ("kind", DENSE, "Dense"),
        ("input", DENSE, "(None, 3)"),
        ("input", INPUT, ""),
        ("input", layer(input_shapes=((None, 3), None)), "(None, 3), ?"),
        ("output", DENSE, "(None, 4)"),
        ("output", layer(output_shapes=((None, 3), (2,), ())), "(None, 3), (2,), ()"),
        ("output", unknown("x"), None),
        ("kernel", DENSE, "3×4"),
        ("kernel", INPUT, ""),
        ("kernel", layer(weights=ATTENTION), "8×2×4 + 8"),
        ("kernel", layer(weights=(weight("mykernel", 3),)), ""),
        ("kernel", unknown("x"), None),
        ("weights", DENSE, "kernel 3×4, bias 4"),
        ("weights", layer(weights=(weight("scale"),)), "scale 1"),
        ("weights", layer(weights=ATTENTION[:2]), "kernel 8×2×4, bias 2×4"),
        ("weights", layer(weights=ATTENTION), "query/kernel 8×2×4, query/bias 2×4, out/kernel 8"),
        ("weights", INPUT, ""),
        ("weights", unknown("x"), None),
        ("strides", layer(windows=WINDOWS), "2×1"),
        ("strides", DENSE, ""),
        ("dilation", layer(windows=WINDOWS), "1×3"),
        ("dilation", DENSE, ""),
        ("padding", conv(padding="same"), "same"),
        ("padding", conv(padding=1), "1"),
        ("padding", conv(padding=[1, 2]), "1×2"),
        ("padding", conv(padding=[[1, 2], 0]), "1–2×0"),
        ("padding", unknown("x"), ""),
        ("groups", conv(groups=2), "2"),
        ("groups", DENSE, ""),
        ("activation", conv(activation="relu"), "relu"),
        ("activation", conv(), ""),
        ("trainable", DENSE, "partly"),
        ("trainable", layer(params=ParamTotals(3, 0)), "yes"),
        ("trainable", layer(params=ParamTotals(0, 3)), "no"),
        ("trainable", layer(params=ParamTotals()), ""),
        ("trainable", unknown("x"), None),
        ("params", DENSE, 1250),
        ("params", INPUT, 0),
        ("params", unknown("x"), None),
        ("connected", layer(inputs=("a", "b:1")), "a, b:1"),
        ("connected", INPUT, ""),
    ],
)
def test_cells(column: str, of: LayerReport, cell: Cell) -> None:
    found = COLUMNS[column].cell(of)
    assert found == cell
    assert type(found) is type(cell)


def test_every_column_has_its_own_heading() -> None:
    assert len({column.heading for column in COLUMNS.values()}) == len(COLUMNS)


@pytest.mark.parametrize(
    ("cell", "text"),
    [(None, "?"), (0, "0"), (999, "999"), (1234567, "1,234,567"), ("1234", "1234"), ("", "")],
)
def test_format(cell: Cell, text: str) -> None:
    assert COLUMNS["params"].format(cell) == text


CHAIN = (INPUT, layer("a"), layer("b", inputs=("a",)))
PLAIN = ("layer", "output", "kernel", "params")


@pytest.mark.parametrize(
    ("layers", "columns"),
    [
        ((), PLAIN),
        ((INPUT,), PLAIN),
        (CHAIN, PLAIN),
        ((*CHAIN, layer("c", inputs=("a",))), (*PLAIN, "connected")),
        ((*CHAIN, layer("c", inputs=("b", "a"))), (*PLAIN, "connected")),
        ((*CHAIN, layer("c", inputs=("b:1",))), (*PLAIN, "connected")),
        ((*CHAIN, layer("c", inputs=())), (*PLAIN, "connected")),
    ],
)
def test_default_columns(layers: tuple[LayerReport, ...], columns: tuple[str, ...]) -> None:
    assert default_columns(layers) == columns


@pytest.mark.parametrize(
    ("asked", "columns"),
    [
        (None, ("a", "b")),
        (("c",), ("c",)),
        (("c", "a", "c"), ("c", "a")),
        (("+c",), ("a", "b", "c")),
        (("+b",), ("a", "b")),
        (("+c", "d"), ("a", "b", "c", "d")),
    ],
)
def test_chosen(asked: tuple[str, ...] | None, columns: tuple[str, ...]) -> None:
    assert chosen(asked, ("a", "b")) == columns


def test_a_shape_without_dimensions_is_known() -> None:
    scalar = layer("a", input_shapes=((),), output_shapes=((),))
    assert [COLUMNS[name].cell(scalar) for name in ("input", "output")] == ["()", "()"]
    lost = layer("b", input_shapes=(None,), output_shapes=None)
    assert [COLUMNS[name].cell(lost) for name in ("input", "output")] == [None, None]
