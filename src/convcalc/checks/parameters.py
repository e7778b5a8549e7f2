"""Warnings about weights that are useless or unexpectedly many."""

from collections.abc import Iterator, Mapping
from math import prod

from convcalc.advice import SetArgument, advise
from convcalc.analysis.analysis import Analysis
from convcalc.checks.warning import Match, warning
from convcalc.network import UNKNOWN, Network, Node
from convcalc.report import LayerReport, WeightReport
from convcalc.shapes import Shape, format_sizes

_MOST = 0.5
"""The share of all parameters above which a kernel is heavy."""


@warning("bias-before-normalization")
def bias_before_normalization(analysis: Analysis) -> Iterator[Match]:
    """A bias is added to each channel, and nothing but a normalization reads that.

    The normalization subtracts the mean of each channel, and the bias with it, so the bias has no
    influence in training. A frozen normalization keeps its stored means instead.
    """
    network, layers = analysis.network, analysis.report.layers
    readers = _sole_readers(network)
    uses: dict[int, list[int]] = {}
    for i, node in enumerate(network.nodes):
        uses.setdefault(_first(i, node), []).append(i)
    for first, applied in uses.items():
        layer = layers[first]
        axis = layer.layer.biased_axis if layer.layer else None
        if axis is None or not layer.output_shapes:
            continue
        by = [readers[use] for use in applied if use in readers]
        if len(by) < len(applied):
            continue
        axis %= len(layer.output_shapes[0])
        if any(set(uses[_first(i, network.nodes[i])]) - set(by) for i in by):
            continue  # the mean covers other layers too
        if all(_cancels(network.nodes[i], layers[i], axis) for i in by):
            saved = sum(weight.count for weight in layer.weights or () if weight.name == "bias")
            reader = layers[by[0]].name.rpartition("/")[2]  # the same in each use of a block
            yield Match(
                network.nodes[first],
                layer,
                f"the bias has no influence: {reader} subtracts it with the mean",
                argument="use_bias",
                help=advise(
                    f"`{{}}` saves {saved:,} parameters", SetArgument("use_bias", value=False)
                ),
            )


def _sole_readers(network: Network) -> Mapping[int, int]:
    """Maps each layer that only one layer reads, and that is no network output, to its reader."""
    readers: dict[int, list[int]] = {}
    for i, node in enumerate(network.nodes):
        for tensor in node.inputs:
            readers.setdefault(tensor.node, []).append(i)
    for tensor in network.outputs:
        readers.pop(tensor.node, None)
    return {node: found[0] for node, found in readers.items() if len(found) == 1}


def _first(i: int, node: Node) -> int:
    return i if node.shares_weights_of is None else node.shares_weights_of


def _cancels(node: Node, layer: LayerReport, axis: int) -> bool:
    read = layer.input_shapes[0]
    if layer.layer is None or not layer.output_shapes or read is None:
        return False
    trained = node.trainable and node.definition.named.get("trainable", True) is not False
    return trained and layer.layer.cancels_bias(axis, read)


@warning("heavy-dense")
def heavy_dense(analysis: Analysis) -> Iterator[Match]:
    """A dense layer reads a whole map made flat, and its kernel holds most of the parameters.

    The kernel has a weight for each position, channel and unit. Global average pooling before it
    leaves one for each channel and unit.
    """
    report = analysis.report
    weighted = sum(1 for layer in report.layers if layer.weights and layer.shares is None)
    if report.partial or weighted < 2:
        return
    total = report.params.count
    flat: dict[int, Shape] = {}
    for i, (node, layer) in enumerate(analysis.layers()):
        if len(node.inputs) != 1 or node.inputs[0] is UNKNOWN or not layer.output_shapes:
            continue
        read, output = layer.input_shapes[0], layer.output_shapes[0]
        if read is None:
            continue
        shape = flat.get(node.inputs[0].node)
        kernel = _kernel(layer)
        if kernel is None and _is_made_flat(read, output):
            flat[i] = read
        elif kernel is None and shape is not None and read == output:
            flat[i] = shape
        elif kernel and shape and not layer.shares and kernel.count > _MOST * total:
            sizes = format_sizes(kernel.shape)
            message = f"the {sizes} kernel holds {kernel.count:,} of all {total:,} parameters"
            help = (
                "take the mean over the positions, as by GlobalAveragePooling, in place of "
                "Flatten, or make the map smaller"
            )
            yield Match(node, layer, message, help=help)


def _kernel(layer: LayerReport) -> WeightReport | None:
    """The kernel of a dense layer, which is a matrix."""
    found = (weight for weight in layer.weights or () if weight.path == "kernel")
    kernel = next(found, None)
    return kernel if kernel is not None and len(kernel.shape) == 2 else None


def _is_made_flat(read: Shape, output: Shape) -> bool:
    """Whether a layer flattens a map of several positions."""
    sizes = [dim for dim in read[1:] if dim is not None]
    if len(output) != 2 or len(sizes) < 2 or len(sizes) + 1 < len(read):
        return False
    return output[1] == prod(sizes) and prod(sizes) > max(sizes)
