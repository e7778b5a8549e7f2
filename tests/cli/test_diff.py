"""`convcalc diff`, as people type it."""

import json
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from convcalc.cli import app

OLD = """\
name: net
input: [32, 32, 3]
vars: {units: 10}
layers:
  - Conv2D: {filters: 8, kernel_size: 3}
  - Conv2D: {filters: 16, kernel_size: 3}
  - Dropout: 0.5
  - Conv2D: {filters: 32, kernel_size: 3}
  - BatchNormalization
  - Flatten
  - Dense: 20
    name: hidden
  - Dense: =units
"""
NEW = """\
name: net
input: [32, 32, 3]
vars: {units: 10}
layers:
  - Conv2D: {filters: 8, kernel_size: 3}
  - SeparableConv2D: {filters: 16, kernel_size: 3}
  - Conv2D: {filters: 64, kernel_size: 3}
  - BatchNormalization
  - MaxPooling2D
  - Flatten
  - Dropout: 0.5
  - Dense: 20
    name: features
  - Dense: =units
    trainable: false
"""
FILES = {
    "old.yaml": OLD,
    "new.yaml": NEW,
    "bad.yaml": OLD.replace("filters: 32", "filters: 0"),
    "none.yaml": "layers: [",
    "dense.yaml": "input: [4]\nlayers: [{Dense: {units: 2, name: x_a}}]\n",
    "more.yaml": "input: [4]\nlayers: [{Dense: {units: 3, name: x_a}}]\n",
}


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    return tmp_path


class Ran:
    """What the command printed, and its status."""

    def __init__(self, *arguments: str, stdin: str | None = None) -> None:
        result = CliRunner().invoke(app(), ["diff", *arguments], input=stdin)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        self.stdout = result.stdout
        self.stderr = result.stderr
        self.status = result.exit_code


TEXT = """\
--- old.yaml
+++ new.yaml
~ separable_conv2d (Conv2D → SeparableConv2D)
    kernel 3×3×8×16 → none
    depthwise_kernel none → 3×3×8×1
    pointwise_kernel none → 1×1×8×16
    params 1,168 → 216 (-952)
~ conv2d_1 (Conv2D)
    filters 32 → 64
    output (None, 26, 26, 32) → (None, 26, 26, 64)
    kernel 3×3×16×32 → 3×3×16×64
    bias 32 → 64
    params 4,640 → 9,280 (+4,640)
~ batch_normalization (BatchNormalization)
    output (None, 26, 26, 32) → (None, 26, 26, 64)
    gamma, beta, moving_mean, moving_variance 32 → 64
    params 128 → 256 (+128)
+ max_pooling2d (MaxPooling2D)  (None, 13, 13, 64), 0 params
~ flatten (Flatten)  output (None, 21632) → (None, 10816)
~ dropout (Dropout) moved  output (None, 28, 28, 16) → (None, 10816)
~ hidden → features (Dense) renamed
    kernel 21632×20 → 10816×20
    params 432,660 → 216,340 (-216,320)
~ dense (Dense)
    kernel, bias trained → not trained
    trainable params 210 → 0 (-210)

Total params          439,030 → 226,526 (-212,504, -48.4%)
Trainable params      438,966 → 226,188 (-212,778, -48.5%)
Non-trainable params  64 → 338 (+274, +428.1%)
Memory                1.67 MB → 884.87 KB (-830.09 KB, -48.4%)
"""


def test_text() -> None:
    ran = Ran("old.yaml", "new.yaml")
    assert (ran.status, ran.stderr) == (0, "")
    assert ran.stdout == TEXT
    assert max(map(len, ran.stdout.split("\n"))) <= 80


