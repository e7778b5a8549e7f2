"""The engine: counts, shared weights, and what a fault does to the layers around it."""

# ruff: noqa: E501 - a case is one line

import pytest

from convcalc.analysis.engine import summarize
from convcalc.diagnostics import Diagnostic
from convcalc.layers.argument_types import LARGEST
from convcalc.network import UNKNOWN, Network
from convcalc.report import ParamTotals
from models import faults, network, reads, report, rows


def test_the_case_that_the_tool_exists_for() -> None:
    # FACTS: measured with Keras.
    found = report(
        "input: [32, 32, 3]\nlayers:\n"
        "  - Conv2D: {filters: 10, kernel_size: 4, strides: 2, padding: same}\n"
        "  - Conv2D: {filters: 20, kernel_size: 3, strides: 2, padding: same}\n"
        "  - Flatten\n  - Dense: 10\n"
    )
    assert list(rows(found).values()) == [
        (None, 32, 32, 3),
        (None, 16, 16, 10),
        (None, 8, 8, 20),
        (None, 1280),
        (None, 10),
    ]
    kernels = [layer.weights[0].shape for layer in found.layers if layer.weights]
    assert kernels == [(4, 4, 3, 10), (3, 3, 10, 20), (1280, 10)]
    counts = [layer.params.count for layer in found.layers if layer.params]
    assert counts == [0, 490, 1820, 0, 12810]
    assert found.params == ParamTotals(15120, 0, 60480, 0)
    windows = [[(w.stride, w.before, w.after) for w in layer.windows] for layer in found.layers]
    assert windows == [[], [(2, 1, 1), (2, 1, 1)], [(2, 0, 1), (2, 0, 1)], [], []]


@pytest.mark.parametrize(
    ("layer", "params"),
    [
        ("Dense: 3", ParamTotals(27, 0, 108, 0)),
        ("Dense: {units: 3, use_bias: false}", ParamTotals(24, 0, 96, 0)),
        ("{Dense: 3, trainable: false}", ParamTotals(0, 27, 0, 108)),
        ("Dense: {units: 3, trainable: false}", ParamTotals(0, 27, 0, 108)),
        ("Dense: {units: 3, dtype: float16}", ParamTotals(27, 0, 54, 0)),
        ("Dense: {units: 3, dtype: mixed_float16}", ParamTotals(27, 0, 108, 0)),
        ("Dense: {units: 3, dtype: float64}", ParamTotals(27, 0, 216, 0)),
        ("Dense: {units: 3, dtype: uint4}", ParamTotals(27, 0, 13, 0)),
        ("Dense: {units: 3, lora_rank: 2, dtype: float16}", ParamTotals(25, 24, 94, 48)),
        ("BatchNormalization", ParamTotals(16, 16, 64, 64)),
        ("{BatchNormalization: , trainable: false}", ParamTotals(0, 32, 0, 128)),
        ("ReLU", ParamTotals()),
    ],
)
def test_parameters(layer: str, params: ParamTotals) -> None:
    found = report(f"input: [8]\nlayers:\n  - {layer}\n")
    assert found.diagnostics == ()
    assert found.params == found.layers[1].params == params


def test_data_types() -> None:
    text = "dtype: float16\ninputs: {a: [8], b: {shape: [8], dtype: int64}}\nlayers:\n"
    found = report(
        text + "  - Dense: 3\n    from: a\n"
        "  - Dense: {units: 3, dtype: float64}\n    from: b\n  - Concatenate:\n    from: [dense, dense_1]\n"
    )
    assert [t.dtype for t in found.inputs] == ["float16", "int64"]
    assert [[w.dtype for w in layer.weights or ()] for layer in found.layers] == [
        [],
        [],
        ["float16", "float16"],
        ["float64", "float64"],
        [],
    ]


def test_weights_that_are_shared_count_once() -> None:
    found = report("input: [8]\nlayers:\n  - Dense: 8\n  - share: dense\n  - share: dense\n")
    assert [layer.params for layer in found.layers] == [
        ParamTotals(),
        ParamTotals(72, 0, 288, 0),
        ParamTotals(),
        ParamTotals(),
    ]
    assert [len(layer.weights or ()) for layer in found.layers] == [0, 2, 2, 2]
    assert [layer.shares for layer in found.layers] == [None, None, "dense", "dense"]
    assert found.params.count == 72


