"""Where we part from Keras on purpose, and how to tell that we do so anywhere else."""

from collections.abc import Callable
from typing import Any, NamedTuple

from oracle.outcome import Accepted, Case, Outcome, Refused


class Difference(NamedTuple):
    """A reason to part from Keras, with examples.

    `holds` tells whether it is the reason, from the kind, the case and both outcomes.
    """

    reason: str
    examples: tuple[tuple[str, Case], ...]
    holds: Callable[[str, Case, Outcome, Outcome], bool]


LENIENT = {"use_bias", "use_scale", "keepdims", "center", "scale", "invert"}
LENIENT |= {"return_sequences", "return_state", "go_backwards", "stateful", "unroll"}
LENIENT |= {"axis", "dims", "target_shape"}
"""The arguments whose type Keras does not look at."""


def is_of_another_type(kind: str, case: Case, keras: Outcome, ours: Outcome) -> bool:
    """Whether we refuse an argument for its type, or its name, and that is all."""
    if not isinstance(keras, Accepted):
        return False
    if refused(ours, "unknown-argument"):
        return kind in {"InputLayer", "ops.MultiHot"}
    if kind == "ops.MultiHot" and refused(ours, "wrong-value") == "dtype":
        return True
    argument = refused(ours, "wrong-type")
    return argument in LENIENT or holds_no_integer(case.args.get(argument or ""))


def is_stretched(kind: str, case: Case, keras: Outcome, ours: Outcome) -> bool:
    """Whether Keras can compute with what is of another size or rank than we want."""
    if not isinstance(keras, Accepted) or not isinstance(ours, Refused):
        return False
    if refused(ours, "axis-out-of-range") == "attention_axes":
        return True
    if ours.code == "wrong-rank":
        return kind == "Attention" or "Cell" in kind
    return ours.message.startswith(("the states must", "a state must be", "a mask must begin"))


KNOWN_DIFFERENCES = [
    Difference(
        "Of a few arguments Keras does not look at the type or the name: it takes the truth of "
        "any value for a flag, `true` for 1, fractions for whole numbers and what it can iterate "
        "over for a list. convcalc wants what is documented",
        (
            ("Dense", Case({"units": 3, "use_bias": "yes"}, ((None, 4),))),
            ("RandomCrop", Case({"height": True, "width": 5}, ((None, 8, 8, 3),))),
            ("Reshape", Case({"target_shape": "3"}, ((None, 4),))),
            ("Softmax", Case({"axis": None}, ((None, 4),))),
            ("BatchNormalization", Case({"axis": 1.5}, ((None, 4),))),
            ("InputLayer", Case({"shape": [4], "colour": "red"}, ())),
            ("ops.MultiHot", Case({"num_classes": 2, "colour": "red"}, ((None,),))),
            ("ops.MultiHot", Case({"num_classes": 2, "dtype": "float"}, ((None,),))),
        ),
        is_of_another_type,
    ),
    Difference(
        "Keras runs the function of a `Lambda` to learn its output's shape. convcalc runs nothing "
        "that a file holds, and needs the `output_shape`",
        (("Lambda", Case({"function": "f"}, ((None, 4),))),),
        lambda kind, case, keras, ours: (
            kind == "Lambda" and isinstance(ours, Refused) and "is not run" in ours.message
        ),
    ),
    Difference(
        "Keras takes states, masks, steps of a cell and queries of other sizes and ranks, and "
        "attention axes that there are not, where its backend happens to compute with them, and "
        "leaves out the cells of a stack for which there are no states. convcalc wants them as "
        "they are documented, with the batch",
        (
            ("LSTM", Case({"units": 3}, ((None, 5, 4), (None, 3), (3,)), ("initial_state",) * 2)),
            ("LSTM", Case({"units": 3}, ((None, 5, 4), (None, 1)), ("mask",))),
            ("SimpleRNNCell", Case({"units": 3}, ((4,), (4, 3)), ("states",))),
            ("Attention", Case({}, ((4,), (4, 4)))),
            (
                "MultiHeadAttention",
                Case({"num_heads": 3, "key_dim": 3, "attention_axes": -9}, ((4, 8, 5, 6),) * 2),
            ),
            (
                "StackedRNNCells",
                Case(
                    {"cells": [{"GRUCell": {"units": 3}}, {"GRUCell": {"units": 3}}]},
                    ((4, 3), (4, 3)),
                    ("states",),
                ),
            ),
        ),
        is_stretched,
    ),
]

EXAMPLES = [(known, *example) for known in KNOWN_DIFFERENCES for example in known.examples]


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
