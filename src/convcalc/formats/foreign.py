"""Common file formats that convcalc can't read: how to recognize them, and what to do instead."""

import codecs
import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Never

from convcalc.diagnostics import Diagnostic, SpecError
from convcalc.layers.kind import Kind
from convcalc.network import Network

PRIORITY = 5
"""Tried after the supported formats, but before the spec language, which accepts any text."""

_KERAS = "save the model as .keras, or its JSON, which model.to_json() gives"
_SPEC = "write the architecture as a spec, or save a Keras model as .keras"
_TENSORFLOW = "load it in Keras, and save the model as .keras"
_ORIGINAL = "save the Keras model that it was converted from as .keras"
_UNPACK = "unpack it, and name the model inside"

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""Byte order marks of UTF-16, a text format that contains zero bytes."""

Test = Callable[[bytes], bool]


def _starts(*marks: bytes) -> Test:
    return lambda head: head.startswith(marks)


def _text(pattern: bytes, *marks: bytes) -> Test:
    """Search for a pattern, but only if all the marks are present, which is faster to check."""
    return lambda head: (
        all(mark in head for mark in marks) and re.search(pattern, head, re.MULTILINE) is not None
    )


def _is_onnx(head: bytes) -> bool:
    """A ModelProto: its version, usually followed by the producer's name. Source: onnx.proto."""
    if head[:1] != b"\x08" or not b"\x01" <= head[1:2] <= b"\x1f":
        return False
    return head[2:3] in {b"\x3a", b"\x42"} or (head[2:3] == b"\x12" and _field(head, 3).isalnum())


def _is_caffe(head: bytes) -> bool:
    """A NetParameter: an optional name, then layers. Source: caffe.proto."""
    end = 2 + head[1] if head[:1] == b"\n" and len(head) > 1 else 0
    return head[end : end + 2] == b"\xa2\x06" or (end > 0 and head[end : end + 1] == b"\x12")


def _is_graph(head: bytes) -> bool:
    """A GraphDef: nodes, each with a name and an operation. Source: graph.proto."""
    return b"\0" in head and re.match(rb"\n[^\0]{1,3}\n.[\w./-]+\x12.[A-Z]\w", head) is not None


def _field(head: bytes, start: int) -> bytes:
    """Return a string whose length is its first byte, without spaces and punctuation."""
    length = head[start] if len(head) > start else 0
    return re.sub(rb"[ ._-]", b"", head[start + 1 : start + 1 + length])


def _is_safetensors(head: bytes) -> bool:
    # The maximum header size: https://github.com/huggingface/safetensors#format
    return head[8:10] == b'{"' and int.from_bytes(head[:8], "little") <= 100_000_000


def _is_python(head: bytes) -> bool:
    # The words are searched first: a pattern takes longer to compile than most runs to read a file.
    return any(word in head for word in (b"import ", b"def ", b"class ")) and (
        re.search(_PYTHON, head, re.MULTILINE) is not None
    )


_PYTHON = rb"^(import [\w.]+( as \w+)?\s*$|from [\w.]+ import |(def|class) \w+[^\n]*:\s*$)"


def _is_binary(head: bytes) -> bool:
    """Whether there are zero bytes outside text; in text, they are faults with a place."""
    if b"\0" not in head or head.startswith(_UTF_16):
        return False
    try:
        codecs.utf_8_decode(head)  # accepts an incomplete last character
    except UnicodeDecodeError:
        return True
    return False


