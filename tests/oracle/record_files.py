"""Records small files of Keras, each with what Keras says of it.

    python tests/oracle/record_files.py

With Keras it writes those of Keras 3. Where tf_keras is installed as well, as in an environment
with `pip install tensorflow tf_keras`, it writes those of Keras 2: `legacy_*.json`.
"""

import importlib
import importlib.util
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

WEIGHT = ("path", "shape", "trainable", "dtype")
FILES = Path(__file__).parents[1] / "formats" / "keras" / "files"


def functional(keras: Any) -> Any:
    """A residual network with sizes that are not known, a layer that does not learn, two types."""
    layers = keras.layers
    image = keras.Input((None, None, 3), name="image")
    x = layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False, name="stem")(image)
    x = layers.BatchNormalization(name="stem_bn")(x)
    x = layers.ReLU(6.0)(x)
    y = layers.DepthwiseConv2D(3, padding="same", trainable=False)(x)
    y = layers.SeparableConv2D(8, (3, 1), padding="same", activation="relu")(y)
    x = layers.Add(name="residual")([x, y])
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    x = layers.Concatenate(axis=-1)([x, layers.Conv2D(4, 1, dtype="mixed_float16")(x)])
    x = layers.Conv2DTranspose(5, 4, strides=2, padding="same")(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.2)(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x), name="residual_net")


def sequential(keras: Any) -> Any:
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(4, 5, activation="relu"),
            layers.AveragePooling2D(4),
            layers.Flatten(),
            layers.Dense(16, activation="tanh", name="hidden"),
            layers.LayerNormalization(),
            layers.Dense(10, kernel_regularizer="l2"),
        ],
        name="digits",
    )


def nested(keras: Any) -> Any:
    """A model in a model in a model; one is used twice, on inputs of two sizes."""
    layers = keras.layers
    inner_input = keras.Input((None, 6), name="features")
    cell = keras.Sequential(
        [layers.Dense(4, name="expand"), layers.PReLU(shared_axes=[1])], name="cell"
    )
    y = layers.Conv1D(5, 3, padding="same", name="mix")(cell(inner_input))
    encoder = keras.Model(
        inner_input, [y, layers.GlobalMaxPooling1D(name="top")(y)], name="encoder"
    )
    encoder.trainable = False
    left, right = keras.Input((20, 6), name="left"), keras.Input((12, 6), name="right")
    (a, top_a), (b, top_b) = encoder(left), encoder(right)
    joined = layers.Concatenate(axis=1, name="joined")([a, b])
    head = keras.Sequential(
        [layers.Flatten(), layers.Dense(3), layers.BatchNormalization()], name="head"
    )
    score = layers.Dot(axes=1, name="score")([top_a, top_b])
    return keras.Model([left, right], [head(joined), score], name="twins")


def shared(keras: Any) -> Any:
    layers = keras.layers
    embed = layers.Embedding(50, 4, name="embed")
    project = layers.Dense(4, name="project")
    words, more = (
        keras.Input((7,), dtype="int32", name="words"),
        keras.Input((None,), dtype="int32"),
    )
    a = project(project(embed(words)))
    b = project(embed(more))
    pool = layers.GlobalAveragePooling1D(name="pool")
    return keras.Model([words, more], layers.Subtract()([pool(a), pool(b)]), name="siamese")


def multi_io(keras: Any) -> Any:
    """Inputs and outputs by name, not in the order in which they are made."""
    layers = keras.layers
    image = keras.Input((16, 16, 3), name="image")
    facts = keras.Input((5,), name="facts")
    x = layers.Flatten()(layers.Conv2D(2, 3, strides=3)(image))
    x = layers.Concatenate()([x, facts])
    outputs = {
        "price": layers.Dense(1, name="price")(x),
        "age": layers.Dense(2, name="age")(x),
        "facts": facts,
    }
    return keras.Model({"image": image, "facts": facts}, outputs, name="houses")


