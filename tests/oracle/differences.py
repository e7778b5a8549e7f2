"""Where we part from Keras on purpose, and how to tell that we do so anywhere else."""

from collections.abc import Callable
from typing import Any, NamedTuple

from convcalc.layers import kinds
from oracle.outcome import Accepted, Case, Outcome, Refused


class Difference(NamedTuple):
    """A reason to part from Keras, with an example.

    `holds` tells whether it is the reason, from the kind, the case and both outcomes.
    """

    reason: str
    example: tuple[str, Case]
    holds: Callable[[str, Case, Outcome, Outcome], bool]


FLAGS = {"use_bias", "use_scale", "keepdims", "center", "scale", "invert"}
FLAGS |= {"return_sequences", "return_state", "go_backwards", "stateful", "unroll"}

KNOWN_DIFFERENCES = [
    Difference(
        "Keras takes the truth of any value where it wants a flag",
        ("Dense", Case({"units": 3, "use_bias": "yes"}, ((None, 4),))),
        lambda kind, case, keras, ours: refused(ours, "wrong-type") in FLAGS,
    ),
    Difference(
        "Keras takes true for 1, and in lists fractions for whole numbers",
        ("DepthwiseConv1D", Case({"kernel_size": 2, "strides": [1.5]}, ((None, 8, 3),))),
        lambda kind, case, keras, ours: holds_no_integer(
            case.args.get(refused(ours, "wrong-type") or "")
        ),
    ),
    Difference(
        "Keras takes whatever it can iterate over for a list, and whatever is in it for a size",
        ("Reshape", Case({"target_shape": "3"}, ((None, 4),))),
        lambda kind, case, keras, ours: (
            kind in {"Permute", "Reshape"}
            and refused(ours, "wrong-type") in {"dims", "target_shape"}
        ),
    ),
    Difference(
        "Keras makes a whole number of an axis that is none, or iterates over it",
        ("BatchNormalization", Case({"axis": 1.5}, ((None, 4),))),
        lambda kind, case, keras, ours: (
            refused(ours, "wrong-type") == "axis"
            and isinstance(case.args["axis"], float | str | dict)
        ),
    ),
    Difference(
        "Keras looks at the axis of a Softmax only when it computes",
        ("Softmax", Case({"axis": 3}, ((None, 4),))),
        lambda kind, case, keras, ours: (
            kind == "Softmax" and isinstance(ours, Refused) and ours.argument == "axis"
        ),
    ),
    Difference(
        "Keras finds only when it computes that an axis is named twice",
        ("LayerNormalization", Case({"axis": [1, -1]}, ((None, 4),))),
        lambda kind, case, keras, ours: (
            kind in {"LayerNormalization", "Normalization", "RMSNormalization", "UnitNormalization"}
            and refused(ours, "wrong-value") == "axis"
        ),
    ),
    Difference(
        "Keras finds only when it computes that a padding is below 0",
        ("ZeroPadding2D", Case({"padding": -1}, ((None, 8, 8, 3),))),
        lambda kind, case, keras, ours: (
            kind.startswith("ZeroPadding") and refused(ours, "wrong-value") == "padding"
        ),
    ),
    Difference(
        "Keras's InputLayer lets any unknown argument pass",
        ("InputLayer", Case({"shape": [4], "colour": "red"}, ())),
        lambda kind, case, keras, ours: (
            kind == "InputLayer" and refused(ours, "unknown-argument") is not None
        ),
    ),
    Difference(
        "a serialized activation is kept as it is written; Keras looks into it",
        ("Dense", Case({"units": 3, "activation": {}}, ((None, 4),))),
        lambda kind, case, keras, ours: (
            isinstance(case.args.get("activation"), dict)
            and isinstance(keras, Refused)
            and "activation" in keras.message
        ),
    ),
    Difference(
        "Keras finds only when it computes that an equation is of other ranks than its shapes",
        ("EinsumDense", Case({"equation": "ab,bc->ac", "output_shape": 3}, ((None, 4, 5),))),
        lambda kind, case, keras, ours: (
            kind == "EinsumDense"
            and (
                refused(ours, "wrong-rank") == "equation"
                or "needs an output_shape of" in said(ours)
            )
        ),
    ),
    Difference(
        "Keras finds only when it computes that there is more after an equation",
        ("EinsumDense", Case({"equation": "ab,bc->ac!", "output_shape": 3}, ((None, 4),))),
        lambda kind, case, keras, ours: (
            kind == "EinsumDense" and "must be of the form" in said(ours)
        ),
    ),
    Difference(
        "Keras finds only when it computes that an embedding is reversed on vectors of other sizes",
        (
            "ReversibleEmbedding",
            Case({"input_dim": 9, "output_dim": 4, "reverse": True}, ((None, 5),)),
        ),
        lambda kind, case, keras, ours: (
            kind == "ReversibleEmbedding" and "must be output_dim" in said(ours)
        ),
    ),
    Difference(
        "Keras runs the function of a Lambda to learn its output's shape",
        ("Lambda", Case({"function": "f"}, ((None, 4),))),
        lambda kind, case, keras, ours: kind == "Lambda" and "is not run" in said(ours),
    ),
    Difference(
        "Keras finds only when it computes that query, key and value do not fit each other",
        ("Attention", Case({}, ((None, 3, 4), (None, 5, 6)))),
        lambda kind, case, keras, ours: (
            kind in {"AdditiveAttention", "Attention", "GroupQueryAttention", "MultiHeadAttention"}
            and isinstance(ours, Refused)
            and ours.code in {"wrong-rank", "shape-mismatch", "axis-out-of-range"}
        ),
    ),
    Difference(
        "Keras finds only when it computes that flash attention gives no scores",
        (
            "MultiHeadAttention",
            Case(
                {
                    "num_heads": 2,
                    "key_dim": 3,
                    "flash_attention": True,
                    "return_attention_scores": True,
                },
                ((None, 3, 4), (None, 3, 4)),
            ),
        ),
        lambda kind, case, keras, ours: refused(ours, "wrong-value") == "return_attention_scores",
    ),
    Difference(
        "Keras finds only when it computes that an adaptive pooling reads another rank",
        ("AdaptiveMaxPooling2D", Case({"output_size": 2}, ((None, 8, 3),))),
        lambda kind, case, keras, ours: (
            kind.startswith("Adaptive") and isinstance(ours, Refused) and ours.code == "wrong-rank"
        ),
    ),
    Difference(
        "Keras finds only when it computes that an adaptive pooling gives nothing",
        ("AdaptiveMaxPooling2D", Case({"output_size": 0}, ((None, 8, 8, 3),))),
        lambda kind, case, keras, ours: (
            kind.startswith("Adaptive")
            and isinstance(ours, Refused)
            and ours.argument == "output_size"
        ),
    ),
    Difference(
        "Keras finds only when it computes that a Dot is over the batch, or of batches that differ",
        ("Dot", Case({"axes": 0}, ((4, 3), (4, 3)))),
        lambda kind, case, keras, ours: (
            kind == "Dot" and ("the batch, axis 0" in said(ours) or "at axis 0" in said(ours))
        ),
    ),
    Difference(
        "Keras finds only when it computes that a wrapped layer reads another rank",
        ("SpectralNormalization", Case({"layer": {"Dense": {"units": 3}}}, ((4,),))),
        lambda kind, case, keras, ours: (
            kind == "SpectralNormalization"
            and isinstance(ours, Refused)
            and ours.code == "wrong-rank"
        ),
    ),
    Difference(
        "Keras finds only when it computes that a preprocessing can't read its inputs",
        ("RandomFlip", Case({}, ((None, 8),))),
        lambda kind, case, keras, ours: (
            isinstance(ours, Refused)
            and ours.by == "inputs"
            and (
                kind in {"CategoryEncoding", "HashedCrossing", "TextVectorization"}
                or (ours.code == "wrong-rank" and family(kind) in {"augmentation", "preprocessing"})
            )
        ),
    ),
    Difference(
        "Keras leaves out axes of a sound that has several, but only in what it says of the shape",
        ("MelSpectrogram", Case({}, ((None, 2, 5000),))),
        lambda kind, case, keras, ours: (
            kind == "MelSpectrogram" and isinstance(ours, Refused) and ours.code == "wrong-rank"
        ),
    ),
    Difference(
        "Keras looks at states and masks only when it computes, and then stretches some to fit",
        (
            "LSTM",
            Case({"units": 3}, ((None, 5, 4), (None, 7), (None, 3)), ("initial_state",) * 2),
        ),
        lambda kind, case, keras, ours: any(
            words in said(ours)
            for words in (
                "the states must",
                "a state must be",
                "a mask must begin",
                "initial_state must hold",
            )
        ),
    ),
    Difference(
        "Keras finds only when it computes that a cell reads no steps of such a rank",
        ("RNN", Case({"cell": {"GRUCell": {"units": 3}}}, ((None, 5, 2, 6),))),
        lambda kind, case, keras, ours: (
            kind in {"RNN", "SimpleRNNCell", "StackedRNNCells", "Bidirectional"}
            and isinstance(ours, Refused)
            and ours.code == "wrong-rank"
        ),
    ),
    Difference(
        "Keras takes the output of a backward_layer to be as the layer's",
        (
            "Bidirectional",
            Case(
                {
                    "layer": {"LSTM": {"units": 3}},
                    "backward_layer": {"LSTM": {"units": 4, "go_backwards": True}},
                },
                ((None, 5, 2),),
            ),
        ),
        lambda kind, case, keras, ours: (
            kind == "Bidirectional" and refused(ours, "shape-mismatch") == "backward_layer"
        ),
    ),
    Difference(
        "Keras reads what was learned beside num_bins from its files, but takes not both by itself",
        ("Discretization", Case({"num_bins": 3, "bin_boundaries": [1.0, 2.0]}, ((None, 4),))),
        lambda kind, case, keras, ours: (
            kind == "Discretization"
            and isinstance(case.args.get("num_bins"), int)
            and case.args.get("bin_boundaries") is not None
            and isinstance(keras, Refused)
        ),
    ),
    Difference(
        "Keras's numpy can't unpack an empty kernel in int4, as it does for adapters",
        (
            "Dense",
            Case({"units": 1, "lora_rank": 1, "dtype": "int4_from_float32"}, ((None, 0),)),
        ),
        lambda kind, case, keras, ours: (
            kind == "Dense" and "cannot reshape array of size 0" in said(keras)
        ),
    ),
]

