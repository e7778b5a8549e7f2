"""The rules: one class per layer kind, in family modules that are named as Keras names them."""

import functools
import importlib
import pkgutil

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
"""The classes of `keras.layers` and `keras.ops` that have no kind, each with the reason."""


_NO_ARGUMENT = {
    "Model": "as an argument, no layer of it may read an array, or be called in different ways",
}


def why_no_kind(name: str) -> str | None:
    """Why there is no kind of this name, where there might be one."""
    reason = WITHOUT_RULE.get(name) or _NO_ARGUMENT.get(name)
    return reason and f"{name} has no rule: {reason}"


@functools.cache
def kinds() -> dict[str, type[Kind]]:
    """Every layer kind by its class name; a family is found because its module is here."""
    for module in pkgutil.iter_modules(__path__):
        if not module.ispkg:
            importlib.import_module(f"{__name__}.{module.name}")
    return registered()


@functools.cache
def operations() -> dict[str, type[Kind]]:
    """Every operation of `keras.ops` by its name: `ops.` and the name of its class in Keras.

    They are kinds as the layers are, but few networks hold any: their modules are in a package
    of their own, which is imported only when one is asked for.
    """
    package = importlib.import_module(f"{__name__}.ops")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return registered_operations()


@functools.cache
def aliases() -> dict[str, str]:
    """The other names that Keras has for some classes, such as MaxPool2D for MaxPooling2D."""
    return {
        alias: name for name, cls in kinds().items() for alias in cls.__dict__.get("aliases", ())
    }


def find(name: str) -> type[Kind] | None:
    """The kind of layer or operation of this name, if there is one."""
    if name.startswith(OPERATION):
        return operations().get(name)
    return kinds().get(name) or kinds().get(aliases().get(name, ""))