def ops(keras: Any) -> Any:
    """Operations and Python operators on tensors, with constants."""
    x = keras.Input((8, 6), name="x")
    y = keras.layers.Dense(6, name="y")(x)
    z = 2.0 * x + y / 3 - 1
    first, second = keras.ops.split(z, 2, axis=-1)
    scores = keras.ops.matmul(first, keras.ops.transpose(second, (0, 2, 1)))
    scores = keras.ops.softmax(scores, axis=-1)
    picked = scores[:, ::2, 1:]
    stacked = keras.ops.stack([picked, picked**2], axis=1)
    mean = keras.ops.mean(stacked, axis=(1, 2), keepdims=True)
    flat = keras.ops.reshape(mean, (-1, 7))
    joined = keras.ops.concatenate([flat, keras.ops.max(x, axis=1)], axis=-1)
    return keras.Model(x, keras.ops.where(joined > 0.5, joined, 0.0), name="ops")


def lstm_state(keras: Any) -> Any:
    """An encoder whose states the decoder begins with, and a mask that goes with the words."""
    layers = keras.layers
    words = keras.Input((None,), dtype="int32", name="words")
    x = layers.Embedding(30, 8, mask_zero=True, name="embedding")(words)
    _, h, c = layers.LSTM(6, return_state=True, name="encoder")(x)
    start = keras.Input((None, 8), name="start")
    y = layers.LSTM(6, return_sequences=True, name="decoder")(start, initial_state=[h, c])
    y = layers.Bidirectional(layers.GRU(3, return_sequences=True), name="both_ways")(y)
    y = layers.TimeDistributed(layers.Dense(30), name="each")(y)
    return keras.Model([words, start], y, name="translator")


def attention(keras: Any) -> Any:
    """Attention with its tensors by name, with scores, and with dimensions of its own."""
    layers = keras.layers
    words, memory = keras.Input((None, 12), name="words"), keras.Input((9, 10), name="memory")
    y = layers.LayerNormalization(name="norm")(words)
    heads = layers.MultiHeadAttention(3, 4, dropout=0.1, name="self")
    x = layers.Add()([words, heads(query=y, value=y, use_causal_mask=True)])
    cross = layers.MultiHeadAttention(2, 4, value_dim=5, output_shape=7, name="cross")
    y, scores = cross(x, value=memory, key=memory, return_attention_scores=True)
    z = layers.Attention(name="plain")([y, layers.Dense(7)(memory)])
    return keras.Model([words, memory], [z, scores], name="reader")


def branches(keras: Any) -> Any:
    """A residual network at each step, with an operation, a shared layer, and a model in it."""
    layers = keras.layers
    frame = keras.Input((6, 6, 3), name="frame")
    x = layers.Conv2D(4, 3, padding="same", name="stem")(frame)
    shared = layers.Conv2D(4, 1, name="shared")
    y = layers.BatchNormalization(name="norm")(shared(shared(x)))
    x = layers.Add(name="residual")([x, y * 0.5])
    vector = keras.Input((4,), name="vector")
    gate = layers.Dense(4, activation="sigmoid", trainable=False, name="gate")(vector)
    gated = keras.Model(vector, layers.Multiply(name="gated")([vector, gate]), name="squeeze")
    x = gated(layers.GlobalAveragePooling2D(name="pool")(x))
    tower = keras.Model(frame, x, name="tower")
    frames = keras.Input((None, 6, 6, 3), name="frames")
    y = layers.TimeDistributed(tower, name="each")(frames)
    return keras.Model(frames, layers.LSTM(3, name="memory")(y), name="video")


def custom_layer(keras: Any) -> Any:
    """A layer of the user's own, whose weights and output no file tells, between two others."""

    @keras.saving.register_keras_serializable(package="project")
    class Widen(keras.layers.Layer):  # type: ignore[misc]
        def __init__(self, factor: int = 2, **options: Any) -> None:
            super().__init__(**options)
            self.factor = factor

        def build(self, shape: Any) -> None:
            self.scale = self.add_weight(shape=(shape[-1] * self.factor,), name="scale")

        def call(self, x: Any) -> Any:
            return keras.ops.concatenate([x] * self.factor, axis=-1) * self.scale

        def get_config(self) -> Any:
            return {**super().get_config(), "factor": self.factor}

    layers = keras.layers
    x = keras.Input((10,), name="x")
    y = Widen(3, name="widen")(layers.Dense(4, name="before")(x))
    return keras.Model(x, layers.Dense(2, name="after")(y), name="custom")


