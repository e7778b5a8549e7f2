"""Whole numbers that remember how they were computed: a rule that is run on them gives reasons."""

import operator
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias


class Operation(NamedTuple):
    """What a number was computed by: how it is written, and how tightly it binds."""

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
"""How many numbers a formula may be made of; of a longer one only the value is kept."""

_CLOSED = 3
"""The precedence of what needs no brackets around it."""

Key: TypeAlias = tuple[Any, ...]


class SymbolicInt(int):
    """A whole number with a name, or with the operation and operands that it was computed by.

    It is an int like any other: it counts, compares and hashes as its value does, and what it is
    added to, subtracted from, multiplied with or divided by becomes one too. Of other operations,
    and of `min` and `max`, there is nothing to tell but the value.
    """

    name: str
    operation: Operation | None
    operands: tuple[int, ...]
    leaves: int

    @classmethod
    def leaf(cls, value: int, name: str) -> "SymbolicInt":
        """A number that was not computed, but stands for what its name says."""
        return _made(value, name, None, ())

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
                # −(−a // b) is how a division that rounds up is written in Python.
                return _made(-int(self), "", CEILING, (*over.operands, by))
        if self.operation is NEGATION:
            return self.operands[0]
        return _made(-int(self), "", NEGATION, (self,))


def _made(
    value: int, name: str, operation: Operation | None, operands: tuple[int, ...]
) -> SymbolicInt:
    number = SymbolicInt(value)
    number.name, number.operation, number.operands = name, operation, operands
    number.leaves = _leaves(operands)
    return number


def _leaves(operands: tuple[int, ...]) -> int:
    """How many numbers a formula with these operands is made of."""
    return sum(n.leaves if isinstance(n, SymbolicInt) else 1 for n in operands) or 1


def _computed(
    compute: Callable[[int, int], int], operation: Operation, left: Any, right: Any
) -> int:
    """The result, unless the other operand is no whole number; what changes nothing is left out."""
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
    if _leaves((left, right)) > MOST_TERMS:
        return result
    return _made(result, "", operation, (left, right))


_OPPOSITE = {SUM: (operator.sub, DIFFERENCE), DIFFERENCE: (operator.add, SUM)}
_NEUTRAL = {SUM: 0, DIFFERENCE: 0, PRODUCT: 1, FLOOR: 1}


def key(number: int) -> Key:
    """What is equal for numbers that were computed alike."""
    if not isinstance(number, SymbolicInt):
        return (int(number),)
    return (int(number), number.name, number.operation, *map(key, number.operands))


def formula(number: int, known: Mapping[Key, str] | None = None) -> str:
    """How a number was computed, in numbers, such as `⌈16 / 2⌉`.

    A part whose key is `known` is not taken apart: it has been told before.
    """
    return _written(number, _plain, known or {}, outer=True)[0]


def names(number: int, known: Mapping[Key, str] | None = None) -> str:
    """How a number was computed, in names, such as `⌈height / strides⌉`."""
    return _written(number, _name, known or {}, names=True, outer=True)[0]


def _name(leaf: int) -> str:
    return leaf.name if isinstance(leaf, SymbolicInt) else _plain(leaf)


def _plain(number: int) -> str:
    return str(int(number)).replace("-", "−")


def _written(
    number: int,
    leaf: Callable[[int], str],
    known: Mapping[Key, str],
    *,
    names: bool = False,
    outer: bool = False,
) -> tuple[str, int]:
    """The text and how tightly it binds."""
    if not isinstance(number, SymbolicInt) or number.operation is None:
        return _bound(leaf(number))
    if not outer and key(number) in known:
        return _bound(known[key(number)] if names else _plain(number))
    operation = number.operation
    parts = [_written(operand, leaf, known, names=names) for operand in number.operands]
    if operation is NEGATION:
        return f"−{_bracketed(*parts[0], PRODUCT.precedence)}", operation.precedence
    (left, binds_left), (right, binds_right) = parts
    if operation is CEILING:
        return f"⌈{_divided(left, binds_left, right, binds_right)}⌉", _CLOSED
    if operation is FLOOR:
        text = _divided(left, binds_left, right, binds_right)
        is_exact = number.operands[0] % int(number.operands[1]) == 0
        return (text, FLOOR.precedence) if is_exact else (f"⌊{text}⌋", _CLOSED)
    # Beside a remainder there are always brackets; what follows a difference is read as part of it,
    # and no sign follows another.
    least = _CLOSED if operation is REMAINDER else operation.precedence
    left = _bracketed(left, binds_left, least)
    after = operation is DIFFERENCE or right.startswith("−")
    right = _bracketed(right, binds_right, least + after)
    return f"{left} {operation.symbol} {right}", operation.precedence


def _bound(text: str) -> tuple[str, int]:
    """The text of a single number and how tightly it binds, which is less where it has a sign."""
    return text, NEGATION.precedence if text.startswith("−") else _CLOSED


def _divided(left: str, binds_left: int, right: str, binds_right: int) -> str:
    left = _bracketed(left, binds_left, PRODUCT.precedence)
    return f"{left} / {_bracketed(right, binds_right, _CLOSED)}"


def _bracketed(text: str, binds: int, least: int) -> str:
    return text if binds >= least else f"({text})"
