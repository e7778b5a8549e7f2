"""What a network costs, as lines below a table: a ledger by category, each under its own name."""

from collections.abc import Iterator

from convcalc.render.amounts import format_large
from convcalc.report import Report
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
    """Label and value of each cost of one sample; what can't be known says in which layers."""
    work = report.work
    yield "MACs of one sample", _macs(report, work.macs)
    for name, label in _MACS:
        yield f"  {label}", _count(getattr(work, name))
    if work.macs is not None:
        yield "FLOPs, as 2 × MACs", f"{2 * work.macs:,} ({format_large(2 * work.macs)})"
    yield "Elements, which are no MACs", ""
    for name, label in _OTHERS:
        yield f"  {label}", _count(getattr(work, name))


def _macs(report: Report, macs: Dim) -> str:
    if macs is not None:
        return f"{macs:,} ({format_large(macs)})"
    missing = report.layers_without_macs
    known = f"{report.known_macs:,} without {', '.join(missing[:_NAMED])}"
    more = len(missing) - _NAMED
    return f"unknown ({known}{f' and {more:,} more' if more > 0 else ''})"


_NAMED = 5


def _count(count: Dim) -> str:
    return "unknown" if count is None else f"{count:,}"
