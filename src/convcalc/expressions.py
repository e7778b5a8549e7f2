"""Expressions of the spec language: arithmetic on named values, and nothing else."""

import ast
import functools
import math
import operator
import warnings
from collections import ChainMap
from collections.abc import Callable, Mapping, Sized
from typing import Any, Never, cast

from convcalc.diagnostics import did_you_mean, listed

MAX_LENGTH = 1_000
"""The maximum length of an expression, in characters."""

MAX_DEPTH = 200
"""The maximum nesting of an expression, and of the lists in its result.

Python's own limits vary with its version.
"""

MAX_DIGITS = 100
"""The maximum number of digits of a result, and of every power in it."""

MAX_ITEMS = 10_000
"""The maximum size of a list or string, in items and characters, nested ones included."""


def _round(number: Any, digits: Any = None) -> Any:
    if isinstance(digits, int) and digits < -MAX_DIGITS:
        raise ValueError(f"a rounding of more than {MAX_DIGITS} digits")
    return round(number, digits)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "ceil": math.ceil,
    "floor": math.floor,
    "int": int,
    "len": len,
    "max": max,
    "min": min,
    "round": _round,
}

_CONSTANTS = {"true": True, "false": False, "null": None}


class ExpressionError(Exception):
    """An expression has no value; `help` says what is allowed."""

    def __init__(self, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class UnknownDimensionError(Exception):
    """A decision depends on an unknown dimension."""


class UnknownDimension:
    """An unknown dimension: arithmetic with it is unknown, and comparing it raises."""

    def _unknown(self, *_: object) -> "UnknownDimension":
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _unknown
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = _unknown
    __mod__ = __rmod__ = __pow__ = __rpow__ = __neg__ = __pos__ = __abs__ = _unknown
    __round__ = __floor__ = __ceil__ = _unknown

    def _undecided(self, *_: object) -> Never:
        raise UnknownDimensionError

    __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _undecided
    __int__ = __index__ = __hash__ = _undecided


UNKNOWN_DIMENSION = UnknownDimension()


def with_names(names: Mapping[str, Any], own: Mapping[str, Any]) -> Mapping[str, Any]:
    """Put the `own` names in front of others. Nothing is copied: there may be very many."""
    return ChainMap(cast("dict[str, Any]", own), cast("dict[str, Any]", names))


class Evaluator:
    """Evaluates expressions."""

    def __init__(self) -> None:
        import simpleeval  # noqa: PLC0415 (start-up time)

        self._eval = simpleeval.EvalWithCompoundTypes(operators=_OPERATORS, functions={})
        self._eval.functions = FUNCTIONS
        self._eval.nodes = {node: self._eval.nodes[node] for node in _SYNTAX}

    def evaluate(self, text: str, names: Mapping[str, Any], found: Sized = ()) -> Any:
        """Evaluate an expression to None, a boolean, a number, a string or a list of these.

        `text` is without the leading `=`; `found` holds the file's earlier faults (see
        `did_you_mean`). Raises ExpressionError, and UnknownDimensionError for a comparison.
        """
        import simpleeval  # noqa: PLC0415 (start-up time)

        self._eval.names = with_names(_CONSTANTS, names)
        try:
            value = self._eval.eval(text, previously_parsed=parse(text))
        except simpleeval.NameNotDefined as error:
            raise ExpressionError(
                f"there is no value {error.name!r} here",
                did_you_mean(error.name, names, found) or _names_help(names),
            ) from error
        except simpleeval.FunctionNotDefined as error:
            raise ExpressionError(
                f"there is no function {error.func_name!r}",
                f"the functions are {', '.join(FUNCTIONS)}",
            ) from error
        except (simpleeval.InvalidExpression, KeyError) as error:
            raise ExpressionError(
                "this is beyond what an expression may do", _SYNTAX_HELP
            ) from error
        except IndexError as error:
            message = "this expression asks for a place that its list does not have"
            raise ExpressionError(message, "places count from 0, and from -1 at the end") from error
        except (ArithmeticError, TypeError, ValueError, AttributeError) as error:
            raise ExpressionError(f"this expression can't be computed: {error}") from error
        _check_plain(value)
        return value


@functools.lru_cache(maxsize=1024)
def parse(text: str) -> ast.expr:
    """Parse an expression. Raises ExpressionError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"an expression may have at most {MAX_LENGTH:,} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else "not an expression"
        help = _QUOTE_HELP if "never closed" in reason else _SYNTAX_HELP
        raise ExpressionError(f"this expression can't be read: {reason}", help) from error
    level: list[ast.AST] = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return tree
    raise ExpressionError(f"the expression is nested deeper than {MAX_DEPTH} levels")


def names_in(text: str) -> set[str]:
    """The names in an expression; none if it can't be parsed."""
    try:
        return {node.id for node in ast.walk(parse(text)) if isinstance(node, ast.Name)}
    except ExpressionError:
        return set()


def _names_help(names: Mapping[str, Any]) -> str | None:
    return f"the values here are {listed(sorted(names))}" if names else None


def _check_plain(value: Any, room: int = MAX_ITEMS, levels: int = MAX_DEPTH) -> int:
    """Check a result against the limits; returns the number of items that may still follow."""
    if isinstance(value, list):
        if not levels:
            raise ExpressionError(f"the result is nested deeper than {MAX_DEPTH} levels")
        room -= len(value)
        if room < 0:
            raise ExpressionError(f"the result has more than {MAX_ITEMS:,} items")
        for item in value:
            room = _check_plain(item, room, levels - 1)
    elif isinstance(value, int) and abs(value) >= 10**MAX_DIGITS:
        raise ExpressionError(f"the result has more than {MAX_DIGITS} digits")
    elif not isinstance(value, int | float | str | UnknownDimension | None):
        raise ExpressionError("the result is not a number, string, boolean or list")
    return room


def _power(a: float, b: float) -> float:
    whole = isinstance(a, int) and isinstance(b, int) and abs(a) > 1
    if whole and b * math.log10(abs(a)) > MAX_DIGITS:
        raise ValueError(f"a power of more than {MAX_DIGITS} digits")
    result: Any = a**b
    if isinstance(result, complex):
        raise ArithmeticError("the result is not a real number")  # noqa: TRY004
    return cast("float", result)


def _size(value: Any) -> int:
    """The number of items and characters in a value, nested ones included."""
    if isinstance(value, list):
        return len(value) + sum(map(_size, value))
    return len(value) if isinstance(value, str) else 0


def _multiply(a: Any, b: Any) -> Any:
    for sequence, times in ((a, b), (b, a)):
        grows = isinstance(sequence, str | list) and isinstance(times, int)
        if grows and _size(sequence) * times > MAX_ITEMS:
            raise ValueError(f"more than {MAX_ITEMS:,} items")
    return a * b


def _add(a: Any, b: Any) -> Any:
    if isinstance(a, str | list) and isinstance(b, str | list) and _size(a) + _size(b) > MAX_ITEMS:
        raise ValueError(f"more than {MAX_ITEMS:,} items")
    return a + b


def _modulo(a: Any, b: Any) -> Any:
    if isinstance(a, str):
        raise TypeError("% takes numbers")  # not Python's formatting
    return a % b


_OPERATORS = {
    ast.Add: _add,
    ast.Sub: operator.sub,
    ast.Mult: _multiply,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: _modulo,
    ast.Pow: _power,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda item, items: item in items,
    ast.NotIn: lambda item, items: item not in items,
}

_SYNTAX = (
    ast.BinOp,
    ast.BoolOp,
    ast.Call,
    ast.Compare,
    ast.Constant,
    ast.IfExp,
    ast.List,
    ast.Name,
    ast.Slice,
    ast.Subscript,
    ast.UnaryOp,
)

_QUOTE_HELP = 'inside { } and [ ], quote an expression that has commas: "=max(1, 2)"'

_SYNTAX_HELP = (
    "an expression has numbers, strings, lists, names, arithmetic, comparisons, "
    "`a if c else b`, and the functions " + ", ".join(FUNCTIONS)
)
