"""What SECURITY.md promises of files: no code of them runs, and nothing but them is opened."""

# ruff: noqa: E501 - what a file holds is one line

import ast
import io
import json
import pickle
import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

import documents

SECURITY = documents.read(documents.ROOT / "SECURITY.md")
SOURCE = documents.ROOT / "src" / "convcalc"

RUN = """
import importlib, io, pkgutil, sys
import convcalc
from convcalc.cli import app

for module in pkgutil.walk_packages(convcalc.__path__, "convcalc."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)

def run(arguments):
    try:
        app()(arguments, prog_name="convcalc")
    except SystemExit:
        pass

for path in ("warm.yaml", "warm.json", "warm.keras", "broken.yaml"):  # imports and caches
    for command in COMMANDS:
        run([*command, path])
seen = []
WATCHED = ("exec", "compile", "import", "open", "os.", "subprocess.", "socket.", "pickle.", "marshal.",
           "ctypes.", "shutil.", "tempfile.", "urllib.", "code.")

def hook(event, arguments):
    if event.startswith(WATCHED):
        seen.append((event, arguments))

sys.addaudithook(hook)
for path in sys.argv[1:]:
    for command in COMMANDS:
        run([*command, path])
found, seen = seen, []
for event, arguments in found:
    if event == "exec":
        print("AUDIT", event, arguments[0].co_filename)
    elif event == "compile":
        print("AUDIT", event, str(arguments[1]))
    else:
        print("AUDIT", event, str(arguments[0]))
"""
COMMANDS = (
    ["summary", "--costs", "--format", "json"],
    ["explain"],
    ["convert"],
    ["check"],
    ["lock", "--check"],
)

CALL = "__import__('pathlib').Path('owned').write_text('x')"


class Owned:
    """What a pickle may hold: it runs code as soon as it is loaded."""

    def __reduce__(self) -> tuple[object, ...]:
        return eval, (CALL,)


def lambda_model() -> dict[str, object]:
    """A Lambda with Python in it, which Keras runs with `safe_mode=False`."""
    code = {
        "class_name": "__lambda__",
        "config": {"code": "4wAAAAA=", "defaults": None, "closure": None},
    }
    layer = {
        "module": "keras.layers",
        "class_name": "Lambda",
        "config": {"name": "evil", "function": code},
    }
    given = {"class_name": "InputLayer", "config": {"batch_shape": [None, 8], "name": "input"}}
    custom = {
        "module": "os",
        "class_name": "system",
        "config": {"command": "touch owned"},
        "registered_name": "os>system",
    }
    return {"class_name": "Sequential", "config": {"name": "m", "layers": [given, layer, custom]}}


