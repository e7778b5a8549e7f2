"""The rules: one class per layer kind, in family modules that are named as Keras names them."""

import functools
import importlib
import pkgutil

from convcalc.layers.kind import OPERATION, Kind, registered, registered_operations


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


def find(name: str) -> type[Kind] | None:
    """The kind of layer or operation of this name, if there is one."""
    return operations().get(name) if name.startswith(OPERATION) else kinds().get(name)
