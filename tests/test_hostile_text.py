"""Names that would steer a terminal, command a CI server, be markup or a formula: none does.

Every command is run in every format on files, folders and arguments with such names. What there is
comes from the command line itself, so that a new command or format fails here until it is covered.
"""

import contextlib
import csv
import io
import json
import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import typer.main
from markdown_it import MarkdownIt
from typer.testing import CliRunner, Result

from convcalc.cli import app

HOSTILE = (
    "\x1b[31mred", "\x1b[2J\x1b[H", "\x1b]0;title\x07", "\x1b]8;;https://evil.example\x1b\\x",
    "\x9b31m", "\x9d0;title\x9c", "\x90q\x9c", "\0", "\a\b\v\f", "\r", "\n", "\t", "\x7f",
    "a\r\n::error::b", "a\n##[error]b", "a\n##vso[task.complete]b", "\x85x", "\u2028x", "\u2029x",
    *(f"{mark}x" for mark in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"),
    *(f"{mark}x" for mark in "\u200e\u200f\u061c\u200b\u2060\ufeff\u00ad\U000e0041"),
    "::error::x", " ::set-output name=a::x", "x ::warning::y", ":", "::", "##[error]x",
    "x##[group]", "##vso[task.setvariable variable=a]x", "###[error]", "@octocat", "x @octocat",
    "a@evil.example", "www.evil.example", "https://evil.example", "ftp://evil.example",
    "mailto:a@evil.example",
    "#1", "GH-1", "o/r#1", "<script>", "<!--", "<https://evil.example>", "&lt;b&gt;",
    "&#64;octocat", "`", "``x`", "`@octocat`", "|", "a|b|c", "\\", "\\|", "[a](javascript:x)",
    "![x](y)", "[x]: y",
    "[^1]", "*a*", "__a__", "~~a~~", "$a$", ":tada:", "# a", "- a", "1. a", "> a", "---", "===",
    "=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1+1", "$(x)", "{0}", "%s",
    "[red]a[/]", "\ufffe\uffff", "%0A::error::x", "</failure>]]>",
)  # fmt: skip
PRINTED = [name for name in HOSTILE if "/" not in name and "\0" not in name]
"""What can also be the name of a file."""

BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
SGR = r"\x1b\[[\d;]*m"


def keras_model(units: int) -> bytes:
    """A model as Keras saves it, whose every name is hostile."""

    def layer(kind: str, name: str, **config: Any) -> dict[str, Any]:
        return {"class_name": kind, "config": {"name": name, **config}}

    inner = [layer("Dense", name, units=2, activation="relu") for name in HOSTILE]
    layers = [
        layer("InputLayer", "\x1b[1m@in", batch_shape=[None, 4]),
        *(layer("Dense", name, units=units) for name in HOSTILE),
        layer("Sequential", "::error::group", layers=inner),
    ]
    model = layer("Sequential", "\x1b[2J::error::@net", layers=layers)
    return json.dumps(model).encode()


def faulty_keras_model() -> bytes:
    """A model of classes that nobody knows, with arguments that nobody does."""
    layers = [
        {"class_name": "InputLayer", "config": {"name": "in", "batch_shape": [None, 4]}},
        *({"class_name": name, "config": {"name": name, name: name}} for name in HOSTILE),
        *(
            {"class_name": "Dense", "config": {"name": f"{name} ", "units": name, name: name}}
            for name in HOSTILE
        ),
    ]
    return json.dumps({"class_name": "Sequential", "config": {"layers": layers}}).encode()


def written(data: object) -> bytes:
    """Data as YAML, which has no surrogates."""
    return json.dumps(data).replace(r"\udb40\udc41", r"\U000e0041").encode()


def spec(**keys: Any) -> bytes:
    return written({"input": [4], "layers": [{"Dense": 2}], **keys})


def specs() -> Iterator[bytes]:
    """Specs with hostile texts in every place that holds one, most of which are faults.

    A fault takes long to explain, so that each place has its share of the texts.
    """
    every = dict.fromkeys(HOSTILE[::6], 1)
    yield spec(layers=[{"Dense": 2, "name": name} for name in HOSTILE])
    yield spec(layers=[*HOSTILE[1::6], *({name: {name: name}} for name in HOSTILE[2::6])])
    yield spec(layers=[{"Dense": {"units": name, name: 1}, "from": name} for name in HOSTILE[3::6]])
    yield spec(
        layers=[{"Dense": {"units": f"={name}", "activation": name}} for name in HOSTILE[4::6]]
    )
    yield spec(
        layers=[{"Dense": 2, name: 1, "ignore": name, "dtype": name} for name in HOSTILE[5::6]]
    )
    yield spec(layers=[{"Dense": 2, "when": f"={name}", "repeat": name} for name in HOSTILE[0::6]])
    yield spec(name="\x1b[2J::error::@net", vars=every, ignore=list(HOSTILE[1::6]), **every)
    yield spec(
        name=HOSTILE[0], inputs={name: [4] for name in HOSTILE[2::6]}, outputs=list(HOSTILE[3::6])
    )
    yield spec(blocks={name: {"args": every, "layers": [{"Dense": 2}]} for name in HOSTILE[4::6]})
    yield spec(
        kinds={
            name: {"args": every, "weights": {name: [2]}, "output": f"={name}"}
            for name in HOSTILE[5::6]
        }
    )
    yield spec(
        blocks={"b": {"layers": [{"Dense": 2, "name": name} for name in ("=1", "@o", "::x")]}},
        layers=[{"b": None, "name": f"::error::{n}"} for n in range(2)],
        expect={"layers": {name: {"output": [3], "kind": "x"} for name in HOSTILE[0::6]}, **every},
    )
    # As it stands: what is shown of a source line is raw.
    for name in ("\x1b[2J", "\u202e", "::error::x", "##[error]x", "@octocat", "=1+1"):
        yield f"input: [4]\nlayers:\n::error::{name}\n  - {name}: {name}\n".encode()
        yield f"{name}\n".encode()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with models, locks, expectations and a configuration, and one called hostilely."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "net.json").write_bytes(keras_model(4))
    (folder / "other.json").write_bytes(keras_model(5))
    (folder / "faulty.json").write_bytes(faulty_keras_model())
    for number, data in enumerate(specs()):
        (folder / f"spec{number}.yaml").write_bytes(data)
    (folder / "expected.yaml").write_bytes(written(dict.fromkeys(HOSTILE, 1)))
    named = folder / "\x1b[2J\u202e::error::@all"
    named.mkdir()
    for name in PRINTED:
        (named / f"{name}.yaml").write_bytes(spec(layers=[{"Dense": name}]))
        (named / f"{name}.lock.yaml").write_bytes(b"schema: \x1b[2J\n")
    with contextlib.suppress(OSError):  # some systems have no such names
        Path(os.fsdecode(bytes(named) + b"/\xff\x1b.yaml")).write_bytes(spec(layers=[]))
    configured = folder / "configured"
    configured.mkdir()
    shutil.copy(folder / "net.json", configured)
    rules = {name: {"params": 1} for name in HOSTILE} | {
        "net.json": {"expect": HOSTILE[0], "params": 1}
    }
    faults = dict.fromkeys(HOSTILE, 1)
    (configured / "convcalc.yaml").write_bytes(written({"models": rules}))
    (folder / "convcalc.yaml").write_bytes(written({"warnings": list(HOSTILE), **faults}))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("GITHUB_ACTIONS", raising=False)
        patch.delenv("FORCE_COLOR", raising=False)
        invoke("lock", "net.json", "other.json")
        # The lock of another model: all is drifted.
        lock = Path("other.lock.yaml").read_text(encoding="utf-8")
        lock = lock.replace("model: other.json", "model: net.json")
        Path("net.lock.yaml").write_text(lock, encoding="utf-8")
        shutil.copy("net.lock.yaml", configured)
        shutil.copy("net.lock.yaml", named / "::orphan\x1b.lock.yaml")
        yield folder


APP = app()


def invoke(*arguments: str, **environment: str) -> Result:
    # What is wrong is raised, but for what the command line handles.
    return CliRunner().invoke(APP, list(arguments), env=environment, catch_exceptions=False)


FOLDER = "\x1b[2J\u202e::error::@all"
SPECS = [f"spec{number}.yaml" for number in range(len(list(specs())))]
# JAX, where it is loaded, warns of every fork; ours run no JAX.
pytestmark = pytest.mark.filterwarnings(r"ignore:os\.fork\(\) was called:RuntimeWarning")

RUNS: dict[str, list[list[str]]] = {
    "check": [["."], ["net.json", "--expect", "expected.yaml"], [*HOSTILE]],
    "convert": [["net.json"], ["faulty.json"], *([name] for name in SPECS)],
    "diff": [["net.json", "other.json"], ["net.json", "net.lock.yaml"], ["net.json", FOLDER]],
    "explain": [["net.json"], *(["net.json", name] for name in HOSTILE[::8]), ["faulty.json"]],
    "layers": [["Dense"], [], *([name] for name in HOSTILE[::8])],
    "lock": [["--check", "net.json"], ["--check", FOLDER], ["--check", *SPECS], ["other.json"]],
    "schema": [[]],
    "summary": [["net.json"], ["net.json", "faulty.json", *SPECS], ["net.json", "--kinds", FOLDER]],
}
"""What every command is run with, in every format that it has."""

COMMANDS: dict[str, Any] = typer.main.get_command(APP).commands  # type: ignore[attr-defined]


def formats_of(command: str) -> list[str]:
    """The formats of a command, from its option; the only one of a command without it."""
    for parameter in COMMANDS[command].params:
        if parameter.name == "format_":
            return list(parameter.type.choices)
    return [""]


CASES = [(command, format_) for command in COMMANDS for format_ in formats_of(command)]


def check_text(text: str, *, color: bool = False) -> None:
    """No character steers, but for line breaks and our own colours, and no line is a command."""
    if color:
        text = re.sub(SGR, "", text)
    wrong = [
        character
        for character in set(text) - {"\n"}
        if unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
        or unicodedata.bidirectional(character) in BIDI
        or character in "\u200b\u200e\u200f\u061c\u2060\ufeff\u00ad\U000e0041"
    ]
    assert not wrong
    lines = text.split("\n")
    assert not [line for line in lines if line.lstrip().startswith("::")]
    assert not [line for line in lines if "##[" in line or "##vso[" in line]


MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
INLINE = {"text", "text_special", "code_inline", "softbreak", "html_inline", "strong_open",
          "strong_close"}  # fmt: skip
LIVE = re.compile(r"[@$]|www\.|://|#\d|GH-\d|:\w+:|mailto:|xmpp:", re.IGNORECASE)
"""What GitHub looks for in the text that Markdown gives."""


def check_markdown(text: str, *, is_ours: bool) -> None:
    """There is no link, image, HTML, emphasis or mention, but in what we write ourselves."""
    check_text(text)
    for token in [] if is_ours else MARKDOWN.parse(text):
        assert token.type not in {"hr", "blockquote_open", "code_block", "ordered_list_open"}
        if token.type == "html_block":
            assert re.sub(r"<summary>[^<]*</summary>", "", token.content).strip() in {
                "<details>",
                "</details>",
            }
        is_code = False
        for child in token.children or ():
            assert child.type in INLINE, child
            if child.type == "html_inline":
                assert child.content == ("</code>" if is_code else "<code>")
                is_code = not is_code
            if child.type.startswith("text") and not is_code:
                assert not LIVE.search(child.content), child.content


def check_csv(text: str) -> None:
    check_text(text)
    for row in csv.reader(io.StringIO(text)):
        assert not [cell for cell in row if cell[:1] in {*"=@\t\r"}]
        assert not [cell for cell in row if cell[:1] in {*"+-"} and not re.search(r"\d×", cell)]


def check_json(text: str) -> None:
    check_text(text)
    json.loads(text)


def check_jsonl(text: str) -> None:
    check_text(text)
    for line in text.splitlines():
        json.loads(line)


def check_github(text: str) -> None:
    properties = r"file=[^,:]*(?:,(?:line|endLine|col|endColumn)=\d+)*,title=convcalc \([a-z-]+\)"
    command = re.compile(rf"::(?:error|warning) {properties}::|::notice title=convcalc::")
    commands = [line for line in text.split("\n") if command.match(line)]
    assert commands
    check_text("\n".join(line for line in text.split("\n") if line not in commands))
    # The data of a command ends with its line: there is no other command in it.
    check_text("\n".join(commands).replace("::", "").replace("##", ""))


def check_junit(text: str) -> None:
    check_text(text)
    assert text.isascii()
    ET.fromstring(text)


CHECKS: dict[str, Callable[[str], None]] = {
    "": check_text,
    "csv": check_csv,
    "github": check_github,
    "gitlab": check_json,
    "json": check_json,
    "jsonl": check_jsonl,
    "junit": check_junit,
    "sarif": check_json,
    "table": check_text,
    "text": check_text,
}
"""How the output of each format is checked."""


def test_every_command_and_format_is_covered() -> None:
    assert set(RUNS) == set(COMMANDS)
    assert {format_ for _, format_ in CASES} == {*CHECKS, "markdown"}


@pytest.mark.parametrize(("command", "format_"), CASES)
@pytest.mark.usefixtures("files")
def test_every_command_in_every_format(command: str, format_: str) -> None:
    for arguments in RUNS[command]:
        given = ["--format", format_] if format_ else []
        ran = invoke(command, *given, *safe(arguments))
        check_text(ran.stderr)
        if format_ == "markdown":
            check_markdown(ran.stdout, is_ours=command == "layers")
        elif ran.stdout:
            CHECKS[format_](ran.stdout)


def safe(arguments: list[str]) -> list[str]:
    """Arguments in which one that begins with a dash is no option, unless it is ours."""
    ours = {"--check", "--expect", "--kinds"}
    return [a if a in ours or not a.startswith("-") else f"./{a}" for a in arguments]


@pytest.mark.usefixtures("files")
def test_in_colour() -> None:
    for command in COMMANDS:
        ran = invoke(command, *RUNS[command][0], FORCE_COLOR="1")
        check_text(ran.stdout, color=True)
        check_text(ran.stderr, color=True)


PARAMETERS = [
    (command, parameter) for command, each in COMMANDS.items() for parameter in each.params
]


@pytest.mark.parametrize(
    ("command", "parameter"), PARAMETERS, ids=lambda value: getattr(value, "name", value)
)
@pytest.mark.usefixtures("files")
def test_every_parameter(command: str, parameter: Any) -> None:
    needed = [
        "net.json"
        for each in COMMANDS[command].params
        if each.param_type_name == "argument" and each.required and each is not parameter
    ]
    for name in ("\x1b[2J\u202e", "::error::x", "x\n::error::y", "##[error]", "##vso[a]", "a/\x9b"):
        is_setting = parameter.name in {"set_", "input_"}
        for value in (name, f"{name}=1", f"a={name}") if is_setting else (name,):
            is_option = parameter.param_type_name == "option"
            given = [f"{parameter.opts[-1]}={value}"] if is_option else [value]
            ran = invoke(command, *given, *needed)
            check_text(ran.stdout)
            check_text(ran.stderr)
            assert ran.exit_code


def test_what_is_no_command_and_no_option() -> None:
    for name in HOSTILE[::4]:
        for arguments in ([name], [f"--{name}"], ["summary", f"--{name}"], ["lock", f"{name}*"]):
            ran = invoke(*arguments)
            check_text(ran.stderr)
            check_text(ran.stdout)


def test_help_without_arguments_keeps_its_lines() -> None:
    ran = invoke()
    assert "Usage: convcalc [OPTIONS] COMMAND [ARGS]..." in (ran.stdout + ran.stderr).splitlines()


@pytest.mark.usefixtures("files")
def test_what_is_written_to_be_shown_elsewhere(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    invoke("check", ".", GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))
    text = summary.read_text(encoding="utf-8")
    check_markdown(text.replace("##", ""), is_ours=False)  # it is in no log
    lock = Path("net.lock.yaml").read_text(encoding="utf-8")
    check_text(lock.replace("##", ""))


@pytest.mark.usefixtures("files")
def test_programs_get_every_name_as_it_is() -> None:
    data = json.loads(invoke("summary", "net.json", "--format", "json").stdout)
    assert set(HOSTILE) <= {layer["name"] for layer in data["layers"]}
    data = json.loads(invoke("explain", "net.json", "--format", "json").stdout)
    assert set(HOSTILE) <= {layer["name"] for layer in data["layers"]}
    data = json.loads(invoke("diff", "net.json", "other.json", "--format", "json").stdout)
    assert set(HOSTILE) <= {pair["name"]["new"] for pair in data["changed"]}
    data = json.loads(invoke("check", "net.json", "--format", "json").stdout)
    assert set(HOSTILE) <= {finding["layer"] for finding in data["findings"]}
    (run,) = json.loads(invoke("check", "net.json", "--format", "sarif").stdout)["runs"]
    assert set(HOSTILE) <= {result["properties"]["layer"] for result in run["results"]}
    entries = json.loads(invoke("check", "net.json", "--format", "gitlab").stdout)
    told = "".join(entry["description"] for entry in entries)
    assert not [name for name in HOSTILE if name not in told]
