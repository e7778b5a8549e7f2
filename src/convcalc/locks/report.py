"""What a lock tells of a network as a report, which lacks what a lock does not hold."""

import math

import msgspec

from convcalc.dtypes import BITS
from convcalc.layers import kinds
from convcalc.layers.core import INPUT
from convcalc.locks.lock import Lock, LockedInput, LockedLayer, LockedWeight, lock
from convcalc.report import LayerReport, Params, Report, TensorReport, WeightReport


def report_of(locked: Lock, source: str) -> Report:
    """The report of a network as it was locked in the file called `source`.

    Its layers are in the order of the lock; of none but the inputs are there arguments, and of
    none is it known what it reads.
    """
    inputs = [_input(name, tensor) for name, tensor in locked.inputs.items()]
    layers = [_layer(name, layer) for name, layer in locked.layers.items()]
    params = sum((layer.params for layer in layers if layer.params), start=Params())
    return Report(
        name=locked.model,
        source=source,
        inputs=tuple(TensorReport(n, each.shape, each.dtype) for n, each in locked.inputs.items()),
        outputs=tuple(TensorReport(name, None) for name in locked.outputs),
        layers=(*inputs, *layers),
        params=params,
    )


def as_locked(report: Report) -> Report:
    """A report with no more in it than a lock of it would hold, to be compared with one."""
    held = report_of(lock(report), report.source)
    return msgspec.structs.replace(held, name=report.name, diagnostics=report.diagnostics)


def _input(name: str, tensor: LockedInput) -> LayerReport:
    shape = tensor.shape
    layer = None if shape is None else kinds()[INPUT](batch_shape=shape, dtype=tensor.dtype)
    return LayerReport(
        name=name,
        kind=INPUT,
        group=None,
        inputs=(),
        input_shapes=(),
        output_shapes=None if shape is None else (shape,),
        weights=(),
        params=Params(),
        shares=None,
        span=None,
        layer=layer,
    )


def _layer(name: str, layer: LockedLayer) -> LayerReport:
    weights = None
    if layer.weights is not None:
        weights = tuple(_weight(path, weight) for path, weight in layer.weights.items())
    return LayerReport(
        name=name,
        kind=layer.kind,
        group=None,
        inputs=(),
        input_shapes=(),
        output_shapes=layer.outputs,
        weights=weights,
        params=None if weights is None else _params(weights),
        shares=layer.shares,
        span=None,
        layer=None,
    )


def _weight(path: str, weight: LockedWeight) -> WeightReport:
    name = path.rpartition("/")[2]
    count = math.prod(weight.shape)
    return WeightReport(name, weight.shape, count, weight.trainable, weight.dtype, path)


def _params(weights: tuple[WeightReport, ...]) -> Params:
    trained = [weight for weight in weights if weight.trainable]
    kept = [weight for weight in weights if not weight.trainable]
    return Params(
        sum(weight.count for weight in trained),
        sum(weight.count for weight in kept),
        sum(weight.count * BITS[weight.dtype] for weight in trained) // 8,
        sum(weight.count * BITS[weight.dtype] for weight in kept) // 8,
    )
