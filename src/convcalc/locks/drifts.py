"""What of a network is not as it was locked, layer by layer."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from convcalc.diagnostics import Span
from convcalc.layers.kind import LARGEST
from convcalc.locks.lock import (
    TOTALS,
    Lock,
    LockedInput,
    LockedLayer,
    LockedWeight,
    by_number,
    lock,
    named_layers,
)
from convcalc.locks.reading import LockFile
from convcalc.report import Report
from convcalc.shapes import Shape, format_shape, format_sizes

CODES = {
    "lock-missing": "a model has no lock, where one is required",
    "lock-orphan": "there is no model of which a file is the lock",
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
"""What can drift."""


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as it was locked in the file called `path`.

    `layer` is the layer that has drifted, and `part` which part of it, or of the network:
    a weight, an input, a total. `expected` is what is locked and `found` what is there instead, as
    plain data; `difference` is how many numbers there are more, where both are counted. `span` is
    the place of the expectation in the lock, `model_span` that of the layer in the model.
    """

    code: str
    message: str
    path: str
    layer: str | None = None
    part: str | None = None
    expected: Any = None
    found: Any = None
    difference: int | None = None
    span: Span | None = None
    model_span: Span | None = None

    @property
    def fingerprint(self) -> str:
        """What tells a drift from others, whatever is above it in the file and however large."""
        key = "\0".join((self.path, self.layer or "", self.part or "", self.code))
        return hashlib.sha256(key.encode("utf-8", "backslashreplace")).hexdigest()[:16]

    def to_dict(self) -> dict[str, Any]:
        """The drift as plain JSON data."""
        return {**msgspec.structs.asdict(self), "fingerprint": self.fingerprint}


def find_drifts(file: LockFile, report: Report) -> tuple[Drift, ...]:
    """What of a network is not as it was locked: its ends, each layer in order, the totals."""
    return tuple(_Comparison(file, report).drifts())


class _Comparison:
    def __init__(self, file: LockFile, report: Report) -> None:
        self.file = file
        self.locked = file.lock
        self.now: Lock = lock(report)
        self.layers = named_layers(report)
        self.spans = {layer.name: layer.span for layer in report.layers}

    def drifts(self) -> Iterator[Drift]:
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
    ) -> Iterator[Drift]:
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
        yield self.drift(
            "lock-input", message, _plain(there), _plain(here), at=at, part=name,
            model_span=self.spans.get(name),
        )  # fmt: skip

    def layer(
        self, name: str, there: LockedLayer | None, here: LockedLayer | None
    ) -> Iterator[Drift]:
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
    ) -> Iterator[Drift]:
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
                part=path,
                difference=_more(_count(then), _count(now)),
            )

    def total(self, name: str, there: int | None, here: int | None) -> Iterator[Drift]:
        if there == here:
            return
        more = _more(there, here)
        now, then = ("unknown" if each is None else f"{each:,}" for each in (here, there))
        change = "" if more is None else f" ({more:+,})"
        message = f"{name} are {now}, locked as {then}{change}"
        yield self.drift(
            "lock-total", message, there, here, at=("totals", name), part=name, difference=more
        )

    def drift(
        self,
        code: str,
        message: str,
        expected: Any,
        found: Any,
        *,
        at: tuple[str, ...],
        layer: str | None = None,
        **others: Any,
    ) -> Drift:
        if layer is not None and layer in self.layers:
            others["model_span"] = self.layers[layer].span
        return Drift(
            code=code,
            message=message,
            path=self.file.source,
            layer=layer,
            expected=expected,
            found=found,
            span=self.file.span(*at),
            **others,
        )


def _all(locked: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of both, those that are only locked last."""
    return tuple(dict.fromkeys((*now, *locked)))


def _plain(value: Any) -> Any:
    return None if value is None else msgspec.to_builtins(value)


def _of_weight(name: str, there: LockedWeight | None, here: LockedWeight | None) -> str:
    """What is another weight than it was."""
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


def _count(weight: LockedWeight | None) -> int | None:
    """How many numbers a weight has; None for more than any has, which only a lock can claim."""
    count = 1
    if weight is None or 0 in weight.shape:
        return 0
    for size in weight.shape:
        count *= size
        if count > LARGEST:
            return None
    return count


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
