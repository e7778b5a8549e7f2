"""What becomes of the batch: shapes for so many samples, and work where the first axis is another.

Rules take the first axis for the samples. Operations may fold others into it, or put others there.
"""

from collections.abc import Sequence
from typing import TypeAlias

from convcalc.layers.calling import call
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import UNKNOWN_OP_COUNTS, OpCounts
from convcalc.network import Network, Node, of_tensor
from convcalc.report import LayerReport
from convcalc.shapes import Dim, Shape, replace

Shapes: TypeAlias = tuple[Shape, ...] | None


def shapes_of(layers: Sequence[LayerReport], network: Network, batch: int) -> list[Shapes]:
    """The shapes of each layer's outputs for a batch of so many samples.

    Most layers leave the batch as it is. Where that may not be so, their rules are asked.
    """
    found: list[Shapes] = []
    for node, layer in zip(network.nodes, layers, strict=True):
        outputs = layer.output_shapes
        if outputs is not None and any(shape[:1] == (None,) for shape in outputs):
            read = [of_tensor(tensor, found) for tensor in node.inputs]
            known = [shape for shape in read if shape is not None]
            if len(known) < len(read):
                outputs = None
            elif _regroups(layer):
                outputs = _computed(node, layer, known)
            else:
                first = _batch_read(layer, known, batch)
                outputs = tuple([replace(s, 0, first) if s[:1] == (None,) else s for s in outputs])
        found.append(outputs)
    return found


def batch_of(network: Network, shapes: Sequence[Shapes], batch: int) -> int | None:
    """The size of the batch that the inputs are for; None where they differ in it."""
    of_inputs = {shapes[i][0][:1] for i in network.inputs if shapes[i]}  # type: ignore[index]
    sizes = {first[0] for first in of_inputs if first} or {batch}
    return sizes.pop() if len(sizes) == 1 else None


def op_counts_per_sample(layers: Sequence[LayerReport], network: Network) -> list[OpCounts | None]:
    """The work of each layer for one sample, also where the first axis is not the samples.

    Rules count the work for each position of that axis. It is unknown where it can't be told how
    many of these there are for a sample.
    """
    found = [layer.op_counts for layer in layers]
    if not any(map(_regroups, layers)):
        return found
    shapes = shapes_of(layers, network, 1)
    batch = batch_of(network, shapes, 1)
    return [
        op_counts
        if op_counts is None or not any(op_counts.counts())
        else _of_a_sample(op_counts, firsts, batch)
        for op_counts, firsts in zip(found, _firsts(network, shapes), strict=True)
    ]


def _firsts(network: Network, shapes: Sequence[Shapes]) -> list[set[Dim]]:
    """The sizes of the first axis of all that each layer reads and gives."""
    found = []
    for node, outputs in zip(network.nodes, shapes, strict=True):
        tensors = [*[of_tensor(tensor, shapes) for tensor in node.inputs], *(outputs or ())]
        found.append({shape[0] if shape else None for shape in tensors})
    return found


def _of_a_sample(op_counts: OpCounts, firsts: set[Dim], batch: int | None) -> OpCounts:
    first = firsts.pop() if len(firsts) == 1 else None
    if first is None or batch is None:
        return UNKNOWN_OP_COUNTS
    if first == batch:
        return op_counts
    counts = op_counts.times(first).counts()
    return OpCounts(*(None if n is None or not batch or n % batch else n // batch for n in counts))


def _regroups(layer: LayerReport) -> bool:
    shapes = layer.input_shapes
    if layer.layer is None or not shapes or shapes[0] is None:
        return False
    return layer.layer.changes_batch(shapes[0])


def _batch_read(layer: LayerReport, read: Sequence[Shape], batch: int) -> Dim:
    """The size of the batch that a layer reads; of an input the one that is asked for."""
    for before, now in zip(layer.input_shapes, read, strict=True):
        if before and before[0] is None:
            return now[0]
    return None if read else batch


def _computed(node: Node, layer: LayerReport, read: Sequence[Shape]) -> Shapes:
    """The shapes that a layer's rule gives for other ones that it reads."""
    if layer.layer is None:
        return None
    try:
        return call(layer.layer, read, node.input_names or (), listed=node.listed).outputs
    except LayerError:
        return None
