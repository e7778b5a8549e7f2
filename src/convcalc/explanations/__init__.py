"""Explanations: why a layer has its shape and weights, from the numbers in its rule."""

import math
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from convcalc.analysis.analysis import Analysis
from convcalc.analysis.receptive_fields import channels_come_first, receptive_fields
from convcalc.diagnostics import Diagnostic, did_you_mean
from convcalc.explanations.explanation import (
    AlternativeExplanation,
    Attempt,
    Axis,
    AxisReading,
    Comparison,
    Derivation,
    Explanation,
    Output,
    Seen,
    SeenAxis,
    Sliding,
    WeightExplanation,
    WeightShape,
)
from convcalc.explanations.tracing import (
    BATCH,
    CHANNELS,
    FEATURES,
    SPATIAL,
    Trace,
    axis_names,
    read_names,
    spatial_names,
    trace,
)
from convcalc.layers.calling import call
from convcalc.layers.errors import LayerError, Partial
from convcalc.layers.illustration import Block, Illustration
from convcalc.layers.kind import Kind
from convcalc.network import UNKNOWN, UsageError
from convcalc.report import LayerReport, Report, TensorReport
from convcalc.report.costs import AxisReceptiveField, ReceptiveField, ReceptiveFields
from convcalc.shapes import CHANNELS_FIRST, Dim, Shape, map_dim
from convcalc.symbolic import Key, SymbolicInt, formula, key, names
from convcalc.windows import MIXED, AnyWindow, Window

__all__ = ["Explanation", "explain", "explain_all"]

MOST_NAMES = 12
"""The number of layer names listed after an unknown name."""


def explain(analysis: Analysis, name: str, at: Sequence[int] | None = None) -> Explanation:
    """Explain one layer, by its name.

    `at` is an output position, counted from 0, with one number per axis along which windows slide:
    the explanation then includes the input positions it depends on. Raises UsageError for an
    unknown layer or position.
    """
    index = _index(analysis.report, name)
    fields = receptive_fields(analysis, index)[index]
    shared = _by_layer(analysis.report), _orders(analysis)
    return _Explaining(analysis, index, *shared, fields).explanation(at)


def explain_all(analysis: Analysis) -> Iterator[Explanation]:
    """Explain every layer, in order."""
    shared = _by_layer(analysis.report), _orders(analysis)
    for index in range(len(analysis.report.layers)):
        yield _Explaining(analysis, index, *shared).explanation(None)


def _orders(analysis: Analysis) -> Sequence[str | None]:
    """The data format of each layer's output; None if unknown.

    A layer without a data format of its own passes on that of its input if it keeps the axes.
    """
    network, report = analysis.network, analysis.report
    orders: list[str | None] = []
    of_inputs = CHANNELS_FIRST if channels_come_first(report) else None
    inputs = set(network.inputs)
    for index, (node, layer) in enumerate(analysis.layers()):
        order = getattr(layer.layer, "data_format", None)
        if order is None and index in inputs:
            order = of_inputs
        elif order is None and node.inputs and node.inputs[0] is not UNKNOWN and _keeps_axes(layer):
            order = orders[node.inputs[0].node]
        orders.append(order)
    return orders


def _keeps_axes(layer: LayerReport) -> bool:
    """Whether each output axis corresponds to the input axis at the same position."""
    read = layer.input_shapes[0]
    if layer.layer is None or read is None or not layer.output_shapes:
        return False
    output = layer.output_shapes[0]
    reads = layer.layer.dependencies(layer.windows, read, output)
    return len(read) == len(output) and None not in reads and reads.count(MIXED) < 2


def _by_layer(report: Report) -> Mapping[str | None, Sequence[Diagnostic]]:
    found: dict[str | None, list[Diagnostic]] = {}
    for diagnostic in report.diagnostics:
        found.setdefault(diagnostic.layer, []).append(diagnostic)
    return found


def _index(report: Report, name: str) -> int:
    for index, layer in enumerate(report.layers):
        if layer.name == name:
            return index
    names = [layer.name for layer in report.layers]
    inner = [inside for inside in names if inside.startswith(f"{name}/")]
    if name in report.groups:
        raise UsageError(f"{name!r} is a group of layers: {_some(inner)}")
    help = did_you_mean(name, names) or f"the layers are {_some(names)}"
    raise UsageError(f"there is no layer {name!r}; {help}")


