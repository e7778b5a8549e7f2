"""Drifts from locks as text: a line each, with its place in the lock."""

from collections.abc import Iterable

from convcalc.locks.drifts import Drift
from convcalc.render.diagnostics import Paint
from convcalc.render.printable import printable


def render(drifts: Iterable[Drift], paint: Paint = lambda text, _style: text) -> str:
    """Every drift in a line."""
    return "".join(_line(drift, paint) for drift in drifts)


def _line(drift: Drift, paint: Paint) -> str:
    span = drift.span
    place = printable(drift.path) + (f":{span.line}:{span.column}" if span else "")
    return (
        f"{paint(f'{place}:', 'bold')} {paint('drift:', 'bold red')} "
        f"{printable(drift.message)} {paint(f'[{drift.code}]', 'dim')}\n"
    )
