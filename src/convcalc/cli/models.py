"""Models as the command line names them: read, analysed, and their faults printed."""

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import msgspec

from convcalc import api, disk, formats
from convcalc.analysis.analysis import Analysis, unreadable
from convcalc.cli.exit import Exit
from convcalc.cli.terminal import complain, paint_for
from convcalc.diagnostics import Diagnostic, SpecError
from convcalc.layers.kind import Kind
from convcalc.network import UsageError
from convcalc.render.printable import printable
from convcalc.shapes import Dim

STDIN = "-"


def read(path: str) -> bytes:
    """The content of a file, or of standard input. Raises OSError and SpecError."""
    return disk.read_stdin() if path == STDIN else disk.read(path)


def source_of(path: str) -> str:
    """The name of a file in messages."""
    return "<stdin>" if path == STDIN else formats.source_name(path)


class Changes(msgspec.Struct, frozen=True):
    """What the command line changes in a model: variables, shapes of inputs, the batch size."""

    variables: Mapping[str, Any] = {}
    inputs: Sequence[Dim] | Mapping[str, Sequence[Dim]] | None = None
    batch_size: int | None = None


def analyze(
    data: bytes, source: str, changes: Changes, kinds: Mapping[str, type[Kind]] | None = None
) -> Analysis:
    """Analyse a model's content, and find fixes for its faults.

    Without a network, the analysis holds only the faults. Raises UsageError for changes that do
    not fit the model.
    """
    try:
        network = formats.parse(data, source, changes.variables, kinds)
    except SpecError as error:
        return unreadable(error, source)
    return api.with_fixes(
        api.analyze(network, inputs=changes.inputs, batch_size=changes.batch_size)
    )


class Models:
    """Reads models; collects their faults and the worst exit status.

    `kinds` is a file that declares layer kinds; if it is faulty, no model is read. `warn` holds the
    codes of the warnings to look for.
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
        """Read and analyse a model; None if its file can't be read."""
        if self._kinds is None:
            return None
        source = source_of(path)
        try:
            data = self._bytes(path, source)
        except SpecError as error:
            self._keep(error.diagnostics, source)
            return unreadable(error, source)
        return None if data is None else self._analyze(data, source)

    def _analyze(self, data: bytes, source: str) -> Analysis | None:
        try:
            analysis = analyze(data, source, self.changes, self._kinds)
        except UsageError as error:
            self.complain(f"{source}: {error}")
            return None
        if self.warn and analysis.readable:
            analysis = analysis.with_diagnostics(api.find_warnings(analysis, of=self.warn))
        self._keep(analysis.report.diagnostics, source, data)
        return analysis

    def _declared(self, path: str) -> dict[str, type[Kind]] | None:
        """The layer kinds that a file declares; None if it is faulty."""
        source = formats.source_name(path)
        data: bytes | None = b""
        try:
            data = self._bytes(path, source)
            return None if data is None else formats.parse_kinds(data)
        except SpecError as error:
            self._keep(error.diagnostics, source, data or b"")
            return None

    def _bytes(self, path: str, source: str) -> bytes | None:
        """The content of a file; None if it can't be read. Raises SpecError."""
        try:
            return self._reader(path)
        except OSError as error:
            self.complain(f"can't read {source}: {disk.why(error)}")
            return None

    def _keep(self, diagnostics: Sequence[Diagnostic], source: str, data: bytes = b"") -> None:
        if diagnostics:
            self._printed.append(_render_faults(diagnostics, source, data))
        if any(diagnostic.severity == "error" for diagnostic in diagnostics):
            self.status = max(self.status, Exit.FAULTY)

    def print_faults(self) -> None:
        """Print the collected faults and messages to standard error."""
        for text in self._printed:
            complain(text)
        self._printed.clear()

    def note(self, message: str) -> None:
        """Collect a message that is no fault."""
        self._printed.append(f"convcalc: {printable(message)}\n")

    def complain(self, message: str) -> None:
        """Collect what could not be done."""
        self.note(message)
        self.status = Exit.USAGE


def _render_faults(diagnostics: Sequence[Diagnostic], source: str, data: bytes) -> str:
    from convcalc.render.diagnostics import render  # noqa: PLC0415 (start-up time)

    # Without a place, the file need not be text: a saved model is an archive.
    has_text = any(diagnostic.span for diagnostic in diagnostics)
    text = data.decode("utf-8-sig", errors="replace") if has_text else ""
    return render(diagnostics, source, text, paint_for(sys.stderr))
