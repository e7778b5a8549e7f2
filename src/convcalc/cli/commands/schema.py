"""`convcalc schema`: the JSON Schemas of the spec language and of the JSON outputs."""

import enum
from typing import Annotated

import typer

from convcalc import schema, schemas
from convcalc.cli.terminal import write

Schema = enum.StrEnum(  # type: ignore[misc]
    "Schema", {name: name for name in ("spec", *schemas.outputs())}
)
_SPEC = Schema("spec")


def command(
    name: Annotated[
        Schema, typer.Argument(metavar="NAME", help="spec, or the command that prints the JSON.")
    ] = _SPEC,
) -> None:
    """Print a JSON Schema: of the spec language, for editors, or of a JSON output."""
    found = schema.spec_schema() if name is _SPEC else schemas.load(name.value)
    write(schema.render(found))