def test_markdown() -> None:
    assert Ran("dense.yaml", "more.yaml", "--format", "markdown").stdout == (
        "### dense.yaml → more.yaml\n\n"
        "| | Old | New | Change |\n| --- | ---: | ---: | ---: |\n"
        "| Total params | 10 | 15 | +5, +50.0% |\n"
        "| Trainable params | 10 | 15 | +5, +50.0% |\n"
        "| Memory | 40.00 B | 60.00 B | +20.00 B, +50.0% |\n\n"
        "Layers: 1 changed.\n\n"
        "| | Layer | What | Old | New |\n| --- | --- | --- | --- | --- |\n"
        "| changed | x\\_a (Dense) | units | 2 | 3 |\n"
        "|  |  | output | (None, 2) | (None, 3) |\n"
        "|  |  | kernel | 4×2 | 4×3 |\n"
        "|  |  | bias | 2 | 3 |\n"
        "|  |  | params | 10 | 15 (+5) |\n"
    )


def test_a_total_that_is_as_before() -> None:
    other = FILES["dense.yaml"].replace("units: 2", "units: 2, activation: relu")
    assert Ran("dense.yaml", "-", stdin=other).stdout.endswith("\n\nTotal params  10, as before\n")
    table = Ran("dense.yaml", "-", "--format", "markdown", stdin=other).stdout
    assert "| ---: |\n| Total params | 10 | 10 | as before |\n\nLayers: 1 changed.\n" in table


def test_a_total_that_looks_as_before_but_is_not() -> None:
    large = "input: [4000]\nlayers: [{Dense: 4000}, {Dense: {units: 1, use_bias: false}}]\n"
    Path("large.yaml").write_text(large, encoding="utf-8")
    text = Ran("large.yaml", "-", stdin=large.replace("false", "true")).stdout
    assert text.endswith("\nMemory            61.07 MB → 61.07 MB (+4.00 B, +6e-06%)\n")


def test_a_long_table_is_folded() -> None:
    many = "input: [4]\nlayers:\n" + "  - Dense: 4\n" * 30
    text = Ran("dense.yaml", "-", "--format", "markdown", stdin=many).stdout
    assert "<details><summary>Layers: 29 added, 1 changed</summary>\n\n| |" in text
    assert text.endswith("|\n\n</details>\n")


def test_a_table_for_a_comment_is_not_longer_than_one_may_be() -> None:
    many = "input: [4]\nlayers:\n" + "  - Dense: 4\n" * 3000
    text = Ran("dense.yaml", "-", "--format", "markdown", stdin=many).stdout
    assert len(text) < 65_536
    assert "more rows" in text


def test_json() -> None:
    data = json.loads(Ran("dense.yaml", "more.yaml", "--format", "json").stdout)
    assert data["schema"] == "convcalc.diff/1"
    assert data["same"] is False
    assert (data["added"], data["removed"], data["renumbered"]) == ([], [], [])
    (changed,) = data["changed"]
    assert changed["name"] == {"old": "x_a", "new": "x_a"}
    assert changed["arguments"] == {"units": {"old": 2, "new": 3}}
    assert changed["output_shapes"] == {"old": [[None, 2]], "new": [[None, 3]]}
    assert changed["weights"]["bias"]["new"]["shape"] == [3]
    assert changed["params"] == {"old": 10, "new": 15}
    assert changed["inputs"] is None
    assert data["totals"]["params"] == {"old": 10, "new": 15, "change": 5, "percent": 50.0}


def test_models_that_are_the_same() -> None:
    for options in ((), ("--exit-code",)):
        ran = Ran("old.yaml", "old.yaml", *options)
        assert (ran.status, ran.stdout, ran.stderr) == (0, "", "")
    markdown = Ran("old.yaml", "old.yaml", "--format", "markdown").stdout
    assert markdown == "### old.yaml → old.yaml\n\nThe models are the same.\n"
    data = json.loads(Ran("old.yaml", "old.yaml", "--format", "json").stdout)
    assert data["same"] is True
    assert [data[key] for key in ("added", "removed", "changed")] == [[], [], []]


