"""`convcalc convert`: any model as a spec."""

from typing import Annotated

import typer

from convcalc import api
from convcalc.cli.models import Changes, Models
from convcalc.cli.options import Input, Kinds, Set, read_inputs, read_variables
from convcalc.cli.terminal import write
from convcalc.formats.spec.writer import UnwritableError, renames


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
    spec = _convert(models, model)
    if spec is not None:
        write(spec)
    models.print_faults()
    raise typer.Exit(models.status)


def _convert(models: Models, path: str) -> str | None:
    """A model as a spec; None if it can't be written as one."""
    model = models.read(path)
    if model is None or not model.readable:
        return None
    source = model.report.source
    try:
        text = api.convert(model)
    except UnwritableError as error:
        models.complain(f"can't write {source} as a spec: {error}")
        return None
    for name, new in renames(model.network):
        models.note(f"{source}: {name!r} is called {new!r} in the spec")
    return text
