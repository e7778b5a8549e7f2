"""Reads suppressions: the codes of warnings that a spec ignores."""

from convcalc.documents.document import Value
from convcalc.documents.faults import Faults
from convcalc.network import Suppression


def read_ignored(value: Value | None, faults: Faults) -> tuple[Suppression, ...]:
    """Read `ignore`, a code or a list of codes. Unknown codes are reported by `checks`."""
    if value is None or value.plain is None:
        return ()
    found = []
    for item in value.parts if value.is_list else [value]:
        if isinstance(item.plain, str):
            found.append(Suppression(item.plain, item.span))
        else:
            message = "ignore takes the code of a warning, or a list of codes"
            faults.add(item, "wrong-type", message)
    return tuple(found)
