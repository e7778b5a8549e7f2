"""Keras's own files: a model's JSON, alone or in a `.keras` archive."""

import io
from collections.abc import Mapping
from typing import Any

from convcalc.formats.keras import model_json
from convcalc.layers.kind import Kind
from convcalc.network import Network, UsageError

PRIORITY = 10
"""Tried before the spec language, which accepts any text."""

ARCHIVE = (b"PK\x03\x04", b"PK\x05\x06")
"""The first bytes of a ZIP archive, and of an empty one."""

SUFFIXES = {".json": "content", ".keras": "name"}

begins = model_json.begins


def is_model(data: bytes) -> bool:
    """Whether JSON is meant as a Keras model."""
    return recognizes(data)


def recognizes(data: bytes) -> bool:
    """Whether the content is an archive, or JSON that is meant as a Keras model."""
    return data.startswith(ARCHIVE) or model_json.recognizes(data)


def read(
    data: bytes, source: str, variables: Mapping[str, Any], kinds: Mapping[str, type[Kind]]
) -> Network:
    """Read a model. Raises SpecError if there is no network to return, UsageError for variables."""
    from convcalc.formats.keras.graph import read_network  # noqa: PLC0415 (start-up time)

    if variables:
        raise UsageError("a model of Keras has no variables")
    if data.startswith(ARCHIVE):
        from convcalc.formats.keras import archive  # noqa: PLC0415 (start-up time)

        data = archive.read_config(io.BytesIO(data))
    return read_network(model_json.decode(data), source, kinds)
