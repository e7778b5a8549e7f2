"""Reads the declarations of a spec: variables, layer kinds and blocks."""

import keyword
from collections.abc import Iterator, Mapping
from typing import Any

from convcalc.diagnostics import did_you_mean
from convcalc.documents.document import Value
from convcalc.documents.faults import Faults
from convcalc.expressions import FUNCTIONS
from convcalc.formats.spec.blocks import Block
from convcalc.formats.spec.entries import KEYS
from convcalc.formats.spec.values import FaultyValueError, Values
from convcalc.layers import built_in
from convcalc.layers.declared import REQUIRED, Declared, WeightDeclaration, declare
from convcalc.layers.kind import Kind, snake_case
from convcalc.network import UsageError

RESERVED = frozenset({"i", "input", "inputs", "true", "false", "null", *FUNCTIONS})
"""Names with a fixed meaning in every expression."""


def read_variables(
    value: Value | None, replaced: Mapping[str, Any], values: Values
) -> dict[str, Any]:
    """Read `vars`; each variable may be an expression over the variables before it.

    Raises UsageError if `replaced` has an unknown variable.
    """
    declared = dict(_mapping(value, "vars", values.faults))
    for name in replaced:
        if name not in declared:
            known = f"the variables are {', '.join(declared)}" if declared else "it has none"
            help = did_you_mean(name, declared) or known
            raise UsageError(f"there is no variable {name!r}; {help}")
    found: dict[str, Any] = {}
    for name, part in declared.items():
        if not _is_name(name) and value is not None:
            _refuse_name(value.key(name), name, values.faults)
        elif name in replaced:
            found[name] = replaced[name]
        else:
            try:
                found[name] = values.plain(part, found)
            except FaultyValueError:
                values.faulty.add(name)
                continue
            if isinstance(found[name], dict):
                values.faulty.add(name)
                message = f"variable {name} must be a number, string, boolean or list"
                values.faults.add(part, "wrong-type", message)
    return found


def read_blocks(
    value: Value | None, faults: Faults, taken: frozenset[str], broken: dict[str, str]
) -> dict[str, Block]:
    """Read `blocks` by name; `broken` receives the fault code of each faulty block."""
    blocks = {}
    for name, part in _mapping(value, "blocks", faults):
        found = len(faults.found)
        if name in taken and value is not None:
            message = f"there is a layer kind {name!r} already"
            faults.add(value.key(name), "duplicate-name", message)
        elif not _names_layers(name) and value is not None:
            _refuse_layer_name(value.key(name), name, faults)
        elif not part.is_mapping:
            message = f"block {name!r} must be a mapping with `layers`"
            faults.add(part, "wrong-type", message)
        else:
            block = _read_block(name, part, faults)
            if block is not None:
                blocks[name] = block
        if len(faults.found) > found:
            broken[name] = faults.found[found].code
            blocks.pop(name, None)
    return blocks


def _read_block(name: str, value: Value, faults: Faults) -> Block | None:
    faults.unknown_keys(value, ("args", "layers", "outputs"), f"block {name!r}")
    layers = value.get("layers")
    if layers is None or not layers.is_list:
        faults.add(layers or value, "missing-layers", f"block {name!r} needs a list of `layers`")
        return None
    args = {}
    for arg, default in _mapping(value.get("args"), "args", faults):
        if _is_name(arg):
            args[arg] = None if default.plain is None and default.text == "" else default
        else:
            _refuse_name(value.parts["args"][1].key(arg), arg, faults)
    return Block(name, args, layers, value.get("outputs"))


def read_kinds(
    value: Value | None, variables: Mapping[str, Any], values: Values, broken: dict[str, str]
) -> dict[str, type[Kind]]:
    """Read `kinds` by name; `broken` receives the fault code of each faulty kind."""
    found = {}
    for name, part in _mapping(value, "kinds", values.faults):
        before = len(values.faults.found)
        if built_in(name) and value is not None:
            message = f"there is a layer kind {name!r} already"
            values.faults.add(value.key(name), "duplicate-name", message)
        elif not _names_layers(name) and value is not None:
            _refuse_layer_name(value.key(name), name, values.faults)
        elif not part.is_mapping:
            message = f"kind {name!r} must be a mapping with `output`"
            values.faults.add(part, "wrong-type", message)
        else:
            found[name] = _read_kind(name, part, variables, values)
        if len(values.faults.found) > before:
            broken[name] = values.faults.found[before].code
            found.pop(name, None)
    return found


