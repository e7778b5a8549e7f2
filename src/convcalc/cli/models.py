"""Models as the command line is given them: read, computed, and their faults printed."""

import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

import typer

from convcalc import api, formats
from convcalc.cli.exit import Exit
from convcalc.cli.revisions import STDIN, RevisionError, read
from convcalc.diagnostics import Diagnostic, SpecError
from convcalc.layers.kind import Kind
from convcalc.network import Network, UsageError
from convcalc.render.printable import printable
from convcalc.report import Report
from convcalc.shapes import Dim

if TYPE_CHECKING:
    from convcalc.locks.drifts import Drift


class Changes(NamedTuple):
    """What the command line changes in a model: variables, shapes of inputs, the batch size."""

    variables: Mapping[str, Any] = {}
    inputs: Sequence[Dim] | Mapping[str, Sequence[Dim]] | None = None
    batch_size: int | None = None


class Model(NamedTuple):
    """A model that was read; None in place of a network that could not be made."""

    network: Network | None
    report: Report


class Models:
    """Reads models one after the other; keeps what is wrong with each, and the worst status.

    `warn` holds the codes of warnings to look for. With `expect` the models are held against what
    they expect, and what is found is the result, which goes to standard output.
    """

    def __init__(
        self,
        kinds: str | None = None,
        changes: Changes | None = None,
        *,
        warn: Collection[str] = (),
        expect: bool = False,
        reader: Callable[[str], bytes] = read,
    ) -> None:
        self.changes = changes or Changes()
        self.warn = warn
        self.expect = expect
        self._reader = reader
        self.status = Exit.OK
        self._stream = sys.stdout if expect else sys.stderr
        self._printed: list[tuple[str, TextIO]] = []
        self._kinds: Mapping[str, type[Kind]] | None = self._declared(kinds) if kinds else {}

    def read(self, path: str) -> Model | None:
        """A model; None where it can't be read at all. Its faults are kept.

        Without the kinds that a faulty file was to declare, no model is read.
        """
        if self._kinds is None:
            return None
        source = "<stdin>" if path == STDIN else formats.source_name(path)
        data = self._bytes(path, source)
        if data is None:
            return None
        changes = self.changes
        network = None
        try:
            network = formats.parse(data, source, changes.variables, self._kinds)
            changed = api.with_inputs(network, changes.inputs, changes.batch_size)
            report = api.with_fixes(changed, api.summarize(changed))
            report = report.with_diagnostics(self._judge(changed, report))
        except UsageError as error:
            self._complain(f"{source}: {error}")
            return None
        except SpecError as error:
            name = PurePath(source).stem
            report = Report(name=name, source=source, diagnostics=error.diagnostics)
        self._keep(report.diagnostics, source, data)
        return Model(network, report)

    def _judge(self, network: Network, report: Report) -> Iterator[Diagnostic]:
        """What is asked for beside the faults: warnings, and expectations that are not met."""
        if self.warn:
            yield from api.find_warnings(network, report, of=self.warn)
        if self.expect:
            from convcalc.checks import expectations  # noqa: PLC0415 (start-up time)

            yield from expectations.unmet(network, report)

    def warnings(self, path: Path) -> tuple[str, ...] | None:
        """The warnings that a configuration asks for; None where it is faulty."""
        from convcalc import configuration  # noqa: PLC0415 (start-up time)

        source = formats.source_name(path)
        data = self._bytes(os.fspath(path), source)
        if data is None:
            return None
        try:
            return configuration.read_warnings(data)
        except SpecError as error:
            self._keep(error.diagnostics, source, data)
            self.status = Exit.USAGE
            return None

    def convert(self, path: str) -> str | None:
        """A model written as a spec; None where it can't be."""
        from convcalc.formats.spec.writer import UnwritableError  # noqa: PLC0415 (start-up time)

        model = self.read(path)
        if model is None or model.network is None:
            return None
        try:
            network = api.with_inputs(model.network, self.changes.inputs, self.changes.batch_size)
            return api.convert(network)
        except UnwritableError as error:
            self._complain(f"can't write {model.report.source} as a spec: {error}")
            return None

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
            self._complain(f"can't write {source}: {error}")
        except OSError as error:
            self._complain(f"can't write {source}: {os.strerror(error.errno or 0)}")
        return False

    def drifts(self, path: str) -> "tuple[Drift, ...]":
        """What of a model is not as its lock has it, which it must have."""
        from convcalc.locks import files  # noqa: PLC0415 (start-up time)

        model = self.read(path)
        if model is None:
            return ()
        report = model.report
        return self._drifted(files.path_of(path), lambda: files.check(path, report, required=True))

    def drifted(self, path: str, report: Report) -> "tuple[Drift, ...]":
        """What of a model that was read is not as its lock has it, if there is one."""
        from convcalc.locks import files  # noqa: PLC0415 (start-up time)

        if path == STDIN:
            return ()
        return self._drifted(files.path_of(path), lambda: files.check(path, report))

    def drifts_of_lock(self, path: str) -> "tuple[Drift, ...]":
        """What is wrong with a lock that has no model."""
        from convcalc.locks import files  # noqa: PLC0415 (start-up time)

        return self._drifted(Path(path), lambda: files.check_owner(path))

    def _drifted(self, lock: Path, find: "Callable[[], tuple[Drift, ...]]") -> "tuple[Drift, ...]":
        """The drifts that are found; where a lock can't be read, that is kept."""
        source = formats.source_name(lock)
        try:
            found = find()
        except SpecError as error:
            self._keep(error.diagnostics, source, self._bytes(os.fspath(lock), source) or b"")
            return ()
        except OSError as error:
            self._complain(f"can't read {source}: {os.strerror(error.errno or 0)}")
            return ()
        if found:
            self.status = max(self.status, Exit.FAULTY)
        return found

    def _declared(self, path: str) -> dict[str, type[Kind]] | None:
        """The layer kinds that a file declares; None where it is faulty."""
        source = formats.source_name(path)
        data = self._bytes(path, source)
        if data is None:
            return None
        try:
            return formats.parse_kinds(data)
        except SpecError as error:
            self._keep(error.diagnostics, source, data)
            return None

    def _bytes(self, path: str, source: str) -> bytes | None:
        try:
            return self._reader(path)
        except RevisionError as error:
            self._complain(f"can't read {source}: {error}")
            return None
        except OSError as error:
            self._complain(f"can't read {source}: {os.strerror(error.errno or 0)}")
            return None

    def _keep(self, diagnostics: Sequence[Diagnostic], source: str, data: bytes) -> None:
        if diagnostics:
            text = _render_faults(diagnostics, source, data, self._stream)
            self._printed.append((text, self._stream))
        if any(diagnostic.severity == "error" for diagnostic in diagnostics):
            self.status = max(self.status, Exit.FAULTY)

    def print_faults(self) -> None:
        """Print what was found wrong: to standard error, unless it is what was asked for."""
        for text, stream in self._printed:
            typer.echo(text, stream, nl=False, color=True)
        self._printed.clear()

    def _complain(self, message: str) -> None:
        self._printed.append((f"convcalc: {printable(message)}\n", sys.stderr))
        self.status = Exit.USAGE


def _render_faults(
    diagnostics: Sequence[Diagnostic], source: str, data: bytes, stream: TextIO
) -> str:
    from convcalc.cli.terminal import paint_for  # noqa: PLC0415 (start-up time)
    from convcalc.render.diagnostics import render  # noqa: PLC0415 (start-up time)

    # What has no place in a text need not be one: the archive of a model is none.
    has_text = any(diagnostic.span for diagnostic in diagnostics)
    text = data.decode("utf-8-sig", errors="replace") if has_text else ""
    return render(diagnostics, source, text, paint_for(stream))
