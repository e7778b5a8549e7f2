"""`convcalc check` as people type it: with a configuration, with locks, with what can't be read."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from convcalc.cli import app, checking

SPEC = """\
input: [28, 28, 1]
layers:
  - Conv2D: {filters: 8, kernel_size: 3, strides: 2}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "model.yaml").write_text(SPEC)
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    return tmp_path


def check(*args: str) -> Any:
    return CliRunner().invoke(app(), ["check", *args], catch_exceptions=False)


def test_without_a_configuration_no_warning_is_asked_for() -> None:
    result = check("../model.yaml")
    assert (result.exit_code, result.stdout) == (0, "1 model in order\n")


@pytest.mark.parametrize("asked", ["[unread-border]", "all"])
def test_warnings_of_the_nearest_configuration_fail(folder: Path, asked: str) -> None:
    (folder / "convcalc.yaml").write_text(f"warnings: {asked}\n")
    result = check("../model.yaml")
    assert result.exit_code == 1
    assert "../model.yaml:3:5: warning: 1 of 28 rows" in result.stdout
    assert result.stdout.endswith("1 finding in 1 of 1 model\n")


def test_other_warnings_are_not_told(folder: Path) -> None:
    (folder / "convcalc.yaml").write_text("warnings: [heavy-dense]\n")
    assert check("../model.yaml").exit_code == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "warnings: [unread-bordr]",
            "convcalc.yaml:1:12: error: there is no warning 'unread-bordr'",
        ),
        ("warnings: some", "there is no warning 'some'"),
        ("warning: all", "there is no key 'warning' in convcalc.yaml"),
        ("[]", "a configuration is a mapping with `models`"),
        ("warnings: [", "[syntax]"),
        ("warnings: [[1]]", "warnings takes the code of a warning, a list of codes, or all"),
    ],
)
def test_a_wrong_configuration_is_told_with_its_place(
    folder: Path, text: str, message: str
) -> None:
    (folder / "convcalc.yaml").write_text(f"{text}\n")
    result = check("../model.yaml")
    assert result.exit_code == 2
    assert message in result.stdout


@pytest.mark.parametrize("text", ["", "warnings:", "warnings: []", "# nothing"])
def test_an_empty_configuration_asks_for_nothing(folder: Path, text: str) -> None:
    (folder / "convcalc.yaml").write_text(f"{text}\n")
    assert check("../model.yaml").exit_code == 0


def test_drift_from_a_lock_fails(folder: Path) -> None:
    assert CliRunner().invoke(app(), ["lock", "../model.yaml"]).exit_code == 0
    assert check("../model.yaml").exit_code == 0
    (folder / "model.yaml").write_text(SPEC.replace("filters: 8", "filters: 9"))
    result = check("../model.yaml")
    assert result.exit_code == 1
    assert "error: conv2d gives (None, 13, 13, 9), locked as (None, 13, 13, 8)" in result.stdout


def test_every_model_is_told_of(folder: Path) -> None:
    (folder / "other.yaml").write_text(SPEC + "expect: {params: 1}\n")
    (folder / "third.yaml").write_text(SPEC + "expect: {params: 2}\n")
    result = check("../other.yaml", "../model.yaml", "../third.yaml")
    assert result.exit_code == 1
    assert result.stdout.count("[expect-params]") == 2
    assert result.stdout.endswith("2 findings in 2 of 3 models\n")
    assert check("../other.yaml", "--exit-zero").exit_code == 0


def test_a_file_that_is_not_there() -> None:
    result = check("nope.yaml")
    assert result.exit_code == 2
    assert result.stdout == (
        "nope.yaml: error: can't be read: No such file or directory [not-checked]\n"
        "1 finding in 1 of 1 model\n"
    )


def test_a_file_of_expectations_that_is_not_there_and_where_it_is_named(folder: Path) -> None:
    (folder / "convcalc.yaml").write_text('models:\n  "*.yaml": {expect: gone.yaml}\n')
    (folder / "model.yaml").write_text(SPEC)
    result = check("../model.yaml")
    assert result.exit_code == 2
    assert result.stdout == (
        "../gone.yaml: error: can't be read: No such file or directory; "
        "../convcalc.yaml:2 names it [not-checked]\n1 finding in ../gone.yaml\n"
    )


WIDE = SPEC.replace("filters: 8", "filters: 9")


