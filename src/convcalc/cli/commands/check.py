"""`convcalc check`: models against their expectations, locks and configurations."""

import enum
import sys
from pathlib import Path
from typing import Annotated

import typer

from convcalc import __version__, configuration
from convcalc.checks.expectations import NOT_CHECKED
from convcalc.cli import github_actions
from convcalc.cli.checking import Plan, run
from convcalc.cli.exit import Exit
from convcalc.cli.models import Changes
from convcalc.cli.options import Batch, Input, Kinds, Set, read_inputs, read_variables
from convcalc.cli.progress import with_progress
from convcalc.cli.terminal import paint_for, write
from convcalc.formats import source_name
from convcalc.render import findings as renderers
from convcalc.render.layout import Layout

Format = enum.StrEnum("Format", renderers.RENDERERS.choices())  # type: ignore[misc]


def command(
    model: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[MODEL...]",
            help="Files, folders and patterns; without any, what convcalc.yaml names.",
            show_default=False,
        ),
    ] = None,
    expect: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="Also hold each model against what FILE expects."),
    ] = None,
    require_locks: Annotated[  # noqa: FBT002 (typer calls it by name)
        bool, typer.Option("--require-locks", help="Fail where a model has no lock.")
    ] = False,
    format_: Annotated[
        Format | None,
        typer.Option(
            "--format",
            help="The output format; by default text, and github in a GitHub Actions run.",
            show_default=False,
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Check so many models at once; by default as many as there are cores.",
            show_default=False,
        ),
    ] = None,
    exit_zero: Annotated[  # noqa: FBT002 (typer calls it by name)
        bool, typer.Option("--exit-zero", help="Exit with status 0 even if something is found.")
    ] = False,
    set_: Set = None,
    input_: Input = None,
    batch: Batch = None,
    kinds: Kinds = None,
) -> None:
    """Hold models against what is expected of them, their locks, and convcalc.yaml."""
    changes = Changes(read_variables(set_), read_inputs(input_), batch)
    repository = configuration.find_repository(Path.cwd())
    plan = Plan(kinds=kinds, changes=changes, expect=expect or (), locked=require_locks)
    plan.add(model) if model else plan.add_configured()
    checked, texts = plan.checked, plan.texts
    results = with_progress(run(plan.jobs, jobs), len(plan.jobs), "checking models")
    for result in results:
        checked.append(result.checked)
        texts[result.checked.source] = result.text
    layout = Layout(
        texts=texts,
        paint=paint_for(sys.stdout),
        root=str(repository) if repository else None,
        version=__version__,
        skipped=sorted(map(source_name, plan.skipped)),
    )
    chosen = _format(format_)
    text = renderers.render(chosen, checked, layout)
    if chosen == "github":  # whose lines are meant as commands
        sys.stdout.write(text)
        sys.stdout.flush()
        github_actions.add_to_summary(checked, layout)
    else:
        write(text)
    found = {finding.rule for each in checked for finding in each.findings}
    if plan.is_faulty or NOT_CHECKED in found:
        raise typer.Exit(Exit.USAGE)
    raise typer.Exit(Exit.FAULTY if found and not exit_zero else Exit.OK)


def _format(asked: str | None) -> str:
    """The chosen format, or the default where the command runs."""
    if asked is not None:
        return str(asked)
    return "github" if github_actions.is_running() else "text"
