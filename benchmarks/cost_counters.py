"""What other counters say of one small network, beside what we count: one column for each.

Run python benchmarks/cost_counters.py where any of PyTorch, thop, fvcore, ptflops, torchinfo, Keras
and TensorFlow are installed; what is not has no column.
"""

import contextlib
import io
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NamedTuple

from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

import convcalc
from convcalc import formats

SPEC = """\
name: counted
input: [16, 16, 3]
layers:
  - Conv2D: {filters: 8, kernel_size: 3, padding: same, name: conv}
  - Conv2D: {filters: 8, kernel_size: 3, padding: same, groups: 2, name: grouped}
  - BatchNormalization: {name: norm}
  - ReLU: {name: relu}
  - MaxPooling2D: {pool_size: 2, name: pool}
  - Reshape: {target_shape: [64, 8], name: tokens}
  - MultiHeadAttention: {num_heads: 2, key_dim: 4, name: attention}
    from: [tokens, tokens]
  - Reshape: {target_shape: [8, 8, 8], name: image}
  - Conv2DTranspose: {filters: 6, kernel_size: 4, strides: 2, name: up}
  - GlobalAveragePooling2D: {name: average}
  - Dense: {units: 10, name: dense}
"""
LAYERS = ("conv", "grouped", "norm", "relu", "pool", "attention", "up", "average", "dense")
SIZES = (16, 16, 3)


class Column(NamedTuple):
    """What one counter says: of layers by their names, and in all, by the name that it gives it."""

    tool: str
    unit: str
    layers: dict[str, int]
    total: int


def ours() -> list[Column]:
    """What we count: the multiply-accumulates, and each of the elements that are none."""
    report = convcalc.summarize(formats.parse(SPEC.encode(), "counted.yaml"))
    assert report.ok, report.diagnostics
    op_counts = {layer.name: layer.op_counts for layer in report.layers if layer.op_counts}

    def column(name: str) -> Column:
        counts = {layer: getattr(op_counts[layer], name) for layer in LAYERS if layer in op_counts}
        return Column(name, "", counts, sum(counts.values()))

    return [column(n) for n in ("macs", "bias", "normalization", "activation", "pooling")]


def network_of_pytorch() -> Any:
    """The same network in PyTorch, where the channels come first; not in training."""
    nn = import_module("torch.nn")

    class Counted(nn.Module):  # type: ignore[name-defined,misc]
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 8, 3, padding=1)
            self.grouped = nn.Conv2d(8, 8, 3, padding=1, groups=2)
            self.norm = nn.BatchNorm2d(8)
            self.relu = nn.ReLU()
            self.pool = nn.MaxPool2d(2)
            self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
            self.up = nn.ConvTranspose2d(8, 6, 4, stride=2)
            self.average = nn.AdaptiveAvgPool2d(1)
            self.dense = nn.Linear(6, 10)

        def forward(self, x: Any) -> Any:
            x = self.pool(self.relu(self.norm(self.grouped(self.conv(x)))))
            tokens = x.flatten(2).transpose(1, 2)
            tokens = self.attention(tokens, tokens, tokens)[0]
            x = tokens.transpose(1, 2).unflatten(2, x.shape[2:])
            return self.dense(self.average(self.up(x)).flatten(1))

    return Counted().eval()


def image() -> Any:
    """An input of the network in PyTorch."""
    *sizes, channels = SIZES
    return import_module("torch").zeros(1, channels, *sizes)


def thop() -> Column:
    """Its `profile`."""
    profile = import_module("thop").profile
    total, _, layers = profile(network_of_pytorch(), (image(),), verbose=False, ret_layer_info=True)
    return Column("thop", "MACs", {name: int(row[0]) for name, row in layers.items()}, int(total))


def fvcore() -> Column:
    """Its `FlopCountAnalysis`."""
    counter = import_module("fvcore.nn").FlopCountAnalysis(network_of_pytorch(), image())
    counter.unsupported_ops_warnings(enabled=False).uncalled_modules_warnings(enabled=False)
    return Column("fvcore", "flops", counter.by_module(), counter.total())


def ptflops() -> Column:
    """Its `get_model_complexity_info`, and of the layers what that prints."""
    printed = io.StringIO()
    *sizes, channels = SIZES
    total, _ = import_module("ptflops").get_model_complexity_info(
        network_of_pytorch(),
        (channels, *sizes),
        as_strings=False,
        backend="pytorch",
        flops_units="Mac",
        ost=printed,
    )
    rows = re.findall(r"\((\w+)\): \w+\(\s*[^%]+% Params, (\d+)(?:\.0)? Mac", printed.getvalue())
    return Column("ptflops", "MACs", {name: int(count) for name, count in rows}, int(total))


