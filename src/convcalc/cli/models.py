"""Models as the command line is given them: read, computed, and their faults printed."""

import errno
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

import typer

from convcalc import api, formats
from convcalc.cli.exit import Exit
from convcalc.diagnostics import SpecError
from convcalc.network import UsageError
from convcalc.render.printable import printable
from convcalc.report import Report
from convcalc.shapes import Dim

STDIN = "-"


class Models:
    """Reads models one after the other; keeps what is wrong with each, and the worst status."""

    def __init__(
        self,
        variables: Mapping[str, Any],
        inputs: Sequence[Dim] | Mapping[str, Sequence[Dim]] | None,
        batch_size: int | None,
    ) -> None:
        self.variables = variables
        self.inputs = inputs
        self.batch_size = batch_size
        self.status = Exit.OK
        self._printed: list[str] = []

    def report(self, path: str) -> Report | None:
        """The report of a model; None where it can't be read at all. Its faults are kept."""
        source = "<stdin>" if path == STDIN else formats.source_name(path)
        try:
            data = _read(path)
        except OSError as error:
            self._complain(f"can't read {source}: {os.strerror(error.errno or 0)}")
            return None
        try:
            network = formats.parse(data, source, self.variables)
            report = api.summarize(network, inputs=self.inputs, batch_size=self.batch_size)
        except UsageError as error:
            self._complain(f"{source}: {error}")
            return None
        except SpecError as error:
            name = PurePath(source).stem
            report = Report(name=name, source=source, diagnostics=error.diagnostics)
        if report.diagnostics:
            self._printed.append(_render_faults(report, source, data))
        if not report.ok:
            self.status = max(self.status, Exit.FAULTY)
        return report

    def print_faults(self) -> None:
        """Print what was found wrong to standard error."""
        for text in self._printed:
            typer.echo(text, err=True, nl=False, color=True)
        self._printed.clear()

    def _complain(self, message: str) -> None:
        self._printed.append(f"convcalc: {printable(message)}\n")
        self.status = Exit.USAGE


def _read(path: str) -> bytes:
    if path != STDIN:
        return Path(path).read_bytes()
    if sys.stdin is None:
        raise OSError(errno.EBADF, "standard input is closed")
    return sys.stdin.buffer.read()


def _render_faults(report: Report, source: str, data: bytes) -> str:
    from convcalc.cli.terminal import paint_for  # noqa: PLC0415 (start-up time)
    from convcalc.render import diagnostics  # noqa: PLC0415 (start-up time)

    text = data.decode("utf-8-sig", errors="replace")
    return diagnostics.render(report.diagnostics, source, text, paint_for(sys.stderr))
