"""Markdown: a heading, a table, the totals, and names that have no effect as markup."""

from convcalc.render.layout import Layout
from convcalc.render.summary import render
from convcalc.report import Report
from render.reports import CHAIN, FAULTY, GROUPED, layer


def rendered(*reports: Report, **layout: object) -> str:
    return render("markdown", reports, Layout(**layout))  # type: ignore[arg-type]


def test_a_chain() -> None:
    assert rendered(CHAIN) == (
        "### net\n"
        "\n"
        "| Layer (type) | Output Shape | Kernel | Param # |\n"
        "| --- | --- | --- | ---: |\n"
        "| input (InputLayer) | (None, 3) |  | 0 |\n"
        "| dense (Dense) | (None, 4) | 3×4 | 1,250 |\n"
        "\n"
        "- Total params: 1,250 (4.88 KB)\n"
        "- Trainable params: 1,234 (4.82 KB)\n"
        "- Non-trainable params: 16 (64.00 B)\n"
    )


def test_faults() -> None:
    assert rendered(FAULTY, columns=("name", "output", "params")) == (
        "### bad\n"
        "\n"
        "| Layer | Output Shape | Param # |\n"
        "| --- | --- | ---: |\n"
        "| input | (None, 3) | 0 |\n"
        "| dense | (None, 4) | 1,250 |\n"
        "| bad | ✗ wrong-value | ? |\n"
        "| lost | ? | ? |\n"
        "\n"
        "- Total params: unknown (1,250 in 2 of 4 layers)\n"
    )


def test_several_reports_and_depth() -> None:
    both = rendered(CHAIN, GROUPED, depth=1)
    assert both == rendered(CHAIN) + "\n" + rendered(GROUPED, depth=1)
    assert "| unit (unit) | (None, 4), (None, 5) |  | 111 | input, input:1 |\n" in both


def test_names_have_no_effect() -> None:
    name = "\\`*_[]<>|#\x1b"
    escaped = "\\\\\\`\\*\\_\\[\\]\\<\\>\\|\\#\\\\x1b"
    lines = rendered(Report(name=name, source="", layers=(layer(name),)), columns=("name",)).split(
        "\n"
    )
    assert lines[0] == f"### {escaped}"
    assert lines[4] == f"| {escaped} |"
