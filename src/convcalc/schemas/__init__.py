"""The JSON Schemas of the JSON outputs: one file each, and their shared definitions."""

import json
from importlib import resources
from pathlib import PurePath
from typing import Any

_DEFINITIONS = "definitions"
_SHARED = f"{_DEFINITIONS}.json#/$defs/"


def outputs() -> tuple[str, ...]:
    """The names of the outputs with a schema, which are names of commands."""
    files = [PurePath(file.name) for file in resources.files(__name__).iterdir()]
    names = {file.stem for file in files if file.suffix == ".json"}
    return tuple(sorted(names - {_DEFINITIONS}))


def load(output: str) -> dict[str, Any]:
    """Load the schema of an output as plain JSON data, including the definitions that it uses."""
    schema = _read(output)
    shared = _read(_DEFINITIONS)["$defs"]
    used: set[str] = set()
    waiting: list[Any] = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            waiting += part.values()
            name = str(part.get("$ref", "")).removeprefix(_SHARED)
            if name in shared and name not in used:
                used.add(name)
                waiting.append(shared[name])
    whole = {**schema, "$defs": {name: shared[name] for name in sorted(used)}}
    loaded: dict[str, Any] = json.loads(json.dumps(whole).replace(f'"{_SHARED}', '"#/$defs/'))
    return loaded


def _read(name: str) -> dict[str, Any]:
    text = resources.files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8")
    read: dict[str, Any] = json.loads(text)
    return read
