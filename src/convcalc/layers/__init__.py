"""The rules: one class per layer kind, in family modules that are named as Keras names them."""

import functools
import importlib
import pkgutil

from convcalc.layers.kind import Kind, registered


@functools.cache
def kinds() -> dict[str, type[Kind]]:
    """Every layer kind by its class name; a family is found because its module is here."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return registered()
