"""Fixes: which are offered, in which order, and that each of them does what it promises."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import models
from convcalc import api, fixes, formats
from convcalc.analysis.engine import summarize
from convcalc.diagnostics import Diagnostic, Fix
from convcalc.network import Network
from convcalc.report import Report
from models import network


def fixed(text: str) -> Report:
    return api.with_fixes(models.analysis(text)).report


def offered(text: str) -> list[list[str]]:
    """The fixes of each error of a spec."""
    return [[fix.text for fix in d.fixes] for d in fixed(text).diagnostics]


KERNELS = [
    pytest.param(
        """
input: [28, 28, 1]
layers:
  - Conv2D: [8, 5]
  - MaxPooling2D: {pool_size: 12}
  - Conv2D: {filters: 8, kernel_size: 5}
  - Flatten
  - Dense: 10
""",
        [
            "line 6: add padding: same",
            "line 6: kernel_size: 2",
            "line 5: add strides: 3",  # (24 - 12) // 4 is 3, and one more is too small again
            "line 5: drop MaxPooling2D",
            "line 2: input: [64, 64, 1]",
        ],
        id="every sort, the smallest change first",
    ),
    pytest.param(
        """
input: [32, 32, 3]
layers:
  - Conv2D: {filters: 8, kernel_size: 3}
  - MaxPooling2D
  - Conv2D: {filters: 8, kernel_size: 3}
  - MaxPooling2D
  - Conv2D: {filters: 8, kernel_size: 3}
  - MaxPooling2D
  - Conv2D: {filters: 8, kernel_size: 3}
  - Conv2D: {filters: 8, kernel_size: 3}
""",
        # Neither same padding nor a kernel of 2 leaves the last layer what it needs.
        [
            "line 7: MaxPooling2D: {strides: 1}",
            "line 5: MaxPooling2D: {strides: 1}",
            "line 7: drop MaxPooling2D",
            "line 2: input: [54, 54, 3]",
        ],
        id="only what helps the layers below too",
    ),
    pytest.param(
        """
input: [3, 20, 3]
layers:
  - Conv2D: {filters: 8, kernel_size: 5, padding: valid}
""",
        ["line 4: padding: same", "line 4: kernel_size: [3, 5]", "line 2: input: [5, 20, 3]"],
        id="one axis alone",
    ),
    pytest.param(
        """
input: [3, 20, 3]
layers:
  - Conv2D: [8, [5, 3]]
""",
        [
            "line 4: Conv2D: {filters: 8, kernel_size: [5, 3], padding: same}",
            "line 4: kernel_size: [3, 3]",
            "line 2: input: [5, 20, 3]",
        ],
        id="arguments without names",
    ),
    pytest.param(
        """
input: [9, 9, 3]
blocks:
  unit:
    args: {k: 3}
    layers:
      - Conv2D: {filters: 8, kernel_size: =k}
layers:
  - unit: {k: 5}
    repeat: 3
""",
        ["line 7: add padding: same", "line 7: kernel_size: 3", "line 2: input: [13, 13, 3]"],
        id="all repeats of a block",
    ),
    pytest.param(
        """
input: [6, 6, 3]
layers:
  - MaxPooling2D: 8
""",
        [
            "line 4: MaxPooling2D: {pool_size: 8, padding: same}",
            "line 4: pool_size: 6",
            "line 2: input: [8, 8, 3]",
        ],
        id="a pooling",
    ),
    pytest.param(
        """
inputs: {left: {shape: [6, 4]}, right: [6, 4]}
layers:
  - Conv1D: {filters: 8, kernel_size: 7, padding: valid}
    from: left
  - Dense: 8
    from: right
outputs: [conv1d, dense]
""",
        ["line 4: padding: same", "line 4: kernel_size: 6", "line 2: shape: [7, 4]"],
        id="one of several inputs",
    ),
    pytest.param(
        """
x-unit: &unit {filters: 8, kernel_size: 6}
input: [10, 10, 3]
layers:
  - Conv2D: *unit
  - Conv2D: *unit
