"""Writes values as YAML on one line."""

import json
import re
from collections.abc import Mapping
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_=](?:[\w .=+*()/-]|:(?=\w))*", re.ASCII)
WORDS = {"null", "true", "false"}
"""Strings that must be quoted, since YAML reads them as other values."""


def flow(value: Any) -> str:
    """Write a value in YAML's flow style."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(k)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(flow, value))}]"
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and not value.endswith(" ")
        return value if plain and value.lower() not in WORDS else _quoted(value)
    if isinstance(value, float):
        text = str(value)
        if "e" in text and "." not in text:  # YAML 1.1 would read a string
            text = text.replace("e", ".0e")
        return {"inf": ".inf", "-inf": "-.inf", "nan": ".nan"}.get(text, text)
    return json.dumps(value)


def _quoted(text: str) -> str:
    """Quote a string and escape each character that can't be printed."""
    return "".join(
        char if char.isprintable() else f"\\U{ord(char):08x}"
        for char in json.dumps(text, ensure_ascii=False)
    )
