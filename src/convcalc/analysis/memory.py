"""The memory that a network takes: of its parameters, of what its layers give, and in training."""

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
    """The parameters of each type, by its name; weights that are shared count once.

    Those that can't be known, of `report.unknown_layers`, are left out.
    """
    found: dict[str, list[int]] = {}
    for layer in report.layers:
        for weight in layer.weights or () if layer.shares is None else ():
            found.setdefault(weight.dtype, []).append(weight.count)
    # Bits of all together, since two values of 4 bits are a byte.
    return {
        dtype: DTypeTotals(sum(counts), sum(counts) * BITS[dtype] // 8)
        for dtype, counts in found.items()
    }


def activations(analysis: Analysis, batch: int = 1) -> Activations:
    """The memory of what each layer gives for a batch of so many samples.

    Where the network has a batch size of its own, it is that one which counts.
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
    """An estimate of what a step of training takes, whose formula it has.

    Every output of every layer is counted as kept for the way back. Frameworks keep less of some
    and more of others, such as masks, and need workspaces beside.
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
    """The bytes of each output of a layer."""
    if shapes is None or layer.output_dtypes is None:
        return None
    return [
        None if dtype is None else map_dim(functools.partial(_packed, dtype), product(shape))
        for shape, dtype in zip(shapes, layer.output_dtypes, strict=True)
    ]


def _packed(dtype: str, count: int) -> int:
    """The bytes of so many elements."""
    return -(-count * BITS[dtype] // 8)


def _is_whole(network: Network) -> bool:
    """Whether all that is read is known."""
    reads = (tensor for node in network.nodes for tensor in node.inputs)
    return UNKNOWN not in reads and UNKNOWN not in network.outputs


def _peak(network: Network, sizes: list[list[int]]) -> tuple[int, int | None, tuple[Alive, ...]]:
    """The most bytes alive at once, while which layer runs, and what is alive then."""
    nodes = network.nodes
    end = len(nodes)
    # When each tensor is made, and when it was read last.
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
