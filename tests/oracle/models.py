"""Whole models: what Keras says of each layer and weight, held against a report of ours."""

import hashlib
import importlib
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from convcalc.report import LayerReport, Report
from oracle.outcome import Shape

keras: Any = importlib.import_module("oracle.keras_judge").keras

# A layer whose class has a name of its own, but which files and users call otherwise.
_PUBLIC = {"GroupedQueryAttention": "GroupQueryAttention"}

Source: TypeAlias = tuple[str, int]
"""Where a tensor comes from: the path of a layer, whichever application of it, and an output."""

ANY = "*"

Way: TypeAlias = str
"""All that an application is made of, back to the inputs: tells one of a layer from another."""


def way(path: str, reads: Iterable[tuple[Way, int]]) -> Way:
    """The way to an application of a layer, of those to what it reads."""
    return hashlib.blake2b(repr((path, sorted(reads))).encode(), digest_size=9).hexdigest()


def application(name: str) -> Any:
    """The network of this name of `keras.applications`.

    Its weights are made, but no values for them, which would take most of the time and memory.
    """
    with keras.StatelessScope(initialize_variables=False), warnings.catch_warnings():
        # Layers that Keras itself declares for one network compute with what memory held.
        warnings.simplefilter("ignore")
        return getattr(keras.applications, name)(weights=None)


class WeightRow(NamedTuple):
    """A weight; `whole` is False where Keras has lost the beginning of its path in the layer.

    The path is ANY where its layer gave it none, so that Keras counts such through the model.
    """

    path: str
    shape: tuple[int, ...]
    trainable: bool
    dtype: str
    whole: bool = True

    def told_as(self, other: "WeightRow") -> "WeightRow":
        """The same with the path that the other gives it, if that is the end of this one."""
        if other.path == ANY:
            return self._replace(path=ANY)
        if not other.whole and f"/{self.path}".endswith(f"/{other.path}"):
            return self._replace(path=other.path, whole=False)
        return self._replace(whole=other.whole)


class Application(NamedTuple):
    """One use of a layer: its outputs' shapes, what it reads, in no order, and by which ways."""

    outputs: tuple[Shape, ...] | None
    reads: tuple[Source, ...]
    way: Way


class Row(NamedTuple):
    """A layer or operation: its kind, its weights, and all its applications."""

    kind: str
    weights: tuple[WeightRow, ...] | None
    applications: list[Application]
    is_layer: bool = True


class Model(NamedTuple):
    """A model, told alike for Keras and for convcalc; `rows` are by the layer's path."""

    rows: dict[str, Row]
    inputs: tuple[tuple[str, Shape | None], ...]
    outputs: tuple[tuple[Source, Shape | None], ...]
    ways: tuple[Way, ...]
    params: int
    trainable: int
    non_trainable: int


def differences(report: Report, model: Any) -> Iterator[str]:
    """Each difference between a report and a model of Keras, in one line or three."""
    for fault in report.diagnostics:
        yield f"{fault.severity}: {fault.layer}: {fault.message} [{fault.code}]"
    for name, times in Counter(layer.name for layer in report.layers).items():
        if times > 1:
            yield f"{name}: {times} layers of ours are called so"
    theirs, ours = of_keras(model), of_report(report)
    for path in theirs.rows.keys() - ours.rows.keys():
        yield f"{path}: we lack it; Keras: {theirs.rows[path]}"
    for path in ours.rows.keys() - theirs.rows.keys():
        yield f"{path}: Keras lacks it; ours: {ours.rows[path]}"
    both = [(path, row, ours.rows[path]) for path, row in theirs.rows.items() if path in ours.rows]
    for path, row, our_row in both:
        yield from _different_rows(path, row, our_row)
    for what in ("inputs", "outputs", "params", "trainable", "non_trainable"):
        yield from _different(f"the model's {what}", getattr(theirs, what), getattr(ours, what))
    # Whatever reads what goes another way does so too: the first is enough.
    ways = (told for path, row, our_row in both for told in _ways(path, row, our_row))
    yield from islice(ways, 1)
    yield from _different("ways to the model's outputs", theirs.ways, ours.ways)


