"""Models as Keras serializes them, in as few words as a test needs."""

import json
from typing import Any

from convcalc import formats
from convcalc.network import Network


def tensor(
    layer: str, call: int = 0, output: int = 0, shape: list[int | None] | None = None
) -> Any:
    config = {"shape": shape, "dtype": "float32", "keras_history": [layer, call, output]}
    return {"class_name": "__keras_tensor__", "config": config}


def call(*args: Any, **kwargs: Any) -> dict[str, Any]:
    """A call; a string among its arguments is the first output of that layer's first call."""
    return {
        "args": [_read(arg) for arg in args],
        "kwargs": {k: _read(v) for k, v in kwargs.items()},
    }


def _read(arg: Any) -> Any:
    if isinstance(arg, list):
        return [_read(item) for item in arg]
    return tensor(arg) if isinstance(arg, str) else arg


def layer(
    class_name: str,
    name: str,
    *calls: dict[str, Any],
    module: str | None = "keras.layers",
    **config: Any,
) -> dict[str, Any]:
    """A layer with its arguments; a call that is not given is on no tensors."""
    made = {"class_name": class_name, "config": {"name": name, **config}, "name": name}
    return {**made, "module": module, "registered_name": None, "inbound_nodes": list(calls)}


def image(name: str = "image", *sizes: int | None) -> dict[str, Any]:
    shape = [None, *(sizes or (8, 8, 3))]
    return layer("InputLayer", name, batch_shape=shape, dtype="float32", sparse=False, ragged=False)


def functional(
    *layers: dict[str, Any],
    inputs: Any = None,
    outputs: Any = None,
    name: str = "net",
    **config: Any,
) -> dict[str, Any]:
    """A Functional model from its first layer to its last, unless it is told otherwise."""
    ends = {
        "input_layers": inputs or [[layers[0]["name"], 0, 0]],
        "output_layers": outputs or [[layers[-1]["name"], 0, 0]],
    }
    whole = {"name": name, "trainable": True, "layers": list(layers), **ends, **config}
    return {"module": "keras.src.models.functional", "class_name": "Functional", "config": whole}


def sequential(*layers: dict[str, Any], name: str = "chain", **config: Any) -> dict[str, Any]:
    whole = {"name": name, "trainable": True, "layers": list(layers), **config}
    return {"module": "keras", "class_name": "Sequential", "config": whole}


def nested(model: dict[str, Any], *calls: dict[str, Any]) -> dict[str, Any]:
    """A model as a layer of another."""
    return {**model, "name": model["config"]["name"], "inbound_nodes": list(calls)}


def read(model: dict[str, Any], **kinds: Any) -> Network:
    return formats.parse(json.dumps(model).encode(), "model.json", kinds=kinds)
