"""Binding: from arguments as they are written to a layer with typed, checked fields."""

import functools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec
from msgspec import Meta

from convcalc.advice import WriteLayer, advise
from convcalc.diagnostics import brief, closest, did_you_mean
from convcalc.dtypes import (
    BITS,
    MIXED,
    Policy,
    compute_dtype,
    policies,
    quantizing,
    read_policy,
    variable_dtype,
)
from convcalc.layers import find, kinds, operations, why_no_kind
from convcalc.layers.argument_types import LARGEST, PER_AXIS, SERIALIZED
from convcalc.layers.descriptions import MOST_CHOICES, choices, describe
from convcalc.layers.errors import LayerError, SublayerPath
from convcalc.layers.kind import OPERATION, Kind, LayerInstance, snake_case
from convcalc.shapes import format_count

COMMON = ("name", "trainable", "dtype", "autocast", "activity_regularizer")
"""Arguments that Keras gives every layer; a kind need not declare them."""

_OF_SHAPE = ("input_dim", "input_shape")
"""What Keras's Sequential takes its input's shape from, where the first layer has it."""

_WITHOUT_SHAPE = {
    "Discretization",
    "Functional",
    "InputLayer",
    "IntegerLookup",
    "Pipeline",
    "Sequential",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
    "StringLookup",
}
"""The layers that take no such arguments, or as other ones."""

_FORMER: Mapping[str, Mapping[str, str | None]] = {
    "Embedding": {"input_length": None},
    "InputLayer": {"batch_input_shape": "batch_shape", "input_shape": "shape"},
    "LeakyReLU": {"alpha": "negative_slope"},
    "ReversibleEmbedding": {"input_length": None, "weights": None},
}
"""Arguments that Keras still takes beside those it documents: what they are now, if anything.

Read from the constructors of Keras 3.15.1, which look for them in `**kwargs`.
"""


def shape_arguments(kind: type[Kind] | None) -> tuple[str, ...]:
    """The arguments of a layer that describe what it reads; the first that is given counts."""
    if kind is None or kinds().get(kind.__name__) is not kind or kind.__name__ in _WITHOUT_SHAPE:
        return ()
    return tuple(name for name in _OF_SHAPE if name not in kind.__struct_fields__)


@functools.cache
def former_arguments(kind: type[Kind]) -> Mapping[str, str | None]:
    """What Keras takes though it does not document it: other arguments, or None for no effect."""
    return {**dict.fromkeys(shape_arguments(kind)), **_FORMER.get(kind.__name__, {})}


def bind(
    kind: type[Kind],
    positional: Sequence[Any],
    named: Mapping[str, Any],
    defaults: Mapping[str, Any],
    known: Mapping[str, type[Kind]] | None = None,
    unnamed: Counter[str] | None = None,
) -> LayerInstance:
    """Make a layer of a kind from its arguments as written.

    `defaults` are the network's own for arguments that a kind has and the layer leaves out;
    `known` are the kinds that an argument which is itself a layer may be of. For such an
    argument `unnamed` counts, by kind, those before it in the outermost layer without a name.
    Raises ExceptionGroup of LayerError: every independent fault of the arguments.
    """
    names = kind.__struct_fields__
    if len(positional) > len(names):
        raise ExceptionGroup("too many arguments", [_too_many(kind, positional)])
    values: dict[str, Any] = {**dict(zip(names, positional, strict=False)), **named}
    common = {name: values.pop(name) for name in COMMON if name in values and name not in names}
    _replace_former(kind, values)
    _complete(kind, values, defaults)
    written = dict(values)
    dtype = common.get("dtype", values.get("dtype"))
    if dtype is None:
        dtype = defaults.get("dtype", "float32")
    trainable = common.get("trainable", True)
    policy = _policy(kind, dtype)
    errors = list(_common_errors(kind, dtype, policy, trainable))
    if sublayer_fields(kind):
        counts = Counter() if unnamed is None else unnamed
        errors += _bind_sublayers(kind, values, defaults, known or kinds(), counts)
    try:
        layer = msgspec.convert(values, kind)
        for name in (*per_axis_fields(kind), *serialized_fields(kind)):
            errors += _unfit(kind, name, getattr(layer, name))
        if not errors:
            layer.validate()
    except msgspec.ValidationError:
        errors += _argument_errors(kind, values, written)
    except LayerError as error:
        errors.append(error)
    if errors:
        raise ExceptionGroup(
            f"the arguments of {kind.__name__}", [error.of(kind) for error in errors]
        )
    name = common.get("name") or snake_case(kind.__name__)
    if unnamed is not None and not common.get("name"):
        # As Keras numbers: over all layers, those within a layer before it.
        count = unnamed[name]
        unnamed[name] += 1
        name = f"{name}_{count}" if count else name
    variable = policy.variable if policy else "float32"
    return LayerInstance(
        layer,
        str(name),
        variable,
        bool(trainable),
        computes=compute_dtype(dtype) if policy else "float32",
        autocast=common.get("autocast", True) is True,
    )


