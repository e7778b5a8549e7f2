"""Memory: bytes worked out by hand, and what must hold of any network."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import models
from convcalc.analysis.analysis import analyze
from convcalc.analysis.memory import activations as activations_of
from convcalc.analysis.memory import parameters as parameters_of
from convcalc.analysis.memory import training as training_of
from convcalc.network import Tensor
from convcalc.report.costs import Activations, Alive, DTypeTotals, Training


def activations(text: str, batch: int = 1) -> Activations:
    return activations_of(models.analysis(text), batch)


def training(text: str, optimizer: str, batch: int = 1) -> Training:
    return training_of(models.analysis(text), optimizer, batch)  # type: ignore[arg-type]


# float32 throughout: 4 × 4 × 3 numbers are 192 bytes, 8 channels of 4 × 4 are 512.
CHAIN = """
input: [4, 4, 3]
layers:
  - Conv2D: {filters: 8, kernel_size: 1}
  - ReLU:
  - Flatten:
  - Dense: 10
"""


def test_chain() -> None:
    found = activations(CHAIN)
    assert found.layers == (192, 512, 512, 512, 40)
    assert found.sum == 1768
    # While ReLU runs: what it reads and what it gives. Flatten has as much, but later.
    assert (found.peak, found.at) == (1024, 2)
    assert found.alive == (Alive(1, 0, 512), Alive(2, 0, 512))


# The input of the block, 512 bytes, is kept until Add has read it.
RESIDUAL = """
input: [4, 4, 8]
layers:
  - Add:
    branches:
      - - Conv2D: {filters: 16, kernel_size: 1}
        - Conv2D: {filters: 8, kernel_size: 1}
      - []
  - Flatten:
"""


def test_residual_branch_keeps_its_input() -> None:
    found = activations(RESIDUAL)
    assert found.layers == (512, 1024, 512, 512, 512)
    # input + 16 channels + 8 channels, while the second convolution runs
    assert (found.peak, found.at) == (2048, 2)
    assert found.alive == (Alive(0, 0, 512), Alive(1, 0, 1024), Alive(2, 0, 512))


TWO_OUTPUTS = """
input: [100]
outputs: [a, c]
layers:
  - Dense: 50
    name: a
  - Dense: 200
    name: b
  - Dense: 10
    name: c
"""


def test_outputs_are_kept_to_the_end() -> None:
    found = activations(TWO_OUTPUTS)
    assert found.layers == (400, 200, 800, 40)
    # a is still alive while c runs: 200 + 800 + 40
    assert (found.peak, found.at) == (1040, 3)


READ_LATE = """
inputs: {image: [10], mask: [300]}
layers:
  - Dense: {units: 20}
    from: image
  - Dense: {units: 30}
    name: d
  - Concatenate:
    from: [d, mask]
"""


def test_inputs_are_there_from_the_start() -> None:
    found = activations(READ_LATE)
    assert found.layers == (40, 1200, 80, 120, 1320)
    assert (found.peak, found.at) == (120 + 1200 + 1320, 4)
    assert found.alive == (Alive(1, 0, 1200), Alive(3, 0, 120), Alive(4, 0, 1320))
    # and not only from when they are first read
    chain = READ_LATE.replace("units: 20", "units: 2000")
    assert activations(chain).peak == 1200 + 8000 + 120
    assert activations(chain).at == 3


def test_inputs_that_stand_late_are_there_from_the_start_too() -> None:
    # As in files of Keras: image, 2,000 units, 30 units, mask, concatenate.
    network = models.network(READ_LATE.replace("units: 20", "units: 2000"))
    image, mask, *dense, join = network.nodes
    dense[1].inputs = (Tensor(1),)
    join.inputs = (Tensor(2), Tensor(3))
    network.nodes = [image, *dense, mask, join]
    network.inputs = (0, 3)
    found = activations_of(analyze(network))
    assert found.layers == (40, 8000, 120, 1200, 1320)
    assert (found.peak, found.at) == (8000 + 120 + 1200, 2)


SEVERAL = """
input: [6, 4]
layers:
  - LSTM: {units: 8, return_sequences: true, return_state: true}
    name: lstm
  - Dense: {units: 1}
    from: lstm
  - Dense: {units: 1}
    from: lstm:2
