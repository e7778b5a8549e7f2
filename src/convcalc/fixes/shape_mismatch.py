"""Fixes for shapes that must agree but don't."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from convcalc.fixes.down_sampling import PADDING, SAME, STRIDES, can_pad, droppable, has_strides
from convcalc.fixes.edits import Edit
from convcalc.fixes.faulty_layer import Change, FaultyLayer, is_number
from convcalc.fixes.fix import fix
from convcalc.fixes.input_sizes import rounded_inputs
from convcalc.fixes.origins import changes_of_dimension
from convcalc.shapes import Shape, product, replace

MOST_SIZES = 2
"""The number of input sizes that are tried for the other inputs, most common first."""


@fix("shape-mismatch")
def shape_mismatch(faulty: FaultyLayer) -> Iterator[Edit]:
    """Suggests another reshape target; for a merge, agreeing sizes above, or another input."""
    shapes = faulty.layer.input_shapes
    if faulty.error is None or not shapes or None in shapes:
        return
    if len(shapes) * len(faulty.network.nodes) > faulty.trials.most:
        return
    if len(shapes) == 1:
        yield from _other_target(faulty)
        return
    yield from faulty.tried_changes(_agreeing(faulty))
    # A layer above all inputs can't make them differ.
    yield from islice(faulty.tried(droppable(faulty, faulty.above_some)), 1)
    yield from rounded_inputs(faulty)


def _other_target(faulty: FaultyLayer) -> Iterator[Edit]:
    name = faulty.own_argument
    target = faulty.value_of(name) if name else None
    read = faulty.layer.input_shapes[0]
    size = product(read[1:]) if read else None
    if name is None or not isinstance(target, tuple | list) or not size:
        return
    if not all(map(is_number, target)):
        return  # not a shape
    targets = (
        faulty.editor.argument(faulty.index, name, fitting)
        for fitting in _fitting_targets(target, size)
    )
    yield from faulty.tried(targets)
    yield from faulty.tried_changes(_fitting_inputs(faulty, target, size))


def _fitting_targets(target: Sequence[int], size: int) -> Iterator[Shape]:
    """Targets with `size` values that differ from `target` on one axis, last axis first."""
    for axis, dim in reversed(list(enumerate(target))):
        others = product(d for i, d in enumerate(target) if i != axis)
        if dim != -1 and others and others > 0 and size % others == 0:
            yield replace(tuple(target), axis, size // others)


def _fitting_inputs(faulty: FaultyLayer, target: Sequence[int], size: int) -> Iterator[Change]:
    """Changes that may make the input, now with `size` values, fill the target."""
    held = product(dim for dim in target if dim != -1)
    if not held or held < 0:
        return
    wanted = max((size + held // 2) // held, 1) * held if -1 in target else held
    tensor = faulty.node.inputs[0]
    for axis, dim in enumerate(faulty.layer.input_shapes[0] or ()):
        if axis and dim and dim * wanted % size == 0:
            yield from changes_of_dimension(faulty, tensor, axis, dim, dim * wanted // size)


def _agreeing(faulty: FaultyLayer) -> Iterator[Change]:
    """Changes that may give each differing dimension the size of another input."""
    shapes = [shape or () for shape in faulty.layer.input_shapes]
    joined = getattr(faulty.layer.layer, "axis", None)
    for axis in range(1, min(map(len, shapes))):
        if joined in {-axis, min(map(len, shapes)) - axis}:
            continue
        dims = Counter(shape[-axis] for shape in shapes)
        for position, shape in enumerate(shapes):
            dim = shape[-axis]
            for wanted, _ in dims.most_common(MOST_SIZES):
                if dim and wanted and dim != wanted:
                    yield from _changes_of_input(faulty, position, len(shape) - axis, dim, wanted)


def _changes_of_input(
    faulty: FaultyLayer, position: int, axis: int, dim: int, wanted: int
) -> Iterator[Change]:
    """Changes that may give a dimension of an input the wanted size."""
    yield from changes_of_dimension(faulty, faulty.node.inputs[position], axis, dim, wanted)
    above = faulty.above_inputs[position]
    steps = {index: above[index] for index in above if index in faulty.above_some}
    for index in faulty.sliding(steps):
        if can_pad(faulty, index):
            yield Change(steps[index], 0, 0, index, PADDING, SAME)
        if not has_strides(faulty, index):
            continue
        windows = faulty.report.layers[index].windows
        strides = tuple(max(round(w.stride * dim / wanted), 1) for w in windows)
        amount = sum(abs(new - w.stride) for new, w in zip(strides, windows, strict=True))
        if amount:
            value = strides[0] if len(set(strides)) == 1 else strides
            yield Change(steps[index], 1, amount, index, STRIDES, value)