def _replace_former(kind: type[Kind], values: dict[str, Any]) -> None:
    """Give former arguments their names of today, which they overrule as in Keras."""
    former = former_arguments(kind)
    for name in former.keys() & values.keys():
        value, today = values.pop(name), former[name]
        if today:
            values[today] = value


def _bind_sublayers(
    kind: type[Kind],
    values: dict[str, Any],
    defaults: Mapping[str, Any],
    known: Mapping[str, type[Kind]],
    unnamed: Counter[str],
) -> Iterator[LayerError]:
    """Make layers of the arguments that are some; what is at fault is reported and left out."""
    for name, index in sublayer_fields(kind).items():
        written = values.get(name)
        if written is None:
            continue
        several = isinstance(written, list)
        bound = []
        faulty = False
        for item, one in enumerate(written if several else [written]):
            step = SublayerPath(name, index, item if several else None)
            try:
                sublayer = _sublayer(kind, one, name, defaults, known, unnamed)
            except ExceptionGroup as group:
                faulty = True
                for error in group.exceptions:
                    if isinstance(error, LayerError):
                        error.within = (step, *error.within)
                        yield error
            except LayerError as error:
                faulty = True
                yield error
            else:
                bound.append(msgspec.structs.replace(sublayer, step=step))
        if faulty:
            values[name] = FAULTY if not several else (FAULTY,)
        else:
            values[name] = tuple(bound) if several else bound[0]


def _sublayer(
    holder: type[Kind],
    written: Any,
    argument: str,
    defaults: Mapping[str, Any],
    known: Mapping[str, type[Kind]],
    unnamed: Counter[str],
) -> LayerInstance:
    """A layer as an argument: a kind, or a mapping from a kind to its arguments."""
    entry = {written: None} if isinstance(written, str) else written
    if not isinstance(entry, dict) or len(entry) != 1:
        raise LayerError(
            "wrong-type",
            f"{argument} must be a layer, not {brief(written)}",
            argument=argument,
            help=advise(
                "a kind, alone or with its arguments, such as {}", WriteLayer("LSTM", {"units": 4})
            ),
        )
    ((name, arguments),) = entry.items()
    kind = known.get(name) or (None if str(name).startswith(OPERATION) else find(str(name)))
    operation = operations().get(name) if str(name).startswith(OPERATION) else None
    if operation and holder.holds_operations:
        kind = operation
    if kind is None:
        why = f"{name} is an operation, and no layer" if operation else why_no_kind(name)
        help = None if why else did_you_mean(str(name), known)
        message = why or f"there is no layer kind {name!r}"
        error = LayerError("unknown-layer", message, help=help)
        raise ExceptionGroup("the kind of a layer", [error])
    positional: Sequence[Any] = ()
    if isinstance(arguments, list):
        positional = arguments
    elif arguments is not None and not isinstance(arguments, dict):
        positional = (arguments,)
    named = arguments if isinstance(arguments, dict) else {}
    return bind(kind, positional, named, defaults, known, unnamed)


