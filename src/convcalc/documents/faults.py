"""Collects the faults of a file, so that one run reports all of them."""

from convcalc.diagnostics import Diagnostic, Span, did_you_mean
from convcalc.documents.document import Value


class Faults:
    """The faults found in a file so far."""

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []

    def add(
        self, place: Value | Span | None, code: str, message: str, help: str | None = None
    ) -> None:
        """Record a fault at a value."""
        span = place.span if isinstance(place, Value) else place
        self.found.append(Diagnostic(code=code, message=message, span=span, help=help))

    def unknown_keys(self, mapping: Value, allowed: tuple[str, ...], where: str) -> None:
        """Report the keys of a mapping that are not allowed."""
        for name in mapping.parts:
            if name not in allowed:
                self.add(
                    mapping.key(name),
                    "unknown-key",
                    f"there is no key {name!r} in {where}",
                    did_you_mean(name, allowed, self.found) or f"the keys are {', '.join(allowed)}",
                )
