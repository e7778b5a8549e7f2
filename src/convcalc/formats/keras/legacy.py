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
        "build_input_shape",
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

_RENAMED = {
    "InputLayer": {"batch_input_shape": "batch_shape"},
    "LeakyReLU": {"alpha": "negative_slope"},
}


def modern(kind: str, config: Mapping[str, Any]) -> Mapping[str, Any]:
    """A layer's arguments by their names and in the forms of Keras 3."""
    if kind in _RENAMED:
        names = _RENAMED[kind]
        return {names.get(name, name): value for name, value in config.items()}
    axis = config.get("axis") if kind == "BatchNormalization" else None
    if isinstance(axis, list) and len(axis) == 1:
        return {**config, "axis": axis[0]}
    return config
