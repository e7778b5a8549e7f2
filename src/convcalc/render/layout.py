"""The layout of output, for the formats of all commands."""

from collections.abc import Callable, Mapping, Sequence

import msgspec


def unpainted(text: str, _style: str) -> str:
    """The text without a style."""
    return text


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """The layout of output; each format uses what concerns it.

    `width` is the width of the terminal in columns; None for no limit, with running text 80 wide.
    `paint` gives a text a style, such as "bold red". `color` turns colours of a table on.

    Of a summary: `columns` are names in `render.columns.COLUMNS`, None for the default ones; a `+`
    before any adds all to the default ones. `depth` is the number of open levels of blocks, None
    for all. `sort` is the column to sort by, `top` the number of rows to show. `costs` adds the
    costs below the table. `several` says that the command line names more than one model; the form
    of the output depends on it, even if some could not be read.

    Of findings: `texts` are the contents of the files with findings, by name. `root` is the root of
    the repository that paths are relative to; None is the current folder. `version` is convcalc's.
    `skipped` are files that were named but are not models.
    """

    width: int | None = None
    paint: Callable[[str, str], str] = unpainted
    color: bool = False
    columns: tuple[str, ...] | None = None
    depth: int | None = None
    sort: str | None = None
    top: int | None = None
    costs: bool = False
    several: bool = False
    texts: Mapping[str, str] = {}
    root: str | None = None
    version: str | None = None
    skipped: Sequence[str] = ()

    @property
    def text_width(self) -> int:
        """The width of running text."""
        return self.width or 80
