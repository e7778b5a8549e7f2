"""Fixes: changes of a faulty network that were tried, and after which it is whole."""

import msgspec

from convcalc.diagnostics import Diagnostic
from convcalc.fixes.search import SERVED, fixes_of
from convcalc.fixes.trials import Trials
from convcalc.network import Network
from convcalc.report import Report

__all__ = ["with_fixes"]

MOST_FAULTS = 10
"""For how many faults of a file fixes are looked for."""

MOST_VISITS = 200_000
"""How many layers all trials for a file together may compute; beyond that, none is made."""


def with_fixes(network: Network, report: Report) -> Report:
    """The report of a network, in which faults have the fixes that were found for them.

    Each fix was tried: the network was computed with it. Then the fault is gone, and there is no
    error that was not there before; so where it was the only one, there is none.
    """
    places = {layer.name: index for index, layer in reversed(list(enumerate(report.layers)))}
    served = [d for d in report.diagnostics if d.code in SERVED and d.layer in places]
    found: dict[int, Diagnostic] = {}
    visits = MOST_VISITS
    for count, fault in enumerate(served[:MOST_FAULTS]):
        # What one fault leaves is for the others.
        share = visits // (min(len(served), MOST_FAULTS) - count)
        trials = Trials(network, report, fault, share)
        fixes = fixes_of(trials, places[str(fault.layer)])
        visits -= trials.visits
        if fixes:
            found[id(fault)] = msgspec.structs.replace(fault, fixes=fixes)
    if not found:
        return report
    diagnostics = tuple(found.get(id(d), d) for d in report.diagnostics)
    return msgspec.structs.replace(report, diagnostics=diagnostics)
