"""A package that offers a layer kind and an input format, installed as its users would."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import documents

pytestmark = pytest.mark.tools
EXAMPLE = documents.ROOT / "examples" / "pixel_shuffle"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package in it."""
    folder = tmp_path_factory.mktemp("site")
    options = ["--quiet", "--no-deps", "--target", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, str(EXAMPLE)], check=True)
    return folder


def convcalc(site: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(site), str(documents.ROOT / "src")])
    return subprocess.run(
        [sys.executable, "-m", "convcalc", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
    )


SPEC = "input: [8, 8, 12]\nlayers: [{PixelShuffle: 2}]\n"


def test_a_kind(site: Path) -> None:
    ran = convcalc(site, "summary", "-", "--format", "csv", "--columns", "kind,output", stdin=SPEC)
    assert ran.stdout.splitlines()[2] == 'PixelShuffle,"(None, 16, 16, 3)"'
    wrong = convcalc(site, "summary", "-", stdin=SPEC.replace("12", "13"))
    assert "13 channels can't be divided into 4 groups [channels-not-divisible]" in wrong.stderr
    held = SPEC.replace("PixelShuffle: 2", "Sequential: [[{PixelShuffle: 2}]]")
    assert "(None, 16, 16, 3)" in convcalc(site, "summary", "-", stdin=held).stdout


def test_a_format(site: Path, tmp_path: Path) -> None:
    path = tmp_path / "net.layers"
    path.write_text("8 8 4 | ReLU | Flatten\n", encoding="utf-8")
    ran = convcalc(site, "summary", str(path), "--format", "csv", "--columns", "kind,output")
    assert ran.stdout.splitlines()[-1] == 'Flatten,"(None, 256)"'


def test_without_the_package_the_kind_is_unknown(tmp_path: Path) -> None:
    ran = convcalc(tmp_path, "summary", "-", stdin=SPEC)
    assert ran.returncode == 1
    assert "there is no layer kind 'PixelShuffle'" in ran.stderr
