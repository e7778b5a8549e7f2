"""Edits of the network's inputs: the smallest sufficient size, or a multiple of a power of 2."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from convcalc.fixes.edits import Edit
from convcalc.fixes.faulty_layer import FaultyLayer
from convcalc.fixes.trials import largest, smallest
from convcalc.shapes import CHANNELS_FIRST, Shape, add

LARGEST_GROWTH = 4096
"""The maximum growth of an input, in positions."""

MULTIPLES = (2, 4, 8, 16, 32, 64, 128)
"""Sizes are rounded up to multiples of these, where branches round halves differently."""


def larger_inputs(faulty: FaultyLayer) -> Iterator[Edit]:
    """The smallest larger size of each input that fixes the network."""
    for index, shape, axes in _inputs(faulty):
        edit = _larger_input(faulty, index, shape, axes)
        if edit is not None:
            yield edit


def rounded_inputs(faulty: FaultyLayer) -> Iterator[Edit]:
    """The smallest size of each input that can be halved often enough."""
    for index, shape, axes in _inputs(faulty):
        rounded = {
            tuple(
                -(-dim // by) * by if axis in axes and dim is not None else dim
                for axis, dim in enumerate(shape)
            ): None
            for by in MULTIPLES
        }
        edits = (faulty.editor.input(index, other) for other in rounded if other != shape)
        yield from islice(faulty.tried(edits), 1)


def _larger_input(
    faulty: FaultyLayer, index: int, shape: Shape, axes: Sequence[int]
) -> Edit | None:
    """The input with the least growth that fixes the network."""

    def edit(growths: Mapping[int, int]) -> Edit:
        larger = (add(dim, growths.get(axis, 0)) for axis, dim in enumerate(shape))
        return faulty.editor.input(index, tuple(larger))

    def is_fixed(growths: Mapping[int, int]) -> bool:
        return faulty.trials.is_fixed(edit(growths).network)

    # Grow all axes equally first, then reduce each to what it needs.
    growth = smallest(LARGEST_GROWTH, lambda each: is_fixed(dict.fromkeys(axes, each)))
    if growth is None:
        return None
    growths = dict.fromkeys(axes, growth)
    for axis in axes:
        spared = largest(
            0,
            growth,
            lambda less, axis=axis: is_fixed({**growths, axis: growth - less}),  # type: ignore[misc]
        )
        growths[axis] -= spared or 0
    return edit(growths)


def _inputs(faulty: FaultyLayer) -> Iterator[tuple[int, Shape, list[int]]]:
    """The network inputs above, each with its shape without the batch, and its spatial axes."""
    channels_first = faulty.network.defaults.get("data_format") == CHANNELS_FIRST
    for index in faulty.network.inputs:
        if faulty.trials.exhausted:
            return
        outputs = faulty.report.layers[index].output_shapes
        if index not in faulty.above or not outputs:
            continue
        shape = outputs[0][1:]
        channels = 0 if channels_first else len(shape) - 1
        axes = [axis for axis, dim in enumerate(shape) if dim is not None]
        if len(shape) > 1:
            axes = [axis for axis in axes if axis != channels]
        if axes:
            yield index, shape, axes
