"""Operations that multiply along an axis of one tensor and an axis of another, and add."""

from typing import Annotated, ClassVar, TypeAlias

from msgspec import Meta

from convcalc.layers.kind import (
    Inference,
    Kind,
    LayerError,
    normalize_axes,
    normalize_axis,
    operation,
)
from convcalc.layers.ops.operands import (
    Axis,
    Constant,
    combined,
    one,
    operand,
    optional_operand,
)
from convcalc.layers.ops.operands import operands as all_operands
from convcalc.shapes import (
    Shape,
    agree,
    format_shape,
    product,
    reduce,
)

AxesPair: TypeAlias = Annotated[tuple[tuple[int, ...], ...], Meta(min_length=2, max_length=2)]


class _Product(Kind, frozen=True):
    of_call: ClassVar[tuple[str, ...]] = ("x1", "x2")

    def infer(self, x1: Shape | None = None, x2: Shape | None = None) -> Inference:
        return one(self.multiplied(operand(self, "x1", x1), operand(self, "x2", x2)))

    def multiplied(self, a: Shape, b: Shape) -> Shape:
        """The shape of the product."""
        raise NotImplementedError


def _mismatch(a: Shape, b: Shape, what: str) -> LayerError:
    return LayerError(
        "shape-mismatch", f"{format_shape(a)} and {format_shape(b)} can't be multiplied: {what}"
    )


@operation
class Matmul(_Product, frozen=True):
    """Multiplies matrices, which the last two axes hold; what is before is combined.

    Output: (..., rows of x1, columns of x2); a vector is a row on the left and a column on the
    right, and leaves no axis. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    x1: Constant = None
    x2: Constant = None

    def multiplied(self, a: Shape, b: Shape) -> Shape:
        if not a or not b:
            raise _mismatch(a, b, "a scalar is no matrix")
        rows = a if len(a) > 1 else (1, *a)
        columns = b if len(b) > 1 else (*b, 1)
        if not agree(rows[-1], columns[-2]):
            raise _mismatch(a, b, f"rows of {rows[-1]} meet columns of {columns[-2]}")
        before = combined(rows[:-2], columns[:-2])
        return (*before, *rows[-2:-1][: len(a) - 1], *columns[-1:][: len(b) - 1])


@operation
class Dot(_Product, frozen=True):
    """Multiplies the last axis of one operand with the last but one of another.

    Output: all other axes of x1, then those of x2. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    x1: Constant = None
    x2: Constant = None

    def multiplied(self, a: Shape, b: Shape) -> Shape:
        if not a or not b:
            return combined(a, b)
        if len(a) == len(b) == 1:
            return ()
        if len(b) == 1:
            if a[-1] != b[0]:  # here Keras does not take an unknown size for equal
                raise _mismatch(a, b, f"rows of {a[-1]} meet a vector of {b[0]}")
            return a[:-1]
        if not agree(a[-1], b[-2]):
            raise _mismatch(a, b, f"rows of {a[-1]} meet columns of {b[-2]}")
        return (*a[:-1], *b[:-2], b[-1])


@operation
class Inner(_Product, frozen=True):
    """Multiplies the last axes of two operands.

    Output: all other axes of x1, then those of x2. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    x1: Constant = None
    x2: Constant = None

    def multiplied(self, a: Shape, b: Shape) -> Shape:
        if not a or not b:
            return a or b
        if not agree(a[-1], b[-1]):
            raise _mismatch(a, b, f"their last axes are {a[-1]} and {b[-1]}")
        return a[:-1] + b[:-1]


@operation
class Outer(_Product, frozen=True):
    """Multiplies each element of one operand with each of another.

    Output: (elements of x1, elements of x2). Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    x1: Constant = None
    x2: Constant = None

    def multiplied(self, a: Shape, b: Shape) -> Shape:
        return (product(a), product(b))


