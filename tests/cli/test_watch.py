"""`convcalc summary --watch`: what is drawn, and when, while files change."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from convcalc import formats
from convcalc.cli import app, watching

SPEC = "input: [8]\nlayers: [{Dense: 3}]\n"
CLEAR = "\x1b[H\x1b[2J"

Edit = Callable[[Path], object]


@pytest.fixture(autouse=True)
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A model in a directory of its own; what a watch does to Ctrl-C is undone."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"):
        monkeypatch.delenv(name, raising=False)
    path = Path("net.yaml")
    path.write_text(SPEC, encoding="utf-8")
    # In the background of a script it is ignored, and processes inherit that.
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield path
    signal.signal(signal.SIGINT, handler)


def write(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")


def saved(text: str) -> Edit:
    return lambda path: write(text, path)


# When there is something to draw.


@pytest.mark.parametrize(
    ("looks", "drawn"),
    [
        ("aaa", ".."),
        ("abbb", "..x."),
        ("aabbb", "...x."),
        ("abcdd", "....x"),  # while it is written, it is not drawn
        ("abaa", "...."),  # away for a moment
        ("abbaa", "..x.x"),
        ("abbccb", "..x.x."),
    ],
)
def test_a_change_that_holds_still(looks: str, drawn: str) -> None:
    watched = watching.Watched(iter(looks).__next__)
    answers = ["x" if watched.has_changed() else "." for _ in looks[1:]]
    assert "." + "".join(answers) == drawn.ljust(len(looks), ".")


def test_the_state_of_a_file(model: Path) -> None:
    states = [watching.state_of("net.yaml")]
    other = Path("other.yaml")
    write(SPEC.replace("3", "4"), other)
    times = model.stat()
    os.utime(other, ns=(times.st_atime_ns, times.st_mtime_ns))
    other.replace(model)
    states.append(watching.state_of("net.yaml"))
    model.chmod(0)
    states.append(watching.state_of("net.yaml"))
    model.unlink()
    states.append(watching.state_of("net.yaml"))
    assert len(set(states)) == 4
    assert watching.state_of("net.yaml") == watching.state_of("missing.yaml")


# What is drawn.


def watch(*arguments: str, edits: dict[str, list[Edit]], monkeypatch: pytest.MonkeyPatch) -> Result:
    """What a watch prints while edits are made, each of which it has the time to see.

    It is interrupted after the last one.
    """

    def steps() -> Iterator[None]:
        for name, edits_of_it in edits.items():
            for edit in edits_of_it:
                edit(Path(name))
                yield
                yield
        raise KeyboardInterrupt

    running = steps()
    monkeypatch.setattr("convcalc.cli.watching.time.sleep", lambda _seconds: next(running))
    return CliRunner().invoke(app(), ["summary", *arguments, "--watch"], catch_exceptions=False)


def test_a_document_for_each_save(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edits = [saved(SPEC.replace("3", "5")), saved(SPEC.replace("8", "9"))]
    arguments = ("net.yaml", "--format", "jsonl")
    ran = watch(*arguments, edits={"net.yaml": edits}, monkeypatch=monkeypatch)
    assert (ran.exit_code, ran.stderr) == (130, "")
    assert [json.loads(line)["totals"]["params"] for line in ran.stdout.splitlines()] == [
        27,
        45,
        30,
    ]


def test_what_is_broken_is_told_until_it_is_whole(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edits: list[Edit] = [
        saved("input: [8]\nlayers: [{Dense: 0"),
        saved("input: [8]\nlayers: [{Dense: 0}]\n"),
        saved(""),
        lambda path: path.write_bytes(b"\xff\x1b[2J"),
        saved("a: &a [*a]\n"),
        saved("[" * 100_000),
        Path.unlink,
        os.mkfifo,
        Path.unlink,
        Path.mkdir,
        Path.rmdir,
        saved(SPEC),
    ]
    ran = watch("net.yaml", edits={"net.yaml": edits}, monkeypatch=monkeypatch)
    assert ran.exit_code == 130
    assert re.findall("✗ [a-z-]+|Total params: .*", ran.stdout) == [
        "Total params: 27 (108.00 B)",
        "✗ wrong-value",
        "Total params: unknown (0 in 1 of 2 layers)",
        "Total params: 27 (108.00 B)",
    ]
    heads = [line for line in ran.stderr.splitlines() if re.match(r"net\.yaml:|convcalc:", line)]
    gone = [
        "convcalc: can't read net.yaml: No such file or directory",
        "convcalc: waiting for net.yaml",
    ]
    assert [re.sub(r".*\[([a-z0-9-]+)\]$", r"\1", head) for head in heads] == [
        "syntax",
        "wrong-value",
        "empty",
        "not-utf-8",
        "wrong-alias",
        "too-deep",
        *gone,
        "convcalc: can't read net.yaml: it is no regular file",
        *gone,
        "convcalc: can't read net.yaml: Is a directory",
        *gone,
    ]
    assert "\x1b" not in ran.output


def test_a_file_that_is_not_there_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = watch("new.yaml", edits={"new.yaml": [saved(SPEC)]}, monkeypatch=monkeypatch)
    assert ran.stderr == (
        "convcalc: can't read new.yaml: No such file or directory\nconvcalc: waiting for new.yaml\n"
    )
    assert ran.stdout.startswith('Model: "new"\n')


def test_nothing_is_left_of_the_drawing_before(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scale = "kinds: {{Scale: {{args: {{a: }}, weights: {{w: [={}]}}, output: =input}}}}\n"
    block = "blocks: {u: {layers: [{Dense: 3}]}}\ninput: [8]\nlayers: [u, {Scale: 2}]\n"
    use = "input: [8]\nlayers: [{Scale: 2}]\n"
    edits = [
        saved(scale.format("a") + use),
        saved(scale.format("3 * a") + use),
        saved(use),
        saved(scale.format("a") + block),
        saved(scale.format("a") + use.replace("Scale", "u")),
    ]
    arguments = ("net.yaml", "--format", "jsonl")
    ran = watch(*arguments, edits={"net.yaml": edits}, monkeypatch=monkeypatch)
    reports = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [report["totals"]["params"] for report in reports] == [27, 2, 6, None, 29, None]
    codes = [[d["code"] for d in report["diagnostics"]] for report in reports]
    assert codes == [[], [], [], ["unknown-layer"], [], ["unknown-layer"]]


def test_every_file_is_watched(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = "kinds: {{K: {{weights: {{w: [{}]}}, output: =input}}}}\n"
    write(kinds.format(5), Path("kinds.yaml"))
    write("input: [8]\nlayers: [K]\n", Path("second.yaml"))
    edits = {
        "kinds.yaml": [saved(kinds.format(6))],
        "net.yaml": [saved(SPEC.replace("3", "4"))],
        "second.yaml": [saved("input: [8]\nlayers: [K, K]\n")],
    }
    arguments = ("net.yaml", "second.yaml", "--kinds", "kinds.yaml", "--format", "jsonl")
    ran = watch(*arguments, edits=edits, monkeypatch=monkeypatch)
    totals = [json.loads(line)["totals"]["params"] for line in ran.stdout.splitlines()]
    assert totals == [27, 5, 27, 6, 36, 6, 36, 12]


def test_a_file_that_takes_all_memory(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parse = formats.parse

    def starved(data: bytes, *arguments: object) -> object:
        if b"9" in data:
            raise MemoryError
        return parse(data, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(formats, "parse", starved)
    edits = [saved(SPEC.replace("3", "9")), saved(SPEC.replace("3", "4"))]
    ran = watch("net.yaml", edits={"net.yaml": edits}, monkeypatch=monkeypatch)
    assert re.findall("Total params: [0-9]+", ran.stdout) == [
        "Total params: 27",
        "Total params: 36",
    ]
    assert ran.stderr == "convcalc: out of memory\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-"], "standard input is read only once"),
        (["net.yaml", "--kinds", "-"], "standard input is read only once"),
        (["HEAD:net.yaml"], "'HEAD:net.yaml' is of a git revision, which does not change"),
    ],
)
def test_what_can_not_change(arguments: list[str], message: str) -> None:
    ran = CliRunner().invoke(app(), ["summary", "--watch", *arguments])
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr.endswith(f"Error: Invalid value for --watch: {message}\n")


# On a terminal.


class Terminal:
    """A watch on a terminal of its own, and all that was drawn since it was last asked for."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self._main, side = pty.openpty()
        self.resize(80)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "convcalc", "summary", "--watch", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=side,
            stderr=side,
            env=os.environ | {"TERM": "xterm-256color", "NO_COLOR": "1"} | environment,
        )
        os.close(side)

    def resize(self, columns: int) -> None:
        fcntl.ioctl(self._main, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def drawn(self) -> str:
        """The next drawing, to the end of the line that says what is watched."""
        text = b""
        until = time.monotonic() + 60
        while not re.search(rb"\[[0-9:]{8}\] w.*\r\n$", text):
            assert select.select([self._main], [], [], max(until - time.monotonic(), 0))[0], text
            text += os.read(self._main, 65536)
        return text.decode().replace("\r\n", "\n")

    def end(self) -> tuple[int, str]:
        """Interrupt it: its status, and what it still says."""
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(60)
        rest = b""
        try:
            while data := os.read(self._main, 65536):
                rest += data
        except OSError:  # how Linux says that the other end is closed
            pass
        os.close(self._main)
        return status, rest.decode()


def line_of(text: str) -> str:
    """The last line, without its time."""
    return re.sub(r"^\[\d\d:\d\d:\d\d\] ", "", text.splitlines()[-1])


def test_a_terminal(model: Path) -> None:
    terminal = Terminal("net.yaml")
    try:
        text = terminal.drawn()
        assert text.startswith(f'{CLEAR}Model: "net"\n┏')
        assert line_of(text) == "watching net.yaml"

        write(SPEC.replace("3", "0"), model)
        text = terminal.drawn()
        assert text.startswith(f'{CLEAR}Model: "net"\n┏')
        assert text.index("✗ wrong-value") < text.index("net.yaml:2:18: error: units must be")
        assert line_of(text) == "watching net.yaml"

        model.unlink()
        text = terminal.drawn()
        assert text.startswith(
            f"{CLEAR}convcalc: can't read net.yaml: No such file or directory\n["
        )
        assert line_of(text) == "waiting for net.yaml"

        write("input: [8]\nlayers: [{Dense: 3, name: " + "long_" * 20 + "}]\n", model)
        narrow = terminal.drawn()
        terminal.resize(200)
        wide = terminal.drawn()
        assert max(map(len, narrow.splitlines())) == 80
        assert "long_" * 20 not in narrow
        assert "long_" * 20 in wide
    finally:
        ended = terminal.end()
    assert ended == (-signal.SIGINT, "")


def test_a_terminal_that_only_prints(model: Path) -> None:
    terminal = Terminal("net.yaml", "b.yaml", "c.yaml", TERM="dumb", FORCE_COLOR="1", NO_COLOR="")
    try:
        text = terminal.drawn()
    finally:
        terminal.end()
    assert CLEAR not in text
    assert "\x1b[2mwatching" not in text
    assert re.search(r"\x1b\[2m\[.*\] watching net\.yaml; waiting for b\.yaml, c\.yaml\x1b", text)


def test_many_files_are_counted(model: Path) -> None:
    terminal = Terminal(*["net.yaml", "net.yaml", "b.yaml", "c.yaml", "d.yaml", "e.yaml"])
    try:
        text = terminal.drawn()
    finally:
        terminal.end()
    assert line_of(text) == "watching net.yaml; waiting for 4 files"


def test_a_pipe_is_given_each_summary_at_once(model: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "convcalc", "summary", "--watch", "net.yaml", "--format", "jsonl"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            assert process.stdout
            assert json.loads(process.stdout.readline())["totals"]["params"] == 27
            write(SPEC.replace("3", "5"), model)
            assert json.loads(process.stdout.readline())["totals"]["params"] == 45
        finally:
            process.terminate()
