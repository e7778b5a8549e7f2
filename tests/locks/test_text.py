"""Locks as text: to the letter, and read again."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from convcalc.locks import reading
from convcalc.locks.lock import by_number, lock, named_layers
from convcalc.locks.text import HEADER, write
from convcalc.report import Report
from locks.networks import FILES, REPORTS, SPECS, report_of
from models import report

FOSTER = """\
# Written by `convcalc lock`, which writes it anew when the model is meant to change.
schema: convcalc.lock/1
model: foster_cifar.yaml
inputs:
  input: [null, 32, 32, 3]
outputs: [dense]
layers:
  conv2d: {kind: Conv2D, output: [null, 16, 16, 10], weights: {kernel: [4, 4, 3, 10], bias: [10]}}
  conv_2: {kind: Conv2D, output: [null, 8, 8, 20], weights: {kernel: [3, 3, 10, 20], bias: [20]}}
  dense: {kind: Dense, output: [null, 10], weights: {kernel: [1280, 10], bias: [10]}}
  flatten: {kind: Flatten, output: [null, 1280]}
totals:
  params: 15120
  trainable_params: 15120
  non_trainable_params: 0
"""


def test_all_of_a_lock() -> None:
    assert write(lock(report_of(SPECS / "foster_cifar.yaml"))) == FOSTER


def layers(text: str) -> list[str]:
    """The lines of the layers in the lock of a spec."""
    lines = write(lock(report(text))).splitlines()
    return [line.strip() for line in lines[lines.index("layers:") + 1 : lines.index("totals:")]]


def test_weights_that_are_not_trained() -> None:
    assert layers("input: [8]\nlayers: [BatchNormalization]\n") == [
        (
            "batch_normalization: {kind: BatchNormalization, output: [null, 8], "
            "weights: {gamma: [8], beta: [8]}, "
            "non_trainable: {moving_mean: [8], moving_variance: [8]}}"
        )
    ]
    assert layers("input: [8]\nlayers: [{Dense: 2, trainable: false}]\n") == [
        "dense: {kind: Dense, output: [null, 2], non_trainable: {kernel: [8, 2], bias: [2]}}"
    ]


def test_other_data_types() -> None:
    assert layers("input: [8]\nlayers: [{Dense: {units: 2, dtype: float16}}]\n") == [
        (
            "dense: {kind: Dense, output: [null, 2], dtype: float16, "
            "weights: {kernel: [8, 2], bias: [2]}}"
        )
    ]
    assert layers("input: [8]\nlayers: [{Dense: {units: 2, dtype: int8_from_float32}}]\n") == [
        (
            "dense: {kind: Dense, output: [null, 2], "
            "weights: {bias: [2]}, non_trainable: {kernel: {shape: [8, 2], dtype: int8}, "
            "kernel_scale: [2]}}"
        )
    ]
    text = "inputs: {x: {shape: [8], dtype: int32}}\nlayers: [ReLU]\n"
    assert "  x: {shape: [null, 8], dtype: int32}\n" in write(lock(report(text)))


def test_several_outputs() -> None:
    assert layers("input: [4, 8]\nlayers: [{LSTM: {units: 2, return_state: true}}]\n") == [
        (
            "lstm: {kind: LSTM, outputs: [[null, 2], [null, 2], [null, 2]], "
            "weights: {lstm_cell/kernel: [8, 8], lstm_cell/recurrent_kernel: [2, 8], "
            "lstm_cell/bias: [8]}}"
        )
    ]


def test_shared_weights_stand_where_they_are() -> None:
    text = "input: [8]\nlayers:\n- Dense: 8\n  name: a\n- share: a\n  name: b\n"
    assert layers(text) == [
        "a: {kind: Dense, output: [null, 8], weights: {kernel: [8, 8], bias: [8]}}",
        "b: {kind: Dense, output: [null, 8], shares: a}",
    ]


def test_unknown_sizes() -> None:
    assert layers("input: [null, 8]\nlayers: [ReLU]\n") == [
        "re_lu: {kind: ReLU, output: [null, null, 8]}"
    ]


def test_no_layers() -> None:
    text = write(lock(report("input: [8]\nlayers: []\n")))
    assert "inputs:\n  input: [null, 8]\noutputs: [input]\nlayers: {}\ntotals:\n" in text


def test_sorted_by_names_and_their_numbers() -> None:
    found = report("input: [8]\nlayers:\n- ReLU:\n  repeat: 12\n- Dense: 2\n")
    numbered = [f"re_lu_{number}" for number in range(1, 12)]
    assert list(named_layers(found)) == ["dense", "re_lu", *numbered]
    assert sorted(["a10", "a9", "a09", "b", "a", "a9b", "A", "1", ""], key=by_number) == [
        "", "1", "A", "a", "a09", "a9", "a9b", "a10", "b",
    ]  # fmt: skip


def test_one_more_layer_is_one_more_line() -> None:
    spec = "input: [8]\nlayers:\n- Dense: 8\n{}- Dense: 8\n  name: b\n"
    before, after = (set(layers(spec.format(more))) for more in ("", "- ReLU\n"))
    assert not before - after
    assert after - before == {"re_lu: {kind: ReLU, output: [null, 8]}"}


def test_the_order_in_the_file_does_not_matter() -> None:
    one, other = "- ReLU:\n  from: input\n", "- Dense: 2\n  from: input\n"
    spec = "input: [8]\nlayers:\n{}{}outputs: [re_lu, dense]\n"
    assert layers(spec.format(one, other)) == layers(spec.format(other, one))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_is_written_is_read(path: Path) -> None:
    locked = lock(report_of(path))
    text = write(locked)
    assert text.startswith(HEADER)
    assert reading.recognizes(text.encode())
    again = reading.read(text.encode(), "m.lock.yaml").lock
    assert again == locked
    assert write(again) == text


def test_more_parameters_than_one_weight_can_have() -> None:
    big = "{Dense: {units: 4000000000, use_bias: false}, from: input}"
    locked = lock(
        report(f"input: [2000000000]\nlayers: [{big}, {big}]\noutputs: [dense, dense_1]\n")
    )
    assert locked.totals["params"] == 16 * 10**18
    assert reading.read(write(locked).encode(), "m.lock.yaml").lock == locked


@given(REPORTS)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_anything_that_is_written_is_read(any_report: Report) -> None:
    locked = lock(any_report)
    text = write(locked)
    assert reading.recognizes(text.encode())
    again = reading.read(text.encode(), "m.lock.yaml").lock
    assert again == locked
    assert write(again) == text
