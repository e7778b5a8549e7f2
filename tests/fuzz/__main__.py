"""Runs random cases through the command line, and reports what no input may cause.

`PYTHONPATH=tests python -m fuzz --seconds 60` runs cases of a new seed, which it prints, and exits
with 1 after a failure. `--seed SEED --only INDEX` runs one case again. POSIX only.
"""

import argparse
import contextlib
import io
import json
import multiprocessing
import os
import re
import resource
import secrets
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from convcalc import cli
from fuzz.grammar import Case, make

SECONDS = 5.0
"""How long a run may take, in time of the processor, which does not depend on what else runs."""
HANGS = 60
"""After how many seconds of the clock a run hangs."""
BYTES = 2**30
"""How much memory a process may take."""
CHUNK = 200
"""How many cases one process runs."""

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class Failure(NamedTuple):
    """What went wrong in a case; equal `kind`s are probably one fault."""

    case: int
    kind: str
    detail: str = ""


class _HangsError(BaseException):
    """Raised in a run that takes too long; nothing catches it on the way."""


class Ran(NamedTuple):
    """What a command printed, and its status; or the exception that it let through."""

    status: object
    stdout: str
    stderr: str
    error: BaseException | None


def run(arguments: list[str]) -> Ran:
    """Run the command line in this process."""
    stdout, stderr = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    before, sys.argv = sys.argv, ["convcalc", *arguments]
    pipe = signal.getsignal(signal.SIGPIPE)
    status: object = 0
    error: BaseException | None = None
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        try:
            cli.main()
        except SystemExit as exit_:
            status = exit_.code or 0
        except BaseException as caught:  # noqa: BLE001 (whatever it is, it is what is looked for)
            error = caught
    sys.argv = before
    signal.signal(signal.SIGPIPE, pipe)
    return Ran(status, _text(stdout), _text(stderr), error)


