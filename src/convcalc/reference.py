"""The reference of each kind of layer as data, read from the classes."""

import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from inspect import Parameter
from typing import Any

import msgspec

from convcalc import layers
from convcalc.layers.binding import COMMON
from convcalc.layers.descriptions import choices, describe
from convcalc.layers.kind import OPERATION, Kind

EVERY_LAYER_HAS = COMMON
"""The names of the arguments that every layer has."""


class Argument(msgspec.Struct, frozen=True):
    """An argument of a kind.

    `choices` are all the words that it allows; `type` may abbreviate them. `default` is also None
    for a `required` argument. `of_call` marks one that Keras takes when the layer is called.
    """

    name: str
    type: str
    default: Any
    required: bool
    of_call: bool
    choices: tuple[str, ...]


class Input(msgspec.Struct, frozen=True):
    """A parameter of a kind's call: one tensor, or `several`."""

    name: str
    optional: bool
    several: bool


class KindReference(msgspec.Struct, frozen=True):
    """A kind of layer: the parts of its docstring, and its arguments and inputs.

    `aliases` are Keras's other names for it. `merges` marks a kind that is called on a list.
    `common` are the arguments that it only has because every layer has them.
    """

    name: str
    family: str
    description: str
    arguments: tuple[Argument, ...]
    common: tuple[str, ...]
    inputs: tuple[Input, ...]
    merges: bool
    output: str
    weights: str
    source: str
    aliases: tuple[str, ...] = ()


class Family(msgspec.Struct, frozen=True):
    """The kinds of one module, sorted by name; the title is the module's docstring."""

    name: str
    title: str
    kinds: tuple[KindReference, ...]


def families() -> tuple[Family, ...]:
    """All kinds by family, layers before operations."""
    return (*_families(layers.kinds()), *_families(layers.operations()))


def find(name: str) -> KindReference | None:
    """Find a kind by its name or alias, ignoring case; None if it is unknown."""
    is_operation = name.lower().startswith(OPERATION)
    kinds = layers.operations() if is_operation else layers.kinds()
    names = {**layers.aliases(), **{known: known for known in kinds}}
    by_folded = {written.casefold(): known for written, known in names.items()}
    known = by_folded.get(name.casefold())
    return None if known is None else describe_kind(kinds[known])


def names() -> tuple[str, ...]:
    """The names of all kinds."""
    return (*layers.kinds(), *layers.operations())


def describe_kind(kind: type[Kind]) -> KindReference:
    """Read the reference of a kind from its class."""
    description, output, weights, source = _documentation(kind)
    return KindReference(
        name=kind.__name__,
        family=_family(kind),
        description=description,
        arguments=tuple(_arguments(kind)),
        common=tuple(name for name in COMMON if name not in kind.__struct_fields__),
        inputs=tuple(_inputs(kind)),
        merges=kind.merges,
        output=output,
        weights=weights,
        source=source,
        aliases=kind.__dict__.get("aliases", ()),
    )


def _families(kinds: Mapping[str, type[Kind]]) -> Iterator[Family]:
    by_module: dict[str, list[type[Kind]]] = {}
    for kind in kinds.values():
        by_module.setdefault(kind.__module__, []).append(kind)
    for module, members in sorted(by_module.items()):
        first = next(iter((sys.modules[module].__doc__ or "").splitlines()), "")
        yield Family(_family(members[0]), first.removesuffix("."), tuple(_by_name(members)))


def _by_name(kinds: Iterable[type[Kind]]) -> Iterator[KindReference]:
    for kind in sorted(kinds, key=lambda kind: kind.__name__.casefold()):
        yield describe_kind(kind)


def _family(kind: type[Kind]) -> str:
    return kind.__module__.removeprefix(f"{layers.__name__}.")


def _documentation(kind: type[Kind]) -> tuple[str, str, str, str]:
    """Split a kind's docstring into description, output, weights and source."""
    text = " ".join((kind.__doc__ or "").split()).replace(" No weights.", " Weights: none.")
    text, _, source = text.partition(" Source: ")
    description, _, rule = text.partition(" Output: ")
    output, weights, *_ = (*re.split(" Weights[:,] ", rule, maxsplit=1), "")
    return description, output.removesuffix("."), weights.removesuffix("."), source


def _arguments(kind: type[Kind]) -> Iterator[Argument]:
    for field in msgspec.structs.fields(kind):
        yield Argument(
            name=field.name,
            type=describe(field.type, kind.rank),
            default=None if field.required else field.default,
            required=field.required,
            of_call=field.name in kind.call_arguments,
            choices=tuple(choice for choice in choices(field.type) if isinstance(choice, str)),
        )


def _inputs(kind: type[Kind]) -> Iterator[Input]:
    _self, *parameters = inspect.signature(kind.infer).parameters.values()
    for parameter in parameters:
        several = parameter.kind is Parameter.VAR_POSITIONAL
        optional = parameter.default is not Parameter.empty
        yield Input(parameter.name, optional, several)
