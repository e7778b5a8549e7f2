"""Folding: groups of layers below a depth become one row each."""

from convcalc.report import LayerReport, Params, Report


def fold(report: Report, depth: int | None) -> tuple[LayerReport, ...]:
    """The layers of a report, with every group below `depth` levels as one; None folds nothing.

    At depth 1 each block in the network's own list of layers is one row.
    """
    if depth is None:
        return report.layers
    rows: list[LayerReport] = []
    run: list[LayerReport] = []
    current: str | None = None
    for layer in (*report.layers, None):
        group = _folded_group(layer, report, depth) if layer else None
        if run and (group != current or layer is None):
            rows.append(_row(report, current or "", run))
            run = []
        current = group
        if group is not None and layer is not None:
            run.append(layer)
        elif layer is not None:
            rows.append(layer)
    return tuple(rows)


def _folded_group(layer: LayerReport, report: Report, depth: int) -> str | None:
    """The outermost group around a layer that is folded at this depth."""
    if layer.group is None:
        return None
    parts = layer.group.split("/")
    names = ("/".join(parts[: i + 1]) for i in range(len(parts)))
    groups = [name for name in names if name in report.groups]
    return groups[depth - 1] if len(groups) >= depth else None


def _row(report: Report, name: str, layers: list[LayerReport]) -> LayerReport:
    group = report.groups[name]
    inside = {layer.name for layer in layers}
    reads = {
        source: shape
        for layer in layers
        for source, shape in zip(layer.inputs, layer.input_shapes, strict=False)
        if source.partition(":")[0] not in inside
    }
    params: Params | None = Params()
    for layer in layers:
        params = None if params is None or layer.params is None else params + layer.params
    shapes = tuple(shape for shape in group.output_shapes if shape is not None)
    shares = {layer.shares for layer in layers}
    return LayerReport(
        name=name,
        kind=group.kind,
        group=None,
        inputs=tuple(reads),
        input_shapes=tuple(reads.values()),
        output_shapes=shapes if len(shapes) == len(group.output_shapes) else None,
        weights=(),
        params=params,
        shares=None if None in shares else layers[0].shares,
        span=layers[0].span,
        layer=None,
        fault=next((layer.fault for layer in layers if layer.fault), None),
    )
