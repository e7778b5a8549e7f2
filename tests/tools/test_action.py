"""The GitHub Action and the examples of docs/ci.md: valid, safe, and run as by a runner."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

import documents
from tools import programs

pytestmark = pytest.mark.tools

FILE = documents.ROOT / "action.yml"
PAGE = documents.ROOT / "docs" / "ci.md"
INSTALL, CHECK = "Install convcalc", "Check models"

ACTION = yaml.safe_load(documents.read(FILE))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"] if "run" in step}
EXAMPLES = {
    f"ci.md:{fence.line}": fence.text for fence in documents.fences(documents.read(PAGE), "yml")
}


def scripts() -> dict[str, str]:
    """What shells run, of the action and of the examples."""
    found = {name: step["run"] for name, step in STEPS.items()}
    for example, text in EXAMPLES.items():
        content = yaml.safe_load(text)
        for job in content.get("jobs", {}).values():
            runs = [step["run"] for step in job["steps"] if "run" in step]
            found |= {f"{example}:{i}": run for i, run in enumerate(runs)}
        for job in content.values():
            if isinstance(job, dict) and "script" in job:
                found[example] = "\n".join(job["script"])
    return found


SCRIPTS = scripts()


@programs.needs("check-jsonschema")
def test_is_an_action() -> None:
    ran = programs.run("check-jsonschema", "--builtin-schema", "vendor.github-actions", FILE)
    assert (ran.returncode, ran.stdout) == (0, "ok -- validation done\n")


@pytest.mark.parametrize("example", EXAMPLES)
@programs.needs("check-jsonschema", "pre-commit")
def test_examples_are_in_order(example: str, tmp_path: Path) -> None:
    text = EXAMPLES[example]
    name = re.match(r"# (.*)\n", text)
    assert name
    path = tmp_path / Path(name[1]).name
    path.write_text(text)
    checks = {
        ".github/workflows": ("check-jsonschema", "--builtin-schema=vendor.github-workflows"),
        ".gitlab-ci.yml": ("check-jsonschema", "--builtin-schema=vendor.gitlab-ci"),
        ".pre-commit-config.yaml": ("pre-commit", "validate-config"),
    }
    check = next(check for start, check in checks.items() if name[1].startswith(start))
    ran = programs.run(*check, path)
    assert (ran.returncode, ran.stdout) in {(0, "ok -- validation done\n"), (0, "")}


def test_there_are_examples_of_each() -> None:
    named = {text.partition("\n")[0] for text in EXAMPLES.values()}
    assert named == {
        "# .github/workflows/differences.yml",
        "# .github/workflows/models.yml",
        "# .github/workflows/scanning.yml",
        "# .gitlab-ci.yml",
        "# .pre-commit-config.yaml",
    }


@pytest.mark.parametrize("name", SCRIPTS)
@programs.needs("shellcheck")
def test_scripts_are_in_order(name: str, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(SCRIPTS[name])
    ran = programs.run("shellcheck", "--shell=bash", script)
    assert (ran.returncode, ran.stdout) == (0, "")


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_expression_is_part_of_a_script(name: str) -> None:
    """What GitHub puts into a script's text could be commands; into a variable, it can't."""
    assert "${{" not in SCRIPTS[name]


def test_inputs_are_described() -> None:
    rows = re.findall(
        r"^\| `(.+?)` \| (?:`(.+?)`)? ?\| (.+) \|$", documents.read(PAGE), re.MULTILINE
    )
    assert [(name, default) for name, default, _ in rows] == [
        (name, each["default"]) for name, each in ACTION["inputs"].items()
    ]


def run(script: str, cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a script as `shell: bash` does."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )


def run_step(
    name: str, temporary: Path, inputs: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a step of the action with what a runner has in its environment."""
    values = {f"inputs.{name}": each["default"] for name, each in ACTION["inputs"].items()}
    values |= {f"inputs.{name}": value for name, value in (inputs or {}).items()}
    values["steps.python.outputs.python-path"] = sys.executable

    def filled(text: str) -> str:
        return re.sub(r"\$\{\{ (.+?) \}\}", lambda found: values[found[1]], text)

    step = STEPS[name]
    env = {key: filled(value) for key, value in step["env"].items()}
    runner = {"GITHUB_ACTION_PATH": str(documents.ROOT), "RUNNER_TEMP": str(temporary / "runner")}
    cwd = temporary / "work" / filled(step.get("working-directory", "."))
    return run(step["run"], cwd, programs.environment(**runner, **env))


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A scratch folder with `work`, the repository that is checked, and `runner`."""
    (tmp_path / "work").mkdir()
    (tmp_path / "runner").mkdir()
    return tmp_path


@programs.needs("pre-commit")
def test_installs_itself_without_touching_the_python_of_the_job(work: Path) -> None:
    """It needs PyPI, as the test of the hook does."""
    assert run_step(INSTALL, work).returncode == 0
    code = "import convcalc, msgspec; print(convcalc.__file__, msgspec.__file__)"
    installed = work / "runner" / "convcalc"
    ran = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env=programs.environment(PYTHONPATH=str(installed)),
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    imported = [Path(path).relative_to(installed).as_posix() for path in ran.stdout.split()]
    assert imported == ["convcalc/__init__.py", "msgspec/__init__.py"]

    (work / "work" / "nets").mkdir()
    (work / "work" / "nets" / "a b.yaml").write_text("input: [8]\nlayers: [Flaten]\n")
    (work / "work" / "nets" / "compose.yaml").write_text("services: {}\n")
    inputs = {"format": "text", "args": "--jobs\n1"}
    for models in ("nets", "**/*.yaml", "nets/a b.yaml"):
        ran = run_step(CHECK, work, {**inputs, "models": models})
        assert (ran.returncode, ran.stdout.partition(" error:")[0]) == (1, "nets/a b.yaml:2:10:")
    (work / "work" / "convcalc.yaml").write_text("models: {nets/*.yaml: }\n")
    again = run_step(CHECK, work, inputs)
    passed_over = "passed over, since no models: nets/compose.yaml\n"
    assert (again.returncode, again.stdout) == (1, ran.stdout + passed_over)


ARGUMENTS = [
    ({}, ["--format", "github", "--"]),
    ({"models": "nets"}, ["--format", "github", "--", "nets"]),
    (
        {"models": "nets\n  a b.yaml  \n\n**/*.yaml\n", "args": "--set\nwidth=3\n"},
        ["--format", "github", "--set", "width=3", "--", "nets", "a b.yaml", "**/*.yaml"],
    ),
    (
        {"models": "$(touch stolen)\n`touch stolen`\n; touch stolen\n'\"\\", "format": "$PYTHON"},
        [
            "--format",
            "$PYTHON",
            "--",
            "$(touch stolen)",
            "`touch stolen`",
            "; touch stolen",
            "'\"\\",
        ],
    ),
    ({"models": "--exit-zero"}, ["--format", "github", "--", "--exit-zero"]),
    ({"models": "", "args": "*"}, ["--format", "github", "*", "--"]),
]


@pytest.mark.parametrize(("inputs", "expected"), ARGUMENTS)
def test_inputs_become_arguments(inputs: dict[str, str], expected: list[str], work: Path) -> None:
    install_echo(work)
    # What lies in the repository that is checked is not run.
    (work / "work" / "convcalc.py").write_text("raise SystemExit(4)")
    ran = run_step(CHECK, work, inputs)
    assert json.loads(ran.stdout) == ["check", *expected]
    assert ran.returncode == 3
    assert [path.name for path in (work / "work").iterdir()] == ["convcalc.py"]


def test_what_is_found_goes_to_a_file_where_one_is_named(work: Path) -> None:
    install_echo(work)
    (work / "work" / "a b").mkdir()
    inputs = {"output": "found $(x).json", "format": "json", "working-directory": "a b"}
    ran = run_step(CHECK, work, inputs)
    assert (ran.returncode, ran.stdout) == (3, "")
    written = work / "work" / "a b" / "found $(x).json"
    assert json.loads(written.read_text()) == ["check", "--format", "json", "--"]


def install_echo(work: Path) -> None:
    """In place of convcalc, a package that prints its arguments and ends with status 3."""
    package = work / "runner" / "convcalc" / "convcalc"
    package.mkdir(parents=True)
    echo = "import json, sys\nprint(json.dumps(sys.argv[1:]))\nsys.exit(3)\n"
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(echo)


def test_a_pull_request_is_told_what_it_changes(tmp_path: Path) -> None:
    """The step of the example, on what a pull request has changed."""
    (compare,) = [text for text in SCRIPTS.values() if "convcalc diff" in text]
    (tmp_path / "models").mkdir()
    spec = "input: [8]\nlayers:\n  - Dense: 10\n"
    model, other, lock = (
        tmp_path / "models" / name for name in ("a b.yaml", "c.yaml", "c.lock.yaml")
    )
    for path in (model, other, lock):
        path.write_text(spec)
    programs.git(tmp_path, "init", "--quiet")
    for text in (spec, spec.replace("10", "20")):
        model.write_text(text)
        lock.write_text(text)
        programs.git(tmp_path, "add", "--all")
        programs.git(tmp_path, "commit", "--quiet", "--message=all")
    summary = tmp_path / "summary.md"
    env = documents.commands_in(tmp_path / "bin") | {"GITHUB_STEP_SUMMARY": str(summary)}
    ran = run(compare, tmp_path, env)
    assert (ran.returncode, ran.stdout) == (0, "")
    told = (tmp_path / "differences.md").read_text()
    assert [line for line in told.splitlines() if line.startswith(("###", "| Total"))] == [
        "### HEAD^:models/a b.yaml → models/a b.yaml",
        "| Total params | 90 | 180 | +90, +100.0% |",
    ]
    assert summary.read_text() == told
