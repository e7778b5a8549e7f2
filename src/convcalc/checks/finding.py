"""The findings and outcomes of `convcalc check`, as data."""

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any, Literal, NamedTuple

import msgspec

from convcalc.diagnostics import Diagnostic, Fix, Span

SCHEMA = "convcalc.check/1"


class Place(NamedTuple):
    """A place in a file; without a span, the whole file."""

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
    """One finding: the rule, the model, the layer, the place, and the difference.

    `rule` is a stable kebab-case name, for a fault or warning its code. `place` is the place of the
    expectation or the fault, `layer_place` that of the layer. `expected`, `found` and `difference`
    are plain JSON data, None if they don't apply or are unknown. `pattern` is the pattern in
    `convcalc.yaml` that sets the expectation, None for others. `fingerprint` stays the same when
    the rest of the file changes.
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
    """One expectation, and whether it holds; the fields are those of a finding about it."""

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
    """The results for one file, a model or (without `is_model`) a configuration."""

    source: str
    is_model: bool = True
    outcomes: tuple[Outcome, ...] = ()
    findings: tuple[Finding, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """The results as plain JSON data, in the schema `convcalc.check/1`."""
        return document([self])


def document(checked: Sequence[Checked]) -> dict[str, object]:
    """All models with their expectations, and all findings, as plain JSON data."""
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
    """A fault or warning as a finding; `layer` is the place of its layer."""
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
    """The findings with fingerprints, hashes of the model's path, layer, rule, key and pattern.

    Findings that share all of these are numbered from 2 on.
    """
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