OPERATION_DIFFERENCES = [
    Difference(
        "Keras looks at the axes of some operations only when it computes",
        ("ops.Nancumsum", Case({"axis": 9}, ((None,),))),
        lambda name, case, keras, ours: (
            name in {"ops.Argpartition", "ops.Nancumprod", "ops.Nancumsum"}
            and isinstance(ours, Refused)
            and ours.argument == "axis"
        ),
    ),
    Difference(
        "Keras finds only when it computes that an axis is named twice",
        ("ops.Diagonal", Case({"axis1": 1}, ((4, 4),))),
        lambda name, case, keras, ours: (
            refused(ours, "wrong-value") in {"axis", "axes", "axis2", "source", "destination"}
        ),
    ),
    Difference(
        "Keras does not count the sizes of a list, which is for other axes than there are",
        ("ops.MaxPool", Case({"pool_size": [2], "data_format": "channels_last"}, ((1, 8, 8, 3),))),
        lambda name, case, keras, ours: (
            refused(ours, "wrong-value") in {"pool_size", "strides", "output_padding"}
            and isinstance(ours, Refused)
            and "one per axis" in ours.message
        ),
    ),
    Difference(
        "Keras's MultiHot lets any unknown argument pass",
        ("ops.MultiHot", Case({"num_classes": 2, "colour": "red"}, ((None,),))),
        lambda name, case, keras, ours: (
            name == "ops.MultiHot" and refused(ours, "unknown-argument") is not None
        ),
    ),
    Difference(
        "Keras looks at a data type only where it is used",
        ("ops.MultiHot", Case({"num_classes": 2, "dtype": "float"}, ((None,),))),
        lambda name, case, keras, ours: refused(ours, "wrong-value") == "dtype",
    ),
    Difference(
        "Keras takes fractions for the sizes by which images are padded and cropped",
        (
            "ops.PadImages",
            Case(
                {
                    "bottom_padding": 1.5,
                    "target_height": 7,
                    "right_padding": 0,
                    "target_width": 7,
                },
                ((2, 2, 2),),
            ),
        ),
        lambda name, case, keras, ours: (
            name in {"ops.CropImages", "ops.PadImages"}
            and isinstance(case.args.get(refused(ours, "wrong-type") or ""), float)
        ),
    ),
]


