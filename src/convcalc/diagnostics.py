"""What is wrong, and where: the one record from which every form of message is derived."""

import itertools
from collections.abc import Collection, Iterable, Sized
from typing import Literal, NamedTuple

import msgspec

LINE_BREAK = "\r\n|[\r\n\x85\u2028\u2029]"
"""What ends a line, as YAML counts them."""


class Span(NamedTuple):
    """A range of a text file: lines and columns from 1, in characters; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


NO_PLACE = Span(0, 0, 0, 0)
"""Stands before all places."""


class Fix(msgspec.Struct, frozen=True, kw_only=True):
    """A change of a file that was tried: `edit` says what, and `span` and `layer` say where.

    `replacement` is the text to be put in the place of what stands at `span`, where the whole
    change is that. A file without places has no spans.
    """

    edit: str
    layer: str
    span: Span | None = None
    replacement: str | None = None

    @property
    def text(self) -> str:
        """The edit with its place, or the layer where there is none."""
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
    """One fault of a file: a stable kebab-case code, what is wrong, where, and what would help.

    `fixes` are changes that were tried, the smallest first; `api.with_fixes` looks for them.
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
        """What makes two diagnostics the same: code, message, and place, or layer without one."""
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
"""For how many faults of a file the name that was meant is looked for."""

_LONGEST = 60
_MOST_CANDIDATES = 10_000
_MOST_LISTED = 100


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by place, else as found, and drop repeats: a block used twice has its fault once."""
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
    """A value as it is written in a spec, cut where it is long."""
    plain = isinstance(value, str | bool | int | list | dict | None)
    text = msgspec.json.encode(value, enc_hook=repr).decode() if plain else repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def closest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that a misspelt name most likely means, None where nothing is close."""
    import difflib  # noqa: PLC0415 (only a fault needs it)

    if len(name) > _LONGEST:
        return None
    # A name that is refused though it is among them was meant, but can't stand where it does.
    by_folded = {each.casefold(): each for each in candidates if each != name}
    close = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def did_you_mean(name: str, candidates: Collection[str], found: Sized = ()) -> str | None:
    """A help text that names the closest candidate, None where nothing is close.

    Looking for it takes longer than all else. So it is only done for the first of the faults
    `found` in a file, and not among very many candidates.
    """
    if len(found) >= FEW or len(candidates) > _MOST_CANDIDATES:
        return None
    meant = closest(name, candidates)
    return f"did you mean {meant}?" if meant else None


def listed(names: Collection[str]) -> str:
    """Names in a message: all, or the first and how many more there are."""
    more = len(names) - _MOST_LISTED
    text = ", ".join(itertools.islice(names, _MOST_LISTED))
    return f"{text} and {more:,} more" if more > 0 else text
