"""Receptive fields against real Keras: which positions of an input change a position's value."""

import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import models
from convcalc.analysis.receptive_fields import receptive_fields
from convcalc.report.costs import UNLIMITED, ReceptiveField

keras_judge = pytest.importorskip("oracle.keras_judge", reason="the judge needs Keras")
np = pytest.importorskip("numpy")

pytestmark = pytest.mark.oracle

SIZE = 24
KERNELS = st.integers(1, 5)
STRIDES = st.integers(1, 3)
PADDINGS = st.sampled_from(["valid", "same"])


def layer(kind: str, **arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.tuples(st.just(kind), st.fixed_dictionaries(arguments))


CONVOLUTION = {
    "filters": st.just(1),
    "use_bias": st.just(False),
    "kernel_initializer": st.just("ones"),
}
LAYERS = st.one_of(
    layer("Conv1D", **CONVOLUTION, kernel_size=KERNELS, strides=STRIDES, padding=PADDINGS),
    layer(
        "Conv1D",
        **CONVOLUTION,
        kernel_size=KERNELS,
        dilation_rate=STRIDES,
        padding=st.sampled_from(["valid", "same", "causal"]),
    ),
    layer("Conv1DTranspose", **CONVOLUTION, kernel_size=KERNELS, strides=STRIDES, padding=PADDINGS),
    layer("MaxPooling1D", pool_size=KERNELS, strides=STRIDES, padding=PADDINGS),
    layer("AveragePooling1D", pool_size=KERNELS, strides=STRIDES, padding=PADDINGS),
    layer("UpSampling1D", size=STRIDES),
    layer("ZeroPadding1D", padding=st.lists(st.integers(0, 3), min_size=2, max_size=2)),
    layer("Cropping1D", cropping=st.lists(st.integers(0, 2), min_size=2, max_size=2)),
    layer("ReLU"),
)


def spec(chain: list[tuple[str, dict[str, Any]]]) -> str:
    lines = "".join(f"  - {kind}: {arguments}\n" for kind, arguments in chain)
    return (
        f"input: [{SIZE}, 1]\nlayers:\n{lines}".replace("False", "false")
        .replace("True", "true")
        .replace("None", "null")
    )


def reached(chain: list[tuple[str, dict[str, Any]]]) -> Any:
    """For each position that is given, which positions of the input it depends on."""
    x = np.eye(SIZE, dtype="float32")[:, :, None]  # one impulse in each sample
    for kind, arguments in chain:
        x = np.sign(computed(kind, arguments, x))  # so that nothing becomes too large or small
    return x[:, :, 0].T > 0


def computed(kind: str, arguments: dict[str, Any], x: Any) -> Any:
    """What Keras computes."""
    made = keras_judge.make(kind, arguments)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.asarray(made(x))


@settings(deadline=None)
@given(chain=st.lists(LAYERS, min_size=1, max_size=5))
def test_positions_that_are_read(chain: list[tuple[str, dict[str, Any]]]) -> None:
    analysis = models.analysis(spec(chain))
    report = analysis.report
    if not report.ok:
        return
    fields = receptive_fields(analysis)[-1]
    assert fields is not None
    field = fields["input"][0]
    if not isinstance(field, ReceptiveField):
        return
    # Where there is padding on the way, a field may begin or end in what was there before it.
    exact = all(
        "padding" not in arguments or arguments["padding"] == "valid" for _, arguments in chain
    ) and not any(kind == "Conv1DTranspose" for kind, _ in chain)
    for position, read in enumerate(reached(chain)):
        first, last = field.at(position)
        seen = np.flatnonzero(read).tolist()
        assert not seen or first <= seen[0] <= seen[-1] <= last
        assert not exact or [seen[0], seen[-1]] == [first, last]


STEPS, FEATURES = 6, 4
ROUNDING = 1e-6
UNITS = st.integers(2, 4)
SEQUENCES = st.booleans()
MIXING = st.one_of(
    layer("Flatten"),
    layer("Dense", units=UNITS, activation=st.sampled_from(["tanh", "softmax"])),
    layer("EinsumDense", equation=st.just("abc,bcd->ad"), output_shape=UNITS),
    layer("Permute", dims=st.permutations([1, 2])),
    layer("Reshape", target_shape=st.sampled_from([[-1], [-1, 2], [2, -1], [3, -1], [-1, 4]])),
    layer("RepeatVector", n=st.integers(1, 3)),
    layer("LSTM", units=UNITS, return_sequences=SEQUENCES),
    layer("GRU", units=UNITS, return_sequences=SEQUENCES, go_backwards=SEQUENCES),
    layer(
        "Bidirectional",
        layer=st.fixed_dictionaries(
            {"LSTM": st.fixed_dictionaries({"units": UNITS, "return_sequences": SEQUENCES})}
        ),
    ),
    layer("TimeDistributed", layer=st.just({"Dense": {"units": 3}})),
    layer("GlobalAveragePooling1D", keepdims=SEQUENCES),
    layer("Softmax", axis=st.sampled_from([1, -1])),
    layer("Conv1D", filters=st.just(3), kernel_size=KERNELS, strides=STRIDES),
    layer("AveragePooling1D", pool_size=KERNELS, strides=STRIDES),
    layer("Cropping1D", cropping=st.sampled_from([[1, 0], [0, 1]])),
)


def changes(chain: list[tuple[str, dict[str, Any]]]) -> Any:
    """By how much each value that is given changes with each step of the input."""
    random = np.random.default_rng(0)
    x = random.normal(size=(1, STEPS, FEATURES))
    x = np.concatenate([x, x + 3 * np.eye(STEPS)[:, :, None] * random.normal(size=FEATURES)])
    for kind, arguments in chain:
        x = computed(kind, {**arguments, "dtype": "float64"}, x)
    return abs(x[1:] - x[:1]).reshape(STEPS, -1)


@settings(deadline=None, max_examples=400)
@given(chain=st.lists(MIXING, min_size=1, max_size=4))
def test_what_is_read_as_a_whole(chain: list[tuple[str, dict[str, Any]]]) -> None:
    text = spec(chain).replace(f"[{SIZE}, 1]", f"[{STEPS}, {FEATURES}]")
    analysis = models.analysis(text)
    report = analysis.report
    if not report.ok:
        return
    fields = receptive_fields(analysis)
    ends = [each["input"][0] if each else None for each in fields]
    # Of an axis that is read as a whole, that is all which has come to it.
    whole = ends.index(UNLIMITED) if UNLIMITED in ends else len(ends)
    lost = any(kind in {"Conv1D", "AveragePooling1D", "Cropping1D"} for kind, _ in chain[:whole])
    if ends[-1] == UNLIMITED and not lost:
        seen = changes(chain)
        # A value may be the same whatever is read, but for roundings: a mean of a softmax.
        same = seen.max(axis=0) < ROUNDING
        assert (same | (seen > 0).all(axis=0)).all()
