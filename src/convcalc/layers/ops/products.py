"""Products of tensors: matrix, tensor and outer products, attention, and einsum."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Annotated, ClassVar, NamedTuple, TypeAlias

from msgspec import Meta

from convcalc.layers.attention import attended
from convcalc.layers.einsum import adds_up
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference, OpCounts
from convcalc.layers.kind import Kind, operation
from convcalc.layers.ops.operands import (
    Axis,
    Constant,
    combined,
    one,
    operand,
    optional_operand,
)
from convcalc.layers.ops.operands import operands as all_operands
from convcalc.layers.outputs import OutputDTypeRule, Rule
from convcalc.layers.requirements import normalize_axes, normalize_axis
from convcalc.shapes import (
    Dim,
    Shape,
    agree,
    combine,
    format_shape,
    product,
    reduce,
)

AxesPair: TypeAlias = Annotated[tuple[tuple[int, ...], ...], Meta(min_length=2, max_length=2)]


class _Product(Kind, frozen=True):
    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.PROMOTED
    call_arguments: ClassVar[tuple[str, ...]] = ("x1", "x2")

    def infer(self, x1: Shape | None = None, x2: Shape | None = None) -> Inference:
        a, b = operand(self, "x1", x1), operand(self, "x2", x2)
        shape = self.product_shape(a, b)
        contraction = self.contraction(a, b)
        if contraction is None:
            return one(shape)
        return one(
            shape, OpCounts(matrix=contraction.macs((a, b), (x1 is not None, x2 is not None)))
        )

    def product_shape(self, a: Shape, b: Shape) -> Shape:
        """The shape of the product."""
        raise NotImplementedError

    def contraction(self, a: Shape, b: Shape) -> "_Contraction | None":  # noqa: ARG002 (most contract none)
        """The axes that the product sums over; None if there are none."""
        return None


class _Contraction(NamedTuple):
    """Labels of the axes of two operands and of their product; equal labels mark paired axes.

    The product sums over the axes whose labels it lacks.
    """

    of_a: Sequence[Hashable]
    of_b: Sequence[Hashable]
    output: Sequence[Hashable]

    def macs(self, shapes: Iterable[Shape], read: Iterable[bool]) -> Dim:
        """The multiply-accumulates of one sample.

        The first axis of each input is the batch. The number is unknown unless that axis, and no
        other, is also the first of the product.
        """
        sizes: dict[Hashable, Dim] = {}
        batch = self.output[0] if self.output else None
        for labels, shape, is_read in zip(self[:2], shapes, read, strict=True):
            if is_read and (not labels or labels[0] != batch):
                return None
            for label, size in zip(labels, shape, strict=True):
                if label == batch and not is_read and size != 1:
                    return None
                sizes[label] = combine(sizes.get(label, 1), size)
        return product(size for label, size in sizes.items() if label != batch)


def _mismatch(a: Shape, b: Shape, what: str) -> LayerError:
    return LayerError(
        "shape-mismatch", f"{format_shape(a)} and {format_shape(b)} can't be multiplied: {what}"
    )


@operation
class Matmul(_Product, frozen=True):
    """Multiplies the matrices in the last two axes; the axes before are broadcast.

    Output: (..., rows of x1, columns of x2); a vector is a row on the left and a column on the
    right, and adds no axis. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    x1: Constant = None
    x2: Constant = None

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.PRODUCT

    def product_shape(self, a: Shape, b: Shape) -> Shape:
        if not a or not b:
            raise _mismatch(a, b, "a scalar is no matrix")
        rows = a if len(a) > 1 else (1, *a)
        columns = b if len(b) > 1 else (*b, 1)
        if not agree(rows[-1], columns[-2]):
            raise _mismatch(a, b, f"rows of {rows[-1]} meet columns of {columns[-2]}")
        before = combined(rows[:-2], columns[:-2])
        return (*before, *rows[-2:-1][: len(a) - 1], *columns[-1:][: len(b) - 1])

    def contraction(self, a: Shape, b: Shape) -> _Contraction:
        row, column = ("row",)[: len(a) - 1], ("column",)[: len(b) - 1]
        before = range(-max(len(a), len(b)), -2)
        return _Contraction(
            (*range(-len(a), -2), *row, "sum"),
            (*range(-len(b), -2), "sum", *column),
            (*before, *row, *column),
        )


