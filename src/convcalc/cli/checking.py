"""Checks of models: planned from the command line and configurations, run on several cores."""

import contextlib
import functools
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

import msgspec

from convcalc import api, configuration, disk, formats
from convcalc.analysis.analysis import unreadable as without_network
from convcalc.checks.expectations import NOT_CHECKED
from convcalc.checks.finding import Checked, Finding, Place, of_diagnostic, with_fingerprints
from convcalc.cli import targets
from convcalc.cli.models import STDIN, Changes, analyze, read, source_of
from convcalc.configuration import Configuration
from convcalc.diagnostics import Diagnostic, SpecError
from convcalc.expectations import Expectations
from convcalc.formats.spec import expectations
from convcalc.layers.kind import Kind
from convcalc.locks import files
from convcalc.network import UsageError


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A model to check, and what to check it against.

    `identity` is its path from the root of the repository, so that fingerprints of findings do not
    depend on the current folder. `kinds` is the content of a file that declares layer kinds.
    `locked` requires a lock.
    """

    path: str
    identity: str
    expected: tuple[Expectations, ...] = ()
    warnings: tuple[str, ...] = ()
    kinds: bytes = b""
    changes: Changes = Changes()
    locked: bool = False


class Result(NamedTuple):
    """What a job found, and the model's text if a finding has a place in it."""

    checked: Checked
    text: str = ""


class _Configured(NamedTuple):
    """A configuration and the folder that its paths are relative to."""

    configuration: Configuration
    root: Path


