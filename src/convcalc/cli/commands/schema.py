"""`convcalc schema`: the JSON Schema of the spec language."""

from convcalc.cli.terminal import write


def command() -> None:
    """Print the JSON Schema of the spec language, for editors."""
    from convcalc import schema  # noqa: PLC0415 (start-up time)

    write(schema.render())
