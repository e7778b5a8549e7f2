"""Cases of the preprocessing layers."""

from hypothesis import strategies as st

from oracle.outcome import Case
from oracle.strategies.values import FLAG, NO_AXIS, NO_FLAG, along_axes, on_any, one_of


@st.composite
def normalizations(draw: st.DrawFn) -> Case:
    statistics = one_of(0.5, 1, [1, 2, 3, 4], [0.5], [1, 2, 3, 4, 5, 6], [[1, 2], [3, 4]])
    mean = draw(statistics)
    variance = mean if draw(FLAG) else draw(statistics)
    given = draw(one_of({}, {"mean": mean, "variance": variance}))
    return draw(
        along_axes(
            {name: st.just(value) for name, value in given.items()},
            {"invert": FLAG},
            {
                "axis": NO_AXIS,
                "mean": one_of("a", [[1, 2]], 1, [], {}),
                "variance": statistics | one_of("a", [1, 2, 3], [[1], [1, 2]]),
                "invert": NO_FLAG,
            },
            several=True,
        )
    )


STRATEGIES = {
    "Rescaling": on_any({"scale": one_of(0.5, 1, [1, 2])}, {"offset": one_of(0, -1.5)}),
    "Normalization": normalizations(),
}
