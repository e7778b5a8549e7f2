"""Models with their locks, for the commands that read or write locks."""

import os
from collections.abc import Callable
from pathlib import Path

from convcalc import disk, formats
from convcalc.checks.finding import Finding
from convcalc.cli.exit import Exit
from convcalc.cli.models import Changes, Models, source_of
from convcalc.diagnostics import SpecError
from convcalc.locks import files, reading, reports
from convcalc.locks.reports import LockedReport
from convcalc.report import Report


class LockedModels(Models):
    """Reads models and locks; writes locks, and compares models with them."""

    def read_sides(self, *paths: str) -> list[Report] | None:
        """The reports of models and locks, to be compared; None if one of them has none.

        `changes` apply to models only.
        """
        sides = [report for report in map(self._read_side, paths) if report]
        if len(sides) < len(paths):
            return None
        if self.changes != Changes() and all(isinstance(side, LockedReport) for side in sides):
            self.complain("--set, --input and --batch change models, and these are locks")
            return None
        return sides

    def _read_side(self, path: str) -> Report | None:
        if self._kinds is None:
            return None
        source = source_of(path)
        data: bytes | None = b""
        try:
            data = self._bytes(path, source)
            if data is None:
                return None
            if reading.recognizes(data):
                return reports.read(data, source)
        except SpecError as error:
            self._keep(error.diagnostics, source, data or b"")
            return None
        model = self._analyze(data, source)
        return model.report if model and model.readable else None

    def lock(self, path: str) -> bool:
        """Write a model's lock, unless the model has errors; False if the lock did not change."""
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

    def drifts(self, path: str) -> tuple[Finding, ...]:
        """The differences of a model from its lock, which must exist."""
        model = self.read(path)
        if model is None:
            return ()
        report = model.report
        return self._drifts(files.path_of(path), lambda: files.check(path, report, required=True))

    def drifts_of_lock(self, path: str) -> tuple[Finding, ...]:
        """What is wrong with a lock that has no model."""
        return self._drifts(Path(path), lambda: files.check_owner(path))

    def _drifts(self, lock: Path, find: Callable[[], tuple[Finding, ...]]) -> tuple[Finding, ...]:
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