def family(kind: str) -> str:
    """The module of the kind."""
    return kinds()[kind].__module__.rpartition(".")[2]


def refused(outcome: Outcome, code: str) -> str | None:
    """The argument that is refused with this code."""
    return outcome.argument if isinstance(outcome, Refused) and outcome.code == code else None


def said(outcome: Outcome) -> str:
    """Why it is refused; nothing where it is not."""
    return outcome.message if isinstance(outcome, Refused) else ""


def holds_no_integer(value: Any) -> bool:
    """Whether the value is true, or a list that holds true or a fraction."""
    if isinstance(value, list):
        return any(isinstance(v, float) or holds_no_integer(v) for v in value)
    return value is True


def known(kind: str, case: Case, keras: Outcome, ours: Outcome) -> bool:
    """Whether we part from Keras here on purpose."""
    return any(difference.holds(kind, case, keras, ours) for difference in KNOWN_DIFFERENCES)


def disagreement(keras: Outcome, ours: Outcome) -> str | None:
    """In what way we part from Keras, if we do."""
    if isinstance(keras, Accepted):
        return None if ours == keras else "Keras accepts it, and otherwise than we"
    if isinstance(ours, Accepted):
        return "Keras refuses it and we do not"
    if keras.by == "arguments" and ours.argument is None and ours.code != "missing-argument":
        return "we refuse it as Keras does, but name no argument"
    return None
