"""The rules: one class per layer kind, in family modules named after Keras's."""

import importlib
from collections import ChainMap
from collections.abc import Iterator, Mapping

from convcalc.layers import index
from convcalc.layers.kind import OPERATION, Kind, registered, registered_operations

WITHOUT_RULE = {
    "FlaxLayer": "it runs a module of Flax, whose code is in no file",
    "InputSpec": "it describes what a layer reads, and is none itself",
    "JaxLayer": "it runs a function of JAX, whose code is in no file",
    "Layer": "it is what all layers are derived from, and is none itself",
    "TFSMLayer": "it runs a SavedModel of TensorFlow, which is a file of its own",
    "TorchModuleWrapper": "it runs a module of PyTorch, whose code is in no file",
    **{
        f"ops.{name}": "its operands are functions, whose code is in no file"
        for name in (
            "AssociativeScan",
            "Cond",
            "ForiLoop",
            "JVP",
            "Map",
            "Scan",
            "Switch",
            "VectorizedMap",
            "WhileLoop",
        )
    },
    "ops.AdaptiveAveragePool": "Keras gives it a wrong shape itself, and can't load it",
    "ops.AdaptiveMaxPool": "Keras gives it a wrong shape itself, and can't load it",
    "ops.Arange": "it can't be called on a tensor that has no value",
    "ops.SegmentReduction": "it is what others are derived from, and is none itself",
    "ops.View": "its output depends on the data type of what it reads",
}
"""Classes of `keras.layers` and `keras.ops` without a kind, each with the reason."""

_NO_ARGUMENT = {
    "Model": "as an argument, no layer of it may read an array, or be called in different ways",
}


def why_no_kind(name: str) -> str | None:
    """Why a class of Keras has no kind; None for any other name."""
    reason = WITHOUT_RULE.get(name) or _NO_ARGUMENT.get(name)
    return reason and f"{name} has no rule: {reason}"


class _Families(Mapping[str, type[Kind]]):
    """Kinds by name. The first lookup of a kind imports its family.

    Start-up dominates the time of a run, and few networks use many families.
    """

    def __init__(self, index: Mapping[str, str], registered: Mapping[str, type[Kind]]) -> None:
        self._index = index
        self._registered = registered

    def __getitem__(self, name: str) -> type[Kind]:
        if name not in self._registered:
            importlib.import_module(f"{__name__}.{self._index[name]}")
        return self._registered[name]

    def __contains__(self, name: object) -> bool:
        return name in self._index

    def __iter__(self) -> Iterator[str]:
        return iter(self._index)

    def __len__(self) -> int:
        return len(self._index)


def _by_name(index: Mapping[str, str]) -> Mapping[str, str]:
    return {name: key for key, names in index.items() for name in names.split()}


_KINDS = _Families(_by_name(index.KINDS), registered())
_OPERATIONS = _Families(_by_name(index.OPERATIONS), registered_operations())
_ALIASES = _by_name(index.ALIASES)


def kinds() -> Mapping[str, type[Kind]]:
    """All layer kinds by class name."""
    return _KINDS


def kinds_with(declared: Mapping[str, type[Kind]]) -> Mapping[str, type[Kind]]:
    """All layer kinds and those that a file declares, which take precedence."""
    known: Mapping[str, type[Kind]] = ChainMap({**declared}, _KINDS)  # type: ignore[arg-type]
    return known if declared else _KINDS


def operations() -> Mapping[str, type[Kind]]:
    """All operations of `keras.ops` by name: `ops.` plus the class name in Keras."""
    return _OPERATIONS


def aliases() -> Mapping[str, str]:
    """Keras's other names for some classes, such as MaxPool2D for MaxPooling2D."""
    return _ALIASES


def find(name: str) -> type[Kind] | None:
    """The layer kind or operation of this name, if it exists; other packages are asked last."""
    return built_in(name) or (None if name.startswith(OPERATION) else _offered(name))


def built_in(name: str) -> type[Kind] | None:
    """The layer kind or operation of this name, if convcalc has it itself."""
    if name.startswith(OPERATION):
        return operations().get(name)
    return kinds().get(aliases().get(name, name))


def _offered(name: str) -> type[Kind] | None:
    """The kind of this name that another package offers."""
    from convcalc import plugins  # noqa: PLC0415 (only an unknown name needs it)

    found: type[Kind] | None = plugins.find(plugins.KINDS, name)
    return found