def _text(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def judge(case: Case, index: int) -> Iterator[Failure]:
    """Run a case in the current folder; all that is wrong with it."""
    for name, data in case.files.items():
        Path(name).write_bytes(data)
    start = time.process_time()
    signal.alarm(HANGS)
    try:
        ran = run(case.arguments)
    finally:
        signal.alarm(0)
    taken = time.process_time() - start
    if ran.error is not None:
        places = traceback.extract_tb(ran.error.__traceback__)
        place = next((p for p in reversed(places) if "convcalc" in p.filename), places[-1])
        kind = f"{type(ran.error).__name__} in {Path(place.filename).name}:{place.lineno}"
        yield Failure(index, kind, "".join(traceback.format_exception(ran.error)))
    elif ran.status not in {0, 1, 2}:
        yield Failure(index, f"status {ran.status!r}")
    if "convcalc: out of memory" in ran.stderr:
        yield Failure(index, f"{case.arguments[0]} out of memory")
    if taken > SECONDS:
        yield Failure(index, f"{case.arguments[0]} takes too long", f"{taken:.1f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (
        1 if sys.platform == "darwin" else 1024
    )
    if peak > BYTES:
        yield Failure(index, f"{case.arguments[0]} takes too much memory", f"{peak:,} bytes")
    yield from _judge_output(case, index, ran)


def _judge_output(case: Case, index: int, ran: Ran) -> Iterator[Failure]:
    for stream, text in (("stdout", ran.stdout), ("stderr", ran.stderr)):
        raw = _CONTROL.search(text.replace("\r\n", "\n"))
        if raw:
            kind = f"raw {raw[0]!r} in {stream} of {case.arguments[0]}"
            yield Failure(index, kind, text[max(0, raw.start() - 80) : raw.end() + 20])
    given = dict(zip(case.arguments, case.arguments[1:], strict=False))
    format_ = given.get("--format", "")
    if not ran.stdout or ran.error or ran.status == 2:
        return
    try:
        if format_ in {"json", "sarif", "gitlab"}:
            json.loads(ran.stdout)
        elif format_ == "jsonl":
            for line in ran.stdout.splitlines():
                json.loads(line)
        elif format_ == "junit":
            ET.fromstring(ran.stdout)
    except (ValueError, ET.ParseError) as error:
        yield Failure(index, f"{format_} of {case.arguments[0]} can't be read", f"{error}")


def _work(seed: str, indices: range, results: Connection) -> None:
    """Run cases in a process of their own, each in an empty folder."""
    signal.signal(signal.SIGALRM, _hang)
    # Far more than is allowed, so that the machine survives what takes all.
    resource.setrlimit(resource.RLIMIT_AS, (3 * BYTES, 3 * BYTES))
    for index in indices:
        results.send(index)
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            for failure in judge(make(seed, index), index):
                results.send(failure)
            os.chdir("/")
    results.send(None)


def _hang(number: int, frame: object) -> None:
    raise _HangsError


class _Fuzzing:
    """Cases of one seed, run in several processes."""

    def __init__(self, seed: str, jobs: int, seconds: float, count: int) -> None:
        self.seed, self.jobs, self.count = seed, jobs, count
        self.end = time.monotonic() + seconds
        self.next = 0
        self.done = 0
        self.failures: dict[str, list[Failure]] = {}
        self.running: dict[Connection, BaseProcess] = {}
        self.at: dict[Connection, int] = {}

    def run(self) -> None:
        while True:
            while len(self.running) < self.jobs and self.next < self.count and self.has_time():
                self.start()
            if not self.running:
                return
            for connection in wait(list(self.running)):
                assert isinstance(connection, Connection)
                self.receive(connection)

    def has_time(self) -> bool:
        return time.monotonic() < self.end

    def start(self, first: int | None = None, end: int | None = None) -> None:
        first = self.next if first is None else first
        end = min(first + CHUNK, self.count) if end is None else end
        self.next = max(self.next, end)
        here, there = multiprocessing.Pipe(duplex=False)
        work = multiprocessing.get_context("fork").Process(
            target=_work, args=(self.seed, range(first, end), there)
        )
        work.start()
        there.close()
        self.running[here] = work

    def receive(self, connection: Connection) -> None:
        try:
            message = connection.recv()
        except EOFError:
            work = self.running.pop(connection)
            work.join()
            self.report(Failure(self.at[connection], f"process ends with {work.exitcode}"))
            return
        if isinstance(message, Failure):
            self.report(message)
        elif message is None or not self.has_time():
            work = self.running.pop(connection)
            work.terminate() if message is not None else None
            work.join()
        else:
            self.at[connection] = message
            self.done += 1

    def report(self, failure: Failure) -> None:
        alike = self.failures.setdefault(failure.kind, [])
        alike.append(failure)
        if len(alike) == 1:
            show(self.seed, failure)


def show(seed: str, failure: Failure) -> None:
    """Print a failure, its input, and how to have it again."""
    case = make(seed, failure.case)
    print(f"\n{failure.kind}\n{ascii_lines(failure.detail)}")
    print(f"again: PYTHONPATH=tests python -m fuzz --seed {seed} --only {failure.case}")
    print(f"convcalc {' '.join(map(ascii, case.arguments))}")
    for name, data in case.files.items():
        print(f"--- {name!a}\n{ascii_lines(data[:3000].decode(errors='replace'))}", flush=True)


def ascii_lines(text: str) -> str:
    """A text that steers no terminal."""
    return "\n".join(line.encode("unicode_escape").decode() for line in text.split("\n"))


def _main() -> int:
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("--seed", default=secrets.token_hex(4))
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--count", type=int, default=sys.maxsize)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--only", type=int, metavar="INDEX", help="run one case, and keep its files"
    )
    options = parser.parse_args()
    print(f"seed: {options.seed}", flush=True)
    if options.only is not None:
        os.chdir(tempfile.mkdtemp(prefix="fuzz-"))
        print(f"folder: {Path.cwd()}")
        signal.signal(signal.SIGALRM, _hang)
        failures = list(judge(make(options.seed, options.only), options.only))
        for failure in failures:
            show(options.seed, failure)
        return bool(failures)
    fuzzing = _Fuzzing(options.seed, options.jobs, options.seconds, options.count)
    fuzzing.run()
    print(f"\n{fuzzing.done:,} cases, {len(fuzzing.failures)} kinds of failure")
    for kind, alike in fuzzing.failures.items():
        print(f"{len(alike):6,} × {kind}, such as --only {alike[0].case}")
    return bool(fuzzing.failures)


if __name__ == "__main__":
    sys.exit(_main())
