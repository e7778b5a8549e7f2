"""Programs of others, which the `dev` extra installs beside the Python that runs the tests."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REQUIRED = bool(os.environ.get("CONVCALC_REQUIRE_TOOLS"))
"""The switch that makes a missing program an error: CI may not pass because it has none."""

_BESIDE_PYTHON = Path(sys.executable).parent


def needs(*names: str) -> pytest.MarkDecorator:
    """Skips tests where a program is missing, unless all are required: then they fail."""
    missing = [name for name in names if not shutil.which(name, path=_BESIDE_PYTHON)]
    reason = f"{' and '.join(missing)} of the 'dev' extra not installed"
    return pytest.mark.skipif(bool(missing) and not REQUIRED, reason=reason)


def run(
    name: str, *arguments: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """What a program prints, to both streams in one, and its status."""
    return subprocess.run(
        [_BESIDE_PYTHON / name, *arguments],
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )


def git(folder: Path, *arguments: str) -> str:
    """What git prints in a folder; raises where it fails."""
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(
        command, env=environment(), stdout=subprocess.PIPE, encoding="utf-8", check=True
    ).stdout


def environment(**more: str) -> dict[str, str]:
    """The environment of a user without a checkout of convcalc, in no run of CI, new to git."""
    ours = ("PYTHONPATH", "GITHUB_", "GIT_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    who = {"NAME": "a", "EMAIL": "a@example.org"}
    names = {f"GIT_{role}_{key}": who[key] for role in ("AUTHOR", "COMMITTER") for key in who}
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return {**kept, **names, **settings, **more}
