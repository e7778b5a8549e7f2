"""The judge: what real Keras makes of one layer, on its numpy backend."""

import inspect
import os
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from convcalc.layers import kinds
from convcalc.layers.binding import sublayer_fields
from oracle.outcome import Accepted, Outcome, Refused, Shape

os.environ["KERAS_BACKEND"] = "numpy"
os.environ.setdefault("JAX_PLATFORMS", "cpu")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import keras


def judge(
    kind: str, args: Mapping[str, Any], inputs: Sequence[Shape], names: Sequence[str] = ()
) -> Outcome:
    """Make the layer, call it on inputs of these shapes, and read what it became.

    Whatever Keras raises is a refusal, be it a rule's message or a crash.
    """
    keras.backend.clear_session(free_memory=False)
    of_call = {name: args[name] for name in kinds()[kind].of_call if name in args}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            layer = make(kind, {name: args[name] for name in args if name not in of_call})
        except Exception as error:  # noqa: BLE001 - Keras raises nearly everything
            return Refused(f"{type(error).__name__}: {error}", by="arguments")
        if kind == "InputLayer":
            return Accepted((tuple(layer.output.shape),), ())
        tensors = [keras.Input(batch_shape=shape) for shape in inputs]
        positional = tensors[: len(tensors) - len(names)]
        by_name: dict[str, Any] = {}
        for name, tensor in zip(names, tensors[len(positional) :], strict=True):
            by_name.setdefault(name, []).append(tensor)
        named = {name: given if len(given) > 1 else given[0] for name, given in by_name.items()}
        try:
            read = [positional] if kinds()[kind].merges else positional
            output = layer(*read, **named, **of_call)
            outputs = tuple(tuple(tensor.shape) for tensor in keras.tree.flatten(output))
        except Exception as error:  # noqa: BLE001
            return Refused(f"{type(error).__name__}: {error}", by="inputs")
    trained = {id(weight) for weight in layer.trainable_weights}
    return Accepted(
        outputs,
        tuple(
            (w.path.removeprefix(f"{layer.name}/"), tuple(w.shape), id(w) in trained)
            for w in layer.weights
        ),
    )


def make(kind: str, args: Mapping[str, Any]) -> Any:
    """Make a layer; arguments that are layers are written as in a spec."""
    sublayers = sublayer_fields(kinds()[kind]) if kind in kinds() else ()
    return getattr(keras.layers, kind)(
        **{name: make_sublayers(arg) if name in sublayers else arg for name, arg in args.items()}
    )


def make_sublayers(written: Any) -> Any:
    """The layer, or the layers of a list, that an argument stands for."""
    if isinstance(written, list):
        return [make_sublayers(one) for one in written]
    if isinstance(written, str):
        return make(written, {})
    if not isinstance(written, dict):
        return written
    ((kind, args),) = written.items()
    return make(kind, args or {})


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
