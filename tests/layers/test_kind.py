"""The registry of kinds: what it refuses when a kind is defined, before anybody uses it."""

from collections.abc import Iterator
from typing import Any

import pytest

from convcalc.layers import kind as registry
from convcalc.layers.calling import call
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference
from convcalc.layers.kind import Kind, SameShape, kind, operation
from convcalc.shapes import Shape

DOCUMENTATION = "Does nothing. Output: as the input. No weights. Source: none"


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "_registered", {})
        patch.setattr(registry, "_operations", {})
        yield


def made(base: type[Kind] = SameShape, doc: str = DOCUMENTATION, **members: Any) -> type[Kind]:
    """A kind; for each call a new one."""
    metaclass: Any = type(base)
    own: type[Kind] = metaclass("Own", (base,), {"__doc__": doc, **members}, frozen=True)
    return own


@pytest.mark.parametrize("register", [kind, operation])
def test_what_is_complete_is_registered(register: Any) -> None:
    own = register(made(positions=None))
    assert own in {*registry.registered().values(), *registry.registered_operations().values()}


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"base": Kind}, "Own has no rule: define infer"),
        ({"positons": None}, "Own sets positons, but no kind has such a class variable"),
        ({"doc": ""}, "the docstring of Own does not say its Output, weights, Source"),
        ({"doc": "Output: x. No weights."}, "the docstring of Own does not say its Source"),
        ({"doc": "Output: x. Source: y"}, "the docstring of Own does not say its weights"),
    ],
)
@pytest.mark.parametrize("register", [kind, operation])
def test_what_is_incomplete_is_refused(register: Any, members: dict[str, Any], reason: str) -> None:
    with pytest.raises(TypeError, match=reason):
        register(made(**members))


def test_a_name_is_taken_once() -> None:
    kind(made())
    with pytest.raises(ValueError, match="two layer kinds are called Own"):
        kind(made())


def test_methods_and_properties_may_have_any_name() -> None:
    def infer(self: Any, inputs: Shape) -> Inference:
        return Inference((inputs,))

    kind(made(Kind, infer=infer, helper=lambda self: 1, width=property(lambda self: 2)))


POSTPONED = """
from __future__ import annotations
from convcalc.layers.inference import Inference
from convcalc.layers.kind import Kind
from convcalc.shapes import Shape

class Own(Kind, frozen=True):
    def infer(self, inputs: Shape, mask: Shape | None = None) -> Inference:
        return Inference((inputs,))
"""


def test_postponed_annotations_mean_the_same() -> None:
    module: dict[str, Any] = {"__name__": "convcalc.layers.kind"}
    exec(POSTPONED, module)
    call(module["Own"](), [(None, 2), (None, 3)], ["mask"])
    with pytest.raises(LayerError, match="mask is one input, but is given a list of 2"):
        call(module["Own"](), [(None, 2), (None, 3), (None, 3)], ["mask", "mask"])
