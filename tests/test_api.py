"""The library's front door."""

import gc
import json
import subprocess
import sys
from pathlib import Path

import pytest

import convcalc
from convcalc import api, formats
from convcalc.locks.lock import lock
from convcalc.locks.text import write

SPEC = "vars: {n: 3}\ninput: [8]\nlayers: [{Dense: =n}]\n"


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "net.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return path


def test_load(spec: Path) -> None:
    network = convcalc.load(spec)
    assert isinstance(network, convcalc.Network)
    assert (network.name, network.source) == ("net", str(spec))
    assert [node.name for node in network.nodes] == ["input", "dense"]


def test_summarize_a_path(spec: Path) -> None:
    report = convcalc.summarize(str(spec))
    assert isinstance(report, convcalc.Report)
    assert report.params.count == 27
    assert json.loads(json.dumps(report.to_dict()["totals"]))["params"] == 27


def test_summarize_a_network(spec: Path) -> None:
    network = convcalc.load(spec)
    assert convcalc.summarize(network) == convcalc.summarize(spec)


def test_variables(spec: Path) -> None:
    assert convcalc.summarize(spec, variables={"n": 5}).params.count == 45
    assert convcalc.summarize(convcalc.load(spec), variables={"n": 5}).params.count == 45
    assert convcalc.summarize(convcalc.load(spec), variables={}).params.count == 27


def test_inputs_and_batch_size(spec: Path) -> None:
    report = convcalc.summarize(spec, inputs=[2], batch_size=4)
    assert [layer.output_shapes for layer in report.layers] == [((4, 2),), ((4, 3),)]
    report = convcalc.summarize(spec, inputs={"input": (None, 2)})
    assert report.outputs[0].shape == (None, None, 3)


def test_a_shape_without_a_name_needs_a_single_input() -> None:
    two = formats.parse(b"inputs: {a: [1], b: [1]}\nlayers: [{Add: , from: [a, b]}]\n", "")
    with pytest.raises(convcalc.UsageError) as caught:
        convcalc.summarize(two, inputs=[3])
    assert str(caught.value) == "the network has 2 inputs (a, b): map names to shapes"


def test_variables_of_a_network_that_has_no_spec() -> None:
    network = convcalc.Network(name="", source="", nodes=[], inputs=(), outputs=())
    with pytest.raises(convcalc.UsageError, match=r"^this network has no variables$"):
        convcalc.summarize(network, variables={"n": 3})


def test_wrong_uses(spec: Path) -> None:
    with pytest.raises(convcalc.UsageError, match=r"^there is no variable 'm'"):
        convcalc.summarize(spec, variables={"m": 3})
    with pytest.raises(convcalc.UsageError, match=r"^there is no input 'x'"):
        convcalc.summarize(spec, inputs={"x": [3]})


def test_what_is_no_network(spec: Path) -> None:
    spec.write_text("3", encoding="utf-8")
    for function in (convcalc.load, convcalc.summarize):
        with pytest.raises(convcalc.SpecError, match="a spec is a mapping"):
            function(spec)


def test_what_can_not_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        convcalc.load(tmp_path / "missing.yaml")
    with pytest.raises(IsADirectoryError):
        convcalc.summarize(tmp_path)


def test_faults_of_layers_do_not_raise(spec: Path) -> None:
    report = convcalc.summarize(spec, variables={"n": 0})
    assert not report.ok
    assert [d.code for d in report.diagnostics] == ["wrong-value"]


def test_the_garbage_collector_is_left_as_it_was(spec: Path) -> None:
    assert gc.isenabled()
    convcalc.summarize(spec)
    assert gc.isenabled()
    with pytest.raises(FileNotFoundError):
        convcalc.load("missing.yaml")
    assert gc.isenabled()
    gc.disable()
    try:
        convcalc.summarize(spec)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_bytes_of_a_file_name_that_are_not_text(tmp_path: Path) -> None:
    path = tmp_path / "a\udcff.yaml"
    try:
        path.write_text(SPEC, encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes no such name")
    report = convcalc.summarize(path)
    assert report.name == "a\\xff"
    assert report.source.encode().endswith(b"/a\\xff.yaml")


def test_diff(spec: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(SPEC.replace("n: 3", "n: 5"), encoding="utf-8")
    locked = tmp_path / "locked"
    locked.write_text(write(lock(convcalc.summarize(spec))), encoding="utf-8")
    for old in (spec, str(spec), convcalc.load(spec), convcalc.summarize(spec)):
        difference = convcalc.diff(old, other)
        assert isinstance(difference, convcalc.Difference)
        assert [each.name for each in difference.changed[0].arguments] == ["units"]
        assert difference.totals["params"].change == 18
    by_lock = convcalc.diff(locked, other)
    assert (by_lock.changed[0].arguments, by_lock.totals["params"].change) == ((), 18)
    assert convcalc.diff(locked, spec).is_empty


def test_what_can_not_be_compared(spec: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        convcalc.diff(spec, tmp_path / "none.yaml")
    (tmp_path / "locked").write_text("schema: convcalc.lock/9\n", encoding="utf-8")
    with pytest.raises(convcalc.SpecError, match=r"is not convcalc\.lock/1, the schema of a lock"):
        convcalc.diff(tmp_path / "locked", spec)


def test_every_public_name_is_there() -> None:
    for name in convcalc.__all__:
        assert getattr(convcalc, name) is not None
    assert convcalc.summarize is api.summarize
    assert dir(convcalc) == sorted(convcalc.__all__)
    with pytest.raises(AttributeError, match="module 'convcalc' has no attribute 'sumarize'"):
        convcalc.sumarize  # type: ignore[attr-defined]  # noqa: B018


def test_importing_costs_next_to_nothing() -> None:
    program = "import sys; old = set(sys.modules); import convcalc; print(set(sys.modules) - old)"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True
    )
    assert ran.stdout == "{'convcalc'}\n"


def test_fixes_are_those_of_the_inputs_that_were_asked_for(spec: Path) -> None:
    spec.write_text("input: [32, 32, 1]\nlayers:\n  - Conv2D: {filters: 1, kernel_size: 9}\n")
    analysis = convcalc.with_fixes(convcalc.analyze(spec, inputs=[8, 8, 1]))
    (fault,) = analysis.report.diagnostics
    assert [fix.edit for fix in fault.fixes] == [
        "add padding: same",
        "kernel_size: 8",
        "input: [9, 9, 1]",
    ]


def test_an_explanation_shows_the_inputs_that_were_asked_for(spec: Path) -> None:
    told = convcalc.explain(convcalc.analyze(spec, inputs=[5]), "input")
    assert told.entry.startswith("- InputLayer: {shape: [5]}\n")
    assert told.outputs is not None
    assert told.outputs[0].shape == (None, 5)


def test_the_text_of_a_lock(spec: Path) -> None:
    text = convcalc.lock(convcalc.analyze(spec))
    assert text.startswith("# ")
    assert "  params: 27\n" in text