def test_exit_code() -> None:
    assert Ran("old.yaml", "new.yaml").status == 0
    assert Ran("old.yaml", "new.yaml", "--exit-code").status == 1


def test_options_are_about_both_sides() -> None:
    ran = Ran("old.yaml", "old.yaml", "--set", "units=7", "--input", "64x64x3", "--batch", "2")
    assert ran.stdout == ""
    text = Ran("old.yaml", "new.yaml", "--set", "units=7", "--batch", "2").stdout
    assert "trainable params 147 → 0 (-147)" in text
    assert "output (2, 21632) → (2, 10816)" in text


def test_a_fault_on_one_side() -> None:
    ran = Ran("old.yaml", "bad.yaml")
    assert ran.status == 1
    assert "    filters" not in ran.stdout
    assert "fault none → wrong-value\n" in ran.stdout
    assert "Total params          439,030 → unknown\n" in ran.stdout
    assert "bad.yaml:8:23: error: filters must be a whole number of at least 1" in ran.stderr


def test_no_network_on_one_side() -> None:
    ran = Ran("old.yaml", "none.yaml")
    assert (ran.status, ran.stdout) == (1, "")
    assert "none.yaml:1" in ran.stderr
    ran = Ran("old.yaml", "missing.yaml")
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr == "convcalc: can't read missing.yaml: No such file or directory\n"


def test_standard_input_as_one_side() -> None:
    assert Ran("-", "new.yaml", stdin=OLD).stdout == TEXT.replace("old.yaml", "<stdin>")
    ran = Ran("-", "-", stdin=OLD)
    assert ran.status == 2
    assert "only one of the models can be standard input" in ran.stderr


def test_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    text = Ran("old.yaml", "new.yaml").stdout
    assert "\x1b[32m+ max_pooling2d (MaxPooling2D)\x1b[0m  (None" in text
    assert "\x1b[33m~ flatten (Flatten)\x1b[0m  output" in text
    back = Ran("new.yaml", "old.yaml").stdout
    assert "\x1b[31m- max_pooling2d (MaxPooling2D)\x1b[0m" in back
    monkeypatch.setenv("NO_COLOR", "1")
    assert Ran("old.yaml", "new.yaml").stdout == TEXT


def test_nothing_raw_reaches_the_terminal() -> None:
    evil = 'input: [4]\nlayers: [{Dense: {units: 2, name: "a\\e[31m|@x"}}]\n'
    for format_ in ("text", "json", "markdown"):
        output = Ran("dense.yaml", "-", "--format", format_, stdin=evil).stdout
        assert "\x1b" not in output
        assert format_ != "markdown" or "&#124;&#64;x" in output


def git(*arguments: str) -> None:
    who = ("-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(directory: Path) -> Path:
    """Two commits: `model.yaml` and `sub/model.yaml` are the old model, and then the new one."""
    (directory / "sub").mkdir()
    git("init", "-q")
    for text in (OLD, NEW):
        for name in ("model.yaml", "sub/model.yaml"):
            (directory / name).write_text(text, encoding="utf-8")
        git("add", "model.yaml", "sub")
        git("commit", "-q", "-m", "a model")
    return directory


@pytest.mark.usefixtures("repository")
def test_a_revision() -> None:
    ran = Ran("HEAD~1:model.yaml", "model.yaml")
    assert (ran.status, ran.stderr) == (0, "")
    assert ran.stdout == TEXT.replace("old.yaml", "HEAD~1:model.yaml").replace(
        "new.yaml", "model.yaml"
    )
    assert Ran("HEAD:model.yaml", "model.yaml", "--exit-code").status == 0
    assert Ran("HEAD~1:model.yaml", "HEAD:model.yaml", "--exit-code").status == 1
    assert Ran("HEAD~1:sub/model.yaml", "old.yaml", "--exit-code").status == 0


def test_a_revision_from_a_subdirectory(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "sub")
    for path in ("model.yaml", "./model.yaml", "../model.yaml", f"{repository}/model.yaml"):
        ran = Ran(f"HEAD~1:{path}", "../old.yaml", "--exit-code")
        assert (ran.status, ran.stdout, ran.stderr) == (0, "", "")


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("HEAD:nope.yaml", "path 'nope.yaml' does not exist in 'HEAD'"),
        ("nope:model.yaml", "invalid object name 'nope'"),
        ("-p:model.yaml", "there is no revision '-p'"),
        ("HEAD:sub", "this is no file"),
    ],
)
def test_what_git_can_not_read(path: str, message: str) -> None:
    ran = Ran("--", path, "model.yaml")
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr == f"convcalc: can't read {path}: {message}\n"


