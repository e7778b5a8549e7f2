"""Every operation against real Keras: the same shapes, and the same refusals."""

import importlib
import inspect
import json
import os
import re
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from convcalc.layers import WITHOUT_RULE, find, operations
from convcalc.layers.calling import parameters_of
from convcalc.layers.kind import Kind
from convcalc.layers.ops.operands import plain
from convcalc.reference import describe_kind
from oracle.differences import EXAMPLES as KNOWN_EXAMPLES
from oracle.differences import Difference, disagreement, known
from oracle.operations import STRATEGIES
from oracle.outcome import Accepted, Case, Outcome, Refused, Shape, infer

keras_judge = pytest.importorskip("oracle.keras_judge", reason="the judge needs Keras")

pytestmark = pytest.mark.oracle

# The same cases every time, unless the variable asks for a search of so many fresh ones.
EXAMPLES = os.environ.get("CONVCALC_ORACLE_EXAMPLES")
SETTINGS = settings(
    max_examples=int(EXAMPLES or 60),
    derandomize=EXAMPLES is None,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)

UNCOVERED = {name.removeprefix("ops.") for name in WITHOUT_RULE if name.startswith("ops.")}


def classes() -> dict[str, Any]:
    """The classes of Keras's operations by name."""
    names = ("numpy", "nn", "core", "linalg", "math", "image")
    modules = [importlib.import_module(f"keras.src.ops.{name}") for name in names]
    return {
        name: cls
        for module in modules
        for name, cls in vars(module).items()
        if inspect.isclass(cls)
        and issubclass(cls, keras_judge.keras.Operation)
        and cls.__module__ == module.__name__
    }


CLASSES = classes()


def parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """The parameters of a method but self and name, and what takes all others."""
    return [
        p
        for p in inspect.signature(function).parameters.values()
        if p.name not in {"self", "name"} and p.kind is not p.VAR_KEYWORD
    ]


def kind_of(name: str) -> type[Kind]:
    kind = find(name)
    assert kind
    return kind


def judge(name: str, case: Case, *, doubted: bool = False) -> Outcome:
    """What Keras makes of an operation; where it is doubted, it has to compute it too."""
    call_arguments = kind_of(name).call_arguments
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cls = CLASSES[name.removeprefix("ops.")]
        try:
            layer = cls(**{arg: case.args[arg] for arg in case.args if arg not in call_arguments})
        except Exception as error:  # noqa: BLE001 - Keras raises nearly everything
            return Refused(f"{type(error).__name__}: {error}", by="arguments")
        try:
            tensors = [keras_judge.keras.KerasTensor(shape) for shape in case.inputs]
            output = layer.compute_output_spec(*called_with(name, case, tensors))
            shapes = tuple(tuple(tensor.shape) for tensor in keras_judge.flat(output))
        except Exception as error:  # noqa: BLE001
            return Refused(f"{type(error).__name__}: {error}", by="inputs")

        def call(tensors: Sequence[Any]) -> Any:
            return layer.call(*called_with(name, case, tensors))

        if doubted and (why := keras_judge.cannot_compute(call, case.inputs, shapes)):
            return Refused(why, by="inputs")
    return Accepted(shapes, ())


def called_with(name: str, case: Case, tensors: Sequence[Any]) -> list[Any]:
    """The call arguments: tensors, and constants at their places."""
    kind = kind_of(name)
    positional = tensors[: len(tensors) - len(case.names)]
    named: dict[str, Any] = {}
    for key, tensor in zip(case.names, tensors[len(positional) :], strict=True):
        named.setdefault(key, []).append(tensor)
    values = {key: given[0] if len(given) == 1 else given for key, given in named.items()}
    expected = parameters(CLASSES[name.removeprefix("ops.")].call)
    constants = {key: case.args[key] for key in kind.call_arguments if key in case.args}
    several = kind.merges or expected[0].kind is inspect.Parameter.VAR_POSITIONAL
    if several:
        read = iter(positional)
        places = constants.get(expected[0].name)
        if places is not None:
            positional = [next(read) if place is None else array(place) for place in places]
        return [positional] if kind.merges else list(positional)
    values |= {key: as_keras(name, value) for key, value in constants.items()}
    for parameter, tensor in zip(expected, positional, strict=False):
        assert parameter.name not in values
        values[parameter.name] = tensor
    missing = [p.name for p in expected if p.default is p.empty and p.name not in values]
    if missing or len(positional) > len(expected) or values.keys() - {p.name for p in expected}:
        raise TypeError("the call does not fit")
    return [values.get(p.name, p.default) for p in expected]


def as_keras(name: str, value: Any) -> Any:
    """A constant as Keras is given it."""
    if name == "ops.GetItem":
        return tuple(map(item_of_key, value)) if isinstance(value, list) else value
    return value if name in {"ops.ScaleAndTranslate", "ops.Slice"} else array(value)


def array(value: Any) -> Any:
    return keras_judge.keras.ops.array(value)


def item_of_key(item: Any) -> Any:
    item = plain(item)
    if item == "...":
        return ...
    if isinstance(item, str) and re.fullmatch(r"-?\d*:-?\d*(:-?\d*)?", item):
        return slice(*(int(part) if part else None for part in item.split(":")))
    return item


@pytest.mark.parametrize("name", operations())
def test_equals_keras(name: str) -> None:
    assert name in STRATEGIES, f"tests/oracle/operations.py has no strategy for {name}"

    @SETTINGS
    @given(STRATEGIES[name])
    def agrees(case: Case) -> None:
        ours = infer(name, *case)
        keras = judge(name, case, doubted=isinstance(ours, Refused))
        problem = disagreement(keras, ours)
        if problem and not known(name, case, keras, ours):
            pytest.fail(f"{problem}\n{name} {case}\nKeras: {keras}\nours:  {ours}", pytrace=False)

    agrees()


