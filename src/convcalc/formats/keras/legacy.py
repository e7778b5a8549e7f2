"""Translates what Keras 2 wrote to the form of Keras 3."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from convcalc.formats.keras.calls import Call, is_count
from convcalc.layers.argument_types import DTypeArgument
from convcalc.layers.calling import any_number_of, inputs_of
from convcalc.layers.inference import Inference
from convcalc.layers.kind import Kind
from convcalc.layers.outputs import Named, Rule
from convcalc.layers.recurrent import LSTM, Cell, LSTMCell
from convcalc.shapes import Shape as Sizes


def wrote(serialized: Mapping[str, Any]) -> bool:
    """Whether Keras 2 or older wrote a model.

    Keras 2 writes its version, except in a .keras archive; Keras 3 writes the module of each class.
    """
    if version := str(serialized.get("keras_version") or ""):
        return version.startswith(("1.", "2."))
    if "module" not in serialized:
        return True
    config = serialized.get("config")
    layers = config.get("layers") if isinstance(config, dict) else None
    return any(
        isinstance(layer, dict)
        and isinstance(layer.get("config"), dict)
        and "batch_input_shape" in layer["config"]
        for layer in (layers if isinstance(layers, list) else ())
    )


class _CuDNNLSTMCell(LSTMCell, frozen=True):
    """One step of a CuDNNLSTM."""

    def biases(self, width: int) -> tuple[int, ...] | None:
        return (2 * width,)  # cuDNN has one bias for the input and one for the state


class CuDNNLSTM(LSTM, frozen=True):
    """The LSTM that Keras 2 had for GPUs.

    Weights: kernel (in, 4 × units), recurrent_kernel (units, 4 × units), bias (8 × units,).
    """

    cell_kind: ClassVar[type[Cell]] = _CuDNNLSTMCell

    def call_cell(self, shapes: Sequence[Sizes]) -> Inference:
        inference: Inference = self.cell_of().infer(*shapes)
        return inference


class Shape(Kind, frozen=True):
    """The sizes of a tensor, as a tensor.

    Output: (number of axes,). Weights: none.
    """

    dtype: DTypeArgument = "int32"

    output_dtype_rule: ClassVar[Rule] = Named("int32")

    def infer(self, x: Sizes) -> Inference:
        return Inference(((len(x),),))

    def changes_batch(self, _read: Sizes) -> bool:
        return True


SHAPE = "tf.shape"

LAYERS: Mapping[str, type[Kind]] = {"CuDNNLSTM": CuDNNLSTM, SHAPE: Shape}
"""Layers and functions of Keras 2 without an equal in Keras 3."""

KINDS = {
    "Model": "Functional",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "SyncBatchNormalization": "BatchNormalization",
    "CuDNNGRU": "GRU",
    "LSTMV2": "LSTM",
    "GRUV2": "GRU",
    "ThresholdedReLU": "ReLU",
    "AddLoss": "Identity",
    "AddMetric": "Identity",
}
"""Classes of Keras 2, and the classes of Keras 3 that replace them."""

SIGNIFICANT = {"num_constants": None, "time_major": False}
"""Arguments removed in Keras 3, with the only values that have no effect."""

OPERATIONS = frozenset({"SlicingOpLambda", "TFOpLambda"})
"""Layers that wrap TensorFlow functions in Keras 2."""

_TWO = {"x": "x1", "y": "x2"}

_RENAMING: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "__operators__.getitem": ("GetItem", {"slice_spec": "key"}),
    "clip_by_value": ("Clip", {"clip_value_min": "x_min", "clip_value_max": "x_max"}),
    "compat.v1.pad": ("Pad", {"paddings": "pad_width"}),
    "compat.v1.transpose": ("Transpose", {"perm": "axes"}),
    "linalg.matmul": ("Matmul", {"b": "x2"}),
    "nn.bias_add": ("Add", {"value": "x1", "bias": "x2"}),
    "nn.leaky_relu": ("LeakyRelu", {"alpha": "negative_slope"}),
    "one_hot": ("OneHot", {"depth": "num_classes"}),
    "reshape": ("Reshape", {"shape": "newshape"}),
    "split": ("Split", {"num_or_size_splits": "indices_or_sections"}),
    "tile": ("Tile", {"multiples": "repeats"}),
    "transpose": ("Transpose", {"perm": "axes"}),
    "where": ("Where", _TWO),
}

_OF_TWO = {
    "__operators__.add": "Add",
    "math.add": "Add",
    "math.divide": "TrueDivide",
    "math.equal": "Equal",
    "math.greater": "Greater",
    "math.greater_equal": "GreaterEqual",
    "math.less": "Less",
    "math.less_equal": "LessEqual",
    "math.maximum": "Maximum",
    "math.minimum": "Minimum",
    "math.multiply": "Multiply",
    "math.not_equal": "NotEqual",
    "math.pow": "Power",
    "math.subtract": "Subtract",
    "math.truediv": "TrueDivide",
}

_ALIKE = {
    "cast": "Cast",
    "compat.v1.gather": "Take",
    "compat.v1.squeeze": "Squeeze",
    "concat": "Concatenate",
    "expand_dims": "ExpandDims",
    "identity": "Identity",
    "image.rgb_to_grayscale": "RGBToGrayscale",
    "math.abs": "Abs",
    "math.cos": "Cos",
    "math.exp": "Exp",
    "math.l2_normalize": "Normalize",
    "math.log": "Log",
    "math.negative": "Negative",
    "math.reduce_all": "All",
    "math.reduce_any": "Any",
    "math.reduce_logsumexp": "Logsumexp",
    "math.reduce_max": "Max",
    "math.reduce_mean": "Mean",
    "math.reduce_min": "Min",
    "math.reduce_prod": "Prod",
    "math.reduce_std": "Std",
    "math.reduce_sum": "Sum",
    "math.reduce_variance": "Var",
    "math.round": "Round",
    "math.rsqrt": "Rsqrt",
    "math.sigmoid": "Sigmoid",
    "math.sign": "Sign",
    "math.sin": "Sin",
    "math.softplus": "Softplus",
    "math.sqrt": "Sqrt",
    "math.square": "Square",
    "math.tanh": "Tanh",
    "nn.depth_to_space": "DepthToSpace",
    "nn.elu": "Elu",
    "nn.gelu": "Gelu",
    "nn.log_softmax": "LogSoftmax",
    "nn.relu": "Relu",
    "nn.relu6": "Relu6",
    "nn.selu": "Selu",
    "nn.sigmoid": "Sigmoid",
    "nn.silu": "Silu",
    "nn.softmax": "Softmax",
    "nn.softplus": "Softplus",
    "nn.space_to_depth": "SpaceToDepth",
    "nn.tanh": "Tanh",
    "ones_like": "OnesLike",
    "roll": "Roll",
    "squeeze": "Squeeze",
    "stack": "Stack",
    "stop_gradient": "StopGradient",
    "unstack": "Unstack",
    "zeros_like": "ZerosLike",
}

_FUNCTIONS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "compat.v1.shape": (SHAPE, {"out_type": "dtype"}),
    **{function: (f"ops.{name}", names) for function, (name, names) in _RENAMING.items()},
    **{function: (f"ops.{name}", _TWO) for function, name in _OF_TWO.items()},
    **{function: (f"ops.{name}", {}) for function, name in _ALIKE.items()},
}
"""TensorFlow functions with the operations of Keras 3 that replace them, and renamed arguments.

