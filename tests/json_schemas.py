"""The schemas of JSON outputs, without leave for what they do not name, and the outputs' check."""

import functools
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from jsonschema import Draft202012Validator

from convcalc import schemas
from convcalc.render.difference import json as difference
from convcalc.render.explanation import json as explanation
from convcalc.render.findings import json as findings
from convcalc.render.reference import json as reference
from convcalc.render.summary import json as summary
from convcalc.render.summary import jsonl

LONGEST = 300_000
"""Characters of JSON beyond which an output is not validated, which takes seconds."""

RENDERERS = (
    ("diff", difference, "render"),
    ("explain", explanation, "render_brief"),
    ("check", findings, "render"),
    ("layers", reference, "render_kinds"),
    ("summary", summary, "render"),
    ("summary", jsonl, "render"),
)
"""For each output the module that writes it, and the function there that all of it goes through."""


def strict(schema: Any) -> Any:
    """The schema in which an object has no other properties than those that are named."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: strict(part) for name, part in schema.items()}
    return {**parts, "additionalProperties": False} if "required" in schema else parts


@functools.cache
def validator(output: str) -> Draft202012Validator:
    return Draft202012Validator(strict(schemas.load(output)))


def check(output: str, text: str) -> None:
    """Hold one JSON text, or one on each line, against the schema of the output."""
    if len(text) <= LONGEST:
        texts = text.splitlines() if text.startswith('{"') else [text]
        for each in texts:
            validator(output).validate(json.loads(each))


def checked_pieces(output: str, pieces: Iterable[str]) -> Iterator[str]:
    """The pieces of a text, which is checked at its end."""
    kept: list[str] = []
    size = 0
    for piece in pieces:
        yield piece
        size += len(piece)
        if size <= LONGEST:
            kept.append(piece)
    if size <= LONGEST:
        check(output, "".join(kept))


def checked(output: str, render: Callable[..., Any]) -> Callable[..., Any]:
    """The renderer, whose every output is checked."""

    def render_and_check(*args: Any, **named: Any) -> str | Iterator[str]:
        rendered = render(*args, **named)
        if not isinstance(rendered, str):  # a format of many layers gives pieces
            return checked_pieces(output, rendered)
        check(output, rendered)
        return rendered

    return render_and_check
