"""The judge: what real Keras makes of one layer, on its numpy backend."""

import inspect
import itertools
import math
import os
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from convcalc.layers import kinds
from convcalc.layers.binding import sublayer_fields
from oracle.functional import functional
from oracle.outcome import Accepted, Outcome, Refused, Shape

os.environ["KERAS_BACKEND"] = "numpy"
os.environ.setdefault("JAX_PLATFORMS", "cpu")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import keras

NEEDS_TENSORFLOW = {
    "HashedCrossing": "string",
    "Hashing": "string",
    "IntegerLookup": "int64",
    "StringLookup": "string",
    "TextVectorization": "string",
}
"""Kinds that Keras makes only where there is TensorFlow, with the type of what each reads.

They are judged when their cases are recorded, by record_tensorflow.py, and not live.
"""


def judge(
    kind: str,
    args: Mapping[str, Any],
    inputs: Sequence[Shape],
    names: Sequence[str] = (),
    *,
    doubted: bool = False,
) -> Outcome:
    """Make the layer, call it on inputs of these shapes, and read what it became.

    Whatever Keras raises is a refusal, be it a rule's message or a crash. Where it is `doubted`
    that Keras can do what it says, the layer has to compute too.
    """
    keras.backend.clear_session(free_memory=False)
    call_arguments = {name: args[name] for name in kinds()[kind].call_arguments if name in args}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            layer = make(kind, {name: args[name] for name in args if name not in call_arguments})
        except Exception as error:  # noqa: BLE001 - Keras raises nearly everything
            return Refused(f"{type(error).__name__}: {error}", by="arguments")
        if kind == "InputLayer":
            return Accepted((tuple(layer.output.shape),), ())
        tensors = [
            keras.Input(batch_shape=shape, dtype=NEEDS_TENSORFLOW.get(kind)) for shape in inputs
        ]

        def call(tensors: Sequence[Any]) -> Any:
            return called(layer, kind, tensors, names, call_arguments)

        try:
            output = call(tensors)
            outputs = tuple(tuple(tensor.shape) for tensor in keras.tree.flatten(output))
        except Exception as error:  # noqa: BLE001
            return Refused(f"{type(error).__name__}: {error}", by="inputs")
        if doubted and (why := cannot_compute(call, inputs, outputs, NEEDS_TENSORFLOW.get(kind))):
            return Refused(why, by="inputs")
    return Accepted(
        outputs,
        tuple(
            (w.path.removeprefix(f"{layer.name}/"), tuple(w.shape), w.trainable)
            for one in getattr(layer, "as_written", [layer])
            for w in one.weights
        ),
    )


def called(
    layer: Any,
    kind: str,
    tensors: Sequence[Any],
    names: Sequence[str],
    call_arguments: Mapping[str, Any],
) -> Any:
    """What the layer gives for these tensors, the last of which are passed by name."""
    positional = tensors[: len(tensors) - len(names)]
    by_name: dict[str, Any] = {}
    for name, tensor in zip(names, tensors[len(positional) :], strict=True):
        by_name.setdefault(name, []).append(tensor)
    named = {name: given if len(given) > 1 else given[0] for name, given in by_name.items()}
    if "states" in by_name:
        named["states"] = as_states(layer, by_name["states"])
    listed = kinds()[kind].merges or (kind == "Functional" and len(positional) > 1)
    read = [positional] if listed else positional
    return layer(*read, **named, **call_arguments)


def cannot_compute(
    call: Callable[[Sequence[Any]], Any],
    inputs: Sequence[Shape],
    outputs: Sequence[Shape],
    dtype: str | None = None,
) -> str | None:
    """Why the call gives on arrays nothing of the shapes that Keras says it does, if so.

    It is enough that it does for some sizes of what is unknown, and for some numbers.
    """
    why = None
    for sizes in possible_sizes(inputs):
        for filled in FILLED:
            try:
                output = call([filled(shape, dtype or "float32") for shape in sizes])
            except Exception as error:  # noqa: BLE001
                why = why or f"when it computes, {type(error).__name__}: {error}"
                continue
            found = [tuple(tensor.shape) for tensor in flat(output)]
            if len(found) == len(outputs) and all(map(is_of, found, outputs)):
                return None
            why = why or f"it says that it gives {outputs}, and gives {found}"
    return why


