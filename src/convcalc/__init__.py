"""Shapes, kernels and parameters of neural networks, from a file and exactly as Keras's.

`analyze` reads and computes a model. `with_costs`, `with_fixes`, `find_warnings`, `check`,
`explain`, `convert`, `lock` and `diff` take its analysis.
"""

TYPE_CHECKING = False  # not typing's: that module alone takes 14 ms to import
if TYPE_CHECKING:
    from convcalc.analysis.analysis import Analysis
    from convcalc.api import (
        analyze,
        check,
        convert,
        diff,
        explain,
        find_warnings,
        load,
        lock,
        summarize,
        with_costs,
        with_fixes,
    )
    from convcalc.diagnostics import SpecError
    from convcalc.differences import Difference
    from convcalc.network import Network, UsageError
    from convcalc.report import Report

__version__ = "0.1.0"
__all__ = [
    "Analysis",
    "Difference",
    "Network",
    "Report",
    "SpecError",
    "UsageError",
    "__version__",
    "analyze",
    "check",
    "convert",
    "diff",
    "explain",
    "find_warnings",
    "load",
    "lock",
    "summarize",
    "with_costs",
    "with_fixes",
]

_HOMES = {
    "Analysis": "convcalc.analysis.analysis",
    "Difference": "convcalc.differences",
    "Network": "convcalc.network",
    "Report": "convcalc.report",
    "SpecError": "convcalc.diagnostics",
    "UsageError": "convcalc.network",
}
"""Where the names that are not in `convcalc.api` are."""

if not TYPE_CHECKING:  # so that a type checker refuses names that are not there

    def __getattr__(name: str) -> object:
        """Import a public name when it is first used: `import convcalc` costs next to nothing."""
        if name not in __all__:
            message = f"module 'convcalc' has no attribute {name!r}"
            raise AttributeError(message)
        import importlib  # noqa: PLC0415

        return getattr(importlib.import_module(_HOMES.get(name, "convcalc.api")), name)


def __dir__() -> list[str]:
    return sorted(__all__)
