"""The base class of layer kinds, with arguments as fields and a rule for shapes; the registry."""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, TypeVar

import msgspec

from convcalc.layers.errors import SublayerPath
from convcalc.layers.illustration import Illustration
from convcalc.layers.inference import Inference
from convcalc.layers.outputs import OutputDTypeRule, Rule, Types, output_dtype
from convcalc.shapes import Shape
from convcalc.windows import IDENTITY, AnyWindow, AxisDependency


class Alternative(msgspec.Struct, frozen=True):
    """A layer that could replace another, and what it would do differently."""

    layer: "Kind"
    why: str


def _nothing(_layer: "Kind", *_args: Any, **_named: Any) -> Iterator[Any]:
    yield from ()


def _no_illustration(_layer: "Kind", *_args: Any, **_named: Any) -> None:
    return None


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A layer kind. Its fields are its arguments, in Keras's order, with Keras's defaults.

    A subclass adds its fields, a docstring, which is its documentation, and `infer`, whose
    parameters are the layer's call arguments: shapes in, with the batch first; `Inference` out.
    The binder checks the types and bounds of fields; `validate` checks what a type can't express.
    """

    rank: ClassVar[int] = 0
    """The number of spatial axes; 0 where the kind does not fix it."""

    merges: ClassVar[bool] = False
    """Whether the layer is called on a list of inputs, possibly of length one."""

    any_case: ClassVar[tuple[str, ...]] = ("data_format",)
    """Arguments whose words Keras accepts in any case; a rule sees them in lower case."""

    aliases: ClassVar[tuple[str, ...]] = ()
    """Keras's other names for the class."""

    default_from: ClassVar[Mapping[str, str]] = {}
    """Arguments that default to the value of another, such as strides to pool_size."""

    call_arguments: ClassVar[tuple[str, ...]] = ()
    """Arguments that Keras takes in the call, such as return_attention_scores."""

    hands_on_trainable: ClassVar[bool] = False
    """Whether its inner layers are frozen with it; in Keras few kinds do that."""

    holds_operations: ClassVar[bool] = False
    """Whether its inner layers may be operations; in Keras only those of a graph may."""

    quantizes: ClassVar[tuple[str, ...]] = ()
    """The modes that Keras can quantize its kernels to; such a kind has the field dtype."""

    output_dtype_rule: ClassVar[Rule | tuple[Rule, ...]] = OutputDTypeRule.COMPUTED
    """The dtype rule of all outputs, or one for each; the last one applies to all further ones."""

    autocasts: ClassVar[bool] = True
    """Whether it casts floats to its compute type, as every layer but a graph of layers does."""

    typed_by: ClassVar[tuple[str, ...]] = ()
    """The operands that an operation's output types depend on; empty means all."""

    positions: ClassVar[AxisDependency] = None
    """What an output position depends on, if that is the same on every axis."""

    adds_axis: ClassVar[bool] = False
    """Whether it appends an axis and leaves the others unchanged."""

    infer: ClassVar[Callable[..., Inference]]
    """The rule. Raises LayerError where Keras would fail."""

    # Explanations. They take the result of the rule and its inputs, as symbolic integers.
    explain: ClassVar[Callable[..., Iterator[str]]] = _nothing
    """Sentences that explain the outputs and weights."""

    illustration: ClassVar[Callable[..., Illustration | None]] = _no_illustration
    """A drawing, for kinds where it says more than numbers."""

    alternatives: ClassVar[Callable[..., Iterator[Alternative]]] = _nothing
    """Layers that the user might have meant instead; takes the inputs only."""

    def validate(self) -> None:
        """Check the arguments against each other; raise LayerError where Keras would fail."""

    def dependencies(
        self,
        windows: tuple[AnyWindow, ...],  # noqa: ARG002
        read: Shape,
        output: Shape,  # noqa: ARG002
    ) -> tuple[AxisDependency, ...]:
        """The input positions that an output position depends on, for each axis after the batch.

        `windows` come from the rule; `read` and `output` are the shapes of an input and the output.
        """
        return (self.positions,) * (len(read) - 1)

    def changes_batch(self, read: Shape) -> bool:  # noqa: ARG002
        """Whether the output's first axis may be something other than the input's samples.

        `read` is the input shape; empty where it is unknown, for a layer inside another.
        """
        return False

    def output_dtypes(self, computes: str | None, read: Types) -> Types:
        """The dtypes of the outputs, None for an unknown one; the last applies to all further ones.

        `computes` is the compute dtype of the layer's policy, `read` the dtypes of the inputs.
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
        """The axis with one bias for each position, if adding it is the layer's last step."""
        return None

    def cancels_bias(self, axis: int, read: Shape) -> bool:  # noqa: ARG002
        """Whether the layer removes a bias that was added to each position of an axis."""
        return False


