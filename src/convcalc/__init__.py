"""Read a neural network from a file, and compute its shapes and parameters exactly as Keras does.

The examples in this package are about `model.yaml`:

    vars: {filters: 16}
    input: [32, 32, 3]
    layers:
      - Conv2D: {filters: =filters, kernel_size: 3}
      - MaxPooling2D: 2
      - Flatten
      - Dense: 10

>>> import convcalc
>>> report = convcalc.summarize("model.yaml")
>>> for layer in report.layers:
...     print(layer.name, layer.output_shapes[0], layer.params.count)
input (None, 32, 32, 3) 0
conv2d (None, 30, 30, 16) 448
max_pooling2d (None, 15, 15, 16) 0
flatten (None, 3600) 0
dense (None, 10) 36010
>>> report.params.count, report.op_counts.macs
(36458, 424800)

`summarize` returns a report. `analyze` returns an analysis, which holds the network and its report;
`with_costs`, `with_fixes`, `find_warnings`, `check`, `explain`, `convert`, `lock` and `diff` take
one. Faults of a model do not raise: they are the report's `diagnostics`.
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
"""The modules of the names that `convcalc.api` does not define."""

if not TYPE_CHECKING:  # a type checker must refuse unknown names

    def __getattr__(name: str) -> object:
        """Import a public name at its first use: `import convcalc` takes almost no time."""
        if name not in __all__:
            message = f"module 'convcalc' has no attribute {name!r}"
            raise AttributeError(message)
        import importlib  # noqa: PLC0415

        return getattr(importlib.import_module(_HOMES.get(name, "convcalc.api")), name)


def __dir__() -> list[str]:
    return sorted(__all__)
