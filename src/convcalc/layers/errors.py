"""The error that a rule raises where Keras would refuse a layer."""

import msgspec

from convcalc.advice import Advice
from convcalc.shapes import Shape
from convcalc.windows import AnyWindow


class Partial(msgspec.Struct, frozen=True):
    """What a rule had computed when it failed, for explanations of the error.

    At least one of `windows` doesn't fit. `numbers` pairs names with values. The shapes in
    `compared` differ at `axis`.
    """

    windows: tuple[AnyWindow, ...] = ()
    numbers: tuple[tuple[str, int], ...] = ()
    compared: tuple[Shape, ...] = ()
    axis: int | None = None


_NOTHING_COMPUTED = Partial()


class LayerError(Exception):
    """A layer is invalid; names the argument at fault and knows nothing of files.

    `argument` is None if the layer as a whole or its input is at fault, and `position` its index
    among the arguments of its kind. `within` is the path to the sublayer at fault, if it is one.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        argument: str | None = None,
        help: Advice | str | None = None,
        computed: Partial = _NOTHING_COMPUTED,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.argument = argument
        self.help = help
        self.computed = computed
        self.position = -1
        self.within: tuple[SublayerPath, ...] = ()

    def of(self, kind: type[msgspec.Struct]) -> "LayerError":
        """Set `position` by the kind that raised this, unless a sublayer did; return self."""
        names = kind.__struct_fields__
        if not self.within and self.argument in names:
            self.position = names.index(self.argument)
        return self


class SublayerPath(msgspec.Struct, frozen=True):
    """A step from a layer to a sublayer: an argument, or an item of a list argument.

    `position` is the argument's index among the arguments, `item` the sublayer's in the list.
    """

    argument: str
    position: int
    item: int | None = None