"""


def test_outputs_of_one_layer_go_one_by_one() -> None:
    found = activations(SEVERAL)
    # 6 × 8 numbers, and two states of 8
    assert found.layers == (96, 192 + 32 + 32, 24, 4)
    assert (found.peak, found.at) == (96 + 256, 1)
    assert activations(SEVERAL + "  - Dense: 1\n").alive == found.alive
    # lstm:1 is read by nothing, and lstm:2 later, so that only the latter is there with 2,400.
    wide = SEVERAL.replace("units: 1}\n    from: lstm\n", "units: 100}\n    from: lstm\n")
    assert (activations(wide).peak, activations(wide).at) == (192 + 32 + 2400, 2)


def test_shared_layer_gives_tensors_of_its_own() -> None:
    found = activations("""
inputs: {a: [4], b: [4]}
layers:
  - Dense: 8
    name: d
    from: a
  - share: d
    name: e
    from: b
  - Add:
    from: [d, e]
""")
    assert found.layers == (16, 16, 32, 32, 32)
    assert (found.peak, found.at) == (96, 4)


def test_layers_that_lead_nowhere_run_too() -> None:
    found = activations("""
input: [4]
outputs: [b]
layers:
  - Dense: 1000
    name: a
    from: input
  - Dense: 2
    name: b
    from: input
""")
    assert (found.peak, found.at) == (16 + 4000, 1)


def test_batch() -> None:
    found = activations(CHAIN, 32)
    assert found.batch == 32
    assert found.layers == (6144, 16384, 16384, 16384, 1280)
    assert found.peak == 32768


def test_batch_of_the_network_counts() -> None:
    fixed = CHAIN.replace("input: [4, 4, 3]", "inputs: {image: {batch_shape: [2, 4, 4, 3]}}")
    found = activations(fixed, 32)
    assert found.batch == 2
    assert found.layers == (384, 1024, 1024, 1024, 80)


def test_operations_may_make_more_of_the_batch() -> None:
    found = activations(
        """
input: [6]
layers:
  - ops.Reshape: {newshape: [-1, 3]}
  - Dense: 5
  - ops.Concatenate: {axis: 0}
    from: [dense, dense]
""",
        4,
    )
    # Batches of 4, 8, 8 and 16 samples; their sizes are 6, 3, 5 and 5.
    assert found.layers == (96, 96, 160, 320)


def test_types() -> None:
    found = activations("""
dtype: mixed_float16
inputs: {words: {shape: [10], dtype: int32}}
layers:
  - Embedding: {input_dim: 50, output_dim: 4}
  - Dense: {units: 6, dtype: float32}
  - ops.Cast: {dtype: bfloat16}
  - ops.Greater: {x2: 0.5}
""")
    assert found.layers == (40, 80, 240, 120, 60)


UNKNOWN_SIZE = """
input: [null, 3]
layers:
  - Dense: 4
  - GlobalMaxPooling1D:
"""


def test_types_of_models_inside_of_layers() -> None:
    text = """
input: [5, 8]
layers:
  - TimeDistributed: {layer: {Sequential: {layers: [{Dense: 6}, ReLU]}}}
  - TimeDistributed:
      layer:
        Functional:
          layers:
            - InputLayer: {shape: [6], name: there}
            - Dense: {units: 4, dtype: mixed_float16, name: a}
            - Dense: {units: 6, name: b}
            - Add
          reads: {b: there, add: [there, b]}
"""
    assert activations(text).layers == (160, 120, 120)
    # The type is the outer layer's, whatever the last one inside of it computes in.
    assert activations(text.replace("ReLU", "ReLU: {dtype: float16}")).layers == (160, 120, 120)


def test_a_model_that_is_given_another_type_than_it_declares() -> None:
    text = """
inputs: {numbers: {shape: [4], dtype: int32}}
layers:
  - Sequential: {layers: [{InputLayer: {shape: [4]}}, Flatten]}
"""
    assert activations(text).layers == (16, None)


def test_unknown_sizes_are_told() -> None:
    found = activations(UNKNOWN_SIZE)
    assert found == Activations(1, (None, None, 16), (0, 1), None, None, ())
    assert found.sum is None


def test_unknown_types_are_told() -> None:
    found = activations("""
