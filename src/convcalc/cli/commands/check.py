"""`convcalc check`: what models must come to."""

import enum
import sys
from typing import Annotated

import typer

from convcalc.cli.exit import Exit
from convcalc.cli.options import Kinds
from convcalc.cli.terminal import paint_for
from convcalc.render import findings as formats

# Typer takes choices as an enumeration; the formats themselves are the list.
Format = enum.StrEnum("Format", {name: name for name in formats.formats()})  # type: ignore[misc]
_TEXT = Format("text")


def command(
    model: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[MODEL...]",
            help="Files, folders and patterns; without any, what convcalc.yaml names.",
        ),
    ] = None,
    expect: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Also hold each model against what FILE expects."),
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="The output format.")] = _TEXT,
    exit_zero: Annotated[  # noqa: FBT002 (typer calls it by name)
        bool, typer.Option("--exit-zero", help="Exit with 0 whatever is found.")
    ] = False,
    kinds: Kinds = None,
) -> None:
    """Hold models against what they must come to."""
    from convcalc.cli.checking import Checking  # noqa: PLC0415 (start-up time)
    from convcalc.cli.models import Models  # noqa: PLC0415 (start-up time)

    models = Models(kinds)
    models.print_faults()
    if models.status:
        raise typer.Exit(models.status)
    checking = Checking(models.kinds)
    if expect is not None:
        checking.expect(expect)
    if model:
        checking.check_arguments(model)
    else:
        checking.check_all()
    if checking.checked or not checking.complaints:
        layout = formats.Layout(texts=checking.texts(), paint=paint_for(sys.stdout))
        sys.stdout.write(formats.render(format_.value, checking.checked, layout))
        sys.stdout.flush()
    checking.print_complaints()
    forgiven = exit_zero and checking.status == Exit.FAULTY
    raise typer.Exit(Exit.OK if forgiven else checking.status)
