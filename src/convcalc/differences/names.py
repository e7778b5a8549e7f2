"""Names of layers: given by a user, or generated from the kind and a number."""

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
        """The name without generated numbers, and whether a user gave any part of it."""
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
        stems = {kind, snake_case(kind)}
        if kind == "InputLayer":
            stems.add("input")
        is_generated = name in stems or re.sub(r"_[0-9]+\Z", "", name) in stems
        return (snake_case(kind), False) if is_generated else (name, True)
