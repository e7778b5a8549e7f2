"""Blocks: reusable groups of layers with arguments."""

from collections.abc import Mapping
from typing import Any

import msgspec

from convcalc.diagnostics import FEW, closest, listed
from convcalc.documents.document import Value
from convcalc.documents.faults import Faults
from convcalc.expressions import with_names
from convcalc.formats.spec.entries import Entry
from convcalc.formats.spec.names import Scope
from convcalc.formats.spec.values import FaultyValueError, Values


class Block(msgspec.Struct):
    """A declared block; arguments without a default are None."""

    name: str
    args: dict[str, Value | None]
    layers: Value
    outputs: Value | None = None


def bind_block(
    block: Block, entry: Entry, scope: Scope, variables: Mapping[str, Any], values: Values
) -> Mapping[str, Any]:
    """Return the names visible in a block: variables, its arguments, and `i` in a repeat.

    A given argument may use the names visible where the block is used; a default may use
    variables and the arguments before it. Raises FaultyValueError after reporting every fault.
    """
    given, misspelt, faulty = _given(block, entry, values.faults)
    own: dict[str, Any] = {"i": scope.values["i"]} if "i" in scope.values else {}
    seen = with_names(variables, own)
    for name, default in block.args.items():
        source = given.get(name, default)
        if source is None:
            if name not in misspelt:
                message = f"{block.name} needs the argument {name}"
                values.faults.add(entry.kind_value, "missing-argument", message)
            faulty = True
            continue
        try:
            own[name] = values.plain(source, scope.values if name in given else seen)
        except FaultyValueError:
            faulty = True
    if faulty:
        raise FaultyValueError
    return seen


def _given(
    block: Block, entry: Entry, faults: Faults
) -> tuple[dict[str, Value], set[str | None], bool]:
    """Return the given arguments, the likely names of misspelt ones, and whether any is wrong."""
    names = list(block.args)
    positional = entry.arguments.positional
    misspelt: set[str | None] = set()
    faulty = len(positional) > len(names)
    if faulty:
        message = f"{block.name} has {len(names)} arguments; {len(positional)} are given"
        faults.add(positional[len(names)], "too-many-arguments", message)
    given = dict(zip(names, positional, strict=False))
    for name, value in entry.arguments.named.items():
        if name in block.args:
            given[name] = value
            continue
        meant = closest(name, names) if len(faults.found) < FEW else None
        known = f"its arguments are {listed(names)}" if names else "it has none"
        help = f"did you mean {meant}?" if meant else known
        message = f"{block.name} has no argument {name!r}"
        faults.add(entry.argument_name(name), "unknown-argument", message, help)
        misspelt.add(meant)
        faulty = True
    return given, misspelt, faulty
