"""Keras's own files: the JSON of a model, and `.keras` archives, of which only that is read."""

import io
import itertools
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from convcalc.diagnostics import Diagnostic, SpecError
from convcalc.layers.kind import Kind
from convcalc.network import Network, UsageError

PRIORITY = 10
"""Asked before the spec language, which takes any text."""

MAX_DEPTH = 250
"""How deep JSON may be nested: enough for models in each other as deep as these may be.

The limits of the JSON parser and of the interpreter's stack vary with their versions.
"""

MAX_BYTES = 128 * 2**20
"""How large the JSON of a model may be, also unpacked: some 150,000 layers."""

MAX_VALUES = 5_000_000
"""How many values the JSON of a model may have: some 150,000 layers."""

ARCHIVE = (b"PK\x03\x04", b"PK\x05\x06")
"""How a ZIP archive begins, and an empty one."""

_MARKS = (b'"class_name"', b'"config"')
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BEGINNING = rb'\s*\{\s*"(module|class_name|config|keras_version)"'
"""How the JSON of a model begins, by which one that is broken is told from other texts."""

# The first became a ValueError after msgspec 0.19; bytes that are not text raise the second.
_NOT_JSON = (msgspec.DecodeError, ValueError)

_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_STEPS = {**dict.fromkeys(b"[{", 1), **dict.fromkeys(b"]}", -1)}
_NO_BRACKETS = bytes(set(range(256)) - _STEPS.keys())
_NO_MARKS = bytes(set(range(256)) - set(b'[]{}"\\'))


class _Model(msgspec.Struct):
    """What the JSON of every model has."""

    class_name: str
    config: msgspec.Raw


SUFFIXES = {".json": "content", ".keras": "name"}


def is_model(data: bytes) -> bool:
    """Whether JSON is meant as a model of Keras."""
    return recognizes(data)


def recognizes(data: bytes) -> bool:
    """Whether the content is an archive, or JSON that is meant to be a model of Keras."""
    if data.startswith(ARCHIVE):
        return True
    text = data.removeprefix(_BYTE_ORDER_MARK)
    if not text.lstrip().startswith(b"{") or not all(mark in text for mark in _MARKS):
        return False
    if not _is_too_deep(text):
        try:
            msgspec.json.decode(text, type=_Model)
        except msgspec.ValidationError:
            return False  # JSON, but of something else
        except _NOT_JSON:
            pass
        else:
            return True
    return begins(text)


def begins(data: bytes) -> bool:
    """Whether a text begins as the JSON of a model does, whatever comes of it."""
    return re.match(_BEGINNING, data.removeprefix(_BYTE_ORDER_MARK)) is not None


def read(
    data: bytes, source: str, variables: Mapping[str, Any], kinds: Mapping[str, type[Kind]]
) -> Network:
    """Read a model. Raises SpecError where no network can be made of it."""
    from convcalc.formats.keras.graph import read_network  # noqa: PLC0415 (start-up time)

    if variables:
        raise UsageError("a model of Keras has no variables")
    if data.startswith(ARCHIVE):
        from convcalc.formats.keras import archive  # noqa: PLC0415 (start-up time)

        data = archive.read_config(io.BytesIO(data))
    return read_network(decode(data.removeprefix(_BYTE_ORDER_MARK)), source, kinds)


def decode(data: bytes) -> dict[str, Any]:
    """The model as plain values. Raises SpecError."""
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
    """Whether JSON is surely not too deep, which takes a tenth of the time to tell.

    Where a string has brackets or escapes, or brackets do not match, the answer is no.
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
    if data.count(b",") >= MAX_VALUES:  # before any of them takes memory
        message = f"this model has more than {MAX_VALUES:,} values"
        raise SpecError([Diagnostic(code="too-large", message=message)])
    try:
        return msgspec.json.decode(data)
    except msgspec.DecodeError:
        if b"NaN" not in data and b"Infinity" not in data:
            raise
        # Which Python writes for numbers that JSON does not have.
        import json  # noqa: PLC0415 (start-up time)

        model = json.loads(data)
        msgspec.json.encode(model)  # what is no text is an error here as it is above
        return model
