"""Paths that can't be read: each is an error of its own, and the others are read all the same."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from convcalc import disk
from convcalc.cli import app

GOOD = "input: [8]\nlayers: [{Dense: 2}]\n"
LONG = "x" * 300 + ".yaml"
LONG_FOLDER = "x" * 300 + "/net.yaml"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(GOOD, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "bad", [LONG, LONG_FOLDER, "missing.yaml", "net.yaml/below.yaml", "/dev/zero"]
)
@pytest.mark.parametrize(
    ("command", "good"),
    [
        (["summary", "--format", "csv"], 'net,dense,Dense,"(None, 8)","(None, 2)",8×2,18,input'),
        (["check"], "error: "),
        (["lock"], "wrote net.lock.yaml"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_bad_path_among_good_ones(command: list[str], good: str, bad: str) -> None:
    ran = CliRunner().invoke(app(), [*command, bad, "net.yaml"])
    assert ran.exit_code == 2
    assert good in ran.stdout
    assert "can't be read" in ran.stdout or f"can't read {bad}: " in ran.stderr
    assert "in 1 of 2 models" in ran.stdout or command != ["check"]


def test_a_folder_that_can_not_be_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a stand-in, since nothing is closed to the superuser."""
    Path("models/closed").mkdir(parents=True)
    Path("models/net.yaml").write_text(GOOD, encoding="utf-8")
    scandir, listdir = os.scandir, os.listdir

    def check(path: object) -> None:
        if os.fspath(path).endswith("closed"):  # type: ignore[call-overload]
            raise PermissionError(13, "Permission denied", path)

    def closed(path: str = ".") -> Iterator[os.DirEntry[str]]:
        check(path)
        return scandir(path)

    def closed_too(path: str = ".") -> list[str]:
        check(path)
        return listdir(path)

    monkeypatch.setattr(os, "scandir", closed)
    monkeypatch.setattr(os, "listdir", closed_too)
    ran = CliRunner().invoke(app(), ["check", "models"])
    assert ran.exit_code == 2
    assert ran.stdout == (
        "models/closed: error: can't be read: Permission denied [not-checked]\n"
        "1 finding in 1 of 2 models\n"
    )


def test_an_empty_folder_among_models(folder: Path) -> None:
    Path("empty").mkdir()
    ran = CliRunner().invoke(app(), ["lock", "empty", "net.yaml"])
    assert (ran.exit_code, ran.stdout) == (2, "wrote net.lock.yaml\n")
    assert ran.stderr == "convcalc: there is no model in empty\n"


@pytest.mark.parametrize("command", [["summary"], ["check"], ["explain"], ["convert"], ["lock"]])
def test_a_file_that_can_not_be_read_is_one_error(command: list[str]) -> None:
    Path("yolo.yaml").write_text("backbone: []\nhead: []\n", encoding="utf-8")
    ran = CliRunner().invoke(app(), [*command, "yolo.yaml"])
    assert ran.exit_code == 1
    assert ran.output.count("error:") == 1
    assert (
        "yolo.yaml: error: this is a model of Ultralytics YOLO, which can't be read" in ran.output
    )


def test_what_is_no_model_in_a_folder() -> None:
    Path("models").mkdir()
    Path("models/net.yaml").write_text(GOOD, encoding="utf-8")
    Path("models/yolo.yaml").write_text("backbone: []\nhead: []\n", encoding="utf-8")
    for name, begin in (("large.yaml", GOOD), ("data.yaml", "a: 1\n"), ("net.json", "{}")):
        with Path("models", name).open("w", encoding="utf-8") as file:
            file.write(begin)
            file.truncate(20 << 30)
    ran = CliRunner().invoke(app(), ["check", "models"])
    assert ran.exit_code == 1
    assert ran.stdout == (
        "models/large.yaml: error: this is larger than 32 MB, the limit for YAML [too-large]\n"
        "1 finding in 1 of 2 models\n"
    )


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no such device")
def test_a_lock_that_never_ends() -> None:
    Path("net.lock.yaml").symlink_to("/dev/zero")
    ran = CliRunner().invoke(app(), ["check", "net.yaml"])
    assert ran.exit_code == 2
    assert "net.lock.yaml can't be read: it is no regular file" in ran.stdout
    ran = CliRunner().invoke(app(), ["lock", "net.yaml"])
    assert ran.stderr == "convcalc: can't write net.lock.yaml: it is no regular file\n"


@pytest.mark.parametrize("option", ["--kinds", "--expect"])
def test_files_beside_models(option: str) -> None:
    Path("pickle").write_bytes(b"\x80\x04\x95")
    ran = CliRunner().invoke(app(), ["check", option, "pickle", "net.yaml"])
    assert ran.exit_code == 2
    assert "pickle: error: this is a Python pickle, which can't be read" in ran.stdout


def test_what_git_has_is_read_as_files_are(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("net.pkl").write_bytes(b"\x80\x04" + b"x" * 1_000_000)
    Path("large.yaml").write_text(GOOD + "# x\n" * 100_000, encoding="utf-8")
    for command in ("init -q", "add .", "-c user.name=a -c user.email=b commit -qm models"):
        subprocess.run(["git", *command.split()], check=True)
    monkeypatch.setattr(disk, "MAX_TEXT", 100_000)
    ran = CliRunner().invoke(app(), ["diff", "HEAD:net.pkl", "HEAD:large.yaml"])
    assert ran.exit_code == 1
    assert "HEAD:net.pkl: error: this is a Python pickle, which can't be read" in ran.stderr
    assert "HEAD:large.yaml: error: this is larger than 0 MB, the limit for YAML" in ran.stderr
