"""Core layers: inputs, dense connections, embeddings, masks, and custom functions."""

from collections.abc import Iterator
from typing import Any, ClassVar

from convcalc.dtypes import Policy, variable_dtype
from convcalc.layers.argument_types import Activation, DTypeArgument, NonNegative, Positive, Untyped
from convcalc.layers.dependencies import activated, along
from convcalc.layers.einsum import (
    Equation,
    known_sizes,
    macs_of,
    output_of,
    parse_equation,
    quantized_einsum,
    wrong_equation,
)
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import (
    UNKNOWN_OP_COUNTS,
    Inference,
    OpCounts,
    Weight,
    is_linear,
    lora_weights,
    multiplied,
)
from convcalc.layers.kind import Kind, kind
from convcalc.layers.outputs import OutputDTypeRule, Rule, Types
from convcalc.layers.quantization import (
    LOOKUPS,
    PRODUCTS,
    keeps_kernel,
    quantization,
    quantized_embeddings,
    quantized_kernel,
    quantized_reverse,
    scales_of_float8,
)
from convcalc.layers.requirements import expect_least_rank, known_axis, refuse_lora_with_constraint
from convcalc.shapes import Dim, Shape, agree, either, format_dim, format_shape, product, total
from convcalc.windows import IDENTITY, MIXED, AnyWindow, AxisDependency


@kind
class InputLayer(Kind, frozen=True):
    """An input of the network.

    Output: (batch_size, *shape), or batch_shape. No weights.
    Source: https://keras.io/api/layers/core_layers/input/
    """

    shape: tuple[NonNegative | None, ...] | None = None
    batch_size: NonNegative | None = None
    dtype: str | None = None
    sparse: bool | None = None
    ragged: bool | None = None
    batch_shape: tuple[NonNegative | None, ...] | None = None
    input_tensor: Untyped = None
    optional: bool = False

    def validate(self) -> None:
        if (self.shape is None) == (self.batch_shape is None):
            raise LayerError(
                "wrong-value" if self.shape is not None else "missing-argument",
                "an input needs either shape or batch_shape",
                argument=None if self.shape is None else "batch_shape",
                help="--input gives it a shape" if self.shape is None else None,
            )
        if self.batch_size is not None and self.batch_shape is not None:
            raise LayerError(
                "wrong-value",
                "batch_size can't be given together with batch_shape, which has it",
                argument="batch_size",
            )

    def infer(self) -> Inference:
        if self.batch_shape is not None:
            return Inference((self.batch_shape,))
        return Inference(((self.batch_size, *(self.shape or ())),))

    def output_dtypes(self, _computes: str | None, _read: Types) -> Types:
        return (variable_dtype(self.dtype or "float32"),)

    def explain(self, _inference: Inference) -> Iterator[str]:
        yield "It is what the network reads: its shape is given, not computed."


INPUT = InputLayer.__name__
"""The kind of an input, whatever the format."""


