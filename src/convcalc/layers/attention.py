"""Attention: every query gets an average of the values, weighted by how well keys match it."""

# ruff: noqa: ARG002 - masks are inputs that change no shape

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal

import msgspec

from convcalc.advice import ReadInputs, advise
from convcalc.layers.argument_types import (
    Activation,
    DTypeArgument,
    Fraction,
    NonNegative,
    Positive,
    Untyped,
)
from convcalc.layers.calling import under
from convcalc.layers.core import EinsumDense
from convcalc.layers.errors import LayerError, Partial
from convcalc.layers.inference import UNKNOWN_OP_COUNTS, Inference, OpCounts, Weight, sum_op_counts
from convcalc.layers.kind import Kind, kind
from convcalc.layers.quantization import PRODUCTS
from convcalc.layers.requirements import expect_least_rank, expect_rank, known_axis
from convcalc.shapes import (
    Dim,
    Shape,
    agree,
    broadcast,
    can_broadcast,
    either,
    format_dim,
    format_shape,
    format_sizes,
    product,
    total,
)
from convcalc.windows import MIXED, AnyWindow, AxisDependency


def attended(scores: Dim, key_size: Dim, value_size: Dim) -> OpCounts:
    """Operations to compute scores, as products of queries and keys, and to weight values by them.

    Each score also passes a softmax. Masks save nothing.
    """
    return OpCounts(attention=product((scores, total((key_size, value_size)))), activation=scores)


class _ListedAttention(Kind, frozen=True):
    """An attention called on a list: query, value and optionally key, which defaults to value."""

    merges: ClassVar[bool] = True
    call_arguments: ClassVar[tuple[str, ...]] = ("return_attention_scores", "use_causal_mask")

    def infer(self, *inputs: Shape, mask: Any = None) -> Inference:
        kind = type(self).__name__
        if not 2 <= len(inputs) <= 3:
            raise LayerError(
                "wrong-inputs",
                f"{kind} reads 2 or 3 inputs (query, value, key), but is given {len(inputs)}",
                help=advise("name what it reads, as in {}", ReadInputs(["query", "value"])),
            )
        # A list of masks is a tuple of shapes, a single mask one shape.
        masks = mask if mask and isinstance(mask[0], tuple) else (mask,)
        if mask is not None and not 2 <= len(masks) <= 3:
            raise LayerError(
                "wrong-inputs",
                f"the mask of {kind} is a list of 2 or 3 (for query, value, key), but holds "
                f"{len(masks)}",
            )
        for shape in inputs:
            expect_least_rank(shape, 2)
        query, value, key = inputs if len(inputs) == 3 else (*inputs, inputs[1])
        if not self._can_score(query, key):
            raise _mismatch(query, key, "query and key", -1, "make their last dimensions equal")
        if not agree(value[-2], key[-2]):
            raise _mismatch(value, key, "value and key", -2, "make them equally long")
        outputs: tuple[Shape, ...] = ((*query[:-1], value[-1]),)
        if self._returns_scores():
            outputs += ((*query[:-1], key[-2]),)
        scores = self._scores(query, value, key)
        op_counts = attended(
            scores, either(query[-1], key[-1]) if self._multiplies() else 0, value[-1]
        )
        if not self._multiplies():
            op_counts += OpCounts(activation=product((scores, broadcast(query[-1], key[-1]))))
        return Inference(outputs, tuple(self._weights(query)), counted=op_counts)

    def explain(self, _inference: Inference, *inputs: Shape, mask: Any = None) -> Iterator[str]:
        query, value, *_ = inputs
        yield (
            f"Each of the {_many(query[-2], 'query', 'queries')} is held against each of the "
            f"{_many(value[-2], 'key', 'keys')}, and gets a mean of the values, weighted by how "
            "well they fit: so there are as many positions as queries, and as many features as "
            "the values have."
        )
        yield "Queries, keys and values are taken as they come: nothing projects them."
        if mask is not None:
            yield "What the mask leaves out gets no weight."

    def dependencies(
        self, _windows: tuple[AnyWindow, ...], read: Shape, output: Shape
    ) -> tuple[AxisDependency, ...]:
        return _dependencies(read, output, limited=self._is_causal())

    def _scores(self, query: Shape, value: Shape, key: Shape) -> Dim:
        """The number of scores per sample; unknown unless queries and keys are in one sample."""
        others = query[1:-2]
        if 2 in map(len, (query, value, key)) or not others == value[1:-2] == key[1:-2]:
            return None
        return product((*query[1:-1], either(value[-2], key[-2])))

    def _multiplies(self) -> bool:
        """Whether a score is a product of a query and a key, and not a sum over a tanh."""
        raise NotImplementedError

    def _can_score(self, query: Shape, key: Shape) -> bool:
        raise NotImplementedError

    def _returns_scores(self) -> bool:
        raise NotImplementedError

    def _is_causal(self) -> bool:
        raise NotImplementedError

    def _weights(self, query: Shape) -> list[Weight]:
        raise NotImplementedError


