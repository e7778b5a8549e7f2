"""The difference of two networks, layer by layer: two reports in, data out."""

from collections.abc import Callable, Collection, Iterator

from convcalc.differences.arguments import kind_of
from convcalc.differences.difference import (
    ArgumentChange,
    Difference,
    LayerChange,
    Total,
    WeightChange,
)
from convcalc.differences.matching import Matching, Side, match
from convcalc.locks.reports import LockedReport, as_locked
from convcalc.report import LayerReport, ParamTotals, Report, WeightReport

__all__ = ["Difference", "compare"]

_Output = tuple[int, int]


def compare(old: Report, new: Report) -> Difference:
    """Compare two networks.

    Layers match by the names that users gave them; the others match by similarity, in order. The
    names of the networks are not compared. If either is a lock, only what a lock holds is compared.
    """
    by_lock = isinstance(old, LockedReport) or isinstance(new, LockedReport)
    if by_lock:
        old, new = as_locked(old), as_locked(new)
    here, there = Side(old), Side(new)
    matching = match(here, there, ordered=not by_lock)
    wires = _Wires(here, there, matching)
    partners = dict(matching.pairs)
    found = {j for _, j in matching.pairs}
    return Difference(
        old=old,
        new=new,
        pairs=tuple(_pair(here, there, pair, matching, wires) for pair in matching.pairs),
        added=tuple(layer for j, layer in enumerate(new.layers) if j not in found),
        removed=tuple(layer for i, layer in enumerate(old.layers) if i not in partners),
        totals=_totals(old, new),
        outputs_changed=not wires.are_same(
            [here.resolve(tensor.name) for tensor in old.outputs],
            [there.resolve(tensor.name) for tensor in new.outputs],
        ),
    )


def _pair(
    here: Side, there: Side, pair: tuple[int, int], matching: Matching, wires: "_Wires"
) -> LayerChange:
    i, j = pair
    old, new = here.layers[i], there.layers[j]
    moved = pair in matching.moved
    # A generated name that only has another number is not a new name.
    renumbered = not here.given[i] and not there.given[j] and here.stems[i] == there.stems[j]
    return LayerChange(
        old=old,
        new=new,
        renamed=old.name != new.name and not renumbered and not _is_replaced(here, there, pair),
        moved=moved,
        rewired=not moved and not wires.are_same(here.inputs[i], there.inputs[j]),
        kind_changed=kind_of(old) != kind_of(new),
        arguments=() if old.layer is new.layer else tuple(_arguments(old, new)),
        weights=tuple(_weights(old, new)),
    )


def _is_replaced(here: Side, there: Side, pair: tuple[int, int]) -> bool:
    """Whether generated names differ because the kinds do."""
    i, j = pair
    old, new = here.layers[i], there.layers[j]
    return old.kind != new.kind and not here.given[i] and not there.given[j]


class _Wires:
    """Compares inputs, expressed by fixed layers: those in both networks that did not move.

    Any other layer stands for its own inputs. So the layer after an inserted one is not rewired.
    """

    def __init__(self, old: Side, new: Side, matching: Matching) -> None:
        self._fixed = {i: j for i, j in matching.pairs if (i, j) not in matching.moved}
        self._partners = dict(matching.pairs)
        self._old = self._sources(old, self._fixed)
        self._new = self._sources(new, set(self._fixed.values()))

    @staticmethod
    def _sources(side: Side, fixed: Collection[int]) -> list[frozenset[_Output] | None]:
        """The fixed outputs that each layer stands for; None for a fixed layer."""
        found: list[frozenset[_Output] | None] = []
        for i, inputs in enumerate(side.inputs):
            if i in fixed:
                found.append(None)
                continue
            seen: set[_Output] = set()
            for k, output in inputs:
                through = found[k]
                seen |= {(k, output)} if through is None else through
            found.append(frozenset(seen))
        return found

    def are_same(self, old: Collection[_Output], new: Collection[_Output]) -> bool:
        """Whether two lists of inputs are the same, as far as both networks have them."""
        return len(old) == len(new) and all(map(self._is_same, old, new))

    def _is_same(self, old: _Output, new: _Output) -> bool:
        if self._partners.get(old[0]) == new[0]:
            return old[1] == new[1]
        seen = self._old[old[0]]
        here = {old} if seen is None else seen
        through = self._new[new[0]]
        there = {new} if through is None else through
        if not here or not there:
            # A layer without inputs stands for nothing.
            return False
        return any((self._fixed[k], output) in there for k, output in here if k in self._fixed)


def _arguments(old: LayerReport, new: LayerReport) -> Iterator[ArgumentChange]:
    here, there = old.arguments, new.arguments
    if here is None or there is None:
        return
    for name, value in here.items():
        if name in there and repr(value) != repr(there[name]):
            yield ArgumentChange(name, value, there[name])


def _weights(old: LayerReport, new: LayerReport) -> Iterator[WeightChange]:
    if old.weights is None or new.weights is None or old.weights == new.weights:
        return
    here: dict[str, WeightReport] = {weight.path: weight for weight in old.weights}
    there = {weight.path: weight for weight in new.weights}
    for path in here | there:
        if here.get(path) != there.get(path):
            yield WeightChange(path, here.get(path), there.get(path))


def _totals(old: Report, new: Report) -> dict[str, Total]:
    def total(count: Callable[[ParamTotals], int]) -> Total:
        return Total(*(None if r.partial else count(r.params) for r in (old, new)))

    return {
        "params": total(lambda params: params.count),
        "trainable_params": total(lambda params: params.trainable),
        "non_trainable_params": total(lambda params: params.non_trainable),
        "param_bytes": total(lambda params: params.bytes),
    }