The first argument needs no name: it is always passed by position.
"""

_WITHOUT_EFFECT = {"approximate": True, "conjugate": False, "data_format": "NHWC", "name": ...}
"""Arguments unknown to the operation, with values that have no effect on shapes; `...` is any."""


def operation(config: Mapping[str, Any]) -> str | None:
    """Return the operation that replaces a TensorFlow function, or None."""
    known = _FUNCTIONS.get(str(config.get("function")))
    return known[0] if known else None


def operation_call(call: Call, config: Mapping[str, Any], kind: type[Kind]) -> Call:
    """Translate a call of a TensorFlow function to the argument names of Keras 3.

    Raises ValueError if the operation can't be called that way.
    """
    _, names = _FUNCTIONS[str(config.get("function"))]
    renamed = tuple(names.get(name, name) for name in call.names)
    twice = len(set(renamed)) < len(renamed)
    if takes_list(call, kind) or twice or not set(renamed) <= set(inputs_of(kind)):
        raise ValueError
    constants: dict[str, Any] = {}
    for name, value in call.constants.items():
        # A constant in place of the first tensor already has its Keras 3 name.
        known = names.get(name, name)
        if known in kind.__struct_fields__:
            constants[known] = value
        elif value not in (None, False) and _WITHOUT_EFFECT.get(name) not in (value, ...):
            raise ValueError(name)
    for name, translate in _TRANSLATED.get(kind.__name__, {}).items():
        constants[name] = translate(constants.get(name))
    return call._replace(names=renamed, constants=constants)


def takes_list(call: Call, kind: type[Kind]) -> bool:
    """Whether a list takes the place of a tensor; TensorFlow stacks it."""
    return call.listed and any_number_of(kind) is None


def _newshape(sizes: Any) -> Any:
    """Translate a shape: its only unknown size follows from the others."""
    if isinstance(sizes, list) and sizes.count(None) == 1 and -1 not in sizes:
        return [-1 if size is None else size for size in sizes]
    return sizes


def _sections(sizes: Any) -> Any:
    """Translate sizes of parts to split indices. Raises ValueError for an unknown size."""
    if not isinstance(sizes, list):
        return sizes
    if not all(is_count(size) for size in sizes):
        raise ValueError(sizes)
    return list(itertools.accumulate(sizes[:-1]))


_TRANSLATED: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    "ops.GetItem": {"key": lambda key: key if isinstance(key, list) else [key]},
    "ops.Pad": {"mode": lambda mode: str(mode or "constant").lower()},
    "ops.Reshape": {"newshape": _newshape},
    "ops.Split": {"indices_or_sections": _sections},
    "ops.Take": {"axis": lambda axis: axis or 0},
}
"""Translations of TensorFlow values to Keras 3, by operation and argument."""

_RENAMED = {
    "InputLayer": {"batch_input_shape": "batch_shape"},
    "LeakyReLU": {"alpha": "negative_slope"},
    "ThresholdedReLU": {"theta": "threshold"},
}


_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "GRU": {"reset_after": False},
    "GRUCell": {"reset_after": False},
}
"""Defaults of Keras 2 that differ in Keras 3, for arguments that its first versions don't write."""


def modern(class_name: str, config: Mapping[str, Any], *, keras_2: bool) -> Mapping[str, Any]:
    """Translate a layer's arguments to the names and forms of Keras 3."""
    if keras_2 and class_name in _DEFAULTS:
        config = {**_DEFAULTS[class_name], **config}
    if class_name in _RENAMED:
        names = _RENAMED[class_name]
        return {names.get(name, name): value for name, value in config.items()}
    if class_name == "Lambda" and isinstance(config.get("function"), list):
        return {**config, "function": "lambda"}  # replaces its code
    axis = config.get("axis") if "BatchNormalization" in class_name else None
    if isinstance(axis, list) and len(axis) == 1:
        return {**config, "axis": axis[0]}
    return config