@kind
class Attention(_ListedAttention, frozen=True):
    """Averages the values for each query, weighted by how similar their keys are to the query.

    Inputs: a list of query, value and optionally key, which defaults to the value.
    Output: the query's shape, with the value's last dimension; with return_attention_scores also
    the scores (batch, queries, keys). Weights, one number each: scale with use_scale, and
    concat_score_weight with score_mode concat.
    Source: https://keras.io/api/layers/attention_layers/attention/
    """

    use_scale: bool = False
    score_mode: Literal["dot", "concat"] = "dot"
    dropout: float = 0.0
    seed: int | None = None
    return_attention_scores: bool = False
    use_causal_mask: bool = False

    def _multiplies(self) -> bool:
        return self.score_mode == "dot"

    def _can_score(self, query: Shape, key: Shape) -> bool:
        fit = agree if self._multiplies() else can_broadcast
        return fit(query[-1], key[-1])

    def _returns_scores(self) -> bool:
        return self.return_attention_scores

    def _is_causal(self) -> bool:
        return self.use_causal_mask

    def _weights(self, query: Shape) -> list[Weight]:
        scale = [Weight("scale", ())] if self.use_scale else []
        concat = [Weight("concat_score_weight", ())] if self.score_mode == "concat" else []
        return scale + concat


@kind
class AdditiveAttention(_ListedAttention, frozen=True):
    """Averages the values for each query, weighted by the sum of tanh(query + key).

    Inputs: a list of query, value and optionally key, which defaults to the value.
    Output: the query's shape, with the value's last dimension; with return_attention_scores also
    the scores (batch, queries, keys). Weights: scale (dim,) with use_scale.
    Source: https://keras.io/api/layers/attention_layers/additive_attention/
    """

    use_scale: bool = True
    dropout: float = 0.0
    # Keras passes these on to Attention, its base class.
    seed: int | None = None
    return_attention_scores: bool = False
    use_causal_mask: bool = False

    def _multiplies(self) -> bool:
        return False

    def _can_score(self, query: Shape, key: Shape) -> bool:
        return can_broadcast(query[-1], key[-1])

    def _returns_scores(self) -> bool:
        return self.return_attention_scores

    def _is_causal(self) -> bool:
        return self.use_causal_mask

    def _weights(self, query: Shape) -> list[Weight]:
        if not self.use_scale:
            return []
        return [Weight("scale", (known_axis(query, -1, "the last dimension"),))]


