"""Functional models, made by Keras of what a spec has for them."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from convcalc.layers import find

Make = Callable[[str, Mapping[str, Any]], Any]

FAMILIES = ("numpy", "nn", "core", "math")
OPTIONS = {"name", "trainable", "dtype"}


def functional(
    keras: Any,
    make: Make,
    layers: list[Any],
    reads: dict[str, Any] | None = None,
    outputs: Any = None,
    shares: dict[str, str] | None = None,
    **options: Any,
) -> Any:
    """The model of the arguments that a spec has; `make` makes a layer."""
    if unknown := options.keys() - OPTIONS:
        raise TypeError(unknown)
    keras.dtype_policies.get(options.pop("dtype", None))
    graph = _Graph(keras, make, reads or {}, shares or {})
    for one in layers:
        ((kind, args),) = ({one: {}} if isinstance(one, str) else one).items()
        graph.add(kind, args or {})
    if graph.shares or graph.reads:
        raise ValueError((graph.shares, graph.reads))
    names = graph.above if outputs is None else outputs
    ends = (
        [graph.tensor(name) for name in names] if isinstance(names, list) else graph.tensor(names)
    )
    inputs = graph.inputs[0] if len(graph.inputs) == 1 else graph.inputs
    model = keras.Model(inputs, ends, **options)
    # Keras has a model's layers by how far they are from its outputs.
    model.as_written = [made[0] for made in graph.made.values() if made[0] in model.layers]
    return model


class _Graph:
    """The tensors of a model, by the names of the calls that give them."""

    def __init__(
        self, keras: Any, make: Make, reads: Mapping[str, Any], shares: Mapping[str, str]
    ) -> None:
        self.keras = keras
        self.make = make
        self.reads = dict(reads)
        self.shares = dict(shares)
        self.tensors: dict[str, Any] = {}
        self.made: dict[str, Any] = {}
        self.inputs: list[Any] = []
        self.above = ""

    def add(self, kind: str, args: Mapping[str, Any]) -> None:
        """Make a layer, and apply it; then what shares one, as soon as it can be."""
        found = find(kind)
        call_arguments = (
            {name: args[name] for name in found.call_arguments if name in args} if found else {}
        )
        own = {name: value for name, value in args.items() if name not in call_arguments}
        layer = _operation(kind)(**own) if kind.startswith("ops.") else self.make(kind, own)
        name = layer.name
        if name in self.tensors:
            raise ValueError(name)
        if kind == "InputLayer":
            self.tensors[name] = [layer.output]
            self.inputs.append(layer.output)
        else:
            self.made[name] = layer, bool(found and found.merges), call_arguments
            self.apply(name, name, self.reads.pop(name) if name in self.reads else self.above)
        self.above = name
        while self.shares:
            name, of = next(iter(self.shares.items()))
            if of not in self.tensors or not self.is_there(self.reads[name]):
                break
            self.apply(name, of, self.reads.pop(name))
            del self.shares[name]

    def apply(self, name: str, of: str, read: Any) -> None:
        """Call a layer on what it reads."""
        layer, merges, call_arguments = self.made[of]
        if name in self.tensors:
            raise ValueError(name)
        if isinstance(read, dict):
            output = layer(
                **{key: self.argument(part) for key, part in read.items()}, **call_arguments
            )
        elif isinstance(read, list) and not merges:
            output = layer(*self.argument(read), **call_arguments)
        else:
            output = layer(self.argument(read), **call_arguments)
        self.tensors[name] = self.keras.tree.flatten(output)

    def argument(self, read: Any) -> Any:
        return [self.tensor(one) for one in read] if isinstance(read, list) else self.tensor(read)

    def tensor(self, name: str) -> Any:
        if name in self.tensors:
            return self.tensors[name][0]
        layer, _, output = name.rpartition(":")
        return self.tensors[layer][int(output)]

    def is_there(self, read: Any) -> bool:
        parts = list(read.values()) if isinstance(read, dict) else [read]
        names = [name for part in parts for name in (part if isinstance(part, list) else [part])]
        return all(
            name in self.tensors or name.rpartition(":")[0] in self.tensors for name in names
        )


def _operation(kind: str) -> Any:
    name = kind.removeprefix("ops.")
    modules = [importlib.import_module(f"keras.src.ops.{family}") for family in FAMILIES]
    return next(vars(module)[name] for module in modules if name in vars(module))
