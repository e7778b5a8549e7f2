"""`convcalc schema`: the JSON Schema of the spec language."""

import sys


def command() -> None:
    """Print the JSON Schema of the spec language, for editors."""
    from convcalc import schema  # noqa: PLC0415 (start-up time)

    sys.stdout.write(schema.render())
