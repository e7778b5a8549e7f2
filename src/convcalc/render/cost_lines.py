"""The costs of a network as labels and values, by category."""

from collections.abc import Iterator, Sequence

from convcalc.render.amounts import format_bytes, format_large
from convcalc.render.printable import printable
from convcalc.report import Report, some_of
from convcalc.report.costs import Training
from convcalc.shapes import Dim

_MACS = (
    ("convolution", "of convolutions"),
    ("matrix", "of matrix products"),
    ("attention", "of attention"),
)
_OTHERS = (
    ("bias", "a bias is added to"),
    ("normalization", "normalized"),
    ("activation", "activated"),
    ("pooling", "read by poolings"),
    ("merging", "merged"),
)


def ledger(report: Report) -> Iterator[tuple[str, str]]:
    """The label and value of each cost of one sample; unknown ones name the layers without it."""
    op_counts = report.op_counts
    yield "MACs of one sample", _macs(report, op_counts.macs)
    for name, label in _MACS:
        yield f"  {label}", _part(report, name)
    if op_counts.macs is not None:
        yield "FLOPs, as 2 × MACs", _large(2 * op_counts.macs)
    yield "Elements, which are no MACs", ""
    for name, label in _OTHERS:
        yield f"  {label}", _part(report, name)
    yield from _memory(report)


def _memory(report: Report) -> Iterator[tuple[str, str]]:
    """The memory of parameters, activations and, estimated, training."""
    for dtype, params in (report.parameters or {}).items():
        known = f"{params.count:,}"
        yield (
            f"Parameters of {dtype}",
            _partly(known, report.unknown_layers)
            if report.partial
            else f"{known} ({format_bytes(params.bytes)})",
        )
    found = report.activations
    if found is None:
        return
    batch = "" if found.batch is None else f", batch of {found.batch:,}"
    if found.peak is None or found.at is None:
        yield f"Peak of activations{batch}", _unknown(report, found.missing)
    else:
        at = report.layers[found.at].name
        yield f"Peak of activations{batch}", f"{format_bytes(found.peak)} at {printable(at)}"
    if found.sum is not None:
        yield f"Activations of all layers{batch}", format_bytes(found.sum)
    if report.training is not None:
        yield from _training(report.training)


def _training(training: Training) -> Iterator[tuple[str, str]]:
    total = "unknown" if training.sum is None else format_bytes(training.sum)
    yield f"Training with {training.optimizer}, estimated", total
    for label, size in (
        ("weights", training.weights),
        ("gradients of what is trained", training.gradients),
        ("slots of the optimizer", training.slots),
        ("activations of all layers", training.activations),
    ):
        yield f"  {label}", "unknown" if size is None else format_bytes(size)


def _unknown(report: Report, missing: Sequence[int]) -> str:
    names = printable(some_of(report.names(missing)))
    return f"unknown (without {names})" if names else "unknown"


def _macs(report: Report, macs: Dim) -> str:
    if macs is not None:
        return _large(macs)
    known = report.known_op_counts()
    return _partly(f"{known.sum:,}", known.missing)


def _partly(known: str, missing: Sequence[str] = ()) -> str:
    """The known part of an unknown sum."""
    if not missing:
        return f"unknown ({known} known)"
    return f"unknown ({known} without {printable(some_of(missing))})"


def _large(count: int) -> str:
    """A count, with a rounded form if it is large."""
    return f"{count:,} ({format_large(count)})" if count >= _LARGE else f"{count:,}"


_LARGE = 100_000


def _part(report: Report, name: str) -> str:
    """One of the counts of operations; the line of all MACs names the layers without them."""
    count = getattr(report.op_counts, name)
    if count is not None:
        return f"{count:,}"
    known = report.known_op_counts(name).sum
    return _partly(f"{known:,}") if known else "unknown"