def _some(names: Sequence[str]) -> str:
    return ", ".join([*names[:MOST_NAMES], *(["…"] if len(names) > MOST_NAMES else [])])


class _Explaining:
    """Builds the explanation of one layer."""

    def __init__(
        self,
        analysis: Analysis,
        index: int,
        diagnostics: Mapping[str | None, Sequence[Diagnostic]],
        orders: Sequence[str | None],
        fields: ReceptiveFields | None = None,
    ) -> None:
        self.network, self.report = analysis.network, analysis.report
        self.layer: LayerReport = self.report.layers[index]
        self.node = self.network.nodes[index]
        self.diagnostics = diagnostics
        self.orders = orders
        read = self.node.inputs[0] if self.node.inputs else UNKNOWN
        self.data_formats = (None if read is UNKNOWN else orders[read.node], orders[index])
        self.fields: ReceptiveFields = fields or {}

    def explanation(self, at: Sequence[int] | None) -> Explanation:
        layer = self.layer
        traced, attempt = self.trace()
        return Explanation(
            name=layer.name,
            kind=layer.kind,
            source=self.report.source,
            span=layer.span,
            entry=self.entry(),
            description=_description(layer),
            inputs=tuple(map(TensorReport, layer.inputs, layer.input_shapes)),
            outputs=tuple(_outputs(traced)) if traced else self.untraced(),
            weights=tuple(_weights(traced, layer)) if traced else None,
            params=layer.params,
            shares=layer.shares,
            sentences=tuple(self.sentences(traced)) if traced else (),
            picture=_picture(traced) if traced else None,
            alternatives=tuple(self.alternatives(traced)) if traced else (),
            reading=tuple(self.reading(traced, at)) if traced and at is not None else (),
            seen=tuple(self.seen(at)) if traced else (),
            diagnostics=tuple(self.diagnostics.get(layer.name, ())),
            attempt=attempt,
        )

    def trace(self) -> tuple[Trace | None, Attempt | None]:
        """The trace of the layer's rule, or its partial results if it fails, or neither."""
        layer, node = self.layer, self.node
        shapes = [shape for shape in layer.input_shapes if shape is not None]
        if layer.layer is None or len(shapes) < len(node.inputs):
            return None, None
        try:
            traced = trace(
                layer.layer,
                shapes,
                node.input_names or (),
                listed=node.listed,
                data_formats=self.data_formats,
            )
        except LayerError as error:
            return None, self.attempt(error.computed)
        return (None if layer.output_shapes is None else traced), None

    def attempt(self, computed: Partial) -> Attempt | None:
        """What the rule had computed when it failed; None for nothing."""
        layer = self.layer.layer
        if layer is None or not any((computed.windows, computed.numbers, computed.compared)):
            return None
        slid = [
            Axis(name, _derivation(window.output, _parts(window)), _sliding(window))
            for name, window in zip(
                spatial_names(len(computed.windows)), computed.windows, strict=True
            )
        ]
        others = [Axis(name, _derivation(number)) for name, number in computed.numbers]
        sizes = list(zip(*computed.compared, strict=True))
        names = read_names(layer, len(sizes), self.data_formats[0])
        return Attempt(
            (*slid, *others),
            tuple(
                Comparison(name, _plain(each), axis == computed.axis)
                for axis, (name, each) in enumerate(zip(names, sizes, strict=True))
            ),
        )

    def untraced(self) -> tuple[Output, ...] | None:
        """The outputs if the rule can't run again, because an input is unknown."""
        layer, shapes = self.layer.layer, self.layer.output_shapes
        if layer is None or shapes is None:
            return None
        named = [(shape, axis_names(layer, len(shape), self.data_formats[1])) for shape in shapes]
        return tuple(
            Output(shape, tuple(map(Axis, names, map(Derivation, shape)))) for shape, names in named
        )

    def entry(self) -> str:
        """The layer as written in a spec."""
        from convcalc.formats.spec.writer import write_layer  # noqa: PLC0415 (fixes in a summary)

        return write_layer(self.network, self.node)

    def sentences(self, traced: Trace) -> Iterator[str]:
        arguments = traced.arguments
        yield from traced.layer.explain(traced.inference, *arguments.args, **arguments.kwargs)
        if self.layer.shares is not None:
            yield f"It applies {self.layer.shares} again: its weights are counted there."

    def alternatives(self, traced: Trace) -> Iterator[AlternativeExplanation]:
        """Other layers that fit here, each applied to this layer's inputs."""
        arguments = traced.arguments
        for other in traced.layer.alternatives(*arguments.args, **arguments.kwargs):
            try:
                inference = call(other.layer, arguments.args)
            except LayerError:
                continue  # this input does not allow it
            yield AlternativeExplanation(
                _differences(other.layer, traced.layer),
                other.why,
                tuple(map(_plain, inference.outputs)),
                tuple(WeightShape(w.path, tuple(map(int, w.shape))) for w in inference.weights),
                sum(_count(w.shape) for w in inference.weights),
            )

    def reading(self, traced: Trace, at: Sequence[int]) -> Iterator[AxisReading]:
        """The input positions that windows read for the output position `at`. Raises UsageError."""
        axes = list(_axes(traced.layer, traced.inference.outputs[0], traced))
        slid = [(axis, window) for axis, window in axes if window is not None]
        in_space = [(axis, window) for axis, window in axes if axis.name in SPATIAL]
        asked = in_space if not slid else [*slid]
        name = self.layer.name
        if not slid and not any(part.is_placed for part in self.seen(at)):
            raise UsageError(f"what a position of {name} ({self.layer.kind}) reads can't be told")
        if len(at) != len(asked):
            listed = " and ".join(axis.name for axis, _ in asked)
            raise UsageError(f"a position in {name} has {len(asked)} numbers: {listed}")
        for (axis, window), position in zip(asked, at, strict=True):
            size = axis.size.value
            if position < 0 or (size is not None and position >= size):
                last = "?" if size is None else size - 1
                raise UsageError(f"the {axis.name} of {name} has the positions 0 to {last}")
            if window is None:
                continue
            read = window.at(position)
            if read is None:
                raise UsageError(f"the {axis.name} that {name} reads is unknown: give its input")
            yield AxisReading(axis.name, position, *map(int, read))

    def seen(self, at: Sequence[int] | None) -> Iterator[Seen]:
        """The receptive field of one output value in each input of the network."""
        shapes = {tensor.name: tensor.shape or () for tensor in self.report.inputs}
        layers = {layer.name: layer.layer for layer in self.report.layers}
        for name, fields in self.fields.items():
            shape, layer = shapes.get(name, ()), layers[name]
            if name == self.layer.name or layer is None or len(shape) != len(fields) + 1:
                continue
            names = self.input_names(name, layer, len(shape))[1:]
            places = _places(names, at)
            axes = zip(names, shape[1:], fields, strict=True)
            # An unknown field of channels is left out.
            seen = [
                _seen(axis, size, field, places)
                for axis, size, field in axes
                if field is not None or axis not in {CHANNELS, FEATURES}
            ]
            if any(axis.is_all or axis.size is not None for axis in seen):
                yield Seen(name, tuple(seen))

    def input_names(self, name: str, layer: Kind, rank: int) -> tuple[str, ...]:
        """The names of the axes of a network input; a reader that adds an axis decides them."""
        readers = [each.layer for each in self.report.layers if name in each.inputs]
        index = next(i for i in self.network.inputs if self.network.nodes[i].name == name)
        appending = next((reader for reader in readers if reader and reader.adds_axis), layer)
        return read_names(appending, rank, self.orders[index])


