"""`convcalc check` as people type it: with a configuration, with locks, with what can't be read."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from convcalc.cli import app

SPEC = """\
input: [28, 28, 1]
layers:
  - Conv2D: {filters: 8, kernel_size: 3, strides: 2}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "model.yaml").write_text(SPEC)
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    return tmp_path


def check(*args: str) -> Any:
    return CliRunner().invoke(app(), ["check", *args], catch_exceptions=False)


def test_without_a_configuration_no_warning_is_asked_for() -> None:
    result = check("../model.yaml")
    assert (result.exit_code, result.stdout) == (0, "1 model in order\n")


@pytest.mark.parametrize("asked", ["[unread-border]", "all"])
def test_warnings_of_the_nearest_configuration_fail(folder: Path, asked: str) -> None:
    (folder / "convcalc.yaml").write_text(f"warnings: {asked}\n")
    result = check("../model.yaml")
    assert result.exit_code == 1
    assert "../model.yaml:3:5: warning: 1 of 28 rows" in result.stdout
    assert result.stdout.endswith("1 of 1 model at fault\n")


def test_other_warnings_are_not_told(folder: Path) -> None:
    (folder / "convcalc.yaml").write_text("warnings: [heavy-dense]\n")
    assert check("../model.yaml").exit_code == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "warnings: [unread-bordr]",
            "convcalc.yaml:1:12: error: there is no warning 'unread-bordr'",
        ),
        ("warnings: some", "warnings must be a list of codes, or all"),
        ("warning: all", "there is no key 'warning' in a configuration"),
        ("[]", "a configuration must be a mapping"),
        ("warnings: [", "[syntax]"),
        ("warnings: [[1]]", "there is no warning [1]"),
    ],
)
def test_a_wrong_configuration_is_told_with_its_place(
    folder: Path, text: str, message: str
) -> None:
    (folder / "convcalc.yaml").write_text(f"{text}\n")
    result = check("../model.yaml")
    assert result.exit_code == 2
    assert message in result.stdout


@pytest.mark.parametrize("text", ["", "warnings:", "warnings: []", "# nothing"])
def test_an_empty_configuration_asks_for_nothing(folder: Path, text: str) -> None:
    (folder / "convcalc.yaml").write_text(f"{text}\n")
    assert check("../model.yaml").exit_code == 0


def test_drift_from_a_lock_fails(folder: Path) -> None:
    assert CliRunner().invoke(app(), ["lock", "../model.yaml"]).exit_code == 0
    assert check("../model.yaml").exit_code == 0
    (folder / "model.yaml").write_text(SPEC.replace("filters: 8", "filters: 9"))
    result = check("../model.yaml")
    assert result.exit_code == 1
    assert "drift: conv2d gives (None, 13, 13, 9), locked as (None, 13, 13, 8)" in result.stdout


def test_every_model_is_told_of(folder: Path) -> None:
    (folder / "other.yaml").write_text(SPEC + "expect: {params: 1}\n")
    (folder / "third.yaml").write_text(SPEC + "expect: {params: 2}\n")
    result = check("../other.yaml", "../model.yaml", "../third.yaml")
    assert result.exit_code == 1
    assert result.stdout.count("[expect-count]") == 2
    assert result.stdout.endswith("2 of 3 models at fault\n")
    assert check("../other.yaml", "--exit-zero").exit_code == 0


def test_a_file_that_is_not_there() -> None:
    result = check("nope.yaml")
    assert result.exit_code == 2
    assert result.stderr == "convcalc: can't read nope.yaml: No such file or directory\n"
