"""What every layer kind is made of: its arguments as fields, and its rule from shapes to shapes."""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple, TypeVar

import msgspec

from convcalc.layers.errors import SublayerPath
from convcalc.layers.illustration import Illustration
from convcalc.layers.inference import Inference
from convcalc.layers.outputs import OutputDTypeRule, Rule, Types, output_dtype
from convcalc.shapes import Shape
from convcalc.windows import IDENTITY, AnyWindow, AxisDependency


class Alternative(NamedTuple):
    """A layer that might be in another's place, and what it does otherwise."""

    layer: "Kind"
    why: str


def _nothing(_layer: "Kind", *_found_and_given: Any, **_named: Any) -> Iterator[Any]:
    yield from ()


def _no_picture(_layer: "Kind", *_found_and_given: Any, **_named: Any) -> None:
    return None


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A layer kind. Its fields are its arguments, in Keras's order, with Keras's defaults.

    A subclass adds its fields, a docstring, which is its documentation, and `infer`, whose
    parameters are the layer's call arguments: shapes in, with the batch first; `Inference` out.
    Types and bounds of the fields are checked before; `validate` checks what a type can't say.
    """

    rank: ClassVar[int] = 0
    """The number of spatial axes, where the kind has a fixed one."""

    merges: ClassVar[bool] = False
    """Whether the layer is called on a list, which may hold a single input."""

    any_case: ClassVar[tuple[str, ...]] = ("data_format",)
    """The arguments whose words Keras takes in any case; a rule sees them in lower case."""

    aliases: ClassVar[tuple[str, ...]] = ()
    """The other names that Keras has for the class."""

    default_from: ClassVar[Mapping[str, str]] = {}
    """The arguments whose default is the value of another, such as strides that of pool_size."""

    call_arguments: ClassVar[tuple[str, ...]] = ()
    """The arguments that Keras takes where the layer is called, such as return_attention_scores."""

    hands_on_trainable: ClassVar[bool] = False
    """Whether layers inside of it are not trained if it is not; in Keras, few see to that."""

    holds_operations: ClassVar[bool] = False
    """Whether the layers inside of it may be operations; in Keras, only those of a graph may."""

    quantizes: ClassVar[tuple[str, ...]] = ()
    """What Keras can quantize the layer's kernels to; such a kind has the field dtype."""

    output_dtype_rule: ClassVar[Rule | tuple[Rule, ...]] = OutputDTypeRule.COMPUTED
    """The type of the outputs, or of each; the last one is that of all further outputs."""

    autocasts: ClassVar[bool] = True
    """Whether it reads floats in its compute type, as all layers but a graph of layers do."""

    typed_by: ClassVar[tuple[str, ...]] = ()
    """The operands that an operation's output types depend on; all, if none are named."""

    positions: ClassVar[AxisDependency] = None
    """What an output position is computed from, where that is the same on every axis."""

    adds_axis: ClassVar[bool] = False
    """Whether it adds an axis after those that it reads, and leaves these as they are."""

    infer: ClassVar[Callable[..., Inference]]
    """The rule. Raises LayerError where Keras would refuse."""

    # What a kind says of itself beside its numbers, whose origin is told for all kinds alike. The
    # arguments are what the rule found, and what it was given, in numbers that tell their origin.
    explain: ClassVar[Callable[..., Iterator[str]]] = _nothing
    """Sentences that say why the outputs and weights are what the rule found."""

    illustration: ClassVar[Callable[..., Illustration | None]] = _no_picture
    """What to draw, where a drawing says more than numbers."""

    alternatives: ClassVar[Callable[..., Iterator[Alternative]]] = _nothing
    """Other layers that somebody might have meant in this one's place; given the inputs only."""

    def validate(self) -> None:
        """Check the arguments among themselves; raise LayerError where Keras would refuse."""

    # What a kind says of itself to those who look for what the shapes do not show.

    def dependencies(
        self,
        windows: tuple[AnyWindow, ...],  # noqa: ARG002
        read: Shape,
        output: Shape,  # noqa: ARG002
    ) -> tuple[AxisDependency, ...]:
        """The input positions that an output position depends on, for each axis after the batch.

        `windows` are those of the rule, `read` and `output` the shapes of an input and the output.
        """
        return (self.positions,) * (len(read) - 1)

    def changes_batch(self, read: Shape) -> bool:  # noqa: ARG002
        """Whether the first axis of what it gives may not be that of what it reads, the samples.

        Of a layer inside of another one `read` is empty where it is not known.
        """
        return False

    def output_dtypes(self, computes: str | None, read: Types) -> Types:
        """The types of the outputs, None where one can't be known.

        The last one is that of all further outputs. `computes` is the type that the layer's dtype
        policy computes in, `read` are the types of the inputs.
        """
        rules = (
            self.output_dtype_rule
            if isinstance(self.output_dtype_rule, tuple)
            else (self.output_dtype_rule,)
        )
        named = getattr(self, "dtype", None)
        return tuple(output_dtype(rule, computes, read, named) for rule in rules)

    @property
    def biased_axis(self) -> int | None:
        """The axis to each position of which the layer adds a bias, as the last thing it does."""
        return None

    def cancels_bias(self, axis: int, read: Shape) -> bool:  # noqa: ARG002
        """Whether a bias that was added to each position of an axis makes no difference here."""
        return False


