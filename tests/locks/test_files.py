"""Lock files on the disk: whose they are, and how they are written."""

import errno
import os
import stat
from pathlib import Path

import msgspec
import pytest

from convcalc import api
from convcalc.diagnostics import SpecError
from convcalc.locks import files
from convcalc.report import Report

SPEC = "input: [8]\nlayers: [{Dense: 2}]\n"
WIDE = "input: [8]\nlayers: [{Dense: 3}]\n"


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(SPEC, encoding="utf-8")
    return tmp_path


LOCK = Path("net.lock.yaml")


def report(path: str = "net.yaml") -> Report:
    return api.summarize(path)


def codes(path: str = "net.yaml", *, required: bool = False) -> list[str]:
    return [drift.rule for drift in files.check(path, report(path), required=required)]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_beside_the_model() -> None:
    assert files.path_of("a/b/net.yaml") == Path("a/b/net.lock.yaml")
    assert files.path_of("net.v2.json") == Path("net.v2.lock.yaml")
    assert files.path_of("net") == Path("net.lock.yaml")
    assert files.path_of(".yaml") == Path(".yaml.lock.yaml")
    assert files.path_of("") == Path(".lock.yaml")


def test_written_and_then_unchanged() -> None:
    assert files.update("net.yaml", report())
    first = LOCK.stat()
    assert not files.update("net.yaml", report())
    assert LOCK.stat().st_ino == first.st_ino
    assert codes() == []


def test_what_drifted_and_written_anew(directory: Path) -> None:
    files.update("net.yaml", report())
    Path("net.yaml").write_text(WIDE, encoding="utf-8")
    assert codes() == ["lock-output", "lock-weight", "lock-weight", "lock-total", "lock-total"]
    assert files.update("net.yaml", report())
    assert codes() == []
    assert names(directory) == ["net.lock.yaml", "net.yaml"]


def test_a_model_without_a_lock() -> None:
    assert codes() == []
    (drift,) = files.check("net.yaml", report(), required=True)
    assert (drift.rule, drift.place.source, drift.place.span) == (
        "lock-missing",
        "net.yaml",
        None,
    )
    assert drift.message == "there is no net.lock.yaml beside it; `convcalc lock` writes it"


def test_a_model_with_errors_is_not_compared() -> None:
    files.update("net.yaml", report())
    Path("net.yaml").write_text("input: [8]\nlayers: [{Dense: 0}]\n", encoding="utf-8")
    assert codes() == []


def test_a_lock_without_a_model() -> None:
    files.update("net.yaml", report())
    assert files.check_owner(LOCK) == ()
    Path("net.yaml").unlink()
    (drift,) = files.check_owner(LOCK)
    assert (drift.rule, drift.place.source) == ("lock-orphan", "net.lock.yaml")
    assert drift.message == "there is no model net.yaml of which this is the lock"
    assert drift.place.span
    assert drift.place.span.line == 3


def test_the_copy_of_a_lock_is_none() -> None:
    files.update("net.yaml", report())
    copy = Path("copy.lock.yaml")
    copy.write_bytes(LOCK.read_bytes())
    assert files.owner_of(LOCK) == Path("net.yaml")
    assert files.owner_of(copy) is None
    (drift,) = files.check_owner(copy)
    assert drift.rule == "lock-orphan"
    assert drift.message == "this is not the lock of net.yaml, which is net.lock.yaml"


@pytest.mark.parametrize("name", ["../net.yaml", "/etc/passwd", "..", ".", "", "a" * 5000, "a\0b"])
def test_a_lock_leads_nowhere_else(name: str, directory: Path) -> None:
    files.update("net.yaml", report())
    text = LOCK.read_text(encoding="utf-8").replace("net.yaml", msgspec.json.encode(name).decode())
    LOCK.write_text(text, encoding="utf-8")
    assert [drift.rule for drift in files.check_owner(LOCK)] == ["lock-orphan"]
    assert codes() == ["lock-model"]


def test_a_model_whose_name_is_not_text() -> None:
    name = os.fsdecode(b"caf\xe9.yaml")
    try:
        Path("net.yaml").rename(name)
    except OSError:
        pytest.skip("this file system has only names that are text")
    assert files.update(name, report(name))
    assert codes(name) == []
    assert files.check_owner(files.path_of(name)) == ()
    assert not files.update(name, report(name))


