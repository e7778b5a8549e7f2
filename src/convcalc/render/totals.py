"""The totals below a table, as Keras prints them."""

from collections.abc import Iterator

from convcalc.render.amounts import format_bytes
from convcalc.render.printable import printable
from convcalc.report import Report


def totals(report: Report) -> Iterator[tuple[str, str]]:
    """The label and value of each total; unknown if any layer is."""
    yield from _params(report)
    if report.optimizer is not None:  # Keras counts its variables when it loads the model
        yield "Optimizer params", f"not counted ({printable(report.optimizer)})"


def _params(report: Report) -> Iterator[tuple[str, str]]:
    params = report.params
    if report.partial:
        known = sum(layer.params is not None for layer in report.layers)
        count = f"{params.count:,} in {known} of {len(report.layers)} layers"
        yield "Total params", f"unknown ({count})"
        return
    yield "Total params", f"{params.count:,} ({format_bytes(params.bytes)})"
    yield "Trainable params", f"{params.trainable:,} ({format_bytes(params.trainable_bytes)})"
    yield (
        "Non-trainable params",
        f"{params.non_trainable:,} ({format_bytes(params.non_trainable_bytes)})",
    )
