"""Lock files that are not as they are written: what is wrong is said, at its place."""

import contextlib
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convcalc.diagnostics import LINE_BREAK, Diagnostic, SpecError
from convcalc.differences import compare
from convcalc.locks import reading, reports
from convcalc.locks.drifts import find_drifts
from convcalc.locks.lock import lock
from convcalc.locks.text import write
from convcalc.render.difference import render
from convcalc.render.layout import Layout
from locks.networks import FILES, report_of
from models import Fault, in_short, report

LOCK = """\
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
ANEW = "`convcalc lock` writes it anew"


def diagnostics(data: bytes) -> tuple[Diagnostic, ...]:
    try:
        reading.read(data, "net.lock.yaml")
    except SpecError as error:
        return error.diagnostics
    return ()


def faults(text: str) -> list[Fault]:
    return list(map(in_short, diagnostics(text.encode())))


def test_nothing_is_wrong() -> None:
    assert faults(LOCK) == []
    assert faults(f"# a comment\n{LOCK}") == []


WRONG: dict[str, tuple[str, str, list[tuple[str, str, str]]]] = {
    "another schema": (
        "lock/1",
        "lock/2",
        [
            (
                "not-a-lock",
                "1:9-24",
                "'convcalc.lock/2' is not convcalc.lock/1, the schema of a lock",
            )
        ],
    ),
    "no schema": (
        "schema: convcalc.lock/1\n",
        "",
        [("not-a-lock", "1:1-11:1", "a lock begins with `schema: convcalc.lock/1`")],
    ),
    "a key that is not there": (
        "outputs: [dense]\n",
        "",
        [("not-a-lock", "1:9-24", "there is no `outputs` in this lock")],
    ),
    "a key of another file": (
        "model: net.yaml",
        "model: net.yaml\nvars: {}",
        [("unknown-key", "3:1-5", "there is no key 'vars' in a lock")],
    ),
    "marks of a merge": (
        "  dense:",
        "<<<<<<< HEAD\n  dense:",
        [("syntax", "8:8-9", "could not find expected ':' while scanning a simple key")],
    ),
    "a layer twice": (
        "totals:",
        "  dense: {kind: ReLU, output: []}\ntotals:",
        [("duplicate-key", "8:3-8", "key 'dense' is given twice")],
    ),
    "a layer that is a shape": (
        "{kind: Dense, output: [null, 2], weights: {kernel: [8, 2], bias: [2]}}",
        "[8]",
        [
            (
                "wrong-type",
                "7:10-13",
                "a layer is locked as a mapping, such as {kind: ReLU, output: [null, 8]}",
            )
        ],
    ),
    "layers in a list": (
        "  dense: {",
        "  - {",
        [("wrong-type", "7:3-8:1", "layers must be a mapping")],
    ),
    "no kind": (
        "kind: Dense, ",
        "",
        [("not-a-lock", "7:3-8", "there is no kind of 'dense' in this lock")],
    ),
    "a kind that is a number": (
        "kind: Dense",
        "kind: 3",
        [("wrong-type", "7:17-18", "kind must be text")],
    ),
    "no output": (
        "output: [null, 2], ",
        "",
        [("not-a-lock", "7:3-8", "a locked layer has either `output` or `outputs`")],
    ),
    "a size that is text": (
        "[8, 2]",
        "[8, two]",
        [("wrong-type", "7:61-69", "this must be a shape, a list of sizes")],
    ),
    "a size below zero": (
        "[8, 2]",
        "[8, -2]",
        [("wrong-type", "7:61-68", "this must be a shape, a list of sizes")],
    ),
    "a size that nothing has": (
        "[8, 2]",
        f"[8, {2**63}]",
        [("wrong-type", "7:61-85", "this must be a shape, a list of sizes")],
    ),
    "a size that is true": (
        "[8, 2]",
        "[8, true]",
        [("wrong-type", "7:61-70", "this must be a shape, a list of sizes")],
    ),
    "an unknown size of a weight": (
        "[8, 2]",
        "[8, null]",
        [("wrong-type", "7:61-70", "a weight has no size that is unknown")],
    ),
    "a weight without a shape": (
        "[8, 2]",
        "{dtype: int8}",
        [("not-a-lock", "7:61-74", "there is no `shape` here")],
    ),
    "another key of a weight": (
        "[8, 2]",
        "{shape: [8, 2], count: 16}",
        [("unknown-key", "7:77-82", "there is no key 'count' in a shape with its data type")],
    ),
    "a weight twice": (
        "bias: [2]}",
        "bias: [2]}, non_trainable: {bias: [2]}",
        [("duplicate-key", "7:97-101", "weight 'bias' is given twice")],
    ),
    "outputs that are no list": (
        "[dense]",
        "dense",
        [("wrong-type", "5:10-15", "this must be a list")],
    ),
    "a total that is text": (
        "params: 18\n",
        "params: many\n",
        [("wrong-type", "9:11-15", "params must be a whole number")],
    ),
    "another total": (
        "non_trainable_params: 0",
        "macs: 0",
        [
            ("not-a-lock", "9:3-12:1", "there is no total `non_trainable_params`"),
            ("unknown-key", "11:9-10", "there is no total 'macs'"),
        ],
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong(case: str) -> None:
    old, new, expected = WRONG[case]
    assert old in LOCK
    found = faults(LOCK.replace(old, new, 1))
    assert [fault[:3] for fault in found] == expected
    assert all(fault.help for fault in found if fault.code == "not-a-lock")


@pytest.mark.parametrize("text", ["", "# nothing\n", "3", "[]", "null", "schema: 3", "schema:"])
def test_what_is_no_lock_at_all(text: str) -> None:
    (fault,) = faults(text)
    assert (fault.code, fault.help) == ("not-a-lock", ANEW)


def test_locks_are_told_by_what_they_hold() -> None:
    assert reading.recognizes(LOCK.encode())
    assert reading.recognizes(b"# x\r\n\r\nschema: 'convcalc.lock/7'\r\n<<<<<<< HEAD\n")
    assert not reading.recognizes(b"# schema: convcalc.lock/1\ninput: [8]\n")
    assert not reading.recognizes(b"schema: convcalc.summary/1\n")


def test_faults_of_the_bytes() -> None:
    with pytest.raises(SpecError) as caught:
        reading.read(b"schema: convcalc.lock/1\nmodel: \xff\n", "net.lock.yaml")
    assert str(caught.value) == "net.lock.yaml:2:8: byte 0xff is not UTF-8"


def check(data: bytes) -> None:
    """Read a file, and compare it in each way; all that may be raised is the project's own."""
    now = report("input: [8]\nlayers: [{Dense: 2}]\n")
    found = diagnostics(data)
    lines = re.split(LINE_BREAK, data.decode("utf-8-sig", errors="replace"))
    assert all(each.span and 1 <= each.span.line <= len(lines) for each in found)
    if found:
        return
    file = reading.read(data, "net.lock.yaml")
    assert all(drift.place.span for drift in find_drifts(file, now))
    assert reading.read(write(file.lock).encode(), "again").lock == file.lock
    with contextlib.suppress(SpecError):  # an output that is no layer
        difference = compare(reports.read(data, "net.lock.yaml"), now)
        assert all(render(format_, difference, Layout()) for format_ in ("markdown", "json"))
        assert bool(render("text", difference, Layout())) is not difference.is_empty


