"""Models as the command line is given them: read, computed, and their faults printed."""

import os
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from convcalc import api, disk, formats
from convcalc.analysis.analysis import Analysis, unreadable
from convcalc.cli.exit import Exit
from convcalc.cli.revisions import STDIN, read
from convcalc.cli.terminal import complain
from convcalc.diagnostics import Diagnostic, SpecError
from convcalc.layers.kind import Kind
from convcalc.network import UsageError
from convcalc.render.printable import printable
from convcalc.report import Report
from convcalc.shapes import Dim

if TYPE_CHECKING:
    from convcalc.checks.finding import Finding


class Changes(NamedTuple):
    """What the command line changes in a model: variables, shapes of inputs, the batch size."""

    variables: Mapping[str, Any] = {}
    inputs: Sequence[Dim] | Mapping[str, Sequence[Dim]] | None = None
    batch_size: int | None = None


def analyze(
    data: bytes, source: str, changes: Changes, kinds: Mapping[str, type[Kind]] | None = None
) -> Analysis:
    """The analysis of a model's content, with fixes for its faults.

    Where no network can be made from it, the analysis has only the reasons. Raises UsageError for
    changes that the model can't have.
    """
    try:
        network = formats.parse(data, source, changes.variables, kinds)
    except SpecError as error:
        return unreadable(error, source)
    return api.with_fixes(
        api.analyze(network, inputs=changes.inputs, batch_size=changes.batch_size)
    )