inputs: {numbers: {shape: [4], dtype: int64}}
layers:
  - ops.Add: {x2: 1}
  - Dropout: 0.5
  - Dense: 2
""")
    # int64 with TensorFlow, int32 with the other backends; Keras says float32 of the dropout.
    assert found.layers == (32, None, 16, 8)
    assert found.missing == (1,)


def test_nothing_is_known_after_a_fault() -> None:
    found = activations(CHAIN.replace("kernel_size: 1", "kernel_size: 9"))
    assert found.layers == (192, None, None, None, None)
    assert found.missing == (1, 2, 3, 4)
    assert found.peak is None


def test_what_is_nowhere() -> None:
    found = activations("input: [4]\nlayers:\n  - Dense: 2\n    from: nothing\n")
    assert found.peak is None
    assert found.missing == (1,)


# Conv2D: 3 × 8 + 8 = 32 weights. Dense: 128 × 10 + 10 = 1290.


@pytest.mark.parametrize(("optimizer", "slots"), [("sgd", 0), ("momentum", 5288), ("adam", 10576)])
def test_training(optimizer: str, slots: int) -> None:
    found = training(CHAIN, optimizer, 2)
    assert (found.weights, found.gradients, found.slots) == (5288, 5288, slots)
    assert found.activations == 2 * 1768
    assert found.sum == 5288 * 2 + slots + 3536
    assert found.missing == ()
    assert found.estimate


def test_training_says_what_is_added_up() -> None:
    assert training(CHAIN, "adam", 1024).formula == (
        "weights + gradients (trainable weights) + adam slots (2 × trainable weights) + "
        "activations of all layers for a batch of 1,024"
    )


def test_what_is_not_trained_has_no_gradient() -> None:
    found = training("input: [4]\nlayers:\n  - BatchNormalization:\n", "adam")
    assert (found.weights, found.gradients, found.slots) == (64, 32, 64)


def test_training_of_what_is_not_known() -> None:
    found = training(UNKNOWN_SIZE, "sgd")
    assert (found.weights, found.gradients, found.activations) == (64, 64, None)
    assert found.missing == (0, 1)
    assert found.sum is None
    found = training(CHAIN.replace("Dense: 10", "Dense: 0"), "sgd")
    assert (found.weights, found.gradients, found.slots) == (None, None, None)
    assert found.missing == (4,)


def test_parameters_by_type() -> None:
    report = models.report("""
input: [4]
layers:
  - Dense: 8
    name: d
  - Dense: {units: 4, dtype: float16}
  - share: d
  - Dense: {units: 2, dtype: int8_from_float32}
""")
    # The last has 8 × 2 quantized values, a bias of 2 and a scale for each unit.
    assert parameters_of(report) == {
        "float32": DTypeTotals(40 + 4, 176),
        "float16": DTypeTotals(36, 72),
        "int8": DTypeTotals(16, 16),
    }
    assert sum(p.bytes for p in parameters_of(report).values()) == report.params.bytes


SIZES = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 5)), min_size=1, max_size=12)


def graph(rows: list[tuple[int, int]]) -> str:
    """Layers of so many units, each of which reads one so many places before it."""
    lines = ["input: [3]", "layers:"]
    for i, (units, back) in enumerate(rows):
        lines += [f"  - Dense: {units}", f"    name: n{i}"]
        lines += [f"    from: {f'n{i - 1 - back}' if i > back else 'input'}"]
    return "\n".join(lines)


@given(SIZES, st.integers(1, 7))
def test_of_any_network(rows: list[tuple[int, int]], batch: int) -> None:
    text = graph(rows)
    one, many = activations(text), activations(text, batch)
    assert one.peak is not None
    assert one.sum is not None
    network = models.network(text)
    needed = [
        sum({t: one.layers[t.node] or 0 for t in node.inputs}.values()) + (size or 0)
        for node, size in zip(network.nodes, one.layers, strict=True)
    ]
    assert max(needed) <= one.peak <= one.sum
    assert one.peak == sum(each.bytes for each in one.alive)
    assert (many.peak, many.at) == (one.peak * batch, one.at)
    assert many.layers == tuple((size or 0) * batch for size in one.layers)
