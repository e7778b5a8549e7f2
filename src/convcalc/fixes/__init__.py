"""Fixes: edits of a faulty network that were tried and remove the fault."""

import functools
import importlib
import pkgutil
from itertools import islice

import msgspec

from convcalc.analysis.analysis import Analysis
from convcalc.diagnostics import Diagnostic, Fix
from convcalc.fixes.faulty_layer import FaultyLayer
from convcalc.fixes.fix import Fixer, registered
from convcalc.fixes.trials import Trials
from convcalc.network import UNKNOWN

__all__ = ["fixers", "with_fixes"]

MOST = 6
"""The maximum number of fixes for one fault."""

MOST_FAULTS = 10
"""The maximum number of faults per file that get fixes."""

MOST_VISITS = 200_000
"""The maximum number of layers that all trials for a file compute."""


@functools.cache
def fixers() -> dict[str, Fixer]:
    """The functions that find fixes, by the code of the fault."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(registered().items()))


def with_fixes(analysis: Analysis) -> Analysis:
    """The analysis with fixes attached to its faults.

    Each fix was tried: the network was computed with it, the fault was gone, and no new error
    appeared.
    """
    report = analysis.report
    places = {layer.name: index for index, layer in reversed(list(enumerate(report.layers)))}
    served = [d for d in report.diagnostics if d.code in fixers() and d.layer in places]
    found: dict[int, Diagnostic] = {}
    visits = MOST_VISITS
    for count, fault in enumerate(served[:MOST_FAULTS]):
        # Visits that one fault leaves unused go to the others.
        share = visits // (min(len(served), MOST_FAULTS) - count)
        trials = Trials(analysis, fault, share)
        fixes = _fixes_of(trials, places[str(fault.layer)])
        visits -= trials.visits
        if fixes:
            found[id(fault)] = msgspec.structs.replace(fault, fixes=fixes)
    if not found:
        return analysis
    diagnostics = tuple(found.get(id(d), d) for d in report.diagnostics)
    return analysis.with_report(msgspec.structs.replace(report, diagnostics=diagnostics))


def _fixes_of(trials: Trials, index: int) -> tuple[Fix, ...]:
    """The fixes for the layer at `index`, smallest change first."""
    if UNKNOWN in trials.network.nodes[index].inputs:
        return ()
    edits = fixers()[trials.fault.code](FaultyLayer(trials, index))
    found = {edit.fix.text: edit.fix for edit in islice(edits, MOST)}
    return tuple(found.values())
