"""Reading lock files, with the place of every value."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from convcalc.diagnostics import Span, SpecError
from convcalc.documents import document
from convcalc.documents.document import Value
from convcalc.documents.faults import Faults
from convcalc.layers.argument_types import LARGEST
from convcalc.locks.lock import (
    FLOAT32,
    SCHEMA,
    TOTALS,
    Lock,
    LockedInput,
    LockedLayer,
    LockedWeight,
)
from convcalc.shapes import Shape

_KEYS = ("schema", "model", "inputs", "outputs", "layers", "totals")
_IN_ONE_LINE = ("model", "outputs")
_OF_LAYER = ("kind", "output", "outputs", "shares", "dtype", "weights", "non_trainable")
_OF_SIZED = ("shape", "dtype")
HELP = "`convcalc lock` writes it anew"


class LockFile(msgspec.Struct, frozen=True):
    """A lock read from the file `source`, with the places of its values."""

    lock: Lock
    source: str
    places: Mapping[tuple[str, ...], Span]

    def span(self, *keys: str) -> Span | None:
        """The place of the value at these keys, or of the nearest one that encloses it."""
        while keys and keys not in self.places:
            keys = keys[:-1]
        return self.places.get(keys)


def recognizes(data: bytes) -> bool:
    """Whether a file is a lock of any version, even an invalid one with merge conflicts."""
    return re.search(rb"^schema:[ \t]*[\"']?convcalc\.lock/", data, re.MULTILINE) is not None


def read(data: bytes, source: str) -> LockFile:
    """Read a lock file. Raises SpecError with every fault."""
    faults = Faults()
    try:
        root = document.read(document.decode(data))
        lock, places = _Reading(faults).lock(root)
    except SpecError as error:
        raise SpecError(error.diagnostics, source) from error
    if faults.found:
        raise SpecError(faults.found, source)
    return LockFile(lock, source, places)


class _Reading:
    """Reads one lock; a faulty value is reported and replaced by an empty one."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.places: dict[tuple[str, ...], Span] = {}

    def lock(self, root: Value | None) -> tuple[Lock, dict[tuple[str, ...], Span]]:
        schema = root.get("schema") if root and root.is_mapping else None
        if root is None or schema is None or schema.plain != SCHEMA:
            place = schema or root or Span(1, 1, 1, 1)
            message = (
                f"{schema.plain!r} is not {SCHEMA}, the schema of a lock"
                if schema
                else f"a lock begins with `schema: {SCHEMA}`"
            )
            self.faults.add(place, "not-a-lock", message, HELP)
            raise SpecError(self.faults.found)
        self.faults.unknown_keys(root, _KEYS, "a lock")
        for key in _KEYS:
            if key in root.parts:
                name, value = root.parts[key]
                self.places[key,] = (value if key in _IN_ONE_LINE else name).span
            else:
                self.faults.add(schema, "not-a-lock", f"there is no `{key}` in this lock", HELP)
        found = Lock(
            model=self.text(root.get("model"), "model"),
            inputs={name: self.input(value, name) for name, value in self.mapping(root, "inputs")},
            outputs=tuple(self.text(each, "outputs") for each in self.items(root.get("outputs"))),
            layers={
                name: self.layer(key, value)
                for name, (key, value) in self.entries(root.get("layers"), "layers")
            },
            totals=self.totals(root),
        )
        return found, self.places

    def input(self, value: Value, name: str) -> LockedInput:
        self.places["inputs", name] = value.span
        shape, dtype = self.sized(value, FLOAT32)
        return LockedInput(None if shape.plain is None else self.shape(shape), dtype)

    def totals(self, root: Value) -> dict[str, int | None]:
        found: dict[str, int | None] = {}
        totals = dict(self.mapping(root, "totals"))
        for name in totals.keys() - set(TOTALS):
            self.faults.add(totals[name], "unknown-key", f"there is no total {name!r}", HELP)
        for name in TOTALS:
            value = totals.get(name)
            if value is None:
                place = root.get("totals") or root
                self.faults.add(place, "not-a-lock", f"there is no total `{name}`", HELP)
                continue
            self.places["totals", name] = value.span
            # A total may exceed the limit of a single weight.
            if value.plain is not None and not (type(value.plain) is int and value.plain >= 0):
                self.faults.add(value, "wrong-type", f"{name} must be a whole number", HELP)
                continue
            found[name] = value.plain
        return found

    def layer(self, key: Value, value: Value) -> LockedLayer:
        name = key.text or ""
        place = ("layers", name)
        self.places[place] = key.span
        if not value.is_mapping:
            message = "a layer is locked as a mapping, such as {kind: ReLU, output: [null, 8]}"
            self.faults.add(value, "wrong-type", message, HELP)
            return LockedLayer("", None)
        self.faults.unknown_keys(value, _OF_LAYER, "a locked layer")
        for part, (_, each) in value.parts.items():
            self.places[*place, part] = each.span
        kind, dtype, shares = (value.get(part) for part in ("kind", "dtype", "shares"))
        if kind is None:
            self.faults.add(key, "not-a-lock", f"there is no kind of {name!r} in this lock", HELP)
        weights: dict[str, LockedWeight] | None = {}
        usual = self.text(dtype, "dtype") if dtype else FLOAT32
        for part, trainable in (("weights", True), ("non_trainable", False)):
            some = value.get(part)
            if some is not None and some.plain is None and part == "weights":
                weights = None
            for path, (name_of, each) in self.entries(some, part) if some else ():
                if weights is None or path in weights:
                    self.faults.add(name_of, "duplicate-key", f"weight {path!r} is given twice")
                    continue
                self.places[*place, "weights", path] = each.span
                shape, of_weight = self.sized(each, usual)
                weights[path] = LockedWeight(self.sizes(shape), of_weight, trainable)
        return LockedLayer(
            self.text(kind, "kind"),
            self.outputs(key, value),
            weights,
            self.text(shares, "shares") if shares else None,
        )

    def outputs(self, key: Value, layer: Value) -> tuple[Shape, ...] | None:
        one, several = layer.get("output"), layer.get("outputs")
        if (one is None) == (several is None):
            message = "a locked layer has either `output` or `outputs`"
            self.faults.add(key, "not-a-lock", message, HELP)
        if several is not None:
            return tuple(self.shape(each) for each in self.items(several))
        return None if one is None or one.plain is None else (self.shape(one),)

    def sized(self, value: Value, usual: str) -> tuple[Value, str]:
        """Split a value into its shape and its data type, by default `usual`."""
        if not value.is_mapping:
            return value, usual
        self.faults.unknown_keys(value, _OF_SIZED, "a shape with its data type")
        shape, dtype = value.get("shape"), value.get("dtype")
        if shape is None:
            self.faults.add(value, "not-a-lock", "there is no `shape` here", HELP)
        return shape or value, self.text(dtype, "dtype") if dtype else usual

    def shape(self, value: Value) -> Shape:
        """Read a shape; null is an unknown size."""
        sizes = value.plain
        if value.is_list and all(size is None or _is_size(size) for size in sizes):
            return tuple(sizes)
        if not value.is_mapping or "shape" in value.parts:
            self.faults.add(value, "wrong-type", "this must be a shape, a list of sizes", HELP)
        return ()

    def sizes(self, value: Value) -> tuple[int, ...]:
        """Read a shape whose sizes must all be known."""
        shape = self.shape(value)
        if None in shape:
            self.faults.add(value, "wrong-type", "a weight has no size that is unknown", HELP)
        return tuple(size for size in shape if size is not None)

    def text(self, value: Value | None, what: str) -> str:
        if value is None:
            return ""
        if not isinstance(value.plain, str):
            self.faults.add(value, "wrong-type", f"{what} must be text", HELP)
            return ""
        return value.plain

    def items(self, value: Value | None) -> list[Value]:
        if value is None:
            return []
        if not value.is_list:
            self.faults.add(value, "wrong-type", "this must be a list", HELP)
            return []
        return list(value.parts)

    def entries(self, value: Value | None, what: str) -> Any:
        """The entries of a mapping: each name, with its key and value."""
        if value is None or value.plain is None:
            return ()
        if not value.is_mapping:
            self.faults.add(value, "wrong-type", f"{what} must be a mapping", HELP)
            return ()
        return value.parts.items()

    def mapping(self, root: Value, key: str) -> list[tuple[str, Value]]:
        return [(name, value) for name, (_, value) in self.entries(root.get(key), key)]


def _is_size(value: object) -> bool:
    return type(value) is int and 0 <= value <= LARGEST