class Plan:
    """What to check, according to the command line and the configurations.

    `checked` holds findings in configurations, expectation files and locks, and `texts` their
    contents. `skipped` are files that match a pattern but are not models. A plan `is_faulty` if one
    of these files has faults or can't be read; if the `kinds` file has, nothing is checked.
    """

    def __init__(
        self,
        *,
        kinds: str | None = None,
        changes: Changes | None = None,
        expect: Sequence[str] = (),
        locked: bool = False,
    ) -> None:
        self.jobs: list[Job] = []
        self.checked: list[Checked] = []
        self.texts: dict[str, str] = {}
        self.skipped: dict[str, None] = {}
        self._kinds: bytes | None = b""
        self.is_faulty = False
        self._changes = changes or Changes()
        self._locked = locked
        self._folders = targets.Folders()
        self._added: set[str] = set()
        self._files: dict[str, Expectations | None] = {}
        self._roots: dict[Path, Path] = {}
        self._configurations: dict[Path, _Configured | None] = {}
        if kinds is not None:
            self._read_kinds(kinds)
        self._expect = [read for path in expect if (read := self._expectations(path))]

    def add(self, paths: Sequence[str]) -> None:
        """Add the models that the command line names, by files, folders and patterns."""
        for path in paths if self._kinds is not None else ():
            named = targets.Named([STDIN]) if path == STDIN else self._folders.expand(path)
            if not named.targets:
                self._complain(path, "there is no model here")
            self.skipped |= dict.fromkeys(named.others)
            for each in named.targets:
                self._add(each)

    def add_configured(self) -> None:
        """Add the models that the current folder's configuration names."""
        if self._kinds is None:
            return
        configured = self._configuration(self._root(Path.cwd()))
        if configured is None:
            if not self.is_faulty:
                message = "there is no such file here or above: write one, or name a model"
                self._complain(configuration.NAME, message)
            return
        found, root = configured
        if not found.rules and not found.faults:
            self._complain(found.source, "it names no models")
        named: dict[str, None] = {}
        others: dict[str, None] = {}
        unused = []
        for rule in found.rules:
            there = self._folders.named_by(rule.pattern, root)
            named |= dict.fromkeys(there.targets)
            others |= dict.fromkeys(there.others)
            if not there.targets:
                message = f"{rule.pattern!r} names no model"
                unused.append(
                    Finding(
                        rule="no-model",
                        model=found.source,
                        message=message,
                        key=rule.pattern,
                        place=Place(found.source, rule.span),
                    )
                )
        self._keep(found.source, unused, identity=configuration.NAME)
        expected = {rule.expect_file for rule in found.rules}
        self.skipped |= {_shown(root / path): None for path in others if path not in expected}
        for path in sorted(named):
            self._add(_shown(root / path), configured)

    def _add(self, path: str, named_by: _Configured | None = None) -> None:
        """Add a model, or the model of a lock, once.

        Rules for it are in the configurations around it, and in the one that names it.
        """
        place = path if path == STDIN else os.path.abspath(path)  # noqa: PTH100 (links are kept)
        if place in self._added:
            return
        self._added.add(place)
        if path != STDIN and files.is_lock(path):
            self._add_owner(path, named_by)
            return
        folder = Path.cwd() if path == STDIN else _folder_of(path)
        identity = "<stdin>" if path == STDIN else self._identity(path)
        expected = [*self._expect]
        warnings: dict[str, None] = {}
        holding = {each.root: each for each in self._configurations_of(folder)}
        if named_by is not None:
            holding[named_by.root] = named_by
        for configured in holding.values():
            warnings |= dict.fromkeys(configured.configuration.warnings)
            below = None if path == STDIN else _below(configured.root, path)
            for rule in configured.configuration.rules_of(below) if below is not None else ():
                expected += rule.expected
                warnings |= dict.fromkeys(rule.warnings)
                file = rule.expect_file
                named = f"; {configured.configuration.source}:{rule.span.line} names it"
                more = file and self._expectations(_shown(configured.root / file), named)
                expected += [more] if more else []
        self.jobs.append(
            Job(
                path=path,
                identity=formats.source_name(identity),
                expected=tuple(expected),
                warnings=tuple(warnings),
                kinds=self._kinds or b"",
                changes=self._changes,
                locked=self._locked,
            )
        )

    def _add_owner(self, lock: str, named_by: _Configured | None) -> None:
        """Add the model of a lock; a lock without a model is checked at once."""
        source = formats.source_name(lock)
        found: Sequence[Finding] = ()
        try:
            owner = files.owner_of(lock)
            if owner is not None:
                self._add(str(owner), named_by)
                return
            found = files.check_owner(lock)
        except SpecError as error:
            found = [of_diagnostic(each, source) for each in error.diagnostics]
            if any(each.span for each in error.diagnostics):
                self._data(lock)
        except OSError as error:
            self._complain(lock, unreadable(error))
        self._keep(source, found, identity=self._identity(lock))

    def _read_kinds(self, path: str) -> None:
        self._kinds = self._data(path)
        try:
            declared(self._kinds or b"")
        except SpecError as error:
            source = formats.source_name(path)
            self._keep_faults(source, error.diagnostics, identity=self._identity(path))
            self._kinds = None

    def _expectations(self, path: str, named: str = "") -> Expectations | None:
        """The expectations in a file, which is read only once.

        `named` says where the file is named, for the message if it can't be read.
        """
        if path not in self._files:
            source = formats.source_name(path)
            data = self._data(path, named)
            self._files[path] = None
            if data is not None:
                self._files[path], faults = expectations.read_file(data, source)
                self._keep_faults(source, faults.found, identity=self._identity(path))
        return self._files[path]

    def _configurations_of(self, folder: Path) -> Iterator[_Configured]:
        """The configurations that apply to a folder, nearest first."""
        for root in configuration.roots(folder):
            found = self._configuration(root)
            if found is not None:
                yield found

    def _configuration(self, folder: Path) -> _Configured | None:
        """The configuration in a folder, which is read only once."""
        path = folder / configuration.NAME
        if path not in self._configurations:
            self._configurations[path] = None
            data = self._data(_shown(path)) if os.path.isfile(path) else None  # noqa: PTH113 (Path raises)
            if data is not None:
                source = formats.source_name(_shown(path))
                found = configuration.read(data, source)
                self._configurations[path] = _Configured(found, path.parent)
                self._keep_faults(source, found.faults, identity=configuration.NAME)
        return self._configurations[path]

    def _root(self, folder: Path) -> Path:
        """The root of the repository around a folder."""
        if folder not in self._roots:
            self._roots[folder] = configuration.find_root(folder)
        return self._roots[folder]

    def _identity(self, path: str) -> str:
        """A path relative to the root of its repository, with `/`."""
        return _below(self._root(_folder_of(path)), path)

    def _complain(self, path: str, message: str) -> None:
        """Record that something can't be checked."""
        source = formats.source_name(path)
        self.checked.append(_not_checked(source, message, source, is_model=False))
        self.is_faulty = True

    def _keep_faults(self, source: str, faults: Iterable[Diagnostic], *, identity: str) -> None:
        """Record the faults of a file that the plan depends on."""
        found = [of_diagnostic(each, source) for each in faults]
        self._keep(source, found, identity=identity)
        self.is_faulty = self.is_faulty or bool(found)

    def _keep(self, source: str, findings: Iterable[Finding], *, identity: str) -> None:
        """Record findings in a file that is not a model."""
        stamped = with_fingerprints(findings, identity)
        if stamped:
            self.checked.append(Checked(source=source, is_model=False, findings=stamped))

    def _data(self, path: str, named: str = "") -> bytes | None:
        """The content of a file; None, with a finding, if it can't be read."""
        source = formats.source_name(path)
        try:
            data = read(path)
        except OSError as error:
            self._complain(path, unreadable(error) + named)
            return None
        except SpecError as error:
            self._keep_faults(source, error.diagnostics, identity=self._identity(path))
            return None
        self.texts[source] = _decoded(data)
        return data


