"""Keras's own files: the JSON of a model, and `.keras` archives, of which only that is read."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from convcalc.diagnostics import Diagnostic, SpecError
from convcalc.formats.keras import archive
from convcalc.layers.kind import Kind
from convcalc.network import Network, UsageError

PRIORITY = 10
"""Asked before the spec language, which takes any text."""

_MARKS = (b'"class_name"', b'"config"')
_BEGINNING = re.compile(rb'\s*\{\s*"(module|class_name|config|keras_version)"')
"""How the JSON of a model begins, by which one that is broken is told from other texts."""


class _Model(msgspec.Struct):
    """What the JSON of every model has."""

    class_name: str
    config: msgspec.Raw


def recognizes(data: bytes) -> bool:
    """Whether the content is an archive, or JSON that is meant to be a model of Keras."""
    if archive.is_archive(data):
        return True
    if not data.lstrip().startswith(b"{") or not all(mark in data for mark in _MARKS):
        return False
    try:
        msgspec.json.decode(data, type=_Model)
    except msgspec.ValidationError:
        return False  # JSON, but of something else
    except (msgspec.DecodeError, RecursionError):
        return _BEGINNING.match(data) is not None
    return True


def read(
    data: bytes, source: str, variables: Mapping[str, Any], kinds: Mapping[str, type[Kind]]
) -> Network:
    """Read a model. Raises SpecError where no network can be made of it."""
    from convcalc.formats.keras.graph import read_network  # noqa: PLC0415 (start-up time)

    if variables:
        raise UsageError("a model of Keras has no variables")
    if archive.is_archive(data):
        data = archive.read_config(data)
    try:
        model = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        message = f"this is not the JSON of a model: {reason}"
        raise SpecError([Diagnostic(code="syntax", message=message)]) from error
    return read_network(model, source, kinds)
