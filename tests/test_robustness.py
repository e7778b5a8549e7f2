"""Whatever a file holds: what is wrong is said, at a place inside of it, and soon."""

# ruff: noqa: E501 - a case is one line

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from convcalc import api, formats
from convcalc.diagnostics import LINE_BREAK, Diagnostic, SpecError
from convcalc.formats import foreign, keras
from convcalc.network import UsageError
from convcalc.render import diagnostics as rendering
from convcalc.render import summary
from convcalc.render.layout import Layout
from convcalc.report import Report

SPECS = Path(__file__).parents[1] / "specs"
CASES = Path(__file__).parent / "cases" / "faults"
GALLERY = [path.read_text(encoding="utf-8") for path in sorted(SPECS.glob("*.yaml"))]
FAULTY = [path.read_bytes() for path in sorted(CASES.glob("*.yaml"))]
SECONDS = 100.0
"""Far more than anything takes here, and far less than what has no limit."""

# `check` has a limit of its own, which does not depend on what else the machine does.
UNHURRIED = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@pytest.fixture(autouse=True, scope="module")
def small_limit() -> Iterator[None]:
    """A limit on layers that a test reaches in a moment: a number may end up as a `repeat`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("convcalc.formats.spec.expansion.MAX_LAYERS", 2_000)
        yield


def check(data: bytes) -> None:
    """Read, compute and print; all that may be raised is the project's own."""
    start = time.perf_counter()
    report: Report | None = None
    try:
        model = formats.parse(data, "m.yaml")
        report = api.with_fixes(api.analyze(model)).report
        found = report.diagnostics
        assert report.ok == (not any(d.severity == "error" for d in found))
    except SpecError as error:
        found = error.diagnostics
        assert found
    except UsageError:
        pytest.fail("nothing was asked for that there is not")
    text = data.decode("utf-8-sig", errors="replace")
    for diagnostic in found:
        check_place(
            diagnostic, text, has_places=not (keras.recognizes(data) or foreign.recognizes(data))
        )
    printed = [rendering.render(found, "m.yaml", text)]
    if report:
        printed += [
            summary.render(name, [report], Layout()) for name in summary.RENDERERS.formats()
        ]
        printed.append(summary.render("table", [report], Layout(depth=1, width=40)))
        check_totals(report)
    assert not [c for part in printed for c in part if c < " " and c != "\n"]
    assert time.perf_counter() - start < SECONDS


def check_totals(report: Report) -> None:
    data = report.to_dict()
    totals = data["totals"]
    assert sum(layer["params"] or 0 for layer in data["layers"]) == totals["known_params"]
    assert totals["partial"] == (not report.ok or bool(totals["unknown_layers"]))
    assert totals["params"] == (None if totals["partial"] else totals["known_params"])


def check_place(diagnostic: Diagnostic, text: str, *, has_places: bool) -> None:
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", diagnostic.code)
    assert diagnostic.message
    if not has_places:  # nor what is no text, nor what Keras writes, is read as text
        assert diagnostic.span is None
        return
    assert diagnostic.span is not None
    lines = re.split(LINE_BREAK, text)
    line, column, end_line, end_column = diagnostic.span
    assert (line, column) <= (end_line, end_column)
    assert 1 <= line <= len(lines)
    assert 1 <= column <= len(lines[line - 1]) + 1
    # What ends with the file may end behind its last line break, or behind its last line.
    assert end_line <= len(lines) + 1


@given(st.binary())
@UNHURRIED
@example(b"\xef\xbb\xbf\xc3\xa9\xc3\xa9\xff")
@example(b"\xff\xfe")
@example(b"\x00")
@example(b"a: [1, 2")
def test_bytes(data: bytes) -> None:
    check(data)


@given(st.text())
@UNHURRIED
@example("\x85: \u2028")
@example("é\r\x07")
@example("- &a [*a]")
@example("? ? ?")
@example("!!python/object:x {}")
def test_text(text: str) -> None:
    check(text.encode())


YAML = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["=i", "=x", "=[1] * 3", "input", "same", "dense", "ReLU", "", "a/b", "a:1"])
    | st.text(max_size=5),
    lambda children: (
        st.lists(children, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "Dense", "Conv2D", "Add", "unit", "Own", "share", "name", "from", "repeat",
                    "when", "branches", "trainable", "units", "filters", "kernel_size", "args",
                    "layers", "weights", "output", "outputs", "shape", "batch_shape", "dtype",
                    "x", "min", "max", "params", "trainable_params", "kernel", "<<",
                ]
            )
            | st.text(max_size=3),
            children,
            max_size=4,
        )
    ),
    max_leaves=20,
)  # fmt: skip
KEYS = ["name", "input", "inputs", "outputs", "vars", "blocks", "kinds", "layers", "data_format",
        "dtype", "expect", "zzz"]  # fmt: skip
