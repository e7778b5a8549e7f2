"""What `convcalc check` finds: what must hold and does not, as data."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from convcalc.diagnostics import Diagnostic, Fix, Span

SCHEMA = "convcalc.check/1"


class Place(NamedTuple):
    """A place in a file; without a span, the file as a whole."""

    source: str
    span: Span | None = None

    def to_dict(self) -> dict[str, object]:
        """The place as plain JSON data."""
        line, column, end_line, end_column = self.span or (None, None, None, None)
        return {
            "source": self.source,
            "line": line,
            "column": column,
            "end_line": end_line,
            "end_column": end_column,
        }


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that does not hold: by which rule, of which model and layer, where, and how far.

    `rule` is a stable kebab-case name; of a fault or a warning, its code. `place` is where it is
    said what must hold, or where a fault is; `layer_place` is where the layer stands. `expected`,
    `found` and `difference` are plain JSON data, None where there is no such thing or it can't be
    known. `pattern` is the one in `convcalc.yaml` that asks for it, None
    elsewhere. `fingerprint` stays the same while the file around changes.
    """

    rule: str
    model: str
    message: str
    severity: Literal["error", "warning"] = "error"
    layer: str | None = None
    key: str = ""
    pattern: str | None = None
    help: str | None = None
    fixes: tuple[Fix, ...] = ()
    expected: Any = None
    found: Any = None
    difference: Any = None
    place: Place
    layer_place: Place | None = None
    fingerprint: str = ""

    def to_dict(self) -> dict[str, object]:
        """The finding as plain JSON data."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "model": self.model,
            "layer": self.layer,
            "key": self.key,
            "pattern": self.pattern,
            "message": self.message,
            "help": self.help,
            "fixes": [fix.to_dict() for fix in self.fixes],
            "expected": self.expected,
            "found": self.found,
            "difference": self.difference,
            "place": self.place.to_dict(),
            "layer_place": self.layer_place and self.layer_place.to_dict(),
            "fingerprint": self.fingerprint,
        }


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One expectation, named as a finding about it would name it, and whether it holds.

    `expected` is plain JSON data, as in a finding; `pattern` is the one in `convcalc.yaml` that
    asks for it, None elsewhere.
    """

    rule: str
    key: str
    layer: str | None = None
    pattern: str | None = None
    expected: Any = None
    held: bool

    def to_dict(self) -> dict[str, object]:
        """The outcome as plain JSON data."""
        return msgspec.structs.asdict(self)


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """All that was checked of one model, or of a file that says what is to be checked.

    `source` names it, `is_model` tells which of the two it is.
    """

    source: str
    is_model: bool = True
    outcomes: tuple[Outcome, ...] = ()
    findings: tuple[Finding, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """What was checked as plain JSON data, in the schema `convcalc.check/1`."""
        return document([self])


def document(checked: Sequence[Checked]) -> dict[str, object]:
    """All models, with their expectations, and all findings, as plain JSON data."""
    findings = [finding.to_dict() for each in checked for finding in each.findings]
    models = [
        {
            "path": each.source,
            "expectations": [outcome.to_dict() for outcome in each.outcomes],
            "findings": len(each.findings),
        }
        for each in checked
        if each.is_model
    ]
    return {"schema": SCHEMA, "ok": not findings, "models": models, "findings": findings}


def of_diagnostic(diagnostic: Diagnostic, source: str, layer: Span | None = None) -> Finding:
    """A fault or warning of a file as a finding; `layer` is the place of its layer."""
    return Finding(
        rule=diagnostic.code,
        model=source,
        message=diagnostic.message,
        severity=diagnostic.severity,
        layer=diagnostic.layer,
        help=diagnostic.help,
        fixes=diagnostic.fixes,
        place=Place(source, diagnostic.span),
        layer_place=Place(source, layer) if diagnostic.layer else None,
    )


def with_fingerprints(findings: Iterable[Finding], path: str) -> tuple[Finding, ...]:
    """The findings with fingerprints made of the model's path, layer, rule, key and pattern.

    The second of several that have all of these in common has a 2 added to it, and so on.
    """
    from hashlib import sha256  # noqa: PLC0415 (start-up time)

    seen: Counter[tuple[str, ...]] = Counter()
    stamped = []
    for finding in findings:
        by_pattern = () if finding.pattern is None else (finding.pattern,)
        identity = (path, finding.layer or "", finding.rule, finding.key, *by_pattern)
        seen[identity] += 1
        parts = identity if seen[identity] == 1 else (*identity, str(seen[identity]))
        digest = sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()
        stamped.append(msgspec.structs.replace(finding, fingerprint=digest[:16]))
    return tuple(stamped)
