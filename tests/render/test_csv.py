"""CSV: a header, a row a layer, plain numbers, and nothing where nothing is known."""

import csv
import io

import msgspec

from convcalc.render.layout import Layout
from convcalc.render.summary import render
from convcalc.report import Report
from convcalc.report.costs import ReceptiveField
from render.reports import CHAIN, FAULTY, GROUPED, layer


def rendered(*reports: Report, **layout: object) -> str:
    return render("csv", reports, Layout(several=len(reports) > 1, **layout))  # type: ignore[arg-type]


def test_a_chain() -> None:
    assert rendered(CHAIN) == (
        "name,kind,input,output,kernel,params,connected\n"
        'input,InputLayer,,"(None, 3)",,0,\n'
        'dense,Dense,"(None, 3)","(None, 4)",3×4,1250,input\n'
    )


def test_faults() -> None:
    assert rendered(FAULTY, columns=("name", "output", "kernel", "params")) == (
        "name,output,kernel,params\n"
        'input,"(None, 3)",,0\n'
        'dense,"(None, 4)",3×4,1250\n'
        "bad,,,\n"
        "lost,,,\n"
    )


def test_several_reports() -> None:
    assert rendered(CHAIN, GROUPED, columns=("name", "params"), depth=1) == (
        "model,name,params\nnet,input,0\nnet,dense,1250\n"
        "grouped,input,0\ngrouped,unit,111\ngrouped,again,0\ngrouped,end,0\n"
    )


def test_added_columns() -> None:
    header = rendered(CHAIN, columns=("+strides",)).split("\n")[0]
    assert header == "name,kind,input,output,kernel,params,connected,strides"


def test_names_are_quoted_and_safe() -> None:
    name = 'a,"b"\x1b\n'
    text = rendered(
        Report(name=name, source="", layers=(layer(name),)), CHAIN, columns=("name", "kind")
    )
    assert list(csv.reader(io.StringIO(text)))[1] == ['a,"b"\\x1b\\x0a'] * 2 + ["Dense"]
    assert text.split("\n")[1] == '"a,""b""\\x1b\\x0a","a,""b""\\x1b\\x0a",Dense'


def test_what_is_no_formula_is_left() -> None:
    field = {"a": (ReceptiveField(firsts=(-1,), lasts=(1,)),) * 2}
    name = layer("-1")
    report = Report(
        name="", source="", layers=(msgspec.structs.replace(name, receptive_field=field),)
    )
    text = rendered(report, columns=("name", "receptive_offset"))
    assert list(csv.reader(io.StringIO(text)))[1] == ["'-1", "-1×-1"]


def test_no_layers() -> None:
    header = "name,kind,input,output,kernel,params,connected\n"
    assert rendered(Report(name="", source="")) == header
