"""Integers that remember how they were computed: run on them, a rule explains its results."""

import operator
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias


class Operation(NamedTuple):
    """An arithmetic operation: its symbol, and how tightly it binds."""

    symbol: str
    precedence: int


SUM = Operation("+", 1)
DIFFERENCE = Operation("−", 1)
NEGATION = Operation("−", 1)
PRODUCT = Operation("×", 2)
FLOOR = Operation("/", 2)
CEILING = Operation("⌈/⌉", 3)
REMAINDER = Operation("mod", 1)

MOST_TERMS = 64
"""The maximum number of terms in a formula; of a longer one only the value is kept."""

_CLOSED = 3
"""The precedence of text that never needs brackets."""

Key: TypeAlias = tuple[Any, ...]


class SymbolicInt(int):
    """An integer with a name, or with the operation and the operands that computed it.

    It compares and hashes like any int. Addition, subtraction, multiplication, floor division,
    remainder and negation return another one; other operations return a plain number.
    """

    name: str
    operation: Operation | None
    operands: tuple[int, ...]
    terms: int

    @classmethod
    def term(cls, value: int, name: str) -> "SymbolicInt":
        """A named number that was not computed."""
        return _symbolic(value, name, None, ())

    def __add__(self, other: int) -> int:
        return _computed(operator.add, SUM, self, other)

    def __radd__(self, other: int) -> int:
        return _computed(operator.add, SUM, other, self)

    def __sub__(self, other: int) -> int:
        return _computed(operator.sub, DIFFERENCE, self, other)

    def __rsub__(self, other: int) -> int:
        return _computed(operator.sub, DIFFERENCE, other, self)

    def __mul__(self, other: int) -> int:
        return _computed(operator.mul, PRODUCT, self, other)

    def __rmul__(self, other: int) -> int:
        return _computed(operator.mul, PRODUCT, other, self)

    def __floordiv__(self, other: int) -> int:
        return _computed(operator.floordiv, FLOOR, self, other)

    def __rfloordiv__(self, other: int) -> int:
        return _computed(operator.floordiv, FLOOR, other, self)

    def __mod__(self, other: int) -> int:
        return _computed(operator.mod, REMAINDER, self, other)

    def __rmod__(self, other: int) -> int:
        return _computed(operator.mod, REMAINDER, other, self)

    def __neg__(self) -> int:
        if self.operation is FLOOR:
            over, by = self.operands
            if isinstance(over, SymbolicInt) and over.operation is NEGATION:
                # −(−a // b) is Python's division that rounds up.
                return _symbolic(-int(self), "", CEILING, (*over.operands, by))
        if self.operation is NEGATION:
            return self.operands[0]
        return _symbolic(-int(self), "", NEGATION, (self,))


def _symbolic(
    value: int, name: str, operation: Operation | None, operands: tuple[int, ...]
) -> SymbolicInt:
    number = SymbolicInt(value)
    number.name, number.operation, number.operands = name, operation, operands
    number.terms = _terms(operands)
    return number


def _terms(operands: tuple[int, ...]) -> int:
    return sum(n.terms if isinstance(n, SymbolicInt) else 1 for n in operands) or 1


def _computed(
    compute: Callable[[int, int], int], operation: Operation, left: Any, right: Any
) -> int:
    """Compute a result, dropping operations that change nothing; a float is not supported."""
    if not isinstance(left, int) or not isinstance(right, int):
        return NotImplemented  # type: ignore[no-any-return]
    neutral = _NEUTRAL.get(operation)
    if right == neutral and (type(right) is int or operation is FLOOR):
        return left
    if type(left) is int and left == neutral and operation in {SUM, PRODUCT}:
        return right
    if operation in _OPPOSITE and isinstance(right, SymbolicInt) and right.operation is NEGATION:
        return _computed(*_OPPOSITE[operation], left, right.operands[0])
    result = compute(int(left), int(right))
    if _terms((left, right)) > MOST_TERMS:
        return result
    return _symbolic(result, "", operation, (left, right))


_OPPOSITE = {SUM: (operator.sub, DIFFERENCE), DIFFERENCE: (operator.add, SUM)}
_NEUTRAL = {SUM: 0, DIFFERENCE: 0, PRODUCT: 1, FLOOR: 1}


def key(number: int) -> Key:
    """A key that is equal for numbers with the same value and formula."""
    if not isinstance(number, SymbolicInt):
        return (int(number),)
    return (int(number), number.name, number.operation, *map(key, number.operands))


def formula(number: int, known: Mapping[Key, str] | None = None) -> str:
    """Format how a number was computed, in numbers, such as `⌈16 / 2⌉`.

    A part with a `known` key is not expanded: the reader has seen its formula.
    """
    return _format(number, _plain, known or {}, outer=True)[0]


def names(number: int, known: Mapping[Key, str] | None = None) -> str:
    """Format how a number was computed, in names, such as `⌈height / strides⌉`."""
    return _format(number, _name, known or {}, names=True, outer=True)[0]


def _name(term: int) -> str:
    return term.name if isinstance(term, SymbolicInt) else _plain(term)


def _plain(number: int) -> str:
    return str(int(number)).replace("-", "−")


def _format(
    number: int,
    term: Callable[[int], str],
    known: Mapping[Key, str],
    *,
    names: bool = False,
    outer: bool = False,
) -> tuple[str, int]:
    """The text, and how tightly it binds."""
    if not isinstance(number, SymbolicInt) or number.operation is None:
        return _number(term(number))
    if not outer and key(number) in known:
        return _number(known[key(number)] if names else _plain(number))
    operation = number.operation
    parts = [_format(operand, term, known, names=names) for operand in number.operands]
    if operation is NEGATION:
        return f"−{_bracketed(*parts[0], PRODUCT.precedence)}", operation.precedence
    (left, binds_left), (right, binds_right) = parts
    if operation is CEILING:
        return f"⌈{_divided(left, binds_left, right, binds_right)}⌉", _CLOSED
    if operation is FLOOR:
        text = _divided(left, binds_left, right, binds_right)
        is_exact = number.operands[0] % int(number.operands[1]) == 0
        return (text, FLOOR.precedence) if is_exact else (f"⌊{text}⌋", _CLOSED)
    # Compound operands of a remainder always get brackets. So does the right operand of a
    # difference if it is a sum, and one that begins with a sign.
    least = _CLOSED if operation is REMAINDER else operation.precedence
    left = _bracketed(left, binds_left, least)
    after = operation is DIFFERENCE or right.startswith("−")
    right = _bracketed(right, binds_right, least + after)
    return f"{left} {operation.symbol} {right}", operation.precedence


def _number(text: str) -> tuple[str, int]:
    """The text of a single number, and how tightly it binds: a sign binds loosely."""
    return text, NEGATION.precedence if text.startswith("−") else _CLOSED


def _divided(left: str, binds_left: int, right: str, binds_right: int) -> str:
    left = _bracketed(left, binds_left, PRODUCT.precedence)
    return f"{left} / {_bracketed(right, binds_right, _CLOSED)}"


def _bracketed(text: str, binds: int, least: int) -> str:
    return text if binds >= least else f"({text})"
