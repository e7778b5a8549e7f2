"""What can be said of the kinds: all of it found, and nothing of a docstring lost."""

import pytest

from convcalc import reference
from convcalc.layers import kinds, operations
from convcalc.reference import Argument, Input, KindReference

KINDS = {**kinds(), **operations()}


def test_a_kind() -> None:
    assert reference.find("PReLU") == KindReference(
        name="PReLU",
        family="activation",
        description=(
            "A leaky ReLU with a learned slope for each value of a sample. Values along "
            "shared_axes (numbered from 1, after the batch) share one slope."
        ),
        arguments=(
            Argument("alpha_initializer", "anything", "Zeros", False, False, ()),
            Argument("alpha_regularizer", "anything", None, False, False, ()),
            Argument("alpha_constraint", "anything", None, False, False, ()),
            Argument(
                "shared_axes",
                "a whole number or a list, each a whole number",
                None,
                False,
                False,
                (),
            ),
        ),
        common=("name", "trainable", "dtype", "autocast", "activity_regularizer"),
        inputs=(Input("inputs", optional=False, several=False),),
        merges=False,
        output="as the input",
        weights="alpha, shaped like a sample, with 1 for the shared axes",
        source="https://keras.io/api/layers/activation_layers/prelu/",
    )


def arguments(kind: str) -> dict[str, Argument]:
    found = reference.find(kind)
    assert found
    return {argument.name: argument for argument in found.arguments}


def test_arguments() -> None:
    of_convolution = arguments("Conv2D")
    assert of_convolution["filters"] == Argument(
        "filters", "a whole number of at least 1", None, True, False, ()
    )
    assert of_convolution["kernel_size"].type == (
        "a whole number of at least 1 or a list of 2 (one per axis)"
    )
    assert of_convolution["padding"].default == "valid"
    assert of_convolution["padding"].choices == ("valid", "same")
    assert len(of_convolution["activation"].choices) == 32
    of_attention = arguments("MultiHeadAttention")
    assert [name for name, found in of_attention.items() if found.of_call] == [
        "return_attention_scores",
        "use_causal_mask",
    ]


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("InputLayer", ()),
        ("Dense", (Input("inputs", False, False),)),
        ("Concatenate", (Input("inputs", False, True),)),
        (
            "LSTM",
            (
                Input("sequences", False, False),
                Input("initial_state", False, True),
                Input("mask", True, False),
            ),
        ),
        ("ops.Add", (Input("x1", True, False), Input("x2", True, False))),
    ],
)
def test_inputs(kind: str, inputs: tuple[Input, ...]) -> None:
    found = reference.find(kind)
    assert found
    assert found.inputs == inputs
    assert found.merges == (kind == "Concatenate")


# Docstrings that say of the weights more than what they are, or that there are none.
@pytest.mark.parametrize(
    ("kind", "output", "weights"),
    [
        ("InputLayer", "(batch_size, *shape), or batch_shape", "none"),
        ("LayerNormalization", "as the input", "shaped like the normalized axes: gamma (scale), "),
        ("SimpleRNN", "(batch, units), or (batch, ", "under simple_rnn_cell: kernel ("),
    ],
)
def test_output_and_weights(kind: str, output: str, weights: str) -> None:
    found = reference.find(kind)
    assert found
    assert found.output.startswith(output)
    assert found.weights.startswith(weights)


@pytest.mark.parametrize("name", KINDS)
def test_every_docstring_has_its_parts(name: str) -> None:
    found = reference.find(name)
    assert found
    assert found.name == name
    assert found.description.endswith((".", ")"))
    assert found.source.startswith("https://")
    assert " " not in found.source
    parts = (found.description, found.output, found.weights)
    assert all(parts)
    marks = ("Output:", "Weights:", "Weights,", "No weights", "Source:")
    assert not [mark for mark in marks for part in parts if mark in part]
    assert not [found for found in found.arguments if "typing" in found.type]


@pytest.mark.parametrize("name", ["conv2d", "CONV2D", "Conv2D"])
def test_is_found_in_any_case(name: str) -> None:
    found = reference.find(name)
    assert found
    assert found.name == "Conv2D"


def test_an_operation_is_found_in_any_case() -> None:
    found = reference.find("OPS.matmul")
    assert found
    assert (found.name, found.family) == ("ops.Matmul", "ops.products")


@pytest.mark.parametrize("name", ["Conv", "conv_2d", "Matmul", "ops.Conv2D", "ops.", ""])
def test_other_names_are_not_found(name: str) -> None:
    assert reference.find(name) is None


def test_names() -> None:
    names = reference.names()
    assert names == tuple(KINDS)
    assert len({name.casefold() for name in names}) == len(names)


def test_families() -> None:
    families = reference.families()
    of_layers = [family for family in families if not family.name.startswith("ops.")]
    assert families[: len(of_layers)] == tuple(of_layers)
    names = [family.name for family in of_layers]
    assert names == sorted(names)
    by_name = {family.name: family for family in families}
    merging = by_name["merging"]
    assert (
        merging.title
        == "Merging: several inputs combined into one, element by element or end to end"
    )
    assert [kind.name for kind in merging.kinds] == [
        "Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract",
    ]  # fmt: skip
    every = [kind.name for family in families for kind in family.kinds]
    assert sorted(every) == sorted(KINDS)
