"""JUnit XML, as Jenkins and GitLab read it: a suite per model, a case per expectation."""

from collections import Counter
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from convcalc.checks.finding import Checked, Finding, Outcome
from convcalc.render.finding_text import advice, is_fault, notes, path_of, places, where
from convcalc.render.layout import Layout
from convcalc.render.printable import xml_document, xml_text

_ELSEWHERE = "not as expected, because of another finding of this suite"


def render(checked: Sequence[Checked], layout: Layout) -> str:
    """XML in ASCII, so that the encoding does not matter."""
    suites = Element("testsuites", name="convcalc")
    for each in checked:
        _suite(suites, each, layout.root)
    for name in ("tests", "failures", "errors"):
        suites.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    indent(suites)
    text = tostring(suites, encoding="us-ascii").decode()
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{xml_document(text)}\n'


def _suite(suites: Element, checked: Checked, root: str | None) -> None:
    path = xml_text(path_of(checked.source, root))
    suite = SubElement(suites, "testsuite", name=path, file=path)
    names: Counter[str] = Counter()
    for name, fault in _cases(checked):
        names[name] += 1
        number = f" ({names[name]})" if names[name] > 1 else ""
        case = SubElement(suite, "testcase", classname=path, name=xml_text(name + number))
        if isinstance(fault, Finding):
            tag = "error" if fault.severity == "error" and is_fault(fault) else "failure"
            element = SubElement(
                case, tag, type=xml_text(fault.rule), message=xml_text(fault.message)
            )
            element.text = xml_text(_text(fault, root))
        elif fault:
            SubElement(case, "failure", message=fault)
    suite.set("tests", str(len(suite)))
    for name, tag in (("failures", "failure"), ("errors", "error")):
        suite.set(name, str(len(suite.findall(f"testcase/{tag}"))))


def _cases(checked: Checked) -> Iterator[tuple[str, Finding | str | None]]:
    """The name and fault of each case: every expectation, then all other findings."""
    findings = list(checked.findings)
    found = {
        i: _take(findings, outcome)
        for i, outcome in enumerate(checked.outcomes)
        if not outcome.held
    }
    for i, outcome in enumerate(checked.outcomes):
        yield _name(outcome), None if outcome.held else found[i] or _ELSEWHERE
    for finding in findings:
        yield _name(finding), finding
    if not checked.outcomes and not checked.findings:
        yield "is in order", None


def _take(findings: list[Finding], outcome: Outcome) -> Finding | None:
    """Remove and return the finding about an outcome, of its layer if it names one."""
    for finding in findings:
        is_about = (finding.rule, finding.key) == (outcome.rule, outcome.key)
        if is_about and outcome.layer in {None, finding.layer}:
            findings.remove(finding)
            return finding
    return None


def _name(named: Outcome | Finding) -> str:
    return " ".join(part for part in (named.layer, named.key, f"[{named.rule}]") if part)


def _text(finding: Finding, root: str | None) -> str:
    place, _ = places(finding)
    first = f"{where(place, root)}: {finding.severity}: {finding.message}"
    return "\n".join((first, *notes(finding, root))) + advice(finding)
