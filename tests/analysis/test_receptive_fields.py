"""Receptive fields, against published numbers and against ones counted by hand."""

import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import models
from convcalc.analysis.receptive_fields import receptive_fields, with_fields
from convcalc.report.costs import UNLIMITED, AxisReceptiveField, ReceptiveField, ReceptiveFields


def fields(text: str) -> dict[str, ReceptiveFields | None]:
    """The fields of each layer, by its name."""
    analysis = models.analysis(text)
    found = receptive_fields(analysis)
    layers = analysis.report.layers
    return {layer.name: fields for layer, fields in zip(layers, found, strict=True)}


def rows(text: str, layer: str, name: str = "input") -> AxisReceptiveField:
    """The field on the first axis of an input."""
    of_layer = fields(text)[layer]
    assert of_layer is not None
    return of_layer[name][0]


def size(text: str, layer: str) -> int:
    found = rows(text, layer)
    assert isinstance(found, ReceptiveField)
    return found.size


def chain(*layers: str, length: int | None = 64) -> str:
    """A spec of layers along one axis, the last of which is called last."""
    size = "null" if length is None else length
    lines = "".join(f"  - {layer if ':' in layer else f'{layer}:'}\n" for layer in layers)
    return f"input: [{size}, 2]\nlayers:\n{lines}    name: last\n"


# The networks of https://distill.pub/2019/computing-receptive-fields/.

VGG16 = """
input: [224, 224, 3]
blocks:
  stage:
    args: {filters: , convs: }
    layers:
      - Conv2D: {filters: =filters, kernel_size: 3, padding: same, activation: relu}
        repeat: =convs
      - MaxPooling2D: 2
layers:
  - stage: [64, 2]
  - stage: [128, 2]
  - stage: [256, 3]
  - stage: [512, 3]
  - stage: [512, 3]
    name: last
"""

RESNET50 = """
input: [224, 224, 3]
blocks:
  bottleneck:
    args: {width: , stride: 1, first: 1, second: 1}
    layers:
      - Conv2D: {filters: =width, kernel_size: 1, strides: =first, use_bias: false}
      - BatchNormalization
      - ReLU
      - Conv2D: {filters: =width, kernel_size: 3, strides: =second, padding: same}
      - ReLU
      - Conv2D: {filters: =4 * width, kernel_size: 1}
      - Conv2D: {filters: =4 * width, kernel_size: 1, strides: =first * second}
        name: shortcut
        from: input
      - Add:
        name: add
        from: [conv2d_2, shortcut]
layers:
  - ZeroPadding2D: 3
  - Conv2D: {filters: 64, kernel_size: 7, strides: 2}
  - ZeroPadding2D: 1
  - MaxPooling2D: {pool_size: 3, strides: 2}
  - bottleneck: {width: 64}
    repeat: 3
  - bottleneck: {width: 128, STRIDE: 2}
  - bottleneck: {width: 128}
    repeat: 3
  - bottleneck: {width: 256, STRIDE: 2}
  - bottleneck: {width: 256}
    repeat: 5
  - bottleneck: {width: 512, STRIDE: 2}
  - bottleneck: {width: 512}
  - bottleneck: {width: 512}
    name: last
"""

RESNET101 = RESNET50.replace("STRIDE", "first").replace("repeat: 5", "repeat: 22")
RESNET152 = (
    RESNET50.replace("STRIDE", "first")
    .replace("{width: 128}\n    repeat: 3", "{width: 128}\n    repeat: 7")
    .replace("repeat: 5", "repeat: 35")
)

MOBILENET = """
input: [224, 224, 3]
blocks:
  separable:
    args: {filters: , stride: 1}
    layers:
      - DepthwiseConv2D: {kernel_size: 3, strides: =stride, padding: same, use_bias: false}
      - BatchNormalization
      - ReLU: {max_value: 6}
      - Conv2D: {filters: =filters, kernel_size: 1}
        name: pointwise
layers:
  - Conv2D: {filters: 32, kernel_size: 3, strides: 2, padding: same}
  - separable: 64
  - separable: [128, 2]
  - separable: 128
  - separable: [256, 2]
  - separable: 256
  - separable: [512, 2]
  - separable: 512
    repeat: 5
  - separable: [1024, 2]
  - separable: 1024
    name: last
"""


