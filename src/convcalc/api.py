"""The library's front door: read a network, analyze it, and put the analysis to use."""

import contextlib
import gc
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convcalc import disk, formats
from convcalc.analysis import analysis as _analysis
from convcalc.analysis import engine
from convcalc.analysis.analysis import Analysis
from convcalc.diagnostics import Diagnostic, SpecError
from convcalc.expectations import Expectations
from convcalc.layers.kind import Kind
from convcalc.network import Network, UsageError
from convcalc.report import Report
from convcalc.report.costs import Optimizer
from convcalc.shapes import Dim

if TYPE_CHECKING:
    from convcalc.checks.finding import Checked
    from convcalc.differences import Difference
    from convcalc.explanations import Explanation


def load(path: str | Path, *, kinds: str | Path | None = None) -> Network:
    """Read a network from a file of any format; `kinds` is a file that declares layer kinds.

    Raises SpecError where no network can be made from it, OSError where it can't be read. Faults of
    single layers are in the network's diagnostics, and then in the report's.
    """
    with _collector_paused():
        return _read(path, None, kinds)


def analyze(
    path_or_network: str | Path | Network,
    *,
    variables: Mapping[str, Any] | None = None,
    inputs: Sequence[Dim] | Mapping[str, Sequence[Dim]] | None = None,
    batch_size: int | None = None,
    kinds: str | Path | None = None,
) -> Analysis:
    """Compute every shape and weight of a network, and keep the network and its report together.

    `variables` replace values of the spec's `vars`. `inputs` is the shape of the only input, or
    names mapped to shapes, without the batch; None is an unknown dimension. `kinds` is a file that
    declares layer kinds.

    Faults do not raise: they are in the report's `diagnostics`, beside everything that is known;
    see `Report.ok`. Raises SpecError where there is no network at all, UsageError for variables or
    inputs that it does not have, OSError where the file can't be read.
    """
    with _collector_paused():
        # Without a name for the network, which the collector would walk through at the end.
        analysis = _analysis.analyze(
            _network(path_or_network, variables, kinds), inputs, batch_size
        )
        if not any(node.ignore for node in analysis.network.nodes) and not analysis.network.ignore:
            return analysis
        from convcalc import checks  # noqa: PLC0415 (start-up time)

        return analysis.with_diagnostics(checks.unknown_suppressions(analysis.network))


def summarize(
    path_or_network: str | Path | Network,
    *,
    variables: Mapping[str, Any] | None = None,
    inputs: Sequence[Dim] | Mapping[str, Sequence[Dim]] | None = None,
    batch_size: int | None = None,
    kinds: str | Path | None = None,
) -> Report:
    """The report of an analysis; arguments and errors are those of `analyze`."""
    return analyze(
        path_or_network, variables=variables, inputs=inputs, batch_size=batch_size, kinds=kinds
    ).report


def with_costs(
    analysis: Analysis, *, batch_size: int = 1, optimizer: Optimizer | None = None
) -> Analysis:
    """The analysis with receptive fields, and with the memory of activations and parameters.

    Memory, in bytes, is that for `batch_size` samples, unless the network has a batch size of its
    own. With an `optimizer` it includes an estimate for a step of training.
    """
    from convcalc.analysis import costs  # noqa: PLC0415 (start-up time)

    with _collector_paused():
        return costs.with_costs(analysis, batch_size, optimizer)


def with_fixes(analysis: Analysis) -> Analysis:
    """The analysis, in which faults have the fixes that were found for them.

    That takes many times as long as the analysis did. A fix is a change after which the fault is
    gone, and no new error is there.
    """
    if analysis.report.ok or not analysis.readable:
        return analysis
    from convcalc import fixes  # noqa: PLC0415 (start-up time)

    with _collector_paused():
        return fixes.with_fixes(analysis)


def find_warnings(
    analysis: Analysis, *, of: Collection[str] | None = None
) -> tuple[Diagnostic, ...]:
    """Likely mistakes in a network, as warnings.

    `of` holds the codes of the warnings to look for, by default all. Warnings that the file ignores
    are left out, and an `ignore` without need is a warning itself.
    """
    from convcalc import checks  # noqa: PLC0415 (start-up time)

    return checks.find_warnings(analysis, of)


def check(
    analysis: Analysis,
    *,
    expected: Sequence[Expectations] = (),
    warnings: Collection[str] = (),
    path: str | None = None,
) -> "Checked":
    """Check a model against the expectations of its own file, and those `expected` besides.

    Each error is a finding, and so is each warning whose code is among `warnings`. Fingerprints
    depend on `path`, by default the source of the report.
    """
    from convcalc.checks import check as checking  # noqa: PLC0415 (start-up time)

    return checking.check(analysis, expected, warnings, path)