def _read_kind(name: str, value: Value, variables: Mapping[str, Any], values: Values) -> type[Kind]:
    faults = values.faults
    faults.unknown_keys(value, ("args", "weights", "output", "macs"), f"kind {name!r}")
    args: dict[str, Any] = {}
    for arg, default in _mapping(value.get("args"), "args", faults):
        if not _is_name(arg) or hasattr(Declared, arg):
            _refuse_name(value.parts["args"][1].key(arg), arg, faults)
        elif default.plain is None and default.text == "":
            args[arg] = REQUIRED
        else:
            try:
                args[arg] = values.plain(default, variables)
            except FaultyValueError:
                args[arg] = None
    weights = {
        weight: declaration
        for weight, part in _mapping(value.get("weights"), "weights", faults)
        if (declaration := _read_weight(weight, part, faults))
    }
    output = value.get("output")
    if output is None:
        faults.add(value, "missing-output", f"kind {name!r} needs an `output`", "such as =input")
    elif not (output.is_list or output.is_expression):
        message = "output must be a list of dimensions or an expression"
        faults.add(output, "wrong-type", message)
    return declare(
        name,
        args,
        weights,
        output.plain if output else "=input",
        _read_macs(value.get("macs"), faults),
        variables,
    )


def _read_macs(value: Value | None, faults: Faults) -> Any:
    """Read `macs`: a number, an expression, or None if missing."""
    if value is None or value.plain is None or value.is_expression:
        return value and value.plain
    is_whole = type(value.plain) is int
    if not is_whole or value.plain < 0:
        message = "macs must be a whole number of at least 0, or an expression"
        faults.add(value, "wrong-value" if is_whole else "wrong-type", message)
    return value.plain


def _read_weight(name: str, value: Value, faults: Faults) -> WeightDeclaration | None:
    if value.is_list or value.is_expression:
        return WeightDeclaration(value.plain)
    shape = value.get("shape") if value.is_mapping else None
    if shape is None or not (shape.is_list or shape.is_expression):
        message = f"weight {name!r} must be a shape, or a mapping with `shape`"
        faults.add(value, "wrong-type", message)
        return None
    faults.unknown_keys(value, ("shape", "trainable"), f"weight {name!r}")
    trainable = value.get("trainable")
    if trainable is not None and not isinstance(trainable.plain, bool):
        faults.add(trainable, "wrong-type", "trainable must be true or false")
        return None
    return WeightDeclaration(shape.plain, trainable is None or trainable.plain)


def _mapping(value: Value | None, what: str, faults: Faults) -> Iterator[tuple[str, Value]]:
    """Yield the names and values of an optional mapping."""
    if value is None or value.plain is None:
        return
    if not value.is_mapping:
        faults.add(value, "wrong-type", f"{what} must be a mapping from names")
        return
    for name, (_, part) in value.parts.items():
        yield name, part


def _is_name(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name) and name not in RESERVED


def _refuse_name(place: Value, name: str, faults: Faults) -> None:
    faults.add(
        place,
        "wrong-value",
        f"{name!r} can't be used as a name in expressions",
        "use letters, digits and underscores, and no reserved word",
    )


def _names_layers(name: str) -> bool:
    """Whether default layer names can be built from this name."""
    return name.isprintable() and snake_case(name) != "" and name not in ("share", *KEYS)


def _refuse_layer_name(place: Value, name: str, faults: Faults) -> None:
    message = f"{name!r} can't be used as the name of a layer kind or block"
    faults.add(place, "wrong-value", message, "use letters, digits and underscores")
