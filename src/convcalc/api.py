"""The library's front door: read a network, and summarize it."""

import contextlib
import gc
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from convcalc import disk, formats
from convcalc.analysis import engine
from convcalc.diagnostics import NO_PLACE, Diagnostic, Span, SpecError
from convcalc.expectations import PEAK_MEMORY, RECEPTIVE_FIELD, Expectations
from convcalc.layers.kind import Kind
from convcalc.network import Network, UsageError
from convcalc.report import Report
from convcalc.report.costs import Optimizer
from convcalc.shapes import Dim

if TYPE_CHECKING:
    from convcalc.checks.finding import Checked
    from convcalc.differences import Difference


def load(path: str | Path, *, kinds: str | Path | None = None) -> Network:
    """Read a network from a file of any format; `kinds` is a file that declares layer kinds.

    Raises SpecError where no network can be made of it, OSError where it can't be read. Faults
    that concern single layers are in the network's diagnostics, and then in the report's.
    """
    with _collector_paused():
        return _read(path, None, kinds)


def summarize(
    path_or_network: str | Path | Network,
    *,
    variables: Mapping[str, Any] | None = None,
    inputs: Sequence[Dim] | Mapping[str, Sequence[Dim]] | None = None,
    batch_size: int | None = None,
    kinds: str | Path | None = None,
) -> Report:
    """Compute every shape and weight of a network.

    `variables` replace values of the spec's `vars`. `inputs` is the shape of the only input, or
    names mapped to shapes, without the batch; None is an unknown dimension. `kinds` is a file that
    declares layer kinds.

    Faults do not raise: the report holds what is known beside them, and has them in
    `diagnostics`; see `Report.ok`. Raises SpecError where there is no network at all, UsageError
    for variables or inputs that it does not have, OSError where the file can't be read.
    """
    with _collector_paused():
        # Without a name for the network, which else the collector would walk through in the end.
        return engine.summarize(
            with_inputs(_network(path_or_network, variables, kinds), inputs, batch_size)
        )


def find_warnings(
    network: Network, report: Report, *, of: Collection[str] | None = None
) -> tuple[Diagnostic, ...]:
    """What may not be meant as it is in a network and the report of it, as warnings.

    `of` holds the codes of those to look for; by default all. Nothing is said of what the file
    ignores, but of what it ignores without need.
    """
    from convcalc import checks  # noqa: PLC0415 (start-up time)

    return checks.find_warnings(network, report, of)


def diff(old: str | Path | Network | Report, new: str | Path | Network | Report) -> "Difference":
    """Find what changed between two networks, layer by layer.

    Each is a file of any format, which may also be a lock, or a network or the report of one: so
    `diff(summarize(path, batch_size=8), path)` compares two batch sizes. Where a side is a lock,
    what a lock does not hold is not compared.

    Faults do not raise, and what is known beside them is compared. Raises SpecError where there is
    no network at all, or where a lock can't be read as one, OSError where a file can't be read.
    """
    from convcalc.differences import compare  # noqa: PLC0415 (start-up time)

    with _collector_paused():
        return compare(_side(old), _side(new))


def _side(side: str | Path | Network | Report) -> Report:
    """What there is to compare of a network. Raises as `diff` does."""
    from convcalc.locks import reading, reports  # noqa: PLC0415 (start-up time)

    if isinstance(side, Report):
        return side
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
    """The network, with values of its variables replaced. Raises as `summarize` does."""
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


def with_inputs(
    network: Network,
    inputs: Sequence[Dim] | Mapping[str, Sequence[Dim]] | None,
    batch_size: int | None = None,
) -> Network:
    """The network with other input shapes or another batch size, where they are given."""
    if inputs is None and batch_size is None:
        return network
    return network.with_inputs(_by_name(network, inputs), batch_size)


def with_costs(
    network: Network, report: Report, *, batch_size: int = 1, optimizer: Optimizer | None = None
) -> Report:
    """The report of a network, with receptive fields and with the memory that it takes.

    That is for a batch of so many samples, unless the network has a batch size of its own. With an
    `optimizer` it is estimated, too, what a step of training takes.
    """
    from convcalc.analysis import memory, receptive_fields  # noqa: PLC0415 (start-up time)

    with _collector_paused():
        report = receptive_fields.with_fields(network, report)
        found = memory.activations(report, network, batch_size)
        train = optimizer and memory.training(report, network, optimizer, batch_size)
        return msgspec.structs.replace(
            report,
            layers=tuple(
                msgspec.structs.replace(layer, activation_bytes=size)
                for layer, size in zip(report.layers, found.layers, strict=True)
            ),
            activations=found,
            training=train,
            parameters=memory.parameters(report),
        )


