"""Options that several commands share, and how their values are read."""

import re
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from convcalc.diagnostics import SpecError
from convcalc.shapes import Dim

Model = Annotated[
    list[str], typer.Argument(metavar="MODEL...", help="Files to read; - is standard input.")
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Give a variable of the spec another value."),
]
Input = Annotated[
    list[str] | None,
    typer.Option(
        "--input",
        metavar="[NAME=]SHAPE",
        help="Give an input another shape, such as 224x224x3; ? is an unknown size.",
    ),
]
Batch = Annotated[
    int | None, typer.Option("--batch", min=1, metavar="N", help="Set the batch size.")
]
Kinds = Annotated[
    str | None,
    typer.Option(
        "--kinds", metavar="FILE", help="Read layer kinds that FILE declares, as a spec does."
    ),
]
Warn = Annotated[bool, typer.Option("--warn", help="Also warn of what may not be meant as it is.")]

_UNKNOWN = {"?", "none", "null"}


def read_variables(settings: Sequence[str] | None) -> dict[str, Any]:
    """Read `NAME=VALUE` settings, with YAML values. Raises typer.BadParameter."""
    if not settings:
        return {}
    from convcalc.documents import document  # noqa: PLC0415 (start-up time, imports yaml)

    found = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"{setting!r} is not NAME=VALUE", param_hint="--set")
        try:
            value = document.read(text)
        except SpecError as error:
            message = f"{text!r}: {error.diagnostics[0].message}"
            raise typer.BadParameter(message, param_hint="--set") from error
        if value is not None and (value.is_mapping or value.dynamic):
            message = f"{text!r} is not a number, string, boolean or list"
            raise typer.BadParameter(message, param_hint="--set")
        found[name] = value.plain if value else None
    return found


def read_inputs(settings: Sequence[str] | None) -> list[Dim] | dict[str, list[Dim]] | None:
    """Read input shapes: one without a name, or several with names. Raises typer.BadParameter."""
    if not settings:
        return None
    named = dict(_named_shape(setting) for setting in settings)
    if "" not in named:
        return named
    if len(settings) > 1:
        message = "several inputs need their names, as NAME=SHAPE"
        raise typer.BadParameter(message, param_hint="--input")
    return named[""]


def _named_shape(setting: str) -> tuple[str, list[Dim]]:
    name, _, text = setting.rpartition("=")
    return name, [_dim(size.strip(), setting) for size in re.split("[x×,]", text.strip("()[],"))]


def _dim(size: str, setting: str) -> Dim:
    if size.lower() in _UNKNOWN:
        return None
    if not re.fullmatch("[0-9]{1,18}", size):
        message = f"{setting!r} is not a shape such as 224x224x3"
        raise typer.BadParameter(message, param_hint="--input")
    return int(size)
