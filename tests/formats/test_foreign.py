"""Formats that can't be read: each is recognized by how it begins, and nothing else is."""

# ruff: noqa: E501 - a case is one line

import io
import json
import time
import zipfile
from pathlib import Path

import pytest

from convcalc import api, disk, formats
from convcalc.diagnostics import SpecError
from convcalc.formats import foreign

SPECS = Path(__file__).parents[2] / "specs"

CASES = {
    # https://github.com/onnx/onnx/blob/main/onnx/onnx.proto: ir_version, producer_name, graph
    "ONNX of PyTorch": (b"\x08\x0a\x12\x07pytorch\x1a\x05" + b"2.4.0:\xcb\xbf\x95\x2c", "an ONNX model"),
    "ONNX of tf2onnx": (b"\x08\x08\x12\x07tf2onnx\x1a\x05", "an ONNX model"),
    "ONNX without a producer": (b"\x08\x09:\x8d\x01\n\x10\n\x01x\x12\x01y\x22\x04Relu", "an ONNX model"),
    # torch.serialization.MAGIC_NUMBER, pickled with protocol 2
    "PyTorch before 1.6": (b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.", "a PyTorch file"),
    "a pickle": (b"\x80\x04\x95\x0f\0\0\0\0\0\0\0\x8c", "a Python pickle"),
    # 8 bytes with the length of the header, then JSON
    "safetensors": (b"\x48\x02\0\0\0\0\0\0" + b'{"weight":{"dtype":"F32"', "a safetensors file"),
    # https://docs.hdfgroup.org/hdf5/develop/_f_m_t3.html: the format signature
    "HDF5": (b"\x89HDF\r\n\x1a\n\0\0\0\0\0\x08\x08\0", "an HDF5 file"),
    # schema.fbs: file_identifier "TFL3"
    "TFLite": (b"\x1c\0\0\0TFL3\x14\0\x20\0", "a TensorFlow Lite model"),
    # saved_model.proto: saved_model_schema_version 1, meta_graphs
    "SavedModel": (b"\x08\x01\x12\xa2\xd3\x05\n\xe8\x11\n\x0f", "a TensorFlow SavedModel"),
    "a frozen graph": (b"\n\x3b\n\x05input\x12\x0bPlaceholder*\x0b\n\x05dtype\x12\x02\x30\0", "a TensorFlow graph"),
    # caffe.proto: name is field 1, layer field 100, layers field 2
    "caffemodel": (b"\n\x07AlexNet\xa2\x06\x1c\n\x04data\x12\x04Data", "a Caffe model"),
    "GGUF": (b"GGUF\x03\0\0\0", "a GGUF file"),
    "NumPy": (b"\x93NUMPY\x01\0v\0{'descr'", "a NumPy array"),
    "gzip": (b"\x1f\x8b\x08\x08\0\0\0\0", "a gzip file"),
    "xz": (b"\xfd7zXZ\0\0\x04", "an xz file"),
    "tar": (b"model/" + b"\0" * 251 + b"ustar\x0000", "a tar archive"),
    "PNG": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "an image"),
    "JPEG": (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "an image"),
    "WebP": (b"RIFF\x24\0\0\0WEBPVP8 ", "an image"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3", "a PDF file"),
    "a program": (b"\x7fELF\x02\x01\x01\0\0\xff", "a binary file of an unknown format"),
    "a pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n", "a Git LFS pointer"),
    "a page": (b"\n\n<!DOCTYPE html>\n<html lang=en>", "a web page"),
    "TensorFlow.js": (b'{"format": "layers-model", "generatedBy": "keras v2.4.0", "modelTopology": {"class_name": "Sequential", "config": {}}}', "a TensorFlow.js model"),
    "TensorFlow.js graph": (b'{"format": "graph-model", "generatedBy": "2.4", "modelTopology": {"node": []}}', "a TensorFlow.js graph model"),
    "notebook": (json.dumps({"cells": [{"cell_type": "code", "source": ["import keras"]}]}, indent=1).encode(), "a Jupyter notebook"),
    "Hugging Face": (b'{"architectures": ["BertModel"], "model_type": "bert"}', "a Hugging Face configuration"),
    "YAML of Keras 2": (b"# saved\nbackend: tensorflow\nclass_name: Sequential\nconfig:\n  layers: []\n", "YAML of Keras 2"),
    "Ultralytics": (b"nc: 80\nbackbone:\n  - [-1, 1, Conv, [64, 3, 2]]\nhead:\n  - [[-1], 1, Detect, [nc]]\n", "a model of Ultralytics YOLO"),
    "Darknet": (b"# yolov3\n[net]\nbatch=64\n\n[convolutional]\nfilters=32\n", "a Darknet configuration"),
    "Caffe": (b'name: "LeNet"\nlayer {\n  name: "data"\n  type: "Input"\n}\n', "a Caffe prototxt"),
    "Python": (b'"""A model."""\nfrom keras import layers\nx = 1\n', "Python source"),
    "PyTorch code": (b"import torch.nn as nn\n\nclass Net(nn.Module):\n    pass\n", "Python source"),
    "OpenVINO": (b'<?xml version="1.0"?>\n<net name="m">', "XML"),
}  # fmt: skip


