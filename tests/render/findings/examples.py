"""Findings made by hand, and findings of any text, for the tests of what is printed of them."""

from typing import Any

from hypothesis import strategies as st

from convcalc.checks.finding import Checked, Finding, Outcome, Place, with_fingerprints
from convcalc.diagnostics import Fix, Span
from convcalc.render.layout import Layout

ROOT = "/repository"
LAYOUT = Layout(root=ROOT, version="1.2.3")

NET = f"{ROOT}/specs/net.yaml"
KERAS = f"{ROOT}/specs/saved.keras"
CONFIG = f"{ROOT}/convcalc.yaml"


def place(source: str, line: int, column: int, end: int) -> Place:
    return Place(source, Span(line, column, line, end))


def finding(**fields: Any) -> Finding:
    defaults = {"rule": "expect-params", "model": NET, "message": "wrong", "place": Place(NET)}
    return Finding(**{**defaults, **fields})


def checked(*findings: Finding, source: str = NET, **fields: Any) -> Checked:
    return Checked(source=source, findings=with_fingerprints(findings, source), **fields)


OUTPUT = finding(
    rule="expect-output",
    message="output of conv_2 is [8, 8, 20], but must be [8, 8, 10]: [0, 0, +10]",
    layer="conv_2",
    key="output",
    expected=[8, 8, 10],
    found=[8, 8, 20],
    difference=[0, 0, 10],
    place=place(NET, 11, 22, 32),
    layer_place=place(NET, 5, 5, 11),
)
FAULT = finding(
    rule="kernel-too-large",
    message="kernel 5×5 does not fit its 2×2 input with padding 'valid'",
    layer="conv_3",
    fixes=(
        Fix(edit="add padding: same", layer="conv_3", span=Span(6, 41, 6, 42)),
        Fix(edit="kernel_size: 2", layer="conv_3", span=Span(6, 41, 6, 42)),
    ),
    place=place(NET, 6, 41, 42),
    layer_place=place(NET, 6, 5, 11),
)
DRIFT = finding(
    rule="lock-kind",
    message="pool is of the kind MaxPooling2D, locked as AveragePooling2D",
    layer="pool",
    key="kind",
    expected="AveragePooling2D",
    found="MaxPooling2D",
    place=place(f"{ROOT}/specs/net.lock.yaml", 14, 11, 27),
    layer_place=place(NET, 7, 5, 17),
)
WARNING = finding(
    rule="unread-border",
    message="1 of 32 rows at the end is read by no window",
    severity="warning",
    layer="conv2d",
    help="give it padding that fills the last window",
    place=place(NET, 4, 5, 11),
    layer_place=place(NET, 4, 5, 11),
)
PARAMS = finding(
    model=KERAS,
    message="params 18,234 are 3,234 more than at most 15,000",
    key="params",
    expected={"min": None, "max": 15000, "text": "<= 15k"},
    found=18234,
    difference=3234,
    place=place(CONFIG, 4, 15, 23),
)
WEIGHT = finding(
    rule="expect-weight",
    model=KERAS,
    message="there is no weight 'kernal' of dense",
    layer="dense",
    key="kernal",
    help="did you mean kernel?",
    expected=[400, 10],
    place=place(CONFIG, 6, 20, 26),
    layer_place=Place(KERAS),
)
NO_MODEL = finding(
    rule="no-model",
    model=CONFIG,
    message="'old/*.yaml' names no model",
    key="old/*.yaml",
    place=place(CONFIG, 8, 3, 15),
)

EXAMPLES = (
    checked(NO_MODEL, source=CONFIG, is_model=False),
    checked(
        FAULT,
        WARNING,
        OUTPUT,
        DRIFT,
        outcomes=(
            Outcome(rule="expect-output", key="output", held=True),
            Outcome(rule="expect-output", key="output", layer="conv_2", held=False),
        ),
    ),
    checked(
        PARAMS,
        WEIGHT,
        source=KERAS,
        outcomes=(
            Outcome(rule="expect-params", key="params", held=False),
            Outcome(rule="expect-weight", key="kernal", layer="dense", held=False),
        ),
    ),
    checked(source=f"{ROOT}/specs/plain.yaml"),
)
"""A file that is no model, a model with faults, one without places, and one in order."""

IN_ORDER = (checked(), checked(source=KERAS))

SPECIAL = "\n\r\t\0\x1b\x85\u2028\u202e\ufffe\uffff\ud800\udcff:,%'\"`|\\<>&@#*_~[](){}!=$;é😀 a1"
TEXTS = st.one_of(
    st.text(max_size=8),
    st.text(st.sampled_from(SPECIAL), max_size=12),
    st.sampled_from(
        [
            "::error::x",
            "##[add-mask]x",
            "%0A::set-output name=a::b",
            "]]>",
            "--><script>",
            "@all #1 GH-1 owner/repo#1",
            "www.example.com",
            "| a | b |",
            "\\|",
            "\\\\|`",
            "``",
            " a ",
            "\x1b[31m",
        ]
    ),
)
NUMBERS = st.integers(-(2**70), 2**70)
VALUES = st.one_of(
    st.none(),
    NUMBERS,
    TEXTS,
    st.lists(st.none() | NUMBERS, max_size=4),
    st.dictionaries(TEXTS, TEXTS | NUMBERS, max_size=3),
)
LINES = st.integers(1, 10_000)
SPANS = st.builds(
    lambda line, column, more, width: Span(line, column, line + more, column + width),
    LINES,
    LINES,
    st.sampled_from([0, 0, 3]),
    LINES,
)
SOURCES = TEXTS | st.sampled_from([NET, "specs/net.yaml", "./a/../b.yaml", "<stdin>", "../c.yaml"])
PLACES = st.builds(Place, SOURCES, st.none() | SPANS)
RULES = st.sampled_from(["expect-params", "lock-kind", "unread-border", "kernel-too-large"])
FINDINGS = st.builds(
    Finding,
    rule=RULES,
    model=SOURCES,
    message=TEXTS,
    severity=st.sampled_from(["error", "warning"]),
    layer=st.none() | TEXTS,
    key=TEXTS,
    help=st.none() | TEXTS,
    expected=VALUES,
    found=VALUES,
    difference=VALUES,
    place=PLACES,
    layer_place=st.none() | PLACES,
    fingerprint=st.sampled_from(["0", "1"]),
)
OUTCOMES = st.builds(Outcome, rule=RULES, key=TEXTS, layer=st.none() | TEXTS, held=st.booleans())
CHECKED = st.lists(
    st.builds(
        Checked,
        source=SOURCES,
        is_model=st.booleans(),
        outcomes=st.lists(OUTCOMES, max_size=3).map(tuple),
        findings=st.lists(FINDINGS, max_size=12).map(tuple),
    ),
    max_size=2,
)
"""What is checked, with any text in every place that can hold one."""


LONG = "`|x" * 3_334
LONGEST = (
    checked(
        finding(
            message=LONG,
            layer=LONG,
            key=LONG,
            help=LONG,
            expected=LONG,
            found=[LONG],
            place=Place(LONG, Span(1, 1, 1, 2)),
            layer_place=Place(LONG, Span(2, 1, 2, 2)),
        ),
        source=LONG,
        outcomes=(Outcome(rule="expect-params", key=LONG, layer=LONG, held=False),),
    ),
)
"""Names of ten thousand characters."""


def findings_of(checked: list[Checked]) -> list[Finding]:
    return [finding for each in checked for finding in each.findings]


def is_raw(character: str) -> bool:
    """Whether a character may steer a terminal; a line break may stand in an output."""
    return not character.isprintable() and character != "\n" and ord(character) < 0xA0