def test_a_shared_layer_gives_each_input_its_shape() -> None:
    # FACTS: Keras's own summary shows one of the two and hides the other.
    found = report(
        "inputs: {a: [16, 16, 3], b: [28, 28, 3]}\nlayers:\n"
        "  - Conv2D: [4, 3]\n    name: conv\n    from: a\n"
        "  - share: conv\n    from: b\noutputs: [conv, conv_1]\n"
    )
    assert [(t.name, t.shape) for t in found.outputs] == [
        ("conv", (None, 14, 14, 4)),
        ("conv_1", (None, 26, 26, 4)),
    ]


def test_a_layer_that_shares_with_a_faulty_one_is_unknown_too() -> None:
    text = "input: [8]\nlayers:\n  - Dense: 0\n  - share: dense\n    from: input\n"
    assert [(fault.code, fault.place) for fault in faults(text)] == [("wrong-value", "3:12-13")]
    found = report(text)
    assert [layer.params for layer in found.layers] == [ParamTotals(), None, None]
    assert [layer.fault for layer in found.layers] == [None, "wrong-value", "wrong-value"]


def test_equal_layers_trained_and_not() -> None:
    found = report(
        "input: [8]\nlayers:\n  - Dense: 8\n  - Dense: 8\n    trainable: false\n  - Dense: 8\n"
    )
    assert found.params == ParamTotals(144, 72, 576, 288)


def test_equal_layers_on_other_inputs() -> None:
    found = report("input: [2]\nlayers:\n  - Dense: 3\n    repeat: 3\n")
    assert [layer.params and layer.params.count for layer in found.layers] == [0, 9, 12, 12]


def test_one_and_true_are_not_the_same_argument() -> None:
    text = "input: [8]\nlayers:\n  - Dense: 1\n  - Dense: true\n  - Dense: 1.0\n"
    assert [(fault.code, fault.place) for fault in faults(text)] == [
        ("wrong-type", "4:12-16"),
        ("wrong-type", "5:12-15"),
    ]


def test_what_a_fault_does_to_other_layers() -> None:
    found = report(
        "input: [8]\nlayers:\n  - Dense: 4\n  - Dense: 0\n    name: bad\n  - ReLU\n"
        "  - Dense: 3\n    from: input\n  - Add:\n    from: [re_lu, dense_1]\n"
    )
    assert rows(found) == {
        "input": (None, 8),
        "dense": (None, 4),
        "bad": None,
        "re_lu": None,
        "dense_1": (None, 3),
        "add": None,
    }
    assert [layer.fault for layer in found.layers] == [None, None, "wrong-value", None, None, None]
    assert found.layers[5].input_shapes == (None, (None, 3))
    assert found.unknown_layers == ("bad", "re_lu", "add")
    assert found.params.count == 36 + 27
    assert [(d.code, d.layer) for d in found.diagnostics] == [("wrong-value", "bad")]
    assert [(t.name, t.shape) for t in found.outputs] == [("add", None)]


def test_a_layer_keeps_what_is_known_of_it_where_its_inputs_are_not() -> None:
    found = report("input: [8]\nlayers:\n  - Dense: 0\n  - Dense: 3\n")
    assert found.layers[1].layer is None
    assert getattr(found.layers[2].layer, "units", None) == 3


FAULTY = "input: [8, 8, 3]\nlayers:\n"


@pytest.mark.parametrize(
    ("layer", "place"),
    [
        pytest.param("Conv2D: {filters: 0, kernel_size: 3}", "3:23-24", id="by name"),
        pytest.param("Conv2D: [4, 0]", "3:17-18", id="in order"),
        pytest.param("Dense: 0", "3:12-13", id="by itself"),
        pytest.param("Conv2D: {filter: 3, kernel_size: 3}", "3:14-20", id="a name"),
        pytest.param("Conv2D: {filters: 3}", "3:5-11", id="missing"),
        pytest.param("Conv2D: [4, 9]", "3:17-18", id="found by the rule"),
        pytest.param("{Dense: 3, from: [input, input]}", "3:22-36", id="what it reads"),
        pytest.param("Conv2D: [4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]", "3:5-11", id="too many"),
        pytest.param("Dense: {units: 3, dtype: int7}", "3:30-34", id="an argument of all layers"),
        pytest.param("Dense: {units: 3, trainable: 1}", "3:34-35", id="another of all layers"),
    ],
)  # fmt: skip
def test_places_of_faults(layer: str, place: str) -> None:
    (fault,) = faults(f"{FAULTY}  - {layer}\n")
    assert fault.place == place


