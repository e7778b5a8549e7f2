"""Calling: shapes to a rule's parameters, and layers inside of layers."""

from collections.abc import Sequence
from typing import Any

import pytest

from convcalc.layers import kinds
from convcalc.layers.binding import bind
from convcalc.layers.calling import bind_call, call, call_chain, call_sublayer, inside, under
from convcalc.layers.errors import LayerError, SublayerPath
from convcalc.layers.inference import Inference, OpCounts, Weight
from convcalc.layers.kind import Kind, LayerInstance

Shape = tuple[int | None, ...]


class Recording(Kind, frozen=True):
    """Takes whatever it is called on."""

    def infer(
        self, sequences: Shape, *initial_state: Shape, mask: Shape | None = None
    ) -> Inference:
        return Inference((sequences, *initial_state, *([mask] if mask else [])))


class Listing(Kind, frozen=True):
    """Takes a list under one name."""

    def infer(self, inputs: tuple[Shape, ...], mask: Shape | None = None) -> Inference:
        return Inference(inputs)


X, H, C, M = (2, 5, 4), (2, 3), (2, 7), (2, 5)


def layer(kind: str, args: dict[str, Any]) -> Kind:
    return bind(kinds()[kind], (), args, {}).layer


@pytest.mark.parametrize(
    ("shapes", "names", "arguments"),
    [
        pytest.param([X], [], {"sequences": X}, id="one"),
        pytest.param([X, H, C], [], {"sequences": X, "initial_state": (H, C)}, id="in a row"),
        pytest.param(
            [X, H, C],
            ["initial_state", "initial_state"],
            {"sequences": X, "initial_state": (H, C)},
            id="a list under a name",
        ),
        pytest.param(
            [X, H],
            ["sequences", "initial_state"],
            {"sequences": X, "initial_state": (H,)},
            id="a list of one under a name",
        ),
        pytest.param(
            [M, H, X, C],
            ["mask", "initial_state", "sequences", "initial_state"],
            {"sequences": X, "initial_state": (H, C), "mask": M},
            id="names in any order",
        ),
        pytest.param(
            [X, H, C, M],
            ["mask"],
            {"sequences": X, "initial_state": (H, C), "mask": M},
            id="some in a row and one by its name",
        ),
    ],
)
def test_shapes_come_as_parameters(
    shapes: list[Shape], names: list[str], arguments: dict[str, Any]
) -> None:
    bound = bind_call(Recording(), shapes, names)
    assert bound.arguments == arguments
    expected = (arguments["sequences"], *arguments.get("initial_state", ()))
    mask = (arguments["mask"],) if "mask" in arguments else ()
    assert call(Recording(), shapes, names).outputs == expected + mask


def test_a_list_is_one_parameter() -> None:
    assert call(Listing(), [X, H], ["inputs", "inputs"]).outputs == (X, H)


@pytest.mark.parametrize(
    ("kind", "shapes", "names", "message"),
    [
        pytest.param(
            Recording(), [], [], "Recording reads at least 1 input (sequences,", id="nothing"
        ),
        pytest.param(
            Recording(), [H], ["initial_state"], "is not given its input sequences", id="no first"
        ),
        pytest.param(Recording(), [X, H], ["state"], "has no input called 'state'", id="no name"),
        pytest.param(
            Recording(), [X, H, C], ["initial_state"], "initial_state is given twice", id="twice"
        ),
        pytest.param(
            Recording(),
            [X, M, M],
            ["mask", "mask"],
            "mask is one input, but is given a list of 2",
            id="a list of one",
        ),
        pytest.param(
            layer("Identity", {}), [X, H], [], "Identity reads 1 input, but is given 2", id="two"
        ),
        pytest.param(Listing(), [X, H, C], [], "Listing reads 1 to 2 inputs (inputs", id="three"),
        pytest.param(
            layer("Add", {}), [X], [], "Add merges a list of inputs, but reads only one", id="alone"
        ),
        pytest.param(layer("Add", {}), [], [], "Add merges a list of inputs", id="none"),
    ],
)
def test_refuses_what_is_not_read(
    kind: Kind, shapes: Sequence[Shape], names: Sequence[str], message: str
) -> None:
    with pytest.raises(LayerError) as caught:
        call(kind, shapes, names)
    assert caught.value.code == "wrong-inputs"
    assert message in caught.value.message


