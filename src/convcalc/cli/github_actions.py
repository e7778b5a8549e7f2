"""GitHub Actions, where it is the command that runs: how to know it, and the summary of a step."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from convcalc.checks.finding import Checked
    from convcalc.render.layout import Layout

_MOST = 1024 * 1024
"""How many bytes GitHub takes as the summary of a step: of a larger one it shows nothing."""


def is_running() -> bool:
    """Whether this is a step of a workflow."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def add_to_summary(checked: Sequence["Checked"], layout: "Layout") -> None:
    """Add all findings to the summary of the step, if there is one.

    Where that can't be written it is told: what was found is in the log as well.
    """
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return
    from convcalc.render.findings.markdown import within  # noqa: PLC0415 (start-up time)

    path = Path(name)
    try:
        room = _MOST - (path.stat().st_size if path.exists() else 0)
        text = f"{within(checked, layout, room - 1)}\n"
        if len(text.encode()) <= room:  # else there is no room for even the number of findings
            with path.open("a", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        typer.echo(f"convcalc: can't write the summary of the step: {reason}", err=True)
