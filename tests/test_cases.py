"""End-to-end cases: a spec and what a command prints of it, to the letter.

A case is one `.yaml` and one `.out` under `cases/`, of `convcalc explain` and `convcalc check` in
the folders of those names, and of `convcalc summary` in others. A first line `# args: ...` gives
arguments and options.
`pytest --update-goldens` rewrites the outputs: look at the difference before it is committed.
"""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from convcalc.cli import app
from convcalc.layers import find, kinds
from convcalc.layers.kind import OPERATION

CASES = Path(__file__).parent / "cases"
SPECS = sorted(CASES.glob("*/*.yaml"))


def run(spec: Path) -> str:
    first = spec.read_bytes().split(b"\n", 1)[0].decode("utf-8", errors="replace")
    args = shlex.split(first.removeprefix("# args:")) if first.startswith("# args:") else []
    command = spec.parent.name if spec.parent.name in {"explain", "check"} else "summary"
    result = CliRunner().invoke(app(), [command, spec.name, *args], catch_exceptions=False)
    return f"{result.stdout}--- stderr\n{result.stderr}--- exit {result.exit_code}\n"


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.parent.name}/{spec.stem}")
def test_output(spec: Path, *, update_goldens: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(spec.parent)
    golden = spec.with_suffix(".out")
    output = run(spec)
    if update_goldens:
        golden.write_text(output, encoding="utf-8")
    assert output == golden.read_text(encoding="utf-8")


def test_every_golden_has_its_spec() -> None:
    goldens = {golden.with_suffix(".yaml") for golden in CASES.glob("*/*.out")}
    assert goldens == set(SPECS)
    assert len(SPECS) > 40


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.parent.name}/{spec.stem}")
def test_nothing_raw_reaches_the_terminal(spec: Path) -> None:
    output = spec.with_suffix(".out").read_text(encoding="utf-8")
    assert not [c for c in output if ord(c) < 0x20 and c != "\n"]
    assert "Traceback" not in output


def test_every_family_has_a_page() -> None:
    pages = [page.read_text(encoding="utf-8") for page in CASES.glob("explain/*.out")]
    named = {match[1] for page in pages if (match := re.match(r"\S+ \(([\w.]+)\)", page))}
    families = {found.__module__ for name in named if (found := find(name))}
    assert families >= {kind.__module__ for kind in kinds().values()}
    assert any(name.startswith(OPERATION) for name in named)