_FORMATS: tuple[tuple[str, Test, str], ...] = (
    ("an HDF5 file", _starts(b"\x89HDF\r\n"), _KERAS),
    ("an ONNX model", _is_onnx, _SPEC),
    ("a TensorFlow SavedModel", _starts(b"\x08\x01\x12"), _TENSORFLOW),
    ("a TensorFlow Lite model", lambda head: head[4:8] == b"TFL3", _ORIGINAL),
    ("a TensorFlow graph", _is_graph, _TENSORFLOW),
    ("a safetensors file", _is_safetensors, _SPEC),
    ("a PyTorch file", _starts(b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19"), _SPEC),
    ("a Python pickle", _starts(*(bytes([0x80, protocol]) for protocol in range(2, 6))), _SPEC),
    ("a GGUF file", _starts(b"GGUF"), _SPEC),
    ("a NumPy array", _starts(b"\x93NUMPY"), _SPEC),
    ("a gzip file", _starts(b"\x1f\x8b"), _UNPACK),
    ("an xz file", _starts(b"\xfd7zXZ\0"), _UNPACK),
    ("a bzip2 file", _starts(b"BZh"), _UNPACK),
    ("a Zstandard file", _starts(b"\x28\xb5\x2f\xfd"), _UNPACK),
    ("a 7z archive", _starts(b"7z\xbc\xaf\x27\x1c"), _UNPACK),
    ("a RAR archive", _starts(b"Rar!\x1a\x07"), _UNPACK),
    ("a tar archive", lambda head: head[257:262] == b"ustar", _UNPACK),
    ("an image", _starts(b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a"), _SPEC),
    ("an image", lambda head: head.startswith(b"RIFF") and head[8:12] == b"WEBP", _SPEC),
    ("a PDF file", _starts(b"%PDF-"), _SPEC),
    ("a Caffe model", _is_caffe, _SPEC),
    ("a binary file of an unknown format", _is_binary, _SPEC),
    (
        "a Git LFS pointer",
        _starts(b"version https://git-lfs.github.com/"),
        "fetch the file with `git lfs pull`",
    ),
    (
        "a web page",
        _text(rb"\A\s*<(!DOCTYPE html|html)", b"html"),
        "download the file itself, which GitHub has as Raw",
    ),
    (
        "a TensorFlow.js graph model",
        _text(rb'\A\s*\{[^\[]*?"format"\s*:\s*"graph-model"', b'"graph-model"'),
        _ORIGINAL,
    ),
    (
        "a TensorFlow.js model",
        _text(rb'\A\s*\{[^\[]*?"modelTopology"', b'"modelTopology"'),
        "save the Keras JSON alone, which is under modelTopology",
    ),
    (
        "a Jupyter notebook",
        _text(rb'\A\s*\{\s*"(cells|metadata|nbformat)"', b'"cells"', b'"cell_type"'),
        _KERAS,
    ),
    (
        "a Hugging Face configuration",
        _text(rb'\A\s*\{[^{]*"(model_type|architectures)"\s*:', b'"model_type"'),
        _SPEC,
    ),
    (
        "YAML of Keras 2",
        _text(rb"^class_name:", b"class_name:", b"config:"),
        "load it with model_from_yaml in Keras 2, and save what model.to_json() gives",
    ),
    ("a model of Ultralytics YOLO", _text(rb"^backbone:", b"backbone:", b"\nhead:"), _SPEC),
    ("a Darknet configuration", _text(rb"^\[(net|network|convolutional)\]", b"]", b"="), _SPEC),
    (
        "a Caffe prototxt",
        _text(rb"^(layers?|input_param)\s*\{[^}]*^\s*(name|type|bottom|top)\s*:", b"{"),
        _SPEC,
    ),
    (
        "Python source",
        _is_python,
        "run it, and save the model as .keras, or what model.to_json() gives",
    ),
    ("XML", _starts(b"<?xml"), _SPEC),
)
"""Each format with a test of its first bytes, and help for its owner. The first match wins."""

_MEMBERS: tuple[tuple[str, str, str], ...] = (
    ("a PyTorch exported program (.pt2)", r"(^|/)(archive_format|models/.*\.json)$", _SPEC),
    ("a PyTorch file", r"(^|/)data\.pkl$", _SPEC),
    ("a TensorFlow SavedModel in a ZIP archive", r"(^|/)saved_model\.pb$", _TENSORFLOW),
    ("a NumPy archive", r"\.npy$", _SPEC),
)
"""ZIP archives, each with a pattern for the name of a member."""


SUFFIXES: Mapping[str, str] = {}
"""No suffixes: in folders, files of these formats are skipped."""


def is_model(data: bytes) -> bool:
    """Whether a file has one of these formats."""
    return recognizes(data)


def begins(head: bytes) -> bool:
    """Whether a file begins like one of these formats."""
    return recognizes(head)


def recognizes(data: bytes) -> bool:
    """Whether the content has one of these formats."""
    return find(data) is not None


def read(
    data: bytes,
    source: str,
    variables: Mapping[str, Any],  # noqa: ARG001
    kinds: Mapping[str, type[Kind]],  # noqa: ARG001
) -> Network:
    """Raise SpecError, which names the file's format."""
    refuse(data)
    raise ValueError(source)


def find(data: bytes) -> tuple[str, str] | None:
    """Return the name of an unsupported format and the help for it; None if not recognized."""
    head = data[:HEAD].removeprefix(b"\xef\xbb\xbf")
    return next(((name, help) for name, test, help in _FORMATS if test(head)), None)


HEAD = 8 * 1024
"""Number of leading bytes that identify a format."""


def refuse(data: bytes) -> None:
    """Raise SpecError if the content has one of these formats."""
    found = find(data)
    if found is not None:
        _refuse(*found)


def refuse_members(names: Iterable[str]) -> None:
    """Raise SpecError if an archive's member names identify one of these formats."""
    names = list(names)
    for name, pattern, help in _MEMBERS:
        if any(re.search(pattern, member) for member in names):
            _refuse(name, help)


def refuse_folder(path: Path) -> None:
    """Raise SpecError if a folder is a SavedModel, OSError if it can't be listed."""
    if "saved_model.pb" in os.listdir(path):  # noqa: PTH208 (needs only names)
        _refuse("a TensorFlow SavedModel", _TENSORFLOW)


def _refuse(name: str, help: str) -> Never:
    message = f"this is {name}, which can't be read"
    raise SpecError([Diagnostic(code="unsupported-format", message=message, help=help)])
