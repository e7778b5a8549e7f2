"""Models as the command line is given them: files, and standard input."""

import sys
from pathlib import Path

import msgspec

from convcalc.report import Report


class Summary(msgspec.Struct):
    """A report with the text that its diagnostics point into."""

    report: Report
    text: str


def read(path: str) -> bytes:
    """The content of a file, or of standard input for `-`. Raises OSError."""
    return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