""",
        [
            "line 6: add padding: same",
            "line 2: kernel_size: 5",
            "line 5: add padding: same",
            "line 3: input: [11, 11, 3]",
        ],
        id="what an alias stands for",
    ),
]

MISMATCHES = [
    pytest.param(
        """
input: [8, 8, 16]
layers:
  - Add:
    branches:
      - - Conv2D: {filters: 16, kernel_size: 3}
      - []
""",
        ["line 6: add padding: same"],
        id="padding",
    ),
    pytest.param(
        """
input: [8, 8, 16]
layers:
  - Conv2D: {filters: 8, kernel_size: 3, padding: same}
    name: a
  - Add:
    branches:
      - - Conv2D: {filters: 12, kernel_size: 3, padding: same}
        - BatchNormalization
        - ReLU
      - []
""",
        ["line 4: filters: 12", "line 8: filters: 8"],
        id="filters that an Add needs, through layers that hand them on",
    ),
    pytest.param(
        """
input: [32, 32, 16]
layers:
  - Add:
    branches:
      - - Conv2D: {filters: 32, kernel_size: 3, strides: 2, padding: same}
        - Conv2D: {filters: 32, kernel_size: 3, padding: same}
      - - Conv2D: {filters: 32, kernel_size: 1}
""",
        ["line 8: add strides: 2", "line 6: strides: 1"],
        id="strides of a shortcut",
    ),
    pytest.param(
        """
input: [32, 32, 3]
layers:
  - Concatenate:
    branches:
      - - MaxPooling2D
      - []
""",
        ["line 6: drop MaxPooling2D"],
        id="a pooling in one branch",
    ),
    pytest.param(
        """
input: [100, 128, 3]
layers:
  - Conv2D: {filters: 16, kernel_size: 3, padding: same}
    name: a
  - MaxPooling2D
  - Conv2D: {filters: 32, kernel_size: 3, padding: same}
    name: b
  - MaxPooling2D
  - Conv2D: {filters: 64, kernel_size: 3, padding: same}
    name: c
  - MaxPooling2D
  - UpSampling2D
  - Concatenate:
    from: [up_sampling2d, c]
  - UpSampling2D
  - Concatenate:
    from: [up_sampling2d_1, b]
""",
        ["line 2: input: [104, 128, 3]"],
        id="an input that can be halved three times",
    ),
    pytest.param(
        """
input: [100]
layers:
  - Dense: 6000
  - Reshape: {target_shape: [7, 7, 128]}
""",
        ["line 4: units: 6272"],
        id="the units that fill a shape",
    ),
    pytest.param(
        """
input: [6, 10]
layers:
  - Reshape: [[4, 5, 2]]
""",
        [
            "line 4: Reshape: {target_shape: [4, 5, 3]}",
            "line 4: Reshape: {target_shape: [6, 5, 2]}",
        ],
        id="the shape that values fill",
    ),
    pytest.param(
        """
input: [8, 8, 3]
layers:
  - Conv2D: {filters: 8, kernel_size: 3}
    name: a
  - Add:
    from: [a, input]
""",
        [],  # channels and sizes both differ: no single change mends that
        id="more than one change",
    ),
]

OTHERS = [
    pytest.param(
        """
input: [8, 8, 12]
layers:
  - Conv2D: {filters: 18, kernel_size: 3, groups: 5}
""",
        ["line 4: groups: 6", "line 4: groups: 3"],
        id="the nearest divisors of both",
    ),
    pytest.param(
        """
input: [8, 8, 12]
layers:
  - Conv2D: {filters: 383, kernel_size: 3, groups: 2}
  - Conv2D: {filters: 18, kernel_size: 3, groups: 2}
""",
        # One group would leave the layer below with 383 channels for its two.
        ["line 4: filters: 382", "line 4: filters: 384"],
        id="filters that the groups divide",
    ),
    pytest.param(
        """
input: [8, 8, 3]
layers:
  - Conv2D: {filters: 10, kernel_size: 3}
  - BatchNormalization
  - Conv2D: {filters: 12, kernel_size: 3, groups: 4}
