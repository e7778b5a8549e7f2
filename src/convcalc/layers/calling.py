"""Calling: binds the shapes that a layer is called on to the parameters of its rule."""

import functools
import inspect
from collections.abc import Iterator, Mapping, Sequence
from inspect import Parameter
from typing import Any

from convcalc.advice import ReadInputs, advise
from convcalc.diagnostics import did_you_mean
from convcalc.dtypes import INTEGERS, is_float
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference, OpCounts, Weight
from convcalc.layers.kind import OPERATION, Kind, LayerInstance
from convcalc.layers.outputs import Types
from convcalc.shapes import Shape
from convcalc.windows import AnyWindow


def call(
    layer: Kind, shapes: Sequence[Shape], names: Sequence[str] = (), *, listed: bool = False
) -> Inference:
    """Apply a layer's rule; `names` are the parameters of the last shapes.

    A repeated name passes a list: its parameter is a tuple of shapes. `listed` means that the
    shapes are passed as one list. Raises LayerError where Keras would refuse the call.
    """
    try:
        arguments = bind_call(layer, shapes, names, listed=listed)
        return layer.infer(*arguments.args, **arguments.kwargs)
    except LayerError as error:
        raise error.of(type(layer)) from None


def bind_call(
    layer: Kind, shapes: Sequence[Any], names: Sequence[str] = (), *, listed: bool = False
) -> inspect.BoundArguments:
    """Bind what a layer is called on to the parameters of its rule; raise LayerError."""
    _check_merging(layer, shapes, listed=listed)
    signature = _signature(type(layer))
    positional = shapes[: len(shapes) - len(names)]
    try:
        bound = signature.bind_partial(*positional)
    except TypeError:
        raise _miscounted(layer, len(shapes)) from None
    for name, given in _by_name(names, shapes[len(positional) :]).items():
        parameter = signature.parameters.get(name)
        if parameter is None:
            raise _misnamed(layer, name)
        if name in bound.arguments:
            raise LayerError("wrong-inputs", f"{name} is given twice")
        takes_list = parameter.kind is Parameter.VAR_POSITIONAL
        if len(given) > 1 and not takes_list and parameter.annotation in _ONE_TENSOR:
            message = f"{name} is one input, but is given a list of {len(given)}"
            raise LayerError("wrong-inputs", message)
        bound.arguments[name] = given if takes_list or len(given) > 1 else given[0]
    for name, parameter in signature.parameters.items():
        if _required(parameter) and name not in bound.arguments:
            if names:
                message = f"{type(layer).__name__} is not given its input {name}"
                raise LayerError("wrong-inputs", message)
            raise _miscounted(layer, len(shapes))
    return bound


def _required(parameter: Parameter) -> bool:
    return parameter.default is Parameter.empty and parameter.kind is not Parameter.VAR_POSITIONAL


def _by_name(names: Sequence[str], shapes: Sequence[Any]) -> dict[str, tuple[Any, ...]]:
    found: dict[str, tuple[Any, ...]] = {}
    for name, shape in zip(names, shapes, strict=True):
        found[name] = (*found.get(name, ()), shape)
    return found


def call_sublayer(
    sublayer: LayerInstance,
    shapes: Sequence[Shape],
    names: Sequence[str] = (),
    *,
    listed: bool = False,
) -> Inference:
    """Apply a layer inside another; its name is prefixed to the paths of its weights."""
    try:
        inference = call(sublayer.layer, shapes, names, listed=listed)
    except LayerError as error:
        raise inside(sublayer, error) from None
    weights = tuple(
        Weight(w.path, w.shape, is_trained(w, sublayer), w.dtype or sublayer.dtype)
        for w in inference.weights
    )
    found = Inference(inference.outputs, weights, inference.windows, inference.counted)
    return under(sublayer.name, found)


def output_dtypes(
    bound: LayerInstance,
    read: Types,
    names: Sequence[str] = (),
    *,
    listed: bool = False,
    autocast: bool = True,
) -> Types:
    """The dtypes of a layer's outputs, from those of its inputs, passed as in `call`.

    The last dtype holds for all further outputs. With `autocast`, floats are cast to the compute
    dtype first, unless the layer opts out.
    """
    layer = bound.layer
    if type(layer).__name__.startswith(OPERATION):
        read = tuple(_operand_types(layer, bind_call(layer, read, names, listed=listed).arguments))
    elif autocast and bound.autocast and layer.autocasts:
        read = tuple([bound.computes if is_float(dtype) else dtype for dtype in read])
    return layer.output_dtypes(bound.computes, read)


def _operand_types(layer: Kind, read: Mapping[str, Any]) -> Iterator[str | None]:
    """The dtypes of the operands that determine an operation's output dtypes."""
    for name in layer.typed_by or _signature(type(layer)).parameters:
        constant = getattr(layer, name, None)
        given = read.get(name, ())
        if isinstance(constant, tuple) and (isinstance(given, tuple) or name not in read):
            types = iter(given)
            yield from (next(types) if c is None else _type_of(c) for c in constant)
        elif name in read:
            yield from given if isinstance(given, tuple) else (given,)
        elif constant is not None:
            yield _type_of(constant)


