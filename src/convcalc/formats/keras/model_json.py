"""The JSON of a Keras model: how it is recognized, and decoded within limits."""

import itertools
import re
from typing import Any

import msgspec

from convcalc.diagnostics import Diagnostic, SpecError

MAX_DEPTH = 250
"""Maximum nesting of JSON, enough for models nested as deeply as allowed.

A fixed limit, because those of the JSON parser and the interpreter vary between versions.
"""

MAX_BYTES = 128 * 2**20
"""Maximum size in bytes of a model's JSON, unpacked: some 150,000 layers."""

MAX_VALUES = 5_000_000
"""Maximum number of values in a model's JSON: some 150,000 layers."""

_MARKS = (b'"class_name"', b'"config"')
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BEGINNING = rb'\s*\{\s*"(module|class_name|config|keras_version)"'
"""The beginning of a model's JSON, which identifies even broken JSON."""

# Only after msgspec 0.19 is the first a ValueError; bytes that are not text raise the second.
_NOT_JSON = (msgspec.DecodeError, ValueError)

_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_STEPS = {**dict.fromkeys(b"[{", 1), **dict.fromkeys(b"]}", -1)}
_NO_BRACKETS = bytes(set(range(256)) - _STEPS.keys())
_NO_MARKS = bytes(set(range(256)) - set(b'[]{}"\\'))


class _Model(msgspec.Struct):
    """The keys that every model's JSON has."""

    class_name: str
    config: msgspec.Raw


def recognizes(data: bytes) -> bool:
    """Whether the content is JSON that is meant as a Keras model."""
    text = data.removeprefix(_BYTE_ORDER_MARK)
    if not text.lstrip().startswith(b"{") or not all(mark in text for mark in _MARKS):
        return False
    if not _is_too_deep(text):
        try:
            msgspec.json.decode(text, type=_Model)
        except msgspec.ValidationError:
            return False  # valid JSON, but not a model
        except _NOT_JSON:
            pass
        else:
            return True
    return begins(text)


def begins(data: bytes) -> bool:
    """Whether a text begins like a model's JSON."""
    return re.match(_BEGINNING, data.removeprefix(_BYTE_ORDER_MARK)) is not None


def decode(data: bytes) -> dict[str, Any]:
    """Decode a model's JSON. Raises SpecError."""
    data = data.removeprefix(_BYTE_ORDER_MARK)
    if _is_too_deep(data):
        message = f"the values of this model are nested deeper than {MAX_DEPTH} levels"
        raise SpecError([Diagnostic(code="too-deep", message=message)])
    try:
        model = _parse(data)
    except _NOT_JSON as error:
        message = f"this is not the JSON of a model: {error}"
        raise SpecError([Diagnostic(code="syntax", message=message)]) from error
    if not isinstance(model, dict) or not {"class_name", "config"} <= model.keys():
        message = "this is not the JSON of a model: that has a class_name and a config"
        raise SpecError([Diagnostic(code="wrong-type", message=message)])
    return model


def _is_too_deep(data: bytes) -> bool:
    """Whether JSON, valid or not, is nested deeper than MAX_DEPTH."""
    if _is_shallow(data):
        return False
    brackets = _STRING.sub(b"", data).translate(None, _NO_BRACKETS)
    depths = itertools.accumulate(_STEPS[bracket] for bracket in brackets)
    return any(depth > MAX_DEPTH for depth in depths)


def _is_shallow(data: bytes) -> bool:
    """Whether JSON is certainly not too deep, in a tenth of the time of the exact check.

    False if a string contains brackets or escapes, or if brackets do not match.
    """
    rest = data.translate(None, _NO_MARKS).replace(b'""', b"")
    if b'"' in rest or b"\\" in rest:
        return False
    size = len(rest) + 1
    for _ in range(MAX_DEPTH // 2):  # each round removes one or two levels
        if len(rest) in {0, size}:
            break
        size = len(rest)
        rest = rest.replace(b"[]", b"").replace(b"{}", b"")
    return not rest


def _parse(data: bytes) -> Any:
    if data.count(b",") >= MAX_VALUES:  # before decoding takes memory
        message = f"this model has more than {MAX_VALUES:,} values"
        raise SpecError([Diagnostic(code="too-large", message=message)])
    try:
        return msgspec.json.decode(data)
    except msgspec.DecodeError:
        if b"NaN" not in data and b"Infinity" not in data:
            raise
        # Python writes NaN and Infinity, which are not JSON.
        import json  # noqa: PLC0415 (start-up time)

        model = json.loads(data)
        msgspec.json.encode(model)  # refuses lone surrogates, like the decoder above
        return model
