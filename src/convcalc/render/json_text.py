"""JSON as text that is safe to print, of any plain data."""

from typing import Any

import msgspec

from convcalc.render.printable import encodable, printable_json


def encode_json(value: Any) -> str:
    """Indented JSON, safe to print."""
    return printable_json(msgspec.json.format(json_bytes(value), indent=2).decode()) + "\n"


def json_bytes(value: Any) -> bytes:
    """Compact JSON, not yet safe to print."""
    try:
        return msgspec.json.encode(value, enc_hook=repr)
    except UnicodeEncodeError:
        return msgspec.json.encode(encodable(value), enc_hook=repr)
