"""The classes that a file names: which kinds they are, and which of them are models."""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from convcalc.formats.keras import legacy
from convcalc.layers import find
from convcalc.layers.binding import COMMON
from convcalc.layers.declared import Declared
from convcalc.layers.kind import Kind

FUNCTIONAL = "Functional"
SEQUENTIAL = "Sequential"

RENAMED = {"GroupedQueryAttention": "GroupQueryAttention"}
"""Classes that Keras's files call otherwise than `keras.layers` does."""


class Kinds:
    """The kinds that a file may name: those of Keras, and those that are declared beside it.

    `legacy` says that Keras 2 wrote the file.
    """

    def __init__(self, declared: Mapping[str, type[Kind]], *, legacy: bool = False) -> None:
        self.declared = dict(declared)
        self.given = frozenset(declared)
        self.legacy = legacy
        self.known: dict[tuple[Any, Any], str | None] = {}

    def drops(self, kind: type[Kind], argument: str, value: Any) -> bool:
        """Whether an argument that a kind does not have says nothing of shapes and weights."""
        return (
            argument in COMMON
            or argument in UNREAD
            or issubclass(kind, Declared)
            or (self.legacy and value == legacy.SIGNIFICANT.get(argument, value))
        )

    def get(self, name: str) -> type[Kind] | None:
        """The kind of a name, which a declaration may give to another than Keras."""
        return self.declared.get(name) or find(name)

    def name(self, serialized: Mapping[str, Any]) -> str | None:
        """The kind of a serialized layer or operation; None for a class that nobody knows."""
        class_name = str(serialized.get("class_name"))
        if class_name in legacy.OPERATIONS and class_name not in self.given:
            function = legacy.operation(serialized["config"])
            return function and (function if find(function) else self.shipped(function))
        # Without a module Keras 3 writes what is of its user's main program; Keras 2 has none.
        module = str(serialized.get("module", "keras"))
        key = (module, class_name)
        if key not in self.known:
            self.known[key] = self.name_of(module, class_name)
        return self.known[key]

    def name_of(self, module: str, class_name: str) -> str | None:
        """The kind of a class in a module; None for one that nobody knows."""
        name = class_name.rpartition(">")[2]  # the package that a class is registered under
        if name in self.given:
            return name
        if module.startswith("keras.src.ops."):
            return f"ops.{name}"
        if module.partition(".")[0] not in {"keras", "tf_keras"}:
            return None
        # Keras 2 does not tell the modules of its classes.
        name = RENAMED.get(class_name) or legacy.KINDS.get(class_name, class_name)
        return name if find(name) else self.shipped(name)

    def shipped(self, name: str) -> str | None:
        """A class that is no public layer of Keras 3: of Keras 2, or of keras.applications."""
        declared = legacy.LAYERS if name in legacy.LAYERS else _of_applications()
        if name not in declared:
            return None
        self.declared |= declared
        return name


@functools.cache
def _of_applications() -> Mapping[str, type[Kind]]:
    from convcalc.formats.spec import read_kinds  # noqa: PLC0415 (start-up time)

    return read_kinds(_APPLICATIONS.read_bytes())


UNREAD = frozenset({"batch_input_shape", "build_input_shape", "seed_generator"})
"""What stands among the arguments of a layer, but is none."""

_APPLICATIONS = Path(__file__).with_name("applications.yaml")


def is_graph(
    name: str | None, kind: type[Kind] | None, config: Mapping[str, Any], kinds: Kinds
) -> bool:
    """Whether a serialized layer is a model with connections of its own, of whatever class."""
    if name == FUNCTIONAL and name not in kinds.given:
        return True
    return kind is None and "layers" in config and "input_layers" in config
