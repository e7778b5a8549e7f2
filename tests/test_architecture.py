"""The architecture: who may import whom, and what a run may load."""

import ast
import graphlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import documents

SOURCE = documents.ROOT / "src" / "convcalc"
MODULES = sorted(SOURCE.rglob("*.py"))

ALLOWED = {
    "diagnostics": set[str](),
    "advice": set[str](),
    "plugins": set[str](),
    "shapes": set[str](),
    "dtypes": set[str](),
    "symbolic": set[str](),
    "windows": {"shapes"},
    "expressions": {"diagnostics"},
    "documents": {"diagnostics"},
    "layers": {"diagnostics", "advice", "plugins", "shapes", "dtypes", "expressions", "windows"},
    "expectations": {"diagnostics", "shapes"},
    "network": {"diagnostics", "advice", "shapes", "expectations"},
    "report": {"diagnostics", "shapes", "dtypes", "windows", "layers"},
    "analysis": {
        "diagnostics",
        "advice",
        "shapes",
        "dtypes",
        "windows",
        "layers",
        "network",
        "report",
    },
    "checks": {
        "diagnostics",
        "advice",
        "shapes",
        "windows",
        "expectations",
        "network",
        "report",
        "analysis",
    },
    "formats": {
        "diagnostics",
        "plugins",
        "shapes",
        "dtypes",
        "expressions",
        "documents",
        "layers",
        "expectations",
        "network",
    },
    "disk": {"diagnostics", "formats"},
    "schema": {"shapes", "dtypes", "layers", "expectations", "checks", "formats"},
    "reference": {"layers"},
    "explanations": {
        "diagnostics",
        "shapes",
        "symbolic",
        "windows",
        "layers",
        "network",
        "report",
        "analysis",
        "formats",
    },
    "fixes": {
        "diagnostics",
        "shapes",
        "symbolic",
        "documents",
        "layers",
        "network",
        "report",
        "analysis",
        "explanations",
    },
    "configuration": {"diagnostics", "documents", "expectations", "checks", "formats"},
    "locks": {
        "diagnostics",
        "shapes",
        "dtypes",
        "documents",
        "layers",
        "network",
        "report",
        "checks",
        "formats",
        "disk",
    },
    "differences": {"shapes", "layers", "report", "locks"},
    "render": {
        "diagnostics",
        "shapes",
        "layers",
        "report",
        "checks",
        "reference",
        "explanations",
        "locks",
        "differences",
    },
    "schemas": set[str](),
    "api": {
        "diagnostics",
        "shapes",
        "layers",
        "expectations",
        "network",
        "report",
        "analysis",
        "checks",
        "formats",
        "disk",
        "explanations",
        "fixes",
        "locks",
        "differences",
    },
    "": {"diagnostics", "network", "report", "analysis", "differences", "api"},
    "cli": {
        "diagnostics",
        "shapes",
        "documents",
        "layers",
        "expectations",
        "network",
        "report",
        "analysis",
        "checks",
        "formats",
        "disk",
        "schema",
        "reference",
        "explanations",
        "configuration",
        "locks",
        "differences",
        "render",
        "schemas",
        "api",
        "",
    },
    "__main__": {"cli"},
}
"""What each part of the package may import, apart from itself; "" is `convcalc` itself."""

HEAVY = {
    "rich": "render.summary.table",
    "simpleeval": "expressions",
    "typer": "cli",
    "yaml": "documents.document",
}
"""What takes long to import, and where alone that may stand at the top of a module."""


def name_of(path: Path) -> str:
    """A module's name without the package's."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imports(nodes: list[ast.stmt]) -> Iterator[str]:
    """The full names of the modules that statements import."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            for alias in node.names:
                # What is imported from a package may be a module of it.
                is_module = is_file(f"{module}.{alias.name}")
                yield f"{module}.{alias.name}" if is_module else module


def is_file(name: str) -> bool:
    path = SOURCE.parent.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def part_of(name: str) -> str:
    """The part of the package to which a module belongs; the name is without the package's."""
    return name.partition(".")[0]


def everywhere(tree: ast.Module) -> list[ast.stmt]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_what_its_part_may(path: Path) -> None:
    part = part_of(name_of(path))
    assert part in ALLOWED, f"{part} is new: say in the table what it may import, and who may it"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [name.split(".", 1) for name in imports(everywhere(tree))]
    imported = {part_of("".join(rest)) for package, *rest in names if package == "convcalc"}
    assert imported - {part} <= ALLOWED[part]


def test_a_part_imports_only_parts_before_it() -> None:
    parts = list(ALLOWED)
    for i, part in enumerate(parts):
        assert ALLOWED[part] <= set(parts[:i]), part


def test_modules_import_one_another_in_no_circle() -> None:
    trees = {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
    graph = {
        name: {
            imported.removeprefix("convcalc.")
            for imported in imports(everywhere(tree))
            if imported.startswith("convcalc.")
        }
        for name, tree in trees.items()
    }
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_what_is_heavy_is_imported_where_it_is_used(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for package in {part_of(name) for name in imports(tree.body)} & set(HEAVY):
        assert f"{name_of(path)}.".startswith(f"{HEAVY[package]}."), package


def loaded_by(code: str) -> set[str]:
    """The packages that a fresh interpreter has loaded after running some code."""
    report = "import json, sys; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    ran = subprocess.run(
        [sys.executable, "-c", f"try:\n  {code}\nexcept SystemExit: pass\n{report}"],
        cwd=documents.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {part_of(name) for name in json.loads(ran.stderr)}


def test_import_costs_next_to_nothing() -> None:
    loaded = loaded_by("import convcalc")
    assert "convcalc" in loaded
    assert not loaded & {"msgspec", "yaml", "typer", "rich", "simpleeval"}


def test_json_needs_no_rich() -> None:
    arguments = ["convcalc", "summary", "specs/foster_cifar.yaml", "--format", "json"]
    loaded = loaded_by(f"import sys; sys.argv = {arguments}; from convcalc.cli import main; main()")
    assert {"typer", "yaml", "msgspec"} <= loaded
    assert "rich" not in loaded