# As in TensorFlow-Slim, from which the published numbers are.
ALEXNET_V2 = """
input: [224, 224, 3]
layers:
  - Conv2D: {filters: 64, kernel_size: 11, strides: 4}
  - MaxPooling2D: {pool_size: 3, strides: 2}
  - Conv2D: {filters: 192, kernel_size: 5, padding: same}
  - MaxPooling2D: {pool_size: 3, strides: 2}
  - Conv2D: {filters: 384, kernel_size: 3, padding: same}
    repeat: 2
  - Conv2D: {filters: 256, kernel_size: 3, padding: same}
  - MaxPooling2D: {pool_size: 3, strides: 2}
    name: last
"""

INCEPTION_V2 = """
input: [224, 224, 3]
blocks:
  conv:
    args: {filters: , kernel: 1, stride: 1}
    layers:
      - Conv2D: {filters: =filters, kernel_size: =kernel, strides: =stride, padding: same}
      - BatchNormalization
      - ReLU
  inception:
    layers:
      - Concatenate:
        branches:
          - [conv: 64]
          - [conv: 64, conv: [64, 3]]
          - [conv: 64, conv: [96, 3], conv: [96, 3]]
          - [AveragePooling2D: {pool_size: 3, strides: 1, padding: same}, conv: 32]
  reduction:
    layers:
      - Concatenate:
        branches:
          - [conv: 128, conv: [160, 3, 2]]
          - [conv: 64, conv: [96, 3], conv: [96, 3, 2]]
          - [MaxPooling2D: {pool_size: 3, strides: 2, padding: same}]
layers:
  - SeparableConv2D: {filters: 64, kernel_size: 7, strides: 2, padding: same}
  - MaxPooling2D: {pool_size: 3, strides: 2, padding: same}
  - conv: 64
  - conv: [192, 3]
  - MaxPooling2D: {pool_size: 3, strides: 2, padding: same}
  - inception
  - inception
  - reduction
  - inception
  - inception
  - inception
  - inception
  - reduction
  - inception
  - inception:
    name: last
"""


@pytest.mark.parametrize(
    ("text", "layer", "expected"),
    [
        (ALEXNET_V2, "last", 195),
        (INCEPTION_V2, "last/concatenate", 699),
        (VGG16, "last/max_pooling2d", 212),
        (RESNET101, "last/add", 1027),
        (RESNET152, "last/add", 1507),
        (RESNET50.replace("STRIDE", "first"), "last/add", 483),
        (RESNET50.replace("STRIDE", "second"), "last/add", 427),
        (MOBILENET, "last/pointwise", 315),
    ],
    ids=[
        "AlexNet v2",
        "Inception v2",
        "VGG-16",
        "ResNet-101 v1",
        "ResNet-152 v1",
        "ResNet-50 v1",
        "ResNet-50 with the stride in the 3x3",
        "MobileNet v1",
    ],
)
def test_published(text: str, layer: str, expected: int) -> None:
    assert size(text, layer) == expected
    found = rows(text, layer)
    assert isinstance(found, ReceptiveField)
    assert found.stride == 32


# Counted by hand.
@pytest.mark.parametrize(
    ("layers", "size", "stride", "offset"),
    [
        (["Conv1D: [1, 3]"], 3, 1, 0),
        (["Conv1D: {filters: 1, kernel_size: 3, padding: same}"], 3, 1, -1),
        (["Conv1D: {filters: 1, kernel_size: 3, padding: causal}"], 3, 1, -2),
        (["Conv1D: {filters: 1, kernel_size: 3, dilation_rate: 4}"], 9, 1, 0),
        (["Conv1D: [1, 3, 2]", "Conv1D: [1, 3]"], 7, 2, 0),
        (["Conv1D: [1, 1, 4]", "MaxPooling1D: 2"], 5, 8, 0),
        (["ZeroPadding1D: [[2, 0]]", "Conv1D: [1, 3]"], 3, 1, -2),
        (["Cropping1D: [[5, 1]]", "AveragePooling1D: 2"], 2, 2, 5),
        (["Conv1D: [1, 5, 2]", "UpSampling1D: 2"], 5, None, None),
        (["Conv1D: [1, 5, 2]", "UpSampling1D: 2", "Conv1D: [1, 2]"], 7, None, None),
        (["UpSampling1D: 2", "AveragePooling1D: 2"], 1, 1, 0),
        (["UpSampling1D: 3", "Conv1D: [1, 1]"], 1, None, None),
        (["Conv1DTranspose: [1, 2, 2]"], 1, None, None),
        (["Conv1DTranspose: [1, 3, 2]"], 2, None, None),
        (["Conv1DTranspose: [1, 4, 2]", "Conv1D: [1, 3]"], 3, None, None),
        (["Conv1D: [1, 3]", "BatchNormalization", "PReLU", "Dropout: 0.5", "Dense: 4"], 3, 1, 0),
        (["Conv1D: [1, 3]", "LayerNormalization", "Softmax", "SpatialDropout1D: 0.1"], 3, 1, 0),
    ],
)  # fmt: skip
def test_along_one_axis(
    layers: list[str], size: int, stride: int | None, offset: int | None
) -> None:
    found = rows(chain(*layers), "last")
    assert isinstance(found, ReceptiveField)
    assert (found.size, found.stride, found.offset) == (size, stride, offset)
    assert found.aligned == (stride is not None)


