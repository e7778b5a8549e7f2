"""The spec language: networks as people write them, in YAML."""

from collections.abc import Mapping
from typing import Any

from convcalc.documents.document import decode
from convcalc.formats.spec.reader import read_declarations, read_spec
from convcalc.layers.kind import Kind
from convcalc.network import Network

PRIORITY = 0
"""Asked after all formats of a higher number, since any text may be a spec, if a faulty one."""


SUFFIXES = {".yaml": "content", ".yml": "content"}


def is_model(data: bytes) -> bool:
    """Whether a text is meant as a spec; other YAML files may stand beside specs."""
    from convcalc.formats.spec import recognition  # noqa: PLC0415 (only folders need it)

    return recognition.is_model(data)


def begins(head: bytes) -> bool:
    """Whether a text that is too large to be read begins as a spec does."""
    from convcalc.formats.spec import recognition  # noqa: PLC0415 (only folders need it)

    return recognition.begins(head)


def recognizes(data: bytes) -> bool:  # noqa: ARG001
    """Whether the content may be a spec."""
    return True


def read(
    data: bytes, source: str, variables: Mapping[str, Any], kinds: Mapping[str, type[Kind]]
) -> Network:
    """Read a spec. Raises SpecError where no network can be made of it."""
    return read_spec(decode(data), source, variables, kinds)


def read_kinds(data: bytes) -> dict[str, type[Kind]]:
    """Read a file that only declares kinds. Raises SpecError with every fault."""
    return read_declarations(decode(data))