class LayerInstance(msgspec.Struct, frozen=True):
    """A layer with its arguments, and what Keras gives every layer: a name, a type of variables.

    As the type of a field it is a layer as an argument of another, written as in a spec: a kind,
    or a mapping from a kind to its arguments. Its rule is applied by `calling.call_sublayer`.
    """

    layer: Kind
    name: str
    dtype: str = "float32"
    trainable: bool = True
    step: SublayerPath | None = None
    """Where it is an argument: of which name, and where among the arguments."""
    computes: str = "float32"
    """The type that it computes in."""
    autocast: bool = True
    """Whether it makes the floats that it reads ones of that type."""


class SameShape(Kind, frozen=True):
    """A kind that makes of each value another one, and which has no weights."""

    positions: ClassVar[AxisDependency] = IDENTITY

    def infer(self, inputs: Shape) -> Inference:
        return Inference((inputs,))

    def explain(self, _inference: Inference, *_inputs: Any, **_named: Any) -> Iterator[str]:
        yield "It changes values, and neither the shape nor anything that is learned."


KindType = TypeVar("KindType", bound=type[Kind])

_registered: dict[str, type[Kind]] = {}
_operations: dict[str, type[Kind]] = {}

OPERATION = "ops."
"""What the names of kinds that are operations of `keras.ops` begin with."""


def kind(cls: KindType) -> KindType:
    """Register a layer kind under its class name.

    Raises ValueError for a second kind of the name, TypeError for one without a rule or
    documentation, or with a class variable that no base class has.
    """
    if cls.__name__ in _registered:
        message = f"two layer kinds are called {cls.__name__}"
        raise ValueError(message)
    _check(cls)
    _registered[cls.__name__] = cls
    return cls


def operation(cls: KindType) -> KindType:
    """Register an operation under `ops.` and its class name, which it is then called by.

    Raises as `kind` does.
    """
    name = OPERATION + cls.__name__
    if name in _operations:
        message = f"two operations are called {name}"
        raise ValueError(message)
    _check(cls)
    cls.__name__ = name  # so that messages name it as it is written
    if cls.changes_batch is Kind.changes_batch:
        cls.changes_batch = _may_regroup  # type: ignore[assignment, method-assign]
    if cls.output_dtype_rule is Kind.output_dtype_rule:
        cls.output_dtype_rule = OutputDTypeRule.AS_READ  # since there is no policy
    _operations[name] = cls
    return cls


def _check(cls: type[Kind]) -> None:
    """Refuse a kind that would only fail when somebody uses it. Raises TypeError."""
    if not hasattr(cls, "infer"):
        message = f"{cls.__name__} has no rule: define infer"
        raise TypeError(message)
    documentation = cls.__doc__ or ""
    missing = [part for part in _DOCUMENTED if part.casefold() not in documentation.casefold()]
    if missing and sys.flags.optimize < 2:  # where Python keeps docstrings
        message = f"the docstring of {cls.__name__} does not say its {', '.join(missing)}"
        raise TypeError(message)
    for name, value in vars(cls).items():
        is_variable = not (name.startswith("_") or callable(value) or hasattr(value, "__get__"))
        if is_variable and not any(_declares(base, name) for base in cls.__mro__[1:]):
            message = f"{cls.__name__} sets {name}, but no kind has such a class variable"
            raise TypeError(message)


_DOCUMENTED = ("Output", "weights", "Source")


def _declares(base: type, name: str) -> bool:
    return name in vars(base) or name in vars(base).get("__annotations__", ())


def _may_regroup(_operation: Kind, _read: Shape) -> bool:
    return True


def registered_operations() -> dict[str, type[Kind]]:
    """The operations registered so far; `convcalc.layers.operations()` imports all first."""
    return _operations


def registered() -> dict[str, type[Kind]]:
    """The kinds registered so far; `convcalc.layers.kinds()` imports all families first."""
    return _registered


_snake: dict[str, str] = {}


def snake_case(kind: str) -> str:
    """A kind's name as Keras makes default layer names of it: Conv2D gives conv2d."""
    if kind not in _snake:
        name = re.sub(r"\W+", "", kind.removeprefix(OPERATION))
        name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
        _snake[kind] = re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
    return _snake[kind]