@pytest.mark.parametrize("name", operations())
def test_has_the_arguments_of_keras(name: str) -> None:
    kind = kind_of(name)
    cls = CLASSES[name.removeprefix("ops.")]
    theirs = [(p.name, p.default is p.empty, p.default) for p in parameters(cls.__init__)]
    ours = [(f.name, f.required, f.default) for f in msgspec.structs.fields(kind)]
    assert [(n, required) for n, required, _ in ours[: len(theirs)]] == [t[:2] for t in theirs]
    for (_, required, default), (_, _, wanted) in zip(ours, theirs, strict=False):
        assert required or default == wanted
    assert {n for n, *_ in ours[len(theirs) :]} <= set(kind.call_arguments)


@pytest.mark.parametrize("name", operations())
def test_is_called_as_in_keras(name: str) -> None:
    kind = kind_of(name)
    theirs = [p.name for p in parameters(CLASSES[name.removeprefix("ops.")].call)]
    assert list(parameters_of(kind)) == theirs
    assert set(kind.call_arguments) <= set(kind.__struct_fields__)


def test_covers_the_operations_of_keras() -> None:
    assert {f"ops.{name}" for name in CLASSES.keys() - UNCOVERED} == operations().keys()


@pytest.mark.parametrize(
    ("difference", "name", "case"), [row for row in KNOWN_EXAMPLES if row[1] in operations()]
)
def test_known_difference_is_still_one(difference: Difference, name: str, case: Case) -> None:
    ours = infer(name, *case)
    keras = judge(name, case, doubted=True)
    assert disagreement(keras, ours)
    assert difference.holds(name, case, keras, ours)


def written(build: Callable[[Any], Any]) -> tuple[dict[str, Any], tuple[Shape, ...]]:
    """The last layer of a model as Keras writes it, and the shapes that it gives."""
    keras = keras_judge.keras
    keras.backend.clear_session(free_memory=False)
    read = keras.Input((8, 6))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outputs = keras.tree.flatten(build(read))
        document = json.loads(keras.Model(read, outputs).to_json())
    return document["config"]["layers"][-1], tuple(tuple(tensor.shape) for tensor in outputs)


def is_tensor(value: Any) -> bool:
    return isinstance(value, dict) and value.get("class_name") == "__keras_tensor__"


MODELS: dict[str, Callable[[Any, Any], Any]] = {
    "a constant on the right": lambda ops, x: x + 1,
    "a constant on the left": lambda ops, x: 1 - x,
    "a tensor twice": lambda ops, x: x * x,
    "an array": lambda ops, x: ops.add(x, ops.ones((5, 1, 6))),
    "a matrix": lambda ops, x: x @ ops.ones((6, 3)),
    "a comparison": lambda ops, x: x >= 0.5,
    "an index": lambda ops, x: x[0],
    "a key": lambda ops, x: x[:, 1:-1:2, None, ..., -1],
    "an ellipsis first": lambda ops, x: x[..., ::-1],
    "a list of tensors": lambda ops, x: ops.concatenate([x, x], axis=-1),
    "an array among tensors": lambda ops, x: ops.concatenate([ops.ones((1, 2, 6)), x], axis=1),
    "operands and an array": lambda ops, x: ops.einsum("bij,jk->bik", x, ops.ones((6, 3))),
    "a shape": lambda ops, x: ops.reshape(x, (-1, 4, 12)),
    "several outputs": lambda ops, x: ops.split(x, [2, 3], axis=-1),
    "indices": lambda ops, x: ops.take(x, [0, 1, 2], axis=1),
    "what is left out": lambda ops, x: ops.where(x, x, 0.0),
    "by name": lambda ops, x: ops.pad(x, ((0, 0), (1, 2), (0, 0)), constant_values=3),
    "a data type": lambda ops, x: ops.cast(x, "int32"),
    "attention": lambda ops, x: ops.dot_product_attention(*[ops.expand_dims(x, 1)] * 3),
    "a kernel": lambda ops, x: ops.conv(x, ops.ones((3, 6, 4)), padding="same"),
}


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_reads_what_keras_writes(model: Callable[[Any, Any], Any]) -> None:
    layer, outputs = written(lambda x: model(keras_judge.keras.ops, x))
    kind = kind_of(f"ops.{layer['class_name']}")
    (node,) = layer["inbound_nodes"]
    args = {name: value for name, value in layer["config"].items() if name != "name"}
    first, *_ = call_arguments = parameters_of(kind)
    given: list[tuple[str, Any]]
    if describe_kind(kind).inputs[0].several:
        several = node["args"][0] if kind.merges else node["args"]
        given = [("", value) for value in several if is_tensor(value)]
        if len(given) < len(several):
            args[first] = [None if is_tensor(v) else plain(v) for v in several]
    else:
        called = {**dict(zip(call_arguments, node["args"], strict=False)), **node["kwargs"]}
        given = [(name, value) for name, value in called.items() if is_tensor(value)]
        args |= {n: plain(v) for n, v in called.items() if v is not None and not is_tensor(v)}
    inputs = tuple(tuple(tensor["config"]["shape"]) for _, tensor in given)
    names = tuple(name for name, _ in given if name)
    assert infer(f"ops.{layer['class_name']}", args, inputs, names) == Accepted(outputs, ())