def test_a_fault_of_a_layer_that_is_applied_again_is_where_it_is_applied() -> None:
    found = faults(FAULTY + "  - Conv2D: [3, 4]\n    name: c\n  - share: c\n  - share: c\n")
    assert [(fault.code, fault.place) for fault in found] == [("kernel-too-large", "6:5-10")]


@pytest.mark.parametrize(
    ("layer", "message", "help"),
    [
        ("{Dense: 3, from: [input, input]}", "Dense reads 1 input, but is given 2", None),
        ("{Dense: 3, from: {x: input}}", "Dense has no input called 'x'", "it reads inputs"),
        ("{Dense: 3, from: {inptu: input}}", "Dense has no input called 'inptu'", "did you mean inputs?"),
        ("{Subtract: , from: [input, input, input]}", "Subtract reads 2 inputs, but is given 3", "name what it reads, as in from: [a, b]"),
    ],
)  # fmt: skip
def test_what_a_layer_may_read(layer: str, message: str, help: str | None) -> None:
    (fault,) = faults(f"{FAULTY}  - {layer}\n")
    assert (fault.code, fault.message, fault.help) == ("wrong-inputs", message, help)


def test_inputs_by_name() -> None:
    found = report(f"{FAULTY}  - {{Dense: 3, from: {{inputs: input}}}}\n")
    assert found.diagnostics == ()
    assert rows(found)["dense"] == (None, 8, 8, 3)


def test_weights_too_large_to_hold() -> None:
    text = f"input: [{LARGEST}]\nlayers:\n  - Dense: 2\n"
    assert faults(text) == [
        ("too-large", "3:5-10", "kernel would have more than 2^63 − 1 elements", None)
    ]


@pytest.mark.parametrize("kind", ["Add", "Concatenate", "Subtract", "ReLU"])
@pytest.mark.parametrize("branches", ["[]", "{}"])
def test_a_layer_that_reads_nothing(kind: str, branches: str) -> None:
    text = f"input: [8]\nlayers:\n  - {kind}:\n    branches: {branches}\n"
    found = report(text)
    assert [fault.code for fault in found.diagnostics] == ["wrong-inputs"]
    assert found.layers[1].fault == "wrong-inputs"


UNUSED = ("unused-layer", "this layer leads to no output, so that Keras would leave it out")


def test_layers_that_lead_to_no_output() -> None:
    found = report(
        "inputs: {a: [8], b: [8]}\nlayers:\n  - Dense: 8\n    from: a\n  - ReLU\n"
        "  - Dense: 3\n    from: a\n    name: last\n  - share: dense\n    from: b\noutputs: [last]\n"
    )
    assert found.ok
    assert not found.partial
    warnings = [(d.code, d.message, d.layer, d.severity) for d in found.diagnostics]
    assert warnings == [(*UNUSED, name, "warning") for name in ("dense", "re_lu", "dense_1")]
    assert [tuple(d.span or ())[:2] for d in found.diagnostics] == [(3, 5), (5, 5), (9, 5)]


def test_layers_whose_weights_are_used_are_used() -> None:
    found = report("input: [8]\nlayers:\n  - Dense: 8\n  - share: dense\n    from: input\n")
    assert found.diagnostics == ()


def test_no_warnings_beside_faults() -> None:
    found = report("input: [8]\nlayers:\n  - ReLU\n  - Dense: 0\n    from: input\n")
    assert [d.code for d in found.diagnostics] == ["wrong-value"]


def test_groups() -> None:
    found = report(
        "input: [8]\nblocks:\n  a: {layers: [b, {Dense: 3}]}\n  b: {layers: [{Dense: 0}]}\n"
        "layers: [a]\n"
    )
    assert {name: (group.kind, group.output_shapes) for name, group in found.groups.items()} == {
        "a": ("a", (None,)),
        "a/b": ("b", (None,)),
    }
    assert [layer.group for layer in found.layers] == [None, "a/b", "a"]