def test_folders_and_patterns_name_models_and_nothing_else(folder: Path) -> None:
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    for name in ("deep/a.yml", "deep/er/b.yaml", ".hidden/c.yaml", "deep/.d.yaml"):
        (folder / name).write_text(SPEC)
    (folder / "deep" / "compose.yaml").write_text("services: {web: {image: x}}\n")
    (folder / "deep" / "layers.yaml").write_text("layers: {base: {image: x}}\n")
    (folder / "deep" / "package.json").write_text('{"layers": []}\n')
    (folder / "deep" / "notes.txt").write_text(SPEC)
    assert check("..").stdout == "3 models in order\n"
    assert check("../deep").stdout == "2 models in order\n"
    assert check("../**/*.yaml").stdout == (
        "2 models in order\n"
        "passed over, since no models: ../deep/compose.yaml, ../deep/layers.yaml\n"
    )
    assert check("../deep/*.yml", "../deep/a.yml").stdout == "1 model in order\n"
    result = check("../*.json")
    assert result.exit_code == 2
    assert result.stdout.startswith("../*.json: error: there is no model here [not-checked]\n")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("input: [8]\nlayers: [{Dense: 2]\n", "[syntax]"),
        ("input: [8]\nlayers\n  - Dense: 2\n", "[syntax]"),
        ("input: [8]\n layers:\n  - Dense: 2\n", "[syntax]"),
        ("input: [8]\nlayers =\n  - Dense: 2\n", "[syntax]"),
        ("input: [8]\n", "[missing-layers]"),
        (SPEC.encode("utf-16").decode("latin-1"), "[not-utf-8]"),
    ],
)
def test_what_looks_like_a_spec_is_one_however_broken(folder: Path, text: str, code: str) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "a.yaml").write_bytes(text.encode("latin-1"))
    result = check("../deep")
    assert result.exit_code == 1
    assert code in result.stdout


def test_links_to_folders_are_followed_only_by_name(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "a.yaml").write_text(SPEC)
    for name in ("up", "up2"):
        (folder / "deep" / name).symlink_to("..")
    assert check("../**/*.yaml").stdout == "2 models in order\n"
    assert check("../deep/up/*.yaml").stdout == "1 model in order\n"
    assert check("../deep/u*/*.yaml").stdout == "2 models in order\n"


def test_all_configurations_above_a_model_hold(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / "convcalc.yaml").write_text('models: {"**": {params: "<= 1"}}\n')
    (folder / "inner" / "convcalc.yaml").write_text('models: {"*.yaml": {params: "<= 2"}}\n')
    (folder / "inner" / "a.yaml").write_text(SPEC)
    places = [line.split(":")[0] for line in check("a.yaml").stdout.splitlines() if "[b" in line]
    assert places == ["convcalc.yaml", "../convcalc.yaml"]
    # But not that of another repository.
    (folder / "inner" / ".git").mkdir()
    assert "../convcalc.yaml" not in check("a.yaml").stdout


def test_outside_of_a_repository_the_nearest_configuration_holds(folder: Path) -> None:
    (folder / "convcalc.yaml").write_text('models: {"**": {params: "<= 1"}}\n')
    (folder / "inner" / "convcalc.yaml").write_text('models: {"*.yaml": {params: "<= 2"}}\n')
    (folder / "inner" / "a.yaml").write_text(SPEC)
    places = [line.split(":")[0] for line in check("a.yaml").stdout.splitlines() if "[b" in line]
    assert places == ["convcalc.yaml"]


def test_a_configuration_holds_for_what_it_names_in_other_repositories(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "convcalc.yaml").write_text('models: {"inner/*.yaml": {params: "<= 1"}}\n')
    (folder / "inner" / ".git").mkdir()
    (folder / "inner" / "a.yaml").write_text(SPEC)
    monkeypatch.chdir(folder)
    result = check()
    assert result.exit_code == 1
    assert result.stdout.startswith("convcalc.yaml:1:35: error: params are")


def test_a_pattern_names_no_lock_of_a_model_that_it_does_not_name(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "a.yml").write_text(SPEC)
    assert CliRunner().invoke(app(), ["lock", "../deep/a.yml"]).exit_code == 0
    result = check("../deep/?.yaml")
    assert result.exit_code == 2
    assert result.stdout.startswith("../deep/?.yaml: error: there is no model here")


def test_a_lock_that_leads_nowhere(folder: Path) -> None:
    (folder / "model.lock.yaml").symlink_to("gone.yaml")
    result = check("../model.yaml")
    assert result.exit_code == 2
    assert "../model.lock.yaml can't be read: No such file or directory" in result.stdout


