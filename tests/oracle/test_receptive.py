"""Receptive fields against real Keras: which positions of an input change a position's value."""

import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import models
from convcalc.costs import Field
from convcalc.receptive import receptive_fields

keras_judge = pytest.importorskip("oracle.keras_judge", reason="the judge needs Keras")
keras = keras_judge.keras
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
    return f"input: [{SIZE}, 1]\nlayers:\n{lines}".replace("False", "false")


def reached(chain: list[tuple[str, dict[str, Any]]]) -> Any:
    """For each position that is given, which positions of the input it depends on."""
    x = np.eye(SIZE, dtype="float32")[:, :, None]  # one impulse in each sample
    for kind, arguments in chain:
        made = getattr(keras.layers, kind)(**arguments)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            x = np.sign(np.asarray(made(x)))  # so that nothing becomes too large or small
    return x[:, :, 0].T > 0


@settings(deadline=None)
@given(chain=st.lists(LAYERS, min_size=1, max_size=5))
def test_positions_that_are_read(chain: list[tuple[str, dict[str, Any]]]) -> None:
    network, report = models.network(spec(chain)), models.report(spec(chain))
    if not report.ok:
        return
    fields = receptive_fields(network, report)[-1]
    assert fields is not None
    field = fields["input"][0]
    if not isinstance(field, Field):
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