def test_two_models_do_not_share_a_lock() -> None:
    files.update("net.yaml", report())
    old = LOCK.read_bytes()
    Path("net.json").write_text(SPEC, encoding="utf-8")
    assert codes("net.json") == []
    assert codes("net.json", required=True) == ["lock-missing"]
    with pytest.raises(files.OtherFileError, match=r"that is the lock of net\.yaml"):
        files.update("net.json", report("net.json"))
    assert LOCK.read_bytes() == old


def test_a_model_that_was_renamed_takes_its_lock_along() -> None:
    files.update("net.yaml", report())
    Path("net.yaml").rename("net.json")
    assert codes("net.json") == ["lock-model"]
    assert files.update("net.json", report("net.json"))
    assert codes("net.json") == []


def test_other_files_are_not_lost() -> None:
    LOCK.write_text("input: [8]\nlayers: []\n", encoding="utf-8")
    assert not files.is_lock(LOCK)
    with pytest.raises(files.OtherFileError, match="the file that is there is not a lock"):
        files.update("net.yaml", report())
    with pytest.raises(SpecError, match="a lock begins with"):
        codes()
    assert LOCK.read_text(encoding="utf-8") == "input: [8]\nlayers: []\n"


@pytest.mark.parametrize("text", ["", "\n", "schema: convcalc.lock/1\n<<<<<<< HEAD\n"])
def test_what_is_left_of_a_lock_is_written_anew(text: str) -> None:
    LOCK.write_text(text, encoding="utf-8")
    assert files.update("net.yaml", report())
    assert codes() == []


def test_locks_are_told_by_name_and_content(directory: Path) -> None:
    files.update("net.yaml", report())
    assert files.is_lock(LOCK)
    assert not files.is_lock("net.yaml")
    assert not files.is_lock("nothing.lock.yaml")
    LOCK.rename("other.yaml")
    assert not files.is_lock("other.yaml")


def test_permissions_stay() -> None:
    files.update("net.yaml", report())
    assert stat.S_IMODE(LOCK.stat().st_mode) == stat.S_IMODE(Path("net.yaml").stat().st_mode)
    LOCK.chmod(0o640)
    Path("net.yaml").write_text(WIDE, encoding="utf-8")
    assert files.update("net.yaml", report())
    assert stat.S_IMODE(LOCK.stat().st_mode) == 0o640


def test_what_a_link_leads_to_is_replaced(directory: Path) -> None:
    (directory / "elsewhere").mkdir()
    target = directory / "elsewhere" / "kept.yaml"
    LOCK.symlink_to(target)
    assert files.update("net.yaml", report())
    assert LOCK.is_symlink()
    assert target.read_bytes() == LOCK.read_bytes()
    assert names(target.parent) == ["kept.yaml"]


FAILURES = {
    "fsync": (errno.ENOSPC, "os.fsync"),
    "replace": (errno.EIO, "os.replace"),
    "rename": (errno.EIO, "pathlib.Path.replace"),
    "chmod": (errno.EPERM, "pathlib.Path.chmod"),
}


@pytest.mark.parametrize("step", FAILURES)
def test_a_failure_leaves_the_old_file(
    step: str, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.update("net.yaml", report())
    old = LOCK.read_bytes()
    Path("net.yaml").write_text(WIDE, encoding="utf-8")
    number, function = FAILURES[step]

    def fail(*arguments: object, **others: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(function, fail)
    with pytest.raises(OSError, match=os.strerror(number)):
        files.update("net.yaml", report())
    monkeypatch.undo()
    assert (directory / LOCK).read_bytes() == old
    assert names(directory) == ["net.lock.yaml", "net.yaml"]


def test_an_interruption_leaves_the_old_file(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        files.update("net.yaml", report())
    assert names(directory) == ["net.yaml"]


def test_what_is_synchronized_last_is_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    synchronized = os.fsync
    calls = []

    def once(file: int) -> None:
        calls.append(file)
        if len(calls) > 1:
            raise OSError(errno.EINVAL, "not of folders")
        synchronized(file)

    monkeypatch.setattr("os.fsync", once)
    assert files.update("net.yaml", report())
    assert len(calls) == 2
    assert codes() == []
