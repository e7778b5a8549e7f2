"""`.keras` archives: the one member that describes the model, and nothing else of them."""

import io
import struct
import zipfile
import zlib
from typing import NoReturn

from convcalc.diagnostics import Diagnostic, SpecError

MAX_BYTES = 32 * 2**20
"""How large the description of a model may be, unpacked: some ten thousand layers."""

MEMBER = "config.json"
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    ValueError,
)
"""What `zipfile` raises where an archive is not as it must be."""


def read_config(data: bytes) -> bytes:
    """The model's JSON; weights stay packed. Raises SpecError for whatever is not as it must be."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                _check_name(name)
            members = [info for info in archive.infolist() if info.filename == MEMBER]
            if not members:
                _refuse(f"this archive has no {MEMBER}, which describes the model")
            if len(members) > 1:
                _refuse(f"this archive has {len(members)} members called {MEMBER}")
            if members[0].flag_bits & 1:
                _refuse(f"the {MEMBER} of this archive is encrypted")
            if members[0].compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                _refuse(f"the {MEMBER} of this archive is compressed as no Keras does it")
            with archive.open(members[0]) as member:
                # What the archive says of its sizes need not be true.
                config = member.read(MAX_BYTES + 1)
    except _DAMAGED as error:
        _refuse(f"this archive is damaged: {error}")
    if len(config) > MAX_BYTES:
        message = f"the {MEMBER} of this archive holds more than {MAX_BYTES >> 20} MB"
        raise SpecError([Diagnostic(code="too-large", message=message)])
    return config


def _check_name(name: str) -> None:
    """Refuse what no Keras writes, and what could leave the directory it is unpacked in."""
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
        _refuse(f"this archive has a member with the path {name!r}, which leads out of it")


def _refuse(message: str) -> NoReturn:
    raise SpecError([Diagnostic(code="archive", message=message)])
