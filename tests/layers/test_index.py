"""The index of kinds, by which their modules are imported: generated, and fresh."""

import importlib
import pkgutil
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

from convcalc import layers
from convcalc.layers import index
from convcalc.layers.kind import Kind, registered, registered_operations

HEAD = '''"""The kinds of each module, so that few load: made by `pytest --update-goldens`."""

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


def homes(found: Mapping[str, type[Kind]]) -> Iterator[tuple[str, str]]:
    for name, kind in found.items():
        yield kind.__module__.removeprefix(f"{layers.__name__}."), name


def written(name: str, what: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Source of a mapping from each first value of the pairs to all second ones, in lines."""
    values: dict[str, list[str]] = {}
    for key, value in sorted(pairs):
        values.setdefault(key, []).append(value)
    entries = []
    for key, names in values.items():
        lines = textwrap.wrap(" ".join(names), width=88, break_long_words=False)
        first, *others = [f'"{line} "' for line in lines[:-1]] + [f'"{lines[-1]}"']
        entries.append(f'    "{key}": {first},\n')
        if others or len(entries[-1]) > 101:
            entries[-1] = (
                f'    "{key}": (\n'
                + "".join(f"        {x}\n" for x in (first, *others))
                + "    ),\n"
            )
    return f'\n{name}: Mapping[str, str] = {{\n{"".join(entries)}}}\n"""{what}"""\n'


def test_index_is_fresh(*, update_goldens: bool) -> None:
    assert "convolution" in [*modules(layers)]  # imports all
    aliases = [
        (name, alias)
        for name, kind in registered().items()
        for alias in kind.__dict__.get("aliases", ())
    ]
    text = HEAD + "".join(
        [
            written("KINDS", "The layer kinds of each module.", homes(registered())),
            written("OPERATIONS", "The operations of each module.", homes(registered_operations())),
            written("ALIASES", "Keras's other names of kinds.", aliases),
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
