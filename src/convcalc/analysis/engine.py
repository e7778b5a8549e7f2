"""The engine: walks a network once, in order, and applies each layer's rule."""

import math
from collections.abc import Iterator
from typing import Any

import msgspec

from convcalc.advice import in_words
from convcalc.analysis import batch
from convcalc.diagnostics import Diagnostic, Span, did_you_mean, in_order
from convcalc.dtypes import variable_dtype
from convcalc.layers import find, kinds_with, operations, why_no_kind
from convcalc.layers.argument_types import LARGEST
from convcalc.layers.binding import bind
from convcalc.layers.calling import bind_call, call, is_trained, output_dtypes
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference, OpCounts
from convcalc.layers.kind import OPERATION, LayerInstance
from convcalc.network import UNKNOWN, Network, Node, Tensor, of_tensor
from convcalc.report import (
    GroupReport,
    LayerReport,
    ParamTotals,
    Report,
    TensorReport,
    WeightReport,
)
from convcalc.shapes import Shape, format_shape
from convcalc.windows import AnyWindow


class _Result(msgspec.Struct, frozen=True):
    """The result of applying a layer; equal layers on equal inputs share one."""

    outputs: tuple[Shape, ...] | None
    weights: tuple[WeightReport, ...] | None
    params: ParamTotals | None
    windows: tuple[AnyWindow, ...] = ()
    fault: str | None = None
    op_counts: OpCounts | None = None
    dtypes: tuple[str | None, ...] | None = None


_NOTHING = ParamTotals()
_UNKNOWN = _Result(None, None, None)


def summarize(network: Network) -> Report:
    """Compute every shape and weight of a network, and collect every fault."""
    return _Walk(network).report()


