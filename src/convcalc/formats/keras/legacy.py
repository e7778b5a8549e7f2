"""What Keras 2 wrote otherwise than Keras 3."""

from collections.abc import Mapping
from typing import Any

from convcalc.formats.keras.calls import Call

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

SIGNIFICANT = {"num_constants": None, "time_major": False}
"""Arguments that Keras 3 has no more, and that are without meaning only at these values."""

OPERATIONS = frozenset({"SlicingOpLambda", "TFOpLambda"})
"""The layers that Keras 2 made of functions of TensorFlow on a model's tensors."""

_TWO = {"x": "x1", "y": "x2"}
_MATRICES = {"a": "x1", "b": "x2"}
_REDUCED = {"input_tensor": "x", "keepdims": "keepdims", "axis": "axis"}

_FUNCTIONS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "__operators__.add": ("ops.Add", _TWO),
    "__operators__.getitem": ("ops.GetItem", {"slice_spec": "key"}),
    "cast": ("ops.Cast", {"dtype": "dtype"}),
    "clip_by_value": ("ops.Clip", {"clip_value_min": "x_min", "clip_value_max": "x_max"}),
    "concat": ("ops.Concatenate", {"values": "xs", "axis": "axis"}),
    "expand_dims": ("ops.ExpandDims", {"input": "x", "axis": "axis"}),
    "linalg.matmul": ("ops.Matmul", _MATRICES),
    "math.add": ("ops.Add", _TWO),
    "math.divide": ("ops.TrueDivide", _TWO),
    "math.maximum": ("ops.Maximum", _TWO),
    "math.minimum": ("ops.Minimum", _TWO),
    "math.multiply": ("ops.Multiply", _TWO),
    "math.pow": ("ops.Power", _TWO),
    "math.reduce_max": ("ops.Max", _REDUCED),
    "math.reduce_mean": ("ops.Mean", _REDUCED),
    "math.reduce_min": ("ops.Min", _REDUCED),
    "math.reduce_prod": ("ops.Prod", _REDUCED),
    "math.reduce_sum": ("ops.Sum", _REDUCED),
    "math.subtract": ("ops.Subtract", _TWO),
    "math.truediv": ("ops.TrueDivide", _TWO),
    "nn.leaky_relu": ("ops.LeakyRelu", {"features": "x", "alpha": "negative_slope"}),
    "nn.softmax": ("ops.Softmax", {"logits": "x", "axis": "axis"}),
    "reshape": ("ops.Reshape", {"tensor": "x", "shape": "newshape"}),
    "squeeze": ("ops.Squeeze", {"input": "x", "axis": "axis"}),
    "stack": ("ops.Stack", {"values": "x", "axis": "axis"}),
    "tile": ("ops.Tile", {"input": "x", "multiples": "repeats"}),
    "transpose": ("ops.Transpose", {"a": "x", "perm": "axes"}),
} | {
    function: (f"ops.{name}", {})
    for function, name in {
        "identity": "Identity",
        "math.abs": "Abs",
        "math.exp": "Exp",
        "math.log": "Log",
        "math.negative": "Negative",
        "math.rsqrt": "Rsqrt",
        "math.sigmoid": "Sigmoid",
        "math.softplus": "Softplus",
        "math.sqrt": "Sqrt",
        "math.square": "Square",
        "math.tanh": "Tanh",
        "nn.elu": "Elu",
        "nn.gelu": "Gelu",
        "nn.relu": "Relu",
        "nn.relu6": "Relu6",
        "nn.selu": "Selu",
        "nn.sigmoid": "Sigmoid",
        "nn.silu": "Silu",
        "nn.softplus": "Softplus",
        "nn.tanh": "Tanh",
        "stop_gradient": "StopGradient",
    }.items()
}
"""Functions of TensorFlow that are operations of Keras 3, with their arguments' names there."""


def operation(config: Mapping[str, Any]) -> str | None:
    """The operation that a function of TensorFlow became; None for one that has none."""
    known = _FUNCTIONS.get(str(config.get("function")))
    return known[0] if known else None


def operation_call(call: Call, config: Mapping[str, Any]) -> Call:
    """A call of such a function with its arguments' names of Keras 3.

    Raises ValueError where it says something that the operation has no argument for.
    """
    _, names = _FUNCTIONS[str(config.get("function"))]
    constants = {}
    for name, value in call.constants.items():
        if name in names:
            constants[names[name]] = value
        elif name != "name" and value not in (None, False):
            raise ValueError(name)
    if isinstance(constants.get("key"), list | dict | int):
        constants["key"] = _key(constants["key"])
    renamed = tuple(names.get(name, name) for name in call.names)
    return call._replace(names=renamed, constants=constants)


def _key(spec: Any) -> list[Any]:
    """What is taken of a tensor, with slices as Keras 3 serializes them."""
    items = spec if isinstance(spec, list) else [spec]
    return [
        {"class_name": "__slice__", "config": item} if isinstance(item, dict) else item
        for item in items
    ]


_RENAMED = {
    "InputLayer": {"batch_input_shape": "batch_shape"},
    "LeakyReLU": {"alpha": "negative_slope"},
}


def modern(kind: str, config: Mapping[str, Any]) -> Mapping[str, Any]:
    """A layer's arguments by their names and in the forms of Keras 3."""
    if kind in _RENAMED:
        names = _RENAMED[kind]
        return {names.get(name, name): value for name, value in config.items()}
    if kind == "Lambda" and isinstance(config.get("function"), list):
        return {**config, "function": "lambda"}  # in place of its code
    axis = config.get("axis") if kind == "BatchNormalization" else None
    if isinstance(axis, list) and len(axis) == 1:
        return {**config, "axis": axis[0]}
    return config