TOP = st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, YAML))


def written(value: object) -> str:
    """A value as YAML, in its flow style."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{written(k)}: {written(v)}' for k, v in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, str):
        escaped = "".join(
            c if c.isalnum() or c in "=/: _*[]<" else f"\\U{ord(c):08x}" for c in value
        )
        return f'"{escaped}"'
    words = {None: "null", True: "true", False: "false"}
    if value is None or isinstance(value, bool):
        return words[value]
    return re.sub("(inf|nan)", r".\1", str(value))


@given(TOP | st.fixed_dictionaries({"input": st.just([8]), "layers": st.lists(YAML)}))
@UNHURRIED
def test_values_where_others_belong(spec: dict[str, object]) -> None:
    text = "".join(f"{key}: {written(value)}\n" for key, value in spec.items())
    check(text.encode())


TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


@st.composite
def near_misses(draw: st.DrawFn) -> str:
    """A spec of the gallery with lines and tokens deleted, doubled or put in others' places."""
    text = draw(st.sampled_from(GALLERY))
    for split, join in ((str.splitlines, "\n"), (TOKEN.findall, "")):
        parts = split(text)
        for _ in range(draw(st.integers(0, 3))):
            i, j = (draw(st.integers(0, len(parts) - 1)) for _ in range(2))
            change = draw(st.sampled_from(["delete", "double", "replace", "swap"]))
            if change == "delete" and len(parts) > 1:
                del parts[i]
            elif change == "double":
                parts.insert(j, parts[i])
            elif change == "replace":
                parts[i] = parts[j]
            else:
                parts[i], parts[j] = parts[j], parts[i]
        text = join.join(parts)
    return text


@pytest.mark.slow
@given(near_misses())
@UNHURRIED
def test_near_misses(text: str) -> None:
    check(text.encode())


@given(st.sampled_from(FAULTY), st.data())
@UNHURRIED
def test_files_that_break_off(text: bytes, data: st.DataObject) -> None:
    if len(text) < 100_000:
        check(text[: data.draw(st.integers(0, len(text)))])


NAMES = ["infer", "validate", "rank", "weights", "output", "variables", "any_case", "__class__",
         "__init__", "__slots__", "__doc__", "self", "name", "trainable", "dtype", "_x", "é"]  # fmt: skip


@pytest.mark.parametrize("default", ["", "3", "[1, 2]", "{a: 1}", "null"])
@pytest.mark.parametrize("name", NAMES)
def test_arguments_of_any_name(name: str, default: str) -> None:
    kinds = f"kinds: {{A: {{args: {{{name}: {default}}}, output: =input}}}}\n"
    check(f"input: [3]\n{kinds}layers: [A, {{A: {{{name}: 4}}}}]\n".encode())


@pytest.mark.parametrize(
    "text",
    [
        "vars: {a: =10**99, b: =a*a, c: =b*b, d: =c*c, e: =d*d, f: =e*e, g: =f*f}\ninput: [=g]\nlayers: [ReLU]\n",
        "vars: {a: '=round(5, -999999999)'}\ninput: [=a]\nlayers: [ReLU]\n",
        "vars: {a: '=[[[0]*10000]*10000]*10000'}\ninput: =a\nlayers: [ReLU]\n",
        "input: [8]\nlayers: [{Dense: 0x" + "f" * 5000 + "}]\n",
        "input: [8]\nlayers: [{Dense: -" + "9" * 500 + "}]\n",
        "input: [8]\nlayers: [{Dense: [[" + "9" * 500 + "]]}]\n",
        "input: [8]\nlayers: [{Dense: !!int " + "9" * 5000 + "}]\n",
        "input: [8]\nlayers: [" + "a" * 50_000 + "]\n",
        "input: [8]\nlayers: " + "[" * 50_000 + "\n",
        "input: [8]\nlayers: " + "{a: " * 50_000 + "\n",
        "input: [8]\n" + "- " * 50_000 + "\n",
        "input: [8]\nlayers: [{ReLU: , repeat: 1000000000000}]\n",
        "input: [8]\nblocks: {a: {layers: [b, b]}, b: {layers: [a, a]}}\nlayers: [a]\n",
        "input: [8]\nblocks:\n"
        + "".join(f"  b{n}: {{layers: [b{n + 1}, b{n + 1}]}}\n" for n in range(60))
        + "  b60: {layers: []}\nlayers: [b0]\n",
        "input: {batch_shape: []}\nkinds: {A: {output: =input}}\nlayers: [A]\n",
        'input: [3]\nkinds: {"a\\0b": {output: =input}}\nlayers: ["a\\0b"]\n',
    ],
    ids=lambda text: text[:60],
)  # fmt: skip
def test_what_once_went_wrong_or_could(text: str) -> None:
    check(text.encode())
