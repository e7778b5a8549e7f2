"""What is known of a network: frozen data with raw numbers, from which every output is made."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from convcalc.costs import Activations, AxisField, Field, Fields, Parameters, Training
from convcalc.diagnostics import Diagnostic, Span, in_order
from convcalc.dtypes import BITS
from convcalc.layers.inference import UNKNOWN_WORK, Work
from convcalc.layers.kind import Kind
from convcalc.layers.plain import plain_arguments
from convcalc.shapes import Dim, Shape
from convcalc.windows import AnyWindow

SCHEMA = "convcalc.summary/1"


class WeightReport(msgspec.Struct, frozen=True):
    """A variable: `count` elements of `dtype`, and whether training changes them.

    `name` is Keras's name of it, and `path` Keras's path of it inside of its layer, which tells
    apart the variables of a layer that is made of layers: `kernel` and `query/kernel`.
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


class Params(msgspec.Struct, frozen=True):
    """Counts of parameters, and bytes of memory that they take."""

    trainable: int = 0
    non_trainable: int = 0
    trainable_bytes: int = 0
    non_trainable_bytes: int = 0

    @classmethod
    def of(cls, weights: Iterable[WeightReport]) -> "Params":
        """The elements and bytes of some weights; the bits of a type make whole bytes together."""
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
        """All parameters."""
        return self.trainable + self.non_trainable

    @property
    def bytes(self) -> int:
        """The memory of all parameters, in bytes."""
        return self.trainable_bytes + self.non_trainable_bytes

    def __add__(self, other: "Params") -> "Params":
        return Params(
            self.trainable + other.trainable,
            self.non_trainable + other.non_trainable,
            self.trainable_bytes + other.trainable_bytes,
            self.non_trainable_bytes + other.non_trainable_bytes,
        )


class LayerReport(msgspec.Struct, frozen=True):
    """One application of a layer.

    `layer` is the layer with its arguments, None where those are at fault. `input_shapes` holds
    None for an input of unknown shape; `output_shapes` and `weights` are None where they can't be
    known; `windows` are those that the rule slid. `params` is what the layer adds to the totals,
    so nothing where it `shares` the weights of an earlier one, and None where that can't be known.
    `work` is what it takes to compute the outputs for one sample, also of a layer that shares its
    weights. `output_dtypes` has the type of each output, None for one that can't be known, and is
    None where the shapes are. `activation_bytes` are those of all outputs for a batch, and
    `receptive_field` is that in space, on each axis of an input but its channels; both are None
    where they can't be known, or were not asked for. `fault` is the code of what is wrong with this
    layer itself, not with one that it reads.
    """

    name: str
    kind: str
    group: str | None
    inputs: tuple[str, ...]
    input_shapes: tuple[Shape | None, ...]
    output_shapes: tuple[Shape, ...] | None
    weights: tuple[WeightReport, ...] | None
    params: Params | None
    shares: str | None
    span: Span | None
    layer: Kind | None
    windows: tuple[AnyWindow, ...] = ()
    fault: str | None = None
    work: Work | None = None
    output_dtypes: tuple[str | None, ...] | None = None
    activation_bytes: int | None = None
    receptive_field: Fields | None = None

    @property
    def arguments(self) -> dict[str, Any] | None:
        """Every argument by its name, defaults included, as plain data; None where one is wrong."""
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
            "macs": self.work and self.work.macs,
            "work": self.work and msgspec.structs.asdict(self.work),
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


def _plain_field(axis: AxisField) -> object:
    """A field on one axis as plain JSON data: None where it is unknown."""
    if axis is None:
        return None
    return axis.to_dict() if isinstance(axis, Field) else "all"


