"""`convcalc convert`: a model of any format, written as a spec."""

from typing import Annotated

import typer

from convcalc.cli.models import Changes, Models
from convcalc.cli.options import Input, Kinds, Set, read_inputs, read_variables
from convcalc.cli.terminal import write


def command(
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="The file to read; - is standard input.")
    ],
    set_: Set = None,
    input_: Input = None,
    kinds: Kinds = None,
) -> None:
    """Write a model of any format as a spec."""
    models = Models(kinds, Changes(read_variables(set_), read_inputs(input_)))
    spec = models.convert(model)
    if spec is not None:
        write(spec)
    models.print_faults()
    raise typer.Exit(models.status)
