"""Fixes for a cropping that removes a whole axis."""

from collections.abc import Iterator

from convcalc.fixes.down_sampling import keep_maps_larger
from convcalc.fixes.edits import Edit
from convcalc.fixes.faulty_layer import FaultyLayer
from convcalc.fixes.fix import fix
from convcalc.fixes.input_sizes import larger_inputs


@fix("cropping-too-large")
def cropping_too_large(faulty: FaultyLayer) -> Iterator[Edit]:
    """Suggests less down-sampling above, or a larger input."""
    yield from keep_maps_larger(faulty)
    yield from larger_inputs(faulty)
