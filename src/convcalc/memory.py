"""The memory that a network takes: of its parameters, of what its layers give, and in training."""

import functools
from collections.abc import Sequence

from convcalc.costs import SLOTS, Activations, Alive, Optimizer, Parameters, Training
from convcalc.dtypes import BITS
from convcalc.layers.calling import call
from convcalc.layers.kind import OPERATION, LayerError
from convcalc.network import UNKNOWN, Network, Node, Tensor
from convcalc.report import LayerReport, Report
from convcalc.shapes import Dim, Shape, map_dim, product, replace, scale, total


def parameters(report: Report) -> dict[str, Parameters]:
    """The parameters of each type, by its name; weights that are shared count once.

    Those that can't be known, of `report.unknown_layers`, are left out.
    """
    found: dict[str, list[int]] = {}
    for layer in report.layers:
        for weight in layer.weights or () if layer.shares is None else ():
            found.setdefault(weight.dtype, []).append(weight.count)
    # Bits of all together, since two values of 4 bits are a byte.
    return {
        dtype: Parameters(sum(counts), sum(counts) * BITS[dtype] // 8)
        for dtype, counts in found.items()
    }


def activations(report: Report, network: Network, batch: int = 1) -> Activations:
    """The memory of what each layer gives for a batch of so many samples.

    Where the network has a batch size of its own, it is that one which counts.
    """
    shapes = _shapes(report, network, batch)
    outputs = [_bytes(*each) for each in zip(report.layers, shapes, strict=True)]
    layers = tuple([None if each is None else total(each) for each in outputs])
    missing = tuple([i for i, size in enumerate(layers) if size is None])
    computed = _batch_of_inputs(network, shapes, batch)
    if missing or not report.ok or not _is_whole(network):
        return Activations(computed, layers, missing, None, None, ())
    known = [[size or 0 for size in each or ()] for each in outputs]
    return Activations(computed, layers, missing, *_peak(network, known))


def training(report: Report, network: Network, optimizer: Optimizer, batch: int = 1) -> Training:
    """An estimate of what a step of training takes, whose formula it has.

    Every output of every layer is counted as kept for the way back. Frameworks keep less of some
    and more of others, such as masks, and need workspaces beside.
    """
    found = activations(report, network, batch)
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


def _shapes(report: Report, network: Network, batch: int) -> list[tuple[Shape, ...] | None]:
    """The shapes of each layer's outputs for a batch of so many samples.

    Layers leave the batch as it is. Operations may do anything to it, so their rules are asked.
    """
    found: list[tuple[Shape, ...] | None] = []
    for node, layer in zip(network.nodes, report.layers, strict=True):
        outputs = layer.output_shapes
        if outputs is not None and any(shape[:1] == (None,) for shape in outputs):
            read = [_shape_of(found, tensor) for tensor in node.inputs]
            known = [shape for shape in read if shape is not None]
            if len(known) < len(read):
                outputs = None
            elif layer.kind.startswith(OPERATION):
                outputs = _computed(node, layer, known)
            else:
                first = _batch_read(layer, known, batch)
                outputs = tuple([replace(s, 0, first) if s[:1] == (None,) else s for s in outputs])
        found.append(outputs)
    return found


def _shape_of(found: list[tuple[Shape, ...] | None], tensor: Tensor) -> Shape | None:
    outputs = None if tensor is UNKNOWN else found[tensor.node]
    return None if outputs is None else outputs[tensor.output]


def _batch_read(layer: LayerReport, read: Sequence[Shape], batch: int) -> Dim:
    """The size of the batch that a layer reads; of an input the one that is asked for."""
    for before, now in zip(layer.input_shapes, read, strict=True):
        if before and before[0] is None:
            return now[0]
    return None if read else batch


def _computed(node: Node, layer: LayerReport, read: Sequence[Shape]) -> tuple[Shape, ...] | None:
    """The shapes that an operation's rule gives for other ones that it reads."""
    if layer.layer is None:
        return None
    try:
        return call(layer.layer, read, node.input_names or (), listed=node.listed).outputs
    except LayerError:
        return None


def _batch_of_inputs(
    network: Network, shapes: Sequence[tuple[Shape, ...] | None], batch: int
) -> int | None:
    """The size of the batch that the inputs are for; None where they differ in it."""
    of_inputs = {shapes[i][0][:1] for i in network.inputs if shapes[i]}  # type: ignore[index]
    sizes = {first[0] for first in of_inputs if first} or {batch}
    return sizes.pop() if len(sizes) == 1 else None


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
