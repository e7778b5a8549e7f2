"""What every warning is made of: a code, what explains it, and how it is found."""

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

import msgspec

from convcalc.diagnostics import Diagnostic
from convcalc.network import Network, Node
from convcalc.report import LayerReport, Report


class Computed(msgspec.Struct, frozen=True):
    """A network and what it comes to; each layer as it is read and as it is computed."""

    network: Network
    report: Report

    def layers(self) -> Iterator[tuple[Node, LayerReport]]:
        """The layers, in order."""
        yield from zip(self.network.nodes, self.report.layers, strict=True)


class Match(NamedTuple):
    """What is found at a layer, and the argument that is the reason for it, if there is one."""

    node: Node
    layer: LayerReport
    message: str
    argument: str | None = None
    help: str | None = None

    def diagnostic(self, code: str) -> Diagnostic:
        """The finding as a warning, at its place."""
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
            help=self.help,
            layer=self.node.name,
        )


Warn: TypeAlias = Callable[[Computed], Iterator[Match]]

_registered: dict[str, Warn] = {}


def warning(code: str) -> Callable[[Warn], Warn]:
    """Register a function that finds what a warning is about; its docstring explains it."""

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