def explain(analysis: Analysis, layer: str, *, at: Sequence[int] | None = None) -> "Explanation":
    """Explain the shape, the weights and the costs of one layer, by its name.

    `at` is a position on the axes of the output along which windows slide, counted from 0. Raises
    UsageError for an unknown layer or position.
    """
    from convcalc import explanations  # noqa: PLC0415 (start-up time)

    return explanations.explain(analysis, layer, at)


def lock(analysis: Analysis) -> str:
    """The text of a lock file: the layers' kinds, shapes and weights, to be compared later."""
    from convcalc.locks import lock as locks  # noqa: PLC0415 (start-up time)
    from convcalc.locks import text  # noqa: PLC0415 (start-up time)

    return text.write(locks.lock(analysis.report))


def diff(
    old: str | Path | Network | Analysis | Report, new: str | Path | Network | Analysis | Report
) -> "Difference":
    """Find what changed between two networks, layer by layer.

    Each is a file of any format, which may also be a lock, or a network, its analysis or its
    report: `diff(summarize(path, batch_size=8), path)` compares two batch sizes. Where a side is a
    lock, only what a lock holds is compared.

    Faults do not raise: everything that is known beside them is compared. Raises SpecError where
    there is no network at all, or a lock can't be read, OSError where a file can't be read.
    """
    from convcalc.differences import compare  # noqa: PLC0415 (start-up time)

    with _collector_paused():
        return compare(_side(old), _side(new))


def convert(network: Network | Analysis) -> str:
    """Write a network as a spec, which has the same report when it is read again.

    Where the network has faults, so has the spec. Raises UnwritableError where the spec language
    can't express something in it.
    """
    from convcalc.formats.spec.writer import (  # noqa: PLC0415 (start-up time)
        UnwritableError,
        plain_names,
        with_names,
        write_spec,
    )

    network = network.network if isinstance(network, Analysis) else network
    network = with_names(network, plain_names(network))
    text = write_spec(network)
    with _collector_paused():
        report = engine.summarize(network)
        if report.ok:
            try:
                again = engine.summarize(formats.parse(text.encode(), network.source))
            except SpecError as error:
                raise UnwritableError(error.diagnostics[0].message) from error
            different = _difference(report.to_dict(), again.to_dict())
            if different is not None:
                raise UnwritableError(f"{different} would change")
    return text


def _difference(here: dict[str, Any], there: dict[str, Any]) -> str | None:
    """What differs between two files of one network, but for what is said of the files."""
    for one, other in zip(here["layers"], there["layers"], strict=False):
        if {**one, "location": None} != {**other, "location": None}:
            return str(one["name"])
    if len(here["layers"]) != len(there["layers"]):
        return "the number of layers"
    of_file = {"layers", "groups", "diagnostics", "source"}  # a group's kind is a block's name
    return next((key for key in here if key not in of_file and here[key] != there[key]), None)


def _side(side: str | Path | Network | Analysis | Report) -> Report:
    """The report to compare. Raises as `diff` does."""
    from convcalc.locks import reading, reports  # noqa: PLC0415 (start-up time)

    if isinstance(side, Report):
        return side
    if isinstance(side, Analysis):
        return side.report
    if isinstance(side, Network):
        return engine.summarize(side)
    data, source = disk.read(side), formats.source_name(side)
    if reading.recognizes(data):
        return reports.read(data, source)
    return engine.summarize(formats.parse(data, source))


def _network(
    path_or_network: str | Path | Network,
    variables: Mapping[str, Any] | None,
    kinds: str | Path | None,
) -> Network:
    """The network, with other values of its variables. Raises as `analyze` does."""
    if not isinstance(path_or_network, Network):
        return _read(path_or_network, variables, kinds)
    if kinds is not None:
        raise UsageError("the kinds are given where a network is read, not afterwards")
    if not variables:
        return path_or_network
    if path_or_network.reread:
        return path_or_network.reread(variables)
    raise UsageError("this network has no variables")


def _read(
    path: str | Path, variables: Mapping[str, Any] | None, kinds: str | Path | None
) -> Network:
    """The network of a file. Raises as `load` does, and UsageError for unknown variables."""
    source = formats.source_name(path)
    return formats.parse(disk.read(path), source, variables, _declared(kinds))


def _declared(kinds: str | Path | None) -> Mapping[str, type[Kind]]:
    """The layer kinds that a file declares."""
    return {} if kinds is None else formats.parse_kinds(disk.read(kinds))


@contextlib.contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the garbage collector from walking a growing tree in which all is alive.

    It finds nothing there, and takes most of the time that a long file needs.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
