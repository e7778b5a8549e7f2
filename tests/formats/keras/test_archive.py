"""Archives: only `config.json` is read, and what is no archive of Keras's is refused."""

import io
import json
import zipfile

import pytest

from convcalc import formats
from convcalc.diagnostics import SpecError
from convcalc.formats import keras
from convcalc.formats.keras import archive, model_json
from formats.keras.serialized import call, functional, image, layer

MODEL = json.dumps(functional(image("x", 3), layer("Dense", "a", call("x"), units=4)))


def packed(*members: tuple[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as made:
        for name, content in members:
            made.writestr(name, content)
    return buffer.getvalue()


def test_a_model_in_an_archive() -> None:
    data = packed(
        ("metadata.json", "{}"), ("config.json", MODEL), ("model.weights.h5", b"\x80\x04")
    )
    network = formats.parse(data, "net.keras")
    assert [node.name for node in network.nodes] == ["x", "a"]


def refusal(data: bytes) -> tuple[str, str]:
    assert keras.recognizes(data)
    with pytest.raises(SpecError) as caught:
        formats.parse(data, "net.keras")
    (diagnostic,) = caught.value.diagnostics
    return diagnostic.code, diagnostic.message


@pytest.mark.parametrize(
    "path", ["../evil", "a/../../b", "/etc/passwd", "..\\evil", "C:\\evil", "\\\\host\\share"]
)
def test_a_path_that_leads_out(path: str) -> None:
    code, message = refusal(packed(("config.json", MODEL), (path, "x")))
    assert code == "archive"
    assert "leads out of it" in message


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_archives_that_are_none_of_keras() -> None:
    assert refusal(packed(("a.txt", "x"))) == (
        "archive",
        "this archive has no config.json, which describes the model",
    )
    twice = packed(("config.json", MODEL), ("config.json", "{}"))
    assert refusal(twice) == ("archive", "this archive has 2 members called config.json")
    assert refusal(packed())[0] == "archive"
    assert refusal(packed(("config.json", "nonsense")))[0] == "syntax"


def test_archives_that_are_damaged() -> None:
    whole = packed(("config.json", MODEL))
    for data in (whole[:40], whole[:-10], whole[:60] + b"\x00" * 20 + whole[80:]):
        code, message = refusal(data)
        assert code == "archive"
        assert "damaged" in message


def test_an_encrypted_archive() -> None:
    data = bytearray(packed(("config.json", MODEL)))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(data)) == ("archive", "the config.json of this archive is encrypted")


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_BYTES", 1 << 20)
    code, message = refusal(packed(("config.json", b" " * (3 << 20))))
    assert code == "too-large"
    assert "more than 1 MB" in message


def test_sizes_that_are_not_true() -> None:
    data = bytearray(packed(("config.json", b" " * 1000 + MODEL.encode())))
    directory = data.index(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    assert refusal(bytes(data))[0] in {"archive", "syntax"}


def test_a_file_of_hdf5() -> None:
    with pytest.raises(SpecError, match="this is an HDF5 file") as caught:
        formats.parse(b"\x89HDF\r\n\x1a\n\x00", "net.h5")
    assert "model.to_json" in (caught.value.diagnostics[0].help or "")


def test_how_many_values_a_model_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_json, "MAX_VALUES", 3)
    code, message = refusal(packed(("config.json", MODEL)))
    assert (code, message) == ("too-large", "this model has more than 3 values")
