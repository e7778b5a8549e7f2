"""Expectations as they are written: limits, shapes, and what has not the form that it must have."""

from typing import Any

import pytest

from convcalc.expectations import CountExpectation, Expectations, InputExpectation, Limit
from convcalc.formats.spec import expectations


def read(text: str) -> tuple[Expectations | None, list[str]]:
    """What stands in a file of expectations, and its faults with their places."""
    found, faults = expectations.read_file(text.encode(), "expect.yaml")
    return found, [
        f"{d.span.line}:{d.span.column} {d.code}: {d.message}" for d in faults.found if d.span
    ]


def limit(written: str) -> Limit:
    found, faults = read(f"params: {written}")
    assert found
    assert not faults
    (one,) = found.all
    read_limit: Limit = one.limit  # type: ignore[union-attr]
    return read_limit


@pytest.mark.parametrize(
    ("written", "least", "most"),
    [
        pytest.param("224", 224, 224, id="a number"),
        pytest.param('"224"', 224, 224, id="a number as text"),
        pytest.param('"== 2k"', 2_000, 2_000, id="equal"),
        pytest.param('"<= 25.6M"', None, 25_600_000, id="at most"),
        pytest.param('"<1G"', None, 999_999_999, id="less"),
        pytest.param('"> 2T"', 2_000_000_000_001, None, id="more"),
        pytest.param('">=   7"', 7, None, id="at least, with blanks"),
        pytest.param("{max: 3.5M}", None, 3_500_000, id="max"),
        pytest.param("{min: 1, max: 2}", 1, 2, id="both"),
        pytest.param("{min: 1.5k}", 1_500, None, id="min"),
        pytest.param('"<= 1.0005k"', None, 1_000, id="at most a fraction"),
        pytest.param('"< 1.0005k"', None, 1_000, id="less than a fraction"),
        pytest.param('">= 1.0005k"', 1_001, None, id="at least a fraction"),
        pytest.param('"> 1.0005k"', 1_001, None, id="more than a fraction"),
        pytest.param("0", 0, 0, id="nothing"),
        pytest.param('"<= 0.1234567890123456789T"', None, 123_456_789_012, id="many digits"),
    ],
)
def test_limits(written: str, least: int | None, most: int | None) -> None:
    found = limit(written)
    assert (found.least, found.most) == (least, most)


@pytest.mark.parametrize(
    ("written", "count", "difference"),
    [
        ('"<= 10"', 10, 0),
        ('"<= 10"', 11, 1),
        ('"< 10"', 10, 1),
        ('"> 10"', 10, -1),
        ('">= 10"', 9, -1),
        ("10", 10, 0),
        ("10", 12, 2),
        ("10", 7, -3),
        ("{min: 5, max: 7}", 4, -1),
        ("{min: 5, max: 7}", 7, 0),
        ("{min: 5, max: 7}", 9, 2),
    ],
)
def test_how_far_beyond_a_limit(written: str, count: int, difference: int) -> None:
    assert limit(written).difference(count) == difference


@pytest.mark.parametrize(
    ("written", "least", "most"),
    [
        ("224", 224, 224),
        ('"<= 20 MB"', None, 20 * 2**20),
        ('"> 1.5KB"', 1537, None),
        ('"100 B"', 100, 100),
        ("{max: 1GB}", None, 2**30),
        ('"< 0.0001 KB"', None, 0),
    ],
)
def test_limits_of_bytes(written: str, least: int | None, most: int | None) -> None:
    found, faults = read(f"peak_memory: {written}")
    assert found
    assert not faults
    (one,) = found.all
    assert isinstance(one, CountExpectation)
    assert (one.limit.least, one.limit.most) == (least, most)