@pytest.mark.parametrize(
    "text",
    [
        LOCK.replace("[8, 2]", "[" * 50_000),
        LOCK.replace("[8, 2]", f"[{'9' * 5000}]"),
        LOCK.replace("params: 18", f"params: {'9' * 900}"),
        LOCK.replace("[8, 2]", "!!python/object:os.system x"),
        LOCK.replace("[8, 2]", "&a [*a]"),
        LOCK.replace("dense: {", "<<: {"),
        LOCK.replace("dense: {", "? [a]\n  : {"),
        LOCK.replace("kernel:", '"\\0\\e[31m":'),
        LOCK.replace("net.yaml", '"../../\\0"'),
        LOCK + "---\n" + LOCK,
        "schema: convcalc.lock/1\nlayers: &a {x: {weights: &b {k: [1]}, outputs: [], kind: K}}\n",
    ],
)  # fmt: skip
def test_hostile_files(text: str) -> None:
    check(text.encode())


@given(st.binary())
def test_bytes(data: bytes) -> None:
    check(data)
    check(b"schema: convcalc.lock/1\n" + data)


LOCKS = [write(lock(report_of(path))) for path in FILES if path.stat().st_size < 5000][:6]
TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


@pytest.mark.slow
@given(st.sampled_from([LOCK, *LOCKS]), st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_near_misses(text: str, data: st.DataObject) -> None:
    for split, join in ((str.splitlines, "\n"), (TOKEN.findall, "")):
        parts = split(text)
        for _ in range(data.draw(st.integers(0, 3))):
            i, j = (data.draw(st.integers(0, len(parts) - 1)) for _ in range(2))
            change = data.draw(st.sampled_from(["delete", "double", "replace", "swap"]))
            if change == "delete" and len(parts) > 1:
                del parts[i]
            elif change == "double":
                parts.insert(j, parts[i])
            elif change == "replace":
                parts[i] = parts[j]
            else:
                parts[i], parts[j] = parts[j], parts[i]
        text = join.join(parts)
    check(text.encode())