FAULTY = LayerInstance(Kind(), "")
"""What stands for a layer whose fault has been reported, so that other arguments are checked."""


def _complete(kind: type[Kind], values: dict[str, Any], defaults: Mapping[str, Any]) -> None:
    """Add the network's defaults, and put words that Keras takes in any case in lower case."""
    for name, default in defaults.items():
        if name in kind.__struct_fields__ and values.get(name) is None:
            values[name] = default
    for name in kind.any_case:
        if isinstance(values.get(name), str):
            values[name] = values[name].lower()


def _too_many(kind: type[Kind], positional: Sequence[Any]) -> LayerError:
    names = kind.__struct_fields__
    written = ", ".join(map(brief, positional))
    return LayerError(
        "too-many-arguments",
        f"{kind.__name__} has {format_count(len(names), 'argument')}, but {len(positional)} are "
        "given",
        help=f"to give {names[0]} a list, write {{{names[0]}: [{written}]}}" if names else None,
    )


def _has_policy(kind: type[Kind]) -> bool:
    """Whether the kind's dtype is a policy, and not as an input's a plain type."""
    return "dtype" not in kind.__struct_fields__ or bool(kind.quantizes)


def _policy(kind: type[Kind], dtype: Any) -> Policy | None:
    """The dtype policy that is written, where the kind's own dtype is not a plain type."""
    if _has_policy(kind):
        return read_policy(dtype)
    stored = variable_dtype(dtype) if isinstance(dtype, str) else None
    return Policy(stored) if stored else None


def _dtype_help(dtype: Any, *, is_policy: bool) -> str | None:
    if is_policy and (written := quantizing(dtype)):
        return f"as the policy of a layer it is written {written}"
    return did_you_mean(str(dtype), policies() if is_policy else (*BITS, *MIXED))


def _common_errors(
    kind: type[Kind], dtype: Any, policy: Policy | None, trainable: Any
) -> Iterator[LayerError]:
    if not isinstance(trainable, bool):
        yield LayerError(
            "wrong-type",
            f"trainable must be true or false, not {trainable!r}",
            argument="trainable",
        )
    if policy is None:
        of_paths = isinstance(dtype, dict) and dtype.get("class_name") == "DTypePolicyMap"
        yield LayerError(
            "wrong-value",
            "a DTypePolicyMap with policies for single layers can't be resolved: it names them by "
            "their paths in Keras"
            if of_paths
            else f"{dtype!r} is not a data type",
            argument="dtype",
            help=_dtype_help(dtype, is_policy=_has_policy(kind)),
        )
    elif policy.quantization and kind.quantizes and policy.quantization not in kind.quantizes:
        yield LayerError(
            "wrong-value",
            f"{kind.__name__} can't be quantized to {policy.quantization}",
            argument="dtype",
            help=f"it can be to {', '.join(kind.quantizes)}",
        )


def _argument_errors(
    kind: type[Kind], values: Mapping[str, Any], written: Mapping[str, Any]
) -> Iterator[LayerError]:
    """Say what is wrong with each argument by itself: the conversion as a whole stops at one."""
    fields = {field.name: field for field in _fields_of(kind)}
    misspelt = set()
    for name in values:
        if name not in fields:
            meant = closest(name, fields)
            misspelt.add(meant)
            names = f"its arguments are {', '.join(fields)}" if fields else "it has none"
            yield LayerError(
                "unknown-argument",
                f"{kind.__name__} has no argument {name!r}",
                argument=name,
                help=f"did you mean {meant}?" if meant else names,
            )
    for name, field in fields.items():
        if name not in values:
            if field.required and name not in misspelt:
                yield LayerError("missing-argument", f"{kind.__name__} needs the argument {name}")
            continue
        try:
            value = msgspec.convert(values[name], field.type)
        except msgspec.ValidationError as error:
            yield _wrong(kind, field, written[name], error)
        else:
            yield from _unfit(kind, name, value)


