"""Output dtypes, as the KerasTensors of Keras 3.15.1 have them."""

import pytest

from convcalc.dtypes import promoted
from convcalc.layers import kinds, operations
from convcalc.layers.binding import bind
from convcalc.layers.calling import output_dtypes
from convcalc.layers.outputs import OutputDTypeRule

CASES = [
    ("Dense", {"units": 2}, ("float16",), "float32"),
    ("Dense", {"units": 2}, ("int32",), "float32"),
    ("Dense", {"units": 2}, (None,), "float32"),
    ("Dense", {"units": 2, "dtype": "mixed_bfloat16"}, ("float32",), "bfloat16"),
    ("Dense", {"units": 2, "dtype": "int8_from_mixed_bfloat16"}, ("float32",), "bfloat16"),
    (
        "Dense",
        {"units": 2, "dtype": {"class_name": "DTypePolicy", "config": {"name": "float16"}}},
        ("float32",),
        "float16",
    ),
    ("Dense", {"units": 2, "autocast": False}, ("float16",), "float32"),
    ("Add", {}, ("float16", "float64"), "float32"),
    ("Add", {}, ("float32", "int32"), "float32"),
    ("MaxPooling2D", {}, ("uint8",), "float32"),
    ("Flatten", {"dtype": "float16"}, ("float32",), "float16"),
    ("Flatten", {"dtype": "float16"}, ("uint8",), "uint8"),
    ("Flatten", {"dtype": "float16", "autocast": False}, ("float32",), "float32"),
    ("InputLayer", {"shape": [2], "dtype": "uint8"}, (), "uint8"),
    ("InputLayer", {"shape": [2]}, (), "float32"),
    ("TimeDistributed", {"layer": {"Flatten": {"dtype": "float16"}}}, ("float16",), "float32"),
    ("Bidirectional", {"layer": {"LSTM": 2}, "dtype": "float16"}, ("int32",), "float16"),
    ("LSTMCell", {"units": 2}, ("float32", "float16", "float16"), "float32"),
    ("LSTMCell", {"units": 2}, ("int32", "int32", "int32"), None),
    ("LSTMCell", {"units": 2, "dtype": "float64"}, ("float32", "float32", "float32"), None),
    ("Lambda", {"function": "f", "output_shape": [2]}, ("int32",), "float32"),
    ("CategoryEncoding", {"num_tokens": 3}, ("int32",), "float32"),
    ("StringLookup", {}, ("string",), "int64"),
    ("StringLookup", {"output_mode": "one_hot", "dtype": "float16"}, ("string",), "float32"),
    ("IntegerLookup", {}, ("int32",), "int64"),
    ("TextVectorization", {}, ("string",), "int64"),
    ("Hashing", {"num_bins": 3}, ("string",), "int64"),
    ("Hashing", {"num_bins": 3, "dtype": "int32"}, ("string",), "int32"),
    ("Hashing", {"num_bins": 3, "output_mode": "count"}, ("string",), "float32"),
    ("HashedCrossing", {"num_bins": 3}, ("string", "string"), "int64"),
    ("HashedCrossing", {"num_bins": 3, "output_mode": "one_hot"}, ("string",) * 2, "float32"),
    ("Discretization", {"num_bins": 3}, ("float32",), "int32"),
    ("ops.Add", {"x2": 1.5}, ("float16",), "float16"),
    ("ops.Add", {"x2": 1.5}, ("int8",), "float32"),
    ("ops.Add", {"x2": 1}, ("int8",), "int8"),
    ("ops.Add", {"x2": True}, ("int8",), "int8"),
    ("ops.Add", {"x2": [1.5]}, ("float16",), None),
    ("ops.Add", {"x2": [[1], [True]]}, ("float16",), "float16"),
    ("ops.Add", {"x2": [1]}, ("int32",), None),
    ("ops.Add", {}, ("float16", "float32"), "float32"),
    ("ops.Add", {}, ("float16", "bfloat16"), "float32"),
    ("ops.Add", {}, ("uint8", "int8"), "int16"),
    ("ops.Add", {}, ("int64", "int64"), None),
    ("ops.Add", {}, ("int64", "float16"), "float16"),
    ("ops.Concatenate", {"xs": [None, 2.5]}, ("int32",), "float32"),
    ("ops.Divide", {"x2": 2}, ("int32",), "float32"),
    ("ops.Arctan2", {"x2": 2}, ("float16",), "float32"),
    ("ops.Nextafter", {"x2": 2}, ("float16",), "float16"),
    ("ops.Mod", {}, ("bool", "bool"), "int32"),
    ("ops.Hypot", {}, ("bool", "bool"), "bool"),
    ("ops.Gcd", {"x2": 3}, ("int8",), None),
    ("ops.LeftShift", {"y": 3}, ("int64",), "int64"),
    ("ops.LeftShift", {}, ("int8", "int16"), "int16"),
    ("ops.Less", {"x2": [1]}, ("int32",), "bool"),
    ("ops.Argmax", {}, ("float16",), "int32"),
    ("ops.Transpose", {}, ("int32",), "int32"),
    ("ops.Cast", {"dtype": "uint8"}, ("float32",), "uint8"),
    ("ops.ZerosLike", {}, ("float16",), "float16"),
    ("ops.OneHot", {"num_classes": 3}, ("int32",), "float32"),
    ("ops.OneHot", {"num_classes": 3, "dtype": "bool"}, ("int32",), "bool"),
    ("ops.Sum", {}, ("bool",), "int32"),
    ("ops.Sum", {}, ("uint8",), None),
    ("ops.Sum", {}, ("int64",), None),
    ("ops.Prod", {}, ("int64",), "int64"),
    ("ops.Prod", {"dtype": "float16"}, ("int64",), "float16"),
    ("ops.Nanmax", {}, ("uint32",), None),
    ("ops.Nanmax", {}, ("uint8",), "uint8"),
    ("ops.Cumsum", {}, ("bool",), "int32"),
    ("ops.Mean", {}, ("int32",), "float32"),
    ("ops.Std", {}, ("float64",), "float64"),
    ("ops.Var", {}, ("float64",), None),
    ("ops.Deg2rad", {}, ("int64",), "float64"),
    ("ops.Corrcoef", {}, ("int64",), "float64"),
    ("ops.Corrcoef", {}, ("int32",), "float32"),
    ("ops.Correlate", {}, ("int32", "bool"), "float32"),
    ("ops.Linspace", {"stop": 1, "dtype": "int32"}, ("float16",), "float32"),
    ("ops.Linspace", {"stop": 1}, ("float16",), "float16"),
    ("ops.Full", {"shape": [2], "fill_value": 1}, (), "float32"),
    ("ops.Logsumexp", {}, ("float16",), "float32"),
    ("ops.Matmul", {}, ("int8", "int8"), "int32"),
    ("ops.Matmul", {}, ("float16", "int8"), "float16"),
    ("ops.BatchNorm", {"axis": -1}, ("float16", "float32", "float32"), "float16"),
    ("ops.Take", {"indices": [1]}, ("float16",), "float16"),
    ("ops.SliceUpdate", {"start_indices": [1]}, ("float16", "float32"), "float16"),
    ("ops.SearchSorted", {"sorted_sequence": [1, 2]}, ("float32",), "int32"),
    ("ops.SearchSorted", {}, ("float32", "float32"), None),
    ("ops.Meshgrid", {}, ("float16", "int32"), "int32"),
    ("ops.Meshgrid", {"indexing": "ij"}, ("float16", "int32"), "float32"),
    ("ops.Bincount", {}, ("int64",), "int32"),
    ("ops.Bincount", {"weights": [1.5]}, ("int64",), None),
    ("ops.CTCLoss", {}, ("int32", "float16", "int32", "int32"), "float32"),
    ("ops.Where", {}, ("bool", "float16", "int32"), "float16"),
    ("ops.Where", {"x2": 0.5}, ("bool", "float16"), "float16"),
    ("ops.Where", {}, ("bool",), None),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "args", "read", "expected"), CASES)