def with_fixes(network: Network, report: Report) -> Report:
    """The report of a network, in which faults have fixes that were tried, where there are some.

    That takes many times as long as the report did. A fix is a change after which the network has
    the fault no more, and no error that it had not before.
    """
    if report.ok:
        return report
    from convcalc import fixes  # noqa: PLC0415 (start-up time)

    with _collector_paused():
        return fixes.with_fixes(network, report)


def check(
    network: Network | None,
    report: Report,
    *,
    expected: Sequence[Expectations] = (),
    warnings: Collection[str] = (),
    path: str | None = None,
) -> "Checked":
    """Hold a network against what it must come to: by its file, and by what is `expected` besides.

    Each error of the report is a finding, and so is each warning whose code is among `warnings`.
    `network` is None where none could be made of the file. Fingerprints are made of `path`, by
    default the file's name in the report.
    """
    from convcalc import checks  # noqa: PLC0415 (start-up time)
    from convcalc.checks.expectations import judge  # noqa: PLC0415 (start-up time)
    from convcalc.checks.finding import (  # noqa: PLC0415 (start-up time)
        Checked,
        of_diagnostic,
        with_fingerprints,
    )

    compute = None
    judged = report
    faults = [d for d in report.diagnostics if d.severity == "error" or d.code in warnings]
    if network is not None:
        own = network.expect
        expected = (own, *expected) if own else expected
        # A fault in what is expected leaves all that can be known of the network known.
        span = own.span if own else None
        network = msgspec.structs.replace(network, diagnostics=_outside(network.diagnostics, span))
        judged = msgspec.structs.replace(report, diagnostics=_outside(report.diagnostics, span))
        faults += checks.find_warnings(network, judged, warnings) if warnings else ()
        costs = {RECEPTIVE_FIELD, PEAK_MEMORY}
        if any(one.key in costs for each in expected for one in each.all):
            judged = with_costs(network, judged)
        if not any(diagnostic.severity == "error" for diagnostic in network.diagnostics):
            tried = network

            def compute(shapes: Sequence[Dim] | Mapping[str, Sequence[Dim]]) -> Report:
                return summarize(tried, inputs=shapes)

    places = {layer.name: layer.span for layer in report.layers}
    findings = [of_diagnostic(d, report.source, places.get(d.layer or "")) for d in faults]
    outcomes = []
    for each in expected:
        judgements = list(judge(judged, each, compute))
        outcomes += [outcome for outcome, _ in judgements if outcome]
        wrong = [finding for _, finding in judgements if finding]
        findings += sorted(wrong, key=lambda finding: finding.place.span or NO_PLACE)
    return Checked(
        source=report.source,
        outcomes=tuple(outcomes),
        findings=with_fingerprints(findings, path or report.source),
    )


def _outside(diagnostics: Sequence[Diagnostic], span: Span | None) -> tuple[Diagnostic, ...]:
    """The diagnostics that do not stand in a part of the file."""
    return tuple(
        d
        for d in diagnostics
        if span is None or d.span is None or not span[:2] <= d.span[:2] <= span[2:]
    )


def convert(network: Network) -> str:
    """Write a network as a spec, which comes to the same when it is read again.

    Where the network has faults, so has the spec. Raises UnwritableError where the spec language
    has no words for something in it.
    """
    from convcalc.formats.spec.writer import (  # noqa: PLC0415 (start-up time)
        UnwritableError,
        plain_names,
        with_names,
        write_spec,
    )

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


def _by_name(
    network: Network, inputs: Sequence[Dim] | Mapping[str, Sequence[Dim]] | None
) -> Mapping[str, Sequence[Dim]]:
    if inputs is None or isinstance(inputs, Mapping):
        return inputs or {}
    names = [network.nodes[i].name for i in network.inputs]
    if len(names) != 1:
        raise UsageError(
            f"the network has {len(names)} inputs ({', '.join(names)}): map names to shapes"
        )
    return {names[0]: inputs}
