"""`convcalc.yaml`: the models to check in a repository, and their expectations."""

import fnmatch
import functools
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

import msgspec

from convcalc import checks
from convcalc.diagnostics import Diagnostic, Span, SpecError, did_you_mean
from convcalc.documents import document
from convcalc.documents.document import Value
from convcalc.documents.faults import Faults
from convcalc.expectations import NETWORK_COUNTS, Expectations
from convcalc.formats.spec.expectations import read_counts, read_expectations

NAME = "convcalc.yaml"

KEYS = ("models", "warnings")
"""The keys of the file; keys that begin with `x-` are for anchors and are ignored."""

RULE_KEYS = (*NETWORK_COUNTS, "expect", "warnings")
"""The keys of a rule."""

_LONGEST = 1_000


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """The expectations and warnings for models whose paths match a pattern.

    `span` is the place of the pattern. `expect_file` names a file with more expectations.
    """

    pattern: str
    span: Span
    expected: tuple[Expectations, ...] = ()
    expect_file: str | None = None
    warnings: tuple[str, ...] = ()

    def matches(self, path: str) -> bool:
        """Whether a path, relative to the configuration and with `/`, matches the pattern."""
        return matches(self.pattern, path)


class Configuration(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A configuration: rules sorted by pattern, and warnings for all models."""

    source: str
    rules: tuple[Rule, ...] = ()
    warnings: tuple[str, ...] = ()
    faults: tuple[Diagnostic, ...] = ()

    def rules_of(self, path: str) -> Iterator[Rule]:
        """Yield the rules that apply to a path, in order."""
        # Index by literal prefix or suffix: matching each rule for each model is quadratic.
        name = PurePosixPath(path).as_posix()
        begin, finish = self._by_ends
        numbers: set[int] = set()
        for i in range(len(name) + 1):
            numbers.update(begin.get(name[:i], ()), finish.get(name[i:], ()))
        return (self.rules[i] for i in sorted(numbers) if self.rules[i].matches(path))

    @functools.cached_property
    def _by_ends(self) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
        """Rule numbers by the literal prefix of the pattern, or by its suffix if that is longer."""
        begin: dict[str, list[int]] = {}
        finish: dict[str, list[int]] = {}
        for i, rule in enumerate(self.rules):
            before, after = ends(PurePosixPath(rule.pattern).as_posix())
            # The slash is optional next to `**`: `a/**` matches `a`, and `**/b` matches `b`.
            by, text = (begin, before) if len(before) >= len(after) else (finish, after)
            by.setdefault(text.strip("/"), []).append(i)
        return begin, finish


def find_root(folder: Path) -> Path:
    """Return the nearest folder upwards that has a configuration or is a git repository's root.

    Without either, return the folder itself.
    """
    for each in (folder, *folder.parents):
        if _has_configuration(each) or _is_repository(each):
            return each
    return folder


def roots(folder: Path) -> Iterator[Path]:
    """Yield the folders whose configurations apply to a folder, nearest first.

    Inside a git repository, these are all folders up to its root; outside, only the nearest.
    """
    repository = find_repository(folder)
    for each in (folder, *folder.parents):
        if _has_configuration(each):
            yield each
            if repository is None:
                return
        if each == repository:
            return


def find_repository(folder: Path) -> Path | None:
    """Return the root of the git repository that contains a folder, or None."""
    return next(filter(_is_repository, (folder, *folder.parents)), None)


# Path's methods raise for unreadable folders and for names that are too long.


def _has_configuration(folder: Path) -> bool:
    return os.path.isfile(folder / NAME)  # noqa: PTH113


def _is_repository(folder: Path) -> bool:
    return os.path.exists(folder / ".git")  # noqa: PTH110


def read(data: bytes, source: str) -> Configuration:
    """Read a configuration; invalid parts are reported in its `faults` and left out."""
    faults = Faults()
    try:
        root = document.read(document.decode(data))
    except SpecError as error:
        return Configuration(source=source, faults=error.diagnostics)
    if root is None or root.plain is None:
        return Configuration(source=source)
    if not root.is_mapping:
        faults.add(root, "wrong-type", "a configuration is a mapping with `models`")
        return Configuration(source=source, faults=tuple(faults.found))
    known = tuple(name for name in root.parts if name.startswith("x-"))
    faults.unknown_keys(root, (*KEYS, *known), NAME)
    rules = _rules(root.get("models"), source, faults)
    warnings = _warnings(root.get("warnings"), faults)
    return Configuration(source=source, rules=rules, warnings=warnings, faults=tuple(faults.found))


def ends(pattern: str) -> tuple[str, str]:
    """Return the literal prefix and suffix of a pattern; the pattern twice if it is all literal."""
    return re.split(r"[*?[\]]", pattern)[0], re.split(r"[*?[\]]", pattern)[-1]


def matches(pattern: str, path: str) -> bool:
    """Whether a path matches a pattern: `**` is any number of folders, `*` any part of a name."""
    wanted, parts = PurePosixPath(pattern).parts, PurePosixPath(path).parts
    ends = {0}  # numbers of leading path parts that the pattern parts so far can match
    for part in wanted:
        if part == "**":
            ends = set(range(min(ends), len(parts) + 1)) if ends else ends
        else:
            ends = {i + 1 for i in ends if i < len(parts) and fnmatch.fnmatchcase(parts[i], part)}
    return len(parts) in ends


def _rules(models: Value | None, source: str, faults: Faults) -> tuple[Rule, ...]:
    if models is None or models.plain is None:
        return ()
    if not models.is_mapping:
        faults.add(models, "wrong-type", "models must be a mapping from patterns of paths")
        return ()
    found = []
    for pattern, (key, value) in models.parts.items():
        if problem := _problem(pattern):
            faults.add(key, "wrong-value", f"this can't be a pattern of paths: {problem}")
        elif value.plain is None:
            found.append(Rule(pattern=pattern, span=key.span))
        elif not value.is_mapping:
            message = f"what is said of {pattern!r} must be a mapping"
            faults.add(value, "wrong-type", message, f"its keys are {', '.join(RULE_KEYS)}")
        else:
            found.append(_rule(pattern, key.span, value, source, faults))
    return tuple(sorted(found, key=lambda rule: rule.pattern))


def _problem(pattern: str) -> str | None:
    """Say what is wrong with a pattern."""
    if not pattern or not pattern.isprintable():
        return "it is empty, or has characters that no path should have"
    if len(pattern) > _LONGEST:
        return f"it is longer than {_LONGEST:,} characters"
    if pattern.startswith("/") or ".." in PurePosixPath(pattern).parts:
        return f"paths are relative to the folder of {NAME}, and inside of it"
    return None


def _rule(pattern: str, span: Span, value: Value, source: str, faults: Faults) -> Rule:
    faults.unknown_keys(value, RULE_KEYS, f"{pattern!r}")
    counts = tuple(read_counts(value, faults, rules="budget"))
    expected = [Expectations(source=source, pattern=pattern, all=counts)] if counts else []
    expect = value.get("expect")
    file = None
    if expect is not None and isinstance(expect.plain, str):
        file = expect.plain
        if problem := _problem(file):
            faults.add(expect, "wrong-value", f"this can't be the path of a file: {problem}")
            file = None
    elif expect is not None and (read := read_expectations(expect, source, faults)):
        expected.append(msgspec.structs.replace(read, pattern=pattern))
    return Rule(
        pattern=pattern,
        span=span,
        expected=tuple(expected),
        expect_file=file,
        warnings=_warnings(value.get("warnings"), faults),
    )


def _warnings(value: Value | None, faults: Faults) -> tuple[str, ...]:
    """Return the codes of warnings; `all` means every code."""
    if value is None or value.plain is None:
        return ()
    known = checks.codes()
    if value.plain == "all":
        return known
    found = []
    items: Sequence[Value] = value.parts if value.is_list else [value]
    for item in items:
        if not isinstance(item.plain, str):
            message = "warnings takes the code of a warning, a list of codes, or all"
            faults.add(item, "wrong-type", message)
        elif item.plain not in known:
            help = (
                did_you_mean(item.plain, known, faults.found) or f"the codes are {', '.join(known)}"
            )
            faults.add(item, "wrong-value", f"there is no warning {item.plain!r}", help)
        else:
            found.append(item.plain)
    return tuple(dict.fromkeys(found))
