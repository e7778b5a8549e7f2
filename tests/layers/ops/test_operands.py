"""What operations are called on: constants, what stands for them in a file, and their names."""

import inspect
from typing import Any

import pytest

from convcalc.layers import find, kinds, operations
from convcalc.layers.binding import bind
from convcalc.layers.calling import call, parameters_of
from convcalc.layers.errors import LayerError
from convcalc.layers.kind import Kind, operation, snake_case
from convcalc.layers.ops.operands import plain
from layers.rules import Shape


def of(name: str) -> type[Kind]:
    kind = find(name)
    assert kind
    return kind


def called(
    name: str, args: dict[str, Any], inputs: list[Shape], names: tuple[str, ...] = ()
) -> tuple[Shape, ...]:
    return call(bind(of(name), (), args, {}).layer, inputs, names).outputs


def test_operations_are_found_beside_layers() -> None:
    assert find("ops.Add") is operations()["ops.Add"]
    assert find("Add") is kinds()["Add"]
    assert find("ops.Dense") is None
    assert find("Dens") is None
    assert not any(name.startswith("ops.") for name in kinds())
    assert all(name.startswith("ops.") for name in operations())


def test_a_second_operation_of_the_same_name_is_an_error() -> None:
    class Add(Kind, frozen=True):
        pass

    operations()
    with pytest.raises(ValueError, match=r"two operations are called ops\.Add"):
        operation(Add)


def test_a_layer_is_named_as_keras_names_it() -> None:
    assert snake_case("ops.GetItem") == "get_item"
    assert bind(of("ops.RMSNorm"), (), {}, {}).name == "rms_norm"


@pytest.mark.parametrize("name", operations())
def test_is_documented(name: str) -> None:
    document = inspect.getdoc(of(name)) or ""
    assert document.partition("\n")[0].endswith(".")
    assert "\nOutput: " in document
    assert "Weights: none." in document
    assert "Source: https://keras.io/api/ops/" in document


# As keras.Model.to_json writes them.
@pytest.mark.parametrize(
    ("serialized", "constant"),
    [
        pytest.param(2.0, 2.0, id="a number"),
        pytest.param(None, None, id="a new axis"),
        pytest.param([0, 1], [0, 1], id="a list"),
        pytest.param({"class_name": "__ellipsis__", "config": {}}, "...", id="an ellipsis"),
        pytest.param(
            {"class_name": "__slice__", "config": {"start": None, "stop": None, "step": None}},
            ":",
            id="a slice",
        ),
        pytest.param(
            {"class_name": "__slice__", "config": {"start": 1, "stop": -1, "step": 2}},
            "1:-1:2",
            id="a slice with a step",
        ),
        pytest.param(
            {"class_name": "__tensor__", "config": {"value": [[1.0], [2.0]], "dtype": "float32"}},
            [[1.0], [2.0]],
            id="an array",
        ),
        pytest.param(
            [{"class_name": "__ellipsis__", "config": {}}, None, 0],
            ["...", None, 0],
            id="a key",
        ),
        pytest.param({"class_name": "Other"}, {"class_name": "Other"}, id="what is none of these"),
    ],
)
def test_a_constant_of_a_keras_file(serialized: Any, constant: Any) -> None:
    assert plain(serialized) == constant


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("ops.Add", ("x1", "x2")),
        ("ops.GetItem", ("x", "key")),
        ("ops.Isclose", ("x1", "x2", "rtol", "atol")),
        ("ops.Concatenate", ("xs",)),
        ("ops.Einsum", ("operands",)),
    ],
)
def test_call_arguments(name: str, arguments: tuple[str, ...]) -> None:
    assert parameters_of(of(name)) == arguments


def test_a_constant_on_the_left() -> None:
    assert called("ops.Subtract", {"x1": 1}, [(None, 8)], ("x2",)) == ((None, 8),)


def test_an_operand_is_not_both_read_and_a_constant() -> None:
    with pytest.raises(LayerError, match="x1 is a constant and can't be read as well") as caught:
        called("ops.Subtract", {"x1": 1}, [(None, 8)])
    assert (caught.value.code, caught.value.argument) == ("wrong-inputs", "x1")


def test_a_list_of_one() -> None:
    layer = bind(of("ops.Stack"), (), {}, {}).layer
    assert call(layer, [(None, 8)], listed=True).outputs == ((1, None, 8),)


def test_what_is_selected_has_the_shape_of_the_first_choice() -> None:
    inputs: list[Shape] = [(None, 8), (None, 8), (4, 8), (None, 8)]
    names = ("condlist", "condlist", "choicelist", "choicelist")
    assert called("ops.Select", {}, inputs, names) == ((4, 8),)
    assert called("ops.Select", {}, [(None, 8), (None, 3)]) == ((None, 3),)


def test_hostile_constants() -> None:
    deep: Any = 0
    for _ in range(70):
        deep = [deep]
    with pytest.raises(LayerError, match="x2 has more than 64 dimensions"):
        called("ops.Add", {"x2": deep}, [(None, 8)])
    assert plain({"class_name": "__slice__", "config": 3}) == {
        "class_name": "__slice__",
        "config": 3,
    }


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("ops.Unstack", {"num": 10**12}),
        ("ops.Split", {"indices_or_sections": 10**12}),
        ("ops.ArraySplit", {"indices_or_sections": 10**12}),
    ],
)
def test_more_outputs_than_memory(name: str, args: dict[str, int]) -> None:
    with pytest.raises(LayerError, match="1000000000000 outputs are more than 65536"):
        called(name, args, [(None, 8)])
