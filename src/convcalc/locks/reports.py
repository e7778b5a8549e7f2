"""Locks as reports, and reports reduced to what a lock holds, for comparison."""

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePath

from msgspec.structs import replace

from convcalc.diagnostics import Diagnostic, SpecError
from convcalc.dtypes import BITS
from convcalc.layers.core import InputLayer
from convcalc.locks import reading
from convcalc.locks.lock import (
    Lock,
    LockedInput,
    LockedLayer,
    LockedWeight,
    count_of,
    lock,
    named_layers,
    readable,
)
from convcalc.report import (
    GroupReport,
    LayerReport,
    ParamTotals,
    Report,
    TensorReport,
    WeightReport,
)

_NUMBER = re.compile(r":[0-9]{1,9}\Z")


class LockedReport(Report, frozen=True, kw_only=True):
    """A report with only what a lock holds: layers have no arguments and no inputs."""


def read(data: bytes, source: str) -> LockedReport:
    """Read a lock file as a report. Raises SpecError with every fault.

    The totals are recomputed from the weights; those in the file are ignored.
    """
    file = reading.read(data, source)
    report = _report(file.lock, source)
    names = {layer.name for layer in report.layers}
    for output in file.lock.outputs:
        if output not in names and _NUMBER.sub("", output) not in names:
            message = f"the output {output!r} is no layer of this lock"
            span = file.span("outputs")
            fault = Diagnostic(code="not-a-lock", message=message, span=span, help=reading.HELP)
            raise SpecError((fault,), source)
    inputs = file.lock.inputs
    return replace(
        report,
        layers=tuple(
            replace(
                layer, span=file.span("inputs" if layer.name in inputs else "layers", layer.name)
            )
            for layer in report.layers
        ),
    )


def as_locked(report: Report) -> LockedReport:
    """Reduce a report to what its lock would hold, in the original order of layers."""
    if isinstance(report, LockedReport):
        return report
    inputs = {tensor.name for tensor in report.inputs}
    found = {readable(layer.name): layer for layer in report.layers if layer.name in inputs}
    found |= named_layers(report)
    places = {id(layer): place for place, layer in enumerate(report.layers)}
    locked = _report(lock(report), report.source)
    layers = [
        replace(layer, span=found[layer.name].span, fault=found[layer.name].fault)
        for layer in locked.layers
        if layer.name in found
    ]
    layers.sort(key=lambda layer: places[id(found[layer.name])])
    return replace(locked, name=report.name, layers=tuple(layers), diagnostics=report.diagnostics)


def _report(locked: Lock, source: str) -> LockedReport:
    inputs = [_input(name, each) for name, each in locked.inputs.items()]
    layers = (*inputs, *(_layer(name, each) for name, each in locked.layers.items()))
    return LockedReport(
        name=PurePath(locked.model).stem,
        source=source,
        outputs=tuple(TensorReport(name, None) for name in locked.outputs),
        layers=layers,
        params=sum((layer.params for layer in layers if layer.params), ParamTotals()),
        groups=_groups(locked.layers),
    )


def _input(name: str, tensor: LockedInput) -> LayerReport:
    if tensor.shape is None:
        return _layer(name, LockedLayer("InputLayer", None))
    layer = InputLayer(batch_shape=tensor.shape, dtype=tensor.dtype)
    return _layer(name, LockedLayer("InputLayer", (tensor.shape,)), layer)


def _layer(name: str, locked: LockedLayer, layer: InputLayer | None = None) -> LayerReport:
    weights = _weights(locked.weights)
    return LayerReport(
        name=name,
        kind=locked.kind,
        group=None,
        inputs=(),
        input_shapes=(),
        output_shapes=locked.outputs,
        weights=weights,
        params=None if weights is None else ParamTotals.of(weights),
        shares=locked.shares,
        span=None,
        layer=layer,
    )


def _weights(locked: Mapping[str, LockedWeight] | None) -> tuple[WeightReport, ...] | None:
    """The weights; None if unknown, or if a size or data type is impossible."""
    if locked is None:
        return None
    weights = []
    for path, each in locked.items():
        count = count_of(each)
        if count is None or each.dtype not in BITS:
            return None
        name = path.rpartition("/")[2]
        weights.append(WeightReport(name, each.shape, count, each.trainable, each.dtype, path))
    return tuple(weights)


def _groups(names: Iterable[str]) -> dict[str, GroupReport]:
    """The groups with generated numbers: those for which the name without the number exists too."""
    parents = {name[: slash.start()] for name in names for slash in re.finditer("/", name)}
    found = {}
    for parent in parents:
        stem = re.sub(r"_[0-9]+\Z", "", parent)
        if stem != parent and stem in parents:
            group = GroupReport(stem.rpartition("/")[2], ())
            found[parent] = found[stem] = group
    return found
