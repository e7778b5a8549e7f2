"""The batch through a network: shapes for a batch size, and op counts per sample.

Rules treat the first axis as the batch. Some operations fold other axes into it or replace it.
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
    """Each layer's output shapes for a batch of `batch` samples.

    Most layers keep the batch. The rule runs again only for a layer that may change it.
    """
    found: list[Shapes] = []
    for node, layer in zip(network.nodes, layers, strict=True):
        outputs = layer.output_shapes
        if outputs is not None and any(shape[:1] == (None,) for shape in outputs):
            read = [of_tensor(tensor, found) for tensor in node.inputs]
            known = [shape for shape in read if shape is not None]
            if len(known) < len(read):
                outputs = None
            elif _changes_batch(layer):
                outputs = _computed(node, layer, known)
            else:
                first = _input_batch(layer, known, batch)
                outputs = tuple([replace(s, 0, first) if s[:1] == (None,) else s for s in outputs])
        found.append(outputs)
    return found


def batch_of(network: Network, shapes: Sequence[Shapes], batch: int) -> int | None:
    """The batch size of the network's inputs; None if it differs between them."""
    of_inputs = {shapes[i][0][:1] for i in network.inputs if shapes[i]}  # type: ignore[index]
    sizes = {first[0] for first in of_inputs if first} or {batch}
    return sizes.pop() if len(sizes) == 1 else None


def op_counts_per_sample(layers: Sequence[LayerReport], network: Network) -> list[OpCounts | None]:
    """Each layer's op counts for one sample, even where the first axis is not the batch.

    Rules count operations per position of that axis. The counts are unknown where the number of
    positions per sample is unknown.
    """
    found = [layer.op_counts for layer in layers]
    if not any(map(_changes_batch, layers)):
        return found
    shapes = shapes_of(layers, network, 1)
    batch = batch_of(network, shapes, 1)
    return [
        op_counts
        if op_counts is None or not any(op_counts.counts())
        else _per_sample(op_counts, firsts, batch)
        for op_counts, firsts in zip(found, _first_sizes(network, shapes), strict=True)
    ]


def _first_sizes(network: Network, shapes: Sequence[Shapes]) -> list[set[Dim]]:
    """The sizes of the first axis among each layer's inputs and outputs."""
    found = []
    for node, outputs in zip(network.nodes, shapes, strict=True):
        tensors = [*[of_tensor(tensor, shapes) for tensor in node.inputs], *(outputs or ())]
        found.append({shape[0] if shape else None for shape in tensors})
    return found


def _per_sample(op_counts: OpCounts, firsts: set[Dim], batch: int | None) -> OpCounts:
    first = firsts.pop() if len(firsts) == 1 else None
    if first is None or batch is None:
        return UNKNOWN_OP_COUNTS
    if first == batch:
        return op_counts
    counts = op_counts.times(first).counts()
    return OpCounts(*(None if n is None or not batch or n % batch else n // batch for n in counts))


def _changes_batch(layer: LayerReport) -> bool:
    shapes = layer.input_shapes
    if layer.layer is None or not shapes or shapes[0] is None:
        return False
    return layer.layer.changes_batch(shapes[0])


def _input_batch(layer: LayerReport, read: Sequence[Shape], batch: int) -> Dim:
    """The batch size of a layer's inputs; `batch` for an input of the network."""
    for before, now in zip(layer.input_shapes, read, strict=True):
        if before and before[0] is None:
            return now[0]
    return None if read else batch


def _computed(node: Node, layer: LayerReport, read: Sequence[Shape]) -> Shapes:
    """The output shapes of a layer for other input shapes."""
    if layer.layer is None:
        return None
    try:
        return call(layer.layer, read, node.input_names or (), listed=node.listed).outputs
    except LayerError:
        return None