@kind
class Dense(Kind, frozen=True):
    """A matrix product over the last axis: every unit is connected to every value.

    Output: the last dimension becomes units. Weights: kernel (in, units), bias (units,); with
    lora_rank also lora_kernel_a (in, rank) and lora_kernel_b (rank, units). A dtype such as
    int8_from_float32 quantizes the kernel as Keras does.
    Source: https://keras.io/api/layers/core_layers/dense/
    """

    units: Positive
    activation: Activation = None
    use_bias: bool = True
    kernel_initializer: Untyped = "glorot_uniform"
    bias_initializer: Untyped = "zeros"
    kernel_regularizer: Untyped = None
    bias_regularizer: Untyped = None
    activity_regularizer: Untyped = None
    kernel_constraint: Untyped = None
    bias_constraint: Untyped = None
    lora_rank: NonNegative | None = None
    lora_alpha: float | None = None
    quantization_config: Untyped = None
    dtype: DTypeArgument = None

    quantizes: ClassVar[tuple[str, ...]] = PRODUCTS

    def validate(self) -> None:
        _check_lora(self)

    def infer(self, inputs: Shape) -> Inference:
        expect_least_rank(inputs, 2)
        features = known_axis(inputs, -1, "the last dimension")
        kernel = (features, self.units)
        bias = [Weight("bias", (self.units,))] if self.use_bias else []
        policy = quantization(self.dtype, self.quantization_config)
        macs = features * self.units
        if keeps_kernel(policy):
            weights = _unquantized(self, policy, kernel, bias)
        else:
            weights = bias + lora_weights(kernel, self.lora_rank)
            weights += quantized_kernel(policy, kernel, features, self.units, (self.units,))
            # Keras doesn't merge adapters into a quantized kernel, but multiplies them separately.
            macs += (self.lora_rank or 0) * (features + self.units)
        output = (*inputs[:-1], self.units)
        matrix = product((*inputs[1:-1], macs))
        op_counts = multiplied(output, self.activation, bias=self.use_bias, matrix=matrix)
        return Inference((output,), tuple(weights), counted=op_counts)

    def explain(self, _inference: Inference, inputs: Shape) -> Iterator[str]:
        features = inputs[-1]
        bias = " and adds its bias" if self.use_bias else ""
        yield (
            f"Each of the {self.units:,} units multiplies all {features:,} values of the last axis "
            f"with {features:,} weights of its own, sums them up{bias}: one value a unit."
        )
        if len(inputs) > 2:
            yield (
                "The axes before the last are kept: the same weights are used at each of their "
                "positions, so that they add nothing to the parameters."
            )

    def dependencies(
        self, _windows: tuple[AnyWindow, ...], read: Shape, _output: Shape
    ) -> tuple[AxisDependency, ...]:
        return activated(along((-1,), read), self.activation)

    @property
    def biased_axis(self) -> int | None:
        return -1 if self.use_bias and is_linear(self.activation) else None


