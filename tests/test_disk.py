"""Reading within limits, and writing that leaves nothing half done."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest

from convcalc import disk
from convcalc.diagnostics import SpecError
from convcalc.formats.keras import archive

MODEL = b'{"class_name": "Sequential", "config": {"name": "m", "layers": []}}'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(disk, "WAIT", 0.05)
    return tmp_path


def refusal(path: str | Path) -> str:
    with pytest.raises(SpecError) as caught:
        disk.read(path)
    (found,) = caught.value.diagnostics
    assert found.code == "too-large"
    return found.message


def test_a_file_of_any_length(folder: Path) -> None:
    for size in (0, 1, 8191, 8192, 8193, 100_000):
        Path("a").write_bytes(b"a" * size)
        assert disk.read("a") == b"a" * size
        assert disk.read_stream(io.BytesIO(b"a" * size)) == b"a" * size


def test_limits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "MAX_TEXT", 1 << 20)
    monkeypatch.setattr(disk, "MAX_BYTES", 2 << 20)
    Path("a").write_bytes(b"a" * (1 << 20))
    assert len(disk.read("a")) == 1 << 20
    Path("a").write_bytes(b"a" * ((1 << 20) + 1))
    assert refusal("a") == "this is larger than 1 MB, the limit for YAML"
    Path("a").write_bytes(b" {" + b"a" * ((2 << 20) - 2))
    assert len(disk.read("a")) == 2 << 20
    Path("a").write_bytes(b" {" + b"a" * (2 << 20))
    assert refusal("a") == "this is larger than 2 MB, the limit for JSON"
    with pytest.raises(SpecError, match="larger than 1 MB"):
        disk.read_stream(io.BytesIO(b"a" * ((1 << 20) + 1)))


def test_a_file_that_is_mostly_nothing(folder: Path) -> None:
    with Path("sparse").open("wb") as file:
        file.truncate(20 << 30)
    start = time.perf_counter()
    assert refusal("sparse") == "this is larger than 32 MB, the limit for YAML"
    assert time.perf_counter() - start < 5


def packed(*members: str) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as written:
        for name in members:
            written.writestr(name, MODEL if name == "config.json" else "x")
    file.seek(0)
    return file


def test_the_weights_of_an_archive_are_not_read(folder: Path) -> None:
    """Of 3 GB, which no test has the memory for, the model's JSON is read, and little beside it."""
    with Path("m.keras").open("wb") as file, zipfile.ZipFile(file, "w") as written:
        written.writestr("config.json", MODEL)
    data = Path("m.keras").read_bytes()
    # Zip programs allow anything before the first member.
    with Path("m.keras").open("wb") as file:
        file.write(b"PK\x03\x04")
        file.seek(3 << 30)
        file.write(data)
    assert disk.read("m.keras") == MODEL


def test_an_archive_from_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    assert disk.read_stream(Pipe(packed("config.json").getvalue())) == MODEL
    monkeypatch.setattr(disk, "MAX_PIPED", 100)
    with pytest.raises(SpecError, match="the limit for an archive from a pipe"):
        disk.read_stream(Pipe(packed("config.json").getvalue() + b"x" * 10_000))


def test_an_archive_of_too_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_NAMES", 2_000)
    file = packed("config.json", *map(str, range(100)))
    with pytest.raises(SpecError, match="the list of this archive's members"):
        disk.read_stream(file)


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/full", "/dev/null", "/dev/tty"])
def test_devices(path: str) -> None:
    if not Path(path).exists():
        pytest.skip("there is no such device")
    with pytest.raises(OSError, match="no regular file"):
        disk.read(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_named_pipes(folder: Path) -> None:
    os.mkfifo("pipe")
    with pytest.raises(OSError, match="it is a pipe, and nobody writes to it"):
        disk.read("pipe")
    with pytest.raises(OSError, match="no regular file"):
        disk.read("pipe", regular=True)
    for pause in (0.0, 0.2):  # before the first byte, longer than is waited for a writer

        def write(pause: float = pause) -> None:
            with Path("pipe").open("wb") as file:
                time.sleep(pause)
                file.write(b"a" * 100_000)

        writer = threading.Thread(target=write)
        writer.start()
        assert disk.read("pipe") == b"a" * 100_000
        writer.join()


@pytest.mark.skipif(sys.platform != "linux", reason="how a shell names pipes differs")
@pytest.mark.parametrize(
    "command",
    [
        "convcalc summary --format csv <(cat m.yaml)",
        "convcalc summary --format csv <(sleep 0.5; cat m.yaml)",
        "cat m.yaml | convcalc summary --format csv /dev/stdin",
        "convcalc summary --format csv /dev/stdin < m.yaml",
        "convcalc summary --format csv - < m.yaml",
    ],
)
def test_what_a_shell_hands_on(command: str, folder: Path) -> None:
    Path("m.yaml").write_text("input: [8]\nlayers: [{Dense: 2}]\n", encoding="utf-8")
    script = f'convcalc() {{ "{sys.executable}" -m convcalc "$@"; }}; {command}'
    ran = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.stdout.endswith('dense,Dense,"(None, 8)","(None, 2)",8×2,18,input\n'), ran.stderr


WRITER = """
import sys, time
from pathlib import Path
from convcalc import disk
disk.os.fsync = lambda file: (print("here", flush=True), time.sleep(100))
disk.write(Path("a.lock.yaml"), b"new")
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="nothing can be killed so")
def test_what_a_killed_process_leaves_is_removed(folder: Path) -> None:
    Path("a.lock.yaml").write_bytes(b"old")
    Path(".convcalc-mine.tmp").write_bytes(b"of somebody else")
    left: list[str] = []
    with subprocess.Popen([sys.executable, "-c", WRITER], stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"here\n"
        (left,) = [[path.name for path in folder.glob(".convcalc-????????????????.tmp")]]
        assert len(left) == 1
        disk._remove_stale.cache_clear()
        disk.write(Path("b.lock.yaml"), b"beside it")  # which leaves the file of a living process
        assert Path(left[0]).exists()
        process.kill()
    assert Path(left[0]).exists()
    assert Path("a.lock.yaml").read_bytes() == b"old"
    disk._remove_stale.cache_clear()
    disk.write(Path("a.lock.yaml"), b"new")
    assert sorted(path.name for path in folder.iterdir()) == [
        ".convcalc-mine.tmp",
        "a.lock.yaml",
        "b.lock.yaml",
    ]
    assert Path("a.lock.yaml").read_bytes() == b"new"


def test_a_name_of_what_is_stale_that_is_no_file(folder: Path) -> None:
    os.mkfifo(".convcalc-0123456789abcdef.tmp")
    Path(".convcalc-0123456789abcdee.tmp").symlink_to("kept")
    Path("kept").write_bytes(b"kept")
    disk._remove_stale.cache_clear()
    disk.write(Path("a"), b"new")
    assert Path("kept").read_bytes() == b"kept"
    assert Path("a").read_bytes() == b"new"