def _wrong(
    kind: type[Kind], field: msgspec.structs.FieldInfo, value: Any, error: msgspec.ValidationError
) -> LayerError:
    wrong_type = ", got" in str(error)
    several = isinstance(value, list | tuple)
    if any(isinstance(each, int) and each > LARGEST for each in (value if several else (value,))):
        what = f"a value of {field.name}" if several else field.name
        return LayerError("wrong-value", f"{what} is larger than 2^63 − 1", argument=field.name)
    words = [choice for choice in choices(field.type) if isinstance(choice, str)]
    return LayerError(
        "wrong-type" if wrong_type else "wrong-value",
        f"{field.name} must be {describe(field.type, kind.rank)}, not {brief(value)}",
        argument=field.name,
        help=_suggestion(value, words),
    )


def _suggestion(value: Any, choices: Sequence[str]) -> str | None:
    if not choices:
        return None
    listed = f"one of {', '.join(choices)}" if len(choices) > MOST_CHOICES else None
    return (did_you_mean(value, choices) if isinstance(value, str) else None) or listed


@functools.cache
def _fields_of(kind: type[Kind]) -> tuple[msgspec.structs.FieldInfo, ...]:
    """The arguments of a kind, whose types msgspec would work out anew each time."""
    return msgspec.structs.fields(kind)


@functools.cache
def sublayer_fields(kind: type[Kind]) -> Mapping[str, int]:
    """The arguments of a kind that are layers themselves, each with its position."""
    return {
        field.name: index
        for index, field in enumerate(_fields_of(kind))
        if mentions(field.type, LayerInstance)
    }


def default_of(field: msgspec.structs.FieldInfo) -> Any:
    """An argument's default as JSON has it; the argument must have one."""
    made = field.default_factory is not msgspec.NODEFAULT
    default = field.default_factory() if made else field.default
    return list(default) if isinstance(default, tuple) else default


def mentions(type_: Any, wanted: Any) -> bool:
    """Whether a type is the wanted one, or is made of it."""
    return type_ is wanted or any(mentions(arg, wanted) for arg in get_args(type_))


@functools.cache
def per_axis_fields(kind: type[Kind]) -> tuple[str, ...]:
    """The arguments of a kind that take one value per spatial axis."""
    return _fields_marked(kind, PER_AXIS)


@functools.cache
def serialized_fields(kind: type[Kind]) -> tuple[str, ...]:
    """The arguments of a kind that may be objects as Keras serializes them."""
    return _fields_marked(kind, SERIALIZED)


def _fields_marked(kind: type[Kind], mark: Meta) -> tuple[str, ...]:
    return tuple(f.name for f in _fields_of(kind) if _is_marked(f.type, mark))


def _is_marked(type_: Any, mark: Meta) -> bool:
    return mark in getattr(type_, "__metadata__", ()) or (
        get_origin(type_) in {Union, UnionType}
        and any(_is_marked(arg, mark) for arg in get_args(type_))
    )


def _unfit(kind: type[Kind], name: str, value: Any) -> Iterator[LayerError]:
    """What a type can't say: how many values a list has, and what makes an object."""
    if isinstance(value, dict):
        if name in serialized_fields(kind) and not _is_serialized(value):
            yield LayerError(
                "wrong-value",
                f"{name} must be a name, or an object with a class_name and a config, not "
                f"{brief(value)}",
                argument=name,
            )
    elif isinstance(value, tuple) and name in per_axis_fields(kind) and len(value) != kind.rank:
        yield LayerError(
            "wrong-value",
            f"{name} must be one value or a list of {kind.rank} (one per axis), but the list "
            f"has {len(value)}",
            argument=name,
        )


def _is_serialized(value: Mapping[str, Any]) -> bool:
    """Whether Keras would look for a class, or for a function by its name."""
    wanted = str if value.get("class_name") == "function" else dict | None
    return "class_name" in value and isinstance(value.get("config", 0), wanted)