@kind
class EinsumDense(Kind, frozen=True):
    """A product of the input and a kernel, by an einsum equation such as "abc,cd->abd".

    The letters before the comma are the input's axes, those after it the kernel's; axes that are
    not in the output are summed. An ellipsis before or after the letters of input and output
    stands for any number of axes.
    Output: (batch, *output_shape) and the axes of an ellipsis, which Keras declares in reverse
    order if it comes first. Weights: kernel, with a size for each letter; bias, with a size for
    each output letter from the first of bias_axes on, or 1 if the letter is not in bias_axes; with
    lora_rank or a quantizing dtype, those of Dense.
    Source: https://keras.io/api/layers/core_layers/einsum_dense/
    """

    equation: str
    output_shape: NonNegative | tuple[NonNegative | None, ...]
    activation: Activation = None
    bias_axes: str | None = None
    kernel_initializer: Untyped = "glorot_uniform"
    bias_initializer: Untyped = "zeros"
    kernel_regularizer: Untyped = None
    bias_regularizer: Untyped = None
    kernel_constraint: Untyped = None
    bias_constraint: Untyped = None
    lora_rank: NonNegative | None = None
    lora_alpha: float | None = None
    gptq_unpacked_column_size: Untyped = None
    quantization_config: Untyped = None
    dtype: DTypeArgument = None

    positions: ClassVar[AxisDependency] = MIXED
    quantizes: ClassVar[tuple[str, ...]] = PRODUCTS

    def validate(self) -> None:
        equation = parse_equation(self.equation)
        for letter in equation.output:
            if letter not in equation.inputs + equation.kernel:
                raise wrong_equation(f"the output has {letter!r}, but neither input nor kernel")
        for letter in equation.kernel:
            if letter not in equation.inputs + equation.output:
                raise wrong_equation(f"the kernel has {letter!r}, but neither input nor output")
        if self.bias_axes is not None:
            unknown = [axis for axis in self.bias_axes if axis not in equation.output]
            if unknown or not self.bias_axes:
                has = f"has {unknown[0]!r}, which is none" if unknown else "is empty"
                raise LayerError(
                    "wrong-value",
                    f"bias_axes {has}; it holds letters of the output, {equation.output!r}",
                    argument="bias_axes",
                )
        if equation.ellipsis and not keeps_kernel(quantization(self.dtype, None)):
            raise LayerError(
                "wrong-value",
                "an equation with an ellipsis can't be quantized",
                argument="dtype",
                help="write a letter for each axis",
            )
        _check_lora(self)

    def infer(self, inputs: Shape) -> Inference:
        equation = parse_equation(self.equation)
        output = output_of(equation, inputs, self.output_shape)
        extra = len(inputs) - len(equation.inputs)
        first = extra if equation.ellipsis == "left" else 0
        of_inputs = dict(zip(equation.inputs, inputs[first:], strict=False))
        of_output = dict(zip(equation.output, output[first:], strict=False))
        for letter, dim in of_inputs.items():
            given = of_output.get(letter)
            if given is not None and given != dim:
                raise LayerError(
                    "shape-mismatch",
                    f"axis {letter!r} is {given} in the output, but {format_dim(dim)} in the "
                    f"input {format_shape(inputs)}",
                    argument="output_shape",
                    help="write null for an axis that is as it is in the input",
                )
        kernel = known_sizes(equation.kernel, {**of_inputs, **of_output}, inputs)
        bias = []
        if self.bias_axes is not None:
            letters = equation.output[min(map(equation.output.index, self.bias_axes)) :]
            sizes = {**of_output, **dict.fromkeys(set(letters) - set(self.bias_axes), 1)}
            trailing = (1,) * extra if equation.ellipsis == "right" else ()
            bias.append(Weight("bias", (*known_sizes(letters, sizes, inputs), *trailing)))
        sizes = {
            letter: either(of_inputs.get(letter), of_output.get(letter))
            for letter in equation.inputs + equation.output
        }
        matrix = macs_of(equation, inputs, sizes)
        policy = quantization(self.dtype, self.quantization_config)
        if keeps_kernel(policy):
            weights = _unquantized(self, policy, kernel, bias)
        else:
            weights = bias + lora_weights(kernel, self.lora_rank)
            weights += quantized_einsum(policy, equation, kernel)
            if self.lora_rank:
                matrix = total((matrix, self._adapter_macs(equation, inputs, sizes, output)))
        op_counts = multiplied(output, self.activation, bias=bool(bias), matrix=matrix)
        return Inference((output,), tuple(weights), counted=op_counts)

    def _adapter_macs(
        self, equation: Equation, inputs: Shape, sizes: dict[str, Dim], output: Shape
    ) -> Dim:
        """MACs of adapters, which Keras doesn't merge into a quantized kernel.

        The first adapter has the rank in place of the kernel's last axis; the second restores that
        axis as the output's last one. Unknown for other equations, which Keras treats differently.
        """
        last = equation.kernel[-1]
        if equation.output[-1] != last or last in equation.inputs:
            return None
        first = macs_of(equation, inputs, {**sizes, last: self.lora_rank})
        return total((first, product((*output[1:], self.lora_rank))))


