"""Reports: the results for a network, as frozen data with raw numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from convcalc.diagnostics import Diagnostic, Span, in_order
from convcalc.dtypes import BITS
from convcalc.layers.inference import UNKNOWN_OP_COUNTS, OpCounts
from convcalc.layers.kind import Kind
from convcalc.layers.plain import plain_arguments
from convcalc.report.costs import (
    Activations,
    AxisReceptiveField,
    DTypeTotals,
    ReceptiveField,
    ReceptiveFields,
    Training,
)
from convcalc.shapes import Dim, Shape, total
from convcalc.windows import AnyWindow

SCHEMA = "convcalc.summary/1"


class WeightReport(msgspec.Struct, frozen=True):
    """A variable: `count` elements of `dtype`, and whether training changes them.

    `name` is Keras's name, and `path` Keras's path within the layer. The path distinguishes the
    variables of sublayers, such as `query/kernel` and `key/kernel`.
    """

    name: str
    shape: tuple[int, ...]
    count: int
    trainable: bool
    dtype: str
    path: str

    def to_dict(self) -> dict[str, Any]:
        """The variable as plain JSON data."""
        return {
            "name": self.name,
            "shape": list(self.shape),
            "count": self.count,
            "trainable": self.trainable,
            "dtype": self.dtype,
            "path": self.path,
        }


class ParamTotals(msgspec.Struct, frozen=True):
    """Numbers of parameters, and their memory in bytes."""

    trainable: int = 0
    non_trainable: int = 0
    trainable_bytes: int = 0
    non_trainable_bytes: int = 0

    @classmethod
    def of(cls, weights: Iterable[WeightReport]) -> "ParamTotals":
        """The totals of some weights. Bits are summed first: two 4-bit values share a byte."""
        weights = tuple(weights)
        trained = [w for w in weights if w.trainable]
        kept = [w for w in weights if not w.trainable]
        return cls(
            sum(w.count for w in trained),
            sum(w.count for w in kept),
            sum(w.count * BITS[w.dtype] for w in trained) // 8,
            sum(w.count * BITS[w.dtype] for w in kept) // 8,
        )

    @property
    def count(self) -> int:
        """The number of all parameters."""
        return self.trainable + self.non_trainable

    @property
    def bytes(self) -> int:
        """The memory of all parameters, in bytes."""
        return self.trainable_bytes + self.non_trainable_bytes

    def __add__(self, other: "ParamTotals") -> "ParamTotals":
        return ParamTotals(
            self.trainable + other.trainable,
            self.non_trainable + other.non_trainable,
            self.trainable_bytes + other.trainable_bytes,
            self.non_trainable_bytes + other.non_trainable_bytes,
        )


class LayerReport(msgspec.Struct, frozen=True):
    """One application of a layer.

    `layer` is the layer with its arguments, None if one is wrong. `input_shapes` has None for an
    input of unknown shape; `output_shapes` and `weights` are None if unknown. `windows` are those
    of the rule. `params` is the layer's share of the totals: zero if it `shares` the weights of an
    earlier layer, None if unknown. `op_counts` are per sample, even with shared weights.
    `output_dtypes` has the data type of each output, or None for an unknown one; it is None if the
    shapes are. `activation_bytes` are the bytes of all outputs for a batch. `receptive_field` is
    the field on each spatial axis of each input of the network. Both are None if unknown, and
    before costs are computed. `fault` is the code of the layer's own fault, not of one above it.
    """

    name: str
    kind: str
    group: str | None
    inputs: tuple[str, ...]
    input_shapes: tuple[Shape | None, ...]
    output_shapes: tuple[Shape, ...] | None
    weights: tuple[WeightReport, ...] | None
    params: ParamTotals | None
    shares: str | None
    span: Span | None
    layer: Kind | None
    windows: tuple[AnyWindow, ...] = ()
    fault: str | None = None
    op_counts: OpCounts | None = None
    output_dtypes: tuple[str | None, ...] | None = None
    activation_bytes: int | None = None
    receptive_field: ReceptiveFields | None = None

    @classmethod
    def of_group(
        cls,
        name: str,
        group: "GroupReport",
        layers: Sequence["LayerReport"],
        reads: Mapping[str, Shape | None],
        shares: str | None,
    ) -> "LayerReport":
        """A group as one layer; `reads` maps the names of its inputs to their shapes.

        A total is unknown if one layer's number is.
        """
        counted = [layer.params for layer in layers if layer.params is not None]
        op_counts = [layer.op_counts or UNKNOWN_OP_COUNTS for layer in layers]
        shapes = tuple(shape for shape in group.output_shapes if shape is not None)
        return cls(
            name=name,
            kind=group.kind,
            group=None,
            inputs=tuple(reads),
            input_shapes=tuple(reads.values()),
            output_shapes=shapes if len(shapes) == len(group.output_shapes) else None,
            weights=(),
            params=sum(counted, ParamTotals()) if len(counted) == len(layers) else None,
            shares=shares,
            span=layers[0].span,
            layer=None,
            windows=(),
            fault=next((layer.fault for layer in layers if layer.fault), None),
            op_counts=sum(op_counts, OpCounts()),
            output_dtypes=None,
            activation_bytes=total(layer.activation_bytes for layer in layers),
            receptive_field=group.receptive_field,
        )

    @property
    def arguments(self) -> dict[str, Any] | None:
        """Every argument by name, defaults included, as plain data; None if one is wrong."""
        return None if self.layer is None else plain_arguments(self.layer)

    def to_dict(self) -> dict[str, Any]:
        """The layer as plain JSON data."""
        params, weights, dtypes = self.params, self.weights, self.output_dtypes
        return {
            "name": self.name,
            "kind": self.kind,
            "group": self.group,
            "arguments": self.arguments,
            "inputs": list(self.inputs),
            "input_shapes": [_plain_shape(shape) for shape in self.input_shapes],
            "output_shapes": _plain_shapes(self.output_shapes),
            "output_dtypes": None if dtypes is None else list(dtypes),
            "shares": self.shares,
            "weights": None if weights is None else [weight.to_dict() for weight in weights],
            "params": params and params.count,
            "trainable_params": params and params.trainable,
            "non_trainable_params": params and params.non_trainable,
            "macs": self.op_counts and self.op_counts.macs,
            "work": self.op_counts and msgspec.structs.asdict(self.op_counts),
            "activation_bytes": self.activation_bytes,
            "receptive_field": self.receptive_field
            and {
                name: [_plain_field(axis) for axis in axes]
                for name, axes in self.receptive_field.items()
            },
            "location": self.span and {"line": self.span.line, "column": self.span.column},
            "fault": self.fault,
        }


def _plain_shape(shape: Shape | None) -> list[Dim] | None:
    return None if shape is None else list(shape)


def _plain_shapes(shapes: Iterable[Shape | None] | None) -> list[list[Dim] | None] | None:
    return None if shapes is None else [_plain_shape(shape) for shape in shapes]


def _plain_field(axis: AxisReceptiveField) -> object:
    if axis is None:
        return None
    return axis.to_dict() if isinstance(axis, ReceptiveField) else "all"


class TensorReport(msgspec.Struct, frozen=True):
    """An input or output of the network; an unknown shape is None."""

    name: str
    shape: Shape | None
    dtype: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The tensor as plain JSON data."""
        return {"name": self.name, "shape": _plain_shape(self.shape), "dtype": self.dtype}


