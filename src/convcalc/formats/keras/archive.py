"""`.keras` archives: the one member that describes the model, and nothing else of them."""

import struct
import zipfile
import zlib
from typing import BinaryIO, NoReturn, cast

from convcalc.diagnostics import Diagnostic, SpecError
from convcalc.formats import foreign
from convcalc.formats.keras import MAX_BYTES, decode, recognizes

MAX_NAMES = 2**20
"""How many bytes an archive's list of its members may take, of which Keras writes a handful."""

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
"""What `zipfile` raises where an archive is not as it must be."""


class _Sparing:
    """A file that gives little at once: `zipfile` believes all sizes that an archive claims."""

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
    """The model's JSON; weights stay packed. Raises SpecError for whatever is not as it must be."""
    try:
        with zipfile.ZipFile(cast("BinaryIO", _Sparing(file))) as archive:
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
                # What the archive says of its sizes need not be true.
                while len(config) <= MAX_BYTES and (part := member.read(_PART)):
                    config += part
    except _DAMAGED as error:
        _refuse(f"this archive is damaged: {error}")
    if len(config) > MAX_BYTES:
        message = f"the {MEMBER} of this archive holds more than {MAX_BYTES >> 20} MB"
        raise SpecError([Diagnostic(code="too-large", message=message)])
    return bytes(config)


def read_model(file: BinaryIO) -> bytes:
    """The same, which is what it should be. Raises SpecError."""
    config = read_config(file)
    if not recognizes(config):
        decode(config)  # which says why
        _refuse(f"the {MEMBER} of this archive describes no model")
    return config


def _check_name(name: str) -> None:
    """Refuse what no Keras writes, and what could leave the directory it is unpacked in."""
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
        _refuse(f"this archive has a member with the path {name!r}, which leads out of it")


def _refuse(message: str) -> NoReturn:
    raise SpecError([Diagnostic(code="archive", message=message)])