@kind
class Embedding(Kind, frozen=True):
    """Looks up a vector for each integer below input_dim, such as the index of a word.

    Output: the input's shape, followed by output_dim.
    Weights: embeddings (input_dim, output_dim); with lora_rank also lora_embeddings_a
    (input_dim, rank) and lora_embeddings_b (rank, output_dim). A dtype such as int8_from_float32
    quantizes the embeddings as Keras does.
    Source: https://keras.io/api/layers/core_layers/embedding/
    """

    input_dim: Positive
    output_dim: Positive
    embeddings_initializer: Untyped = "uniform"
    embeddings_regularizer: Untyped = None
    embeddings_constraint: Untyped = None
    mask_zero: bool = False
    weights: None = None
    lora_rank: NonNegative | None = None
    lora_alpha: float | None = None
    quantization_config: Untyped = None

    dtype: DTypeArgument = None

    positions: ClassVar[AxisDependency] = IDENTITY
    adds_axis: ClassVar[bool] = True
    quantizes: ClassVar[tuple[str, ...]] = LOOKUPS

    def validate(self) -> None:
        _check_lora_of_embeddings(self)

    def infer(self, inputs: Shape) -> Inference:
        return _looked_up(self, inputs, _embeddings(self))

    def explain(self, _inference: Inference, _inputs: Shape) -> Iterator[str]:
        yield (
            f"The embeddings are a table of {self.input_dim:,} rows, one for each number from 0 to "
            f"{self.input_dim - 1:,}. Each number of the input is replaced by its row, which puts "
            f"an axis of {self.output_dim} behind all others. Nothing is multiplied."
        )


@kind
class ReversibleEmbedding(Kind, frozen=True):
    """Looks up a vector for each integer, or with reverse computes a score for every integer.

    With reverse the inputs are vectors, and the scores are their matrix product with the
    embeddings, or without tie_weights with a separate matrix.
    Output: the input's shape, followed by output_dim; with reverse the last dimension becomes
    input_dim. Weights: embeddings (input_dim, output_dim), and without tie_weights
    reverse_embeddings (output_dim, input_dim).
    Source: https://keras.io/api/layers/core_layers/reversible_embedding/
    """

    input_dim: Positive
    output_dim: Positive
    tie_weights: bool = True
    embeddings_initializer: Untyped = "uniform"
    embeddings_regularizer: Untyped = None
    embeddings_constraint: Untyped = None
    mask_zero: bool = False
    reverse_dtype: str | None = None
    logit_soft_cap: float | None = None
    lora_rank: NonNegative | None = None
    lora_alpha: float | None = None
    quantization_config: Untyped = None
    dtype: DTypeArgument = None
    reverse: bool = False

    call_arguments: ClassVar[tuple[str, ...]] = ("reverse",)
    quantizes: ClassVar[tuple[str, ...]] = LOOKUPS

    def validate(self) -> None:
        _check_lora_of_embeddings(self)
        whole = keeps_kernel(quantization(self.dtype, None))
        if self.lora_rank and not self.tie_weights and whole:
            raise LayerError(
                "wrong-value",
                "lora_rank can't be used without tie_weights",
                argument="lora_rank",
                help="leave out one of the two",
            )

    def infer(self, inputs: Shape) -> Inference:
        weights = _embeddings(self)
        policy = quantization(self.dtype, self.quantization_config)
        if not self.tie_weights and keeps_kernel(policy):
            weights.append(Weight("reverse_embeddings", (self.output_dim, self.input_dim)))
        elif not self.tie_weights:
            weights += quantized_reverse(policy, self.input_dim, self.output_dim)
        if not self.reverse:
            return _looked_up(self, inputs, weights)
        expect_least_rank(inputs, 1)
        if not agree(inputs[-1], self.output_dim):
            raise LayerError(
                "shape-mismatch",
                f"with reverse the input's last dimension must be output_dim, {self.output_dim}, "
                f"but the input is {format_shape(inputs)}",
            )
        op_counts = OpCounts(matrix=product((*inputs[1:-1], self.output_dim, self.input_dim)))
        return Inference(((*inputs[:-1], self.input_dim),), tuple(weights), counted=op_counts)


@kind
class Masking(Kind, frozen=True):
    """Passes its input on, and makes later layers skip steps whose values all equal mask_value.

    Output: as the input. Weights: none.
    Source: https://keras.io/api/layers/core_layers/masking/
    """

    mask_value: Untyped = 0.0

    positions: ClassVar[AxisDependency] = IDENTITY

    def infer(self, inputs: Shape) -> Inference:
        expect_least_rank(inputs, 1)
        return Inference((inputs,))


