"""Warnings as tests expect them: code, place, message and help."""

from typing import Any

import convcalc
import models


def found(text: str, *of: str, **options: Any) -> list[models.Fault]:
    """The warnings about a spec with these codes, or all; it must be in order otherwise."""
    analysis = models.analysis(text, **options)
    assert analysis.report.ok, analysis.report.diagnostics
    return list(map(models.in_short, convcalc.find_warnings(analysis, of=of or None)))


def codes(text: str, **options: Any) -> list[str]:
    """The codes of all warnings about a spec."""
    return [fault.code for fault in found(text, **options)]