def refusal(data: bytes) -> tuple[str, str]:
    with pytest.raises(SpecError) as caught:
        formats.parse(data, "model")
    (found,) = caught.value.diagnostics
    assert found.help
    assert found.span is None
    return found.code, found.message


@pytest.mark.parametrize("name", CASES)
def test_what_a_file_is(name: str, tmp_path: Path) -> None:
    data, what = CASES[name]
    expected = ("unsupported-format", f"this is {what}, which can't be read")
    assert refusal(data) == expected
    assert refusal(b"\xef\xbb\xbf" + data if data.isascii() else data) == expected
    path = tmp_path / "model.yaml"
    path.write_bytes(data)
    with pytest.raises(SpecError, match=r"model\.yaml: this is"):
        disk.read(path)


@pytest.mark.parametrize(
    ("member", "what"),
    [
        ("archive/data.pkl", "a PyTorch file"),
        ("resnet/archive_format", "a PyTorch exported program (.pt2)"),
        ("saved/saved_model.pb", "a TensorFlow SavedModel in a ZIP archive"),
        ("arr_0.npy", "a NumPy archive"),
    ],
)
def test_what_an_archive_is(member: str, what: str) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(member, "x")
    assert refusal(file.getvalue()) == (
        "unsupported-format",
        f"this is {what}, which can't be read",
    )


def test_what_a_folder_is(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_bytes(b"\x08\x01\x12")
    with pytest.raises(SpecError, match="a TensorFlow SavedModel"):
        api.load(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "# import keras\ninput: [8]\nlayers: [{Dense: 2}]",
        "# from keras import layers\n# class_name: x\ninput: [8]\nlayers:\n  - Dense: 2",
        "input: [8]\nblocks:\n  backbone: [ReLU]\n  head: [ReLU]\nlayers: [backbone, head]",
        "[net]",
        "input: [8]\nlayers: [Re\0LU]",
        "name: é\nlayers: [ß]",
    ],
)
def test_what_is_none_of_them(text: str) -> None:
    assert not foreign.recognizes(text.encode()) or text == "[net]"
    assert not foreign.recognizes(b"\xff\xfe" + text.encode("utf-16-le"))


@pytest.mark.parametrize("path", sorted(SPECS.rglob("*.*")), ids=lambda path: path.name)
def test_no_network_of_the_gallery_is(path: Path) -> None:
    assert not foreign.recognizes(path.read_bytes())


def test_a_character_at_the_end_of_the_beginning() -> None:
    text = "\0" + "a" * (foreign.HEAD - 2) + "é"
    assert not foreign.recognizes(text.encode())


@pytest.mark.parametrize(
    "data", [b"layer {" * 2000, b"{" * 9000, b" " * 9000, b"class x" * 1200, b"\n" * 9000, b"from x" * 1500]
)  # fmt: skip
def test_nothing_takes_long_to_be_told(data: bytes) -> None:
    start = time.perf_counter()
    foreign.recognizes(data)
    assert time.perf_counter() - start < 1