@kind
class Lambda(Kind, frozen=True):
    """Applies a function; it is never run here, so output_shape is required.

    Output: (batch, *output_shape). Weights: none.
    Source: https://keras.io/api/layers/core_layers/lambda/
    """

    function: Untyped
    output_shape: Untyped = None
    mask: Untyped = None
    arguments: dict[str, Any] | None = None

    def validate(self) -> None:
        if self.output_shape is None:
            raise LayerError(
                "missing-argument",
                "the output shape of a Lambda is not known: its function is code, which is not run",
                help="give output_shape: the shape of its output, without the batch",
            )
        if isinstance(self.output_shape, dict):
            raise LayerError(
                "wrong-type",
                "output_shape is a function, which is code and is not run",
                argument="output_shape",
                help="give the shape itself, without the batch",
            )
        if not isinstance(self.output_shape, list | tuple) or not all(
            map(_is_size, self.output_shape)
        ):
            raise LayerError(
                "wrong-type",
                "output_shape must be a list, each a whole number of at least 0 or null",
                argument="output_shape",
            )

    def infer(self, inputs: Shape, mask: Shape | None = None) -> Inference:  # noqa: ARG002
        expect_least_rank(inputs, 1)
        return Inference(((inputs[0], *self.output_shape),), counted=UNKNOWN_OP_COUNTS)


@kind
class Identity(Kind, frozen=True):
    """Passes its input on.

    Output: as the input. No weights.
    Source: https://keras.io/api/layers/core_layers/identity/
    """

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.AS_READ
    positions: ClassVar[AxisDependency] = IDENTITY

    def infer(self, inputs: Shape) -> Inference:
        return Inference((inputs,))


def _unquantized(
    layer: Dense | EinsumDense, policy: Policy, kernel: tuple[int, ...], bias: list[Weight]
) -> list[Weight]:
    return [
        *scales_of_float8(policy),
        Weight("kernel", kernel, trainable=not layer.lora_rank),
        *bias,
        *lora_weights(kernel, layer.lora_rank),
    ]


def _embeddings(layer: Embedding | ReversibleEmbedding) -> list[Weight]:
    shape = (layer.input_dim, layer.output_dim)
    lora = lora_weights(shape, layer.lora_rank, "embeddings")
    policy = quantization(layer.dtype, layer.quantization_config)
    if keeps_kernel(policy):
        return [Weight("embeddings", shape, trainable=not lora), *lora]
    return lora + quantized_embeddings(policy, *shape)


def _looked_up(
    layer: Embedding | ReversibleEmbedding, inputs: Shape, weights: list[Weight]
) -> Inference:
    matrix: Dim = 0
    if layer.lora_rank and not keeps_kernel(quantization(layer.dtype, None)):
        # Keras doesn't merge adapters into quantized embeddings: it multiplies the looked-up rows
        # of the first with the second.
        matrix = product((*inputs[1:], layer.lora_rank, layer.output_dim))
    return Inference(
        ((*inputs, layer.output_dim),), tuple(weights), counted=OpCounts(matrix=matrix)
    )


def _check_lora(layer: Dense | EinsumDense) -> None:
    refuse_lora_with_constraint(layer.lora_rank, layer.kernel_constraint)
    _refuse_lora_in(("gptq", "awq"), layer)


def _check_lora_of_embeddings(layer: Embedding | ReversibleEmbedding) -> None:
    refuse_lora_with_constraint(
        layer.lora_rank, layer.embeddings_constraint, "embeddings_constraint"
    )
    _refuse_lora_in(("int4",), layer)


def _refuse_lora_in(
    modes: tuple[str, ...], layer: Dense | EinsumDense | Embedding | ReversibleEmbedding
) -> None:
    mode = quantization(layer.dtype, None).quantization
    if layer.lora_rank and mode in modes:
        raise LayerError(
            "wrong-value",
            f"lora_rank can't be used on what is quantized to {mode}",
            argument="lora_rank",
            help="leave out one of the two",
        )


def _is_size(value: object) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0)
