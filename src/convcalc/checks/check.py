"""The check of a model: its faults, the warnings that are asked for, and its expectations."""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from convcalc import checks
from convcalc.analysis import costs
from convcalc.analysis.analysis import Analysis, analyze
from convcalc.checks.expectations import judge
from convcalc.checks.finding import Checked, of_diagnostic, with_fingerprints
from convcalc.diagnostics import NO_PLACE, Diagnostic, Span
from convcalc.expectations import PEAK_MEMORY, RECEPTIVE_FIELD, Expectations
from convcalc.report import Report
from convcalc.shapes import Dim

_COSTLY = {RECEPTIVE_FIELD, PEAK_MEMORY}


def check(
    analysis: Analysis,
    expected: Sequence[Expectations] = (),
    warnings: Collection[str] = (),
    path: str | None = None,
) -> Checked:
    """Check a model against the expectations of its own file, and those `expected` besides.

    Each error is a finding, and so is each warning whose code is among `warnings`. Fingerprints
    depend on `path`, by default the source of the report.
    """
    report = analysis.report
    faults = [d for d in report.diagnostics if d.severity == "error" or d.code in warnings]
    own = analysis.network.expect
    expected = (own, *expected) if own else expected
    # A fault in the expectations does not make anything about the network unknown.
    judged = _without_faults_in(analysis, own.span if own else None)
    faults += checks.find_warnings(judged, warnings) if warnings else ()
    if any(one.key in _COSTLY for each in expected for one in each.all):
        judged = costs.with_costs(judged)
    network = judged.network
    faulty = not analysis.readable or any(d.severity == "error" for d in network.diagnostics)

    def compute(shapes: Sequence[Dim] | Mapping[str, Sequence[Dim]]) -> Report:
        return analyze(network, shapes).report

    places = {layer.name: layer.span for layer in report.layers}
    findings = [of_diagnostic(d, report.source, places.get(d.layer or "")) for d in faults]
    outcomes = []
    for each in expected:
        judgements = list(judge(judged.report, each, None if faulty else compute))
        outcomes += [outcome for outcome, _ in judgements if outcome]
        wrong = [finding for _, finding in judgements if finding]
        findings += sorted(wrong, key=lambda finding: finding.place.span or NO_PLACE)
    return Checked(
        source=report.source,
        outcomes=tuple(outcomes),
        findings=with_fingerprints(findings, path or report.source),
    )


def _without_faults_in(analysis: Analysis, span: Span | None) -> Analysis:
    """The analysis without the diagnostics that stand in one part of the file."""

    def outside(diagnostics: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
        return tuple(
            d
            for d in diagnostics
            if span is None or d.span is None or not span[:2] <= d.span[:2] <= span[2:]
        )

    network, report = analysis.network, analysis.report
    return msgspec.structs.replace(
        analysis,
        network=msgspec.structs.replace(network, diagnostics=outside(network.diagnostics)),
        report=msgspec.structs.replace(report, diagnostics=outside(report.diagnostics)),
    )
