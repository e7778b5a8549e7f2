"""`convcalc summary`: the table."""

import enum
import sys
from typing import Annotated, Any

import msgspec
import typer

from convcalc import api
from convcalc.cli import completion
from convcalc.cli.models import Changes, Models
from convcalc.cli.options import Batch, Input, Kinds, Model, Set, Warn, read_inputs, read_variables
from convcalc.cli.revisions import read
from convcalc.cli.terminal import has_color, width_of, write
from convcalc.diagnostics import did_you_mean
from convcalc.render import summary as renderers
from convcalc.render.layout import Layout
from convcalc.report.costs import SLOTS

Format = enum.StrEnum("Format", renderers.RENDERERS.choices())  # type: ignore[misc]
_TABLE = Format("table")
Optimizer = enum.StrEnum("Optimizer", {name: name for name in SLOTS})  # type: ignore[misc]


def command(
    model: Model,
    format_: Annotated[Format, typer.Option("--format", help="The output format.")] = _TABLE,
    columns: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,...",
            help="The columns to show; with a + before the name, beside the default ones.",
            autocompletion=completion.columns,
        ),
    ] = None,
    depth: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Open only N levels of blocks; 1 folds them all."),
    ] = None,
    sort: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            help="Sort by a column, what is largest first.",
            autocompletion=completion.column,
        ),
    ] = None,
    top: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Show only the first N rows.")
    ] = None,
    costs: Annotated[  # noqa: FBT002 (typer calls it by name)
        bool, typer.Option("--costs", help="Also tell what it costs to run the network.")
    ] = False,
    train: Annotated[
        Optimizer | None,
        typer.Option(help="With --costs, also estimate the memory of training by this optimizer."),
    ] = None,
    set_: Set = None,
    input_: Input = None,
    batch: Batch = None,
    kinds: Kinds = None,
    warn: Warn = False,  # noqa: FBT002 (typer calls it by name)
    watch: Annotated[  # noqa: FBT002 (likewise)
        bool, typer.Option("--watch", help="Print it again whenever a file is saved, until Ctrl-C.")
    ] = False,
) -> None:
    """Print every layer's output shape, kernel and parameters."""
    layout = Layout(
        columns=_columns(columns) if columns else None,
        depth=depth,
        sort=_column(sort, "--sort") if sort else None,
        top=top,
        costs=costs,
        several=len(model) > 1,
    )
    _check_layout(format_, layout)
    if train and not costs and renderers.RENDERERS.module(format_.value).IS_TABLE:
        raise typer.BadParameter("this is told with --costs", param_hint="--train")
    if train and not renderers.RENDERERS.module(format_.value).HAS_TOTALS:
        message = f"{format_.value} tells of the layers alone"
        raise typer.BadParameter(message, param_hint="--train")
    with_costs = _shows_costs(format_, layout)
    changes = Changes(read_variables(set_), read_inputs(input_), batch)
    if watch:
        from convcalc.cli import watching  # noqa: PLC0415 (start-up time)
    reader = watching.read if watch else read

    def draw(before: str = "") -> int:
        models = Models(kinds, changes, warn=_codes(warn), reader=reader)
        analyses = [read for path in model if (read := models.read(path))]
        if with_costs:
            optimizer: Any = train and train.value
            analyses = [api.with_costs(each, optimizer=optimizer) for each in analyses]
        reports = [each.report for each in analyses]
        # A terminal may have another width by now.
        here = msgspec.structs.replace(
            layout, color=has_color(sys.stdout), width=width_of(sys.stdout)
        )
        write(before)
        write(renderers.pieces(format_.value, reports, here) if reports else ())
        models.print_faults()
        return models.status

    if watch:
        watching.follow(_changeable([*model, *filter(None, [kinds])]), draw)
    raise typer.Exit(draw())


def _changeable(paths: list[str]) -> list[str]:
    """Files that may change. Raises typer.BadParameter where one can't."""
    from convcalc.cli import revisions  # noqa: PLC0415 (start-up time)

    for path in paths:
        if path == revisions.STDIN:
            raise typer.BadParameter("standard input is read only once", param_hint="--watch")
        if revisions.is_revision(path):
            message = f"{path!r} is of a git revision, which does not change"
            raise typer.BadParameter(message, param_hint="--watch")
    return paths


def _codes(warn: bool) -> tuple[str, ...]:  # noqa: FBT001
    """The warnings to look for: all, or none."""
    if not warn:
        return ()
    from convcalc.checks import codes  # noqa: PLC0415 (start-up time)

    return codes()


def _shows_costs(format_: Format, layout: Layout) -> bool:
    """Whether something is told that takes longer than all else: receptive fields and memory."""
    if layout.costs or not renderers.RENDERERS.module(format_.value).IS_TABLE:
        return True
    if layout.columns is None and layout.sort is None:
        return False
    from convcalc.render.columns import COLUMNS  # noqa: PLC0415 (start-up time)

    named = [name.removeprefix("+") for name in (*(layout.columns or ()), layout.sort) if name]
    return any(COLUMNS[name].is_costly for name in named)


def _check_layout(format_: Format, layout: Layout) -> None:
    """Refuse what only a table has for a format that is none. Raises typer.BadParameter."""
    for option in ("columns", "depth", "sort", "top", "costs"):
        if getattr(layout, option) and not renderers.RENDERERS.module(format_.value).IS_TABLE:
            message = f"{format_.value} has every layer and all that is known of it"
            raise typer.BadParameter(message, param_hint=f"--{option}")


def _columns(text: str) -> tuple[str, ...]:
    """Names of columns, of which some may have a + before them. Raises typer.BadParameter."""
    # Shares are called with a blank before the sign as well.
    return tuple(_column(name.replace(" ", ""), "--columns") for name in text.split(","))


def _column(name: str, option: str) -> str:
    from convcalc.render.columns import COLUMNS  # noqa: PLC0415 (start-up time)

    plus = "+" if option == "--columns" and name.startswith("+") else ""
    if name.removeprefix(plus) not in COLUMNS:
        help = did_you_mean(name, COLUMNS) or f"the columns are {', '.join(COLUMNS)}"
        raise typer.BadParameter(f"there is no column {name!r}; {help}", param_hint=option)
    return name
