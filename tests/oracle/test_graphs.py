"""Random models against real Keras: its files read by us, and every layer and weight compared."""

import os
from pathlib import Path
from typing import Any

import pytest

from convcalc import api, formats
from convcalc.analysis import engine
from convcalc.formats.spec.writer import UnwritableError
from convcalc.network import Network

graphs = pytest.importorskip("oracle.graphs", reason="the judge needs Keras")
models = pytest.importorskip("oracle.models", reason="the judge needs Keras")

pytestmark = pytest.mark.oracle

# The same models every time, unless the variable asks for a fresh search.
BASE = int(os.environ.get("CONVCALC_ORACLE_SEED", "0"))
GRAPHS, EACH = 600, 20
SAVED = 10
"""Every how many-th model is also saved as an archive."""


@pytest.mark.parametrize("first", range(BASE, BASE + GRAPHS, EACH))
def test_equals_keras(first: int, tmp_path: Path) -> None:
    failures = [
        failure for number in range(first, first + EACH) for failure in failed(number, tmp_path)
    ]
    if failures:
        pytest.fail("\n\n".join(failures), pytrace=False)


def failed(number: int, folder: Path) -> list[str]:
    """How we differ from Keras on the file of a number, once for each form of it."""
    file = graphs.random_file(number)
    forms: dict[str, Any] = {"json": file.text.encode()}
    if number % SAVED == 0:
        forms["keras"] = file.archive(folder)
    return [
        f"model {number} (CONVCALC_ORACLE_SEED={number}), as {form}:\n{told}"
        for form, data in forms.items()
        if (told := difference(data, f"{number}.{form}", file.model))
    ]


def difference(data: bytes, source: str, model: Any) -> str:
    """How our report on a file differs from a model of Keras, a line each.

    Written as a spec, each must come to the same: that is what `convert` compares itself. Where a
    model that is applied several times reads one tensor twice, there are no words for it.
    """
    try:
        network = formats.parse(data, source)
        report = engine.summarize(network)
        unwritable = not_written(network)
    except Exception as error:  # noqa: BLE001 - whatever we raise is a failure, told with its model
        return f"{type(error).__name__}: {error}"
    return "\n".join([*unwritable, *models.differences(report, model)])


def not_written(network: Network) -> list[str]:
    """Why a network can't be written as a spec, unless there are no words for it."""
    try:
        api.convert(network)
    except UnwritableError as error:
        return [] if "reads one tensor twice" in str(error) else [f"convert: {error}"]
    return []
