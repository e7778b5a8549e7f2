"""The registry of warnings: each has a code, an explanation, and a function that finds it."""

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from convcalc.advice import Advice, Wording, in_words
from convcalc.analysis.analysis import Analysis
from convcalc.diagnostics import Diagnostic
from convcalc.network import Node
from convcalc.report import LayerReport


class Match(NamedTuple):
    """A likely mistake in a layer, and the argument that causes it, if any."""

    node: Node
    layer: LayerReport
    message: str
    argument: str | None = None
    help: Advice | str | None = None

    def diagnostic(self, code: str, wording: Wording) -> Diagnostic:
        """The match as a warning, at its place."""
        place = self.node.place
        names = () if self.layer.layer is None else self.layer.layer.__struct_fields__
        span = (
            place.argument(self.argument, names.index(self.argument))
            if self.argument in names
            else place.kind()
        )
        return Diagnostic(
            code=code,
            severity="warning",
            message=self.message,
            span=span,
            help=in_words(self.help, wording),
            layer=self.node.name,
        )


Warn: TypeAlias = Callable[[Analysis], Iterator[Match]]

_registered: dict[str, Warn] = {}


def warning(code: str) -> Callable[[Warn], Warn]:
    """Register a function that finds matches for a warning; its docstring explains the warning."""

    def register(find: Warn) -> Warn:
        if code in _registered:
            message = f"two warnings have the code {code}"
            raise ValueError(message)
        _registered[code] = find
        return find

    return register


def registered() -> dict[str, Warn]:
    """The warnings registered so far; `convcalc.checks.warnings()` imports all first."""
    return _registered