class _Walk:
    """One walk over a network; a rule runs once for equal layers on equal inputs."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.kinds = kinds_with(network.kinds)
        # Keyed by definition, which repeats share: the layer, or the code of its fault.
        self.bound: dict[int, LayerInstance | str] = {}
        self.equal: dict[tuple[str, str, str], LayerInstance] = {}
        self.results: dict[tuple[Any, ...], _Result] = {}
        self.outputs: list[tuple[Shape, ...] | None] = []
        self.dtypes: list[tuple[str | None, ...] | None] = []
        self.layers: list[LayerReport] = []
        self.diagnostics: list[Diagnostic] = list(network.diagnostics)

    def report(self) -> Report:
        network = self.network
        params = _NOTHING
        for node in network.nodes:
            layer = self.apply(node)
            self.layers.append(layer)
            self.outputs.append(layer.output_shapes)
            self.dtypes.append(layer.output_dtypes)
            if layer.params:
                params += layer.params
        self.check_ends()
        if not self.diagnostics:
            self.warn_of_unused()
        return Report(
            name=network.name,
            source=network.source,
            optimizer=network.optimizer,
            inputs=tuple(self.input_report(i) for i in network.inputs),
            outputs=tuple(
                TensorReport(self.tensor_name(t), self.shape_of(t), self.dtype_of(t))
                for t in network.outputs
                if t is not UNKNOWN
            ),
            layers=tuple(self.counted()),
            params=params,
            groups={
                name: GroupReport(
                    group.kind, tuple(self.shape_of(t) for t in group.outputs), group.parent
                )
                for name, group in network.groups.items()
            },
            diagnostics=in_order(self.diagnostics),
        )

    def counted(self) -> Iterator[LayerReport]:
        """The layers with their op counts per sample, even where the batch changes."""
        counts = batch.op_counts_per_sample(self.layers, self.network)
        for layer, op_counts in zip(self.layers, counts, strict=True):
            yield (
                layer
                if op_counts is layer.op_counts
                else msgspec.structs.replace(layer, op_counts=op_counts)
            )

    def apply(self, node: Node) -> LayerReport:
        definition = node.definition
        bound = self.bound.get(id(definition))
        if bound is None:
            bound = self.bound[id(definition)] = self.bind(node)
        shapes = self.input_shapes(node)
        result = self.result(node, bound, shapes)
        shared = None if node.shares_weights_of is None else self.layers[node.shares_weights_of]
        resolved = [tensor for tensor in node.inputs if tensor is not UNKNOWN]
        return LayerReport(
            name=node.name,
            kind=definition.kind,
            group=node.group,
            inputs=tuple([self.tensor_name(tensor) for tensor in resolved]),
            input_shapes=(
                shapes if len(resolved) == len(shapes) else tuple(map(self.shape_of, resolved))
            ),
            output_shapes=result.outputs,
            weights=result.weights,
            params=result.params if shared is None or result.params is None else _NOTHING,
            shares=None if shared is None else shared.name,
            span=node.place.kind(),
            layer=None if isinstance(bound, str) else bound.layer,
            windows=result.windows,
            fault=result.fault,
            op_counts=result.op_counts,
            output_dtypes=result.dtypes,
        )

    def input_shapes(self, node: Node) -> tuple[Shape | None, ...]:
        """The shapes of a node's inputs; where one can't be computed, the shape in the file."""
        shapes = tuple([self.shape_of(tensor) for tensor in node.inputs])
        if not node.recorded_shapes or None not in shapes:
            return shapes
        unknown = map(self.is_unknown, node.inputs)
        inputs = zip(shapes, node.recorded_shapes, unknown, strict=True)
        return tuple([recorded if missing else shape for shape, recorded, missing in inputs])

    def result(
        self, node: Node, bound: LayerInstance | str, shapes: tuple[Shape | None, ...]
    ) -> _Result:
        """The result of a node, from the cache where possible."""
        if isinstance(bound, str):
            return _Result(None, None, None, fault=bound)
        if None in shapes:
            return self.unknown(node, bound, shapes)
        read = tuple([self.dtype_of(tensor) for tensor in node.inputs])
        if node.shares_weights_of is not None or node.input_names is not None:
            return self.infer(node, bound, shapes, read)
        case = (id(bound), node.trainable, node.listed, shapes, read, node.built_shape)
        result = self.results.get(case)
        if result is None:
            result = self.infer(node, bound, shapes, read)
            if result.fault is None:  # each use of a faulty layer reports its own place
                self.results[case] = result
        return result

    def bind(self, node: Node) -> LayerInstance | str:
        """The layer that a node applies, or the code of its fault, which is recorded."""
        definition = node.definition
        if definition.fault:
            return definition.fault
        kind = self.kinds.get(definition.kind) or find(definition.kind)
        if kind is None:
            names = (*self.kinds, *self.network.vocabulary)
            if definition.kind.lower().startswith(OPERATION):
                names = tuple(operations())
            self.fault(
                node,
                "unknown-layer",
                why_no_kind(definition.kind) or f"there is no layer kind {definition.kind!r}",
                definition.origin.kind(),
                did_you_mean(definition.kind, names, self.diagnostics),
            )
            return "unknown-layer"
        # Keyed by text: 1, 1.0 and true are equal in Python, but are different arguments.
        key = (definition.kind, repr(definition.positional), repr(definition.named))
        if key in self.equal:
            return self.equal[key]
        try:
            bound = bind(
                kind,
                definition.positional,
                definition.named,
                self.network.defaults,
                self.kinds,
            )
        except ExceptionGroup as group:
            errors = [error for error in group.exceptions if isinstance(error, LayerError)]
            for error in errors:
                self.layer_fault(node, error)
            return errors[0].code
        self.equal[key] = bound
        return bound

    def infer(
        self,
        node: Node,
        bound: LayerInstance,
        shapes: tuple[Any, ...],
        read: tuple[str | None, ...],
    ) -> _Result:
        """Run the rule. A fault is recorded at its place, and the result is unknown."""
        try:
            inference = call(bound.layer, shapes, node.input_names or (), listed=node.listed)
            _check_sizes(inference)
            weights, params = _count(inference, bound, trainable=node.trainable)
            if node.shares_weights_of is not None:
                self.check_shared(node.shares_weights_of, weights)
            elif node.built_shape is not None and len(shapes) == 1 and weights:
                _check_built(bound, node.built_shape, shapes[0], inference)
        except LayerError as error:
            self.layer_fault(node, error)
            return _Result(None, None, None, fault=error.code)
        found = output_dtypes(bound, read, node.input_names or (), listed=node.listed)
        if inference.symbolic:
            found = (None,)
        dtypes = tuple([found[min(i, len(found) - 1)] for i in range(len(inference.outputs))])
        op_counts = inference.op_counts
        return _Result(
            inference.outputs, weights, params, inference.windows, None, op_counts, dtypes
        )

    def unknown(self, node: Node, bound: LayerInstance, shapes: tuple[Any, ...]) -> _Result:
        """The result with an unknown input; faults that don't depend on it are recorded."""
        if node.fault is not None:
            return _Result(None, None, None, fault=node.fault)
        try:
            self.check_outputs(node)
            bind_call(bound.layer, shapes, node.input_names or (), listed=node.listed)
        except LayerError as error:
            self.layer_fault(node, error)
            return _Result(None, None, None, fault=error.code)
        return _UNKNOWN

    def check_outputs(self, node: Node) -> None:
        """Refuse a reference to a missing output of a layer."""
        for tensor in node.inputs:
            outputs = self.outputs[tensor.node] if tensor is not UNKNOWN else None
            if outputs is not None and tensor.output >= len(outputs):
                raise LayerError("unknown-input", self.outputs_of(tensor.node, outputs))

    def check_ends(self) -> None:
        """Refuse a network output that refers to a missing output of a layer."""
        for tensor in (t for t in self.network.outputs if t is not UNKNOWN):
            outputs = self.outputs[tensor.node]
            if outputs is not None and tensor.output >= len(outputs):
                node = self.network.nodes[tensor.node]
                message = f"{self.outputs_of(tensor.node, outputs)}; the network gives another"
                self.fault(node, "unknown-input", message, node.place.kind(), None)

    def outputs_of(self, node: int, outputs: tuple[Shape, ...]) -> str:
        count = f"{len(outputs)} output{'s' if len(outputs) != 1 else ''}, counted from 0"
        return f"{self.network.nodes[node].name} has {count}"

    def warn_of_unused(self) -> None:
        """Warn about layers that lead to no output: Keras leaves them out of a model."""
        for node in self.network.unused():
            if self.network.ignored(node, "unused-layer"):
                continue
            self.diagnostics.append(
                Diagnostic(
                    code="unused-layer",
                    severity="warning",
                    message="this layer leads to no output, so that Keras would leave it out",
                    span=node.place.kind(),
                    help="read it further down, or name it in `outputs`",
                    layer=node.name,
                )
            )

    def check_shared(self, shares: int, weights: tuple[WeightReport, ...]) -> None:
        """Refuse a second use of a layer that needs weights of other shapes than the first."""
        first = self.layers[shares]
        if first.weights is None:
            return
        for there, here in zip(first.weights, weights, strict=False):
            if there.shape != here.shape:
                raise LayerError(
                    "shape-mismatch",
                    f"the {there.name} of {first.name} has the shape {format_shape(there.shape)}, "
                    f"but this input needs {format_shape(here.shape)}",
                )

    def is_unknown(self, tensor: Tensor) -> bool:
        """Whether a reference is unresolved, or all outputs of its node are unknown."""
        return tensor is UNKNOWN or self.outputs[tensor.node] is None

    def shape_of(self, tensor: Tensor) -> Shape | None:
        return of_tensor(tensor, self.outputs)

    def dtype_of(self, tensor: Tensor) -> str | None:
        return of_tensor(tensor, self.dtypes)

    def tensor_name(self, tensor: Tensor) -> str:
        name = self.network.nodes[tensor.node].name
        return f"{name}:{tensor.output}" if tensor.output else name

    def input_report(self, i: int) -> TensorReport:
        layer = self.layers[i]
        policy = getattr(layer.layer, "dtype", None) or self.network.defaults.get("dtype")
        shape = layer.output_shapes[0] if layer.output_shapes else None
        return TensorReport(layer.name, shape, variable_dtype(policy or "float32"))

    def layer_fault(self, node: Node, error: LayerError) -> None:
        help = in_words(error.help, self.network.wording)
        self.fault(node, error.code, error.message, self.place(node, error), help)

    def place(self, node: Node, error: LayerError) -> Span | None:
        """The place of the argument at fault, otherwise of the layer."""
        origin = node.place
        if error.code in {"wrong-inputs", "unknown-input"} and not error.within:
            return origin.inputs()
        for step in error.within:
            origin = origin.sublayer(step.argument, step.position, step.item)
        if error.argument is None:
            return origin.kind()
        if error.code == "unknown-argument":
            return origin.argument_name(error.argument)
        return origin.argument(error.argument, error.position)

    def fault(
        self, node: Node, code: str, message: str, span: Span | None, help: str | None
    ) -> None:
        self.diagnostics.append(
            Diagnostic(code=code, message=message, span=span, help=help, layer=node.name)
        )


