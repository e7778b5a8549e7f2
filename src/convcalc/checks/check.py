"""The check of a model: its faults, the requested warnings, and its expectations."""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from convcalc import checks
from convcalc.analysis import costs
from convcalc.analysis.analysis import Analysis, analyze
from convcalc.checks.expectations import judge
from convcalc.checks.finding import Checked, Finding, Outcome, of_diagnostic, with_fingerprints
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
    """Check a model against the expectations in its file and those in `expected`.

    Each error is a finding, and so is each warning with a code in `warnings`. Fingerprints depend
    on `path`, by default the source of the report.
    """
    report, own = analysis.report, analysis.network.expect
    faults = [d for d in report.diagnostics if d.severity == "error" or d.code in warnings]
    # A fault in the expectations does not make anything about the network unknown.
    judged = _without_faults_in(analysis, own.span if own else None)
    faults += checks.find_warnings(judged, warnings) if warnings else ()
    places = {layer.name: layer.span for layer in report.layers}
    findings = [of_diagnostic(d, report.source, places.get(d.layer or "")) for d in faults]
    outcomes, failed = _judge_all(judged, (own, *expected) if own else expected)
    return Checked(
        source=report.source,
        outcomes=tuple(outcomes),
        findings=with_fingerprints([*findings, *failed], path or report.source),
    )


def _judge_all(
    analysis: Analysis, expected: Sequence[Expectations]
) -> tuple[list[Outcome], list[Finding]]:
    """The outcome of each expectation, and the findings about those that fail."""
    if any(one.key in _COSTLY for each in expected for one in each.all):
        analysis = costs.with_costs(analysis)
    network = analysis.network
    faulty = not analysis.readable or any(d.severity == "error" for d in network.diagnostics)

    def compute(shapes: Sequence[Dim] | Mapping[str, Sequence[Dim]]) -> Report:
        return analyze(network, shapes).report

    outcomes: list[Outcome] = []
    findings: list[Finding] = []
    for each in expected:
        judgements = list(judge(analysis.report, each, None if faulty else compute))
        outcomes += [outcome for outcome, _ in judgements if outcome]
        failed = [finding for _, finding in judgements if finding]
        findings += sorted(failed, key=lambda finding: finding.place.span or NO_PLACE)
    return outcomes, findings


def _without_faults_in(analysis: Analysis, span: Span | None) -> Analysis:
    """The analysis without the diagnostics in one part of the file."""

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
