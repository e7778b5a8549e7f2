"""`convcalc lock` as people type it: what is written, what is told, and the status."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from convcalc.cli import app

SPEC = "input: [8]\nvars: {n: 2}\nlayers: [{Dense: =n}]\n"
FAULTY = "input: [8]\nlayers: [{Dense: 0}]\n"
LOCK = """\
# Written by `convcalc lock`, which writes it anew when the model is meant to change.
schema: convcalc.lock/1
model: net.yaml
inputs:
  input: [null, 8]
outputs: [dense]
layers:
  dense: {kind: Dense, output: [null, 2], weights: {kernel: [8, 2], bias: [2]}}
totals:
  params: 18
  trainable_params: 18
  non_trainable_params: 0
"""
DRIFTED = """\
net.lock.yaml:8:32: error: dense gives (None, 3), locked as (None, 2) [lock-output]
  layer: net.yaml:3:11: dense
net.lock.yaml:8:61: error: kernel of dense is 8×3, locked as 8×2 [lock-weight]
  layer: net.yaml:3:11: dense
net.lock.yaml:8:75: error: bias of dense is 3, locked as 2 [lock-weight]
  layer: net.yaml:3:11: dense
net.lock.yaml:10:11: error: params are 27, locked as 18 (+9) [lock-total]
  model: net.yaml
net.lock.yaml:11:21: error: trainable_params are 27, locked as 18 (+9) [lock-total]
  model: net.yaml
