"""GitHub Actions: whether this is a step of a workflow, and the step's summary."""

import os
from collections.abc import Sequence
from pathlib import Path

import typer

from convcalc.checks.finding import Checked
from convcalc.render.findings.markdown import within
from convcalc.render.layout import Layout

_MOST = 1024 * 1024
"""The size limit of a step's summary in bytes; GitHub shows nothing of a larger one."""


def is_running() -> bool:
    """Whether this is a step of a workflow."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def add_to_summary(checked: Sequence[Checked], layout: Layout) -> None:
    """Add the findings to the step's summary, if it has one.

    If that fails, a message says so; it is no error, since the log has the findings too.
    """
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return
    path = Path(name)
    try:
        room = _MOST - (path.stat().st_size if path.exists() else 0)
        text = f"{within(checked, layout, room - 1)}\n"
        if len(text.encode()) <= room:  # else not even the number of findings fits
            with path.open("a", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        typer.echo(f"convcalc: can't write the summary of the step: {reason}", err=True)