def test_positions_of_what_is_enlarged_differ() -> None:
    # Every even position of the map is made from two of the input, every odd one from one.
    found = rows(chain("Conv1DTranspose: [1, 3, 2]"), "last")
    assert isinstance(found, ReceptiveField)
    assert [found.at(i) for i in range(5)] == [(-1, 0), (0, 0), (0, 1), (1, 1), (1, 2)]


def test_behind_a_transposed_convolution_fields_are_not_evenly_spaced() -> None:
    # PyTorch: the windows of positions 10 to 13 begin at 7, 7, 9 and 9.
    text = """
input: [64, 64, 1]
layers:
  - Conv2D: {filters: 1, kernel_size: 3, strides: 2, padding: [1, 1]}
  - Conv2DTranspose: {filters: 1, kernel_size: 4, strides: 2, padding: [1, 1]}
  - Conv2D: {filters: 1, kernel_size: 3, padding: [1, 1]}
    name: last
"""
    found = rows(text, "last")
    assert isinstance(found, ReceptiveField)
    assert [found.at(i)[0] for i in range(10, 14)] == [7, 7, 9, 9]
    assert found.to_dict() == {"size": 7, "stride": None, "offset": None, "aligned": False}


def test_only_positions_that_exist_count() -> None:
    # Of three positions in turn the first is written by one, the others by two; one is left.
    layers = ["Conv1DTranspose: [1, 5, 3]", "Cropping1D: [[2, 0]]"]
    whole, one = (rows(chain(*layers, more), "last") for more in ("ReLU", "Cropping1D: [[0, 191]]"))
    assert whole == ReceptiveField((0, 0, 0), (0, 1, 1), 1)
    assert one == ReceptiveField((0,), (0,), 0)


@pytest.mark.parametrize(
    "layers",
    [
        ["LSTM: {units: 4, return_sequences: true}"],
        ["Permute: [[2, 1]]"],
        ["Reshape: [[32, 4]]"],
        ["AdaptiveMaxPooling1D: 4"],
        ["Conv1DTranspose: [1, 1, 2]"],
        [*["UpSampling1D: 2"] * 11],
        ["Conv1D: [4, 3]", "Concatenate: {axis: 1}"],
    ],
)
def test_unknown(layers: list[str]) -> None:
    text = chain(*layers)
    if "Concatenate" in text:
        text = text.replace("    name", "    from: [conv1d, conv1d]\n    name")
    assert rows(text, "last") is None


def test_padding_that_depends_on_an_unknown_size() -> None:
    same = "Conv1D: {filters: 1, kernel_size: 3, padding: same}"
    strided = "Conv1D: {filters: 1, kernel_size: 3, strides: 2, padding: same}"
    assert rows(chain(same, length=None), "last") == ReceptiveField((-1,), (1,))
    assert rows(chain(strided, length=None), "last") is None


@pytest.mark.parametrize(
    "layers",
    [
        ["GlobalAveragePooling1D"],
        ["GlobalMaxPooling1D: {keepdims: true}"],
        ["Flatten", "Dense: 4"],
        ["Flatten", "Dropout: 0.5", "Dense: 4"],
        ["GroupNormalization: 1"],
        ["LayerNormalization: [[1, 2]]"],
        ["Softmax: 1"],
    ],
)
def test_unlimited(layers: list[str]) -> None:
    assert rows(chain(*layers, "ReLU"), "last") == UNLIMITED


