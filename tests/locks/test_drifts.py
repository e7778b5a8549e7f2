"""What has drifted from a lock: each sort of it, to the letter."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import documents
from convcalc.checks.finding import Finding, Place
from convcalc.diagnostics import Span
from convcalc.locks import reading
from convcalc.locks.drifts import CODES, find_drifts
from convcalc.locks.lock import Lock, lock
from convcalc.locks.text import write
from convcalc.report import Report
from locks.networks import FILES, REPORTS, report_of
from models import report

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

DENSE = "input: [8]\nlayers: [{Dense: 2}]\n"
TWO = "input: [8]\nlayers: [{Dense: 2}, ReLU]\n"
WIDE = "input: [8]\nlayers: [{Dense: 3}]\n"
NO_BIAS = "input: [8]\nlayers: [{Dense: {units: 2, use_bias: false}}]\n"
NORMAL = "input: [8]\nlayers: [{BatchNormalization: , name: x}]\n"
FROZEN = "input: [8]\nlayers: [{Dense: 2, trainable: false}]\n"
HALF = "input: [8]\nlayers: [{Dense: {units: 2, dtype: float16}}]\n"
NAMED = "inputs: {x: [8]}\nlayers: [{Dense: 2}]\n"
ALL = "inputs: {x: {shape: [8], dtype: int32}}\nlayers: [{Dense: 2}]\n"
LONGER = "inputs: {x: [4, 8]}\nlayers: [{Dense: 2}]\n"
APART = "input: [8]\nlayers: [{Dense: 8, name: a}, {Dense: 8, name: b}]\n"
SHARED = "input: [8]\nlayers: [{Dense: 8, name: a}, {share: a, name: b}]\n"
STATE = "input: [4, 8]\nlayers: [{GRU: {units: 2, return_state: true}}]\n"
NO_STATE = "input: [4, 8]\nlayers: [{GRU: {units: 2}}]\noutputs: gru\n"


def file_of(locked: Lock) -> reading.LockFile:
    return reading.read(write(locked).encode(), "model.lock.yaml")


def drifts(locked: str, now: str) -> tuple[Finding, ...]:
    """What has drifted where one model was locked, and another is there now."""
    return find_drifts(file_of(lock(report(locked))), report(now))


def lines(locked: str, now: str) -> list[str]:
    found = drifts(locked, now)
    assert all(drift.place.span for drift in found)
    return [f"{drift.rule} {drift.message}" for drift in found]


TOTAL = "lock-total"
CASES: dict[str, tuple[str, str, list[str]]] = {
    "nothing": (DENSE, DENSE, []),
    "a new layer": (
        DENSE,
        TWO,
        [
            "lock-outputs the outputs are re_lu, locked as dense",
            "lock-layer-added re_lu (ReLU) is not in the lock",
        ],
    ),
    "a layer that is gone": (
        TWO,
        DENSE,
        [
            "lock-outputs the outputs are dense, locked as re_lu",
            "lock-layer-removed re_lu (ReLU) is locked, but not in the model",
        ],
    ),
    "another size": (
        DENSE,
        WIDE,
        [
            "lock-output dense gives (None, 3), locked as (None, 2)",
            "lock-weight kernel of dense is 8×3, locked as 8×2",
            "lock-weight bias of dense is 3, locked as 2",
            "lock-total params are 27, locked as 18 (+9)",
            "lock-total trainable_params are 27, locked as 18 (+9)",
        ],
    ),
    "a weight that is gone": (
        DENSE,
        NO_BIAS,
        [
            "lock-weight bias of dense is locked, but not in the model",
            "lock-total params are 16, locked as 18 (-2)",
            "lock-total trainable_params are 16, locked as 18 (-2)",
        ],
    ),
    "a new weight": (
        NO_BIAS,
        DENSE,
        [
            "lock-weight bias of dense is not in the lock",
            "lock-total params are 18, locked as 16 (+2)",
            "lock-total trainable_params are 18, locked as 16 (+2)",
        ],
    ),
    "another kind": (
        NORMAL.replace("BatchNormalization", "ReLU"),
        NORMAL.replace("BatchNormalization", "ELU"),
        ["lock-kind x is of the kind ELU, locked as ReLU"],
    ),
    "not trained": (
        DENSE,
        FROZEN,
        [
            "lock-weight kernel of dense is not trained, locked as trained",
            "lock-weight bias of dense is not trained, locked as trained",
            "lock-total trainable_params are 0, locked as 18 (-18)",
            "lock-total non_trainable_params are 18, locked as 0 (+18)",
        ],
    ),
    "another data type": (
        DENSE,
        HALF,
        [
            "lock-weight kernel of dense is float16, locked as float32",
            "lock-weight bias of dense is float16, locked as float32",
        ],
    ),
    "an input of another name": (
        DENSE,
        NAMED,
        [
            "lock-input input x is not in the lock",
            "lock-input input input is locked, but not in the model",
        ],
    ),
    "an input of another data type": (
        NAMED,
        ALL,
        ["lock-input input x is (None, 8) int32, locked as (None, 8) float32"],
    ),
    "an input of another shape": (
        NAMED,
        LONGER,
        [
            "lock-input input x is (None, 4, 8), locked as (None, 8)",
            "lock-output dense gives (None, 4, 2), locked as (None, 2)",
        ],
    ),
    "shared": (
        APART,
        SHARED,
        [
            "lock-shares b shares the weights of a, locked as sharing no weights",
            "lock-weight kernel of b is locked, but not in the model",
            "lock-weight bias of b is locked, but not in the model",
            "lock-total params are 72, locked as 144 (-72)",
            "lock-total trainable_params are 72, locked as 144 (-72)",
        ],
    ),
    "another number of outputs": (
        STATE,
        NO_STATE,
        ["lock-output gru gives (None, 2), locked as (None, 2) and (None, 2)"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_drifted(case: str) -> None:
    locked, now, expected = CASES[case]
    assert lines(locked, now) == expected


def test_every_sort_has_a_case() -> None:
    told = {line.split(" ")[0] for _, _, expected in CASES.values() for line in expected}
    assert told == set(CODES) - {"lock-missing", "lock-orphan", "lock-model"}


def test_every_sort_is_described() -> None:
    page = documents.read(documents.ROOT / "docs" / "lock.md")
    assert dict(re.findall(r"^\| `(lock-[a-z-]+)` \| (.*) \|$", page, re.MULTILINE)) == CODES


def test_all_of_a_drift() -> None:
    drift = drifts(DENSE, WIDE)[1]
    assert drift == Finding(
        rule="lock-weight",
        model="model.yaml",
        message="kernel of dense is 8×3, locked as 8×2",
        layer="dense",
        key="kernel",
        expected={"shape": (8, 2), "dtype": "float32", "trainable": True},
        found={"shape": (8, 3), "dtype": "float32", "trainable": True},
        difference=8,
        place=Place("model.lock.yaml", Span(8, 61, 8, 67)),
        layer_place=Place("model.yaml", Span(2, 11, 2, 16)),
    )
    assert write(lock(report(DENSE))).splitlines()[7][60:66] == "[8, 2]"


def test_a_drift_is_known_again_where_lines_and_sizes_change() -> None:
    one = drifts(DENSE, WIDE)[1]
    (other,) = (
        drift
        for drift in drifts(TWO, f"# more\n{TWO}".replace("Dense: 2", "Dense: 4"))
        if (drift.layer, drift.key) == ("dense", "kernel")
    )
    assert one.message == "kernel of dense is 8×3, locked as 8×2"
    assert other.message == "kernel of dense is 8×4, locked as 8×2"
    assert other.layer_place != one.layer_place
    assert identity(other) == identity(one)
    assert len({identity(drift) for drift in drifts(DENSE, WIDE)}) == 5


def identity(drift: Finding) -> tuple[str | None, str, str]:
    """What a fingerprint is made of."""
    return drift.layer, drift.rule, drift.key


def test_the_lock_of_another_model() -> None:
    locked = msgspec.structs.replace(lock(report(DENSE)), model="old.yaml")
    (drift,) = find_drifts(file_of(locked), report(DENSE))
    assert (drift.rule, drift.message) == (
        "lock-model",
        "the lock is that of old.yaml, not of model.yaml",
    )


def test_what_is_not_known() -> None:
    known = report(DENSE)
    layer = known.layers[1]
    unknown = msgspec.structs.replace(layer, output_shapes=None, weights=None, params=None)
    now = msgspec.structs.replace(known, layers=(known.layers[0], unknown))
    found = find_drifts(file_of(lock(known)), now)
    assert [drift.message for drift in found] == [
        "dense gives an unknown shape, locked as (None, 2)",
        "the weights of dense are unknown, locked as known",
        "params are unknown, locked as 18",
        "trainable_params are unknown, locked as 18",
        "non_trainable_params are unknown, locked as 0",
    ]
    assert not find_drifts(file_of(lock(now)), now)


def test_sizes_that_nothing_has_are_not_counted() -> None:
    text = write(lock(report(DENSE))).replace("kernel: [8, 2]", f"kernel: {[2**63 - 1] * 3000}")
    (drift,) = find_drifts(reading.read(text.encode(), "m.lock.yaml"), report(DENSE))
    assert (drift.rule, drift.difference) == ("lock-weight", None)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_has_not_drifted_from_its_own_lock(path: Path) -> None:
    assert find_drifts(file_of(lock(report_of(path))), report_of(path)) == ()


@given(REPORTS)
@UNHURRIED
def test_a_report_has_not_drifted_from_its_own_lock(any_report: Report) -> None:
    assert find_drifts(file_of(lock(any_report)), any_report) == ()


@given(REPORTS, REPORTS)
@UNHURRIED
def test_a_report_has_drifted_from_any_other(one: Report, other: Report) -> None:
    found = find_drifts(file_of(lock(one)), other)
    assert bool(found) == (lock(one) != lock(other))
    assert all(drift.place.span and drift.rule in CODES for drift in found)
    assert len({identity(drift) for drift in found}) == len(found)


def numbers(value: Any, keys: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where the numbers of a lock are, as plain data."""
    if type(value) is int:
        return [keys]
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        return [found for key, each in items for found in numbers(each, (*keys, key))]
    return []


