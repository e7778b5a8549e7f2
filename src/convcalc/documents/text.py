"""How values are written in YAML, on one line."""

import json
import re
from collections.abc import Mapping
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_=](?:[\w .=+*()/-]|:(?=\w))*", re.ASCII)
WORDS = {"null", "true", "false"}
"""What is no string unless it is quoted."""


def flow(value: Any) -> str:
    """A value as it stands in a line of YAML."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(k)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(flow, value))}]"
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and not value.endswith(" ")
        return value if plain and value.lower() not in WORDS else _quoted(value)
    if isinstance(value, float):
        text = str(value)
        if "e" in text and "." not in text:  # else YAML 1.1 takes it for a string
            text = text.replace("e", ".0e")
        return {"inf": ".inf", "-inf": "-.inf", "nan": ".nan"}.get(text, text)
    return json.dumps(value)


def _quoted(text: str) -> str:
    """A text in quotes, where YAML has an escape for each character that is not printed."""
    return "".join(
        char if char.isprintable() else f"\\U{ord(char):08x}"
        for char in json.dumps(text, ensure_ascii=False)
    )