""",
        ["line 6: groups: 2", "line 6: groups: 1", "line 4: filters: 8", "line 4: filters: 12"],
        id="filters above that the groups divide",
    ),
    pytest.param(
        """
input: [32, 32, 3]
layers:
  - Conv2D: {filters: 8, kernel_size: 3, strides: 3, dilation_rate: 2}
""",
        ["line 4: dilation_rate: 1", "line 4: strides: 1"],
        id="a stride or a dilation",
    ),
    pytest.param(
        """
input: [7, 12, 3]
layers:
  - Cropping2D: 4
""",
        ["line 2: input: [9, 12, 3]"],
        id="cropping",
    ),
    pytest.param(
        """
input: [null, null, 3]
layers:
  - Flatten
  - Dense: 10
""",
        [],
        id="what is not looked for",
    ),
    pytest.param(
        """
input: [8, 8, 3]
layers:
  - TimeDistributed: {layer: {Conv1D: {filters: 4, kernel_size: 9}}}
""",
        ["line 2: input: [8, 9, 3]"],
        id="a layer inside of a layer",
    ),
]


@pytest.mark.parametrize(("text", "expected"), [*KERNELS, *MISMATCHES, *OTHERS])
def test_offers(text: str, expected: list[str]) -> None:
    (found,) = offered(text)
    assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        "inputs: {a: [0, 4], b: [3, 4]}\nlayers: [{Add: , from: [a, b]}]\n",
        "input: [0, 4]\nlayers: [{Reshape: [[3, 4]]}]\n",
        "input: [0, 4, 4]\nlayers: [{Conv2D: [2, 3]}]\n",
        "input: [null, 4]\nlayers: [{Reshape: [[null, 3]]}, {Reshape: [[-1, 5]]}]\n",
        "input: [9, 9]\nlayers: [{Reshape: [[-1, 4]]}]\n",
        f"input: [{', '.join(['9000000000'] * 40)}]\nlayers: [{{Reshape: [[-1, 7]]}}]\n",
        "inputs: {a: [3, 4], b: [5]}\nlayers: [{Add: , from: [a, b]}]\n",
        "inputs: {a: [3, 4], b: [3, 5]}\nlayers: [{Dot: 2, from: [a, b]}]\n",
        "input: [8, 8, 9]\nlayers: [{Conv2D: {filters: 4, kernel_size: 3, groups: 100000}}]\n",
        "input: [8]\nlayers: [{STFTSpectrogram: {window: [1, 2]}, branches: []}]\n",
    ],
)
def test_odd_numbers_are_no_trouble(text: str) -> None:
    for fault in fixed(text).diagnostics:
        assert all(not errors(applied(text, fix)) for fix in fault.fixes if fix.replacement)


def test_each_of_several_faults_has_its_own() -> None:
    text = """
input: [8, 8, 3]
layers:
  - Conv2D: {filters: 4, kernel_size: 9, padding: valid}
  - Dense: {units: 8, widht: 3}
  - Conv2D: {filters: 6, kernel_size: 3, groups: 2}
    from: input