def test_no_repository() -> None:
    ran = Ran("HEAD:old.yaml", "old.yaml")
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr.startswith("convcalc: can't read HEAD:old.yaml: not a git repository")
    assert ran.stderr.count("\n") == 1


def test_no_git(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(directory))
    ran = Ran("HEAD:old.yaml", "old.yaml")
    assert ran.stderr == "convcalc: can't read HEAD:old.yaml: git is not installed\n"
    assert ran.status == 2


BY_LOCK = """\
--- old.lock.yaml
+++ new.yaml
- conv2d_1 (Conv2D)  (None, 28, 28, 16), 1,168 params
+ separable_conv2d (SeparableConv2D)  (None, 28, 28, 16), 216 params
~ conv2d_1 (Conv2D)
    output (None, 26, 26, 32) → (None, 26, 26, 64)
    kernel 3×3×16×32 → 3×3×16×64
    bias 32 → 64
    params 4,640 → 9,280 (+4,640)
~ batch_normalization (BatchNormalization)
    output (None, 26, 26, 32) → (None, 26, 26, 64)
    gamma, beta, moving_mean, moving_variance 32 → 64
    params 128 → 256 (+128)
+ max_pooling2d (MaxPooling2D)  (None, 13, 13, 64), 0 params
~ flatten (Flatten)  output (None, 21632) → (None, 10816)
~ dropout (Dropout)  output (None, 28, 28, 16) → (None, 10816)
~ hidden → features (Dense) renamed
    kernel 21632×20 → 10816×20
    params 432,660 → 216,340 (-216,320)
~ dense (Dense)
    kernel, bias trained → not trained
    trainable params 210 → 0 (-210)
"""


def lock(*models: str) -> None:
    assert CliRunner().invoke(app(), ["lock", *models]).exit_code == 0


def test_a_lock_as_one_side() -> None:
    lock("old.yaml", "new.yaml")
    ran = Ran("old.lock.yaml", "new.yaml")
    assert (ran.status, ran.stderr) == (0, "")
    totals = TEXT[TEXT.index("\nTotal params") :]
    assert ran.stdout == BY_LOCK + totals
    two = Ran("old.lock.yaml", "new.lock.yaml").stdout
    told = [line for line in BY_LOCK.splitlines(keepends=True)[2:] if not line.startswith(" ")]
    assert sorted(
        line for line in two.splitlines(keepends=True) if line[:2] in {"+ ", "- ", "~ "}
    ) == sorted(told)
    assert two.endswith(totals)
    for sides in (("old.lock.yaml", "old.yaml"), ("old.yaml", "old.lock.yaml")):
        ran = Ran(*sides, "--exit-code")
        assert (ran.status, ran.stdout, ran.stderr) == (0, "", "")
    assert Ran("old.lock.yaml", "new.lock.yaml", "--exit-code").status == 1


def test_a_lock_is_told_by_what_it_holds(directory: Path) -> None:
    lock("old.yaml")
    text = (directory / "old.lock.yaml").read_text(encoding="utf-8")
    (directory / "agreed").write_text(text, encoding="utf-8")
    assert Ran("agreed", "old.yaml", "--exit-code").status == 0
    assert Ran("-", "old.yaml", "--exit-code", stdin=text).status == 0


