"""Pages on the layers of the gallery: as a whole, and alternatives at every width.

`pytest --update-goldens` rewrites the pages: look at the difference before it is committed.
"""

import re
from pathlib import Path

import pytest

import convcalc
import documents
from convcalc.explanations import explain, explain_all
from convcalc.render.explanation import render
from convcalc.render.layout import Layout
from convcalc.shapes import format_shape, format_sizes

PAGES = Path(__file__).parent / "gallery"
SPECS = sorted(documents.ROOT.glob("specs/*.yaml"))
ALTERNATIVES = "What others would give in its place, other arguments alike"


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.stem)
def test_pages(spec: Path, *, update_goldens: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page on the last layer of each kind."""
    monkeypatch.chdir(documents.ROOT)
    analysis = convcalc.analyze(spec.relative_to(documents.ROOT))
    names = {layer.kind: layer.name for layer in analysis.report.layers}.values()
    pages = [render("text", explain(analysis, name), Layout()) for name in names]
    output = f"{'-' * 80}\n".join(pages)
    golden = PAGES / f"{spec.stem}.out"
    if update_goldens:
        golden.write_text(output, encoding="utf-8")
    assert output == golden.read_text(encoding="utf-8")


def test_every_golden_has_its_spec() -> None:
    assert {golden.stem for golden in PAGES.iterdir()} == {spec.stem for spec in SPECS}


@pytest.mark.parametrize("width", [40, 60, 80, 200])
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.stem)
def test_alternatives_stand_under_their_headings(spec: Path, width: int) -> None:
    for told in explain_all(convcalc.analyze(spec)):
        if not told.alternatives:
            continue
        page = render("text", told, Layout(width=width))
        section = page.partition(f"{ALTERNATIVES}\n")[2].partition("\n\n")[0]
        found = [
            " ".join(block.split()) for block in re.split(r"^  (?=\S)", section, flags=re.MULTILINE)
        ]
        assert found == [
            "",
            *(
                f"{one.layer} {', '.join(map(format_shape, one.output_shapes))} "
                f"{one.params:,} parameters {one.why}: "
                f"{' and '.join(format_sizes(kernel.shape) for kernel in one.kernels)}"
                for one in told.alternatives
            ),
        ]
        lines = section.split("\n")
        assert all(len(line) <= width for line in lines if "{" not in line)
