"""Silencers: the warnings that a spec says are not wanted, by their codes."""

from convcalc.diagnostics import did_you_mean
from convcalc.documents.document import Value
from convcalc.documents.faults import Faults
from convcalc.network import Suppression


def read_ignored(value: Value | None, faults: Faults) -> tuple[Suppression, ...]:
    """The codes that `ignore` lists, or its one code, each with its place."""
    if value is None or value.plain is None:
        return ()
    from convcalc.checks import codes  # noqa: PLC0415 (start-up time)

    known = codes()
    found = []
    for item in value.parts if value.is_list else [value]:
        if not isinstance(item.plain, str):
            message = "ignore takes the code of a warning, or a list of codes"
            faults.add(item, "wrong-type", message)
        elif item.plain not in known:
            help = (
                did_you_mean(item.plain, known, faults.found) or f"the codes are {', '.join(known)}"
            )
            message = f"there is no warning {item.plain!r} that could be ignored"
            faults.add(item, "wrong-value", message, help)
        else:
            found.append(Suppression(item.plain, item.span))
    return tuple(found)
