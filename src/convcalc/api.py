"""The library's front door: read a network, analyze it, and put the analysis to use.

Functions import what they need themselves: a summary starts without the code of the others.
"""

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
    """Read a network from a file, without computing anything.

    Args:
        path: a file of any format, which is recognized by its content.
        kinds: a file that declares more layer kinds, under the key `kinds`.

    Returns:
        The network. Faults of single layers are in its `diagnostics`.

    Raises:
        SpecError: the file describes no network, or `kinds` is not valid.
        OSError: a file can't be read.

    >>> network = convcalc.load("model.yaml")
    >>> [node.name for node in network.nodes]
    ['input', 'conv2d', 'max_pooling2d', 'flatten', 'dense']
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
    """Compute every shape and weight of a network.

    Args:
        path_or_network: a file of any format, or a network from `load`.
        variables: values that replace those of the spec's `vars`.
        inputs: the shape of the only input, or a shape for each name. Shapes are without the batch;
            None is an unknown dimension.
        batch_size: the batch size of every input, unknown by default.
        kinds: a file that declares more layer kinds, if the network is given by its path.

    Returns:
        The network and its report. Faults do not raise: they are in `report.diagnostics`, and
        whatever they leave unknown is None.

    Raises:
        SpecError: the file describes no network, or `kinds` is not valid.
        UsageError: the network has no such variable or input, or `kinds` comes with a network.
        OSError: a file can't be read.

    >>> analysis = convcalc.analyze("model.yaml", inputs=[28, 28, 1], batch_size=8)
    >>> analysis.report.layers[1].output_shapes
    ((8, 26, 26, 16),)
    """
    with _collector_paused():
        # No local name for the network: the collector would walk through it at the end.
        analysis = _analysis.analyze(
            _network(path_or_network, variables, kinds), inputs, batch_size
        )
        if not any(node.ignore for node in analysis.network.nodes) and not analysis.network.ignore:
            return analysis
        from convcalc import checks

        return analysis.with_diagnostics(checks.unknown_suppressions(analysis.network))


def summarize(
    path_or_network: str | Path | Network,
    *,
    variables: Mapping[str, Any] | None = None,
    inputs: Sequence[Dim] | Mapping[str, Sequence[Dim]] | None = None,
    batch_size: int | None = None,
    kinds: str | Path | None = None,
) -> Report:
    """Compute every shape and weight of a network, and return only the report.

    Arguments and errors are those of `analyze`.

    >>> report = convcalc.summarize("model.yaml", variables={"filters": 32})
    >>> report.params.count
    72906
    """
    return analyze(
        path_or_network, variables=variables, inputs=inputs, batch_size=batch_size, kinds=kinds
    ).report


def with_costs(
    analysis: Analysis, *, batch_size: int = 1, optimizer: Optimizer | None = None
) -> Analysis:
    """Add receptive fields and memory to a report. MACs and parameters are there already.

    Args:
        analysis: any analysis.
        batch_size: the number of samples in memory, unless the network has a batch size.
        optimizer: "sgd", "momentum" or "adam", to estimate the memory of a training step too.

    Returns:
        The analysis with `activations`, `parameters` and `training` in its report, and with
        `activation_bytes` and `receptive_field` in each layer. Memory is in bytes.

    >>> analysis = convcalc.with_costs(convcalc.analyze("model.yaml"), batch_size=8)
    >>> analysis.report.activations.peak
    576000
    >>> [axis.size for axis in analysis.report.layers[2].receptive_field["input"]]
    [4, 4]
    """
    from convcalc.analysis import costs

    with _collector_paused():
        return costs.with_costs(analysis, batch_size, optimizer)


def with_fixes(analysis: Analysis) -> Analysis:
    """Find changes that fix the faults of a network. This takes many times as long as `analyze`.

    Each fix was tried: the network was computed with it, the fault is gone, and no error is new.

    Args:
        analysis: any analysis.

    Returns:
        The analysis with the `fixes` of each diagnostic, smallest change first. There are none
        where nothing helped.

    >>> analysis = convcalc.analyze("model.yaml", inputs=[2, 2, 3])
    >>> (fault,) = convcalc.with_fixes(analysis).report.diagnostics
    >>> fault.code, fault.fixes[0].text
    ('kernel-too-large', 'line 4: add padding: same')
    """
    if analysis.report.ok or not analysis.readable:
        return analysis
    from convcalc import fixes

    with _collector_paused():
        return fixes.with_fixes(analysis)


def find_warnings(
    analysis: Analysis, *, of: Collection[str] | None = None
) -> tuple[Diagnostic, ...]:
    """Find likely mistakes in a network.

    Args:
        analysis: any analysis.
        of: the codes of the warnings to look for, by default all.

    Returns:
        The warnings, in the order of the file. Those that the file ignores are left out; an
        `ignore` that suppresses nothing is a warning itself.

    >>> analysis = convcalc.analyze("model.yaml")
    >>> [(warning.code, warning.layer) for warning in convcalc.find_warnings(analysis)]
    [('heavy-dense', 'dense')]
    """
    from convcalc import checks

    return checks.find_warnings(analysis, of)


def check(
    analysis: Analysis,
    *,
    expected: Sequence[Expectations] = (),
    warnings: Collection[str] = (),
    path: str | None = None,
) -> "Checked":
    """Check a model against the expectations in its own file, under `expect`.

    Args:
        analysis: any analysis.
        expected: more expectations.
        warnings: the codes of the warnings that are findings too.
        path: the path from which fingerprints are computed, by default the report's source.

    Returns:
        The `outcomes`, one for each expectation, and the `findings`: errors, warnings and
        expectations that are not met.

    >>> checked = convcalc.check(convcalc.analyze("model.yaml"), warnings=["heavy-dense"])
    >>> [(finding.rule, finding.layer) for finding in checked.findings]
    [('heavy-dense', 'dense')]
    """
    from convcalc.checks import check as checking

    return checking.check(analysis, expected, warnings, path)


def explain(analysis: Analysis, layer: str, *, at: Sequence[int] | None = None) -> "Explanation":
    """Explain the shape, the weights and the costs of one layer.

    Args:
        analysis: any analysis.
        layer: the layer's name.
        at: an output position, zero-based, with one number for each axis along which windows
            slide. The explanation then includes the input positions that it depends on.

    Returns:
        The explanation as data, and in `sentences` as text.

    Raises:
        UsageError: the network has no such layer, or the layer no such position.

    >>> explanation = convcalc.explain(convcalc.analyze("model.yaml"), "conv2d", at=[3, 4])
    >>> explanation.outputs[0].axes[1].size.names
    'height − kernel height + 1'
    >>> [(axis.first, axis.last) for axis in explanation.reading]
    [(3, 5), (4, 6)]
    """
    from convcalc import explanations

    return explanations.explain(analysis, layer, at)


def lock(analysis: Analysis) -> str:
    """Record the layers' kinds, shapes and weights as the text of a lock file.

    Args:
        analysis: any analysis.

    >>> print(convcalc.lock(convcalc.analyze("model.yaml")))
    # Written by ...
    schema: convcalc.lock/1
    model: model.yaml
    inputs:
      input: [null, 32, 32, 3]
    outputs: [dense]
    layers:
      conv2d: {kind: Conv2D, output: [null, 30, 30, 16], weights: {kernel: ...}}
      ...
    """
    from convcalc.locks import lock as locks
    from convcalc.locks import text

    return text.write(locks.lock(analysis.report))


def diff(
    old: str | Path | Network | Analysis | Report, new: str | Path | Network | Analysis | Report
) -> "Difference":
    """Compare two networks, layer by layer.

    Args:
        old: a file of any format, a lock file, a network, an analysis or a report.
        new: the same. Where either is a lock, only what a lock holds is compared.

    Returns:
        What changed. Faults do not raise: whatever is known is compared.

    Raises:
        SpecError: a file describes no network, or is not a valid lock.
        OSError: a file can't be read.

    >>> wide = convcalc.summarize("model.yaml", variables={"filters": 32})
    >>> difference = convcalc.diff("model.yaml", wide)
    >>> [pair.new.name for pair in difference.changed]
    ['conv2d', 'max_pooling2d', 'flatten', 'dense']
    >>> difference.totals["params"].change
    36448
    """
    from convcalc.differences import compare

    with _collector_paused():
        return compare(_report(old), _report(new))


def convert(network: Network | Analysis) -> str:
    """Write a network as a spec, which has the same report when it is read again.

    Args:
        network: a network of any format, or its analysis. Its faults are in the spec too.

    Raises:
        UnwritableError: the spec language can't express something in the network.

    >>> print(convcalc.convert(convcalc.load("model.yaml")))
    name: model
    input: [32, 32, 3]
    <BLANKLINE>
    layers:
      - Conv2D: {filters: 16, kernel_size: 3}
      - MaxPooling2D: {pool_size: 2}
      - Flatten
      - Dense: 10
    <BLANKLINE>
    """
    from convcalc.formats.spec.writer import (
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
    """The first difference between two reports of one network, apart from places and names."""
    for one, other in zip(here["layers"], there["layers"], strict=False):
        if {**one, "location": None} != {**other, "location": None}:
            return str(one["name"])
    if len(here["layers"]) != len(there["layers"]):
        return "the number of layers"
    of_file = {"layers", "groups", "diagnostics", "source"}  # a group's kind is a block's name
    return next((key for key in here if key not in of_file and here[key] != there[key]), None)


def _report(side: str | Path | Network | Analysis | Report) -> Report:
    """The report of one side of `diff`, with its errors."""
    from convcalc.locks import reading, reports

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
    """The network with the values of its variables, with the errors of `analyze`."""
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
    source = formats.source_name(path)
    return formats.parse(disk.read(path), source, variables, _declared(kinds))


def _declared(kinds: str | Path | None) -> Mapping[str, type[Kind]]:
    return {} if kinds is None else formats.parse_kinds(disk.read(kinds))


@contextlib.contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause the garbage collector, which takes most of the time that a long file needs.

    It would find nothing: the tree only grows.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
