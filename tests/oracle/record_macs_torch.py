"""Records what PyTorch's counter counts in layers, and in the networks of keras.applications.

Run python tests/oracle/record_macs_torch.py, where Keras and PyTorch are installed; the table was
made with Keras 3.15.1 and PyTorch 2.13.0. `torch.utils.flop_counter` counts 2 for a
multiply-accumulate, and nothing else. It sees the operations that PyTorch dispatches, and so
nothing inside of kernels that do all of a layer: those are off, but in the cases that say so.
"""

import inspect
import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

os.environ["KERAS_BACKEND"] = "torch"
# The networks are run without any values, which takes no time.
os.environ["KERAS_TORCH_DEVICE"] = "meta"

import keras
import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import scaled_dot_product_attention
from torch.utils.flop_counter import FlopCounterMode

RECORDED = Path(__file__).with_name("recorded_macs_torch.jsonl")

OPEN = 224
"""The size taken where a network leaves it open: what MobileNetV3 was trained on."""

NOT_ON_PYTORCH = {"NASNetMobile"}
"""What Keras refuses to make on PyTorch, for a fault of its own."""

Layers: TypeAlias = list[dict[str, Any]]


class Case(NamedTuple):
    """What PyTorch runs on inputs of these shapes, without the batch, and the same as our layers.

    `fused` is whether PyTorch may use the kernels that do all of a layer.
    """

    name: str
    run: Callable[..., Any]
    inputs: list[list[int]]
    layers: Layers
    fused: bool = False


def convolutions() -> Iterator[Case]:
    """Each of the arguments on each number of axes; numbers of filters and sizes all differ."""
    windows: list[dict[str, Any]] = [
        {},
        {"bias": False},
        {"groups": 2},
        {"groups": 4, "stride": 2},
        {"stride": 3, "padding": 1},
        {"dilation": 2, "padding": "same"},
        {"dilation": 3, "padding": 2},
    ]
    for rank, args in product((1, 2, 3), windows):
        kernel, sizes = [3, 2, 4][:rank], [13, 11, 12][:rank]
        torch_args = {"out_channels": 8, "kernel_size": kernel, **args}
        conv = getattr(nn, f"Conv{rank}d")(4, **torch_args)
        layers = [{f"Conv{rank}D": ours(torch_args)}]
        yield Case(f"Conv{rank}d {args}", conv, [[4, *sizes]], layers)


def transposed_convolutions() -> Iterator[Case]:
    windows: list[dict[str, Any]] = [
        {},
        {"stride": 2},
        {"stride": 3, "padding": 1},
        {"stride": 2, "padding": 1, "output_padding": 1},
        {"dilation": 2},
    ]
    for rank, args in product((1, 2, 3), windows):
        kernel, sizes = [4, 3, 5][:rank], [8, 7, 6][:rank]
        torch_args = {"out_channels": 6, "kernel_size": kernel, **args}
        conv = getattr(nn, f"ConvTranspose{rank}d")(4, **torch_args)
        layers = [{f"Conv{rank}DTranspose": ours(torch_args)}]
        yield Case(f"ConvTranspose{rank}d {args}", conv, [[4, *sizes]], layers)


def ours(args: dict[str, Any]) -> dict[str, Any]:
    """PyTorch's arguments by our names."""
    names = {
        "out_channels": "filters",
        "stride": "strides",
        "dilation": "dilation_rate",
        "bias": "use_bias",
    }
    return {names.get(name, name): value for name, value in args.items()}


