"""Shapes, kernels and parameters of neural networks, from a text file and exactly as Keras's."""

TYPE_CHECKING = False  # not typing's: that module alone takes 14 ms to import
if TYPE_CHECKING:
    from typing import Any

    from convcalc.api import check, diff, find_warnings, load, summarize, with_costs, with_fixes
    from convcalc.diagnostics import SpecError
    from convcalc.differences import Difference
    from convcalc.network import Network, UsageError
    from convcalc.report import Report

__version__ = "0.1.0"
__all__ = [
    "Difference",
    "Network",
    "Report",
    "SpecError",
    "UsageError",
    "__version__",
    "check",
    "diff",
    "find_warnings",
    "load",
    "summarize",
    "with_costs",
    "with_fixes",
]

_HOMES = {
    "check": "convcalc.api",
    "diff": "convcalc.api",
    "find_warnings": "convcalc.api",
    "load": "convcalc.api",
    "summarize": "convcalc.api",
    "with_costs": "convcalc.api",
    "with_fixes": "convcalc.api",
    "SpecError": "convcalc.diagnostics",
    "Difference": "convcalc.differences",
    "UsageError": "convcalc.network",
    "Network": "convcalc.network",
    "Report": "convcalc.report",
}


def __getattr__(name: str) -> "Any":
    """Import what is asked for when it is asked for: `import convcalc` costs next to nothing."""
    if name not in _HOMES:
        message = f"module 'convcalc' has no attribute {name!r}"
        raise AttributeError(message)
    import importlib  # noqa: PLC0415

    return getattr(importlib.import_module(_HOMES[name]), name)
