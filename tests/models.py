"""Models as tests write them: read, computed, and their faults in one line each."""

from typing import Any, NamedTuple

from convcalc import api, formats
from convcalc.analysis.analysis import Analysis
from convcalc.diagnostics import Diagnostic, SpecError
from convcalc.network import Network
from convcalc.report import Report


class Fault(NamedTuple):
    """A diagnostic in short; its place is line:column-end, or line:column-line:column."""

    code: str
    place: str
    message: str
    help: str | None = None


def network(text: str, **variables: Any) -> Network:
    return formats.parse(text.encode(), "model.yaml", variables)


def analysis(text: str, **options: Any) -> Analysis:
    return api.analyze(network(text), **options)


def report(text: str, **options: Any) -> Report:
    return analysis(text, **options).report


def rows(report: Report) -> dict[str, tuple[int | None, ...] | None]:
    """Each layer's first output, by the layer's name."""
    return {
        layer.name: layer.output_shapes[0] if layer.output_shapes else None
        for layer in report.layers
    }


def reads(report: Report) -> dict[str, tuple[str, ...]]:
    """What each layer reads, by the layer's name."""
    return {layer.name: layer.inputs for layer in report.layers}


def faults(text: str, **options: Any) -> list[Fault]:
    """The faults of a model, whether it is a network at all or not."""
    try:
        found = report(text, **options).diagnostics
    except SpecError as error:
        found = error.diagnostics
    return list(map(in_short, found))


def in_short(diagnostic: Diagnostic) -> Fault:
    place = ""
    if diagnostic.span:
        line, column, end_line, end_column = diagnostic.span
        end = f"{end_column}" if end_line == line else f"{end_line}:{end_column}"
        place = f"{line}:{column}-{end}"
    return Fault(diagnostic.code, place, diagnostic.message, diagnostic.help)
