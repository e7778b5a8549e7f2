"""Where we part from Keras on purpose, and how to tell that we do so anywhere else."""

from collections.abc import Callable
from typing import Any, NamedTuple

from oracle.outcome import Accepted, Case, Outcome, Refused


class Difference(NamedTuple):
    """A reason to part from Keras, with an example.

    `holds` tells whether it is the reason, from the kind, the case and both outcomes.
    """

    reason: str
    example: tuple[str, Case]
    holds: Callable[[str, Case, Outcome, Outcome], bool]


FLAGS = {"use_bias", "keepdims", "center", "scale", "invert"}

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
            kind in {"LayerNormalization", "Normalization"}
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
]


def refused(outcome: Outcome, code: str) -> str | None:
    """The argument that is refused with this code."""
    return outcome.argument if isinstance(outcome, Refused) and outcome.code == code else None


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
