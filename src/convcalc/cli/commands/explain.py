"""`convcalc explain`: why a layer has its shape and weights."""

import enum
import os
import re
import sys
from typing import Annotated

import typer

from convcalc import api
from convcalc.cli.models import Changes, Models
from convcalc.cli.options import Batch, Input, Kinds, Set, read_inputs, read_variables
from convcalc.cli.terminal import paint_for, text_width, write
from convcalc.diagnostics import SpecError
from convcalc.explanations import explain, explain_all
from convcalc.network import UsageError
from convcalc.render import explanation as renderers
from convcalc.render.layout import Layout

Format = enum.StrEnum("Format", renderers.RENDERERS.choices())  # type: ignore[misc]
_TEXT = Format("text")


def _complete_layer(ctx: typer.Context, incomplete: str) -> list[str]:
    """The model's layers that begin so; none if the model can't be read."""
    # The shell passes the argument as typed, so `~` is still in it.
    model = os.path.expanduser(ctx.params["model"])  # noqa: PTH111 (which raises for ~nobody)
    try:
        network = api.load(model, kinds=ctx.params["kinds"])
    except (OSError, SpecError):
        return []
    # A shell evaluates completions, so names with any character special to shells are left out.
    return [
        node.name
        for node in network.nodes
        if node.name.startswith(incomplete) and re.fullmatch(r"[\w./-]+", node.name)
    ]


def command(
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="The file to read; - is standard input.")
    ],
    layer: Annotated[
        str | None,
        typer.Argument(
            metavar="[LAYER]",
            help="The layer's name; without one, all are told.",
            autocompletion=_complete_layer,
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="POSITION",
            help="Tell what an output position reads: a number from 0 on for each axis, as in 3,4.",
        ),
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="The output format.")] = _TEXT,
    set_: Set = None,
    input_: Input = None,
    batch: Batch = None,
    kinds: Kinds = None,
) -> None:
    """Explain why a layer has its shape and its weights, step by step."""
    position = _position(at, layer)
    models = Models(kinds, Changes(read_variables(set_), read_inputs(input_), batch))
    analysis = models.read(model)
    if analysis and analysis.readable:
        layout = Layout(width=text_width(sys.stdout), paint=paint_for(sys.stdout))
        if layer is None:
            write(renderers.render_brief(format_.value, list(explain_all(analysis)), layout))
        else:
            try:
                one = explain(analysis, layer, position)
            except UsageError as error:
                raise typer.BadParameter(str(error)) from error
            write(renderers.render(format_.value, one, layout))
    models.print_faults()
    raise typer.Exit(models.status)


def _position(text: str | None, layer: str | None) -> list[int] | None:
    """Read a position in an output: an index per axis. Raises typer.BadParameter."""
    if text is None:
        return None
    if layer is None:
        raise typer.BadParameter("a position is one of a layer: name it", param_hint="--at")
    numbers = [number.strip() for number in text.split(",")]
    if not all(number.isdecimal() and len(number) < 19 for number in numbers):
        message = f"{text!r} is not a position such as 3,4"
        raise typer.BadParameter(message, param_hint="--at")
    return [int(number) for number in numbers]
