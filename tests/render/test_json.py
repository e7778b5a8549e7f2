"""JSON and JSON lines: the schema's data, one report or several."""

import json

from convcalc.diagnostics import Diagnostic
from convcalc.render.layout import Layout
from convcalc.render.summary import RENDERERS, render
from convcalc.report import Report
from render.reports import CHAIN, FAULTY, layer

LAYOUT = Layout()


def data(report: Report) -> object:
    return json.loads(json.dumps(report.to_dict()))


def test_one_report_is_an_object() -> None:
    text = render("json", [CHAIN], LAYOUT)
    assert json.loads(text) == data(CHAIN)
    assert text.startswith('{\n  "schema": "convcalc.summary/1",\n  "name": "net",\n')
    assert text.endswith('  "diagnostics": []\n}\n')


def test_several_reports_are_an_array() -> None:
    assert json.loads(render("json", [CHAIN, FAULTY], Layout(several=True))) == [
        data(CHAIN),
        data(FAULTY),
    ]


def test_lines() -> None:
    text = render("jsonl", [CHAIN, FAULTY], LAYOUT)
    assert [json.loads(line) for line in text.splitlines()] == [data(CHAIN), data(FAULTY)]
    assert text.startswith('{"schema":"convcalc.summary/1","name":"net","source":"net.yaml",')
    assert text.endswith("}\n")
    one = render("jsonl", [CHAIN], LAYOUT)
    assert json.loads(one) == data(CHAIN)
    assert one.count("\n") == 1


def test_weights_and_diagnostics() -> None:
    found = json.loads(render("json", [FAULTY], LAYOUT))
    assert found["layers"][1]["weights"][0] == {
        "name": "kernel",
        "shape": [3, 4],
        "count": 7,
        "trainable": True,
        "dtype": "float32",
        "path": "kernel",
    }
    assert found["layers"][2]["weights"] is None
    assert found["diagnostics"] == [
        {
            "code": "wrong-value",
            "severity": "error",
            "message": "no",
            "help": None,
            "layer": "bad",
            "line": 4,
            "column": 5,
            "end_line": 4,
            "end_column": 10,
            "fixes": [],
        }
    ]


def test_names_are_safe_and_still_themselves() -> None:
    name = "\x1b\x9b\u202e\u2028名\n"
    report = Report(
        name=name,
        source=name,
        layers=(layer(name),),
        diagnostics=(Diagnostic(code="a", message=name),),
    )
    for format_ in ("json", "jsonl"):
        text = render(format_, [report], LAYOUT)
        assert json.loads(text) == data(report)
        assert not [c for c in text if not c.isprintable() and c != "\n"]


def test_the_formats() -> None:
    assert RENDERERS.formats() == ("csv", "json", "jsonl", "markdown", "table")
