"""Names of layers: which were given by somebody, and which are made from the kind and a number."""

import functools
import re

from convcalc.layers.kind import snake_case
from convcalc.report import LayerReport, Report


class Names:
    """The names of one network's layers."""

    def __init__(self, report: Report) -> None:
        self._groups = {name: group.kind for name, group in report.groups.items()}
        self._part = functools.cache(self._part_of)

    def stem(self, layer: LayerReport) -> tuple[str, bool]:
        """The name without the numbers that are made, and whether somebody gave a part of it."""
        *groups, last = layer.name.split("/")
        parts = []
        given = False
        for end in range(1, len(groups) + 1):
            part, is_given = self._part("/".join(groups[:end]), None)
            parts.append(part)
            given |= is_given
        part, is_given = self._part(last, layer.kind)
        return "/".join((*parts, part)), given or is_given

    def _part_of(self, path: str, kind: str | None) -> tuple[str, bool]:
        name = path.rpartition("/")[2]
        if kind is None:
            kind = self._groups.get(path)
            if kind is None:
                return name, True
        made = {kind, snake_case(kind)}
        if kind == "InputLayer":
            made.add("input")
        is_made = name in made or re.sub(r"_[0-9]+\Z", "", name) in made
        return (snake_case(kind), False) if is_made else (name, True)
