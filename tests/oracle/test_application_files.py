"""Every network of keras.applications: its file read by us, each layer and weight compared."""

import gc
import inspect
from collections.abc import Iterator

import pytest

from convcalc import formats
from convcalc.analysis import engine

models = pytest.importorskip("oracle.models", reason="the judge needs Keras")
keras = models.keras

pytestmark = pytest.mark.oracle

APPLICATIONS = [name for name, _ in inspect.getmembers(keras.applications, inspect.isfunction)]


@pytest.fixture(autouse=True)
def one_at_a_time() -> Iterator[None]:
    """Let go of a network before the next one is made."""
    yield
    keras.backend.clear_session()
    gc.collect()


def test_finds_all() -> None:
    assert len(APPLICATIONS) == 40


@pytest.mark.parametrize("name", APPLICATIONS)
def test_equals_keras(name: str) -> None:
    model = models.application(name)
    file = model.to_json().encode()
    report = engine.summarize(formats.parse(file, f"{name}.json"))
    found = list(models.differences(report, model))
    if found:
        pytest.fail("\n".join(found), pytrace=False)
