"""Changes to the arguments behind a dimension, found by tracing the rules."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from convcalc.explanations.tracing import trace
from convcalc.fixes.faulty_layer import Change, FaultyLayer, is_number
from convcalc.network import UNKNOWN, Tensor
from convcalc.shapes import Dim
from convcalc.symbolic import SymbolicInt

TRACING = 10
"""The cost of tracing one layer, in visits."""


def changes_of_dimension(
    faulty: FaultyLayer, tensor: Tensor, axis: int, dim: int, wanted: int
) -> Iterator[Change]:
    """Changes to the arguments behind a dimension that may give it the wanted size."""
    for steps, index, name, value in _origins(faulty, tensor, axis):
        exact = {wanted, value + wanted - dim}
        if value * wanted % dim == 0:
            exact.add(value * wanted // dim)
        for other in exact:
            if other > 0 and other != value:
                yield Change(steps, 1, abs(other - value), index, name, other)


def _origins(faulty: FaultyLayer, tensor: Tensor, axis: int) -> Iterator[tuple[int, int, str, int]]:
    """The arguments that a dimension was computed from, in this layer and in layers above.

    Yields the steps up to the layer, the layer's position, the argument's name and its value.
    """
    waiting = [(1, tensor, axis)]
    seen = set()
    for steps, read, at in waiting:
        if (read, at) in seen or read is UNKNOWN:
            continue
        seen.add((read, at))
        faulty.trials.visits += TRACING
        if faulty.trials.exhausted:
            return
        node, layer = faulty.network.nodes[read.node], faulty.report.layers[read.node]
        shapes = [shape for shape in layer.input_shapes if shape is not None]
        if layer.layer is None or layer.output_shapes is None or not node.inputs:
            continue
        if len(shapes) < len(node.inputs):
            continue
        traced = trace(layer.layer, shapes, node.input_names or (), listed=node.listed)
        leaves = list(_leaves(traced.inference.outputs[read.output][at]))
        inputs = {} if node.input_names else _axes_of(traced.arguments.args)
        for leaf in leaves:
            if id(leaf) in inputs:
                position, input_axis = inputs[id(leaf)]
                waiting.append((steps + 1, node.inputs[position], input_axis))
            elif leaf.name in type(layer.layer).__struct_fields__:
                value = getattr(layer.layer, leaf.name)
                if is_number(value):
                    yield steps, read.node, leaf.name, value


def _leaves(number: Dim) -> Iterator[SymbolicInt]:
    """The uncomputed numbers that a number was computed from."""
    if isinstance(number, SymbolicInt):
        if number.operation is None:
            yield number
        for operand in number.operands:
            yield from _leaves(operand)


def _axes_of(shapes: Sequence[Any]) -> Mapping[int, tuple[int, int]]:
    """Maps the identity of each traced dimension to its input and axis."""
    return {
        id(dim): (position, axis)
        for position, shape in enumerate(shapes)
        if isinstance(shape, tuple)
        for axis, dim in enumerate(shape)
        if isinstance(dim, SymbolicInt)
    }