def test_type(kind: str, args: dict[str, object], read: tuple[str, ...], expected: str) -> None:
    bound = bind({**kinds(), **operations()}[kind], (), args, {})
    assert output_dtypes(bound, read, listed=True) == (expected,)


CHOICES = ("condlist", "choicelist", "choicelist")
SEVERAL = [
    ("ops.TopK", {"k": 2}, ("float16",), (), ("float16", "int32")),
    ("ops.Unique", {}, ("float16",), (), ("float16", "int32")),
    ("ops.RFFT", {}, ("float16",), (), ("float16",)),
    ("ops.FFT", {}, ("float16", "float32"), (), ("float16", "float32")),
    ("ops.CTCDecode", {}, ("float16", "int32"), (), ("int32", "float32")),
    ("ops.Where", {}, ("int32", "float16", "bool"), ("x2", "x1", "condition"), ("float16",)),
    ("ops.Solve", {}, ("float16", "float32"), ("b", "a"), ("float16",)),
    ("ops.Select", {}, ("bool", "float16", "int32"), CHOICES, ("float16",)),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "args", "read", "names", "expected"), SEVERAL)
def test_types_of_several(
    kind: str,
    args: dict[str, object],
    read: tuple[str, ...],
    names: tuple[str, ...],
    expected: tuple[str, ...],
) -> None:
    bound = bind(operations()[kind], (), args, {})
    assert output_dtypes(bound, read, names, listed=not names) == expected


