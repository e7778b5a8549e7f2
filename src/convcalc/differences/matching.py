"""Matching the layers of two networks.

Layers with a name that a user gave match by name. The others match by features and order: generated
names count little, since one more layer renumbers all that follow.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from convcalc.differences.alignment import Item, Pairs, align, longest_increasing
from convcalc.differences.arguments import features, is_distinctive, kind_of
from convcalc.differences.names import Names
from convcalc.layers.kind import Kind
from convcalc.locks.lock import by_number
from convcalc.report import LayerReport, Report


class Matching(NamedTuple):
    """Pairs of positions, in the order of the new network, and the pairs that moved."""

    pairs: Pairs
    moved: frozenset[tuple[int, int]]


class Side:
    """The layers of one network, prepared for a comparison."""

    def __init__(self, report: Report) -> None:
        names = Names(report)
        self.report = report
        self.layers: Sequence[LayerReport] = report.layers
        self.stems: list[str] = []
        self.given: list[bool] = []
        for layer in self.layers:
            stem, given = names.stem(layer)
            self.stems.append(stem)
            self.given.append(given)
        self.positions = {layer.name: i for i, layer in enumerate(self.layers)}
        self.inputs = [tuple(map(self.resolve, layer.inputs)) for layer in self.layers]
        self._described: dict[int, tuple[Kind | None, Item]] = {}

    def resolve(self, reference: str) -> tuple[int, int]:
        """The positions of the layer and of the output that a reference names."""
        if reference in self.positions:
            return self.positions[reference], 0
        name, _, output = reference.rpartition(":")
        return self.positions[name], int(output)

    def items(self, anchors: frozenset[str]) -> list[Item]:
        """The features of each layer; layers with names in `anchors` match by name."""
        return [self._item(i, anchors) for i in range(len(self.layers))]

    def _item(self, i: int, anchors: frozenset[str]) -> Item:
        layer = self.layers[i]
        # Equal layers are often one object. It is kept, so that no other gets its id.
        key = id(layer.layer) if layer.layer is not None else 0
        if key in self._described and key:
            described = self._described[key][1]
        else:
            values = {name: repr(value) for name, value in features(layer).items()}
            content = "; ".join(f"{name}={value}" for name, value in values.items())
            described = Item(kind_of(layer), content, arguments=values)
            self._described[key] = layer.layer, described
        anchor = layer.name if layer.name in anchors else None
        content = described.content if layer.shares is None else f"{described.content} again"
        return described._replace(
            content=content, name=layer.name, stem=self.stems[i], anchor=anchor
        )


def match(old: Side, new: Side, *, ordered: bool = True) -> Matching:
    """Match the layers of two networks; swapping them swaps the result.

    `ordered` is false if the inputs and the order of layers are unknown. Then layers with generated
    names are in the order of their numbers, and none has moved.
    """
    anchors = frozenset(_given(old) & _given(new))
    here, there = old.items(anchors), new.items(anchors)
    if not ordered:
        same = _single(old, here, _free(here)).keys() & _single(new, there, _free(there)).keys()
        here, there = ([_anchored(item, same) for item in items] for items in (here, there))
    # Equally good matches must not depend on which network is the older.
    if _order(there) < _order(here):
        turned = _Matcher(new, old, there, here, ordered=ordered).matching()
        return Matching(
            sorted(((i, j) for j, i in turned.pairs), key=lambda pair: pair[1]),
            frozenset((i, j) for j, i in turned.moved),
        )
    return _Matcher(old, new, here, there, ordered=ordered).matching()


def _given(side: Side) -> set[str]:
    """The names that users gave, without duplicates in a faulty file."""
    counts = Counter(layer.name for layer in side.layers)
    named = zip(side.layers, side.given, strict=True)
    return {layer.name for layer, given in named if given and counts[layer.name] == 1}


def _order(items: Iterable[Item]) -> list[tuple[str, str, str]]:
    return [(item.kind, item.content, item.name) for item in items]


def _free(items: Sequence[Item]) -> list[int]:
    return [k for k, item in enumerate(items) if item.anchor is None]


def _single(side: Side, items: Sequence[Item], positions: Iterable[int]) -> dict[str, int]:
    """The distinctive layers that no other at these positions equals, by kind and arguments."""
    found: dict[str, list[int]] = {}
    for k in positions:
        if is_distinctive(side.layers[k]):
            found.setdefault(_key(items[k]), []).append(k)
    return {key: places[0] for key, places in found.items() if len(places) == 1}


def _anchored(item: Item, keys: Collection[str]) -> Item:
    """Anchor an item by its kind and arguments if they are in `keys`."""
    is_free = item.anchor is None and _key(item) in keys
    return item._replace(anchor=_key(item)) if is_free else item


def _key(item: Item) -> str:
    return f"{item.kind} {item.content}"


class _Matcher:
    def __init__(
        self,
        old: Side,
        new: Side,
        old_items: Sequence[Item],
        new_items: Sequence[Item],
        *,
        ordered: bool,
    ) -> None:
        self.old, self.new = old, new
        self.old_items, self.new_items = old_items, new_items
        self.ordered = ordered
        self.partner: dict[int, int] = {}
        self.taken: set[int] = set()

    def matching(self) -> Matching:
        in_order = self.in_order()
        self.add(in_order)
        self.add(self.by_name())
        self.add(self.by_runs())
        self.add(self.by_content())
        if not self.ordered:
            self.add(self.in_order())
            return Matching(sorted(self.partner.items(), key=lambda pair: pair[1]), frozenset())
        for i, j in self.by_inputs():
            self.add([(i, j)])
        for i, j in self.in_same_place(in_order):
            self.add([(i, j)])
        pairs = sorted(self.partner.items(), key=lambda pair: pair[1])
        kept = {pairs[k] for k in longest_increasing([i for i, _ in pairs])}
        return Matching(pairs, self.moved(pairs, kept))

    def moved(
        self, pairs: Iterable[tuple[int, int]], kept: set[tuple[int, int]]
    ) -> frozenset[tuple[int, int]]:
        """The pairs that are out of order, unless the layer still reads the same inputs.

        Such a layer did not move: the file only lists another branch first.
        """
        found: set[int] = set()
        for i, j in pairs:
            inputs = self.old.inputs[i]
            is_same = inputs and self.reads_same(i, j) and not any(k in found for k, _ in inputs)
            if (i, j) not in kept and not is_same:
                found.add(i)
        return frozenset((i, self.partner[i]) for i in found)

    def add(self, pairs: Iterable[tuple[int, int]]) -> None:
        for i, j in pairs:
            self.partner[i] = j
            self.taken.add(j)

    def left(self) -> tuple[list[int], list[int]]:
        """The unmatched layers on each side."""
        return (
            [i for i in range(len(self.old_items)) if i not in self.partner],
            [j for j in range(len(self.new_items)) if j not in self.taken],
        )

    def in_order(self) -> Pairs:
        """Match as many unmatched layers as possible in their order."""
        old, new = self.left()
        if not self.ordered:
            old.sort(key=lambda i: self.by_number(self.old, self.old_items, i))
            new.sort(key=lambda j: self.by_number(self.new, self.new_items, j))
        pairs = align([self.old_items[i] for i in old], [self.new_items[j] for j in new])
        return [(old[i], new[j]) for i, j in pairs]

    @staticmethod
    def by_number(side: Side, items: Sequence[Item], position: int) -> tuple[Any, ...]:
        """A sort key that groups layers by kind, with user-given names last."""
        item = items[position]
        return item.kind, side.given[position], by_number(item.name)

    def by_name(self) -> Pairs:
        """Match layers by anchor, wherever they are."""
        old, new = self.left()
        places = {self.new_items[j].anchor: j for j in new if self.new_items[j].anchor is not None}
        return [
            (i, places[self.old_items[i].anchor]) for i in old if self.old_items[i].anchor in places
        ]

    def by_runs(self) -> Pairs:
        """Match equal runs of consecutive unmatched layers."""
        old, new = self.left()
        runs: dict[tuple[tuple[str, str], ...], list[list[int]]] = {}
        for run in _runs(new):
            runs.setdefault(self.contents(self.new_items, run), []).append(run)
        pairs: Pairs = []
        for run in _runs(old):
            same = runs.get(self.contents(self.old_items, run))
            if same:
                pairs += zip(run, same.pop(0), strict=True)
        return pairs

    def by_content(self) -> Pairs:
        """Match layers whose kind and arguments are unique among the unmatched ones."""
        old, new = self.left()
        here = _single(self.old, self.old_items, old)
        there = _single(self.new, self.new_items, new)
        return [(here[key], there[key]) for key in here if key in there]

    def by_inputs(self) -> Iterator[tuple[int, int]]:
        """Match layers of the same kind with the same inputs, wherever they are listed."""
        old, new = self.left()
        places: dict[tuple[str, tuple[tuple[int, int], ...]], list[int]] = {}
        for j in new:
            if self.new.inputs[j]:
                places.setdefault((self.new_items[j].kind, self.new.inputs[j]), []).append(j)
        for i in old:
            read = tuple((self.partner.get(k, -1), output) for k, output in self.old.inputs[i])
            same = places.get((self.old_items[i].kind, read))
            if same:
                yield i, same.pop(0)

    def in_same_place(self, in_order: Pairs) -> Iterator[tuple[int, int]]:
        """Match layers of different kinds with the same inputs at the same place."""
        ends = [*in_order, (len(self.old_items), len(self.new_items))]
        before = (-1, -1)
        for i, j in ends:
            here = [k for k in range(before[0] + 1, i) if k not in self.partner]
            there = [k for k in range(before[1] + 1, j) if k not in self.taken]
            before = i, j
            if len(here) != len(there):
                continue
            for a, b in zip(here, there, strict=True):
                if self.reads_same(a, b) and not (self.old.given[a] and self.new.given[b]):
                    yield a, b

    def reads_same(self, i: int, j: int) -> bool:
        read = [(self.partner.get(k), output) for k, output in self.old.inputs[i]]
        return read == list(self.new.inputs[j])

    @staticmethod
    def contents(items: Sequence[Item], positions: Iterable[int]) -> tuple[tuple[str, str], ...]:
        return tuple((items[k].kind, items[k].content) for k in positions)


def _runs(positions: Iterable[int]) -> Iterator[list[int]]:
    """Split positions into runs of consecutive ones."""
    run: list[int] = []
    for position in positions:
        if run and position != run[-1] + 1:
            yield run
            run = []
        run.append(position)
    if run:
        yield run
