"""The alignment of two sequences that leaves the fewest items unmatched."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import NamedTuple

Pairs = list[tuple[int, int]]


class Item(NamedTuple):
    """The features of a layer that are compared.

    Items with the same `anchor` always match; others match only if their `kind` is equal. Among the
    alignments with the most matches, the best has the most equal content, then the most neighbours
    of equal kind, then the most equal stems, then the most equal names. `arguments` are the parts
    of `content`; `stem` is the name without a generated number.
    """

    kind: str
    content: str
    name: str = ""
    stem: str = ""
    anchor: str | None = None
    arguments: Mapping[str, str] = {}


# The costs of a step. Each is larger than all later ones together can become.
_ALONE, _CONTENT, _NEIGHBOUR, _STEM, _NAME = 1 << 80, 1 << 56, 1 << 36, 1 << 18, 1
_NEVER = 1 << 120
_MOST_CELLS, _MOST_AT_FIRST = 250_000, 4_000_000
_DIAGONALS = 8
_STRETCH = 8

_Content = tuple[str | None, str, str]
_Key = tuple[str | None, str, str, str, str, str]

_MATCH, _OLD, _NEW = 0, 1, 2


def align(old: Sequence[Item], new: Sequence[Item], *, divide: bool = True) -> Pairs:
    """Match positions, in order on both sides.

    Equal items at both ends match directly. The search of the rest widens with the difference, up
    to a limit, where the best alignment so far is taken. `divide` allows very long sequences to be
    divided first.
    """
    first = 0
    shortest = min(len(old), len(new))
    while first < shortest and _is_same(old[first], new[first]):
        first += 1
    last = 0
    while last < shortest - first and _is_same(old[-1 - last], new[-1 - last]):
        last += 1
    inner = _align(old[first : len(old) - last], new[first : len(new) - last], divide=divide)
    ends = [(len(old) - k, len(new) - k) for k in range(last, 0, -1)]
    return [*((k, k) for k in range(first)), *((first + i, first + j) for i, j in inner), *ends]


def _is_same(a: Item, b: Item) -> bool:
    return (a.anchor, a.kind, a.content, a.stem) == (b.anchor, b.kind, b.content, b.stem)


def _align(old: Sequence[Item], new: Sequence[Item], *, divide: bool) -> Pairs:
    if not old or not new:
        return []
    apart = abs(len(old) - len(new))
    beside = _DIAGONALS
    if len(old) * (apart + 2 * beside) > _MOST_AT_FIRST:
        return (_divided(old, new) if divide else []) or _by_name(old, new)
    here, there = _Side(old), _Side(new)
    while True:
        pairs = _align_near(here, there, beside)
        alone = len(old) + len(new) - 2 * len(pairs)
        # A path outside of these diagonals leaves more items unmatched.
        is_best = alone <= apart + 2 * beside
        beside *= 4
        if is_best or len(old) * (apart + 2 * beside) > _MOST_CELLS:
            return pairs


class _Class(NamedTuple):
    """An item and the kinds of its neighbours: the items of a network have few classes."""

    item: Item
    before: str
    after: str

    @property
    def key(self) -> _Key:
        item = self.item
        return item.anchor, item.kind, item.content, item.stem, self.before, self.after

    def cost(self, other: "_Class") -> int:
        a, b = self.item, other.item
        if a.anchor != b.anchor or (a.anchor is None and a.kind != b.kind):
            return _NEVER
        cost = ((self.before != other.before) + (self.after != other.after)) * _NEIGHBOUR
        cost += (a.stem != b.stem) * _STEM
        if a.kind != b.kind or a.content != b.content:
            here, there = a.arguments, b.arguments
            changed = sum(here.get(name) != there.get(name) for name in {*here, *there})
            cost += (16 + min(changed, 15)) * _CONTENT
        return cost


class _Side:
    """Items, each with the number of its class."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.names = [item.name for item in items]
        self.numbers: list[int] = []
        self.classes: list[_Class] = []
        numbers: dict[_Key, int] = {}
        kinds = ["", *(item.kind for item in items), ""]
        for k, item in enumerate(items):
            one = _Class(item, kinds[k], kinds[k + 2])
            number = numbers.setdefault(one.key, len(numbers))
            if number == len(self.classes):
                self.classes.append(one)
            self.numbers.append(number)


