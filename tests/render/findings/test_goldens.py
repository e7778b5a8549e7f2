"""What each format makes of the same findings, to the letter; `--update-goldens` writes it anew."""

from pathlib import Path

import pytest

from convcalc.render.findings import RENDERERS, render
from render.findings.examples import EXAMPLES, LAYOUT

GOLDENS = Path(__file__).with_name("goldens")


@pytest.mark.parametrize("name", RENDERERS.formats())
def test_output(name: str, *, update_goldens: bool) -> None:
    golden = GOLDENS / f"{name}.out"
    output = render(name, EXAMPLES, LAYOUT)
    if update_goldens:
        golden.write_text(output, encoding="utf-8")
    assert output == golden.read_text(encoding="utf-8")


def test_every_golden_has_its_format() -> None:
    assert {path.name for path in GOLDENS.iterdir()} == {
        f"{name}.out" for name in RENDERERS.formats()
    }
