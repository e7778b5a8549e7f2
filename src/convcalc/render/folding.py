"""Folding: one row for each group of layers below a depth."""

import itertools

import msgspec

from convcalc.report import LayerReport, Report


def fold(report: Report, depth: int | None) -> tuple[LayerReport, ...]:
    """The layers of a report, with each group at `depth` folded into one; None folds nothing.

    At depth 1, each block in the network's own list of layers is one row.
    """
    if depth is None:
        return report.layers
    groups = [_folded_group(layer, report, depth) for layer in report.layers]
    shown_as = {
        layer.name: group or layer.name for layer, group in zip(report.layers, groups, strict=True)
    }
    rows: list[LayerReport] = []
    pairs = zip(groups, report.layers, strict=True)
    for group, members in itertools.groupby(pairs, key=lambda pair: pair[0]):
        layers = [layer for _, layer in members]
        if group is not None:
            rows.append(_row(report, group, layers, shown_as))
        else:
            rows += [
                msgspec.structs.replace(
                    layer,
                    inputs=tuple(_row_name(name, shown_as) for name in layer.inputs),
                    shares=layer.shares and _row_name(layer.shares, shown_as),
                )
                for layer in layers
            ]
    return tuple(rows)


def _row_name(name: str, shown_as: dict[str, str]) -> str:
    """The name of a layer's row: that of its folded group, if it is in one."""
    layer, _, _ = name.partition(":")
    return name if shown_as.get(layer, layer) == layer else shown_as[layer]


def _folded_group(layer: LayerReport, report: Report, depth: int) -> str | None:
    """The outermost folded group around a layer."""
    if layer.group is None:
        return None
    groups: list[str] = []
    name: str | None = layer.group
    while name is not None:
        groups.append(name)
        name = report.groups[name].parent
    return groups[-depth] if len(groups) >= depth else None


def _row(
    report: Report, name: str, layers: list[LayerReport], shown_as: dict[str, str]
) -> LayerReport:
    group = report.groups[name]
    inside = {layer.name for layer in layers}
    reads = {
        _row_name(source, shown_as): shape
        for layer in layers
        for source, shape in zip(layer.inputs, layer.input_shapes, strict=False)
        if source.partition(":")[0] not in inside
    }
    shares = {layer.shares and _row_name(layer.shares, shown_as) for layer in layers}
    return LayerReport.of_group(
        name, group, layers, reads, shares=shares.pop() if len(shares) == 1 else None
    )
