"""A progress bar for long runs on a terminal."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

_Item = TypeVar("_Item")

_WORTH_SHOWING = 20


def with_progress(items: Iterable[_Item], count: int, what: str) -> Iterator[_Item]:
    """Yield the items, with a progress bar on standard error if they are many."""
    if count < _WORTH_SHOWING or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console  # noqa: PLC0415 (start-up time)
    from rich.progress import Progress  # noqa: PLC0415 (start-up time)

    # No refresh thread, because processes are forked meanwhile.
    console = Console(stderr=True)
    with Progress(console=console, transient=True, auto_refresh=False) as progress:
        task = progress.add_task(what, total=count)
        for item in items:
            progress.update(task, advance=1, refresh=True)
            yield item