def legacy_functional(tf_keras: Any) -> Any:
    """Operations of TensorFlow on tensors, a slice, shared layers, and a name with a slash."""
    tf = importlib.import_module("tensorflow")
    layers = tf_keras.layers
    image = layers.Input((32, 32, 3), name="image")
    x = layers.Conv2D(8, 3, padding="same", name="block/conv")(image)
    x = layers.BatchNormalization(name="block/bn")(x)
    x = tf.nn.relu(x)
    again = layers.Conv2D(8, 3, padding="same", name="again")
    y = again(again(x))
    x = x + y
    x = layers.LeakyReLU(alpha=0.1)(x)
    x = layers.SeparableConv2D(6, 3, strides=2)(x)
    corner = x[:, 0, 1:]
    x = tf.concat([layers.GlobalAveragePooling2D()(x), layers.Flatten()(corner)], axis=-1)
    # Compiled apart, since its code is saved with the path of the file that it stands in.
    twice = eval(compile("lambda x: x * 2.0", "model.py", "eval"))
    x = layers.Lambda(twice, output_shape=(90,), name="twice")(x)
    x = tf.reshape(x, (-1, 9, 10)) * 0.5
    x = tf.reduce_mean(x, axis=1)
    return tf_keras.Model(image, layers.Dense(4, trainable=False, name="out")(x), name="legacy")


def legacy_sequential(tf_keras: Any) -> Any:
    """A chain without an Input: the first layer tells its shape."""
    layers = tf_keras.layers
    return tf_keras.Sequential(
        [
            layers.Embedding(40, 6, input_length=12),
            layers.SpatialDropout1D(0.1),
            layers.Conv1D(5, 3, padding="causal"),
            layers.MaxPooling1D(2),
            layers.GRU(4, return_sequences=True),
            layers.Bidirectional(layers.LSTM(3)),
            layers.Dropout(0.5),
            layers.Dense(1, activation="sigmoid"),
        ],
        name="comments",
    )


def legacy_nested(tf_keras: Any) -> Any:
    """Models in models, one used twice; states and tensors by name in calls."""
    layers = tf_keras.layers
    inner_input = layers.Input((8, 6), name="features")
    stack = tf_keras.Sequential([layers.Dense(5, name="wide"), layers.ReLU()], name="stack")
    y = layers.TimeDistributed(layers.Dense(6), name="each")(stack(inner_input))
    encoder = tf_keras.Model(inner_input, y, name="encoder")
    left, right = layers.Input((8, 6), name="left"), layers.Input((8, 6), name="right")
    a, b = encoder(left), encoder(right)
    b.set_shape((None, 8, 6))
    _, h, c = layers.LSTM(4, return_state=True, name="lstm")(a)
    y = layers.LSTM(4, return_sequences=True, name="decoder")(b, initial_state=[h, c])
    z = layers.MultiHeadAttention(2, 3, name="mha")(query=y, value=b)
    y = layers.Concatenate(name="joined")([y, z])
    y = layers.GRU(3, return_sequences=True, go_backwards=True, name="gru")(y)
    y = layers.TimeDistributed(stack_of(layers, tf_keras), name="each_stack")(y)
    return tf_keras.Model([left, right], [y, h], name="legacy_nested")


def stack_of(layers: Any, tf_keras: Any) -> Any:
    return tf_keras.Sequential([layers.Dense(7), layers.Dense(2)], name="inside")


KERAS_3: tuple[Callable[[Any], Any], ...] = (
    functional,
    sequential,
    nested,
    shared,
    multi_io,
    ops,
    lstm_state,
    attention,
    branches,
    custom_layer,
)
KERAS_2: tuple[Callable[[Any], Any], ...] = (legacy_functional, legacy_sequential, legacy_nested)