def possible_sizes(shapes: Sequence[Shape]) -> Iterator[list[tuple[int, ...]]]:
    """The shapes with sizes for what is unknown: first the same for all, then others."""
    unknown = sum(shape.count(None) for shape in shapes)
    known = {dim for shape in shapes for dim in shape if dim} - {*SIZES}
    tried = [(size,) * unknown for size in (*SIZES, *sorted(known))][: None if unknown else 1]
    if 1 < unknown <= MOST_UNKNOWN:
        tried += itertools.product(SIZES[:3], repeat=unknown)
    for sizes in tried:
        left = iter(sizes)
        filled = [tuple(next(left) if dim is None else dim for dim in shape) for shape in shapes]
        if all(math.prod(shape) <= LARGEST for shape in filled):
            yield filled


SIZES = (2, 5, 1, 64)
MOST_UNKNOWN = 4
LARGEST = 2**20


def is_of(found: tuple[int, ...], said: Shape) -> bool:
    """Whether a shape is as it was said to be, as far as that is known."""
    return len(found) == len(said) and all(s in {None, f} for f, s in zip(found, said, strict=True))


def flat(output: Any) -> list[Any]:
    """The tensors of an output."""
    return [tensor for tensor in keras.tree.flatten(output) if tensor is not None]


def zeros(shape: tuple[int, ...], dtype: str) -> Any:
    """What nearly everything can be computed of."""
    if dtype == "string":
        return keras.ops.broadcast_to(keras.ops.convert_to_tensor("a"), shape)
    return keras.ops.zeros(shape, dtype)


def identities(shape: tuple[int, ...], dtype: str) -> Any:
    """What can be inverted, and still be an index."""
    if dtype == "string" or len(shape) < 2:
        return zeros(shape, dtype)
    return keras.ops.broadcast_to(keras.ops.eye(*shape[-2:], dtype=dtype), shape)


FILLED = (zeros, identities)


def make(kind: str, args: Mapping[str, Any]) -> Any:
    """Make a layer; arguments that are layers are written as in a spec."""
    sublayers = sublayer_fields(kinds()[kind]) if kind in kinds() else ()
    if kind == "Functional":
        return functional(keras, make, **args)
    made = {name: make_sublayers(arg) if name in sublayers else arg for name, arg in args.items()}
    if kind == "Lambda":  # what a file holds, Keras makes a function and a tuple of
        made |= {"function": as_function} if "function" in made else {}
        if isinstance(made.get("output_shape"), list):
            made["output_shape"] = tuple(made["output_shape"])
    return keras_class(kind)(**made)


def keras_class(kind: str) -> Any:
    """Keras's class of the kind: a layer, or a model that can be one."""
    return getattr(keras.layers, kind, None) or getattr(keras, kind)


def as_states(cell: Any, states: list[Any]) -> Any:
    """The states as the cell takes them: in a stack, in a list for each cell that has several."""
    sizes = getattr(cell, "state_size", 0)
    if len(keras.tree.flatten(sizes)) != len(states) or isinstance(sizes, int):
        return states
    return keras.tree.pack_sequence_as(sizes, states)


def as_function(inputs: Any) -> Any:
    """What stands for any function of a Lambda."""
    return inputs


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
    parameters = inspect.signature(keras_class(kind).__init__).parameters.values()
    return [
        (p.name, p.default, p.default is p.empty)
        for p in parameters
        if p.name != "self" and p.kind is not p.VAR_KEYWORD
    ]


def layers() -> set[str]:
    """The names of all public classes of `keras.layers`."""
    return {name for name, layer in vars(keras.layers).items() if inspect.isclass(layer)}


def activations() -> set[str]:
    """The names of all activations."""
    return set(keras.src.activations.ALL_OBJECTS_DICT) - {None}