def test_an_output_that_a_layer_does_not_have() -> None:
    text = "input: [8]\nlayers:\n  - Dense: 3\n  - ReLU:\n    from: dense:2\n"
    message = "dense has 1 output, counted from 0"
    assert faults(text) == [("unknown-input", "5:11-18", message, None)]
    assert reads(report(text))["re_lu"] == ("dense:2",)
    assert report(text).layers[2].input_shapes == (None,)


def test_a_network_is_walked_without_changing_it() -> None:
    made = network("input: [8]\nlayers:\n  - Dense: 3\n    repeat: 2\n")
    assert summarize(made) == summarize(made)


def test_faults_of_reading_come_first_and_outputs_that_are_unknown_are_left_out() -> None:
    fault = Diagnostic(code="empty", message="nothing")
    found = summarize(
        Network(name="n", source="s", nodes=[], inputs=(), outputs=(UNKNOWN,), diagnostics=(fault,))
    )
    assert found.diagnostics == (fault,)
    assert found.outputs == ()


def test_a_layer_whose_first_input_is_unknown_may_be_shared_with_another() -> None:
    found = report(
        "input: [8]\nlayers:\n  - Dense: 0\n  - Dense: 3\n    name: d\n  - share: d\n    from: input\n"
    )
    assert rows(found) == {"input": (None, 8), "dense": None, "d": None, "d_1": (None, 3)}
    assert [layer.params for layer in found.layers] == [ParamTotals(), None, None, ParamTotals()]
    assert [d.code for d in found.diagnostics] == ["wrong-value"]


def test_equal_layers_on_equal_inputs_are_computed_once() -> None:
    found = report("input: [8]\nlayers:\n  - Dense: 8\n    repeat: 3\n  - Dense: 8\n")
    first, *others = (layer.weights for layer in found.layers[1:])
    assert all(weights is first for weights in others)


def test_equal_faults_are_each_at_their_place() -> None:
    text = "input: [4, 4, 1]\nlayers:\n  - Conv2D: [1, 9]\n  - Conv2D: [1, 9]\n    from: input\n"
    assert [(fault.code, fault.place) for fault in faults(text)] == [
        ("kernel-too-large", "3:17-18"),
        ("kernel-too-large", "4:17-18"),
    ]


# Bytes of ten elements; source: keras.src.backend.common.dtypes.dtype_size.
@pytest.mark.parametrize(
    ("dtype", "size"),
    [
        ("bool", 10), ("uint4", 5), ("uint8", 10), ("int16", 20),
        ("uint16", 20), ("int32", 40), ("uint32", 40), ("int64", 80), ("uint64", 80),
        ("float16", 20), ("bfloat16", 20),
        ("float32", 40), ("float64", 80), ("mixed_float16", 40), ("mixed_bfloat16", 40),
    ],
)  # fmt: skip
def test_sizes_of_data_types(dtype: str, size: int) -> None:
    found = report(f"input: [4]\nlayers: [{{Dense: {{units: 2, dtype: {dtype}}}}}]\n")
    assert found.params == ParamTotals(10, 0, size, 0)


def test_equal_layers_all_take_their_work() -> None:
    text = (
        "input: [8]\nlayers:\n  - Dense: 8\n    repeat: 5\n  - Dense: {units: 2, use_bias: false}\n"
    )
    found = report(text)
    assert (found.op_counts.matrix, found.op_counts.bias) == (5 * 64 + 16, 5 * 8)
    assert found.known_op_counts().sum == 336


def test_a_layer_that_is_applied_again_takes_its_work_again() -> None:
    text = "input: [8]\nlayers: [{Dense: 8, name: a}, {share: a, name: b}]\n"
    assert report(text).op_counts.macs == 128


def test_names_and_lists_are_checked_where_what_is_read_is_unknown() -> None:
    text = """
input: [4, 3]
layers:
  - Nothing
  - Attention:
    from: {query: nothing, values: input}
  - Add:
    from: [nothing]
"""
    assert [d.code for d in report(text).diagnostics] == ["unknown-layer", "wrong-inputs"]
