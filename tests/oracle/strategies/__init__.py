"""Cases for the judge: for every kind, arguments and input shapes, mostly right and often wrong."""

import importlib
import pkgutil

from hypothesis import strategies as st

from oracle.outcome import Case

STRATEGIES: dict[str, st.SearchStrategy[Case]] = {
    kind: cases
    for module in pkgutil.iter_modules(__path__)
    if module.name != "values"
    for kind, cases in importlib.import_module(f"{__name__}.{module.name}").STRATEGIES.items()
}
"""By kind: each family's module has its own, and is found because it is here."""
