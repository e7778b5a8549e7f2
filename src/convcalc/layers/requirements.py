"""Requirements on shapes and arguments: ranks, axes, divisors, windows that fit."""

from collections.abc import Iterable

from convcalc.advice import SetArgument, advise
from convcalc.layers.errors import LayerError, Partial
from convcalc.shapes import Dim, Shape, format_shape
from convcalc.windows import AnyWindow, TransposedWindow


def per_axis(
    value: int | tuple[int, ...], rank: int, argument: str | None = None
) -> tuple[int, ...]:
    """One value per axis.

    The binder has checked the length of a list. If only the input determines the rank, pass
    `argument`: a list of another length is then refused under that name.
    """
    values = (value,) * rank if isinstance(value, int) else value
    if argument is not None and len(values) != rank:
        raise LayerError(
            "wrong-value",
            f"{argument} must be one value or a list of {rank} (one per axis), but the list "
            f"has {len(values)}",
            argument=argument,
        )
    return values


def expect_rank(shape: Shape, rank: int) -> None:
    """Refuse an input without exactly `rank` dimensions, the batch included."""
    if len(shape) != rank:
        raise LayerError(
            "wrong-rank",
            f"the input must have {rank} dimensions with the batch, but {format_shape(shape)} "
            f"has {len(shape)}",
        )


def expect_least_rank(shape: Shape, rank: int) -> None:
    """Refuse an input with fewer than `rank` dimensions, the batch included."""
    if len(shape) < rank:
        raise LayerError(
            "wrong-rank",
            f"the input must have at least {rank} dimensions with the batch, but "
            f"{format_shape(shape)} has {len(shape)}",
        )


def known_axis(shape: Shape, axis: int, what: str) -> int:
    """The dimension at `axis`, which weights depend on; refuse an unknown one."""
    dim = shape[axis]
    if dim is None:
        raise LayerError(
            "unknown-dimension",
            f"{what} of the input must be known, but the input is {format_shape(shape)}",
            help="give the input this size",
        )
    return dim


def normalize_axis(axis: int, shape: Shape, argument: str = "axis") -> int:
    """The axis, possibly negative, as an index from 0; refuse one outside the shape."""
    if not -len(shape) <= axis < len(shape):
        raise LayerError(
            "axis-out-of-range",
            f"axis {axis} is outside the {len(shape)} dimensions of the input "
            f"{format_shape(shape)}",
            argument=argument,
        )
    return axis % len(shape)


def refuse_lora_with_constraint(
    lora_rank: int | None, constraint: object, argument: str = "kernel_constraint"
) -> None:
    """Refuse a constraint on a kernel with low-rank adapters."""
    if lora_rank and constraint is not None:
        raise LayerError(
            "wrong-value",
            f"{argument} can't be used together with lora_rank",
            argument=argument,
            help="leave out one of the two",
        )


def normalize_axes(axes: Iterable[int], shape: Shape, argument: str = "axis") -> tuple[int, ...]:
    """Axes as indexes from 0, in the order given; refuse one outside the shape or given twice."""
    indexes = tuple(normalize_axis(axis, shape, argument) for axis in axes)
    for index in indexes:
        if indexes.count(index) > 1:
            raise LayerError(
                "wrong-value", f"{argument} names axis {index} twice", argument=argument
            )
    return indexes


def divisible(number: int, by: int, what: str, *, argument: str) -> int:
    """The quotient of an exact division; refuse a remainder."""
    if number % by:
        divisors = [d for d in range(2, min(number, 1024) + 1) if number % d == 0]
        raise LayerError(
            "channels-not-divisible",
            f"{number} {what} can't be divided into {by} groups",
            argument=argument,
            help=f"use a divisor of {number}: 1" + "".join(f", {d}" for d in divisors[:8]),
            computed=Partial(numbers=((what, number % by),)),
        )
    return number // by


def sizes_fit(
    windows: Iterable[AnyWindow], padding: object, *, argument: str, what: str
) -> tuple[Dim, ...]:
    """The windows' output sizes; refuse windows larger than their padded input."""
    windows = tuple(windows)
    if not all(window.fits for window in windows):
        if isinstance(windows[0], TransposedWindow) and not isinstance(padding, str):
            message = f"padding {format_padding(padding)} cuts off all of the output"
            raise LayerError(
                "wrong-value",
                message,
                argument="padding",
                help="use less padding",
                computed=Partial(windows),
            )
        extents = "×".join(str(window.extent) for window in windows)
        sizes = "×".join("?" if w.size is None else str(w.size) for w in windows)
        padded = f"'{padding}'" if isinstance(padding, str) else format_padding(padding)
        raise LayerError(
            "kernel-too-large",
            f"{what} {extents} does not fit its {sizes} input with padding {padded}",
            argument=argument,
            help=advise(
                f"use {{}}, a {what} of at most {sizes}, or less down-sampling above",
                SetArgument("padding", "same"),
            ),
            computed=Partial(windows),
        )
    return tuple(window.output for window in windows)


def format_padding(padding: object) -> str:
    """Numeric padding as written in a spec."""
    if isinstance(padding, tuple):
        return f"[{', '.join(map(format_padding, padding))}]"
    return str(padding)