def hostile() -> dict[str, bytes]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("config.json", json.dumps(lambda_model()))
        archive.writestr("model.weights.h5", pickle.dumps(Owned()))
    torch = io.BytesIO()
    with zipfile.ZipFile(torch, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Owned()))
    leading = io.BytesIO()
    with zipfile.ZipFile(leading, "w") as archive:
        archive.writestr("../../owned", "x")
        archive.writestr("config.json", "{}")
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as written:
        written.addfile(tarfile.TarInfo("../owned"))
    spec = "input: [8]\nlayers:\n  - Dense: {}\n"
    return {
        "tag.yaml": b"input: !!python/object/apply:os.system ['touch owned']\nlayers: []\n",
        "tag2.yaml": b"input: !!python/name:os.system\nlayers: []\n",
        "call.yaml": spec.format(f'"={CALL}"').encode(),
        "attribute.yaml": spec.format('"=().__class__.__bases__[0].__subclasses__()"').encode(),
        "comprehension.yaml": spec.format('"=[open(1) for i in [1]]"').encode(),
        "expect.yaml": b"input: [8]\nlayers: [{Dense: 2}]\nexpect: /etc/passwd\n",
        "kind.yaml": b"kinds:\n  Own: {output: \"=exec('1')\"}\ninput: [8]\nlayers: [Own]\n",
        "name.yaml": b"name: ../../etc/passwd\ninput: [8]\nlayers: [{Dense: {units: 2, name: /etc/passwd}}]\n",
        "lambda.json": json.dumps(lambda_model()).encode(),
        "lambda.keras": packed.getvalue(),
        "leads_out.keras": leading.getvalue(),
        "torch.pt": torch.getvalue(),
        "pickle.pkl": pickle.dumps(Owned()),
        "net.py": f"import os\n{CALL}\n".encode(),
        "net.tar": tar.getvalue(),
        "entity.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    }


def audited(folder: Path, paths: list[str]) -> list[tuple[str, str]]:
    """What the interpreter does while files are read: events and what they are of."""
    script = f"COMMANDS = {COMMANDS!r}\n{RUN}"
    ran = subprocess.run(
        [sys.executable, "-c", script, *paths],
        cwd=folder, capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    lines = [line.split(" ", 2) for line in ran.stdout.splitlines() if line.startswith("AUDIT ")]
    return [(event, what) for _, event, what in lines]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder two levels deep, so that what leads out of it ends where a test looks."""
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    plain = {"class_name": "Sequential", "config": {"name": "m", "layers": []}}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("config.json", json.dumps(plain))
    (inside / "warm.yaml").write_text(
        "vars: {n: 2}\ninput: [8]\nlayers: [{Dense: =n}]\n", encoding="utf-8"
    )
    (inside / "broken.yaml").write_text(
        "vars: {n: 2}\ninput: [8]\nlayers: [{Dense: =m}, {Dens: 2}]\n", encoding="utf-8"
    )
    (inside / "warm.json").write_text(json.dumps(plain), encoding="utf-8")
    (inside / "warm.keras").write_bytes(packed.getvalue())
    return inside


def test_no_code_of_a_file_runs_and_nothing_else_is_opened(folder: Path, tmp_path: Path) -> None:
    files = hostile()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    before = sorted(tmp_path.rglob("*"))
    events = audited(folder, [*files])
    assert sorted(tmp_path.rglob("*")) == before
    ours = (str(SOURCE), sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"))
    # An open file that gets a name in Python is known by its number.
    opened = {what for event, what in events if event == "open" and not what.isdecimal()}
    read = {Path(what).name for what in opened if not what.startswith(ours)}
    locks = {f"{Path(name).stem}.lock.yaml" for name in files}
    assert {*files} <= read <= {*files, *locks, "convcalc.yaml"}
    for event, what in events:
        if event == "compile":  # an expression becomes a tree, which nobody executes
            assert what == "<unknown>" or what.startswith(ours)
        elif event == "exec":  # of what a module imports when it is first used
            assert what.startswith((*ours, "<frozen"))
        elif event == "import":
            assert re.fullmatch(r"[\w.]+", what)
            assert what not in {"net", "evil"}
        else:
            assert event in {"open", "os.listdir", "os.scandir"}, what


def test_the_watch_sees_what_it_is_for(tmp_path: Path) -> None:
    """The same hook reports a pickle that runs code, and a file that is opened."""
    (tmp_path / "p.pkl").write_bytes(pickle.dumps(Owned()))
    script = """
import pickle, sys
seen = []
sys.addaudithook(lambda event, arguments: seen.append(event))
pickle.load(open("p.pkl", "rb"))
print(*seen)
"""
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert {"open", "compile", "exec", "pickle.find_class"} <= set(ran.stdout.split())
    assert (tmp_path / "owned").exists()


OPENS = {
    "disk": {"fdopen", "open"},
    "cli": {"open"},  # of what is closed where convcalc is started
    "cli.github_actions": {"open"},  # the summary that GitHub names, which is added to
    "formats.keras.classes": {"read_bytes"},  # of the package itself
    "formats.keras.archive": {"open"},  # a member of an archive
    "schemas": {"read_text"},  # of the package itself
}
"""Where a file may be opened, read or written."""

CALLS = {
    "open",
    "fdopen",
    "read_bytes",
    "read_text",
    "write_bytes",
    "write_text",
    "mkstemp",
    "NamedTemporaryFile",
}
NEVER = {"eval", "exec", "compile", "__import__"}
RUNNERS = {
    "pickle",
    "marshal",
    "shelve",
    "ctypes",
    "socket",
    "urllib.request",
    "http",
    "runpy",
    "code",
}


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: path.name)
def test_one_door_to_files_and_none_to_code(path: Path) -> None:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    module = ".".join(part for part in parts if part != "__init__")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = {each.id for each in calls if isinstance(each, ast.Name)}
    of_something = {each.attr for each in calls if isinstance(each, ast.Attribute)}
    assert (named | of_something) & CALLS <= OPENS.get(module, set())
    assert not named & NEVER
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [a.name for a in node.names]
        )
    }
    assert not imported & RUNNERS


def test_every_test_that_is_named_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", SECURITY)
    assert len(named) > 10
    for path, test in named:
        text = (documents.ROOT / path).read_text(encoding="utf-8")
        assert not test or f"def {test}(" in text, (path, test)
