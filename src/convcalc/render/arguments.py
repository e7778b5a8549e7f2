"""Arguments and inputs of layer kinds as text, for all formats for people."""

import re
from collections.abc import Iterator, Sequence

from convcalc.diagnostics import brief
from convcalc.reference import Argument, Input, KindReference

REQUIRED = "required"


def format_default(argument: Argument) -> str:
    """A default as a spec has it."""
    default = argument.default
    if argument.required:
        return REQUIRED
    if isinstance(default, str) and re.fullmatch(r"[A-Za-z][\w-]*", default):
        return default
    return brief(list(default) if isinstance(default, tuple) else default)


def format_input(input_: Input) -> str:
    """The name of an input: with dots for any number of them, in brackets if it is optional."""
    name = f"{input_.name}..." if input_.several else input_.name
    return f"[{name}]" if input_.optional else name


def format_inputs(kind: KindReference, quote: str = "") -> str:
    """The inputs of a kind, with each name in quotes."""
    names = ", ".join(f"{quote}{format_input(input_)}{quote}" for input_ in kind.inputs)
    return f"a list: {names}" if kind.merges else names or "nothing"


def notes(kind: KindReference) -> Iterator[str]:
    """Sentences with the details that the table of arguments leaves out."""
    cut: dict[tuple[str, ...], list[str]] = {}
    for argument in kind.arguments:
        if "…" in argument.type:
            cut.setdefault(argument.choices, []).append(argument.name)
    for choices, names in cut.items():
        verb = "is" if len(names) == 1 else "are each"
        yield f"{_listed(names)} {verb} one of {', '.join(choices)}."
    of_call = [argument.name for argument in kind.arguments if argument.of_call]
    if of_call:
        yield f"Keras takes {_listed(of_call)} where the layer is called."


def common_note(names: Sequence[str]) -> str:
    """A sentence with the arguments of every layer."""
    return f"Like every layer it also has {_listed(names)}."


def _listed(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
