"""What a rule raises where Keras would refuse a layer."""

from typing import NamedTuple

import msgspec

from convcalc.advice import Advice
from convcalc.shapes import Shape
from convcalc.windows import AnyWindow


class Partial(NamedTuple):
    """What a rule had computed when it failed, for whoever explains why.

    `windows` are those of which some do not fit, `numbers` has others by what they are. `compared`
    are shapes, axis by axis, that differ at `axis`.
    """

    windows: tuple[AnyWindow, ...] = ()
    numbers: tuple[tuple[str, int], ...] = ()
    compared: tuple[Shape, ...] = ()
    axis: int | None = None


_NOTHING_COMPUTED = Partial()


class LayerError(Exception):
    """A layer can't be as it stands; names the argument at fault and knows nothing of files.

    `argument` is None where the layer as a whole, or what it reads, is at fault. `within` leads
    from there to the layer that is meant where that is an argument of another. `position`
    is that of the argument among those of its kind. `computed` is what the rule had computed.
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
        """The same, raised by a layer of this kind, unless by a layer inside of it."""
        names = kind.__struct_fields__
        if not self.within and self.argument in names:
            self.position = names.index(self.argument)
        return self


class SublayerPath(NamedTuple):
    """The way from a layer to one of its arguments that is a layer, or to one of a list of them.

    `position` is the argument's among the arguments, `item` that in the list.
    """

    argument: str
    position: int
    item: int | None = None
