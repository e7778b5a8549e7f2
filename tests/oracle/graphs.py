"""Random models of Keras: graphs of layers, operations, and models in models, all of them tiny."""

import importlib
import random
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from oracle.models import of_keras

keras: Any = importlib.import_module("oracle.keras_judge").keras

L, O = keras.layers, keras.ops  # noqa: E741

MAX_DEPTH = 2
"""How deep models may stand inside each other."""

refused: Counter[str] = Counter()
"""How often Keras refused what a step tried, by the step's name; to see which steps are idle."""


class NothingFitsError(Exception):
    """No tensor of the graph is what a step needs."""


class Graph:
    """A graph that grows by random steps: its tensors, and the layers that can be used again."""

    def __init__(self, seed: random.Random, inputs: Sequence[Any], depth: int = 0) -> None:
        self.random = seed
        self.depth = depth
        self.inputs = list(inputs)
        self.tensors = list(inputs)
        self.read: set[int] = set()
        self.calls: list[tuple[Any, Any, dict[str, Any]]] = []

    def grow(self, steps: int) -> None:
        """Take so many steps; what Keras refuses does not count."""
        names = list(STEPS)
        weights = [STEPS[name].weight for name in names]
        tries = 0
        while steps and tries < 200:
            tries += 1
            name = self.random.choices(names, weights)[0]
            try:
                STEPS[name].take(self)
            except NothingFitsError:
                continue
            except Exception as error:  # noqa: BLE001 - Keras raises nearly everything
                refused[f"{name}: {type(error).__name__} {str(error)[:80]}"] += 1
                continue
            steps -= 1

    def pick(self, *ranks: int, of: str = "float", fits: Callable[[Any], bool] = bool) -> Any:
        """A tensor of one of these ranks and this type, rather a recent one."""
        found = [
            x
            for x in self.tensors
            if (not ranks or len(x.shape) in ranks) and of in x.dtype and (fits is bool or fits(x))
        ]
        if not found:
            raise NothingFitsError
        return self.random.choices(found, range(1, len(found) + 1))[0]

    def call(self, layer: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """Call a layer or operation, and keep its outputs."""
        outputs: list[Any] = keras.tree.flatten(layer(*args, **kwargs))
        if isinstance(layer, keras.Layer):
            self.calls.append((layer, args, kwargs))
        self.keep(outputs, (args, kwargs))
        return outputs

    def keep(self, outputs: Sequence[Any], read: Any) -> None:
        """Have these tensors, made of those."""
        if any(0 in x.shape for x in outputs):
            raise NothingFitsError
        self.read |= {id(x) for x in keras.tree.flatten(read)}
        self.tensors += outputs

    def options(self) -> dict[str, Any]:
        """What every layer may be given."""
        options: dict[str, Any] = {}
        if self.chance(0.25):
            names = ("block", "my-layer", "Stage.2", "head", "x")
            options["name"] = f"{self.random.choice(names)}_{self.random.randrange(10**6)}"
        if self.chance(0.08):
            options["dtype"] = self.random.choice(("mixed_float16", "float16", "mixed_bfloat16"))
        if self.chance(0.08):
            options["trainable"] = False
        return options

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def outputs(self) -> list[Any]:
        """The tensors that nothing reads; now and then others too, or not all."""
        found = [x for x in self.tensors if id(x) not in self.read]
        if len(found) > 2 and self.chance(0.3):
            found = self.random.sample(found, self.random.randint(1, 2))
        if self.chance(0.1):
            found.append(self.random.choice(self.tensors))
        return found


class SublayerPath(NamedTuple):
    """A way for a graph to grow, and how often to go it."""

    take: Callable[[Graph], object]
    weight: float


STEPS: dict[str, SublayerPath] = {}


def step(weight: float) -> Callable[[Callable[[Graph], object]], Callable[[Graph], object]]:
    def register(take: Callable[[Graph], object]) -> Callable[[Graph], object]:
        STEPS[take.__name__] = SublayerPath(take, weight)
        return take

    return register


Maker: TypeAlias = Callable[[random.Random, dict[str, Any]], Any]


def units(seed: random.Random) -> int:
    return seed.choice((1, 2, 3, 4, 6))


def kernel(seed: random.Random, rank: int) -> Any:
    if seed.random() < 0.6:
        return seed.choice((1, 2, 3))
    return tuple(seed.choice((1, 2, 3)) for _ in range(rank))


def layout(seed: random.Random) -> str | None:
    return "channels_first" if seed.random() < 0.07 else None


def sliding(seed: random.Random, rank: int) -> dict[str, Any]:
    """The arguments of a window: padding, and either strides or dilation."""
    found: dict[str, Any] = {"padding": seed.choice(("same", "same", "valid"))}
    if seed.random() < 0.3:
        found["strides"] = seed.choice((2, (2,) * rank))
    elif seed.random() < 0.2:
        found["dilation_rate"] = 2
    return found


def strided(seed: random.Random, rank: int) -> dict[str, Any]:
    found = sliding(seed, rank)
    found.pop("dilation_rate", None)
    return found


def plain(kind: str, *args: Any, **kwargs: Any) -> Maker:
    """A layer that always has the same arguments."""
    return lambda seed, options: getattr(L, kind)(*args, **kwargs, **options)


def conv(rank: int) -> Maker:
    return lambda seed, options: getattr(L, f"Conv{rank}D")(
        units(seed),
        kernel(seed, rank),
        use_bias=seed.random() < 0.7,
        activation=seed.choice((None, "relu", "gelu")),
        data_format=layout(seed),
        **sliding(seed, rank),
        **options,
    )


def transposed(rank: int) -> Maker:
    return lambda seed, options: getattr(L, f"Conv{rank}DTranspose")(
        units(seed), kernel(seed, rank), **strided(seed, rank), **options
    )


def depthwise(rank: int) -> Maker:
    return lambda seed, options: getattr(L, f"DepthwiseConv{rank}D")(
        kernel(seed, rank), depth_multiplier=seed.choice((1, 2)), **options, padding="same"
    )


def separable(rank: int) -> Maker:
    return lambda seed, options: getattr(L, f"SeparableConv{rank}D")(
        units(seed), kernel(seed, rank), **strided(seed, rank), **options
    )


def pooling(rank: int) -> Maker:
    return lambda seed, options: getattr(L, f"{seed.choice(('Max', 'Average'))}Pooling{rank}D")(
        seed.choice((2, 3)),
        padding=seed.choice(("same", "valid")),
        data_format=layout(seed),
        **options,
    )


def pooled(rank: int) -> Maker:
    return lambda seed, options: getattr(
        L, f"Global{seed.choice(('Max', 'Average'))}Pooling{rank}D"
    )(data_format=layout(seed), **options)


def kept(rank: int) -> Maker:
    return lambda seed, options: getattr(
        L, f"Global{seed.choice(('Max', 'Average'))}Pooling{rank}D"
    )(keepdims=True, **options)


def dense(seed: random.Random, options: dict[str, Any]) -> Any:
    bias = seed.random() < 0.8
    return L.Dense(units(seed), use_bias=bias, activation=seed.choice((None, "relu")), **options)


def cell(seed: random.Random) -> Any:
    kinds = (L.LSTMCell, L.GRUCell, L.SimpleRNNCell)
    return seed.choice(kinds)(units(seed))


def recurrent(sequences: bool) -> Maker:
    def make(seed: random.Random, options: dict[str, Any]) -> Any:
        kind = seed.choice((L.LSTM, L.GRU, L.SimpleRNN))
        more = {"reset_after": seed.random() < 0.5} if kind is L.GRU else {}
        return kind(units(seed), return_sequences=sequences, **more, **options)

    return make


def of_cells(seed: random.Random, options: dict[str, Any]) -> Any:
    cells: Any = cell(seed)
    if seed.random() < 0.4:
        cells = [cell(seed), cell(seed)]
    return L.RNN(cells, return_sequences=True, **options)


def both_ways(sequences: bool) -> Maker:
    return lambda seed, options: L.Bidirectional(
        recurrent(sequences)(seed, {}),
        merge_mode=seed.choice(("concat", "concat", "sum", "mul", "ave")),
        **options,
    )


def each_time(*inner: Maker) -> Maker:
    return lambda seed, options: L.TimeDistributed(seed.choice(inner)(seed, {}), **options)


def einsum(seed: random.Random, options: dict[str, Any]) -> Any:
    bias = seed.choice((None, "d"))
    return L.EinsumDense("abc,cd->abd", output_shape=(None, units(seed)), bias_axes=bias, **options)


def spectral(inner: Maker) -> Maker:
    return lambda seed, options: L.SpectralNormalization(inner(seed, {}), **options)


ANYWHERE: tuple[Maker, ...] = (
    plain("BatchNormalization"),
    plain("BatchNormalization", scale=False),
    plain("LayerNormalization"),
    plain("RMSNormalization"),
    plain("UnitNormalization"),
    plain("Dropout", 0.3),
    plain("GaussianNoise", 0.1),
    plain("AlphaDropout", 0.1),
    plain("Activation", "relu"),
    plain("Activation", "softmax"),
    plain("ReLU", max_value=6),
    plain("LeakyReLU"),
    plain("ELU"),
    plain("Softmax"),
    plain("Identity"),
    plain("Rescaling", 0.5),
    plain("ActivityRegularization", 0.1),
    plain("GroupNormalization", 1),
)

SAME_RANK: dict[int, tuple[Maker, ...]] = {
    2: (dense, dense, dense, plain("PReLU"), spectral(dense)),
    3: (
        conv(1),
        conv(1),
        dense,
        dense,
        transposed(1),
        depthwise(1),
        separable(1),
        pooling(1),
        kept(1),
        recurrent(sequences=True),
        recurrent(sequences=True),
        both_ways(sequences=True),
        of_cells,
        each_time(dense, plain("LayerNormalization"), plain("Dropout", 0.2)),
        einsum,
        spectral(conv(1)),
        plain("ZeroPadding1D", (1, 2)),
        plain("UpSampling1D", 2),
        plain("Cropping1D", 1),
        plain("SpatialDropout1D", 0.2),
        plain("Masking"),
        plain("PReLU", shared_axes=[1]),
        plain("Conv1D", 2, 3, padding="causal"),
    ),
    4: (
        conv(2),
        conv(2),
        conv(2),
        dense,
        transposed(2),
        depthwise(2),
        separable(2),
        pooling(2),
        kept(2),
        each_time(
            dense, conv(1), recurrent(sequences=True), plain("GlobalMaxPooling1D", keepdims=True)
        ),
        plain("ZeroPadding2D", ((1, 0), (2, 1))),
        plain("UpSampling2D", (2, 3)),
        plain("UpSampling2D", 2, interpolation="bilinear"),
        plain("Cropping2D", 1),
        plain("SpatialDropout2D", 0.2),
        plain("PReLU", shared_axes=[1, 2]),
        plain("Permute", (2, 1, 3)),
        plain(
            "Conv2D", 2, 3, padding="same", kernel_initializer="he_normal", kernel_regularizer="l2"
        ),
        plain("Resizing", 6, 7),
    ),
    5: (
        conv(3),
        transposed(3),
        pooling(3),
        each_time(conv(2), pooling(2), plain("BatchNormalization")),
        plain("ZeroPadding3D", 1),
        plain("UpSampling3D", 2),
        plain("Cropping3D", ((0, 1), (0, 0), (1, 0))),
        plain("ConvLSTM2D", 2, 3, padding="same", return_sequences=True),
    ),
}
"""Layers that read one tensor and keep its rank."""

OTHER_RANK: dict[int, dict[int, tuple[Maker, ...]]] = {
    2: {3: (plain("RepeatVector", 4), plain("Reshape", (-1, 1)))},
    3: {
        2: (pooled(1), pooled(1), recurrent(sequences=False), both_ways(sequences=False)),
        4: (plain("Reshape", (2, -1, 1)),),
    },
    4: {
        2: (pooled(2), pooled(2), plain("Flatten")),
        3: (plain("Reshape", (-1, 2)), plain("Reshape", (4, -1)), each_time(pooled(1))),
    },
    5: {
        2: (pooled(3), plain("Flatten")),
        4: (plain("ConvLSTM2D", 2, 2), each_time(pooled(2))),
        3: (each_time(pooled(2)),),
    },
}
"""Those that give another rank: from, to."""


def unary(seed: random.Random, rank: int, options: dict[str, Any]) -> tuple[Any, int]:
    """A layer that reads a tensor of this rank, and the rank that it gives."""
    way = seed.random()
    if way < 0.25:
        return seed.choice(ANYWHERE)(seed, options), rank
    if way < 0.88:
        return seed.choice(SAME_RANK[rank])(seed, options), rank
    to = seed.choice(sorted(OTHER_RANK[rank]))
    layer = seed.choice(OTHER_RANK[rank][to])(seed, options)
    return layer, len(layer.compute_output_shape((None, *[8] * (rank - 1))))


@step(30)
def one_layer(graph: Graph) -> None:
    x = graph.pick(2, 3, 4, 5)
    options = graph.options()
    frozen = graph.chance(0.05)
    layer, _ = unary(graph.random, len(x.shape), options)
    if frozen:
        layer.trainable = False
    graph.call(layer, x)


@step(2)
def told_of_training(graph: Graph) -> None:
    x = graph.pick()
    layer = graph.random.choice((L.BatchNormalization, L.Dropout))
    options = {"rate": 0.5} if layer is L.Dropout else {}
    graph.call(layer(**options, **graph.options()), x, training=graph.random.choice((True, False)))


@step(10)
def shared(graph: Graph) -> None:
    """Apply a layer or model again, to other tensors of the same rank and channels."""
    if not graph.calls:
        raise NothingFitsError
    layer, args, kwargs = graph.random.choice(graph.calls)

    def other(x: Any) -> Any:
        if not isinstance(x, keras.KerasTensor):
            return x
        like = x.dtype if "float" not in x.dtype else "float"
        shape = x.shape

        # Keras compares what these merge only once, and then gives sizes that are not so.
        exactly = isinstance(layer, L.Concatenate | L.Dot) or "mask" in kwargs

        def fits(y: Any) -> bool:
            alike = len(y.shape) == len(shape) and y.shape[-1] == shape[-1]
            return alike and not (exactly and y.shape != shape)

        return graph.pick(of=like, fits=fits)

    args, kwargs = keras.tree.map_structure(other, (args, kwargs))
    graph.call(layer, *args, **kwargs)


MERGES = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate")


@step(10)
def merged(graph: Graph) -> None:
    x = graph.pick()
    kind = graph.random.choice(MERGES)
    count = 2 if kind == "Subtract" else graph.random.choice((2, 2, 3))
    rest = [graph.pick(fits=lambda y: y.shape == x.shape) for _ in range(count - 1)]
    graph.call(getattr(L, kind)(**graph.options()), [x, *rest])


@step(4)
def concatenated(graph: Graph) -> None:
    x = graph.pick(2, 3, 4)
    axis = graph.random.choice((-1, 1, len(x.shape) - 1))

    def fits(y: Any) -> bool:
        alike = [a == b for a, b in zip(x.shape, y.shape, strict=False)]
        return len(y.shape) == len(x.shape) and all(
            same for i, same in enumerate(alike) if i != axis % len(alike)
        )

    graph.call(L.Concatenate(axis=axis, **graph.options()), [x, graph.pick(fits=fits)])


@step(2)
def broadcast(graph: Graph) -> None:
    x = graph.pick(3, 4)
    pooled_x = graph.call(kept(len(x.shape) - 2)(graph.random, {}), x)[0]
    graph.call(graph.random.choice((L.Multiply, L.Add))(**graph.options()), [x, pooled_x])


@step(2)
def dotted(graph: Graph) -> None:
    x = graph.pick(2, 3)
    y = graph.pick(fits=lambda y: y.shape == x.shape)
    axes = graph.random.choice((1, -1)) if len(x.shape) == 2 else 2
    graph.call(L.Dot(axes=axes, normalize=graph.chance(0.3), **graph.options()), [x, y])


@step(6)
def residual(graph: Graph) -> None:
    x = graph.pick(2, 3, 4)
    y = graph.call(L.Dense(x.shape[-1], **graph.options()), x)[0]
    graph.keep([x + y if graph.chance(0.3) else L.Add()([x, y])], [x, y])


@step(4)
def multi_head(graph: Graph) -> None:
    seed = graph.random
    query, value = graph.pick(3), graph.pick(3)
    layer = L.MultiHeadAttention(
        seed.choice((1, 2)),
        seed.choice((2, 3)),
        value_dim=seed.choice((None, 2)),
        use_bias=graph.chance(0.7),
        output_shape=seed.choice((None, None, 3)),
        **graph.options(),
    )
    way = seed.randrange(4)
    if way == 0:
        graph.call(layer, query, value)
    elif way == 1:
        graph.call(layer, query=query, value=value)
    elif way == 2:
        graph.call(layer, query, value=value, key=graph.pick(3, fits=alike_at(1, value)))
    else:
        graph.call(layer, query, query, return_attention_scores=True)


def alike_at(axis: int, x: Any) -> Callable[[Any], bool]:
    size = x.shape[axis]
    return lambda y: len(y.shape) > axis and y.shape[axis] == size


@step(1)
def grouped_query(graph: Graph) -> None:
    query, value = graph.pick(3), graph.pick(3)
    layer = L.GroupQueryAttention(2, 4, graph.random.choice((1, 2, 4)), **graph.options())
    graph.call(layer, query, value)


@step(2)
def attended(graph: Graph) -> None:
    x = graph.pick(3)
    y = graph.pick(3, fits=alike_at(2, x))
    kind = graph.random.choice((L.Attention, L.AdditiveAttention))
    more = {"return_attention_scores": True} if graph.chance(0.3) else {}
    graph.call(kind(**graph.options()), [x, y], **more)


@step(4)
def with_states(graph: Graph) -> None:
    """A recurrent layer that gives its states, and one that begins with them."""
    x, size = graph.pick(3), units(graph.random)
    kind = graph.random.choice((L.LSTM, L.LSTM, L.GRU, L.SimpleRNN))
    encoder = kind(size, return_state=True, return_sequences=graph.chance(0.5), **graph.options())
    _, *states = graph.call(encoder, x)
    if graph.chance(0.7):
        decoder = kind(size, return_sequences=graph.chance(0.5), **graph.options())
        one = len(states) == 1 and graph.chance(0.5)
        graph.call(decoder, graph.pick(3), initial_state=states[0] if one else states)


@step(1)
def both_ways_with_states(graph: Graph) -> None:
    layer = L.Bidirectional(L.LSTM(2, return_state=True, return_sequences=True), **graph.options())
    _, *states = graph.call(layer, graph.pick(3))
    if graph.chance(0.5):
        graph.call(L.Bidirectional(L.LSTM(2)), graph.pick(3), initial_state=states)


@step(3)
def masked(graph: Graph) -> None:
    x = graph.pick(3)
    mask = graph.call(lambda x: x[..., 0] > 0.5, x)[0]
    graph.call(recurrent(graph.chance(0.5))(graph.random, graph.options()), x, mask=mask)


@step(4)
def embedded(graph: Graph) -> None:
    x = graph.pick(2, of="int")
    layer = L.Embedding(
        graph.random.choice((5, 11)),
        units(graph.random),
        mask_zero=graph.chance(0.3),
        **graph.options(),
    )
    graph.call(layer, x)


@step(1)
def encoded(graph: Graph) -> None:
    mode = graph.random.choice(("one_hot", "multi_hot", "count"))
    x = graph.pick(2, of="int", fits=lambda x: mode != "one_hot" or x.shape[-1] == 1)
    graph.call(L.CategoryEncoding(num_tokens=7, output_mode=mode), x)


ELEMENTWISE = (
    "relu", "gelu", "silu", "sigmoid", "softplus", "tanh", "exp", "abs", "square", "sqrt", "sin",
    "negative", "sign", "floor", "log1p", "erf", "elu", "hard_silu", "relu6", "reciprocal",
)  # fmt: skip
REDUCTIONS = (
    "mean",
    "sum",
    "max",
    "min",
    "prod",
    "var",
    "std",
    "logsumexp",
    "any",
    "all",
    "amax",
    "count_nonzero",
)


@step(5)
def operator(graph: Graph) -> None:
    """A Python operator with a number, or between tensors."""
    x = graph.pick()
    seed = graph.random
    y = seed.choice((2.0, 0.5, 3, graph.pick(fits=lambda y: y.shape == x.shape)))
    ways: tuple[Callable[[Any, Any], Any], ...] = (
        lambda x, y: x + y,
        lambda x, y: y + x,
        lambda x, y: x - y,
        lambda x, y: y - x,
        lambda x, y: x * y,
        lambda x, y: x / y,
        lambda x, y: y / x,
        lambda x, y: x**y,
        lambda x, y: x // y,
        lambda x, y: x % y,
        lambda x, y: x > y,
        lambda x, y: x <= y,
        lambda x, _: -x,
        lambda x, _: abs(x),
        O.maximum,
        lambda x, y: O.where(x > y, x, y),
    )
    graph.call(seed.choice(ways), x, y)


@step(3)
def sliced(graph: Graph) -> None:
    x = graph.pick()
    ways: list[Callable[[Any], Any]] = [
        lambda x: x[:, 1:],
        lambda x: x[:, ::2],
        lambda x: x[:, -1],
        lambda x: x[..., :1],
        lambda x: x[..., 0],
        lambda x: x[:, None],
        lambda x: x[..., None],
        lambda x: x[:, :-1],
        lambda x: x[:, ::-1],
        lambda x: x[:, 0:2, ...],
    ]
    graph.call(graph.random.choice(ways), x)


@step(4)
def elementwise(graph: Graph) -> None:
    graph.call(getattr(O, graph.random.choice(ELEMENTWISE)), graph.pick())


@step(3)
def reduced(graph: Graph) -> None:
    x = graph.pick(3, 4)
    axis = graph.random.choice((1, -1, 2, (1, 2)))
    kind = graph.random.choice(REDUCTIONS)
    more = {} if kind == "count_nonzero" else {"keepdims": graph.chance(0.5)}
    graph.call(getattr(O, kind), x, axis=axis, **more)


@step(5)
def rearranged(graph: Graph) -> None:
    x = graph.pick(3)
    seed = graph.random
    ways: tuple[Callable[[Any], Any], ...] = (
        lambda x: O.transpose(x, (0, 2, 1)),
        lambda x: O.swapaxes(x, 1, 2),
        lambda x: O.moveaxis(x, 1, -1),
        lambda x: O.expand_dims(x, seed.choice((1, -1, 2))),
        lambda x: O.reshape(x, (-1, x.shape[-1])),
        lambda x: O.reshape(x, (-1, 1, *x.shape[1:])) if x.shape[1] else O.expand_dims(x, 1),
        lambda x: O.squeeze(O.expand_dims(x, 1), 1),
        lambda x: O.flip(x, axis=1),
        lambda x: O.roll(x, 1, axis=1),
        lambda x: O.tile(x, (1, 2, 1)),
        lambda x: O.repeat(x, 2, axis=1),
        lambda x: O.pad(x, ((0, 0), (1, 2), (0, 0))),
        lambda x: O.cumsum(x, axis=1),
        lambda x: O.sort(x, axis=-1),
        lambda x: O.argmax(x, axis=-1),
        lambda x: O.cast(x, "float16"),
        lambda x: O.clip(x, 0.0, 1.0),
        lambda x: O.softmax(x, axis=seed.choice((-1, 1))),
        O.log_softmax,
        lambda x: O.normalize(x, axis=-1),
        O.ones_like,
        O.zeros_like,
        O.stop_gradient,
        lambda x: O.norm(x, axis=-1),
        lambda x: O.one_hot(O.argmax(x, axis=-1), 5),
        O.isnan,
        lambda x: O.diff(x, axis=1),
        lambda x: O.leaky_relu(x, 0.1),
        lambda x: O.take(x, 0, axis=1),
        lambda x: O.broadcast_to(x[:, :1, :1], (1, 4, 3)),
    )
    graph.call(seed.choice(ways), x)


@step(3)
def joined(graph: Graph) -> None:
    """An operation on several tensors."""
    x = graph.pick(3, 4)
    y = graph.pick(fits=lambda y: y.shape == x.shape)
    ways: tuple[Callable[[Any, Any], Any], ...] = (
        lambda x, y: O.concatenate([x, y], axis=-1),
        lambda x, y: O.concatenate([x, y], axis=1),
        lambda x, y: O.stack([x, y], axis=1),
        lambda x, y: O.stack([x, y], axis=-1),
        lambda x, y: O.matmul(x, O.swapaxes(y, -1, -2)),
        O.multiply,
        lambda x, y: O.logical_and(x > 0, y > 0),
        lambda x, y: O.where(x > 0, x, y),
        lambda x, y: O.einsum("...i,...i->...", x, y),
        lambda x, y: x @ O.swapaxes(y, -1, -2),
        lambda x, y: O.append(x, y, axis=1),
    )
    graph.call(graph.random.choice(ways), x, y)


@step(2)
def several_outputs(graph: Graph) -> None:
    x = graph.pick(2, 3, fits=lambda x: (x.shape[-1] or 1) % 2 == 0)
    ways: tuple[Callable[[Any], Any], ...] = (
        lambda x: O.split(x, 2, axis=-1),
        lambda x: O.unstack(x, axis=-1),
        lambda x: O.top_k(x, 2),
        lambda x: O.split(x, [1], axis=-1),
        lambda x: O.moments(x, axes=[1]),
    )
    graph.call(graph.random.choice(ways), x)


@step(2)
def of_images(graph: Graph) -> None:
    x = graph.pick(4)
    ways: tuple[Callable[[Any], Any], ...] = (
        lambda x: O.image.resize(x, (5, 6)),
        lambda x: O.max_pool(x, 2, 2, "same"),
        lambda x: O.average_pool(x, (2, 1), 1, "valid"),
        lambda x: O.image.pad_images(x, 1, 1, 1, 1),
        lambda x: O.image.crop_images(x, 1, 1, 1, 1),
        lambda x: O.image.rgb_to_grayscale(O.concatenate([x[..., :1]] * 3, axis=-1)),
        lambda x: x * O.ones((x.shape[-1] or 1,), "float32"),
        lambda x: O.conv(x, O.ones((1, 1, x.shape[-1] or 1, 2), "float32"), 1, "valid"),
    )
    graph.call(graph.random.choice(ways), x)


def loosened(graph: Graph, x: Any) -> tuple[int | None, ...]:
    """The shape of an input for a model that reads this tensor, maybe with less known."""
    sizes = x.shape[1:]
    if len(sizes) > 1 and graph.chance(0.4):
        return (*[None] * (len(sizes) - 1), sizes[-1])
    return tuple(sizes)


@step(7)
def nested_functional(graph: Graph) -> None:
    if graph.depth >= MAX_DEPTH:
        raise NothingFitsError
    read = [graph.pick() for _ in range(graph.random.choice((1, 1, 1, 2)))]
    inputs = [keras.Input(loosened(graph, x), dtype=x.dtype) for x in read]
    own_inputs = [id(x) for x in inputs]
    inner = Graph(graph.random, inputs, graph.depth + 1)
    inner.grow(graph.random.randint(1, 5))
    model = functional(inner, **named(graph, "inner"))
    own = [id(x) for x in model.inputs]
    read = [read[own_inputs.index(one)] for one in own]
    freeze(graph, model)
    use_model(graph, model, read)


@step(5)
def each_model(graph: Graph) -> None:
    """A model at each step of a sequence, of one input and one output."""
    if graph.depth >= MAX_DEPTH:
        raise NothingFitsError
    x = graph.pick(3, 4, 5)
    own = keras.Input(loosened(graph, x[:, 0]), dtype=x.dtype)
    inner = Graph(graph.random, [own], graph.depth + 1)
    inner.grow(graph.random.randint(1, 6))
    last = [y for y in inner.tensors if len(y.shape) > 1 and id(own) in sources([y])]
    model = keras.Model(own, last[-1], **named(graph, "each"))
    freeze(graph, model)
    graph.call(L.TimeDistributed(model, **graph.options()), x)


@step(7)
def nested_sequential(graph: Graph) -> None:
    x = graph.pick(2, 3, 4)
    model, _ = sequential(
        graph, len(x.shape), x if graph.chance(0.5) else None, **named(graph, "stack")
    )
    use_model(graph, model, [x])
    freeze(graph, model)


def use_model(graph: Graph, model: Any, read: list[Any]) -> None:
    more = {"training": False} if graph.chance(0.1) else {}
    struct = getattr(model, "_inputs_struct", None)
    if isinstance(struct, dict):
        graph.call(model, dict(zip(sorted(struct), read, strict=True)), **more)
    else:
        graph.call(model, read if len(read) > 1 else read[0], **more)


def named(graph: Graph, word: str) -> dict[str, Any]:
    if graph.chance(0.4):
        return {"name": f"{word}_{graph.random.randrange(10**6)}"}
    return {}


def freeze(graph: Graph, model: Any) -> None:
    if graph.chance(0.12):
        model.trainable = False
        if graph.chance(0.3):
            graph.random.choice(model.layers).trainable = True
    elif graph.chance(0.1):
        graph.random.choice(model.layers).trainable = False


def sequential(graph: Graph, rank: int, known: Any, **options: Any) -> tuple[Any, int]:
    """A chain of layers that reads a tensor of this rank, and the rank that it gives.

    Some of them are chains themselves. `known` is a tensor of which it knows the shape, if any.
    """
    seed = graph.random
    layers: list[Any] = []
    if known is not None:
        layers.append(keras.Input(loosened(graph, known), dtype=known.dtype))
    for _ in range(seed.randint(1, 4)):
        if len(layers) > 1 and graph.depth < MAX_DEPTH and graph.chance(0.15):
            graph.depth += 1
            layer, rank = sequential(graph, rank, None)
            graph.depth -= 1
        else:
            layer, rank = unary(seed, rank, graph.options())
        layers.append(layer)
    return keras.Sequential(layers, **options), rank


def functional(graph: Graph, **options: Any) -> Any:
    """The model of a graph: of all inputs that its outputs need."""
    outputs: Any = graph.outputs()
    needed = sources(outputs)
    inputs: Any = [x for x in graph.inputs if id(x) in needed]
    seed = graph.random
    if len(inputs) > 1 and graph.chance(0.3):
        seed.shuffle(inputs)
    if len(inputs) == 1 and graph.chance(0.7):
        inputs = inputs[0]
    elif graph.chance(0.15):
        inputs = {x.name: x for x in inputs}
    if len(outputs) == 1 and graph.chance(0.8):
        outputs = outputs[0]
    elif graph.chance(0.15):
        outputs = {f"out_{i * 7 % 10}": x for i, x in enumerate(outputs)}
    return keras.Model(inputs, outputs, **options)


def sources(outputs: Sequence[Any]) -> set[int]:
    """The ids of the inputs that these tensors are made of."""
    found: set[int] = set()
    seen: set[int] = set()
    pending = list(outputs)
    while pending:
        x = pending.pop()
        if id(x) in seen:
            continue
        seen.add(id(x))
        operation, node, _ = x._keras_history
        read = operation._inbound_nodes[node].input_tensors
        pending += read
        if not read:
            found.add(id(x))
    return found


INPUTS: tuple[tuple[tuple[int | None, ...], str], ...] = (
    ((4,), "float32"),
    ((6,), "float32"),
    ((8, 4), "float32"),
    ((None, 4), "float32"),
    ((6, 3), "float32"),
    ((8, 8, 3), "float32"),
    ((None, None, 2), "float32"),
    ((9, 7, 4), "float32"),
    ((None, 8, 2), "float32"),
    ((4, 6, 6, 2), "float32"),
    ((None, 6, 6, 2), "float32"),
    ((5,), "int32"),
    ((None,), "int32"),
    ((1,), "int32"),
    ((8, 4), "float16"),
)


class File(NamedTuple):
    """A model, its file, and what Keras reads in that."""

    built: Any
    text: str
    model: Any

    def archive(self, folder: Path) -> bytes:
        """The model saved as an archive, weights and all."""
        path = folder / "model.keras"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.built.save(path)
        return path.read_bytes()


def random_file(number: int) -> File:
    """The file of this number: always the same."""
    for attempt in count():
        keras.backend.clear_session(free_memory=False)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model = random_model(random.Random(f"{number}.{attempt}"))
                text = model.to_json()
                again = keras.models.model_from_json(text)
                of_keras(again)
                return File(model, text, again)
        except Exception as error:  # noqa: BLE001 - Keras does not read all that it writes
            refused[f"file: {type(error).__name__} {str(error)[:80]}"] += 1
    raise AssertionError


def random_model(seed: random.Random) -> Any:
    """A model: now and then a chain, else a graph."""
    if seed.random() < 0.08:
        shape, dtype = seed.choice([(shape, of) for shape, of in INPUTS if "float" in of])
        x = keras.Input(shape, dtype=dtype)
        return sequential(Graph(seed, [x]), len(shape) + 1, x)[0]
    graph = Graph(seed, list(random_inputs(seed)))
    graph.grow(seed.randint(3, 20))
    model = functional(graph, **named(graph, "model"))
    if seed.random() < 0.03:
        model.trainable = False
    return model


def random_inputs(seed: random.Random) -> Iterator[Any]:
    for i in range(seed.choice((1, 1, 2, 2, 3))):
        shape, dtype = seed.choice(INPUTS)
        options: dict[str, Any] = {}
        if seed.random() < 0.5:
            options["name"] = f"input_{seed.choice('abcdef')}{i}"
        if seed.random() < 0.1:
            options["batch_size"] = 2
        yield keras.Input(shape, dtype=dtype, **options)
