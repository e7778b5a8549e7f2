"""Binding: from arguments as they are written to a layer with typed, checked fields."""

import functools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec

from convcalc.diagnostics import brief, closest, did_you_mean
from convcalc.dtypes import BITS, MIXED, variable_dtype
from convcalc.layers import kinds
from convcalc.layers.descriptions import MOST_CHOICES, choices, describe
from convcalc.layers.kind import LARGEST, PER_AXIS, Bound, Kind, LayerError, Step, snake_case

COMMON = ("name", "trainable", "dtype", "autocast", "activity_regularizer")
"""Arguments that Keras gives every layer; a kind need not declare them."""


def bind(
    kind: type[Kind],
    positional: Sequence[Any],
    named: Mapping[str, Any],
    defaults: Mapping[str, Any],
    known: Mapping[str, type[Kind]] | None = None,
) -> Bound:
    """Make a layer of a kind from its arguments as written.

    `defaults` are the network's own for arguments that a kind has and the layer leaves out;
    `known` are the kinds that an argument which is itself a layer may be of.
    Raises ExceptionGroup of LayerError: every independent fault of the arguments.
    """
    names = kind.__struct_fields__
    if len(positional) > len(names):
        raise ExceptionGroup("too many arguments", [_too_many(kind, positional)])
    values: dict[str, Any] = {**dict(zip(names, positional, strict=False)), **named}
    common = {name: values.pop(name) for name in COMMON if name in values and name not in names}
    _complete(kind, values, defaults)
    dtype = common.get("dtype", values.get("dtype"))
    if dtype is None:
        dtype = defaults.get("dtype", "float32")
    trainable = common.get("trainable", True)
    errors = list(_common_errors(dtype, trainable))
    sublayers = sublayer_fields(kind)
    if sublayers:
        errors += _bind_sublayers(sublayers, values, defaults, known or kinds())
    try:
        layer = msgspec.convert(values, kind)
        for name in per_axis_fields(kind):
            errors += _axis_count_errors(kind, name, getattr(layer, name))
        if not errors:
            layer.validate()
    except msgspec.ValidationError:
        errors += _argument_errors(kind, values)
    except LayerError as error:
        errors.append(error)
    if errors:
        raise ExceptionGroup(
            f"the arguments of {kind.__name__}", [error.of(kind) for error in errors]
        )
    name = common.get("name") or snake_case(kind.__name__)
    return Bound(layer, str(name), variable_dtype(dtype) or "float32", bool(trainable))


def _bind_sublayers(
    fields: Mapping[str, int],
    values: dict[str, Any],
    defaults: Mapping[str, Any],
    known: Mapping[str, type[Kind]],
) -> Iterator[LayerError]:
    """Make layers of the arguments that are some; what is at fault is reported and left out."""
    for name, index in fields.items():
        written = values.get(name)
        if written is None:
            continue
        several = isinstance(written, list)
        counts: Counter[str] = Counter()
        bound = []
        faulty = False
        for item, one in enumerate(written if several else [written]):
            step = Step(name, index, item if several else None)
            try:
                sublayer = _sublayer(one, name, defaults, known)
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
                count = counts[sublayer.name]
                counts[sublayer.name] += 1
                unique = f"{sublayer.name}_{count}" if count else sublayer.name
                bound.append(msgspec.structs.replace(sublayer, name=unique, step=step))
        if faulty:
            values[name] = FAULTY if not several else (FAULTY,)
        else:
            values[name] = tuple(bound) if several else bound[0]


def _sublayer(
    written: Any, argument: str, defaults: Mapping[str, Any], known: Mapping[str, type[Kind]]
) -> Bound:
    """A layer as an argument: a kind, or a mapping from a kind to its arguments."""
    named = {written: None} if isinstance(written, str) else written
    if not isinstance(named, dict) or len(named) != 1:
        raise LayerError(
            "wrong-type",
            f"{argument} must be a layer, not {brief(written)}",
            argument=argument,
            help="a kind, alone or with its arguments, such as {LSTM: {units: 4}}",
        )
    ((name, arguments),) = named.items()
    kind = known.get(name)
    if kind is None:
        help = did_you_mean(str(name), known)
        error = LayerError("unknown-layer", f"there is no layer kind {name!r}", help=help)
        raise ExceptionGroup("the kind of a layer", [error])
    if isinstance(arguments, dict):
        return bind(kind, (), arguments, defaults, known)
    if isinstance(arguments, list):
        return bind(kind, arguments, {}, defaults, known)
    return bind(kind, () if arguments is None else (arguments,), {}, defaults, known)


FAULTY = Bound(Kind(), "")
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
    written = ", ".join(map(str, positional))
    return LayerError(
        "too-many-arguments",
        f"{kind.__name__} has {_plural(len(names), 'argument')}, but {len(positional)} are given",
        help=f"to give {names[0]} a list, write {{{names[0]}: [{written}]}}" if names else None,
    )


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _common_errors(dtype: Any, trainable: Any) -> Iterator[LayerError]:
    if not isinstance(trainable, bool):
        yield LayerError(
            "wrong-type",
            f"trainable must be true or false, not {trainable!r}",
            argument="trainable",
        )
    if not isinstance(dtype, str) or variable_dtype(dtype) is None:
        yield LayerError(
            "wrong-value",
            f"{dtype!r} is not a data type",
            argument="dtype",
            help=did_you_mean(str(dtype), (*BITS, *MIXED)),
        )


def _argument_errors(kind: type[Kind], values: Mapping[str, Any]) -> Iterator[LayerError]:
    """Say what is wrong with each argument by itself: the conversion as a whole stops at one."""
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
            yield _wrong(kind, field, values[name], error)
        else:
            if name in per_axis_fields(kind):
                yield from _axis_count_errors(kind, name, value)


def _wrong(
    kind: type[Kind], field: msgspec.structs.FieldInfo, value: Any, error: msgspec.ValidationError
) -> LayerError:
    wrong_type = ", got" in str(error)
    if isinstance(value, int) and value > LARGEST:
        return LayerError(
            "wrong-value", f"{field.name} is larger than 2^63 − 1", argument=field.name
        )
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
def sublayer_fields(kind: type[Kind]) -> Mapping[str, int]:
    """The arguments of a kind that are layers themselves, each with its position."""
    return {
        field.name: index
        for index, field in enumerate(msgspec.structs.fields(kind))
        if _mentions(field.type, Bound)
    }


def _mentions(type_: Any, wanted: Any) -> bool:
    return type_ is wanted or any(_mentions(arg, wanted) for arg in get_args(type_))


@functools.cache
def per_axis_fields(kind: type[Kind]) -> tuple[str, ...]:
    """The arguments of a kind that take one value per spatial axis."""
    return tuple(
        field.name for field in msgspec.structs.fields(kind) if _mentions_per_axis(field.type)
    )


def _mentions_per_axis(type_: Any) -> bool:
    return PER_AXIS in getattr(type_, "__metadata__", ()) or (
        get_origin(type_) in {Union, UnionType} and any(map(_mentions_per_axis, get_args(type_)))
    )


def _axis_count_errors(kind: type[Kind], name: str, value: Any) -> Iterator[LayerError]:
    if isinstance(value, tuple) and len(value) != kind.rank:
        yield LayerError(
            "wrong-value",
            f"{name} must be one value or a list of {kind.rank} (one per axis), but the list "
            f"has {len(value)}",
            argument=name,
        )
