"""Numbers that remember how they were computed: what they say of it, and that it is so."""

# ruff: noqa: E501 - a case is one line

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arithmetic import worked_out
from convcalc.symbolic import SymbolicInt, formula, key, names
from convcalc.windows import slide, slide_transposed

HEIGHT = SymbolicInt.term(16, "height")
KERNEL = SymbolicInt.term(3, "kernel")
STRIDE = SymbolicInt.term(2, "strides")
ONE = SymbolicInt.term(1, "groups")

CASES: list[tuple[str, int, str, str]] = [
    ("a term", HEIGHT, "16", "height"),
    ("what is no traced number", 7, "7", "7"),
    ("a negative number", -1, "−1", "−1"),
    ("a negative number beside others", 2 * HEIGHT + SymbolicInt.term(-1, "shift"), "2 × 16 + (−1)", "2 × height + shift"),
    ("a negative number taken off", HEIGHT - SymbolicInt.term(-1, "shift"), "16 − (−1)", "height − shift"),
    ("a negative number multiplied", HEIGHT * SymbolicInt.term(-1, "shift"), "16 × (−1)", "height × shift"),
    ("a negative number first", SymbolicInt.term(-1, "shift") + HEIGHT, "−1 + 16", "shift + height"),
    ("the opposite taken off", HEIGHT - -KERNEL, "16 + 3", "height + kernel"),
    ("a sum", HEIGHT + KERNEL + 1, "16 + 3 + 1", "height + kernel + 1"),
    ("nothing added", HEIGHT + 0, "16", "height"),
    ("a sum that begins at nothing", sum((HEIGHT, KERNEL)), "16 + 3", "height + kernel"),
    ("a product of many", math.prod((HEIGHT, KERNEL, 20)), "16 × 3 × 20", "height × kernel × 20"),
    ("a sum in a product", 2 * (HEIGHT - 1), "2 × (16 − 1)", "2 × (height − 1)"),
    ("a difference taken off", HEIGHT - (KERNEL - 1), "16 − (3 − 1)", "height − (kernel − 1)"),
    ("a negative number added", HEIGHT + -KERNEL, "16 − 3", "height − kernel"),
    ("an exact quotient", HEIGHT // STRIDE, "16 / 2", "height / strides"),
    ("a quotient rounded down", HEIGHT // KERNEL, "⌊16 / 3⌋", "⌊height / kernel⌋"),
    ("a quotient rounded up", -(-HEIGHT // KERNEL), "⌈16 / 3⌉", "⌈height / kernel⌉"),
    ("divided by 1", HEIGHT // ONE, "16", "height"),
    ("rounded up after a division by 1", -(-HEIGHT // ONE), "16", "height"),
    ("a product under a line", HEIGHT // (KERNEL * STRIDE), "⌊16 / (3 × 2)⌋", "⌊height / (kernel × strides)⌋"),
    ("what is left", HEIGHT % KERNEL, "16 mod 3", "height mod kernel"),
    ("the larger of two", max(HEIGHT - KERNEL, 0), "16 − 3", "height − kernel"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "in_numbers", "in_names"),
    [pytest.param(*case, id=reason) for reason, *case in CASES],
)
def test_formula(number: int, in_numbers: str, in_names: str) -> None:
    assert formula(number) == in_numbers
    assert names(number) == in_names


def test_is_the_number_that_it_stands_for() -> None:
    number = HEIGHT * 2 - KERNEL
    assert number == 29
    assert hash(number) == hash(29)
    assert list(range(50))[number] == 29
    assert f"{SymbolicInt.term(1280, 'units'):,}" == "1,280"


def test_what_was_told_before_is_not_taken_apart() -> None:
    window = slide(HEIGHT, KERNEL, STRIDE, SymbolicInt.term(2, "dilation_rate"), "valid")
    assert window.output is not None
    known = {key(window.extent): "effective kernel"}
    assert formula(window.extent) == "2 × (3 − 1) + 1"
    assert formula(window.output, known) == "⌊(16 − 5) / 2⌋ + 1"
    assert names(window.output, known) == "⌊(height − effective kernel) / strides⌋ + 1"


def test_a_formula_that_nobody_would_read_is_cut() -> None:
    total = sum([SymbolicInt.term(2, "channels")] * 10_000)
    assert total == 20_000
    assert worked_out(formula(total)) == 20_000
    assert len(formula(total)) < 400


def test_a_transposed_window_tells_both_ends() -> None:
    window = slide_transposed(HEIGHT, KERNEL, STRIDE, 1, "same")
    assert window.output == 32
    assert worked_out(formula(window.output)) == 32


OPERATIONS: list[Callable[[int, int], int]] = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a // (b or 1),
    lambda a, b: a % (b or 1),
    lambda a, b: -(-a // (b or 1)),
    lambda a, _: -a,
]
NUMBERS = st.integers(-30, 30)
TRACED = st.recursive(
    NUMBERS | st.builds(SymbolicInt.term, st.integers(0, 30), st.just("n")),
    lambda inner: st.builds(
        lambda compute, a, b: compute(a, b), st.sampled_from(OPERATIONS), inner, inner
    ),
    max_leaves=12,
)


@given(TRACED)
def test_every_formula_comes_to_its_number(number: int) -> None:
    assert worked_out(formula(number)) == int(number)
