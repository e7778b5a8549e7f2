"""Every kind against real Keras: the same shapes and weights, and the same refusals."""

import os
from typing import get_args

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from convcalc.layers import WITHOUT_RULE, find, kinds
from convcalc.layers.argument_types import ActivationName
from convcalc.layers.binding import COMMON
from oracle.differences import EXAMPLES as KNOWN_EXAMPLES
from oracle.differences import Difference, disagreement, known
from oracle.outcome import Case, Refused, infer
from oracle.strategies import STRATEGIES

keras_judge = pytest.importorskip("oracle.keras_judge", reason="the judge needs Keras")

pytestmark = pytest.mark.oracle

# The same cases every time, unless the variable asks for a search of so many fresh ones a kind.
EXAMPLES = os.environ.get("CONVCALC_ORACLE_EXAMPLES")
SETTINGS = settings(
    max_examples=int(EXAMPLES or 200),
    derandomize=EXAMPLES is None,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)


# Those that need TensorFlow are judged when their cases are recorded.
@pytest.mark.parametrize("kind", [k for k in kinds() if k not in keras_judge.NEEDS_TENSORFLOW])
def test_equals_keras(kind: str) -> None:
    assert kind in STRATEGIES, f"tests/oracle/strategies has no strategy for {kind}"

    @SETTINGS
    @given(STRATEGIES[kind])
    def agrees(case: Case) -> None:
        ours = infer(kind, *case)
        keras = keras_judge.judge(kind, *case, doubted=isinstance(ours, Refused))
        problem = disagreement(keras, ours)
        if problem and not known(kind, case, keras, ours):
            pytest.fail(f"{problem}\n{kind} {case}\nKeras: {keras}\nours:  {ours}", pytrace=False)

    agrees()


# A Functional is made of tensors, which a spec has not.
@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind != "Functional"])
def test_has_the_arguments_of_keras(kind: str) -> None:
    fields = msgspec.structs.fields(kinds()[kind])
    ours = [(f.name, as_keras(f.default, f.required)) for f in fields if f.name not in COMMON]
    theirs = [
        (name, as_keras(default, required))
        for name, default, required in keras_judge.arguments(kind)
        if name not in COMMON
    ]
    if kind == "Conv3DTranspose":
        # Keras's 3-D one alone has data_format before output_padding; ours are all alike.
        theirs[4], theirs[5] = theirs[5], theirs[4]
    # What follows is beyond Keras, or among the **kwargs of its class.
    assert ours[: len(theirs)] == theirs
    allowed = {"dilation_rate", "ceil_mode", "lora_rank", "lora_alpha", "rms_scaling"}
    allowed |= {"quantization_config", "seed", "implementation", "unroll", "zero_output_for_mask"}
    allowed |= {"bounding_box_format", "data_format"}
    allowed |= {"oov_method", "vocabulary_size", "has_input_vocabulary"}
    assert {name for name, _ in ours[len(theirs) :]} <= {*allowed, *kinds()[kind].call_arguments}


def as_keras(default: object, required: bool) -> object:
    """A default in one form: equal values per axis or at both ends as one."""
    while isinstance(default, tuple) and len(set(default)) == 1:
        default = default[0]
    return "required" if required else default


def test_every_layer_of_keras_has_a_rule_or_a_reason_to_have_none() -> None:
    assert {name for name in keras_judge.layers() if find(name) is None} == {
        name for name in WITHOUT_RULE if not name.startswith("ops.")
    }


def test_has_the_activations_of_keras() -> None:
    assert set(get_args(ActivationName)) == keras_judge.activations()


@pytest.mark.parametrize(
    ("difference", "kind", "case"), [row for row in KNOWN_EXAMPLES if row[1] in kinds()]
)
def test_known_difference_is_still_one(difference: Difference, kind: str, case: Case) -> None:
    ours = infer(kind, *case)
    keras = keras_judge.judge(kind, *case, doubted=True)
    assert disagreement(keras, ours)
    assert difference.holds(kind, case, keras, ours)
