"""Keras's own files: the JSON of a model, and `.keras` archives, of which only that is read."""

import io
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
"""How deep values may be nested: enough for models in each other as deep as these may be."""

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


class _Model(msgspec.Struct):
    """What the JSON of every model has."""

    class_name: str
    config: msgspec.Raw


def recognizes(data: bytes) -> bool:
    """Whether the content is an archive, or JSON that is meant to be a model of Keras."""
    if data.startswith(ARCHIVE):
        return True
    text = data.removeprefix(_BYTE_ORDER_MARK)
    if not text.lstrip().startswith(b"{") or not all(mark in text for mark in _MARKS):
        return False
    try:
        msgspec.json.decode(text, type=_Model)
    except msgspec.ValidationError:
        return False  # JSON, but of something else
    except (ValueError, RecursionError):
        return begins(text)
    return True


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
    try:
        network = read_network(decode(data.removeprefix(_BYTE_ORDER_MARK)), source, kinds)
    except RecursionError as error:
        raise _too_deep() from error
    _check_depth(network)
    return network


def decode(data: bytes) -> dict[str, Any]:
    """The model as plain values. Raises SpecError."""
    try:
        model = _parse(data)
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        message = f"this is not the JSON of a model: {reason}"
        raise SpecError([Diagnostic(code="syntax", message=message)]) from error
    if not isinstance(model, dict) or not {"class_name", "config"} <= model.keys():
        message = "this is not the JSON of a model: that has a class_name and a config"
        raise SpecError([Diagnostic(code="wrong-type", message=message)])
    return model


def _check_depth(network: Network) -> None:
    """Refuse arguments in which what computes or writes them would get too deep. Raises SpecError.

    Of all that a file holds, they are what is kept.
    """
    named = {id(node.definition): node.definition.named for node in network.nodes}
    level: list[Any] = [value for values in named.values() for value in values.values()]
    for _ in range(MAX_DEPTH):
        level = [
            item
            for value in level
            if isinstance(value, dict | list)
            for item in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return
    raise _too_deep()


def _too_deep() -> SpecError:
    message = f"the values of this model are nested deeper than {MAX_DEPTH} levels"
    return SpecError([Diagnostic(code="too-deep", message=message)])


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
