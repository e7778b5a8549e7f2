"""The hook for pre-commit, as pre-commit itself installs and runs it."""

import shutil
from pathlib import Path

import pytest
import yaml

import documents
from tools import programs

pytestmark = [pytest.mark.tools, programs.needs("pre-commit")]

HOOKS = documents.ROOT / ".pre-commit-hooks.yaml"
PACKAGE = (HOOKS.name, "LICENSE", "README.md", "pyproject.toml", "src")
"""What of this project a repository must have to be installed as a hook."""

MODEL = """\
input: [28, 28, 1]
layers:
  - Flatten
  - Dense: 10
expect:
  output: [10]
"""
NO_MODEL = "services: {web: {image: nginx}}\n"


class Repository:
    """A git repository in a scratch folder, in which pre-commit is used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        programs.git(folder, "init", "--quiet")

    def write(self, **models: str) -> None:
        """Write models, by name; those that are there already are as they were."""
        (self.folder / "models").mkdir(exist_ok=True)
        for name, text in models.items():
            (self.folder / "models" / f"{name}.yaml").write_text(text)

    def run(self, *, hooks: Path, **settings: object) -> tuple[int, list[str]]:
        """The status of the hook on all files, and the lines that it prints."""
        rev = programs.git(hooks, "rev-parse", "HEAD").strip()
        hook = {"id": "convcalc-check", **settings}
        repository = {"repo": str(hooks), "rev": rev, "hooks": [hook]}
        config = self.folder.with_suffix(".config")
        config.write_text(yaml.safe_dump({"repos": [repository]}))
        programs.git(self.folder, "add", "--all")
        ran = programs.run(
            "pre-commit",
            *("run", "--all-files", "--color=never", f"--config={config}"),
            cwd=self.folder,
            env=programs.environment(PRE_COMMIT_HOME=str(self.folder.with_suffix(".home"))),
        )
        # Of the making of an environment it tells in lines of its own.
        lines = [line for line in ran.stdout.splitlines() if not line.startswith("[INFO]")]
        return ran.returncode, lines


def test_is_a_manifest() -> None:
    ran = programs.run("pre-commit", "validate-manifest", HOOKS)
    assert (ran.returncode, ran.stdout) == (0, "")


@pytest.fixture
def hooks(tmp_path: Path) -> Path:
    """A git repository of what this project is installed from."""
    folder = tmp_path / "convcalc"
    folder.mkdir()
    for name in PACKAGE:
        source = documents.ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / name)
    programs.git(folder, "init", "--quiet")
    programs.git(folder, "add", "--all")
    programs.git(folder, "commit", "--quiet", "--message=all")
    return folder


def test_checks_models_before_a_commit(hooks: Path, tmp_path: Path) -> None:
    """One test, since pre-commit takes long to make an environment."""
    mine = Repository(tmp_path / "mine")
    (mine.folder / "notes.txt").touch()
    nothing = [_line("Failed"), "- hook id: convcalc-check", "- exit code: 2"]
    status, lines = mine.run(hooks=hooks)
    assert (status, lines[:3]) == (1, nothing)
    assert lines[4].startswith("convcalc.yaml: error: there is no such file here or above")

    (mine.folder / "compose.yaml").write_text("services: {web: {image: nginx}}\n")
    mine.write(net=MODEL)
    status, lines = mine.run(hooks=hooks, args=["models/net.yaml"])
    assert (status, lines[-1]) == (0, _line("Passed"))

    mine.write(net=MODEL.replace("Dense: 10", "Dense: 12"))
    status, lines = mine.run(hooks=hooks, args=["models/net.yaml"])
    assert status == 1
    assert lines[:3] == [_line("Failed"), "- hook id: convcalc-check", "- exit code: 1"]
    assert lines[4].startswith("models/net.yaml:6:11: error: ")
    assert lines[4].endswith(" [expect-output]")

    # The names of files are passed where a repository says which of them are models.
    mine.write(other="input: [8]\nlayers: [Flaten]\n")
    status, lines = mine.run(hooks=hooks, pass_filenames=True, always_run=False, files="^models/")
    assert status == 1
    found = [line for line in lines if " error: " in line]
    assert [(line.split(" ")[0], line.split("[")[-1]) for line in found] == [
        ("models/net.yaml:6:11:", "expect-output]"),
        ("models/other.yaml:2:10:", "unknown-layer]"),
    ]
    mine.write(net=MODEL, other=MODEL)
    assert mine.run(hooks=hooks, pass_filenames=True, always_run=False, files="^models/") == (
        0,
        [_line("Passed")],
    )

    status, lines = mine.run(hooks=hooks)
    assert (status, lines[:3]) == (1, nothing)
    (mine.folder / "convcalc.yaml").write_text("models: {models/*.yaml: {params: <= 7k}}\n")
    status, lines = mine.run(hooks=hooks)
    assert (status, lines[2]) == (1, "- exit code: 1")
    assert lines[4].startswith("convcalc.yaml:1:34: error: params are 7,850, more than 7,000")
    assert mine.run(hooks=hooks, args=["models"]) == (1, lines)


def _line(outcome: str) -> str:
    """The line of the hook, as wide as pre-commit makes it."""
    return f"convcalc check{outcome:.>65}"