def _type_of(constant: Any) -> str | None:
    """The dtype of a number or nested lists; None for lists of floats, whose dtype isn't saved."""
    if isinstance(constant, list | tuple):
        types = {_type_of(item) for item in constant}
        return INTEGERS if types and types <= {"int", "bool", INTEGERS} else None
    return {bool: "bool", int: "int", float: "float"}.get(type(constant))


def is_trained(weight: Weight, layer: LayerInstance) -> bool:
    """Whether a weight is trained, given the `trainable` argument of its layer.

    In Keras this argument applies to a layer's own variables, and to those of its sublayers only
    if the layer creates them and passes it on.
    """
    own = weight.path == weight.name or layer.layer.hands_on_trainable
    return weight.trainable and (layer.trainable or not own)


def under(name: str, inference: Inference) -> Inference:
    """Prefix the paths of an inference's weights with a name."""
    weights = tuple(
        Weight(f"{name}/{w.path}", w.shape, w.trainable, w.dtype) for w in inference.weights
    )
    return Inference(inference.outputs, weights, inference.windows, inference.counted)


def call_chain(sublayers: Sequence[LayerInstance], shapes: Sequence[Shape]) -> Inference:
    """Apply sublayers in sequence; the inference has the weights, windows and op counts of all."""
    outputs = tuple(shapes)
    weights: list[Weight] = []
    windows: list[AnyWindow] = []
    op_counts = OpCounts()
    for sublayer in sublayers:
        if len(outputs) > 1 and not sublayer.layer.merges:
            raise inside(sublayer, _chained_to_several(sublayer.layer, len(outputs)))
        inference = call_sublayer(sublayer, outputs)
        outputs = inference.outputs
        weights += inference.weights
        windows += inference.windows
        op_counts += inference.op_counts
    return Inference(outputs, tuple(weights), tuple(windows), op_counts)


def inside(sublayer: LayerInstance, error: LayerError) -> LayerError:
    """Add the sublayer that raised it to an error's path; return the error."""
    if sublayer.step:
        error.within = (sublayer.step, *error.within)
    return error


def _chained_to_several(layer: Kind, given: int) -> LayerError:
    return LayerError(
        "wrong-inputs",
        f"{type(layer).__name__} reads one input here, but the layer before it gives {given}",
    )


def inputs_of(kind: type[Kind]) -> tuple[str, ...]:
    """The names of a kind's inputs."""
    return tuple(_signature(kind).parameters)


@functools.cache
def parameters_of(kind: type[Kind]) -> tuple[str, ...]:
    """The names of a kind's call arguments: its inputs, then the others."""
    return tuple(dict.fromkeys((*inputs_of(kind), *kind.call_arguments)))


def any_number_of(kind: type[Kind]) -> str | None:
    """The name of the call argument that takes any number of inputs, if there is one."""
    parameters = _signature(kind).parameters.values()
    return next((p.name for p in parameters if p.kind is Parameter.VAR_POSITIONAL), None)


_ONE_TENSOR = (Shape, Shape | None)


@functools.cache
def _signature(kind: type[Kind]) -> inspect.Signature:
    """The parameters of a kind's rule, which are its call arguments."""
    signature = inspect.signature(kind.infer, eval_str=True)
    return signature.replace(parameters=list(signature.parameters.values())[1:])


def _check_merging(layer: Kind, shapes: Sequence[Any], *, listed: bool) -> None:
    if layer.merges and (not shapes or (len(shapes) == 1 and not listed)):
        reads = "only one" if shapes else "none"
        raise LayerError(
            "wrong-inputs",
            f"{type(layer).__name__} merges a list of inputs, but reads {reads}",
            help=advise("name what it reads, as in {}", ReadInputs(["a", "b"])),
        )


def _misnamed(layer: Kind, name: str) -> LayerError:
    parameters = _signature(type(layer)).parameters
    return LayerError(
        "wrong-inputs",
        f"{type(layer).__name__} has no input called {name!r}",
        help=did_you_mean(name, parameters) or f"it reads {', '.join(parameters)}",
    )


def _miscounted(layer: Kind, given: int) -> LayerError:
    parameters = _signature(type(layer)).parameters
    least = sum(map(_required, parameters.values()))
    most = len(parameters)
    count = f"{least}" if least == most else f"{least} to {most}"
    if any(parameter.kind is Parameter.VAR_POSITIONAL for parameter in parameters.values()):
        count = f"at least {least}"
    noun = "input" if count in {"1", "at least 1"} else "inputs"
    called = f" ({', '.join(parameters)})" if most > 1 else ""
    kind = type(layer).__name__
    return LayerError("wrong-inputs", f"{kind} reads {count} {noun}{called}, but is given {given}")
