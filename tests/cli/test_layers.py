"""`convcalc layers` as people type it."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from convcalc.cli import app
from convcalc.cli import terminal as terminal_

CONV2D = """\
Conv2D (convolution)
2-D convolution: each filter spans all channels of its group and outputs one
channel.

Argument              Default         What it may be
filters               required        a whole number of at least 1
kernel_size           required        a whole number of at least 1 or a list of
                                      2 (one per axis)
strides               1               a whole number of at least 1 or a list of
                                      2 (one per axis)
padding               valid           one of valid, same or a whole number of at
                                      least 0 or a list of 2 (one per axis)
data_format           null            one of channels_last, channels_first
dilation_rate         1               a whole number of at least 1 or a list of
                                      2 (one per axis)
groups                1               a whole number of at least 1
activation            null            one of celu, elu, exponential, gelu, glu,
                                      hard_shrink, … or a mapping
use_bias              true            true or false
kernel_initializer    glorot_uniform  anything
bias_initializer      zeros           anything
kernel_regularizer    null            anything
bias_regularizer      null            anything
activity_regularizer  null            anything
kernel_constraint     null            anything
bias_constraint       null            anything
lora_rank             null            a whole number of at least 0
lora_alpha            null            a number

activation is one of celu, elu, exponential, gelu, glu, hard_shrink,
hard_sigmoid, hard_silu, hard_swish, hard_tanh, leaky_relu, linear, log_sigmoid,
log_softmax, mish, relu, relu6, selu, sigmoid, silu, soft_shrink, softmax,
softplus, softsign, sparse_plus, sparse_sigmoid, sparsemax, squareplus, swish,
tanh, tanh_shrink, threshold.
Like every layer it also has name, trainable, dtype and autocast.

Reads    inputs
Output   the window rule along each axis; channels = filters
Weights  kernel (kh, kw, in / groups, filters), bias (filters,)
Source   https://keras.io/api/layers/convolution_layers/convolution2d/
Also     Convolution2D
"""
BEGINNING = """\
Activations: functions of single values or of the values along an axis
  Activation  ELU  LeakyReLU  PReLU  ReLU  Softmax

Attention: every query gets an average of the values, weighted by how well keys
match it
  AdditiveAttention  Attention  GroupQueryAttention  MultiHeadAttention

"""


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of the terminal that runs the tests."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"):
        monkeypatch.delenv(name, raising=False)


def ran(*arguments: str) -> Any:
    return CliRunner().invoke(app(), ["layers", *arguments], catch_exceptions=False)


def printed(*arguments: str) -> str:
    result = ran(*arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    stdout: str = result.stdout
    return stdout


def test_the_list() -> None:
    text = printed()
    assert text.startswith(BEGINNING)
    assert text.index("\n  Dense ") < text.index("\n  ops.Add ")
    assert text.endswith(" kinds in all; `convcalc layers KIND` shows one.\n")
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("name", ["Conv2D", "conv2d", "Convolution2D"])
def test_a_kind(name: str) -> None:
    assert printed(name) == CONV2D


def test_several_kinds() -> None:
    text = printed("Conv2D", "relu", "ops.relu")
    assert text.startswith(f"{CONV2D}\n\nReLU (activation)\n")
    assert "\n\n\nops.Relu (ops." in text


@pytest.mark.parametrize(
    ("terminal", "widest"), [(200, 120), (120, 120), (100, 100), (50, 50), (7, 40)]
)
def test_width(terminal: int, widest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal_, "width_of", lambda _stream: terminal)
    lines = printed("Conv2D").splitlines()
    text = [line for line in lines if "https://" not in line]
    assert widest - 12 <= max(map(len, text)) <= max(widest, 58)


def test_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert printed("Conv2D").startswith("\x1b[1;36mConv2D\x1b[0m \x1b[2m(convolution)\x1b[0m\n")
    assert "\x1b" not in printed("Conv2D", "--format", "json")
    assert "\x1b" not in printed("Conv2D", "--format", "markdown")


def test_json() -> None:
    data = json.loads(printed("--format", "json"))
    assert data["schema"] == "convcalc.layers/1"
    names = [kind["name"] for kind in data["kinds"]]
    assert {"Conv2D", "LSTM", "ops.Matmul"} <= set(names)
    (kind,) = json.loads(printed("conv2d", "--format", "json"))["kinds"]
    assert kind == data["kinds"][names.index("Conv2D")]
    assert kind["arguments"][0] == {
        "name": "filters",
        "type": "a whole number of at least 1",
        "default": None,
        "required": True,
        "of_call": False,
        "choices": [],
    }
    assert kind["inputs"] == [{"name": "inputs", "optional": False, "several": False}]


def test_markdown() -> None:
    whole = printed("--format", "markdown")
    section = printed("Conv2D", "--format", "markdown")
    assert section.startswith("### Conv2D\n\n2-D convolution: ")
    assert f"\n{section}\n" in whole


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Conv2", "there is no layer kind 'Conv2'; did you mean Conv2D?"),
        ("matmul", "there is no layer kind 'matmul'; did you mean ops.Matmul?"),
        ("ops.Matmull", "there is no layer kind 'ops.Matmull'; did you mean ops.Matmul?"),
        ("zzz", "there is no layer kind 'zzz'; `convcalc layers` lists all"),
        ("\x1b[1m", "there is no layer kind '\\x1b[1m'; `convcalc layers` lists all"),
    ],
)
def test_a_misspelt_kind(name: str, message: str) -> None:
    result = ran("Dense", name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith(f"\n\nError: Invalid value for KIND: {message}\n")


def test_a_wrong_format() -> None:
    result = ran("--format", "txt")
    assert result.exit_code == 2
    assert "'txt' is not one of 'json', 'markdown', 'text'." in result.stderr