def test_a_value_in_a_row_stands_on_no_axis_of_the_input() -> None:
    assert rows(chain("Flatten", "ReLU"), "last") is None


@pytest.mark.parametrize(
    "layers",
    [
        ["LSTM: 4"],
        ["LSTM: {units: 4, return_sequences: true}", "GRU: 4"],
        ["Bidirectional: {layer: {LSTM: {units: 4}}}"],
        ["TimeDistributed: {layer: {Dense: 3}}", "Flatten", "Dense: 4"],
        ["Permute: [[2, 1]]", "Flatten", "Dense: 4"],
        ["Reshape: [[32, 4]]", "Dropout: 0.5", "GlobalAveragePooling1D", "Dense: 4"],
        ["MultiHeadAttention: {num_heads: 2, key_dim: 2}", "GlobalMaxPooling1D", "Dense: 4"],
        ["Flatten", "RepeatVector: 3", "Flatten", "EinsumDense: ['ab,bc->ac', 4]", "Dense: 2"],
    ],
)
def test_what_is_mixed_and_then_read_as_a_whole(layers: list[str]) -> None:
    text = chain(*layers).replace("key_dim: 2}\n", "key_dim: 2}\n    from: [input, input]\n")
    assert rows(text, "last") == UNLIMITED


@pytest.mark.parametrize(
    "layers",
    [
        ["ops.GetItem: {key: [':', -1]}", "Dense: 4"],
        # Which leaves each step by itself, or some of what is mixed unread.
        ["Permute: [[2, 1]]", "GlobalAveragePooling1D"],
        ["Reshape: [[32, 4]]", "MaxPooling1D: 3", "Flatten", "Dense: 4"],
        ["Permute: [[2, 1]]", "Cropping1D: [[1, 0]]", "Flatten", "Dense: 4"],
        ["Reshape: [[32, 4]]", "Cropping1D: [[0, 6]]", "Flatten", "Dense: 4"],
    ],
)
def test_what_may_not_be_read_as_a_whole(layers: list[str]) -> None:
    assert rows(chain(*layers, "ReLU"), "last") is None


def test_words_keep_their_places() -> None:
    text = """
inputs: {words: {shape: [30], dtype: int32}}
layers:
  - Embedding: [100, 8]
  - Conv1D: [4, 5]
  - MaxPooling1D: 2
    name: pooled
  - GlobalAveragePooling1D:
    name: last
"""
    found = fields(text)
    assert found["embedding"] == {"words": (ReceptiveField(),)}
    assert found["pooled"] == {"words": (ReceptiveField((0,), (5,), 2),)}
    assert found["last"] == {"words": (UNLIMITED,)}


def test_channels_that_come_first_as_the_layers_say() -> None:
    text = """
input: [3, 32, 40]
layers:
  - Conv2D: {filters: 4, kernel_size: [3, 5], data_format: channels_first}
    name: last
"""
    layer = with_fields(models.analysis(text)).report.layers[-1]
    assert layer.receptive_field == {
        "input": (ReceptiveField((0,), (2,)), ReceptiveField((0,), (4,)))
    }


def test_a_step_by_itself() -> None:
    text = """
input: [30, 8, 8, 3]
layers:
  - TimeDistributed: {layer: {Conv2D: [4, 3, 2]}}
  - Conv1D: [4, 3]
    name: last
"""
    found = fields(text.replace("Conv1D: [4, 3]", "TimeDistributed: {layer: Flatten}"))
    assert found["time_distributed"] == {
        "input": (
            ReceptiveField(),
            ReceptiveField((0,), (2,), 2),
            ReceptiveField((0,), (2,), 2),
            None,
        )
    }
    assert found["last"] == {"input": (ReceptiveField(), None, None, None)}


def test_attention_without_positions_is_to_other_samples() -> None:
    text = """
input: [4]
layers:
  - Attention:
    from: [input, input]
  - Dense: 2
    name: last
"""
    assert rows(text, "last") is None


