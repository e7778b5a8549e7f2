"""Measures convcalc against something else, side by side: python benchmarks/run.py.

See README.md for how and why; no figure is a time, all are ratios.
"""

import argparse
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import yaml

import convcalc

ROOT = Path(__file__).parents[1]
FOSTER = str(ROOT / "specs" / "foster_cifar.yaml")
CONVCALC = str(Path(sys.executable).with_name("convcalc"))

FEW, MANY = 1_000, 300_000
WRITTEN = 20_000
MIXED = 10
"""How many layers each turn of the long specs has."""

CHECKED = 200
"""How many models are checked at once."""

RATE = 100_000
"""Layers a second that the engine must reach."""

# Bytecode is written once and read ever after, as where convcalc is installed.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}

Measure: TypeAlias = Callable[[], float]
"""One run; what it costs, in any unit that both sides have in common."""


class Benchmark(NamedTuple):
    """What is measured, against what, how often, and the largest ratio that is good enough."""

    name: str
    ours: Measure
    against: Measure
    at_most: float
    runs: int
    warm_ups: int = 1


KERAS_APPLICATIONS = str(ROOT / "benchmarks" / "keras_applications.py")

SUMMARIZE_ALL = """
import sys
from pathlib import Path
import convcalc
for path in sorted(Path(sys.argv[1]).iterdir()):
    convcalc.summarize(path)
"""
"""Reads and computes every file of a folder, in one process."""

# A small process in between, since the peak of a child is never less than what its parent has.
MEASURE_PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def process(*command: str) -> float:
    """Seconds that a process takes, from its start to its end."""
    start = time.perf_counter()
    subprocess.run(command, env=ENVIRONMENT, cwd=ROOT, capture_output=True, check=True)
    return time.perf_counter() - start


