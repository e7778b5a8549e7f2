"""Differences of a network from its lock, layer by layer."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from convcalc.checks.finding import Finding, Place
from convcalc.locks.lock import (
    TOTALS,
    Lock,
    LockedInput,
    LockedLayer,
    LockedWeight,
    by_number,
    count_of,
    lock,
    named_layers,
    readable,
)
from convcalc.locks.reading import LockFile
from convcalc.report import Report
from convcalc.shapes import Shape, format_shape, format_sizes

CODES = {
    "lock-missing": "a model has no lock, where one is required",
    "lock-orphan": "there is no model of which a file is the lock, or its lock is another file",
    "lock-model": "the lock is that of a model of another name",
    "lock-input": "an input is new or gone, or has another shape or data type",
    "lock-outputs": "other layers are the outputs of the network",
    "lock-layer-added": "a layer of the model is not in the lock",
    "lock-layer-removed": "a locked layer is not in the model",
    "lock-kind": "a layer is of another kind",
    "lock-output": "a layer gives another shape, or another number of them",
    "lock-shares": "a layer shares the weights of another layer, or no longer does",
    "lock-weight": "a weight is new or gone, has another shape or data type, or is trained or not",
    "lock-total": "the network has another number of parameters",
}
"""The rules of findings about locks, with their descriptions."""


def find_drifts(file: LockFile, report: Report) -> tuple[Finding, ...]:
    """Find the differences from a lock: inputs and outputs, then layers, then totals.

    The `key` of a finding is the drifted weight or total, `expected` is the locked value, and
    `difference` is the number of elements more than locked, if both are known. `place` is in the
    lock.

    In a network with errors, unknown parts are not compared; nothing is if its layers differ from
    the lock, since an error may be the reason.
    """
    return tuple(_Comparison(file, report).drifts())


class _Comparison:
    def __init__(self, file: LockFile, report: Report) -> None:
        self.file = file
        self.locked = file.lock
        now = lock(report)
        self.now: Lock = now if report.ok else _as_far_as_known(now, file.lock, report)
        self.source = report.source
        inputs = {readable(layer.name): layer for layer in report.layers}
        self.layers = {**inputs, **named_layers(report)}

    def drifts(self) -> Iterator[Finding]:
        locked, now = self.locked, self.now
        if now.model != locked.model:
            message = f"the lock is that of {locked.model}, not of {now.model}"
            yield self.drift("lock-model", message, locked.model, now.model, at=("model",))
        for name in _all(locked.inputs, now.inputs):
            yield from self.input(name, locked.inputs.get(name), now.inputs.get(name))
        if now.outputs != locked.outputs:
            there, here = (", ".join(each) or "none" for each in (locked.outputs, now.outputs))
            message = f"the outputs are {here}, locked as {there}"
            yield self.drift("lock-outputs", message, locked.outputs, now.outputs, at=("outputs",))
        for name in sorted({**locked.layers, **now.layers}, key=by_number):
            yield from self.layer(name, locked.layers.get(name), now.layers.get(name))
        for name in TOTALS:
            yield from self.total(name, locked.totals.get(name), now.totals.get(name))

    def input(
        self, name: str, there: LockedInput | None, here: LockedInput | None
    ) -> Iterator[Finding]:
        if there == here:
            return
        at = ("inputs", name)
        if here is None or there is None:
            message = (
                f"input {name} is locked, but not in the model"
                if here is None
                else f"input {name} is not in the lock"
            )
        elif here.dtype != there.dtype:
            message = f"input {name} is {_described(here)}, locked as {_described(there)}"
        else:
            message = f"input {name} is {_shape(here.shape)}, locked as {_shape(there.shape)}"
        yield self.drift("lock-input", message, _plain(there), _plain(here), at=at, layer=name)

    def layer(
        self, name: str, there: LockedLayer | None, here: LockedLayer | None
    ) -> Iterator[Finding]:
        at = ("layers", name)
        if here is None or there is None:
            if here is not None:
                message = f"{name} ({here.kind}) is not in the lock"
                yield self.drift("lock-layer-added", message, None, _plain(here), at=at, layer=name)
            elif there is not None:
                message = f"{name} ({there.kind}) is locked, but not in the model"
                yield self.drift(
                    "lock-layer-removed", message, _plain(there), None, at=at, layer=name
                )
            return
        if here.kind != there.kind:
            message = f"{name} is of the kind {here.kind}, locked as {there.kind}"
            yield self.drift(
                "lock-kind", message, there.kind, here.kind, at=(*at, "kind"), layer=name
            )
        if here.outputs != there.outputs:
            message = f"{name} gives {_shapes(here.outputs)}, locked as {_shapes(there.outputs)}"
            key = "output" if (*at, "output") in self.file.places else "outputs"
            yield self.drift(
                "lock-output", message, there.outputs, here.outputs, at=(*at, key), layer=name
            )
        if here.shares != there.shares:
            now, then = (
                f"the weights of {other}" if other is not None else "no weights"
                for other in (here.shares, there.shares)
            )
            message = f"{name} shares {now}, locked as sharing {then}"
            yield self.drift(
                "lock-shares", message, there.shares, here.shares, at=(*at, "shares"), layer=name
            )
        yield from self.weights(name, there.weights, here.weights)

    def weights(
        self,
        layer: str,
        there: Mapping[str, LockedWeight] | None,
        here: Mapping[str, LockedWeight] | None,
    ) -> Iterator[Finding]:
        at = ("layers", layer, "weights")
        if here is None or there is None:
            if here is not there:
                expected, found = ("unknown" if w is None else "known" for w in (there, here))
                message = f"the weights of {layer} are {found}, locked as {expected}"
                yield self.drift("lock-weight", message, expected, found, at=at, layer=layer)
            return
        for path in _all(there, here):
            then, now = there.get(path), here.get(path)
            if then == now:
                continue
            yield self.drift(
                "lock-weight",
                _of_weight(f"{path} of {layer}", then, now),
                _plain(then),
                _plain(now),
                at=(*at, path),
                layer=layer,
                key=path,
                difference=_more(_size(then), _size(now)),
            )

    def total(self, name: str, there: int | None, here: int | None) -> Iterator[Finding]:
        if there == here:
            return
        more = _more(there, here)
        now, then = ("unknown" if each is None else f"{each:,}" for each in (here, there))
        change = "" if more is None else f" ({more:+,})"
        message = f"{name} are {now}, locked as {then}{change}"
        yield self.drift(
            "lock-total", message, there, here, at=("totals", name), key=name, difference=more
        )

    def drift(  # noqa: PLR0913 (the fields of a finding)
        self,
        rule: str,
        message: str,
        expected: Any,
        found: Any,
        *,
        at: tuple[str, ...],
        layer: str | None = None,
        key: str = "",
        difference: int | None = None,
    ) -> Finding:
        there = self.layers.get(layer or "")
        return Finding(
            rule=rule,
            model=self.source,
            message=message,
            layer=layer,
            key=key,
            expected=expected,
            found=found,
            difference=difference,
            place=Place(self.file.source, self.file.span(*at)),
            layer_place=Place(self.source, there.span) if there else None,
        )


def _as_far_as_known(now: Lock, locked: Lock, report: Report) -> Lock:
    """The known parts of a network with errors, completed from the lock."""
    same = msgspec.structs.replace(locked, model=now.model)
    if now.layers.keys() != locked.layers.keys() or now.inputs.keys() != locked.inputs.keys():
        return same
    reported = named_layers(report)
    layers = {
        name: there if reported[name].fault else _known(now.layers[name], there)
        for name, there in locked.layers.items()
    }
    inputs = {
        name: there if now.inputs[name].shape is None else now.inputs[name]
        for name, there in locked.inputs.items()
    }
    return msgspec.structs.replace(same, inputs=inputs, layers=layers)


def _known(here: LockedLayer, there: LockedLayer) -> LockedLayer:
    return LockedLayer(
        here.kind,
        there.outputs if here.outputs is None else here.outputs,
        there.weights if here.weights is None else here.weights,
        here.shares,
    )


def _all(locked: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """The names on both sides; those that are only in the lock come last."""
    return tuple(dict.fromkeys((*now, *locked)))


def _plain(value: Any) -> Any:
    return None if value is None else msgspec.to_builtins(value)


def _of_weight(name: str, there: LockedWeight | None, here: LockedWeight | None) -> str:
    if there is None or here is None:
        if here is not None:
            return f"{name} is not in the lock"
        return f"{name} is locked, but not in the model"
    changes = []
    if here.shape != there.shape:
        changes.append(f"{format_sizes(here.shape)}, locked as {format_sizes(there.shape)}")
    if here.dtype != there.dtype:
        changes.append(f"{here.dtype}, locked as {there.dtype}")
    if here.trainable != there.trainable:
        now, then = ("trained" if weight.trainable else "not trained" for weight in (here, there))
        changes.append(f"{now}, locked as {then}")
    return f"{name} is {'; '.join(changes)}"


def _size(weight: LockedWeight | None) -> int | None:
    return 0 if weight is None else count_of(weight)


def _more(there: int | None, here: int | None) -> int | None:
    return None if there is None or here is None else here - there


def _described(tensor: LockedInput) -> str:
    return f"{_shape(tensor.shape)} {tensor.dtype}"


def _shape(shape: Shape | None) -> str:
    return "unknown" if shape is None else format_shape(shape)


def _shapes(shapes: tuple[Shape, ...] | None) -> str:
    if shapes is None:
        return "an unknown shape"
    return " and ".join(map(format_shape, shapes)) or "nothing"