MODEL = {
    "layers": [
        {"InputLayer": {"shape": [4], "name": "x"}},
        {"Dense": {"units": 2, "name": "a"}},
        {"ops.TopK": {"k": 1, "name": "b"}},
    ],
    "outputs": ["a", "b:1"],
}


def test_types_of_a_graph_of_layers() -> None:
    bound = bind(kinds()["Functional"], (), MODEL, {})
    assert output_dtypes(bound, ("float32",)) == ("float32", "int32")


def test_what_a_graph_of_layers_reads_is_not_cast() -> None:
    flat = {"layers": [{"InputLayer": {"shape": [4, 2]}}, "Flatten"]}
    bound = bind(kinds()["Functional"], (), flat, {})
    # float32 if the shape is as declared, and else float16, since Keras casts nothing there.
    assert output_dtypes(bound, ("float16",)) == (None,)
    assert output_dtypes(bound, ("float32",)) == ("float32",)


def test_a_networks_own_policy_is_of_its_layers_and_not_of_its_inputs() -> None:
    defaults = {"dtype": "mixed_float16"}
    read = bind(kinds()["InputLayer"], (), {"shape": [2]}, defaults)
    assert output_dtypes(read, ()) == ("float32",)
    dense = bind(kinds()["Dense"], (2,), {}, defaults)
    assert output_dtypes(dense, ("float32",)) == ("float16",)
    # Its default is float32, and not the network's policy.
    hashing = bind(kinds()["Hashing"], (), {"num_bins": 3, "output_mode": "count"}, defaults)
    assert output_dtypes(hashing, ("string",)) == (None,)


@pytest.mark.parametrize(
    ("types", "found"),
    [
        (("bool", "int"), "int32"),
        (("uint32", "int8"), None),
        (("uint64", "uint8"), "uint32"),
        (("int64", "float"), "float32"),
        (("float16", "string"), None),
        (("float16", None), None),
        ((), None),
    ],
)
def test_promotion(types: tuple[str, ...], found: str | None) -> None:
    assert promoted(*types) == found


def test_kinds_that_say_nothing() -> None:
    found = {**kinds(), **operations()}
    unknown = [
        name for name, kind in found.items() if kind.output_dtype_rule is OutputDTypeRule.UNKNOWN
    ]
    assert sorted(unknown) == ["Pipeline", "Wrapper", "ops.ViewAsComplex"]
