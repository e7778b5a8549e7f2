"""Evaluates the expressions in a spec's values."""

import functools
from collections.abc import Mapping
from typing import Any, TypeVar

from convcalc.diagnostics import brief
from convcalc.documents.document import Value
from convcalc.documents.faults import Faults
from convcalc.expressions import Evaluator, ExpressionError, UnknownDimensionError, names_in

T = TypeVar("T", int, str, bool)


class FaultyValueError(Exception):
    """A value is invalid, and its fault has been reported."""


class Values:
    """Evaluates the expressions inside values, and reports faulty ones."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.faulty: set[str] = set()
        """Variables without a valid value; their fault is not reported again at each use."""

    @functools.cached_property
    def evaluator(self) -> Evaluator:
        """The evaluator, created only for specs that have expressions."""
        return Evaluator()

    def plain(self, value: Value, names: Mapping[str, Any]) -> Any:
        """Return the value as plain data. Raises FaultyValueError after reporting why."""
        if not value.dynamic:
            return value.plain
        if value.is_list:
            return [self.plain(part, names) for part in value.parts]
        if value.is_mapping:
            return {name: self.plain(part, names) for name, (_, part) in value.parts.items()}
        if self.faulty and not self.faulty.isdisjoint(names_in(value.plain[1:])):
            raise FaultyValueError
        try:
            return self.evaluator.evaluate(value.plain[1:], names, self.faults.found)
        except ExpressionError as error:
            self.faults.add(value, "expression", error.message, error.help)
        except UnknownDimensionError:
            self.faults.add(
                value, "expression", "this expression depends on a dimension that is not known"
            )
        raise FaultyValueError

    def typed(
        self, value: Value, names: Mapping[str, Any], kind: type[T], what: str, words: str
    ) -> T:
        """Return a value that must have a type; messages say "`what` must be `words`".

        Raises FaultyValueError after reporting why.
        """
        plain: T = self.plain(value, names)
        if type(plain) is not kind:
            self.faults.add(value, "wrong-type", f"{what} must be {words}, not {brief(plain)}")
            raise FaultyValueError
        return plain
