"""The arithmetic of a window that slides along one axis, written once for all that asks."""

import math
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from convcalc.shapes import Dim

Padding: TypeAlias = Literal["valid", "same", "causal"] | tuple[int, int]
"""Keras's words, or an explicit number of positions before and after the axis."""


class Reading(NamedTuple):
    """The positions of an axis that one output position is computed from.

    They go from `first` to `last`, both included and counted from 0, in steps of `step`. `before`
    and `after` are how many of the window's positions lie outside of the axis on either side,
    where there is padding in their place. Nothing is read where `last` is less than `first`.
    """

    first: int
    last: int
    step: int = 1
    before: int = 0
    after: int = 0


class Window(msgspec.Struct, frozen=True):
    """A window on one axis: where it may stand, and how many places that makes.

    `size` is the axis it reads and `output` the number of its places, both None if unknown;
    `before` and `after` are the padded positions, which for `same` depend on the size and are
    None with it. `output` may be 0 or less: then the window does not fit, except that `same` and
    `causal` fit an empty axis, and give an empty one, as in Keras.
    """

    size: Dim
    kernel: int
    stride: int
    dilation: int
    before: Dim
    after: Dim
    output: Dim
    fits: bool = True
    """Whether there is a place for the window; an unknown size is given the benefit."""

    @property
    def extent(self) -> int:
        """How many positions the window spans: dilation × (kernel − 1) + 1."""
        return extent(self.kernel, self.dilation)

    @property
    def covered(self) -> Dim:
        """How many positions there are from the first window's start to the last one's end."""
        return None if self.output is None else (self.output - 1) * self.stride + self.extent

    @property
    def unread(self) -> int:
        """How many positions at the axis's end no window reaches; 0 where that is unknown."""
        if self.size is None or self.before is None or self.covered is None:
            return 0
        return max(self.size + self.before - self.covered, 0)

    def at(self, position: int) -> Reading | None:
        """What an output position reads of the axis; None where that is unknown."""
        if self.size is None or self.before is None:
            return None
        start = position * self.stride - self.before
        before = max(-(start // self.dilation), 0)
        inside = (self.size - 1 - start) // self.dilation + 1 - before
        return _reading(start, self.dilation, self.kernel, before, inside)


class TransposedWindow(msgspec.Struct, frozen=True):
    """The same seen from the other side: each of `size` inputs writes a window of the output.

    `before` and `after` are the positions cut off the full output of
    (size − 1) × stride + extent; `after` is negative where the output is longer than that.
    """

    size: Dim
    kernel: int
    stride: int
    dilation: int
    before: int
    after: int
    output: Dim
    fits: bool = True
    """Whether something is left of the output; with one of Keras's words it may also be nothing."""

    @property
    def extent(self) -> int:
        """How many positions one input writes: dilation × (kernel − 1) + 1."""
        return extent(self.kernel, self.dilation)

    def at(self, position: int) -> Reading | None:
        """Which positions of the axis write an output position; None where that is unknown."""
        if self.size is None:
            return None
        place = position + self.before
        # Tap number t of the kernel carries input position (place − t × dilation) / stride here,
        # where that is whole: so do the taps from the first such one on, in steps of `every`.
        common = math.gcd(self.stride, self.dilation)
        if place % common:
            return Reading(0, -1)
        every = self.stride // common
        first = place // common * pow(self.dilation // common, -1, every) % every
        taps = range(first, self.kernel, every)
        if not taps:
            return Reading(0, -1)
        step = every * self.dilation // self.stride
        start = (place - taps[-1] * self.dilation) // self.stride
        before = max(-(start // step), 0)
        inside = (self.size - 1 - start) // step + 1 - before
        return _reading(start, step, len(taps), before, inside)


def _reading(start: int, step: int, count: int, before: int, inside: int) -> Reading:
    """What is read by `count` places from `start` on, of which `inside` come after `before`."""
    before = min(before, count)
    inside = max(min(inside, count - before), 0)
    first = start + before * step
    last = first + (inside - 1) * step
    after = count - before - inside
    return (
        Reading(first, last, step, before, after) if inside else Reading(0, -1, step, before, after)
    )


AnyWindow: TypeAlias = Window | TransposedWindow


class All(msgspec.Struct, frozen=True):
    """All of an axis at once: each output position is computed from all of its positions."""


class Mixed(msgspec.Struct, frozen=True):
    """Positions that are not told: of this axis, or of others that are mixed with it.

    No position of them all is left out by all outputs together.
    """


AxisDependency: TypeAlias = AnyWindow | All | Mixed | None
"""What an output position is computed from on one axis; None where that is unknown."""

ALL = All()
MIXED = Mixed()
IDENTITY = Window(None, 1, 1, 1, 0, 0, None)
"""Each output position is computed from the same position of the axis."""


def shifted(by: int) -> Window:
    """Each output position is computed from the one that lies `by` positions before it."""
    return Window(None, 1, 1, 1, by, 0, None)


def cut(before: int, after: int) -> Window:
    """The positions of an axis without so many at its beginning, and so many at its end."""
    return Window(None, 1, 1, 1, -before, -after, None)


def repeated(times: int) -> TransposedWindow:
    """Each position of the axis is there several times in a row."""
    return TransposedWindow(None, times, times, 1, 0, 0, None)


def extent(kernel: int, dilation: int) -> int:
    """How many positions a dilated kernel spans."""
    return dilation * (kernel - 1) + 1


def slide(
    size: Dim,
    kernel: int,
    stride: int = 1,
    dilation: int = 1,
    padding: Padding = "valid",
    *,
    ceil_mode: bool = False,
) -> Window:
    """Slide a window along an axis of `size` positions, as convolution and pooling do.

    `same` gives ⌈size / stride⌉ places and pads what that needs, the odd position after.
    `causal` pads extent − 1 before, so that no place sees a later position.
    `ceil_mode` also counts a last window that overhangs the end, unless it would start at or
    beyond the last real position. Source: keras.ops.conv; torch.nn.MaxPool1d.
    """
    span = extent(kernel, dilation)
    if padding == "same":
        if size is None:
            return Window(size, kernel, stride, dilation, None, None, None)
        output = -(-size // stride)
        needed = max((output - 1) * stride + span - size, 0)
        return Window(size, kernel, stride, dilation, needed // 2, needed - needed // 2, output)
    if padding == "valid":
        before, after = 0, 0
    elif padding == "causal":
        before, after = span - 1, 0
    else:
        before, after = padding
    if size is None:
        return Window(size, kernel, stride, dilation, before, after, None)
    room = size + before + after - span
    if ceil_mode:
        output = -(-room // stride) + 1
        if (output - 1) * stride >= size + before:
            output -= 1
    else:
        output = room // stride + 1
    fits = output > 0 or padding == "causal"
    return Window(size, kernel, stride, dilation, before, after, output, fits)


def slide_transposed(
    size: Dim,
    kernel: int,
    stride: int = 1,
    dilation: int = 1,
    padding: Padding = "valid",
    *,
    output_padding: int | None = None,
) -> TransposedWindow:
    """Spread each position of an axis over a window of the output.

    Without `output_padding`, `valid` gives (size − 1) × stride + max(extent, stride) and `same`
    size × stride. With it, `valid` gives (size − 1) × stride + extent + output_padding and `same`
    (size − 1) × stride + extent mod 2 + output_padding. Explicit padding is cut off both ends.
    Source: keras.layers.Conv2DTranspose; torch.nn.ConvTranspose2d.
    """
    span = extent(kernel, dilation)
    # `kept` is how many positions the last of the windows adds to those before its beginning.
    if padding == "valid":
        kept = max(span, stride) if output_padding is None else span + output_padding
        before = 0
    elif padding == "same":
        kept = stride if output_padding is None else span % 2 + output_padding
        before = max(span - kept, 0) // 2
    elif padding == "causal":
        raise ValueError("a transposed window has no causal padding")
    else:
        kept = span - padding[0] - padding[1] + (output_padding or 0)
        before = padding[0]
    after = span - kept - before
    if size is None:
        return TransposedWindow(size, kernel, stride, dilation, before, after, None)
    is_whole = padding == "same" and output_padding is None
    output = size * stride if is_whole else (size - 1) * stride + kept
    fits = output > 0 or (output == 0 and isinstance(padding, str))
    return TransposedWindow(size, kernel, stride, dilation, before, after, output, fits)
