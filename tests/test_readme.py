"""The README: its commands print what it says, and it shows the whole gallery."""

import re
from pathlib import Path

import documents
from convcalc.render.columns import COLUMNS

README = documents.ROOT / "README.md"


def test_commands_print_what_is_written(tmp_path: Path, *, update_goldens: bool) -> None:
    text = documents.read(README)
    rerun = documents.rerun(text, tmp_path)
    if update_goldens:
        README.write_text(rerun, encoding="utf-8")
    assert documents.read(README) == rerun


def test_the_two_lines_that_install_it_are_there() -> None:
    lines = documents.read(README).splitlines()
    assert "$ pip install . && convcalc summary specs/foster_cifar.yaml" in lines
    assert "$ pip install -e '.[test]' && pytest" in lines


def test_the_columns_are_listed() -> None:
    text = documents.read(README)
    listed = text[text.index("the columns are") :].split("\n\n")[0]
    assert sorted(re.findall("`(.+?)`", listed)) == sorted(COLUMNS)


def test_the_gallery_is_listed() -> None:
    rows = re.findall(r"^\| \[(\w+)\]\(specs/\1\.yaml\)", documents.read(README), re.MULTILINE)
    assert rows == sorted(path.stem for path in documents.ROOT.glob("specs/*.yaml"))