@operation
class Vdot(_Product, frozen=True):
    """Multiplies the elements of two operands and adds all.

    Output: (). Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    x1: Constant = None
    x2: Constant = None

    def multiplied(self, a: Shape, b: Shape) -> Shape:  # noqa: ARG002 (Keras looks at neither)
        return ()


@operation
class Kron(_Product, frozen=True):
    """Puts the second operand, times each element of the first, in that element's place.

    Output: the products of the sizes, of as many axes as both have. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    x1: Constant = None
    x2: Constant = None

    def multiplied(self, a: Shape, b: Shape) -> Shape:
        return tuple(product(pair) for pair in zip(a, b, strict=False))


@operation
class Tensordot(_Product, frozen=True):
    """Multiplies along the last axes of one operand and the first of another, or given ones.

    Output: all other axes of x1, then those of x2. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    axes: int | AxesPair = 2
    x1: Constant = None
    x2: Constant = None

    def multiplied(self, a: Shape, b: Shape) -> Shape:
        if isinstance(self.axes, int):
            return a + b if self.axes <= 0 else a[: -self.axes] + b[self.axes :]
        of_a, of_b = (
            normalize_axes(axes, shape, "axes")
            for axes, shape in zip(self.axes, (a, b), strict=True)
        )
        if len(of_a) != len(of_b) or not all(
            agree(a[i], b[j]) for i, j in zip(of_a, of_b, strict=True)
        ):
            raise _mismatch(a, b, "the axes that meet must be equal")
        return reduce(a, of_a) + reduce(b, of_b)


@operation
class Cross(_Product, frozen=True):
    """Takes the cross product of vectors of 2 or 3.

    Output: the other axes combined, and 3 where a vector of 3 is among them. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    axisa: int = -1
    axisb: int = -1
    axisc: int = -1
    axis: Axis = None
    x1: Constant = None
    x2: Constant = None

    def multiplied(self, a: Shape, b: Shape) -> Shape:
        of_a = normalize_axis(self.axisa if self.axis is None else self.axis, a)
        of_b = normalize_axis(self.axisb if self.axis is None else self.axis, b)
        shape = combined(reduce(a, (of_a,)), reduce(b, (of_b,)))
        sizes = (a[of_a], b[of_b])
        if not set(sizes) <= {2, 3, None}:
            raise _mismatch(a, b, "a vector must be of 2 or 3")
        size = (3,) if 3 in sizes else ()
        axis = normalize_axis(self.axisc if self.axis is None else self.axis, (*shape, *size))
        return (*shape[:axis], *size, *shape[axis:])


@operation
class CDist(Kind, frozen=True):
    """Takes the distance of each vector of one operand from each of another.

    Output: (..., vectors of x, vectors of y). Weights: none.
    Source: https://keras.io/api/ops/math/
    """

    x: Constant = None
    y: Constant = None

    of_call: ClassVar[tuple[str, ...]] = ("x", "y")

    def infer(self, x: Shape | None = None, y: Shape | None = None) -> Inference:
        a, b = operand(self, "x", x), operand(self, "y", y)
        if min(len(a), len(b)) < 2:
            raise LayerError("wrong-rank", "both operands must have at least 2 dimensions")
        if not agree(a[-1], b[-1]):
            raise _mismatch(a, b, f"their vectors are of {a[-1]} and {b[-1]}")
        return one((*combined(a[:-2], b[:-2]), a[-2], b[-2]))