class LayerInstance(msgspec.Struct, frozen=True):
    """A layer with its arguments, and what every layer has in Keras, such as a name and a dtype.

    As the type of a field, it is a layer that is an argument of another, written as in a spec: a
    kind, or a mapping from a kind to its arguments. `calling.call_sublayer` applies its rule.
    """

    layer: Kind
    name: str
    dtype: str = "float32"
    trainable: bool = True
    step: SublayerPath | None = None
    """For an argument of another layer: the argument's name, and the position in a list."""
    computes: str = "float32"
    """The compute dtype."""
    autocast: bool = True
    """Whether it casts float inputs to the compute dtype."""


class SameShape(Kind, frozen=True):
    """A kind that maps each value to another, without weights."""

    positions: ClassVar[AxisDependency] = IDENTITY

    def infer(self, inputs: Shape) -> Inference:
        return Inference((inputs,))

    def explain(self, _inference: Inference, *_inputs: Any, **_named: Any) -> Iterator[str]:
        yield "It changes values, and neither the shape nor anything that is learned."


KindType = TypeVar("KindType", bound=type[Kind])

_registered: dict[str, type[Kind]] = {}
_operations: dict[str, type[Kind]] = {}

OPERATION = "ops."
"""The prefix of the names of operations of `keras.ops`."""


def kind(cls: KindType) -> KindType:
    """Register a layer kind under its class name.

    Raises ValueError for a duplicate name, and TypeError for a kind without a rule or
    documentation, or with a class variable that no base class has.
    """
    if cls.__name__ in _registered:
        message = f"two layer kinds are called {cls.__name__}"
        raise ValueError(message)
    _check(cls)
    _registered[cls.__name__] = cls
    return cls


def operation(cls: KindType) -> KindType:
    """Register an operation under `ops.` plus its class name, and rename the class to that.

    Raises the same errors as `kind`.
    """
    name = OPERATION + cls.__name__
    if name in _operations:
        message = f"two operations are called {name}"
        raise ValueError(message)
    _check(cls)
    cls.__name__ = name  # for messages
    if cls.changes_batch is Kind.changes_batch:
        cls.changes_batch = _may_change_batch  # type: ignore[assignment, method-assign]
    if cls.output_dtype_rule is Kind.output_dtype_rule:
        cls.output_dtype_rule = OutputDTypeRule.AS_READ  # operations have no dtype policy
    _operations[name] = cls
    return cls


def _check(cls: type[Kind]) -> None:
    """Refuse a kind that would fail only when used. Raises TypeError."""
    if not hasattr(cls, "infer"):
        message = f"{cls.__name__} has no rule: define infer"
        raise TypeError(message)
    documentation = cls.__doc__ or ""
    missing = [part for part in _DOCUMENTED if part.casefold() not in documentation.casefold()]
    if missing and sys.flags.optimize < 2:  # -OO strips docstrings
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


def _may_change_batch(_operation: Kind, _read: Shape) -> bool:
    return True


def registered_operations() -> dict[str, type[Kind]]:
    """The operations registered so far; `convcalc.layers.operations()` imports all first."""
    return _operations


def registered() -> dict[str, type[Kind]]:
    """The kinds registered so far; `convcalc.layers.kinds()` imports all families first."""
    return _registered


_snake: dict[str, str] = {}


def snake_case(kind: str) -> str:
    """Keras's default layer name for a kind: Conv2D becomes conv2d."""
    if kind not in _snake:
        name = re.sub(r"\W+", "", kind.removeprefix(OPERATION))
        name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
        _snake[kind] = re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
    return _snake[kind]