def depthwise_convolutions() -> Iterator[Case]:
    for rank, times in product((1, 2), (1, 3)):
        conv = getattr(nn, f"Conv{rank}d")
        kernel, sizes = [3, 5][:rank], [12, 10][:rank]
        depthwise = conv(4, 4 * times, kernel, groups=4)
        args = {"kernel_size": kernel, "depth_multiplier": times}
        of = f"of {4 * times} in 4 groups"
        layers: Layers = [{f"DepthwiseConv{rank}D": args}]
        yield Case(f"Conv{rank}d {of}", depthwise, [[4, *sizes]], layers)
        both = nn.Sequential(depthwise, conv(4 * times, 7, 1))
        layers = [{f"SeparableConv{rank}D": {"filters": 7, **args}}]
        yield Case(f"Conv{rank}d {of}, and of 1", both, [[4, *sizes]], layers)


def dense() -> Iterator[Case]:
    for sizes in ([32], [7, 32], [5, 7, 32], [2, 5, 7, 32]):
        layers: Layers = [{"Dense": 64}]
        yield Case(f"Linear on {sizes}", nn.Linear(32, 64), [sizes], layers)
    layers = [{"Embedding": [10, 4]}]
    lookup = nn.Embedding(10, 4)
    yield Case("Embedding", lambda words: lookup(words.long()), [[7]], layers)


def recurrences() -> Iterator[Case]:
    kinds = {"RNN": "SimpleRNN", "GRU": "GRU", "LSTM": "LSTM"}
    for (module, kind), depth, both_ways in product(kinds.items(), (1, 3), (False, True)):
        recurrent = getattr(nn, module)(4, 5, depth, batch_first=True, bidirectional=both_ways)
        one: dict[str, Any] = {kind: {"units": 5, "return_sequences": True}}
        layers = [{"Bidirectional": {"layer": one}} if both_ways else one] * depth
        name = f"{module} of {depth}" + ", both ways" * both_ways
        yield Case(name, recurrent, [[7, 4]], layers)
        if module == "LSTM" and (depth, both_ways) == (1, False):
            yield Case(f"{name}, fused", recurrent, [[7, 4]], layers, fused=True)