def _different_rows(path: str, theirs: Row, ours: Row) -> Iterator[str]:
    if theirs.is_layer:
        yield from _different(f"{path}: kind", theirs.kind, ours.kind)
    weights = ours.weights
    if theirs.weights and weights and len(weights) == len(theirs.weights):
        weights = tuple(w.told_as(k) for w, k in zip(weights, theirs.weights, strict=True))
    yield from _different(f"{path}: weights", theirs.weights, weights)
    yield from _different_uses("outputs", path, theirs, ours)
    yield from _different_uses("reads", path, theirs, ours)


def _ways(path: str, theirs: Row, ours: Row) -> Iterator[str]:
    """Whether applications read others of a layer than Keras says, unless reads differ anyway."""
    if not any(_different_uses("reads", path, theirs, ours)):
        yield from _different_uses("way", path, theirs, ours)


def _different_uses(what: str, path: str, theirs: Row, ours: Row) -> Iterator[str]:
    yield from _different(
        f"{path}: {what}",
        sorted((getattr(a, what) for a in theirs.applications), key=repr),
        sorted((getattr(a, what) for a in ours.applications), key=repr),
    )


def _different(what: str, theirs: object, ours: object) -> Iterator[str]:
    if theirs != ours:
        yield f"{what}\n    Keras: {theirs}\n    ours:  {ours}"


def of_report(report: Report) -> Model:
    """What we say of a model."""
    rows: dict[str, Row] = {}
    made: dict[str, tuple[str, Way]] = {}

    def tensor(name: str) -> tuple[str, Way, int]:
        if name in made:
            return *made[name], 0
        layer, _, output = name.rpartition(":")
        return *made[layer], int(output)

    for layer in report.layers:
        path = layer.shares or layer.name
        read = [tensor(name) for name in layer.inputs]
        made[layer.name] = path, way(path, ((way_to, i) for _, way_to, i in read))
        reads = tuple(sorted((path_of, i) for path_of, _, i in read))
        row = rows.setdefault(path, Row(layer.kind, _weights(layer), []))
        row.applications.append(Application(layer.output_shapes, reads, made[layer.name][1]))
    outputs = [(*tensor(output.name), output.shape) for output in report.outputs]
    params = report.params
    return Model(
        rows,
        tuple((tensor.name, tensor.shape) for tensor in report.inputs),
        tuple(((path, i), shape) for path, _, i, shape in outputs),
        tuple(way_to for _, way_to, _, _ in outputs),
        params.count,
        params.trainable,
        params.non_trainable,
    )


def _weights(layer: LayerReport) -> tuple[WeightRow, ...] | None:
    if layer.weights is None:
        return None
    return tuple(WeightRow(w.path, w.shape, w.trainable, w.dtype) for w in layer.weights)


def of_keras(model: Any) -> Model:
    """What Keras says of a model, with the layers of the models in it."""
    walk = _Walk(model)
    inputs = [walk.input(tensor) for tensor in model.inputs]
    outputs = walk.apply(model, inputs, "", own=True)
    trainable = _size(model.trainable_weights)
    return Model(
        walk.rows,
        tuple((tensor.source[0], tensor.shape) for tensor in inputs),
        tuple((tensor.source, tensor.shape) for tensor in outputs),
        tuple(tensor.way for tensor in outputs),
        model.count_params(),
        trainable,
        model.count_params() - trainable,
    )


class Known(NamedTuple):
    """A tensor of Keras's in one application of a model, and where it comes from.

    `told` is False for a mask in a chain, which its file does not tell.
    """

    tensor: Any
    source: Source
    way: Way
    told: bool = True

    @property
    def shape(self) -> Shape:
        return tuple(self.tensor.shape)


class UncheckedError(Exception):
    """Keras gives a shape to what it would refuse, had it looked again at a layer's inputs."""