"""


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path / "net.yaml", SPEC)
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def write(path: Path | str, text: str) -> None:
    Path(path).write_text(text, encoding="utf-8")


def read(path: str = "net.lock.yaml") -> str:
    return Path(path).read_text(encoding="utf-8")


class Ran:
    """What a command printed, and its status."""

    def __init__(self, *arguments: str) -> None:
        result = CliRunner().invoke(app(), ["lock", *arguments], catch_exceptions=False)
        self.stdout = result.stdout
        self.stderr = result.stderr
        self.status = result.exit_code

    @property
    def all(self) -> tuple[int, str, str]:
        return self.status, self.stdout, self.stderr


def refusal(*arguments: str) -> str:
    """What a wrong use of the command is told."""
    ran = Ran(*arguments)
    assert (ran.status, ran.stdout) == (2, "")
    return " ".join(ran.stderr.partition("Error: ")[2].split())


def test_written_beside_the_model() -> None:
    assert Ran("net.yaml").all == (0, "wrote net.lock.yaml\n", "")
    assert read() == LOCK


def test_nothing_is_said_where_nothing_is_to_be_done() -> None:
    Ran("net.yaml")
    assert Ran("net.yaml").all == (0, "", "")
    assert Ran("--check", "net.yaml").all == (0, "", "")


def test_what_has_drifted() -> None:
    write("net.lock.yaml", LOCK)
    assert Ran("--check", "net.yaml", "--set", "n=3").all == (1, DRIFTED, "")
    assert read() == LOCK
    assert Ran("net.yaml", "--set", "n=3").all == (0, "wrote net.lock.yaml\n", "")
    assert Ran("--check", "net.yaml", "--set", "n=3").all == (0, "", "")


def test_with_another_input_and_batch() -> None:
    Ran("net.yaml", "--input", "4", "--batch", "32")
    assert "  input: [32, 4]\n" in read()
    assert Ran("--check", "net.yaml", "--input", "4", "--batch", "32").status == 0
    assert Ran("--check", "net.yaml").status == 1


def test_with_kinds_of_ones_own() -> None:
    write("kinds.yaml", "kinds: {Gate: {weights: {w: [3]}, output: =input}}\n")
    write("own.yaml", "input: [8]\nlayers: [Gate]\n")
    assert Ran("own.yaml", "--kinds", "kinds.yaml").status == 0
    assert "  gate: {kind: Gate, output: [null, 8], weights: {w: [3]}}\n" in read("own.lock.yaml")


def test_a_model_without_a_lock() -> None:
    missing = "there is no net.lock.yaml beside it; `convcalc lock` writes it"
    assert Ran("--check", "net.yaml").all == (
        1,
        f"net.yaml: error: {missing} [lock-missing]\n",
        "",
    )
    assert not Path("net.lock.yaml").exists()


def test_a_faulty_model_is_not_locked() -> None:
    write("net.lock.yaml", LOCK)
    write("net.yaml", FAULTY)
    for options in ([], ["--check"]):
        ran = Ran(*options, "net.yaml")
        assert (ran.status, ran.stdout) == (1, "")
        assert ran.stderr.startswith("net.yaml:2:18: error: units must be a whole number")
        assert read() == LOCK


def test_several_models(directory: Path) -> None:
    write("bad.yaml", FAULTY)
    (directory / "more").mkdir()
    write("more/net.yaml", SPEC)
    ran = Ran("bad.yaml", "net.yaml", "more/net.yaml", "net.yaml")
    assert (ran.status, ran.stdout) == (1, "wrote net.lock.yaml\nwrote more/net.lock.yaml\n")
    assert not Path("bad.lock.yaml").exists()


def test_locks_among_the_models_are_passed_over() -> None:
    Ran("net.yaml")
    assert Ran("net.lock.yaml", "net.yaml").all == (0, "", "")
    assert Ran("--check", "net.lock.yaml", "net.yaml").all == (0, "", "")
    assert Ran("--check", "net.lock.yaml").all == (0, "", "")
    assert refusal("net.lock.yaml") == (
        "Invalid value for MODEL: these are locks: name their models"
    )


def test_a_lock_without_a_model() -> None:
    write("net.lock.yaml", LOCK)
    Path("net.yaml").rename("other.yaml")
    expected = (
        "net.lock.yaml:3:8: error: there is no model net.yaml of which this is the lock "
        "[lock-orphan]\n  help: remove it, and lock the model where it is now\n"
    )
    assert Ran("--check", "net.lock.yaml").all == (1, expected, "")
    assert Ran("net.lock.yaml", "other.yaml").all == (1, f"wrote other.lock.yaml\n{expected}", "")


def test_two_models_of_one_lock() -> None:
    write("net.json", SPEC)
    message = "net.yaml and net.json would have the same lock, net.lock.yaml: rename one"
    assert refusal("net.yaml", "net.json") == f"Invalid value for MODEL: {message}"
    assert refusal("--check", "net.yaml", "./net.json").endswith(
        "net.yaml and ./net.json would have the same lock, net.lock.yaml: rename one"
    )
    Ran("net.yaml")
    assert Ran("net.json").all == (
        2,
        "",
        "convcalc: can't write net.lock.yaml: that is the lock of net.yaml\n",
    )
    assert Ran("--check", "net.json").status == 1
    assert read() == LOCK


def test_standard_input() -> None:
    assert refusal("-") == (
        "Invalid value for MODEL: standard input can't be locked: there is nothing beside it"
    )


def test_a_lock_that_can_not_be_read_is_written_anew() -> None:
    write("net.lock.yaml", LOCK.replace("  params: 18", "<<<<<<< HEAD\n  params: 18"))
    ran = Ran("--check", "net.yaml")
    assert (ran.status, ran.stdout) == (1, "")
    assert ran.stderr.startswith("net.lock.yaml:11:9: error: ")
    assert ran.stderr.splitlines()[0].endswith(" [syntax]")
    assert Ran("net.yaml").all == (0, "wrote net.lock.yaml\n", "")
    assert read() == LOCK


def test_a_file_that_is_no_lock() -> None:
    write("net.lock.yaml", SPEC)
    ran = Ran("--check", "net.yaml")
    assert (ran.status, ran.stdout) == (1, "")
    assert ran.stderr.startswith(
        "net.lock.yaml:1:1: error: a lock begins with `schema: convcalc.lock/1` [not-a-lock]\n"
    )
    assert Ran("net.yaml").all == (
        2,
        "",
        "convcalc: can't write net.lock.yaml: the file that is there is not a lock\n",
    )
    assert read() == SPEC


@pytest.mark.parametrize(
    ("function", "number"), [("os.fsync", errno.ENOSPC), ("os.replace", errno.EROFS)]
)
def test_a_disk_that_fails(
    function: str, number: int, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("net.lock.yaml", LOCK)

    def fail(*arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(function, fail)
    message = f"convcalc: can't write net.lock.yaml: {os.strerror(number)}\n"
    assert Ran("net.yaml", "--set", "n=3").all == (2, "", message)
    assert read() == LOCK
    assert sorted(path.name for path in directory.iterdir()) == ["net.lock.yaml", "net.yaml"]


def test_a_folder_that_is_read_only(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("net.lock.yaml", LOCK)
    opened = Path.open

    def read_only(path: Path, mode: str = "r", *others: Any, **named: Any) -> Any:
        if not mode.startswith("r"):  # root could write, whatever the permissions
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return opened(path, mode, *others, **named)

    monkeypatch.setattr("pathlib.Path.open", read_only)
    message = "convcalc: can't write net.lock.yaml: Permission denied\n"
    assert Ran("net.yaml", "--set", "n=3").all == (2, "", message)
    assert read() == LOCK


def test_what_is_not_there() -> None:
    ran = Ran("nothing.yaml")
    assert ran.all == (2, "", "convcalc: can't read nothing.yaml: No such file or directory\n")
    Path("net.lock.yaml").mkdir()
    message = "convcalc: can't {} net.lock.yaml: Is a directory\n"
    assert Ran("net.yaml").all == (2, "", message.format("write"))
    assert Ran("--check", "net.yaml").all == (2, "", message.format("read"))


def test_names_can_not_steer_the_terminal() -> None:
    write("net.lock.yaml", LOCK.replace("  dense:", '  "\\e[31m":'))
    ran = Ran("--check", "net.yaml")
    assert "\x1b" not in ran.stdout
    assert "error: \\x1b[31m (Dense) is locked, but not in the model" in ran.stdout


def test_in_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    write("net.lock.yaml", LOCK)
    assert "\x1b[1;31merror:\x1b[0m" in Ran("--check", "net.yaml", "--set", "n=3").stdout


def test_a_lock_is_not_a_model() -> None:
    write("net.lock.yaml", LOCK)
    result = CliRunner().invoke(app(), ["summary", "net.lock.yaml"])
    assert result.exit_code == 1
    assert result.stderr == (
        "net.lock.yaml:2:1: error: this is the lock of a model, not a model [lock-file]\n"
        "  2 | schema: convcalc.lock/1\n"
        "    | ^^^^^^\n"
        "  help: the model is net.yaml\n"
    )
