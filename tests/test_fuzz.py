"""The fuzzer itself: its cases can be had again, and what it looks for is found."""

import sys
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="the fuzzer needs POSIX")

from fuzz.__main__ import judge
from fuzz.grammar import Case, make

CASE = Case({"m.yaml": b"input: [8]\nlayers: [{Dense: 4}]\n"}, ["summary", "m.yaml"])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    # The process that runs the tests may hold Keras.
    monkeypatch.setattr("fuzz.__main__.BYTES", 2**50)


def kinds(case: Case) -> list[str]:
    return [failure.kind for failure in judge(case, 0)]


def test_a_case_is_always_the_same() -> None:
    assert make("s", 7) == make("s", 7)
    assert make("s", 7) != make("s", 8)


def test_named_inputs_numbers_of_outputs_and_operations_are_in_the_grammar() -> None:
    text = "".join(str(make("s", index).files) for index in range(300))
    for part in ('"from": {', '"branches": []', ':1"', '"ops.', '"share"', "expect: {", "kinds: {"):
        assert part in text


def test_nothing_is_wrong_with_a_good_run() -> None:
    assert kinds(CASE) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("raise ValueError", "ValueError in <string>:1"),
        ("import sys; sys.exit(3)", "status 3"),
        ("print('\\x1b[2J')", "raw '\\x1b' in stdout of summary"),
        ("import sys; print('convcalc: out of memory', file=sys.stderr)", "summary out of memory"),
    ],
)
def test_faults_are_found(code: str, found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convcalc.cli.main", lambda: exec(code, {}))
    assert kinds(CASE) == [found]


def test_what_is_no_json_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convcalc.cli.main", lambda: sys.stdout.write("{"))
    case = CASE._replace(arguments=["summary", "m.yaml", "--format", "json"])
    assert kinds(case) == ["json of summary can't be read"]


def test_a_run_that_takes_too_much_memory_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fuzz.__main__.BYTES", 1)
    assert kinds(CASE) == ["summary takes too much memory"]


def test_a_run_that_takes_too_long_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fuzz.__main__.SECONDS", 0.0)
    assert kinds(CASE) == ["summary takes too long"]
