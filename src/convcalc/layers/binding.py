"""Binding: turns arguments as written into a layer with typed, checked fields."""

import functools
import inspect
from collections import ChainMap, Counter
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
"""Arguments that every Keras layer takes; a kind need not declare them."""

_SHAPE_ARGUMENTS = ("input_dim", "input_shape")
"""Arguments of a first layer from which Keras's Sequential takes its input shape."""

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
"""Layers that don't take these arguments, or take them for something else."""

_FORMER: Mapping[str, Mapping[str, str | None]] = {
    "Embedding": {"input_length": None},
    "InputLayer": {"batch_input_shape": "batch_shape", "input_shape": "shape"},
    "LeakyReLU": {"alpha": "negative_slope"},
    "ReversibleEmbedding": {"input_length": None, "weights": None},
}
"""Undocumented arguments that Keras still takes, with their current names, or None for no effect.

Source: the constructors of Keras 3.15.1, which look for them in `**kwargs`.
"""


def shape_arguments(kind: type[Kind] | None) -> tuple[str, ...]:
    """The arguments of a layer that give its input shape; the first one present counts."""
    if kind is None or kinds().get(kind.__name__) is not kind or kind.__name__ in _WITHOUT_SHAPE:
        return ()
    return tuple(name for name in _SHAPE_ARGUMENTS if name not in kind.__struct_fields__)


@functools.cache
def former_arguments(kind: type[Kind]) -> Mapping[str, str | None]:
    """Undocumented arguments that Keras takes, with their current names, or None for no effect."""
    return {**dict.fromkeys(shape_arguments(kind)), **_FORMER.get(kind.__name__, {})}


def bind(
    kind: type[Kind],
    positional: Sequence[Any],
    named: Mapping[str, Any],
    defaults: Mapping[str, Any],
    known: Mapping[str, type[Kind]] | None = None,
    unnamed: Counter[str] | None = None,
) -> LayerInstance:
    """Build a layer of a kind from its arguments as written.

    `defaults` are the network's, for arguments that the layer leaves out. `known` are the kinds
    that a sublayer may be. For a sublayer, `unnamed` counts by kind the unnamed ones before it in
    the outermost layer. Raises ExceptionGroup of LayerError, with every independent fault.
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
    return LayerInstance(
        _build(kind, values, written, errors),
        str(common.get("name") or _default_name(kind, unnamed)),
        policy.variable if policy else "float32",
        bool(trainable),
        computes=compute_dtype(dtype) if policy else "float32",
        autocast=common.get("autocast", True) is True,
    )


def _build(
    kind: type[Kind], values: dict[str, Any], written: Mapping[str, Any], errors: list[LayerError]
) -> Kind:
    """Convert and check arguments; raise all errors, including those already found."""
    try:
        layer = msgspec.convert(values, kind)
        for name in (*per_axis_fields(kind), *serialized_fields(kind)):
            errors += _unfit(kind, name, getattr(layer, name))
        if not errors:
            layer.validate()
            return layer
    except msgspec.ValidationError:
        errors += _argument_errors(kind, values, written)
    except LayerError as error:
        errors.append(error)
    raise ExceptionGroup(f"the arguments of {kind.__name__}", [error.of(kind) for error in errors])


def _default_name(kind: type[Kind], unnamed: Counter[str] | None) -> str:
    name = snake_case(kind.__name__)
    if unnamed is None:
        return name
    # Keras numbers sublayers at all depths together, and those inside a layer before it.
    count = unnamed[name]
    unnamed[name] += 1
    return f"{name}_{count}" if count else name


def _replace_former(kind: type[Kind], values: dict[str, Any]) -> None:
    """Rename former arguments, which override current ones as in Keras."""
    former = former_arguments(kind)
    for name in former.keys() & values.keys():
        value, current = values.pop(name), former[name]
        if current:
            values[current] = value


def _bind_sublayers(
    kind: type[Kind],
    values: dict[str, Any],
    defaults: Mapping[str, Any],
    known: Mapping[str, type[Kind]],
    unnamed: Counter[str],
) -> Iterator[LayerError]:
    """Bind the arguments that are layers, in place; yield the errors of those that fail."""
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
    """Bind a layer written as an argument: a kind, or a mapping from a kind to its arguments."""
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
"""A placeholder for a layer whose errors are reported, so that other arguments are checked."""


def _complete(kind: type[Kind], values: dict[str, Any], defaults: Mapping[str, Any]) -> None:
    """Add the network's defaults, and lower-case the words that Keras takes in any case."""
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
    """Whether the kind's dtype is a policy, and not a plain dtype like that of an input."""
    return "dtype" not in kind.__struct_fields__ or bool(kind.quantizes)


def _policy(kind: type[Kind], dtype: Any) -> Policy | None:
    """The policy that a dtype stands for; None if it is invalid."""
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
    """Check each argument separately, since the conversion of all stops at the first error."""
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
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
def _types(kind: type[Kind]) -> Mapping[str, Any]:
    """The types of a kind's arguments, in order; `msgspec.structs.fields` is slower."""
    found = ChainMap(*(inspect.get_annotations(base, eval_str=True) for base in kind.__mro__))
    return {name: found[name] for name in kind.__struct_fields__}


@functools.cache
def sublayer_fields(kind: type[Kind]) -> Mapping[str, int]:
    """The arguments of a kind that are layers, with their positions."""
    types = _types(kind).items()
    return {name: i for i, (name, type_) in enumerate(types) if mentions(type_, LayerInstance)}


def default_of(field: msgspec.structs.FieldInfo) -> Any:
    """An argument's default as a JSON value; the argument must have one."""
    has_factory = field.default_factory is not msgspec.NODEFAULT
    default = field.default_factory() if has_factory else field.default
    return list(default) if isinstance(default, tuple) else default


def mentions(type_: Any, wanted: Any) -> bool:
    """Whether a type is the wanted one or contains it."""
    return type_ is wanted or any(mentions(arg, wanted) for arg in get_args(type_))


@functools.cache
def per_axis_fields(kind: type[Kind]) -> tuple[str, ...]:
    """The arguments of a kind that take one value per spatial axis."""
    return _fields_marked(kind, PER_AXIS)


@functools.cache
def serialized_fields(kind: type[Kind]) -> tuple[str, ...]:
    """The arguments of a kind that may be serialized Keras objects."""
    return _fields_marked(kind, SERIALIZED)


def _fields_marked(kind: type[Kind], mark: Meta) -> tuple[str, ...]:
    return tuple(name for name, type_ in _types(kind).items() if _is_marked(type_, mark))


def _is_marked(type_: Any, mark: Meta) -> bool:
    return mark in getattr(type_, "__metadata__", ()) or (
        get_origin(type_) in {Union, UnionType}
        and any(_is_marked(arg, mark) for arg in get_args(type_))
    )


def _unfit(kind: type[Kind], name: str, value: Any) -> Iterator[LayerError]:
    """Check what a type can't express: the length of a list per axis, the form of an object."""
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
    """Whether Keras would deserialize this, as a class or a function by name."""
    wanted = str if value.get("class_name") == "function" else dict | None
    return "class_name" in value and isinstance(value.get("config", 0), wanted)