"""
    # A smaller kernel also gives the layer with the other fault something to read.
    assert offered(text) == [
        ["line 4: padding: same", "line 4: kernel_size: 8", "line 2: input: [9, 9, 3]"],
        [],
        ["line 6: groups: 1", "line 6: groups: 3"],
    ]


def test_a_file_without_places_names_its_layers() -> None:
    def layer(kind: str, name: str, config: dict[str, object]) -> dict[str, object]:
        return {"class_name": kind, "config": {"name": name, **config}}

    model = {
        "class_name": "Sequential",
        "config": {
            "name": "s",
            "layers": [
                layer("InputLayer", "x", {"batch_shape": [None, 8, 8, 3]}),
                layer("MaxPooling2D", "pool", {"pool_size": [2, 2], "padding": "valid"}),
                layer("Conv2D", "conv", {"filters": 4, "kernel_size": [5, 5], "padding": "valid"}),
                layer("Flatten", "flat", {}),
                layer("Dense", "head", {"units": 10}),
            ],
        },
    }
    read = formats.parse(json.dumps(model).encode(), "model.json")
    (fault,) = api.with_fixes(api.analyze(read)).report.diagnostics
    assert [fix.text for fix in fault.fixes] == [
        "conv: padding='same'",
        "conv: kernel_size=4",
        "pool: strides=1",
        "pool: drop MaxPooling2D",
        "x: shape=[10, 10, 3]",
    ]
    assert {fix.span for fix in fault.fixes} == {None}


def test_a_fix_as_data() -> None:
    report = fixed("input: [3, 3, 1]\nlayers:\n  - Conv2D: {filters: 1, kernel_size: 5}\n")
    diagnostic = report.to_dict()["diagnostics"][0]
    assert diagnostic["fixes"][1] == {
        "edit": "kernel_size: 3",
        "layer": "conv2d",
        "line": 3,
        "column": 39,
        "end_line": 3,
        "end_column": 40,
        "replacement": "3",
    }


def test_a_faultless_report_is_left_alone() -> None:
    analysis = models.analysis("input: [8]\nlayers: [{Dense: 4}]\n")
    assert api.with_fixes(analysis) is analysis


def test_nothing_is_loaded_to_look_for_fixes_where_there_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "model.yaml").write_text("input: [8]\nlayers: [{Dense: 4}]\n", encoding="utf-8")
    code = (
        "import sys; sys.argv = ['convcalc', 'summary', 'model.yaml']\n"
        "from convcalc.cli import main\n"
        "try: main()\n"
        "except SystemExit:\n"
        "    print(*(f'convcalc.{m}' in sys.modules for m in ('analysis.engine', 'fixes')))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert ran.stdout.endswith("True False\n")


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the networks that are computed from here on."""
    computed: list[int] = []

    def counting(network: Network) -> Report:
        computed.append(len(network.nodes))
        return summarize(network)

    monkeypatch.setattr("convcalc.fixes.trials.summarize", counting)
    return computed


@pytest.mark.parametrize(
    "layers", [300, *(pytest.param(n, marks=pytest.mark.slow) for n in (3_000, 30_000))]
)
def test_trials_are_limited(layers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"""
input: [600, 600, 1]
layers:
  - Conv2D: {{filters: 1, kernel_size: 2, strides: 1}}
    repeat: {layers}
  - Conv2D: {{filters: 1, kernel_size: 700}}
  - Conv2D: {{filters: 3, kernel_size: 1, groups: 2}}
    from: input
"""
    computed = counted(monkeypatch)
    fixed(text)
    assert 0 < sum(computed) <= fixes.MOST_VISITS


def test_a_network_of_too_many_layers_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    computed = counted(monkeypatch)
    monkeypatch.setattr(fixes, "MOST_VISITS", 50)
    text = "input: [9, 9, 1]\nlayers:\n  - Conv2D: [1, 2]\n    repeat: 60\n"
    assert offered(text) == [[]]
    assert computed == []


def test_only_some_faults_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixes, "MOST_FAULTS", 2)
    text = "input: [3, 3, 1]\nlayers:\n" + "".join(
        "  - Conv2D: {filters: 1, kernel_size: 4}\n    from: input\n" for _ in range(3)
    )
    assert [bool(found) for found in offered(text)] == [True, True, False]


# What is offered does what it promises, where it is done to the text of the spec.

SIZES = st.integers(1, 6)
WINDOWED = st.builds(
    lambda kind, own, more: f"{kind}: {{{own}{more}}}",
    st.just("Conv2D"),
    st.builds("filters: {}, kernel_size: {}".format, st.sampled_from([4, 6, 8]), SIZES),
    st.one_of(
        st.just(""),
        st.builds(", padding: {}".format, st.sampled_from(["same", "valid"])),
        st.builds(", strides: {}".format, st.integers(1, 3)),
        st.builds(", strides: {}, dilation_rate: {}".format, st.integers(1, 2), st.integers(1, 2)),
        st.builds(", groups: {}".format, st.integers(1, 3)),
    ),
)
POOLING = st.one_of(
    st.just("MaxPooling2D"),
    st.builds("MaxPooling2D: {}".format, st.integers(1, 5)),
    st.builds("AveragePooling2D: {{pool_size: {}}}".format, st.integers(1, 5)),
)
SHORT = st.one_of(
    WINDOWED, WINDOWED, POOLING, st.builds("Conv2D: [{}, {}]".format, st.just(6), SIZES)
)
LINE = st.one_of(SHORT, SHORT, st.sampled_from(["ReLU", "BatchNormalization"]))