def _is_blocked(job: checking.Job) -> bool:
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_no_other_process_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "check", _is_blocked)
    jobs = [checking.Job(path=str(i), identity="") for i in range(8)]
    found: list[object] = [*checking.run(jobs, workers=2)]
    assert found == [True] * 8
    assert not _is_blocked(jobs[0])


@pytest.mark.parametrize("pattern", ["../**/a.yaml", "../deep/[a-c].json", "../d*/?.y*ml"])
def test_a_pattern_names_the_locks_of_models_that_are_gone(folder: Path, pattern: str) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "a.yaml").write_text(SPEC)
    assert CliRunner().invoke(app(), ["lock", "../deep/a.yaml"]).exit_code == 0
    assert check("../deep/*.yaml").stdout == "1 model in order\n"
    (folder / "deep" / "a.yaml").unlink()
    result = check(pattern)
    assert result.exit_code == 1
    assert "../deep/a.lock.yaml:" in result.stdout
    assert "[lock-orphan]" in result.stdout


def test_a_file_that_is_named_is_a_model_whatever_it_holds(folder: Path) -> None:
    (folder / "notes.txt").write_text("services: {}\n")
    result = check("../notes.txt")
    assert result.exit_code == 1
    assert "../notes.txt:1:1: error: there is no key 'services'" in result.stdout


CONFIGURATION = """\
models:
  "*.yaml": {params: "<= 80"}
  inner/**/*.yaml: {params: "< 80", warnings: all, expect: expected.yaml}
  inner/none-*.yaml:
"""


def test_without_arguments_what_the_configuration_names(folder: Path) -> None:
    (folder / "convcalc.yaml").write_text(CONFIGURATION)
    (folder / "expected.yaml").write_text("output: [13, 13, 9]\n")
    (folder / "inner" / "a.yaml").write_text(SPEC)
    result = check()
    assert result.exit_code == 1
    heads = [line.split(": ")[0] for line in result.stdout.splitlines() if line[0] != " "]
    assert heads == [
        "../convcalc.yaml:4:3",
        "a.yaml:3:5",
        "../convcalc.yaml:3:29",
        "../expected.yaml:1:9",
        "4 findings in 1 of 2 models and ../convcalc.yaml",
    ]
    assert "'inner/none-*.yaml' names no model [no-model]" in result.stdout


def test_without_arguments_and_without_a_configuration() -> None:
    result = check()
    assert result.exit_code == 2
    assert result.stdout.startswith("convcalc.yaml: error: there is no such file here or above")


def test_a_configuration_that_names_nothing(folder: Path) -> None:
    (folder / "convcalc.yaml").write_text("warnings: all\n")
    result = check()
    assert result.exit_code == 2
    assert result.stdout.startswith("../convcalc.yaml: error: it names no models [not-checked]\n")


def test_the_configuration_of_another_repository_is_not_read(folder: Path) -> None:
    (folder / "convcalc.yaml").write_text("models: {'**/*.yaml': {params: 1}}\n")
    (folder / "inner" / ".git").mkdir()
    (folder / "inner" / "a.yaml").write_text(SPEC)
    assert check("a.yaml").exit_code == 0
    assert check("../model.yaml").exit_code == 1


def test_expectations_of_a_file(folder: Path) -> None:
    (folder / "expected.yaml").write_text("expect: {output: [13, 13, 9]}\n")
    result = check("../model.yaml", "--expect", "../expected.yaml")
    assert result.exit_code == 1
    assert result.stdout == (
        "../expected.yaml:1:18: error: output is [13, 13, 8], not [13, 13, 9] [expect-output]\n"
        "  1 | expect: {output: [13, 13, 9]}\n"
        "    |                  ^^^^^^^^^^^\n"
        "  model: ../model.yaml\n"
        "1 finding in 1 of 1 model\n"
    )


def test_faulty_expectations_of_a_file(folder: Path) -> None:
    (folder / "expected.yaml").write_text("output: 3\n")
    result = check("../model.yaml", "--expect", "../expected.yaml", "--exit-zero")
    assert result.exit_code == 2
    assert "../expected.yaml:1:9: error: output must be a shape" in result.stdout


def test_locks_are_required_where_that_is_asked_for(folder: Path) -> None:
    result = check("../model.yaml", "--require-locks")
    assert result.exit_code == 1
    assert result.stdout == (
        "../model.yaml: error: there is no model.lock.yaml beside it; "
        "`convcalc lock` writes it [lock-missing]\n"
        "1 finding in 1 of 1 model\n"
    )
    assert CliRunner().invoke(app(), ["lock", "../model.yaml"]).exit_code == 0
    assert check("../model.yaml", "--require-locks").exit_code == 0