@kind
class MultiHeadAttention(Kind, frozen=True):
    """Attention with several heads, each with its own projections of query, value and key.

    The key defaults to the value. Attention runs over attention_axes, or over all axes between
    the batch and the last one.
    Output: the query's shape, with output_shape, if given, in place of its last dimension; with
    return_attention_scores also the scores, which Keras declares as (batch, num_heads, queries,
    queries). Weights, by projection: query and key: kernel (in, num_heads, key_dim), bias
    (num_heads, key_dim); value, and gate with use_gate: the same with value_dim;
    attention_output: kernel (num_heads, value_dim, *out), bias (*out).
    Source: https://keras.io/api/layers/attention_layers/multi_head_attention/
    """

    num_heads: Positive
    key_dim: Positive
    value_dim: Positive | None = None
    dropout: Fraction = 0.0
    use_bias: bool = True
    output_shape: NonNegative | tuple[NonNegative, ...] | None = None
    attention_axes: int | tuple[int, ...] | None = None
    sliding_window: Positive | None = None
    flash_attention: bool | None = None
    kernel_initializer: Untyped = "glorot_uniform"
    bias_initializer: Untyped = "zeros"
    kernel_regularizer: Untyped = None
    bias_regularizer: Untyped = None
    activity_regularizer: Untyped = None
    kernel_constraint: Untyped = None
    bias_constraint: Untyped = None
    use_gate: bool = False
    seed: int | None = None
    dtype: DTypeArgument = None
    return_attention_scores: bool = False
    use_causal_mask: bool = False

    default_from: ClassVar[Mapping[str, str]] = {"value_dim": "key_dim"}
    call_arguments: ClassVar[tuple[str, ...]] = ("return_attention_scores", "use_causal_mask")
    quantizes: ClassVar[tuple[str, ...]] = PRODUCTS

    def validate(self) -> None:
        _check_heads(self)

    def infer(
        self,
        query: Shape,
        value: Shape,
        key: Shape | None = None,
        query_mask: Shape | None = None,
        value_mask: Shape | None = None,
        key_mask: Shape | None = None,
        attention_mask: Shape | None = None,
    ) -> Inference:
        key = value if key is None else key
        expect_least_rank(query, 2)
        _check_ranks(query, value, key)
        _check_equally_long(value, key)
        axes = _attention_axes(self, query)
        _check_other_axes(query, value, axes)
        given = self.output_shape or (known_axis(query, -1, "the last dimension"),)
        features = (given,) if isinstance(given, int) else given
        heads, width = self.num_heads, self.value_dim or self.key_dim
        inner = (*query[:-1], heads, width)
        out = "abcdefghij"[: len(features)]
        projections = [
            _project(self, "query", query, _SPLIT, (heads, self.key_dim)),
            _project(self, "key", key, _SPLIT, (heads, self.key_dim)),
            *([_gate(self, query, (heads, width))] if self.use_gate else ()),
            _project(self, "value", value, _SPLIT, (heads, width)),
            _project(self, "attention_output", inner, f"nh,nh{out}->{out}", features),
        ]
        outputs: tuple[Shape, ...] = ((*query[:-1], *features),)
        symbolic = False
        if self.return_attention_scores:
            # Keras 3.15.1 declares as many keys as queries, and builds on that shape.
            outputs += ((query[0], heads, query[1], query[1]),)
            symbolic = len(query) != 3 or query[1] != key[1]
        scores = product((heads, _pairs(query, value, axes)))
        op_counts = attended(scores, self.key_dim, width)
        found = _with_projections(outputs, projections, op_counts)
        op_counts = UNKNOWN_OP_COUNTS if symbolic and len(query) != 3 else found.op_counts
        return msgspec.structs.replace(found, counted=op_counts, symbolic=symbolic)

    def dependencies(
        self, _windows: tuple[AnyWindow, ...], read: Shape, output: Shape
    ) -> tuple[AxisDependency, ...]:
        return _dependencies(
            read, output, limited=self.use_causal_mask or bool(self.sliding_window)
        )

    def explain(
        self,
        inference: Inference,
        query: Shape,
        value: Shape,
        key: Shape | None = None,
        *_others: Any,
        **_named: Any,
    ) -> Iterator[str]:
        heads, width = self.num_heads, self.value_dim or self.key_dim
        features = format_sizes(inference.outputs[0][len(query) - 1 :])
        of_key = (value if key is None else key)[-1]
        yield (
            f"Each of the {heads} heads has projections of its own, from {query[-1]} features to "
            f"{self.key_dim} for queries, from {of_key} to {self.key_dim} for keys, and from "
            f"{value[-1]} to {width} for values: the heads stand side by side in one kernel each."
        )
        yield (
            "In each head every query position is held against every key position, and gets a "
            f"mean of the values. Of the {heads} × {width} = {heads * width} numbers that this "
            f"leaves at a position, attention_output makes {features}."
        )


