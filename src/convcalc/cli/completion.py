"""What a shell offers to complete an argument with."""

import os
import re

import typer


def words() -> list[str]:
    """What is typed so far of the line that a shell asks about."""
    line = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS") or ""
    return line.split()


def kinds(incomplete: str) -> list[str]:
    """The kinds of layers that begin so."""
    from convcalc import reference  # noqa: PLC0415 (start-up time)

    return [name for name in reference.names() if name.startswith(incomplete)]


def column(incomplete: str) -> list[str]:
    """The columns that begin so."""
    from convcalc.render.columns import COLUMNS  # noqa: PLC0415 (start-up time)

    return [name for name in COLUMNS if name.startswith(incomplete)]


def columns(incomplete: str) -> list[str]:
    """A list of columns, the last of which is completed."""
    before, comma, last = incomplete.rpartition(",")
    plus = "+" if last.startswith("+") else ""
    return [f"{before}{comma}{plus}{name}" for name in column(last.removeprefix(plus))]


def layers(ctx: typer.Context, incomplete: str) -> list[str]:
    """The layers of the model before it that begin so; none where it can't be read."""
    from convcalc import api  # noqa: PLC0415 (start-up time)
    from convcalc.diagnostics import SpecError  # noqa: PLC0415 (start-up time)

    # The shell hands on what was typed: nothing is expanded.
    model = os.path.expanduser(ctx.params["model"])  # noqa: PTH111 (which raises for ~nobody)
    try:
        network = api.load(model, kinds=ctx.params["kinds"])
    except (OSError, SpecError):
        return []
    # Shells evaluate what they are given, so a name that a file holds must mean nothing to them.
    return [
        node.name
        for node in network.nodes
        if node.name.startswith(incomplete) and re.fullmatch(r"[\w./-]+", node.name)
    ]