class GroupReport(msgspec.Struct, frozen=True):
    """A group of layers: the kind of group, such as a block's name, and its output shapes.

    `parent` is the name of the enclosing group. `receptive_field` is that of its only output.
    """

    kind: str
    output_shapes: tuple[Shape | None, ...]
    parent: str | None = None
    receptive_field: ReceptiveFields | None = None

    def to_dict(self) -> dict[str, Any]:
        """The group as plain JSON data."""
        return {
            "kind": self.kind,
            "parent": self.parent,
            "output_shapes": _plain_shapes(self.output_shapes),
        }


class PartialSum(msgspec.Struct, frozen=True):
    """The sum over the layers with a known count, and the names of the others."""

    sum: int
    missing: tuple[str, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A network's shapes, weights and operation counts, and every fault. None means unknown.

    >>> report = convcalc.summarize("model.yaml")
    >>> conv2d = report.layers[1]
    >>> conv2d.output_shapes, [(weight.name, weight.shape) for weight in conv2d.weights]
    (((None, 30, 30, 16),), [('kernel', (3, 3, 3, 16)), ('bias', (16,))])
    >>> report.params.trainable, report.params.bytes
    (36458, 145832)

    Attributes:
        name: the network's name.
        source: the file's name, as messages show it.
        inputs: the inputs: name, shape with the batch, and dtype.
        outputs: the outputs, in the same form.
        layers: the layers in the network's order, inputs included.
        params: numbers and bytes of the known parameters; weights shared by layers count once.
        groups: the groups of layers, such as one use of a block, by full name.
        diagnostics: faults and warnings, in the order of the file.
        activations: bytes of activations and their peak; None before `with_costs`.
        training: bytes of a training step; None before `with_costs` with an optimizer.
        parameters: number and bytes of parameters for each dtype; None before `with_costs`.
        optimizer: the optimizer of a compiled Keras model, whose variables Keras counts as params.
    """

    name: str
    source: str
    inputs: tuple[TensorReport, ...] = ()
    outputs: tuple[TensorReport, ...] = ()
    layers: tuple[LayerReport, ...] = ()
    params: ParamTotals = ParamTotals()
    groups: dict[str, GroupReport] = {}
    diagnostics: tuple[Diagnostic, ...] = ()
    activations: Activations | None = None
    training: Training | None = None
    parameters: dict[str, DTypeTotals] | None = None
    optimizer: str | None = None

    def with_diagnostics(self, more: Iterable[Diagnostic]) -> "Report":
        """The report with more diagnostics, sorted by place, without repeats."""
        return msgspec.structs.replace(self, diagnostics=in_order((*self.diagnostics, *more)))

    @property
    def ok(self) -> bool:
        """Whether the network has no error. Warnings don't count."""
        return not any(d.severity == "error" for d in self.diagnostics)

    @property
    def unknown_layers(self) -> tuple[str, ...]:
        """The names of the layers with unknown parameters, which `params` leaves out."""
        return tuple(layer.name for layer in self.layers if layer.params is None)

    @property
    def op_counts(self) -> OpCounts:
        """The operations that compute the network for one sample.

        A count is None if it is unknown for any layer; all are if the network has errors.

        >>> convcalc.summarize("model.yaml").op_counts.convolution
        388800
        """
        if not self.ok or any(layer.op_counts is None for layer in self.layers):
            return UNKNOWN_OP_COUNTS
        # Equal layers share one object.
        found = {id(layer.op_counts): layer.op_counts for layer in self.layers}
        times = Counter(id(layer.op_counts) for layer in self.layers)
        return sum(
            (op_counts.times(times[i]) for i, op_counts in found.items() if op_counts),
            start=OpCounts(),
        )

    def known_op_counts(self, name: str = "macs") -> "PartialSum":
        """The sum over the layers with a known count, and the names of the others.

        Args:
            name: `macs`, or a field of `OpCounts`.

        >>> convcalc.summarize("model.yaml", inputs=[2, 2, 3]).known_op_counts("macs")
        PartialSum(sum=0, missing=('conv2d', 'max_pooling2d', 'flatten', 'dense'))
        """
        found = [layer.op_counts for layer in self.layers]
        return self._known([None if each is None else getattr(each, name) for each in found])

    def _known(self, counts: Sequence[int | None]) -> "PartialSum":
        missing = [layer.name for layer, n in zip(self.layers, counts, strict=True) if n is None]
        return PartialSum(sum(n or 0 for n in counts), tuple(missing))

    def names(self, positions: Iterable[int]) -> tuple[str, ...]:
        """The names of the layers at these positions."""
        return tuple(self.layers[position].name for position in positions)

    @property
    def partial(self) -> bool:
        """Whether `params` leaves out part of the network."""
        return not self.ok or bool(self.unknown_layers)

    def _memory(self) -> dict[str, Any]:
        if self.activations is None:
            return {}
        found = self.activations
        return {
            "batch_size": found.batch,
            "activation_bytes": found.sum,
            "peak_activation_bytes": found.peak,
            "peak_at": None if found.at is None else self.layers[found.at].name,
            "parameters": None if self.partial else self._parameters(),
            "training": self.training and self.training.to_dict(),
        }

    def _parameters(self) -> dict[str, Any] | None:
        found = self.parameters
        return found and {name: msgspec.structs.asdict(each) for name, each in found.items()}

    def _metrics(self) -> dict[str, Any]:
        """For each total: whether it is partial, and the layers missing from it."""
        op_counts, activations = self.op_counts, self.activations
        found = {
            name: _metric(getattr(op_counts, name) is None, self.known_op_counts(name))
            for name in ("macs", *op_counts.__struct_fields__)
        }
        if activations is not None:
            known = self._known(activations.layers)
            found["activation_bytes"] = _metric(activations.sum is None, known)
            found["peak_activation_bytes"] = {
                "partial": activations.peak is None,
                "missing": list(known.missing),
            }
        if self.training is not None:
            found["training"] = {
                "partial": self.training.sum is None,
                "missing": list(self.names(self.training.missing)),
            }
        if self.parameters is not None:
            found["parameters"] = {
                "partial": self.partial,
                "known": self._parameters(),
                "missing": list(self.unknown_layers),
            }
        return found

    def to_dict(self) -> dict[str, Any]:
        """The report as plain JSON data, in the schema `convcalc.summary/1`.

        If a layer's parameters are unknown, the totals are None and `partial` is true;
        `known_params` is then the sum over the other layers.

        >>> convcalc.summarize("model.yaml").to_dict()["totals"]["params"]
        36458
        """
        return self.around([layer.to_dict() for layer in self.layers])

    def around(self, layers: list[Any] | None) -> dict[str, Any]:
        """The report as plain JSON data, with `layers` in place of its layers.

        With None, a writer can fill them in one by one: they are nearly all of the output.
        """
        unknown = self.unknown_layers
        partial = self.partial
        params = None if partial else self.params
        data: dict[str, Any] = {
            "schema": SCHEMA,
            "name": self.name,
            "source": self.source,
            "inputs": [tensor.to_dict() for tensor in self.inputs],
            "outputs": [tensor.to_dict() for tensor in self.outputs],
            "groups": [{"name": name, **group.to_dict()} for name, group in self.groups.items()],
            "layers": layers,
            "optimizer": self.optimizer,
            "totals": {
                "params": params and params.count,
                "trainable_params": params and params.trainable,
                "non_trainable_params": params and params.non_trainable,
                "param_bytes": params and params.bytes,
                "macs": self.op_counts.macs,
                "work": msgspec.structs.asdict(self.op_counts),
                "partial": partial,
                "known_params": self.params.count,
                "unknown_layers": list(unknown),
                **self._memory(),
                "metrics": self._metrics(),
            },
            "diagnostics": [d.to_dict() for d in self.diagnostics],
        }
        return data


def some_of(names: Sequence[str]) -> str:
    """The first few names, and the number of the others."""
    more = len(names) - _MOST_NAMES
    first = ", ".join(names[:_MOST_NAMES])
    return f"{first} and {more:,} more" if more > 0 else first


_MOST_NAMES = 5


def _metric(partial: bool, known: PartialSum) -> dict[str, Any]:  # noqa: FBT001
    return {"partial": partial, "known": known.sum, "missing": list(known.missing)}