@kind
class GroupQueryAttention(Kind, frozen=True):
    """Attention with several heads, in groups that share one projection of key and value each.

    The key defaults to the value.
    Output: as the query; with return_attention_scores also the scores
    (batch, num_query_heads, queries, keys). Weights, by projection: query, and gate with use_gate:
    kernel (in, num_query_heads, head_dim), bias (num_query_heads, head_dim); key and value: these
    with num_key_value_heads; attention_output: kernel (num_query_heads, head_dim, in), bias (in,).
    Source: https://keras.io/api/layers/attention_layers/group_query_attention/
    """

    head_dim: Positive
    num_query_heads: Positive
    num_key_value_heads: Positive
    dropout: Fraction = 0.0
    use_bias: bool = True
    sliding_window: Positive | None = None
    flash_attention: bool | None = None
    kernel_initializer: Untyped = "glorot_uniform"
    bias_initializer: Untyped = "zeros"
    kernel_regularizer: Untyped = None
    bias_regularizer: Untyped = None
    activity_regularizer: Untyped = None
    kernel_constraint: Untyped = None
    bias_constraint: Untyped = None
    use_gate: bool = False
    seed: int | None = None
    dtype: DTypeArgument = None
    return_attention_scores: bool = False
    use_causal_mask: bool = False

    call_arguments: ClassVar[tuple[str, ...]] = ("return_attention_scores", "use_causal_mask")
    quantizes: ClassVar[tuple[str, ...]] = PRODUCTS

    def validate(self) -> None:
        _check_heads(self)
        if self.num_query_heads % self.num_key_value_heads:
            raise LayerError(
                "wrong-value",
                f"{self.num_query_heads} query heads can't be divided among "
                f"{self.num_key_value_heads} heads of keys and values",
                argument="num_key_value_heads",
                help=f"use a divisor of {self.num_query_heads}",
            )

    def infer(
        self,
        query: Shape,
        value: Shape,
        key: Shape | None = None,
        query_mask: Shape | None = None,
        value_mask: Shape | None = None,
        key_mask: Shape | None = None,
        attention_mask: Shape | None = None,
    ) -> Inference:
        key = value if key is None else key
        for shape in (query, value, key):
            expect_rank(shape, 3)
        _check_equally_long(value, key)
        _check_other_axes(query, value, (1,))
        features = known_axis(query, -1, "the last dimension")
        if value[-1] != features:
            raise _mismatch(query, value, "query and value", -1, "make them equally wide")
        size, heads, shared = self.head_dim, self.num_query_heads, self.num_key_value_heads
        inner = (*query[:-1], heads, size)
        projections = [
            _project(self, "query", query, _SPLIT, (heads, size)),
            _project(self, "key", key, _SPLIT, (shared, size)),
            *([_gate(self, query, (heads, size))] if self.use_gate else ()),
            _project(self, "value", value, _SPLIT, (shared, size)),
            _project(self, "attention_output", inner, "nh,nha->a", (features,)),
        ]
        outputs: tuple[Shape, ...] = (query,)
        if self.return_attention_scores:
            outputs += ((query[0], heads, query[1], key[1]),)
        scores = product((heads, query[1], key[1]))
        return _with_projections(outputs, projections, attended(scores, size, size))

    def dependencies(
        self, _windows: tuple[AnyWindow, ...], read: Shape, output: Shape
    ) -> tuple[AxisDependency, ...]:
        return _dependencies(
            read, output, limited=self.use_causal_mask or bool(self.sliding_window)
        )

    def explain(
        self, _inference: Inference, query: Shape, _value: Shape, *_others: Any, **_named: Any
    ) -> Iterator[str]:
        heads, shared = self.num_query_heads, self.num_key_value_heads
        yield (
            f"There are {heads} heads of queries, but only {shared} of keys and values, each of "
            f"{self.head_dim} numbers: {heads} / {shared} = {heads // shared} heads of queries "
            "share each of them, which makes the kernels of key and value that much smaller."
        )
        yield (
            f"Of the {heads} × {self.head_dim} = {heads * self.head_dim} numbers that the heads "
            f"leave at a position, attention_output makes {query[-1]}."
        )


def _many(count: Dim, one: str, several: str) -> str:
    return several if count is None else f"{count} {one if count == 1 else several}"


_AnyHeads = MultiHeadAttention | GroupQueryAttention


def _dependencies(read: Shape, output: Shape, *, limited: bool) -> tuple[AxisDependency, ...]:
    """Dependencies of an attention, all MIXED, or unknown if queries attend to other samples.

    With limited attention they are known only for as many queries as positions.
    """
    known = len(read) > 2 and (not limited or read[1:-1] == output[1:-1])
    return (MIXED if known else None,) * (len(read) - 1)


_SPLIT = "x,xnh->nh"
"""The equation that projects the last axis to heads, without letters for the axes before it."""

