"""How output is laid out, for the formats of every command."""

from collections.abc import Callable, Mapping, Sequence

import msgspec


def unpainted(text: str, _style: str) -> str:
    """The text without a style."""
    return text


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """How output is laid out; each format uses what concerns it.

    `width` is the width of the terminal in columns, None where nothing limits lines; running text
    is then 80 wide. `paint` gives a text a style, such as "bold red"; `color` says that it does.

    Of a summary: `columns` are names of `render.columns.COLUMNS`, None for the default ones; a `+`
    before one adds all of them to those. `depth` is the number of levels of blocks that are shown
    open, None for all. `sort` is the column to sort by, `top` the number of rows to show. `costs`
    adds the costs below the table. `several` says that more than one model was asked for, even if
    not each could be read, so that the form of the output is known beforehand.

    Of findings: `texts` are the contents of the files with findings, by their names. `root` is the
    root of the repository, to which paths are relative; None is the current folder. `version` is
    that of convcalc. `skipped` are the named files that are not models.
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
