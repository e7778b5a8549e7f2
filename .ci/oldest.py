"""Prints pip constraints: the oldest version that pyproject.toml admits of each requirement."""

import re
import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
for requirement in project["dependencies"] + project["optional-dependencies"]["test"]:
    bound = re.fullmatch(r"([\w.-]+)>=([\w.]+)(,<[\w.]+)?", requirement)
    if bound is None:
        raise SystemExit(f"{requirement!r} is not NAME>=VERSION or NAME>=VERSION,<VERSION")
    print(f"{bound[1]}=={bound[2]}")
