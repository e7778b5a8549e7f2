"""Break the rules on purpose, one place at a time, and count how often the tests notice.

python benchmarks/mutants.py                     # 300 random mutants, the same each time
python benchmarks/mutants.py --count 60 --seed 7
python benchmarks/mutants.py --only src/convcalc/windows.py:243
"""

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path("src/convcalc")
MODULES = (
    "layers/**/*.py",
    "checks/*.py",
    "analysis/*.py",
    *(f"{name}.py" for name in ("windows", "shapes", "dtypes")),
)
COPIED = ("src", "tests", "specs", "docs", "benchmarks")
QUICK = "not oracle and not tools"

SWAPPED: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.FloorDiv,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,),
}
"""The operators, each with those that a mutant has in its place."""


class Mutant(NamedTuple):
    """A module with one expression replaced."""

    module: Path
    line: int
    before: str
    after: str
    source: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line}  {self.before}  →  {self.after}"


def variants(node: ast.expr) -> Iterator[ast.expr]:
    """What an expression is replaced by: another operator, a number next to it, its opposite."""
    match node:
        case ast.Compare(ops=[op]):
            for other in SWAPPED.get(type(op), ()):
                yield ast.Compare(node.left, [other()], node.comparators)  # type: ignore[list-item]
        case ast.BoolOp():
            for other in SWAPPED[type(node.op)]:
                yield ast.BoolOp(other(), node.values)  # type: ignore[arg-type]
        case ast.BinOp():
            for other in SWAPPED.get(type(node.op), ()):
                yield ast.BinOp(node.left, other(), node.right)  # type: ignore[arg-type]
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield ast.Constant(value + 1)
            yield ast.Constant(value - 1)


def expressions(tree: ast.AST) -> Iterator[ast.expr]:
    """The expressions that run: none of annotations, of messages, or of aliases of types."""
    for field, value in ast.iter_fields(tree):
        if field in {"annotation", "returns", "decorator_list", "bases"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.Raise) or not isinstance(child, ast.AST):
                continue
            if isinstance(child, ast.AnnAssign) and ast.unparse(child.annotation) == "TypeAlias":
                continue
            if isinstance(child, ast.JoinedStr):
                continue
            if isinstance(child, ast.expr):
                yield child
            yield from expressions(child)


def mutants(module: Path) -> Iterator[Mutant]:
    """All mutants of a module."""
    source = (ROOT / module).read_text()
    tree = ast.parse(source)
    lines = source.splitlines(keepends=True)
    replaced: list[tuple[ast.expr, ast.expr]] = [
        (node, other) for node in expressions(tree) for other in variants(node)
    ]
    for statement in ast.walk(tree):
        value = statement.value if isinstance(statement, ast.Return) else None
        if value is not None and not (isinstance(value, ast.Constant) and value.value is None):
            replaced.append((value, ast.Constant(None)))
    for node, other in replaced:
        before = ast.get_source_segment(source, node) or ""
        after = ast.unparse(ast.fix_missing_locations(copy.deepcopy(other)))
        start, end = (
            _offset(lines, node.lineno, node.col_offset),
            _offset(lines, node.end_lineno or 0, node.end_col_offset or 0),
        )
        # In parentheses, with as many lines as before, so that it means the same wherever it is.
        text = f"({after}{chr(10) * before.count(chr(10))})"
        broken = source.encode()[:start] + text.encode() + source.encode()[end:]
        yield Mutant(module, node.lineno, " ".join(before.split()), after, broken.decode())


def _offset(lines: list[str], line: int, column: int) -> int:
    return sum(len(each.encode()) for each in lines[: line - 1]) + column


def mirrored(module: Path) -> list[str]:
    """The test files of a module, by its path; of a package's module without one, its folder's."""
    inside = module.relative_to(PACKAGE)
    own = Path("tests") / inside.parent / f"test_{inside.stem.strip('_')}.py"
    found = [own] if (ROOT / own).exists() else []
    if inside.parts[0] == "layers":
        found += [
            Path("tests/layers/test_outputs.py"),
            Path("tests/analysis/test_receptive_fields.py"),
            Path("tests/oracle/test_recorded.py"),
        ]
    return [str(path) for path in found]


def passes(tree: Path, arguments: list[str], timeout: float) -> bool:
    """Whether tests pass in a copy of the repository; what takes too long does not."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-m", QUICK, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(tree / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        run = subprocess.run(
            [*command, "-p", "no:cacheprovider"],
            cwd=tree,
            env=environment,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return run.returncode == 0


def survives(mutant: Mutant, tree: Path, workers: str, timeout: float) -> bool:
    """Whether no test fails: first its module's, and only if these pass all others."""
    path = tree / mutant.module
    path.write_text(mutant.source)
    try:
        near = mirrored(mutant.module)
        if near and not passes(tree, ["-n", "0", *near], timeout):
            return False
        return passes(tree, ["-n", workers, "tests"], timeout)
    finally:
        shutil.copy(ROOT / mutant.module, path)


def chosen(count: int, seed: int, only: list[str]) -> list[Mutant]:
    """Random mutants of all modules, or those of some lines or modules."""
    modules = sorted(
        {path.relative_to(ROOT) for pattern in MODULES for path in (ROOT / PACKAGE).glob(pattern)}
    )
    found = [mutant for module in modules for mutant in mutants(module)]
    if only:
        return [m for m in found if {str(m.module), f"{m.module}:{m.line}"} & {*only}]
    return random.Random(seed).sample(found, count)


def main() -> None:
    """Run the tests on each mutant, and print the score and the survivors."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", default=[], metavar="FILE[:LINE]")
    parser.add_argument("--workers", default="0", help="of pytest-xdist, for the whole suite")
    parser.add_argument("--timeout", type=float, default=900, help="seconds for one run of tests")
    parser.add_argument("--minutes", type=float, default=0, help="stop after so long")
    options = parser.parse_args()
    began = time.monotonic()
    selected = chosen(options.count, options.seed, options.only)
    results: Counter[bool] = Counter()
    survivors = []
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        for name in COPIED:
            shutil.copytree(ROOT / name, tree / name)
        for file in ROOT.iterdir():
            if file.is_file() and file.name != ".git":
                shutil.copy(file, tree)
        for mutant in selected:
            if options.minutes and time.monotonic() - began > 60 * options.minutes:
                break
            alive = survives(mutant, tree, options.workers, options.timeout)
            results[alive] += 1
            survivors += [mutant] if alive else []
            print("SURVIVED" if alive else "killed  ", mutant, flush=True)
    total = results.total()
    print(f"\n{results[False]} of {total} mutants killed ({results[False] / max(total, 1):.1%})")
    for mutant in survivors:
        print(f"- {mutant}")


if __name__ == "__main__":
    main()
