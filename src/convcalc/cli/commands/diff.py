"""`convcalc diff`: what changed between two models, layer by layer."""

import enum
import sys
from typing import Annotated

import typer

from convcalc.cli.exit import Exit
from convcalc.cli.locked_models import LockedModels
from convcalc.cli.models import STDIN, Changes
from convcalc.cli.options import Batch, Input, Kinds, Set, read_inputs, read_variables
from convcalc.cli.revisions import read_revision
from convcalc.cli.terminal import paint_for, width_of, write
from convcalc.differences import compare
from convcalc.render import difference as renderers
from convcalc.render.layout import Layout

Format = enum.StrEnum("Format", renderers.RENDERERS.choices())  # type: ignore[misc]
_TEXT = Format("text")

_NARROWEST, _WIDTH_OF_FILES = 60, 80
_SIDE = "A model or a lock: a file, - for standard input, or REV:path of the git repository."


def command(
    old: Annotated[str, typer.Argument(metavar="OLD", help=_SIDE)],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Likewise.")],
    format_: Annotated[Format, typer.Option("--format", help="The output format.")] = _TEXT,
    exit_code: Annotated[  # noqa: FBT002 (typer calls it by name)
        bool, typer.Option("--exit-code", help="Exit with 1 if the models differ, as git does.")
    ] = False,
    set_: Set = None,
    input_: Input = None,
    batch: Batch = None,
    kinds: Kinds = None,
) -> None:
    """Tell what changed between two models, layer by layer."""
    if old == new == STDIN:
        raise typer.BadParameter("only one of the models can be standard input")
    changes = Changes(read_variables(set_), read_inputs(input_), batch)
    models = LockedModels(kinds, changes, reader=read_revision)
    status = Exit.OK
    sides = models.read_sides(old, new)
    if sides:
        difference = compare(*sides)
        layout = Layout(width=_width(), paint=paint_for(sys.stdout))
        write(renderers.render(format_.value, difference, layout))
        if exit_code and not difference.is_empty:
            status = Exit.FAULTY
    models.print_faults()
    raise typer.Exit(max(status, models.status))


def _width() -> int:
    return max(width_of(sys.stdout) or _WIDTH_OF_FILES, _NARROWEST)