def run(jobs: Sequence[Job], workers: int | None = None) -> Iterator[Result]:
    """Run jobs in a number of processes, by default one per core; yield results in order.

    Starting a process takes longer than checking a few models, so by default these are checked in
    this process.
    """
    if workers is None:
        workers = min(_cores(), len(jobs) // _WORTH_A_PROCESS)
    workers = min(workers, len(jobs))
    if workers < 2:
        yield from map(check, jobs)
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 (start-up time)

    # Small chunks, since some models take much longer than others.
    chunk = max(1, min(16, len(jobs) // (workers * 4)))
    with ProcessPoolExecutor(workers) as pool:
        with _uninterrupted():
            results = pool.map(check, jobs, chunksize=chunk)
        yield from results


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Start processes with SIGINT blocked: one might die with a lock that others wait for."""
    if not hasattr(signal, "pthread_sigmask"):  # on Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_WORTH_A_PROCESS = 16


def check(job: Job) -> Result:
    """Check one model."""
    path = job.path
    source = source_of(path)
    data = b""
    drifts: Sequence[Finding] = ()
    text = ""
    try:
        data = read(path)
        analysis = analyze(data, source, job.changes, declared(job.kinds))
    except OSError as error:
        return Result(_not_checked(source, unreadable(error), job.identity))
    except UsageError as error:
        return Result(_not_checked(source, str(error), job.identity))
    except SpecError as error:
        analysis = without_network(error, source)
    checked = api.check(analysis, expected=job.expected, warnings=job.warnings)
    try:
        drifts = files.check(path, analysis.report, required=job.locked) if path != STDIN else ()
    except SpecError as error:
        lock = formats.source_name(files.path_of(path))
        drifts = [of_diagnostic(each, lock) for each in error.diagnostics]
    except OSError as error:
        lock = formats.source_name(files.path_of(path))
        return Result(_not_checked(source, f"{lock} {unreadable(error)}", job.identity))
    findings = with_fingerprints((*checked.findings, *drifts), job.identity)
    if any(finding.place.source == source and finding.place.span for finding in findings):
        text = _decoded(data)
    return Result(msgspec.structs.replace(checked, findings=findings), text)


@functools.cache
def declared(data: bytes) -> Mapping[str, type[Kind]]:
    """The layer kinds that a file's content declares. Raises SpecError."""
    return formats.parse_kinds(data) if data else {}


def _cores() -> int:
    count: Callable[[], int | None] | None = getattr(os, "process_cpu_count", None)
    if count is not None:
        return count() or 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _decoded(data: bytes) -> str:
    return data.decode("utf-8-sig", errors="replace")


def unreadable(error: OSError) -> str:
    """Why a file was not checked."""
    return f"can't be read: {disk.why(error)}"


def _not_checked(source: str, message: str, identity: str, *, is_model: bool = True) -> Checked:
    """A file that can't be read, or can't be checked as asked."""
    finding = Finding(rule=NOT_CHECKED, model=source, message=message, place=Place(source))
    stamped = with_fingerprints([finding], identity)
    return Checked(source=source, is_model=is_model, findings=stamped)


def _folder_of(path: str) -> Path:
    """The absolute folder of a file, without resolving links."""
    return Path(os.path.abspath(path)).parent  # noqa: PTH100 (links are kept)


def _below(root: Path, path: str) -> str:
    """A path relative to a folder around it, with `/`."""
    return (_folder_of(path) / PurePath(path).name).relative_to(root).as_posix()


def _shown(path: Path) -> str:
    """A path as messages show it: relative to the current folder, as in git."""
    return os.path.relpath(path)
