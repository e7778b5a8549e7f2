"""What Keras 2 wrote otherwise than Keras 3."""

from collections.abc import Mapping
from typing import Any

KINDS = {
    "Model": "Functional",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "SyncBatchNormalization": "BatchNormalization",
    "CuDNNLSTM": "LSTM",
    "CuDNNGRU": "GRU",
    "LSTMV2": "LSTM",
    "GRUV2": "GRU",
}
"""Classes of Keras 2 that are others in Keras 3."""

DROPPED = frozenset(
    {
        "adjustment",
        "batch_input_shape",
        "fused",
        "implementation",
        "input_dim",
        "input_length",
        "input_shape",
        "num_constants",
        "ragged",
        "reset_metrics",
        "seed_generator",
        "sparse",
        "time_major",
        "unit_forget",
        "virtual_batch_size",
    }
)
"""Arguments of Keras 2 that say nothing of shapes and weights, and that Keras 3 has no more."""

_RENAMED = {"LeakyReLU": {"alpha": "negative_slope"}}


def modern(kind: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """A layer's arguments by their names and in the forms of Keras 3."""
    renamed = _RENAMED.get(kind, {})
    found = {renamed.get(name, name): value for name, value in config.items()}
    axis = found.get("axis")
    if kind == "BatchNormalization" and isinstance(axis, list) and len(axis) == 1:
        found["axis"] = axis[0]
    if kind == "InputLayer" and "batch_input_shape" in found:
        found["batch_shape"] = found.pop("batch_input_shape")
    return found