def merged(kind: str, left: list[str], right: list[str]) -> str:
    branches = "".join(
        f"\n      {name}:" + "".join(f"\n        - {line}" for line in ["Identity", *lines])
        for name, lines in (("a", left), ("b", right))
    )
    return f"{kind}:\n    branches:{branches}"


MERGE = st.builds(
    merged,
    st.sampled_from(["Add", "Concatenate"]),
    st.lists(LINE, max_size=3),
    st.lists(LINE, max_size=2),
)
REPEATED = st.builds("{}\n    repeat: {}".format, WINDOWED, st.integers(2, 4))
SPECS = st.builds(
    lambda height, width, entries: (
        f"input: [{height}, {width}, 6]\nlayers:\n" + "".join(f"  - {entry}\n" for entry in entries)
    ),
    st.integers(2, 24),
    st.integers(2, 24),
    st.lists(st.one_of(LINE, LINE, MERGE, REPEATED), min_size=1, max_size=6),
)


def applied(text: str, fix: Fix) -> str:
    """The spec with an edit done to it, as a person does it."""
    assert fix.span is not None
    lines = text.split("\n")
    number = fix.span.line - 1
    line = lines[number]
    if fix.replacement is not None:
        start, end = fix.span.column - 1, fix.span.end_column - 1
        lines[number] = line[:start] + fix.replacement + line[end:]
    elif fix.edit.startswith("drop "):
        assert line[fix.span.column - 1 :].startswith(fix.edit.removeprefix("drop "))
        repeated = number + 1 < len(lines) and lines[number + 1].strip().startswith("repeat:")
        del lines[number : number + 1 + repeated]
    elif fix.edit.startswith("add "):
        assert line.endswith("}")
        lines[number] = f"{line[:-1]}, {fix.edit.removeprefix('add ')}}}"
    else:
        lines[number] = line[: fix.span.column - 1] + fix.edit
    return "\n".join(lines)


def errors(text: str) -> list[Diagnostic]:
    return [d for d in api.summarize(network(text)).diagnostics if d.severity == "error"]


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(SPECS)
def test_each_fix_does_what_it_promises(text: str) -> None:
    report = fixed(text)
    faults = [d for d in report.diagnostics if d.severity == "error"]
    assume(faults)
    for fault in faults:
        for fix in fault.fixes:
            left = errors(applied(text, fix))
            if len(faults) == 1:
                assert not left, (fix, left)
            else:
                assert len(left) < len(faults), (fix, left)


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 14))
def test_a_kernel_that_does_not_fit_always_has_fixes(height: int, width: int, kernel: int) -> None:
    assume(kernel > min(height, width))
    text = f"input: [{height}, {width}, 1]\nlayers:\n  - Conv2D: [1, {kernel}]\n"
    ((_, smaller, larger),) = offered(text)
    sizes = re.findall("[0-9]+", smaller.partition("kernel_size")[2])
    assert [int(size) for size in sizes] in (
        [min(kernel, height), min(kernel, width)],
        [min(kernel, height, width)],
    )
    assert larger == f"line 1: input: [{max(height, kernel)}, {max(width, kernel)}, 1]"


@pytest.mark.parametrize(
    "layer",
    [
        "Functional: {layers: [{InputLayer: {shape: [4]}}, {Dense: 4}]}",
        "Normalization: {mean: 0.5, variance: [[1, 2], [3, 4]], axis: [1]}",
    ],
)
def test_an_argument_that_is_no_shape_is_not_taken_for_one(layer: str) -> None:
    read = formats.parse(f"input: [7, 7]\nlayers:\n  - {layer}\n".encode(), "model.yaml")
    analysis = api.with_fixes(api.analyze(read))
    assert [found.fixes for found in analysis.report.diagnostics] == [()]