@operation
class Correlate(Kind, frozen=True):
    """Correlates two vectors.

    Output: one axis; valid is where one is within the other, same is as long as the longer one,
    full is wherever they meet. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    mode: str = "valid"
    x1: Constant = None
    x2: Constant = None

    of_call: ClassVar[tuple[str, ...]] = ("x1", "x2")

    def infer(self, x1: Shape | None = None, x2: Shape | None = None) -> Inference:
        a, b = operand(self, "x1", x1), operand(self, "x2", x2)
        if len(a) != 1 or len(b) != 1:
            raise LayerError("wrong-rank", "both operands must have 1 dimension")
        if a[0] is None or b[0] is None:
            raise LayerError("unknown-dimension", "both operands must be of known sizes")
        longer, shorter = max(a[0], b[0]), min(a[0], b[0])
        lengths = {
            "valid": longer - shorter + 1,
            "same": longer,
            "full": longer + shorter - 1,
        }
        if self.mode not in lengths:
            raise LayerError(
                "wrong-value", "mode must be one of valid, same, full", argument="mode"
            )
        return one((lengths[self.mode],))


@operation
class DotProductAttention(Kind, frozen=True):
    """Weighs the values by how well their keys fit each query.

    Output: as query. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    is_causal: bool = False
    flash_attention: bool | None = None
    attn_logits_soft_cap: float | None = None
    bias: Constant = None
    mask: Constant = None
    scale: float | None = None

    of_call: ClassVar[tuple[str, ...]] = ("bias", "mask", "scale")

    def infer(
        self,
        query: Shape,
        key: Shape,  # noqa: ARG002 (Keras looks at the query alone)
        value: Shape,  # noqa: ARG002
        bias: Shape | None = None,
        mask: Shape | None = None,
    ) -> Inference:
        optional_operand(self, "bias", bias)
        optional_operand(self, "mask", mask)
        return one(query)


@operation
class Einsum(Kind, frozen=True):
    """Multiplies and adds along axes that letters name, as in ab,bc->ac.

    "..." stands for any axes, which are combined; operands has constants at their places.
    Output: the axes after the arrow, or without one those named once. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    subscripts: str
    operands: tuple[Constant, ...] | None = None

    of_call: ClassVar[tuple[str, ...]] = ("operands",)

    def infer(self, *operands: Shape) -> Inference:
        shapes = all_operands(self, "operands", operands)
        inputs, arrow, output = self.subscripts.partition("->")
        terms = inputs.split(",")
        if "->" in output:
            raise _wrong_subscripts("have more than one arrow")
        if len(terms) != len(shapes):
            raise _wrong_subscripts(f"name {len(terms)} operands, but there are {len(shapes)}")
        if not arrow:
            output = ELLIPSIS + "".join(
                sorted(c for c in set(inputs) if inputs.count(c) == 1 and c.isalpha())
            )
        target = _tokens(output.replace(" ", ""))
        aligned = [
            _aligned(_tokens(term), shape, target)
            for term, shape in zip(terms, shapes, strict=True)
        ]
        return one(combined(*aligned))


ELLIPSIS = "..."


def _tokens(term: str) -> list[str]:
    """The letters of a term, with "..." as one of them."""
    before, dots, after = term.partition(ELLIPSIS)
    tokens = [*before, *([dots] if dots else []), *after]
    wrong = [
        token for token in tokens if token != ELLIPSIS and not (token.isascii() and token.isalpha())
    ]
    if wrong:
        raise _wrong_subscripts(f"have {wrong[0]!r}, where only letters and one ... may be")
    return tokens


def _aligned(term: list[str], shape: Shape, target: list[str]) -> Shape:
    """The shape of an operand with its axes where the output has them, and 1 for all others."""
    named = len([token for token in term if token != ELLIPSIS])
    if named > len(shape) or (named < len(shape) and ELLIPSIS not in term):
        raise LayerError(
            "wrong-rank",
            f"{''.join(term)!r} names {named} axes, but {format_shape(shape)} has {len(shape)}",
            argument="subscripts",
        )
    start = term.index(ELLIPSIS) if ELLIPSIS in term else len(term)
    rest = len(shape) - named
    sizes: dict[str, Shape] = {ELLIPSIS: shape[start : start + rest]}
    axes = [*range(start), *range(start + rest, len(shape))]
    letters = [token for token in term if token != ELLIPSIS]
    for letter, axis in zip(letters, axes, strict=True):
        sizes.setdefault(letter, (shape[axis],))
    if ELLIPSIS not in term:
        sizes[ELLIPSIS] = ()
    for letter in target:
        # A letter that an operand lacks is an axis of 1, but Keras knows only small ones.
        if letter not in sizes and letter.isupper():
            raise _wrong_subscripts(
                f"have the capital letter {letter}, which not all operands have"
            )
    return tuple(dim for letter in target for dim in sizes.get(letter, (1,)))


def _wrong_subscripts(problem: str) -> LayerError:
    return LayerError("wrong-value", f"subscripts {problem}", argument="subscripts")