def _check_built(bound: LayerInstance, built: Shape, read: Shape, inference: Inference) -> None:
    """Refuse an input that needs other weights than the shape the layer was built for."""
    if built == read:
        return
    original = call(bound.layer, (built,))
    if [w.shape for w in original.weights] != [w.shape for w in inference.weights]:
        raise LayerError(
            "shape-mismatch",
            f"the layer was built for inputs of the shape {format_shape(built)}, and has other "
            f"weights than one that reads {format_shape(read)}",
        )


def _check_sizes(inference: Inference) -> None:
    """Refuse sizes that no framework can hold; printing one could take very long."""
    for shape in inference.outputs:
        if any(dim is not None and dim > LARGEST for dim in shape):
            raise LayerError("too-large", "an output would have a size of more than 2^63 − 1")


def _count(
    inference: Inference, bound: LayerInstance, *, trainable: bool
) -> tuple[tuple[WeightReport, ...], ParamTotals]:
    """The weights with their element counts, and the totals in elements and bytes."""
    weights = tuple(
        WeightReport(
            w.name,
            w.shape,
            math.prod(w.shape),
            trainable and is_trained(w, bound),
            w.dtype or bound.dtype,
            w.path,
        )
        for w in inference.weights
    )
    for weight in weights:
        if weight.count > LARGEST:
            raise LayerError("too-large", f"{weight.name} would have more than 2^63 − 1 elements")
    return weights, ParamTotals.of(weights)
