"""What grows with the input grows no faster: the work is counted, never timed."""

import difflib
import os
import re
import tracemalloc
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from rich.table import Table

from convcalc import api, configuration, diagnostics, formats
from convcalc.cli import checking, targets
from convcalc.expressions import with_names
from convcalc.formats.spec import expansion
from convcalc.locks import files
from convcalc.render import summary
from convcalc.render.layout import Layout
from convcalc.report import Report

SPEC = "input: [8]\nlayers: [Flatten]\n"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often something was called, by its name."""
    found: Counter[str] = Counter()

    def count(owner: Any, name: str) -> None:
        called = getattr(owner, name)

        def counted(*args: Any, **kwargs: Any) -> Any:
            found[name] += 1
            return called(*args, **kwargs)

        monkeypatch.setattr(owner, name, counted)

    count(os, "scandir")
    count(targets.Folders, "_step")
    count(targets, "is_target")
    count(configuration, "matches")
    count(diagnostics, "closest")
    count(difflib, "get_close_matches")
    count(files, "_name_in_lock")
    return found


def report(text: str) -> Report:
    return api.summarize(formats.parse(text.encode(), "m.yaml"))


@pytest.mark.parametrize("times", [1, 2, 20])
def test_a_repeated_pattern_of_folders_looks_at_each_folder_once(
    times: int, tmp_path: Path, calls: Counter[str]
) -> None:
    folder = tmp_path / "a" / "b" / "c" / "d"
    folder.mkdir(parents=True)
    (folder / "m.yaml").write_text(SPEC)
    found = targets.Folders().named_by("**/" * times + "*.yaml", tmp_path)
    assert found.targets == ["a/b/c/d/m.yaml"]
    assert calls["scandir"] == 5
    assert calls["_step"] == 10  # each of 5 folders for `**` and for `*.yaml`


def test_patterns_apart_also_look_at_each_folder_once(tmp_path: Path, calls: Counter[str]) -> None:
    folder = tmp_path / "a" / "b" / "c" / "d"
    folder.mkdir(parents=True)
    (folder / "m.yaml").write_text(SPEC)
    found = targets.Folders().named_by("**/*/**/*/**/*.yaml", tmp_path)
    assert found.targets == ["a/b/c/d/m.yaml"]
    assert calls["scandir"] == 5
    assert calls["_step"] <= 5 * 6  # folders and parts of the pattern


@pytest.mark.parametrize("pattern", ["m{}.yaml", "*{}.yaml", "m{}*", "**/m{}.yaml", "m{}.y[a]ml"])
def test_each_of_many_patterns_is_tried_on_what_begins_or_ends_alike(
    pattern: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: Counter[str]
) -> None:
    numbers = [f"{i:03}" for i in range(100)]
    for number in numbers:
        (tmp_path / f"m{number}.yaml").write_text(SPEC)
    rules = "".join(f"  '{pattern.format(n)}': {{params: 0}}\n" for n in numbers)
    (tmp_path / "convcalc.yaml").write_text(f"models:\n{rules}")
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    plan = checking.Plan()
    plan.add_configured()
    assert [len(job.expected) for job in plan.jobs] == [1] * 100
    assert calls["is_target"] <= 100
    assert calls["matches"] == 100  # and not 100 × 100
    assert calls["scandir"] <= 1


RULES = [
    "a/**",
    "**/m.yaml",
    "**",
    "*.yaml",
    "a/*/m.yaml",
    "a/b/m.yaml",
    "a*/**/m*l",
    "x*",
    "[a]/**/*",
]


@pytest.mark.parametrize(
    "path", ["m.yaml", "a/m.yaml", "a/b/m.yaml", "a/b/c/n.yaml", "a", "x.json"]
)
def test_the_rules_of_a_path_are_those_that_match_it(path: str) -> None:
    text = "models:\n" + "".join(f"  '{pattern}': {{}}\n" for pattern in RULES)
    read = configuration.read(text.encode(), "convcalc.yaml")
    assert [rule.pattern for rule in read.rules_of(path)] == [
        pattern for pattern in sorted(RULES) if configuration.matches(pattern, path)
    ]


def test_the_model_of_a_lock_is_looked_up_by_its_name(tmp_path: Path, calls: Counter[str]) -> None:
    for i in range(100):
        (tmp_path / f"m{i}.yaml").write_text(SPEC)
    network = tmp_path / "m7.yaml"
    files.update(network, api.summarize(network))
    calls.clear()
    assert files.owner_of(files.path_of(network)) == network
    network.unlink()
    assert files.owner_of(files.path_of(network)) is None
    assert calls["_name_in_lock"] <= 2


@pytest.mark.parametrize(
    "text",
    [
        "input: [8]\nvars:\n{v}layers:\n{w}",
        "input: [8]\nlayers:\n{kinds}",
        "input: [8]\nlayers:\n{reads}",
        "input: [8]\nlayers:\n{shares}",
        "input: [8]\nblocks: {{b: {{args: {{a: 1}}, layers: [Flatten]}}}}\nlayers: [b: {{{args}}}]",
    ],
    ids=["variables", "kinds", "from", "share", "arguments of a block"],
)
def test_names_that_were_meant_are_looked_for_only_of_the_first_faults(
    text: str, calls: Counter[str]
) -> None:
    many = range(300)
    faulty = report(
        text.format(
            v="".join(f"  v{i}: 1\n" for i in many),
            w="".join(f"- Dense: =w{i}\n" for i in many),
            kinds="".join(f"- Dens{i}: 1\n" for i in many),
            reads="".join(f"- {{Dense: 1, from: e{i}}}\n" for i in many),
            shares="".join(f"- share: e{i}\n" for i in many),
            args=", ".join(f"a{i}: 1" for i in many),
        )
    )
    assert len(faulty.diagnostics) >= 300
    assert calls["get_close_matches"] <= 100


def test_too_many_layers_are_refused_before_they_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    once = expansion.Expansion.once

    def counted(self: expansion.Expansion, entry: Any, *rest: Any) -> Any:
        made.append(entry)
        assert len(made) == 1
        return once(self, entry, *rest)

    monkeypatch.setattr(expansion.Expansion, "once", counted)
    text = b"input: [8]\nlayers: [Flatten, {Dense: 8, repeat: 1000000}]\n"
    with pytest.raises(diagnostics.SpecError, match="more than 1,000,000 layers"):
        formats.parse(text, "m.yaml")


def test_names_in_a_message_are_as_many_as_one_reads() -> None:
    names = [f"v{i}" for i in range(1_000)]
    assert diagnostics.listed(names[:100]) == ", ".join(names[:100])
    assert diagnostics.listed(names).endswith("v98, v99 and 900 more")


def test_names_above_others_hide_them_and_are_no_copy() -> None:
    class Names(dict[str, int]):
        def __iter__(self) -> Iterator[str]:
            pytest.fail("they were gone through")

        def keys(self) -> Any:
            pytest.fail("they were gone through")

    names: Mapping[str, int] = Names(a=1, b=2)
    seen = with_names(names, {"b": 3})
    assert (seen["a"], seen["b"]) == (1, 3)


@pytest.mark.parametrize("name", ["json", "jsonl", "csv"])
def test_a_summary_is_written_without_all_of_it_in_memory(name: str) -> None:
    made = report("input: [8]\nlayers: [{Dense: 8, repeat: 10000}]\n")
    size = len(summary.render(name, [made], Layout()))
    tracemalloc.start()
    written = sum(map(len, summary.pieces(name, [made], Layout())))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert written == size
    assert most < size / 2


def test_rich_draws_a_row_and_not_each(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[object] = []
    add = Table.add_row

    def counted(table: Table, *row: Any) -> None:
        drawn.append(row)
        add(table, *row)

    monkeypatch.setattr(Table, "add_row", counted)
    made = report("input: [8]\nlayers: [{Dense: 8, repeat: 50}]\n")
    plain = summary.render("table", [made], Layout())
    assert len(drawn) == 1
    assert len(plain.splitlines()) == 51 + 4 + 4
    drawn.clear()
    wide = summary.render("table", [made], Layout(color=True))
    assert len(drawn) == 51
    assert [line for line in plain.splitlines() if "dense_7" in line] == [
        line for line in _without_colors(wide).splitlines() if "dense_7" in line
    ]


def _without_colors(text: str) -> str:
    return re.sub("\x1b\\[[0-9;]*m", "", text)
