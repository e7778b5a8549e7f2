"""The spec language: networks written in YAML."""

from collections.abc import Mapping
from typing import Any

from convcalc.documents.document import decode
from convcalc.formats.spec.reader import read_declarations, read_spec
from convcalc.layers.kind import Kind
from convcalc.network import Network

PRIORITY = 0
"""Tried last, because any text may be a spec, even if a faulty one."""

SUFFIXES = {".yaml": "content", ".yml": "content"}


def is_model(data: bytes) -> bool:
    """Whether a text is meant as a spec, and not as some other YAML file."""
    from convcalc.formats.spec import recognition  # noqa: PLC0415 (only folders need it)

    return recognition.is_model(data)


def begins(head: bytes) -> bool:
    """Whether a text that is too large to read begins like a spec."""
    from convcalc.formats.spec import recognition  # noqa: PLC0415 (only folders need it)

    return recognition.begins(head)


def recognizes(data: bytes) -> bool:  # noqa: ARG001
    """Whether the content may be a spec."""
    return True


def read(
    data: bytes, source: str, variables: Mapping[str, Any], kinds: Mapping[str, type[Kind]]
) -> Network:
    """Read a spec. Raises SpecError if there is no network to return."""
    return read_spec(decode(data), source, variables, kinds)


def read_kinds(data: bytes) -> dict[str, type[Kind]]:
    """Read a file of layer kind declarations. Raises SpecError with every fault."""
    return read_declarations(decode(data))
