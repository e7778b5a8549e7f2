"""What a shell is told when it asks how to complete a line."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import documents

MODEL = "input: [8]\nlayers: [{Dense: 3, name: first}, {Dense: 3, name: second}, ReLU]\n"
# Names that a shell would make something of.
HOSTILE = """input: [8]
layers:
  - {ReLU: , name: '\\$(touch x)'}
  - {ReLU: , name: "*"}
  - {ReLU: , name: "a b"}
  - {ReLU: , name: ok}
"""


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A directory with models, which is the home of who completes, and `convcalc` as a command."""
    (tmp_path / "net.yaml").write_text(MODEL, encoding="utf-8")
    (tmp_path / "hostile.yaml").write_text(HOSTILE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return documents.commands_in(tmp_path / "bin") | {"HOME": os.fspath(tmp_path)}


def run(environment: dict[str, str], *command: str) -> list[str]:
    ran = subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", check=True
    )
    assert ran.stderr == ""
    return ran.stdout.splitlines()


COMMANDS = ["check", "convert", "diff", "explain", "layers", "lock", "schema", "summary"]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("convcalc ", COMMANDS),
        ("convcalc s", ["schema", "summary"]),
        ("convcalc summary", ["summary"]),
        ("convcalc --version ", COMMANDS),
        ("convcalc summary --wa", ["--warn", "--watch"]),
        ("convcalc summary --format ", ["csv", "json", "jsonl", "markdown", "table"]),
        ("convcalc summary net.yaml --format js", ["json", "jsonl"]),
        ("convcalc summary --sort ma", ["macs", "macs%"]),
        ("convcalc summary --columns ker", ["kernel"]),
        ("convcalc summary --columns +receptive_s", ["+receptive_stride"]),
        ("convcalc summary --columns name,+pa", ["name,+padding", "name,+params", "name,+params%"]),
        ("convcalc summary ne", []),  # for which shells offer files
        ("convcalc summary --kinds ", []),
        ("convcalc layers Conv2", ["Conv2D", "Conv2DTranspose"]),
        (
            "convcalc layers Dense ops.Arg",
            ["ops.Argmax", "ops.Argmin", "ops.Argpartition", "ops.Argsort"],
        ),
        ("convcalc explain ", []),
        ("convcalc explain net.yaml ", ["input", "first", "second", "re_lu"]),
        ("convcalc explain ~/net.yaml s", ["second"]),
        ("convcalc explain hostile.yaml ", ["input", "ok"]),
        ("convcalc explain missing.yaml ", []),
        ("convcalc explain - ", []),
        ("convcalc explain --kinds missing.yaml net.yaml ", []),
        ("convcalc explain bin ", []),
    ],
)
def test_what_is_offered(environment: dict[str, str], line: str, offered: list[str]) -> None:
    asked = {"_CONVCALC_COMPLETE": "complete_fish", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    answer = run(environment | asked | {"_TYPER_COMPLETE_ARGS": line}, "convcalc")
    assert [item.partition("\t")[0] for item in answer if item] == offered


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash here")
def test_bash(environment: dict[str, str], tmp_path: Path) -> None:
    installed = run(environment, "bash", "-c", "convcalc --install-completion; true")
    assert installed[0] == f"bash completion installed in {tmp_path}/.bash_completions/convcalc.sh"
    complete = """
    source ~/.bashrc
    [[ $(complete -p convcalc) =~ -F\\ ([^ ]+) ]]
    COMP_WORDS=(convcalc explain net.yaml s) COMP_CWORD=3
    ${BASH_REMATCH[1]} convcalc
    printf '%s\\n' "${COMPREPLY[@]}"
    """
    assert run(environment, "bash", "-c", complete) == ["second"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts(environment: dict[str, str], shell: str) -> None:
    named = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    script = "\n".join(run(environment | named, "convcalc", "--show-completion", shell))
    assert f"_CONVCALC_COMPLETE=complete_{shell}" in script
