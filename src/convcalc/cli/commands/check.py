"""`convcalc check`: whether models come to what they are expected to."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from convcalc.cli.exit import Exit
from convcalc.cli.options import Batch, Input, Kinds, Model, Set, read_inputs, read_variables
from convcalc.cli.terminal import paint_for
from convcalc.shapes import format_count


def command(
    model: Model,
    exit_zero: Annotated[  # noqa: FBT002 (typer calls it by name)
        bool, typer.Option("--exit-zero", help="Exit with status 0 whatever is found.")
    ] = False,
    set_: Set = None,
    input_: Input = None,
    batch: Batch = None,
    kinds: Kinds = None,
) -> None:
    """Hold models against their `expect`, their locks, and the warnings of convcalc.yaml."""
    from convcalc import configuration  # noqa: PLC0415 (start-up time)
    from convcalc.cli.models import Changes, Models  # noqa: PLC0415 (start-up time)
    from convcalc.render.drifts import render  # noqa: PLC0415 (start-up time)

    changes = Changes(read_variables(set_), read_inputs(input_), batch)
    models = Models(kinds, changes, expect=True)
    path = configuration.find(Path.cwd())
    asked = () if path is None else models.warnings(path)
    if asked is None:
        models.print_faults()
        raise typer.Exit(Exit.USAGE)
    models.warn = asked
    wrong = 0
    for name in model:
        read = models.read(name)
        if read is None:
            continue
        drifts = models.drifted(name, read.report)
        warned = any(found.code in asked for found in read.report.diagnostics)
        wrong += not read.report.ok or warned or bool(drifts)
        models.print_faults()
        sys.stdout.write(render(drifts, paint_for(sys.stdout)))
    models.print_faults()
    if models.status == Exit.USAGE:
        raise typer.Exit(Exit.USAGE)
    counted = format_count(len(model), "model")
    sys.stdout.write(f"{wrong:,} of {counted} at fault\n" if wrong else f"{counted} in order\n")
    sys.stdout.flush()
    raise typer.Exit(Exit.FAULTY if wrong and not exit_zero else Exit.OK)
