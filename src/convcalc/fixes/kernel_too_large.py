"""Fixes for a kernel larger than its input."""

from collections.abc import Callable, Iterator

from convcalc.fixes.down_sampling import keep_maps_larger, largest_value, same_padding
from convcalc.fixes.edits import Edit
from convcalc.fixes.faulty_layer import FaultyLayer
from convcalc.fixes.fix import fix
from convcalc.fixes.input_sizes import larger_inputs
from convcalc.fixes.trials import largest
from convcalc.layers.binding import per_axis_fields
from convcalc.layers.requirements import per_axis
from convcalc.shapes import replace


@fix("kernel-too-large")
def kernel_too_large(faulty: FaultyLayer) -> Iterator[Edit]:
    """Suggests padding, a smaller kernel, less down-sampling above, or a larger input."""
    name = faulty.own_argument
    if name is not None:
        yield from faulty.tried(same_padding(faulty, faulty.index))
        yield from _smaller_kernel(faulty, name)
    yield from keep_maps_larger(faulty)
    yield from larger_inputs(faulty)


def _smaller_kernel(faulty: FaultyLayer, name: str) -> Iterator[Edit]:
    layer = faulty.layer.layer
    if layer is None or name not in per_axis_fields(type(layer)):
        return
    written = getattr(layer, name)
    sizes = per_axis(written, layer.rank)

    def fits(axis: int) -> Callable[[int], bool]:
        return lambda size: faulty.accepts({name: replace((1,) * len(sizes), axis, size)})

    if faulty.editor.is_alone(faulty.index):
        fitting = [largest(1, size, fits(axis)) or 1 for axis, size in enumerate(sizes)]
    else:  # a smaller kernel in another copy may enlarge this copy's input
        fitting = [size - 1 or 1 for size in sizes]
    yield from largest_value(faulty, faulty.index, name, written, fitting)
