"""Windows on one axis: literal places, and places counted one by one."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convcalc.windows import Padding, Reading, extent, slide, slide_transposed

SIZES = st.integers(0, 40)
KERNELS = st.integers(1, 7)
STRIDES = st.integers(1, 5)
DILATIONS = st.integers(1, 4)
ENDS = st.integers(0, 6)


# Measured with keras.layers.Conv1D; the cases with numbers and with ceil mode with
# torch.nn.Conv1d and torch.nn.MaxPool1d.
@pytest.mark.parametrize(
    ("size", "kernel", "stride", "dilation", "padding", "ceil_mode", "expected"),
    [
        # FACTS: the case that the tool exists for.
        pytest.param(32, 4, 2, 1, "same", False, (1, 1, 16), id="same halves"),
        pytest.param(16, 3, 2, 1, "same", False, (0, 1, 8), id="same pads the odd one after"),
        pytest.param(7, 3, 2, 1, "same", False, (1, 1, 4), id="same rounds up"),
        pytest.param(9, 2, 1, 1, "same", False, (0, 1, 9), id="same with an even kernel"),
        pytest.param(9, 4, 1, 1, "same", False, (1, 2, 9), id="same with a larger even kernel"),
        pytest.param(9, 1, 3, 1, "same", False, (0, 0, 3), id="same never crops"),
        pytest.param(9, 3, 1, 2, "same", False, (2, 2, 9), id="same counts the dilation"),
        pytest.param(10, 3, 2, 1, "valid", False, (0, 0, 4), id="valid rounds down"),
        pytest.param(5, 5, 1, 1, "valid", False, (0, 0, 1), id="valid at exactly the kernel"),
        pytest.param(9, 3, 1, 2, "valid", False, (0, 0, 5), id="valid counts the dilation"),
        pytest.param(5, 3, 2, 1, "causal", False, (2, 0, 3), id="causal pads before"),
        pytest.param(10, 3, 1, 2, "causal", False, (4, 0, 10), id="causal counts the dilation"),
        # FACTS: an even kernel with symmetric padding k/2 grows the map by one.
        pytest.param(160, 16, 1, 1, (8, 8), False, (8, 8, 161), id="half an even kernel grows"),
        pytest.param(112, 3, 2, 1, (1, 1), False, (1, 1, 56), id="numbers round down"),
        pytest.param(8, 3, 2, 1, (0, 1), False, (0, 1, 4), id="numbers at one end"),
        pytest.param(8, 3, 2, 1, "valid", True, (0, 0, 4), id="ceil mode overhangs"),
        pytest.param(7, 3, 2, 1, "valid", True, (0, 0, 3), id="ceil mode without a rest"),
        pytest.param(2, 3, 2, 1, "valid", True, (0, 0, 1), id="ceil mode overhangs at once"),
        # FACTS: one less if the last window would start at or beyond the end; naively 3.
        pytest.param(5, 2, 3, 1, (1, 1), True, (1, 1, 2), id="ceil mode drops a start in padding"),
    ],
)
def test_slide(
    size: int,
    kernel: int,
    stride: int,
    dilation: int,
    padding: Padding,
    ceil_mode: bool,
    expected: tuple[int, int, int],
) -> None:
    window = slide(size, kernel, stride, dilation, padding, ceil_mode=ceil_mode)
    assert (window.before, window.after, window.output) == expected
    assert window.fits


@pytest.mark.parametrize(
    ("padding", "ends"),
    [("valid", (0, 0)), ("same", (None, None)), ("causal", (4, 0)), ((1, 2), (1, 2))],
)
def test_an_unknown_size_fits(padding: Padding, ends: tuple[int | None, int | None]) -> None:
    window = slide(None, 5, padding=padding)
    assert (window.before, window.after) == ends
    assert window.output is None
    assert window.fits


def test_a_window_larger_than_the_axis_does_not_fit() -> None:
    assert not slide(4, 5).fits
    assert not slide(4, 3, dilation=2).fits
    assert not slide(2, 5, padding=(1, 1)).fits
    assert not slide(1, 3, stride=2, ceil_mode=True).fits


def test_an_empty_axis_fits_only_with_same_and_causal() -> None:
    assert (slide(0, 3, padding="same").output, slide(0, 3, padding="same").fits) == (0, True)
    assert (slide(0, 3, 2, padding="causal").output, slide(0, 3, padding="causal").fits) == (
        0,
        True,
    )
    assert not slide(0, 1).fits
    assert not slide(0, 1, padding=(0, 0)).fits


# Measured with keras.layers.Conv1DTranspose; the cases with numbers with
# torch.nn.ConvTranspose1d. What is cut off before is as Keras's backend_utils gives it.
@pytest.mark.parametrize(
    ("size", "kernel", "stride", "dilation", "padding", "output_padding", "expected"),
    [
        # FACTS: None is not 0: 24 and 23.
        pytest.param(12, 3, 2, 1, "same", None, (0, 1, 24), id="same without output_padding"),
        pytest.param(12, 3, 2, 1, "same", 0, (1, 1, 23), id="same with output_padding 0"),
        pytest.param(12, 3, 2, 1, "same", 1, (0, 1, 24), id="same with output_padding 1"),
        pytest.param(12, 3, 2, 1, "valid", None, (0, 0, 25), id="valid without output_padding"),
        pytest.param(12, 3, 2, 1, "valid", 0, (0, 0, 25), id="valid with output_padding 0"),
        pytest.param(5, 1, 3, 1, "valid", None, (0, -2, 15), id="valid fills up to the stride"),
        pytest.param(5, 1, 3, 1, "valid", 0, (0, 0, 13), id="valid with 0 does not fill up"),
        pytest.param(5, 3, 1, 2, "valid", None, (0, 0, 9), id="valid counts the dilation"),
        pytest.param(5, 2, 1, 1, "same", 0, (1, 1, 4), id="same with an even kernel"),
        pytest.param(5, 2, 1, 2, "same", 0, (1, 1, 5), id="same with an even kernel, dilated"),
        pytest.param(5, 4, 2, 1, "same", None, (1, 1, 10), id="same doubles"),
        pytest.param(8, 4, 2, 1, (1, 1), None, (1, 1, 16), id="numbers are cut off"),
        pytest.param(8, 3, 2, 1, (1, 1), 1, (1, 0, 16), id="output_padding lengthens the end"),
        # 7 × 2 + 4 = 18, without 1 before and 3 after.
        pytest.param(8, 4, 2, 1, (1, 3), None, (1, 3, 14), id="each end has a number of its own"),
        pytest.param(8, 4, 2, 1, (1, 3), 1, (1, 2, 15), id="output_padding is at the end alone"),
    ],
)
def test_slide_transposed(
    size: int,
    kernel: int,
    stride: int,
    dilation: int,
    padding: Padding,
    output_padding: int | None,
    expected: tuple[int, int, int],
) -> None:
    window = slide_transposed(
        size, kernel, stride, dilation, padding, output_padding=output_padding
    )
    assert (window.before, window.after, window.output) == expected
    assert window.fits


def test_an_unknown_size_stays_unknown_transposed() -> None:
    window = slide_transposed(None, 3, 2, padding="same")
    assert (window.before, window.after, window.output, window.fits) == (0, 1, None, True)


def test_a_transposed_output_may_be_empty_only_with_a_word() -> None:
    assert slide_transposed(1, 2, padding="same", output_padding=0).output == 0
    assert slide_transposed(1, 2, padding="same", output_padding=0).fits
    assert not slide_transposed(0, 1, 2, output_padding=0).fits
    assert not slide_transposed(1, 2, padding=(1, 1)).fits


def test_a_transposed_window_is_never_causal() -> None:
    with pytest.raises(ValueError, match="no causal padding"):
        slide_transposed(5, 3, padding="causal")


@given(SIZES, KERNELS, STRIDES, DILATIONS, ENDS, ENDS)
def test_the_output_counts_the_places(
    size: int, kernel: int, stride: int, dilation: int, before: int, after: int
) -> None:
    window = slide(size, kernel, stride, dilation, (before, after))
    length = before + size + after
    places = [
        start for start in range(0, length, stride) if start + dilation * (kernel - 1) < length
    ]
    assert max(window.output or 0, 0) == len(places)
    assert window.fits is bool(places)


@given(SIZES, KERNELS, STRIDES, DILATIONS, ENDS)
def test_ceil_mode_counts_the_places_that_reach_the_end(
    size: int, kernel: int, stride: int, dilation: int, padding: int
) -> None:
    length = size + 2 * padding
    span = extent(kernel, dilation)
    # PyTorch refuses to pad by more than half of a kernel.
    assume(size > 0 and padding <= kernel // 2 and span <= length)
    places = [0]
    while places[-1] + span < length and places[-1] + stride < padding + size:
        places.append(places[-1] + stride)
    ends = (padding, padding)
    assert slide(size, kernel, stride, dilation, ends, ceil_mode=True).output == len(places)


@given(SIZES, KERNELS, STRIDES, DILATIONS)
def test_same_pads_no_more_than_it_needs(
    size: int, kernel: int, stride: int, dilation: int
) -> None:
    assume(size > 0)
    same = slide(size, kernel, stride, dilation, "same")
    assert same.before is not None
    assert same.after is not None
    assert same.output == len(range(0, size, stride))
    assert 0 <= same.after - same.before <= 1
    padded = slide(size, kernel, stride, dilation, (same.before, same.after))
    assert padded.output == same.output
    if same.after:
        less = slide(size, kernel, stride, dilation, (same.before, same.after - 1))
        assert less.output == same.output - 1


@given(SIZES, KERNELS, STRIDES, DILATIONS)
def test_causal_sees_no_later_position(size: int, kernel: int, stride: int, dilation: int) -> None:
    window = slide(size, kernel, stride, dilation, "causal")
    assert window.before is not None
    ends = [start + window.extent - 1 - window.before for start in range(0, size, stride)]
    assert ends == list(range(0, size, stride))
    assert window.output == len(ends)


@given(SIZES, KERNELS, STRIDES, DILATIONS)
def test_a_transposed_window_writes_what_the_window_read(
    size: int, kernel: int, stride: int, dilation: int
) -> None:
    window = slide(size, kernel, stride, dilation)
    assume(window.fits and window.output is not None)
    back = slide_transposed(window.output, kernel, stride, dilation, output_padding=0)
    assert back.output is not None
    # All but the positions at the end that no window reaches.
    assert 0 <= size - back.output < stride


@given(st.integers(1, 20), KERNELS, STRIDES, DILATIONS, st.sampled_from(["valid", "same"]))
def test_what_is_cut_off_and_the_output_make_the_whole(
    size: int, kernel: int, stride: int, dilation: int, padding: Padding
) -> None:
    window = slide_transposed(size, kernel, stride, dilation, padding)
    written = {i * stride + offset * dilation for i in range(size) for offset in range(kernel)}
    assert window.output is not None
    assert window.before + window.output + window.after == max(written) + 1


@given(
    SIZES,
    KERNELS,
    STRIDES,
    DILATIONS,
    st.sampled_from(["valid", "same", "causal"]) | st.tuples(ENDS, ENDS),
    st.data(),
)
def test_at_reads_the_places_under_the_kernel(
    size: int, kernel: int, stride: int, dilation: int, padding: Padding, data: st.DataObject
) -> None:
    window = slide(size, kernel, stride, dilation, padding)
    assume(window.output and window.output > 0)
    assert window.output is not None
    assert window.before is not None
    position = data.draw(st.integers(0, window.output - 1))
    under = [position * stride - window.before + tap * dilation for tap in range(kernel)]
    check_reading(window.at(position), under, size)


@given(
    SIZES,
    KERNELS,
    STRIDES,
    DILATIONS,
    st.sampled_from(["valid", "same"]) | st.tuples(ENDS, ENDS),
    st.data(),
)
def test_at_reads_the_places_that_write_there(
    size: int, kernel: int, stride: int, dilation: int, padding: Padding, data: st.DataObject
) -> None:
    window = slide_transposed(size, kernel, stride, dilation, padding)
    assume(window.output and window.output > 0)
    assert window.output is not None
    position = data.draw(st.integers(0, window.output - 1))
    written = {
        source
        for source in range(-60, 120)
        for tap in range(kernel)
        if source * stride + tap * dilation - window.before == position
    }
    check_reading(window.at(position), sorted(written), size)


def check_reading(reading: Reading | None, places: list[int], size: int) -> None:
    assert reading is not None
    inside = [place for place in places if 0 <= place < size]
    assert list(range(reading.first, reading.last + 1, reading.step)) == inside
    assert reading.before == sum(place < 0 for place in places)
    assert reading.after == sum(place >= size for place in places)


def test_at_is_unknown_with_the_size() -> None:
    assert slide(None, 3).at(0) is None
    assert slide(None, 3, padding="same").at(0) is None
    assert slide_transposed(None, 3).at(0) is None


def test_at_a_kernel_that_could_not_be_counted() -> None:
    assert slide(10**12, 10**11, padding="same").at(0) == Reading(0, 5 * 10**10, 1, 5 * 10**10 - 1)


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "covered", "unread"),
    [
        pytest.param(28, 3, 2, 27, 1, id="the last position is missed"),
        pytest.param(27, 3, 2, 27, 0, id="all are read"),
        pytest.param(10, 2, 4, 10, 0, id="gaps are no rest"),
        pytest.param(12, 2, 4, 10, 2, id="a rest of more than one"),
    ],
)
def test_what_is_covered(size: int, kernel: int, stride: int, covered: int, unread: int) -> None:
    window = slide(size, kernel, stride)
    assert (window.covered, window.unread) == (covered, unread)


def test_padding_before_is_not_taken_for_positions_that_are_read() -> None:
    # Windows of 2 from -1, 2 and 5 on: of 9 positions the last one read is number 6.
    window = slide(9, 2, 3, padding=(1, 0))
    assert (window.output, window.covered, window.unread) == (3, 8, 2)


def test_nothing_is_unread_where_nothing_is_known() -> None:
    assert slide(None, 3, 2).unread == 0
    assert slide(None, 3, 2).covered is None
