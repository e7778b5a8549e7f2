"""Documents whose examples are run: fenced blocks become files, and consoles are typed in again.

A block of YAML or Python is a file: the one that a first line like `# model.yaml` names, and
`model.yaml` where there is none. A console's lines with a `$` are commands, run in order in one
directory in which those files and a copy of `specs/` are; the other lines are what they print.
A comment `<!-- fault: a, b -->` right above a block says which faults a spec has.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]

_FENCE = re.compile(
    r"^(?:<!-- fault: (?P<faults>[a-z0-9, -]+) -->\n)?```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_FILE_NAME = re.compile(r"# (\w+\.(?:yaml|py))\n")
_PIP = re.compile(r"pip install .* && ")


class Fence(NamedTuple):
    """A fenced block: the line on which its text begins, and the faults that a spec shall have."""

    line: int
    language: str
    text: str
    faults: frozenset[str]


def read(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def fences(text: str, language: str) -> Iterator[Fence]:
    """The fenced blocks of a document that are in a language."""
    for match in _FENCE.finditer(text):
        if match["language"] == language:
            line = text.count("\n", 0, match.start("text")) + 1
            faults = match["faults"].split(", ") if match["faults"] else ()
            yield Fence(line, language, match["text"], frozenset(faults))


def rerun(text: str, scratch: Path) -> str:
    """The document with every console as it is when its commands are run now."""
    directory = scratch / "work"
    shutil.copytree(ROOT / "specs", directory / "specs")
    environment = commands_in(scratch / "bin")

    def fence(match: re.Match[str]) -> str:
        content = match["text"]
        if match["language"] in {"yaml", "python"}:
            name = _FILE_NAME.match(content)
            (directory / (name[1] if name else "model.yaml")).write_text(content, encoding="utf-8")
        elif match["language"] == "console":
            return match[0].replace(content, _console(content, directory, environment))
        return match[0]

    return _FENCE.sub(fence, text)


def _console(text: str, directory: Path, environment: dict[str, str]) -> str:
    """A console's text with what its commands print now."""
    commands = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE)
    return "".join(
        f"$ {command}\n{_output(command, written, directory, environment)}"
        for command, written in commands
    )


def _output(command: str, written: str, directory: Path, environment: dict[str, str]) -> str:
    """What a command prints; what is written of it where it can't be run here.

    The README's two lines that begin with pip are run as they are by `.ci/run`.
    """
    command = _PIP.sub("", command)
    if command == "pytest" or ("| jq " in command and not shutil.which("jq")):
        return written
    ran = subprocess.run(
        ["sh", "-c", command],
        cwd=directory,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return ran.stdout


def commands_in(bin_: Path) -> dict[str, str]:
    """An environment in which `convcalc` and `python` are those that run this test."""
    bin_.mkdir()
    for name, arguments in {"convcalc": "-m convcalc", "python": ""}.items():
        script = bin_ / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n')
        script.chmod(0o755)
    path = {"PYTHONPATH": os.environ["PYTHONPATH"]} if "PYTHONPATH" in os.environ else {}
    return {"PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}", **path}