_LEADING = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""The letters for those axes."""


def _project(
    layer: _AnyHeads,
    name: str,
    inputs: Shape,
    equation: str,
    sizes: tuple[int, ...],
    activation: Activation = None,
) -> Inference:
    known_axis(inputs, -1, "the last dimension")
    read, kernel, output = equation.replace("->", ",").split(",")
    others = _LEADING[: len(inputs) - len(read)]
    dense = EinsumDense(
        f"{others}{read},{kernel}->{others}{output}",
        (*inputs[1 : len(others)], *sizes),
        activation=activation,
        bias_axes=output if layer.use_bias else None,
        dtype=layer.dtype,
    )
    return under(name, dense.infer(inputs))


def _gate(layer: _AnyHeads, query: Shape, sizes: tuple[int, int]) -> Inference:
    return _project(layer, "gate", query, _SPLIT, sizes, "sigmoid")


def _with_projections(
    outputs: tuple[Shape, ...], projections: Sequence[Inference], op_counts: OpCounts
) -> Inference:
    weights = (weight for projection in projections for weight in projection.weights)
    counted = sum_op_counts((op_counts, *(projection.op_counts for projection in projections)))
    return Inference(outputs, tuple(weights), counted=counted)


def _pairs(query: Shape, value: Shape, attention_axes: Iterable[int]) -> Dim:
    """The number of (query, key) pairs per head, over all positions outside the attention axes."""
    axes = set(attention_axes)
    if not axes.issubset(range(1, len(query) - 1)) or (len(query) == 3 and not axes):
        return None  # over the batch, or over what Keras picks for an empty list of axes
    return product(
        product((query[axis], value[axis])) if axis in axes else broadcast(query[axis], value[axis])
        for axis in range(1, len(query) - 1)
    )


def _check_heads(layer: _AnyHeads) -> None:
    if layer.flash_attention and (layer.dropout or layer.return_attention_scores):
        argument = "dropout" if layer.dropout else "return_attention_scores"
        raise LayerError(
            "wrong-value",
            f"{argument} can't be used together with flash_attention",
            argument=argument,
            help="leave out one of the two",
        )
    for name in ("kernel_initializer", "bias_initializer"):
        if getattr(layer, name) is None:
            raise LayerError("wrong-value", f"{name} can't be null", argument=name)


def _check_ranks(query: Shape, value: Shape, key: Shape) -> None:
    for name, shape in (("value", value), ("key", key)):
        if len(shape) != len(query):
            raise LayerError(
                "wrong-rank",
                f"query {format_shape(query)} and {name} {format_shape(shape)} must have equally "
                "many dimensions",
            )


def _check_equally_long(value: Shape, key: Shape) -> None:
    for axis, (a, b) in enumerate(zip(value[1:-1], key[1:-1], strict=True), start=1):
        if a != b:  # Keras requires a size that is unknown in one to be unknown in both
            raise _mismatch(value, key, "value and key", axis, "make them equally long")


def _check_other_axes(query: Shape, value: Shape, attention_axes: tuple[int, ...]) -> None:
    """Refuse sizes that differ outside the attention axes, such as batch sizes."""
    for axis, (a, b) in enumerate(zip(query[:-1], value[:-1], strict=True)):
        if axis not in attention_axes and not can_broadcast(a, b):
            raise _mismatch(query, value, "query and value", axis, "make them equal")


def _attention_axes(layer: MultiHeadAttention, query: Shape) -> tuple[int, ...]:
    rank = len(query)
    axes = layer.attention_axes
    if axes is None:
        return tuple(range(1, rank - 1))
    axes = (axes,) if isinstance(axes, int) else axes
    for axis in axes:
        if not -rank <= axis < rank:
            raise LayerError(
                "axis-out-of-range",
                f"axis {axis} is outside the {rank} dimensions of the query {format_shape(query)}",
                argument="attention_axes",
            )
    return tuple(axis % rank for axis in axes)


def _mismatch(a: Shape, b: Shape, names: str, axis: int, help: str) -> LayerError:
    first, second = names.split(" and ")
    return LayerError(
        "shape-mismatch",
        f"{first} {format_shape(a)} and {second} {format_shape(b)} differ at axis {axis}: "
        f"{format_dim(a[axis])} and {format_dim(b[axis])}",
        help=help,
        computed=Partial(compared=(a, b), axis=axis) if len(a) == len(b) else Partial(),
    )
