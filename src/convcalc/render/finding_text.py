"""What the formats of findings share: the place to show, the order, the words."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePath

from convcalc.checks.expectations import RULES
from convcalc.checks.finding import Checked, Finding, Place
from convcalc.locks.drifts import CODES
from convcalc.render.diagnostics import help_lines
from convcalc.render.printable import printable
from convcalc.shapes import format_count

_NO_FILE = "<stdin>"


def all_of(checked: Iterable[Checked]) -> list[Finding]:
    """All findings, in order."""
    return [finding for each in checked for finding in each.findings]


def is_fault(finding: Finding) -> bool:
    """Whether the model itself is faulty, rather than different from expectations or its lock."""
    return finding.rule not in CODES and finding.rule not in RULES


def places(finding: Finding) -> tuple[Place, Place | None]:
    """The place to show a finding at, and another place to mention, if any.

    A reader will change the layer, so a finding is shown there, if the layer has a place. A fault
    has a more exact place than its layer.
    """
    place, layer = finding.place, finding.layer_place
    if layer is None or is_fault(finding) or layer == place:
        return place, None
    if layer.span is None:
        return place, None if layer.source == place.source else layer
    return layer, place


def path_of(source: str, root: str | None) -> str:
    """A path with `/`, relative to a folder around it, by default the current one."""
    if source == _NO_FILE:
        return source
    path = os.path.normpath(source)
    relative = os.path.relpath(path, root or os.curdir)
    is_outside = PurePath(relative).parts[:1] == (os.pardir,)
    return PurePath(path if is_outside else relative).as_posix()


def where(place: Place, root: str | None) -> str:
    """A place as compilers write it: path, line and column."""
    path = path_of(place.source, root)
    return f"{path}:{place.span.line}:{place.span.column}" if place.span else path


def notes(finding: Finding, root: str | None) -> list[str]:
    """Details that neither the message nor the place shows: another place, the model."""
    place, other = places(finding)
    found = []
    if other is not None:
        is_layer = other is finding.layer_place
        found.append(f"{'the layer is in' if is_layer else 'expected at'} {where(other, root)}")
    if finding.model not in {place.source, other.source if other else None}:
        found.append(f"model {path_of(finding.model, root)}")
    return found


def sentence(finding: Finding, root: str | None) -> str:
    """The message with its notes in parentheses."""
    details = notes(finding, root)
    return f"{finding.message} ({', '.join(details)})" if details else finding.message


def advice(finding: Finding) -> str:
    """The help of a finding, on lines to put after the message; empty if there is none."""
    lines = help_lines(finding.help, finding.fixes)
    return "".join(("\nhelp: ", "\n".join(lines))) if lines else ""


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Sort: errors before warnings; faults, expectations, drifts; large relative differences first.

    Differences that are not numbers, such as another rank, come before those that are. Unknown
    values come last, because a fault causes them. The order is stable.
    """
    return sorted(findings, key=_order)


def _order(finding: Finding) -> tuple[bool, int, bool, bool, int]:
    kind = 2 if finding.rule in CODES else 0 if is_fault(finding) else 1
    relative = _relative(finding)
    is_unknown = kind == 1 and finding.found is None
    return (
        finding.severity != "error",
        kind,
        is_unknown,
        relative is not None,
        -(relative or 0),
    )


def _relative(finding: Finding) -> int | None:
    """The largest relative difference in millionths; None if none is a number."""
    found, difference = finding.found, finding.difference
    pairs = zip(found, difference, strict=False) if _are_lists(found, difference) else ()
    ratios = [
        abs(by) * 1_000_000 // max(abs(have - by), 1)
        for have, by in (*pairs, (found, difference))
        if isinstance(have, int) and isinstance(by, int)
    ]
    return max(ratios, default=None)


def _are_lists(*values: object) -> bool:
    return all(isinstance(value, list | tuple) for value in values)


def fingerprints(findings: Sequence[Finding]) -> list[str]:
    """The fingerprint of each finding; repeated ones get a number."""
    seen: Counter[str] = Counter()
    unique = []
    for finding in findings:
        seen[finding.fingerprint] += 1
        number = seen[finding.fingerprint]
        unique.append(finding.fingerprint if number == 1 else f"{finding.fingerprint}-{number}")
    return unique


def summary(checked: Iterable[Checked], name: Callable[[str], str] = printable) -> str:
    """The numbers of findings and of models with findings, and the other files with findings."""
    checked = list(checked)
    models = [each for each in checked if each.is_model]
    wrong = sum(bool(each.findings) for each in models)
    others = {each.source for each in checked if each.findings and not each.is_model}
    findings = sum(len(each.findings) for each in checked)
    if not findings:
        return f"{format_count(len(models), 'model')} in order"
    found_in = [f"{wrong} of {format_count(len(models), 'model')}"] if wrong or not others else []
    found_in += map(name, sorted(others))
    return f"{format_count(findings, 'finding')} in {' and '.join(found_in)}"
