"""PixelShuffle, which Keras does not have, as a layer kind of convcalc."""

from convcalc.layers.argument_types import Positive
from convcalc.layers.inference import Inference
from convcalc.layers.kind import Kind, kind
from convcalc.layers.requirements import divisible, expect_rank, known_axis
from convcalc.shapes import Shape, scale


@kind
class PixelShuffle(Kind, frozen=True):
    """Moves channels into space: each block of factor × factor channels becomes a larger map.

    Output: (batch, height × factor, width × factor, channels / factor²). No weights.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.PixelShuffle.html
    """

    upscale_factor: Positive

    def infer(self, inputs: Shape) -> Inference:
        expect_rank(inputs, 4)
        batch, height, width, _ = inputs
        factor = self.upscale_factor
        channels = known_axis(inputs, -1, "the number of channels")
        kept = divisible(channels, factor**2, "channels", argument="upscale_factor")
        return Inference(((batch, scale(height, factor), scale(width, factor), kept),))