def record_keras_3() -> None:
    sys.path.insert(0, str(Path(__file__).parents[1]))
    models = importlib.import_module("oracle.models")
    keras = models.keras

    for make in KERAS_3:
        keras.backend.clear_session()
        keras.utils.set_random_seed(0)
        model = make(keras)
        said = models.of_keras(model)
        layers = [
            {
                "name": name,
                "class": row.kind,
                "output_shapes": [used.outputs for used in row.applications],
                "weights": [dict(zip(WEIGHT, weight, strict=False)) for weight in row.weights],
            }
            for name, row in said.rows.items()
        ]
        inputs = [{"name": name, "shape": shape} for name, shape in said.inputs]
        totals = (said.params, said.trainable, said.non_trainable)
        shapes = [shape for _, shape in said.outputs]
        write(make.__name__, model, f"Keras {keras.__version__}", inputs, shapes, layers, totals)
        if make is sequential:
            model.save(FILES / "sequential.keras")


def record_keras_2() -> None:
    tf_keras = importlib.import_module("tf_keras")
    for make in KERAS_2:
        tf_keras.backend.clear_session()
        model = make(tf_keras)
        layers = list(layers_of_keras_2(model, "", {id(w) for w in model.trainable_weights}))
        inputs = [{"name": x.node.layer.name, "shape": list(x.shape)} for x in model.inputs]
        shapes = [list(x.shape) for x in model.outputs]
        trained = sum(int(tf_keras.backend.count_params(w)) for w in model.trainable_weights)
        totals = (model.count_params(), trained, model.count_params() - trained)
        said_by = f"tf_keras {tf_keras.__version__}"
        write(make.__name__, model, said_by, inputs, shapes, layers, totals)


def layers_of_keras_2(model: Any, prefix: str, trained: set[int], times: int = 1) -> Iterator[Any]:
    """The layers of a model and of those in it, which must be called on shapes like their own."""
    for layer in model._self_tracked_trackables:
        nodes = [node for node in layer.inbound_nodes if is_of(node, model)]
        if hasattr(layer, "_self_tracked_trackables") and hasattr(layer, "input_names"):
            yield from layers_of_keras_2(
                layer, f"{prefix}{layer.name}/", trained, times * len(nodes)
            )
        elif not (prefix and type(layer).__name__ == "InputLayer"):
            yield {
                "name": f"{prefix}{layer.name}",
                "class": type(layer).__name__,
                "output_shapes": [shapes_of(node.output_shapes) for node in nodes] * times,
                "weights": [
                    {
                        "path": path_in(layer.name, weight.name),
                        "shape": list(weight.shape),
                        "trainable": id(weight) in trained,
                        "dtype": weight.dtype.name,
                    }
                    for weight in layer.weights
                ],
            }


def is_of(node: Any, model: Any) -> bool:
    return any(node is one for nodes in model._nodes_by_depth.values() for one in nodes)


def shapes_of(shapes: Any) -> list[Any]:
    """The shapes of an application: Keras 2 tells one without a list around it."""
    if isinstance(shapes, list):
        return [one for shape in shapes for one in shapes_of(shape)]
    if shapes and isinstance(shapes[0], tuple):
        return [list(shape) for shape in shapes]
    return [list(shapes)]


def path_in(layer: str, name: str) -> str:
    """A weight's path inside of its layer, of the name that Keras 2 gives it."""
    return name.removesuffix(":0").rpartition(f"{layer}/")[2]


def write(
    name: str,
    model: Any,
    said_by: str,
    inputs: list[Any],
    outputs: list[Any],
    layers: list[Any],
    totals: tuple[int, int, int],
) -> None:
    said: dict[str, Any] = {
        "said_by": said_by,
        "inputs": inputs,
        "outputs": outputs,
        "layers": layers,
        "totals": dict(zip(("params", "trainable", "non_trainable"), totals, strict=True)),
    }
    FILES.mkdir(parents=True, exist_ok=True)
    (FILES / f"{name}.json").write_text(model.to_json(), encoding="utf-8")
    rows = ",\n".join(f"    {json.dumps(layer)}" for layer in said.pop("layers"))
    head = "".join(f"  {json.dumps(key)}: {json.dumps(value)},\n" for key, value in said.items())
    expected = f'{{\n{head}  "layers": [\n{rows}\n  ]\n}}\n'
    (FILES / f"{name}.expected.json").write_text(expected, encoding="utf-8")
    print(name)  # noqa: T201


if __name__ == "__main__":
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    if importlib.util.find_spec("convcalc"):
        record_keras_3()
    if importlib.util.find_spec("tf_keras"):
        record_keras_2()
