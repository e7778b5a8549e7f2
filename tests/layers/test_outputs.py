"""The types of outputs: what follows from what a kind gives, and which kinds say nothing."""

import pytest

from convcalc.layers import kinds, operations
from convcalc.layers.binding import bind
from convcalc.layers.outputs import Gives

CASES = [
    ("Dense", {"units": 2}, ("float16",), "float32"),
    ("Dense", {"units": 2}, ("int32",), "float32"),
    ("Dense", {"units": 2, "dtype": "mixed_bfloat16"}, ("float32",), "bfloat16"),
    ("Dense", {"units": 2, "dtype": "int8_from_mixed_bfloat16"}, ("float32",), "bfloat16"),
    (
        "Dense",
        {"units": 2, "dtype": {"class_name": "DTypePolicy", "config": {"name": "float16"}}},
        ("float32",),
        "float16",
    ),
    ("Dense", {"units": 2, "autocast": False}, ("float16",), None),
    ("Dense", {"units": 2, "dtype": "int32"}, ("float32",), None),
    ("Dense", {"units": 2}, (None,), None),
    ("Add", {}, ("float16", "float64"), "float32"),
    ("Add", {}, ("float32", "int32"), None),
    ("Flatten", {"dtype": "float16"}, ("float32",), "float16"),
    ("Flatten", {"dtype": "float16"}, ("uint8",), "uint8"),
    ("InputLayer", {"shape": [2], "dtype": "uint8"}, (), "uint8"),
    ("InputLayer", {"shape": [2]}, (), "float32"),
    ("ops.Add", {"x2": 1.5}, ("float16",), "float16"),
    ("ops.Add", {"x2": [1.5]}, ("float16",), None),
    ("ops.Add", {}, ("float16", "float32"), None),
    ("ops.Add", {}, ("int32", "int32"), None),
    ("ops.Less", {"x2": [1]}, ("int32",), "bool"),
    ("ops.Argmax", {}, ("float16",), "int32"),
    ("ops.Transpose", {}, ("int32",), "int32"),
    ("ops.Cast", {"dtype": "uint8"}, ("float32",), "uint8"),
    ("ops.ZerosLike", {}, ("float16",), "float16"),
    ("ops.OneHot", {"num_classes": 3}, ("int32",), "float32"),
    ("ops.OneHot", {"num_classes": 3, "dtype": "bool"}, ("int32",), "bool"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "args", "read", "gives"), CASES)
def test_type(kind: str, args: dict[str, object], read: tuple[str, ...], gives: str) -> None:
    bound = bind({**kinds(), **operations()}[kind], (), args, {})
    assert bound.layer.output_dtype(bound.computes, read) == gives


def test_a_networks_own_policy_is_of_its_layers_and_not_of_its_inputs() -> None:
    defaults = {"dtype": "mixed_float16"}
    read = bind(kinds()["InputLayer"], (), {"shape": [2]}, defaults)
    assert read.layer.output_dtype(read.computes, ()) == "float32"
    dense = bind(kinds()["Dense"], (2,), {}, defaults)
    assert dense.layer.output_dtype(dense.computes, ("float32",)) == "float16"


def test_kinds_that_say_nothing() -> None:
    found = {**kinds(), **operations()}
    unknown = [name for name, kind in found.items() if kind.gives is Gives.UNKNOWN]
    assert sorted(unknown) == UNKNOWN.split()


UNKNOWN = """
    CategoryEncoding GRUCell HashedCrossing Hashing IntegerLookup LSTMCell
    Lambda Pipeline SimpleRNNCell StackedRNNCells StringLookup
    TextVectorization Wrapper ops.AllClose ops.BatchNorm ops.BinaryCrossentropy
    ops.Bincount ops.CTCDecode ops.CTCLoss ops.CategoricalCrossentropy ops.Cholesky
    ops.CholeskyInverse ops.Det ops.Eig ops.Eigh ops.FFT ops.FFT2 ops.Full ops.Geomspace
    ops.Histogram ops.I0 ops.IFFT2 ops.IRFFT ops.ISTFT ops.InTopK ops.Inv ops.Linspace
    ops.Logdet ops.Logspace ops.Logsumexp ops.Lstsq ops.LuFactor ops.Meshgrid ops.MultiHot
    ops.Ndim ops.Normalize ops.PSNR ops.Pinv ops.Polar ops.Qr ops.RFFT ops.Reciprocal
    ops.STFT ops.SVD ops.Scatter ops.ScatterUpdate ops.SearchSorted ops.SegmentMax
    ops.SegmentMin ops.SegmentProd ops.SegmentSum ops.Select ops.Size ops.SliceUpdate
    ops.Slogdet ops.Solve ops.SolveTriangular ops.SparseCategoricalCrossentropy
    ops.Sparsemax ops.TopK ops.Unique ops.UnravelIndex ops.Vander ops.ViewAsComplex
    ops.ViewAsReal ops.Where
"""
"""The kinds whose outputs may be of a type that we can't tell, whatever they read."""
