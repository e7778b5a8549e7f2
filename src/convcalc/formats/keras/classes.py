"""Maps the classes in Keras's files to layer kinds, and tells which of them are models."""

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
"""Classes whose names in Keras's files differ from those in `keras.layers`."""


class Kinds:
    """The kinds available to a file: Keras's, and those declared outside the file.

    `legacy` means that Keras 2 wrote the file.
    """

    def __init__(self, declared: Mapping[str, type[Kind]], *, legacy: bool = False) -> None:
        self.declared = dict(declared)
        self.given = frozenset(declared)
        self.legacy = legacy
        self.known: dict[tuple[Any, Any], str | None] = {}

    def drops(self, kind: type[Kind], argument: str, value: Any) -> bool:
        """Whether an argument unknown to a kind has no effect on shapes and weights."""
        return (
            argument in COMMON
            or argument in UNREAD
            or issubclass(kind, Declared)
            or (self.legacy and value == legacy.SIGNIFICANT.get(argument, value))
        )

    def get(self, name: str) -> type[Kind] | None:
        """Return the kind of a name; declarations override Keras."""
        return self.declared.get(name) or find(name)

    def name(self, serialized: Mapping[str, Any]) -> str | None:
        """Return the kind name of a serialized layer or operation, or None if unknown."""
        class_name = str(serialized.get("class_name"))
        if class_name in legacy.OPERATIONS and class_name not in self.given:
            function = legacy.operation(serialized["config"])
            return function and (function if find(function) else self.shipped(function))
        # Keras 3 writes a null module for classes of the main program; Keras 2 writes no modules.
        module = str(serialized.get("module", "keras"))
        key = (module, class_name)
        if key not in self.known:
            self.known[key] = self.name_of(module, class_name)
        return self.known[key]

    def name_of(self, module: str, class_name: str) -> str | None:
        """Return the kind name of a class in a module, or None if unknown."""
        name = class_name.rpartition(">")[2]  # drops the package of a registered class
        if name in self.given:
            return name
        if module.startswith("keras.src.ops."):
            return f"ops.{name}"
        if module.partition(".")[0] not in {"keras", "tf_keras"}:
            return None
        name = RENAMED.get(class_name) or legacy.KINDS.get(class_name, class_name)
        return name if find(name) else self.shipped(name)

    def shipped(self, name: str) -> str | None:
        """Return the name if it is a class of Keras 2 or keras.applications that convcalc ships."""
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
"""Keys among a layer's serialized arguments that are not arguments."""

_APPLICATIONS = Path(__file__).with_name("applications.yaml")


def is_graph(
    name: str | None, kind: type[Kind] | None, config: Mapping[str, Any], kinds: Kinds
) -> bool:
    """Whether a serialized layer is a model with its own connections, whatever its class."""
    if name == FUNCTIONAL and name not in kinds.given:
        return True
    return kind is None and "layers" in config and "input_layers" in config
