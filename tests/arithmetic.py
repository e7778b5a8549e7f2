"""Formulas as explanations print them, worked out again from their text alone."""

import math
import re
from fractions import Fraction

_BRACKETS = str.maketrans({"⌈": "ceil(", "⌉": ")", "⌊": "floor(", "⌋": ")"})


def worked_out(formula: str) -> Fraction:
    """The value of a formula such as ⌈16 / 2⌉; an exact one, so that nothing is rounded unseen."""
    text = formula.translate(_BRACKETS)
    for printed, written in (("×", "*"), ("−", "-"), ("mod", "%")):
        text = text.replace(printed, written)
    assert re.fullmatch(r"([0-9]+|ceil\(|floor\(|[-+*/%() ])+", text), formula
    text = re.sub("[0-9]+", lambda match: f"number({match[0]})", text)
    names = {"ceil": math.ceil, "floor": math.floor, "number": Fraction, "__builtins__": {}}
    return Fraction(eval(text, names))