@given(st.sampled_from(FILES), st.data())
@UNHURRIED
def test_one_other_number_is_one_drift(path: Path, data: st.DataObject) -> None:
    plain = msgspec.to_builtins(lock(report_of(path)))
    *keys, last = data.draw(st.sampled_from(numbers(plain)))
    changed = plain
    for key in keys:
        changed = changed[key]
    changed[last] += 1
    (drift,) = find_drifts(file_of(msgspec.convert(plain, Lock)), report_of(path))
    if keys[0] == "layers":
        assert drift.layer == keys[1]
        assert drift.key == (keys[3] if keys[2] == "weights" else "")
        assert drift.rule == ("lock-weight" if keys[2] == "weights" else "lock-output")
    elif keys[0] == "inputs":
        assert (drift.rule, drift.layer) == ("lock-input", keys[1])
    else:
        assert (drift.rule, drift.key) == ("lock-total", last)


FAULTY = """
input: [8, 8, 3]
layers:
  - Conv2D: {filters: 4, kernel_size: 3, name: a}
  - Conv2D: {filters: 4, kernel_size: 3, name: b}
  - Flatten
  - Dense: {units: 4, name: c}
  - Dense: {units: 5, name: d}
"""


def test_of_a_network_with_errors_what_is_known() -> None:
    now = FAULTY.replace("size: 3, name: a", "size: 5, name: a").replace("units: 4", "unit: 4")
    assert lines(FAULTY, now) == [
        "lock-output a gives (None, 4, 4, 4), locked as (None, 6, 6, 4)",
        "lock-weight kernel of a is 5×5×3×4, locked as 3×3×3×4",
        "lock-output b gives (None, 2, 2, 4), locked as (None, 4, 4, 4)",
        "lock-output flatten gives (None, 16), locked as (None, 64)",
    ]
    # What is at fault itself is told as that.
    assert not lines(FAULTY, FAULTY.replace("Dense: {units: 4", "Conv2D: {filters: 4"))
    # With other layers they may be called otherwise.
    assert not lines(FAULTY, now.replace("  - Flatten\n", ""))
    assert not lines(FAULTY, "input: [8]\nlayers: 5\n")
