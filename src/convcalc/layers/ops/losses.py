"""Losses: operations that compare outputs with targets, or decode outputs."""

from typing import ClassVar

from convcalc.layers.argument_types import NonNegative
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference
from convcalc.layers.kind import Kind, operation
from convcalc.layers.ops.operands import Constant, one, operand
from convcalc.layers.outputs import OutputDTypeRule, Rule
from convcalc.layers.requirements import expect_least_rank, normalize_axis
from convcalc.shapes import Shape, format_shape, reduce


@operation
class PSNR(Kind, frozen=True):
    """Computes the peak signal-to-noise ratio of two operands.

    Output: (). Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    max_val: float
    x1: Constant = None
    x2: Constant = None

    output_dtype_rule: ClassVar[Rule] = "float32"
    call_arguments: ClassVar[tuple[str, ...]] = ("x1", "x2")

    def infer(self, x1: Shape | None = None, x2: Shape | None = None) -> Inference:
        a, b = operand(self, "x1", x1), operand(self, "x2", x2)
        if len(a) != len(b):
            raise LayerError("wrong-rank", f"x1 has {len(a)} dimensions, but x2 {len(b)}")
        return one(())


class _Loss(Kind, frozen=True):
    typed_by: ClassVar[tuple[str, ...]] = ("output",)
    call_arguments: ClassVar[tuple[str, ...]] = ("target", "output")

    def infer(self, target: Shape | None = None, output: Shape | None = None) -> Inference:
        expected, given = operand(self, "target", target), operand(self, "output", output)
        return one(self.loss_shape(expected, given))

    def loss_shape(self, target: Shape, output: Shape) -> Shape:
        """The shape of the loss. Raises LayerError if the target doesn't fit the output."""
        raise NotImplementedError


def _different(target: Shape, output: Shape) -> LayerError:
    return LayerError(
        "shape-mismatch",
        f"the target {format_shape(target)} does not fit the output {format_shape(output)}",
    )


@operation
class BinaryCrossentropy(_Loss, frozen=True):
    """Computes the loss of each yes-or-no prediction.

    Output: as output. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    from_logits: bool = False
    target: Constant = None
    output: Constant = None

    def loss_shape(self, target: Shape, output: Shape) -> Shape:
        if target != output:
            raise _different(target, output)
        return output


@operation
class CategoricalCrossentropy(_Loss, frozen=True):
    """Computes the loss of each choice between classes.

    Output: the shape of output without the last axis. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    from_logits: bool = False
    axis: int = -1
    target: Constant = None
    output: Constant = None

    def loss_shape(self, target: Shape, output: Shape) -> Shape:
        if target != output:
            raise _different(target, output)
        expect_least_rank(output, 1)
        return output[:-1]


@operation
class SparseCategoricalCrossentropy(_Loss, frozen=True):
    """Computes the loss of each choice between classes, with class numbers as the target.

    Output: the shape of output without the axis of the classes. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    from_logits: bool = False
    axis: int = -1
    target: Constant = None
    output: Constant = None

    def loss_shape(self, target: Shape, output: Shape) -> Shape:
        expect_least_rank(output, 1)
        shape = reduce(output, (normalize_axis(self.axis, output),))
        numbers = target
        if len(target) == len(output) and target[-1] == 1:
            numbers = target[:-1]
        if numbers != shape:
            raise _different(target, output)
        return shape


@operation
class CTCLoss(Kind, frozen=True):
    """Computes the connectionist temporal classification loss of each sample.

    Output: (batch,). Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    mask_index: int = 0
    target: Constant = None
    output: Constant = None
    target_length: Constant = None
    output_length: Constant = None

    output_dtype_rule: ClassVar[Rule] = OutputDTypeRule.WITH_FLOAT32
    typed_by: ClassVar[tuple[str, ...]] = ("output",)
    call_arguments: ClassVar[tuple[str, ...]] = (
        "target",
        "output",
        "target_length",
        "output_length",
    )

    def infer(
        self,
        target: Shape | None = None,
        output: Shape | None = None,
        target_length: Shape | None = None,
        output_length: Shape | None = None,
    ) -> Inference:
        shapes = {
            "target": operand(self, "target", target),
            "output": operand(self, "output", output),
            "target_length": operand(self, "target_length", target_length),
            "output_length": operand(self, "output_length", output_length),
        }
        for name, shape in shapes.items():
            expect_least_rank(shape, 1)
            if shape[0] != shapes["target"][0]:
                raise LayerError(
                    "shape-mismatch",
                    f"{name} has a batch of {shape[0]}, but target {shapes['target'][0]}",
                )
        return one(shapes["target"][:1])


@operation
class CTCDecode(Kind, frozen=True):
    """Decodes the output of a model trained with the CTC loss.

    Output: two, (paths, batch, steps) and (batch, paths). Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    strategy: str = "greedy"
    beam_width: int = 100
    top_paths: NonNegative = 1
    merge_repeated: bool = True
    mask_index: int = 0
    sequence_lengths: Constant = None

    output_dtype_rule: ClassVar[tuple[Rule, ...]] = ("int32", OutputDTypeRule.WITH_FLOAT32)
    typed_by: ClassVar[tuple[str, ...]] = ("inputs",)
    call_arguments: ClassVar[tuple[str, ...]] = ("sequence_lengths",)

    def infer(self, inputs: Shape, sequence_lengths: Shape | None = None) -> Inference:
        operand(self, "sequence_lengths", sequence_lengths)
        expect_least_rank(inputs, 2)
        paths = 1 if self.strategy == "greedy" else self.top_paths
        return Inference(((paths, inputs[0], inputs[1]), (inputs[0], paths)))