def _places(names: Sequence[str], at: Sequence[int] | None) -> Mapping[str, int]:
    """Maps the spatial axes to the requested position."""
    spatial = [name for name in names if name in SPATIAL]
    return dict(zip(spatial, at, strict=True)) if at and len(at) == len(spatial) else {}


def _seen(axis: str, size: Dim, field: AxisReceptiveField, places: Mapping[str, int]) -> SeenAxis:
    if not isinstance(field, ReceptiveField):
        return SeenAxis(axis, None, size, is_all=field is not None)
    first, last = field.at(places[axis]) if axis in places else (None, None)
    return SeenAxis(
        axis,
        field.size,
        size,
        is_all=False,
        first=first,
        last=last,
        stride=field.stride,
        offset=field.offset,
        aligned=field.aligned,
    )


def _description(layer: LayerReport) -> str:
    """The first sentence of a kind's documentation."""
    text = " ".join((type(layer.layer).__doc__ or "").split()) if layer.layer else ""
    return text.partition(" Output: ")[0].partition(". ")[0].rstrip(".")


def _outputs(traced: Trace) -> Iterator[Output]:
    for shape in traced.inference.outputs:
        axes = tuple(axis for axis, _ in _axes(traced.layer, shape, traced))
        yield Output(_plain(shape), axes)


