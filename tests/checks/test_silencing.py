"""What a file ignores: used, needless, misspelt, and in blocks and repeats."""

import pytest

import convcalc
import models
from checks.findings import codes, found
from convcalc import api, checks
from convcalc.checks.warning import warning
from models import Fault

STRIDED = "Conv2D: {filters: 8, kernel_size: 3, strides: 2}"


def needless(code: str, place: str) -> Fault:
    message = f"there is no warning {code} here that could be ignored"
    return Fault("unused-ignore", place, message, "remove it")


def test_beside_a_layer() -> None:
    text = f"input: [28, 28, 3]\nlayers:\n  - {STRIDED}\n    ignore: %s\n"
    assert found(text % "unread-border") == []
    assert found(text % "[unread-border]") == []
    assert codes(text % "[]") == codes(text % "") == ["unread-border"]


def test_only_for_that_layer() -> None:
    text = (
        f"input: [28, 28, 3]\nlayers:\n  - {STRIDED}\n    ignore: unread-border\n  - MaxPooling2D\n"
    )
    assert [fault.place for fault in found(text)] == ["5:5-17"]


def test_at_the_top() -> None:
    text = (
        f"input: [28, 28, 3]\nignore: [unread-border]\nlayers:\n  - {STRIDED}\n  - MaxPooling2D\n"
    )
    assert found(text) == []


def test_needless() -> None:
    text = f"""
input: [28, 28, 3]
ignore: [heavy-dense, unread-border]
layers:
  - {STRIDED}
    ignore: one-sided-padding
"""
    assert found(text) == [
        needless("heavy-dense", "3:10-21"),
        needless("one-sided-padding", "6:13-30"),
    ]
    assert found(text, "unread-border") == []
    assert found(text, "heavy-dense") == [needless("heavy-dense", "3:10-21")]


def test_needless_is_not_said_of_what_is_not_known() -> None:
    layers = f"  - {STRIDED}\n    ignore: unread-border\n"
    text = f"input: [null, null, 3]\nignore: heavy-dense\nlayers:\n{layers}"
    assert found(text) == []
    assert found(text, inputs=[27, 27, 3]) == [
        needless("heavy-dense", "2:9-20"),
        needless("unread-border", "5:13-26"),
    ]


def test_needless_is_not_said_beside_faults() -> None:
    analysis = models.analysis("input: [8]\nignore: heavy-dense\nlayers: [{Dense: 0}]\n")
    assert api.find_warnings(analysis) == ()


def test_in_blocks_and_repeats() -> None:
    text = """
input: [29, 29, 3]
blocks:
  down:
    args: {filters: }
    layers:
      - Conv2D: {filters: =filters, kernel_size: 3}
      - MaxPooling2D
layers:
  - down: 4
    ignore: unread-border
    repeat: 2
  - down: 8
"""
    # 29 → 27 → 13, 13 → 11 → 5, 5 → 3 → 1: the last use is the one that is not silenced.
    assert [(f.place, f.message) for f in found(text)] == [
        ("8:9-21", "1 of 3 rows and 1 of 3 columns at the end are read by no window")
    ]
    inside = text.replace("MaxPooling2D\n", "MaxPooling2D:\n        ignore: unread-border\n", 1)
    assert found(inside) == []


def test_in_branches_and_shared_layers() -> None:
    text = """
input: [28, 28, 3]
layers:
  - Concatenate:
    branches:
      - - MaxPooling2D: {pool_size: 3, name: pool}
          ignore: unread-border
      - - share: pool
          from: input
"""
    assert found(text) == []


def test_a_layer_that_is_not_there_ignores_nothing() -> None:
    text = (
        f"input: [28, 28, 3]\nlayers:\n  - {STRIDED}\n    when: false\n    ignore: unread-border\n"
    )
    assert found(text) == []


UNUSED = "input: [8]\nlayers:\n  - Dense: 8\n%s  - Dense: 3\n    from: input\n"


def test_the_warning_that_needs_no_option() -> None:
    assert [fault.code for fault in models.faults(UNUSED % "")] == ["unused-layer"]
    assert models.faults(UNUSED % "    ignore: unused-layer\n") == []
    assert found(UNUSED % "    ignore: unused-layer\n") == []
    assert found(UNUSED % "" + "    ignore: unused-layer\n") == [
        needless("unused-layer", "6:13-25")
    ]


NOT_CODES = "ignore takes the code of a warning, or a list of codes"


@pytest.mark.parametrize(
    ("ignore", "fault"),
    [
        (
            "unread-boarder",
            Fault(
                "wrong-value",
                "2:9-23",
                "there is no warning 'unread-boarder' that could be ignored",
                "did you mean unread-border?",
            ),
        ),
        (
            "[everything]",
            Fault(
                "wrong-value",
                "2:10-20",
                "there is no warning 'everything' that could be ignored",
                "the codes are bias-before-normalization, heavy-dense, one-sided-padding, "
                "receptive-field-over-input, stride-over-kernel, unread-border, unused-layer",
            ),
        ),
        ("3", Fault("wrong-type", "2:9-10", NOT_CODES)),
        ("{a: b}", Fault("wrong-type", "2:9-15", NOT_CODES)),
    ],
)  # fmt: skip
def test_faults(ignore: str, fault: Fault) -> None:
    assert models.faults(f"input: [8]\nignore: {ignore}\nlayers: [{{Dense: 3}}]\n") == [fault]
    beside = f"input: [8]\nlayers:\n  - Dense: 3\n    repeat: 2\n    ignore: {ignore}\n"
    assert [(f.code, f.message, f.help) for f in models.faults(beside)] == [
        (fault.code, fault.message, fault.help)
    ]


def test_it_is_written_again() -> None:
    text = f"""
input: [28, 28, 3]
ignore: [heavy-dense]
blocks:
  down:
    layers:
      - {STRIDED}
      - MaxPooling2D
layers:
  - down:
    ignore: unread-border
  - down
"""
    network = models.network(text)
    written = api.convert(network)
    assert "\nignore: [heavy-dense]\n" in written
    assert written.count("ignore: [unread-border]") == 2
    assert sorted(codes(written)) == sorted(codes(text))
    assert [f.message for f in found(written, "unread-border")] == [
        f.message for f in found(text, "unread-border")
    ]
    assert api.convert(models.network(written)) == written


def test_every_warning_is_explained() -> None:
    assert len(checks.warnings()) == 6
    for code, find in checks.warnings().items():
        assert find.__doc__, code


def test_a_code_is_taken_once() -> None:
    with pytest.raises(ValueError, match="two warnings have the code unread-border"):
        warning("unread-border")(lambda _: iter(()))


def test_from_the_library() -> None:
    analysis = models.analysis(f"input: [28, 28, 3]\nlayers:\n  - {STRIDED}\n")
    warnings = convcalc.find_warnings(analysis)
    assert [(w.code, w.severity, w.layer) for w in warnings] == [
        ("unread-border", "warning", "conv2d")
    ]
    assert analysis.report.ok
    assert analysis.report.with_diagnostics(warnings).ok
