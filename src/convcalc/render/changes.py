"""Changes of layers and of the network in words, for all formats."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from convcalc.diagnostics import brief
from convcalc.differences.difference import Difference, LayerChange, Total, WeightChange
from convcalc.render.amounts import format_bytes
from convcalc.report import LayerReport, ParamTotals, WeightReport
from convcalc.shapes import Shape, format_shape, format_sizes

ADDED, REMOVED, CHANGED = "+", "-", "~"
UNKNOWN = "unknown"
AS_BEFORE = "as before"


class Change(NamedTuple):
    """One change: what changed, from and to which value, and the growth of a number."""

    what: str
    old: str = ""
    new: str = ""
    growth: str = ""


class Entry(NamedTuple):
    """A layer that was added, removed or changed, with its changes."""

    sign: str
    name: str
    kind: str
    changes: tuple[Change, ...]
    layer: LayerReport


_TOTALS = {
    "params": "Total params",
    "trainable_params": "Trainable params",
    "non_trainable_params": "Non-trainable params",
    "param_bytes": "Memory",
}


def entries(difference: Difference) -> Iterator[Entry]:
    """The layers in the order of the new network, with removed ones in their old places."""
    matched = {pair.old.name: pair for pair in difference.pairs}
    pairs = {pair.new.name: pair for pair in difference.pairs}
    gone: dict[str | None, list[LayerReport]] = {}
    before = None
    for layer in difference.old.layers:
        if layer.name not in matched:
            gone.setdefault(before, []).append(layer)
        elif not matched[layer.name].moved:
            before = matched[layer.name].new.name
    yield from _removed(gone.get(None, ()))
    for layer in difference.new.layers:
        pair = pairs.get(layer.name)
        if pair is None:
            yield Entry(ADDED, layer.name, layer.kind, (), layer)
        else:
            if not pair.is_empty:
                yield _changed(pair)
            yield from _removed(gone.get(layer.name, ()))


def _removed(layers: Iterable[LayerReport]) -> Iterator[Entry]:
    for layer in layers:
        yield Entry(REMOVED, layer.name, layer.kind, (), layer)


def _changed(pair: LayerChange) -> Entry:
    old, new = pair.old, pair.new
    name = f"{old.name} → {new.name}" if pair.renamed else new.name
    kind = f"{old.kind} → {new.kind}" if pair.kind_changed else new.kind
    return Entry(CHANGED, name, kind, tuple(_changes(pair)), new)


def _changes(pair: LayerChange) -> Iterator[Change]:
    old, new = pair.old, pair.new
    if pair.renamed:
        yield Change("renamed")
    if pair.moved:
        yield Change("moved")
    for argument in pair.arguments:
        yield Change(argument.name, brief(argument.old), brief(argument.new))
    if pair.rewired:
        yield Change(
            "reads", ", ".join(old.inputs) or "nothing", ", ".join(new.inputs) or "nothing"
        )
    if pair.shared_changed:
        yield Change("weights", _shares(old), _shares(new))
    if pair.fault_changed:
        yield Change("fault", old.fault or "none", new.fault or "none")
    if pair.reshaped:
        yield Change("output", shapes(old.output_shapes), shapes(new.output_shapes))
    yield from _weights(pair.weights)
    if pair.recounted:
        yield _params(old.params, new.params)


def _shares(layer: LayerReport) -> str:
    return f"those of {layer.shares}" if layer.shares else "its own"


def shapes(shapes: tuple[Shape, ...] | None) -> str:
    """The shapes of a layer's outputs."""
    return UNKNOWN if shapes is None else ", ".join(map(format_shape, shapes))


def _weights(weights: Iterable[WeightChange]) -> Iterator[Change]:
    """Changes of weights; weights with equal changes share one."""
    paths: dict[tuple[str, str], list[str]] = {}
    for weight in weights:
        _, old, new, _ = _weight(weight)
        paths.setdefault((old, new), []).append(weight.path)
    for (old, new), names in paths.items():
        yield Change(", ".join(names), old, new)


def _weight(change: WeightChange) -> Change:
    old, new = change.old, change.new
    if old is None or new is None:
        return Change(change.path, _sizes(old), _sizes(new))
    values = [(_sizes(old), _sizes(new))] if old.shape != new.shape else []
    if old.trainable != new.trainable:
        values.append((_trained(old), _trained(new)))
    if old.dtype != new.dtype:
        values.append((old.dtype, new.dtype))
    here, there = (", ".join(side) for side in zip(*values, strict=True))
    return Change(change.path, here, there)


def _sizes(weight: WeightReport | None) -> str:
    return "none" if weight is None else format_sizes(weight.shape)


def _trained(weight: WeightReport) -> str:
    return "trained" if weight.trainable else "not trained"


def _params(old: ParamTotals | None, new: ParamTotals | None) -> Change:
    here, there = (None if params is None else params.count for params in (old, new))
    if here == there and old and new:
        return _counted("trainable params", Total(old.trainable, new.trainable))
    return _counted("params", Total(here, there))


def _counted(what: str, total: Total) -> Change:
    old, new = (UNKNOWN if n is None else f"{n:,}" for n in (total.old, total.new))
    growth = "" if total.change is None else f"{total.change:+,}"
    return Change(what, old, new, growth)


def totals(difference: Difference) -> Iterator[Change]:
    """The totals that changed, and the total of parameters in any case."""
    for name, total in difference.totals.items():
        if name != "params" and total.old == total.new:
            continue
        change = _counted(_TOTALS[name], total)
        if name == "param_bytes":
            change = _in_bytes(change, total)
        if total.change == 0:
            change = change._replace(growth=AS_BEFORE)
        elif total.percent is not None:
            change = change._replace(growth=f"{change.growth}, {_percent(total.percent)}")
        yield change


def _in_bytes(change: Change, total: Total) -> Change:
    old, new = (UNKNOWN if n is None else format_bytes(n) for n in (total.old, total.new))
    growth = ""
    if total.change is not None:
        growth = ("-" if total.change < 0 else "+") + format_bytes(abs(total.change))
    return change._replace(old=old, new=new, growth=growth)


def _percent(percent: float) -> str:
    """A percentage with one decimal, or with more if it would round to zero."""
    if percent and abs(percent) < 0.05:
        return f"{percent:+.1g}%"
    return f"{percent:+,.1f}%"


def outputs(difference: Difference) -> Change | None:
    """The change of the network's outputs, if any."""
    if not difference.outputs_changed:
        return None
    old, new = (
        ", ".join(each.name for each in report.outputs)
        for report in (difference.old, difference.new)
    )
    return Change("outputs", old, new)


def counts(difference: Difference) -> str:
    """The numbers of layers added, removed and changed."""
    numbers = {
        "added": len(difference.added),
        "removed": len(difference.removed),
        "changed": len(difference.changed),
    }
    parts = [f"{number:,} {what}" for what, number in numbers.items() if number]
    return ", ".join(parts) or "no layer changed"


def size_of(layer: LayerReport) -> str:
    """The output shapes and the parameter count of an added or removed layer."""
    params = UNKNOWN if layer.params is None else f"{layer.params.count:,}"
    return f"{shapes(layer.output_shapes)}, {params} params"
