"""The equation of EinsumDense: its parts, axis sizes, MACs and quantization."""

import re
from collections.abc import Hashable, Iterable, Mapping
from math import prod

import msgspec

from convcalc.dtypes import Policy
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Weight
from convcalc.layers.quantization import einsum_scale, quantized_kernel
from convcalc.shapes import Dim, Shape, format_shape, product


class Equation(msgspec.Struct, frozen=True):
    """The letters of an equation's three parts, and the side that its ellipsis is on."""

    inputs: str
    kernel: str
    output: str
    ellipsis: str | None


def parse_equation(equation: str) -> Equation:
    """Split an equation into its parts; raise LayerError if Keras can't parse it."""
    for ellipsis, form in _EQUATIONS.items():
        parts = re.fullmatch(form, equation)
        if parts:
            read, kernel, output = parts.groups()
            return Equation(read, kernel, output, ellipsis)
    raise wrong_equation("it must be of the form ab,bc->ac, ...ab,bc->...ac or ab...,bc->ac...")


_EQUATIONS = {
    None: r"([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)",
    "left": r"\.\.\.([a-zA-Z]+),([a-zA-Z]+)->\.\.\.([a-zA-Z]+)",
    "right": r"([a-zA-Z]{2,})\.\.\.,([a-zA-Z]+)->([a-zA-Z]+)\.\.\.",
}


def wrong_equation(problem: str) -> LayerError:
    """Build the error for an invalid equation."""
    return LayerError("wrong-value", f"wrong equation: {problem}", argument="equation")


def output_of(equation: Equation, inputs: Shape, output_shape: int | Shape) -> Shape:
    """Add the batch and ellipsis axes to `output_shape`; raise LayerError if a length is wrong."""
    extra = len(inputs) - len(equation.inputs)
    if extra < 0 or (extra and not equation.ellipsis) or not inputs:
        raise LayerError(
            "wrong-rank",
            f"the equation has {len(equation.inputs)} axes for the input, but "
            f"{format_shape(inputs)} has {len(inputs)}",
            argument="equation",
        )
    given = (output_shape,) if isinstance(output_shape, int) else output_shape
    batch_is_elided = extra > 0 and equation.ellipsis == "left"
    wanted = len(equation.output) - (0 if batch_is_elided else 1)
    if len(given) != wanted:
        raise LayerError(
            "wrong-value",
            f"the output {equation.output!r} needs an output_shape of length {wanted}, not "
            f"{len(given)}",
            argument="output_shape",
            help="one for each letter, without the batch",
        )
    if batch_is_elided:
        # Keras 3.15.1 declares an ellipsis's axes in reverse order, and builds on that shape.
        return (inputs[0], *reversed(inputs[1:extra]), *given)
    return (inputs[0], *given, *inputs[len(inputs) - extra :])


def adds_up(
    a: Iterable[Hashable], b: Iterable[Hashable], output: Iterable[Hashable]
) -> bool | None:
    """Whether an einsum of two operands sums products, given the labels of their axes.

    None if a summed axis belongs to only one operand: the number of products then depends on
    whether the sum or the multiplication is done first.
    """
    of_a, of_b = {*a}, {*b}
    summed = (of_a | of_b).difference(output)
    if not summed:
        return False
    return True if summed <= of_a and summed <= of_b else None


def macs_of(equation: Equation, inputs: Shape, sizes: Mapping[str, Dim]) -> Dim:
    """MACs per sample, 0 if nothing is summed; `sizes` holds all letters, the input's first."""
    added_up = adds_up(equation.inputs, equation.kernel, equation.output)
    if not added_up:
        return 0 if added_up is False else None
    extra = len(inputs) - len(equation.inputs)
    if equation.ellipsis == "left":
        axes = (*inputs[:extra], *sizes.values())
    else:
        axes = (*sizes.values(), *inputs[len(inputs) - extra :])
    return product(axes[1:])


def quantized_einsum(policy: Policy, equation: Equation, kernel: tuple[int, ...]) -> list[Weight]:
    """The weights that replace a quantized kernel; raise LayerError if Keras can't quantize it."""
    if policy.quantization in {"gptq", "awq"}:
        if len(kernel) not in {2, 3}:
            raise LayerError(
                "wrong-value",
                f"a kernel of {len(kernel)} dimensions can't be quantized to "
                f"{policy.quantization}; one of 2 or 3 can",
                argument="dtype",
            )
        # Keras takes the largest dimension for the model's, and any but the first for the last.
        split = 1 if len(kernel) == 2 or kernel.index(max(kernel)) == 0 else 2
        rows, columns = prod(kernel[:split]), prod(kernel[split:])
        return quantized_kernel(policy, kernel, rows, columns, (), "zero_point")
    kept = [letter in equation.output for letter in equation.kernel]
    rows = prod(dim for dim, keep in zip(kernel, kept, strict=True) if not keep)
    columns = prod(dim for dim, keep in zip(kernel, kept, strict=True) if keep)
    try:
        scale = einsum_scale(equation.inputs, equation.kernel, equation.output, kernel)
    except IndexError:
        raise LayerError(
            "wrong-value", "Keras can't quantize this equation", argument="dtype"
        ) from None
    return quantized_kernel(policy, kernel, rows, columns, scale)


def known_sizes(letters: str, sizes: dict[str, Dim], inputs: Shape) -> tuple[int, ...]:
    """The sizes of these letters; raise LayerError if one is unknown."""
    known = [dim for dim in map(sizes.__getitem__, letters) if dim is not None]
    if len(known) < len(letters):
        unknown = next(letter for letter in letters if sizes[letter] is None)
        raise LayerError(
            "unknown-dimension",
            f"axis {unknown!r} must be known, but is not from the input {format_shape(inputs)} "
            "and output_shape",
            argument="output_shape",
            help="give the input and output_shape this size",
        )
    return tuple(known)
