"""Diagnostics: the one record from which every form of a message is derived."""

import itertools
from collections.abc import Collection, Iterable, Sized
from typing import Literal, NamedTuple

import msgspec

LINE_BREAK = "\r\n|[\r\n\x85\u2028\u2029]"
"""The line breaks of YAML."""


class Span(NamedTuple):
    """A range of a text file: lines and columns from 1, in characters; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


NO_PLACE = Span(0, 0, 0, 0)
"""Sorts before every place."""


class Fix(msgspec.Struct, frozen=True, kw_only=True):
    """A tested change of a file: `edit` describes it, `span` and `layer` locate it.

    `replacement` replaces the text at `span`; it is None if the change is more than that. `span` is
    None in a file without places.
    """

    edit: str
    layer: str
    span: Span | None = None
    replacement: str | None = None

    @property
    def text(self) -> str:
        """The edit with its line, or with its layer if it has no place."""
        return f"line {self.span.line}: {self.edit}" if self.span else f"{self.layer}: {self.edit}"

    def to_dict(self) -> dict[str, object]:
        """The fix as plain JSON data."""
        line, column, end_line, end_column = self.span or (None, None, None, None)
        return {
            "edit": self.edit,
            "layer": self.layer,
            "line": line,
            "column": column,
            "end_line": end_line,
            "end_column": end_column,
            "replacement": self.replacement,
        }


class Diagnostic(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One fault of a file: a stable kebab-case code, a message, a place, and help.

    `fixes` are tested changes, smallest first; `api.with_fixes` finds them.
    """

    code: str
    message: str
    severity: Literal["error", "warning"] = msgspec.field(default="error")
    span: Span | None = None
    help: str | None = None
    layer: str | None = None
    fixes: tuple[Fix, ...] = ()

    @property
    def identity(self) -> tuple[Span, str, str, str]:
        """The place, or else the layer, with the code and the message; equal for repeats."""
        layer = self.layer or ""
        if self.span is None:
            return (NO_PLACE, layer, self.code, self.message)
        return (self.span, "", self.code, self.message)

    def to_dict(self) -> dict[str, object]:
        """The diagnostic as plain JSON data."""
        line, column, end_line, end_column = self.span or (None, None, None, None)
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "help": self.help,
            "layer": self.layer,
            "line": line,
            "column": column,
            "end_line": end_line,
            "end_column": end_column,
            "fixes": [fix.to_dict() for fix in self.fixes],
        }


FEW = 100
"""The number of faults of a file that get a suggested name."""

_LONGEST = 60
_MOST_CANDIDATES = 10_000
_MOST_LISTED = 100


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by place and drop repeats: a block used twice has its fault once."""
    first: dict[tuple[Span, str, str, str], Diagnostic] = {}
    for diagnostic in diagnostics:
        first.setdefault(diagnostic.identity, diagnostic)
    return tuple(sorted(first.values(), key=lambda diagnostic: diagnostic.identity[0]))


class SpecError(Exception):
    """A file describes no network at all, or a lock file or a file of kinds is not valid.

    `diagnostics` holds every fault, in the order of the file; `source` is the file's name.

    >>> try:
    ...     convcalc.load("notes.txt")
    ... except convcalc.SpecError as error:
    ...     print(error.source, [(fault.code, fault.span.line) for fault in error.diagnostics])
    notes.txt [('wrong-type', 1)]
    """

    def __init__(self, diagnostics: Iterable[Diagnostic], source: str = "") -> None:
        self.diagnostics = in_order(diagnostics)
        self.source = source
        super().__init__(
            "; ".join(
                f"{source}:{d.span.line}:{d.span.column}: {d.message}"
                if d.span
                else f"{source}: {d.message}"
                if source
                else d.message
                for d in self.diagnostics
            )
        )


def brief(value: object) -> str:
    """Format a value as in a spec, truncated if it is long."""
    plain = isinstance(value, str | bool | int | list | dict | None)
    text = msgspec.json.encode(value, enc_hook=repr).decode() if plain else repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def closest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that a misspelt name most likely means; None if none is close."""
    import difflib  # noqa: PLC0415 (only a fault needs it)

    if len(name) > _LONGEST:
        return None
    # A refused name that is itself a candidate was meant; it is just not allowed there.
    by_folded = {each.casefold(): each for each in candidates if each != name}
    close = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def did_you_mean(name: str, candidates: Collection[str], found: Sized = ()) -> str | None:
    """Suggest the closest candidate; None if none is close.

    The search is slow. So it stops after the first `FEW` of the faults `found` in a file, and
    skips very many candidates.
    """
    if len(found) >= FEW or len(candidates) > _MOST_CANDIDATES:
        return None
    meant = closest(name, candidates)
    return f"did you mean {meant}?" if meant else None


def listed(names: Collection[str]) -> str:
    """Format names for a message: all, or the first and the number of the others."""
    more = len(names) - _MOST_LISTED
    text = ", ".join(itertools.islice(names, _MOST_LISTED))
    return f"{text} and {more:,} more" if more > 0 else text