NO_BYTES = 'peak_memory must be bytes, a limit such as "<= 20 MB", or min and max'
NO_LIMIT = 'params must be a whole number, a limit such as "<= 25.6M", or min and max'
NO_INPUTS = "accepts must be a list of input shapes, or of mappings from inputs to shapes"
NO_SHAPE = "a list of whole numbers, null where it doesn't matter"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("params: [1]", f"1:9 wrong-type: {NO_LIMIT}"),
        ("params: -1", f"1:9 wrong-type: {NO_LIMIT}"),
        ("params: 1.5", f"1:9 wrong-type: {NO_LIMIT}"),
        ("params: true", f"1:9 wrong-type: {NO_LIMIT}"),
        ('params: "<= "', f"1:9 wrong-type: {NO_LIMIT}"),
        ('params: "=> 3"', f"1:9 wrong-type: {NO_LIMIT}"),
        ('params: "3m"', f"1:9 wrong-type: {NO_LIMIT}"),
        (f'params: "{"9" * 101}"', f"1:9 wrong-type: {NO_LIMIT}"),
        ("params: {}", f"1:9 wrong-type: {NO_LIMIT}"),
        ('params: {max: "<= 3"}', f"1:9 wrong-type: {NO_LIMIT}"),
        ("params: {max: 3, most: 4}", "1:18 unknown-key: there is no key 'most' in params"),
        (
            "params: {min: 3, max: 2}",
            "1:9 wrong-value: params can't be any whole number: min: 3, max: 2",
        ),
        ('params: "< 0"', "1:9 wrong-value: params can't be any whole number: < 0"),
        ("peak_memory: 3M", f"1:14 wrong-type: {NO_BYTES}"),
        (
            "layers: {a: {peak_memory: 3}}",
            "1:14 unknown-key: there is no key 'peak_memory' in layer 'a'",
        ),
        ("output: 10", f"1:9 wrong-type: output must be a shape: {NO_SHAPE}"),
        ("output: [10, -1]", f"1:9 wrong-type: output must be a shape: {NO_SHAPE}"),
        ("output: [1.5]", f"1:9 wrong-type: output must be a shape: {NO_SHAPE}"),
        ("outputs: [a]", "1:10 wrong-type: outputs must be a mapping from names to shapes"),
        (
            "accepts: [8]",
            f"1:10 wrong-type: {NO_INPUTS}",
        ),
        ("rejects: [[a]]", f"1:11 wrong-type: what rejects lists must be a shape: {NO_SHAPE}"),
        ("rejects: [{x: 8}]", f"1:15 wrong-type: x must be a shape: {NO_SHAPE}"),
        ("layers: []", "1:9 wrong-type: layers must be a mapping from names of layers"),
        ("layers: {a: 3}", "1:13 wrong-type: what is expected of 'a' must be a mapping"),
        ("layers: {a: {shape: [1]}}", "1:14 unknown-key: there is no key 'shape' in layer 'a'"),
        ("param: 3", "1:1 unknown-key: there is no key 'param' in expect"),
        ("[]", "1:1 wrong-type: expect must be a mapping"),
        ("", "1:1 empty: there are no expectations here"),
        ("{expect: {params: 1}, name: x}", None),
    ],
)
def test_faults(text: str, fault: str | None) -> None:
    _, faults = read(text)
    if fault is None:
        fault = "1:23 unknown-key: there is no key 'name' in a file of expectations"
    assert faults == [fault]


def test_one_shape_is_no_list_of_shapes() -> None:
    _, faults = expectations.read_file(b"accepts: [224, 224, 3]", "expect.yaml")
    assert faults.found[0].help == "one shape stands in a list of its own: [[224, 224, 3]]"


def test_a_fault_leaves_the_rest() -> None:
    found, faults = read("{output: 3, params: 4, layers: {a: {params: x, kernel: [3]}}}")
    assert found
    assert [(each.layer, each.key) for each in found.all] == [(None, "params"), ("a", "kernel")]
    assert len(faults) == 2


def test_inputs_by_name() -> None:
    found, _ = read("accepts: [[8, null], {a: [1], b: []}]")
    assert found
    inputs = [(e.key, e.shapes) for e in found.all if isinstance(e, InputExpectation)]
    expected: list[tuple[str, Any]] = [
        ("accepts [8, null]", (8, None)),
        ("accepts {a: [1], b: []}", {"a": (1,), "b": ()}),
    ]
    assert inputs == expected
