"""Exit statuses."""

from enum import IntEnum


class Exit(IntEnum):
    """The exit status of a command."""

    OK = 0
    FAULTY = 1
    """The model is wrong, or a check failed."""
    USAGE = 2
    """The command was used wrongly, or a file could not be read."""