def torchinfo() -> Column:
    """Its `summary`, which prints and adds up the mult-adds of layers that hold no others."""
    said = import_module("torchinfo").summary(network_of_pytorch(), input_data=image(), verbose=0)
    layers = {row.var_name: row.macs for row in said.summary_list if row.is_leaf_layer}
    return Column("torchinfo", "mult-adds", layers, said.total_mult_adds)


def pytorch() -> Column:
    """Its `FlopCounterMode`."""
    counter = import_module("torch.utils.flop_counter").FlopCounterMode(display=False)
    with counter, import_module("torch").no_grad():
        network_of_pytorch()(image())
    layers = {
        name.rpartition(".")[2]: sum(by.values()) for name, by in counter.get_flop_counts().items()
    }
    return Column("torch", "FLOPs", layers, counter.get_total_flops())


def tensorflow() -> Column:
    """Its profiler, on the same network made by Keras."""
    keras, tf = import_module("keras"), import_module("tensorflow")
    kinds = keras.layers
    read = keras.Input(SIZES)
    x = kinds.Conv2D(8, 3, padding="same", name="conv")(read)
    x = kinds.Conv2D(8, 3, padding="same", groups=2, name="grouped")(x)
    x = kinds.BatchNormalization(name="norm")(x)
    x = kinds.ReLU(name="relu")(x)
    x = kinds.MaxPooling2D(2, name="pool")(x)
    x = kinds.Reshape((64, 8))(x)
    x = kinds.MultiHeadAttention(2, 4, name="attention")(x, x)
    x = kinds.Reshape((8, 8, 8))(x)
    x = kinds.Conv2DTranspose(6, 4, strides=2, name="up")(x)
    x = kinds.GlobalAveragePooling2D(name="average")(x)
    model = keras.Model(read, kinds.Dense(10, name="dense")(x))
    called = tf.function(lambda image: model(image, training=False))
    graph = called.get_concrete_function(tf.TensorSpec([1, *SIZES])).graph
    profiler = tf.compat.v1.profiler
    wanted = profiler.ProfileOptionBuilder(profiler.ProfileOptionBuilder.float_operation())
    root = profiler.profile(graph, cmd="scope", options=wanted.with_empty_output().build())
    layers = dict.fromkeys(LAYERS, 0)
    for node in below(root.children):
        for name in LAYERS:
            if re.search(rf"/{name}(_1)?/", node.name):
                layers[name] += node.float_ops
    return Column("tensorflow", "float_ops", layers, root.total_float_ops)


def below(nodes: Iterable[Any]) -> Iterable[Any]:
    """These nodes of a profile, and all below them."""
    for node in nodes:
        yield node
        yield from below(node.children)


COUNTERS: tuple[Callable[[], Column], ...] = (thop, fvcore, ptflops, torchinfo, pytorch, tensorflow)


def told() -> Iterable[Column]:
    """The columns of what is installed."""
    for counter in COUNTERS:
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                yield counter()
        except ModuleNotFoundError as error:
            print(f"no column for {counter.__name__}: {error}", file=sys.stderr)


def release(tool: str) -> str:
    """The version of what is installed."""
    for distribution in (tool, f"{tool}-cpu"):
        with contextlib.suppress(PackageNotFoundError):
            return version(distribution).partition("+")[0].partition("-")[0]
    raise PackageNotFoundError(tool)


def table(columns: Iterable[Column], *, others: bool) -> str:
    """The columns beside each other, empty where a counter says nothing of a layer.

    `others` have versions, and names of their own for what they count. What one says in all and of
    no layer is a row of its own.
    """
    markdown = Table("", box=MARKDOWN)
    columns = tuple(columns)
    for column in columns:
        markdown.add_column(column.tool, justify="right")
    if others:
        markdown.add_row("version", *(release(column.tool) for column in columns))
        markdown.add_row("counts", *(column.unit for column in columns))
    for name in LAYERS:
        cells = (f"{c.layers[name]:,}" if name in c.layers else "" for c in columns)
        markdown.add_row(name, *cells)
    said = (sum(column.layers.get(name, 0) for name in LAYERS) for column in columns)
    beside = (f"{c.total - of:,}" for c, of in zip(columns, said, strict=True))
    markdown.add_row("beside", *beside)
    markdown.add_row("total", *(f"{column.total:,}" for column in columns))
    console = Console(width=200)
    with console.capture() as capture:
        console.print(markdown)
    return capture.get().strip()


def main() -> None:
    """Print what we count, and then what the others do."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    warnings.simplefilter("ignore")
    print(table(ours(), others=False), table(told(), others=True), sep="\n\n")


if __name__ == "__main__":
    main()