class TensorReport(msgspec.Struct, frozen=True):
    """An input or output of the network; an unknown shape is None."""

    name: str
    shape: Shape | None
    dtype: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The tensor as plain JSON data."""
        return {"name": self.name, "shape": _plain_shape(self.shape), "dtype": self.dtype}


class GroupReport(msgspec.Struct, frozen=True):
    """A group of layers: what it is a use of, and its outputs' shapes where they are known.

    `parent` is the name of the group around it, `receptive_field` that of its one output, as of a
    layer.
    """

    kind: str
    output_shapes: tuple[Shape | None, ...]
    parent: str | None = None
    receptive_field: Fields | None = None

    def to_dict(self) -> dict[str, Any]:
        """The group as plain JSON data."""
        return {
            "kind": self.kind,
            "parent": self.parent,
            "output_shapes": _plain_shapes(self.output_shapes),
        }


class Known(NamedTuple):
    """The sum over the layers of which a count is known, and the names of the others."""

    sum: int
    missing: tuple[str, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A network with every shape and weight that can be known, and every fault.

    `groups` holds each group of layers, such as a use of a block, by its full name. `activations`,
    `training` and `parameters`, by data types, are None where they were not asked for.
    """

    name: str
    source: str
    inputs: tuple[TensorReport, ...] = ()
    outputs: tuple[TensorReport, ...] = ()
    layers: tuple[LayerReport, ...] = ()
    params: Params = Params()
    groups: dict[str, GroupReport] = {}
    diagnostics: tuple[Diagnostic, ...] = ()
    activations: Activations | None = None
    training: Training | None = None
    parameters: dict[str, Parameters] | None = None
    optimizer: str | None = None
    """That of a model which Keras saved compiled; Keras counts its variables among the params."""

    def with_diagnostics(self, more: Iterable[Diagnostic]) -> "Report":
        """The same with more diagnostics, all in the order of their places."""
        return msgspec.structs.replace(self, diagnostics=in_order((*self.diagnostics, *more)))

    @property
    def ok(self) -> bool:
        """Whether there is no error."""
        return not any(d.severity == "error" for d in self.diagnostics)

    @property
    def unknown_layers(self) -> tuple[str, ...]:
        """The layers whose parameters can't be known; `params` is without them."""
        return tuple(layer.name for layer in self.layers if layer.params is None)

    @property
    def work(self) -> Work:
        """What it takes to compute the network for one sample; each count unknown where one is.

        A network with errors is not known as a whole.
        """
        if not self.ok or any(layer.work is None for layer in self.layers):
            return UNKNOWN_WORK
        # Equal layers have one and the same object for it.
        found = {id(layer.work): layer.work for layer in self.layers}
        times = Counter(id(layer.work) for layer in self.layers)
        return sum((work.times(times[i]) for i, work in found.items() if work), start=Work())

    def known_work(self, name: str = "macs") -> "Known":
        """What is known of one of the counts of `Work`."""
        works = [layer.work for layer in self.layers]
        return self._known([None if work is None else getattr(work, name) for work in works])

    def _known(self, counts: Sequence[int | None]) -> "Known":
        missing = [layer.name for layer, n in zip(self.layers, counts, strict=True) if n is None]
        return Known(sum(n or 0 for n in counts), tuple(missing))

    def names(self, positions: Iterable[int]) -> tuple[str, ...]:
        """The names of layers, by their positions."""
        return tuple(self.layers[position].name for position in positions)

    @property
    def partial(self) -> bool:
        """Whether some of the network is missing from `params`, so that no total is known."""
        return not self.ok or bool(self.unknown_layers)

    def _memory(self) -> dict[str, Any]:
        """The memory that the network takes, as plain JSON data, where it was asked for."""
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
        """Whether each sum over layers is partial, and which layers are missing from it."""
        work, activations = self.work, self.activations
        found = {
            name: _metric(getattr(work, name) is None, self.known_work(name))
            for name in ("macs", *work.__struct_fields__)
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

        Where some layer's parameters can't be known, no total can: the totals are None, marked
        `partial`, and `known_params` is the sum over the others.
        """
        return self.around([layer.to_dict() for layer in self.layers])

    def around(self, layers: list[Any] | None) -> dict[str, Any]:
        """The report as plain JSON data, with what is to stand in it for the layers.

        They are nearly all of it, and so a format may write one after the other.
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
                "macs": self.work.macs,
                "work": msgspec.structs.asdict(self.work),
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
    """The first of some names, and how many there are besides."""
    more = len(names) - _MOST_NAMES
    told = ", ".join(names[:_MOST_NAMES])
    return f"{told} and {more:,} more" if more > 0 else told


_MOST_NAMES = 5


def _metric(partial: bool, known: Known) -> dict[str, Any]:  # noqa: FBT001
    return {"partial": partial, "known": known.sum, "missing": list(known.missing)}
