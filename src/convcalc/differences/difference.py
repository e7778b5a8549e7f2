"""The difference of two networks, as data."""

from typing import Any

import msgspec

from convcalc.locks.reports import LockedReport
from convcalc.report import LayerReport, Report, WeightReport

SCHEMA = "convcalc.diff/1"


class ArgumentChange(msgspec.Struct, frozen=True):
    """An argument with a new value; values are plain data."""

    name: str
    old: Any
    new: Any


class WeightChange(msgspec.Struct, frozen=True):
    """A changed variable of a layer; None on a side that does not have it."""

    path: str
    old: WeightReport | None
    new: WeightReport | None

    def to_dict(self) -> dict[str, Any]:
        """The change as plain JSON data."""
        return _both(*(weight and weight.to_dict() for weight in (self.old, self.new)))


class LayerChange(msgspec.Struct, frozen=True, kw_only=True):
    """A layer that is in both networks, and its changes.

    `renamed` ignores generated numbers in names. `moved` means another place among the layers,
    `rewired` other inputs; inserting, removing or moving a predecessor does not rewire a layer.
    """

    old: LayerReport
    new: LayerReport
    renamed: bool = False
    moved: bool = False
    rewired: bool = False
    kind_changed: bool = False
    arguments: tuple[ArgumentChange, ...] = ()
    weights: tuple[WeightChange, ...] = ()

    @property
    def reshaped(self) -> bool:
        """Whether the output shapes changed."""
        return self.old.output_shapes != self.new.output_shapes

    @property
    def recounted(self) -> bool:
        """Whether the number, size or trainability of the parameters changed."""
        return self.old.params != self.new.params

    @property
    def fault_changed(self) -> bool:
        """Whether the layer has another fault, or a fault on one side only."""
        return self.old.fault != self.new.fault

    @property
    def shared_changed(self) -> bool:
        """Whether only one side shares the weights of another layer."""
        return (self.old.shares is None) != (self.new.shares is None)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed, apart from a generated number in the name."""
        return not (
            self.renamed
            or self.moved
            or self.rewired
            or self.kind_changed
            or self.arguments
            or self.weights
            or self.reshaped
            or self.recounted
            or self.fault_changed
            or self.shared_changed
        )

    def to_dict(self) -> dict[str, Any]:
        """The change as plain JSON data; an unchanged part is None or empty."""
        old, new = self.old, self.new
        data: dict[str, Any] = {
            "name": _both(old.name, new.name),
            "kind": _both(old.kind, new.kind),
            "renamed": self.renamed,
            "moved": self.moved,
            "arguments": {each.name: _both(each.old, each.new) for each in self.arguments},
            "weights": {each.path: each.to_dict() for each in self.weights},
            "inputs": _both(list(old.inputs), list(new.inputs)) if self.rewired else None,
            "output_shapes": _both(*(layer.to_dict()["output_shapes"] for layer in (old, new)))
            if self.reshaped
            else None,
            "params": None,
            "trainable_params": None,
            "shares": _both(old.shares, new.shares) if self.shared_changed else None,
            "fault": _both(old.fault, new.fault) if self.fault_changed else None,
        }
        if self.recounted:
            data["params"] = _both(*(p and p.count for p in (old.params, new.params)))
            data["trainable_params"] = _both(*(p and p.trainable for p in (old.params, new.params)))
        return data


class Total(msgspec.Struct, frozen=True):
    """A total of each network; None if it is unknown."""

    old: int | None
    new: int | None

    @property
    def change(self) -> int | None:
        """New minus old; None if either is unknown."""
        return None if self.old is None or self.new is None else self.new - self.old

    @property
    def percent(self) -> float | None:
        """The change in percent of the old total; None if that is 0 or unknown."""
        return None if self.change is None or not self.old else 100 * self.change / self.old

    def to_dict(self) -> dict[str, Any]:
        """The total as plain JSON data."""
        return {"old": self.old, "new": self.new, "change": self.change, "percent": self.percent}


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """The changes from an old network to a new one, layer by layer.

    >>> wide = convcalc.summarize("model.yaml", variables={"filters": 32})
    >>> difference = convcalc.diff("model.yaml", wide)
    >>> difference.changed[0].arguments
    (ArgumentChange(name='filters', old=16, new=32),)
    >>> difference.totals["params"].old, difference.totals["params"].new
    (36458, 72906)

    Attributes:
        old: the report of the old network, reduced to what a lock holds if either side is a lock.
        new: the report of the new network, in the same form.
        pairs: the layers that are in both, changed or not, in the order of the new network.
        added: the layers that only the new network has.
        removed: the layers that only the old network has.
        totals: `params`, `trainable_params`, `non_trainable_params` and `param_bytes` of both.
        outputs_changed: whether other layers are the outputs.
    """

    old: Report
    new: Report
    pairs: tuple[LayerChange, ...] = ()
    added: tuple[LayerReport, ...] = ()
    removed: tuple[LayerReport, ...] = ()
    totals: dict[str, Total] = {}
    outputs_changed: bool = False

    @property
    def by_lock(self) -> bool:
        """Whether either side is a lock."""
        return isinstance(self.old, LockedReport)

    @property
    def changed(self) -> tuple[LayerChange, ...]:
        """The pairs in which something changed."""
        return tuple(pair for pair in self.pairs if not pair.is_empty)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed, apart from numbers in generated names.

        >>> convcalc.diff("model.yaml", convcalc.load("model.yaml")).is_empty
        True
        """
        return not (self.changed or self.added or self.removed or self.outputs_changed)

    def to_dict(self) -> dict[str, Any]:
        """The difference as plain JSON data, in the schema `convcalc.diff/1`."""
        outputs = _both(*([each.name for each in r.outputs] for r in (self.old, self.new)))
        return {
            "schema": SCHEMA,
            "old": {"name": self.old.name, "source": self.old.source, "ok": self.old.ok},
            "new": {"name": self.new.name, "source": self.new.source, "ok": self.new.ok},
            "same": self.is_empty,
            "by_lock": self.by_lock,
            "added": [layer.to_dict() for layer in self.added],
            "removed": [layer.to_dict() for layer in self.removed],
            "changed": [pair.to_dict() for pair in self.changed],
            "renumbered": [
                _both(pair.old.name, pair.new.name)
                for pair in self.pairs
                if pair.old.name != pair.new.name and not pair.renamed
            ],
            "outputs": outputs if self.outputs_changed else None,
            "totals": {name: total.to_dict() for name, total in self.totals.items()},
        }


def _both(old: Any, new: Any) -> dict[str, Any]:
    return {"old": old, "new": new}