def test_a_list_of_one_is_merged() -> None:
    assert call(layer("Add", {}), [X], listed=True).outputs == (X,)


def test_a_fault_tells_where_its_argument_is() -> None:
    with pytest.raises(LayerError) as caught:
        call(layer("Conv2D", {"filters": 3, "kernel_size": 9}), [(None, 8, 8, 3)])
    assert (caught.value.argument, caught.value.position) == ("kernel_size", 1)


STEP = SublayerPath("layer", 0)


def sublayer(kind: str, args: dict[str, Any], **common: Any) -> LayerInstance:
    return LayerInstance(layer(kind, args), "inner", step=STEP, **common)


def test_weights_of_a_layer_inside_are_under_its_name() -> None:
    dense = sublayer("Dense", {"units": 3, "lora_rank": 1}, dtype="float16")
    weights = call_sublayer(dense, [(None, 4)]).weights
    assert [(w.path, w.trainable, w.dtype) for w in weights] == [
        ("inner/kernel", False, "float16"),
        ("inner/bias", True, "float16"),
        ("inner/lora_kernel_a", True, "float32"),
        ("inner/lora_kernel_b", True, "float32"),
    ]


@pytest.mark.parametrize(
    ("kind", "args", "shape", "trained"),
    [
        pytest.param("Dense", {"units": 3}, (2, 4), False, id="its own"),
        pytest.param("LSTM", {"units": 3}, (2, 4, 4), False, id="its cell's"),
        pytest.param("TimeDistributed", {"layer": {"Dense": 3}}, (2, 4, 4), True, id="what it has"),
    ],
)
def test_not_training_a_layer_inside_is_for_its_own_weights(
    kind: str, args: dict[str, Any], shape: Shape, trained: bool
) -> None:
    weights = call_sublayer(sublayer(kind, args, trainable=False), [shape]).weights
    assert {w.trainable for w in weights} == {trained}


def test_a_fault_inside_tells_the_way_to_it() -> None:
    stateful = {"LSTM": {"units": 2, "stateful": True}}
    args = {"layer": {"Sequential": {"layers": ["Identity", stateful]}}}
    with pytest.raises(LayerError) as caught:
        call(layer("TimeDistributed", args), [(None, 3, 5, 4)])
    error = caught.value
    assert error.within == (SublayerPath("layer", 0), SublayerPath("layers", 0, 1))
    assert (error.argument, error.position) == ("stateful", 20)


def test_a_fault_is_put_inside_where_it_is_found() -> None:
    error = LayerError("wrong-value", "no", argument="units")
    assert inside(sublayer("Dense", {"units": 3}), error).within == (STEP,)
    assert inside(LayerInstance(Recording(), "made"), LayerError("wrong-value", "no")).within == ()


def test_weights_come_under_a_name() -> None:
    inference = under("cell", Inference((X,), (Weight("kernel", (3,), trainable=False),)))
    assert inference == Inference((X,), (Weight("cell/kernel", (3,), trainable=False),))


def test_a_chain_gives_the_last_outputs_and_all_weights_and_windows() -> None:
    chain = bind(
        kinds()["Sequential"], (), {"layers": [{"Conv1D": [8, 3]}, {"MaxPooling1D": 2}]}, {}
    ).layer.layers  # type: ignore[attr-defined]
    inference = call_chain(chain, [(None, 10, 3)])
    assert inference.outputs == ((None, 4, 8),)
    assert [w.path for w in inference.weights] == ["conv1d/kernel", "conv1d/bias"]
    assert [w.output for w in inference.windows] == [8, 4]


def test_a_chain_of_nothing_passes_on() -> None:
    assert call_chain((), [X]) == Inference((X,), counted=OpCounts())


def test_a_chain_passes_several_outputs_only_to_what_merges() -> None:
    lstm = LayerInstance(layer("LSTM", {"units": 3, "return_state": True}), "lstm")
    add = LayerInstance(layer("Add", {}), "add")
    assert call_chain([lstm, add], [X]).outputs == ((2, 3),)
    with pytest.raises(LayerError) as caught:
        call_chain([lstm, sublayer("Dense", {"units": 3})], [X])
    assert caught.value.within == (STEP,)
    assert caught.value.message == ("Dense reads one input here, but the layer before it gives 3")
