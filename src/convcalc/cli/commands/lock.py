"""`convcalc lock`: the shapes and weights of models, recorded in a file beside each."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from convcalc.checks.finding import Finding
from convcalc.cli import targets
from convcalc.cli.locked_models import LockedModels
from convcalc.cli.models import STDIN, Changes
from convcalc.cli.options import Batch, Input, Kinds, Set, read_inputs, read_variables
from convcalc.cli.terminal import paint_for, write
from convcalc.diagnostics import SpecError
from convcalc.formats import source_name
from convcalc.locks import files
from convcalc.render.findings.text import render_one
from convcalc.render.printable import printable


def command(
    model: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL...",
            help="Files, folders and patterns; a lock among them stands for its model.",
        ),
    ],
    check: Annotated[  # noqa: FBT002 (typer calls it by name)
        bool, typer.Option("--check", help="Write nothing; tell what is not as it is locked.")
    ] = False,
    set_: Set = None,
    input_: Input = None,
    batch: Batch = None,
    kinds: Kinds = None,
) -> None:
    """Write what each layer of a model comes to into a lock file beside it."""
    models = LockedModels(kinds, Changes(read_variables(set_), read_inputs(input_), batch))
    folders = targets.Folders()
    named: list[str] = []
    for path in model:
        found = folders.expand(path).targets
        named += found
        if not found:
            models.complain(f"there is no model in {source_name(path)}")
    locks = [path for path in named if files.is_lock(path)]
    paths = [path for path in named if path not in locks]
    if locks and not paths and not check:
        raise typer.BadParameter("these are locks: name their models", param_hint="MODEL")
    paths = _without_clashes([*paths, *(_owners(locks) if check else ())])
    drifts: list[Finding] = []
    for path in paths:
        if check:
            drifts += models.drifts(path)
        elif models.lock(path):
            write(f"wrote {printable(source_name(files.path_of(path)))}\n")
    for lock in locks:
        drifts += models.drifts_of_lock(lock)
    paint = paint_for(sys.stdout)
    write("".join(render_one(drift, paint=paint) for drift in drifts))
    models.print_faults()
    raise typer.Exit(models.status)


def _owners(locks: list[str]) -> Iterator[str]:
    """The models of locks; locks without one are reported later."""
    for lock in locks:
        with contextlib.suppress(SpecError, OSError):
            owner = files.owner_of(lock)
            if owner is not None:
                yield str(owner)


def _without_clashes(paths: list[str]) -> list[str]:
    """The models, each once. Raises typer.BadParameter if two of them share a lock."""
    found: dict[str, str] = {}
    for path in paths:
        if path == STDIN:
            message = "standard input can't be locked: there is nothing beside it"
            raise typer.BadParameter(message, param_hint="MODEL")
        lock = files.path_of(path)
        other = found.setdefault(str(lock.absolute()), path)
        if Path(other).name != Path(path).name:
            message = f"{other} and {path} would have the same lock, {lock.name}: rename one"
            raise typer.BadParameter(message, param_hint="MODEL")
    return list(found.values())
