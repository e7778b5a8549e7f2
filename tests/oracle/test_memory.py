"""Memory against real Keras: its layers are run one by one, and arrays let go when all read."""

import random
import warnings
from collections import Counter
from typing import Any

import pytest

from convcalc import formats
from convcalc.analysis import memory
from convcalc.analysis.analysis import analyze
from convcalc.dtypes import BITS
from convcalc.network import Network, Node, Tensor
from convcalc.report.costs import Optimizer

graphs = pytest.importorskip("oracle.graphs", reason="the judge needs Keras")
models = pytest.importorskip("oracle.models", reason="the judge needs Keras")
np = pytest.importorskip("numpy")
keras: Any = graphs.keras

pytestmark = pytest.mark.oracle

BATCH = 2
APPLICATIONS = {
    "MobileNetV2": 32,
    "ResNet50": 32,
    "DenseNet121": 32,
    "EfficientNetB0": 32,
    "EfficientNetV2B0": 32,
    "InceptionV3": 75,
    "NASNetMobile": 32,
    "Xception": 71,
}
GRAPHS = 150
LEAST_GRAPHS = 39
"""How many of the random graphs must be such that all their sizes and types are known."""


def run(network: Network, model: Any) -> tuple[list[int], int, int]:
    """The bytes of what each layer gives, and the most at once, with the position of its layer."""
    left: Counter[Tensor] = Counter(t for node in network.nodes for t in node.inputs)
    left.update(network.outputs)
    function = getattr(model, "_functional", None) or model
    calls = [call for calls in function._nodes_by_depth.values() for call in calls]
    arrays: dict[Tensor, Any] = {}
    size: dict[Tensor, int] = {}
    made: dict[int, Tensor] = {}
    for x in function.inputs:
        (i,) = (i for i in network.inputs if network.nodes[i].name == name_of(x))
        arrays[Tensor(i)] = np.zeros(sizes(x), x.dtype)
        size[Tensor(i)] = bytes_of(x, arrays[Tensor(i)])
        made[id(x)] = Tensor(i)
    layers, peak, at = [], 0, -1
    for i, node in enumerate(network.nodes):
        if i not in network.inputs:
            call = next(c for c in calls if c.outputs and is_of(c, node, network, made))
            calls.remove(call)
            filled = {id(x): arrays[made[id(x)]] for x in call.input_tensors}
            args, kwargs = call.arguments.fill_in(filled)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                given = keras.tree.flatten(call.operation(*args, **kwargs))
            for output, (x, array) in enumerate(zip(call.outputs, given, strict=True)):
                made[id(x)] = Tensor(i, output)
                arrays[Tensor(i, output)] = np.asarray(array)
                size[Tensor(i, output)] = bytes_of(x, arrays[Tensor(i, output)])
        layers.append(sum(size[t] for t in arrays if t.node == i))
        held = sum(size[t] for t in arrays)
        if held > peak:
            peak, at = held, i
        left.subtract(node.inputs)
        arrays = {t: array for t, array in arrays.items() if left[t] > 0 or t.node > i}
    return layers, peak, at


def bytes_of(tensor: Any, array: Any) -> int:
    """The bytes of an array of the type that Keras says, whichever the backend makes of it."""
    return int(array.size) * BITS[tensor.dtype] // 8


def sizes(tensor: Any) -> list[int]:
    """The sizes of an input, of which each unknown one is as that of the batch."""
    return [BATCH if dim is None else dim for dim in tensor.shape]


def name_of(tensor: Any) -> str:
    name: str = tensor._keras_history.operation.name
    return name


def is_of(call: Any, node: Node, network: Network, made: dict[int, Tensor]) -> bool:
    """Whether a call in a model of Keras is what a node stands for."""
    name = (
        node.name if node.shares_weights_of is None else network.nodes[node.shares_weights_of].name
    )
    read = [made.get(id(x)) for x in call.input_tensors]
    return call.operation.name == name and Counter(read) == Counter(node.inputs)


def differs(text: str, model: Any) -> bool | None:
    """Whether we say anything else than what happens; None where we do not know it."""
    network = formats.parse(text.encode(), "model.json", {})
    network = network.with_inputs({name_of(x): sizes(x)[1:] for x in model.inputs})
    found = memory.activations(analyze(network), BATCH)
    if found.peak is None:
        return None
    return (list(found.layers), found.peak, found.at) != run(network, model)


@pytest.mark.parametrize("name", APPLICATIONS)
def test_applications(name: str) -> None:
    keras.backend.clear_session(free_memory=False)
    make = getattr(keras.applications, name)
    size = APPLICATIONS[name]
    model = make(weights=None, include_top=False, input_shape=(size, size, 3))
    assert differs(model.to_json(), model) is False


def flat_model(number: int) -> tuple[Any, str]:
    """The random model of this number, and its file; None if we could not follow it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = graphs.random_model(random.Random(f"memory {number}"))
            text = model.to_json()
            model.predict_on_batch([np.zeros(sizes(x), x.dtype) for x in model.inputs])
    except Exception:  # noqa: BLE001 - Keras does not make or compute all that it tries
        return None, ""
    function = getattr(model, "_functional", None) or model
    calls = Counter(
        (call.operation.name, tuple(map(id, call.input_tensors)))
        for each in function._nodes_by_depth.values()
        for call in each
    )
    # Of two that are alike, nothing tells which is which.
    flat = not any(map(models.is_model, model.layers)) and max(calls.values()) == 1
    return (model if flat else None), text


def test_graphs() -> None:
    judged: Counter[bool | None] = Counter()
    wrong = []
    for number in range(GRAPHS):
        keras.backend.clear_session(free_memory=False)
        model, text = flat_model(number)
        if model is not None:
            found = differs(text, model)
            judged[found] += 1
            wrong += [number] if found else []
    assert wrong == []
    assert judged[False] >= LEAST_GRAPHS


@pytest.mark.parametrize(
    ("optimizer", "theirs"),
    [
        ("sgd", keras.optimizers.SGD()),
        ("momentum", keras.optimizers.SGD(momentum=0.9)),
        ("adam", keras.optimizers.Adam()),
    ],
)
def test_slots(optimizer: Optimizer, theirs: Any) -> None:
    keras.backend.clear_session(free_memory=False)
    read = keras.Input((4,))
    x = keras.layers.Dense(8, dtype="float16")(read)
    x = keras.layers.BatchNormalization()(keras.layers.Dense(3, dtype="mixed_float16")(x))
    model = keras.Model(read, x)
    theirs.build(model.trainable_variables)
    # Without the number of steps and the learning rate.
    slots = sum(v.value.nbytes for v in theirs.variables if v.shape != ())
    assert sum(v.shape == () for v in theirs.variables) == 2
    network = formats.parse(model.to_json().encode(), "model.json", {})
    assert memory.training(analyze(network), optimizer).slots == slots
