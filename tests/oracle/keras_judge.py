"""The judge: what real Keras makes of one layer, on its numpy backend."""

import inspect
import os
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from oracle.outcome import Accepted, Outcome, Refused, Shape

os.environ["KERAS_BACKEND"] = "numpy"
os.environ.setdefault("JAX_PLATFORMS", "cpu")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import keras


def judge(kind: str, args: Mapping[str, Any], inputs: Sequence[Shape]) -> Outcome:
    """Make the layer, call it on inputs of these shapes, and read what it became.

    Whatever Keras raises is a refusal, be it a rule's message or a crash.
    """
    keras.backend.clear_session(free_memory=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            layer = getattr(keras.layers, kind)(**args)
        except Exception as error:  # noqa: BLE001 - Keras raises nearly everything
            return Refused(f"{type(error).__name__}: {error}", by="arguments")
        if kind == "InputLayer":
            return Accepted((tuple(layer.output.shape),), ())
        tensors = [keras.Input(batch_shape=shape) for shape in inputs]
        try:
            output = layer(tensors if merges(layer) else tensors[0])
            outputs = tuple(tuple(tensor.shape) for tensor in keras.tree.flatten(output))
        except Exception as error:  # noqa: BLE001
            return Refused(f"{type(error).__name__}: {error}", by="inputs")
    trained = {id(weight) for weight in layer.trainable_weights}
    return Accepted(
        outputs,
        tuple((w.path.rpartition("/")[2], tuple(w.shape), id(w) in trained) for w in layer.weights),
    )


def merges(layer: Any) -> bool:
    """Whether a layer is called on a list of tensors."""
    return isinstance(layer, keras.src.layers.merging.base_merge.Merge)


def arguments(kind: str) -> list[tuple[str, Any, bool]]:
    """A layer's own arguments in order: name, default, and whether it has none."""
    parameters = inspect.signature(getattr(keras.layers, kind).__init__).parameters.values()
    return [
        (p.name, p.default, p.default is p.empty)
        for p in parameters
        if p.name != "self" and p.kind is not p.VAR_KEYWORD
    ]


def activations() -> set[str]:
    """The names of all activations."""
    return set(keras.src.activations.ALL_OBJECTS_DICT) - {None}