@pytest.mark.parametrize(
    ("length", "arguments", "expected"),
    [
        (64, "", UNLIMITED),
        (64, ", sliding_window: 3", UNLIMITED),
        (32, "", UNLIMITED),
        (32, ", sliding_window: 3", None),
    ],
)
def test_what_attention_leaves_out(
    length: int, arguments: str, expected: AxisReceptiveField
) -> None:
    text = f"""
inputs: {{input: [64, 2], query: [{length}, 2]}}
layers:
  - MultiHeadAttention: {{num_heads: 2, key_dim: 2{arguments}}}
    from: [query, input]
  - Flatten:
  - Dense: 4
    name: last
"""
    assert rows(text, "last") == expected


def test_branches_come_together() -> None:
    text = """
input: [32, 3]
layers:
  - Add:
    name: sum
    branches:
      - - Conv1D: {filters: 3, kernel_size: 3, padding: same}
      - - Conv1D: {filters: 3, kernel_size: 5, padding: causal}
      - []
  - Concatenate:
    name: joined
    from: [sum, input]
"""
    assert rows(text, "sum") == ReceptiveField((-4,), (1,), concentric=False)
    assert rows(text, "joined") == ReceptiveField((-4,), (1,), concentric=False)


def test_branches_with_one_centre_are_aligned() -> None:
    text = """
input: [32, 3]
layers:
  - Add:
    branches:
      - - Conv1D: {filters: 3, kernel_size: 3, padding: same}
      - - Conv1D: {filters: 3, kernel_size: 5, padding: same}
      - []
  - Conv1D: {filters: 3, kernel_size: 2, strides: 2}
    name: last
"""
    assert rows(text, "add") == ReceptiveField((-2,), (2,))
    assert rows(text, "last") == ReceptiveField((-2,), (3,), 2)
    assert rows(text.replace("kernel_size: 5", "kernel_size: 4"), "last") == ReceptiveField(
        (-1,), (3,), 2, concentric=False
    )


def test_branches_that_move_differently_are_unknown() -> None:
    text = """
input: [32, 3]
layers:
  - Add:
    branches:
      - - MaxPooling1D: 2
      - - Cropping1D: 8
"""
    assert rows(text, "add") is None


def test_a_map_of_one_position_reaches_everywhere() -> None:
    text = """
input: [32, 32, 3]
layers:
  - Conv2D: {filters: 8, kernel_size: 3}
    name: map
  - GlobalAveragePooling2D: {keepdims: true}
  - Dense: {units: 8, activation: sigmoid}
    name: gate
  - Multiply:
    from: [map, gate]
"""
    assert rows(text, "map") == ReceptiveField((0,), (2,))
    assert rows(text, "gate") == rows(text, "multiply") == UNLIMITED


def test_several_inputs() -> None:
    text = """
inputs: {left: [32, 3], right: [34, 3]}
layers:
  - Conv1D: {filters: 3, kernel_size: 3}
    from: right
  - Add:
    from: [left, conv1d]
"""
    found = fields(text)
    assert found["conv1d"] == {"right": (ReceptiveField((0,), (2,)), None)}
    both = found["add"]
    assert both is not None
    assert {name: axes[0] for name, axes in both.items()} == {
        "left": ReceptiveField(),
        "right": ReceptiveField((0,), (2,)),
    }


def test_channels_first_and_axes_of_their_own() -> None:
    text = """
input: [3, 32, 16]
data_format: channels_first
layers:
  - Conv2D: {filters: 8, kernel_size: [3, 5], strides: [1, 2], activation: relu}
"""
    assert fields(text)["conv2d"] == {
        "input": (None, ReceptiveField((0,), (2,)), ReceptiveField((0,), (4,), 2))
    }


def test_shapes_without_axes() -> None:
    text = "layers:\n  - InputLayer: {batch_shape: []}\n  - ReLU\n"
    assert fields(text)["re_lu"] == {"input_layer": ()}


def test_nothing_is_known_after_a_fault() -> None:
    found = fields("input: [8, 3]\nlayers:\n  - Conv1D: [1, 9]\n  - ReLU\n")
    assert found == {
        "input": {"input": (ReceptiveField(), ReceptiveField())},
        "conv1d": None,
        "re_lu": None,
    }


def test_of_one_layer_only_what_it_is_made_from_is_looked_at() -> None:
    analysis = models.analysis(chain(*["ReLU"] * 4))
    found = receptive_fields(analysis, 2)
    assert found[:3] == receptive_fields(analysis)[:3]
    assert found[3:] == (None,) * len(found[3:])


