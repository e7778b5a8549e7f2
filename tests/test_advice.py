"""Advice: each input format words it in its own language."""

import pytest

from convcalc.advice import Advice, ReadInputs, SetArgument, Wording, WriteLayer, advise, in_words
from convcalc.formats.keras import wording as keras
from convcalc.formats.spec import wording as spec
from convcalc.network import NEUTRAL

PADDING = advise("use {}, or less", SetArgument("padding", "same"))
LISTED = advise("as in {}", ReadInputs(["a", "b"]))
NAMED = advise("as in {}", ReadInputs({"x2": "a"}))
INSERTED = advise("such as {}", WriteLayer("LSTM", {"units": 4}))


@pytest.mark.parametrize(
    ("advice", "wording", "text"),
    [
        (PADDING, spec, "use padding: same, or less"),
        (PADDING, keras, "use padding='same', or less"),
        (PADDING, NEUTRAL, "use padding = same, or less"),
        (LISTED, spec, "as in from: [a, b]"),
        (LISTED, keras, "as in layer([a, b])"),
        (NAMED, spec, "as in from: {x2: a}"),
        (NAMED, keras, "as in layer(x2=a)"),
        (INSERTED, spec, "such as {LSTM: {units: 4}}"),
        (INSERTED, keras, "such as LSTM(units=4)"),
    ],
)
def test_words(advice: Advice, wording: Wording, text: str) -> None:
    assert in_words(advice, wording) == text


def test_what_is_text_or_nothing_stays() -> None:
    assert in_words("use a divisor of {4}", spec) == "use a divisor of {4}"
    assert in_words(None, spec) is None