class Models:
    """Reads models one after the other; keeps what is wrong with each, and the worst status.

    `warn` holds the codes of warnings to look for.
    """

    def __init__(
        self,
        kinds: str | None = None,
        changes: Changes | None = None,
        *,
        warn: Collection[str] = (),
        reader: Callable[[str], bytes] = read,
    ) -> None:
        self.changes = changes or Changes()
        self.warn = warn
        self._reader = reader
        self.status = Exit.OK
        self._printed: list[str] = []
        self._kinds: Mapping[str, type[Kind]] | None = self._declared(kinds) if kinds else {}

    def read(self, path: str) -> Analysis | None:
        """A model; None where it can't be read at all. Its faults are kept.

        Without the kinds that a faulty file was to declare, no model is read.
        """
        if self._kinds is None:
            return None
        source = _source(path)
        try:
            data = self._bytes(path, source)
        except SpecError as error:
            return self._faulty(error, source)
        return None if data is None else self._model(data, source)

    def read_sides(self, *paths: str) -> list[Report] | None:
        """What there is to compare of models and locks; None where one of them is neither.

        A lock is as it was locked, whatever is to be changed in models.
        """
        from convcalc.locks.reports import LockedReport  # noqa: PLC0415 (start-up time)

        sides = [report for report in map(self._read_side, paths) if report]
        if len(sides) < len(paths):
            return None
        if self.changes != Changes() and all(isinstance(side, LockedReport) for side in sides):
            self.complain("--set, --input and --batch change models, and these are locks")
            return None
        return sides

    def _read_side(self, path: str) -> Report | None:
        from convcalc.locks import reading, reports  # noqa: PLC0415 (start-up time)

        if self._kinds is None:
            return None
        source = _source(path)
        data: bytes | None = b""
        try:
            data = self._bytes(path, source)
            if data is None:
                return None
            if reading.recognizes(data):
                return reports.read(data, source)
        except SpecError as error:
            self._faulty(error, source, data or b"")
            return None
        model = self._model(data, source)
        return model.report if model and model.readable else None

    def _model(self, data: bytes, source: str) -> Analysis | None:
        try:
            analysis = analyze(data, source, self.changes, self._kinds)
        except UsageError as error:
            self.complain(f"{source}: {error}")
            return None
        if self.warn and analysis.readable:
            analysis = analysis.with_diagnostics(api.find_warnings(analysis, of=self.warn))
        self._keep(analysis.report.diagnostics, source, data)
        return analysis

    def _faulty(self, error: SpecError, source: str, data: bytes = b"") -> Analysis:
        """The analysis of a file from which no network can be made."""
        self._keep(error.diagnostics, source, data)
        return unreadable(error, source)

    def convert(self, path: str) -> str | None:
        """A model written as a spec; None where it can't be."""
        from convcalc.formats.spec.writer import (  # noqa: PLC0415 (start-up time)
            UnwritableError,
            renames,
        )

        model = self.read(path)
        if model is None or not model.readable:
            return None
        try:
            text = api.convert(model)
        except UnwritableError as error:
            self.complain(f"can't write {model.report.source} as a spec: {error}")
            return None
        for name, new in renames(model.network):
            message = f"{model.report.source}: {name!r} is called {new!r} in the spec"
            self._printed.append(f"convcalc: {printable(message)}\n")
        return text

    def lock(self, path: str) -> bool:
        """Write what a model comes to into its lock; False where that is as it was.

        A model with errors is not locked.
        """
        from convcalc.locks import files  # noqa: PLC0415 (start-up time)

        model = self.read(path)
        if model is None or not model.report.ok:
            return False
        source = formats.source_name(files.path_of(path))
        try:
            return files.update(path, model.report)
        except files.OtherFileError as error:
            self.complain(f"can't write {source}: {error}")
        except OSError as error:
            self.complain(f"can't write {source}: {disk.why(error)}")
        return False

    def drifts(self, path: str) -> "tuple[Finding, ...]":
        """What of a model is not as its lock has it, which it must have."""
        from convcalc.locks import files  # noqa: PLC0415 (start-up time)

        model = self.read(path)
        if model is None:
            return ()
        report = model.report
        return self._drifted(files.path_of(path), lambda: files.check(path, report, required=True))

    def drifts_of_lock(self, path: str) -> "tuple[Finding, ...]":
        """What is wrong with a lock that has no model."""
        from convcalc.locks import files  # noqa: PLC0415 (start-up time)

        return self._drifted(Path(path), lambda: files.check_owner(path))

    def _drifted(
        self, lock: Path, find: "Callable[[], tuple[Finding, ...]]"
    ) -> "tuple[Finding, ...]":
        """The drifts that are found; where a lock can't be read, that is kept."""
        source = formats.source_name(lock)
        try:
            found = find()
        except SpecError as error:
            has_text = any(diagnostic.span for diagnostic in error.diagnostics)
            data = self._bytes(os.fspath(lock), source) if has_text else None
            self._keep(error.diagnostics, source, data or b"")
            return ()
        except OSError as error:
            self.complain(f"can't read {source}: {disk.why(error)}")
            return ()
        if found:
            self.status = max(self.status, Exit.FAULTY)
        return found

    def _declared(self, path: str) -> dict[str, type[Kind]] | None:
        """The layer kinds that a file declares; None where it is faulty."""
        source = formats.source_name(path)
        data: bytes | None = b""
        try:
            data = self._bytes(path, source)
            return None if data is None else formats.parse_kinds(data)
        except SpecError as error:
            self._keep(error.diagnostics, source, data or b"")
            return None

    def _bytes(self, path: str, source: str) -> bytes | None:
        """The content of a file; None where it can't be read, which is kept. Raises SpecError."""
        try:
            return self._reader(path)
        except OSError as error:
            self.complain(f"can't read {source}: {disk.why(error)}")
            return None

    def _keep(self, diagnostics: Sequence[Diagnostic], source: str, data: bytes) -> None:
        if diagnostics:
            self._printed.append(_render_faults(diagnostics, source, data))
        if any(diagnostic.severity == "error" for diagnostic in diagnostics):
            self.status = max(self.status, Exit.FAULTY)

    def print_faults(self) -> None:
        """Print what was found wrong to standard error."""
        for text in self._printed:
            complain(text)
        self._printed.clear()

    def complain(self, message: str) -> None:
        """Keep what can't be done as it is asked for."""
        self._printed.append(f"convcalc: {printable(message)}\n")
        self.status = Exit.USAGE


def _source(path: str) -> str:
    return "<stdin>" if path == STDIN else formats.source_name(path)


def _render_faults(diagnostics: Sequence[Diagnostic], source: str, data: bytes) -> str:
    from convcalc.cli.terminal import paint_for  # noqa: PLC0415 (start-up time)
    from convcalc.render.diagnostics import render  # noqa: PLC0415 (start-up time)

    # What has no place in a text need not be one: the archive of a model is none.
    has_text = any(diagnostic.span for diagnostic in diagnostics)
    text = data.decode("utf-8-sig", errors="replace") if has_text else ""
    return render(diagnostics, source, text, paint_for(sys.stderr))
