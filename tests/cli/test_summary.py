"""`convcalc summary` as people type it: options, statuses, streams and terminals."""

import fcntl
import json
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

import convcalc
from convcalc.cli import app

SPECS = Path(__file__).parents[2] / "specs"
SPEC = "vars: {n: 3}\ninput: [8]\nlayers: [{Dense: =n}]\n"
FAULTY = "input: [8]\nlayers: [{Dense: 0}]\n"
BLOCKS = "input: [8]\nblocks: {u: {layers: [{Dense: 3}, ReLU]}}\nlayers: [u, u]\n"
TOTAL = " Total params: 27 (108.00 B)\n"
USAGE = (
    "Usage: convcalc summary [OPTIONS] {MODEL...}\nTry 'convcalc summary -h' for help.\n\nError: "
)


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with models in it, and no settings of the terminal that runs the tests."""
    models = {"net": SPEC, "bad": FAULTY, "blocks": BLOCKS, "empty": ""}
    for name, text in models.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM", "PYTHONIOENCODING", "LC_ALL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


class Ran:
    """What a command printed, and its status."""

    def __init__(self, *arguments: str, stdin: str | bytes | None = None) -> None:
        result = CliRunner().invoke(app(), arguments, input=stdin, catch_exceptions=False)
        self.stdout = result.stdout
        self.stderr = result.stderr
        self.status = result.exit_code


def summary(*arguments: str, stdin: str | bytes | None = None) -> Ran:
    return Ran("summary", *arguments, stdin=stdin)


def refusal(*arguments: str) -> str:
    """What a wrong use of the command is told."""
    ran = summary(*arguments)
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr.startswith(USAGE)
    return ran.stderr.removeprefix(USAGE).rstrip("\n")


# Models and statuses.


def test_a_model() -> None:
    ran = summary("net.yaml")
    assert (ran.status, ran.stderr) == (0, "")
    assert ran.stdout.startswith('Model: "net"\n┏')
    assert TOTAL in ran.stdout


def test_standard_input() -> None:
    ran = summary("-", "--format", "json", stdin=SPEC)
    assert (ran.status, ran.stderr) == (0, "")
    assert json.loads(ran.stdout)["source"] == "<stdin>"
    faulty = summary("-", stdin=FAULTY)
    assert faulty.status == 1
    assert faulty.stderr.startswith("<stdin>:2:18: error: units must be")


def test_a_faulty_model() -> None:
    ran = summary("bad.yaml")
    assert ran.status == 1
    assert "│ dense (Dense)      │ ✗ wrong-value │ ?      │       ? │\n" in ran.stdout
    assert ran.stderr == (
        "bad.yaml:2:18: error: units must be a whole number of at least 1, not 0 [wrong-value]\n"
        "  2 | layers: [{Dense: 0}]\n"
        "    |                  ^\n"
    )


def test_a_warning_is_no_fault() -> None:
    ran = summary("-", stdin="input: [8]\nlayers: [ReLU, {ReLU: , from: input}]\n")
    assert ran.status == 0
    assert ran.stderr.startswith("<stdin>:2:10: warning: this layer leads to no output")
    assert "Total params: 0" in ran.stdout


def test_what_is_no_model_at_all() -> None:
    ran = summary("empty.yaml")
    assert (ran.status, ran.stdout) == (1, "")
    assert ran.stderr.startswith("empty.yaml:1:1: error: there is no spec here [empty]\n")
    data = json.loads(summary("empty.yaml", "--format", "json").stdout)
    assert (data["name"], data["source"], data["layers"]) == ("empty", "empty.yaml", [])
    assert [d["code"] for d in data["diagnostics"]] == ["empty"]


def test_several_models() -> None:
    ran = summary("net.yaml", "bad.yaml", "blocks.yaml")
    assert ran.status == 1
    assert re.findall('^Model: "(.*)"$', ran.stdout, re.MULTILINE) == ["net", "bad", "blocks"]
    assert ran.stderr.count("error:") == 1
    lines = summary("net.yaml", "bad.yaml", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line)["name"] for line in lines] == ["net", "bad"]
    assert len(json.loads(summary("net.yaml", "bad.yaml", "--format", "json").stdout)) == 2


def test_files_that_can_not_be_read(directory: Path) -> None:
    (directory / "folder").mkdir()
    ran = summary("missing.yaml", "folder", "net.yaml", "bad.yaml")
    assert ran.status == 2
    assert TOTAL in ran.stdout
    complaints = ran.stderr.splitlines()[:2]
    assert complaints == [
        "convcalc: can't read missing.yaml: No such file or directory",
        "convcalc: can't read folder: Is a directory",
    ]
    assert summary("missing.yaml", "--format", "json").stdout == ""


def test_a_model_from_elsewhere_has_its_whole_path(directory: Path) -> None:
    path = str(directory / "net.yaml")
    data = json.loads(summary(path, "--format", "json").stdout)
    assert (data["name"], data["source"]) == ("net", path)


# Options.


@pytest.mark.parametrize(
    ("value", "units"),
    [("5", 5), ("0x10", 16), (" 7", 7), ("'8'", None), ("010", 10)],
)
def test_set(value: str, units: int | None) -> None:
    ran = summary("net.yaml", "--format", "json", "--set", f"n={value}")
    (dense,) = json.loads(ran.stdout)["layers"][1:]
    assert dense["output_shapes"] == (None if units is None else [[None, units]])


def test_set_takes_lists_strings_and_nothing() -> None:
    spec = "vars: {a: 1, b: 2, c: 3}\ninput: [4]\nlayers: [{Dense: =a}, {Dense: =b}, {Dense: =c}]\n"
    settings = ["--set", "a=[1, x]", "--set", "b=p=q", "--set", "c="]
    ran = summary("-", *settings, stdin=spec)
    assert re.findall("not (.*) \\[", ran.stderr) == ['[1,"x"]', '"p=q"', "null"]


def test_set_of_a_variable_that_there_is_not() -> None:
    ran = summary("net.yaml", "bad.yaml", "--set", "m=3")
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr == (
        "convcalc: net.yaml: there is no variable 'm'; the variables are n\n"
        "convcalc: bad.yaml: there is no variable 'm'; it has none\n"
    )


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("n", "'n' is not NAME=VALUE"),
        ("=3", "'=3' is not NAME=VALUE"),
        ("n=[1", "'[1': did not find expected ',' or ']' while parsing a flow sequence"),
        ("n=a: 1", "'a: 1' is not a number, string, boolean or list"),
        ("n==3", "'=3' is not a number, string, boolean or list"),
        ("n=!x 3", "'!x 3': tag !x builds an object"),
        ("n=\udcff", "'\\udcff': this is not a character"),
        ("n=\x1b", "'\\x1b': control characters are not allowed"),
    ],
)
def test_wrong_settings(setting: str, message: str) -> None:
    assert refusal("net.yaml", "--set", setting) == f"Invalid value for --set: {message}"


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("5", [None, 5]),
        ("4x5", [None, 4, 5]),
        ("4×5", [None, 4, 5]),
        ("4,5", [None, 4, 5]),
        ("(4, 5)", [None, 4, 5]),
        ("[4, 5]", [None, 4, 5]),
        ("(4,)", [None, 4]),
        ("?x5", [None, None, 5]),
        ("None,5", [None, None, 5]),
        ("null, 5", [None, None, 5]),
        ("input=4x5", [None, 4, 5]),
        ("0", [None, 0]),
    ],
)
def test_input(shape: str, expected: list[int | None]) -> None:
    ran = summary("net.yaml", "--format", "json", "--input", shape)
    assert ran.stderr == ""
    assert json.loads(ran.stdout)["inputs"][0]["shape"] == expected


def test_several_inputs() -> None:
    spec = "inputs: {a: [1], b=c: [1]}\nlayers: [{Add: , from: [a, b=c]}]\n"
    given = ["--input", "a=3x4", "--input", "b=c=4", "--batch", "7"]
    data = json.loads(summary("-", "--format", "json", *given, stdin=spec).stdout)
    assert [row["shape"] for row in data["inputs"]] == [[7, 3, 4], [7, 4]]


@pytest.mark.parametrize("shape", ["", "x", "3x", "3xz", "-3", "3.5", "3xx4", "1" * 19, "٣"])
def test_wrong_shapes(shape: str) -> None:
    message = f"Invalid value for --input: {shape!r} is not a shape such as 224x224x3"
    assert refusal("net.yaml", "--input", shape) == message


def test_wrong_inputs() -> None:
    several = "Invalid value for --input: several inputs need their names, as NAME=SHAPE"
    assert refusal("net.yaml", "--input", "3", "--input", "4") == several
    assert refusal("net.yaml", "--input", "3", "--input", "a=4") == several
    ran = summary("net.yaml", "--input", "x=3")
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr == "convcalc: net.yaml: there is no input 'x'; the inputs are input\n"


def test_batch() -> None:
    data = json.loads(summary("net.yaml", "--format", "json", "--batch", "7").stdout)
    assert data["outputs"][0]["shape"] == [7, 3]
    assert refusal("net.yaml", "--batch", "0") == (
        "Invalid value for '--batch': 0 is not in the range x>=1."
    )
    assert "'x' is not a valid int" in refusal("net.yaml", "--batch", "x")


def test_columns() -> None:
    ran = summary("net.yaml", "--format", "csv", "--columns", "name, params")
    assert ran.stdout == "name,params\ninput,0\ndense,27\n"
    ran = summary("net.yaml", "--format", "csv", "--columns", "+weights")
    assert ran.stdout.endswith(
        'dense,Dense,"(None, 8)","(None, 3)",8×3,27,input,"kernel 8×3, bias 3"\n'
    )


ALL = (
    "layer, name, kind, input, output, kernel, strides, padding, dilation, groups, activation, "
    "weights, trainable, params, params%, macs, macs%, activation_bytes, receptive_field, "
    "receptive_stride, receptive_offset, connected"
)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ("parms", "there is no column 'parms'; did you mean params?"),
        ("+parms", "there is no column '+parms'; did you mean params?"),
        ("zzz", f"there is no column 'zzz'; the columns are {ALL}"),
        ("name,", f"there is no column ''; the columns are {ALL}"),
    ],
)
def test_wrong_columns(columns: str, message: str) -> None:
    assert refusal("net.yaml", "--columns", columns) == f"Invalid value for --columns: {message}"


def test_depth() -> None:
    csv = ("blocks.yaml", "--format", "csv", "--columns", "name,params", "--depth")
    assert summary(*csv, "1").stdout == "name,params\ninput,0\nu,27\nu_1,12\n"
    assert summary(*csv, "2").stdout.startswith("name,params\ninput,0\nu/dense,27\n")
    assert "0 is not in the range x>=1" in refusal("blocks.yaml", "--depth", "0")


@pytest.mark.parametrize("format_", ["json", "jsonl"])
@pytest.mark.parametrize("option", [("--columns", "name"), ("--depth", "1")])
def test_json_has_no_layout(format_: str, option: tuple[str, str]) -> None:
    message = (
        f"Invalid value for {option[0]}: {format_} has every layer and all that is known of it"
    )
    assert refusal("net.yaml", "--format", format_, *option) == message


def test_the_formats() -> None:
    message = refusal("net.yaml", "--format", "jso")
    assert message == (
        "Invalid value for '--format': 'jso' is not one of 'csv', 'json', 'jsonl', 'markdown', "
        "'table'."
    )
    for format_ in ("csv", "json", "jsonl", "markdown", "table"):
        assert summary("net.yaml", "--format", format_).status == 0


def test_wrong_uses() -> None:
    assert refusal() == "Missing argument 'MODEL...'."
    assert refusal("net.yaml", "--frmat", "json").startswith("No such option: --frmat")
    ran = Ran("sumary", "net.yaml")
    assert (ran.status, ran.stdout) == (2, "")
    assert "No such command 'sumary'. Did you mean 'summary'?" in ran.stderr


def test_version_and_help() -> None:
    assert Ran("--version").stdout == f"convcalc {convcalc.__version__}\n"
    for arguments in (["-h"], ["--help"]):
        ran = Ran(*arguments)
        assert ran.status == 0
        assert "summary  Print every layer's output shape, kernel and parameters." in ran.stdout
        # As it is listed without importing the commands.
        listed = subprocess.run(
            [sys.executable, "-m", "convcalc", *arguments],
            capture_output=True,
            text=True,
            check=True,
        )
        # The ends of lines depend on the width of the terminal.
        shown, expected = (
            [line[:60] for line in text.splitlines()] for text in (listed.stdout, ran.stdout)
        )
        assert shown == expected
    ran = Ran("summary", "-h")
    assert ran.status == 0
    assert {"--format", "--columns", "--depth", "--set", "--input", "--batch"} <= set(
        re.findall(r"--\w+", ran.stdout)
    )


# Whole processes: streams, encodings and terminals.

CONVCALC = [sys.executable, "-m", "convcalc"]


def process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*CONVCALC, "summary", *arguments],
        capture_output=True,
        check=False,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
    )


def shell(command: str) -> subprocess.CompletedProcess[str]:
    """Run a command line in which `convcalc` is the one under test."""
    return subprocess.run(
        ["sh", "-c", f'convcalc() {{ "{sys.executable}" -m convcalc "$@"; }}\n{command}'],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )


def test_a_process() -> None:
    ran = process("net.yaml", "bad.yaml")
    assert ran.returncode == 1
    assert ran.stdout.decode() == summary("net.yaml", "bad.yaml").stdout
    assert ran.stderr.decode() == summary("net.yaml", "bad.yaml").stderr


def test_standard_input_of_a_process() -> None:
    ran = shell("convcalc summary - --format csv --columns name < net.yaml")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "name\ninput\ndense\n", "")


def test_a_pipe_that_closes_early() -> None:
    Path("long.yaml").write_text(
        "input: [8]\nlayers: [{ReLU: , repeat: 20000}]\n", encoding="utf-8"
    )
    ran = shell("convcalc summary long.yaml --format csv | head -n 1")
    assert ran.stdout == "name,kind,input,output,kernel,params,connected\n"
    assert ran.stderr == ""


def test_streams_that_are_closed() -> None:
    ran = shell("convcalc summary - <&-")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == "convcalc: can't read <stdin>: Bad file descriptor\n"
    ran = shell("convcalc summary bad.yaml >&-")
    assert (ran.returncode, ran.stderr) == (1, summary("bad.yaml").stderr)
    ran = shell("convcalc summary bad.yaml 2>&-")
    assert (ran.returncode, ran.stdout) == (1, summary("bad.yaml").stdout)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_full_device() -> None:
    for command in ("summary net.yaml", "--version", "--help"):
        ran = shell(f"convcalc {command} > /dev/full")
        message = "convcalc: can't write: No space left on device\n"
        assert (ran.returncode, ran.stderr) == (2, message)


@pytest.mark.parametrize(
    "environment",
    [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}],
)
def test_encodings(environment: dict[str, str]) -> None:
    Path("名.yaml").write_text(FAULTY.replace("input: [8]", "input: [8] # é"), encoding="utf-8")
    ran = process("名.yaml", **environment)
    assert ran.returncode == 1
    assert '"名"' in ran.stdout.decode()
    assert "✗ wrong-value" in ran.stdout.decode()
    assert ran.stderr.decode().startswith("名.yaml:2:18: error: ")


def test_names_of_files_that_are_not_text() -> None:
    try:
        shutil.copy("bad.yaml", "a\udcff.yaml")
    except OSError:
        pytest.skip("this file system takes no such name")
    ran = process("a\udcff.yaml", "--format", "json")
    assert ran.returncode == 1
    assert json.loads(ran.stdout)["source"] == "a\\xff.yaml"
    assert ran.stderr.decode().startswith("a\\xff.yaml:2:18: error: ")


# Which of the streams' texts are in colour.
@pytest.mark.parametrize(
    ("terminal", "environment", "coloured"),
    [
        (False, {}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (False, {"FORCE_COLOR": ""}, False),
        (True, {}, True),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
    ],
)
def test_colour(terminal: bool, environment: dict[str, str], coloured: bool) -> None:
    environment = {"TERM": "xterm-256color"} | environment
    if terminal:
        text = on_terminal(80, "bad.yaml", **environment)
        assert ("\x1b[1;31m✗ wrong-value" in text) == coloured
        assert ("\x1b[1;31merror:\x1b[0m" in text) == coloured
    else:
        ran = process("bad.yaml", **environment)
        text = ran.stdout.decode() + ran.stderr.decode()
        assert (b"\x1b[" in ran.stdout) == (b"\x1b[" in ran.stderr) == coloured
    assert ("\x1b" in text) == coloured


def on_terminal(columns: int, *arguments: str, **environment: str) -> str:
    """What a terminal of so many columns is sent, both streams together."""
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    settings = termios.tcgetattr(side)
    settings[1] &= ~termios.OPOST
    termios.tcsetattr(side, termios.TCSANOW, settings)
    with subprocess.Popen(
        [*CONVCALC, "summary", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=side,
        stderr=side,
        env=os.environ | environment,
    ):
        os.close(side)
        text = b""
        try:
            while data := os.read(main, 65536):
                text += data
        except OSError:  # how Linux says that the other end is closed
            pass
    os.close(main)
    return text.decode()


@pytest.mark.parametrize("columns", [80, 40])
@pytest.mark.parametrize("name", ["resnet50", "unet", "two_inputs"])
def test_nothing_is_cut_on_a_terminal(name: str, columns: int) -> None:
    spec = str(SPECS / f"{name}.yaml")
    shown = on_terminal(columns, spec, "--columns", "output,kernel,params,layer", NO_COLOR="1")
    plain = summary(spec, "--columns", "output,kernel,params,layer").stdout
    widest = max(map(cell_len, shown.splitlines()[1:-3]))
    assert widest == columns or (columns == 40 and widest < 80)
    rows = [line.split("│")[1:4] for line in shown.splitlines() if line[0] == "│"]
    cells = [[cell.strip() for cell in row] for row in rows if row[0].strip()]
    whole = [line.split("│")[1:4] for line in plain.splitlines() if line[0] == "│"]
    assert cells == [[cell.strip() for cell in row] for row in whole]
    for line in plain.splitlines()[-3:]:
        assert line in shown


def test_piped_output_is_never_wrapped() -> None:
    name = "long_" * 60
    Path("wide.yaml").write_text(
        f"input: [8]\nlayers: [{{ReLU: , name: {name}}}]\n", encoding="utf-8"
    )
    ran = process("wide.yaml", COLUMNS="20")
    assert f"│ {name} (ReLU) │ (None, 8)    │        │       0 │\n" in ran.stdout.decode()


def test_training_is_told_with_the_costs() -> None:
    ran = summary("net.yaml", "--train", "adam")
    assert ran.status == 2
    assert "this is told with --costs" in ran.stderr
    ran = summary("net.yaml", "--format", "json", "--train", "adam", "--batch", "3")
    totals = json.loads(ran.stdout)["totals"]
    # 27 weights, and 8 + 3 values of 3 samples, of 4 bytes each.
    assert totals["training"] == {
        "optimizer": "adam",
        "weights": 108,
        "gradients": 108,
        "slots": 216,
        "activations": 132,
        "bytes": 564,
        "estimate": True,
        "formula": (
            "weights + gradients (trainable weights) + adam slots (2 × trainable weights) + "
            "activations of all layers for a batch of 3"
        ),
    }
    assert (totals["batch_size"], totals["activation_bytes"]) == (3, 132)
    assert (totals["peak_activation_bytes"], totals["peak_at"]) == (132, "dense")
    assert totals["macs"] == 24


@pytest.mark.parametrize("option", [["--sort", "macs"], ["--top", "3"], ["--costs"]])
def test_what_only_a_table_has(option: list[str]) -> None:
    ran = summary("net.yaml", "--format", "jsonl", *option)
    assert ran.status == 2
    assert "jsonl has every layer and all that is known of it" in ran.stderr


def test_shares_may_be_called_with_a_blank() -> None:
    ran = summary("net.yaml", "--format", "csv", "--columns", "name, macs %")
    assert ran.stdout == "name,macs%\ninput,0.0\ndense,100.0\n"


def test_wrong_column_to_sort_by() -> None:
    ran = summary("net.yaml", "--sort", "mac")
    assert ran.status == 2
    assert "there is no column 'mac'; did you mean macs?" in ran.stderr


def test_receptive_fields_as_columns() -> None:
    text = "input: [32, 32, 3]\nlayers: [{Conv2D: [4, [3, 5], 2, same]}, GlobalMaxPooling2D]\n"
    Path("field.yaml").write_text(text, encoding="utf-8")
    columns = "name,receptive_field,receptive_stride,receptive_offset"
    ran = summary("field.yaml", "--format", "csv", "--columns", columns)
    assert ran.stdout == (
        f"{columns}\ninput,1×1,1×1,0×0\nconv2d,3×5,2×2,0×-1\nglobal_max_pooling2d,all,all,all\n"
    )