def attentions() -> Iterator[Case]:
    for heads, (q, v, width) in product((1, 2, 4), ((7, 7, 8), (5, 9, 16))):
        layers: Layers = [
            {
                "MultiHeadAttention": {"num_heads": heads, "key_dim": width // heads},
                "from": ["input_0", "input_1"],
            }
        ]
        for wanted in (True, False):
            attention = nn.MultiheadAttention(width, heads, batch_first=True)

            def run(query: Any, value: Any, attend: Any = attention, wanted: bool = wanted) -> None:
                attend(query, value, value, need_weights=wanted)

            name = f"MultiheadAttention of {heads}, {q}×{width} on {v}×{width}"
            inputs = [[q, width], [v, width]]
            if wanted:
                yield Case(name, run, inputs, layers)
            elif heads == 2:
                yield Case(f"{name}, no weights, fused", run, inputs, layers, fused=True)
    narrow = nn.MultiheadAttention(12, 3, kdim=6, vdim=10, batch_first=True)
    layers = [
        {
            "MultiHeadAttention": {"num_heads": 3, "key_dim": 4},
            "from": {"query": "input_0", "key": "input_1", "value": "input_2"},
        }
    ]
    inputs = [[5, 12], [9, 6], [9, 10]]
    yield Case("MultiheadAttention with widths of its own", narrow, inputs, layers)
    encoder = nn.MultiheadAttention(8, 2, batch_first=True).eval()
    layers = [{"MultiHeadAttention": [2, 4], "from": ["input", "input"]}]
    yield Case(
        "MultiheadAttention that is not trained, fused",
        lambda x: encoder(x, x, x),
        [[7, 8]],
        layers,
        fused=True,
    )
    layers = [{"Attention": None, "from": ["input_0", "input_1"]}]
    yield Case(
        "scaled_dot_product_attention",
        lambda query, value: scaled_dot_product_attention(query, value, value),
        [[7, 4], [9, 4]],
        layers,
    )
    layers = [{"Attention": None, "from": ["input_0", "input_1", "input_2"]}]
    yield Case(
        "scaled_dot_product_attention with values of another width",
        lambda query, value, key: scaled_dot_product_attention(query, key, value),
        [[7, 4], [9, 6], [9, 4]],
        layers,
    )


def products_of_matrices() -> Iterator[Case]:
    both = ["input_0", "input_1"]
    shapes = [
        ([4, 5], [5, 6]),
        ([3, 4, 5], [3, 5, 6]),
        ([3, 4, 5], [1, 5, 6]),
    ]
    for left, right in shapes:
        layers: Layers = [{"ops.Matmul": None, "from": both}]
        yield Case(f"matmul {left} {right}", torch.matmul, [left, right], layers)
    layers = [{"Dot": {"axes": [2, 1]}, "from": both}]
    yield Case("bmm", torch.bmm, [[4, 5], [5, 6]], layers)
    for subscripts, left, right in (
        ("bij,bjk->bik", [4, 5], [5, 6]),
        ("bhqd,bhkd->bhqk", [2, 7, 4], [2, 9, 4]),
        ("bij,bkj->bik", [4, 5], [6, 5]),
        ("bijk,bkl->bijl", [3, 4, 5], [5, 6]),
        ("bij,bk->bijk", [4, 5], [6]),
    ):

        def run(left: Any, right: Any, subscripts: str = subscripts) -> None:
            torch.einsum(subscripts, left, right)

        layers = [{"ops.Einsum": {"subscripts": subscripts}, "from": both}]
        yield Case(f"einsum {subscripts}", run, [left, right], layers)
    kernel = torch.zeros(8, 2, 6)
    layers = [{"EinsumDense": {"equation": "abc,cde->abde", "output_shape": [None, 2, 6]}}]
    yield Case(
        "einsum with a kernel",
        lambda x: torch.einsum("abc,cde->abde", x, kernel),
        [[7, 8]],
        layers,
    )


FAMILIES = (
    convolutions,
    transposed_convolutions,
    depthwise_convolutions,
    dense,
    recurrences,
    attentions,
    products_of_matrices,
)


def record(case: Case) -> str:
    """One line of the table: the spec, and what is counted of one sample."""
    with ExitStack() as stack:
        if not case.fused:
            stack.enter_context(torch.backends.mkldnn.flags(enabled=False))
            stack.enter_context(sdpa_kernel(SDPBackend.MATH))
        macs = counted(lambda: case.run(*(torch.zeros(1, *sizes) for sizes in case.inputs)))
    inputs = (
        {"input": case.inputs[0]}
        if len(case.inputs) == 1
        else {"inputs": {f"input_{i}": sizes for i, sizes in enumerate(case.inputs)}}
    )
    layout = {"data_format": "channels_first"} if "Conv" in case.name else {}
    spec = {**inputs, **layout, "layers": case.layers}
    row = {"case": case.name, "spec": spec, "macs": macs}
    return json.dumps(row, separators=(",", ":"), ensure_ascii=False)


def record_network(name: str) -> str:
    """One line of the table: what is counted of one sample."""
    model = getattr(keras.applications, name)(weights=None)
    shape = [size or OPEN for size in model.input_shape[1:]]
    macs = counted(lambda: model(torch.zeros(1, *shape, device="meta"), training=False))
    return json.dumps({"network": name, "input": shape, "macs": macs}, separators=(",", ":"))


def counted(run: Callable[[], Any]) -> int:
    """The multiply-accumulates that PyTorch's counter sees."""
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        run()
    macs, rest = divmod(int(counter.get_total_flops()), 2)
    assert not rest
    return macs


if __name__ == "__main__":
    lines = [record(case) for family in FAMILIES for case in family()]
    for network, _ in inspect.getmembers(keras.applications, inspect.isfunction):
        if network not in NOT_ON_PYTORCH:
            lines.append(record_network(network))
            keras.backend.clear_session()
    RECORDED.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    print(f"{len(lines)} cases, PyTorch {torch.__version__}")  # noqa: T201
