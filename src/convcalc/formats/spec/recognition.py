"""Recognizes specs among other YAML files, including broken ones."""

import re

from convcalc.diagnostics import SpecError, closest
from convcalc.documents import document
from convcalc.formats.spec.reader import KEYS

_KEY = r"""^["']?{}["']?[ \t]*:"""
_LAYERS = re.compile(_KEY.format("layers").encode(), re.MULTILINE)
_LIKE_LAYERS = re.compile(rb"""^[ \t]*["']?layers["']?[ \t]*([:=]|$)""", re.MULTILINE)
"""Also matches lines that are invalid YAML."""
_DISTINCTIVE = {"layers", "blocks", "expect"}
_INPUT = re.compile(_KEY.format("inputs?").encode(), re.MULTILINE)


def begins(head: bytes) -> bool:
    """Whether a text that is too large to read begins like a spec."""
    return _LIKE_LAYERS.search(head) is not None


def is_model(data: bytes) -> bool:
    """Whether a text is meant as a spec, even one with misspelt keys.

    A mapping of `layers` alone is not enough: other YAML files have one.
    """
    data = data.replace(b"\0", b"")  # UTF-16 is a fault that must still be reported
    if b"layer" not in data and b"input" not in data:
        return False
    if _LAYERS.search(data) and _INPUT.search(data):  # nearly all specs have both
        return True
    try:
        root = document.read(document.decode(data))
    except SpecError:
        return _LIKE_LAYERS.search(data) is not None
    if root is None or not root.is_mapping:
        return False
    inputs = root.get("input") or root.get("inputs")
    layers = root.get("layers")
    if layers is not None:
        return inputs is not None or not layers.is_mapping
    has_shape = inputs is not None and (inputs.is_list or inputs.is_mapping)
    names = [closest(name, KEYS) for name in root.parts]
    return has_shape and (None not in names or not _DISTINCTIVE.isdisjoint(names))