def _align_near(old: _Side, new: _Side, beside: int) -> Pairs:
    """Find the best path that stays within `beside` diagonals of both ends."""
    n, m = len(old.names), len(new.names)
    low, high = min(0, m - n) - beside, max(0, m - n) + beside
    names, numbers = new.names, new.numbers
    costs: list[dict[int, int]] = [{} for _ in old.classes]
    before = [j * _ALONE for j in range(min(m, high) + 1)]
    before += [_NEVER] * (m + 1 - len(before))
    steps = [bytearray()]
    starts = [0]
    for i in range(1, n + 1):
        start, end = max(0, i + low), min(m, i + high)
        name, number = old.names[i - 1], old.numbers[i - 1]
        known = costs[number]
        taken = bytearray(end - start + 1)
        corner = before[start - 1] if start else _NEVER
        left = _NEVER
        for j in range(start, end + 1):
            above = before[j]
            best, step = above + _ALONE, _OLD
            if left + _ALONE < best:
                best, step = left + _ALONE, _NEW
            if j:
                other = numbers[j - 1]
                cost = known.get(other)
                if cost is None:
                    cost = known[other] = old.classes[number].cost(new.classes[other])
                match = corner + cost + (names[j - 1] != name) * _NAME
                if match <= best:
                    best, step = match, _MATCH
            taken[j - start] = step
            before[j] = left = best  # `corner` keeps the previous value
            corner = above
        if start:
            before[start - 1] = _NEVER
        steps.append(taken)
        starts.append(start)
    pairs: Pairs = []
    i, j = n, m
    while i and j:
        step = steps[i][j - starts[i]]
        if step == _MATCH:
            pairs.append((i - 1, j - 1))
        i -= step != _NEW
        j -= step != _OLD
    return pairs[::-1]


def _divided(old: Sequence[Item], new: Sequence[Item]) -> Pairs:
    """Align separately between stretches that are unique on both sides."""
    here, there = _stretches(old), _stretches(new)
    found = sorted((here[key], there[key]) for key in here.keys() & there.keys())
    kept = longest_increasing([j for _, j in found])
    pairs: Pairs = []
    i, j = 0, 0
    for a, b in [*(found[k] for k in kept), (len(old), len(new))]:
        if kept:
            pairs += ((i + x, j + y) for x, y in align(old[i:a], new[j:b], divide=False))
        i, j = a, b
    return pairs


def _stretches(items: Sequence[Item]) -> dict[tuple[_Content, ...], int]:
    """The start of each unique stretch of items."""
    places: dict[tuple[_Content, ...], list[int]] = {}
    plain = [(item.anchor, item.kind, item.content) for item in items]
    for k in range(len(plain) - _STRETCH + 1):
        places.setdefault(tuple(plain[k : k + _STRETCH]), []).append(k)
    return {key: found[0] for key, found in places.items() if len(found) == 1}


def _by_name(old: Sequence[Item], new: Sequence[Item]) -> Pairs:
    """Match items of the same kind and name that are in the same order."""
    places = {(item.kind, item.name): j for j, item in enumerate(new)}
    found = [
        (i, places[item.kind, item.name])
        for i, item in enumerate(old)
        if (item.kind, item.name) in places
    ]
    kept = longest_increasing([j for _, j in found])
    return [found[k] for k in kept]


def longest_increasing(numbers: Sequence[int]) -> list[int]:
    """The positions of a longest increasing subsequence of different numbers."""
    ends: list[int] = []
    positions: list[int] = []
    previous: list[int] = []
    for k, number in enumerate(numbers):
        length = bisect_left(ends, number)
        previous.append(positions[length - 1] if length else -1)
        ends[length : length + 1] = [number]
        positions[length : length + 1] = [k]
    kept = []
    k = positions[-1] if positions else -1
    while k >= 0:
        kept.append(k)
        k = previous[k]
    return kept[::-1]