def test_a_lock_in_a_folder_must_have_its_model(folder: Path) -> None:
    assert CliRunner().invoke(app(), ["lock", "../model.yaml"]).exit_code == 0
    assert check("..").stdout == "1 model in order\n"
    (folder / "model.yaml").rename(folder / "inner" / "model.yaml")
    for result in (check(".."), check("../*", "model.yaml")):
        assert result.exit_code == 1
        assert "../model.lock.yaml:3:8: error: there is no model model.yaml" in result.stdout
        assert result.stdout.endswith("1 finding in ../model.lock.yaml\n")


def fingerprints(*args: str) -> dict[tuple[str, str], str]:
    data = json.loads(check(*args, "--format", "json").stdout)
    return {(each["layer"], each["rule"]): each["fingerprint"] for each in data["findings"]}


def test_budgets_of_two_patterns_are_told_apart(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / "model.yaml").write_text(SPEC)
    budgets = '"*.yaml": {params: <= 10}\n  model.yaml: {params: <= 10}\n'
    (folder / "convcalc.yaml").write_text(f"models:\n  {budgets}")
    data = json.loads(check("../model.yaml", "--format", "json").stdout)
    for found in (data["findings"], data["models"][0]["expectations"]):
        told = [(each["rule"], each["pattern"], each["expected"]["max"]) for each in found]
        assert told == [("budget-params", "*.yaml", 10), ("budget-params", "model.yaml", 10)]
    first, second = (each["fingerprint"] for each in data["findings"])
    assert first != second
    # Without the other budget each keeps its fingerprint.
    (folder / "convcalc.yaml").write_text("models: {model.yaml: {params: <= 10}}\n")
    (last,) = json.loads(check("../model.yaml", "--format", "json").stdout)["findings"]
    assert last["fingerprint"] == second


def test_fingerprints_know_findings_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".git").mkdir()
    text = SPEC + "expect: {layers: {conv2d: {params: 1, output: [3, 3, 3]}}}\n"
    (folder / "model.yaml").write_text(text)
    first = fingerprints("../model.yaml")
    assert len(set(first.values())) == 2
    (folder / "model.yaml").write_text("# a comment\n\n" + text.replace("filters: 8", "filters: 9"))
    assert fingerprints("../model.yaml") == first
    monkeypatch.chdir(folder)
    assert fingerprints("model.yaml") == fingerprints(str(folder / "model.yaml")) == first
    (folder / "model.yaml").rename(folder / "other.yaml")
    assert not set(fingerprints("other.yaml").values()) & set(first.values())


def test_several_at_once_are_checked_like_one_after_the_other(folder: Path) -> None:
    for i in range(40):
        (folder / "inner" / f"{i:02}.yaml").write_text(SPEC + f"expect: {{params: {70 + i}}}\n")
    alone = check(".", "--jobs", "1")
    assert alone.exit_code == 1
    assert alone.stdout.endswith("39 findings in 39 of 40 models\n")
    for jobs in (["--jobs", "3"], []):
        result = check(".", *jobs)
        assert (result.exit_code, result.stdout) == (1, alone.stdout)


def test_kinds_of_ones_own_at_several_processes(folder: Path) -> None:
    (folder / "kinds.yaml").write_text("kinds: {Gate: {weights: {w: [3]}, output: =input}}\n")
    for i in range(3):
        (folder / "inner" / f"{i}.yaml").write_text(
            "input: [8]\nlayers: [Gate]\nexpect: {params: 3}\n"
        )
    result = check(".", "--kinds", "../kinds.yaml", "--jobs", "2")
    assert (result.exit_code, result.stdout) == (0, "3 models in order\n")
    (folder / "kinds.yaml").write_text("kinds: {Gate: {weights: 3}}\n")
    result = check(".", "--kinds", "../kinds.yaml", "--jobs", "2")
    assert result.exit_code == 2
    assert "../kinds.yaml:1:25: error:" in result.stdout


