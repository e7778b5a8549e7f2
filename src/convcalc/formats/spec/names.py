"""Names in a spec: names layers and resolves references to them."""

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from convcalc.diagnostics import brief, did_you_mean
from convcalc.documents.document import Value
from convcalc.formats.spec.values import FaultyValueError, Values
from convcalc.network import UNKNOWN, Suppression, Tensor, next_free

Tensors = tuple[Tensor, ...]
NOWHERE: Tensors = (UNKNOWN,)
"""The tensors of a faulty reference, whose fault has been reported."""
SEVERAL: Tensors = (UNKNOWN, UNKNOWN)
"""Stands above the first layer if there are several inputs, which that layer must tell apart."""

MAX_NAME = 1_000
"""Maximum length of a layer's name in characters."""

_NEAR = 200
"""Number of most recent names to search for the one that was meant."""


class Scope(msgspec.Struct):
    """The context of a list of layers: the prefix of their names, and what they can refer to."""

    prefix: str
    group: str | None
    inputs: Tensors
    values: Mapping[str, Any]
    trainable: bool
    reserved: frozenset[str]
    ignore: tuple[Suppression, ...] = ()
    counts: dict[str, int] = {}
    labels: dict[str, Tensors] = {}


class Names:
    """The full names of a network's layers and groups, with their output tensors."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.faults = values.faults
        self.tensors: dict[str, Tensors] = {}
        self.left_out: set[str] = set()
        """Names of layers that `when` or `repeat` left out."""

    def outputs(self, value: Value, scope: Scope) -> Tensors:
        """Resolve `outputs`."""
        try:
            return self.read(value, scope, "outputs")[0]
        except FaultyValueError:
            return NOWHERE

    def read(
        self, value: Value, scope: Scope, key: str = "from"
    ) -> tuple[Tensors, tuple[str, ...] | None]:
        """Resolve `from`, or `outputs`, to tensors; a mapping also names the call arguments.

        An argument's name is repeated for each item of a list. `outputs` can't be a mapping.
        """
        plain = self.values.plain(value, scope.values)
        if isinstance(plain, str):
            return self.resolve(plain, value, scope), None
        found: list[Tensor] = []
        if isinstance(plain, list) and plain:
            for i, name in enumerate(plain):
                place = value.parts[i] if value.is_list else value
                found += self.resolve_one(name, place, scope)
            return tuple(found), None
        if isinstance(plain, dict) and plain and key == "from":
            names: list[str] = []
            for argument, given in plain.items():
                place = value.parts[argument][1]
                several = given if isinstance(given, list) else [given]
                for i, name in enumerate(several):
                    part = place.parts[i] if place.is_list else place
                    found += self.resolve_one(name, part, scope)[:1]
                names += [argument] * len(several)
            return tuple(found), tuple(names)
        message = f"{key} takes the name of a layer, or a list of names"
        self.faults.add(value, "wrong-type", message)
        raise FaultyValueError

    def resolve_one(self, name: object, place: Value, scope: Scope) -> Tensors:
        if not isinstance(name, str):
            self.faults.add(place, "wrong-type", f"the name of a layer is a string, not {name!r}")
            return NOWHERE
        return self.resolve(name, place, scope)

    def resolve(self, name: str, place: Value, scope: Scope) -> Tensors:
        """Resolve a name to the first output of a layer or group, or to output `k` for `name:k`."""
        whole = self.find(name, scope)
        if whole is not None:
            return whole[:1]
        match = re.fullmatch(r"(.+):([0-9]{1,9})", name)
        whole = self.find(match[1], scope) if match else None
        if match and whole:
            k = int(match[2])
            if len(whole) > 1 or match[1] == "input":
                if k < len(whole):
                    return whole[k : k + 1]
                self.faults.add(
                    place, "unknown-input", f"{match[1]} has outputs 0 to {len(whole) - 1}"
                )
                return NOWHERE
            return (Tensor(whole[0].node, k),) if whole[0] is not UNKNOWN else whole
        if scope.prefix + name in self.left_out:
            message = f"layer {name!r} is left out here"
            help = "its `when` is false, or its `repeat` is 0"
            self.faults.add(place, "unknown-input", message, help)
        elif name in scope.reserved:
            message = f"{name!r} stands further down: a layer reads only what is above it"
            self.faults.add(place, "unknown-input", message, "move it up, or read another layer")
        else:
            meant = self.did_you_mean(name, scope)
            message = f"there is no layer {name!r} to read from"
            self.faults.add(place, "unknown-input", message, meant)
        return NOWHERE

    def find(self, name: str, scope: Scope) -> Tensors | None:
        if name == "input" and scope.inputs:
            return scope.inputs
        return scope.labels.get(name) or self.tensors.get(scope.prefix + name)

    def did_you_mean(self, name: str, scope: Scope) -> str | None:
        """Return help for an unknown name."""
        return did_you_mean(name, [*self._visible(scope)], self.faults.found)

    def _visible(self, scope: Scope) -> Iterator[str]:
        """Yield the names that a layer in a scope could read from."""
        yield from scope.labels
        if scope.inputs:
            yield "input"
        for name in itertools.islice(reversed(self.tensors), _NEAR):
            if name.startswith(scope.prefix):
                yield name[len(scope.prefix) :]

    def label(self, key: Value, label: str, ends: Tensors, scope: Scope) -> None:
        """Name the outputs of a branch; the last branch of that name wins."""
        if scope.prefix + label in self.tensors or label in scope.reserved:
            message = f"there is a layer {label!r} already"
            self.faults.add(key, "duplicate-name", message)
        scope.labels[label] = ends

    def name(self, given: Value | None, scope: Scope, copy: int, default: str) -> str:
        """Return the full name of a layer or group: the given one, or the default with a number."""
        if given is None:
            return self.numbered(default, scope)
        try:
            name = self.values.typed(given, scope.values, str, "name", "a string")
        except FaultyValueError:
            return self.numbered(default, scope)
        if len(name) > MAX_NAME:
            message = f"a name may have at most {MAX_NAME:,} characters"
            self.faults.add(given, "wrong-value", message)
            return self.numbered(default, scope)
        if not name or "/" in name:
            message = f"{brief(name)} can't be a layer's name: / parts blocks from their layers"
            self.faults.add(given, "wrong-value", message if name else "name must not be empty")
            return self.numbered(default, scope)
        if copy and not given.dynamic:
            name = f"{name}_{copy}"
        full = scope.prefix + name
        if full in self.tensors or (name == "input" and scope.inputs):
            self.faults.add(given, "duplicate-name", f"there is a layer {name!r} already")
            if full in self.tensors:
                self.tensors[full] = NOWHERE  # references are ambiguous
            return self.numbered(name, scope)
        return full

    def numbered(self, base: str, scope: Scope) -> str:
        """Return a name that is free in a scope, numbered as in Keras."""
        while True:
            name = next_free(base, scope.counts, scope.reserved)
            if scope.prefix + name not in self.tensors:
                return scope.prefix + name