@operation
class Dot(_Product, frozen=True):
    """Sums products over the last axis of one operand and the second-to-last of another.

    Output: all other axes of x1, then those of x2. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    x1: Constant = None
    x2: Constant = None

    def product_shape(self, a: Shape, b: Shape) -> Shape:
        if not a or not b:
            return combined(a, b)
        if len(a) == len(b) == 1:
            return ()
        if len(b) == 1:
            if (
                a[-1] != b[0]
            ):  # here, unlike elsewhere, an unknown size doesn't match a known one in Keras
                raise _mismatch(a, b, f"rows of {a[-1]} meet a vector of {b[0]}")
            return a[:-1]
        if not agree(a[-1], b[-2]):
            raise _mismatch(a, b, f"rows of {a[-1]} meet columns of {b[-2]}")
        return (*a[:-1], *b[:-2], b[-1])

    def contraction(self, a: Shape, b: Shape) -> _Contraction | None:
        return _contract(a, b, (len(a) - 1,), (max(len(b) - 2, 0),)) if a and b else None


@operation
class Inner(_Product, frozen=True):
    """Sums products over the last axes of two operands.

    Output: all other axes of x1, then those of x2. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    x1: Constant = None
    x2: Constant = None

    def product_shape(self, a: Shape, b: Shape) -> Shape:
        if not a or not b:
            return a or b
        if not agree(a[-1], b[-1]):
            raise _mismatch(a, b, f"their last axes are {a[-1]} and {b[-1]}")
        return a[:-1] + b[:-1]

    def contraction(self, a: Shape, b: Shape) -> _Contraction | None:
        return _contract(a, b, (len(a) - 1,), (len(b) - 1,)) if a and b else None


@operation
class Outer(_Product, frozen=True):
    """Multiplies each element of one operand by each element of another.

    Output: (elements of x1, elements of x2). Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    x1: Constant = None
    x2: Constant = None

    def product_shape(self, a: Shape, b: Shape) -> Shape:
        return (product(a), product(b))


@operation
class Vdot(_Product, frozen=True):
    """Multiplies two operands element by element, and sums all products.

    Output: (). Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    x1: Constant = None
    x2: Constant = None

    def product_shape(self, a: Shape, b: Shape) -> Shape:  # noqa: ARG002 (Keras ignores both)
        return ()

    def contraction(self, a: Shape, b: Shape) -> _Contraction:
        return _Contraction(range(len(a)), range(len(b)), ())


@operation
class Kron(_Product, frozen=True):
    """Replaces each element of the first operand with that element times the second operand.

    Output: the products of the sizes, for the axes that both have. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    x1: Constant = None
    x2: Constant = None

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.STRONG

    def product_shape(self, a: Shape, b: Shape) -> Shape:
        return tuple(product(pair) for pair in zip(a, b, strict=False))


@operation
class Tensordot(_Product, frozen=True):
    """Sums products over the last axes of one operand and the first of another, or given axes.

    Output: all other axes of x1, then those of x2. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    axes: int | AxesPair = 2
    x1: Constant = None
    x2: Constant = None

    def product_shape(self, a: Shape, b: Shape) -> Shape:
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

    def contraction(self, a: Shape, b: Shape) -> _Contraction | None:
        if isinstance(self.axes, int):
            count = min(max(self.axes, 0), len(a), len(b))
            of_a, of_b = tuple(range(len(a) - count, len(a))), tuple(range(count))
        else:
            of_a, of_b = map(normalize_axes, self.axes, (a, b))
        return _contract(a, b, of_a, of_b) if of_a else None


def _contract(a: Shape, b: Shape, of_a: Sequence[int], of_b: Sequence[int]) -> _Contraction:
    """Pairs some axes of one operand with axes of another, and sums over them."""
    labels_a: list[Hashable] = [("a", axis) for axis in range(len(a))]
    labels_b: list[Hashable] = [("b", axis) for axis in range(len(b))]
    for one_axis, other in zip(of_a, of_b, strict=True):
        labels_b[other] = labels_a[one_axis]
    kept = [label for label in labels_a if label not in labels_b]
    return _Contraction(
        labels_a, labels_b, [*kept, *(label for label in labels_b if label not in labels_a)]
    )


