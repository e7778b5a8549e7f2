"""GitHub's Markdown: `docs/layers.md`, or sections on some kinds."""

import re
from collections.abc import Iterator, Sequence

from convcalc.reference import EVERY_LAYER_HAS, Argument, Family, KindReference
from convcalc.render.arguments import format_default, format_inputs, notes
from convcalc.render.layout import Layout

_INTRODUCTION = """\
<!-- Made by `convcalc layers --format markdown` from the kinds themselves; not to be edited. -->

# Layers

Every kind of layer that convcalc knows, and every operation of `keras.ops`: its arguments, with
Keras's names and defaults, what it reads, and its rule. The same is on the terminal:
`convcalc layers` lists the names, and `convcalc layers Conv2D` shows one kind.

An argument that may be anything is a constant of any shape, or is kept as it is written, because
it changes neither shapes nor weights. Of what a layer reads, the names in brackets may be left
out, or given as the argument of that name where there is one; a name with dots stands for any
number.
"""
_COMMON = f"Beside its own arguments, every layer has {', '.join(EVERY_LAYER_HAS)}.\n"


def render_all(families: Sequence[Family], layout: Layout) -> str:
    """The page: a table of contents, then a section for each family and kind."""
    contents = "\n".join(map(_contents, families))
    sections = (
        f"## {_escape(family.title)}\n\n{render_kinds(family.kinds, layout)}" for family in families
    )
    return "\n".join([_INTRODUCTION, _COMMON, f"{contents}\n", *sections])


def render_kinds(kinds: Sequence[KindReference], _layout: Layout) -> str:
    """A section for each kind."""
    return "\n".join("\n".join(_section(kind)) + "\n" for kind in kinds)


def _contents(family: Family) -> str:
    title, _, _ = family.title.partition(":")
    links = " · ".join(f"[{kind.name}](#{_anchor(kind.name)})" for kind in family.kinds)
    return f"- [{_escape(title)}](#{_anchor(family.title)}): {links}"


def _section(kind: KindReference) -> Iterator[str]:
    yield f"### {kind.name}"
    yield ""
    yield _escape(kind.description)
    yield ""
    if kind.arguments:
        yield "| Argument | Default | What it may be |"
        yield "| --- | --- | --- |"
        yield from map(_row, kind.arguments)
        yield ""
    for note in notes(kind):
        yield _escape(note)
        yield ""
    yield f"- Reads: {format_inputs(kind, quote='`')}"
    yield f"- Output: {_escape(kind.output)}"
    yield f"- Weights: {_escape(kind.weights)}"
    yield f"- Source: <{kind.source}>"
    if kind.aliases:
        yield f"- Also: {', '.join(kind.aliases)}"


def _row(argument: Argument) -> str:
    default = format_default(argument)
    shown = f"*{default}*" if argument.required else f"`{default}`"
    return f"| `{argument.name}` | {shown} | {_escape(argument.type)} |"


def _anchor(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _escape(text: str) -> str:
    """Escape markup, except backticks, which docstrings use on purpose."""
    return re.sub(r"[\\*<|\[\]]|(?<!\w)_|_(?!\w)", r"\\\g<0>", text)