class _Walk:
    """A walk through a model as Keras does it, which goes into the models in it at each use.

    Keras keeps the shapes of a model's layers for the model's own inputs only. Where it is called
    on others, its operations are asked, one by one, as Keras asks them then.
    """

    def __init__(self, model: Any) -> None:
        self.rows: dict[str, Row] = {}
        self.trained = {id(weight) for weight in model.trainable_weights}

    def input(self, tensor: Any) -> Known:
        name = tensor._keras_history.operation.name
        known = Known(tensor, (name, 0), way(name, ()))
        self.rows[name] = Row("InputLayer", (), [Application((known.shape,), (), known.way)])
        return known

    def apply(self, model: Any, inputs: Sequence[Known], prefix: str, *, own: bool) -> list[Known]:
        """Note each application of a layer; `own` says that the inputs are the model's own."""
        function = getattr(model, "_functional", None) or model
        tensors = {id(x): known for x, known in zip(function.inputs, inputs, strict=True)}
        for depth in sorted(function._nodes_by_depth, reverse=True):
            for node in function._nodes_by_depth[depth]:
                if not node.is_input:
                    outputs = self.use(node, tensors, prefix, own=own)
                    if function is not model and not isinstance(node.operation, keras.Layer):
                        del self.rows[prefix + node.operation.name]
                        outputs = [known._replace(told=False) for known in outputs]
                    for tensor, known in zip(node.outputs, outputs, strict=True):
                        tensors[id(tensor)] = known
        return [tensors[id(tensor)] for tensor in function.outputs]

    def use(self, node: Any, tensors: dict[int, Known], prefix: str, *, own: bool) -> list[Known]:
        """Note one application of an operation, or of all in a model; gives its outputs."""
        operation, path = node.operation, prefix + node.operation.name
        reads = [known for x in node.input_tensors if (known := tensors[id(x)]).told]
        if is_model(operation):
            # The first of its arguments; it may be given masks as well.
            read = keras.tree.flatten(node.arguments.args[0])
            reads = [tensors[id(tensor)] for tensor in read]
            same = [x.shape for x in reads] == [tuple(x.shape) for x in operation.inputs]
            return self.apply(operation, reads, f"{path}/", own=same)
        if own:
            specs = node.outputs
        else:
            if isinstance(operation, keras.layers.Concatenate):
                check_concatenated([x.shape for x in reads], operation.axis)
            args, kwargs = node.arguments.fill_in({i: x.tensor for i, x in tensors.items()})
            specs = keras.tree.flatten(operation.compute_output_spec(*args, **kwargs))
        if isinstance(operation, keras.layers.TimeDistributed):
            check_each(operation.layer, reads[0].tensor)
        this_way = way(path, ((x.way, x.source[1]) for x in reads))
        outputs = [
            Known(keras.KerasTensor(spec.shape, spec.dtype), (path, i), this_way)
            for i, spec in enumerate(specs)
        ]
        if path not in self.rows:
            self.rows[path] = self.row(operation)
        shapes = tuple(output.shape for output in outputs)
        sources = tuple(sorted(x.source for x in reads))
        self.rows[path].applications.append(Application(shapes, sources, this_way))
        return outputs

    def row(self, operation: Any) -> Row:
        name = type(operation).__name__
        kind = _PUBLIC.get(name, name)
        if not isinstance(operation, keras.Layer):
            return Row(kind, (), [], is_layer=False)
        return Row(kind, tuple(self.weights(operation)), [])

    def weights(self, layer: Any) -> Iterator[WeightRow]:
        for weight in layer.weights:
            parts = weight.path.split("/")
            whole = layer.name in parts
            path = "/".join(parts[parts.index(layer.name) + 1 :]) if whole else weight.path
            if re.fullmatch(r"variable(_\d+)?", weight.name):
                path = ANY
            shape, trained = tuple(weight.shape), id(weight) in self.trained
            yield WeightRow(path, shape, trained, weight.dtype, whole)


def check_concatenated(shapes: Sequence[Shape], axis: int) -> None:
    """Raise UncheckedError for shapes that differ elsewhere: Keras compares the first ones only."""
    sizes = zip(*shapes, strict=True)
    rest = [{*dims} - {None} for i, dims in enumerate(sizes) if i != axis % len(shapes[0])]
    if any(len(dims) > 1 for dims in rest):
        raise UncheckedError


def check_each(layer: Any, steps: Any) -> None:
    """Raise UncheckedError for a model at each step that holds what Keras would refuse."""
    if is_model(layer):
        shape = (steps.shape[0], *steps.shape[2:])
        step = Known(keras.KerasTensor(shape, steps.dtype), ("", 0), "")
        _Walk(layer).apply(layer, [step], "", own=False)


def is_model(operation: Any) -> bool:
    """Whether an operation is a model made of layers that a file names."""
    return isinstance(operation, keras.Sequential | keras.src.models.functional.Functional)


def _size(weights: Iterable[Any]) -> int:
    # Not by `size` of the value, which a weight without one would have to make.
    return sum(keras.src.utils.summary_utils.count_params([weight]) for weight in weights)