def _axes(layer: Kind, shape: Shape, traced: Trace) -> Iterator[tuple[Axis, AnyWindow | None]]:
    """The axes of an output, each with its window, if any."""
    windows = list(traced.inference.windows)
    for name, size in zip(axis_names(layer, len(shape), traced.data_format), shape, strict=True):
        candidates = windows if name != BATCH else []
        window = next((each for each in candidates if _is_output_of(size, each)), None)
        if window is None:
            yield Axis(name, _derivation(size)), None
        else:
            windows.remove(window)
            yield Axis(name, _derivation(size, _parts(window)), _sliding(window)), window


def _is_output_of(size: Dim, window: AnyWindow) -> bool:
    """Whether an axis is the output of a window: the computations match, or both are unknown."""
    if size is None or window.output is None:
        return size is window.output is None and window.size is None
    return isinstance(size, SymbolicInt) and key(size) == key(window.output)


def _parts(window: AnyWindow) -> Mapping[Key, str]:
    """The parts of a window that are shown separately, and so named in formulas."""
    dilated = "effective kernel" if window.dilation > 1 else names(window.kernel)
    parts = {key(window.extent): dilated}
    for padding, name in ((window.before, "before"), (window.after, "after")):
        if isinstance(padding, SymbolicInt):
            parts.setdefault(key(padding), name)
    return parts


def _sliding(window: AnyWindow) -> Sliding:
    parts = _parts(window)
    slid = window if isinstance(window, Window) else None
    covered = slid.covered if slid and slid.fits else None
    if window.output is not None:
        parts = {**parts, key(window.output): "output"}
    return Sliding(
        size=map_dim(int, window.size),
        kernel=int(window.kernel),
        dilation=int(window.dilation),
        extent=_derivation(window.extent),
        stride=int(window.stride),
        before=map_dim(int, window.before),
        after=map_dim(int, window.after),
        covered=None if covered is None else _derivation(covered, parts),
        unread=int(slid.unread) if slid and slid.fits else 0,
        transposed=slid is None,
    )


def _picture(traced: Trace) -> Illustration | None:
    arguments = traced.arguments
    picture = traced.layer.illustration(traced.inference, *arguments.args, **arguments.kwargs)
    if picture is None:
        return None
    read, filter_, map_ = (
        Block(_plain(block.sizes), map_dim(int, block.depth)) for block in picture[:3]
    )
    return Illustration(read, filter_, map_, int(picture.filters))


def _weights(traced: Trace, layer: LayerReport) -> Iterator[WeightExplanation]:
    for weight, report in zip(traced.inference.weights, layer.weights or (), strict=True):
        yield WeightExplanation(
            report.path,
            report.shape,
            tuple(map(_derivation, weight.shape)),
            report.count,
            report.trainable,
            report.dtype,
        )


def _derivation(number: Dim, known: Mapping[Key, str] | None = None) -> Derivation:
    if number is None:
        return Derivation(None)
    return Derivation(int(number), names(number, known), formula(number, known))


def _plain(shape: Shape) -> Shape:
    return tuple(None if dim is None else int(dim) for dim in shape)


def _count(shape: Sequence[int]) -> int:
    return int(math.prod(shape))


def _differences(layer: Kind, other: Kind) -> str:
    """A layer as written in a spec, without default arguments and those shared with another."""
    shared = other.__struct_fields__
    written = {
        field.name: getattr(layer, field.name)
        for field in msgspec.structs.fields(type(layer))
        if getattr(layer, field.name) != field.default
        and (field.name not in shared or getattr(other, field.name) != getattr(layer, field.name))
    }
    inner = ", ".join(f"{name}: {value}" for name, value in written.items())
    return f"{type(layer).__name__}: {{{inner}}}" if inner else type(layer).__name__