def test_other_formats_of_a_comparison_with_a_lock() -> None:
    lock("dense.yaml")
    data = json.loads(Ran("dense.lock.yaml", "more.yaml", "--format", "json").stdout)
    assert data["by_lock"] is True
    assert data["old"] == {"name": "dense", "source": "dense.lock.yaml", "ok": True}
    (changed,) = data["changed"]
    assert (changed["arguments"], changed["moved"], changed["inputs"]) == ({}, False, None)
    assert changed["weights"]["kernel"]["new"]["shape"] == [4, 3]
    assert json.loads(Ran("dense.yaml", "more.yaml", "--format", "json").stdout)["by_lock"] is False
    table = Ran("dense.lock.yaml", "more.yaml", "--format", "markdown").stdout
    assert "| changed | x\\_a (Dense) | output | (None, 2) | (None, 3) |\n|  |  | kernel" in table
    same = Ran("dense.lock.yaml", "dense.yaml", "--format", "markdown").stdout
    assert same.endswith("\n\nThe models are the same in all that a lock holds.\n")


def test_options_are_about_the_model_beside_a_lock() -> None:
    lock("old.yaml")
    text = Ran("old.lock.yaml", "old.yaml", "--set", "units=7").stdout
    assert "output (None, 10) → (None, 7)" in text
    for options in (("--set", "units=7"), ("--input", "8x8x3"), ("--batch", "2")):
        ran = Ran("old.lock.yaml", "old.lock.yaml", *options)
        assert (ran.status, ran.stdout) == (2, "")
        assert ran.stderr == (
            "convcalc: --set, --input and --batch change models, and these are locks\n"
        )


def test_a_lock_and_a_model_with_faults() -> None:
    lock("old.yaml")
    ran = Ran("old.lock.yaml", "bad.yaml")
    assert ran.status == 1
    assert "fault none → wrong-value\n" in ran.stdout
    assert "Total params          439,030 → unknown\n" in ran.stdout


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("lock/1", "lock/2", "lock:2:9: error: 'convcalc.lock/2' is not convcalc.lock/1"),
        ("kind: Conv2D", "sort: Conv2D", "error: there is no key 'sort' in a locked layer"),
        ("outputs: [dense]", "outputs: [dens]", "lock:6:10: error: the output 'dens' is no layer"),
    ],
)
def test_a_lock_with_faults(old: str, new: str, fault: str, directory: Path) -> None:
    lock("old.yaml")
    text = (directory / "old.lock.yaml").read_text(encoding="utf-8")
    (directory / "lock").write_text(text.replace(old, new, 1), encoding="utf-8")
    for sides in (("lock", "old.yaml"), ("old.yaml", "lock"), ("lock", "old.lock.yaml")):
        ran = Ran(*sides)
        assert (ran.status, ran.stdout) == (1, "")
        assert fault in ran.stderr


@pytest.mark.usefixtures("repository")
def test_a_lock_of_a_revision() -> None:
    lock("model.yaml")
    git("add", "model.lock.yaml")
    git("commit", "-q", "-m", "a lock")
    lock("old.yaml")
    ran = Ran("HEAD:model.lock.yaml", "old.lock.yaml", "--exit-code")
    assert (ran.status, ran.stderr) == (1, "")
    assert ran.stdout.startswith("--- HEAD:model.lock.yaml\n+++ old.lock.yaml\n")
    assert Ran("HEAD:model.lock.yaml", "HEAD:model.yaml", "--exit-code").status == 0


@pytest.mark.usefixtures("repository")
def test_a_file_of_that_name_is_first(directory: Path) -> None:
    (directory / "HEAD~1:model.yaml").write_text(NEW, encoding="utf-8")
    assert Ran("HEAD~1:model.yaml", "new.yaml", "--exit-code").status == 0