@pytest.fixture
def in_actions(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As a step of a workflow; the file of its summary."""
    (folder / ".git").mkdir()
    (folder / "model.yaml").write_text(SPEC + "expect: {params: 1}\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary.md"))
    return folder / "summary.md"


ANNOTATION = (
    "::error file=model.yaml,line=4,endLine=4,col=18,endColumn=19,title=convcalc (expect-params)"
    "::params are 80, not 1 (+79)\n1 finding in 1 of 1 model\n"
)


def test_in_github_actions_findings_are_annotations_and_a_summary(in_actions: Path) -> None:
    in_actions.write_text("# Before\n\n")
    result = check("../model.yaml")
    assert (result.exit_code, result.stdout) == (1, ANNOTATION)
    before, told = in_actions.read_text().split("\n\n", 1)
    assert before == "# Before"
    assert told.startswith("**convcalc check**: 1 finding in 1 of 1 model\n\n| Model |")
    assert check("../model.yaml", "--format", "text").stdout.startswith("../model.yaml:4:18: error")
    assert in_actions.read_text().count("convcalc check") == 1


def test_the_summary_of_a_step_stays_within_what_github_takes(in_actions: Path) -> None:
    in_actions.write_bytes(b"x" * (1024 * 1024 - 100))
    assert check("../model.yaml").exit_code == 1
    assert in_actions.stat().st_size <= 1024 * 1024


def test_a_summary_that_can_not_be_written_is_told(
    in_actions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(in_actions.parent / "no" / "summary.md"))
    result = check("../model.yaml")
    assert (result.exit_code, result.stdout) == (1, ANNOTATION)
    assert result.stderr == (
        "convcalc: can't write the summary of the step: No such file or directory\n"
    )


def test_without_a_summary_in_github_actions(
    in_actions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    assert check("../model.yaml").stdout == ANNOTATION


FORMATS = ("text", "json", "github", "sarif", "junit", "gitlab", "markdown")


@pytest.mark.parametrize("format_", FORMATS)
def test_what_could_not_be_checked_is_in_every_format(format_: str) -> None:
    result = check("nope.yaml", "../model.yaml", "--format", format_, "--exit-zero")
    assert result.exit_code == 2
    assert "not-checked" in result.stdout
    assert "nope.yaml" in result.stdout
    assert "in order\n" not in result.stdout


def test_a_variable_that_a_model_has_not(folder: Path) -> None:
    result = check("../model.yaml", "--set", "width=3")
    assert result.exit_code == 2
    assert result.stdout.startswith("../model.yaml: error: there is no variable 'width'")


def test_a_lock_stands_for_its_model(folder: Path) -> None:
    assert CliRunner().invoke(app(), ["lock", "../model.yaml"]).exit_code == 0
    assert check("../model.lock.yaml").stdout == "1 model in order\n"
    assert check("../model.lock.yaml", "../model.yaml").stdout == "1 model in order\n"
    (folder / "model.yaml").write_text(WIDE)
    assert check("../model.lock.yaml").exit_code == 1
    locked = CliRunner().invoke(app(), ["lock", "--check", "../model.lock.yaml"])
    assert locked.exit_code == 1
    assert "conv2d gives (None, 13, 13, 9), locked as (None, 13, 13, 8)" in locked.stdout


def test_one_file_is_checked_once_however_it_is_called(folder: Path) -> None:
    result = check("../model.yaml", "../inner/../model.yaml", str(folder / "model.yaml"))
    assert result.stdout == "1 model in order\n"


@pytest.mark.parametrize("key", ["layer", "layerss", "Layers", '"laers"'])
def test_a_spec_with_a_misspelt_key_is_one(folder: Path, key: str) -> None:
    (folder / "inner" / "a.yaml").write_text(SPEC.replace("layers", key))
    result = check(".")
    assert result.exit_code == 1
    assert "a.yaml:2:1: error: there is no key " in result.stdout


def test_other_yaml_with_an_input_is_none(folder: Path) -> None:
    (folder / "inner" / "a.yaml").write_text("input: data.csv\nlayer: x\n")
    (folder / "inner" / "b.yaml").write_text("inputs: [a, b]\nsteps: [c]\n")
    assert check(".").exit_code == 2


def test_several_files_of_expectations(folder: Path) -> None:
    (folder / "a.yaml").write_text("params: 1\n")
    (folder / "b.yaml").write_text("params: 2\n")
    result = check("../model.yaml", "--expect", "../a.yaml", "--expect", "../b.yaml")
    assert result.stdout.endswith("2 findings in 1 of 1 model\n")


def test_the_batch_is_not_expected(folder: Path) -> None:
    (folder / "model.yaml").write_text(SPEC + "expect: {output: [null, 13, 13, 8]}\n")
    assert "help: shapes are expected without the batch" in check("../model.yaml").stdout