@operation
class Cross(_Product, frozen=True):
    """Computes the cross product of vectors of size 2 or 3.

    Output: the other axes, broadcast, with an axis of 3 if either vector has 3. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    axisa: int = -1
    axisb: int = -1
    axisc: int = -1
    axis: Axis = None
    x1: Constant = None
    x2: Constant = None

    def product_shape(self, a: Shape, b: Shape) -> Shape:
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
    """Computes the distance between each vector of one operand and each of another.

    Output: (..., vectors of x, vectors of y). Weights: none.
    Source: https://keras.io/api/ops/math/
    """

    x: Constant = None
    y: Constant = None

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.FLOAT
    call_arguments: ClassVar[tuple[str, ...]] = ("x", "y")

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

    Output: one axis, of longer − shorter + 1 (valid), longer (same), or longer + shorter − 1
    (full). Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    mode: str = "valid"
    x1: Constant = None
    x2: Constant = None

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.PROMOTED_FLOAT
    call_arguments: ClassVar[tuple[str, ...]] = ("x1", "x2")

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
        # The only axis is the batch.
        return one((lengths[self.mode],), OpCounts(convolution=None))


@operation
class DotProductAttention(Kind, frozen=True):
    """Averages the values for each query, weighted by how well their keys match it.

    Output: as query. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    is_causal: bool = False
    flash_attention: bool | None = None
    attn_logits_soft_cap: float | None = None
    bias: Constant = None
    mask: Constant = None
    scale: float | None = None

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.PROMOTED
    typed_by: ClassVar[tuple[str, ...]] = ("query", "key", "value")
    call_arguments: ClassVar[tuple[str, ...]] = ("bias", "mask", "scale")

    def infer(
        self,
        query: Shape,
        key: Shape,
        value: Shape,
        bias: Shape | None = None,
        mask: Shape | None = None,
    ) -> Inference:
        optional_operand(self, "bias", bias)
        optional_operand(self, "mask", mask)
        if {len(query), len(key), len(value)} != {4}:  # Keras only looks at the query
            return one(query, attended(None, None, None))
        _, queries, heads, depth = query
        return one(query, attended(product((queries, key[1], heads)), depth, value[-1]))


@operation
class Einsum(Kind, frozen=True):
    """Multiplies and sums along axes named by letters, as in ab,bc->ac.

    "..." stands for any axes, which are broadcast; operands has constants in their places.
    Output: the axes after the arrow; without an arrow, those named once. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    subscripts: str
    operands: tuple[Constant, ...] | None = None

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.PRODUCT
    call_arguments: ClassVar[tuple[str, ...]] = ("operands",)

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
        return one(combined(*aligned), self.op_counts(terms, target, shapes))

    def op_counts(
        self, terms: list[str], target: list[str], shapes: Sequence[Shape]
    ) -> OpCounts | None:
        """The multiply-accumulates; None if the operation doesn't both multiply and sum.

        The number is unknown for more than two operands, or a sum over an axis that one of two
        operands lacks: it depends on the order of evaluation.
        """
        labels = [
            _labels(_tokens(term), len(shape)) for term, shape in zip(terms, shapes, strict=True)
        ]
        elided = max(sum(isinstance(label, int) for label in each) for each in labels)
        output = _labels(target, len(target) - 1 + elided)
        if len(labels) == 1 or not set().union(*labels).difference(output):
            return None
        of_a, of_b, *more = labels
        if more or not adds_up(of_a, of_b, output):
            return OpCounts(matrix=None)
        read = [True, True] if self.operands is None else [c is None for c in self.operands]
        return OpCounts(matrix=_Contraction(of_a, of_b, output).macs(shapes, read))


ELLIPSIS = "..."


def _labels(tokens: list[str], rank: int) -> list[Hashable]:
    """A label for each axis: its letter, or its negative index among the elided axes."""
    if ELLIPSIS not in tokens:
        return list(tokens)
    start = tokens.index(ELLIPSIS)
    return [*tokens[:start], *range(len(tokens) - 1 - rank, 0), *tokens[start + 1 :]]


def _tokens(term: str) -> list[str]:
    """The letters of a term, with "..." as one token."""
    before, dots, after = term.partition(ELLIPSIS)
    tokens = [*before, *([dots] if dots else []), *after]
    wrong = [
        token for token in tokens if token != ELLIPSIS and not (token.isascii() and token.isalpha())
    ]
    if wrong:
        raise _wrong_subscripts(f"have {wrong[0]!r}, where only letters and one ... may be")
    return tokens


def _aligned(term: list[str], shape: Shape, target: list[str]) -> Shape:
    """The shape of an operand with its axes in the order of the output, and 1 for missing ones."""
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
        # A letter that an operand lacks is an axis of 1, but Keras only accepts lowercase ones.
        if letter not in sizes and letter.isupper():
            raise _wrong_subscripts(
                f"have the capital letter {letter}, which not all operands have"
            )
    return tuple(dim for letter in target for dim in sizes.get(letter, (1,)))


def _wrong_subscripts(problem: str) -> LayerError:
    return LayerError("wrong-value", f"subscripts {problem}", argument="subscripts")
