"""Records PyTorch's sizes of what we have beyond Keras: python tests/oracle/record_torch.py.

The table was made with PyTorch 2.13.0.
"""

import json
from collections.abc import Iterator
from itertools import chain, product, starmap
from pathlib import Path
from typing import Any, TypeAlias

import torch

RECORDED = Path(__file__).with_name("recorded_torch.jsonl")


TorchCase: TypeAlias = tuple[str, dict[str, Any], list[int]]
"""A module with its arguments, and the sizes of the spatial axes that it reads."""


def max_pool_1d() -> Iterator[TorchCase]:
    grid = product((5, 6, 7, 8, 13), ((2, 2), (3, 2), (3, 5), (2, 3)), (0, 1), (1, 2))
    for n, (kernel, stride), padding, dilation in grid:
        args = {"kernel_size": kernel, "stride": stride, "padding": padding, "dilation": dilation}
        if (n + padding) % 2 == 0:
            yield "MaxPool1d", {**args, "ceil_mode": True}, [n]
        elif n == 8:
            yield "MaxPool1d", args, [n]


def pool_2d() -> Iterator[TorchCase]:
    for ceil_mode, padding in product((False, True), ([0, 1], [1, 0])):
        args = {"stride": [2, 3], "padding": padding, "ceil_mode": ceil_mode}
        yield "MaxPool2d", {"kernel_size": [3, 2], "dilation": [1, 2], **args}, [9, 12]
        yield "MaxPool2d", {"kernel_size": [2, 4], "dilation": 1, **args}, [10, 11]
        yield "AvgPool2d", {"kernel_size": [3, 2], **args}, [9, 11]
        yield "AvgPool2d", {"kernel_size": 3, **args}, [12, 10]


def conv_2d() -> Iterator[TorchCase]:
    for kernel, padding in product((1, 2, 3, [3, 5]), (0, 1, 2, [1, 2], [3, 0])):
        yield "Conv2d", {"kernel_size": kernel, "padding": padding, "stride": 2}, [9, 14]
    for dilation, padding in product((2, 3, [1, 4]), (0, 2, [4, 1])):
        yield "Conv2d", {"kernel_size": 3, "padding": padding, "dilation": dilation}, [9, 14]


def conv_transpose_2d() -> Iterator[TorchCase]:
    for stride, kernel, padding in product((1, 2, 3), (2, 3, 4), (0, 1, [1, 0])):
        args = {"kernel_size": kernel, "stride": stride, "padding": padding}
        yield "ConvTranspose2d", args, [4, 7]
        if stride > 1:
            yield "ConvTranspose2d", {**args, "output_padding": 1}, [4, 7]
    yield "ConvTranspose2d", {"kernel_size": 3, "padding": 1, "dilation": 2}, [5, 6]
    yield "ConvTranspose2d", {"kernel_size": 2, "padding": [2, 1], "dilation": [4, 3]}, [5, 6]


def windows_that_do_not_fit() -> Iterator[TorchCase]:
    yield "MaxPool1d", {"kernel_size": 4, "stride": 2, "padding": 0, "dilation": 2}, [6]
    yield "Conv2d", {"kernel_size": 7, "padding": 1}, [4, 9]
    yield "Conv2d", {"kernel_size": 3, "dilation": 5, "padding": [1, 2]}, [20, 6]
    yield "ConvTranspose2d", {"kernel_size": 3, "padding": 2}, [2, 2]


def record(module: str, args: dict[str, Any], sizes: list[int]) -> str:
    """One line of the table: PyTorch's sizes, or that it refuses."""
    channels = (2, 3) if "Conv" in module else ()
    try:
        output = getattr(torch.nn, module)(*channels, **args)(torch.zeros(1, 2, *sizes))
        told: dict[str, Any] = {"output": list(output.shape[2:])}
    except RuntimeError:
        told = {"refused": True}
    row = {"module": module, "args": args, "input": sizes, **told}
    return json.dumps(row, separators=(",", ":"))


if __name__ == "__main__":
    cases = chain(
        max_pool_1d(), pool_2d(), conv_2d(), conv_transpose_2d(), windows_that_do_not_fit()
    )
    lines = list(starmap(record, cases))
    RECORDED.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    print(f"{len(lines)} cases, PyTorch {torch.__version__}")  # noqa: T201