def peak_of_process(*command: str) -> float:
    """The most memory that a process has at a time, all libraries included."""
    measure = (sys.executable, "-c", MEASURE_PEAK, *command)
    done = subprocess.run(measure, env=ENVIRONMENT, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return float(done.stdout)


def imports(modules: str) -> Measure:
    """A process that only imports."""
    return partial(process, sys.executable, "-c", f"import {modules}")


def call(function: Callable[[], Any], times: int = 1, *, collector: bool = False) -> float:
    """Seconds of one core that so many calls take, with the garbage collector off or on."""
    gc.collect()
    if not collector:
        gc.disable()
    start = time.process_time()
    for _ in range(times):
        function()
    seconds = time.process_time() - start
    gc.enable()
    return seconds


def peak(function: Callable[[], Any]) -> float:
    """The most bytes that a call has in use."""
    gc.collect()
    tracemalloc.start()
    result = function()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del result
    return float(most)


def compose(path: Path) -> object:
    """PyYAML's nodes of a file, by its C loader, and nothing else."""
    return yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def repeated(layers: int) -> str:
    """A chain of so many layers, written once and repeated."""
    return f"""\
input: [32, 32, 16]
blocks:
  mixed:
    layers:
      - Conv2D: {{filters: "=16 + 8 * (i % 8)", kernel_size: 3, padding: same}}
      - BatchNormalization
      - ReLU
      - DepthwiseConv2D: {{kernel_size: 3, padding: same, use_bias: false}}
      - LayerNormalization
      - Activation: relu
      - Conv2D: {{filters: 16, kernel_size: 1}}
      - Dropout: 0.2
      - MaxPooling2D: {{pool_size: 3, strides: 1, padding: same}}
      - Dense: 16
layers:
  - mixed:
    repeat: {layers // MIXED}
"""


def written(layers: int) -> str:
    """A network of so many layers, each of them written, with names, branches and joins."""
    turns = "".join(line for i in range(layers // MIXED) for line in _turn(i))
    return f"input: [32, 32, 16]\nlayers:\n{turns}"


def _turn(i: int) -> Iterator[str]:
    filters = 16 + 8 * (i % 61)
    yield f"  - Conv2D: {{filters: {filters}, kernel_size: 3, padding: same, use_bias: false}}\n"
    yield f"    name: conv_{i}\n"
    yield "  - BatchNormalization: {momentum: 0.9, epsilon: 1.0e-5}\n"
    yield "  - ReLU\n"
    yield "  - DepthwiseConv2D:\n"
    yield "      kernel_size: [3, 3]\n"
    yield "      padding: same\n"
    yield "  - Activation: {activation: relu}\n"
    yield "  - Dropout: 0.2\n"
    yield f"  - Conv2D: {{filters: {filters}, kernel_size: 1}}\n"
    yield f"    name: project_{i}\n"
    yield "  - Add:\n"
    yield f"    from: [conv_{i}, project_{i}]\n"
    yield "  - MaxPooling2D: {pool_size: 3, strides: 1, padding: same}\n"
    yield f"  - Dense: {{units: {16 + i % 7}, activation: relu}}\n"


def start_up() -> Iterator[Benchmark]:
    """Whole processes against the bare import of what they need."""
    table = imports("typer, yaml, msgspec, rich.table, rich.console")
    plain = imports("typer, yaml, msgspec")
    summary = (CONVCALC, "summary", FOSTER)
    yield Benchmark("summary ÷ imports", partial(process, *summary), table, 1.10, 41, 3)
    json = partial(process, *summary, "--format", "json")
    yield Benchmark("summary --format json ÷ imports", json, plain, 1.10, 41, 3)
    yield Benchmark("--help ÷ imports", partial(process, CONVCALC, "--help"), table, 1, 25, 3)


def has_keras(python: str) -> bool:
    """Whether a Python has Keras; says so if it has not."""
    check = [python, "-c", "import importlib.util as u, sys; sys.exit(not u.find_spec('keras'))"]
    if subprocess.run(check, env=ENVIRONMENT, capture_output=True, check=False).returncode:
        print(f"no Keras in {python}: that comparison is left out (see --keras)", file=sys.stderr)
        return False
    return True


def keras(python: str) -> Iterator[Benchmark]:
    """The same network and table, by Keras; nothing where there is no Keras."""
    if not has_keras(python):
        return
    ours = partial(process, CONVCALC, "summary", FOSTER)
    theirs = partial(process, python, str(ROOT / "benchmarks" / "keras_summary.py"))
    yield Benchmark("summary ÷ Keras", ours, theirs, 1 / 15, 7)


def applications(folder: Path, python: str) -> Iterator[Benchmark]:
    """The files of all networks of keras.applications, which Keras writes first."""
    if not has_keras(python):
        return
    files = folder / "applications"

    def written(measure: Callable[..., float], *command: str) -> float:
        if not files.exists():  # not before one of these benchmarks is run
            files.mkdir()
            process(python, KERAS_APPLICATIONS, "write", str(files))
        return measure(*command)

    ours = (sys.executable, "-c", SUMMARIZE_ALL, str(files))
    build = (python, KERAS_APPLICATIONS, "build")
    read = (python, KERAS_APPLICATIONS, "read", str(files))
    for name, measure, theirs, at_most, runs in (
        ("Keras building them", process, build, 1 / 50, 3),
        ("Keras reading them", process, read, 1 / 10, 3),
        ("Keras building them, peak memory", peak_of_process, build, 1 / 5, 1),
        ("Keras reading them, peak memory", peak_of_process, read, 1 / 5, 1),
    ):
        yield Benchmark(
            f"files of all applications ÷ {name}",
            partial(written, measure, *ours),
            partial(written, measure, *theirs),
            at_most,
            runs,
            0,
        )


def engine(folder: Path) -> Iterator[Benchmark]:
    """Networks that have been read: how fast, and whether size changes what a layer costs."""

    def seconds(network: convcalc.Network, times: int = 1) -> float:
        return call(lambda: convcalc.summarize(network), times) / times / len(network.nodes)

    def memory(path: Path) -> float:
        return peak(lambda: convcalc.summarize(path)) / len(convcalc.load(path).nodes)

    few, many, all_written = folder / "few.yaml", folder / "many.yaml", folder / "all.yaml"
    few.write_text(repeated(FEW), encoding="utf-8")
    many.write_text(repeated(MANY), encoding="utf-8")
    all_written.write_text(written(WRITTEN), encoding="utf-8")
    small, large, various = (convcalc.load(path) for path in (few, many, all_written))
    for name, network in (("repeated", large), ("written", various)):
        yield Benchmark(
            f"engine, {len(network.nodes):,} {name} layers ÷ {RATE:,} a second",
            partial(seconds, network),
            lambda: 1 / RATE,
            1,
            9,
        )
    yield Benchmark(
        f"engine, time of a layer: {MANY:,} ÷ {FEW:,}",
        partial(seconds, large),
        partial(seconds, small, times=MANY // FEW),  # so that both take equally long
        1.25,
        9,
    )
    yield Benchmark(
        f"memory of a layer, read and computed: {MANY:,} ÷ {FEW:,}",
        partial(memory, many),
        partial(memory, few),
        1.25,
        1,
        0,
    )


def reading(folder: Path) -> Iterator[Benchmark]:
    """A long file, read and computed, against PyYAML alone on the same file."""
    path = folder / "written.yaml"
    path.write_text(written(WRITTEN), encoding="utf-8")
    name = f"{WRITTEN:,} written layers ÷ yaml.compose"
    for how, collector in (("as Python is", True), ("no garbage collected", False)):
        yield Benchmark(
            f"{name}, in one process, {how}",
            partial(call, lambda: convcalc.summarize(path), collector=collector),
            partial(call, lambda: compose(path), collector=collector),
            2,
            9,
        )
    code = f"import yaml; yaml.compose(open({str(path)!r}), Loader=yaml.CSafeLoader)"
    alone = partial(process, sys.executable, "-c", code)
    for format_ in ("csv", "table"):
        command = partial(process, CONVCALC, "summary", str(path), "--format", format_)
        yield Benchmark(f"{name}, processes, as {format_}", command, alone, 2, 5)


def checking(folder: Path) -> Iterator[Benchmark]:
    """The gallery over and over in one run, against a process for each of it."""
    gallery = sorted((ROOT / "specs").glob("*.yaml"))
    models = folder / "models"
    models.mkdir()
    for i in range(CHECKED):
        copy = models / f"{i}.yaml"
        copy.write_bytes(gallery[i % len(gallery)].read_bytes())

    def at_once(*options: str) -> float:
        return process(CONVCALC, "check", str(models), *options) / CHECKED

    def each() -> float:
        return sum(process(CONVCALC, "check", str(path)) for path in gallery) / len(gallery)

    name = f"a model of {CHECKED} checked at once ÷ in a process of its own"
    yield Benchmark(name, at_once, each, 1 / 20, 9)
    yield Benchmark(f"{name}, one core", partial(at_once, "--jobs", "1"), each, 1 / 10, 9)


def ratios(benchmark: Benchmark, runs: int) -> list[float]:
    """Ours to the other, in alternation, after runs that don't count."""
    pairs = [(benchmark.ours(), benchmark.against()) for _ in range(benchmark.warm_ups + runs)]
    return [ours / against for ours, against in pairs[benchmark.warm_ups :]]


def main() -> None:
    """Measure all, or those whose name holds a word, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="a word in the names of what to measure")
    parser.add_argument("--runs", type=int, help="how often to measure each")
    parser.add_argument("--keras", default=sys.executable, help="a Python that has Keras")
    options = parser.parse_args()
    print("| ours ÷ the other | median | range | target | met | runs |")
    print("|---|---:|---:|---:|---|---:|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for benchmarks in (
            start_up(),
            keras(options.keras),
            applications(folder, options.keras),
            engine(folder),
            reading(folder),
            checking(folder),
        ):
            for benchmark in benchmarks:
                if options.only in benchmark.name:
                    print(row(benchmark, options.runs or benchmark.runs), flush=True)


def row(benchmark: Benchmark, runs: int) -> str:
    """Measure one, as a row of the table."""
    found = ratios(benchmark, runs)
    median = statistics.median(found)
    met = "yes" if median <= benchmark.at_most else "NO"
    span = f"{min(found):.3f}-{max(found):.3f}"
    return (
        f"| {benchmark.name} | {median:.3f} | {span} | ≤ {benchmark.at_most:.3f} | {met} | {runs} |"
    )


if __name__ == "__main__":
    main()
