"""`convcalc layers`: the list of layer kinds, or the documentation of some."""

import enum
import sys
from typing import Annotated

import typer

from convcalc import reference
from convcalc.cli.terminal import paint_for, text_width, write
from convcalc.diagnostics import did_you_mean
from convcalc.render import reference as renderers
from convcalc.render.layout import Layout

Format = enum.StrEnum("Format", renderers.RENDERERS.choices())  # type: ignore[misc]
_TEXT = Format("text")


def _complete_kind(incomplete: str) -> list[str]:
    return [name for name in reference.names() if name.startswith(incomplete)]


def command(
    kinds: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[KIND]...",
            help="Kinds to show in full; without any, all are listed.",
            autocompletion=_complete_kind,
        ),
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="The output format.")] = _TEXT,
) -> None:
    """List the kinds of layers, or show a kind's arguments, rule and source."""
    layout = Layout(width=text_width(sys.stdout), paint=paint_for(sys.stdout))
    if kinds:
        found = [_find(name) for name in kinds]
        write(renderers.render_kinds(format_.value, found, layout))
    else:
        write(renderers.render_all(format_.value, reference.families(), layout))


def _find(name: str) -> reference.KindReference:
    """The kind of a name. Raises typer.BadParameter."""
    found = reference.find(name)
    if found is None:
        help = did_you_mean(name, reference.names()) or "`convcalc layers` lists all"
        raise typer.BadParameter(f"there is no layer kind {name!r}; {help}", param_hint="KIND")
    return found
