"""The index of kinds, by which their modules are imported: generated, and fresh."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from convcalc import layers
from convcalc.layers import index
from convcalc.layers.kind import registered, registered_operations

HEAD = '''"""The module of each kind, so that few load: made by `pytest --update-goldens`."""

from collections.abc import Mapping
'''


def modules(package: ModuleType) -> Iterator[str]:
    """The modules of a package that may have kinds, without the package's own name."""
    for module in pkgutil.iter_modules(package.__path__):
        name = f"{package.__name__}.{module.name}"
        imported = importlib.import_module(name)
        if module.ispkg:
            yield from modules(imported)
        else:
            yield name.removeprefix(f"{layers.__name__}.")


def homes(found: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    return {
        name: prefix + kind.__module__.removeprefix(f"{layers.__name__}.").removeprefix(prefix)
        for name, kind in sorted(found.items())
    }


def written(name: str, what: str, values: Mapping[str, str]) -> str:
    lines = "".join(f'    "{key}": "{value}",\n' for key, value in values.items())
    return f'\n{name}: Mapping[str, str] = {{\n{lines}}}\n"""{what}"""\n'


def test_index_is_fresh(*, update_goldens: bool) -> None:
    assert "convolution" in [*modules(layers)]  # imports all
    aliases = {
        alias: name
        for name, kind in sorted(registered().items())
        for alias in kind.__dict__.get("aliases", ())
    }
    text = HEAD + "".join(
        [
            written("KINDS", "The module of each layer kind.", homes(registered())),
            written("OPERATIONS", "The module of each operation.", homes(registered_operations())),
            written("ALIASES", "The kind that each other name of Keras's stands for.", aliases),
        ]
    )
    path = Path(index.__file__)
    if update_goldens:
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, "run pytest --update-goldens"


def test_every_name_leads_to_its_kind() -> None:
    for name, kind in {**layers.kinds(), **layers.operations()}.items():
        assert kind.__name__ == name
    for alias, name in layers.aliases().items():
        assert layers.find(alias) is layers.kinds()[name]
    assert layers.find("Dense2") is None
    assert layers.find("ops.Dense") is None
