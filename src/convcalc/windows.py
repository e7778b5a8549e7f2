"""The arithmetic of a window that slides along one axis."""

import math
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from convcalc.shapes import Dim

Padding: TypeAlias = Literal["valid", "same", "causal"] | tuple[int, int]
"""Keras's words, or the number of positions before and after the axis."""


class Reading(NamedTuple):
    """The positions of an axis that one output position depends on.

    They are `first` to `last`, inclusive and zero-based, in steps of `step`; there are none if
    `last` is less than `first`. `before` and `after` count the window's positions in the padding.
    """

    first: int
    last: int
    step: int = 1
    before: int = 0
    after: int = 0


class Window(msgspec.Struct, frozen=True):
    """A window that slides along one axis.

    `size` is the length of the input axis and `output` that of the output axis, None if unknown.
    `before` and `after` are the padded positions; for `same` they depend on the size, and are
    unknown if it is. `output` may be 0 or less: then the window does not fit, except that `same`
    and `causal` map an empty axis to an empty one, as in Keras.
    """

    size: Dim
    kernel: int
    stride: int
    dilation: int
    before: Dim
    after: Dim
    output: Dim
    fits: bool = True
    """Whether the window fits; true for an unknown size."""

    @property
    def extent(self) -> int:
        """The number of positions that the window spans: dilation × (kernel − 1) + 1."""
        return extent(self.kernel, self.dilation)

    @property
    def covered(self) -> Dim:
        """The number of positions from the first window's start to the last one's end."""
        return None if self.output is None else (self.output - 1) * self.stride + self.extent

    @property
    def unread(self) -> int:
        """The number of positions at the axis's end that no window reaches; 0 if it is unknown."""
        if self.size is None or self.before is None or self.covered is None:
            return 0
        return max(self.size + self.before - self.covered, 0)

    def at(self, position: int) -> Reading | None:
        """The input positions of one output position; None if they are unknown."""
        if self.size is None or self.before is None:
            return None
        start = position * self.stride - self.before
        before = max(-(start // self.dilation), 0)
        inside = (self.size - 1 - start) // self.dilation + 1 - before
        return _reading(start, self.dilation, self.kernel, before, inside)


class TransposedWindow(msgspec.Struct, frozen=True):
    """A transposed window: each of `size` input positions writes a window of the output.

    `before` and `after` are the positions cropped from the full output of
    (size − 1) × stride + extent; `after` is negative if the output is longer than that.
    """

    size: Dim
    kernel: int
    stride: int
    dilation: int
    before: int
    after: int
    output: Dim
    fits: bool = True
    """Whether the output is not empty; with one of Keras's words it may be."""

    @property
    def extent(self) -> int:
        """The number of positions that one input's window spans: dilation × (kernel − 1) + 1."""
        return extent(self.kernel, self.dilation)

    def at(self, position: int) -> Reading | None:
        """The input positions that write one output position; None if they are unknown."""
        if self.size is None:
            return None
        place = position + self.before
        # Tap t of the kernel carries input position (place − t × dilation) / stride, if that is an
        # integer. The taps for which it is start at `first`, in steps of `every`.
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
    """The reading of `count` positions from `start`, with `inside` of them after `before`."""
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
    """Each output position depends on all positions of the axis."""


class Mixed(msgspec.Struct, frozen=True):
    """Output positions depend on unspecified positions of this axis, or of axes mixed with it.

    All outputs together depend on every position.
    """


AxisDependency: TypeAlias = AnyWindow | All | Mixed | None
"""How output positions depend on one axis; None if it is unknown."""

ALL = All()
MIXED = Mixed()
IDENTITY = Window(None, 1, 1, 1, 0, 0, None)
"""Each output position depends on the same position of the axis."""


def shifted(by: int) -> Window:
    """Each output position depends on the position `by` places before it."""
    return Window(None, 1, 1, 1, by, 0, None)


def cut(before: int, after: int) -> Window:
    """Crop this number of positions at the beginning and at the end of an axis."""
    return Window(None, 1, 1, 1, -before, -after, None)


def repeated(times: int) -> TransposedWindow:
    """Repeat each position of the axis several times in a row."""
    return TransposedWindow(None, times, times, 1, 0, 0, None)


def extent(kernel: int, dilation: int) -> int:
    """The number of positions that a dilated kernel spans."""
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

    `same` pads for an output of ⌈size / stride⌉, with the odd position after.
    `causal` pads extent − 1 positions before, so that no output depends on a later position.
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

    Without `output_padding`, the output is (size − 1) × stride + max(extent, stride) for `valid`
    and size × stride for `same`. With it, the output is (size − 1) × stride + extent +
    output_padding for `valid` and (size − 1) × stride + extent mod 2 + output_padding for `same`.
    Explicit padding is cropped from both ends. Raises ValueError for causal padding.
    Source: keras.layers.Conv2DTranspose; torch.nn.ConvTranspose2d.
    """
    span = extent(kernel, dilation)
    # `kept` is the number of positions from the last window's start to the end of the output.
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