def test_what_would_take_too_much_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convcalc.analysis.receptive_fields.MAX_ENDS", 2)
    found = receptive_fields(models.analysis(chain(*["ReLU"] * 4)))
    assert found[0] is not None
    assert found[-1] is None


class Drawn(NamedTuple):
    """A layer, and by its definition the positions of its input that a position is made from."""

    entry: str
    reads: Callable[[int, int], set[int]]
    """Of a position, counted from 0, given the size of the input; padding has positions, too."""


SMALL = st.integers(1, 4)


@st.composite
def convolutions(draw: st.DrawFn) -> Drawn:
    kernel = draw(SMALL)
    stride, dilation = draw(st.sampled_from([(1, 1), (2, 1), (3, 1), (1, 2), (1, 3)]))
    padding: Any = draw(st.sampled_from(["valid", "same", "causal", [[1, 0]], [[0, 2]], [[2, 3]]]))
    extent = (kernel - 1) * dilation + 1

    def reads(position: int, size: int) -> set[int]:
        needed = max((-(-size // stride) - 1) * stride + extent - size, 0)
        words = {"valid": 0, "same": needed // 2, "causal": extent - 1}
        before = words[padding] if isinstance(padding, str) else padding[0][0]
        return {position * stride - before + tap * dilation for tap in range(kernel)}

    arguments = f"filters: 2, kernel_size: {kernel}, strides: {stride}, dilation_rate: {dilation}"
    return Drawn(f"Conv1D: {{{arguments}, padding: {padding}}}", reads)


@st.composite
def transposed_convolutions(draw: st.DrawFn) -> Drawn:
    stride = draw(st.integers(1, 3))
    kernel = draw(st.integers(stride, 5))
    before, after = draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
    more = draw(st.integers(0, stride - 1))

    def reads(position: int, _size: int) -> set[int]:
        place = position + before  # which is written at tap place − stride × position of the input
        near = range(place // stride - 6, place // stride + 7)
        return {there for there in near if 0 <= place - stride * there < kernel}

    arguments = f"filters: 2, kernel_size: {kernel}, strides: {stride}, output_padding: {more}"
    return Drawn(f"Conv1DTranspose: {{{arguments}, padding: [[{before}, {after}]]}}", reads)


@st.composite
def others(draw: st.DrawFn) -> Drawn:
    by, before, after = draw(st.tuples(st.integers(1, 3), st.integers(0, 2), st.integers(0, 2)))
    return draw(
        st.sampled_from(
            [
                Drawn(f"UpSampling1D: {by}", lambda i, _: {i // by}),
                Drawn(f"ZeroPadding1D: [[{before}, {after}]]", lambda i, _: {i - before}),
                Drawn(f"Cropping1D: [[{before}, {after}]]", lambda i, _: {i + before}),
                Drawn(f"MaxPooling1D: {by}", lambda i, _: set(range(i * by, i * by + by))),
                Drawn("BatchNormalization:", lambda i, _: {i}),
            ]
        )
    )


CHAINS = st.lists(convolutions() | transposed_convolutions() | others(), min_size=1, max_size=5)


def followed(drawn: list[Drawn], sizes: list[int]) -> list[set[int]]:
    """What each position that a chain gives is made from, position by position."""
    found = []
    for position in range(sizes[-1]):
        read = {position}
        for layer, size in zip(reversed(drawn), reversed(sizes[:-1]), strict=True):
            read = set().union(*(layer.reads(there, size) for there in read))
        found.append(read)
    return found


def sizes_of(text: str) -> dict[str, int] | None:
    report = models.report(text)
    if not report.ok:
        return None
    shapes = {layer.name: layer.output_shapes for layer in report.layers}
    return {name: size for name, each in shapes.items() if each and (size := each[0][1])}


def as_spec(drawn: list[Drawn], prefix: str) -> str:
    return "".join(
        f"  - {layer.entry}\n    name: {prefix}{number}\n    from: {prefix}{number - 1}\n"
        for number, layer in enumerate(drawn, start=1)
    ).replace(f"from: {prefix}0", "from: input")


def check_field(field: AxisReceptiveField, read: list[set[int]]) -> None:
    """Compare a field with what each position is made from."""
    if field is None:
        return
    assert isinstance(field, ReceptiveField)
    ends = [(min(each), max(each)) for each in read]
    assert [field.at(position) for position in range(len(read))] == ends
    assert field.size == max(last - first + 1 for first, last in ends)
    told = field.to_dict()
    if field.stride is None:
        assert told["offset"] is None
        assert not told["aligned"]
    else:
        size, stride, offset = told["size"], told["stride"], told["offset"]
        assert isinstance(size, int)
        assert isinstance(stride, int)
        assert isinstance(offset, int)
        starts = [offset + stride * position for position in range(len(read))]
        assert ends == [(start, start + size - 1) for start in starts]
    moves = {(b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(ends)}
    is_even = len(moves) == 1 and len(set(*moves)) == 1
    assert (field.stride is not None) == is_even or len(read) <= len(field.firsts)


@settings(deadline=None)
@given(drawn=CHAINS, length=st.integers(8, 20))
def test_chains_position_by_position(drawn: list[Drawn], length: int) -> None:
    text = f"input: [{length}, 2]\nlayers:\n{as_spec(drawn, 'a')}"
    sizes = sizes_of(text)
    if sizes is not None:
        check_field(rows(text, f"a{len(drawn)}"), followed(drawn, list(sizes.values())))


@settings(deadline=None)
@given(left=CHAINS, right=CHAINS, length=st.integers(8, 20))
def test_joined_chains_position_by_position(
    left: list[Drawn], right: list[Drawn], length: int
) -> None:
    text = f"input: [{length}, 2]\nlayers:\n{as_spec(left, 'a')}{as_spec(right, 'b')}"
    sizes = sizes_of(text)
    if sizes is None:
        return
    a = [size for name, size in sizes.items() if not name.startswith("b")]
    b = [size for name, size in sizes.items() if not name.startswith("a")]
    least = min(a[-1], b[-1])
    ends = [(f"a{len(left)}", a[-1]), (f"b{len(right)}", b[-1])]
    for name, size in ends:
        text += f"  - Cropping1D: [[0, {size - least}]]\n    name: {name}c\n    from: {name}\n"
    text += f"  - Concatenate:\n    from: [{ends[0][0]}c, {ends[1][0]}c]\n    name: last\n"
    pairs = zip(followed(left, a), followed(right, b), strict=False)
    check_field(rows(text, "last"), [one | other for one, other in pairs])


def test_a_group_of_two_outputs_has_no_field() -> None:
    text = """
blocks:
  two:
    layers:
      - {Conv1D: [2, 3], name: a}
      - {Conv1D: [2, 5], from: input, name: b}
    outputs: [a, b]
  one:
    layers:
      - {Conv1D: [2, 3]}
input: [16, 2]
layers:
  - one
  - two
"""
    groups = with_fields(models.analysis(text)).report.groups
    assert groups["one"].receptive_field == {"input": (ReceptiveField((0,), (2,)),)}
    assert groups["two"].receptive_field is None


def test_only_layers_that_slide_say_where_the_channels_are() -> None:
    text = """
input: [32, 40, 3]
layers:
  - RandomFlip: {data_format: channels_first}
  - Conv2D: [4, [3, 5]]
    from: input
    name: last
"""
    layer = with_fields(models.analysis(text)).report.layers[-1]
    assert layer.receptive_field == {
        "input": (ReceptiveField((0,), (2,)), ReceptiveField((0,), (4,)))
    }


def test_a_faulty_layer_says_nothing_of_channels() -> None:
    text = "input: [32, 40, 3]\nlayers:\n  - Nothing\n  - ReLU: {from: input}\n"
    assert with_fields(models.analysis(text)).report.layers[1].receptive_field is None


def test_a_transposed_window_with_gaps_in_it_and_steps_of_one() -> None:
    found = rows(chain("Conv1DTranspose: {filters: 1, kernel_size: 3, dilation_rate: 2}"), "last")
    assert found == ReceptiveField((-4,), (0,))


def test_the_longest_period_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convcalc.analysis.receptive_fields.MAX_PERIOD", 2)
    assert rows(chain("Conv1DTranspose: [1, 2, 2]"), "last") == ReceptiveField((0, 0), (0, 0))
    assert rows(chain("Conv1DTranspose: [1, 3, 3]"), "last") is None
