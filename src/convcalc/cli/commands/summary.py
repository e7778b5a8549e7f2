"""`convcalc summary`: the table of a model's layers."""

import enum
import functools
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from convcalc import api, disk
from convcalc.cli.models import Changes, Models, read
from convcalc.cli.options import Batch, Input, Kinds, Model, Set, Warn, read_inputs, read_variables
from convcalc.cli.terminal import has_color, width_of, write
from convcalc.diagnostics import did_you_mean
from convcalc.render import summary as renderers
from convcalc.render.layout import Layout
from convcalc.report.costs import SLOTS

if TYPE_CHECKING:
    from convcalc.render.columns import Column

Format = enum.StrEnum("Format", renderers.RENDERERS.choices())  # type: ignore[misc]
_TABLE = Format("table")
Optimizer = enum.StrEnum("Optimizer", {name: name for name in SLOTS})  # type: ignore[misc]


def _all_columns() -> Mapping[str, "Column"]:
    from convcalc.render.columns import COLUMNS  # noqa: PLC0415 (start-up time)

    return COLUMNS


def _complete_column(incomplete: str) -> list[str]:
    return [name for name in _all_columns() if name.startswith(incomplete)]


def _complete_columns(incomplete: str) -> list[str]:
    """Completions of the last name in a list of columns."""
    before, comma, last = incomplete.rpartition(",")
    plus = "+" if last.startswith("+") else ""
    return [f"{before}{comma}{plus}{name}" for name in _complete_column(last.removeprefix(plus))]


def command(
    model: Model,
    format_: Annotated[Format, typer.Option("--format", help="The output format.")] = _TABLE,
    columns: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,...",
            help="The columns to show; with a + before the name, beside the default ones.",
            autocompletion=_complete_columns,
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
            autocompletion=_complete_column,
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
    watch: Annotated[  # noqa: FBT002 (typer calls it by name)
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
    # A pipe may never end, so a watch reads regular files only.
    reader = functools.partial(disk.read, regular=True) if watch else read

    def draw(before: str = "") -> int:
        models = Models(kinds, changes, warn=_codes(warn), reader=reader)
        analyses = [read for path in model if (read := models.read(path))]
        if with_costs:
            optimizer: Any = train and train.value
            analyses = [api.with_costs(each, optimizer=optimizer) for each in analyses]
        reports = [each.report for each in analyses]
        # The terminal may have been resized.
        here = msgspec.structs.replace(
            layout, color=has_color(sys.stdout), width=width_of(sys.stdout)
        )
        write(before)
        write(renderers.pieces(format_.value, reports, here) if reports else ())
        models.print_faults()
        return models.status

    if watch:
        from convcalc.cli.watching import follow  # noqa: PLC0415 (start-up time)

        follow([*model, *filter(None, [kinds])], draw)
    raise typer.Exit(draw())


def _codes(warn: bool) -> tuple[str, ...]:  # noqa: FBT001
    """The codes of the warnings to look for: all, or none."""
    if not warn:
        return ()
    from convcalc.checks import codes  # noqa: PLC0415 (start-up time)

    return codes()


def _shows_costs(format_: Format, layout: Layout) -> bool:
    """Whether the output shows receptive fields or memory, which take long to compute."""
    if layout.costs or not renderers.RENDERERS.module(format_.value).IS_TABLE:
        return True
    if layout.columns is None and layout.sort is None:
        return False
    named = [name.removeprefix("+") for name in (*(layout.columns or ()), layout.sort) if name]
    return any(_all_columns()[name].is_costly for name in named)


def _check_layout(format_: Format, layout: Layout) -> None:
    """Refuse options of tables for other formats. Raises typer.BadParameter."""
    for option in ("columns", "depth", "sort", "top", "costs"):
        if getattr(layout, option) and not renderers.RENDERERS.module(format_.value).IS_TABLE:
            message = f"{format_.value} has every layer and all that is known of it"
            raise typer.BadParameter(message, param_hint=f"--{option}")


def _columns(text: str) -> tuple[str, ...]:
    """Read names of columns, each with or without a +. Raises typer.BadParameter."""
    # A heading such as `Params %` has a blank before the sign.
    return tuple(_column(name.replace(" ", ""), "--columns") for name in text.split(","))


def _column(name: str, option: str) -> str:
    columns = _all_columns()
    plus = "+" if option == "--columns" and name.startswith("+") else ""
    if name.removeprefix(plus) not in columns:
        help = did_you_mean(name, columns) or f"the columns are {', '.join(columns)}"
        raise typer.BadParameter(f"there is no column {name!r}; {help}", param_hint=option)
    return name
