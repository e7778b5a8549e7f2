"""The check of models, one after the other, with what their configuration says of them."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

import typer

from convcalc import api, config, formats
from convcalc.checks.finding import Checked, Finding, Place, of_diagnostic, with_fingerprints
from convcalc.cli import targets
from convcalc.cli.exit import Exit
from convcalc.cli.models import STDIN, read_bytes
from convcalc.config import Config
from convcalc.diagnostics import SpecError
from convcalc.expectations import Expectations
from convcalc.layers.kind import Kind
from convcalc.network import Network, UsageError
from convcalc.render.printable import printable
from convcalc.report import Report


class _Configured(NamedTuple):
    """A configuration and the folder to which its paths are relative."""

    config: Config
    root: Path


class Checking:
    """Checks models, and keeps what is found, the texts in which it is, and the worst status.

    `complaints` are what keeps a file from being checked at all.
    """

    def __init__(self, kinds: Mapping[str, type[Kind]] | None = None) -> None:
        self.kinds = kinds or {}
        self.checked: list[Checked] = []
        self.complaints: list[str] = []
        self._data: dict[str, bytes] = {}
        self._expected: list[Expectations] = []
        self._files: dict[str, Expectations | None] = {}
        self._found: dict[Path, Path | None] = {}
        self._configs: dict[Path, _Configured | None] = {}

    @property
    def status(self) -> Exit:
        """The exit status."""
        if self.complaints:
            return Exit.USAGE
        found = any(checked.findings for checked in self.checked)
        return Exit.FAULTY if found else Exit.OK

    def texts(self) -> dict[str, str]:
        """The texts of the files in which something was found."""
        places = {
            place.source
            for checked in self.checked
            for finding in checked.findings
            for place in (finding.place, finding.layer_place)
            if place and place.span
        }
        return {
            source: self._data[source].decode("utf-8-sig", errors="replace")
            for source in sorted(places & self._data.keys())
        }

    def print_complaints(self) -> None:
        """Print to standard error what could not be checked."""
        for complaint in self.complaints:
            typer.echo(f"convcalc: {printable(complaint)}", err=True)

    def expect(self, path: str) -> None:
        """Hold all models against the expectations of a file, too."""
        expected = self._expectations(path)
        if expected:
            self._expected.append(expected)

    def check_arguments(self, paths: Sequence[str]) -> None:
        """Check what the command line names."""
        done = set()
        for path in paths:
            models = [STDIN] if path == STDIN else targets.expand(path)
            if not models:
                self.complaints.append(f"there is no model in {formats.source_name(path)}")
            for model in models:
                if model not in done:
                    done.add(model)
                    self._check(model)

    def check_all(self) -> None:
        """Check what the configuration of the current folder names."""
        configured = self._configured(Path.cwd())
        if configured is None:
            if not self.complaints:
                message = f"there is no {config.NAME} here or above: name a model"
                self.complaints.append(message)
            return
        if not configured.config.rules and not configured.config.faults:
            self.complaints.append(f"{configured.config.source} names no models")
            return
        models: dict[str, None] = {}
        unused = []
        for rule in configured.config.rules:
            named = targets.named_by(rule.pattern, configured.root)
            models |= dict.fromkeys(named)
            if not named:
                unused.append(
                    Finding(
                        rule="no-model",
                        model=configured.config.source,
                        message=f"{rule.pattern!r} names no model",
                        key=rule.pattern,
                        place=Place(configured.config.source, rule.span),
                    )
                )
        self._add_file(configured.config.source, unused, configured.root)
        for model in sorted(models):
            self._check(_shown(configured.root / model))

    def _check(self, path: str) -> None:
        """Check a model with all that is said of it."""
        source = "<stdin>" if path == STDIN else formats.source_name(path)
        data = self._bytes(path, source)
        if data is None:
            return
        directory = Path.cwd() if path == STDIN else Path(os.path.abspath(path)).parent  # noqa: PTH100
        configured = self._configured(directory)
        expected = [*self._expected]
        warnings: dict[str, None] = {}
        identity = source if path == STDIN else PurePath(_shown(Path(path))).as_posix()
        if configured is not None:
            warnings |= dict.fromkeys(configured.config.warnings)
            if path != STDIN:
                identity = (directory / PurePath(path).name).relative_to(configured.root).as_posix()
            for rule in configured.config.rules if path != STDIN else ():
                if rule.matches(identity):
                    expected += rule.expected
                    warnings |= dict.fromkeys(rule.warnings)
                    if rule.expect_file and (
                        more := self._expectations(_shown(configured.root / rule.expect_file))
                    ):
                        expected.append(more)
        self._data[source] = data
        network: Network | None = None
        try:
            network = formats.parse(data, source, {}, self.kinds)
            report = api.summarize(network)
        except UsageError as error:
            self.complaints.append(f"{source}: {error}")
            return
        except SpecError as error:
            name = PurePath(source).stem
            report = Report(name=name, source=source, diagnostics=error.diagnostics)
        identity = formats.source_name(identity)
        self.checked.append(
            api.check(network, report, expected=expected, warnings=tuple(warnings), path=identity)
        )

    def _expectations(self, path: str) -> Expectations | None:
        """The expectations of a file, which is read once; what is wrong with it is found once."""
        if path in self._files:
            return self._files[path]
        from convcalc.formats.spec import expectations  # noqa: PLC0415 (start-up time)
        from convcalc.formats.spec.document import decode  # noqa: PLC0415 (start-up time)

        source = formats.source_name(path)
        data = self._bytes(path, source)
        found = None
        if data is not None:
            self._data[source] = data
            try:
                found, faults = expectations.read_file(decode(data), source)
                diagnostics = faults.found
            except SpecError as error:
                diagnostics = [*error.diagnostics]
            self._add_file(source, [of_diagnostic(each, source) for each in diagnostics])
        self._files[path] = found
        return found

    def _configured(self, directory: Path) -> _Configured | None:
        """The configuration for a folder, which is read once."""
        if directory not in self._found:
            self._found[directory] = config.find(directory)
        path = self._found[directory]
        if path is None:
            return None
        if path not in self._configs:
            source = formats.source_name(_shown(path))
            data = self._bytes(str(path), source)
            if data is None:
                self._configs[path] = None
                return None
            self._data[source] = data
            found = config.read(data, source)
            self._configs[path] = _Configured(found, path.parent)
            self._add_file(source, [of_diagnostic(each, source) for each in found.faults])
        return self._configs[path]

    def _add_file(self, source: str, findings: Sequence[Finding], root: Path | None = None) -> None:
        """Keep what is wrong with a file that is no model."""
        if findings:
            path = PurePath(source).name if root else PurePath(source).as_posix()
            stamped = with_fingerprints(findings, path)
            self.checked.append(Checked(source=source, is_model=False, findings=stamped))

    def _bytes(self, path: str, source: str) -> bytes | None:
        try:
            return read_bytes(path)
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            self.complaints.append(f"can't read {source}: {reason}")
            return None


def _shown(path: Path) -> str:
    """A path as it is shown: relative to the current folder where it is the shorter way."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith(os.pardir) else relative
