"""The memory of a network: its parameters, its activations, and a training step."""

import functools
from collections.abc import Sequence

from convcalc.analysis.analysis import Analysis
from convcalc.analysis.batch import batch_of, shapes_of
from convcalc.dtypes import BITS
from convcalc.network import UNKNOWN, Network
from convcalc.report import LayerReport, Report
from convcalc.report.costs import SLOTS, Activations, Alive, DTypeTotals, Optimizer, Training
from convcalc.shapes import Dim, Shape, map_dim, product, scale, total


def parameters(report: Report) -> dict[str, DTypeTotals]:
    """The parameters of each data type, by its name; shared weights count once.

    Unknown parameters, those of `report.unknown_layers`, are left out.
    """
    found: dict[str, list[int]] = {}
    for layer in report.layers:
        for weight in layer.weights or () if layer.shares is None else ():
            found.setdefault(weight.dtype, []).append(weight.count)
    # Sum the bits first: two 4-bit values share a byte.
    return {
        dtype: DTypeTotals(sum(counts), sum(counts) * BITS[dtype] // 8)
        for dtype, counts in found.items()
    }


def activations(analysis: Analysis, batch: int = 1) -> Activations:
    """The memory of each layer's outputs for a batch of `batch` samples.

    A batch size that the network fixes takes precedence.
    """
    network, report = analysis.network, analysis.report
    shapes = shapes_of(report.layers, network, batch)
    outputs = [_bytes(*each) for each in zip(report.layers, shapes, strict=True)]
    layers = tuple([None if each is None else total(each) for each in outputs])
    missing = tuple([i for i, size in enumerate(layers) if size is None])
    computed = batch_of(network, shapes, batch)
    if missing or not report.ok or not _is_whole(network):
        return Activations(computed, layers, missing, None, None, ())
    known = [[size or 0 for size in each or ()] for each in outputs]
    return Activations(computed, layers, missing, *_peak(network, known))


def training(analysis: Analysis, optimizer: Optimizer, batch: int = 1) -> Training:
    """An estimate of the memory of one training step, with its formula.

    It counts every output of every layer as kept for the backward pass. Frameworks keep fewer of
    some and more of others (such as masks), and also need workspaces.
    """
    report = analysis.report
    found = activations(analysis, batch)
    unknown = [i for i, layer in enumerate(report.layers) if layer.params is None]
    known = not report.partial
    trained = report.params.trainable_bytes if known else None
    return Training(
        optimizer,
        found.batch,
        weights=report.params.bytes if known else None,
        gradients=trained,
        slots=scale(trained, SLOTS[optimizer]),
        activations=found.sum,
        missing=tuple(sorted({*unknown, *found.missing})),
    )


def _bytes(layer: LayerReport, shapes: Sequence[Shape] | None) -> list[Dim] | None:
    if shapes is None or layer.output_dtypes is None:
        return None
    return [
        None if dtype is None else map_dim(functools.partial(_packed, dtype), product(shape))
        for shape, dtype in zip(shapes, layer.output_dtypes, strict=True)
    ]


def _packed(dtype: str, count: int) -> int:
    """The bytes of `count` elements, rounded up."""
    return -(-count * BITS[dtype] // 8)


def _is_whole(network: Network) -> bool:
    """Whether every reference to a tensor is resolved."""
    reads = (tensor for node in network.nodes for tensor in node.inputs)
    return UNKNOWN not in reads and UNKNOWN not in network.outputs


def _peak(network: Network, sizes: list[list[int]]) -> tuple[int, int | None, tuple[Alive, ...]]:
    """The peak in bytes, the layer that runs at the peak, and the tensors alive then."""
    nodes = network.nodes
    end = len(nodes)
    # The steps at which each tensor is computed and last read.
    first = [[i] * len(each) for i, each in enumerate(sizes)]
    last = [[i] * len(each) for i, each in enumerate(sizes)]
    for i, node in enumerate(nodes):
        for tensor in node.inputs:
            last[tensor.node][tensor.output] = i
    for i in network.inputs:
        first[i] = [0] * len(sizes[i])
    for tensor in network.outputs:
        last[tensor.node][tensor.output] = end
    change = [0] * (end + 2)
    for each, starts, ends in zip(sizes, first, last, strict=True):
        for size, start, until in zip(each, starts, ends, strict=True):
            change[start] += size
            change[until + 1] -= size
    now, peak, at = 0, 0, None
    for i in range(end):
        now += change[i]
        if at is None or now > peak:
            peak, at = now, i
    alive = tuple(
        Alive(node, output, size)
        for node, each in enumerate(sizes)
        for output, size in enumerate(each)
        if at is not None and first[node][output] <= at <= last[node][output]
    )
    return peak, at, alive
