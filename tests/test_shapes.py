"""Arithmetic on dimensions, of which some are unknown."""

import pytest

from convcalc import shapes
from convcalc.shapes import Dim, Shape

MIXED: Shape = (2, None, 4)


def test_arithmetic_on_known_dimensions() -> None:
    assert shapes.add(3, -1) == 2
    assert shapes.scale(3, 2) == 6
    assert shapes.product((2, 3, 4)) == 24
    assert shapes.total((2, 3, 4)) == 9
    assert shapes.map_dim(lambda size: size // 2, 7) == 3


def test_what_is_computed_from_an_unknown_dimension_is_unknown() -> None:
    assert shapes.add(None, -1) is None
    assert shapes.scale(None, 2) is None
    assert shapes.product(MIXED) is None
    assert shapes.total(MIXED) is None
    assert shapes.map_dim(lambda size: size // 2, None) is None


def test_nothing_has_one_value_and_no_sum() -> None:
    assert shapes.product(()) == 1
    assert shapes.total(()) == 0


def test_a_product_with_0_is_unknown_with_one_of_its_factors() -> None:
    assert shapes.product((0, None)) is None


def test_only_a_known_dimension_is_empty() -> None:
    assert [shapes.is_empty(dim) for dim in (1, 0, -2, None)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("a", "b", "agree", "can_broadcast", "together"),
    [
        pytest.param(3, 3, True, True, 3, id="equal"),
        pytest.param(3, 4, False, False, None, id="unequal"),
        pytest.param(1, 4, False, True, 4, id="a 1 is repeated"),
        pytest.param(4, 1, False, True, 4, id="the other 1 is repeated"),
        pytest.param(1, 0, False, True, 0, id="a 1 is repeated 0 times"),
        pytest.param(0, 2, False, False, None, id="nothing is not repeated"),
        pytest.param(None, 4, True, True, None, id="unknown may be 1 or 4"),
        pytest.param(1, None, True, True, None, id="unknown may be any"),
    ],
)
def test_two_dimensions(a: Dim, b: Dim, agree: bool, can_broadcast: bool, together: Dim) -> None:
    assert shapes.agree(a, b) is agree
    assert shapes.can_broadcast(a, b) is can_broadcast
    if can_broadcast:
        assert shapes.broadcast(a, b) == together


# As keras.src.ops.operation_utils.broadcast_shapes gives them.
@pytest.mark.parametrize(
    ("a", "b", "together"),
    [
        pytest.param((2, 3), (2, 3), (2, 3), id="equal"),
        pytest.param((2, 1), (1, 3), (2, 3), id="a 1 is repeated"),
        pytest.param((4, 2, 3), (3,), (4, 2, 3), id="aligned at the last axis"),
        pytest.param((), (3,), (3,), id="a scalar"),
        pytest.param((None,), (3,), (3,), id="unknown is taken for the other"),
        pytest.param((3,), (None,), (3,), id="the other unknown is, too"),
        pytest.param((None,), (0,), (0,), id="unknown is taken for nothing"),
        pytest.param((None,), (1,), (None,), id="unknown and 1 stay unknown"),
        pytest.param((1,), (None,), (None,), id="1 and unknown stay unknown"),
        pytest.param((None,), (None,), (None,), id="both unknown"),
    ],
)
def test_shapes_combined_as_by_operations(a: Shape, b: Shape, together: Shape) -> None:
    assert shapes.broadcast_shapes(a, b) == together


def test_shapes_that_do_not_combine() -> None:
    with pytest.raises(ValueError, match=r"\(4, 2, 3\) and \(5, 1\) differ at axis -2: 2 and 5"):
        shapes.broadcast_shapes((4, 2, 3), (5, 1))


def test_shapes_that_can_be_the_same() -> None:
    assert shapes.same((2, None), (None, 3))
    assert not shapes.same((2, None), (3, None))
    assert not shapes.same((2,), (2, 1))


def test_what_is_left_of_a_shape() -> None:
    assert shapes.reduce(MIXED, None) == ()
    assert shapes.reduce(MIXED, (0, 2)) == (None,)
    assert shapes.reduce(MIXED, ()) == MIXED
    assert shapes.reduce(MIXED, (1,), keepdims=True) == (2, 1, 4)
    assert shapes.reduce(MIXED, None, keepdims=True) == (1, 1, 1)


def test_one_axis_of_a_shape() -> None:
    assert shapes.replace(MIXED, 1, 3) == (2, 3, 4)
    assert shapes.insert(MIXED, 0, None) == (None, 2, None, 4)
    assert shapes.insert(MIXED, 3, 1) == (2, None, 4, 1)


def test_a_slice_of_a_dimension() -> None:
    assert shapes.take(8, slice(1, -1, 2)) == 3
    assert shapes.take(8, slice(None, None, -1)) == 8
    assert shapes.take(8, slice(9, None)) == 0
    assert shapes.take(None, slice(0, 2)) is None


@pytest.mark.parametrize(
    ("offset", "length"), [(0, 3), (1, 3), (2, 2), (4, 0), (9, 0), (-1, 2), (-3, 0)]
)
def test_a_diagonal(offset: int, length: int) -> None:
    assert shapes.diagonal(3, 4, offset) == length
    assert shapes.diagonal(3, None, offset) is None


def test_the_known_one_of_two_dimensions() -> None:
    assert shapes.either(None, 4) == 4
    assert shapes.either(4, None) == 4
    assert shapes.either(None, None) is None


# As keras.layers.Reshape gives them.
@pytest.mark.parametrize(
    ("size", "target", "shape"),
    [
        pytest.param(12, (4, 3), (4, 3), id="exactly"),
        pytest.param(12, (2, -1), (2, 6), id="what is left"),
        pytest.param(0, (-1,), (0,), id="nothing is left of nothing"),
        pytest.param(1, (), (), id="one value"),
        pytest.param(None, (2, 5), (2, 5), id="an unknown size fits"),
        pytest.param(None, (-1, 5), (None, 5), id="unknown is left of an unknown size"),
        pytest.param(4, (None, -1, 2), (None, None, 2), id="unknown is left by an unknown size"),
    ],
)
def test_reshape(size: Dim, target: Shape, shape: Shape) -> None:
    assert shapes.reshape(size, target) == shape


@pytest.mark.parametrize(
    ("size", "target", "reason"),
    [
        pytest.param(64, (4, 5), "which holds 20", id="another size"),
        pytest.param(64, (-1, 5), "since 64 is not a multiple of 5", id="not divisible"),
        pytest.param(0, (-1, 0), "since 0 is not a multiple of 0", id="nothing to divide by"),
        pytest.param(2, (), "which holds 1", id="two values are not one"),
    ],
)
def test_reshape_refuses(size: int, target: Shape, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        shapes.reshape(size, target)


@pytest.mark.parametrize(
    ("data_format", "shape"),
    [
        pytest.param(None, (None, 8, 9, 3), id="default"),
        pytest.param("channels_last", (None, 8, 9, 3), id="last"),
        pytest.param("channels_first", (None, 3, 8, 9), id="first"),
    ],
)
def test_the_parts_of_a_shape(data_format: str | None, shape: Shape) -> None:
    assert shapes.spatial(shape, data_format) == (8, 9)
    assert shape[shapes.channel_axis(data_format)] == 3
    assert shapes.assemble(None, (8, 9), 3, data_format) == shape
    halved = shapes.with_spatial(shape, (4, None), data_format)
    assert shapes.spatial(halved, data_format) == (4, None)
    assert halved[shapes.channel_axis(data_format)] == 3


def test_shapes_as_keras_prints_them() -> None:
    assert shapes.format_shape((None, 16, 16, 10)) == "(None, 16, 16, 10)"
    assert shapes.format_shape((None,)) == "(None,)"
    assert shapes.format_shape(()) == "()"


def test_sizes_as_people_write_them() -> None:
    assert shapes.format_sizes((3, 3, 10, 20)) == "3×3×10×20"
    assert shapes.format_sizes((None, 7)) == "?×7"
    assert shapes.format_sizes(()) == "1"
