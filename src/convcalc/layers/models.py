"""Models that are used as one layer."""

from collections import Counter

from convcalc.layers.calling import call_chain, inside
from convcalc.layers.core import InputLayer
from convcalc.layers.kind import Bound, Inference, Kind, LayerError, kind
from convcalc.shapes import Shape, agree, either, format_shape


@kind
class Sequential(Kind, frozen=True):
    """Layers one after the other as one layer, such as one to wrap in TimeDistributed.

    The first may be an InputLayer, which then says what the others read.
    Output: the last layer's. Weights: each layer's, under its name.
    Source: https://keras.io/api/models/sequential/
    """

    layers: tuple[Bound, ...] | None = None

    def validate(self) -> None:
        counts: Counter[str] = Counter()
        for index, bound in enumerate(self.layers or ()):
            if index and isinstance(bound.layer, InputLayer):
                raise inside(bound, LayerError("wrong-value", "an InputLayer can only come first"))
            counts[bound.name] += 1
            if counts[bound.name] > 1:
                raise inside(
                    bound,
                    LayerError(
                        "duplicate-name", f"two layers are called {bound.name!r}", argument="name"
                    ),
                )

        declared = self.declared()
        if declared is not None:
            self.infer(declared)

    def declared(self) -> Shape | None:
        """What the layers read, if an InputLayer says so."""
        first = self.layers[0].layer if self.layers else None
        return first.infer().outputs[0] if isinstance(first, InputLayer) else None

    def infer(self, inputs: Shape) -> Inference:
        if not self.layers:
            raise LayerError("missing-argument", "a Sequential needs layers", argument="layers")
        declared = self.declared()
        if declared is None:
            return call_chain(self.layers, (inputs,))
        return call_chain(self.layers[1:], (_agreeing(inputs, declared),))


def _agreeing(inputs: Shape, declared: Shape) -> Shape:
    """The shape, with what is known of it only by the input that is declared."""
    if len(inputs) != len(declared) or not all(map(agree, inputs[1:], declared[1:])):
        raise LayerError(
            "shape-mismatch",
            f"the input is {format_shape(inputs)}, but the InputLayer is for "
            f"{format_shape(declared)}",
            argument="layers",
        )
    return (*inputs[:1], *map(either, inputs[1:], declared[1:]))
