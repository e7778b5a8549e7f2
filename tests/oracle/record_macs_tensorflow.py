"""Records what TensorFlow's profiler counts in the networks of keras.applications.

Run python tests/oracle/record_macs_tensorflow.py, where Keras and TensorFlow are installed; the
table was made with Keras 3.15.1 and TensorFlow 2.21.0. The profiler counts 2 for a
multiply-accumulate of each of these operations, found with layers of known sizes: Conv2D,
DepthwiseConv2dNative, MatMul and BatchMatMulV2. It sees no Einsum, of which these networks have
none, and no grouped convolution, which is inside of a function that it does not look into.
"""

import gc
import inspect
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import tensorflow as tf

RECORDED = Path(__file__).with_name("recorded_macs.jsonl")
OPEN = 224
"""The size taken where a network leaves it open: what MobileNetV3 was trained on."""

PRODUCTS = ("Conv2D", "DepthwiseConv2dNative", "MatMul", "BatchMatMulV2")


def record(name: str) -> str:
    """One line of the table: what is counted of one sample, in all and by operation."""
    model = getattr(keras.applications, name)(weights=None)
    shape = [size or OPEN for size in model.input_shape[1:]]
    called = tf.function(lambda image: model(image, training=False))
    graph = called.get_concrete_function(tf.TensorSpec([1, *shape], model.inputs[0].dtype)).graph
    operations = {operation.type for operation in graph.get_operations()}
    assert not operations & {"Einsum", "Conv2DBackpropInput"}, name
    macs = counted(graph)
    row = {
        "network": name,
        "input": shape,
        "macs": macs.total(),
        "by": macs,
        "unseen": "StatefulPartitionedCall" in operations,
        "tool": f"TensorFlow {tf.__version__}, profiler",
    }
    return json.dumps(row, separators=(",", ":"))


def counted(graph: Any) -> Counter[str]:
    """The multiply-accumulates of each operation that multiplies."""
    profiler = tf.compat.v1.profiler
    wanted = profiler.ProfileOptionBuilder(profiler.ProfileOptionBuilder.float_operation())
    root = profiler.profile(graph, cmd="op", options=wanted.with_empty_output().build())
    macs = Counter[str]()
    for node in below(root):
        if node.name in PRODUCTS:
            assert node.float_ops % 2 == 0, node.name
            macs[node.name] += node.float_ops // 2
    return macs


def below(node: Any) -> Iterator[Any]:
    for child in node.children:
        yield child
        yield from below(child)


if __name__ == "__main__":
    lines = []
    for network, _ in inspect.getmembers(keras.applications, inspect.isfunction):
        lines.append(record(network))
        print(lines[-1], flush=True)  # noqa: T201
        keras.backend.clear_session()
        gc.collect()
    RECORDED.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
