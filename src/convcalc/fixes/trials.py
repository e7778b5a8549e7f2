"""Trials: compute a changed network, and compare its faults with those before."""

from collections.abc import Callable
from typing import TypeAlias

import msgspec

from convcalc.analysis.analysis import Analysis
from convcalc.analysis.engine import summarize
from convcalc.diagnostics import Diagnostic, Span
from convcalc.network import Network
from convcalc.report import LayerReport, Report

Key: TypeAlias = tuple[str, str | None, Span | str | None]


class Trials:
    """The trials for one fault of a network.

    `visits` counts computed layers. A trial that would exceed `most` visits fails.
    """

    def __init__(self, analysis: Analysis, fault: Diagnostic, most: int) -> None:
        report = analysis.report
        self.network = _without_recorded_shapes(analysis.network)
        self.report = report
        self.fault = fault
        self.most = most
        self.visits = 0
        self.before = set(map(_key, _errors(report)))
        self.target = (fault.code, _place(fault))

    @property
    def exhausted(self) -> bool:
        """Whether another trial would exceed the limit."""
        return self.visits + len(self.network.nodes) > self.most

    def is_fixed(self, changed: Network) -> bool:
        """Whether a changed network no longer has this fault, and has no new one."""
        if self.exhausted:
            return False
        self.visits += len(changed.nodes)
        report = summarize(changed)
        errors = _errors(report)
        return (
            set(map(_key, errors)) <= self.before
            and not any((e.code, _place(e)) == self.target for e in errors)
            and all(map(self.is_good, self.faulty(report)))
        )

    def faulty(self, report: Report) -> list[LayerReport]:
        """The faulty layer in a report; empty if it is gone."""
        return [layer for layer in report.layers if layer.name == self.fault.layer]

    def is_good(self, layer: LayerReport) -> bool:
        """Whether the changed layer is a plausible result.

        It is not if its shape is now unknown, or if a merge only works because an input has shrunk
        to a single position, which broadcasts.
        """
        if layer.output_shapes is None:
            return False
        before = [shape for one in self.faulty(self.report) for shape in one.input_shapes]
        return len(layer.input_shapes) == 1 or not any(
            now == 1 and was not in {1, None}
            for shape, earlier in zip(layer.input_shapes, before, strict=False)
            for now, was in zip(shape or (), earlier or (), strict=False)
        )


def largest(low: int, high: int, is_good: Callable[[int], bool]) -> int | None:
    """The largest good number, or None; all numbers below a good one must be good."""
    if high < low:
        return None
    if is_good(high):
        return high
    if high == low or not is_good(low):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_good(middle) else (low, middle)
    return low


def smallest(most: int, is_good: Callable[[int], bool]) -> int | None:
    """The smallest good positive number, or None; all numbers above a good one must be good.

    The search stops beyond `most`.
    """
    high = 1
    while not is_good(high):
        high *= 2
        if high > most:
            return None
    low = high // 2  # known to be bad
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_good(middle) else (middle, high)
    return high


def _without_recorded_shapes(network: Network) -> Network:
    """The network without the shapes in its file, which don't hold after a change."""
    if not any(node.built_shape or node.recorded_shapes for node in network.nodes):
        return network
    forgetting = network.with_inputs({})
    nodes = [msgspec.structs.replace(node, built_shape=None) for node in forgetting.nodes]
    return msgspec.structs.replace(forgetting, nodes=nodes)


def _errors(report: Report) -> list[Diagnostic]:
    return [diagnostic for diagnostic in report.diagnostics if diagnostic.severity == "error"]


def _place(fault: Diagnostic) -> Span | str | None:
    """The place of a fault, which all uses of a block share; without one, its layer."""
    return fault.span or fault.layer


def _key(fault: Diagnostic) -> Key:
    """The identity of a fault across a change; its message may differ."""
    return (fault.code, fault.layer, _place(fault))
