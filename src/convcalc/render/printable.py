"""Text from files made safe to show: a name must not be able to steer a terminal."""

import re

# C0 and C1 controls, line and paragraph separators, and marks that change the direction of text.
_UNSAFE = r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"


def printable(text: str) -> str:
    """The text with every character that could steer a terminal written as an escape."""
    if text.isprintable():  # nearly always: then there is no pattern to compile
        return text
    return re.sub(_UNSAFE, lambda match: _escape(match[0]), text)


def printable_json(text: str) -> str:
    """JSON with those characters, which can only stand in its strings, as JSON escapes."""
    return "\n".join(
        line
        if line.isprintable()
        else re.sub(_UNSAFE, lambda match: f"\\u{ord(match[0]):04x}", line)
        for line in text.split("\n")
    )


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
