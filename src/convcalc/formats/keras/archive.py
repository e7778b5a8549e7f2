"""Reads the JSON in a `.keras` archive, and nothing else from it."""

import struct
import zipfile
import zlib
from typing import BinaryIO, NoReturn, cast

from convcalc.diagnostics import Diagnostic, SpecError
from convcalc.formats import foreign
from convcalc.formats.keras.model_json import MAX_BYTES, decode, recognizes

MAX_NAMES = 2**20
"""Maximum size in bytes of an archive's list of members; Keras writes only a handful."""

_PART = 64 * 1024

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
"""The errors that `zipfile` raises for invalid archives."""


class _BoundedReads:
    """A file with bounded reads, because `zipfile` trusts the sizes that an archive claims."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell = file.seek, file.tell
        self.seekable = file.seekable

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(min(size, MAX_NAMES + 1) if size >= 0 else MAX_NAMES + 1)
        if len(data) > MAX_NAMES:
            _refuse(f"the list of this archive's members takes more than {MAX_NAMES >> 20} MB")
        return data


def read_config(file: BinaryIO) -> bytes:
    """Return the model's JSON without unpacking weights. Raises SpecError for invalid archives."""
    try:
        with zipfile.ZipFile(cast("BinaryIO", _BoundedReads(file))) as archive:
            for name in archive.namelist():
                _check_name(name)
            members = [info for info in archive.infolist() if info.filename == MEMBER]
            if not members:
                foreign.refuse_members(archive.namelist())
                _refuse(f"this archive has no {MEMBER}, which describes the model")
            if len(members) > 1:
                _refuse(f"this archive has {len(members)} members called {MEMBER}")
            if members[0].flag_bits & 1:
                _refuse(f"the {MEMBER} of this archive is encrypted")
            if members[0].compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                _refuse(f"the {MEMBER} of this archive is compressed as no Keras does it")
            with archive.open(members[0]) as member:
                config = bytearray()
                # The sizes in the archive may be wrong.
                while len(config) <= MAX_BYTES and (part := member.read(_PART)):
                    config += part
    except _DAMAGED as error:
        _refuse(f"this archive is damaged: {error}")
    if len(config) > MAX_BYTES:
        message = f"the {MEMBER} of this archive holds more than {MAX_BYTES >> 20} MB"
        raise SpecError([Diagnostic(code="too-large", message=message)])
    return bytes(config)


def read_model(file: BinaryIO) -> bytes:
    """Return the JSON, and check that it is meant as a model. Raises SpecError."""
    config = read_config(file)
    if not recognizes(config):
        decode(config)  # raises a more exact error, if there is one
        _refuse(f"the {MEMBER} of this archive describes no model")
    return config


def _check_name(name: str) -> None:
    """Refuse member paths that leave the folder; Keras never writes them."""
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
        _refuse(f"this archive has a member with the path {name!r}, which leads out of it")


def _refuse(message: str) -> NoReturn:
    raise SpecError([Diagnostic(code="archive", message=message)])
