"""What we have beyond Keras against the recorded table of PyTorch's sizes; needs no PyTorch."""

import json
from pathlib import Path
from typing import Any

import pytest

from oracle.outcome import Accepted, Refused, infer

RECORDED = Path(__file__).with_name("recorded_torch.jsonl")
ROWS = [json.loads(line) for line in RECORDED.read_text(encoding="utf-8").splitlines()]

KINDS = {
    "MaxPool1d": "MaxPooling1D",
    "MaxPool2d": "MaxPooling2D",
    "AvgPool2d": "AveragePooling2D",
    "Conv2d": "Conv2D",
    "ConvTranspose2d": "Conv2DTranspose",
}
NAMES = {"stride": "strides", "dilation": "dilation_rate"}


@pytest.mark.parametrize("module", KINDS)
def test_equals_what_pytorch_made(module: str) -> None:
    rows = [row for row in ROWS if row["module"] == module]
    assert rows, f"no recorded cases of {module}: run python tests/oracle/record_torch.py"
    wrong = [
        f"{row} but we: {ours}" for row in rows if (ours := ours_for(row)) != row.get("output")
    ]
    assert not wrong, "\n".join(wrong)


def ours_for(row: dict[str, Any]) -> list[int | None] | None:
    """Our sizes of the spatial axes; None where we refuse the kernel or pool."""
    kind = KINDS[row["module"]]
    args = {NAMES.get(name, name): value for name, value in row["args"].items()}
    if "Conv" in kind:
        args["filters"] = 3
    else:
        args = {"pool_size": args.pop("kernel_size"), **args}
    outcome = infer(kind, {**args, "data_format": "channels_first"}, [(1, 2, *row["input"])])
    if isinstance(outcome, Accepted):
        return list(outcome.outputs[0][2:])
    assert isinstance(outcome, Refused)
    assert outcome.argument in {"kernel_size", "pool_size", "padding"}
    return None


def test_records_refusals_too() -> None:
    assert sum("refused" in row for row in ROWS) == 4
